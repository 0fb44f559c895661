"""Sums that a book keeps block by block are those of one walk over its postings, however it came to its size."""

import pytest

from conftest import Small
from enduse.book.book import Book
from enduse.book.past import as_at
from enduse.views.sums import Sums
from support.corpus import corpus


@pytest.fixture
def blocks_of_five(monkeypatch):
    monkeypatch.setattr("enduse.book.rows.BLOCK", 5)
    monkeypatch.setattr("enduse.book.rows._PIECE", 100)


@pytest.fixture
def said(blocks_of_five, tmp_path):
    small = Small(tmp_path / "programme")
    corpus(small)
    yield small
    small.intake.close()


def plain(sums):
    """Return all that sums say, in their order; an entry counts once for an account, wherever it stands."""

    def lines(by):
        return [(key, line.amount, sorted(set(line.entries)), line.last, line.speakers) for key, line in by.items()]

    in_accounts = [(resource, lines(by)) for resource, by in sums.lines.items()]
    return in_accounts, lines(sums.moves), lines(sums.uses), sums.promises, sums.circles


def test_sums_kept_by_block_are_those_of_one_walk(said):
    book = said.book
    blocks = list(book.summed())
    assert len(blocks) == book.size // 5 + 1 > 8
    pieces = [raw for _, raw in book._stored_rows.scan("sums\0", "sums\1")]
    assert len(pieces) > 3 * len(blocks)
    assert max(map(len, pieces)) == 100
    assert plain(Sums(blocks=blocks)) == plain(Sums(book.postings()))
    assert [one for block in book.summed() for one in block.money] == [
        one for one in book.postings() if one.resource.startswith("money/")
    ]


def test_a_book_has_the_same_rows_in_one_run_or_in_many(said):
    digest = said.book.digest()  # flushed after each statement
    said.book.rebuild()  # flushed once
    assert said.book.digest() == digest
    again = Book(said.book.folder, said.book.log)
    again._store.renew()
    again._empty()
    for size in range(1, said.book.size + 1, 3):
        again.follow(until=size)
    again.follow()
    assert again.digest() == digest
    again.leave()


def test_at_an_earlier_time_only_what_counts_by_then_is_summed(said):
    book = said.book
    times = sorted({posting.effective for posting in book.postings()})
    then = as_at(book, times[0])
    assert then is not book
    assert plain(Sums(blocks=then.summed())) == plain(Sums(one for one in book.postings() if one.effective <= times[0]))
    assert plain(Sums(blocks=then.summed())) != plain(Sums(blocks=book.summed()))
