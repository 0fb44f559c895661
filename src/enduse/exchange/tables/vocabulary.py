"""What a row of a table may tell, in the words of those who keep tables: dispatch, receipt, count, use, payment, pledge and more.

A profile says ``[[tells]]`` with ``what`` and, for each field, the name of its column. How a field is read (a date, a
number, a name that becomes an identifier) stands here once, and a profile changes it only where a column is written
otherwise. What is told becomes the statement of the same meaning, in the form of :mod:`enduse.exchange.tables.mapping`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.condition_words import CONDITION_LIST
from enduse.exchange.tables.days import ORDERS, moment_of
from enduse.exchange.tables.leaf import slug
from enduse.exchange.tables.moments import zone_of
from enduse.exchange.tables.unit_words import UNIT_WORDS
from enduse.messages import Message
from enduse.statements.epcis import OWN_CLASS
from enduse.terms.forms import unknown_field, unknown_word
from enduse.terms.units import UNITS

Fields = dict[str, Any]

UNIT_LIST: Final = "units"
"""Name of the list in which a unit as written is looked up; what people commonly write stands in it already."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a row may tell.

    Attributes:
        needed: fields without which nothing is told.
        further: fields that may be there.
        make: the statement, from the fields as they are read.
    """

    needed: tuple[str, ...]
    further: tuple[str, ...] = ()
    make: Callable[[Fields], dict[str, Any]]


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a table writes days, clocks and numbers, where a field does not say otherwise."""

    dates: tuple[str, ...] = (ORDERS[2],)
    numbers: str = "1234.5"
    zone: str = "UTC"
    time: str = "12:00"


_SLUGS: Final = {
    **dict.fromkeys(("place", "from_place", "to_place"), "place:"),
    "project": "project:",
    "item": OWN_CLASS,
    "instead_of": OWN_CLASS,
    "pledge": "pledge:",
    "commitment": "commitment:",
    "advance": "disbursement:",
    "subject": "subject:",
    "about": "subject:",
    "series": "series:",
    **dict.fromkeys(
        (
            *("from", "to", "carrier", "donor", "recipient", "payee", "organisation", "speaker", "custodian"),
            *("advance_from", "supplier", "buyer"),
        ),
        "party:",
    ),
    "contract": "contract:",
    "invoice": "invoice:",
}
_OR_PLACE: Final = {end: {"or_place": "identifier"} for end in ("from", "to")}
"""Ends of a way: who writes them means a party, or the place where it has goods."""
_IDS: Final = {"payment": "disbursement:", "gift": "disbursement:", "expense": "expenditure:"}
HOLDS_FOR: Final = ("where", "filled", "positive", "negative", "not_zero", "zero")
"""What says of which rows something is told."""
_SAYS_WHEN: Final = frozenset(("what", *HOLDS_FOR))
_DATES: Final = ("date", "until", "account_by", "due", "valued")
_NUMBERS: Final = ("quantity", "amount", "value", "received", "fee", "rejected", "retained", "recovered")
_PLACES: Final = 6
"""To so many decimals a published figure is rounded: spreadsheets hold estimates with fifteen digits."""
_MAPPED: Final = {"unit": UNIT_LIST, "condition": CONDITION_LIST, "measure": "measures"}
_LISTS: Final = {
    **dict.fromkeys(("place", "from_place", "to_place"), "places"),
    **dict.fromkeys(("item", "instead_of"), "items"),
}
"""Lists of a profile in which a name is looked up first, where the profile has them; those of parties bear that name."""


def _event(step: str, *, action: str = "OBSERVE") -> Callable[[Fields], dict[str, Any]]:
    def make(fields: Fields) -> dict[str, Any]:
        line = {
            "epcClass": fields["item"],
            "quantity": _when(fields["quantity"], fields["unit"]),
            "uom": _unit_for(fields["unit"], fields["quantity"]),
            **({"enduse:instead_of": fields["instead_of"]} if "instead_of" in fields else {}),
        }
        event: dict[str, Any] = {
            "type": "ObjectEvent",
            "eventTime": fields["date"],
            "eventTimeZoneOffset": _offset(fields["date"]),
            "action": action,
            "bizStep": step,
            "readPoint": {"id": fields["place"]},
            "quantityList": [line],
        }
        numbers = (("waybill", "desadv"), ("contract", "po"), ("invoice", "inv"))
        named = [{"type": code, "bizTransaction": fields[name]} for name, code in numbers if name in fields]
        if named:
            event["bizTransactionList"] = named
        for name, key, end in (("from", "sourceList", "source"), ("to", "destinationList", "destination")):
            ends = [(_end_type(fields[name]), fields[name])] if name in fields else []
            ends += [("location", fields[place])] if (place := f"{name}_place") in fields else []
            if ends:
                event[key] = [{"type": kind, end: named} for kind, named in ends]
        if "condition" in fields:
            event["disposition"] = fields["condition"]
        for name in ("carrier", "complete", "project"):
            if name in fields:
                event[f"enduse:{name}"] = fields[name]
        return {**_head("goods", fields), "body": {"event": {"json": event}}}

    return make


def _end_type(named: object) -> object:
    """Return what an end of a way is: who has the goods there, or the place where no party but a place is called so."""
    if isinstance(named, dict):
        of_default = {"default": _end_type(named["default"])} if "default" in named else {}
        return {**named, "or_place": "type", **of_default}
    return "location" if str(named).startswith("place:") else "possessing_party"


def _money(kind: str, own: str, other: str) -> Callable[[Fields], dict[str, Any]]:
    def make(fields: Fields) -> dict[str, Any]:
        currency = _beside(fields["currency"], fields["amount"])
        body = {own: fields["id"], "amount": {"value": fields["amount"], "currency": currency}}
        body |= {name: _sum(fields[name], currency) for name in ("received", "fee") if name in fields}
        body |= {
            name: fields[name]
            for name in (
                *("donor", other, "pledge", "commitment", "project", "advance", "advance_from", "account_by"),
                *("spent", "contract", "invoice", "valued"),
            )
            if name in fields
        }
        if "purpose" in fields:
            body["purpose"] = {"en": fields["purpose"]}
        return {**_head(kind, fields), "body": body}

    return make


def _gift(fields: Fields) -> dict[str, Any]:
    """Return goods that were given, at a stated value: it stands beside money and moves none."""
    said = _money("disbursement", "disbursement", "recipient")(fields)
    said["body"]["in_kind"] = {"basis": fields.get("basis", "giver"), "source": fields["source"]}
    return said


def _contract(fields: Fields) -> dict[str, Any]:
    """Return a contract as a row tells it, with at most one thing that is bought."""
    body: Fields = {"contract": fields["id"], "supplier": fields["supplier"]} | _given(
        fields, "buyer", "project", "ocid"
    )
    if "amount" in fields:
        body["amount"] = _sum(fields["amount"], fields.get("currency", ""))
    if "title" in fields:
        body["title"] = {"en": fields["title"]}
    if "until" in fields:
        body["period"] = {"start": fields["date"], "end": fields["until"]}
    if "item" in fields:
        body["items"] = [_lot(fields)]
    return {**_head("contract", fields), "body": body}


def _invoice(fields: Fields) -> dict[str, Any]:
    currency = _beside(fields["currency"], fields["amount"])
    body: Fields = {"invoice": fields["id"]} | _given(fields, "supplier", "buyer", "contract", "due", "asks")
    body["amount"] = {"value": fields["amount"], "currency": currency}
    body |= {name: _sum(fields[name], currency) for name in ("retained", "recovered") if name in fields}
    return {**_head("invoice", fields), "body": body}


def _acceptance(fields: Fields) -> dict[str, Any]:
    """Return what who gave an advance accepts of what was spent of it, by its own number of that payment."""
    currency = _beside(fields["currency"], fields["amount"])
    body = {"acceptance": fields["id"], "advance": fields["advance"]}
    body |= {"accepted": {"value": fields["amount"], "currency": currency}}
    if "rejected" in fields:
        body["rejected"] = _sum(fields["rejected"], currency)
    return {**_head("acceptance", fields), "body": body}


def _sum(value: object, currency: object) -> Fields:
    """Return money that a row need not tell of: its currency is the row's, where there is a sum."""
    if not (isinstance(currency, dict) and currency.get("column") == currency.get("sign_in")):
        currency = _beside(currency, value)
    if isinstance(value, dict) and isinstance(currency, dict) and "column" in value:
        currency = {**currency, "when": [*currency.get("when", ()), value["column"]], "required": False}
    return {"value": value, "currency": currency}


def _attestation(fields: Fields) -> dict[str, Any]:
    body = {"attestation": fields["id"], "subject": fields["subject"], "holds": fields["holds"]}
    return {**_head("attestation", fields), "body": body | _given(fields, "basis")}


def _lot(fields: Fields) -> Fields:
    """Return a material with how much of it."""
    item, quantity = fields["item"], fields["quantity"]
    return {
        "material": {**item, "slug": ""} if isinstance(item, dict) else str(item).removeprefix(OWN_CLASS),
        "quantity": {
            "value": {**quantity, "bare": False} if isinstance(quantity, dict) else quantity,
            "unit": fields["unit"],
        },
    }


def _reading(of: str, *more: str) -> Callable[[Fields], dict[str, Any]]:
    def make(fields: Fields) -> dict[str, Any]:
        body = {
            "reading": fields["id"],
            "of": of,
            **_lot(fields),
            "method": fields.get("method", "count"),
        }
        return {**_head("reading", fields), "body": body | _given(fields, "note", *more)}

    return make


def _figure(fields: Fields) -> dict[str, Any]:
    period: Fields = {"start": fields["date"]}
    if "until" in fields:
        period["end"] = fields["until"]
    body = {
        "series": fields["series"],
        "wording": {"en": fields["wording"]},
        "value": fields["value"],
        "unit": fields["unit"],
        "period": period,
        "kind_of_figure": fields.get("kind_of_figure", "count"),
        "citation": {"source": fields["source"]},
    }
    if "title" in fields:
        body["title"] = {"en": fields["title"]}
    return {**_head("indicator", fields), "body": body | _given(fields, "measure")}


def _activity(fields: Fields) -> dict[str, Any]:
    body = {"project": fields["id"], "title": {"en": fields["title"]}, "purpose": "humanitarian"}
    if "organisation" in fields:
        body["contractor"] = fields["organisation"]
    return {**_head("project", fields), "body": body}


def _claim(fields: Fields) -> dict[str, Any]:
    body = {"claim": fields["id"], "about": fields["about"], "words": {"en": fields["words"]}}
    return {**_head("claim", fields), "body": body | _given(fields, "speaker")}


_GOODS: Final = ("date", "place", "item", "quantity", "unit")
_WAY: Final = ("waybill", "from", "to", "carrier")
_PAID: Final = ("date", "amount", "currency", "recipient")

WORDS: Final[dict[str, Word]] = {
    "entry": Word(needed=_GOODS, make=_event("commissioning", action="ADD")),
    "dispatch": Word(
        needed=_GOODS, further=(*_WAY, "to_place", "condition", "contract", "invoice"), make=_event("shipping")
    ),
    "receipt": Word(
        needed=_GOODS, further=(*_WAY, "from_place", "complete", "condition", "instead_of"), make=_event("receiving")
    ),
    "refusal": Word(needed=(*_GOODS, "waybill"), further=("from",), make=_event("refusing")),
    "count": Word(needed=_GOODS, further=("condition",), make=_event("stock_taking")),
    "use": Word(needed=_GOODS, further=("project", "condition"), make=_event("consuming")),
    "spoiling": Word(needed=(*_GOODS, "condition"), make=_event("inspecting")),
    "salvage": Word(needed=_GOODS, make=_event("repairing")),
    "destruction": Word(needed=_GOODS, further=("condition",), make=_event("destroying", action="DELETE")),
    "loss": Word(needed=_GOODS, further=("waybill",), make=_event("reporting_loss")),
    "pledge": Word(
        needed=("date", "amount", "currency"),
        further=("id", "donor", "recipient", "purpose", "valued"),
        make=_money("pledge", "pledge", "recipient"),
    ),
    "commitment": Word(
        needed=_PAID, further=("id", "donor", "pledge", "valued"), make=_money("commitment", "commitment", "recipient")
    ),
    "payment": Word(
        needed=_PAID,
        further=(
            *(
                "id",
                "donor",
                "pledge",
                "commitment",
                "received",
                "fee",
                "account_by",
                "spent",
                "contract",
                "invoice",
                "valued",
            ),
        ),
        make=_money("disbursement", "disbursement", "recipient"),
    ),
    "gift": Word(needed=(*_PAID, "source"), further=("id", "donor", "pledge", "commitment", "basis"), make=_gift),
    "expense": Word(
        needed=("date", "amount", "currency", "payee"),
        further=("id", "project", "fee", "advance", "advance_from", "contract", "invoice", "valued"),
        make=_money("expenditure", "expenditure", "payee"),
    ),
    "contract": Word(
        needed=("date", "supplier"),
        further=("id", "buyer", "project", "amount", "currency", "until", "title", "item", "quantity", "unit", "ocid"),
        make=_contract,
    ),
    "invoice": Word(
        needed=("date", "amount", "currency"),
        further=("id", "supplier", "buyer", "contract", "due", "asks", "retained", "recovered"),
        make=_invoice,
    ),
    "acceptance": Word(needed=("date", "advance", "amount", "currency"), further=("id", "rejected"), make=_acceptance),
    "attestation": Word(needed=("date", "subject", "holds"), further=("id", "basis", "place"), make=_attestation),
    "reading": Word(
        needed=(*_GOODS, "custodian"), further=("id", "method", "note"), make=_reading("stock", "custodian")
    ),
    "reading_of_use": Word(
        needed=("date", "item", "quantity", "unit", "project"),
        further=("id", "method", "note", "place"),
        make=_reading("use", "project"),
    ),
    "figure": Word(
        needed=("date", "series", "wording", "value", "unit", "source"),
        further=("place", "until", "measure", "kind_of_figure", "title"),
        make=_figure,
    ),
    "activity": Word(needed=("date", "title", "place"), further=("id", "organisation"), make=_activity),
    "claim": Word(needed=("date", "about", "words"), further=("id", "speaker", "place"), make=_claim),
}
"""What a row may tell."""


def statement_of(told: Mapping[str, Any], style: Style, lists: Mapping[str, Mapping[str, str]], at: int) -> Fields:
    """Return the statement that a ``[[tells]]`` makes of each row.

    Args:
        told: the table as it stands in the profile.
        style: how the profile's table writes days and numbers.
        lists: the profile's lists.
        at: which of the profile's ``[[tells]]`` it is, for messages.

    Raises:
        MalformedError: there is no such word or field, or a field is missing.
    """
    path = f"$.tells[{at}]"
    what = str(told.get("what", ""))
    word = WORDS.get(what)
    if word is None:
        raise MalformedError.about(
            unknown_word(what, Message.of("form.told"), {name: name for name in WORDS}), path=f"{path}.what"
        )
    known = (*word.needed, *word.further)
    for name in told:
        if name not in known and name not in _SAYS_WHEN:
            raise MalformedError.about(unknown_field(name, known), path=path)
    fields = fields_of(told, style, lists)
    lacking = [name for name in word.needed if name not in fields]
    if lacking:
        raise MalformedError("profile.field_missing", path=path, what=what, fields=lacking)
    if "id" in known:
        fields.setdefault("id", {"content": _id_prefix(what)})
    return {**word.make(fields), **{key: told[key] for key in HOLDS_FOR if key in told}}


def fields_of(told: Mapping[str, Any], style: Style, lists: Mapping[str, Mapping[str, str]]) -> Fields:
    """Return each field of a ``[[tells]]`` as it is read: a leaf, or what holds for every row."""
    what = str(told.get("what", ""))
    fields = {name: _field(name, what, value, style, lists) for name, value in told.items() if name not in _SAYS_WHEN}
    quantity, unit = fields.get("quantity"), fields.get("unit")
    if isinstance(quantity, dict) and isinstance(unit, dict) and quantity.get("column") == unit.get("column"):
        fields |= {"quantity": quantity | {"measured": True}, "unit": unit | {"measured": True}}
    return fields


def columns_in(tells: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the columns that some ``[[tells]]`` read."""
    names: list[str] = []
    for told in tells:
        names += (column for key in HOLDS_FOR for column in told.get(key, ()))
        for name, value in told.items():
            if isinstance(value, dict) and isinstance(value.get("column"), str):
                names.append(value["column"])
            elif isinstance(value, str) and name != "what":
                names.append(value)
    return tuple(dict.fromkeys(names))


def _field(name: str, what: str, value: object, style: Style, lists: Mapping[str, Mapping[str, str]]) -> Any:  # noqa: ANN401 - a leaf or a constant
    if isinstance(value, dict) and "always" in value:
        always = value["always"]
        return _moment(str(always), style) if name in _DATES else _constant(name, what, always, lists)
    given = {"column": value} if isinstance(value, str) else value
    if not isinstance(given, dict):
        return value
    leaf: Fields = {}
    if name in _DATES:
        leaf = {"date": list(style.dates), "time": style.time, "zone": style.zone}
    elif name in ("waybill", "id"):
        leaf = {"paper": True} if name == "waybill" else {"slug": _id_prefix(what)}
    elif name in _NUMBERS:
        leaf = {
            "number": style.numbers,
            "bare": name == "quantity",
            "money": name in ("amount", "received", "fee", "rejected", "retained", "recovered"),
        } | ({"places": _PLACES} if what == "figure" else {})
    elif name in _MAPPED and (what != "figure" or (name == "measure" and _MAPPED[name] in lists)):
        leaf = {"map": _MAPPED[name]}
    elif name in ("complete", "holds", "spent"):
        leaf = {"truth": True}
    elif name in _SLUGS:
        leaf = {"slug": _SLUGS[name], **_OR_PLACE.get(name, {})}
        listed = _LISTS.get(name, "parties" if _SLUGS[name] == "party:" else "")
        if listed in lists:
            leaf |= {"map": listed, "otherwise": "keep"}
    needed = name in WORDS[what].needed and not (what != "figure" and name in ("quantity", "unit"))
    return {**leaf, **({"required": True} if needed and "default" not in given else {}), **given}


def _constant(name: str, what: str, always: object, lists: Mapping[str, Mapping[str, str]]) -> object:
    """Return what holds for every row, read as a cell that says so would be."""
    if not isinstance(always, str) or what == "figure":
        return always
    if name == "unit":
        unit = {**UNIT_WORDS, **lists.get(UNIT_LIST, {})}.get(always, always)
        if unit not in UNITS:
            raise MalformedError("cell.not_listed", path=name, read=always, list=UNIT_LIST)
        return unit
    prefix = _SLUGS.get(name)
    return always if prefix is None or ":" in always else prefix + slug(always)


def _id_prefix(what: str) -> str:
    return _IDS.get(what, f"{what}:")


def _head(kind: str, fields: Fields) -> Fields:
    return {"kind": kind, "occurred_at": fields["date"], **_given(fields, "place")}


def _given(fields: Fields, *names: str) -> Fields:
    return {name: fields[name] for name in names if name in fields}


def _moment(text: str, style: Style) -> str:
    """Return a moment that holds for every row; a day alone is taken at the profile's time of day."""
    known = moment_of(text, ORDERS[2])
    if known is None:
        raise MalformedError("cell.not_a_date", read=text, forms=["2026-01-31"])
    moment, clock = known
    if not clock:
        hour, _, minute = style.time.partition(":")
        moment = moment.replace(hour=int(hour), minute=int(minute))
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone_of(style.zone, "$.read.zone"))).isoformat()


def _offset(date: object) -> object:
    return {**date, "offset": True} if isinstance(date, dict) else str(date)[-6:].replace("Z", "+00:00")


def _beside(currency: object, amount: object) -> object:
    """Let a currency that is written in the amount's own cell be that one, or the row be refused."""
    if not (isinstance(amount, dict) and isinstance(amount.get("column"), str)):
        return currency
    leaf = currency if isinstance(currency, dict) else {"template": str(currency)}
    return {**leaf, "sign_in": amount["column"]}


def _unit_for(unit: object, quantity: object) -> object:
    """Ask for the unit of every quantity that is written: without it, what the row tells would be lost, and nobody told which cell."""
    if isinstance(quantity, dict) and isinstance(unit, dict) and "column" in quantity and "default" not in unit:
        return {**unit, "when": [*unit.get("when", ()), quantity["column"]], "required": True}
    return unit


def _when(quantity: object, unit: object) -> object:
    """Leave a quantity out where its unit is not given: a number without a unit would be read as pieces."""
    if isinstance(quantity, dict) and isinstance(unit, dict) and "column" in unit:
        return {**quantity, "when": [*quantity.get("when", ()), unit["column"]]}
    return quantity
