"""One voice a relation: whose word about a donor's money is summed, and whose stands beside.

A relation is a donor's pledges in one currency, its commitments in it, its payments to one recipient in it, or what one
party gave back to it. Of those who speak of it, in whatever currency, one counts: the party whose money it is, and until it speaks
whoever reported it first. Services tell payments in their own currency, so that a report in dollars may be of the euros that the payer
tells. What the others say stands beside: kept, named, in no sum. A report never takes out of a
promise that somebody else told: such a payment moves cash and keeps no promise, and a commitment stands beside.

A refund gives back, and opens a promise again, only as far as who gives back was recorded as paid by that very party in
that currency; what is beyond is a payment. A reporter's refund of what another told to have been paid stands beside. All of it
follows from what stands, not from its order, except which of two reporters came first.

What one tells as a gift in kind another may tell as a payment. Both count, until the recipient says that its own is the one that
the payer tells under another number: then it stands beside.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.draft import Draft
from enduse.ledger.state import NO_BACK, Back, Half, Said, State, Told
from enduse.terms.amounts import base_of

KEEPS: Final = frozenset(("fulfilled", "reopened"))
"""Why a promise is kept or open again; the halves that say so come before those that move cash."""

PAIR: Final = 2
"""Halves of one movement; of a refund the last two move cash, those before them open a promise again."""


def relation_of(kind: str, payer: str, currency: str, other: str = "") -> str:
    """Return the relation that a money statement speaks of; ``other`` is whom cash goes to."""
    return " ".join(part for part in (kind, payer, currency, other) if part)


def donor_of(relation: str) -> str:
    """Return whose promises a relation bears on: the payer's, or of a refund those of whom it goes back to."""
    kind, payer, *_, last = relation.split(" ")
    return last if kind == "refund" else payer


def mirror_of(relation: str) -> str:
    """Return the payments that a relation of refunds gives back, or the refunds that give such payments back."""
    kind, payer, currency, *other = relation.split(" ")
    kinds = {"refund": "disbursement", "disbursement": "refund"}
    return relation_of(kinds[kind], other[0], currency, payer) if kind in kinds else ""


def other_form(relation: str) -> str:
    """Return the gifts in kind of a relation of payments, or the payments of one of gifts: one may be told as the other."""
    kind, _, rest = relation.partition(" ")
    kinds = {"gift": "disbursement", "disbursement": "gift"}
    return f"{kinds[kind]} {rest}" if kind in kinds else ""


def voice_key(relation: str) -> str:
    """Return under what it is kept who speaks of a relation: its currency left out, but of an exchange, which is one of two currencies."""
    kind, payer, currency, *other = relation.split(" ")
    return relation_of(kind, payer, currency if kind == "exchange" else "*", *other)


class Voices:
    """What is told of one donor's money, while one statement about ``relation`` changes it.

    The changes are written down after the commit, so that a statement has all of its effect or none.
    """

    def __init__(self, draft: Draft, relation: str) -> None:
        self._draft = draft
        self._relation, self._key = relation, voice_key(relation)
        self._donor = donor_of(relation)
        self._heard: list[tuple[str, int]] | None = None
        self._changed = ""
        self._placed: list[tuple[Said, Told, Back]] = []

    def of(self, relation: str) -> str:
        """Return whose word counts for a relation, or nothing where nobody speaks of it."""
        speakers = [party for party, _ in self._speakers(relation)]
        own = relation.split(" ")[1]
        return own if own in speakers else speakers[0] if speakers else ""

    def _speakers(self, relation: str) -> list[tuple[str, int]]:
        key = voice_key(relation)
        if key == self._key and self._heard is not None:
            return self._heard
        return list(self._draft.state.voices.get(key, ()))

    def hear(self, party: str, *, gone: Said | None = None) -> None:
        """Let ``party`` speak once more, or take back ``gone``."""
        self._changed = self.of(self._relation)
        known = dict(self._speakers(self._relation))
        known[party] = known.get(party, 0) + (1 if gone is None else -1)
        self._heard = [(name, count) for name, count in known.items() if count]

    def settle(self, said: Said, *, gone: bool = False) -> Said:
        """Book a statement that spoke, unless it is gone, and whatever it changes for others; returns how it stands.

        Where nobody else counts than before and nothing was given back between the two, nothing changes for others.
        """
        others = []
        if self.of(self._relation) != self._changed or self._gives_back() or self._in_both_forms():
            every = (self._draft.state.said[name] for name in told_of(self._draft.state, self._donor))
            others = [other for other in every if other.id != said.id]
        stands = [one for one in (*others, said) if not gone or one.id != said.id]
        own = (one for one in stands if one.party == one.relation.split(" ")[1])
        numbers = {(voice_key(one.relation), one.halves[-1].item) for one in own}
        told = {one.id: self._placed_among(one, numbers) for one in stands}
        backs = _backs([(one, told[one.id]) for one in stands])
        for other in others:
            now = told[other.id], backs.get(other.id, NO_BACK)
            if now != (other.told, other.back):
                self._draft.take_back(posted(other.halves, other.told, other.back), other.where)
                self._draft.halves += posted(other.halves, *now)
                self._placed.append((other, *now))
        if gone:
            return said
        said = msgspec.structs.replace(said, told=told[said.id], back=backs.get(said.id, NO_BACK))
        self._draft.halves += posted(said.halves, said.told, said.back)
        return said

    def _gives_back(self) -> bool:
        return self._relation.startswith("refund ") or mirror_of(self._key) in self._draft.state.voices

    def _in_both_forms(self) -> bool:
        return other_form(self._key) in self._draft.state.voices

    def _placed_among(self, one: Said, numbers: set[tuple[str, str | None]]) -> Told:
        """Return how a statement stands; beside where it confirms a number under which its payer tells it in the other form."""
        joined = one.confirms and (other_form(voice_key(one.relation)), one.confirms) in numbers
        return "beside" if joined else self.place(one.party, one.relation, one.halves)

    def place(self, party: str, relation: str, halves: tuple[Half, ...]) -> Told:
        """Return how a statement about a relation stands."""
        if self.of(relation) != party:
            return "beside"
        if relation.startswith("refund "):
            _, payer, _, giver = relation.split(" ")
            own = party in {payer, giver} or self.of(mirror_of(relation)) in {"", party}
            return "counts" if own else "beside"
        promise = halves[0]
        if party == relation.split(" ")[1] or class_of(promise.account) not in {"pledged", "committed"}:
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
            state.voices[self._key] = tuple(self._heard)
        else:
            state.voices.pop(self._key, None)
        for other, told, back in self._placed:
            state.said[other.id] = msgspec.structs.replace(other, told=told, back=back, posted=self._draft.index)
        key = f"{self._donor}\t{said.index:012d}"
        if gone:
            del state.told[key]
        else:
            state.told[key] = said.id


def told_of(state: State, donor: str) -> list[str]:
    """Return the statements about a donor's money, in the order they were recorded."""
    return [name for _, name in state.told.between(f"{donor}\t", f"{donor}\n")]


def disputed(state: State) -> set[str]:
    """Return the donors about whose money a word may stand beside: several speak, or it is of a commitment or refund.

    So may it where gifts in kind are told and payments too.
    """
    return {
        donor_of(relation)
        for relation, heard in state.voices.items()
        if len(heard) > 1
        or relation.startswith(("commitment ", "refund "))
        or (relation.startswith("gift ") and other_form(relation) in state.voices)
    }


def told_about(state: State, donors: Iterable[str]) -> list[Said]:
    """Return the statements about the money of some donors, in the order they were recorded."""
    told = [row for donor in donors for row in state.told.between(f"{donor}\t", f"{donor}\n")]
    return [state.said[name] for _, name in sorted(told, key=lambda row: row[0].rpartition("\t")[2])]


def _backs(every: list[tuple[Said, Told]]) -> dict[str, Back]:
    """Return as how much each refund that counts gives back, the earlier claimed first: no more than was paid.

    What a refund opens again is no more than what the payments from the same to the same kept of that very promise.
    """
    paid, kept = Counter[str](), Counter[tuple[str, str]]()
    for one, told in every:
        if one.relation.startswith("disbursement ") and told != "beside":
            paid[one.relation] += one.halves[-1].amount
            for half in posted(one.halves, told)[:-2]:
                if half.amount > 0:
                    kept[one.relation, f"{half.account} {half.resource}"] += half.amount
    backs: dict[str, Back] = {}
    refunds = [one for one, told in every if one.relation.startswith("refund ") and told != "beside"]
    for one in sorted(refunds, key=lambda one: (one.halves[-1].effective, one.id)):
        mirror, amount = mirror_of(one.relation), one.halves[-1].amount
        cash = min(amount, paid[mirror])
        paid[mirror] -= cash
        opened = 0
        if len(one.halves) > PAIR:
            promise = one.halves[0]
            spot = mirror, f"{promise.account} {promise.resource}"
            opened = min(-promise.amount * cash // amount, kept[spot])
            kept[spot] -= opened
        backs[one.id] = cash, opened
    return backs


def posted(halves: tuple[Half, ...], told: Told, back: Back = NO_BACK) -> tuple[Half, ...]:
    """Return what of a money statement is booked, by how it stands; of a refund what is beyond is a payment."""
    if told == "beside":
        return ()
    if halves[-1].code != "refunded":
        return halves if told == "counts" else tuple(half for half in halves if half.code not in KEEPS)
    cash, opened = back
    parts = [(halves[:-PAIR], opened, "reopened"), (halves[-PAIR:], cash, "refunded")]
    parts.append((halves[-PAIR:], halves[-1].amount - cash, "disbursed"))
    return tuple(
        half._replace(amount=amount if half.amount > 0 else -amount, code=code)
        for pair, amount, code in parts
        if amount
        for half in pair
    )


def withdraw(draft: Draft, said: Said) -> Voices:
    """Take back what somebody told of a donor's money; what stood beside it may count from now on.

    The caller writes the change of voices down, after the commit.
    """
    draft.take_back(posted(said.halves, said.told, said.back), said.where)
    voices = Voices(draft, said.relation)
    voices.hear(said.party, gone=said)
    voices.settle(said, gone=True)
    return voices
