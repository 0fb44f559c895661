"""Pages about the record: what was said, what is new, how to check it, what the words mean."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from itertools import takewhile
from typing import Final

import msgspec

from enduse.portal import access, monitors
from enduse.portal.answers import SiteAnswers
from enduse.portal.gaps import public
from enduse.portal.words import TERMS
from enduse.views.access_public import PublicPoints
from enduse.views.changes import Changes, OpenChange
from enduse.views.flat_rows import TABLES
from enduse.views.indicators import SeriesView
from enduse.views.shapes import Figure
from enduse.views.statements import UNREADABLE, RecordedStatement

BLOCK: Final = 100
"""Statements on one page of the log."""
SINCE: Final = timedelta(days=30)
"""How far back what is new reaches."""

TWINS: Final = (
    "home",
    "places",
    "who",
    "missing",
    "money",
    "tranches",
    "materials",
    "projects",
    "parties",
    "undertakings",
    "findings",
    "services",
    "access",
    "visits",
    "log",
    "changes",
)
"""Pages that are about no one thing, whose answers are worth taking as data."""

_ABOUT_GOODS: Final = frozenset(("goods", "reading", "document"))
_NEVER: Final = frozenset(("sealed", "disclosure", "erasure"))
"""Kinds of which only the kind is told."""
_SPEAKING: Final = frozenset(("claim", "correction", "document", "feedback", "finding"))
"""Kinds that may speak of a movement, or of a statement about one."""
_QUOTED: Final = re.compile(r'"([^"\\]+)"')


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as the public log tells it.

    Attributes:
        entry: its number.
        kind: such as ``pledge``; empty where it is about access, which is told by month and area alone; ``step`` and ``party`` beside it.
        day: when it was recorded; empty where that is not told.
        about: what it speaks of.
        amounts: what it says of goods or money.
        without_effect: whether it has none.
        held_back: it is about a load that may still be on its way, or sealed: nothing but its kind is told.
        late: days after it is said to have happened, where that is long.
    """

    entry: int
    kind: str
    step: str = ""
    party: str = ""
    day: datetime | None = None
    about: str = ""
    amounts: tuple[Figure, ...] = ()
    without_effect: bool = False
    held_back: bool = False
    late: int = 0


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who said what, when?

    Attributes:
        said: the newest first.
        earlier, later: where the log goes on; ``None`` where it does not.
        counts: statements by kind: all, and those without effect; of access none.
    """

    said: tuple[LogLine, ...]
    earlier: int | None
    later: int | None
    counts: dict[str, tuple[int, int]]


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is new? Nothing where the record is younger than that."""

    since: date
    changes: Changes | None


class VerifyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Can I trust this? The root of the record, for comparing with another copy."""

    root: str
    size: int


class DataPage(msgspec.Struct, frozen=True, kw_only=True):
    """Take the data: pages whose answers are there as JSON, and tables; whether these are there as Parquet too."""

    pages: tuple[str, ...]
    tables: tuple[str, ...]
    parquet: bool


class WordsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What do the words mean? The professional's term and the resident's words for it."""

    terms: tuple[tuple[str, str], ...]


class ServicesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Do water, clinics, schools work? Service points by area, and series of published values."""

    points: tuple[PublicPoints, ...]
    series: tuple[SeriesView, ...]


class StylePage(msgspec.Struct, frozen=True, kw_only=True):
    """Every part that pages are drawn with."""


def log(answers: SiteAnswers, _about: str) -> LogPage:
    """Answer who said what lately."""
    return _block(answers, max(0, answers.size - BLOCK), answers.size)


def blocks(answers: SiteAnswers) -> tuple[str, ...]:
    """Return where each page of the log begins."""
    return tuple(str(first) for first in range(0, answers.size, BLOCK))


def block(answers: SiteAnswers, about: str) -> LogPage:
    """Answer who said what in one stretch of the record."""
    return _block(answers, int(about), min(int(about) + BLOCK, answers.size))


def _block(answers: SiteAnswers, first: int, end: int) -> LogPage:
    begin = first // BLOCK * BLOCK
    return LogPage(
        said=tuple(told(answers, one) for one in newest_first(answers, first, end)),
        earlier=begin - BLOCK if first == begin and begin else begin if first > begin else None,
        later=end if end < answers.size else None,
        counts={kind: told for kind, told in answers.status.statements.items() if kind not in access.KINDS},
    )


def newest_first(answers: SiteAnswers, first: int, end: int) -> Iterator[RecordedStatement]:
    """Give the statements from entry ``first`` on and before ``end``, the newest first."""
    return takewhile(lambda one: one.entry >= first, answers.programme.statements(before=end, newest_first=True))


def told(answers: SiteAnswers, one: RecordedStatement) -> LogLine:
    """Return a statement as everybody may read it."""
    # What is unreadable may have been meant for any kind, those included of which nothing is told.
    if one.kind in access.KINDS or one.kind == UNREADABLE or _of_access(answers, one):
        return LogLine(entry=one.entry, kind="", held_back=True)
    if one.kind == "visit" and one.entry in monitors.to_come(answers):
        return LogLine(entry=one.entry, kind=one.kind, held_back=True)
    if one.kind in _NEVER or (one.kind in _ABOUT_GOODS and _moving(answers, one)):
        return LogLine(entry=one.entry, kind=one.kind, held_back=True)
    return LogLine(
        entry=one.entry,
        kind=one.kind,
        step=one.step or "",
        party=one.statement.party,
        day=one.recorded_at,
        about=one.about or "",
        amounts=one.amounts,
        without_effect=one.refusal is not None,
        late=one.late,
    )


def _of_access(answers: SiteAnswers, one: RecordedStatement) -> bool:
    """Say whether a statement of another kind names a movement or an incident, or a statement about access."""
    if one.kind not in _SPEAKING:
        return False
    names = access.names(answers)
    return bool(names) and not names.isdisjoint(_QUOTED.findall(msgspec.json.encode(one.statement).decode()))


def _moving(answers: SiteAnswers, *said: RecordedStatement | None) -> bool:
    """Say whether one of some statements names a load that may still be on its way."""
    numbers = {each.number for each in answers.unsettled}
    if not numbers:
        return False
    text = " ".join(msgspec.json.encode(one.statement).decode() for one in said if one is not None)
    return any(number in text for number in numbers)


def changes(answers: SiteAnswers, _about: str) -> ChangesPage:
    """Answer what is new."""
    # From midnight, so that how it stood then is worked out once a day and not for every statement.
    since = _midnight(answers.status.as_of - SINCE)
    if since <= answers.status.since:
        return ChangesPage(since=since.date(), changes=None)
    new = answers.programme.changes(since, answers.status)
    shown = {name: tuple(map(_bare, getattr(new, name))) for name in ("late", "missing", "settled")}
    # The minute of the last word could tell when a load left; what somebody with a mandate should look at is for them.
    told = msgspec.structs.replace(
        new,
        since=_midnight(new.since),
        as_of=_midnight(new.as_of),
        taken_back=tuple(
            one
            for one in new.taken_back
            if not _moving(answers, one.by, one.corrected)
            and not (one.corrected is not None and one.corrected.kind in access.KINDS)
        ),
        leads=(),
        **shown,
    )
    return ChangesPage(since=since.date(), changes=told)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _bare(change: OpenChange) -> OpenChange:
    return msgspec.structs.replace(change, lost=public(change.lost))


def verify(answers: SiteAnswers, _about: str) -> VerifyPage:
    """Answer whether this can be trusted."""
    checkpoint = answers.standing.verified
    return VerifyPage(root="" if checkpoint is None else checkpoint.root, size=answers.size)


def words(_answers: SiteAnswers, _about: str) -> WordsPage:
    """Answer what the words mean."""
    return WordsPage(terms=TERMS)


def services(answers: SiteAnswers, _about: str) -> ServicesPage:
    """Answer how services, prices and polls stand."""
    return ServicesPage(points=access.told(answers).points, series=answers.series)


def style(_answers: SiteAnswers, _about: str) -> StylePage:
    """Show every part."""
    return StylePage()


def data(_answers: SiteAnswers, _about: str) -> DataPage:
    """Answer which data can be taken."""
    return DataPage(pages=TWINS, tables=tuple(TABLES), parquet=find_spec("duckdb") is not None)
