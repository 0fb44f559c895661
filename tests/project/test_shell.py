"""What stands around the source: workflows, hooks and templates name things that exist, and versions agree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def loaded(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_runs_what_anybody_can_run(path):
    workflow = loaded(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 30
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]), step["uses"]
        for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
            assert target in TARGETS, target
        for script in re.findall(r"^[\w/]+\.sh", step.get("run", "")):
            assert (ROOT / script).is_file(), script


def test_the_tests_run_on_every_version_of_python_the_package_names():
    (matrix,) = (
        job["strategy"]["matrix"]["python"] for job in loaded(WORKFLOWS[0])["jobs"].values() if "strategy" in job
    )
    named = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert matrix == named
    assert PROJECT["requires-python"] == f">={named[0]}"


def test_a_hook_runs_a_tool_that_make_lint_runs():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (parts,) = re.findall(r"^lint: (.*)$", text, re.MULTILINE)
    lint = [re.search(rf"^{part}:.*\n((?:\t.*\n)+)", text, re.MULTILINE) for part in parts.split()]
    lines = [line for part in lint if part for line in part[1].splitlines()]
    assert len(lines) > len(lint)
    hooks = [hook for repo in loaded(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    run = {tuple(line.split("/")[-1].split()[:2]) for line in lines}
    for hook in hooks:
        words = hook["entry"].removeprefix(".venv/bin/").split()
        assert any(words[: len(told)] == list(told)[: len(words)] for told in run), hook["entry"]


def test_no_address_is_invented():
    assert "urls" not in PROJECT, "say it in docs/how-to/release-a-version.md and SECURITY.md too"
    pages = [*ROOT.glob("*.md"), ROOT / "CITATION.cff", *(ROOT / ".github").rglob("*.*")]
    assert len(pages) > 8
    for page in pages:
        assert re.findall(r"[\w.]+@[\w-]+\.\w+", page.read_text(encoding="utf-8")) == [], page.name
