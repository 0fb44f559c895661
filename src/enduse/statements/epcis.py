"""Read one EPCIS 2.0 event in JSON (ISO/IEC 19987:2024) with exact decimals; refuse what two readers could read apart.

Only the dimensions that the ledger needs are read; everything else stays in the text. Business steps, dispositions
and transaction types are brought to their short CBV names; own URIs are kept as they are, because a conflict zone
may have no GS1 prefixes. Materials of our own are written ``urn:enduse:class:MATERIAL`` or
``urn:enduse:class:MATERIAL:LOT``.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, NoReturn
from urllib.parse import quote, unquote

import msgspec

from enduse.errors import EnduseError, MalformedError
from enduse.messages import Message
from enduse.statements.event_shape import LIST_MAX, RARE, At, From, Line, Paper, Plain, To
from enduse.statements.event_words import ACTIONS, EVENT_TYPES, PREFIXES, SAME_STEP, STEPS
from enduse.statements.faults import wrong
from enduse.statements.jsontext import nests_deeper, unique_keys
from enduse.terms.amounts import bounded, exact_decimal, in_base
from enduse.terms.forms import unknown_word
from enduse.terms.reasons import WRITTEN, reason_of
from enduse.terms.times import into_day, parse_instant
from enduse.terms.trade_items import one_form, serial_item, trade_item

OWN_STEP: Final = re.compile(r"[:/#]")
"""Stands in a step of somebody's own, which is a URI."""
OWN_CLASS: Final = "urn:enduse:class:"
_LAST_WORD: Final = re.compile(r"[:/#]")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
PIECE: Final = "C62"
"""The unit where an event names none."""
_DEPTH_MAX: Final = 30
_EXPONENT_MAX: Final = 20
_SHOWN_MAX: Final = 60
_KNOWN_MAX: Final = 256
_KNOWN: dict[str, "Event"] = {}
"""Events read last, by their text: few, for who keeps thousands at hand makes each of them slower to come by."""


class Element(msgspec.Struct, frozen=True, array_like=True):
    """One line of goods: class URI and, where given, quantity as exact text with its Rec 20 unit (none: pieces).

    ``instead_of`` is the class in whose place they came, by the word of who received them.
    """

    epc_class: str
    quantity: str | None
    unit: str
    instead_of: str | None = None

    @property
    def material(self) -> str:
        """The material, without the lot."""
        return split_class(self.epc_class)[0]

    @property
    def lot(self) -> str | None:
        """The lot, where the class names one."""
        return split_class(self.epc_class)[1]

    def base(self) -> tuple[int, str]:
        """Return whole base units and the base unit.

        Raises:
            MalformedError: no quantity, unknown unit, or finer than the base unit.
        """
        if self.quantity is None:
            raise MalformedError("event.no_quantity", path="$.quantityList")
        return in_base(self.quantity, self.unit)


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the ledger reads of an event; see the standard for the meaning of each dimension."""

    type: str
    event_time: datetime
    action: str = ""
    biz_step: str = ""
    disposition: str = ""
    read_point: str | None = None
    biz_location: str | None = None
    parent: str | None = None
    elements: tuple[Element, ...] = ()
    inputs: tuple[Element, ...] = ()
    outputs: tuple[Element, ...] = ()
    transactions: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()
    event_id: str | None = None
    carrier: str | None = None
    project: str | None = None
    error_reason: str | None = None
    complete: Literal["", "counted", "inferred"] = ""
    within: Literal["", "P1D"] = ""
    reason: str | None = None
    witness: str | None = None

    @property
    def into_day(self) -> int:
        """How many microseconds of its day have passed, where no more than the day is claimed; else -1."""
        return into_day(self.event_time) if self.within else -1

    @property
    def step(self) -> str:
        """The business step by its one name (:func:`step_of`): who may do it and what it does go by this alone.

        A transformation brings its outputs into being whatever step it names, so it is ``commissioning``.
        """
        return "commissioning" if self.type == "TransformationEvent" else step_of(self.biz_step)

    @property
    def holder(self) -> str | None:
        """Whose goods they are, where that is named: at the end that the step speaks for."""
        arriving = self.type != "TransformationEvent" and self.step in {"receiving", "refusing", "commissioning"}
        return self.end("destination" if arriving else "source", "possessing_party")

    def transaction(self, *types: str) -> str | None:
        """Return the identifier of the first business transaction of one of ``types``, in the order asked."""
        for kind in types if self.transactions else ():
            for name, value in self.transactions:
                if name == kind:
                    return value
        return None

    def end(self, which: str, kind: str) -> str | None:
        """Return the ``source`` or ``destination`` of type ``kind``."""
        pairs = self.sources if which == "source" else self.destinations
        for name, value in pairs:
            if name == kind:
                return value
        return None


@lru_cache(maxsize=1024)
def step_of(biz_step: str) -> str:
    """Return the one name of a business step.

    An own URI such as ``urn:x:bizstep:consuming`` means what its last word says, and of several steps that do the same
    to goods one stands for all. Empty where the event names no step.
    """
    word = _LAST_WORD.split(_without_prefix(biz_step))[-1]
    return SAME_STEP.get(word, word)


def class_uri(material: str, lot: str | None = None) -> str:
    """Return our own class URI for ``material`` and ``lot``."""
    return OWN_CLASS + quote(material, safe="") + (f":{quote(lot, safe='')}" if lot else "")


def split_class(epc_class: str) -> tuple[str, str | None]:
    """Split a class URI into material and lot: our own URIs, and those of GS1 (:func:`trade_item`)."""
    if epc_class.startswith(OWN_CLASS):
        material, _, lot = epc_class[len(OWN_CLASS) :].partition(":")
        return one_form(unquote(material)), unquote(lot) if lot else None
    return trade_item(epc_class)


def _constant(name: str) -> NoReturn:
    raise MalformedError("json.not_a_number", name=name)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=unique_keys, parse_float=str, parse_int=str, parse_constant=_constant, strict=True
)
_ANYTHING: Final = msgspec.json.Decoder().decode
_SPELT: Final = msgspec.json.Encoder().encode
_SPELT_AS_WRITTEN: Final = (int, float)


def _other_shape(value: object, form: str, path: str) -> MalformedError:
    return MalformedError.about(wrong(value, Message.of(form)), path=path)


def _word(value: object, words: tuple[str, ...], form: str, path: str) -> str:
    text = _text(value, path) or ""
    if text not in words:
        told = unknown_word(text[:_SHOWN_MAX], Message.of(form), {word: word for word in words})
        raise MalformedError.about(told, path=path)
    return text


def _text(value: object, path: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise _other_shape(value, "form.text", path)
    return value


def _short(value: object, path: str) -> str:
    return "" if value is None else _without_prefix(_text(value, path) or "")


@lru_cache(maxsize=1024)
def _without_prefix(text: str) -> str:
    for prefix in PREFIXES:
        if text.startswith(prefix):
            return text[len(prefix) :]
    return text


def _step(value: object) -> str:
    """Return a business step without its prefix; a word that is none of the standard's is refused, an own URI is taken."""
    return _step_called(_text(value, "$.bizStep") or "")


@lru_cache(maxsize=1024)
def _step_called(text: str) -> str:
    step = _without_prefix(text)
    return step if OWN_STEP.search(step) else _word(step, STEPS, "form.step", "$.bizStep") if step else ""


def _list(value: object, path: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > LIST_MAX:
        if isinstance(value, list):
            raise MalformedError("field.too_many", length=len(value), most=LIST_MAX, path=path)
        raise _other_shape(value, "form.list", path)
    return value


def _number(value: object, path: str) -> str:
    if type(value) in _SPELT_AS_WRITTEN:
        value = _SPELT(value).decode()
    if not isinstance(value, str):
        raise _other_shape(value, "form.number", path)
    try:
        text = _written_out(value) if "e" in value or "E" in value else exact_decimal(value)
    except (EnduseError, ArithmeticError) as error:
        raise MalformedError("decimal.not_plain", text=value[:_SHOWN_MAX], path=path) from error
    if not bounded(text):
        raise MalformedError("decimal.too_long", text=value[:_SHOWN_MAX], path=path)
    return text


def _written_out(value: str) -> str:
    """Return a number without its exponent."""
    number = Decimal(value)
    if abs(number.adjusted()) > _EXPONENT_MAX:
        raise MalformedError("decimal.too_long", text=value[:_SHOWN_MAX])
    return format(number, "f")


def _elements(value: object, path: str) -> tuple[Element, ...]:
    elements = []
    for position, item in enumerate(_list(value, path)):
        where = f"{path}[{position}]"
        if not isinstance(item, dict):
            raise _other_shape(item, "form.fields", where)
        if "epcClass" not in item:
            raise MalformedError("field.missing", name="epcClass", form=Message.of("form.text"), path=where)
        quantity = item.get("quantity")
        elements.append(
            Element(
                _text(item["epcClass"], f"{where}.epcClass") or "",
                None if quantity is None else _number(quantity, f"{where}.quantity"),
                _text(item.get("uom"), f"{where}.uom") or PIECE,
                _text(item.get("enduse:instead_of"), f"{where}['enduse:instead_of']"),
            )
        )
    return tuple(elements)


def _things(raw: dict[str, Any], name: str) -> tuple[Element, ...]:
    """Return the single things of a list of EPCs, each a piece with its serial number for a lot."""
    path = f"$.{name}"
    named = [_text(epc, f"{path}[{position}]") or "" for position, epc in enumerate(_list(raw.get(name), path))]
    twice = next((epc for epc in named if named.count(epc) > 1), None)
    if twice is not None:
        raise MalformedError("event.thing_twice", thing=twice[:_SHOWN_MAX], path=path)
    return tuple(Element(class_uri(*serial_item(epc)), "1", PIECE) for epc in named if epc)


def _typed(value: object, path: str, key: str) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    pairs = []
    for position, item in enumerate(_list(value, path)):
        where = f"{path}[{position}]"
        if not isinstance(item, dict):
            raise _other_shape(item, "form.fields", where)
        pairs.append((_short(item.get("type"), where), _text(item.get(key), where) or ""))
    return tuple(pairs)


def _place(value: object, path: str) -> str | None:
    if isinstance(value, dict):
        return _text(value.get("id"), f"{path}.id")
    return _text(value, path)


def _encodable(value: object, path: str) -> None:
    """Refuse half a surrogate pair anywhere: no text that holds one can be written down again."""
    if isinstance(value, dict):
        for key, item in value.items():
            _encodable(key, path)
            _encodable(item, f"{path}.{key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _encodable(item, f"{path}[{position}]")
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise MalformedError("text.half_character", path=path) from error


def read_event(text: str) -> Event:
    """Read one event.

    Args:
        text: JSON text of one EPCIS 2.0 event.

    Raises:
        MalformedError: no such event; names the path of the fault.
    """
    return _KNOWN.get(text) or know_event(text, _read(text))


def know_event(text: str, event: Event) -> Event:
    """Note what a text says, so that it is not read again as long as it is of the last ones."""
    if len(_KNOWN) >= _KNOWN_MAX:
        _KNOWN.clear()
    _KNOWN[text] = event
    return event


def _read(text: str) -> Event:
    if nests_deeper(text, _DEPTH_MAX):
        raise MalformedError("statement.too_deep", limit=_DEPTH_MAX)
    try:
        raw = _ANYTHING(text)
        spelt = _SPELT(raw).decode()
        if spelt == text or spelt == msgspec.json.format(text, indent=-1):
            # In this spelling no key stands twice and every number is as it was written.
            return _plain_event(raw) if RARE.isdisjoint(raw) else _event(raw)
    except (ValueError, RecursionError, EnduseError, AttributeError, TypeError, ArithmeticError):
        pass  # what is amiss is told by who reads with care
    return _read_slowly(text)


def _read_slowly(text: str) -> Event:
    """Read an event in any spelling, and say what is amiss."""
    try:
        text.encode()
        raw = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedError("json.broken", position=error.pos + 1) from error
    except UnicodeEncodeError as error:
        raise MalformedError("text.half_character") from error
    if _SURROGATE.search(text):
        _encodable(raw, "$")
    if not isinstance(raw, dict):
        raise _other_shape(raw, "form.fields", "$")
    try:
        return _event(raw)
    except EnduseError:
        raise
    except (AttributeError, TypeError, ArithmeticError) as error:
        raise MalformedError("event.unclear") from error


def _goods(raw: dict[str, Any], quantities: str, things: str) -> tuple[Element, ...]:
    """Return the lines of goods of an event: quantities of classes, and single things."""
    given = raw.get(quantities)
    lines = () if given is None else _elements(given, f"$.{quantities}")
    return lines if raw.get(things) is None else (*lines, *_things(raw, things))


_COMPLETE: Final[dict[str, Literal["counted", "inferred"]]] = {
    "completeness_verified": "counted",
    "completeness_inferred": "inferred",
}
"""Persistent dispositions of CBV 2.0 by which a receiver says that a delivery is complete, counted or not opened."""


def _complete(raw: dict[str, Any]) -> Literal["", "counted", "inferred"]:
    """Return whether the event says that nothing more comes: by a persistent disposition, else by our own word."""
    held = raw.get("persistentDisposition")
    said = held.get("set") if isinstance(held, dict) else None
    words = [_without_prefix(one) for one in said if isinstance(one, str)] if isinstance(said, list) else []
    found = next((_COMPLETE[one] for one in words if one in _COMPLETE), None)
    own = raw.get("enduse:complete")
    if own is not None and not isinstance(own, bool) and own not in ("true", "false"):
        raise _other_shape(own, "form.truth", "$['enduse:complete']")
    return found or ("counted" if own is True or own == "true" else "")


def _reason(raw: dict[str, Any]) -> str | None:
    """Return why it happened, by its code; one's own reason is a URI and stays."""
    said = _text(raw.get("enduse:reason"), "$['enduse:reason']")
    if said is None or OWN_STEP.search(said):
        return said
    known = reason_of(said)
    if known is None:
        told = unknown_word(said[:_SHOWN_MAX], Message.of("form.reason"), WRITTEN)
        raise MalformedError.about(told, path="$['enduse:reason']")
    return known


def _within(raw: dict[str, Any], when: str) -> Literal["", "P1D"]:
    """Return whether no more than the day is claimed: by our own word, or where the time is a date alone."""
    said = raw.get("enduse:within")
    if said is not None:
        _word(said, ("P1D",), "form.choice", "$['enduse:within']")
    return "P1D" if said is not None or len(when) == len("2026-02-03") else ""


def _plain_event(raw: dict[str, Any]) -> Event:
    """Return what :func:`_event` does, of an event that has no field of :data:`RARE` and in which nothing is amiss.

    Raises:
        ValueError, EnduseError: something is, and :func:`_event` says what.
    """
    said = msgspec.convert(raw, Plain)
    action = said.action
    if said.type not in EVENT_TYPES or (action is not None and action not in ACTIONS):
        raise ValueError
    return Event(
        type=said.type,
        event_time=parse_instant(said.when),
        action=action or "",
        biz_step="" if said.step is None else _step_called(said.step),
        disposition="" if said.disposition is None else _without_prefix(said.disposition),
        read_point=None if said.read_point is None else _point(said.read_point),
        biz_location=None if said.place is None else _point(said.place),
        parent=said.parent,
        elements=tuple([_line(one) for one in said.lines or ()]),
        transactions=() if said.papers is None else _pairs(said.papers),
        sources=() if said.sources is None else _pairs(said.sources),
        destinations=() if said.destinations is None else _pairs(said.destinations),
        event_id=said.id,
        carrier=said.carrier,
        project=said.project,
        witness=said.witness,
    )


def _point(said: At | str) -> str | None:
    return said.id if type(said) is At else _text(said, "")


def _line(said: Line) -> Element:
    given = said.quantity
    amount = None if given is None else _plain_number(given if type(given) is str else _SPELT(given).decode())
    return Element(said.epc_class, amount, said.uom or PIECE, said.instead_of)


@lru_cache(maxsize=4096)
def _plain_number(text: str) -> str:
    return _number(text, "")


def _pairs(said: Sequence[Paper | From | To]) -> tuple[tuple[str, str], ...]:
    return tuple([("" if one.type is None else _without_prefix(one.type), one.value or "") for one in said])


def _event(raw: dict[str, Any]) -> Event:
    when = _text(raw.get("eventTime"), "$.eventTime")
    if when is None:
        what = Message.of("form.instant", example="2026-01-31T09:00:00+02:00")
        raise MalformedError("field.missing", name="eventTime", form=what, path="$")
    kind = _word(raw.get("type"), EVENT_TYPES, "form.event_type", "$.type")
    action = "" if raw.get("action") is None else _word(raw["action"], ACTIONS, "form.choice", "$.action")
    error = raw.get("errorDeclaration")
    if error is not None and not isinstance(error, dict):
        raise _other_shape(error, "form.fields", "$.errorDeclaration")
    children = _goods(raw, "childQuantityList", "childEPCs")
    return Event(
        type=kind,
        event_time=parse_instant(when),
        action=action,
        biz_step=_step(raw.get("bizStep")),
        disposition=_short(raw.get("disposition"), "$.disposition"),
        read_point=_place(raw.get("readPoint"), "$.readPoint"),
        biz_location=_place(raw.get("bizLocation"), "$.bizLocation"),
        parent=_text(raw.get("parentID"), "$.parentID"),
        elements=children or _goods(raw, "quantityList", "epcList"),
        inputs=_goods(raw, "inputQuantityList", "inputEPCList"),
        outputs=_goods(raw, "outputQuantityList", "outputEPCList"),
        transactions=_typed(raw.get("bizTransactionList"), "$.bizTransactionList", "bizTransaction"),
        sources=_typed(raw.get("sourceList"), "$.sourceList", "source"),
        destinations=_typed(raw.get("destinationList"), "$.destinationList", "destination"),
        event_id=_text(raw.get("eventID"), "$.eventID"),
        carrier=_text(raw.get("enduse:carrier"), "$['enduse:carrier']"),
        project=_text(raw.get("enduse:project"), "$['enduse:project']"),
        complete=_complete(raw),
        within=_within(raw, when),
        reason=_reason(raw),
        witness=_text(raw.get("enduse:witness"), "$['enduse:witness']"),
        error_reason=None if error is None else _short(error.get("reason"), "$.errorDeclaration.reason"),
    )
