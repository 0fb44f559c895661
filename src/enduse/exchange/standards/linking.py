"""Links between the transactions of IATI files: which name the activity at their other end, and which might.

A transaction that went out names its receiver's activity, one that came in its giver's; most name neither. What is not
named stays an unresolved link, and is counted. Where one party tells that it paid and another, or another activity,
that it received, of one payer, recipient and currency, with sums that differ by no more than one in fifty and days that
lie no further apart than a window, a link is proposed, with its reasons and with every other that might be meant. Nothing
is ever linked here: a proposal is for a person who asks both parties, and signs what came of it.

Source: IATI Standard 2.03, ``provider-org/@provider-activity-id``, ``receiver-org/@receiver-activity-id``, codelist
TransactionType (what goes out as 2, 3 or 4, and 12 comes in as 11, 1 and 13).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import EnduseError, LimitError, MalformedError, Problem
from enduse.exchange.standards.copies import Copies, Counts
from enduse.exchange.standards.iati import ACTIVITIES, IatiFile, Item, name_of
from enduse.exchange.standards.totals import ENDS, INCOMING, LinkCounting, Links, Way, value_of
from enduse.messages import Message
from enduse.views.leads import NEAR_DAYS, NEAR_ONE_IN

MOST: Final = 1_000_000
"""Transactions that are held beside each other at once."""
DAYS_MOST: Final = 400
"""Widest window of days."""
RIVALS_SHOWN: Final = 10
_LOOKED_AT: Final = 200
"""Transactions of the same parties and days at which one is held; what lies beyond is told."""
_STEPS: Final = {
    "2": "commitment",
    "3": "payment",
    "4": "payment",
    "12": "pledge",
    "1": "payment",
    "11": "commitment",
    "13": "pledge",
}
_FOLDED: Final = str.maketrans(dict.fromkeys(".,;:'\"()-", " "))


class TransactionEnd(NamedTuple):
    """A party at one end of a transaction: its reference and its name, either of which may be empty."""

    ref: str
    name: str


class FileTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction of an IATI file.

    Attributes:
        file: it stands in.
        line: of the file, where that is known.
        activity: identifier of its activity.
        number: which transaction of it, from 1.
        type: code of its type.
        payer: who gave; of what went out the reporting organisation, where no other is named.
        recipient: who received; of what came in the reporting organisation, where no other is named.
        currency: ISO 4217 code.
        amount: as it stands there.
        day: of the transaction.
        names: activity that it names at its other end; empty where it names none, or only its own.
    """

    file: str
    line: int | None
    activity: str
    number: int
    type: str
    payer: TransactionEnd
    recipient: TransactionEnd
    currency: str
    amount: Decimal
    day: date
    names: str


class LinkPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two transactions that may be one payment, told from its two ends.

    Attributes:
        outgoing: as it went out.
        incoming: as it came in.
        reasons: what they have in common, and what not.
    """

    outgoing: FileTransaction
    incoming: FileTransaction
    reasons: tuple[Message, ...]


class FileLinkProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A link that a person may find to be right.

    Attributes:
        number: of the proposal, from 1; the same files and days give the same.
        lacks: which end's activity is named by neither file: ``provider``, ``receiver``, or both.
        pair: the two transactions.
        rivals: other pairs of which one of the two is part, the nearest first, ten at most.
        more_rivals: how many there are besides.
        alike: how many of all rivals are as near as this pair: what then decides is only their order in the files.
    """

    number: int
    lacks: tuple[str, ...]
    pair: LinkPair
    rivals: tuple[LinkPair, ...]
    more_rivals: int
    alike: int


class LinkCounts(Links, kw_only=True):
    """How many transactions of one direction name the activity at their other end, and for how many it is proposed.

    Attributes:
        proposed: of those that name none or only themselves, for how many a link is proposed.
    """

    proposed: int = 0


class FileLinks(msgspec.Struct, frozen=True, kw_only=True):
    """Links of the transactions of IATI files, and proposals for those that are not given.

    Attributes:
        activities: read.
        repeated: of those, how many have an identifier that was read before; they are left out.
        days: how many days apart the two ends may tell a payment.
        incoming: counts of what came in.
        outgoing: counts of what went out.
        unresolved: transactions that name no other activity.
        proposals: the nearest pairs first; each transaction stands in one at most.
        not_compared: pairs that were not looked at, because too many transactions have the same parties and days.
        faults: what could not be read, and transactions without a type, a day or an amount, which cannot be compared.
        differing: of what stands more than once and says different money, which copy is counted.
    """

    activities: int
    repeated: int
    days: int
    incoming: LinkCounts
    outgoing: LinkCounts
    unresolved: int
    proposals: tuple[FileLinkProposal, ...]
    not_compared: int
    faults: tuple[Problem, ...]
    differing: tuple[Problem, ...] = ()


class _Near(NamedTuple):
    """How near two transactions are, the nearest first; the last two are their places, so that order is always the same."""

    not_named: bool
    differs: bool
    days: int
    by_name: int
    gap: Decimal
    outgoing: int
    incoming: int

    @property
    def distance(self) -> tuple[object, ...]:
        return self[:5]


def file_links(paths: Iterable[Path], *, days: int = NEAR_DAYS) -> FileLinks:
    """Return how the transactions of IATI files are linked, and which links might be, for a person to look at.

    Args:
        paths: of the files; an activity that stands in two of them counts once, as it was updated last.
        days: how many days apart the two ends of one payment may tell it, 0 to 400.

    Raises:
        MalformedError: a file is no IATI file of activities, or the days are none.
        LimitError: there are too many transactions, or an activity is too large to be read.
        OSError: a file cannot be read.

    Example:
        >>> from pathlib import Path
        >>> donor = '<provider-org ref="XX-1"/><receiver-org ref="XX-2"/>'
        >>> def paid(ref, code, day):
        ...     return (
        ...         f'<iati-activity default-currency="USD"><iati-identifier>{ref}-wells</iati-identifier>'
        ...         f'<reporting-org ref="{ref}"/><transaction><transaction-type code="{code}"/>'
        ...         f'<transaction-date iso-date="{day}"/><value>5000</value>{donor}</transaction></iati-activity>'
        ...     )
        >>> both = paid("XX-1", "3", "2026-03-01") + paid("XX-2", "1", "2026-03-04")
        >>> _ = Path("both.xml").write_text(f'<iati-activities version="2.03">{both}</iati-activities>')
        >>> links = enduse.file_links([Path("both.xml")])
        >>> links.unresolved, [one.code for one in links.proposals[0].pair.reasons]
        (2, ['link.parties_by_reference', 'link.same_amount', 'link.days_apart', 'link.steps'])
    """
    if not 0 <= days <= DAYS_MOST:
        raise MalformedError("link.bad_days", value=days, most=DAYS_MOST)
    given, copies = list(paths), Copies()
    reading = _read(given, copies.take)
    if copies.repeated:
        reading = _read(given, copies.is_counted)
    return msgspec.structs.replace(reading.links(days), differing=copies.differing())


def _read(paths: Sequence[Path], counts: Counts) -> "_Reading":
    reading = _Reading()
    for at, path in enumerate(paths):
        file = IatiFile(path)
        if file.root.tag != ACTIVITIES:
            raise MalformedError("standards.no_activities", source=str(path))
        for item in file.items():
            reading.add(file, item, counted=counts(at, file, item))
        reading.faults += file.faults
    return reading


class _Reading:
    """The transactions of files while they are read."""

    def __init__(self) -> None:
        self.faults: list[Problem] = []
        self._told: dict[Way, list[FileTransaction]] = {"incoming": [], "outgoing": []}
        self._links = LinkCounting()
        self._read = self._repeated = 0

    def add(self, file: IatiFile, item: Item, *, counted: bool) -> None:
        """Take the transactions of an activity; a copy of one that is counted elsewhere is only counted as repeated."""
        self._read += 1
        if not counted:
            self._repeated += 1
            return
        if item.identifier:
            self._links.seen.add(item.identifier)
        for number, element in enumerate(item.element.iterfind("transaction"), 1):
            try:
                code, way, names = self._links.add(element, item.identifier)
            except MalformedError as error:
                self.faults.append(error.at(str(file.path), item.line_of(element)))
                continue
            if code not in _STEPS:
                continue
            try:
                told = _told(file, item, number, element, code, names)
            except EnduseError as error:
                self.faults.append(error.at(str(file.path), item.line_of(element)))
                continue
            self._told[way].append(told)
        if len(self._told["incoming"]) + len(self._told["outgoing"]) > MOST:
            raise LimitError("link.too_many", source=str(file.path), limit=MOST)

    def links(self, days: int) -> FileLinks:
        """Return the links of what was read."""
        pairs, not_compared = _pairs(self._told["outgoing"], self._told["incoming"], days)
        proposals = tuple(_proposals(self._told["outgoing"], self._told["incoming"], pairs))
        incoming, outgoing = (
            LinkCounts(
                **msgspec.structs.asdict(self._links.counts(way)),
                proposed=sum(lacking in one.lacks for one in proposals),
            )
            for way, lacking in ENDS.items()
        )
        return FileLinks(
            activities=self._read,
            repeated=self._repeated,
            days=days,
            incoming=incoming,
            outgoing=outgoing,
            unresolved=incoming.unresolved + outgoing.unresolved,
            proposals=proposals,
            not_compared=not_compared,
            faults=tuple(self.faults),
        )


def _told(
    file: IatiFile,
    item: Item,
    number: int,
    element: Any,  # noqa: ANN401 - the library has no types
    code: str,
    names: str,
) -> FileTransaction:
    """Return a transaction.

    Raises:
        MalformedError: it has no day or no amount.
    """
    currency, amount = value_of(element, item.element)
    when = element.find("transaction-date")
    text = when.get("iso-date", "").strip() if when is not None else ""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise MalformedError("link.no_day", value=text[:40]) from error
    reporter = _end(item.element.find("reporting-org"))
    payer, recipient = _end(element.find("provider-org")), _end(element.find("receiver-org"))
    incoming = code in INCOMING
    return FileTransaction(
        file=str(file.path),
        line=item.line_of(element),
        activity=item.identifier,
        number=number,
        type=code,
        payer=payer if incoming or any(payer) else reporter,
        recipient=recipient if not incoming or any(recipient) else reporter,
        currency=currency,
        amount=amount,
        day=day,
        names=names,
    )


def _end(element: Any) -> TransactionEnd:  # noqa: ANN401 - the library has no types
    if element is None:
        return TransactionEnd("", "")
    return TransactionEnd(element.get("ref", "").strip(), name_of(element))


def _forms(end: TransactionEnd) -> Iterator[tuple[str, str]]:
    """Give what a party may be known by: its reference, its name without case and points."""
    if end.ref:
        yield "ref", end.ref.casefold()
    if name := " ".join(end.name.casefold().translate(_FOLDED).split()):
        yield "name", name


def _keys(one: FileTransaction) -> Iterator[tuple[object, ...]]:
    for payer in _forms(one.payer):
        for recipient in _forms(one.recipient):
            yield _STEPS[one.type], one.currency, payer, recipient


def _pairs(outgoing: list[FileTransaction], incoming: list[FileTransaction], days: int) -> tuple[list[_Near], int]:
    """Return all pairs that may be one payment, the nearest first, and how many were not looked at."""
    came: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for place, one in enumerate(incoming):
        for key in _keys(one) if one.currency else ():
            came[key].append((one.day.toordinal(), place))
    for listed in came.values():
        listed.sort()
    found: dict[tuple[int, int], _Near] = {}
    not_compared = 0
    for place, one in enumerate(outgoing):
        day, left = one.day.toordinal(), 0
        for key in _keys(one):
            listed = came.get(key, [])
            window = listed[bisect_left(listed, (day - days, -1)) : bisect_right(listed, (day + days, MOST))]
            window.sort(key=lambda each: (incoming[each[1]].amount != one.amount, abs(each[0] - day), each[1]))
            left = max(left, len(window) - _LOOKED_AT)
            for _, other in window[:_LOOKED_AT]:
                if (place, other) not in found and (near := _near(one, incoming[other], place, other)) is not None:
                    found[place, other] = near
        not_compared += left
    return sorted(found.values()), not_compared


def _near(out: FileTransaction, came: FileTransaction, place: int, other: int) -> _Near | None:
    """Return how near two transactions of the same parties and currency are; ``None`` where they are not one payment."""
    named = {out.names: came.activity, came.names: out.activity}
    if out.activity == came.activity or (out.names and came.names):
        return None
    if any(name and name != activity for name, activity in named.items()):
        return None
    gap = abs(out.amount - came.amount)
    if not out.amount or NEAR_ONE_IN * gap > max(abs(out.amount), abs(came.amount)):
        return None
    by_name = sum(_known_by(mine, theirs) == "name" for mine, theirs in _parties(out, came))
    return _Near(not (out.names or came.names), bool(gap), abs((out.day - came.day).days), by_name, gap, place, other)


def _parties(out: FileTransaction, came: FileTransaction) -> tuple[tuple[TransactionEnd, TransactionEnd], ...]:
    return (out.payer, came.payer), (out.recipient, came.recipient)


def _known_by(mine: TransactionEnd, theirs: TransactionEnd) -> str:
    """Return by what two parties are the same, the reference before the name."""
    return "ref" if mine.ref and mine.ref.casefold() == theirs.ref.casefold() else "name"


def _proposals(
    outgoing: list[FileTransaction], incoming: list[FileTransaction], pairs: list[_Near]
) -> Iterator[FileLinkProposal]:
    """Give the pairs that are nearest, each transaction once, with their rivals."""
    by_out: dict[int, list[_Near]] = defaultdict(list)
    by_in: dict[int, list[_Near]] = defaultdict(list)
    for near in pairs:
        by_out[near.outgoing].append(near)
        by_in[near.incoming].append(near)
    used_out: set[int] = set()
    used_in: set[int] = set()
    number = 0
    for near in pairs:
        if near.outgoing in used_out or near.incoming in used_in:
            continue
        used_out.add(near.outgoing)
        used_in.add(near.incoming)
        number += 1
        rivals = sorted({*by_out[near.outgoing], *by_in[near.incoming]} - {near})
        pair = _pair(outgoing, incoming, near)
        lacks = (("provider", pair.incoming), ("receiver", pair.outgoing))
        yield FileLinkProposal(
            number=number,
            lacks=tuple(end for end, one in lacks if not one.names),
            pair=pair,
            rivals=tuple(_pair(outgoing, incoming, one) for one in rivals[:RIVALS_SHOWN]),
            more_rivals=max(0, len(rivals) - RIVALS_SHOWN),
            alike=sum(one.distance == near.distance for one in rivals),
        )


def _pair(outgoing: list[FileTransaction], incoming: list[FileTransaction], near: _Near) -> LinkPair:
    out, came = outgoing[near.outgoing], incoming[near.incoming]
    return LinkPair(outgoing=out, incoming=came, reasons=tuple(_reasons(out, came)))


def _reasons(out: FileTransaction, came: FileTransaction) -> Iterator[Message]:
    """Say what two transactions have in common, and what not."""
    if out.names or came.names:
        yield Message.of("link.other_end_names", activity=out.names or came.names)
    known = [_known_by(*ends) for ends in _parties(out, came)]
    payer, recipient = (end.name or end.ref for end in (out.payer, out.recipient))
    if known == ["ref", "ref"]:
        yield Message.of("link.parties_by_reference", payer=out.payer.ref, recipient=out.recipient.ref)
    else:
        yield Message.of("link.parties_by_name", payer=payer, recipient=recipient)
    for mine, theirs in _parties(out, came):
        if mine.ref and theirs.ref and mine.ref.casefold() != theirs.ref.casefold():
            yield Message.of("link.other_reference", reference=mine.ref, other=theirs.ref)
    if out.amount == came.amount:
        yield Message.of("link.same_amount", amount=out.amount, currency=out.currency)
    else:
        told = {"paid": out.amount, "received": came.amount, "currency": out.currency}
        yield Message.of("link.sums_differ", difference=abs(out.amount - came.amount), **told)
    apart = abs((out.day - came.day).days)
    yield Message.of("link.days_apart", n=apart) if apart else Message.of("link.same_day", day=out.day)
    yield Message.of("link.steps", went=f"iati:{out.type}", came=f"iati:{came.type}")
