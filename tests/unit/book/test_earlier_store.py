"""The book as it stood at a size is taken up where a block of entries began: the same rows as folded from nothing."""

import pytest

from conftest import ORIGIN, Small, seed_of
from enduse.book.book import Book
from enduse.book.past import at_size
from enduse.book.store import BookStore
from enduse.rows import AFTER
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.views.status import status
from support.corpus import corpus, moved

BLOCK = 5


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    for module in ("rows", "past", "earlier_store"):
        monkeypatch.setattr(f"enduse.book.{module}.BLOCK", BLOCK)


@pytest.fixture
def said(tmp_path):
    small = Small(tmp_path / "programme")
    yield small
    small.intake.close()


def everything(book):
    """Return states and rows, all that any answer is had from."""
    book.flush()
    return book.encoded()[0], list(book._stored_rows.scan("", AFTER))


def folded(book, size):
    fresh = Book(book.folder, book.log, BookStore())
    fresh.follow(until=size)
    return fresh


def test_at_every_size_it_is_the_book_that_was_folded_to_there(said, monkeypatch):
    corpus(said)
    said.say("warehouse", Goods, moved("shipping", "place:depot", "c1", 7))  # rows of long ago change again
    name = said.book.statement(said.book.size - 1).id
    said.say("warehouse", Correction, CorrectionBody(corrects=name, reason="incorrect_data"))
    book = said.book
    followed = []
    right = Book._fold_row

    def counted(self, row, *more):
        followed.append(row.index)
        return right(self, row, *more)

    fresh = Book(book.folder, book.log, BookStore())
    for size in range(1, book.size):
        fresh.follow(until=size)
        with monkeypatch.context() as patched:
            patched.setattr(Book, "_fold_row", counted)
            followed.clear()
            with at_size(book, size) as earlier:
                assert followed == list(range(size // BLOCK * BLOCK, size)), "no entry before the block is read"
                assert everything(earlier) == everything(fresh)
                assert earlier.root == fresh.root
    assert earlier.digest() == fresh.digest()
    fresh.leave()


def test_of_an_earlier_book_an_earlier_one_is_had_too(said):
    corpus(said)
    with at_size(said.book, said.book.size - 3) as earlier, at_size(earlier, said.book.size - 13) as before:
        fresh = folded(said.book, before.size)
        assert everything(before) == everything(fresh)
        assert status(before) == status(fresh)
        fresh.leave()


def test_a_block_that_ends_in_the_middle_of_a_batch_knows_the_keys_as_they_were_there(said):
    """The keyring takes in a whole batch before its first statement is folded."""
    public = seed_of("late").public.hex()
    proof = seed_of("late").sign(possession_message(ORIGIN, seed_of("keeper").public.hex(), "late", public))
    enrolment = KeyBody(action="enrol", party="late", public_key=public, possession=proof.hex())

    def pledged(party, n):
        return said.says(party, Pledge, PledgeBody(pledge=f"{party}-{n}", amount=Money("1", "USD")))

    batch = [pledged("donor", n) for n in range(7)]
    batch += [said.says("keeper", Key, enrolment), *(pledged("fund", n) for n in range(7))]
    assert all(taken.outcome == "accepted" for taken in said.intake.say(batch, said.now))
    book = said.book
    digest = book.digest()
    known = []
    for size in range(book.size - 16, book.size):
        fresh = folded(book, size)
        with at_size(book, size) as earlier:
            assert everything(earlier) == everything(fresh)
            known.append("late" in {key.party for key in earlier.keyring.keys.values()})
        fresh.leave()
    assert known == [False] * 9 + [True] * 7
    book.rebuild()
    assert book.digest() == digest, "one batch or one by one, what is kept of earlier blocks is the same"
