"""The judged part of a report: what is missing, what was measured, what was found, what was only claimed."""

from collections.abc import Iterable
from datetime import UTC
from typing import Final

import msgspec

from enduse.assurance.differences import Difference, Dispute, Use
from enduse.book.book import Book
from enduse.book.opened import too_much_elsewhere
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
from enduse.ledger.arrival import Arrival, OpenPart
from enduse.ledger.sightings import last_seen
from enduse.ledger.state import Consignment
from enduse.messages import Amount, Message
from enduse.programme.knowledge import KnowledgeItem
from enduse.statements.claim import Finding
from enduse.terms.amounts import material_of
from enduse.terms.times import instant_of
from enduse.views.goods_leads import leads_of_consignments
from enduse.views.missing import DisputeView, LateView, MissingView
from enduse.views.shapes import ClaimView, Figure, FindingView, Moved, Used
from enduse.views.sums import resting

_DISPUTES: Final = {"shipped": "dispute.shipped", "received": "dispute.received"}


def missing(book: Book, differences: list[Difference]) -> tuple[MissingView, ...]:
    """Return open differences, the gravest first; of those that are as grave, what is overdue for longest."""
    order = {"exact": 0, "told": 0, "beyond_error": 0, "stated_error": 1, "within_error": 2}
    known = {(one.consignment.key, one.resource): one for one in book.facts.standings()}
    views = [_missing(book, difference, known.get((difference.key, difference.resource))) for difference in differences]
    return tuple(sorted(views, key=lambda view: (order[view.judgement], -_weight(view), -(view.days or 0), view.item)))


def _weight(view: MissingView) -> int:
    """Return the share missing in millionths, so that grams and parcels can stand in one order."""
    whole = view.sent.amount if view.sent else 0
    return abs(view.figure.amount) * 1_000_000 // max(whole, 1)


def _missing(book: Book, difference: Difference, arrival: Arrival | None) -> MissingView:
    view = MissingView(
        owner="" if difference.counts else difference.owner,
        item=difference.item,
        figure=resting(difference.amount, difference.resource, difference.entries),
        lower=difference.interval.lower,
        upper=difference.interval.upper,
        judgement=difference.judgement,
        counted=difference.judgement not in {"told", "stated_error"},
        orders=difference.orders,
        other_units=tuple(resting(amount, other, difference.entries) for other, amount in difference.other_units),
        since=instant_of(difference.since),
        end=difference.item,
        receiver=difference.owner if difference.contested or difference.counts else "",
        error_by=difference.error_by,
        counts=tuple(resting(amount, difference.resource, difference.entries) for amount in difference.counts),
        contested=resting(difference.contested, difference.resource, difference.entries)
        if difference.contested
        else None,
        disputes=tuple(_dispute(one, difference.resource) for one in difference.disputes),
    )
    if arrival is None:
        return view
    sent, got = arrival.consignment.of("dispatch"), arrival.consignment.of("receipt")
    late = arrival.late[0] if arrival.late else None
    resource = difference.resource
    return msgspec.structs.replace(
        view,
        sent=resting(arrival.sent, resource, [leg.entry for leg in sent]),
        received=resting(arrival.received, resource, [leg.entry for leg in got]) if got else None,
        other_units=_other_units(arrival),
        sender=arrival.consignment.sender,
        instead=tuple(resting(amount, other, arrival.entries) for other, amount in arrival.instead.items()),
        in_place_of=arrival.in_place_of,
        start=sent[0].place if sent else "",
        end=_end(arrival.consignment),
        state="over" if late is None else "short" if late.state == "short" else "overdue",
        days=0 if late is None else late.days(book.head.clock),
        due=None if late is None else instant_of(late.due),
        by="" if late is None else late.by,
        parties=() if late is None or difference.owner else arrival.asked,
        receiver=_receiver(book, arrival),
        contested=resting(arrival.contested, resource, arrival.entries) if arrival.contested else None,
        named_by=_named_by(book, arrival, difference.owner),
        without_effect=arrival.without_effect,
    )


def _receiver(book: Book, arrival: Arrival) -> str:
    """Return who knows how much came: whom the sender names, who received, or who has a receipt that is asked or too much."""
    one = arrival.consignment
    named = (leg.other for leg in one.of("dispatch") if leg.other)
    got = [leg.holder for leg in one.of("receipt")]
    loose = (leg.holder for leg in book.ledger.loose.get(one.number, ()) if leg.role == "receipt")
    elsewhere = (leg.holder for leg in too_much_elsewhere(book.ledger, one))
    return next(named, None) or (got[-1] if got else next(loose, None) or next(elsewhere, ""))


def _dispute(dispute: Dispute, resource: str) -> DisputeView:
    read, booked, missing = (Amount(each, resource) for each in (dispute.read, dispute.booked, dispute.missing))
    return DisputeView(
        party=dispute.party,
        holder=dispute.holder,
        figure=resting(dispute.read, resource, [dispute.entry]),
        missing=dispute.missing,
        more=dispute.more,
        told=Message.of(
            _DISPUTES[dispute.of],
            party=dispute.party,
            holder=dispute.holder,
            read=read,
            booked=booked,
            missing=missing,
            entry=dispute.entry,
        ),
    )


def late(book: Book, differences: list[Difference]) -> tuple[LateView, ...]:
    """Return what is closed short or overdue, part by part, the oldest first; not what measurement error explains."""
    small = {(one.key, one.resource) for one in differences if not one.missing}
    found = [
        (part, arrival)
        for arrival in book.facts.standings()
        if (arrival.consignment.key, arrival.resource) not in small
        for part in arrival.late
    ]
    found.sort(key=lambda one: (one[0].since, one[1].consignment.key, one[1].resource))
    leads = leads_of_consignments(book) if found else {}
    return tuple(_late(book, part, arrival, leads.get(arrival.consignment.key, ())) for part, arrival in found)


def _named_by(book: Book, arrival: Arrival, carrier: str) -> str:
    """Return on whose word alone a carrier is named; empty where it has spoken itself: of a dispatch of its own, of that."""
    legs = [leg for leg in arrival.consignment.of("dispatch") if leg.carrier == carrier]
    told = [leg for leg in legs if leg.holder == carrier]
    sent = max((leg.entry for leg in legs), default=0)
    if not told and any(part.said is not None and part.said > sent for part in arrival.late):
        return ""  # its receiver too says that no more came, and knew what had been sent
    spoke = any(leg.speaker == carrier for leg in told) if told else carrier in book.ledger.speakers
    return "" if spoke else next((leg.speaker for leg in told or legs), "")


def _end(one: Consignment) -> str:
    """Return where a consignment came to, else where it was sent: what its sender takes back came to no end of it."""
    came = sorted((leg.effective, leg.entry, leg.place) for leg in one.of("receipt") if leg.holder != one.sender)
    own = [(leg.effective, leg.entry, leg.place) for leg in one.of("receipt") if leg.holder == one.sender]
    sent = [leg.towards for leg in one.of("dispatch") if leg.towards]
    return next((place for place in (came[-1][2] if came else "", *sent, max(own)[2] if own else "") if place), "")


def _other_units(arrival: Arrival) -> tuple[Figure, ...]:
    got = [leg.entry for leg in arrival.consignment.of("receipt")]
    return tuple(resting(amount, other, got) for other, amount in arrival.other_units.items())


def _late(book: Book, part: OpenPart, arrival: Arrival, leads: tuple[Message, ...]) -> LateView:
    one, resource = arrival.consignment, arrival.resource
    sent = one.of("dispatch")
    seen = last_seen(book.ledger, one, book.head.clock)
    return LateView(
        item=one.item,
        sender=one.sender,
        figure=resting(part.amount, resource, arrival.entries),
        state="short" if part.state == "short" else "overdue",
        since=instant_of(part.since),
        days=part.days(book.head.clock),
        due=instant_of(part.due),
        by=part.by,
        holders=arrival.asked,
        named_by=_named_by(book, arrival, arrival.answers),
        sent_at=instant_of(part.sent),
        contested=resting(arrival.contested, resource, arrival.entries) if arrival.contested else None,
        other_units=_other_units(arrival),
        start=sent[0].place if sent else "",
        end=_end(arrival.consignment),
        seen_at="" if seen is None else seen.place,
        seen_on=None if seen is None else instant_of(seen.effective),
        seen_by="" if seen is None else seen.speaker,
        leads=leads,
    )


def used(book: Book, uses: list[Use], declared_entries: dict[tuple[str, str], list[int]]) -> tuple[Used, ...]:
    """Return declared against measured use, projects in the order they were planned."""
    order = list(book.works.projects)
    views = [
        Used(
            project=use.project,
            resource=use.resource,
            declared=resting(use.declared, use.resource, declared_entries.get((use.project, use.resource), [])),
            resolved=use.resolved,
            billed=use.billed,
            measured=None if use.measured is None else resting(use.measured, use.resource, use.readings),
            lower=use.interval.lower if use.interval else None,
            upper=use.interval.upper if use.interval else None,
            judgement=use.judgement,
            against=_against(book, use),
        )
        for use in uses
    ]
    known = {name: position for position, name in enumerate(order)}
    return tuple(sorted(views, key=lambda use: (known.get(use.project, len(known)), use.resource)))


def _against(book: Book, use: Use) -> tuple[Message, ...]:
    """Return who read what, where independent readings of a use contradict each other."""
    verified = book.facts.use_verified(use.project, material_of(use.resource))
    if verified is None or not verified.contested:
        return ()
    said = (
        Message.of("verdict.party_read", party=party, amount=Amount(amount, use.resource))
        for party, amount in verified.contested
    )
    return (Message.of("verdict.readings_contradict"), *said)


def findings(book: Book) -> tuple[FindingView, ...]:
    """Return the findings that stand, newest first, with what they moved."""
    moved: dict[int, list[Moved]] = {}
    for outcome in OUTCOMES:
        for posting in book.postings_of(outcome):
            part = Moved(
                figure=resting(posting.amount, posting.resource, [posting.entry]),
                outcome=class_of(posting.account),
                owner=owner_of(posting.account),
                item=item_of(posting.account),
            )
            moved.setdefault(posting.entry, []).append(part)
    standing = [word.index for said in book.releases.findings.values() for word in said if not word.superseded_by]
    read = zip(standing, book.statements(standing), strict=True)
    result = [
        _finding(index, signed.statement, moved.get(index, ()))
        for index, signed in read
        if isinstance(signed.statement, Finding)
    ]
    return tuple(sorted(result, key=lambda view: view.at, reverse=True))


def _finding(index: int, said: Finding, moved: Iterable[Moved]) -> FindingView:
    body = said.body
    return FindingView(
        finding=body.finding,
        party=said.party,
        about=body.about,
        result=body.result,
        at=said.occurred_at.astimezone(UTC),
        method=body.method,
        standard=body.standard_of_proof,
        grade=body.reliability + body.credibility,
        reply=body.right_of_reply,
        moved=tuple(moved),
        entry=index,
    )


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
        at=claim.at.astimezone(UTC),
        entry=claim.index,
        answered_by=answer.finding if answer else "",
        result=answer.result if answer else "",
    )
