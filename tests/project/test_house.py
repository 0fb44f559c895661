"""The house rules that no linter knows."""

import ast
import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src" / "enduse").rglob("*.py"))
LINES_MAX = 500
FUNCTION_MAX = 70


def parsed(text):
    try:
        return ast.parse(text)
    except SystemError:
        # CPython 3.11 loses count of its depth when another parse happens in between (python/cpython issue 106905).
        return ast.parse(text)


def excess(path):
    """What is too long in a module, or not said."""
    text = path.read_text(encoding="utf-8")
    tree = parsed(text)
    if not ast.get_docstring(tree):
        yield "it does not say what it is"
    if (lines := text.count("\n")) > LINES_MAX:
        yield f"it has {lines} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_MAX:
                yield f"{node.name} has {length} lines"


def test_a_module_is_short_and_says_what_it_is():
    assert [f"{path.relative_to(ROOT)}: {found}" for path in MODULES for found in excess(path)] == []


def test_the_map_names_every_room_in_the_order_of_the_floors():
    page = (ROOT / "docs" / "explanation" / "rooms.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", page, re.MULTILINE)
    position = {room: at for at, row in enumerate(rows) for room in re.findall(r"`(\w+)`", row)}
    source = ROOT / "src" / "enduse"
    rooms = {path.stem for path in source.glob("*.py")} | {path.parent.name for path in source.glob("*/__init__.py")}
    assert position.keys() == rooms - {"__init__"}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(item["layers"] for item in settings["tool"]["importlinter"]["contracts"] if item["name"] == "floors")
    floors = [[position[room] for room in re.findall(r"enduse\.(\w+)", layer) if room in position] for layer in layers]
    built = [floor for floor in floors if floor]
    assert all(max(upper) < min(lower) for upper, lower in pairwise(built))


def test_no_file_is_read_whole_without_a_bound():
    told = {path: path.read_text(encoding="utf-8") for path in MODULES}
    unbound = [path for path, text in told.items() if re.search(r"\.read_(bytes|text)\(", text)]
    assert unbound, "what comes with the package is read so"
    assert not [path for path in unbound if "importlib" not in told[path]], "enduse.system.read_file has a bound"


def test_what_is_read_is_opened_in_one_place():
    opens = re.compile(r"""\.open\((?:"rb?"\)|encoding=)|(?<![\w.])open\((?!self)\w*path""")
    found = [path for path in MODULES if opens.search(path.read_text(encoding="utf-8"))]
    assert [path.name for path in found if path.name not in {"system.py", "catalogue.py"}] == [], (
        "a pipe has no end to wait for: enduse.system.open_file"
    )


INSIDES = ("ledger", "assurance")
"""Rooms whose insides have names of their own."""


def class_names():
    """Rooms that have a class of this name, by the name; what begins with an underscore is nobody else's."""
    homes = {}
    for path in MODULES:
        for name in re.findall(r"^class ([^\W_]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE):
            homes.setdefault(name, []).append(path.relative_to(ROOT / "src" / "enduse").parts[0])
    return homes


def test_no_two_classes_bear_one_name():
    twice = {name: rooms for name, rooms in class_names().items() if len(rooms) > 1}
    outside = {name for name, rooms in twice.items() if sum(room not in INSIDES for room in rooms) > 1}
    assert outside == set(), "one name, one thing"


def test_the_tests_of_a_room_stand_where_the_room_stands():
    unit = ROOT / "tests" / "unit"
    assert not list(unit.glob("*.py"))
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    assert len(folders) > 10
    for folder in folders:
        assert (ROOT / "src" / "enduse" / folder / "__init__.py").is_file(), f"no package enduse/{folder}"


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("NOT CHECKED: this is not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_the_project_speaks_of_itself_alone():
    # Written in pieces, so that this file does not contain what it forbids.
    forbidden = re.compile("/wo" + "rk/|files\\.python" + "hosted")
    for path in tracked():
        if path.name == "uv.lock" or not path.is_file() or path.suffix in {".png", ".xlsx", ".gz"}:
            continue
        found = forbidden.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)} mentions {found and found.group()}"


def test_nothing_unfinished_is_left():
    unfinished = re.compile("Not" + "ImplementedError|\\bTO" + "DO\\b|\\bFIX" + "ME\\b|pragma: no " + "cover")
    for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]:
        found = unfinished.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found.group()}"
