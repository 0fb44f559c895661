"""The page of threats is made from marks over tests: each says all five things, of a party that has a section."""

import re
from pathlib import Path

import pytest

from project.test_docs import GENERATE, ROOT

FIELDS = {"who": "keeper", "tries": "a", "alone": "b", "needs": "c", "seen_by": "d"}


def mark(**changed):
    said = {key: value for key, value in {**FIELDS, **changed}.items() if value is not None}
    return f"@pytest.mark.threat({', '.join(f'{key}={value!r}' for key, value in said.items())})\n"


def threats_of(tmp_path, text):
    path = tmp_path / "test_x.py"
    path.write_text(text, encoding="utf-8")
    return list(GENERATE.threats_of(path))


def test_a_mark_becomes_a_row_and_a_test_may_have_several(tmp_path):
    text = mark() + mark(who="donor") + "@other\ndef test_one():\n    pass\n"
    assert [(each.who, each.test) for each in threats_of(tmp_path, text)] == [
        ("keeper", "test_x.py::test_one"),
        ("donor", "test_x.py::test_one"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (mark(seen_by=None) + "def test_one(): ...", "has exactly"),
        (mark(more="x") + "def test_one(): ...", "has exactly"),
        (mark().replace("who=", "") + "def test_one(): ...", "has exactly"),
        (mark(who="boss") + "def test_one(): ...", "boss is none of"),
        (mark(alone=" ") + "def test_one(): ...", "plain text"),
        (mark(alone=7) + "def test_one(): ...", "plain text"),
        ("pytestmark = pytest.mark.threat(who='keeper')", "as a decorator"),
        ("@pytest.mark.threat\ndef test_one(): ...", "as a decorator"),
        (mark(alone="x").replace("'x'", "f'{y}'") + "def test_one(): ...", "malformed node"),
    ],
)
def test_a_mark_that_says_less_or_something_else_is_refused(tmp_path, text, says):
    with pytest.raises(ValueError, match=says):
        threats_of(tmp_path, text)


def test_every_party_has_rows_and_every_mark_is_one():
    page = (ROOT / "docs" / "explanation" / "threats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\d+\. `(tests/[^`]+)::(\w+)`$", page, re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| \d+ \|", page, re.MULTILINE))
    marks = sum(
        len(re.findall(r"^@pytest\.mark\.threat\(", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (ROOT / "tests").rglob("*.py")
    )
    assert len(rows) == marks > 50
    for section in page.split("\n## ")[1:]:
        assert "\n1. `tests/" in section, section.partition("\n")[0]
    for path, test in rows:
        assert f"def {test}(" in Path(ROOT / path).read_text(encoding="utf-8")
