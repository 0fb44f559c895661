"""A second process that verifies and reads one batch while another is recorded; where it is lost, nothing is."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process

from enduse.closing import Closing
from enduse.statements.passed import Ahead, look_by
from enduse.system import uncollected


class SecondProcess(Closing):
    """Looks at envelopes beside the process that started it."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _leave_with_parent)

    def look(self, raws: Sequence[bytes], keys: Mapping[str, bytes]) -> Callable[[], dict[bytes, Ahead]]:
        """Begin to look; returns what gives the outcome: none where the other process could not be had, or was ended.

        Args:
            raws: envelopes.
            keys: public keys that are known by now, by their short name.

        What has none is verified and read by whoever asks. That happens where the machine ends the process for want of
        memory, or where the script that is run does not bear being imported.
        """
        future: Future[list[Ahead]] | None = None
        with suppress(BrokenProcessPool):
            future = self._pool.submit(_look_at_all, raws, keys)

        def found() -> dict[bytes, Ahead]:
            with suppress(BrokenProcessPool):
                if future is not None:
                    return dict(zip(raws, future.result(), strict=True))
            return {}

        return found

    def close(self) -> None:
        """Let the other process end."""
        self._pool.shutdown()


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
