"""Durable files: written whole or not at all, and on the disk before anybody is told of them.

Every byte this room writes outside a database goes through :func:`write`; fault injection hooks in at ``os``.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from enduse.errors import ConflictError, MalformedError

PRIVATE = 0o600
PUBLIC = 0o644


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Create a folder and its parents where they are missing, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode)
    sync_folder(folder.parent)


def write(path: Path, data: bytes, mode: int = PUBLIC, *, sync_name: bool = True) -> None:
    """Put the bytes at the path, replacing what was there; a reader sees the old file or the new, never a part.

    Args:
        path: its folder exists.
        data: the whole content.
        mode: permission bits.
        sync_name: make the name durable too; where many files are written, sync their folder once instead.

    Raises:
        MalformedError: a pipe or device is at the path: it would be gone, with a file in its place.
    """
    path = replaceable(path)
    # Process and thread in the name: two writers never share a temporary file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)  # noqa: PTH105 - one name for every file call, so that faults can be injected
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)
        raise
    if sync_name:
        sync_folder(path.parent)


def replaceable(path: Path) -> Path:
    """Return the path itself, or what a link leads to, so that the link stays; ``/dev/stdout`` is one.

    Raises:
        MalformedError: a pipe or device is there: it would be gone, with a file in its place.
    """
    try:
        there = path.lstat().st_mode
        if stat.S_ISLNK(there):
            path = Path(os.path.realpath(path))
            there = path.lstat().st_mode
    except OSError:
        return path  # nothing is there yet, or whoever writes there is told
    if not stat.S_ISREG(there) and not stat.S_ISDIR(there):
        raise MalformedError("file.not_regular", source=str(path))
    return path


@contextlib.contextmanager
def undone(folder: Path) -> Iterator[None]:
    """Take away what the block made in a folder, and the folder itself if it made it, where the block raises."""
    existed = folder.exists()
    before = set(folder.iterdir()) if existed else set()
    try:
        yield
    except BaseException:
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        for path in set(folder.iterdir()) - before if existed else ():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Give the name under which a folder is filled unseen; it appears under its own when the block ends, or not at all.

    Args:
        folder: to make; not there, or empty.
    """
    folder = folder.absolute()  # the folder one stands in has no name of its own
    building = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    try:
        yield building
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


@contextlib.contextmanager
def locked(path: Path, patience_s: float = 0, code: str = "record.publishing_elsewhere") -> Iterator[None]:
    """Hold an exclusive lock on a file for the length of the block; the system drops it if the process dies.

    Args:
        path: of the file; made where it is missing.
        patience_s: how long to wait for it.
        code: of the error.

    Raises:
        ConflictError: somebody else holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    until = time.monotonic() + patience_s
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise ConflictError(code, source=str(path)) from error
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)
