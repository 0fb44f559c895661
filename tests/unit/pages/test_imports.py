"""What became of a file, in words: what is alike is told a few times, and how many more there are."""

import pytest

from enduse.errors import Problem
from enduse.exchange.import_result import CountedNote
from enduse.messages import Message
from enduse.pages.imports import ALIKE_MAX, FIRST_SHOWN, refusals, remarks
from enduse.pages.localizer import Localizer


@pytest.fixture
def words():
    return Localizer("en", {})


def waiting(n, count=1):
    return [CountedNote(Message.of("consignment.never_dispatched", consignment=f"W-{at}"), count) for at in range(n)]


def unread(n, path="Qty"):
    return [
        Problem(
            code="cell.not_a_number",
            values=Message.of("cell.not_a_number", read=f"{at}x", form="1234.5").values,
            source="a.csv",
            line=at + 2,
            path=path,
        )
        for at in range(n)
    ]


def test_few_remarks_are_told_one_by_one(words):
    assert [line.rows for line in remarks(waiting(ALIKE_MAX, 2), words)] == [2] * ALIKE_MAX


def test_of_three_thousand_remarks_the_first_are_told_and_how_many_more_there_are(words):
    lines = remarks(waiting(3000), words)
    assert [line.rows for line in lines] == [1] * FIRST_SHOWN + [0]
    assert "W-0" in lines[0].told
    assert "2,997" in lines[-1].told


def test_refusals_of_one_column_are_of_one_kind_and_all_rows_add_up(words):
    lines = refusals([*unread(5), *unread(400, "Weight")], words)
    assert [line.rows for line in lines] == [1] * FIRST_SHOWN + [0] + [1] * 5  # what is most comes first
    assert "397" in lines[FIRST_SHOWN].told
    assert len({line.remedy for line in lines if line.remedy}) == 1
    assert sum(bool(line.remedy) for line in lines) == 2  # once of each kind


def test_a_refusal_of_many_rows_names_the_first(words):
    (line,) = refusals([*unread(1), *unread(1), *unread(1), *unread(1)], words)
    assert (line.rows, len(line.places)) == (4, 3)
