"""A second process that verifies the signatures of one batch while another is recorded; where it is lost, nothing is."""

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context, parent_process

from enduse.closing import Closing
from enduse.terms.signatures import verify_batch

Jobs = Mapping[bytes, tuple[bytes, bytes, bytes]]
"""Public key, signed bytes and signature, by envelope."""


class SecondProcess(Closing):
    """Verifies signatures beside the process that started it."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _leave_with_parent)

    def verify(self, jobs: Jobs) -> Callable[[], dict[bytes, bool]]:
        """Begin to verify; returns what gives the verdicts: none where the other process could not be had, or was ended.

        What has no verdict is verified by whoever asks. That happens where the machine ends the process for want of memory, or
        where the script that is run does not bear being imported.
        """
        future: Future[list[bool]] | None = None
        with suppress(BrokenProcessPool):
            future = self._pool.submit(verify_batch, list(jobs.values()), 1)

        def verdicts() -> dict[bytes, bool]:
            with suppress(BrokenProcessPool):
                return {} if future is None else dict(zip(jobs, future.result(), strict=True))
            return {}

        return verdicts

    def close(self) -> None:
        """Let the other process end."""
        self._pool.shutdown()


def _leave_with_parent() -> None:
    """In a helper process: end when the process that started it is killed, instead of waiting for work for ever."""
    parent = parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
