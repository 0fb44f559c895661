"""The arrangement as everybody may read it: places, parties in their own words, undertakings, requests, projects, matters."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.programme.knowledge import KnowledgeItem, KnownMatter
from enduse.programme.page import PartyPage, UndertakingSummary, party_page
from enduse.programme.places import children
from enduse.release.verdict import Verdict
from enduse.statements.request import RequestBody
from enduse.statements.undertaking import UndertakingBody
from enduse.statements.works import MilestoneBody, NeedBody, ProjectBody
from enduse.terms.times import instant_of

__all__ = ["KnowledgeItem", "KnownMatter", "PartyPage", "UndertakingSummary", "party"]


class PlaceInTree(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the tree of places.

    Attributes:
        place: its identifier.
        type: what it is.
        within: the place it lies in; empty for one that lies in none.
        depth: how many places it lies in.
    """

    place: str
    type: str
    within: str
    depth: int


class UndertakingView(msgspec.Struct, frozen=True, kw_only=True):
    """A public undertaking and how it stands.

    Attributes:
        body: as it was registered: who, about what, in which words, by when, where that was said.
        state: ``met``, ``lapsed``, ``not_yet_due``, ``waiting`` (what it is to be done after, or if, is not met or not known),
            ``withdrawn``, or ``not_stated`` where a text only proposes that the party undertake it.
        disputed: whether the party disputes that it said so.
        met_by: who says that it is met.
        required: how that stands which it is to be done after, or if; ``None`` where nothing was said of it.
        registered_by: who registered it: the party itself, or another that cites where it was said.
        entries: statements of the record that it rests on.
    """

    body: UndertakingBody
    state: str
    disputed: bool
    met_by: str
    required: Verdict | None = None
    registered_by: str = ""
    entries: tuple[int, ...] = ()


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """What one party asked of another, and what became of it.

    Attributes:
        body: as it was sent: of whom, what, by when it is to be answered, where that was read.
        sender: who asked.
        sent: when.
        state: ``sent``, ``accepted``, ``declined``, ``withdrawn``, or ``overdue`` where no answer came in time.
        late: whether the answer came after it was due.
        reason: of the answer, in the words of who gave it.
        entries: statements of the record that it rests on.
    """

    body: RequestBody
    sender: str
    sent: datetime
    state: str
    late: bool
    reason: str
    entries: tuple[int, ...]


class ProjectPage(msgspec.Struct, frozen=True, kw_only=True):
    """A project as last stated.

    Attributes:
        body: what it builds, for which need, by whom, with what.
        place: where; empty where that is not stated.
        need: what it answers, where that is stated.
        milestones: how far it has come, as stated, the latest last.
    """

    body: ProjectBody
    place: str
    need: NeedBody | None
    milestones: tuple["Reached", ...]


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone as stated, by whom and when."""

    body: MilestoneBody
    party: str
    at: datetime


def places(book: Book) -> tuple[PlaceInTree, ...]:
    """Return all places, each before those that lie in it."""
    known, below = book.programme.places, children(book.programme.places)
    found: list[PlaceInTree] = []

    def walk(within: str | None, depth: int) -> None:
        for place in below.get(within, ()):
            found.append(PlaceInTree(place=place, type=known[place].type, within=within or "", depth=depth))
            walk(place, depth + 1)

    walk(None, 0)
    return tuple(found)


def party(book: Book, name: str) -> PartyPage:
    """Return a party's page.

    Raises:
        UnknownError: no party is called so.
    """
    if name not in book.programme.parties:
        raise UnknownError("party.unknown", party=name)
    page = party_page(book.programme, name, _now(book))
    # The arrangement alone does not know whether what a promise waits for holds.
    stands = {one.body.undertaking: one.state for one in undertakings(book)} if page.undertakings else {}
    known = tuple(msgspec.structs.replace(one, state=stands[one.undertaking]) for one in page.undertakings)
    return msgspec.structs.replace(page, undertakings=known)


def undertakings(book: Book) -> tuple[UndertakingView, ...]:
    """Return all public undertakings, by who made them."""
    now = _now(book)
    every = book.programme.undertakings.undertakings.values()
    found = []
    for item in every:
        required = book.facts.required_of(item.body.undertaking)
        found.append(
            UndertakingView(
                body=item.body,
                state=item.state(now, "not_known" if required is None else required.value),
                disputed=bool(item.disputed_entry),
                met_by=item.met_by or "",
                required=required,
                registered_by=item.registered_by,
                entries=_entries(book, item.evidence),
            )
        )
    return tuple(sorted(found, key=lambda item: (item.body.by or "", item.body.undertaking)))


def requests(book: Book) -> tuple[RequestView, ...]:
    """Return what parties asked of each other, the oldest first."""
    now = _now(book)
    found = [
        RequestView(
            body=item.body,
            sender=item.sender,
            sent=item.sent_at,
            state=item.state(now),
            late=item.late,
            reason=item.reason,
            entries=_entries(book, filter(None, (item.entry, item.answer_entry))),
        )
        for item in book.programme.requests.requests.values()
    ]
    return tuple(sorted(found, key=lambda item: (item.sent, item.body.request)))


def _entries(book: Book, statements: Iterable[str]) -> tuple[int, ...]:
    found = (book.facts.index_of(one) for one in statements)
    return tuple(sorted(index for index in found if index is not None))


def projects(book: Book) -> tuple[ProjectPage, ...]:
    """Return all projects as last stated."""
    return tuple(
        ProjectPage(
            body=state.now.body,
            place=state.place or "",
            need=known.body if (known := book.works.needs.get(state.now.body.need or "")) else None,
            milestones=tuple(
                Reached(body=step.body, party=step.party, at=step.at) for step in book.works.milestones.get(name, ())
            ),
        )
        for name, state in sorted(book.works.projects.items())
    )


def matter(book: Book, about: str) -> KnownMatter:
    """Return what was said and found about a matter, as known now."""
    return book.programme.knowledge.known(about, _now(book))


def _now(book: Book) -> datetime:
    return instant_of(book.head.clock)
