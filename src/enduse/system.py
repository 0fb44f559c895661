"""What the machine underneath does: what it refuses, named for what it is (a full disk, a read-only folder, a lock).

SQLite says "disk I/O error" where the disk is full and "unable to open database file" where a folder is read-only; a
person who reads that looks in the wrong place.
"""

import _thread
import errno
import gc
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final, TypeVar

from enduse.errors import EnduseError, LimitError, MalformedError, RecordError, UnknownError

T = TypeVar("T")

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_UNREADABLE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_UNCLEAR: Final = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY")
"""What SQLite says where the file system refused it something."""
SMALL_BYTES: Final = 1_000_000
"""No key, request, policy, checkpoint, proof or setting is longer."""
LINES_BYTES: Final = 2**28
"""No file of statements or receipts that is held in memory whole is longer."""
SPARE_BYTES: Final = 65_536
"""Less than this free is a full disk: SQLite needs about as much beside a database only to read it."""


_HANDED: Final = ("/dev/stdin", "/dev/fd", "/proc/self/fd")
"""What a process was handed open stands there."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of cycles rest while much is made that stays and refers to itself nowhere, as in a fold or an answer.

    It would look through all of it again and again: a tenth of the time of a fold, a quarter of that of a large answer.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def no_room(place: Path) -> bool:
    """Say whether the disk that holds a path is full."""
    try:
        found = os.statvfs(_there(place))
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < SPARE_BYTES


def not_writable(place: Path) -> bool:
    """Say whether this user may not write to the folder that holds a path, or to the path itself."""
    try:
        folder = _there(place.parent)
        return not os.access(folder, os.W_OK) or (place.exists() and not os.access(place, os.W_OK))
    except OSError:
        return False  # no name of a file: whoever opens it is told so


def _there(place: Path) -> Path:
    # The path, or the nearest folder above it that exists.
    while not place.exists() and place.parent != place:
        place = place.parent
    return place


def database_error(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> RecordError:
    """Return what really kept SQLite from a database.

    Args:
        error: as SQLite raised it; a damaged file can even make its text undecodable.
        path: the database.
    """
    name = getattr(error, "sqlite_errorname", "") or ""
    source = str(path)
    if name.startswith("SQLITE_FULL") or (name.startswith(_UNCLEAR) and no_room(path)):
        return RecordError("system.disk_full", source=source)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return RecordError("system.database_locked", source=source)
    if name.startswith(_UNCLEAR) and not_writable(path):
        return RecordError("system.not_writable", source=source)
    if name.startswith(_UNREADABLE) or isinstance(error, UnicodeDecodeError):
        return RecordError("system.database_damaged", source=source, reason=str(error))
    return RecordError("system.database_fails", source=source, reason=str(error))


def damaged(error: RecordError) -> bool:
    """Say whether :func:`database_error` found the database itself at fault, and not what surrounds it."""
    return error.problem.code == "system.database_damaged"


def system_error(error: OSError) -> UnknownError | RecordError:
    """Return what the operating system refuses, and where."""
    where = "" if error.filename is None else str(error.filename)
    if error.errno in _FULL:
        return RecordError("system.disk_full", source=where)
    if error.errno in _DENIED:
        return RecordError("system.not_writable" if _writes(error) else "system.not_allowed", source=where)
    if error.errno == errno.EISDIR:
        return UnknownError("system.is_folder", source=where)
    return UnknownError("system.refuses", source=where, reason=error.strerror or str(error))


def open_file(path: Path, *, piped: bool = False) -> BufferedReader:
    """Open a file to read it; whatever else bears its name is refused, since opening a named pipe waits for a writer who may never come.

    Args:
        path: of the file.
        piped: take what this process was handed open too, such as ``/dev/stdin`` or a pipe of the shell, ``<(...)``.

    Raises:
        MalformedError: it is a pipe or a device.
        OSError: as the system says it.
    """
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - whoever asked for it closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    if not (piped and any(map(path.is_relative_to, _HANDED))):
        file.close()
        raise MalformedError("file.not_regular", source=str(path))
    os.set_blocking(file.fileno(), True)
    return file


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def read_file(path: Path, most: int = SMALL_BYTES) -> bytes:
    """Return what is in a file that is held in memory whole; where it says more than it may, no more of it is read.

    Args:
        path: of the file; a device or a pipe may have no end.
        most: so many bytes.

    Raises:
        LimitError: it has more.
        MalformedError: it is a pipe that lies in a folder.
        OSError: as the system says it.
    """
    with open_file(path, piped=True) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise LimitError("system.file_too_long", source=str(path), most=most)
    return data


def check_writable(file: Path) -> None:
    """Ask, before anything is done that stays, whether a file can be written; what is there stays as it is.

    Args:
        file: to be written later; a pipe or a device is not asked.

    Raises:
        UnknownError, RecordError: it cannot; says what keeps us from it.
    """
    try:
        there = file.exists()
        if not there or file.is_file() or file.is_dir():
            with file.open("ab"):
                pass
        if not there:
            file.unlink()
    except OSError as error:
        raise system_error(error) from error


def aside(work: Callable[[], T], hand_on: Callable[[T | EnduseError], None]) -> None:
    """Do work in a thread of its own, which keeps nobody from leaving, and hand on what comes of it or what prevents it.

    Args:
        work: to do.
        hand_on: takes the answer or the error once, mostly in that thread; whoever waits for it waits for no thread that
            the system did not give.
    """

    def run() -> None:
        try:
            answer: T | EnduseError = work()
        except EnduseError as error:
            answer = error
        except OSError as error:
            answer = system_error(error)
        hand_on(answer)

    try:
        # Not by threading.Thread: it waits for the thread to begin, for ever where that finds no memory to begin with.
        _thread.start_new_thread(run, ())
    except RuntimeError:  # as Python says it
        hand_on(RecordError("system.no_thread"))


def _writes(error: OSError) -> bool:
    # A file that can be read was to be written.
    place = Path(str(error.filename)) if error.filename is not None else None
    return error.errno == errno.EROFS or (place is not None and (os.access(place, os.R_OK) or not_writable(place)))
