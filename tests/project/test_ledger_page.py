"""The explanation of the ledger names what the code has."""

import re
from pathlib import Path

import enduse.ledger
from enduse.ledger.accounts import GOODS_CLASSES, MONEY_CLASSES
from enduse.ledger.goods import _STEPS
from enduse.statements.event_words import SAME_STEP

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "ledger.md").read_text(encoding="utf-8")


def table(heading):
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [row for row in section.splitlines() if row.startswith("| `")]


def test_the_table_of_accounts_is_complete_and_in_order():
    assert tuple(row.split("`")[1].split()[0] for row in table("Accounts")) == GOODS_CLASSES + MONEY_CLASSES


def test_the_table_of_steps_is_complete():
    named = {step for row in table("Goods") for step in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == {step for _, step in _STEPS} | set(SAME_STEP)


def test_the_codes_in_the_table_are_those_in_the_code():
    room = Path(enduse.ledger.__file__).parent
    quoted = {word for path in room.glob("*.py") for word in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))}
    named = {code for row in table("Goods") for code in re.findall(r"\w+", row.split("|")[4])}
    assert named
    assert named <= quoted


def test_every_worked_example_and_property_has_a_test_that_exists():
    section = PAGE.partition("\n## What keeps it true\n")[2]
    rows = [row.split("|")[1:-1] for row in section.splitlines() if re.match(r"\| (\d+|[GM]\d+) \|", row)]
    assert [row[0].strip() for row in rows] == [
        *map(str, range(1, 21)),
        *map(str, range(1, 13)),
        *(f"G{number}" for number in range(1, 14)),
        *(f"M{number}" for number in range(1, 9)),
    ]
    for _, what, tests in rows:
        path = ""
        for named in re.findall(r"`([^`]*)::(\w+)`", tests):
            path = named[0] or path
            text = (Path(__file__).parents[2] / path).read_text(encoding="utf-8")
            assert f"\ndef {named[1]}(" in text, what
        assert path or "not built" in tests, what
