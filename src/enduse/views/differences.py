"""The judged part of a report: what is missing, what was measured, what was found, what was only claimed."""

import base64
from typing import Final

from enduse.assurance.differences import Difference, Use
from enduse.book.book import Book
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
from enduse.statements.claim import Claim, Finding
from enduse.terms.times import micros
from enduse.views.shapes import ClaimView, Figure, FindingView, MissingView, Moved, Used
from enduse.views.sums import resting

_CLAIM_MARK: Final = b'{"payload":"' + base64.b64encode(b'{"kind":"claim"')
"""How the envelope of a claim begins (fifteen bytes of payload are twenty of base64): no need to open the others."""


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
    total, without = book.head.counts.get("claim", (0, 0))
    if total == without:
        return ()
    answers = {one.about: one for one in findings}
    result: list[ClaimView] = []
    for row in book.log.store.entries(0, book.size):
        if not row.entry.startswith(_CLAIM_MARK):
            continue
        statement = book.statement(row.index).statement
        remark = book.effect(row.index)
        if not isinstance(statement, Claim) or (remark is not None and remark.refusal is not None):
            continue
        body = statement.body
        answer = answers.get(body.claim)
        result.append(
            ClaimView(
                claim=body.claim,
                party=statement.party,
                about=body.about,
                words=body.words,
                at=micros(statement.occurred_at),
                entry=row.index,
                answered_by=answer.finding if answer else "",
                result=answer.result if answer else "",
            )
        )
    return tuple(result)
