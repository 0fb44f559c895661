"""One voice a relation: whose word about a donor's money is summed, and whose stands beside.

A relation is a donor's pledges in one currency, its commitments in it, its payments to one recipient in it, or what one
party gave back to it. Of those who speak of a relation one counts: the party whose money it is, and until it speaks
whoever reported it first. What the others say stands beside: kept, named, in no sum. A report never takes out of a
promise that somebody else told: such a payment moves cash and keeps no promise, and a commitment stands beside. All of it
follows from what stands, not from its order, except which of two reporters came first.
"""

from typing import Final

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.draft import Draft
from enduse.ledger.state import Half, Said, Told
from enduse.terms.amounts import base_of

KEEPS: Final = frozenset(("fulfilled", "reopened"))
"""Why a promise is kept or open again; the halves that say so come before those that move cash."""


def relation_of(kind: str, payer: str, currency: str, other: str = "") -> str:
    """Return the relation that a money statement speaks of; ``other`` is whom cash goes to."""
    return " ".join(part for part in (kind, payer, currency, other) if part)


def donor_of(relation: str) -> str:
    """Return whose promises a relation bears on: the payer's, or of a refund those of whom it goes back to."""
    kind, payer, *_, last = relation.split(" ")
    return last if kind == "refund" else payer


class Voices:
    """What is told of one donor's money, while one statement about ``relation`` changes it.

    The changes are written down after the commit, so that a statement has all of its effect or none.
    """

    def __init__(self, draft: Draft, relation: str) -> None:
        self._draft = draft
        self._relation = relation
        self._donor = donor_of(relation)
        self._heard: list[tuple[str, int]] | None = None
        self._placed: list[tuple[Said, Told]] = []

    def of(self, relation: str) -> str:
        """Return whose word counts for a relation, or nothing where nobody speaks of it."""
        speakers = [party for party, _ in self._speakers(relation)]
        own = relation.split(" ")[1]
        return own if own in speakers else speakers[0] if speakers else ""

    def _speakers(self, relation: str) -> list[tuple[str, int]]:
        if relation == self._relation and self._heard is not None:
            return self._heard
        return self._draft.state.voices.get(relation, [])

    def hear(self, party: str, *, gone: Said | None = None) -> None:
        """Let ``party`` speak once more, or take back ``gone``; whatever that changes for others follows."""
        before = self.of(self._relation)
        known = dict(self._speakers(self._relation))
        known[party] = known.get(party, 0) + (1 if gone is None else -1)
        self._heard = [(name, count) for name, count in known.items() if count]
        if self.of(self._relation) == before:
            return
        for name in self._draft.state.told.get(self._donor, ()):
            said = self._draft.state.said[name]
            told = self.place(said.party, said.relation, said.halves)
            if said is not gone and told != said.told:
                self._draft.take_back(posted(said.halves, said.told), said.where)
                self._draft.halves += posted(said.halves, told)
                self._placed.append((said, told))

    def place(self, party: str, relation: str, halves: tuple[Half, ...]) -> Told:
        """Return how a statement about a relation stands."""
        if self.of(relation) != party:
            return "beside"
        promise = halves[0]
        if party == relation.split(" ")[1] or class_of(promise.account) not in {"pledged", "committed", "fulfilled"}:
            return "counts"
        donor, currency = owner_of(promise.account), base_of(promise.resource)
        if {self.of(relation_of(kind, donor, currency)) for kind in ("pledge", "commitment")} <= {"", party}:
            return "counts"
        return "beside" if relation.startswith("commitment ") else "apart"

    def write(self, said: Said, *, gone: bool = False) -> None:
        """Write everything down, after the commit.

        Args:
            said: the statement that spoke, or was taken back.
            gone: whether it was taken back.
        """
        state = self._draft.state
        if self._heard:
            state.voices[self._relation] = self._heard
        else:
            state.voices.pop(self._relation, None)
        for other, told in self._placed:
            other.told, other.posted = told, self._draft.index
        names = state.told.setdefault(self._donor, [])
        if not gone:
            names.append(self._draft.entry.id)
            return
        names[:] = [name for name in names if state.said[name] is not said]
        if not names:
            del state.told[self._donor]


def posted(halves: tuple[Half, ...], told: Told) -> tuple[Half, ...]:
    """Return what of a money statement is booked, by how it stands."""
    if told == "beside":
        return ()
    return halves if told == "counts" else tuple(half for half in halves if half.code not in KEEPS)


def withdraw(draft: Draft, said: Said) -> Voices:
    """Take back what somebody told of a donor's money; what stood beside it may count from now on.

    The caller writes the change of voices down, after the commit.
    """
    draft.take_back(posted(said.halves, said.told), said.where)
    voices = Voices(draft, said.relation)
    voices.hear(said.party, gone=said)
    return voices
