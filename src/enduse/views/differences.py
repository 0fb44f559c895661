"""The judged part of a report: what is missing, what was measured, what was found, what was only claimed."""

from enduse.assurance.differences import Difference, Use
from enduse.book.book import Book
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
from enduse.programme.knowledge import KnowledgeItem
from enduse.statements.claim import Finding
from enduse.terms.times import micros
from enduse.views.shapes import ClaimView, Figure, FindingView, MissingView, Moved, Used
from enduse.views.sums import resting


def missing(book: Book, differences: list[Difference]) -> tuple[MissingView, ...]:
    """Return open differences, the gravest first."""
    order = {"exact": 0, "beyond_error": 0, "within_error": 1}
    found = [_missing(book, one) for one in differences]
    return tuple(sorted(found, key=lambda one: (order[one.judgement], -_weight(one), one.item)))


def _weight(one: MissingView) -> int:
    """Return the share missing in millionths, so that grams and parcels can stand in one order."""
    whole = one.sent.amount if one.sent else 0
    return abs(one.figure.amount) * 1_000_000 // max(whole, 1)


def _missing(book: Book, one: Difference) -> MissingView:
    consignment = book.ledger.consignments.get(one.item)
    sent = consignment.dispatch if consignment else None
    got = consignment.receipt if consignment else None

    def legged(lines: object, entry: int) -> Figure:
        amount = sum(line.amount for line in lines if line.resource == one.resource)  # type: ignore[attr-defined]
        return resting(amount, one.resource, [entry])

    legs = [leg.entry for leg in (sent, got) if leg is not None]
    return MissingView(
        owner=one.owner,
        item=one.item,
        figure=resting(one.amount, one.resource, [*one.entries, *legs]),
        lower=one.interval.lower,
        upper=one.interval.upper,
        judgement=one.judgement,
        since=one.since,
        sent=legged(sent.lines, sent.entry) if sent else None,
        received=legged(got.lines, got.entry) if got else None,
        start=sent.place if sent else "",
        end=got.place if got else "" if consignment else one.item,
    )


def used(book: Book, uses: list[Use], declared_entries: dict[tuple[str, str], list[int]]) -> tuple[Used, ...]:
    """Return declared against measured use, projects in the order they were planned."""
    order = list(book.works.projects)
    found = [
        Used(
            project=one.project,
            resource=one.resource,
            declared=resting(one.declared, one.resource, declared_entries.get((one.project, one.resource), [])),
            resolved=one.resolved,
            billed=one.billed,
            measured=None if one.measured is None else resting(one.measured, one.resource, one.readings),
            lower=one.interval.lower if one.interval else None,
            upper=one.interval.upper if one.interval else None,
            judgement=one.judgement,
        )
        for one in uses
    ]
    known = {name: position for position, name in enumerate(order)}
    return tuple(sorted(found, key=lambda one: (known.get(one.project, len(known)), one.resource)))


def found(book: Book) -> tuple[FindingView, ...]:
    """Return the findings that stand, newest first, with what they moved."""
    moved: dict[int, list[Moved]] = {}
    for outcome in OUTCOMES:
        for one in book.postings_of(outcome):
            part = Moved(
                figure=resting(one.amount, one.resource, [one.entry]),
                outcome=class_of(one.account),
                owner=owner_of(one.account),
                item=item_of(one.account),
            )
            moved.setdefault(one.entry, []).append(part)
    result = []
    for words in book.releases.findings.values():
        for word in words:
            index = book.index_of(word.entry)
            statement = book.statement(index).statement
            if word.superseded_by or not isinstance(statement, Finding):
                continue
            body = statement.body
            result.append(
                FindingView(
                    finding=body.finding,
                    party=statement.party,
                    about=body.about,
                    result=body.result,
                    at=micros(statement.occurred_at),
                    method=body.method,
                    standard=body.standard_of_proof,
                    grade=body.reliability + body.credibility,
                    reply=body.right_of_reply,
                    moved=tuple(moved.get(index, ())),
                    entry=index,
                )
            )
    return tuple(sorted(result, key=lambda one: -one.at))


def claims(book: Book, findings: tuple[FindingView, ...]) -> tuple[ClaimView, ...]:
    """Return the claims that have effect, with the finding that answers each, where there is one."""
    answers = {finding.about: finding for finding in findings}
    return tuple(_claim(claim, answers.get(claim.said)) for claim in book.programme.knowledge.claims())


def _claim(claim: KnowledgeItem, answer: FindingView | None) -> ClaimView:
    return ClaimView(
        claim=claim.said,
        party=claim.reported_by,
        about=claim.about,
        words=claim.words,
        at=micros(claim.at),
        entry=claim.index,
        answered_by=answer.finding if answer else "",
        result=answer.result if answer else "",
    )
