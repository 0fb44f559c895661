"""A history that is written while a system call fails or kills: the work, for ``support/faulty_writer.py``."""

import duckdb  # noqa: F401 - loaded before the fork

import enduse
import enduse.api.questions  # as above
from enduse.history import writing


def work(folder, _start, _stop, acknowledged):
    """Write what is new of ``folder/programme`` into ``folder/history``."""
    writing.MOST = 128  # type: ignore[misc]
    with enduse.open(folder / "programme") as programme:
        acknowledged.append(programme.history(folder / "history").after)
