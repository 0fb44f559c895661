"""A party's own log: every statement that it signed in one folder, in the order of signing, and the numbers that follow.

A statement is in the log, durably, before anybody else can have it. So no running number is handed out twice, and whatever was
signed can be sent again: the file ``said.dsse`` is a batch as it stands. A line that a crash cut off was never given out, and
is dropped.

What a key elsewhere is to sign waits in ``unsigned.dsse``, one envelope a line whose signature is empty: its number is taken from then
on. The signature comes back from a browser or another signer, and the statement moves to ``said.dsse``.

What the keeper will not take is laid aside in ``aside.json``: it is sent no more, and nothing here rests on it. It was signed, though, and
whoever has it can show it, so its number is never given to another.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import EnduseError, MalformedError, SignatureError, UnknownError
from enduse.messages import Message
from enduse.record import files
from enduse.record.tree import leaf_hash
from enduse.statements.codec import AnyStatement, decode, statement_id
from enduse.statements.envelope import Envelope, pae, unwrap, wrap
from enduse.system import LINES_BYTES, read_file
from enduse.terms import signatures
from enduse.terms.proquints import proquints

SAID: Final = "said.dsse"
UNSIGNED: Final = "unsigned.dsse"
ASIDE: Final = "aside.json"
_EMPTY: Final = b'"sig":""}]}'
_STAND_IN: Final = b'"sig":"' + b"A" * 86 + b'=="}]}'
"""Stands in for a signature that is not there yet, so that the one form of an envelope is read by one reader."""

_LOCK: Final = ".said.lock"
PATIENCE_S = 30
"""How long one who signs waits for others in the same folder: each needs a moment, asking a passphrase comes before."""


class OwnStatement(msgspec.Struct, frozen=True):
    """A statement that was signed here, or waits for its signature.

    Attributes:
        raw: its envelope.
        id: its identifier.
        key: the key id it was signed with.
        statement: what it says.
        notes: when it is signed: why it may have no effect.
    """

    raw: bytes
    id: str
    key: str
    statement: AnyStatement
    notes: tuple[Message, ...] = ()

    @property
    def signed(self) -> bool:
        """Whether it bears its signature; else it waits for that from elsewhere."""
        return not self.raw.endswith(_EMPTY)

    @property
    def spoken(self) -> str:
        """Its identifier's first half as words, to compare what one screen shows with what another does."""
        return proquints(bytes.fromhex(self.id[:32]))

    @property
    def leaf(self) -> bytes:
        """The hash under which a record holds it."""
        return leaf_hash(self.raw)


class KeyElsewhere:
    """A key whose private half is not on this machine: in a browser, or with another signer."""

    def __init__(self, public: bytes) -> None:
        """Take its public half, as it will be enrolled."""
        self.public = public

    def sign(self, message: bytes) -> bytes:  # noqa: ARG002 - the bytes are signed elsewhere
        """Return no signature yet."""
        return b""


class OwnLog:
    """The log of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / SAID
        self.unsigned = folder / UNSIGNED
        self._aside = folder / ASIDE

    @contextmanager
    def writing(self) -> Iterator[list[OwnStatement]]:
        """Hold the log for one that numbers and signs; gives what was signed so far.

        Raises:
            MalformedError: the file is damaged.
            ConflictError: others here sign all the time.
        """
        with files.locked(self._folder / _LOCK, PATIENCE_S, "light.being_signed"):
            self._drop_torn()
            yield list(self.read())

    def read(self) -> Iterator[OwnStatement]:
        """Give what was signed here, in order.

        Raises:
            MalformedError: the file is damaged; names the line.
        """
        if not self.path.exists():
            return
        for number, raw in enumerate(read_file(self.path, LINES_BYTES).split(b"\n")[:-1], 1):
            try:
                envelope = unwrap(raw)
                statement = decode(envelope.payload)
            except EnduseError as error:
                raise MalformedError("light.own_log_damaged", source=str(self.path), line=number) from error
            yield OwnStatement(raw, statement_id(envelope.payload), envelope.key_id, statement)

    def waiting(self) -> Iterator[OwnStatement]:
        """Give what waits for a signature from elsewhere, in order; its numbers are taken.

        Raises:
            MalformedError: the file is damaged; names the line.
        """
        if not self.unsigned.exists():
            return
        for number, raw in enumerate(read_file(self.unsigned, LINES_BYTES).split(b"\n")[:-1], 1):
            try:
                envelope = read_unsigned(raw)
                statement = decode(envelope.payload)
            except EnduseError as error:
                raise MalformedError("light.own_log_damaged", source=str(self.unsigned), line=number) from error
            yield OwnStatement(raw, statement_id(envelope.payload), envelope.key_id, statement)

    def aside(self) -> frozenset[str]:
        """Return the identifiers of what was laid aside.

        Raises:
            MalformedError: the file is damaged.
        """
        if not self._aside.exists():
            return frozenset()
        try:
            return frozenset(msgspec.json.decode(read_file(self._aside, LINES_BYTES), type=list[str]))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise MalformedError("light.own_log_damaged", source=str(self._aside)) from error

    def lay_aside(self, name: str, *, back: bool = False) -> None:
        """Lay one statement aside, or take it up again."""
        with files.locked(self._folder / _LOCK, PATIENCE_S, "light.being_signed"):
            names = self.aside() - {name} if back else self.aside() | {name}
            files.write(self._aside, msgspec.json.encode(sorted(names)) + b"\n", files.PRIVATE)

    def stands(self) -> list[OwnStatement]:
        """Return what was signed here or waits for its signature, without what was laid aside."""
        away = self.aside()
        return [own for own in (*self.read(), *self.waiting()) if own.id not in away]

    def add(self, *raws: bytes, signed: bool = True) -> None:
        """Add envelopes, durably.

        Args:
            raws: the envelopes.
            signed: whether they bear their signatures; else they wait for them.
        """
        path = self.path if signed else self.unsigned
        new = not path.exists()
        with path.open("ab") as file:
            file.writelines(raw + b"\n" for raw in raws)
            file.flush()
            os.fsync(file.fileno())
        if new:
            files.sync_folder(self._folder)

    def take_signed(self, data: bytes, source: str, keys: Mapping[str, bytes]) -> list[OwnStatement]:
        """Take signatures back, all of them or none: each statement that waited for one is in the log from then on.

        Args:
            data: signed envelopes, one a line.
            source: name of the file they came in.
            keys: public keys by key id.

        Returns:
            What is new in the log; what was taken before is no fault.

        Raises:
            MalformedError: a line is no envelope.
            UnknownError: a line is none that waits here, or its key is not known.
            SignatureError: a signature does not hold.
        """
        with self.writing() as before:
            said, waits = {own.id for own in before}, {own.id: own for own in self.waiting()}
            taken: dict[str, OwnStatement] = {}
            for line, raw in enumerate(data.splitlines(), 1):
                if not raw.strip():
                    continue
                try:
                    envelope = unwrap(raw)
                except EnduseError as error:
                    raise MalformedError("signed.no_envelope", source=source, line=line) from error
                name = statement_id(envelope.payload)
                if name in said or name in taken:
                    continue
                asked, public = waits.get(name), keys.get(envelope.key_id)
                if asked is None or asked.key != envelope.key_id:
                    raise UnknownError("signed.not_waiting", source=source, line=line, folder=str(self._folder))
                if public is None:
                    raise UnknownError("signed.key_unknown", source=source, line=line, key=envelope.key_id)
                if not signatures.is_valid(public, pae(envelope.payload), envelope.signature):
                    raise SignatureError("signed.other_signature", source=source, line=line, key=envelope.key_id)
                taken[name] = OwnStatement(raw, name, asked.key, asked.statement)
            if taken:
                self.keep_signed(taken.values())
            return list(taken.values())

    def keep_signed(self, signed: Iterable[OwnStatement]) -> None:
        """Add what is signed now, durably, while the log is held; what waited for its signature waits no more."""
        new = {own.id: own for own in signed}
        self.add(*(own.raw for own in new.values()))
        waits = list(self.waiting())
        if any(own.id in new for own in waits):
            left = b"".join(own.raw + b"\n" for own in waits if own.id not in new)
            files.write(self.unsigned, left, files.PRIVATE)

    def _drop_torn(self) -> None:
        for path in (self.path, self.unsigned):
            data = read_file(path, LINES_BYTES) if path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):
                files.write(path, whole, files.PRIVATE)


def read_unsigned(raw: bytes) -> Envelope:
    """Open an envelope whose signature is empty.

    Raises:
        MalformedError: it is none.
    """
    envelope = unwrap(raw.removesuffix(_EMPTY) + _STAND_IN)
    if wrap(envelope.payload, envelope.key_id, b"") != raw:
        raise MalformedError("envelope.other_form")
    return envelope
