"""The explanation of the ledger names what the code has."""

import re
from pathlib import Path

import enduse.ledger
from enduse.ledger.accounts import GOODS_CLASSES, MONEY_CLASSES
from enduse.ledger.goods import _STEPS
from enduse.statements.epcis import SAME_STEP

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
