"""What waits for one party, by its mandates and by what the record says of it, each with its age."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from enduse.book.book import Book
from enduse.terms.times import instant_of
from enduse.views.answers import Status
from enduse.views.councils import WaitingWord, waiting_councils, waiting_words
from enduse.views.key_lives import key_lives
from enduse.views.monitors import standing
from enduse.views.shapes import Figure, TaskCode
from enduse.views.sums import resting
from enduse.views.tasks import may_state, place_of

ENDS_SOON: Final = timedelta(days=14)
"""A key that ends within so long is told of."""

InboxCode = (
    TaskCode
    | Literal["receive_due", "receive_overdue", "assess", "sign_decision", "key_ends", "visit_due", "visit_overdue"]
)
"""What is to be done."""


class InboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for a party.

    Attributes:
        code: what is to be done.
        about: consignment, project, tranche, decision, mandate, need, key or visit.
        figure: about how much.
        place: where, where that is known.
        since: since when it waits, as far as known.
        due: by when it is to be done; ``None`` where nothing says so.
        days: for how many whole days it has been overdue, by the record's clock; 0 where it is not.
        entries: what it rests on.
    """

    code: InboxCode
    about: str
    figure: Figure | None = None
    place: str = ""
    since: datetime | None = None
    due: datetime | None = None
    days: int = 0
    entries: tuple[int, ...] = ()


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a party.

    Attributes:
        party: for whom.
        as_of: the record's clock.
        items: what waits: overdue first, the longest of all at the top, then by day due, then what no day is set for.
    """

    party: str
    as_of: datetime
    items: tuple[InboxItem, ...]


def inbox(book: Book, party: str, now: Status) -> Inbox:
    """Return what waits for a party.

    Args:
        book: of the programme.
        party: for whom.
        now: how the programme stands, of the same book.
    """
    items = [*_own_tasks(book, party, now), *_receipts(book, party), *_to_assess(book, party, now)]
    items += [*_decisions(book, party, now), *_keys(book, party), *_visits(book, party)]
    far = instant_of(book.head.clock) + timedelta(days=365_000)
    items.sort(key=lambda item: (-item.days, item.due or far, item.code, item.about))
    return Inbox(party=party, as_of=instant_of(book.head.clock), items=tuple(items))


def _own_tasks(book: Book, party: str, now: Status) -> Iterator[InboxItem]:
    """Give what the programme's open ends ask of this party; a member of the umbrella is asked for what the umbrella is."""
    umbrella = _sits_on(book, party)
    unsigned = {one.umbrella for one in waiting_councils(book) if party not in one.signed}
    settled = {one.entries for one in waiting_words(book) if not _adds_to(book, party, one)}
    due = {one.item: one for one in now.missing}
    for task in now.tasks:
        if task.owner != party and not (umbrella and task.owner == umbrella):
            continue
        if task.code == "agree_council" and task.about not in unsigned:
            continue
        if task.entries in settled:
            continue
        lost = due.get(task.about) if task.code in {"receive", "account_for", "say_what_came"} else None
        yield InboxItem(
            code=task.code,
            about=task.about,
            figure=task.figure,
            place=(lost.end if lost is not None else place_of(book, task.about)) or "",
            since=None if lost is None else lost.since,
            due=None if lost is None else lost.due,
            days=task.days or 0,
            entries=task.entries,
        )


def _adds_to(book: Book, party: str, word: WaitingWord) -> bool:
    """Say whether a party's word would count for what waits and has not been said."""
    if party in word.signed:
        return False
    return party in word.asked or not any(book.programme.related(party, other) for other in word.uncounted)


def _sits_on(book: Book, party: str) -> str:
    """Return the umbrella in force where this party is a member of it; else nothing."""
    programme = book.programme
    body = programme.umbrellas.get(programme.umbrella)
    sits = body is not None and any(member.party == party for member in body.members)
    return programme.umbrella if sits else ""


def _receipts(book: Book, party: str) -> Iterator[InboxItem]:
    """Give what is on its way to this party, and what has not been said to have come though its time has passed."""
    for arrival in book.facts.standings():
        sent = arrival.consignment.of("dispatch")
        if not any(leg.other == party for leg in sent):
            continue
        for part in arrival.parts:
            if part.state == "short":
                continue  # the receiver has said that no more comes
            late = part.state == "overdue"
            yield InboxItem(
                code="receive_overdue" if late else "receive_due",
                about=arrival.consignment.item,
                figure=resting(part.amount, arrival.resource, arrival.entries),
                place=next((leg.towards for leg in sent if leg.towards), ""),
                since=instant_of(part.sent),
                due=instant_of(part.due),
                days=part.days(book.head.clock) if late else 0,
                entries=arrival.entries,
            )


def _to_assess(book: Book, party: str, now: Status) -> Iterator[InboxItem]:
    """Give gaps that nobody has examined, for who may make findings there and has no part in them."""
    for lost in now.missing:
        if lost.judgement == "within_error" or lost.state == "overdue":
            continue
        involved = {lost.owner, lost.receiver, lost.by, *lost.parties} - {""}
        if may_state(book, "finding", lost.end or lost.start or None, involved) == party:
            where = lost.end or lost.start
            yield InboxItem(
                code="assess",
                about=lost.item,
                figure=lost.figure,
                place=where,
                since=lost.since,
                entries=lost.figure.entries,
            )


def _decisions(book: Book, party: str, now: Status) -> Iterator[InboxItem]:
    """Give decisions that others have signed and that lack the signature of this party, a member of the umbrella."""
    if not _sits_on(book, party):
        return
    for tranche in now.tranches:
        for decision in tranche.pending:
            signed = book.releases.decisions[decision].signers
            if party not in signed:
                yield InboxItem(
                    code="sign_decision", about=decision, figure=tranche.amount, entries=tranche.amount.entries
                )


def _visits(book: Book, party: str) -> Iterator[InboxItem]:
    """Give visits that this party promised and has not told of: made, or why they were not."""
    now = instant_of(book.head.clock)
    for name, state in book.visits.visits.items():
        how, planned = standing(state, now), state.planned
        if (
            state.monitor == party
            and planned is not None
            and planned.body.due is not None
            and how in {"due", "overdue"}
        ):
            yield InboxItem(
                code="visit_due" if how == "due" else "visit_overdue",
                about=name,
                place=state.place,
                since=planned.at,
                due=planned.body.due,
                days=max(0, (now - planned.body.due).days),
                entries=(planned.index,),
            )


def _keys(book: Book, party: str) -> Iterator[InboxItem]:
    """Give keys of this party's devices that end soon."""
    if not any(life.party == party for life in book.key_register.keys.values()):
        return
    lives = key_lives(book, party)
    for key in lives.keys:
        ends = key.delegates.until if key.delegates is not None and key.state == "in_force" else None
        if ends is not None and ends - lives.as_of <= ENDS_SOON:
            yield InboxItem(code="key_ends", about=key.key, since=key.enrolled_at, due=ends, entries=(key.entry,))
