"""What parties have sealed, and what became of it: disclosed, erased, not yet due, or overdue for all to see."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Refusal
from enduse.rows import Rows, rows
from enduse.statements.entry import Entry
from enduse.statements.sealed import Disclosure, Erasure, Sealed, SealedBody
from enduse.terms.commitment import commitment

Standing = Literal["sealed", "overdue", "disclosed", "erased"]


class Seal(msgspec.Struct, frozen=True):
    """One commitment.

    Attributes:
        body: as sealed.
        party: who sealed it.
        entry: statement that did.
        value: once disclosed.
        closed_by: statement that disclosed or erased it.
        basis: once erased, on what basis.
        recorded_at: when the record took the commitment.
    """

    body: SealedBody
    party: str
    entry: str
    value: str | None = None
    closed_by: str = ""
    basis: str = ""
    recorded_at: datetime | None = None

    def standing(self, at: datetime) -> Standing:
        """Return how it stands at a moment."""
        if self.basis:
            return "erased"
        if self.closed_by:
            return "disclosed"
        return "overdue" if self.body.due is not None and at >= self.body.due else "sealed"


class Seals(msgspec.Struct):
    """Commitments by their digest; one that another party had sealed before, with the party behind it."""

    seals: Rows[Seal] = rows(Seal)

    def of(self, digest: str, party: str) -> Seal | None:
        """Return what a party sealed under a commitment; where it sealed none of that name, what another did."""
        first: Seal | None = self.seals.get(digest)
        if first is not None and first.party == party:
            return first
        own: Seal | None = self.seals.get(f"{digest} {party}")
        return first if own is None else own

    def apply(self, entry: Entry) -> Refusal | None:
        """Take in one entry; return why it has no effect, if so. Other kinds pass by."""
        statement = entry.statement
        match statement:
            case Sealed():
                digest, party = statement.body.commitment, statement.party
                known = self.of(digest, party)
                if known is not None and known.party == party:
                    return Refusal.of("seal.twice")
                # Who sees a commitment on its way, as the keeper does, could else take it from whoever made it.
                self.seals[digest if known is None else f"{digest} {party}"] = Seal(
                    statement.body, statement.party, entry.id, recorded_at=entry.recorded_at
                )
            case Disclosure() | Erasure():
                return self._close(entry, statement)
        return None

    def _close(self, entry: Entry, statement: Disclosure | Erasure) -> Refusal | None:
        digest, party = statement.body.commitment, statement.party
        known = self.of(digest, party)
        if known is None:
            return Refusal.of("seal.unknown")
        if known.party != statement.party:
            return Refusal.of("seal.of_another", party=known.party)
        if known.closed_by:
            return Refusal.of("seal.closed_already", closed="erased" if known.basis else "disclosed")
        if isinstance(statement, Disclosure):
            body = statement.body
            if any(one.value is not None for key, one in self._alike(digest) if one.party != party):
                return Refusal.of("seal.copied")
            opened = commitment(body.field, body.value.encode(), bytes.fromhex(body.salt))
            if opened.hex() != known.body.commitment:
                return Refusal.of("seal.value_differs")
            closed = msgspec.structs.replace(known, value=body.value, closed_by=entry.id)
        else:
            closed = msgspec.structs.replace(known, basis=statement.body.basis, closed_by=entry.id)
        first = self.seals.get(digest)
        self.seals[digest if first is not None and first.party == party else f"{digest} {party}"] = closed
        return None

    def _alike(self, digest: str) -> Iterator[tuple[str, Seal]]:
        """Give all that was sealed under one commitment."""
        yield from self.seals.between(digest, f"{digest}!")

    def overdue(self, at: datetime) -> list[Seal]:
        """Return what should have been disclosed by a moment and was not."""
        return [seal for _, seal in sorted(self.seals.items()) if seal.standing(at) == "overdue"]
