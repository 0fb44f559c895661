"""A light copy, opened to sign on one's own machine: what is said goes into the party's own log, and from there to the keeper."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from enduse.api.given import Folder, as_path
from enduse.api.light_seals import LightSeals
from enduse.book.book import Book
from enduse.book.key_file import AskPassphrase
from enduse.errors import ConflictError, UnknownError
from enduse.exchange import light_copy
from enduse.exchange.carried import packed
from enduse.exchange.key_in_force import enrolled_first
from enduse.exchange.own_log import SAID, UNSIGNED, OwnStatement
from enduse.record import files
from enduse.record import receipt as receipts
from enduse.record.documents import BESIDE, DocumentStore
from enduse.record.log import DATABASE, VKEY
from enduse.statements.codec import kind_of
from enduse.statements.condition import Decision, DecisionBody
from enduse.statements.document import DocumentStatement
from enduse.system import LINES_BYTES, read_file, system_error
from enduse.views.statements import about_of, event_of

RECEIPTS = "receipts.jsonl"


class SentStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was signed here, or is to be, and whether the keeper has acknowledged it.

    Attributes:
        id: its identifier.
        key: key id it was signed with.
        number: its running number.
        kind: of statement.
        party: who says it.
        occurred_at: when, as claimed.
        entry: log index that a receipt names; ``None`` where no receipt came yet.
        by: until when the log promises to have it under a cosigned checkpoint.
        signed: whether it is; else it waits for a signature from elsewhere.
        step: of goods the business step; of a key, mandate or request what happens to it.
        aside: whether it was laid aside, and is sent no more.
    """

    id: str
    key: str
    number: int
    kind: str
    party: str
    occurred_at: datetime
    entry: int | None = None
    by: datetime | None = None
    signed: bool = True
    step: str | None = None
    aside: bool = False


class LightCopy(LightSeals):
    """A folder with a light copy, the party's key and its own log."""

    def said(self) -> list[SentStatement]:
        """Return every statement that was signed here, and what the keeper has acknowledged of it.

        Raises:
            MalformedError: the log or the receipts are damaged.
        """
        promised, aside = self._promised(), self._own.aside()
        told = []
        for own in (*self._own.read(), *self._own.waiting()):
            said = own.statement
            entry, by = promised.get((own.id, own.leaf.hex()), (None, None))
            told.append(
                SentStatement(
                    id=own.id,
                    key=own.key,
                    number=said.seq,
                    kind=kind_of(said),
                    step=about_of(said, event_of(said))[1],
                    party=said.party,
                    occurred_at=said.occurred_at,
                    entry=entry,
                    by=by,
                    signed=own.signed,
                    aside=own.id in aside and entry is None,
                )
            )
        return told

    def lay_aside(self, number: int, *, key: str = "", back: bool = False) -> SentStatement:
        """Lay aside what the keeper will not take: it is sent no more, and nothing that is signed here rests on it.

        It was signed, so its number is never given to another statement, and whoever reads the record sees that it is missing there.

        Args:
            number: of which statement, as :meth:`said` gives it.
            key: of which key, or as much of its name as is unique; needless where one key alone has that number.
            back: take up again what was laid aside.

        Raises:
            UnknownError: no such statement was signed here.
            ConflictError: several keys have that number; or the keeper has acknowledged it, so that it stands.
        """
        meant = [each for each in self.said() if each.number == number and each.key.startswith(key.lower())]
        if not meant:
            raise UnknownError("light.number_unknown", number=number, source=str(self._own.path))
        if len(meant) > 1:
            raise ConflictError("light.number_of_several", number=number, keys=[each.key for each in meant])
        if meant[0].entry is not None:
            raise ConflictError("light.acknowledged", number=number, entry=meant[0].entry)
        self._own.lay_aside(meant[0].id, back=back)
        return next(each for each in self.said() if each.id == meant[0].id)

    def decided(self, key: str, body: DecisionBody, place: str | None) -> OwnStatement | None:
        """Return the statement of exactly this decision that a key elsewhere signed here, or is to sign; ``None`` where none is."""
        for own in self._own.stands():
            said = own.statement
            if own.key == key and isinstance(said, Decision) and (said.body, said.place) == (body, place):
                return own
        return None

    def send(self, to: Folder, *, everything: bool = False, keys: Collection[str] | None = None) -> tuple[Path, int]:
        """Write what is not acknowledged yet into a file for the keeper; may be done any number of times.

        Args:
            to: a file, or a folder in which a file of its own is made: a drop folder, say.
            everything: also what was acknowledged.
            keys: only what these signed; by default what any key here did.

        Returns:
            The file, and how many statements are in it; nothing is written where there are none. The files of photos and papers
            that they name are in a folder beside it, ``.documents`` in the place of its ending.
        """
        acknowledged = {each.id for each in self.said() if each.entry is not None and not everything}
        aside = {each.id for each in self.said() if each.aside}
        mine = [own for own in self._own.read() if own.id not in aside and (keys is None or own.key in keys)]
        waiting = enrolled_first(own for own in mine if own.id not in acknowledged)
        path = as_path(to)
        if path.is_dir() and waiting:
            first, last = waiting[0], waiting[-1]
            numbers = f"{first.statement.seq}-{last.statement.seq}-{last.id[:8]}"
            path /= f"{quote(first.statement.party, safe='')[:80]}-{numbers}.dsse"
        if waiting:
            files.write(path, b"".join(own.raw + b"\n" for own in waiting))
            self._send_documents([own.statement for own in waiting], path.with_suffix(BESIDE))
        return path, len(waiting)

    def _send_documents(self, said: Iterable[object], to: Path) -> None:
        """Put the files of photos and papers beside the batch that names them; one that is not here any more is missing there too."""
        store = DocumentStore(self.folder)
        for content in (each.content for each in said if isinstance(each, DocumentStatement)):
            data = store.load(content)
            if data is not None:
                files.make_folder(to)
                files.write(to / content.sha256, data)

    def picture(self, to: Folder, number: int | None = None) -> SentStatement:
        """Write one statement as a QR code, to be carried from screen to camera; the text in it is read by ``enduse add``.

        Args:
            to: SVG or PNG, by its name.
            number: of which statement; by default the one that waits.

        Raises:
            UnknownError: there is no such statement here.
            ConflictError: none waits, or several do, and it is not said which.
            LimitError: it is too long for a code: send a file.
            MissingExtraError: the extra ``reports`` is not installed.
        """
        from enduse.pages.qr import save_qr  # noqa: PLC0415 - needs an extra

        said = [each for each in self.said() if each.signed]
        meant = [
            each
            for each in said
            if (each.entry is None and not each.aside if number is None else each.number == number)
        ]
        if number is not None and not meant:
            raise UnknownError("light.number_unknown", number=number, source=str(self._own.path))
        if len(meant) != 1:
            raise ConflictError("light.one_at_a_time", n=len(meant))
        (raw,) = (own.raw for own in self._own.read() if own.id == meant[0].id)
        save_qr(packed(raw), as_path(to))
        return meant[0]

    def take_receipts(self, file: Folder) -> int:
        """Keep what the keeper acknowledged; returns for how many statements of this log that is new.

        Args:
            file: receipts, one a line, as ``enduse add --receipts`` writes them.

        Raises:
            UnknownError: the file cannot be read.
            MalformedError, SignatureError: it holds no receipts of this log.
        """
        try:
            data = read_file(as_path(file), LINES_BYTES)
        except OSError as error:
            raise system_error(error) from error
        before = set(self._promised())
        mine = {(own.id, own.leaf.hex()) for own in self._own.read()} - before
        kept: list[bytes] = []
        new: set[tuple[str, str]] = set()
        for raw in receipts.split(data):
            named = {(each.id, each.leaf) for each in receipts.read(raw, self._light.log).entries} & mine
            if named - new:
                kept.append(raw)
                new |= named
        if kept:
            path = self.folder / RECEIPTS
            there = read_file(path, LINES_BYTES) if path.exists() else b""
            files.write(path, there + b"".join(raw + b"\n" for raw in kept))
        return len(new)

    def _promised(self) -> dict[tuple[str, str], tuple[int, datetime]]:
        path = self.folder / RECEIPTS
        found: dict[tuple[str, str], tuple[int, datetime]] = {}
        if not path.exists():
            return found
        for raw in receipts.split(read_file(path, LINES_BYTES)):
            receipt = receipts.read(raw, self._light.log)
            found |= {(each.id, each.leaf): (each.index, receipt.by) for each in receipt.entries}
        return found


def is_light(folder: Folder) -> bool:
    """Say whether a folder holds a light copy, and no record."""
    path = as_path(folder)
    return (path / light_copy.FILE).is_file() and not (path / DATABASE).exists()


def open_light(folder: Folder, *, passphrase: AskPassphrase | None = None) -> LightCopy:
    """Open the light copy in a folder, to sign with a key of one's own.

    Args:
        folder: in which ``light.json`` lies; or of a copy of the whole record in which something was signed.
        passphrase: asked for that of a private key's file, by its name, where one is needed.

    Raises:
        UnknownError: there is none.
        MalformedError: it is damaged.

    Example:
        >>> import enduse
        >>> with enduse.open("demo") as programme:
        ...     file = programme.write_light("desk")
        >>> desk = enduse.open_light("desk")
        >>> request = desk.make_key("party:azura")
        >>> words = {"claim": "claim:shut", "about": "place:gate", "words": {"en": "It was shut."}}
        >>> desk.sign("claim", words, party="party:azura", occurred_at="2026-08-29T12:00:00Z").statement.seq
        1
    """
    path = as_path(folder)
    if not is_light(path) and (path / VKEY).is_file() and any((path / log).exists() for log in (SAID, UNSIGNED)):
        with Book.open(path) as book:
            return LightCopy(path, passphrase, light_copy.of_book(book))
    return LightCopy(path, passphrase)
