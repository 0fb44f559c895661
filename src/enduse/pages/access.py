"""How aid gets in, in words: tables of a title, columns and rows, for the terminal, the report and pages."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

from enduse.access.change import DelayChange
from enduse.access.opening import DAYS
from enduse.access.sending import SendingOrder
from enduse.pages.access_terms import OUTCOMES, POINTS, REASONS, SERVICES, STATES
from enduse.pages.catalogue import mark
from enduse.pages.indicators import counted_in
from enduse.pages.localizer import Localizer
from enduse.pages.wait_words import NONE, Part, heads, hours, wait_table
from enduse.views.access import AccessView, CrossingView, HindranceClaim, OutcomeCounts
from enduse.views.access_public import PublicAccess, PublicCounts, PublicPoints
from enduse.views.sending import SendingPlan
from enduse.views.service_points import PointView


def access_words(answer: AccessView, words: Localizer) -> list[Part]:
    """Return everything that is known of access, for those who work on it."""
    areas = [(words.say("all"), answer.outcomes)]
    areas += [(words.name(area) if area else words.say("not stated"), each) for area, each in answer.areas]
    return [
        (
            words.say("Movements by area"),
            (words.say("area"), *(words.translated(OUTCOMES[name]) for name in OUTCOMES)),
            [_counted(area, each, words) for area, each in areas] if answer.outcomes.planned else [],
        ),
        (
            words.say("Told in two ways: nobody's word is taken for the truth"),
            (words.say("movement"), words.say("who says what")),
            [(words.isolate(each.movement), _claims(each.claims, words)) for each in answer.movements if each.disputed],
        ),
        (
            words.say("What hindered movements, by the word of each party"),
            (words.say("movement"), words.say("who says what")),
            [
                (words.isolate(each.movement), _hindrances(each.hindered, words))
                for each in answer.movements
                if each.hindered
            ],
        ),
        (
            words.say("Without an answer"),
            (words.say("movement"), words.say("asked"), words.say("waited")),
            [
                (
                    words.isolate(each.movement),
                    words.name(each.authority) if each.authority else NONE,
                    hours(each.silent_seconds, words),
                )
                for each in sorted(answer.movements, key=lambda one: -(one.silent_seconds or 0))
                if each.silent_seconds is not None
            ],
        ),
        _goods(answer, words),
        wait_table((*answer.whole, *answer.states, *answer.holders), words),
        (
            words.say("Where most waiting was"),
            (
                words.say("month"),
                words.say("where it stands"),
                words.say("in the hands of"),
                words.say("share of all waiting"),
            ),
            [
                (
                    month(each.month.date(), words),
                    words.translated(STATES[each.state]),
                    words.name(each.holder) if each.holder else words.say("nobody named"),
                    words.percent(each.seconds, each.total),
                )
                for each in answer.bottlenecks
            ],
        ),
        _changed(answer, words),
        _crossings(answer, words),
        _points(answer, words),
    ]


def _changed(answer: AccessView, words: Localizer) -> Part:
    """Return which steps take longer or shorter since when; of a median that nobody can say, how many cases last is told."""
    return (
        words.say("Delays that changed, beyond chance"),
        heads(
            words,
            mark("step"),
            mark("cases that began from"),
            mark("median before"),
            mark("median since"),
            mark("cases before, since"),
            mark("chance without a change"),
        ),
        [
            (
                words.translated(STATES[each.state]),
                words.day(each.since),
                _median(each.before, each.before_open, words),
                _median(each.after, each.after_open, words),
                words.listed((words.number(each.before_cases), words.number(each.after_cases))),
                words.say("at most {share}", share=_chance(each, words)),
            )
            for each in answer.changed
        ],
    )


def _median(seconds: int | None, lasting: int, words: Localizer) -> str:
    told = hours(seconds, words) if seconds is not None else words.say("nobody can say")
    return told if not lasting else words.count("{median}, {n} lasts", "{median}, {n} last", lasting, median=told)


def _chance(each: DelayChange, words: Localizer) -> str:
    """Return the chance of calling any change so sure where there is none: of this step, times the steps tested."""
    share = min(Decimal(1), Decimal(str(round(each.p_value * each.tested, 4))))
    return f"{words.number(100 * share, 1)}%"


def _goods(answer: AccessView, words: Localizer) -> Part:
    return (
        words.say("Goods on their way in"),
        heads(
            words,
            mark("consignment"),
            mark("lorry loads"),
            mark("where it stands"),
            mark("at"),
            mark("in the hands of"),
            mark("why"),
            mark("since the request"),
        ),
        [
            (
                words.isolate(each.item.removeprefix("consignment:")),
                words.number(each.trucks),
                words.translated(STATES[each.state]),
                words.name(each.place) if each.place else NONE,
                words.name(each.holder) if each.holder else words.say("nobody named"),
                words.translated(REASONS[each.reason]),
                hours(each.seconds, words),
            )
            for each in answer.items
        ],
    )


def _points(answer: AccessView, words: Localizer) -> Part:
    return (
        words.say("Service points"),
        heads(
            words,
            mark("service point"),
            mark("area"),
            mark("offers"),
            mark("where it stands"),
            mark("supplies last"),
            mark("access"),
            mark("who says so"),
        ),
        [row for each in answer.points for row in _point(each, words)],
    )


def _point(each: PointView, words: Localizer) -> Iterator[tuple[str, ...]]:
    """Give what was said last of a service point, and below it what others said last of it."""
    ends = words.say("until {day}", day=words.day(each.access_until)) if each.access_until is not None else NONE
    lasts = words.say("lapsed") if each.access_lapsed else ends
    where = (words.text(each.title, words.isolate(each.point)), words.name(each.place))
    for party, at, status, left, access, offers in (
        (each.by, each.reported, each.status, each.supply_days, lasts, _offers(each, words)),
        *((*one, NONE, NONE) for one in each.others),
    ):
        who = words.listed((words.name(party), words.day(at)))
        yield (*where, offers, words.translated(POINTS[status]), supplies(left, words), access, who)


def _offers(each: PointView, words: Localizer) -> str:
    """Return what a service point offers, and how much of it."""
    told = [words.translated(SERVICES[one]) if one in SERVICES else words.name(one) for one in each.services]
    if each.capacity is not None:
        unit = counted_in(each.unit, words)
        told.append(words.say("{value} {unit}", value=words.number(each.capacity), unit=unit).strip())
    return words.listed(told) or NONE


def _counted(area: str, each: OutcomeCounts | PublicCounts, words: Localizer) -> tuple[str, ...]:
    cells = [getattr(each, name) for name in OUTCOMES]
    return (area, *(words.say("few") if cell is None else words.number(cell) for cell in cells))


def _claims(claims: tuple[tuple[str, str], ...], words: Localizer) -> str:
    told = [
        words.say("{party}: {what}", party=words.name(party), what=words.translated(OUTCOMES[outcome]))
        for party, outcome in claims
    ]
    return words.listed(told, sentences=True)


def _hindrances(claims: tuple[HindranceClaim, ...], words: Localizer) -> str:
    told = []
    for each in claims:
        state = words.translated(STATES[each.state])
        parts = [words.say("{what}, by {party}", what=state, party=words.name(each.by)) if each.by else state]
        parts.append(words.translated(REASONS[each.reason]))
        if each.minutes is not None:
            parts.append(words.count("held {n} minute", "held {n} minutes", each.minutes))
        told.append(words.say("{party}: {what}", party=words.name(each.party), what=words.listed(parts)))
    return words.listed(told, sentences=True)


def _crossings(answer: AccessView, words: Localizer) -> Part:
    rows: list[tuple[str, ...]] = []
    for each in answer.crossings:
        today = words.number(each.days[0].trucks) if each.stated else words.say("not stated")
        rows.append(
            (
                words.name(each.place),
                _windows(each, words),
                today,
                words.number(each.waiting_trucks),
                words.listed((_closed(one, words) for one in each.closures), sentences=True) or NONE,
            )
        )
    return (
        words.say("Crossings and corridors"),
        heads(
            words,
            mark("crossing"),
            mark("opening hours"),
            mark("lorry loads today"),
            mark("lorry loads waiting there"),
            mark("closures"),
        ),
        rows,
    )


def _closed(closure: tuple[str, datetime, datetime | None, str, str], words: Localizer) -> str:
    """Return from when to when a passage is closed, why, and who says so."""
    _, start, end, reason, party = closure
    told = words.say("closed since {start}", start=words.day(start))
    if end is not None:
        told = words.say("closed from {start} to {end}", start=words.day(start), end=words.day(end))
    return words.listed((told, words.translated(REASONS[reason]), words.name(party)))


def _windows(each: CrossingView, words: Localizer) -> str:
    """Return on which days of the week a passage is open, and from when to when."""
    if not each.stated:
        return NONE
    if not each.windows:
        return words.say("on every day")
    return words.listed(
        (
            words.say(
                "{what} {who}",
                what=words.listed(map(words.weekday, one.days))
                if len(one.days) < len(DAYS)
                else words.say("on every day"),
                who=words.say("{low} to {high}", low=one.opens, high=one.closes),
            )
            for one in each.windows
        ),
        sentences=True,
    )


def sending_words(plan: SendingPlan, supposed: SendingPlan | None, words: Localizer) -> list[Part]:
    """Return an order of sending beside first come, first served, and what would wait where if a crossing were closed."""
    sorts = [(words.say("this order"), plan.best), (words.say("first come, first served"), plan.first_come)]
    if supposed is not None:
        sorts += [
            (words.say("this order, closed"), supposed.best),
            (words.say("first come, first served, closed"), supposed.first_come),
        ]
    parts: list[Part] = [
        (
            words.say("Need-weighted days of waiting"),
            (words.say("order"), words.say("days of waiting"), words.say("lorry loads not sent")),
            [
                (name, words.number(each.delay), words.number(each.left))
                for name, each in sorts
                if each.sent or each.left
            ],
        ),
        (
            words.say("What goes when"),
            heads(words, mark("day"), mark("consignment"), mark("lorry loads"), mark("way")),
            [
                (
                    _day(each.day, words),
                    words.isolate(each.item.removeprefix("consignment:")),
                    words.number(each.trucks),
                    words.named(each.way.passages),
                )
                for each in (supposed or plan).best.sent
            ],
        ),
        (
            words.say("What keeps goods waiting"),
            heads(
                words, mark("crossing"), mark("days full or closed"), mark("days saved by one more lorry load a day")
            ),
            [
                (words.name(each.passage), words.number(each.full_days), words.number(each.saves, 2))
                for each in (supposed or plan).best.binds
            ],
        ),
    ]
    if supposed is not None:
        parts.append(
            (
                words.say("What will wait where"),
                heads(words, mark("day"), mark("for"), mark("as it is"), mark("if it is closed")),
                _backlog(plan.first_come, supposed.first_come, words),
            )
        )
    return parts


def _backlog(now: SendingOrder, then: SendingOrder, words: Localizer) -> list[tuple[str, ...]]:
    sums: dict[tuple[date, str], list[int]] = {}
    for number, each in ((0, now), (1, then)):
        for one in each.waiting:
            sums.setdefault((one.day, one.to), [0, 0])[number] += one.trucks
    return [
        (_day(day, words), words.name(to) if to else words.say("not stated"), words.number(before), words.number(after))
        for (day, to), (before, after) in sorted(sums.items())
    ]


def public_words(answer: PublicAccess, words: Localizer) -> list[Part]:
    """Return what everybody may know of access."""
    return [
        (
            words.say("Movements by month and area"),
            (words.say("month"), words.say("area"), *(words.translated(OUTCOMES[name]) for name in OUTCOMES)),
            [
                (
                    month(each.month, words),
                    *_counted(words.name(each.area) if each.area else words.say("all"), each, words),
                )
                for each in answer.months
            ],
        ),
        wait_table(answer.waits, words, answer.least_count),
        (
            words.say("Incidents against those who build, monitor or bring aid"),
            (words.say("month"), words.say("area"), words.say("incidents")),
            [
                (
                    month(each.month, words),
                    words.name(each.area) if each.area else NONE,
                    words.say("few") if each.count is None else words.number(each.count),
                )
                for each in answer.incidents
            ],
        ),
        points_by_area(answer.points, words),
        (
            words.say("Closures of crossings and corridors"),
            heads(words, mark("crossing"), mark("from"), mark("until"), mark("why"), mark("who says so")),
            [
                (
                    words.name(each.crossing),
                    _day(each.start, words),
                    _day(each.end, words) if each.end else words.say("not told"),
                    words.translated(REASONS[each.reason]),
                    words.name(each.by),
                )
                for each in answer.closures
            ],
        ),
    ]


def points_by_area(points: Iterable[PublicPoints], words: Localizer) -> Part:
    """Return which service points work, by area and type, as everybody may know it."""
    return (
        words.say("Service points by area"),
        heads(
            words,
            mark("area"),
            mark("what"),
            mark("how many"),
            mark("work"),
            mark("work in part"),
            mark("do not work"),
            mark("supplies have run out"),
            mark("access has lapsed"),
        ),
        [
            (
                words.name(each.area),
                words.translated(POINTS[each.type]),
                *map(
                    words.number,
                    (each.points, each.working, each.partly, each.stopped, each.run_out, each.access_lapsed),
                ),
            )
            for each in points
        ],
    )


def supplies(days: Decimal | None, words: Localizer) -> str:
    """Return for how many more days supplies last, in words."""
    if days is None:
        return words.say("not known")
    if days <= 0:
        return words.say("run out")
    return words.count("{n} day", "{n} days", int(days)) if days >= 1 else words.say("less than a day")


def month(day: date, words: Localizer) -> str:
    """Return the month of a day, in figures, as tables are sorted by it."""
    return words.isolate(f"{day:%Y-%m}")


def _day(day: date, words: Localizer) -> str:
    return words.day(datetime.combine(day, time(), UTC))
