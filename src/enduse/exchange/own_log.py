"""A party's own log: every statement that it signed in one folder, in the order of signing, and the numbers that follow.

A statement is in the log, durably, before anybody else can have it. So no running number is handed out twice, and whatever was
signed can be sent again: the file ``said.dsse`` is a batch as it stands. A line that a crash cut off was never given out, and
is dropped.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import EnduseError, MalformedError
from enduse.record import files
from enduse.record.tree import leaf_hash
from enduse.statements.codec import AnyStatement, decode, statement_id
from enduse.statements.envelope import unwrap

SAID: Final = "said.dsse"
_LOCK: Final = ".said.lock"
PATIENCE_S = 30
"""How long one who signs waits for others in the same folder: each needs a moment, asking a passphrase comes before."""


class OwnStatement(msgspec.Struct, frozen=True):
    """A statement that was signed here.

    Attributes:
        raw: its envelope.
        id: its identifier.
        key: the key id it was signed with.
        statement: what it says.
    """

    raw: bytes
    id: str
    key: str
    statement: AnyStatement

    @property
    def leaf(self) -> bytes:
        """The hash under which a record holds it."""
        return leaf_hash(self.raw)


class OwnLog:
    """The log of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / SAID

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
        for number, raw in enumerate(self.path.read_bytes().split(b"\n")[:-1], 1):
            try:
                envelope = unwrap(raw)
                statement = decode(envelope.payload)
            except EnduseError as error:
                raise MalformedError("light.own_log_damaged", source=str(self.path), line=number) from error
            yield OwnStatement(raw, statement_id(envelope.payload), envelope.key_id, statement)

    def add(self, *raws: bytes) -> None:
        """Add envelopes, durably."""
        new = not self.path.exists()
        with self.path.open("ab") as file:
            file.writelines(raw + b"\n" for raw in raws)
            file.flush()
            os.fsync(file.fileno())
        if new:
            files.sync_folder(self._folder)

    def _drop_torn(self) -> None:
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            files.write(self.path, whole, files.PRIVATE)
