"""The signed envelope: DSSE v1 (secure-systems-lab/dsse v1.0.2) around the exact payload bytes, one signature.

The envelope's own JSON is not signed, so it must have one form only: the three fields in the standard's order, no
blanks, standard base64 with padding, one signature. Two spellings of one statement would be two log entries.
"""

import binascii
import hashlib
import re
from functools import cache
from typing import Final, NamedTuple

import msgspec

from enduse.errors import LimitError, MalformedError
from enduse.terms.signatures import signer

PAYLOAD_TYPE: Final = "application/vnd.enduse.statement+json"
ENVELOPE_MAX: Final = 65_535
"""Largest envelope in bytes: the largest log entry of C2SP tlog-tiles."""

_HEAD: Final = b'{"payload":"'
# 64 bytes, or an assertion with its client data (terms/webauthn.py); whether it is one is for the key to say.
_SIGNATURE: Final = b"[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{258,1504}={0,2}"


class _Form(NamedTuple):
    # What is the same in every envelope of one payload type.
    tail: re.Pattern[bytes]
    signed_head: bytes


@cache
def _form(payload_type: str) -> _Form:
    named = payload_type.encode()
    tail = re.compile(
        rb'","payloadType":"%s","signatures":\[\{"keyid":"([0-9a-f]{32})","sig":"(%s)"\}\]\}'
        % (re.escape(named), _SIGNATURE)
    )
    return _Form(tail, b"DSSEv1 %d %s " % (len(named), named))


class Envelope(msgspec.Struct, frozen=True):
    """An opened envelope; nothing is verified yet.

    Attributes:
        raw: the bytes as received.
        payload: the bytes that are signed, such as a statement's.
        key_id: which key it says it was signed with.
        signature: in the form of the kind of its key (:mod:`enduse.terms.signatures`).
    """

    raw: bytes
    payload: bytes
    key_id: str
    signature: bytes


def key_id(public_key: bytes) -> str:
    """Return the short name of a key: the first 16 bytes of the SHA-256 of its signer, hexadecimal."""
    return hashlib.sha256(signer(public_key)).hexdigest()[:32]


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return DSSE's pre-authentication encoding, the bytes that are signed: what is signed as one type is none of another."""
    return b"%s%d %s" % (_form(payload_type).signed_head, len(payload), payload)


def wrap(payload: bytes, name: str, signature: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return the envelope of ``payload`` signed by the key of this ``name``.

    Raises:
        LimitError: larger than :data:`ENVELOPE_MAX`.
    """
    envelope = b'{"payload":"%s","payloadType":"%s","signatures":[{"keyid":"%s","sig":"%s"}]}' % (
        binascii.b2a_base64(payload, newline=False),
        payload_type.encode(),
        name.encode(),
        binascii.b2a_base64(signature, newline=False),
    )
    if len(envelope) > ENVELOPE_MAX:
        raise LimitError("envelope.too_large", bytes=len(envelope), most=ENVELOPE_MAX)
    return envelope


def unwrap(raw: bytes, payload_type: str = PAYLOAD_TYPE) -> Envelope:
    """Open an envelope of one type of payload.

    Raises:
        LimitError: larger than :data:`ENVELOPE_MAX`.
        MalformedError: not in the one form we take.
    """
    if len(raw) > ENVELOPE_MAX:
        raise LimitError("envelope.too_large", bytes=len(raw), most=ENVELOPE_MAX)
    end = raw.find(b'"', len(_HEAD))
    tail = _form(payload_type).tail.fullmatch(raw, end)
    if tail is None or not raw.startswith(_HEAD):
        raise MalformedError("envelope.other_form")
    name, signature = tail.groups()
    return Envelope(raw, _base64(raw[len(_HEAD) : end]), name.decode(), _base64(signature))


def _base64(encoded: bytes) -> bytes:
    """Decode base64 that encodes back to itself: no stray bits, blanks or missing padding (RFC 4648 section 3.5)."""
    try:
        decoded = binascii.a2b_base64(encoded)
    except binascii.Error as error:
        raise MalformedError("envelope.not_base64", path="$.payload") from error
    if not decoded or binascii.b2a_base64(decoded, newline=False) != encoded:
        raise MalformedError("envelope.not_base64", path="$.payload")
    return decoded
