"""Which consignment each statement under a number is of, once all of them are known.

Most is known when a statement is recorded (:mod:`enduse.ledger.consignment`). What a receipt can be where it names no sender
also follows from what else is there: goods that came back, and goods that went on under the number by which they came.
Nothing here depends on the order of recording.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from enduse.ledger import consignment
from enduse.ledger.consignment import (
    DAY,
    SENDERS_MAX,
    Numbering,
    Sorted,
    amounts,
    counting,
    may_be_of,
    receivers_named,
    voided,
)
from enduse.ledger.state import Consignment, Leg

RECEIPTS_MAX: Final = 6
"""Of so many open receipts every way to lay them to their senders is tried."""


def sort_out(number: str, legs: Sequence[Leg], numbering: Numbering) -> Sorted:
    """Return which legs belong to which consignment, in the order of their keys.

    Args:
        number: what they all name.
        legs: all that stand, in the order they were recorded.
        numbering: how numbers are used.
    """
    first = consignment.sort_out(number, legs, numbering)
    if 1 < len(first.consignments) <= SENDERS_MAX:
        passed = _passed_on(list(first.consignments), first.loose)
        first = _all_came(_too_much(*_given_back(*passed)))
    return Sorted(tuple(sorted(first.consignments, key=lambda one: one.key)), first.loose)


_Parted = tuple[list[Consignment], tuple[Leg, ...]]
"""Consignments, and receipts that belong to none."""


def _passed_on(found: list[Consignment], loose: tuple[Leg, ...]) -> _Parted:
    """Read as of the one before it what a hub received, naming nobody, where and before it sent on; what came then as of the hub's.

    What a hub received is of none of its own dispatches. It is of the one other that sent half of it or more; of several,
    of the one of which so much is open when what came to hubs before is laid to theirs.
    """
    receipts = _asked(found, loose)
    hubs: set[str] = set()
    left = {one.key: _without(one, *receipts) for one in found}
    for got in sorted(receipts, key=lambda leg: (leg.effective, leg.entry)):
        own = {one.key for one in left.values() if one.sender == got.holder and _came_before(one, got, same=True)}
        others = [one for one in left.values() if one.sender != got.holder] if own else []
        may = [one.key for one in others if _may_hold(one, got) and _sent_half(one, got)]
        if len(may) > 1:
            may = [key for key in may if _lacks(left[key], amounts(got.lines), one_in=2)]
        if len(may) == 1:
            hubs |= own
            left[may[0]] = _with(left[may[0]], got)
            found, loose = _moved(found, loose, got, may[0])
    return _came_from_hubs(found, loose, hubs) if hubs else (found, loose)


def _came_from_hubs(found: list[Consignment], loose: tuple[Leg, ...], hubs: set[str]) -> _Parted:
    """Read what others received, where the hub received as much, as of the hub's own if there alone half of it or more is open.

    So it is also where less arrived at an end than was sent.
    """
    senders = {one.sender for one in found}
    every = _receipts(found, loose)
    ends = [leg for leg in _asked(found, loose) if leg.holder not in senders]
    for got in sorted(ends, key=lambda leg: (-leg.effective, -leg.entry)):
        wanted, home = amounts(got.lines), next((one for one in found if got in one.legs), None)
        room = [rest for one in found if _lacks(rest := _without(one, got), wanted, one_in=2) and _may_hold(rest, got)]
        if len(room) != 1 or room[0].key not in hubs or (home is not None and home.sender == room[0].sender):
            continue
        if _lacks(room[0], wanted, one_in=1) and _for(room[0], got, every, senders):
            found, loose = _moved(found, loose, got, room[0].key)
    return found, loose


def _asked(found: list[Consignment], loose: tuple[Leg, ...]) -> list[Leg]:
    """Return the receipts that name no sender, by their holders' own word."""
    every = _receipts(found, loose)
    return [leg for leg in every if leg.other is None and leg.lines and leg.speaker == leg.holder]


def _receipts(found: list[Consignment], loose: tuple[Leg, ...]) -> list[Leg]:
    return [*(leg for one in found for leg in one.of("receipt")), *(leg for leg in loose if leg.role == "receipt")]


def _moved(found: list[Consignment], loose: tuple[Leg, ...], got: Leg, key: str) -> _Parted:
    """Return all with a receipt in a consignment, wherever it was."""
    parted = [_with(rest, got) if rest.key == key else rest for one in found for rest in (_without(one, got),)]
    return parted, tuple(leg for leg in loose if leg is not got)


def _sent_half(one: Consignment, got: Leg) -> bool:
    """Say whether of each material of a receipt at least half was sent."""
    sent = amounts(line for _, line in counting(one.legs, "dispatch"))
    return all(2 * sent.get(resource, 0) >= amount for resource, amount in amounts(got.lines).items())


def _given_back(found: list[Consignment], loose: tuple[Leg, ...]) -> tuple[list[Consignment], tuple[Leg, ...]]:
    """Read as a return what a sender received under its number, naming nobody, where it can be nothing else.

    That is where nothing of its own is open that could have come back, and one of those who received of it, and one only,
    has shipped so much under the number since. Where the sender named no receiver, only one may have received of it, and
    just what was sent.
    """
    known = {one.key: one for one in found}
    receipts = [(leg, one.key) for one in found for leg in one.of("receipt") if leg.lines]
    receipts += [
        (leg, one.key)
        for leg in loose
        for one in found
        if leg.role == "receipt" and leg.lines and one.sender == leg.holder
    ]
    for got, key in sorted(receipts, key=lambda pair: (pair[0].effective, pair[0].entry)):
        one, wanted = known[key], amounts(got.lines)
        receivers = receivers_named(one.of("dispatch"))
        if got.holder != one.sender or got.other is not None or one.sender in receivers:
            continue
        if any(got in home.legs for home in known.values() if home is not one):
            continue  # it is a return already, of another time at which the number was used
        rest = _without(one, got)
        left = [_open(rest).get(resource, 0) for resource in wanted]
        takers = {leg.holder for leg, _ in counting(rest.legs, "receipt")} - {one.sender}
        if any(amount > 0 for amount in left) or (not receivers and (any(left) or len(takers) != 1)):
            continue
        homes = [
            other
            for other in known.values()
            if other.sender in takers
            and may_be_of(other, got)
            and min(leg.effective for leg in other.of("dispatch")) <= got.effective + DAY
            and all(_open(other).get(resource, 0) >= amount for resource, amount in wanted.items())
        ]
        if len(homes) == 1:
            (home,) = homes
            known[key] = rest
            known[home.key] = _with(home, got)
            loose = tuple(leg for leg in loose if leg is not got)
    return list(known.values()), loose


def _too_much(found: list[Consignment], loose: tuple[Leg, ...]) -> Sorted:
    """Read a receipt that names no sender as of the one consignment that lacks as much, where no other has room for any of it.

    Goods often go on under the number by which they came, by a hub's own dispatch; which of the two a receipt is of, nobody
    writes down. What is told to have come altogether too much of one was of the other, whichever paper was recorded first.
    """
    known = {one.key: one for one in found}
    homes = {leg.entry: one.key for one in found for leg in one.of("receipt")}
    every, senders = _receipts(found, loose), {one.sender for one in found}
    for got in sorted(every, key=lambda leg: (-leg.effective, -leg.entry)):
        wanted, home = amounts(got.lines), homes.get(got.entry)
        if got.other is not None or not wanted:
            continue
        rest = dict(known)
        if home is not None:
            rest[home] = _without(known[home], got)
        room = [
            key
            for key, one in rest.items()
            if _may_hold(one, got) and _lacks(one, wanted, one_in=0 if key == home else 2)
        ]
        if len(room) != 1 or room[0] == home or not _lacks(rest[room[0]], wanted, one_in=1):
            continue
        astray = home is not None and _came_before(known[home], got)
        if not astray and not _for(rest[room[0]], got, every, senders):
            continue
        if home is not None and known[home].sender == known[room[0]].sender:
            continue  # the number came anew: what one time has too much is not what another lacks
        rest[room[0]] = _with(rest[room[0]], got)
        known, loose = rest, tuple(leg for leg in loose if leg is not got)
    return Sorted(tuple(known.values()), loose)


def _all_came(found: Sorted) -> Sorted:
    """Read receipts that could be of several senders as of all of these, where together they are just what all of these sent.

    Two senders use one number, and each receipt alone may be of either: where what the receivers themselves say came is,
    in one way, exactly what every one of them sent, nothing is missing of any, whichever paper was recorded first.
    """
    homes = {leg.entry: one.key for one in found.consignments for leg in one.of("receipt")}
    every = [leg for one in found.consignments for leg in one.of("receipt")]
    every += [
        leg for leg in found.loose if leg.role == "receipt" and any(_may_hold(one, leg) for one in found.consignments)
    ]
    asked = sorted(
        (leg for leg in every if leg.other is None and leg.lines), key=lambda leg: (leg.effective, leg.entry)
    )
    if not 1 < len(asked) <= RECEIPTS_MAX or any(leg.speaker != leg.holder for leg in asked):
        return found
    if not found.loose and all(much >= 0 for one in found.consignments for much in _open(one).values()):
        return found
    told = amounts(line for leg in asked for line in leg.lines)
    known = {one.key: _without(one, *asked) for one in sorted(found.consignments, key=_begun)}
    senders = {one.sender for one in found.consignments}
    held = {
        leg.entry: key
        for leg in asked
        if (key := homes.get(leg.entry)) is not None and not _came_before(known[key], leg, same=True)
    }
    left = {key: {what: much for what, much in _open(one).items() if what in told} for key, one in known.items()}
    may = [
        [
            key
            for key, one in known.items()
            if any(left[key].values())
            and _may_hold(one, leg)
            and (leg.entry not in held or held[leg.entry] == key or _for(one, leg, every, senders))
        ]
        for leg in asked
    ]
    keys = {key for some in may for key in some}
    if any(sum(left[key].get(what, 0) for key in keys) != much for what, much in told.items()):
        return found
    if len({known[key].sender for key in keys}) < len(keys) or len(keys) > len(asked):
        return found  # of one sender the number came anew: what one time has too much is not what another lacks
    ways = list(_ways(asked, may, {key: left[key] for key in keys}))
    if not ways or any(_alike(asked, way) != _alike(asked, ways[0]) for way in ways):
        return found
    for leg, key in zip(asked, ways[0], strict=True):
        known[key] = _with(known[key], leg)
    return Sorted(tuple(known.values()), tuple(leg for leg in found.loose if leg not in asked))


def _begun(one: Consignment) -> tuple[int, str]:
    """Return by what consignments are put in order: when their first goods left, and their key."""
    return min((leg.effective for leg in one.of("dispatch")), default=0), one.key


def _ways(
    receipts: Sequence[Leg], may: Sequence[Sequence[str]], left: dict[str, dict[str, int]]
) -> Iterator[tuple[str, ...]]:
    """Give each way to lay receipts to consignments, by key, after which nothing is open of any and nothing too much."""
    if not receipts:
        if not any(much for sums in left.values() for much in sums.values()):
            yield ()
        return
    wanted = amounts(receipts[0].lines)
    for key in may[0]:
        rest = {what: much - wanted.get(what, 0) for what, much in left[key].items()}
        if wanted.keys() <= rest.keys() and all(much >= 0 for much in rest.values()):
            for way in _ways(receipts[1:], may[1:], {**left, key: rest}):
                yield (key, *way)


def _alike(receipts: Sequence[Leg], way: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Return what a way brings where: two of which this is the same leave the same goods of the same senders."""
    return sorted(
        (key, leg.home, resource, amount)
        for leg, key in zip(receipts, way, strict=True)
        for resource, amount in amounts(leg.lines).items()
    )


def _may_hold(one: Consignment, got: Leg) -> bool:
    """Say whether a receipt can be of a consignment: of goods that had left, and not from the place to which they came."""
    sent = one.of("dispatch")
    left = any(leg.effective <= got.effective + DAY and leg.home != got.home for leg in sent)
    return left and may_be_of(one, got)


def _came_before(one: Consignment, got: Leg, *, same: bool = False) -> bool:
    """Say whether a receipt is where a consignment left, dated before it left, or with ``same`` no later: it came from elsewhere."""
    times = [leg.effective for leg in one.of("dispatch") if leg.home == got.home]
    return bool(times) and (got.effective < min(times) or (same and got.effective == min(times)))


def _for(one: Consignment, got: Leg, receipts: Sequence[Leg], senders: set[str]) -> bool:
    """Say whether a consignment was to go to who received: who names nobody settles no account of its own by a receipt of another's.

    Unless these are goods that only passed through: it received as much itself under the number where it sent them from, and so
    answers for them all the same; what comes to one of the senders may be given back to it.
    """
    sent = one.of("dispatch")
    if got.holder in {one.sender, *(named := receivers_named(sent))}:
        return True
    homes = {leg.home for leg in sent}
    came = amounts(line for leg in receipts if leg.home in homes and leg.speaker == leg.holder for line in leg.lines)
    wanted = amounts(got.lines)
    return (
        not named
        and got.holder not in senders
        and all(came.get(resource, 0) >= amount for resource, amount in wanted.items())
    )


def _lacks(one: Consignment, wanted: dict[str, int], *, one_in: int) -> bool:
    """Say whether of a consignment all of this is open, or half of one material, or anything of it.

    Args:
        one: which.
        wanted: how much of each material.
        one_in: 1, 2, or 0 for anything; who sends a trifle under another's number makes nobody's receipt doubtful.
    """
    left = _open(one)
    if one_in == 1:
        return all(left.get(resource, 0) >= amount for resource, amount in wanted.items())
    return any(
        left.get(resource, 0) > 0 and (not one_in or one_in * left[resource] >= amount)
        for resource, amount in wanted.items()
    )


def _without(one: Consignment, *got: Leg) -> Consignment:
    return msgspec.structs.replace(one, legs=tuple(leg for leg in one.legs if not any(leg is other for other in got)))


def _with(one: Consignment, got: Leg) -> Consignment:
    return msgspec.structs.replace(one, legs=tuple(sorted((*one.legs, got), key=lambda leg: leg.entry)))


def _open(one: Consignment) -> dict[str, int]:
    """Return what was sent and neither arrived nor never left, by resource, as far as statements about it tell."""
    sums = amounts(line for _, line in counting(one.legs, "dispatch"))
    taken = [line for _, line in counting(one.legs, "receipt")] + [line for _, _, line in voided(one)]
    for line in taken:
        sums[line.resource] = sums.get(line.resource, 0) - line.amount
    return sums
