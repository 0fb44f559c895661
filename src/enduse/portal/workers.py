"""Several processes that answer at one address: begun, begun anew where one ends by itself, and ended together."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from threading import Event
from typing import Any, Final

LOOK_S: Final = 0.5
"""Seconds between two looks at whether all of them live."""
AGAIN_S: Final = 2.0
"""Seconds before one that ended is begun anew, so that one that cannot begin does not take the machine."""
END_S: Final = 20.0
"""Seconds in which one has to end that was told to."""


def keep_working(number: int, work: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Let so many processes work until this one is stopped.

    Args:
        number: of processes.
        work: what each does, a function of a module; it is told last which of them it is, counted from 1.
        given: what it is told first.
    """
    # Begun anew rather than split off: threads and open databases are not to be shared.
    begin = get_context("spawn").Process
    with _stopped() as stop:
        workers: dict[int, BaseProcess] = {}
        ended_at = dict.fromkeys(range(1, number + 1), -AGAIN_S)
        try:
            while not stop.is_set():
                for each, ended in ended_at.items():
                    running = workers.get(each)
                    if running is not None and running.is_alive():
                        continue
                    if running is not None:
                        ended_at[each] = time.monotonic()
                        del workers[each]
                    elif time.monotonic() - ended >= AGAIN_S:
                        workers[each] = begin(target=work, args=(*given, each), daemon=True)
                        workers[each].start()
                stop.wait(LOOK_S)
        finally:
            for one in workers.values():
                one.terminate()
            for one in workers.values():
                one.join(END_S)
                if one.is_alive():
                    one.kill()


@contextmanager
def _stopped() -> Iterator[Event]:
    """Give what is set once this process is told to stop."""
    stop = Event()
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
