"""How aid gets in, for those who work on it: movements by each party's word, where goods wait, crossings, service points."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from enduse.access.access import BROAD, ClearanceStep, MovementStep, carries, notifier_of
from enduse.access.accounts import OVER, STATES, Stay, authority_of, claims, outcome_by, path, state_of, stays
from enduse.access.change import DelayChange, delay_changes
from enduse.access.opening import OpenDay, open_day, rule_on
from enduse.access.waiting import Bottleneck, Wait, bottlenecks, waits
from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.programme.places import chain
from enduse.statements.access import OpeningWindow, Outcome
from enduse.terms.times import instant_of, month_of, next_month
from enduse.views.service_points import PointView, points

OUTCOMES: Final = ("facilitated", "partly", "impeded", "denied", "cancelled")
AHEAD_DAYS: Final = 14
"""For how many days ahead it is said how crossings work."""
_HINDERED: Final = frozenset(("deny", "impede", "turn_back", "attack", "cancel"))
_LEVELS: Final = 3
"""Country, admin 1, admin 2."""


class OutcomeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How movements ended that were planned in a period, in OCHA's words.

    Attributes:
        planned: all of them; the sum of what follows, up to ``open``.
        facilitated: arrived without hindrance.
        partly: facilitated in part.
        impeded: approved, then delayed, blocked, turned back or attacked.
        denied: not approved.
        cancelled: called off by who notified them.
        no_answer: never answered, and not made.
        open: not over, or nobody has said how it ended.
        disputed: of all of them, those of which two parties say otherwise.
    """

    planned: int = 0
    facilitated: int = 0
    partly: int = 0
    impeded: int = 0
    denied: int = 0
    cancelled: int = 0
    no_answer: int = 0
    open: int = 0
    disputed: int = 0


class HindranceClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Why a movement did not go as planned, by the word of one party; nobody's is the truth.

    Attributes:
        party: who says so.
        state: what it says happened, such as ``impeded``.
        by: who did it, as claimed; empty where it names nobody.
        reason: as it says.
        minutes: how long it was held; ``None`` where it does not say.
    """

    party: str
    state: str
    by: str
    reason: str
    minutes: int | None


class MovementView(msgspec.Struct, frozen=True, kw_only=True):
    """A movement, and what each party says of it.

    Attributes:
        movement: its identifier.
        notifier: who notified it.
        authority: whom the notification asks; empty where it names nobody.
        place: the broad area.
        planned: when it was to depart.
        submitted: when it was notified.
        lead_seconds: how long before its planned departure it was notified; ``None`` where either is not told.
        state: after the last step that anybody told.
        outcome: how it ended, by the word that was asked for.
        told_by: whose word that is.
        claims: how it ended by the word of each party that says so; nobody's is the truth.
        disputed: whether two parties say otherwise.
        hindered: why it did not go as planned, by the word of each party that says so, in the order of their times.
        silent_seconds: how long the notification waits for an answer, or waited before it departed or was called off.
        carries: consignments that its notifications name.
        steps: as told: claimed time, action, who says so, recorded, log index.
    """

    movement: str
    notifier: str
    authority: str
    place: str
    planned: datetime | None
    submitted: datetime | None
    lead_seconds: int | None
    state: str
    outcome: Outcome | None
    told_by: str
    claims: tuple[tuple[str, Outcome], ...]
    disputed: bool
    hindered: tuple[HindranceClaim, ...]
    silent_seconds: int | None
    carries: tuple[str, ...]
    steps: tuple[tuple[datetime, str, str, datetime, int], ...]


class ItemOnTheWay(msgspec.Struct, frozen=True, kw_only=True):
    """Goods on their way in: where they are, who has them in hand, since when.

    Attributes:
        item: the consignment or request.
        goods: what they are.
        trucks: lorry loads.
        need: how needed each is.
        to: the area they are for.
        state: such as ``held``.
        place: the crossing where they were last.
        holder: who has them in hand; empty where nobody is named.
        reason: as given with the last step.
        since: when that state began.
        seconds: how long ago the request was made, or how long it took to delivery.
        over: whether they were delivered, refused or called off.
    """

    item: str
    goods: str
    trucks: int
    need: Decimal
    to: str
    state: str
    place: str
    holder: str
    reason: str
    since: datetime
    seconds: int
    over: bool


class CrossingView(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing or corridor: how it works today, its closures, and what waits there.

    Attributes:
        place: which.
        type: ``crossing`` or ``corridor``.
        stated: whether anybody says how it works.
        trucks: lorry loads a day, closures left aside.
        inspected: lorry loads a day that are inspected.
        leads_to: corridors or areas behind it.
        windows: when it is open; none where it is open on every day.
        days: how it works on the days from today.
        closures: that last or are to come: identifier, from, until, reason, who says so.
        waiting: consignments whose last step was there and that are not over.
        waiting_trucks: their lorry loads.
    """

    place: str
    type: str
    stated: bool
    trucks: int
    inspected: int | None
    leads_to: tuple[str, ...]
    windows: tuple[OpeningWindow, ...]
    days: tuple[OpenDay, ...]
    closures: tuple[tuple[str, datetime, datetime | None, str, str], ...]
    waiting: int
    waiting_trucks: int


class AccessView(msgspec.Struct, frozen=True, kw_only=True):
    """How aid gets in.

    Attributes:
        as_of: up to when.
        start: first day of planned departure of what is counted; ``None`` from the first on.
        end: the day after the last.
        whose: whose word on outcomes comes first.
        outcomes: of movements planned then.
        areas: the same by broad area.
        movements: each of them.
        items: goods on their way in, not over, the longest wait first.
        states: waits by kind of state.
        holders: waits by who has things in hand.
        whole: from request to delivery, from notification to the end, and lead time: from notification to the planned departure.
        bottlenecks: where most waiting was, month by month.
        changed: steps whose delays changed beyond chance: when, from what to what, how sure.
        crossings: crossings and corridors.
        points: service points.
        incidents: counts by month, area, type and whom it befell.
    """

    as_of: datetime
    start: date | None
    end: date | None
    whose: str
    outcomes: OutcomeCounts
    areas: tuple[tuple[str, OutcomeCounts], ...]
    movements: tuple[MovementView, ...]
    items: tuple[ItemOnTheWay, ...]
    states: tuple[Wait, ...]
    holders: tuple[Wait, ...]
    whole: tuple[Wait, ...]
    bottlenecks: tuple[Bottleneck, ...]
    changed: tuple[DelayChange, ...]
    crossings: tuple[CrossingView, ...]
    points: tuple[PointView, ...]
    incidents: tuple[tuple[date, str, str, str, int], ...]


def access(book: Book, *, start: date | None = None, end: date | None = None, whose: str = "notifier") -> AccessView:
    """Return how aid gets in.

    Args:
        book: of the programme.
        start: only movements planned on this day (UTC) or later.
        end: only movements planned before this day.
        whose: whose word on outcomes comes first: ``notifier``, ``authority``, or a party.

    Raises:
        UnknownError: there is no such party.
    """
    if whose not in {"notifier", "authority"} and whose not in book.programme.parties:
        raise UnknownError("party.unknown", party=whose)
    now = instant_of(book.head.clock)
    told = {name: steps for name, steps in sorted(book.access.movements.items()) if _within(steps, start, end)}
    movements = tuple(movement_view(name, steps, whose, now) for name, steps in told.items())
    areas: dict[str, list[MovementView]] = defaultdict(list)
    for each in movements:
        areas[each.place].append(each)
    clearances = book.access.requested()
    waited = [stay for _, steps in clearances for stay in stays(steps, now)]
    moved = [stay for steps in told.values() for stay in stays(steps, now)]
    whole = [_whole(name, steps, now, "goods") for name, steps in clearances]
    whole += [_whole(name, steps, now, "movement") for name, steps in told.items()]
    whole += lead_times(movements)
    items = on_the_way(book, now)
    return AccessView(
        as_of=now,
        start=start,
        end=end,
        whose=whose,
        outcomes=counts(movements),
        areas=tuple((area, counts(areas[area])) for area in sorted(areas)),
        movements=movements,
        items=tuple(sorted((one for one in items if not one.over), key=lambda one: (-one.seconds, one.item))),
        states=waits((*waited, *moved), lambda stay: (stay.state, "")),
        holders=waits((*waited, *moved), lambda stay: ("", stay.holder)),
        whole=waits(whole, lambda stay: (stay.state, "")),
        bottlenecks=bottlenecks((*waited, *moved)),
        changed=delay_changes((*waited, *moved), now),
        crossings=crossings(book, items, now),
        points=points(book, now),
        incidents=incidents(book),
    )


def on_the_way(book: Book, now: datetime) -> list[ItemOnTheWay]:
    """Return where each consignment that somebody asks for stands, those whose way is over included."""
    return [_item(name, steps, now) for name, steps in book.access.requested()]


def on_the_way_of(book: Book, name: str, now: datetime) -> ItemOnTheWay | None:
    """Return where one consignment stands; ``None`` where nobody asks for it."""
    steps = book.access.clearances.get(name, ())
    return _item(name, steps, now) if any(step.body.action == "request" for step in steps) else None


def planned_on(steps: Sequence[MovementStep]) -> datetime:
    """Return when a movement was to depart; where nobody tells it, when it was notified."""
    told = [step.body.planned for step in steps if step.body.planned is not None]
    return (told[-1] if told else min(step.at for step in steps)).astimezone(UTC)


def _within(steps: Sequence[MovementStep], start: date | None, end: date | None) -> bool:
    day = planned_on(steps).date()
    return (start is None or start <= day) and (end is None or day < end)


def outcome_of(steps: Sequence[MovementStep], whose: str) -> tuple[Outcome | None, str]:
    """Return how a movement ended by the word that is asked for, and whose it is."""
    asked = {"notifier": notifier_of(tuple(steps)), "authority": authority_of(steps)}.get(whose, whose)
    return outcome_by(steps, asked)


def movement_view(name: str, steps: tuple[MovementStep, ...], whose: str, now: datetime) -> MovementView:
    """Return a movement, and what each party says of it."""
    outcome, told_by = outcome_of(steps, whose)
    said = claims(steps)
    submitted = min((step.at for step in steps if step.body.action == "submit"), default=None)
    planned = next((step.body.planned for step in reversed(steps) if step.body.planned is not None), None)
    lead = None if submitted is None or planned is None else int((planned - submitted).total_seconds())
    return MovementView(
        movement=name,
        notifier=notifier_of(steps),
        authority=authority_of(steps),
        place=next((step.place for step in steps if step.place is not None), ""),
        planned=planned,
        submitted=submitted,
        lead_seconds=lead,
        state=state_of(steps),
        outcome=outcome,
        told_by=told_by,
        claims=tuple(sorted(said.items())),
        disputed=len(set(said.values())) > 1,
        hindered=tuple(
            HindranceClaim(
                party=step.party,
                state=STATES[step.body.action],
                by=step.body.by or "",
                reason=step.body.reason,
                minutes=step.body.minutes,
            )
            for step in sorted(steps, key=lambda one: (one.at, one.index))
            if step.body.action in _HINDERED
        ),
        silent_seconds=_silence(steps, submitted, now),
        carries=carries(steps),
        steps=tuple(
            (step.at, step.body.action, step.party, step.recorded_at, step.index)
            for step in sorted(steps, key=lambda one: (one.at, one.index))
        ),
    )


def lead_times(movements: Iterable[MovementView]) -> list[Stay]:
    """Return how long before its planned departure each movement was notified, none where that was only afterwards."""
    return [
        Stay(item=one.movement, state="lead", start=one.submitted, seconds=max(0, one.lead_seconds), open=False)
        for one in movements
        if one.submitted is not None and one.lead_seconds is not None
    ]


def _silence(steps: Sequence[MovementStep], submitted: datetime | None, now: datetime) -> int | None:
    """Return how long a notification got no answer; ``None`` where it got one, by anybody's word, or there is none."""
    if submitted is None or any(step.body.action in {"acknowledge", "approve", "deny"} for step in steps):
        return None
    ends = [step.at for step in steps if step.body.action not in {"draft", "submit", "no_answer"}]
    return max(0, int((min(ends, default=now) - submitted).total_seconds()))


def counts(movements: Iterable[MovementView]) -> OutcomeCounts:
    """Return how movements ended, in counts."""
    told = list(movements)
    found = Counter(_column(each) for each in told)
    disputed = sum(each.disputed for each in told)
    return OutcomeCounts(
        planned=len(told), disputed=disputed, **{name: found[name] for name in (*OUTCOMES, "no_answer", "open")}
    )


def _column(each: MovementView) -> str:
    return each.outcome or ("no_answer" if each.state == "no_answer" else "open")


def _whole(name: str, steps: Sequence[MovementStep | ClearanceStep], now: datetime, sort: str) -> Stay:
    """Return the whole way of goods or of a movement as one wait; of what goes on, up to now."""
    begin = min(step.at for step in steps)
    ended = [step.at for step in steps if state_of([step]) in OVER]
    end = max(ended, default=None)
    seconds = int(((end or now) - begin).total_seconds())
    return Stay(item=name, state=sort, start=begin, seconds=max(0, seconds), open=end is None)


def _item(name: str, steps: tuple[ClearanceStep, ...], now: datetime) -> ItemOnTheWay:
    asked = next(step for step in steps if step.body.action == "request")
    way = _whole(name, steps, now, "goods")
    last = path(steps)[-1]  # another party that tells of the same request does not begin it anew
    where = [step for step in sorted(steps, key=lambda step: (step.at, step.index)) if step.place is not None]
    return ItemOnTheWay(
        item=name,
        goods=asked.body.goods or "",
        trucks=asked.body.trucks or 1,
        need=Decimal(asked.body.need or 1),
        to=asked.body.to or "",
        state=state_of([last]),
        place=(where[-1].place or "") if where else "",
        holder=(last.body.holder or "") if isinstance(last, ClearanceStep) else "",
        reason=last.body.reason,
        since=last.at,
        seconds=way.seconds,
        over=not way.open,
    )


def crossings(book: Book, items: Iterable[ItemOnTheWay], now: datetime) -> tuple[CrossingView, ...]:
    """Return every crossing and corridor of the programme."""
    waiting: dict[str, list[ItemOnTheWay]] = defaultdict(list)
    for one in items:
        if not one.over:
            waiting[one.place].append(one)
    closures = [said for _, said in sorted(book.access.closures.items())]
    found = []
    for place, body in sorted(book.programme.places.items()):
        if body.type not in {"crossing", "corridor"}:
            continue
        rules = book.access.crossings.get(place, ())
        here = [said for said in closures if said.body.crossing == place]
        rule = rule_on(rules, now.date())
        lasting = [said for said in here if said.body.period.end is None or said.body.period.end > now]
        found.append(
            CrossingView(
                place=place,
                type=body.type,
                stated=rule is not None,
                trucks=0 if rule is None else rule.body.trucks,
                inspected=None if rule is None else rule.body.inspected,
                leads_to=() if rule is None else rule.body.leads_to,
                windows=() if rule is None else rule.body.windows,
                days=tuple(open_day(rules, here, now.date() + timedelta(days=day)) for day in range(AHEAD_DAYS)),
                closures=tuple(
                    (said.body.closure, said.body.period.start, said.body.period.end, said.body.reason, said.party)
                    for said in lasting
                ),
                waiting=len(waiting[place]),
                waiting_trucks=sum(one.trucks for one in waiting[place]),
            )
        )
    return tuple(found)


def incidents(book: Book, until: datetime | None = None) -> tuple[tuple[date, str, str, str, int], ...]:
    """Return incidents in counts by month, broad area, type and whom they befell.

    Args:
        book: of the programme.
        until: only of months that were over by then.
    """
    found: Counter[tuple[date, str, str, str]] = Counter()
    for _, said in book.access.incidents.each():
        month = month_of(said.at)
        after = next_month(month)
        if until is None or datetime(after.year, after.month, 1, tzinfo=UTC) <= until:
            found[month, said.place or "", said.body.type, said.body.against] += 1
    return tuple((*key, found[key]) for key in sorted(found))


def area_of(book: Book, place: str) -> str:
    """Return the broad area a place lies in: of country, admin 1 and admin 2 the last; where there are fewer, the innermost."""
    places = book.programme.places
    above = [name for name in chain(places, place) if name in places and places[name].type in BROAD]
    return above[-_LEVELS] if len(above) >= _LEVELS else above[0] if above else ""
