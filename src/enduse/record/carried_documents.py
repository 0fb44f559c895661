"""Photos and papers in a copy of a record: those named in public are carried along, found by their digests, checked, and within limits.

A private one is named by its commitment alone, and goes nowhere.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import msgspec

from enduse.errors import EnduseError, LimitError, UnknownError
from enduse.record import checkpoint as checkpoints
from enduse.record import files
from enduse.record import note as notes
from enduse.record.documents import FOLDER, DocumentStore, media_type_of
from enduse.record.log import CHECKPOINT, PENDING, TILES
from enduse.record.mirror import MirrorLimits, bytes_in, is_mirror
from enduse.record.tiles import FolderSource, HTTPSource, TileReader
from enduse.statements.codec import decode
from enduse.statements.document import LENGTH_MAX, Content, DocumentStatement
from enduse.statements.envelope import unwrap
from enduse.statements.sealed import DOCUMENT_FIELD, Sealed
from enduse.system import LINES_BYTES, read_file

NOTED: Final = "documents.json"
PAUSE_S: Final = 5.0
"""Seconds between two looks for photos and papers of a mirror that listens."""

_LONGEST_PAUSE_S: Final = 600.0


class NamedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or paper that an entry names.

    Attributes:
        entry: its log index.
        party: whose word it is.
        about: what it shows.
        at: when it was taken or signed, as claimed.
        content: what the file is; ``None`` of a private one.
        commitment: of a private one.
        says: what can be seen or read, in the party's words.
        signer: of a paper, whose signature it bears.
    """

    entry: int
    party: str
    about: str
    at: datetime
    content: Content | None = None
    commitment: str = ""
    says: str = ""
    signer: str | None = None


class CarriedDocuments(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the photos and papers that a copy's entries name.

    Attributes:
        here: public ones whose files lie in the copy.
        fetched: those of them that came now.
        missing: public ones that were not had: the source has none, or another file in its place, or a limit was reached.
        private: those that are known by their commitments alone.
    """

    here: int
    fetched: int
    missing: int
    private: int


class _Noted(msgspec.Struct, frozen=True, kw_only=True):
    """What the entries below a size name."""

    size: int = 0
    named: tuple[NamedDocument, ...] = ()


class _Source(Protocol):
    def read(self, path: str) -> bytes: ...


def documents_source(where: str | os.PathLike[str]) -> _Source:
    """Return the source of the files beside a record's tiles.

    Args:
        where: folder of a programme or mirror, its tiles, or the URL of its tiles.
    """
    text = os.fspath(where)
    if "://" in text:
        return HTTPSource(text.rstrip("/").removesuffix(f"/{TILES}"), most=LENGTH_MAX)
    folder = Path(text)
    return FolderSource(folder.parent if folder.name == TILES else folder, most=LENGTH_MAX)


def named_in(entries: Iterable[bytes], first: int = 0) -> Iterator[NamedDocument]:
    """Give the photos and papers that entries name; what cannot be read names none.

    Args:
        entries: of a record, as they lie in its tiles.
        first: log index of the first.
    """
    for index, entry in enumerate(entries, first):
        with suppress(EnduseError):
            payload = unwrap(entry).payload
            if b'"document"' not in payload and b"\\u" not in payload:
                continue
            said = decode(payload)
            if isinstance(said, DocumentStatement):
                yield NamedDocument(
                    entry=index,
                    party=said.party,
                    about=said.body.about,
                    at=said.occurred_at,
                    content=said.content,
                    says=said.body.says,
                    signer=said.body.signer,
                )
            elif isinstance(said, Sealed) and said.body.field == DOCUMENT_FIELD:
                body = said.body
                yield NamedDocument(
                    entry=index, party=said.party, about=body.about, at=said.occurred_at, commitment=body.commitment
                )


def named_by_copy(folder: Path) -> tuple[NamedDocument, ...]:
    """Return the photos and papers that a copy's entries name, by its tiles; what was read before is noted beside them.

    Args:
        folder: of the copy.

    Raises:
        UnknownError: it holds nothing that was published.
    """
    path, before, tiles = folder / NOTED, _Noted(), FolderSource(folder / TILES)
    size = held_size(folder)
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        before = msgspec.json.decode(read_file(path, LINES_BYTES), type=_Noted)
    if before.size > size:
        before = _Noted()
    reader = TileReader(tiles, size)
    named = (*before.named, *named_in(reader.entries(before.size), before.size))
    if before.size < size:
        files.write(path, msgspec.json.encode(_Noted(size=size, named=named)))
    return named


def held_size(folder: Path) -> int:
    """Return how many entries a copy holds: as published, or of a mirror as it has cosigned for a log that waits for others.

    Raises:
        UnknownError: it holds nothing that was published.
    """
    tiles = FolderSource(folder / TILES)
    sizes = [checkpoints.parse(notes.parse(tiles.read(CHECKPOINT)).text).size]
    if is_mirror(folder):
        with suppress(UnknownError):
            sizes.append(checkpoints.parse(notes.parse(tiles.read(PENDING)).text).size)
    return max(sizes)


def carry_documents(
    folder: Path, where: str | os.PathLike[str], limits: MirrorLimits | None = None
) -> CarriedDocuments:
    """Bring the files of public photos and papers into a copy of a record, each checked against what was signed.

    What does not come is missing, and stops nothing: a copy of the record is whole without it.

    Args:
        folder: of a mirror, or of a record that was restored.
        where: as it was given to copy from: a folder, or the URL of tiles, beside which ``documents/`` is read.
        limits: what they may cost beside the tiles; the next time goes on.

    Raises:
        UnknownError: the copy holds nothing that was published.
    """
    most, source, store = limits or MirrorLimits(), documents_source(where), DocumentStore(folder)
    until, room = time.monotonic() + most.seconds, most.bytes - bytes_in(folder / TILES)
    named = named_by_copy(folder)
    contents = list(dict.fromkeys(each.content for each in named if each.content is not None))
    here = {content for content in contents if store.path(content.sha256).is_file()}
    room -= sum(content.length for content in here)
    fetched = 0
    for content in contents:
        if content in here or content.length > room or time.monotonic() > until:
            continue
        with suppress(UnknownError, LimitError):
            data = source.read(f"{FOLDER}/{content.sha256[:2]}/{content.sha256}")
            found = Content(sha256=sha256(data).hexdigest(), length=len(data) or 1, media_type=content.media_type)
            if found == content and media_type_of(data) == content.media_type:
                store.keep(data, content.sha256)
                here.add(content)
                room, fetched = room - content.length, fetched + 1
    private = sum(each.content is None for each in named)
    return CarriedDocuments(here=len(here), fetched=fetched, missing=len(contents) - len(here), private=private)


class DocumentFollower(threading.Thread):
    """Brings photos and papers into a mirror while it listens: as the record grows, and what was missing once it is there.

    A file often comes after the entry that names it. What stays missing is asked for ever more seldom.
    """

    def __init__(
        self,
        folder: Path,
        where: str | os.PathLike[str],
        limits: MirrorLimits | None = None,
        *,
        pause_s: float = PAUSE_S,
        tell: Callable[[CarriedDocuments], None] | None = None,
    ) -> None:
        """Prepare to follow; ``start()`` begins.

        Args:
            folder: of the mirror.
            where: as for :func:`carry_documents`.
            limits: what they may cost.
            pause_s: how long it waits between two looks, at the least.
            tell: told what became of them whenever some have come.
        """
        super().__init__(name="documents", daemon=True)
        self._folder, self._where, self._limits = folder, where, limits
        self._pause_s, self._tell, self._ended = pause_s, tell, threading.Event()

    def run(self) -> None:
        """Look again and again, until this is ended."""
        seen, missing, pause = 0, 0, self._pause_s
        while not self._ended.wait(pause):
            try:
                size = held_size(self._folder)
                if size == seen and not missing:
                    continue
                carried = carry_documents(self._folder, self._where, self._limits)
            except (EnduseError, OSError):
                continue  # it holds nothing yet, or the line is down for now
            came = size > seen or carried.fetched
            seen, missing = size, carried.missing
            pause = self._pause_s if came else min(pause * 2, _LONGEST_PAUSE_S)
            if carried.fetched and self._tell is not None:
                self._tell(carried)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
