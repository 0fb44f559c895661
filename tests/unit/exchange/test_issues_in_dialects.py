"""A table that comes again edited, and written in another way: the book is that of its last issue alone, and only edits are edits."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import Small
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Intake
from enduse.exchange.answers import Answers
from enduse.exchange.importing import import_file
from support.dialects import PLAIN, as_csv, as_workbook, dialects, rows
from support.examples import examples

PROFILE = """
profile = "loads"
title = "Loads"
identity = ["Paper"]
[read]
dates = "{dates}"
numbers = "{numbers}"
{sheet}
[[tells]]
what = "entry"
date = "Day"
place = {{ always = "place:gate" }}
item = "Goods"
quantity = "Load"
unit = "Unit"
[lists.units]
"bags" = "KGM"
"""
ANSWERS = Answers(table="loads", newest=True, gone=True, changed=False)


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    small = Small(tmp_path_factory.mktemp("issues") / "programme")
    yield small
    small.intake.close()


def told(table, dialect, folder, *, workbook):
    """Write a table in a dialect; return its file, and the profile that reads it."""
    path = folder / ("issue.xlsx" if workbook else "issue.csv")
    path.write_bytes(as_workbook(table, dialect) if workbook else as_csv(table, dialect))
    shape = folder / "loads.toml"
    shape.write_text(
        PROFILE.format(dates=dialect["dates"], numbers=dialect["numbers"], sheet='sheet = "Data"' if workbook else ""),
        encoding="utf-8",
    )
    return path, shape


def stock(book):
    found = book.ledger.balances.get("stock warehouse place:gate", {})
    return {resource: amount for resource, amount in found.items() if amount}


def one_of_a_paper(table):
    return list({row[1]: row for row in table}.values())


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    rows.map(one_of_a_paper),
    rows.map(one_of_a_paper),
    st.tuples(dialects(), dialects()),
    st.tuples(st.booleans(), st.booleans()),
    st.data(),
)
def test_the_book_is_that_of_the_last_issue_however_each_was_written(
    programme, tmp_path_factory, first, further, ways, books, data
):
    folder = tmp_path_factory.mktemp("issue")
    gone = data.draw(st.sets(st.sampled_from(range(len(first))), max_size=len(first) - 1))
    edited = data.draw(st.sets(st.sampled_from(range(len(first)))))
    papers = {row[1] for row in first}
    added = [row for row in further if row[1] not in papers]
    second = [
        (*row[:3], row[3] + 1, *row[4:]) if at in edited else row for at, row in enumerate(first) if at not in gone
    ]
    second = data.draw(st.permutations(second + added))
    with copy_in_memory(programme.book) as both, copy_in_memory(programme.book) as alone:
        intake = Intake(both, trial=True)
        for table, way, workbook in zip((first, second), ways, books, strict=True):
            path, shape = told(table, way, folder, workbook=workbook)
            result = import_file(intake, path, party="warehouse", profile=shape, answers=ANSWERS)
            assert not result.problems
        path, shape = told(second, PLAIN, folder, workbook=False)
        assert not import_file(Intake(alone, trial=True), path, party="warehouse", profile=shape).problems
        assert stock(both) == stock(alone)
        assert sum(map(Decimal, stock(both).values())) > 0
    (issue,) = result.issues
    assert (issue.changed, issue.gone) == (len(edited - gone), len(gone))
    assert (issue.added, issue.unchanged) == (len(added), len(first) - len(gone | edited))


@settings(max_examples=examples(5), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows.map(one_of_a_paper), st.lists(dialects(), min_size=4, max_size=4), st.data())
def test_however_a_table_is_cut_and_each_part_written_the_book_is_that_of_the_last_issue(
    programme, tmp_path_factory, table, ways, data
):
    folder = tmp_path_factory.mktemp("cut")
    books = data.draw(st.lists(st.booleans(), min_size=4, max_size=4))
    edited = data.draw(st.sets(st.sampled_from(range(len(table)))))
    second = [(*row[:3], row[3] + 1, *row[4:]) if at in edited else row for at, row in enumerate(table)]
    with copy_in_memory(programme.book) as cut, copy_in_memory(programme.book) as alone:
        intake = Intake(cut, trial=True)
        for issue, of in enumerate((table, data.draw(st.permutations(second)))):
            at = data.draw(st.integers(1, len(of)))
            for part, rows_of_it in enumerate((of[:at], of[at:])):
                if rows_of_it or issue:
                    number = 2 * issue + part
                    path, shape = told(rows_of_it, ways[number], folder, workbook=books[number])
                    answers = replace(ANSWERS, table=f"part {part}")
                    assert not import_file(intake, path, party="warehouse", profile=shape, answers=answers).problems
        path, shape = told(second, PLAIN, folder, workbook=False)
        import_file(Intake(alone, trial=True), path, party="warehouse", profile=shape)
        assert stock(cut) == stock(alone)
        assert sum(map(Decimal, stock(cut).values())) > 0
