"""Every example in the public API's docstrings runs and prints what it says."""

import doctest
import shutil
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import enduse
import enduse.api
import enduse.demo

ROOT = Path(__file__).parents[3]
MODULES = (
    enduse,
    *(import_module(f"enduse.api.{found.name}") for found in iter_modules(enduse.api.__path__)),
    enduse.demo,
)
EXAMPLES = [
    example
    for module in MODULES
    for example in doctest.DocTestFinder(exclude_empty=True).find(module)
    if example.examples
]


class Checker(doctest.OutputChecker):
    """A no-break space between a figure and its unit looks like any other."""

    def check_output(self, want, got, optionflags):
        return super().check_output(want, got.replace("\N{NO-BREAK SPACE}", " "), optionflags)


@pytest.fixture(scope="module")
def programmes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    enduse.demo.build(folder / "demo")
    enduse.create(folder / "cairo", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    return folder


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_it_says(programmes, tmp_path, monkeypatch, example):
    folder = tmp_path / "here"
    shutil.copytree(programmes, folder)
    (folder / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(folder)
    if example.name.endswith("create"):
        shutil.rmtree("cairo")
    told: list[str] = []
    runner = doctest.DocTestRunner(checker=Checker())
    example.globs = {"enduse": enduse}
    assert runner.run(example, out=told.append).failed == 0, "".join(told)


def test_every_method_of_a_programme_has_an_example():
    names = {example.name.rpartition(".")[2] for example in EXAMPLES}
    public = {name for name in dir(enduse.Programme) if not name.startswith("_")}
    methods = {name for name in public if callable(getattr(enduse.Programme, name))}
    assert methods - names == {"abandon", "balances", "close", "digest", "disclose", "erase", "refresh", "report"}
