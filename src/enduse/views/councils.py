"""Councils that wait for signatures: what would change, replace or set up an umbrella, and who has not signed it."""

import msgspec

from enduse.book.book import Book
from enduse.statements.umbrella import Umbrella


class WaitingCouncil(msgspec.Struct, frozen=True, kw_only=True):
    """An umbrella that some have signed, and that counts for nothing until enough have.

    Attributes:
        umbrella: its identifier.
        signed: who has signed just this content.
        asked: who is asked: whoever decides by a mandate and has not signed, and the council in force where its quorum lacks.
        entries: the statements that were signed.
    """

    umbrella: str
    signed: tuple[str, ...]
    asked: tuple[str, ...]
    entries: tuple[int, ...]


def waiting_councils(book: Book) -> tuple[WaitingCouncil, ...]:
    """Return the councils that wait for signatures, in the order in which they were first stated."""
    programme = book.programme
    found = []
    for signatures in programme.umbrella_signed.values():
        entries = tuple(sorted(map(book.index_of, signatures.values())))
        said = book.statement(entries[0]).statement
        if not isinstance(said, Umbrella):
            continue
        asked = sorted(programme.deciders(said.body) - signatures.keys())
        if programme.umbrella and programme.quorum_missing(tuple(sorted(signatures))):
            asked.append(programme.umbrella)
        found.append(
            WaitingCouncil(
                umbrella=said.body.umbrella, signed=tuple(sorted(signatures)), asked=tuple(asked), entries=entries
            )
        )
    return tuple(sorted(found, key=lambda one: one.entries))
