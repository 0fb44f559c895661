"""Who must act: every open end of a report has one owner and one thing to do."""

from datetime import datetime

from enduse.book.book import Book
from enduse.statements import condition as kinds
from enduse.terms.times import instant_of
from enduse.views.shapes import CurrencyTotals, Donor, MissingView, Moved, Task, Used
from enduse.views.shapes import FindingView as Finding
from enduse.views.sums import resting
from enduse.views.tranches import leaves


def tasks(
    book: Book,
    *,
    currencies: tuple[CurrencyTotals, ...],
    missing: tuple[MissingView, ...],
    found: tuple[Finding, ...],
    used: tuple[Used, ...],
) -> tuple[Task, ...]:
    """Return what is to be done, goods first, then tranches, money and needs."""
    result = [
        Task(owner=one.owner, code="account_for", figure=one.figure, about=one.item, entries=one.figure.entries)
        for one in missing
        if one.judgement != "within_error"
    ]
    result += [
        Task(owner=part.owner, code="make_good", figure=part.figure, about=part.item, entries=part.figure.entries)
        for one in found
        for part in one.moved
        if _open(part)
    ]
    result += _tranche_tasks(book)
    measured = {(task.about, task.figure.resource) for task in result if task.code == "measure" and task.figure}
    result += [
        Task(
            owner=holder(book, "monitoring", place_of(book, one.project)),
            code="measure",
            figure=one.declared,
            about=one.project,
        )
        for one in used
        if one.judgement == "not_measured"
        and one.billed is not None
        and (one.project, one.resource) not in measured
        and one.declared.amount
    ]
    for totals in currencies:
        for donor in totals.donors:
            if not _speaks_for_itself(book, donor):
                continue
            if donor.uncommitted.amount > 0:
                result.append(
                    Task(owner=donor.party, code="commit", figure=donor.uncommitted, entries=donor.uncommitted.entries)
                )
            if donor.promised.amount > 0:
                result.append(
                    Task(owner=donor.party, code="pay", figure=donor.promised, entries=donor.promised.entries)
                )
    result += [Task(owner="", code="plan", about=need) for need in book.works.unanswered()]
    return tuple(result)


def _speaks_for_itself(book: Book, donor: Donor) -> bool:
    """Say whether a donor pledged in its own words: nobody is told to act on what others report of it."""
    return any(book.statement(index).statement.party == donor.party for index in donor.pledged.entries[:1])


def _open(part: Moved) -> bool:
    return part.outcome in {"off_purpose", "stolen", "lost"} and part.figure.amount > 0


def place_of(book: Book, project: str) -> str | None:
    """Return where a project is built."""
    known = book.works.projects.get(project)
    return known.place if known is not None else None


def holder(book: Book, function: str, place: str | None, at: datetime | None = None) -> str:
    """Return who holds a function at a place at the end of the record; empty when nobody does."""
    moment = at or instant_of(book.head.clock)
    held = (party for party in book.programme.held if book.programme.holds(party, function, place, moment))
    return next(held, "")


def _tranche_tasks(book: Book) -> list[Task]:
    """Return what each tranche still waits for."""
    result: list[Task] = []
    for standing in book.tranches():
        version = book.releases.tranches[standing.tranche].versions[standing.version - 1]
        place = place_of(book, standing.project)
        if standing.verdict.value == "met" and standing.status == "verified":
            result.append(Task(owner=holder(book, "release", place), code="decide", about=standing.tranche))
        for leaf, verdict in leaves(version.body.requires, standing.verdict):
            if verdict.value != "not_known":
                continue
            match leaf:
                case kinds.Attested():
                    result.append(Task(owner=holder(book, leaf.function, place), code="attest", about=leaf.subject))
                case kinds.UseVerified():
                    billed = book.works.billed(leaf.project, leaf.material)
                    figure = resting(0, f"{leaf.material}/{billed[1]}", []) if billed else None
                    monitor = holder(book, "monitoring", place)
                    result.append(Task(owner=monitor, code="measure", figure=figure, about=leaf.project))
                case _:
                    continue
    return result
