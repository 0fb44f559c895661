"""Which statements belong to one consignment, which of them count, and what they move: functions of what stands.

A consignment is what one sender sent under one number until it uses the number anew. It is a clearing account:
dispatches add to it, receipts take from it, any number of them in any order; nothing is resolved or closed by a
posting. Where several tell of one end, one voice counts and the others stand beside. Whose consignment a receipt is of
that names no sender goes by what each had sent on record, so that neither a trifle nor a later stranger bends it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from enduse.ledger.accounts import transit, unlinked
from enduse.ledger.state import EXACT, OWN, Consignment, Half, Leg, Line, Role
from enduse.messages import Message
from enduse.terms.times import instant_of

DAY: Final = 86_400_000_000
"""Microseconds in a day."""

SENDERS_MAX: Final = 8
"""Where more senders than this use one number, a receipt must name its own."""

OPEN_MAX: Final = 64
"""So many receipts that name no sender, and are open, are looked at again with one more part of a consignment."""

Speaking = tuple[Role, str, str]
"""A relation of which one voice counts: role, holder, resource."""


class Numbering(NamedTuple):
    """How numbers are used: days after which one may come again, and senders that begin anew each year."""

    reuse_after: int
    yearly: tuple[str, ...]


class Sorted(NamedTuple):
    """Everything said under one number: consignments in the order of their keys, and receipts that belong to none."""

    consignments: tuple[Consignment, ...]
    loose: tuple[Leg, ...]


class _Series:
    """The dispatches of one sender under one number in the order they were recorded, parted where it came anew."""

    def __init__(self, sender: str, legs: list[Leg], numbering: Numbering) -> None:
        self.sender = sender
        self.parts: list[list[Leg]] = []
        for leg in legs:
            self._take(leg, numbering)
        self._begun = [part[0].effective for part in self.parts]
        self._opens = [part[0].effective - max(part[0].into_day, 0) for part in self.parts]
        self.members: list[list[Leg]] = [list(part) for part in self.parts]
        self.standing: list[list[Leg]] = [list(part) for part in self.parts]
        self._at = {leg.entry: at for at, part in enumerate(self.parts) for leg in part}
        self.sent: list[dict[tuple[str, str | None], int]] = [{} for _ in self.parts]
        self._void: set[int] = set()

    def _take(self, leg: Leg, numbering: Numbering) -> None:
        """Put a dispatch into the series begun before it, else into the next, where it is near enough, else begin one.

        What is recorded later joins no two series that have begun apart: the surplus of one would hide what the other
        lacks.
        """
        after = bisect_right(self.parts, leg.effective, key=lambda part: part[0].effective)
        for part in self.parts[max(after - 1, 0) : after + 1]:
            spot = bisect_right(part, leg.effective, key=lambda one: one.effective)
            away = min(abs(leg.effective - one.effective) for one in part[max(spot - 1, 0) : spot + 1])
            year = self.sender not in numbering.yearly or _year(leg) == _year(part[0])
            if away <= numbering.reuse_after * DAY and year:
                part.insert(spot, leg)
                return
        self.parts.insert(after, [leg])

    def at(self, leg: Leg) -> int:
        """Return the series of a dispatch, or the latest that may have begun by the end of any other leg's day, else the first."""
        passed = leg.effective % DAY if leg.into_day == EXACT else leg.into_day
        return self._at.get(leg.entry, max(0, bisect_right(self._opens, leg.effective - passed + DAY - 1) - 1))

    def name(self, at: int) -> str:
        """Return what tells a series from the first: the day of its first dispatch."""
        return instant_of(self._begun[at]).date().isoformat() if at else ""

    def void(self, said: Leg) -> None:
        """Let a void take out what it says never left, where that is all that was dispatched up to then."""
        at = self.at(said)
        self.members[at].append(said)
        covered = {leg.entry for leg in covers(said, self.parts[at])}
        if not said.lines or amounts(said.lines) == amounts(
            line for leg in self.parts[at] if leg.entry in covered for line in leg.lines
        ):
            self.standing[at] = [leg for leg in self.standing[at] if leg.entry not in covered]
            self._void |= covered

    def record(self, leg: Leg) -> bool:
        """Take a dispatch into what was sent so far; say whether it stands."""
        if leg.entry not in self._void:
            sent = self.sent[self.at(leg)]
            for line in leg.lines:
                sent[line.resource, line.lot] = sent.get((line.resource, line.lot), 0) + line.amount
        return leg.entry not in self._void

    def holds(self, got: Leg) -> int:
        """Return of how many materials of a receipt at least half was sent so far; lots tell where both name them."""
        lots = dict[str, set[str | None]]()
        for line in got.lines:
            lots.setdefault(line.resource, set()).add(line.lot)
        sent = dict.fromkeys(lots, 0)
        for (resource, lot), amount in self.sent[self.at(got)].items():
            if resource in lots and (lot is None or None in lots[resource] or lot in lots[resource]):
                sent[resource] += amount
        return sum(2 * sent[resource] >= amount for resource, amount in amounts(got.lines).items())


def sort_out(number: str, legs: Sequence[Leg], numbering: Numbering) -> Sorted:
    """Return which legs belong to which consignment, by what was known when each was recorded.

    Args:
        number: what they all name.
        legs: all that stand, in the order they were recorded.
        numbering: how numbers are used.
    """
    sent: dict[str, list[Leg]] = {}
    for leg in legs:
        if leg.role == "dispatch":
            sent.setdefault(leg.holder, []).append(leg)
    known = {sender: _Series(sender, dispatches, numbering) for sender, dispatches in sent.items()}
    for leg in legs:
        if leg.role == "void" and leg.holder in known:
            known[leg.holder].void(leg)
    loose = _join(legs, known)
    found = [
        Consignment(number, one.sender, one.name(at), tuple(sorted(members, key=lambda leg: leg.entry)))
        for one in known.values()
        for at, members in enumerate(one.members)
    ]
    return Sorted(tuple(found), loose)


class _Receipts:
    """Receipts that wait for the consignment they belong to, in the order of recording.

    What joined a consignment of which less than half of it was sent so far is looked at again with each dispatch.
    """

    def __init__(self, known: dict[str, _Series]) -> None:
        self._known = known
        self._senders: set[str] = set()
        self._waiting: dict[str | None, dict[int, Leg]] = {}
        self._joined: dict[int, list[Leg]] = {}

    def sent(self, leg: Leg) -> None:
        """Take in a dispatch, and look at the receipts that it may bear on."""
        one = self._known[leg.holder]
        first = not one.sent[one.at(leg)]
        if self._senders == {leg.holder} and not first:
            one.record(leg)  # whose the receipts are does not change
            return
        if len(self._senders) == 1:
            self._look(None)  # what the only sender had sent enough of is settled before another comes
        if one.record(leg):
            self._senders.add(leg.holder)
            if len(self._senders) <= SENDERS_MAX:
                self._look(None, None if first else OPEN_MAX)
            if first:
                self._look(leg.holder)

    def got(self, leg: Leg) -> None:
        """Take in a receipt, or a refusal at the door."""
        if not _settled(leg, self._known, self._joined):
            self._waiting.setdefault(leg.other, {})[leg.entry] = leg

    def loose(self) -> tuple[Leg, ...]:
        """Return those that belong to no consignment."""
        every = (got for some in self._waiting.values() for got in some.values())
        return tuple(sorted((got for got in every if not self._joined.get(got.entry)), key=lambda leg: leg.entry))

    def _look(self, name: str | None, most: int | None = None) -> None:
        waiting = self._waiting.get(name, {})
        for got in tuple(islice(waiting.values(), most)):
            if _settled(got, self._known, self._joined):
                del waiting[got.entry]


def _join(legs: Sequence[Leg], known: dict[str, _Series]) -> tuple[Leg, ...]:
    """Let each receipt join the consignment it belongs to; return those that join none."""
    receipts = _Receipts(known)
    for leg in legs:
        if leg.role == "dispatch":
            receipts.sent(leg)
        elif leg.role != "void":
            receipts.got(leg)
    return receipts.loose()


def _settled(got: Leg, known: dict[str, _Series], joined: dict[int, list[Leg]]) -> bool:
    """Let a receipt join the only consignment it may be of; say whether no later dispatch is to change that.

    Args:
        got: the receipt.
        known: dispatches by sender.
        joined: of each receipt that once joined without being settled, the members it is among; none where it waits.
    """
    if members := joined.get(got.entry):
        members.remove(got)
        joined[got.entry] = []
    fits = _fitting(got, known)
    likely = _likely(got, fits)
    if len(likely) != 1:
        return False
    members = likely[0].members[likely[0].at(got)]
    members.append(got)
    held = got.other is not None or not got.lines or likely[0].holds(got) > 0
    if held and (len(fits) == 1 or got.entry not in joined):
        return True
    joined[got.entry] = members
    return False


def _fitting(got: Leg, known: dict[str, _Series]) -> list[_Series]:
    """Return the senders known so far whose consignment a receipt can be."""
    if got.other is None:
        told = [one for one in known.values() if any(one.sent)]
        asked = told if len(told) <= SENDERS_MAX else []
    else:
        asked = [known[got.other]] if got.other in known else []
    return [one for one in asked if one.sent[one.at(got)] and not misfit(one.sender, one.standing[one.at(got)], got)]


def _likely(got: Leg, fits: list[_Series]) -> list[_Series]:
    """Return, of the senders whose consignment a receipt can be, those whose it may be.

    That is who sent at least half of the most of its materials so far: who sends a trifle under another's number makes
    nobody's receipt doubtful. Of these, those that name its receiver come before others.
    """
    if len(fits) > 1:
        most = max(one.holds(got) for one in fits)
        fits = [one for one in fits if one.holds(got) == most]
    return [one for one in fits if any(leg.other is not None for leg in one.standing[one.at(got)])] or fits


def owner_of(leg: Leg) -> str | None:
    """Return whose consignment a leg itself says it is of."""
    return leg.holder if leg.role in {"dispatch", "void"} else leg.other


def misfit(sender: str, sent: Iterable[Leg], got: Leg) -> Message | None:
    """Say why a receipt cannot be of a consignment; nothing where it can.

    Where receivers are named, only they receive; else anybody but a named carrier, who would settle its own account. A
    sender may receive its own goods: at another of its places, or given back.

    Args:
        sender: whose consignment it is.
        sent: its dispatches.
        got: the receipt, or a refusal at the door.
    """
    legs = list(sent)
    if got.other is not None and got.other != sender:
        return Message.of("misfit.other_sender", party=got.other)
    carriers = {leg.carrier for leg in legs}
    if got.role == "takeover":
        return None  # from whom it was taken over is looked at where it is asked who answers
    if got.speaker in carriers and got.speaker != got.holder:
        return Message.of("misfit.carrier_signs", party=got.speaker, holder=got.holder)
    receivers = receivers_named(legs)
    if got.holder == sender or got.holder in receivers:
        return None
    if receivers:
        return Message.of("misfit.other_receiver", party=receivers[0], holder=got.holder)
    return Message.of("misfit.carrier_receives", party=got.holder) if got.holder in carriers else None


def may_be_of(consignment: Consignment, got: Leg) -> bool:
    """Say whether a receipt that belongs to none could be of this consignment."""
    gone = {leg.entry for void in consignment.of("void") if not void.lines for leg in covers(void, consignment.legs)}
    sent = [leg for leg in consignment.of("dispatch") if leg.entry not in gone]
    return bool(sent) and misfit(consignment.sender, sent, got) is None


def receivers_named(sent: Iterable[Leg]) -> tuple[str, ...]:
    """Return the receivers that dispatches name."""
    return tuple(dict.fromkeys(leg.other for leg in sent if leg.other is not None))


def covers(void: Leg, sent: Iterable[Leg]) -> list[Leg]:
    """Return the dispatches of which a void speaks: those recorded before it, of a reporter only its own."""
    own = void.speaker == void.holder
    theirs = (leg for leg in sent if leg.holder == void.holder and leg.entry < void.entry)
    return [leg for leg in theirs if own or leg.speaker == void.speaker]


def voices(legs: Iterable[Leg]) -> dict[Speaking, str]:
    """Return who counts in each relation: the holder itself, else who was recorded first."""
    found: dict[Speaking, str] = {}
    for leg in legs:
        for resource in {line.resource for line in leg.lines}:
            spot = (leg.role, leg.holder, resource)
            if leg.speaker == leg.holder:
                found[spot] = leg.speaker
            else:
                found.setdefault(spot, leg.speaker)
    return found


def counting(legs: Sequence[Leg], role: Role) -> Iterator[tuple[Leg, Line]]:
    """Give the lines of one role that count."""
    heard: dict[Speaking, str] = {}
    opened = {(leg.holder, leg.opened) for leg in legs if leg.opened}
    for leg in legs:
        if leg.role == role:
            heard = heard or voices(legs)
            for line in leg.lines:
                if heard[role, leg.holder, line.resource] == leg.speaker and not (
                    opened and role == "receipt" and (leg.holder, line.within.split(" ")[0]) in opened
                ):
                    yield leg, line


def beside(legs: Sequence[Leg], role: Role) -> Iterator[tuple[Leg, Line]]:
    """Give the lines of one role that another voice outweighs."""
    heard = voices(legs)
    for leg in legs:
        if leg.role == role:
            yield from ((leg, line) for line in leg.lines if heard[role, leg.holder, line.resource] != leg.speaker)


def telling(leg: Leg) -> tuple[object, ...]:
    """Return all that a leg tells of goods: two that are alike are two equal parts, or one part told twice."""
    return leg.role, leg.speaker, leg.home, leg.carrier, leg.effective, leg.lines


def voided(consignment: Consignment) -> Iterator[tuple[Leg, str, Line]]:
    """Give what never left by the word of the sender: the void, the account it is back in, and how much."""
    sent = list(counting(consignment.of("dispatch"), "dispatch"))
    gone: set[int] = set()
    for void in consignment.of("void"):
        entries = {leg.entry for leg in covers(void, (leg for leg, _ in sent))} - gone
        theirs = [(leg, line) for leg, line in sent if leg.entry in entries]
        if not void.lines:
            gone |= entries
            yield from ((void, leg.home, line) for leg, line in theirs)
            continue
        for line in void.lines:
            home = next((leg.home for leg, one in theirs if one.resource == line.resource), None)
            if home is not None:
                yield void, home, line


def effects(consignment: Consignment) -> Iterator[Half]:
    """Give everything a consignment moves, in pairs."""
    away = transit(consignment.key)
    for leg, line in counting(consignment.legs, "dispatch"):
        yield from _sent(consignment, leg, line, away)
    roles = {leg.role for leg in consignment.legs}
    for leg, home, line in voided(consignment) if "void" in roles else ():
        yield from _pair(leg, line, away, home, "voided", consignment.number)
    if "receipt" not in roles:
        return
    receivers = receivers_named(consignment.of("dispatch"))
    for leg, line in counting(consignment.legs, "receipt"):
        yield from _got(consignment, leg, line, away, receivers)


def effects_of(consignment: Consignment, leg: Leg) -> list[Half]:
    """Return what one dispatch or receipt of a consignment moves, where all it says counts, as posted by itself."""
    away = transit(consignment.key)
    moved: list[Half] = []
    if leg.role == "dispatch":
        for line in leg.lines:
            moved += _sent(consignment, leg, line, away, OWN)
        return moved
    receivers = receivers_named(consignment.of("dispatch"))
    for line in leg.lines:
        moved += _got(consignment, leg, line, away, receivers, OWN)
    return moved


def _sent(consignment: Consignment, leg: Leg, line: Line, away: str, cause: int | None = None) -> tuple[Half, Half]:
    return _pair(leg, line, leg.home, away, "dispatched", consignment.number, cause)


def _got(
    consignment: Consignment, leg: Leg, line: Line, away: str, receivers: tuple[str, ...], cause: int | None = None
) -> tuple[Half, Half]:
    back = leg.holder == consignment.sender and bool(receivers) and leg.holder not in receivers
    return _pair(leg, line, away, leg.home, "returned" if back else "received", consignment.number, cause)


def loose_effects(number: str, found: Sorted, cause: int | None = None) -> Iterator[Half]:
    """Give what receipts move that belong to no consignment: the goods are there, where they come from is not known."""
    for leg, line in counting_loose(found):
        yield from _pair(leg, line, unlinked(leg.place), leg.home, "received", number, cause)


def counting_loose(found: Sorted) -> Iterator[tuple[Leg, Line]]:
    """Give the lines that count of receipts that belong to no consignment.

    A report stands beside where the holder itself speaks of such goods under this number, of the same sender as far as
    both name one.
    """
    spoken: dict[tuple[str, str], set[str | None]] = {}
    for leg in found.loose:
        _speak(spoken, leg, leg.other)
    for one in found.consignments if found.loose else ():
        for leg in one.of("receipt"):
            _speak(spoken, leg, one.sender)
    by_sender: dict[str | None, list[Leg]] = {}
    for leg in found.loose:
        by_sender.setdefault(leg.other, []).append(leg)
    for sender, group in by_sender.items():
        for leg, line in counting(group, "receipt"):
            own = spoken.get((leg.holder, line.resource), set())
            if leg.speaker == leg.holder or not (own if sender is None else own & {None, sender}):
                yield leg, line


def _speak(spoken: dict[tuple[str, str], set[str | None]], leg: Leg, sender: str | None) -> None:
    if leg.role == "receipt" and leg.speaker == leg.holder:
        for line in leg.lines:
            spoken.setdefault((leg.holder, line.resource), set()).add(sender)


def _pair(
    leg: Leg, line: Line, source: str, target: str, code: str, number: str, cause: int | None = None
) -> tuple[Half, Half]:
    """Return what goes out of one account and into another, by default as the effect of its leg, and whose word alone that is."""
    resource, amount, lot, when = line.resource, line.amount, line.lot, leg.effective
    by, into_day, teller = leg.entry if cause is None else cause, leg.into_day, leg.told_by
    return (
        Half(resource, source, -amount, code, when, lot, number, -1, None, teller, by, into_day),
        Half(resource, target, amount, code, when, lot, number, -1, None, teller, by, into_day),
    )


def amounts(lines: Iterable[Line]) -> dict[str, int]:
    """Return how much lines tell of each resource."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.resource] = sums.get(line.resource, 0) + line.amount
    return sums


def _year(leg: Leg) -> int:
    return instant_of(leg.effective).year
