"""Draws that were announced: who said beforehand what would be drawn, from what, and by which seed."""

from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.inspection.announcement import ANNOUNCED
from enduse.statements.programme import Clock


class AnnouncedDraw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw that a party undertook to make before its seed was known.

    Attributes:
        party: who said so.
        entry: its statement.
        recorded: when that was recorded.
        others: further draws that the party announced and has not called off: it may tell only one that suits it.
    """

    party: str
    entry: int
    recorded: datetime
    others: int


def announced(book: Book, topic: str, before: int | None = None, by: str | None = None) -> AnnouncedDraw | None:
    """Return the first announcement of a draw that stands, or ``None``.

    Args:
        book: all that is known.
        topic: as :func:`enduse.inspection.announcement.announced_as` gives it.
        before: size of the record whose root is the seed. The last entry of that, after the announcement, must be somebody else's,
            or whoever announces could choose what it says until the root suits it.
        by: the party that draws, where only its own word counts.
    """
    register = book.programme.undertakings.undertakings.values()
    own = [one for one in register if one.registered_by == one.body.by and not one.withdrawn_entry]
    draws = [one for one in own if (one.body.about or "").startswith(ANNOUNCED) and by in {None, one.registered_by}]
    if before is not None:
        draws = [one for one in draws if _parted(book, one.index, one.registered_by, before)]
    first = min((one for one in draws if one.body.about == topic), key=lambda one: one.index, default=None)
    if first is None:
        return None
    others = {one.body.about for one in draws if one.registered_by == first.registered_by} - {topic}
    return AnnouncedDraw(
        party=first.registered_by, entry=first.index, recorded=book.clocks.at(first.index), others=len(others)
    )


def _parted(book: Book, index: int, party: str, size: int) -> bool:
    """Say whether the record has an entry after an announcement, and at a size ends with one of a party unrelated to who announced.

    The keeper's clocks are passed over: what they will read can be guessed.
    """
    for each in range(min(size, book.size) - 1, index, -1):
        statement = book.statement(each).statement
        if not isinstance(statement, Clock):
            return statement.party != party and not book.programme.related(statement.party, party)
    return False
