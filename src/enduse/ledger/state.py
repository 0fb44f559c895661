"""What the ledger must remember to go on; everything else is in the postings.

The state is one plain structure, so two ledgers are equal exactly when their encodings are. Whatever grows with the record
stands in rows (:mod:`enduse.rows`), and no value in them changes in place, save a day of the timeline and what one account
holds, of which the rows are told each time.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import msgspec

from enduse.ledger.accounts import stock, unusable
from enduse.ledger.posting import PurchaseLink
from enduse.rows import Rows, rows
from enduse.statements.epcis import Element

Told = Literal["counts", "apart", "beside"]
"""How a statement about money stands: as it says; keeping no promise; in no sum (:mod:`enduse.ledger.voices`)."""
Back = tuple[int, int]
"""Of a refund: as much cash as was paid before, and as much of the promise as is open again."""
NO_BACK: Final[Back] = (0, 0)
OWN: Final = -1
"""Cause of a half that is the effect of the very statement that posts it."""


EXACT: Final = -1
"""Of a time that is claimed finer than to the day."""
GAP: Final = -2
"""Of a change that a count made."""


class Change(NamedTuple):
    """A change of a stock or use that stands: when, how much, and how its time is known.

    Where no more than the day is claimed, ``into_day`` is how many microseconds of it have passed at ``effective``.
    """

    effective: int
    amount: int
    into_day: int = EXACT


class Half(NamedTuple):
    """One half of a movement: a posting before it has a place in the record; ``order`` is its rank among counts.

    ``speaker`` is who says so of another party's money or goods, else nobody; ``cause`` the entry whose effect it is; ``into_day``
    as in :class:`Change`.
    """

    resource: str
    account: str
    amount: int
    code: str
    effective: int
    lot: str | None
    item: str | None
    order: int
    reverses: int | None
    speaker: str | None = None
    cause: int = OWN
    into_day: int = EXACT


class Line(msgspec.Struct, frozen=True, array_like=True):
    """Goods in a statement: resource, lot where named, smallest units.

    Where they were told in packs, ``written`` is the pack's base unit, and ``sure`` says whether its content is exact. Where
    they were told in a unit that is no whole number of base units, ``written`` is that. ``rounding`` is half of the last place
    to which the figure was written, smallest units. ``instead_of`` is the material in whose place they came, by their receiver's word.
    ``within`` is the packed unit in which they are, and its packer, where they are told by that unit alone.
    """

    resource: str
    lot: str | None
    amount: int
    written: str = ""
    sure: bool = True
    rounding: int = 0
    instead_of: str = ""
    within: str = ""


class PackLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How much one pack of an item holds, by whose statement.

    Attributes:
        holds: in base units.
        base: which base unit.
        exact: whether it was defined or counted.
        lot: for this lot only.
        effective: from when on, microseconds since 1970.
        id: of the statement.
    """

    holds: int
    base: str
    exact: bool
    lot: str | None
    effective: int
    id: str


class PackedUnit(msgspec.Struct, frozen=True, array_like=True):
    """A pallet or container with a number of its own.

    Attributes:
        packer: who packed it, by its own word.
        parts: what was put in, by statement.
        received: who received it, and under which number.
    """

    packer: str
    parts: tuple[tuple[str, tuple[Element, ...]], ...] = ()
    received: tuple[tuple[str, str], ...] = ()


Role = Literal["dispatch", "receipt", "refusal", "void", "takeover"]
"""What a statement says of a consignment."""

Complete = Literal["", "counted", "inferred"]
"""Whether a receiver says that no more will come, and whether it counted what came."""


Lending = Literal["", "loan", "repayment"]
"""Reasons of goods that are lent, or given back."""


class Leg(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One statement about a consignment.

    Attributes:
        entry: log index of the statement.
        role: what it says.
        speaker: party that said it.
        holder: whose stock it touches; another than the speaker only in imported statements. Of a void, the sender.
        place: where that stock is.
        carrier: who carried it, where that is named; of a dispatch the sender itself where nobody is; of a takeover who
            handed it over.
        effective: claimed time, microseconds since 1970.
        lines: the goods; of a void none where all that was dispatched so far is meant.
        id: identifier of the statement.
        other: who has the other end, where this leg names it: the receiver of a dispatch, the sender of a receipt.
        towards: place a dispatch goes to, where it is named.
        complete: the receiver says that nothing more comes.
        into_day: as in :class:`Change`.
        spoiled: the goods are damaged, expired or recalled: they lie apart from the usable stock.
        lending: whether it calls them lent, or given back of what was lent.
        opened: the packed unit that was unpacked: what was found in it.
    """

    entry: int
    role: Role
    speaker: str
    holder: str
    place: str
    carrier: str = ""
    effective: int
    lines: tuple[Line, ...]
    id: str
    other: str | None = None
    towards: str | None = None
    complete: Complete = ""
    into_day: int = EXACT
    spoiled: bool = False
    lending: Lending = ""
    opened: str = ""

    @property
    def home(self) -> str:
        """The account that it touches at its holder's end."""
        return (unusable if self.spoiled else stock)(self.holder, self.place)

    @property
    def told_by(self) -> str | None:
        """Who says so of another's stock; nobody where its holder does, or its receiver sends goods back."""
        return None if self.speaker == self.holder or self.role == "void" else self.speaker


class Consignment(msgspec.Struct, frozen=True, array_like=True):
    """All that was said about what one sender sent under one number.

    Attributes:
        number: what the parties call it; another sender may use the same, and the same sender again later.
        sender: who sent it.
        series: day of its first dispatch where the sender had used the number before, else empty.
        legs: in the order they were recorded.
    """

    number: str
    sender: str
    series: str
    legs: tuple[Leg, ...]

    @property
    def item(self) -> str:
        """Its name beside its sender."""
        return f"{self.number} {self.series}" if self.series else self.number

    @property
    def key(self) -> str:
        """Its name in the ledger: sender, number and, where the number came again, series."""
        return f"{self.sender} {self.item}"

    def of(self, role: Role) -> tuple[Leg, ...]:
        """Return the legs of one role."""
        return tuple([leg for leg in self.legs if leg.role == role])


class Sighting(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Somebody saw goods of a consignment on their way.

    Attributes:
        effective: claimed time, microseconds since 1970.
        place: where.
        speaker: who says so.
        sender: whose consignment it is, where that is named.
        id: of the statement.
    """

    effective: int
    place: str
    speaker: str
    sender: str | None
    id: str


class WithoutEffect(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Somebody said something of a consignment that had no effect.

    Attributes:
        party: who said it.
        effective: claimed time, microseconds since 1970.
        id: of the statement.
        entry: log index.
    """

    party: str
    effective: int
    id: str
    entry: int


class Count(msgspec.Struct, frozen=True, array_like=True):
    """A stock count that stands (:mod:`enduse.ledger.counts`).

    Attributes:
        effective: its claimed time.
        entry: log index.
        absorbed: what it moved from stock to difference, later facts about earlier times included.
        into_day: as in :class:`Change`.
        shift: by how much that is more than the order of claimed times alone gives.
        low: the least that it would move in any order of what the times leave open, the earlier counts of the stock unmoved.
        high: the most.
    """

    effective: int
    entry: int
    absorbed: int
    into_day: int = EXACT
    shift: int = 0
    low: int = 0
    high: int = 0


SaidRole = Literal["", "leg", "count", "finding", "catalogue", "seen"]
"""Which rule takes a statement back."""


class Said(msgspec.Struct, frozen=True, array_like=True):
    """A statement that had an effect, kept so that its own party can take it back.

    Attributes:
        index: log index.
        party: who said it.
        role: which rule takes it back.
        key: number of the consignment, for a leg of one; stock account, for a count; what a pack or name is of.
        name: key in :attr:`State.names`, for what is given once.
        halves: what it moved itself; of a leg nothing, for that follows from all that stands under its number.
        links: purchases it named.
        taken_back_by: log index of the correction.
        about: whose goods it speaks of, where that is not its party: the holder may take the report back as well.
        posted: entry that posted the halves, where that is not the statement's own (-1: it is).
        relation: for a money statement what it speaks of.
        told: how it stands there.
        confirms: for a payment that its recipient tells, the payer's number of it, where that is said.
        back: for a refund that counts, how much of it gives back what was paid.
        id: of the statement.
    """

    index: int
    party: str
    role: SaidRole
    key: str
    name: str
    halves: tuple[Half, ...]
    links: tuple[PurchaseLink, ...] = ()
    taken_back_by: int | None = None
    about: str = ""
    posted: int = -1
    relation: str = ""
    told: Told = "counts"
    confirms: str = ""
    back: Back = NO_BACK
    id: str = ""

    @property
    def where(self) -> int:
        """The entry whose postings the halves are."""
        return self.index if self.posted < 0 else self.posted


class RateLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A published rate: ``value`` units of ``quote`` for one of ``base``, by whom.

    Attributes:
        effective: for when, microseconds since 1970.
        recorded: since when it is known, microseconds since 1970.
        party: who states it.
    """

    base: str
    quote: str
    value: str
    source: str
    effective: int
    recorded: int
    entry: int
    party: str


class State(msgspec.Struct):
    """Balances, consignments, standing counts, and what may still be corrected.

    Attributes:
        size: log index after the last entry applied.
        reuse_after: days between two dispatches of one sender under one number, from which on they are two consignments.
        yearly: senders whose numbers begin anew each year.
        received: consignments of which anything was received.
        balances: open balance by account, then resource; zero balances are left out.
        timeline: changes of stock and use that stand (:mod:`enduse.ledger.timeline`).
        counts: counts that stand (:mod:`enduse.ledger.count_rows`).
        last_counts: claimed time of the last of them, by spot.
        rivals: spots of which the last two counts are of one time and differ.
        consignments: by key (:attr:`Consignment.key`).
        numbers: keys of the consignments that carry a number, by that number.
        loose: by number, receipts that belong to no consignment (yet), in the order they were recorded.
        lending: numbers under which anybody called goods lent, or given back.
        unnumbered: receipts without a number by their holder's own word, by holder and entry, and by place and entry; those that were
            taken back since are known by :attr:`said`.
        seen: by number, the last sightings of goods on their way, in the order of claimed times.
        without_effect: by number, what was said of a consignment without effect, in the order it was recorded.
        number_of: numbers by those statements.
        witnesses: by statement, the party that it names as its witness.
        witnessed: by statement, the entry by which its witness says that it saw it.
        own: spots of stock or use of which the holder itself has spoken.
        reported: by spot of stock and entry, the statement by which somebody else than its holder tells that goods came in.
        speakers: parties to the first entry applied in which they spoke.
        names: identifiers given once (``KIND PARTY ID``) to the statement that gave them.
        said: effective statements by identifier.
        events: ``PARTY EVENT_ID`` of EPCIS events to the statement that carried them.
        voices: per relation, whatever its currency, who speaks of it and how often, whoever spoke first before others.
        told: statements about a donor's money, by donor and entry.
        rates: published rates of exchange by the statement that told them.
        valued: by entry, the time at whose rate its money is told in another currency, where that is on another day.
        packs: per item in packs (a resource) what one pack holds, in the order it was recorded.
        same: other names of items to the name that the books use.
        units: packed pallets and containers, by the digits of their number.
        rests: by spot what findings took out of what lay open there, as (entry, amount).
    """

    size: int = 0
    reuse_after: int = 180
    yearly: tuple[str, ...] = ()
    received: int = 0
    balances: Rows[Mapping[str, int]] = rows(dict[str, int])
    timeline: Rows[list[Change]] = rows(list[Change])
    counts: Rows[Count] = rows(Count)
    last_counts: Rows[int] = rows(int)
    rivals: Rows[bool] = rows(bool)
    consignments: Rows[Consignment] = rows(Consignment)
    numbers: Rows[tuple[str, ...]] = rows(tuple[str, ...])
    loose: Rows[tuple[Leg, ...]] = rows(tuple[Leg, ...])
    lending: Rows[bool] = rows(bool)
    unnumbered: Rows[Leg] = rows(Leg)
    seen: Rows[tuple[Sighting, ...]] = rows(tuple[Sighting, ...])
    without_effect: Rows[tuple[WithoutEffect, ...]] = rows(tuple[WithoutEffect, ...])
    number_of: Rows[str] = rows(str)
    witnesses: Rows[str] = rows(str)
    witnessed: Rows[int] = rows(int)
    own: Rows[bool] = rows(bool)
    reported: Rows[str] = rows(str)
    speakers: Rows[int] = rows(int)
    names: Rows[str] = rows(str)
    said: Rows[Said] = rows(Said)
    events: Rows[str] = rows(str)
    rates: Rows[RateLine] = rows(RateLine)
    valued: Rows[int] = rows(int)
    packs: Rows[tuple[PackLine, ...]] = rows(tuple[PackLine, ...])
    same: Rows[str] = rows(str)
    units: Rows[PackedUnit] = rows(PackedUnit)
    rests: Rows[tuple[tuple[int, int], ...]] = rows(tuple[tuple[int, int], ...])
    voices: Rows[tuple[tuple[str, int], ...]] = rows(tuple[tuple[str, int], ...])
    told: Rows[str] = rows(str)

    def balance(self, account: str, resource: str) -> int:
        """Return the balance of ``account`` in ``resource``, smallest units."""
        held = self.balances.get(account)
        return held.get(resource, 0) if held else 0


def spot_of(account: str, resource: str) -> str:
    """Return the key of one resource in one account; neither has a tabulator in it."""
    return f"{account}\t{resource}"
