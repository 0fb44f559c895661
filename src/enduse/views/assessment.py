"""Assess the network of a programme and join it with what the record says: the part of a report that needs NumPy."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from enduse import assurance
from enduse.assurance.model import Network
from enduse.assurance.result import Assessment
from enduse.book.book import Book
from enduse.book.network import Row as Tabled
from enduse.book.network import tables
from enduse.errors import MissingExtraError, Problem, UnknownError
from enduse.views.assessment_view import AssessmentView, KnownView, ViewContext, assessment_view
from enduse.views.names import invented, names
from enduse.views.shapes import FindingView, MissingView

Layout = Mapping[str, Iterable[Mapping[str, object]]]
"""Rows of nodes, links, instruments and readings."""

READINGS_MAX = 60_000
"""Readings up to which a report waits for the assessment; beyond it names the command instead."""

Absent = Literal["no_extra", "no_readings", "too_many"]
"""Why a report has no assessment."""


class Judged(msgspec.Struct, frozen=True):
    """Tables, assessed: the result, where, of what, and a problem for each row that could not be used."""

    assessment: Assessment
    network: Network
    materials: tuple[str, ...]
    problems: list[Problem]

    def view(self, ground: ViewContext, *, power: bool = True) -> AssessmentView:
        """Return it as it is shown."""
        ground = msgspec.structs.replace(ground, materials=self.materials)
        return assessment_view(self.assessment, self.network, ground, power=power)


def judge(layout: Layout, *, false_alarm: float = 0.05, known: bool = True, as_it_came: bool = False) -> Judged:
    """Assess the tables of a network.

    Args:
        layout: rows of nodes, links, instruments and readings.
        false_alarm: budget.
        known: take the instruments' errors as stated instead of estimating them.
        as_it_came: look after every period, within the same budget, and stop at the first alarm.

    Raises:
        MissingExtraError: the ``analytics`` extra is not installed.
        UnknownError: no reading bears on any balance.
    """
    network, stated, readings, problems = assurance.read_tables(**layout)
    if known:
        stated = assurance.ErrorModel(stated.instruments, known=True)
    assessor = assurance.Assessor(network, stated, false_alarm=false_alarm)
    assessment = assessor.watch(readings)[0] if as_it_came else assessor.assess(readings)
    return Judged(assessment, network, tuple(readings.materials), problems)


def said(found: tuple[FindingView, ...], missing: tuple[MissingView, ...]) -> dict[str, tuple[KnownView, ...]]:
    """Return what the record says by what it is about: findings, and differences that lie open beyond error."""
    about: dict[str, dict[KnownView, None]] = defaultdict(dict)
    for one in found:
        for item in dict.fromkeys((one.about, *(part.item for part in one.moved))):
            about[item][KnownView(about=item, code="finding", name=one.finding, result=one.result)] = None
    for lost in missing:
        if lost.judgement != "within_error":
            about[lost.item][KnownView(about=lost.item, code="open", name=lost.owner)] = None
    return {item: tuple(words) for item, words in about.items()}


def ground_of(
    book: Book, found: tuple[FindingView, ...], missing: tuple[MissingView, ...], period_days: int = 7
) -> tuple[dict[str, list[Tabled]], ViewContext]:
    """Return a programme's network as tables, and what an assessment of it rests on.

    Args:
        book: of the programme.
        found: findings, as a report tells them.
        missing: open differences, as a report tells them.
        period_days: length of a period.
    """
    laid = tables(book, period_days)
    ground = ViewContext(
        title=book.programme.title,
        invented=invented(book),
        names=names(book),
        resources=laid.resources,
        start=laid.start,
        period_days=laid.period_days,
        carried=laid.carried,
        known=said(found, missing),
    )
    rows = {"nodes": laid.nodes, "links": laid.links, "instruments": laid.instruments, "readings": laid.readings}
    return rows, ground


def of_book(book: Book, found: tuple[FindingView, ...], missing: tuple[MissingView, ...]) -> AssessmentView | Absent:
    """Return what network assurance says about a programme, or why it says nothing."""
    layout, ground = ground_of(book, found, missing)
    if not layout["readings"]:
        return "no_readings"
    if len(layout["readings"]) > READINGS_MAX:
        return "too_many"
    try:
        return judge(layout).view(ground)
    except MissingExtraError:
        return "no_extra"
    except UnknownError:
        return "no_readings"
