"""What network assurance says about a programme, joined with what its record says."""

from collections import defaultdict

import msgspec

from enduse.book.assessment import Assessed, NotAssessed, assess_for_report
from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.book.network import Tables, tables
from enduse.terms.amounts import material_of
from enduse.terms.times import instant_of
from enduse.views import differences as judged
from enduse.views.assessment_context import KnownView, ViewContext
from enduse.views.assessment_view import AssessmentView, assessment_view
from enduse.views.missing import MissingView
from enduse.views.names import invented, names, practice
from enduse.views.shapes import Figure, FindingView
from enduse.views.sums import resting


def of_book(
    book: Book, findings: tuple[FindingView, ...], missing: tuple[MissingView, ...]
) -> AssessmentView | NotAssessed:
    """Return what network assurance says about a programme, or why a report goes without.

    Args:
        book: of the programme.
        findings: as a report tells them.
        missing: open differences, as a report tells them.
    """
    laid = tables(book)
    assessed = assess_for_report(laid)
    if isinstance(assessed, str):
        return assessed
    return assessment_view(_with_problems(assessed, laid), _context(book, laid, findings, missing))


def programme_assessment(book: Book, laid: Tables, assessed: Assessed) -> AssessmentView:
    """Return an assessment of the tables of a programme, with names, dates and what the record says."""
    findings, missing = judged.findings(book), judged.missing(book, differences(book))
    return assessment_view(_with_problems(assessed, laid), _context(book, laid, findings, missing))


def _with_problems(assessed: Assessed, laid: Tables) -> Assessed:
    return msgspec.structs.replace(
        assessed, problems=(*laid.problems, *assessed.problems), under_way=(*laid.under_way, *assessed.under_way)
    )


def _context(
    book: Book, laid: Tables, findings: tuple[FindingView, ...], missing: tuple[MissingView, ...]
) -> ViewContext:
    called = names(book)
    materials = {material: material_of(resource) for material, resource in laid.resources.items()}
    return ViewContext(
        title=book.programme.title,
        languages=book.programme.languages,
        invented=invented(book),
        practice=practice(book),
        names={**called, **{material: called[name] for material, name in materials.items() if name in called}},
        resources=laid.resources,
        start=instant_of(laid.start),
        period_days=laid.period_days,
        tables=False,
        types={place: body.type for place, body in book.programme.places.items()},
        open=_open(missing),
        carried=laid.carried,
        known=_known(findings, missing),
    )


def _open(missing: tuple[MissingView, ...]) -> tuple[Figure, ...]:
    """Return by resource what lies open beyond error; what is too much elsewhere is not set off."""
    short: dict[str, list[Figure]] = defaultdict(list)
    for lost in missing:
        if lost.judgement != "within_error" and lost.figure.amount > 0:
            short[lost.figure.resource].append(lost.figure)
    return tuple(
        resting(sum(one.amount for one in of_it), resource, [entry for one in of_it for entry in one.entries])
        for resource, of_it in short.items()
    )


def _known(findings: tuple[FindingView, ...], missing: tuple[MissingView, ...]) -> dict[str, tuple[KnownView, ...]]:
    """Return what the record says by what it is about: findings, and differences that lie open beyond error."""
    about: dict[str, dict[KnownView, None]] = defaultdict(dict)
    for finding in findings:
        for item in dict.fromkeys((finding.about, *(part.item for part in finding.moved))):
            about[item][KnownView(about=item, code="finding", name=finding.finding, result=finding.result)] = None
    for lost in missing:
        if lost.judgement != "within_error":
            about[lost.item][KnownView(about=lost.item, code="open", name=lost.owner)] = None
    return {item: tuple(known) for item, known in about.items()}
