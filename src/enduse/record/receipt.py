"""A receipt: the log's signed promise, given as soon as a statement is recorded, to publish it in time.

Without it a keeper could take a party's last statement and never record it: no later number would show the gap. A receipt
names the position and the leaf hash of each entry, and the time by which a cosigned checkpoint will cover them. It is a
DSSE envelope of a payload type of its own, signed by a key for receipts alone; the log's key signs notes, and among them
one that names this key (``authority``), so that whoever has the log's public key needs nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final

import msgspec

from enduse.errors import EnduseError, MalformedError, SignatureError, told_by
from enduse.record import note as notes
from enduse.record import tree
from enduse.record.checkpoint import SIZE_MAX
from enduse.statements.envelope import key_id, pae, unwrap, wrap
from enduse.terms import ed25519

PAYLOAD_TYPE: Final = "application/vnd.enduse.receipt+json"
WITHIN: Final = timedelta(hours=24)
"""In what time the log promises a cosigned checkpoint, where nothing else is said."""
ENTRIES_MAX: Final = 200
"""Entries in one receipt: its envelope is no longer than a statement's may be."""
_AUTHORITY: Final = "enduse receipts v1"

_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Promised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry that the log promises to hold.

    Attributes:
        index: its position.
        id: identifier of the statement: SHA-256 of its payload, hexadecimal.
        leaf: leaf hash of the entry, hexadecimal.
    """

    index: Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]
    id: _Hash
    leaf: _Hash

    def kept_by(self, entry: bytes) -> bool:
        """Say whether an entry is the one that was promised: its bytes, and the statement in them."""
        try:
            payload = unwrap(entry).payload
        except EnduseError:
            payload = entry  # in no envelope: what was said is all of it
        return tree.leaf_hash(entry).hex() == self.leaf and sha256(payload).hexdigest() == self.id


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a receipt says.

    Attributes:
        log: verifier key of the log.
        authority: the note by which the log names the key that signs its receipts.
        received: when the entries were recorded, by the log's clock.
        by: until when a cosigned checkpoint will cover them.
        entries: what is promised, 1 to 200.
    """

    log: str
    authority: str
    received: _Instant
    by: _Instant
    entries: Annotated[tuple[Promised, ...], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)]


def new_key(origin: str) -> notes.Signer:
    """Return a new key for the receipts of the log of this origin."""
    return notes.Signer(f"{origin}/receipts", ed25519.SigningKey.generate())


def issue(
    log: notes.Signer, key: notes.Signer, entries: Sequence[Promised], received: datetime, within: timedelta = WITHIN
) -> Iterator[bytes]:
    """Give receipts for entries that are durably recorded, as envelopes of at most 200 entries each.

    Args:
        log: the log's key, which names the other.
        key: signs receipts (:func:`new_key`).
        entries: what is promised.
        received: when it was recorded.
        within: in what time a cosigned checkpoint will cover it.
    """
    text = _authority(log.name, key.verifier)
    authority = notes.Note(text, (log.sign(text),)).encode().decode()
    for at in range(0, len(entries), ENTRIES_MAX):
        said = Receipt(
            log=log.verifier.vkey,
            authority=authority,
            received=received,
            by=received + within,
            entries=tuple(entries[at : at + ENTRIES_MAX]),
        )
        payload = msgspec.json.encode(said)
        signature = key.key.sign(pae(payload, PAYLOAD_TYPE))
        yield wrap(payload, key_id(key.key.public), signature, PAYLOAD_TYPE)


def read(raw: bytes, log: notes.Verifier) -> Receipt:
    """Read a receipt and check that it is the log's word.

    Raises:
        MalformedError, LimitError: it is no receipt, or one of another log.
        SignatureError: it is not signed by a key that the log has named for receipts.
    """
    envelope = unwrap(raw, PAYLOAD_TYPE)
    try:
        said = msgspec.json.decode(envelope.payload, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError("record.receipt_malformed", reason=told_by(error)) from error
    if said.log != log.vkey:
        raise MalformedError("record.receipt_of_another_log", log=log.name)
    try:
        opened = notes.open_note(said.authority.encode(), (log,))
        *_, vkey, _end = opened.note.text.split("\n")
        key = notes.Verifier.parse(vkey)
        named = key.kind == notes.ED25519 and opened.note.text == _authority(log.name, key)
    except (EnduseError, ValueError) as error:
        raise SignatureError("record.receipt_unauthorised", log=log.name) from error
    if not named or envelope.key_id != key_id(key.public_key):
        raise SignatureError("record.receipt_unauthorised", log=log.name)
    ed25519.verify(key.public_key, pae(envelope.payload, PAYLOAD_TYPE), envelope.signature)
    return said


def split(data: bytes) -> list[bytes]:
    """Return the receipts of a file, one a line.

    Raises:
        MalformedError: there is none.
    """
    lines = [line for line in re.split(rb"\r?\n", data) if line]
    if not lines:
        raise MalformedError("record.no_receipt")
    return lines


def _authority(origin: str, key: notes.Verifier) -> str:
    # A checkpoint's second line is a number, so that neither is ever taken for the other.
    return f"{_AUTHORITY}\n{origin}\n{key.vkey}\n"
