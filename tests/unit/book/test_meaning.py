"""What the book means has a number of its own: another version of the software keeps the book, another meaning does not."""

import msgspec

from conftest import Small
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.book.store import FORMAT
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.version import __version__
from support.corpus import corpus

PINNED = (111, "38fca0c47f02e3bba36b290309b47261e2b41185880ebda9748228511a771a3a")
"""The meaning, and the digest of the book that :func:`support.corpus.corpus` gives under it."""


def test_whoever_changes_what_the_book_means_raises_its_number(tmp_path):
    small = Small(tmp_path / "programme")
    try:
        digest = corpus(small)
        assert len(list(small.book.postings())) > 50
    finally:
        small.intake.close()
    assert (FORMAT, digest) == PINNED, "the book means something else: raise FORMAT in book/store.py, and pin both here"


def test_another_version_of_the_software_keeps_the_book_and_another_meaning_folds_it_anew(small, monkeypatch):
    small.say("donor", Pledge, PledgeBody(pledge="p1", amount=Money("5", "USD")))
    digest, size = small.book.digest(), small.book.size
    small.intake.close()
    folded = []
    right = Book.fold

    def counted(self, index, *given):
        folded.append(index)
        return right(self, index, *given)

    monkeypatch.setattr(Book, "fold", counted)
    with Book.open(small.folder) as book:
        head = book.encoded()[0]["head"]
        assert (book.digest(), folded) == (digest, [])
    assert __version__.encode() not in head, "the version is no part of what the book means"
    assert msgspec.msgpack.decode(head)["format"] == FORMAT
    monkeypatch.setattr("enduse.book.book.FORMAT", FORMAT + 1)
    with Book.open(small.folder) as book:
        assert (folded, book.told) == (list(range(size)), [])
    monkeypatch.undo()
    small.intake = Intake.open(small.folder)
