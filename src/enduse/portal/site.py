"""The site of one programme: opened once, asked by one thread, followed while its record grows.

A page is worked out when somebody asks for it and kept for as long as the record has the size it was worked out at, so a
record that grows costs nothing for pages nobody reads.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from os import PathLike
from threading import Lock
from typing import Final, TypeVar

import msgspec

import enduse
from enduse.pages.catalogue import ENGLISH
from enduse.portal.addresses import identifier
from enduse.portal.answers import AsOf, SiteAnswers
from enduse.portal.drawing import PageLists, PageWords, draw
from enduse.portal.pages import HOME, PAGES, address, homes, known, twin
from enduse.portal.parts import Cut, ListPart, asked_part, cut, further

_Found = TypeVar("_Found")

KEPT: Final = 2_000
"""Pages kept; the one that was asked for longest ago goes first."""
KEPT_BYTES: Final = 100_000_000
"""Bytes of pages and tables kept."""
FOLLOW_S: Final = 1.0
"""Seconds in which it is asked at most once whether the record has grown."""
PATIENCE: Final = 20
"""A record that grows all the time is followed so that at most one part in so many of the time goes into asking it anew."""


PageKey = tuple[str, str, str, str]
"""Of what is kept: its page or what else it is, what it is about, language, and part of a list."""


class Sent(msgspec.Struct, frozen=True):
    """What is sent for a page, and what tells it from an earlier issue of it."""

    data: bytes
    tag: str

    @classmethod
    def of(cls, text: str | bytes) -> "Sent":
        """Return what is sent for a text."""
        data = text.encode() if isinstance(text, str) else text
        return cls(data, sha256(data).hexdigest()[:32])


class Site:
    """One programme, as its pages ask it.

    Whatever asks the programme runs in one thread, one after the other (:meth:`ask`): the book below is not made to be
    asked by two.
    """

    def __init__(self, folder: str | PathLike[str], *, asks: bool = False) -> None:
        self.asks = asks
        self._worker = ThreadPoolExecutor(1, "programme")
        self.programme: enduse.Programme = self._worker.submit(enduse.open, folder).result()
        self._answers = self._worker.submit(SiteAnswers, self.programme).result()
        self._kept: OrderedDict[PageKey, tuple[int, Sent]] = OrderedDict()
        self._held = self._asked = 0
        self._lock = Lock()
        self._follow_at = 0.0

    @property
    def size(self) -> int:
        """Statements up to which pages are answered."""
        return self._answers.size

    @property
    def kept(self) -> int:
        """Pages and tables that are kept."""
        return len(self._kept)

    @property
    def held(self) -> int:
        """Bytes of what is kept."""
        return self._held

    @property
    def waiting(self) -> int:
        """Questions that wait for the one before."""
        return self._asked

    def warm(self) -> None:
        """Work the first page out before anybody asks for it; returns at once."""
        self._worker.submit(lambda: self._made((HOME, "", ENGLISH, ""), self._now()))

    def close(self) -> None:
        """Let go of the programme."""
        self._worker.submit(self.programme.close).result()
        self._worker.shutdown()

    def ask(self, question: Callable[[SiteAnswers], _Found]) -> _Found:
        """Return what a question finds in the answers of now; questions are asked one after the other."""
        with self._lock:
            self._asked += 1
        try:
            return self._worker.submit(lambda: question(self._now())).result()
        finally:
            with self._lock:
                self._asked -= 1

    def follow(self) -> None:
        """Take in at once what was recorded, as after a statement that was just signed here."""
        self._follow_at = 0.0
        self.ask(lambda answers: answers.size)

    def page(self, name: str, written: str, language: str, part: str = "") -> Sent | None:
        """Return a page, or where ``language`` is empty its answer as JSON; ``None`` where there is no such page.

        Args:
            name: of the page.
            written: what it is about, as it stands in its address.
            language: in which it is drawn.
            part: of one of its lists, as ``gaps/2``; without it the first of all.
        """
        key = (name, written, language, part)
        if (kept := self._have(key)) is not None:
            return kept
        return self.ask(lambda answers: self._made(key, answers))

    def keep(self, key: PageKey, make: Callable[[], Sent]) -> Sent:
        """Return what was made under a key at this size of the record, else make it; in the programme's thread."""
        if (kept := self._have(key)) is not None:
            return kept
        made = make()
        self._put(key, self._answers.size, made)
        return made

    def _put(self, key: PageKey, size: int, body: Sent) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._held += len(body.data) - (0 if before is None else len(before[1].data))
            self._kept[key] = (size, body)
            while len(self._kept) > KEPT or self._held > KEPT_BYTES:
                _, (_, gone) = self._kept.popitem(last=False)
                self._held -= len(gone.data)

    def _have(self, key: PageKey) -> Sent | None:
        if time.monotonic() >= self._follow_at:
            return None
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != self._answers.size:
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def _made(self, key: PageKey, answers: SiteAnswers) -> Sent | None:
        """Return a page from what is kept, else worked out; in the programme's thread."""
        if (kept := self._have(key)) is not None:
            return kept
        started = time.monotonic()
        name, written, language, part = key
        body = compose(answers, name, written, language, part=part, asks=self.asks)
        ended = time.monotonic()
        self._follow_at = max(self._follow_at, ended + PATIENCE * (ended - started))
        if body is None:  # whatever somebody makes up is not kept
            return None
        self._put(key, answers.size, body)
        return body

    def _now(self) -> SiteAnswers:
        """Return the answers of now, taking in what was recorded since; in the programme's thread."""
        if time.monotonic() >= self._follow_at:
            self.programme.refresh()
            if self.programme.size != self._answers.size:
                self._answers = SiteAnswers(self.programme)
            self._follow_at = time.monotonic() + FOLLOW_S
        return self._answers


def compose(
    answers: SiteAnswers,
    name: str,
    written: str,
    language: str,
    *,
    static: bool = False,
    part: str = "",
    asks: bool = False,
    published: tuple[str, ...] = (),
) -> Sent | None:
    """Work a page out: its answer, drawn in a language, or as JSON where that is empty; ``None`` where there is none.

    Args:
        answers: of the programme.
        name: of the page.
        written: what it is about, as it stands in its address.
        language: in which it is drawn.
        static: whether it is written as a file.
        part: of one of its lists, as ``gaps/2``; without it the first of all.
        asks: whether residents ask here and people of parties sign in.
        published: languages in which the page is given.
    """
    page = PAGES[name]
    about = "" if page.about is None else identifier(page.kind, written, known(answers, page))
    if about is None:
        return None
    asked = asked_part(part) if part else ("", 1)
    if asked is None:
        return None
    whole = answers.recent(f"{name} {about}", lambda: page.answer(answers, about))
    answer, cuts = cut(whole, page.lists, asked)
    if part and part not in further(cuts):
        return None
    if not language:
        rest = [_continued(each, name, about) for each in cuts]
        return Sent.of(msgspec.json.encode(TwinAnswer(standing=answers.standing, answer=answer, rest=rest)))
    sheet = PageWords(
        language,
        answers.names,
        here=address(name, about, part),
        twin=twin(name, about, part),
        static=static,
        asks=asks,
        standing=answers.standing,
        homes=homes(answers),
        published=published,
        lists=PageLists(name, about, cuts),
    )
    return Sent.of(draw(f"{page.template or name}.html", sheet, answer, whole=whole))


class TwinAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the twin of a page holds.

    Attributes:
        standing: up to where the answer reaches.
        answer: of the page.
        rest: lists of it that are longer than what is here, and where they go on.
    """

    standing: AsOf
    answer: msgspec.Struct
    rest: list[ListPart] = []


def _continued(found: Cut, name: str, about: str) -> ListPart:
    """Return a list that was cut, with the address of its rest."""
    part = found.part
    if found.rest is not None:
        return msgspec.structs.replace(part, next=twin(found.rest.page, found.rest.about))
    if part.part == part.parts:
        return part
    return msgspec.structs.replace(part, next=twin(name, about, f"{part.list}/{part.part + 1}"))


def parts_of(answers: SiteAnswers, name: str, about: str) -> tuple[str, ...]:
    """Return the further parts of a page's lists, as they stand in addresses."""
    page = PAGES[name]
    whole = answers.recent(f"{name} {about}", lambda: page.answer(answers, about))
    return tuple(further(cut(whole, page.lists, ("", 1))[1]))
