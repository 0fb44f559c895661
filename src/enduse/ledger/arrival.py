"""How much of a consignment is on the way, has not arrived, or is more than was sent: read, never posted.

A formula over the sums of what counts, what the receivers say, and the clock. Time moves no goods. Until the receiver
says that no more comes, or the time for that way has passed, what has not arrived is on the way and nobody is asked.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal

import msgspec

from enduse.ledger.consignment import DAY, beside, counting, may_be_of, receivers_named, telling, voided
from enduse.ledger.state import Consignment, Leg, Line
from enduse.terms.amounts import base_of, material_of
from enduse.terms.units import UNITS

Judged = Literal["on_way", "overdue", "short"]
"""Why a part is not there: it may still come; its time has passed; its receiver says that no more comes."""

Due = Callable[[Leg, str, str], int]
"""Days that the programme gives a dispatch of a resource to a place, from its claimed day on."""


EVERYTHING: Final = 2**62
"""More than any amount."""

NEAR_ONE_IN: Final = 50
"""Amounts that differ by no more than one in so many may be one."""

ROUNDED_ONE_IN: Final = 1_000
"""Of what was sent no more than one in so many is ever taken for rounding."""


class OpenPart(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a consignment that has not arrived.

    Attributes:
        state: why it is not there.
        amount: smallest units.
        sent: when it was sent, as claimed, microseconds since 1970.
        due: end of the last day on which it may still come, microseconds since 1970.
        since: from when on it counts as not arrived: its time, or that of the receiver's word; ``due`` if on the way.
        by: who said that no more comes; empty where time passed, or may still pass.
        said: log index of that word.
    """

    state: Judged
    amount: int
    sent: int
    due: int
    since: int
    by: str = ""
    said: int | None = None

    def days(self, now: int) -> int:
        """Return how many days after its time it is."""
        return max(0, (now - 1) // DAY - (self.since - 1) // DAY)


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """How one material of one consignment stands at one time, smallest units.

    ``balance`` is the sum of ``parts`` less ``over``, and only one of the two is above zero; or it is ``rounding``.

    Attributes:
        consignment: all that was said of it.
        resource: what.
        sent: dispatched, without what never left.
        received: by its receivers, damaged included.
        returned: back at its sender.
        balance: of the clearing account.
        over: more arrived than was sent.
        parts: what has not arrived, the oldest first.
        rounding: what is left only because one end is told in pounds, say, and the other in kilograms: less than the last
            place to which a figure was written.
        contested: how much of what has not arrived would have, were what stands beside it true, or told only once.
        refused: on its way back from a door at which it was refused.
        carriers: who may have what has not arrived.
        instead: what came in its place, by its receivers' own word, by resource.
        in_place_of: of what came without having been sent, the materials in whose place it came.
        other_units: what is open the other way of the same material, by resource: too much of it in bags where tonnes are
            open cannot be compared, and nobody is named.
        counted: both ends are the own word of their holder, in one unit or by exact packs, and the receiver counted; nothing
            stands beside, and nothing that was said of it by those who tell of its ends was without effect.
        without_effect: log indexes of what they said of it that was.
        entries: log indexes of what counts.
    """

    consignment: Consignment
    resource: str
    sent: int
    received: int
    returned: int
    balance: int
    over: int
    parts: tuple[OpenPart, ...]
    rounding: int
    contested: int
    refused: int
    carriers: tuple[str, ...]
    other_units: dict[str, int]
    instead: dict[str, int]
    in_place_of: tuple[str, ...]
    counted: bool
    without_effect: tuple[int, ...]
    entries: tuple[int, ...]

    @property
    def on_way(self) -> int:
        """How much may still come."""
        return sum(part.amount for part in self.parts if part.state == "on_way")

    @property
    def missing(self) -> int:
        """How much has not arrived: closed short, or overdue."""
        return sum(part.amount for part in self.parts if part.state != "on_way")

    @property
    def late(self) -> tuple[OpenPart, ...]:
        """The parts that have not arrived."""
        return tuple(part for part in self.parts if part.state != "on_way")

    @property
    def asked(self) -> tuple[str, ...]:
        """Carriers who may have what has not arrived; of what is contested nobody, and they for the rest where that is much."""
        return () if NEAR_ONE_IN * (self.missing - self.contested) <= self.missing and self.contested else self.carriers

    @property
    def answers(self) -> str:
        """Who alone answers for what has not arrived, whichever truck a receipt was off; empty where that is open."""
        return self.carriers[0] if len(self.carriers) == 1 and not self.contested else ""


class _Open(msgspec.Struct):
    """A dispatch whose goods may not all have arrived; the word that closed it, and the end of the day on which it was closed."""

    leg: Leg
    amount: int
    due: int
    closed: Leg | None
    closed_by: int | None

    def judged(self, now: int) -> bool:
        """Say whether what is not there of it counts as not arrived."""
        return self.closed is not None or now > self.due

    def part(self, amount: int, now: int) -> OpenPart:
        """Return so much of it."""
        if self.closed is not None:
            return OpenPart(
                state="short",
                amount=amount,
                sent=self.leg.effective,
                due=self.due,
                since=self.closed.effective,
                by=self.closed.speaker,
                said=self.closed.entry,
            )
        state: Judged = "overdue" if now > self.due else "on_way"
        return OpenPart(state=state, amount=amount, sent=self.leg.effective, due=self.due, since=self.due)


def arrivals(
    consignment: Consignment,
    balances: dict[str, int],
    now: int,
    due: Due,
    loose: Iterable[Leg] = (),
    without_effect: tuple[int, ...] = (),
) -> Iterator[Arrival]:
    """Give how each material of a consignment stands.

    Args:
        consignment: all that was said of it.
        balances: of its clearing account by resource, smallest units.
        now: microseconds since 1970.
        due: days that the programme gives.
        loose: receipts under the same number that belong to no consignment.
        without_effect: log indexes of what was said of it without effect.
    """
    sent, got = counting(consignment.legs, "dispatch"), counting(consignment.legs, "receipt")
    for resource in dict.fromkeys(line.resource for _, line in (*sent, *got)):
        found = _arrival(consignment, resource, balances, now, due, tuple(loose))
        yield msgspec.structs.replace(
            found, counted=found.counted and not without_effect, without_effect=without_effect
        )


def _arrival(
    consignment: Consignment, resource: str, balances: dict[str, int], now: int, due: Due, loose: tuple[Leg, ...]
) -> Arrival:
    balance = balances.get(resource, 0)
    sent = _of(counting(consignment.legs, "dispatch"), resource)
    got = _of(counting(consignment.legs, "receipt"), resource)
    rounding = balance if abs(balance) <= _rounded(sent, got) else 0
    balance -= rounding
    void = sum(line.amount for _, _, line in voided(consignment) if line.resource == resource)
    total = sum(line.amount for _, line in sent) - void
    mine = [(leg, line) for leg, line in got if leg.holder == consignment.sender and _gives_back(consignment)]
    back = sum(line.amount for _, line in mine)
    queue = _queue(consignment, sent, void, due)
    left = _left(queue, max(balance, 0), now)
    way_back = _way_back(consignment, resource, left, back, now, due)
    parts = tuple(_parts(queue, left, max(balance, 0), way_back, now))
    late = sum(part.amount for part in parts if part.state != "on_way")
    contested = min(late, _contested(consignment, resource, got, loose))
    other = _other_units(balances, resource)
    instead, in_place_of = _instead(consignment, resource)
    if instead:
        contested = late
    return Arrival(
        consignment=consignment,
        resource=resource,
        sent=total,
        received=sum(line.amount for _, line in got) - back,
        returned=back,
        balance=balance + rounding,
        over=max(-balance, 0),
        parts=parts,
        rounding=rounding,
        contested=late if other else contested,
        refused=sum(amount for part in way_back for until, amount in part.items() if now <= until),
        carriers=_carriers(sent, got, balance, _of(counting(consignment.legs, "takeover"), resource)),
        other_units=other,
        instead=instead,
        in_place_of=in_place_of,
        counted=not other and _counted(consignment, resource, sent, got),
        without_effect=(),
        entries=tuple(sorted({leg.entry for leg, _ in (*sent, *got)})),
    )


def _rounded(sent: list[tuple[Leg, Line]], got: list[tuple[Leg, Line]]) -> int:
    """Return how much may be left of what was sent and received in two units of which one does not come out whole.

    It is half of the last place of the coarser figure, and no more than a thousandth of what was sent: who writes 22 short
    tons has not lost half a ton. In one unit, or in units of whole base units, nothing is rounded.
    """
    ends = [[line for _, line in end] for end in (sent, got)]
    written = {line.written for end in ends for line in end}
    if not all(ends) or len(written) == 1 or all(one not in UNITS or UNITS[one].whole for one in written):
        return 0
    places = max(sum(line.rounding for line in end) for end in ends)
    return min(places, sum(line.amount for line in ends[0]) // ROUNDED_ONE_IN)


def _of(lines: Iterable[tuple[Leg, Line]], resource: str) -> list[tuple[Leg, Line]]:
    return [(leg, line) for leg, line in lines if line.resource == resource]


def _gives_back(consignment: Consignment) -> bool:
    """Say whether what the sender receives is given back, and not its own goods at another of its places."""
    receivers = receivers_named(consignment.of("dispatch"))
    return bool(receivers) and consignment.sender not in receivers


def end_of(moment: int, days: int) -> int:
    """Return the end of the day that lies ``days`` after the day of ``moment`` (UTC), microseconds since 1970."""
    return (moment // DAY + 1 + days) * DAY


def _queue(consignment: Consignment, sent: list[tuple[Leg, Line]], void: int, due: Due) -> list[_Open]:
    """Return the dispatches, the oldest first, less what never left."""
    towards = next((leg.place for leg in consignment.of("receipt") if leg.holder != consignment.sender), "")
    words, first = _words(consignment), _first_told(consignment)
    queue = []
    for leg, line in sorted(sent, key=lambda one: (one[0].effective, one[0].entry)):
        amount = line.amount - min(void, line.amount)
        void -= min(void, line.amount)
        days = due(leg, leg.towards or towards, line.resource)
        if amount:
            queue.append(_Open(leg, amount, end_of(leg.effective, days), *_closed(leg, words, first)))
    return queue


def _words(consignment: Consignment) -> list[list[Leg]]:
    """Return the words of each receiver that no more comes."""
    receivers = set(receivers_named(consignment.of("dispatch")))
    receipts = [
        leg for leg in consignment.of("receipt") if leg.holder != consignment.sender or not _gives_back(consignment)
    ]
    said = []
    for holder in receivers or {leg.holder for leg in receipts}:
        theirs = [leg for leg in receipts if leg.holder == holder]
        own = [leg for leg in theirs if leg.speaker == holder]
        voice = own or [leg for leg in theirs if leg.speaker == theirs[0].speaker]
        said.append([leg for leg in voice if leg.complete])
    return said


def _first_told(consignment: Consignment) -> set[int]:
    """Return the entries of the dispatch that was recorded first, and of the rows that its sender said directly after it."""
    sent = consignment.of("dispatch")
    told: set[int] = set()
    for leg in sent:
        if told and (leg.entry - 1 not in told or leg.speaker != sent[0].speaker):
            break
        told.add(leg.entry)
    return told


def _closed(sent: Leg, words: list[list[Leg]], first: set[int]) -> tuple[Leg | None, int | None]:
    """Return the word by which all receivers have closed a dispatch, and the end of the first day on which all had.

    Of several words it is the earliest of their last. A word judges what was on record when it was said, and where nothing
    was, the dispatch that is recorded first: papers come late. What a sender states beyond that of the time before, no
    receiver has spoken of.
    """
    theirs = [
        [leg for leg in said if leg.effective >= sent.effective and (leg.entry > sent.entry or sent.entry in first)]
        for said in words
    ]
    if not theirs or not all(theirs):
        return None, None
    last = [max(said, key=lambda leg: (leg.effective, leg.entry)) for said in theirs]
    begun = max(min(leg.effective for leg in said) for said in theirs)
    return min(last, key=lambda leg: (leg.effective, leg.entry)), end_of(begun, 0)


def _left(queue: list[_Open], open_amount: int, now: int) -> list[tuple[_Open, int]]:
    """Return what is open of each dispatch: what came serves those first whose time has passed, the oldest of them first."""
    served = max(0, sum(one.amount for one in queue) - open_amount)
    left: list[tuple[_Open, int]] = []
    for one in sorted(queue, key=lambda one: not one.judged(now)):
        taken = min(served, one.amount)
        served -= taken
        if one.amount > taken:
            left.append((one, one.amount - taken))
    return left


def _way_back(
    consignment: Consignment, resource: str, left: list[tuple[_Open, int]], back: int, now: int, due: Due
) -> list[dict[int, int]]:
    """Return how much of each open part was refused at the door, by the time until which it may be on its way back.

    Who may receive may refuse: a receiver that is named, else one that has received of the consignment. Each part can
    be refused once, and no more after the day on which its receivers first said that nothing more comes: else whoever is
    asked for a shortage could put it off again and again. A day has no order: what was refused on it was refused, whichever
    of the two papers was recorded first.
    """
    doors = set(receivers_named(consignment.of("dispatch"))) or {
        leg.holder for leg in consignment.of("receipt") if leg.holder != consignment.sender
    }
    refusals = _of(counting(consignment.legs, "refusal"), resource)
    free: list[int] = [amount for _, amount in left]
    returning: list[dict[int, int]] = [{} for _ in left]
    for leg, line in sorted(refusals, key=lambda one: (one[0].effective, one[0].entry)):
        if leg.holder not in doors or leg.effective >= end_of(now, 0):
            continue
        rest = line.amount - min(back, line.amount)
        back -= min(back, line.amount)
        there = end_of(leg.effective, due(leg, leg.towards or "", resource))
        for at, (one, _) in enumerate(left):
            open_then = one.closed_by is None or leg.effective < one.closed_by
            if open_then and one.leg.effective < end_of(leg.effective, 0):
                taken = min(rest, free[at])
                rest -= taken
                free[at] -= taken
                until = max(there, one.due)
                if taken:
                    returning[at][until] = returning[at].get(until, 0) + taken
    return returning


def _parts(
    queue: list[_Open], left: list[tuple[_Open, int]], open_amount: int, way_back: list[dict[int, int]], now: int
) -> Iterator[OpenPart]:
    """Give what is open of each dispatch; what was refused of it has the time of its way back, unless it was closed short."""
    for (one, amount), returning in zip(left, way_back, strict=True):
        judged = one.judged(now)
        back = {until: some for until, some in returning.items() if judged and (now <= until or one.closed is None)}
        if amount > sum(back.values()):
            yield one.part(amount - sum(back.values()), now)
        for until, some in sorted(back.items()):
            state: Judged = "on_way" if now <= until else "overdue"
            yield OpenPart(state=state, amount=some, sent=one.leg.effective, due=until, since=until)
    more = open_amount - sum(one.amount for one in queue)
    if more > 0:
        # More is open than was sent: what was found too much has been corrected away. It is nobody's.
        yield OpenPart(state="on_way", amount=more, sent=now, due=now, since=now)


def _contested(consignment: Consignment, resource: str, got: list[tuple[Leg, Line]], loose: tuple[Leg, ...]) -> int:
    """Return how much more may have arrived by what stands beside, by receipts that are asked for, or told once."""
    counted: dict[str, int] = {}
    for leg, line in got:
        counted[leg.holder] = counted.get(leg.holder, 0) + line.amount
    others: dict[tuple[str, str], int] = {}
    for leg, line in _of(beside(consignment.legs, "receipt"), resource):
        others[leg.holder, leg.speaker] = others.get((leg.holder, leg.speaker), 0) + line.amount
    more = max((amount - counted.get(holder, 0) for (holder, _), amount in others.items()), default=0)
    waiting = [line for leg in loose if leg.role == "receipt" and may_be_of(consignment, leg) for line in leg.lines]
    sent = {line.resource for _, line in counting(consignment.legs, "dispatch")} | {resource}
    told = [*waiting, *(line for leg in consignment.of("receipt") for line in leg.lines)]
    if any(line.resource not in sent and material_of(line.resource) == material_of(resource) for line in told):
        return EVERYTHING  # came in a unit in which none was sent: how much of it that is, nobody can tell
    asked = sum(line.amount for line in waiting if line.resource == resource)
    # The same goods under another name, or others in their place: the receiver's own word, and no fault of who carried them.
    instead = sum(
        line.amount
        for _, line in counting(consignment.legs, "receipt")
        if line.resource not in sent and base_of(line.resource) == base_of(resource)
    )
    seen: set[tuple[object, ...]] = set()
    twice = 0
    for leg in consignment.of("dispatch"):
        if telling(leg) in seen:
            twice += sum(line.amount for line in leg.lines if line.resource == resource)
        seen.add(telling(leg))
    return max(more, 0) + asked + instead + twice


def _instead(consignment: Consignment, resource: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return what came in place of a resource, and in place of which materials it came, by the receivers' own words."""
    came: dict[str, int] = {}
    places: dict[str, None] = {}
    sent = {material_of(line.resource) for _, line in counting(consignment.legs, "dispatch")}
    for leg, line in counting(consignment.legs, "receipt"):
        if line.instead_of in sent and leg.speaker == leg.holder:
            if line.instead_of == material_of(resource):
                came[line.resource] = came.get(line.resource, 0) + line.amount
            elif line.resource == resource:
                places[line.instead_of] = None
    return came, tuple(places)


def _other_units(balances: dict[str, int], resource: str) -> dict[str, int]:
    """Return what of the same material is open the other way in units in which nobody can say how much of this it is."""
    balance = balances.get(resource, 0)
    return {
        other: abs(amount)
        for other, amount in balances.items()
        if amount * balance < 0 and material_of(other) == material_of(resource)
    }


def _carriers(
    sent: list[tuple[Leg, Line]], got: list[tuple[Leg, Line]], balance: int, taken: list[tuple[Leg, Line]]
) -> tuple[str, ...]:
    """Return who may have what has not arrived: one alone only if that is so whichever truck each receipt was off.

    Who took goods over on their way has carried them instead where a receipt names it as carrier; where only it says so,
    it is asked beside whom it names: else a friend's word would clear a carrier.
    """
    carried: dict[str, int] = {}
    for leg, line in sent:
        carried[leg.carrier] = carried.get(leg.carrier, 0) + line.amount
    seen = {leg.carrier for leg, _ in got}
    asked = {leg.carrier: leg.speaker for leg, _ in taken if leg.speaker not in seen}
    for leg, line in sorted(taken, key=lambda one: (one[0].effective, one[0].entry)):
        amount = min(line.amount, carried.get(leg.carrier, 0))
        if amount and leg.speaker in seen:
            carried[leg.carrier] -= amount
            carried[leg.speaker] = carried.get(leg.speaker, 0) + amount
    carried = {who: amount for who, amount in carried.items() if amount}
    named: dict[str, int] = {}
    for leg, line in got:
        if leg.carrier in carried:
            named[leg.carrier] = named.get(leg.carrier, 0) + line.amount
    total = sum(carried.values())
    untold = total - balance - sum(named.values())  # receipts naming nobody, returns, voids and findings
    least = {who: amount - named.get(who, 0) - max(untold, 0) for who, amount in carried.items()}
    sure = [who for who, amount in least.items() if amount > 0]
    most = [who for who, amount in carried.items() if amount - named.get(who, 0) > 0]
    may = [sure[0]] if len(sure) == 1 and least[sure[0]] >= balance else most or list(carried)
    return tuple(dict.fromkeys((*may, *(asked[who] for who in may if who in asked))))


def _counted(
    consignment: Consignment, resource: str, sent: list[tuple[Leg, Line]], got: list[tuple[Leg, Line]]
) -> bool:
    own = all(leg.speaker == leg.holder for leg, _ in (*sent, *got))
    inferred = any(leg.complete == "inferred" or line.within for leg, line in got)
    inferred = inferred or any(line.within and line.within.split(" ")[1] != leg.speaker for leg, line in sent)
    aside = _of((*beside(consignment.legs, "receipt"), *beside(consignment.legs, "dispatch")), resource)
    lines = [line for _, line in (*sent, *got)]
    alike = all(line.sure for line in lines) or len({line.written or base_of(line.resource) for line in lines}) == 1
    return own and alike and not inferred and not aside
