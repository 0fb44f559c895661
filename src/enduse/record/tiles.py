"""Tiles: C2SP tlog-tiles, the tree and its entries as plain files that any static file server can serve.

``tile/<level>/<number>[.p/<width>]`` holds up to 256 hashes of 32 bytes, ``tile/entries/<number>[.p/<width>]`` the same
entries, each after its length as two big-endian bytes. A number is written in groups of three digits: ``x001/x234/067``.
A reader trusts nothing here: what it reads means something only under a checkpoint's root.
"""

import errno
import http.client
import os
import re
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from enduse.errors import LimitError, MalformedError, UnknownError, told_by
from enduse.record import timed, tree
from enduse.record.given import no_folder
from enduse.system import open_file

TILE_WIDTH = 256
TILE_BITS = 8
ENTRY_BYTES_MAX = 65_535
BUNDLE_BYTES_MAX = TILE_WIDTH * (ENTRY_BYTES_MAX + 2)
LEVEL_MAX = 63
_ENTRIES = "entries"
_CHECKPOINT = "checkpoint"
_GROUP = 1_000
_TIMEOUT_S = 30.0
_TOTAL_S = 300.0
_PIECE_BYTES = 65_536
_GZIP = 16 + zlib.MAX_WBITS


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile below the log's prefix.

    Args:
        level: level of a hash tile from 0, or ``"entries"``.
        number: tile number from 0.
        width: how many hashes or entries are in it, 1 to 256.
    """
    groups = [f"{number % _GROUP:03}"]
    while number >= _GROUP:
        number //= _GROUP
        groups.append(f"x{number % _GROUP:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def parse_tile_path(path: str) -> tuple[int | str, int, int]:
    """Read what :func:`tile_path` wrote: level, number, width.

    Raises:
        MalformedError: it is not the one path of a tile.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedError("record.tile_path", tile=path)
    level: int | str = match[1] if match[1] == _ENTRIES else int(match[1])
    number = int(match[2].replace("x", "").replace("/", ""))
    width = TILE_WIDTH if match[3] is None else int(match[3])
    too_high = isinstance(level, int) and level > LEVEL_MAX
    if tile_path(level, number, width) != path or too_high or width > TILE_WIDTH:
        raise MalformedError("record.tile_path", tile=path)
    return level, number, width


def tile_width(level: int, number: int, size: int) -> int:
    """Return how many hashes a tile holds in the tree of ``size`` leaves: 0 (no such tile) to 256."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_BITS * level)) - number * TILE_WIDTH))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as an entry bundle.

    Raises:
        LimitError: an entry over 65,535 bytes, or more than 256 of them.
    """
    if len(entries) > TILE_WIDTH:
        raise LimitError("record.bundle_too_long", most=TILE_WIDTH, count=len(entries))
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise LimitError("record.entry_too_long", most=ENTRY_BYTES_MAX, bytes=len(entry))
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Read the entries of a bundle.

    Args:
        data: the file.
        width: how many entries it must hold.

    Raises:
        MalformedError: cut short, or more bytes than entries.
    """
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if len(data) < at + 2 or len(data) < stop:
            raise MalformedError("record.bundle_cut", found=len(entries), count=width)
        entries.append(data[at + 2 : stop])
        at = stop
    if at != len(data):
        raise MalformedError("record.bundle_surplus", bytes=len(data) - at, count=width)
    return entries


class TileSource(Protocol):
    """Where the files of a log are read: a folder, a URL, another node."""

    def read(self, path: str) -> bytes:
        """Return the file below the log's prefix.

        Raises:
            UnknownError: there is no such file, or it cannot be read.
        """
        ...


def _check_file(path: Path) -> None:
    # A folder may come from anybody: a pipe in the place of a tile, or a link to a device, must hold nobody up.
    if not path.is_file() and path.exists():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


class FolderSource:
    """Tiles in a folder on this machine."""

    def __init__(self, folder: Path, *, most: int = BUNDLE_BYTES_MAX) -> None:
        """Read below a folder.

        Args:
            folder: which.
            most: bytes of a file; by default as many as the longest entry bundle has.
        """
        self.folder = folder
        self.most = most

    def read(self, path: str) -> bytes:
        """Return the file below the folder, no longer than may be, and never a pipe's end."""
        file = self.folder / path
        try:
            _check_file(file)
            with open_file(file) as opened:
                data = opened.read(self.most + 1)
        except OSError as error:
            if not self.folder.is_dir():
                raise no_folder(self.folder) from error
            if path == _CHECKPOINT and isinstance(error, FileNotFoundError):
                raise UnknownError("record.no_checkpoint", source=str(self.folder)) from error
            raise UnknownError(
                "record.unreadable", source=str(self.folder), file=path, reason=error.strerror or str(error)
            ) from error
        if len(data) > self.most:
            raise LimitError("record.tile_too_long", source=str(self.folder), tile=path)
        return data

    def __str__(self) -> str:
        return str(self.folder)


class HTTPSource:
    """Tiles behind a static file server."""

    def __init__(
        self, url: str, timeout_s: float = _TIMEOUT_S, total_s: float = _TOTAL_S, *, most: int = BUNDLE_BYTES_MAX
    ) -> None:
        """Read below an address.

        Args:
            url: http or https.
            timeout_s: seconds to wait for the next bytes.
            total_s: seconds a file may take altogether.
            most: bytes of a file; by default as many as the longest entry bundle has.
        """
        if not url.startswith(("http://", "https://")):
            raise UnknownError("record.address", address=url)
        self.url = url.rstrip("/") + "/"
        self.timeout_s = timeout_s
        self.total_s = total_s
        self.most = most

    def read(self, path: str) -> bytes:
        """Return the file below the URL, no longer than may be, packed or not."""
        asked = urllib.request.Request(self.url + path, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - checked above
        until = time.monotonic() + self.total_s
        try:
            with timed.within(until), timed.shared().open(asked, timeout=self.timeout_s) as answer:
                data = self._received(answer, path)
                told = answer.headers.get("Content-Length")
                packed = answer.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
        except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= until:
                raise UnknownError("record.too_slow", source=self.url, file=path) from error
            raise UnknownError("record.unreadable", source=self.url, file=path, reason=told_by(error)) from error
        if told is not None and told.strip() != str(len(data)):
            raise UnknownError("record.connection_broke", source=self.url, file=path)
        return self._unpacked(data, path) if packed else data

    def _received(self, answer: "http.client.HTTPResponse", path: str) -> bytes:
        data = bytearray()
        while piece := answer.read1(_PIECE_BYTES):
            data += piece
            if len(data) > self.most:
                raise LimitError("record.tile_too_long", source=self.url, tile=path)
        return bytes(data)

    def _unpacked(self, data: bytes, path: str) -> bytes:
        unpack = zlib.decompressobj(_GZIP)
        try:
            plain = unpack.decompress(data, self.most + 1)
        except zlib.error as error:
            raise UnknownError("record.unreadable", source=self.url, file=path, reason=told_by(error)) from error
        if len(plain) > self.most:
            raise LimitError("record.tile_too_long", source=self.url, tile=path)
        if not unpack.eof:
            raise UnknownError("record.connection_broke", source=self.url, file=path)
        return plain

    def __str__(self) -> str:
        return self.url


def open_source(where: str | os.PathLike[str]) -> TileSource:
    """Return a source for a folder or an http(s) address."""
    text = os.fspath(where)
    return HTTPSource(text) if text.startswith(("http://", "https://")) else FolderSource(Path(text))


class TileReader:
    """Reads hashes and entries of the tree of one size from a source, full tiles where a partial one is gone.

    Nothing read is authenticated here: compare roots and leaf hashes with a checkpoint.
    """

    def __init__(self, source: TileSource, size: int, cache_tiles: int = 256) -> None:
        self.source = source
        self.size = size
        self._cache: dict[tuple[int, int], list[bytes]] = {}
        self._cache_tiles = cache_tiles

    def _file(self, level: int | str, number: int, width: int) -> tuple[bytes, int]:
        try:
            return self.source.read(tile_path(level, number, width)), width
        except UnknownError:
            if width == TILE_WIDTH:
                raise
            # A partial tile may be deleted once the full one is there.
            try:
                return self.source.read(tile_path(level, number)), TILE_WIDTH
            except UnknownError:
                pass
            raise

    def tile(self, level: int, number: int) -> list[bytes]:
        """Return the hashes of a tile that belong to the tree of this size.

        Raises:
            UnknownError: the file is missing.
            MalformedError: it has another length than its width says.
        """
        cached = self._cache.get((level, number))
        if cached is not None:
            return cached
        width = tile_width(level, number, self.size)
        data, stored = self._file(level, number, width)
        if len(data) != stored * tree.HASH_BYTES:
            raise MalformedError(
                "record.tile_length", tile=tile_path(level, number, stored), bytes=len(data), hashes=stored
            )
        hashes = [data[at : at + tree.HASH_BYTES] for at in range(0, width * tree.HASH_BYTES, tree.HASH_BYTES)]
        if len(self._cache) >= self._cache_tiles:
            self._cache.pop(next(iter(self._cache)))
        self._cache[level, number] = hashes
        return hashes

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of the perfect node ``(level, index)``; a :data:`enduse.record.tree.NodeReader`."""
        tile_level, height = divmod(level, TILE_BITS)
        first = index << height
        number, offset = divmod(first, TILE_WIDTH)
        hashes = self.tile(tile_level, number)[offset : offset + (1 << height)]
        if len(hashes) != 1 << height:
            raise MalformedError("record.node_not_in_tree", level=level, index=index, size=self.size)
        return tree.root(hashes)

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree, or of an earlier tree of ``size`` leaves, as the tiles have it."""
        return tree.range_hash(0, self.size if size is None else size, self.node)

    def bundle(self, number: int) -> list[bytes]:
        """Return the entries of a bundle that belong to the tree of this size.

        Raises:
            UnknownError: the file is missing.
            MalformedError: it is cut short or too long.
        """
        width = tile_width(0, number, self.size)
        data, stored = self._file(_ENTRIES, number, width)
        return decode_bundle(data, stored)[:width]

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Give the entries from ``start`` on, one bundle in memory at a time."""
        for number in range(start // TILE_WIDTH, -(-self.size // TILE_WIDTH)):
            skip = max(0, start - number * TILE_WIDTH)
            yield from self.bundle(number)[skip:]
