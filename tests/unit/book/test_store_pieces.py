"""A flush goes into the tree piece by piece, so that its memory does not grow with the book; it is still one transaction."""

from random import Random

import pytest

from enduse.book.row_tree import RowTree
from enduse.book.store import CHANGED_AT_ONCE, BookStore

FIRST = {f"row\0{n:05d}": b"%d" % n for n in range(700)}
THEN = {key: b"changed" if at % 3 else None for at, key in enumerate(FIRST) if at % 7 == 0} | {"row\0new": b"new"}
STANDING = {key: row for key, row in (FIRST | THEN).items() if row is not None}


def whole():
    store = BookStore()
    store.flush({"state": b"2"}, dict(STANDING))
    return store.digest()


@pytest.mark.parametrize("pieces", [1, 5, 64, 10_000])
def test_the_book_is_the_same_whatever_the_pieces(tmp_path, monkeypatch, pieces):
    monkeypatch.setattr("enduse.book.store.CHANGED_AT_ONCE", pieces)
    store = BookStore(tmp_path / "book.db")
    store.flush({"state": b"1"}, dict(FIRST))
    mixed = list(THEN.items())
    Random(1).shuffle(mixed)
    store.flush({"state": b"2"}, dict(mixed))
    assert store.digest() == whole()
    again = BookStore(tmp_path / "book.db")
    assert again.load() == {"state": b"2"}
    assert dict(again.some("row", "row\1", 1_000)) == STANDING
    again.tree.check()


def test_no_more_than_a_piece_is_changed_at_once(monkeypatch):
    sizes = []

    class Counted(RowTree):
        def changed(self, edits):
            sizes.append(len(edits))
            return super().changed(edits)

    monkeypatch.setattr("enduse.book.store.RowTree", Counted)
    BookStore().flush({"state": b"1"}, {f"row\0{n:06d}": b"x" for n in range(3 * CHANGED_AT_ONCE)})
    assert max(sizes) <= CHANGED_AT_ONCE


def test_a_flush_that_fails_behind_its_first_pieces_leaves_what_was_stored_and_is_taken_again(tmp_path, monkeypatch):
    monkeypatch.setattr("enduse.book.store.CHANGED_AT_ONCE", 50)
    store = BookStore(tmp_path / "book.db")
    store.flush({"state": b"1"}, dict(FIRST))
    before = store.digest()
    with pytest.raises(UnicodeEncodeError):
        store.flush({"state": b"9"}, {**THEN, "row\0\udc80": b"no text that can be kept"})
    assert store.digest() == before
    other = BookStore(tmp_path / "book.db")
    assert (other.load(), dict(other.some("row", "row\1", 1_000))) == ({"state": b"1"}, FIRST)
    assert dict(store.some("row", "row\1", 1_000)) == FIRST
    store.flush({"state": b"2"}, dict(THEN))
    assert store.digest() == whole()
