"""The core works without any extra, and what needs one says so in a line."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTRAS = ("numpy", "scipy", "jinja2", "markupsafe", "openpyxl", "segno", "psycopg", "duckdb", "typst")
CHILD = """
import sys
for name in {extras!r}:
    sys.modules[name] = None
from enduse.cli.main import main
sys.argv = ["enduse", *{words!r}]
main()
"""


def run(*words):
    code = CHILD.format(extras=EXTRAS, words=[str(word) for word in words])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def cairo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("minimal") / "cairo"
    done = run("new", folder, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("words", [["status"], ["record", "verify"], ["release"]], ids=" ".join)
def test_the_core_needs_no_extra(cairo, words):
    done = run(*words, cairo)
    assert done.returncode == 0, done.stderr


def test_trace_needs_no_extra(cairo):
    assert "Sweden" in run("trace", cairo, "party:sweden").stdout


@pytest.mark.parametrize(
    "words",
    [["demo", "--into", "{scratch}/demo"], ["status", "{cairo}", "--report", "{scratch}/r.html"]],
    ids=["demo", "report"],
)
def test_what_needs_an_extra_says_which(cairo, tmp_path, words):
    done = run(*(word.format(scratch=tmp_path, cairo=cairo) for word in words))
    assert done.returncode == 2
    assert "pip install 'enduse[reports]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("language", ["en", "ar"])
def test_statistics_that_are_not_installed_are_named_in_a_line(cairo, language):
    done = run("assure", cairo, "--lang", language)
    assert done.returncode == 2
    assert "pip install 'enduse[analytics]'" in "".join(ch for ch in done.stderr if not "\u2066" <= ch <= "\u2069")
    assert len(done.stderr.splitlines()) == 2, "what is missing, and what to do"


def test_a_command_is_had_without_the_modules_and_options_of_the_others():
    code = (
        "import sys\nfrom enduse.cli.main import main\nsys.argv = ['enduse', 'record', 'verify', '--help']\n"
        "try: main()\nfinally: print(sorted(name for name in sys.modules if name.startswith('enduse.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: enduse record verify" in done.stdout
    loaded = {name.rpartition(".")[2] for name in ast.literal_eval(done.stdout.splitlines()[-1])}
    assert "record" in loaded
    assert not loaded & {"witness", "receipt", "key", "status", "demo"}


def test_help_loads_no_heavy_room():
    code = "import sys; import enduse.cli.main; print(sorted(set(sys.modules) & {'numpy', 'scipy', 'jinja2', 'babel', 'openpyxl'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
