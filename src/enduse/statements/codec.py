"""Bytes to statements and back. The bytes are what is signed; they are validated, never repaired.

Duplicate keys, NaN, naive times, unknown fields, more digits of a second than we keep, and anything over the size
limit are refused with the path of the fault. Our own encoding is one that decodes to itself, so for statements in
that form (nearly all) one comparison of bytes proves that no key stands twice; others are read a second time.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.messages import Message
from enduse.statements.access import AccessIncident, Clearance, Closure, Crossing, MovementStatement, ServicePoint
from enduse.statements.base import Statement, named
from enduse.statements.claim import Assessment, Claim, Finding, Reply
from enduse.statements.clock_correction import ClockCorrection
from enduse.statements.condition import Appeal, Attestation, ConditionStatement, Decision
from enduse.statements.contract import Contract, Invoice
from enduse.statements.control import Control, Permit
from enduse.statements.correction import Correction
from enduse.statements.document import DocumentStatement
from enduse.statements.estimate import Estimate, Norm, Weights
from enduse.statements.faults import fault_of, not_json
from enduse.statements.goods import Goods
from enduse.statements.indicator import Indicator
from enduse.statements.jsontext import nests_deeper, unique_keys
from enduse.statements.key import Key
from enduse.statements.mandate import Mandate
from enduse.statements.money import Acceptance, Commitment, Disbursement, Exchange, Expenditure, Pledge, Refund
from enduse.statements.packs import Pack, Same
from enduse.statements.party import Party
from enduse.statements.post import Post
from enduse.statements.programme import Clock, Founding, Place
from enduse.statements.rates import Rate
from enduse.statements.reading import Reading
from enduse.statements.request import Request
from enduse.statements.result import Result
from enduse.statements.sealed import Disclosure, Erasure, Sealed
from enduse.statements.tie_end import TieEnd
from enduse.statements.umbrella import Umbrella
from enduse.statements.undertaking import Undertaking
from enduse.statements.visit import HandingOver, VisitStatement
from enduse.statements.works import Milestone, Need, Project
from enduse.terms.forms import unknown_word
from enduse.terms.times import check_instant

PAYLOAD_MAX: Final = 48_000
"""Largest payload in bytes; enveloped (base64, signature) it stays under the record's 65,535."""

DEPTH_MAX: Final = 40
"""Deepest nesting that is read at all: far from where any parser's own limit lies, however deep its caller stands."""

AnyStatement = (
    AccessIncident
    | Appeal
    | Assessment
    | Attestation
    | Claim
    | Clearance
    | Clock
    | ClockCorrection
    | Closure
    | Commitment
    | ConditionStatement
    | Contract
    | Control
    | Correction
    | Crossing
    | Decision
    | Disbursement
    | Disclosure
    | DocumentStatement
    | Erasure
    | Estimate
    | Exchange
    | Expenditure
    | Finding
    | Goods
    | HandingOver
    | Indicator
    | Invoice
    | Key
    | Mandate
    | Milestone
    | MovementStatement
    | Need
    | Norm
    | Pack
    | Party
    | Permit
    | Place
    | Pledge
    | Post
    | Founding
    | Project
    | Rate
    | Reading
    | Refund
    | Acceptance
    | Reply
    | Request
    | Result
    | Same
    | Sealed
    | ServicePoint
    | TieEnd
    | Umbrella
    | Undertaking
    | VisitStatement
    | Weights
)
"""Every kind there is."""

KINDS: Final[dict[str, type[Statement]]] = {str(kind.__struct_config__.tag): kind for kind in AnyStatement.__args__}
"""Statement type by its ``kind``."""

_DECODER: Final = msgspec.json.Decoder(AnyStatement)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")
_FINE_SECOND: Final = re.compile(r"\.\d{7,}")


def type_of(kind: str) -> type[Statement]:
    """Return the type of statements of a kind.

    Raises:
        UnknownError: there is no such kind; names the one that is spelt most like it.
    """
    known = KINDS.get(kind)
    if known is None:
        raise UnknownError.about(unknown_word(kind, Message.of("form.statement"), {name: name for name in KINDS}))
    return known


def kind_of(statement: Statement) -> str:
    """Return the ``kind`` of a statement."""
    return named(type(statement))


def statement_id(payload: bytes) -> str:
    """Return the identifier of a statement: SHA-256 of its payload, hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def encode(statement: Statement) -> bytes:
    """Return the payload bytes of ``statement``.

    Raises:
        LimitError: it is larger than :data:`PAYLOAD_MAX`, or nests too deep.
        MalformedError: it holds what no statement may: half a surrogate pair, an instant out of range.
    """
    try:
        _check_instants(statement)
        payload = _ENCODER.encode(statement)
    except UnicodeEncodeError as error:
        raise MalformedError("text.half_character") from error
    except RecursionError as error:
        raise LimitError("statement.too_deep", limit=DEPTH_MAX) from error
    if len(payload) > PAYLOAD_MAX:
        raise LimitError("statement.too_large", bytes=len(payload), most=PAYLOAD_MAX)
    return payload


def decode(payload: bytes) -> AnyStatement:
    """Read and validate payload bytes.

    Raises:
        LimitError: larger than :data:`PAYLOAD_MAX`.
        MalformedError: not a valid statement; its problem names the path.
    """
    if len(payload) > PAYLOAD_MAX:
        raise LimitError("statement.too_large", bytes=len(payload), most=PAYLOAD_MAX)
    brackets = payload.count(b"{") + payload.count(b"[")
    if brackets > DEPTH_MAX and nests_deeper(payload.decode("latin-1"), DEPTH_MAX):
        raise MalformedError("statement.too_deep", limit=DEPTH_MAX)
    try:
        statement: AnyStatement = _DECODER.decode(payload)
        if _ENCODER.encode(statement) != payload:
            _examine(payload, statement)
    except msgspec.ValidationError as error:
        raise fault_of(error, payload, AnyStatement) from error
    except (ValueError, RecursionError) as error:  # msgspec's and json's are all ValueErrors
        raise not_json(error) from error
    _check_instants(statement)
    return statement


def decode_again(payload: bytes) -> AnyStatement:
    """Read payload bytes that :func:`decode` has taken before."""
    statement: AnyStatement = _DECODER.decode(payload)
    return statement


def _examine(payload: bytes, statement: AnyStatement) -> None:
    """Look for what the typed decoder lets pass: duplicate keys, and times finer than a microsecond."""
    raw = json.loads(payload, object_pairs_hook=unique_keys)
    for path, _instant in _instants(statement, ()):
        text: Any = raw
        for step in path:
            text = text[step]
        if _FINE_SECOND.search(text):
            raise MalformedError("instant.too_fine", text=text, path=_written(path))


def _check_instants(statement: Statement) -> None:
    """Refuse an instant that no statement may carry; nearly all have none but the moment of which they tell."""
    for name in _fields_with_instants(type(statement)):
        value = getattr(statement, name)
        if isinstance(value, datetime):
            check_instant(value, f"$.{name}")
        else:
            for path, instant in _instants(value, (name,)):
                check_instant(instant, _written(path))


def _instants(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], datetime]]:
    """Give every instant of a statement with its path; defaults that were not written are not instants."""
    if isinstance(value, datetime):
        yield path, value
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _instants(item, (*path, position))
    elif isinstance(value, msgspec.Struct):
        for name in _fields_with_instants(type(value)):
            yield from _instants(getattr(value, name), (*path, name))


@lru_cache(maxsize=512)
def _fields_with_instants(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields of a type in which an instant may stand, so that the others need no look."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.StructType):
        return ()
    return tuple(field.name for field in info.fields if _may_hold(field.type, frozenset()))


def _may_hold(info: inspect.Type, seen: frozenset[type]) -> bool:
    match info:
        case inspect.DateTimeType():
            return True
        case inspect.Metadata():
            return _may_hold(info.type, seen)
        case inspect.UnionType():
            return any(_may_hold(kind, seen) for kind in info.types)
        case inspect.VarTupleType():
            return _may_hold(info.item_type, seen)
        case inspect.StructType() if info.cls not in seen:
            return any(_may_hold(field.type, seen | {info.cls}) for field in info.fields)
    return False


def _written(path: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
