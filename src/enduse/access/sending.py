"""An order of sending: which lorry loads go through which crossing and corridor on which day, so that the most needed wait least.

What is minimised is the sum over all lorry loads of how needed each is times the days it waits. Loads that are alike (same day,
need and ways) are counted together, so that the plan is a flow of whole numbers over days; HiGHS solves it through SciPy,
with one thread and no clock, so that the same input gives the same plan. Beside it stands first come, first served.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from enduse.access.flow import LoadFlow, LoadGroup, solve

REQUESTS_MAX: Final = 20_000
DAYS_MAX: Final = 120


class SendingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Lorry loads that wait to be sent.

    Attributes:
        item: the consignment or request.
        ready: from which day they can be sent.
        trucks: how many lorry loads.
        need: how needed each is.
        to: the area they are for.
        goods: what they are.
    """

    item: str
    ready: date
    trucks: int
    need: Decimal = Decimal(1)
    to: str = ""
    goods: str = ""


class Way(msgspec.Struct, frozen=True, order=True):
    """A crossing, and the corridor behind it; empty where the crossing leads there directly."""

    crossing: str
    corridor: str = ""

    @property
    def passages(self) -> tuple[str, ...]:
        """Return what is passed."""
        return (self.crossing, self.corridor) if self.corridor else (self.crossing,)


class SentLoads(msgspec.Struct, frozen=True, kw_only=True):
    """Lorry loads of one request on one day by one way."""

    item: str
    day: date
    way: Way
    trucks: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Lorry loads that wait when a day ends.

    Attributes:
        day: which.
        to: the area they are for.
        crossing: by which they will go; empty where they do not go before the plan ends.
        goods: what they are.
        trucks: how many.
    """

    day: date
    to: str
    crossing: str
    goods: str
    trucks: int


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that keeps goods waiting.

    Attributes:
        passage: the crossing or corridor.
        full_days: days on which it lets through all it can while goods wait that could go there.
        saves: need-weighted days that one more lorry load on each of its days would save, to a hundredth; 0 where it does not bind.
    """

    passage: str
    full_days: int
    saves: Decimal


class SendingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of sending.

    Attributes:
        sent: what goes when and where, by day, then request.
        waiting: what waits at the end of each day.
        left: lorry loads that do not go before the plan ends.
        delay: need-weighted days of waiting of all lorry loads; of those left, up to the end of the plan.
        binds: the passages that keep goods waiting, the gravest first.
    """

    sent: tuple[SentLoads, ...]
    waiting: tuple[Waiting, ...]
    left: int
    delay: Decimal
    binds: tuple[Bound, ...] = ()


class SendingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The best order of sending beside first come, first served.

    Attributes:
        start: first day.
        days: how many.
        best: the order that was found.
        bound: no order has a smaller delay than this.
        gap: how far the best order may be from that, as a share.
        first_come: first come, first served.
        unstated: crossings and corridors of which nobody says how much they let through: nothing is planned through them.
    """

    start: date
    days: int
    best: SendingOrder
    bound: Decimal
    gap: Decimal
    first_come: SendingOrder
    unstated: tuple[str, ...] = ()


Capacity = Mapping[str, Sequence[int]]
"""Lorry loads that each passage lets through on each day of the plan."""


def plan_sending(
    requests: Iterable[SendingRequest], ways: Callable[[str], Sequence[Way]], capacity: Capacity, start: date, days: int
) -> SendingPlan:
    """Return the best order of sending, and first come, first served.

    Args:
        requests: that wait or will come; in whatever order.
        ways: to an area.
        capacity: of each crossing and corridor on each day.
        start: first day.
        days: how many.
    """
    told = sorted(requests, key=lambda one: (one.ready, one.item))
    routes = {to: tuple(sorted(set(ways(to)))) for to in {one.to for one in told}}
    groups: dict[tuple[int, Decimal, tuple[Way, ...]], list[SendingRequest]] = defaultdict(list)
    for one in told:
        ready = max(0, (one.ready - start).days)
        if ready < days:
            groups[ready, one.need, routes[one.to]].append(one)
    keys = sorted(groups, key=lambda key: (key[0], -key[1], key[2]))
    flow = LoadFlow(
        groups=tuple(
            LoadGroup(key[0], key[1], tuple(way.passages for way in key[2]), sum(one.trucks for one in groups[key]))
            for key in keys
        ),
        capacity={name: tuple(each) for name, each in sorted(capacity.items())},
        days=days,
    )
    found = solve(flow)
    sent: list[SentLoads] = []
    for number, key in enumerate(keys):
        legs = [(day, key[2][way], trucks) for day, way, trucks in found.sent[number]]
        sent += _shared_out(groups[key], legs, start)
    waited = [one for one in told if (one.ready - start).days < days]
    best = _order(waited, sent, start, days)
    saves = {name: Decimal(worth).quantize(Decimal("0.01")) for name, worth in found.saves.items()}
    first = first_come(waited, routes, capacity, start, days)
    before = sum((one.need * one.trucks * max(0, (start - one.ready).days) for one in waited), Decimal(0))
    bound = min(best.delay, before + Decimal(found.bound).quantize(Decimal("0.000001")))
    return SendingPlan(
        start=start,
        days=days,
        best=msgspec.structs.replace(best, binds=_binds(best, routes, capacity, start, saves)),
        bound=bound,
        gap=Decimal(0) if best.delay == 0 else ((best.delay - bound) / best.delay).quantize(Decimal("0.000001")),
        first_come=msgspec.structs.replace(first, binds=_binds(first, routes, capacity, start, {})),
    )


def _shared_out(
    requests: Sequence[SendingRequest], legs: Sequence[tuple[int, Way, int]], start: date
) -> Iterable[SentLoads]:
    """Share out what goes of loads that are alike: who asked first goes first."""
    left = [(one.item, one.trucks) for one in requests]
    for day, way, trucks in sorted(legs, key=lambda leg: (leg[0], leg[1])):
        free = trucks
        while free and left:
            item, open_trucks = left[0]
            taken = min(free, open_trucks)
            yield SentLoads(item=item, day=start + timedelta(days=day), way=way, trucks=taken)
            free -= taken
            left[0] = (item, open_trucks - taken)
            if open_trucks == taken:
                left.pop(0)


def first_come(
    requests: Sequence[SendingRequest],
    routes: Mapping[str, Sequence[Way]],
    capacity: Capacity,
    start: date,
    days: int,
) -> SendingOrder:
    """Return the order in which each request, in the order in which they came, takes the first room there is."""
    free = {name: list(each) for name, each in capacity.items()}
    sent = []
    for one in requests:
        left = one.trucks
        for day in range(max(0, (one.ready - start).days), days):
            for way in routes[one.to]:
                taken = min([left, *(free[name][day] if name in free else 0 for name in way.passages)])
                if taken <= 0:
                    continue
                for name in way.passages:
                    free[name][day] -= taken
                sent.append(SentLoads(item=one.item, day=start + timedelta(days=day), way=way, trucks=taken))
                left -= taken
            if not left:
                break
    return _order(requests, sent, start, days)


def _order(requests: Sequence[SendingRequest], sent: Iterable[SentLoads], start: date, days: int) -> SendingOrder:
    """Return an order with what waits each day, and its delay."""
    known = {one.item: one for one in requests}
    went = sorted(sent, key=lambda leg: (leg.day, leg.item, leg.way))
    open_trucks = {one.item: one.trucks for one in requests}
    delay = Decimal(0)
    waiting: dict[tuple[int, str, str, str], int] = defaultdict(int)

    def wait(one: SendingRequest, until: int, crossing: str, trucks: int) -> Decimal:
        begin = max(0, (one.ready - start).days)
        for day in range(begin, until):
            waiting[day, one.to, crossing, one.goods] += trucks
        return one.need * trucks * (until - (one.ready - start).days)

    for leg in went:
        open_trucks[leg.item] -= leg.trucks
        delay += wait(known[leg.item], (leg.day - start).days, leg.way.crossing, leg.trucks)
    for one in requests:
        if open_trucks[one.item]:
            delay += wait(one, days, "", open_trucks[one.item])
    return SendingOrder(
        sent=tuple(went),
        waiting=tuple(
            Waiting(day=start + timedelta(days=day), to=to, crossing=crossing, goods=goods, trucks=trucks)
            for (day, to, crossing, goods), trucks in sorted(waiting.items())
        ),
        left=sum(open_trucks.values()),
        delay=delay,
    )


def _binds(
    order: SendingOrder,
    routes: Mapping[str, Sequence[Way]],
    capacity: Capacity,
    start: date,
    saves: Mapping[str, Decimal],
) -> tuple[Bound, ...]:
    """Return the passages that let through all they can while goods wait that could go there."""
    used: dict[tuple[str, int], int] = defaultdict(int)
    for leg in order.sent:
        for name in leg.way.passages:
            used[name, (leg.day - start).days] += leg.trucks
    wanted = {
        (name, (each.day - start).days)
        for each in order.waiting
        for way in routes.get(each.to, ())
        for name in way.passages
    }
    found = []
    for name, each in sorted(capacity.items()):
        full = sum((name, day) in wanted and used[name, day] >= most for day, most in enumerate(each))
        if full:
            found.append(Bound(passage=name, full_days=full, saves=saves.get(name, Decimal(0))))
    return tuple(sorted(found, key=lambda one: (-one.saves, -one.full_days, one.passage)))
