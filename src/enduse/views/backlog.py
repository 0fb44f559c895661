"""Payments that wait for nothing but an inspection: how many, how long, and how many inspectors would clear them by when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from statistics import median_low
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.messages import Message
from enduse.release.evaluate import wanted
from enduse.release.standing import TrancheStanding
from enduse.release.verdict import Verdict
from enduse.statements import condition as kinds
from enduse.terms.amounts import money_resource
from enduse.terms.texts import Text
from enduse.terms.times import instant_of
from enduse.views.monitors import standing
from enduse.views.shapes import Figure, Used
from enduse.views.sums import resting, together
from enduse.views.tasks import holder, may_state, measurer, place_of
from enduse.views.tranches import Part, counting, parts, requires

SINCE_DAYS: Final = 90
"""Days before the end of the record in which inspections are counted, for the pace."""

TEAMS: Final = (1, 2, 3, 5, 10, 20, 50, 100)
"""Numbers of inspectors for which it is said when they would be through."""

SETTLED: Final = (kinds.UseVerified, kinds.AmountVerified, kinds.Attested, kinds.CountVerified, kinds.FindingPresent)
"""Forms of a condition that somebody settles by going there."""

WAITING: Final = frozenset(("due", "withheld"))

NO_INSPECTION: Final = frozenset(
    (
        "verdict.readings_contradict",
        "verdict.attestations_contradict",
        "verdict.results_contradict",
        "verdict.findings_contradict",
        "verdict.not_billed",
        "verdict.other_unit",
        "verdict.humanitarian",
    )
)
"""Why something is not known that one more inspection does not change."""


class WaitingTranche(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that waits for nothing but inspections.

    Attributes:
        tranche: its identifier.
        title: its name for people.
        project: what it pays for.
        amount: how much.
        since: from when on nothing else was in its way.
        days: for how many whole days it has waited so.
        lapses: from when it can no longer be paid; ``None`` where no such day is set.
        demands: what an inspection would have to confirm.
    """

    tranche: str
    title: Text
    project: str
    amount: Figure
    since: datetime
    days: int
    lapses: datetime | None
    demands: tuple[Message, ...]


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """One inspection of one project by one party, for all payments that wait for it.

    Attributes:
        project: what is inspected.
        place: where it is built; empty where that is not stated.
        party: whose word would count, by mandates in force; empty where nobody holds the task.
        tranches: payments that wait for it, the most urgent first.
    """

    project: str
    place: str
    party: str
    tranches: tuple[str, ...]


class OverdueVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that was promised, whose day is past and of which nothing is told.

    Attributes:
        visit: its name.
        monitor: who promised it.
        place: where; a project's name where it has no place.
        due: the day it was promised for.
        days: whole days since then.
    """

    visit: str
    monitor: str
    place: str
    due: datetime
    days: int


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast inspections have been made.

    Attributes:
        days: up to the end of the record, in which they were counted.
        made: inspections on record: attestations, measured uses, verified results; those of one party about one thing on one
            day are one.
        parties: who made them: how many.
    """

    days: int
    made: int
    parties: int


class Clearing(msgspec.Struct, frozen=True, kw_only=True):
    """When so many inspectors would be through, the most urgent payments first.

    Attributes:
        inspectors: how many.
        days: in which they are through.
        through: the day on which.
        too_late: payments that could no longer be made when their turn comes.
    """

    inspectors: int
    days: int
    through: datetime
    too_late: int


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Payments that wait for nothing but an inspection.

    Attributes:
        as_of: end of the record that was asked.
        tranches: those payments, the most urgent first: by the day on which they lapse, then the longest waiting.
        amounts: what they come to, by currency.
        inspections: to be made, in the same order.
        half: days for which half of them have waited, or longer; ``None`` where none waits.
        longest: days for which the first of them has waited.
        pace: how fast inspections have been made.
        a_day: inspections that one inspector makes a day, as given.
        clearing: when several numbers of inspectors would be through.
        by: the day by which all are to be through, as given.
        needed: inspectors needed for that; ``None`` where no day was given, or not even one inspection is done by then.
        others: payments that wait for something else too, or instead: how many.
        overdue: visits promised whose day is past and of which nothing is told, the longest overdue first.
        to_come: visits promised whose day is to come: how many; where they go is not told here.
    """

    as_of: datetime
    tranches: tuple[WaitingTranche, ...]
    amounts: tuple[Figure, ...]
    inspections: tuple[Inspection, ...]
    half: int | None
    longest: int | None
    pace: Pace
    a_day: str
    clearing: tuple[Clearing, ...]
    by: datetime | None
    needed: int | None
    others: int
    overdue: tuple[OverdueVisit, ...]
    to_come: int


def backlog(book: Book, used: tuple[Used, ...], *, a_day: Fraction, said: str, by: datetime | None = None) -> Backlog:
    """Return the payments that wait for nothing but an inspection.

    Args:
        book: of the programme.
        used: declared against measured use.
        a_day: inspections that one inspector makes a day, above 0.
        said: the same, as it was given.
        by: the day by which all are to be through; after the end of the record.
    """
    now = instant_of(book.head.clock)
    every = [one for one in book.tranches() if one.status in WAITING and one.verdict.value != "met"]
    found: list[tuple[WaitingTranche, list[tuple[str, str]]]] = []
    for one in every:
        lacking = wanting(requires(book, one), one.verdict)
        if lacking:
            waits = _waiting(book, one, lacking, now)
            found.append((waits, list(dict.fromkeys(_inspection(book, one, leaf) for leaf, _ in lacking))))
    found.sort(key=lambda pair: (pair[0].lapses is None, pair[0].lapses or now, pair[0].since, pair[0].tranche))
    waiting = [one for one, _ in found]
    visits = list(dict.fromkeys(each for _, visited in found for each in visited))
    turn = {visit: at for at, visit in enumerate(visits)}
    last = {one.tranche: max(turn[visit] for visit in visited) for one, visited in found}
    waits_for: dict[tuple[str, str], list[str]] = defaultdict(list)
    for waits, visited in found:
        for visit in visited:
            waits_for[visit].append(waits.tranche)
    days = [one.days for one in waiting]
    currencies = dict.fromkeys(one.amount.resource for one in waiting)
    return Backlog(
        as_of=now,
        tranches=tuple(waiting),
        amounts=tuple(_total(waiting, each) for each in currencies),
        inspections=tuple(
            Inspection(
                project=project,
                place=place_of(book, project) or "",
                party=party,
                tranches=tuple(waits_for[project, party]),
            )
            for project, party in visits
        ),
        half=median_low(days) if days else None,
        longest=max(days, default=None),
        pace=_pace(book, used, now),
        a_day=said,
        clearing=tuple(_clearing(each, a_day, waiting, last, now) for each in TEAMS if each <= len(visits)),
        by=by,
        needed=None if by is None else _needed(len(visits), floor(a_day * max(0, (by - now).days))),
        others=len(every) - len(found),
        overdue=tuple(sorted(_overdue(book, now), key=lambda one: (one.due, one.visit))),
        to_come=sum(standing(state, now) == "due" for state in book.visits.visits.values()),
    )


def _overdue(book: Book, now: datetime) -> Iterator[OverdueVisit]:
    for name, state in book.visits.visits.items():
        due = state.planned.body.due if state.planned is not None else None
        if due is not None and standing(state, now) == "overdue":
            place = state.place or state.project
            yield OverdueVisit(visit=name, monitor=state.monitor, place=place, due=due, days=(now - due).days)


def wanting(condition: kinds.AnyCondition, verdict: Verdict) -> list[Part] | None:
    """Return the fewest parts of a condition that inspections must confirm for it to be met; ``None`` where they cannot."""
    if verdict.value == "met":
        return []
    if isinstance(condition, kinds.AllOf | kinds.AnyOf | kinds.AtLeast):
        ways = sorted((way for part in parts(condition, verdict) if (way := wanting(*part)) is not None), key=len)
        needed = wanted(condition)
        return [leaf for way in ways[:needed] for leaf in way] if len(ways) >= needed else None
    opens = isinstance(condition, SETTLED) and verdict.value == "not_known"
    return [(condition, verdict)] if opens and not NO_INSPECTION & {why.code for why in verdict.why} else None


def _waiting(book: Book, one: TrancheStanding, lacking: Iterable[Part], now: datetime) -> WaitingTranche:
    version = counting(book, one)
    said = [book.clocks.at(book.index_of(entry)) for entry in _met(one.verdict)]
    since = min(now, max([version.at, *([version.body.due] if version.body.due else []), *said]))
    resource = money_resource(one.amount.currency)
    return WaitingTranche(
        tranche=one.tranche,
        title=version.body.title,
        project=one.project,
        amount=resting(one.amount.minor(), resource, [book.index_of(version.entry)]),
        since=since,
        days=(now - since).days,
        lapses=version.body.lapses,
        demands=tuple(verdict.demand for _, verdict in lacking),
    )


def _met(verdict: Verdict) -> list[str]:
    """Return the statements by which parts of a condition are met."""
    own = list(verdict.evidence) if verdict.value == "met" else []
    return [*own, *(entry for part in verdict.parts for entry in _met(part))]


def _inspection(book: Book, one: TrancheStanding, leaf: kinds.AnyCondition) -> tuple[str, str]:
    """Return which project is inspected for a part of a condition, and whose word would count."""
    place = place_of(book, one.project)
    match leaf:
        case kinds.UseVerified() | kinds.AmountVerified():
            return leaf.project, measurer(book, leaf.project)
        case kinds.Attested():
            return one.project, holder(book, [leaf.function], place)
        case kinds.CountVerified(function=str() as function):
            return one.project, holder(book, [function], place)
        case kinds.CountVerified():
            return one.project, may_state(book, "result", place)
    return one.project, may_state(book, "finding", place)


def _total(waiting: Iterable[WaitingTranche], resource: str) -> Figure:
    return together(resource, (one.amount for one in waiting if one.amount.resource == resource))


def _pace(book: Book, used: tuple[Used, ...], now: datetime) -> Pace:
    since = now - timedelta(days=SINCE_DAYS)
    made = {
        (word.party, word.subject, word.at.date())
        for words in book.releases.attestations.values()
        for word in words
        if word.holds and since < word.at <= now
    }
    made |= {
        (result.party, result.body.indicator, result.at.date())
        for results in book.releases.results.values()
        for result in results
        if since < result.at <= now
    }
    for use in used:
        for entry in use.measured.entries if use.measured is not None else ():
            said = book.statement(entry).statement
            if since < said.occurred_at <= now:
                made.add((said.party, use.project, said.occurred_at.date()))
    return Pace(days=SINCE_DAYS, made=len(made), parties=len({party for party, _, _ in made}))


def _needed(visits: int, each: int) -> int | None:
    """Return how many inspectors it takes, where each can make so many inspections until then."""
    return ceil(Fraction(visits, each)) if each else None


def _clearing(
    inspectors: int, a_day: Fraction, waiting: Sequence[WaitingTranche], last: dict[str, int], now: datetime
) -> Clearing:
    def after(visit: int) -> int:
        return ceil((visit // inspectors + 1) / a_day)  # one inspection is one inspector's, however many there are

    days = after(max(last.values()))
    late = sum(
        one.lapses is not None and one.lapses <= now + timedelta(days=after(last[one.tranche])) for one in waiting
    )
    return Clearing(inspectors=inspectors, days=days, through=now + timedelta(days=days), too_late=late)
