"""The questions about how aid gets in, as a part of a programme's questions."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from enduse.access.access import AHEAD, misplaced
from enduse.api.given import When, as_instant
from enduse.api.listing import StatementList
from enduse.book.access import access_rules
from enduse.book.book import Book
from enduse.errors import MalformedError
from enduse.exchange.unsigned import unsigned_statement
from enduse.messages import Refusal
from enduse.record.vault import FILE, Vault
from enduse.statements.access import SEALABLE, AnyAccess, MovementBody, last_named, sealed_text
from enduse.views import sending as planning
from enduse.views.access import AccessView, access
from enduse.views.access_public import PublicAccess, access_public, first_told
from enduse.views.sending import SendingPlan, SendingRequest
from enduse.views.works_access import WorksAccess, works_access


class AccessQuestions(StatementList):
    """A programme asked how aid gets in."""

    def access(self, *, start: When | None = None, end: When | None = None, whose: str = "notifier") -> AccessView:
        """Return how aid gets in: movements by each party's word, what waits where, crossings, service points, incidents.

        For those who work on it: it tells more than the public may know (:meth:`access_public`).

        Args:
            start: only movements planned on this day (UTC) or later.
            end: only movements planned before this day.
            whose: whose word on outcomes comes first: ``notifier``, ``authority``, or a party's.

        Raises:
            UnknownError: there is no such party.
            MissingExtraError: the extra ``analytics`` is not installed.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.access(start="2026-01-01").outcomes.planned
            11
        """
        asked = whose if whose in {"notifier", "authority"} else self.find(whose, "party")
        return access(self._book, start=_day(start), end=_day(end), whose=asked)

    def works_access(self) -> WorksAccess:
        """Return what of works and access somebody has to look at: needs unfunded, projects without a place, goods that wait, points run out.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     found = programme.works_access()
            >>> [(one.place, one.consignments, one.closed) for one in found.waiting], [point.run_out for point in found.points]
            ([('place:east-gate', 3, True)], [True])
        """
        return works_access(self._book)

    def least_count(self) -> int:
        """Return the programme's least count: in public, counts below it are not told.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.least_count()
            5
        """
        return access_rules(self._book).least_count

    def access_public(self) -> PublicAccess:
        """Return what everybody may know of access: late, by month and broad area, without small counts.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.access_public().least_count
            5
        """
        return access_public(self._book)

    def sending(
        self,
        *,
        start: When | None = None,
        days: int = 14,
        closed: Mapping[str, tuple[When, When | None]] | None = None,
        requests: Iterable[tuple[str, When, int, Decimal, str, str]] | None = None,
    ) -> SendingPlan:
        """Return an order of sending in which the most needed waits least, beside first come, first served.

        Args:
            start: first day; by default that of the last entry.
            days: how many.
            closed: what if these crossings or corridors were closed from a day on, up to another (that day excluded), or for good?
            requests: to be sent: item, from which day, lorry loads, need of each, area, goods; by default those of the record.

        Raises:
            UnknownError: a crossing, corridor or area is not known.
            LimitError: more days or requests than can be planned.
            MissingExtraError: the extra ``analytics`` is not installed.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.sending(days=3).best.left
            40
        """
        shut = {name: (_first(begin), _day(end)) for name, (begin, end) in (closed or {}).items()}
        given = None if requests is None else [_request(*each) for each in requests]
        return planning.sending(self._book, start=_day(start), days=days, closed=shut, requests=given)


def _day(when: When | None) -> date | None:
    return None if when is None else _first(when)


def _first(when: When) -> date:
    return as_instant(when).date()


def _request(item: str, ready: When, trucks: int, need: Decimal, to: str, goods: str) -> SendingRequest:
    return SendingRequest(item=item, ready=_first(ready), trucks=trucks, need=need, to=to, goods=goods)


def to_seal(book: Book, kind: str, fields: Mapping[str, object], due: When | None) -> tuple[str, datetime]:
    """Return the text that is sealed in the place of a statement, and when it is to be disclosed.

    Args:
        book: of the programme.
        kind: of the statement.
        fields: ``occurred_at``, ``place`` and ``body``, as they would stand in it.
        due: when it is to be disclosed; by default the first day on which a public page may tell it.

    Raises:
        MalformedError: the kind is not one that is sealed, the fields make no such statement, or it would be disclosed too early.
    """
    if kind not in SEALABLE:
        raise MalformedError("sealed.other_kind", kind=kind, known=sorted(SEALABLE))
    said = unsigned_statement(kind, dict(fields)).statement(book.keyring.origin, "party:any", 1)
    body = getattr(said, "body", None)
    last = last_named(said.occurred_at, body) if isinstance(body, MovementBody) else said.occurred_at
    wrong = misplaced(said, book.programme.places) if isinstance(said, AnyAccess) else None
    if wrong is None and said.occurred_at > datetime.now(UTC) + AHEAD:
        wrong = Refusal.of("access.not_yet", day=said.occurred_at, recorded=datetime.now(UTC))
    if wrong is not None:  # sealed, nobody would learn of it before the day of disclosure
        raise MalformedError.about(wrong)
    first = first_told(last, access_rules(book).public_after_days)
    moment = first if due is None else as_instant(due)
    if moment < first:
        raise MalformedError("access.sealed_due_early", due=moment, first=first)
    return sealed_text(said), moment


def due(book: Book, party: str, now: datetime) -> list[str]:
    """Return the commitments to statements about access that a party has to disclose by a moment and holds here, as sealed."""
    path = book.folder / FILE
    if not path.is_file():
        return []
    found = [
        (seal.recorded_at or now, seal.body.commitment)
        for _, seal in book.seals.seals.items()
        if seal.party == party and seal.body.field in SEALABLE and seal.standing(now) == "overdue"
    ]
    with Vault(path) as vault:
        here = {held.commitment.hex() for held in vault.due(now)}
    return [name for _, name in sorted(found) if name in here]
