"""A statement that one process has read and checked, in the form in which another takes it without doing so again.

Only between processes of one program on one machine; it is never stored, and never taken from anybody else.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

import msgspec

from enduse.errors import EnduseError
from enduse.statements.codec import AnyStatement, decode, decode_again, statement_id
from enduse.statements.envelope import Envelope, key_id, pae, unwrap
from enduse.statements.epcis import Event, know_event
from enduse.statements.goods import Goods
from enduse.terms.signatures import is_valid

_PACK: Final = msgspec.msgpack.Encoder().encode
_UNPACK: Final = msgspec.msgpack.Decoder(tuple[str, str, bytes, bytes, str, bytes]).decode
_MINUTE: Final = timedelta(minutes=1)
_PACK_EVENT: Final = msgspec.json.Encoder().encode
_UNPACK_EVENT: Final = msgspec.json.Decoder(Event).decode


class Ahead(NamedTuple):
    """What was found of an envelope ahead, in another process.

    Attributes:
        valid: whether it is signed by the key that was asked for; ``None`` where it names another, or none was.
        passed: what it says, for :func:`taken_over`; empty where it is no well-formed statement, or was not looked at.
    """

    valid: bool | None
    passed: bytes = b""


class Said(NamedTuple):
    """What an envelope says: identifier, key by which it says it is signed, and statement."""

    id: str
    key_id: str
    statement: AnyStatement


def look(raw: bytes, public_key: bytes | None) -> Ahead:
    """Check the signature of an envelope, and read what it says; a function of nothing else, for another process.

    Args:
        raw: its bytes.
        public_key: the key that should have signed it.
    """
    try:
        envelope = unwrap(raw)
    except EnduseError:
        return Ahead(None)
    return _looked_at(envelope, public_key)


def look_by(raw: bytes, keys: Mapping[str, bytes]) -> Ahead:
    """Do as :func:`look` does, with the key that the envelope names.

    Args:
        raw: its bytes.
        keys: public keys by their short name.
    """
    try:
        envelope = unwrap(raw)
    except EnduseError:
        return Ahead(None)
    return _looked_at(envelope, keys.get(envelope.key_id))


def _looked_at(envelope: Envelope, public_key: bytes | None) -> Ahead:
    valid = None if public_key is None else signature_holds(envelope, public_key)
    return Ahead(valid, pass_on(envelope))


def signature_holds(envelope: Envelope, public_key: bytes) -> bool | None:
    """Say whether an envelope is signed by a key; ``None`` where it names another."""
    if envelope.key_id != key_id(public_key):
        return None
    return is_valid(public_key, pae(envelope.payload), envelope.signature)


def pass_on(envelope: Envelope) -> bytes:
    """Return what an envelope says, for :func:`taken_over`; empty where it is no well-formed statement."""
    payload = envelope.payload
    try:
        statement = decode(payload)
    except EnduseError:
        return b""
    text, event = "", b""
    if isinstance(statement, Goods):
        read = statement.body.said
        offset = read.event_time.utcoffset()
        if offset is not None and not offset % _MINUTE:  # JSON has no finer ones
            text, event = statement.body.event, _PACK_EVENT(read)
    return _PACK((statement_id(payload), envelope.key_id, envelope.signature, payload, text, event))


def reopened(raw: bytes, passed: bytes) -> Envelope:
    """Return the envelope that :func:`look` has opened and read."""
    _, name, signature, payload, _, _ = _UNPACK(passed)
    return Envelope(raw, payload, name, signature)


def taken_over(passed: bytes) -> Said:
    """Return what an envelope says that :func:`look` has read."""
    identifier, name, _, payload, text, event = _UNPACK(passed)
    if text:
        know_event(text, _UNPACK_EVENT(event))
    return Said(identifier, name, decode_again(payload))
