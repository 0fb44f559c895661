"""The site of one programme, followed while its record grows.

A page is worked out when somebody asks for it and kept. When the record has grown, whoever asks for it next gets it as it is
kept, at once, and it is made anew meanwhile; so nobody waits for a record that grows, and pages nobody reads cost nothing.

What pages share, sums of money and goods, differences, duties, takes seconds for a long record. It is worked out once for a size
of the record, behind, while the answers of the size before go on being given; then the two change places. So a page that
nobody has asked for since the record grew is made from figures that are there already.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from hashlib import sha256
from itertools import chain
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

import msgspec

import enduse
from enduse.pages.catalogue import ENGLISH
from enduse.pages.localizer import Localizer
from enduse.portal.addresses import identifier
from enduse.portal.answers import AsOf, SiteAnswers
from enduse.portal.asking import FOLLOW_S, Asker
from enduse.portal.collation import order_of
from enduse.portal.drawing import PageLists, PageWords, draw, preparations
from enduse.portal.kept_pages import keep_pages, pages_kept
from enduse.portal.pages import HOME, PAGES, Page, address, homes, known, twin
from enduse.portal.parties import carried
from enduse.portal.parts import Cut, ListPart, asked_part, cut, further

_LOG: Final = logging.getLogger(__name__)
_Found = TypeVar("_Found")

KEPT: Final = 2_000
"""Pages kept; the one that was asked for longest ago goes first."""
KEPT_BYTES: Final = 100_000_000
"""Bytes of pages and tables kept."""
STALE_S: Final = 300.0
"""Seconds for which a page is given, once, that nobody has asked for since the record was last seen to be no longer than it."""
LOOK_S: Final = 30.0
"""Seconds after which the record is looked at again at the latest while somebody reads."""
SIZES: Final = 1_000
"""Sizes of the record of which it is known until when it had them."""
PATIENCE: Final = 20
"""A record that grows all the time is followed so that at most one part in so many of the time goes into asking it anew; while
somebody reads, within :data:`LOOK_S`."""
WANTED_S: Final = 3_600.0
"""Seconds for which a page that takes long is made anew before anybody asks for it again."""


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

    It is open in three threads, so that no reader waits for a signer, nor for a long question of another reader. Of two
    that answer readers, the one in front has worked out what pages share, and stays at its size of the record; the one behind
    takes what was recorded since, works the same out, and takes its place; it answers long questions too. The third is for
    what is done by those who have signed in.

    While the record grows, pages are given as they are kept until they are made anew: each says up to which statement and
    checkpoint it reaches. None is given that was superseded more than :data:`STALE_S` ago where the one in front knows a newer
    one; whoever has signed in gets the newest of all.

    Attributes:
        asks: whether residents ask here and people of parties sign in.
        cookie: by which a browser of somebody who signs in is known; empty where nobody does.
    """

    def __init__(self, folder: str | PathLike[str], *, asks: bool = False) -> None:
        """Open the programme in a folder.

        Args:
            folder: of the programme.
            asks: whether residents ask here and people of parties sign in.
        """
        self.folder, self.asks, self.cookie = Path(folder), asks, ""
        self._lock = Lock()
        self._kept: OrderedDict[PageKey, tuple[int, Sent]] = OrderedDict()
        self._held = 0
        self._remaking: set[PageKey] = set()
        self._before: set[PageKey] = set()
        self._size = 0
        self._looked_at = self._look_at = self._idle_at = 0.0
        self._superseded: OrderedDict[int, float] = OrderedDict()
        self._wanted: dict[PageKey, float] = {}
        self._turning = self._closed = False
        self._fault: BaseException | None = None
        self._front, self._back = (
            Asker(folder, name, self._note, follows=False, idle=self._unasked) for name in ("first", "second")
        )
        self._desk = Asker(folder, "desk", self._note)
        self._at = self._front.ask(lambda answers: answers.size)
        self._front.ask(self._recall)

    def _recall(self, answers: SiteAnswers) -> None:
        """Take the pages of the last stop, where they are of this record."""
        if (kept := pages_kept(self.folder, asks=self.asks)) is None:
            return
        found, ago = kept
        if not 0 < found.size <= answers.size or answers.programme.root_at(found.size) != found.root:
            return
        self._superseded[found.size] = time.monotonic() - ago
        for key, data in reversed(found.pages):
            self._put(key, found.size, Sent.of(data))
            self._before.add(key)

    @property
    def size(self) -> int:
        """Statements up to which the record is known."""
        return self._size

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
        return sum(each.waiting for each in (self._front, self._back, self._desk))

    @property
    def programme(self) -> "enduse.Programme":
        """The programme of those who have signed in; asked in no other thread than theirs (:meth:`ask`)."""
        return self._desk.programme

    def warm(self) -> None:
        """Work the first page out before anybody asks for it, and then what pages share; returns at once."""
        front, started = self._front, time.monotonic()
        self._turning = True
        if (HOME, "", ENGLISH, "") not in self._before:
            front.soon(lambda answers: self._made((HOME, "", ENGLISH, ""), answers))

        def begin(answers: SiteAnswers) -> None:
            work = chain(shared(answers), preparations())
            self._work(front, work, partial(self._end, front, answers.size, started))

        front.soon(begin, behind=True)

    def close(self) -> None:
        """Let go of the programme; pages are kept for the next start."""
        if self._closed:
            return
        self._closed = True
        asked = self._front.soon(lambda answers: (answers.size, answers.programme.root), behind=True)
        size, root = asked.result()
        pages = {key: sent.data for key, (of, sent) in reversed(self._kept.items()) if of == size and key[0] in PAGES}
        if pages:
            keep_pages(self.folder, root, size, pages, asks=self.asks)
        for each in (self._front, self._back, self._desk):
            each.close()

    def ask(self, question: Callable[[SiteAnswers], _Found]) -> _Found:
        """Return what a question of those who have signed in finds; one after the other."""
        return self._desk.ask(question)

    def read(self, question: Callable[[SiteAnswers], _Found], *, long: bool = False) -> _Found:
        """Return what a reader's question finds.

        Args:
            question: gets the answers of now.
            long: whether it may take seconds, so that nobody with a short one waits for it.

        Raises:
            RecordError: the record was found broken when it was last looked at.
        """
        return self._asked(question, long=long).result()

    def _asked(self, question: Callable[[SiteAnswers], _Found], *, long: bool) -> "Future[_Found]":
        if self._fault is not None:
            self._look(time.monotonic(), self._look_at)
            raise self._fault
        if not long:
            return self._front.soon(question)
        return self._back.soon(question, newest=not self._turning)

    def follow(self) -> None:
        """Take in at once what was recorded, as after a statement that was just signed here."""
        self._desk.soon(lambda answers: answers, newest=True).result()

    def page(self, name: str, written: str, language: str, part: str = "") -> Sent | None:
        """Return a page, or where ``language`` is empty its answer as JSON; ``None`` where there is no such page.

        Args:
            name: of the page.
            written: what it is about, as it stands in its address.
            language: in which it is drawn.
            part: of one of its lists, as ``gaps/2``; without it the first of all.
        """
        key = (name, written, language, part)
        return self.kept_page(key) or self.made_page(key).result()

    def kept_page(self, key: PageKey) -> Sent | None:
        """Return a page as it is kept, and see to it that it is made anew where the record has grown; ``None``: it must be made."""
        now = time.monotonic()
        long = PAGES[key[0]].long
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                if long:
                    self._wanted[key] = now
            behind = kept is not None and kept[0] < self._at
            again = behind or key in self._before
            old = behind and kept is not None and now - self._superseded.get(kept[0], -STALE_S) > STALE_S
            if old or (self._fault is not None and now - self._looked_at > STALE_S):
                kept = None
            anew = kept is not None and again and not long and key not in self._remaking
            if anew:
                self._remaking.add(key)
        if anew:
            self._front.soon(lambda answers: self._remade(key, answers), behind=True)
        self._look(now, self._look_at)
        return None if kept is None else kept[1]

    def made_page(self, key: PageKey, *, newest: bool = False) -> "Future[Sent | None]":
        """Return what will hold a page that is not kept, or is to be the newest.

        Args:
            key: of the page.
            newest: whether it is to hold whatever was recorded, as for somebody who has just signed; what takes long holds what
                is known.

        Raises:
            LimitError: very many wait already.
            RecordError: the record was found broken when it was last looked at.
        """
        long = PAGES[key[0]].long
        if newest and not long:
            return self._desk.soon(lambda answers: self._made(key, answers), newest=True)
        return self._asked(lambda answers: self._made(key, answers), long=long)

    def keep(self, key: PageKey, answers: SiteAnswers, make: Callable[[], Sent]) -> Sent:
        """Return what was made of these answers under a key, else make it; in the thread of the answers."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] == answers.size:
            return kept[1]
        made = make()
        self._put(key, answers.size, made)
        return made

    def _note(self, size: int) -> None:
        """Note how long the record is, and until when it was as long as was known before."""
        with self._lock:
            if size > self._size:
                self._superseded[self._size] = self._looked_at
                while len(self._superseded) > SIZES:
                    self._superseded.popitem(last=False)
            elif size < self._size:  # by one who has read less of it
                return
            self._size, self._looked_at = size, time.monotonic()

    def _unasked(self) -> None:
        """Follow the record while nobody asks, with more patience."""
        self._look(time.monotonic(), self._idle_at)

    def _look(self, now: float, due: float) -> None:
        """Have the one behind look at the record and work out what pages share, if it is time, and change places."""
        with self._lock:
            if self._turning or now < due:
                return
            self._turning, back = True, self._back
        looked = back.soon(lambda answers: self._begin(back, answers, now), newest=True, behind=True)
        looked.add_done_callback(lambda done: self._looked(done.exception()))

    def _looked(self, fault: BaseException | None) -> None:
        """Note whether the record could be read: nobody is told what a broken one says."""
        with self._lock:
            self._fault = fault
            if fault is not None:
                self._look_at = self._idle_at = time.monotonic() + FOLLOW_S
                self._turning = False

    def _begin(self, back: Asker, answers: SiteAnswers, started: float) -> None:
        """Begin to work out what pages share, where there is anything new; in the thread of the one behind."""
        with self._lock:
            self._wanted = {key: asked for key, asked in self._wanted.items() if started - asked < WANTED_S}
            old = [key for key in self._wanted if key in self._kept and self._kept[key][0] < answers.size]
            grown = answers.size != self._at
        work: list[Callable[[], object]] = [*shared(answers)] if grown else []
        work += [partial(self._made, key, answers) for key in old]
        self._work(back, iter(work), partial(self._end, back, answers.size, started))

    def _work(self, asker: Asker, work: Iterator[Callable[[], object]], end: Callable[[], None]) -> None:
        """Do one piece of work after the other; whatever somebody waits for comes in between."""
        if self._closed:
            return
        piece = next(work, None)
        if piece is None:
            end()
            return
        try:
            piece()
        except Exception:  # noqa: BLE001 - whoever asks for it is told; the rest is worked out all the same
            _LOG.exception("what pages share could not be worked out")
        asker.soon(lambda _: self._work(asker, work, end), behind=True)

    def _end(self, back: Asker, size: int, started: float) -> None:
        """Let the one behind answer from now on."""
        ended = time.monotonic()
        with self._lock:
            if size > self._at:
                self._front, self._back, self._at = back, self._front, size
            patience = PATIENCE * (ended - started)
            self._look_at = ended + max(FOLLOW_S, min(patience, LOOK_S))
            self._idle_at = ended + max(FOLLOW_S, patience)
            self._turning = False

    def _put(self, key: PageKey, size: int, body: Sent) -> None:
        with self._lock:
            self._before.discard(key)
            before = self._kept.get(key)
            if before is not None:
                if before[0] > size:  # made meanwhile by one who has read more
                    return
                self._held -= len(self._kept.pop(key)[1].data)
            self._held += len(body.data)
            self._kept[key] = (size, body)
            while len(self._kept) > KEPT or self._held > KEPT_BYTES:
                _, (_, gone) = self._kept.popitem(last=False)
                self._held -= len(gone.data)

    def _remade(self, key: PageKey, answers: SiteAnswers) -> None:
        """Make a page anew for which nobody waits."""
        try:
            self._made(key, answers)
        finally:
            with self._lock:
                self._remaking.discard(key)

    def _made(self, key: PageKey, answers: SiteAnswers) -> Sent | None:
        """Return a page from what is kept, else worked out; in the thread of the answers."""
        with self._lock:
            kept = None if key in self._before else self._kept.get(key)
        if kept is not None and kept[0] >= answers.size:
            return kept[1]
        name, written, language, part = key
        body = compose(answers, name, written, language, part=part, asks=self.asks)
        if body is not None:  # whatever somebody makes up is not kept
            self._put(key, answers.size, body)
        return body


def shared(answers: SiteAnswers) -> Iterable[Callable[[], object]]:
    """Give, piece by piece, the work that many pages rest on, and the answers of those about no one thing, but long ones."""
    yield lambda: answers.standing
    for page in PAGES.values():
        if page.about is not None:
            yield partial(known, answers, page)
        elif not page.long:
            yield partial(whole_answer, answers, page, "")
    yield partial(carried, answers)
    yield answers.programme.indicators  # with which those of any place are there too


def whole_answer(answers: SiteAnswers, page: Page, about: str) -> msgspec.Struct:
    """Return the answer of a page, with its lists in full; one about no one thing stays however many others are asked for."""
    if page.about is None:
        return answers.kept(f"answer of {page.name}", lambda now: page.answer(now, about))
    return answers.recent(f"{page.name} {about}", lambda: page.answer(answers, about))


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
    whole = whole_answer(answers, page, about)
    whole = _in_order(whole, page, language, answers)
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


def _in_order(whole: msgspec.Struct, page: Page, language: str, answers: SiteAnswers) -> msgspec.Struct:
    """Return an answer with names in the order of a language."""
    if not language or page.named is None:
        return whole
    field, identifier_of = page.named
    words = Localizer(language, answers.names)
    inside = sorted(getattr(whole, field), key=lambda one: order_of(words.name(identifier_of(one)), language))
    return msgspec.structs.replace(whole, **{field: tuple(inside)})


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
    whole = whole_answer(answers, page, about)
    return tuple(further(cut(whole, page.lists, ("", 1))[1]))
