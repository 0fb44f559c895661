"""What will wait where, and an order of sending, from what the record says of requests, crossings and closures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from enduse.access.access import ClosureSaid
from enduse.access.accounts import OVER, state_of
from enduse.access.opening import open_day, rule_on
from enduse.access.sending import DAYS_MAX, REQUESTS_MAX, SendingPlan, SendingRequest, Way, plan_sending
from enduse.book.book import Book
from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.programme.places import chain
from enduse.statements.access import ClosureBody
from enduse.terms.times import Period, instant_of

__all__ = ["SendingPlan", "SendingRequest", "sending"]

_PASSED = frozenset(("collected", "delivered"))


def sending(
    book: Book,
    *,
    start: date | None = None,
    days: int = 14,
    closed: Mapping[str, tuple[date, date | None]] | None = None,
    requests: Iterable[SendingRequest] | None = None,
) -> SendingPlan:
    """Return an order of sending beside first come, first served.

    Args:
        book: of the programme.
        start: first day; by default that of the last entry.
        days: how many.
        closed: what if these crossings or corridors were closed from a day on, up to another (that day excluded), or for good?
        requests: to be sent; by default those of the record that have not passed their crossing.

    Raises:
        UnknownError: a crossing, corridor or area is not known.
        LimitError: more days or requests than can be planned.
        MalformedError: something would be open again before it is closed.
    """
    day = start or instant_of(book.head.clock).date()
    told = list(waiting_requests(book) if requests is None else requests)
    if not 1 <= days <= DAYS_MAX:
        raise LimitError("sending.too_long", days=days, most=DAYS_MAX)
    if len(told) > REQUESTS_MAX:
        raise LimitError("sending.too_many", n=len(told), most=REQUESTS_MAX)
    places = book.programme.places
    passages = [name for name, body in sorted(places.items()) if body.type in {"crossing", "corridor"}]
    for name, (begin, until) in (closed or {}).items():
        if name not in passages:
            raise UnknownError("sending.no_crossing", place=name)
        if until is not None and until <= begin:
            raise MalformedError("sending.closed_backwards", place=name, start=begin, end=until)
    for one in told:
        if one.to and one.to not in places:
            raise UnknownError("sending.no_area", item=one.item, place=one.to)
    closures = [said for _, said in sorted(book.access.closures.items())]
    closures += [_supposed(book, name, *span) for name, span in sorted((closed or {}).items())]
    capacity = {
        name: [
            open_day(
                book.access.crossings.get(name, ()),
                [said for said in closures if said.body.crossing == name],
                day + timedelta(days=ahead),
            ).trucks
            for ahead in range(days)
        ]
        for name in passages
    }
    plan = plan_sending(told, lambda to: ways(book, to, day), capacity, day, days)
    last = day + timedelta(days=days - 1)
    unstated = (name for name in passages if rule_on(book.access.crossings.get(name, ()), last) is None)
    return msgspec.structs.replace(plan, unstated=tuple(unstated))


def waiting_requests(book: Book) -> tuple[SendingRequest, ...]:
    """Return the requests of the record that have not passed their crossing, refused and called off ones left out."""
    found = []
    for name, steps in book.access.requested():
        asked = next(step for step in steps if step.body.action == "request")
        if {state_of([step]) for step in steps} & (_PASSED | OVER):
            continue
        found.append(
            SendingRequest(
                item=name,
                ready=asked.at.date(),
                trucks=asked.body.trucks or 1,
                need=Decimal(asked.body.need or 1),
                to=asked.body.to or "",
                goods=asked.body.goods or "",
            )
        )
    return tuple(found)


def ways(book: Book, to: str, day: date) -> Sequence[Way]:
    """Return the ways to an area: crossings that lead there, straight or through one corridor."""
    places = book.programme.places
    above = set(chain(places, to)) if to else set()
    leads = {
        name: () if (rule := rule_on(book.access.crossings.get(name, ()), day)) is None else rule.body.leads_to
        for name, body in sorted(places.items())
        if body.type in {"crossing", "corridor"}
    }
    found = []
    for name, behind in leads.items():
        if places[name].type != "crossing":
            continue
        corridors = [each for each in behind if each in leads and places[each].type == "corridor"]
        if not behind or not to or above.intersection(behind):
            found.append(Way(name))
        found += [Way(name, each) for each in corridors if not leads[each] or not to or above.intersection(leads[each])]
    return found


def _supposed(book: Book, name: str, start: date, end: date | None) -> ClosureSaid:
    """Return a closure that nobody has stated."""
    rules = book.access.crossings.get(name, ())
    ahead = timedelta(minutes=rules[-1].clock if rules else 0)
    until = None if end is None else datetime.combine(end, time(), UTC) - ahead
    period = Period(start=datetime.combine(start, time(), UTC) - ahead, end=until)
    body = ClosureBody(closure="closure:supposed", crossing=name, period=period)
    now = instant_of(book.head.clock)
    return ClosureSaid(party="", at=now, recorded_at=now, place=None, index=-1, entry="", body=body)
