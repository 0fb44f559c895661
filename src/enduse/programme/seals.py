"""What parties have sealed, and what became of it: disclosed, erased, not yet due, or overdue for all to see."""

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
    """Commitments by their digest."""

    seals: Rows[Seal] = rows(Seal)

    def apply(self, entry: Entry) -> Refusal | None:
        """Take in one entry; return why it has no effect, if so. Other kinds pass by."""
        statement = entry.statement
        match statement:
            case Sealed():
                if statement.body.commitment in self.seals:
                    return Refusal.of("seal.twice")
                self.seals[statement.body.commitment] = Seal(
                    statement.body, statement.party, entry.id, recorded_at=entry.recorded_at
                )
            case Disclosure() | Erasure():
                return self._close(entry, statement)
        return None

    def _close(self, entry: Entry, statement: Disclosure | Erasure) -> Refusal | None:
        known = self.seals.get(statement.body.commitment)
        if known is None:
            return Refusal.of("seal.unknown")
        if known.party != statement.party:
            return Refusal.of("seal.of_another", party=known.party)
        if known.closed_by:
            return Refusal.of("seal.closed_already", closed="erased" if known.basis else "disclosed")
        if isinstance(statement, Disclosure):
            body = statement.body
            opened = commitment(body.field, body.value.encode(), bytes.fromhex(body.salt))
            if opened.hex() != known.body.commitment:
                return Refusal.of("seal.value_differs")
            closed = msgspec.structs.replace(known, value=body.value, closed_by=entry.id)
        else:
            closed = msgspec.structs.replace(known, basis=statement.body.basis, closed_by=entry.id)
        self.seals[known.body.commitment] = closed
        return None

    def overdue(self, at: datetime) -> list[Seal]:
        """Return what should have been disclosed by a moment and was not."""
        return [seal for _, seal in sorted(self.seals.items()) if seal.standing(at) == "overdue"]
