"""One table in several files, each of which comes again, edited and cut otherwise: the book is that of the last issue, counted once."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Small
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Intake
from enduse.exchange.answers import Answers
from enduse.exchange.importing import import_file
from support.examples import examples

GOODS = """
profile = "loads"
title = "Loads"
{identity}
[[tells]]
what = "entry"
date = "Day"
place = {{ always = "place:gate" }}
item = "Item"
quantity = "Number"
unit = "Unit"
"""
MONEY = """
profile = "paid"
title = "Paid"
{identity}
[[tells]]
what = "payment"
date = "Day"
amount = "Number"
currency = {{ always = "USD" }}
donor = "Giver"
recipient = {{ always = "party:fund" }}
{id}
"""
ROUNDS = 4
"""So often all files are added again at most: a row gives up its name, another takes it, nothing more is said."""
IDENTITY = 'identity = ["No"]'


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    """A programme in which a warehouse may speak of goods and money."""
    small = Small(tmp_path_factory.mktemp("splits") / "programme")
    yield small
    small.intake.close()


@st.composite
def histories(draw):
    """Draw two or three issues of a table of numbered rows, each cut into one to three files."""
    issues = []
    for _ in range(draw(st.integers(2, 3))):
        chosen = draw(st.dictionaries(st.integers(1, 7), st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1))
        parts = draw(st.integers(1, 3))
        cut = {number: draw(st.integers(1, parts)) for number in chosen}
        issues.append([{number: chosen[number] for number in chosen if cut[number] == part} for part in range(1, 4)])
    return issues


def written(folder, name, rows):
    path = folder / name
    lines = [f"{number},2026-03-{day:02},Flour,{size},kg,party:donor-a" for number, (day, size) in rows.items()]
    path.write_text("\n".join(["No,Day,Item,Number,Unit,Giver", *lines]) + "\n", encoding="utf-8")
    return path


def figures(book):
    """Return the balances that are not nothing."""
    accounts = {
        name: {resource: amount for resource, amount in held.items() if amount}
        for name, held in book.ledger.balances.items()
    }
    return {name: held for name, held in accounts.items() if held}


@pytest.mark.parametrize(("money", "named"), [(False, True), (False, False), (True, True), (True, False)])
@settings(
    max_examples=examples(8),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(issues=histories(), data=st.data())
def test_however_a_table_is_cut_the_book_counts_its_last_issue_once(
    programme, tmp_path_factory, money, named, issues, data
):
    folder = tmp_path_factory.mktemp("cut")
    shape = folder / "shape.toml"
    id_ = 'id = "No"' if named else ""
    shape.write_text((MONEY if money else GOODS).format(identity=IDENTITY if named else "", id=id_), encoding="utf-8")
    with copy_in_memory(programme.book) as cut, copy_in_memory(programme.book) as alone:
        intake = Intake(cut, trial=True)
        for at, parts in enumerate(issues):
            for part in data.draw(st.permutations(range(3))):
                path = written(folder, f"part-{part}-{at}.csv", parts[part])
                answers = Answers(table=f"part-{part}", newest=True, gone=True, changed=data.draw(st.booleans()))
                import_file(intake, path, party="warehouse", profile=shape, answers=answers)
        for _ in range(ROUNDS):  # once more, so that what clashed with a file that had not come yet is said
            said = 0
            for part in range(3):
                path = folder / f"part-{part}-{len(issues) - 1}.csv"
                answers = Answers(table=f"part-{part}", newest=True, gone=True, changed=False)
                said += import_file(intake, path, party="warehouse", profile=shape, answers=answers).statements
            if not said:
                break
        assert not said
        whole = {number: row for part in issues[-1] for number, row in part.items()}
        import_file(Intake(alone, trial=True), written(folder, "whole.csv", whole), party="warehouse", profile=shape)
        assert figures(cut) == figures(alone)
        assert sum(map(Decimal, next(iter(figures(alone).values())).values()))


def test_a_payment_that_moves_from_one_file_to_another_is_not_lost(programme, tmp_path):
    shape = tmp_path / "shape.toml"
    shape.write_text(MONEY.format(identity=IDENTITY, id='id = "No"'), encoding="utf-8")
    four, one = dict.fromkeys(range(1, 5), (1, 1)), {5: (1, 1)}
    with copy_in_memory(programme.book) as book:
        intake = Intake(book, trial=True)

        def add(name, rows):
            answers = Answers(table=name.removesuffix(".csv"))
            return import_file(intake, written(tmp_path, name, rows), party="warehouse", profile=shape, answers=answers)

        assert add("a.csv", four | one).accepted == 5
        clash = add("b.csv", one)
        assert (clash.no_effect, clash.already_recorded) == (1, 0)
        assert add("a.csv", four).issues[0].gone == 1
        moved = add("b.csv", one)
        assert (moved.accepted, moved.issues[0].idle, moved.issues[0].unchanged) == (1, 0, 0)
        assert figures(book)["held fund"] == {"money/USD": 50000}
        again = add("b.csv", one)
        assert (again.statements, again.already_recorded) == (0, 1)


def test_of_two_payments_that_say_the_same_the_one_that_had_no_effect_is_said_again(programme, tmp_path):
    """Nothing names the rows and their number is not read: two of one day and sum differ in that cell alone."""
    shape = tmp_path / "shape.toml"
    shape.write_text(MONEY.format(identity="", id=""), encoding="utf-8")
    moved, other = {2: (3, 1)}, {3: (3, 1)}
    with copy_in_memory(programme.book) as book:
        intake = Intake(book, trial=True)

        def add(name, rows):
            answers = Answers(table=name.removesuffix(".csv"), newest=True, gone=True, changed=False)
            return import_file(intake, written(tmp_path, name, rows), party="warehouse", profile=shape, answers=answers)

        add("a.csv", {1: (2, 8)} | moved)
        assert (add("b.csv", moved | other).accepted, figures(book)["held fund"]) == (1, {"money/USD": 100000})
        add("a.csv", {1: (2, 8)})
        assert add("b.csv", moved | other).issues[0].unchanged == 1
        assert figures(book)["held fund"] == {"money/USD": 100000}
        assert add("b.csv", moved | other).statements == 0


def test_a_row_that_goes_by_the_name_of_one_in_another_file_gives_it_up(programme, tmp_path):
    """Payment 5 moved to another file, and payment 3 there came to say what it had said: both count."""
    shape = tmp_path / "shape.toml"
    shape.write_text(MONEY.format(identity="", id=""), encoding="utf-8")
    with copy_in_memory(programme.book) as book:
        intake = Intake(book, trial=True)

        def add(name, rows):
            answers = Answers(table=name.removesuffix(".csv"), newest=True, gone=True, changed=False)
            return import_file(intake, written(tmp_path, name, rows), party="warehouse", profile=shape, answers=answers)

        add("a.csv", {5: (3, 6), 3: (1, 5)})
        assert add("b.csv", {5: (3, 6)}).no_effect == 1
        given_up = add("a.csv", {3: (3, 6)}).issues[0]
        assert (given_up.changed, list(given_up.by_column)) == (1, ["disbursement"])
        add("b.csv", {5: (3, 6)})
        assert figures(book)["held fund"] == {"money/USD": 120000}
        assert add("a.csv", {3: (3, 6)}).statements + add("b.csv", {5: (3, 6)}).statements == 0
