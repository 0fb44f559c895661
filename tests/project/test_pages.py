"""The README, the tutorial, every how-to and whatever page shows commands do what they say: their blocks are run in order, in an empty folder."""

import hashlib
import re
import shutil
import subprocess

import pytest

from support.commands import forked_commands
from support.pages import ENVIRONMENT, ROOT, Reader, blocks, commands, unchecked

SHARED = ROOT / "docs" / "how-to" / "share-a-programme.md"
LANGUAGE = ROOT / "docs" / "how-to" / "add-a-language.md"
PORTAL = ROOT / "docs" / "how-to" / "put-the-portal-on-the-web.md"
RELEASE = ROOT / "docs" / "how-to" / "release-a-version.md"
TOLD = [ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
OTHERS = [
    path
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if path not in TOLD and {"sh", "python"} & {block.language for block in blocks(path.read_text(encoding="utf-8"))}
]
PAGES = [*TOLD, *OTHERS]
each = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.fixture
def clone(tmp_path):
    """A clone of this repository whose maintainer has a signing key."""
    if shutil.which("ssh-keygen") is None or not (ROOT / ".git").exists():
        pytest.skip("LOUD: a release was not signed: this is no git checkout, or ssh-keygen is missing")
    folder, key = tmp_path / "clone", tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    public = key.with_suffix(".pub").read_text(encoding="utf-8")
    (tmp_path / "signers").write_text(f"maintainer@example.org {public}", encoding="utf-8")
    for name, value in {
        "user.name": "An invented maintainer",
        "user.email": "maintainer@example.org",
        "user.signingKey": key,
        "gpg.format": "ssh",
        "gpg.ssh.allowedSignersFile": tmp_path / "signers",
    }.items():
        subprocess.run(["git", "config", name, value], cwd=folder, check=True)
    return folder


def test_a_release_is_made_as_the_page_says(clone):
    assert Reader(RELEASE, clone).read() >= 5
    tag = subprocess.run(
        ["git", "cat-file", "-p", "v0.2.0"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout
    (wheel,) = (clone / "dist").glob("*.whl")
    assert wheel.name == "enduse-0.2.0-py3-none-any.whl"
    assert f"{hashlib.sha256(wheel.read_bytes()).hexdigest()}  {wheel.name}" in tag
    changes = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n", changes, re.MULTILINE)


@pytest.mark.soak  # each catalogue is read from the whole source three times: unit/pages/test_catalogues.py does so too
def test_a_language_is_added_as_the_page_says(clone):
    reader = Reader(LANGUAGE, clone)
    reader.environment["PYTHONPATH"] = str(clone / "src")
    assert reader.read() >= 7
    told = reader.start(["enduse", "--help", "--lang", "es"], 0, 0)
    assert "Options\n" not in told, "this message is translated"
    assert "Usage:" in told, "what is not translated is said in English"
    refused = subprocess.run(
        ["enduse", "status", "demo", "--quickly"],
        env={**reader.environment, "LC_ALL": "es_ES.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "no existe" in refused.stderr


@pytest.fixture(scope="module")
def made_demo(tmp_path_factory, commands_in):
    """What ``enduse demo`` prints, and the folder it makes: pages begin with it, and one seed makes the same each time."""
    reader = Reader(ROOT / "README.md", tmp_path_factory.mktemp("demo"), commands_in=commands_in)
    return reader.start(["bash", "-c", "enduse demo --into demo"], 0, 0), reader.folder / "demo"


@pytest.fixture(scope="module")
def commands_in():
    with forked_commands(ENVIRONMENT) as folder:
        yield folder


@pytest.mark.postgres
def test_a_programme_is_shared_as_the_page_says(address, tmp_path, commands_in):
    reader = Reader(SHARED, tmp_path, commands_in=commands_in)
    reader.environment["STORE"] = address.url
    assert reader.read() >= 10


@pytest.mark.parametrize(
    "page",
    [
        # The portal's writes all its 888 pages twice.
        pytest.param(page, marks=pytest.mark.soak if page == PORTAL else ())
        for page in PAGES
        if page not in {RELEASE, LANGUAGE, SHARED}
    ],
    ids=lambda page: page.stem,
)
def test_a_page_does_what_it_says(page, tmp_path, made_demo, commands_in):
    assert Reader(page, tmp_path, made_demo, commands_in).read() >= 1, "a page shows at least one command"


@each
def test_a_command_on_a_page_is_run_or_has_names_to_fill_in(page):
    assert unchecked(page.read_text(encoding="utf-8")) == []


def page(tmp_path, text):
    made = tmp_path / "page.md"
    made.write_text(text, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return Reader(made, tmp_path / "folder")


def test_a_page_that_says_something_else_is_found(tmp_path):
    reader = page(tmp_path, "Save as `a.csv`:\n\n```csv\nx\n```\n\n```sh\ncat a.csv\n```\n\n```text\nx\n```\n")
    assert reader.read() == 1
    reader.page.write_text("```sh\ncat a.csv\n```\n\n```text\ny\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"page\.md:6 shows"):
        reader.read()
    reader.page.write_text("```sh\nfalse  # (exit code 1)\nfalse\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"page\.md:3: false"):
        reader.read()
    assert unchecked("    enduse add DIR\n    enduse add demo\n") == ["enduse add demo"]


def test_what_a_command_printed_is_filled_in_where_a_later_one_names_it(tmp_path):
    shown = "ab" * 32
    reader = page(tmp_path, f"```sh\necho {shown}   # prints HASH\necho HASH\n```\n\n```text\n{shown}\n{shown}\n```\n")
    assert reader.read() == 2
    long = blocks("```sh\necho a \\\n  b\n\n# a remark\necho c\n```\n")[0]
    assert commands(long) == [(2, "echo a \\\n  b"), (6, "echo c")]
