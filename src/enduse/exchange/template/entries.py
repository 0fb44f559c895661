"""Rows of the workbook as what each party says: one row, one statement of the party that it names.

Goods become EPCIS events as a table's profile would write them, waybills by the same identifiers, so that what a workbook says and what
another party's table says meet in one consignment.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from enduse.errors import EnduseError, Problem
from enduse.exchange.tables.leaf import slug
from enduse.exchange.template.cells import RowCells
from enduse.exchange.template.reading import FormRow
from enduse.exchange.unsigned import Row, UnsignedStatement, unsigned_statement
from enduse.messages import Message
from enduse.statements.base import Source
from enduse.statements.codec import encode
from enduse.statements.epcis import class_uri
from enduse.terms.times import format_instant

Fields = dict[str, Any]
"""What stands in a statement or its body, as in JSON."""

PROFILE: Final = "enduse-workbook"
"""Profile of what is read from the workbook of a programme: by it its rows are told from those of other tables."""

_DIVIDED: Final = re.compile("[,;،؛\n]")
_COLUMNS: Final = {
    "budget": "budget",
    "amount": "amount",
    "value": "quantity",
    "quantity": "quantity",
    "currency": "currency",
    "unit": "unit",
    "record": "record",
    "tolerance": "allowance",
    "instrument": "instrument",
    "name": "name_en",
    "title": "name_en",
    "party": "id",
    "place": "id",
    "project": "id",
    "period": "end",
    "planned": "departs",
    "carries": "carries",
    "progress": "done",
}
"""Column to which a fault of a statement belongs, by the last of the fields that its path names."""


class RowStatement(msgspec.Struct, frozen=True):
    """One statement that a row makes: its kind, who says it, its head and body."""

    kind: str
    party: str
    at: datetime
    body: Fields
    place: str | None = None
    part: str = ""

    def unsigned(self) -> UnsignedStatement:
        """Return it as a statement.

        Raises:
            EnduseError: it is at fault.
        """
        fields = {"occurred_at": format_instant(self.at), "place": self.place, "body": self.body}
        made = unsigned_statement(self.kind, fields, party=self.party)
        encode(made.statement("-", self.party, 1))
        return made


class Entries:
    """Makes the rows of the sheets into statements.

    Args:
        source: name and digest of the workbook.
        purposes: purpose of each project, by its identifier.
        sites: where each is, where that is known.
    """

    def __init__(self, source: Source, purposes: Mapping[str, str], sites: Mapping[str, str | None]) -> None:
        self._source = source
        self._purposes = purposes
        self._sites = sites
        self._names: Counter[str] = Counter()

    def rows(self, cells: RowCells) -> Iterator[Row]:
        """Give what one row of a sheet of facts says."""
        make: Callable[[RowCells], list[RowStatement]] = getattr(self, f"_{cells.row.form.code}")
        try:
            said = make(cells)
        except EnduseError as error:  # a number of which no identifier can be made
            said = []
            cells.problems.append(cells.row.fault(error.problem.told))
        yield from self.given(cells.row, said, cells.problems)

    def given(self, row: FormRow, said: list[RowStatement], problems: list[Problem]) -> Iterator[Row]:
        """Give what a row says: each statement by itself, since parties sign apart; or what is wrong with it."""
        statements = []
        for one in said if not problems else ():
            try:
                statements.append((one, one.unsigned()))
            except EnduseError as error:
                problems.append(row.fault(error.problem.told, _column(row, error.problem.path)))
        if problems:
            yield Row(source=self._at(row), sheet=row.sheet, line=row.line, problems=tuple(problems))
            return
        for one, made in statements:
            source = self._at(row, one.part)
            sourced = msgspec.structs.replace(made, source=source)
            yield Row(source=source, sheet=row.sheet, line=row.line, statements=(sourced,))

    def _at(self, row: FormRow, part: str = "") -> Source:
        path = f"{row.sheet} {part}".strip()[:200]
        return msgspec.structs.replace(self._source, row=row.line, path=path, profile=PROFILE, sheet=row.sheet[:200])

    def _numbered(self, name: str) -> str:
        """Return an identifier for what bears no number on paper, a further one where the same comes again."""
        self._names[name] += 1
        again = self._names[name]
        return name if again == 1 else f"{name}-{again}"

    # -- sheets ----------------------------------------------------------------------------------------------------

    def mandate(self, cells: RowCells, keeper: str) -> list[RowStatement]:
        """Return the offer of a mandate by the keeper, and its holder's acceptance where its day is given."""
        holder, function, place = cells.take("holder"), cells.take("function"), cells.take("place")
        start, end, accepted = cells.take("start"), cells.take("end"), cells.take("accepted")
        if cells.problems:
            return []
        name = self._numbered("mandate:" + slug(f"{holder} {function} {place} {start:%Y-%m-%d}"))
        period = {"start": format_instant(start)} | ({"end": format_instant(end)} if end else {})
        offer = {
            "mandate": name,
            "action": "offer",
            "holder": holder,
            "functions": [function],
            "places": [place],
            "period": period,
        }
        said = [RowStatement("mandate", keeper, start, offer)]
        if accepted:
            said.append(
                RowStatement("mandate", holder, accepted, {"mandate": name, "action": "accept"}, part="accepted")
            )
        return said

    def _pledges(self, cells: RowCells) -> list[RowStatement]:
        number, donor, receiver = cells.take("number"), cells.take("donor"), cells.take("receiver")
        amount, at, what_for = _money(cells), cells.take("day"), cells.take("what_for")
        body = {"pledge": _id("pledge", number), "amount": amount, "recipient": receiver}
        if what_for:
            body["purpose"] = {_tongue(what_for): what_for}
        return _one(cells, "pledge", donor, at, _filled(body))

    def _contracts(self, cells: RowCells) -> list[RowStatement]:
        number, buyer, supplier = cells.take("number"), cells.take("buyer"), cells.take("supplier")
        project, value, at, end = cells.take("project"), cells.take("amount"), cells.take("day"), cells.take("end")
        currency, what_for = cells.take("currency", needed=value is not None), cells.take("what_for")
        if cells.problems:
            return []
        body = {
            "contract": _id("contract", number),
            "supplier": supplier,
            "project": project,
            "amount": None if value is None else {"value": value, "currency": currency},
            "period": {"start": format_instant(at), "end": format_instant(end)} if end else None,
            "title": {_tongue(what_for): what_for} if what_for else None,
        }
        return _one(cells, "contract", buyer, at, _filled(body))

    def _payments(self, cells: RowCells) -> list[RowStatement]:
        number, payer, receiver = cells.take("number"), cells.take("from"), cells.take("receiver")
        amount, at, to = _money(cells), cells.take("day"), cells.take("paid_for")
        pledge, project, lot = cells.take("pledge"), cells.take("project"), cells.take("lot")
        material, quantity, contract = cells.take("material"), _quantity(cells), _id("contract", cells.take("contract"))
        if to == "partner":
            body = {
                "disbursement": _id("disbursement", number),
                "amount": amount,
                "recipient": receiver,
                "pledge": _id("pledge", pledge),
                "contract": contract,
            }
            return _one(cells, "disbursement", payer, at, _filled(body))
        body = {
            "expenditure": _id("expenditure", number),
            "amount": amount,
            "payee": receiver,
            "project": project,
            "contract": contract,
        }
        bought = [material, quantity, lot]
        if any(bought):
            if not all(bought):
                cells.fault("material", Message.of("template.goods_incomplete"))
            body["buys"] = [{"lot": _id("", lot), "material": material, "quantity": quantity}]
        return _one(cells, "expenditure", payer, at, _filled(body))

    def _goods_in(self, cells: RowCells) -> list[RowStatement]:
        at, holder, place = cells.take("day"), cells.take("holder"), cells.take("place")
        more = {"action": "ADD", "quantityList": _lines(cells)}
        return _goods(cells, holder, at, place, "commissioning", more)

    def _dispatches(self, cells: RowCells) -> list[RowStatement]:
        at, sender, place = cells.take("day"), cells.take("from"), cells.take("from_place")
        taker, towards, carrier = cells.take("receiver"), cells.take("to_place"), cells.take("carrier")
        more = {
            "action": "OBSERVE",
            "quantityList": _lines(cells),
            "bizTransactionList": [*_waybill(cells), *_under(cells)],
            "destinationList": _ends("destination", taker, towards),
            "enduse:carrier": carrier,
            "enduse:project": cells.take("project"),
        }
        return _goods(cells, sender, at, place, "shipping", more)

    def _receipts(self, cells: RowCells) -> list[RowStatement]:
        at, taker, place = cells.take("day"), cells.take("receiver"), cells.take("place")
        sender, complete = cells.take("from"), cells.take("complete")
        more = {
            "action": "OBSERVE",
            "quantityList": _lines(cells),
            "bizTransactionList": _waybill(cells),
            "sourceList": _ends("source", sender, None),
            "enduse:complete": None if complete is None else "true" if complete == "yes" else "false",
        }
        return _goods(cells, taker, at, place, "receiving", more)

    def _use(self, cells: RowCells) -> list[RowStatement]:
        at, party, place, project = cells.take("day"), cells.take("party"), cells.take("place"), cells.take("project")
        lines = _lines(cells)
        if self._purposes.get(project or "") == "humanitarian":
            more = {"action": "OBSERVE", "quantityList": lines, "enduse:project": project}
            return _goods(cells, party, at, place, "consuming", more)
        more = {
            "type": "AssociationEvent",
            "action": "ADD",
            "parentID": project,
            "childQuantityList": lines,
            "enduse:project": project,
        }
        return _goods(cells, party, at, place, "installing", more)

    def _counts(self, cells: RowCells) -> list[RowStatement]:
        at, party, of = cells.take("day"), cells.take("counted_by"), cells.take("checked")
        place, holder, material = cells.take("place"), cells.take("holder"), cells.take("material")
        project = cells.take("project", needed=of == "use")
        waybill = cells.take("waybill", needed=of in {"shipped", "received"})
        quantity, how = _quantity(cells), cells.take("how")
        instrument, error = cells.take("instrument"), cells.take("error")
        if cells.problems:
            return []
        about = project if of == "use" else waybill if of in {"shipped", "received"} else place
        body = {
            "reading": self._numbered("reading:" + slug(f"{of} {about} {material} {party} {at:%Y-%m-%d}")),
            "of": of,
            "material": material,
            "quantity": quantity,
            "method": how,
            "custodian": (holder or party) if of == "stock" else None,
            "project": project if of == "use" else None,
            "consignment": cells.consignment(waybill) if of in {"shipped", "received"} else None,
        }
        if error or instrument:
            body["instrument"] = {"instrument": _id("instrument", instrument or place), "random_sd": error or "0"}
        return _one(cells, "reading", party, at, _filled(body), place)

    def _attestations(self, cells: RowCells) -> list[RowStatement]:
        number, at, party = cells.take("number"), cells.take("day"), cells.take("party")
        project, holds, basis = cells.take("project"), cells.take("holds"), cells.take("basis")
        body = {
            "attestation": _id("attestation", number),
            "subject": project,
            "holds": holds == "yes",
            "basis": basis or "",
        }
        return _one(cells, "attestation", party, at, body)

    def _works(self, cells: RowCells) -> list[RowStatement]:
        at, party, project, done = cells.take("day"), cells.take("party"), cells.take("project"), cells.take("done")
        if cells.problems:
            return []
        name = self._numbered("milestone:" + slug(f"{project} {at:%Y-%m-%d}"))
        body = {"milestone": name, "project": project, "progress": done}
        return _one(cells, "milestone", party, at, body, self._sites.get(project))

    def _crossings(self, cells: RowCells) -> list[RowStatement]:
        at, party, crossing = cells.take("day"), cells.take("party"), cells.take("crossing")
        loads, inspected, behind = (
            whole_number(cells, "loads"),
            whole_number(cells, "inspected"),
            cells.take("leads_to"),
        )
        body = {"crossing": crossing, "trucks": loads, "inspected": inspected, "leads_to": [behind] if behind else None}
        return _one(cells, "crossing", party, at, _filled(body))

    def _closures(self, cells: RowCells) -> list[RowStatement]:
        number, party, crossing = cells.take("number"), cells.take("party"), cells.take("crossing")
        start, end, why = cells.take("start"), cells.take("end"), cells.take("why")
        if cells.problems:
            return []
        period = {"start": format_instant(start)} | ({"end": format_instant(end)} if end else {})
        body = {"closure": _id("closure", number), "crossing": crossing, "period": period, "reason": why}
        return _one(cells, "closure", party, start, _filled(body))

    def _movements(self, cells: RowCells) -> list[RowStatement]:
        number, at, party, step = cells.take("number"), cells.take("day"), cells.take("party"), cells.take("step")
        area, departs, authority = cells.take("area"), cells.take("departs"), cells.take("authority")
        body = {
            "movement": _id("movement", number),
            "action": step,
            "planned": format_instant(departs) if departs else None,
            "to": authority,
            "carries": [cells.consignment(one) for one in _several(cells.take("carries"))] or None,
            "reason": cells.take("why"),
        }
        return _one(cells, "movement", party, at, _filled(body), area)


def whole_number(cells: RowCells, code: str) -> int | None:
    """Return a cell that counts something; ``None`` where it is empty, or at fault, which is noted."""
    value = cells.take(code)
    if value is not None and Decimal(value) != int(Decimal(value)):
        cells.fault(code, Message.of("template.not_whole", read=value))
        return None
    return None if value is None else int(Decimal(value))


def _one(
    cells: RowCells, kind: str, party: str, at: datetime, body: Fields, place: str | None = None
) -> list[RowStatement]:
    return [] if cells.problems else [RowStatement(kind, party, at, body, place)]


def _goods(cells: RowCells, party: str, at: datetime, place: str, step: str, more: Fields) -> list[RowStatement]:
    if cells.problems:
        return []
    event = {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": _offset(at),
        "bizStep": step,
        "readPoint": {"id": place},
        "bizLocation": {"id": place},
        **_filled(more),
    }
    return [RowStatement("goods", party, at, {"event": msgspec.json.encode(event).decode()}, place)]


def _offset(at: datetime) -> str:
    written = at.strftime("%z")
    return f"{written[:3]}:{written[3:]}"


def _filled(body: Fields) -> Fields:
    return {name: value for name, value in body.items() if value not in (None, [])}


def _several(text: str | None) -> list[str]:
    """Return the numbers that stand in one cell, each once, divided by commas or semicolons of any script."""
    return list(dict.fromkeys(part for one in _DIVIDED.split(text or "") if (part := one.strip())))


def _id(prefix: str, number: str | None) -> str | None:
    if number is None:
        return None
    return f"{prefix}:{slug(number)}" if prefix else slug(number)


def _money(cells: RowCells) -> Fields:
    return {"value": cells.take("amount"), "currency": cells.take("currency")}


def _quantity(cells: RowCells) -> Fields | None:
    value = cells.take("quantity")
    unit = cells.take("unit", needed=value is not None)
    return None if value is None else {"value": value, "unit": unit}


def _lines(cells: RowCells) -> list[Fields]:
    """Return the goods of a row as a list of one line, its number with the digits as written."""
    material, quantity = cells.take("material"), _quantity(cells)
    lot = cells.take("lot") if any(column.code == "lot" for column in cells.row.form.columns) else None
    if material is None or quantity is None or cells.problems:
        return []
    number = msgspec.Raw(quantity["value"].encode())
    return [{"epcClass": class_uri(material, _id("", lot)), "quantity": number, "uom": quantity["unit"]}]


def _waybill(cells: RowCells) -> list[Fields]:
    number = cells.consignment(cells.take("waybill"))
    return [] if number is None else [{"type": "desadv", "bizTransaction": number}]


def _under(cells: RowCells) -> list[Fields]:
    """Return the contract under which goods are sent, as the standard names it among an event's transactions."""
    number = cells.take("contract")
    return [] if number is None else [{"type": "po", "bizTransaction": _id("contract", number)}]


def _ends(which: str, party: str | None, place: str | None) -> list[Fields]:
    ends = {"possessing_party": party, "location": place}
    return [{"type": kind, which: value} for kind, value in ends.items() if value is not None]


def _tongue(text: str) -> str:
    """Return the language that a text of people is in, as far as its letters tell: Arabic, else English."""
    return "ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) else "en"


def _column(row: FormRow, path: str) -> str:
    """Return the column that a fault of a statement belongs to; nothing, where it is of the row as a whole."""
    known = {column.code for column in row.form.columns}
    parts = path.replace("[", ".").replace("]", "").split(".")
    return next((code for part in reversed(parts) if (code := _COLUMNS.get(part, "")) in known), "")
