"""Writing the tiles of a grown tree, so that every file is on the disk before a checkpoint speaks of it.

Writing is a pure function of the entries: done twice, or again after a crash, it gives the same bytes.
"""

import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from enduse.errors import RecordError
from enduse.record import files
from enduse.record.tiles import TILE_BITS, TILE_WIDTH, FolderSource, TileReader, encode_bundle, tile_path, tile_width
from enduse.record.tree import leaf_hash, root

Slice = Callable[[int, int], Iterator[bytes]]
"""Gives entries from one index up to another."""

SCRUBBED = 64
"""Older entry bundles that every publication reads again."""


class TileWriter:
    """Brings the tiles of one folder from an older size to a newer one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._touched: set[Path] = set()

    def _put(self, level: int | str, number: int, width: int, data: bytes) -> None:
        path = self.folder / tile_path(level, number, width)
        files.make_folder(path.parent)
        files.write(path, data, sync_name=False)
        self._touched.add(path.parent)

    def extend(self, entries: Slice, old_size: int, size: int) -> None:
        """Write every tile and entry bundle that changed between the two sizes, durably.

        The tiles are made from the bundles as they were written: what is hashed is what is served.

        Args:
            entries: gives the entries; read once, from the first bundle that changes.
            old_size: size whose tiles are in the folder already; 0 writes everything anew.
            size: size to reach.

        Raises:
            MalformedError, UnknownError: tiles of the older size are damaged or missing.
            OSError: the disk is full or fails.
        """
        self._touched = set()
        start = old_size // TILE_WIDTH * TILE_WIDTH
        self._bundles(start, size, entries(start, size))
        written = TileReader(FolderSource(self.folder), size).entries(start)
        completed = self._level(0, old_size, size, map(leaf_hash, written))
        level = 1
        while size >> (TILE_BITS * level):
            # Hashes of this level that older tiles hold already, then the roots of tiles that are full now.
            number = (old_size >> (TILE_BITS * level)) // TILE_WIDTH
            older: list[bytes] = []
            if tile_width(level, number, old_size):
                older = TileReader(FolderSource(self.folder), old_size).tile(level, number)
            completed = self._level(level, old_size, size, iter(older + completed))
            level += 1
        for folder in sorted(self._touched):
            files.sync_folder(folder)

    def _level(self, level: int, old_size: int, size: int, hashes: Iterator[bytes]) -> list[bytes]:
        # Writes one level from its first changed tile on, and returns the roots of the tiles that are full.
        completed: list[bytes] = []
        number = (old_size >> (TILE_BITS * level)) // TILE_WIDTH
        while width := tile_width(level, number, size):
            tile = list(islice(hashes, width))
            self._put(level, number, width, b"".join(tile))
            if width == TILE_WIDTH:
                completed.append(root(tile))
            number += 1
        return completed

    def _bundles(self, start: int, size: int, entries: Iterator[bytes]) -> None:
        number = start // TILE_WIDTH
        while width := tile_width(0, number, size):
            self._put("entries", number, width, encode_bundle(list(islice(entries, width))))
            number += 1

    def read_back(self, old_size: int, size: int, leaves: Slice) -> None:
        """Check that bundles and tiles on the disk are what the database holds: all that changed, and some older ones.

        The older ones are read in turn, :data:`SCRUBBED` at each publication, so that rot is found where nobody reads.

        Args:
            old_size: size before.
            size: size now.
            leaves: gives leaf hashes of the database.

        Raises:
            RecordError: a bundle or tile is another one.
            MalformedError, UnknownError: it is damaged or missing.
        """
        reader = TileReader(FolderSource(self.folder), size)
        full, count = old_size // TILE_WIDTH, -(-size // TILE_WIDTH)
        first = size * SCRUBBED % full if full else 0
        older = {(first + step) % full for step in range(min(SCRUBBED, full))}
        for number in (*sorted(older), *range(full, count)):
            stop = min(size, (number + 1) * TILE_WIDTH)
            wanted = list(leaves(number * TILE_WIDTH, stop))
            if [leaf_hash(entry) for entry in reader.bundle(number)] != wanted:
                raise RecordError("record.file_unlike_database", file=tile_path("entries", number, len(wanted)))
            if reader.tile(0, number) != wanted:
                raise RecordError("record.file_unlike_database", file=tile_path(0, number, len(wanted)))
            above = number // TILE_WIDTH
            if len(wanted) == TILE_WIDTH and reader.node(TILE_BITS, number) != root(wanted):
                path = tile_path(1, above, tile_width(1, above, size))
                raise RecordError("record.file_unlike_database", file=path)

    def remove_partials(self, old_size: int, size: int) -> None:
        """Remove partial tiles that are full by now, as tlog-tiles allows; what stays behind does no harm."""
        level = 0
        while size >> (TILE_BITS * level):
            number = (old_size >> (TILE_BITS * level)) // TILE_WIDTH
            while tile_width(level, number, size) == TILE_WIDTH:
                for kind in (level, "entries") if level == 0 else (level,):
                    shutil.rmtree(self.folder / (tile_path(kind, number) + ".p"), ignore_errors=True)
                number += 1
            level += 1
