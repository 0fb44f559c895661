"""Pages as they were when the portal stopped: given at once at its next start, if they are of this record and this software."""

import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

import enduse
from enduse.errors import EnduseError
from enduse.system import read_file

_LOG: Final = logging.getLogger(__name__)

KEPT_FILE: Final = "portal.kept"
"""Beside the record; who throws it away loses the seconds of one start."""
FILE_BYTES: Final = 20_000_000
"""Bytes of pages that are kept for the next start; those asked for last come first."""
_DIGEST: Final = sha256().digest_size

_Key = tuple[str, str, str, str]


class KeptPages(msgspec.Struct, frozen=True, kw_only=True):
    """Pages of one size of a record.

    Attributes:
        software: which made them.
        root: of the record.
        size: statements in it.
        asks: whether residents ask there and people of parties sign in, which pages say.
        pages: each with its key.
    """

    software: str
    root: str
    size: int
    asks: bool
    pages: list[tuple[_Key, bytes]]


def keep_pages(folder: Path, root: str, size: int, pages: Mapping[_Key, bytes], *, asks: bool) -> None:
    """Keep pages for the next start, in the order in which they were asked for, the last first; where that cannot be, start without.

    Args:
        folder: of the programme.
        root: of its record.
        size: statements in it.
        pages: by key.
        asks: whether residents ask there and people of parties sign in.
    """
    room, kept = FILE_BYTES, []
    for key, data in pages.items():
        room -= len(data)
        if room < 0:
            break
        kept.append((key, data))
    body = msgspec.msgpack.encode(KeptPages(software=software(), root=root, size=size, asks=asks, pages=kept))
    path = folder / KEPT_FILE
    part = path.with_name(f".{KEPT_FILE}.{os.getpid()}")
    try:
        part.write_bytes(sha256(body).digest() + body)
        part.replace(path)
    except OSError as error:
        _LOG.info("pages are not kept for the next start: %s", error)
        with suppress(OSError):
            part.unlink()


def pages_kept(folder: Path, *, asks: bool) -> tuple[KeptPages, float] | None:
    """Return the pages of the last stop and how many seconds ago that was; nothing where the file is damaged or other software made them.

    Args:
        folder: of the programme.
        asks: whether residents ask there and people of parties sign in.
    """
    path = folder / KEPT_FILE
    try:
        ago = max(0.0, time.time() - path.stat().st_mtime)
        read = read_file(path, 2 * FILE_BYTES)
        body = read[_DIGEST:]
        if sha256(body).digest() != read[:_DIGEST]:
            return None
        found = msgspec.msgpack.decode(body, type=KeptPages)
    except (OSError, EnduseError, msgspec.DecodeError):
        return None
    return (found, ago) if (found.software, found.asks) == (software(), asks) else None


@cache
def software() -> str:
    """Return what tells one state of this software from another: sizes and times of its files."""
    home = Path(enduse.__file__).parent
    told = sha256(enduse.__version__.encode())
    for path in sorted(home.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            about = path.stat()
            told.update(f"{path.relative_to(home)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return told.hexdigest()
