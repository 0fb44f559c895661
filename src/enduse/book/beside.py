"""A second process that reads and checks one batch while another is recorded; where it is lost, nothing is."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from types import ModuleType
from typing import TypeVar

from enduse.closing import Closing
from enduse.statements.passed import Ahead, look_by
from enduse.system import uncollected

Made = TypeVar("Made")


class SecondProcess(Closing):
    """Works beside the process that started it."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _leave_with_parent)

    def begin(self, work: Callable[..., Made], *given: object) -> Callable[[], Made | None]:
        """Begin a piece of work, behind those begun before.

        Args:
            work: a function of a module.
            given: its arguments.

        Returns:
            What waits for the outcome and gives it: ``None`` where the other process could not be had, or was ended, as a
            machine does for want of memory. Whoever asks then does the work itself.
        """
        future: Future[Made] | None = None
        with suppress(BrokenProcessPool), _unmentioned():
            future = self._pool.submit(work, *given)

        def outcome() -> Made | None:
            with suppress(BrokenProcessPool):
                return None if future is None else future.result()
            return None

        return outcome

    def look(self, raws: Sequence[bytes], keys: Mapping[str, bytes]) -> Callable[[], dict[bytes, Ahead]]:
        """Begin to look at envelopes; returns what gives, by envelope, what was found of it.

        Args:
            raws: envelopes.
            keys: public keys that are known by now, by their short name.
        """
        found = self.begin(_look_at_all, raws, keys)
        return lambda: dict(zip(raws, looked, strict=True)) if (looked := found()) is not None else {}

    def close(self) -> None:
        """Let the other process end."""
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def _unmentioned() -> Iterator[None]:
    """Leave the script that is run unmentioned to a process that starts: it would run it again from its beginning."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _look_at_all(raws: Sequence[bytes], keys: Mapping[str, bytes]) -> list[Ahead]:
    with uncollected():
        return [look_by(raw, keys) for raw in raws]


def _leave_with_parent() -> None:
    """In a helper process: end when the process that started it is killed, instead of waiting for work for ever."""
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
