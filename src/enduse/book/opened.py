"""What lies open, from the states in memory: for conditions in the middle of a fold, and for reports.

One voice a relation: what either end of a consignment says is said by its holder, with the instrument that the holder
first named for it. What others read there stands beside: it may say that more or less is missing, and changes nothing.
Of a stock its holder answers: there the error of its scale, whoever states it, takes nothing out of what is missing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Final, Literal

import msgspec

from enduse.assurance.differences import Account, Difference, OpenDifference, disputes, judge
from enduse.assurance.measurements import InBooks, Measured, Measurements
from enduse.book.states import States
from enduse.ledger import elsewhere
from enduse.ledger.accounts import class_of, item_of, owner_of, rest_of, stock, transit
from enduse.ledger.arrival import Arrival, arrivals
from enduse.ledger.consignment import DAY, counting
from enduse.ledger.count_rows import of_one_time, of_stock
from enduse.ledger.finding import answering, means
from enduse.ledger.ledger import Ledger
from enduse.ledger.packs import booked, compared, contents
from enduse.ledger.reported import came_in
from enduse.ledger.state import Consignment, Leg, Line, Role
from enduse.ledger.timeline import lay
from enduse.ledger.without_effect import beside
from enduse.messages import Message, Refusal
from enduse.programme.jurisdiction import EVERYWHERE
from enduse.programme.transit import DEFAULT_DAYS, transit_days
from enduse.statements.claim import Finding, Resolution
from enduse.terms.amounts import base_of, material_of

Related = Callable[[str, str], tuple[Message, ...]]
"""Path by which two parties are related, or nothing."""

Which = Literal["shipped", "received"]
_ROLES: Final[dict[Which, Role]] = {"shipped": "dispatch", "received": "receipt"}
"""What is said of either end of a consignment."""


def standings(states: States) -> Iterator[Arrival]:
    """Give how every consignment stands that does not come out even."""
    found: list[Arrival] = []
    keys = [rest_of(account) for account in states.ledger.balances if class_of(account) == "transit"]
    states.ledger.consignments.expect(keys)
    every = [known for key in keys if (known := states.ledger.consignments.get(key)) is not None]
    states.ledger.numbers.expect(known.number for known in every)
    for known in every:
        found += (one for one in standing(states, known) if one.balance)
    return elsewhere.asked(found, states.ledger, states.head.clock)


def standing(states: States, one: Consignment) -> Iterator[Arrival]:
    """Give how one consignment stands, material by material, also where it comes out even."""
    balances = states.ledger.balances.get(transit(one.key), {})
    loose = (
        *states.ledger.loose.get(one.number, ()),
        *_may_be_back(states.ledger, one),
        *too_much_elsewhere(states.ledger, one),
    )
    idle = tuple(each.entry for each in beside(states.ledger, one))
    one, held, loose = compared(states.ledger, one, balances, loose)
    return arrivals(one, held, states.head.clock, partial(_days, states), loose, idle)


def _may_be_back(ledger: Ledger, one: Consignment) -> Iterator[Leg]:
    """Give what senders received of their own, naming nobody, that its receiver may have given back by ``one``.

    Both use one number, and neither receipt nor dispatch says which goods they are: it is asked, and nobody is named.
    """
    for key in ledger.numbers.get(one.number, ()):
        other = ledger.consignments[key]
        receipts = other.of("receipt")
        if other.sender != one.sender and any(leg.holder == one.sender for leg in receipts):
            yield from (leg for leg in receipts if leg.holder == other.sender and leg.other is None)


def too_much_elsewhere(ledger: Ledger, one: Consignment) -> Iterator[Leg]:
    """Give what others' consignments of the same number have too much by receipts that name no sender.

    It may be what is open of ``one``, as where a hub sends goods on under the number by which they came and no dispatch names
    its receiver: it is asked, and nobody is named.
    """
    for key in ledger.numbers.get(one.number, ()):
        other, balances = ledger.consignments[key], ledger.balances.get(transit(key), {})
        over = {resource: -amount for resource, amount in balances.items() if amount < 0}
        if not over or other.sender == one.sender:
            continue
        got = counting(other.legs, "receipt")
        for leg, line in sorted(got, key=lambda each: each[0].holder != other.sender):
            amount = min(line.amount, over.get(line.resource, 0))
            if leg.other is None and leg.holder != one.sender and amount:
                over[line.resource] -= amount
                yield msgspec.structs.replace(leg, lines=(msgspec.structs.replace(line, amount=amount),))


def _days(states: States, leg: Leg, end: str, resource: str) -> int:
    if not (states.programme.body and states.programme.body.transit):
        return DEFAULT_DAYS
    recorded = states.clocks.at(leg.entry)
    return transit_days(states.programme, leg.place, end, leg.carrier, material_of(resource), recorded)


def opened(states: States, uneven: Iterable[Arrival]) -> Iterator[OpenDifference]:
    """Give every difference that is open, with the entries it rests on, and even ones that are disputed.

    Of a consignment only what is closed short, overdue, or more than was sent: what is on its way is no difference.

    Args:
        states: of the book.
        uneven: its :func:`standings`.
    """
    ledger = states.ledger
    for account, held in ledger.balances.items():
        if class_of(account) == "difference":
            yield from _of_stocks(states, account, held)
    found = set()
    for arrival in uneven:
        if arrival.missing or (arrival.over and not arrival.other_units):
            found.add((arrival.consignment.key, arrival.resource))
            yield _of_consignment(states, arrival)
    for key, resource in _read(states):
        one = ledger.consignments[key]
        for arrival in standing(states, one):
            if arrival.resource == resource and (key, resource) not in found:
                even = _of_consignment(states, arrival)
                if even.disputes:
                    yield even


def _read(states: States) -> Iterable[tuple[str, str]]:
    """Return consignment and resource of every reading by another party than the one that holds that end."""
    found: dict[tuple[str, str], None] = {}
    told = in_books(states)
    for name, said in states.readings.by_item.items():
        of, _, number = name.partition(" ")
        for which, role in _ROLES.items():
            for key in states.ledger.numbers.get(number, ()) if of == which else ():
                holders = {leg.holder for leg in states.ledger.consignments[key].of(role)}
                found.update(((key, told(one).resource), None) for one in said if holders and one.party not in holders)
    return found


def _of_stocks(states: States, account: str, held: Mapping[str, int]) -> Iterator[OpenDifference]:
    """Give what counts found at one place, by material: packs as what they hold, whenever that was said."""
    ledger, content = states.ledger, contents(states.ledger)
    owner, place = owner_of(account), item_of(account)
    told: dict[str, dict[str, Line]] = {}
    for resource in held:
        holds = content(resource)
        told.setdefault(holds.resource, {})[resource] = holds
    lying: dict[str, int] = {}
    for resource, amount in ledger.balances.get(stock(owner, place), {}).items():
        holds = content(resource)
        lying[holds.resource] = lying.get(holds.resource, 0) + amount * holds.amount
    for name, packs in told.items():
        if amount := sum(held[resource] * holds.amount for resource, holds in packs.items()):
            yield _of_stock(states, owner, place, name, amount, packs, lying)


def _of_stock(
    states: States,
    owner: str,
    place: str,
    resource: str,
    amount: int,
    packs: Mapping[str, Line],
    held: Mapping[str, int],
) -> OpenDifference:
    """Return what counts found of one material at one place.

    Args:
        states: of the book.
        owner: of the stock.
        place: where.
        resource: in which it is told.
        amount: missing, or negative too much.
        packs: what one of each resource in which it is booked holds.
        held: the stock there, as told.
    """
    series = [(of_stock(states.ledger, stock(owner, place), name), holds.amount) for name, holds in packs.items()]
    every = [count for counts, _ in series for count in counts]
    since = max((count.effective for count in every), default=0)
    entries = tuple(sorted(count.entry for count in every))
    last = [(counts[-1], holds) for counts, holds in series if counts]
    low, high = (
        amount + sum((getattr(count, end) - count.absorbed) * holds for count, holds in last) for end in ("low", "high")
    )
    orders = (low, high) if low != high else None
    lying = held.items() if amount < 0 else ()
    others = tuple(
        (other, there)
        for other, there in lying
        if there > 0 and other != resource and material_of(other) == material_of(resource)
    )
    home, contested = stock(owner, place), 0
    for name, holds in packs.items() if amount > 0 else ():
        contested += came_in(states.ledger, home, name, since, amount) * holds.amount
    scales = [
        found for count, _ in last if (found := states.readings.weighed(count.entry)) is not None and found.amount
    ]
    weighed, by = _scale(states, owner, scales)
    counts = _rivals(states, home, packs)
    if counts:
        contested = amount
    counted = orders is None and not others and not contested and not scales and all(one.sure for one in packs.values())
    return OpenDifference(
        owner,
        place,
        resource,
        amount,
        since,
        entries,
        received=weighed,
        contested=max(0, min(contested, amount)),
        counted=counted and not counts,
        orders=orders,
        other_units=others,
        error_by=by,
        counts=counts,
    )


def _rivals(states: States, home: str, packs: Mapping[str, Line]) -> tuple[int, ...]:
    """Return what the last counts of a stock found, where they are of one time and differ; the order of recording decides nothing."""
    for name, holds in packs.items():
        if f"{home}\t{name}" in states.ledger.rivals:
            counts = of_stock(states.ledger, home, name)
            last = lay(states.ledger, home, name, counts[-1].effective)
            return tuple((last + more) * holds.amount for more in of_one_time(counts))
    return ()


def _scale(states: States, owner: str, scales: Iterable[Measured]) -> tuple[Measured | None, str]:
    """Return with what a stock was weighed last, with the error that counts, and who states that.

    The error is one that a party unrelated to the holder states of that scale, the least of these; a smaller one of the
    holder's own speaks against itself and counts too. Of what was weighed in several units the one that errs most is taken.
    """
    found = []
    for told in (in_books(states)(one) for one in scales if one.usable):
        if not told.variance:
            continue
        named = states.readings.with_instrument(told.instrument) if told.party == owner else (told,)
        others = [one for one in named if one.party != owner and not states.programme.related(owner, one.party)]
        least = min((told, *others), key=lambda one: Decimal(one.random_sd) ** 2 + Decimal(one.systematic_sd) ** 2)
        stated = msgspec.structs.replace(told, random_sd=least.random_sd, systematic_sd=least.systematic_sd)
        found.append((stated.variance, stated, others[0].party if others else told.party))
    if not found:
        return None, ""
    _, stated, by = max(found, key=lambda each: each[0])
    return stated, by


def _of_consignment(states: States, arrival: Arrival) -> OpenDifference:
    one, resource = arrival.consignment, arrival.resource
    amount = arrival.missing - arrival.over
    shipped, received = (_account(states, one, resource, of) for of in _ROLES)
    found = disputes(amount, "shipped", shipped) if shipped is not None else ()
    found += disputes(amount, "received", received) if received is not None else ()
    settled = settled_at(states, one.number, set(arrival.carriers))
    said = {part.said for part in arrival.late if part.said is not None}
    latest_leg = max((leg.effective for leg in one.legs), default=0)
    return OpenDifference(
        "" if arrival.over else arrival.answers,
        one.item,
        resource,
        amount,
        arrival.late[0].since if arrival.late else latest_leg,
        tuple(sorted({*arrival.entries, *said})),
        None if shipped is None else shipped.weighed,
        None if received is None else received.weighed,
        tuple(dispute for dispute in found if dispute.entry > settled),
        one.key,
        arrival.contested,
        arrival.counted and not any(part.state == "overdue" for part in arrival.late),
    )


def _account(states: States, one: Consignment, resource: str, of: Which) -> Account | None:
    """Return what the holder of one end says, and what others read there.

    Where somebody else reported it, that party's instrument counts until the holder names one, unless it is a party
    that carried, or related to one. No reading of more than was booked makes the error larger. Where an end came in
    parts, the instrument stands for all of them, and others' readings are not compared: none says which part it is of.
    """
    ends = [(leg, line) for leg, line in counting(one.legs, _ROLES[of]) if line.resource == resource]
    if not ends:
        return None
    leg, parts = ends[0][0], len({each.entry for each, _ in ends}) > 1
    booked = sum(line.amount for _, line in ends)
    every = states.readings.usable(of, one.number, resource, in_books(states))
    said = [reading for reading in every if _about(states, one, reading)]
    own = [reading for reading in said if reading.party == leg.holder]
    carriers = {each.carrier for each in one.of("dispatch")}
    if not own and not any(leg.speaker == who or states.programme.related(leg.speaker, who) for who in carriers):
        own = [reading for reading in said if reading.party == leg.speaker]
    first = own[0] if own else None
    where = {*states.programme.around(leg.place), EVERYWHERE}
    others = [] if parts else [reading for reading in said if reading is not first and _seen(reading, leg, where)]
    weighed = None
    if first is not None:
        weighed = msgspec.structs.replace(first, amount=booked if parts else min(first.amount, booked))
    return Account(leg.holder, booked, weighed, latest(others))


def settled_at(states: States, about: str, involved: set[str]) -> int:
    """Return the log index of the last finding that settles a matter, by a party unrelated to those involved, or -1."""
    found = states.releases.settling(about)
    related = states.programme.related
    return max((one.index for one in found if not any(related(one.party, party) for party in involved)), default=-1)


def _seen(reading: Measured, leg: Leg, where: set[str]) -> bool:
    return reading.party == leg.holder or reading.place in where


def _about(states: States, one: Consignment, reading: Measured) -> bool:
    """Say whether a reading is of this consignment, and not of another of its sender's that bears the same number."""
    keys = states.ledger.numbers.get(one.number, ())
    known = [found for key in keys if (found := states.ledger.consignments[key]).sender == one.sender]
    begun = {found.key: min(leg.effective for leg in sent) for found in known if (sent := found.of("dispatch"))}
    if len(begun) < 2 or one.key not in begun:  # noqa: PLR2004 - alone under its number
        return True
    before = [key for key, first in begun.items() if first <= reading.effective + DAY]
    mine = max(before, key=lambda key: begun[key]) if before else min(begun, key=lambda key: begun[key])
    return mine == one.key


def in_books(states: States) -> InBooks:
    """Return how a reading is told in the unit of the books: by the packs known now, whenever they were recorded."""

    def told(reading: Measured) -> Measured:
        material, base = material_of(reading.resource), base_of(reading.resource)
        line, _ = booked(states.ledger, material, base, reading.amount, reading.effective)
        if line.resource == reading.resource:
            return reading
        return msgspec.structs.replace(reading, resource=line.resource, amount=line.amount, nominal=not line.sure)

    return told


def latest(readings: Iterable[Measured]) -> tuple[Measured, ...]:
    """Return the latest reading of each party."""
    by_party: dict[str, Measured] = {}
    for one in readings:
        before = by_party.get(one.party)
        if before is None or (before.effective, before.entry) < (one.effective, one.entry):
            by_party[one.party] = one
    return tuple(by_party.values())


def instrument_of(states: States, one: Consignment, resource: str, of: Which) -> Measured | None:
    """Return the reading that says with what the holder of one end weighed it."""
    if not states.readings.by_item.get(f"{of} {one.number}"):
        return None
    account = _account(states, one, resource, of)
    return None if account is None else account.weighed


def partial_readers(readings: Measurements, project: str, involved: set[str], related: Related) -> frozenset[str]:
    """Return who has read a project's use and is one of those involved in it, or related to one."""
    return frozenset(
        reader
        for reader in readings.parties("use", project)
        if any(reader == party or related(reader, party) for party in involved)
    )


def judged(states: States, of: Iterable[OpenDifference], *, level: float | None = None) -> list[Difference]:
    """Judge what is open against the instruments; all consignments of which something arrived share the false-alarm budget."""
    items = list(of)
    return judge(items, max(len(items), states.ledger.received), level=level)


_AGAINST: Final = {
    "difference": frozenset(("off_purpose", "stolen")),
    "use": frozenset(("off_purpose", "stolen", "lost", "damaged")),
}
"""Findings that speak against whoever answers; that what is missing was lost or is an error of measurement excuses it."""


def partial_finder(ledger: Ledger, finding: Finding, related: Related) -> Refusal | None:
    """Say why a finder may not resolve what it names.

    Nobody judges an account it answers for, and none that a relation does in that relation's favour. What charges a relation
    counts: else whoever is judged would be rid of a judge by a tie to it.
    """
    if finding.body.result != "supported":
        return None
    for resolution in finding.body.resolves:
        both = (resolution, msgspec.structs.replace(resolution, item=resolution.to)) if resolution.to else (resolution,)
        for account in ledger.balances:
            for owner in answering(ledger, account) if any(means(one, account) for one in both) else ():
                path = related(finding.party, owner)
                if path and (owner == finding.party or not _charges(finding.party, resolution, related)):
                    return Refusal.of("finding.not_independent", party=finding.party, owner=owner, ties=path)
    return None


def _charges(finder: str, resolution: Resolution, related: Related) -> bool:
    """Say whether a resolution charges whoever answers, or a relation of the finder's, and no stranger in its place."""
    named = resolution.owner
    charged = named is None or (named != finder and bool(related(finder, named)))
    return charged and resolution.outcome in _AGAINST[resolution.of]


class ClosedByRelation(msgspec.Struct, frozen=True):
    """What a finding closed that its finder, being related, closes for no condition: who, how much, and by which ties."""

    party: str
    account: str
    resource: str
    amount: int
    entry: str
    ties: tuple[Message, ...]


def closed_by_relations(states: States, builders: Collection[str], material: str) -> Iterator[ClosedByRelation]:
    """Give what of a material findings moved out of missing by parties related to ``builders`` or to whoever answers for it."""
    ledger, related, content = states.ledger, cache(states.programme.related), contents(states.ledger)
    standing = [one for said in states.releases.findings.values() for one in said if not one.superseded_by]
    ledger.said.expect(one.entry for one in standing)
    closing = [
        (one, half, holds)
        for one in standing
        if (said := ledger.said.get(one.entry)) is not None and said.taken_back_by is None
        for half in said.halves
        if half.amount < 0
        and class_of(half.account) in {"difference", "transit"}
        and material_of((holds := content(half.resource)).resource) == material
    ]
    ledger.consignments.expect(rest_of(half.account) for _, half, _ in closing if class_of(half.account) == "transit")
    for one, half, holds in closing:
        parties = (*builders, *answering(ledger, half.account))
        if path := next((found for party in parties if (found := related(one.party, party))), ()):
            amount = -half.amount * holds.amount
            yield ClosedByRelation(one.party, half.account, holds.resource, amount, one.entry, path)


def places_of(consignment: Consignment) -> tuple[str, ...]:
    """Return where goods of a consignment left, arrived or were meant to arrive."""
    legs = [leg for leg in consignment.legs if leg.role in {"dispatch", "receipt"}]
    found = [place for leg in legs for place in (leg.place, leg.towards) if place]
    return tuple(dict.fromkeys(found))
