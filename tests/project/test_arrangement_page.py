"""The explanation of the arrangement names what there is."""

import re
from pathlib import Path

from enduse.statements.condition import AnyCondition
from enduse.statements.formula import AnyPays

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "arrangement.md").read_text(encoding="utf-8")


def tags(union):
    return {kind.__struct_config__.tag for kind in union.__args__}


def test_every_row_has_its_test_and_every_test_its_row():
    rows = dict(re.findall(r"^\| (\d+) \|.*\| `(test_\w+)` \|$", PAGE, re.MULTILINE))
    assert sorted(map(int, rows)) == list(range(1, 21))
    text = (ROOT / "tests" / "unit" / "programme" / "test_arrangement_rows.py").read_text(encoding="utf-8")
    assert set(re.findall(r"def (test_row_\w+)\(", text)) <= set(rows.values())


def test_every_condition_and_formula_is_named():
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert tags(AnyCondition) <= named
    assert tags(AnyPays) <= named


def test_what_it_points_to_exists():
    for path in re.findall(r"`((?:tests|examples)/[\w/.-]+)`", PAGE):
        assert (ROOT / path).exists(), path
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "unit").rglob("test_*.py"))
    for name in re.findall(r"`(test_\w+)`", PAGE):
        assert f"def {name}(" in tests, name
    for name in re.findall(r"`enduse\.([\w.]+)`", PAGE):
        path = ROOT / "src" / "enduse" / name.replace(".", "/")
        module = path if path.is_dir() or path.with_suffix(".py").exists() else path.parent.with_suffix(".py")
        assert module.exists() or path.with_suffix(".py").exists(), name
        if module.suffix:
            assert f"def {path.name}(" in module.read_text(encoding="utf-8"), name
