"""A programme that is asked in a thread of its own, one question after the other: the book below is not made to be asked by two."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from os import PathLike
from queue import Empty, PriorityQueue
from threading import Thread
from typing import Final, TypeVar

import enduse
from enduse.errors import LimitError
from enduse.portal.answers import SiteAnswers

_Found = TypeVar("_Found")

FOLLOW_S: Final = 1.0
"""Seconds in which it is asked at most once whether the record has grown."""
IDLE_S: Final = 5.0
"""Seconds without a question after which an asker says that it has nothing to do."""
WAITING_MOST: Final = 500
"""Questions that wait; who comes when there are as many is asked to come again."""

_WAITED_FOR, _BEHIND, _LAST = range(3)
_Job = tuple[int, int, Callable[[], None]]


class Asker:
    """One programme, open in one thread.

    Attributes:
        follow_at: when it is next asked whether the record has grown; set in its thread.
    """

    def __init__(
        self,
        folder: str | PathLike[str],
        name: str,
        note: Callable[[int], None],
        *,
        follows: bool = True,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin; the programme is opened with the first question.

        Args:
            folder: of the programme.
            name: of the thread.
            note: told every size of the record that is found.
            follows: whether the record is looked at by itself, and not only where the newest is asked for.
            idle: called in its thread from time to time while nobody asks.
        """
        self._folder, self._note, self._follows, self._idle = folder, note, follows, idle
        self._jobs: PriorityQueue[_Job] = PriorityQueue()
        self._number = count()
        self._open: enduse.Programme | None = None
        self._answers: SiteAnswers | None = None
        self.follow_at = 0.0
        # It ends with its process: nobody waits for a question whose asker has gone.
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Questions that wait for the one before."""
        return self._jobs.qsize()

    @property
    def programme(self) -> "enduse.Programme":
        """The programme, opened where it is not yet; asked in no other thread while a question is answered."""
        return self._open or self.ask(lambda _: self._programme())

    def ask(self, question: Callable[[SiteAnswers], _Found]) -> _Found:
        """Return what a question finds in the answers of now."""
        return self.soon(question).result()

    def soon(
        self, question: Callable[[SiteAnswers], _Found], *, newest: bool = False, behind: bool = False
    ) -> "Future[_Found]":
        """Return what will hold what a question finds.

        Args:
            question: gets the answers of now.
            newest: whether the record is looked at anew, however short a time ago that was done.
            behind: whether nobody waits for it, so that it comes after whatever somebody waits for.

        Raises:
            LimitError: very many wait already.
        """
        found: Future[_Found] = Future()
        if not behind and self._jobs.qsize() >= WAITING_MOST:
            raise LimitError("desk.busy")

        def answer() -> None:
            try:
                found.set_result(question(self.now(newest=newest)))
            except BaseException as error:  # noqa: BLE001 - whoever asked is told
                found.set_exception(error)

        self._jobs.put((_BEHIND if behind else _WAITED_FOR, next(self._number), answer))
        return found

    def close(self) -> None:
        """Answer what waits, and let go of the programme."""
        self._jobs.put((_LAST, 0, lambda: None))
        self._thread.join()

    def now(self, *, newest: bool = False) -> SiteAnswers:
        """Return the answers of now, taking in what was recorded since where it follows or is to; in its own thread."""
        programme = self._programme()
        due = newest or (self._follows and time.monotonic() >= self.follow_at)
        if self._answers is None or due:
            programme.refresh()
            if self._answers is None or programme.size != self._answers.size:
                self._answers = SiteAnswers(programme)
            self._note(programme.size)
            self.follow_at = time.monotonic() + FOLLOW_S
        return self._answers

    def _programme(self) -> "enduse.Programme":
        if self._open is None:
            self._open = enduse.open(self._folder)
        return self._open

    def _work(self) -> None:
        while True:
            try:
                order, _, answer = self._jobs.get(timeout=IDLE_S)
            except Empty:
                self._idle()
                continue
            if order == _LAST:
                break
            answer()
        if self._open is not None:
            self._open.close()
