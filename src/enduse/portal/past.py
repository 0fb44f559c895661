"""Pages as they stood on a day: by what was on record then, or by what is on record today of what had happened by then.

What an earlier day was is worked out when somebody asks, beside the readers of today's pages: one page at a time, by a programme
that is opened for it, and for at most one part in ten of the time. Whoever comes when that is used up is asked to come again.
"""

import time
from collections import OrderedDict
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Final, Literal, NamedTuple

import msgspec

import enduse
from enduse.errors import LimitError, UnknownError
from enduse.portal.addresses import identifier, slug
from enduse.portal.answers import AsOf, SiteAnswers
from enduse.portal.drawing import DATED, PageWords, draw
from enduse.portal.pages import HOME, PAGES, homes, known
from enduse.portal.site import Sent

KEPT: Final = 300
"""Pages of earlier days that are kept."""
KEPT_S: Final = 3_600.0
"""Seconds for which one is kept: a clock may be corrected, and what is known today grows."""
BUDGET_S: Final = 20.0
"""Seconds of work that may be done at once, and that come back in ten times as many."""
SHARE: Final = 0.1

By = Literal["known", "at"]
WAYS: Final[tuple[By, ...]] = ("known", "at")


class PastPage(NamedTuple):
    """A page of an earlier day.

    Attributes:
        by: ``known``: by what was on record then; ``at``: by what is on record today.
        day: the end of which counts, in UTC.
        name: of the page.
        written: what it is about, as it stands in its address.
    """

    by: By
    day: date
    name: str
    written: str = ""

    def way(self, ending: str) -> str:
        """Return its address within a language's part of the site, or with ``.json`` that of its answer from the root."""
        of = f"{self.name}/{self.written}" if self.written else self.name if ending != "/" else ""
        return f"{self.by}/{self.day.isoformat()}/{of}{ending if of else ''}"


class PastDay(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer of a page of an earlier day holds.

    Attributes:
        by, day: of which day it is, and by what.
        standing: up to where it reaches.
        answer: of the page.
    """

    by: By
    day: date
    standing: AsOf
    answer: msgspec.Struct


class PastPages:
    """The pages of earlier days of one portal."""

    def __init__(self, folder: Path, *, asks: bool) -> None:
        self._folder, self._asks = folder, asks
        self._lock, self._turn = Lock(), Lock()
        self._kept: OrderedDict[tuple[PastPage, str], tuple[float, Sent | None]] = OrderedDict()
        self._left, self._counted_at = BUDGET_S, time.monotonic()

    def page(self, asked: PastPage, language: str) -> Sent | None:
        """Return a page, or without a language its answer as JSON; ``None`` where there was no such thing then.

        Raises:
            LimitError: another is being worked out, or too much was lately.
        """
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get((asked, language))
            if kept is not None and now - kept[0] < KEPT_S:
                self._kept.move_to_end((asked, language))
                return kept[1]
        if not self._turn.acquire(blocking=False):
            raise LimitError("desk.busy")
        with ExitStack() as ending:
            ending.callback(self._turn.release)
            self._left = min(BUDGET_S, self._left + SHARE * (now - self._counted_at))
            self._counted_at = now
            if self._left <= 0:
                raise LimitError("desk.busy")
            try:
                made = self._made(asked, language)
            finally:
                self._left -= time.monotonic() - now
            with self._lock:
                self._kept[asked, language] = (now, made)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return made

    def _made(self, asked: PastPage, language: str) -> Sent | None:
        try:
            with (
                enduse.open(self._folder) as programme,
                programme.past(
                    as_at=asked.day if asked.by == "at" else None, as_known=asked.day if asked.by == "known" else None
                ) as then,
            ):
                return _composed(SiteAnswers(then), asked, language, asks=self._asks)
        except UnknownError:  # nothing was on record yet
            return None


def past_page(answers: SiteAnswers, by: str, day: str, name: str, written: str) -> PastPage | None:
    """Return which page of an earlier day is asked for; ``None`` where there is none, by what is there today.

    Args:
        answers: of today.
        by: one of :data:`WAYS`.
        day: as in an address.
        name: of the page.
        written: what it is about, as it stands in its address.
    """
    page = PAGES.get(name)
    if page is None or name not in DATED or (page.about is None) != (not written):
        return None
    about = identifier(page.kind, written, known(answers, page)) if written else ""
    way = next((each for each in WAYS if each == by), None)
    try:
        on = date.fromisoformat(day) if len(day) == len("2026-01-01") else None
    except ValueError:
        return None
    if about is None or way is None or on is None or on < answers.status.since.date():
        return None
    # One address for one thing, so that nobody makes up many.
    return PastPage(way, on, name, slug(page.kind, about) if about else "")


def _composed(answers: SiteAnswers, asked: PastPage, language: str, *, asks: bool) -> Sent | None:
    page = PAGES[asked.name]
    about = identifier(page.kind, asked.written, known(answers, page)) if asked.written else ""
    if about is None:
        return None
    answer = page.answer(answers, about)
    if not language:
        told = PastDay(by=asked.by, day=asked.day, standing=answers.standing, answer=answer)
        return Sent.of(msgspec.json.encode(told))
    sheet = PageWords(
        language,
        answers.names,
        here=asked.way("/"),
        twin=asked.way(".json"),
        asks=asks,
        standing=answers.standing,
        homes=homes(answers),
    )
    sheet.past = asked.by, asked.day
    sheet.dated = "" if asked.name == HOME else f"{asked.name}/{asked.written}/"
    return Sent.of(draw(f"{page.template or asked.name}.html", sheet, answer, whole=answer))
