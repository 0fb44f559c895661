"""Short forms of what is said most: words of the trade for a kind of statement with some of its fields given.

Dispatch and receipt of goods are EPCIS events, which nobody writes by hand; here they are asked for in a few plain fields.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from enduse.statements.base import Body
from enduse.statements.epcis import class_uri
from enduse.terms.amounts import Quantity
from enduse.terms.identifiers import Id
from enduse.terms.times import Period

Fields = dict[str, Any]


class DispatchFields(Body, frozen=True, kw_only=True):
    """What is asked of goods that are sent from the statement's place.

    Attributes:
        consignment: number on the waybill.
        material: what.
        quantity: how much.
        recipient: to whom.
        to_place: to where.
        carrier: who carries it.
        project: what it is for.
        lot: lot, where it is known.
        contract: under which contract, by its buyer's number.
        invoice: which invoice asks for them, by its supplier's number.
        holder: whose goods they are, where a paper of that party is recorded; else the speaker's.
    """

    consignment: Id
    material: Id
    quantity: Quantity
    recipient: Id
    to_place: Id
    carrier: Id | None = None
    project: Id | None = None
    lot: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    contract: Id | None = None
    invoice: Id | None = None
    holder: Id | None = None


class ReceiveFields(Body, frozen=True, kw_only=True):
    """What is asked of goods that came to the statement's place; a delivery may come in several parts.

    Attributes:
        consignment: number on the waybill.
        material: what.
        quantity: how much came, of this part.
        complete: whether this was the last part.
        sender: who sent it.
        lot: lot, where it is known.
        holder: whose goods they are, where a paper of that party is recorded; else the speaker's.
    """

    consignment: Id
    material: Id
    quantity: Quantity
    complete: bool
    sender: Id | None = None
    lot: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    holder: Id | None = None


class HandOverFields(Body, frozen=True, kw_only=True):
    """What is asked of a mandate that is offered to its next holder.

    Attributes:
        mandate: the new mandate's identifier.
        succeeds: the mandate that ends when the new one begins.
        holder: who is to hold it.
        period: from when, until when.
        reason: why.
    """

    mandate: Id
    succeeds: Id
    holder: Id
    period: Period
    reason: Annotated[str, Meta(max_length=1000)] = ""


class ShortForm(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the trade.

    Attributes:
        kind: of statement that it makes.
        given: fields that it gives.
        asks: fields that are asked for in place of the kind's own.
        make: the kind's body, of those fields, the place and the time.
    """

    kind: str
    given: Fields = {}
    asks: type[Body] | None = None
    make: Callable[[Fields, str | None, datetime], Fields] | None = None


_PAPERS: Final = (("desadv", "consignment"), ("po", "contract"), ("inv", "invoice"))


def _event(step: str, fields: Fields, place: str | None, at: datetime, more: Fields) -> Fields:
    """Return an EPCIS event of one line."""
    quantity = fields["quantity"]
    line: Fields = {
        "epcClass": class_uri(fields["material"], fields.get("lot")),
        "quantity": msgspec.Raw(quantity["value"].encode()),
    }
    zone = at.strftime("%z")
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"enduse": "urn:enduse:terms:"}],
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": f"{zone[:3]}:{zone[3:]}",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "bizLocation": {"id": place},
        "quantityList": [line if quantity["unit"] == "C62" else {**line, "uom": quantity["unit"]}],
        "bizTransactionList": [
            {"type": kind, "bizTransaction": fields[name]} for kind, name in _PAPERS if fields.get(name) is not None
        ],
        **{name: value for name, value in more.items() if value is not None},
    }
    return {"event": msgspec.json.encode(event).decode()}


def _handed_over(fields: Fields, _place: str | None, _at: datetime) -> Fields:
    return {"action": "hand_over", **fields}


def _dispatched(fields: Fields, place: str | None, at: datetime) -> Fields:
    ends = [
        {"type": "possessing_party", "destination": fields["recipient"]},
        {"type": "location", "destination": fields["to_place"]},
    ]
    holder = fields.get("holder")
    more = {
        "sourceList": None if holder is None else [{"type": "possessing_party", "source": holder}],
        "destinationList": ends,
        "enduse:carrier": fields.get("carrier"),
        "enduse:project": fields.get("project"),
    }
    return _event("shipping", fields, place, at, more)


def _received(fields: Fields, place: str | None, at: datetime) -> Fields:
    sender, holder = fields.get("sender"), fields.get("holder")
    more = {
        "destinationList": None if holder is None else [{"type": "possessing_party", "destination": holder}],
        "sourceList": None if sender is None else [{"type": "possessing_party", "source": sender}],
        "enduse:complete": "true" if fields["complete"] else "false",
    }
    return _event("receiving", fields, place, at, more)


SHORT_FORMS: Final = {
    "accept": ShortForm(kind="mandate", given={"action": "accept"}),
    "attest": ShortForm(kind="attestation", given={"holds": True}),
    "correct": ShortForm(kind="correction", given={"reason": "incorrect_data"}),
    "count": ShortForm(kind="reading", given={"of": "stock", "method": "count"}),
    "decide": ShortForm(kind="decision"),
    "dispatch": ShortForm(kind="goods", asks=DispatchFields, make=_dispatched),
    "find": ShortForm(kind="finding"),
    "hand-over": ShortForm(kind="mandate", asks=HandOverFields, make=_handed_over),
    "measure": ShortForm(kind="reading", given={"method": "scale"}),
    "pay": ShortForm(kind="disbursement"),
    "receive": ShortForm(kind="goods", asks=ReceiveFields, make=_received),
}
"""By the word; ``reply`` needs none, since the kind is called so."""
