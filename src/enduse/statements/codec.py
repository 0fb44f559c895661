"""Bytes to statements and back. The bytes are what is signed; they are validated, never repaired.

Duplicate keys, NaN, naive times, unknown fields, more digits of a second than we keep, and anything over the size
limit are refused with the path of the fault. Our own encoding is one that decodes to itself, so for statements in
that form (nearly all) one comparison of bytes proves that no key stands twice; others are read a second time.
"""

import hashlib
import json
import re
from typing import Any, Final

import msgspec

from enduse.errors import LimitError, MalformedError
from enduse.statements.base import Statement
from enduse.statements.claim import Assessment, Claim, Finding, Reply
from enduse.statements.condition import Appeal, Attestation, ConditionStatement, Decision
from enduse.statements.correction import Correction
from enduse.statements.goods import Goods
from enduse.statements.indicator import Indicator
from enduse.statements.key import Key
from enduse.statements.mandate import Mandate
from enduse.statements.money import Commitment, Disbursement, Expenditure, Pledge
from enduse.statements.party import Party
from enduse.statements.post import Post
from enduse.statements.programme import Clock, Place, Programme
from enduse.statements.reading import Reading
from enduse.statements.request import Request
from enduse.statements.result import Result
from enduse.statements.sealed import Disclosure, Erasure, Sealed
from enduse.statements.umbrella import Umbrella
from enduse.statements.undertaking import Undertaking
from enduse.statements.works import Milestone, Need, Project

PAYLOAD_MAX: Final = 48_000
"""Largest payload in bytes; enveloped (base64, signature) it stays under the record's 65,535."""

AnyStatement = (
    Appeal
    | Assessment
    | Attestation
    | Claim
    | Clock
    | Commitment
    | ConditionStatement
    | Correction
    | Decision
    | Disbursement
    | Disclosure
    | Erasure
    | Expenditure
    | Finding
    | Goods
    | Indicator
    | Key
    | Mandate
    | Milestone
    | Need
    | Party
    | Place
    | Pledge
    | Post
    | Programme
    | Project
    | Reading
    | Reply
    | Request
    | Result
    | Sealed
    | Umbrella
    | Undertaking
)
"""Every kind there is."""

KINDS: Final[dict[str, type[Statement]]] = {str(kind.__struct_config__.tag): kind for kind in AnyStatement.__args__}
"""Statement type by its ``kind``."""

_DECODER: Final = msgspec.json.Decoder(AnyStatement)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")
_INSTANTS: Final = (
    "occurred_at",
    "start",
    "end",
    "effective",
    "due",
    "lapses",
    "achieved",
    "respond_by",
    "by",
    "until",
)
_FINE_SECOND: Final = re.compile(r"\.\d{7,}")


def kind_of(statement: Statement) -> str:
    """Return the ``kind`` of a statement."""
    return str(statement.__struct_config__.tag)


def statement_id(payload: bytes) -> str:
    """Return the identifier of a statement: SHA-256 of its payload, hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def encode(statement: Statement) -> bytes:
    """Return the payload bytes of ``statement``.

    Raises:
        LimitError: it is larger than :data:`PAYLOAD_MAX`.
    """
    payload = _ENCODER.encode(statement)
    if len(payload) > PAYLOAD_MAX:
        raise LimitError(f"the statement has {len(payload):,} bytes, the limit is {PAYLOAD_MAX:,}", remedy="split it")
    return payload


def decode(payload: bytes) -> AnyStatement:
    """Read and validate payload bytes.

    Raises:
        LimitError: larger than :data:`PAYLOAD_MAX`.
        MalformedError: not a valid statement; its problem names the path.
    """
    if len(payload) > PAYLOAD_MAX:
        raise LimitError(f"the statement has {len(payload):,} bytes, the limit is {PAYLOAD_MAX:,}", remedy="split it")
    try:
        statement: AnyStatement = _DECODER.decode(payload)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        raise MalformedError(
            message, path=path.rstrip("`") or "$", remedy="see docs/reference/statements.md"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(f"not JSON in UTF-8: {error}") from error
    if _ENCODER.encode(statement) != payload:
        _examine(payload)
    return statement


def _examine(payload: bytes) -> None:
    """Look for what the typed decoder lets pass: duplicate keys, and times finer than a microsecond."""
    raw = json.loads(payload, object_pairs_hook=_unique)
    for path, text in _times(raw, "$"):
        if _FINE_SECOND.search(text):
            raise MalformedError("a time is finer than a microsecond", path=path, remedy="round it yourself")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise MalformedError(f"key {key!r} stands twice", path=f"$..{key}", remedy="keep one")
        result[key] = value
    return result


def _times(raw: object, path: str) -> list[tuple[str, str]]:
    if not isinstance(raw, dict):
        return []
    found = [(f"{path}.{key}", raw[key]) for key in _INSTANTS if isinstance(raw.get(key), str)]
    for key, value in raw.items():
        found += _times(value, f"{path}.{key}")
    return found
