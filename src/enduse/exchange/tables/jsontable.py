"""Answers in JSON as tables: KoboToolbox (API v2), ODK Central (OData), OCHA's FTS (flows), or a plain list of records.

A record is a row; fields within fields are joined with ``/``. What is collected several times within a record (a repeat group)
is a sheet of its own, whose rows name the record they belong to and bear what it says. Numbers keep their digits. A point on earth that cannot be is a
fault of its cell, and nothing is turned round.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from io import BufferedReader
from typing import Any, Final

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.tables.cells import FaultyCell, NumberCell
from enduse.exchange.tables.limits import Limits
from enduse.messages import Message
from enduse.terms.forms import unknown_word

MAIN: Final = "records"
"""The sheet of the records themselves."""

_KEYS: Final = ("__id", "_id", "_uuid")
"""What names a record, the steadiest first: a submission that is edited gets another ``_uuid``."""
_PARENT: Final = "_parent"
_INDEX: Final = "_index"
_REVIEW: Final = "_validation_status"
"""What KoboToolbox's reviewers said of a submission: an object here, empty where they said nothing, and in its CSV one text."""
_SHOWN: Final = 8
_NORTH: Final = 90
_EAST: Final = 180
_DEPTH_MAX: Final = 20
_SHEETS_MAX: Final = 200

Record = dict[str, Any]


class JsonTable:
    """One answer, read whole.

    Attributes:
        columns: every field that some record of the sheet has, in the order in which they are met.
        header_row: 1, as if the names stood in a row.
        sheet: the sheet that is read.
        sheets: all of them.
    """

    header_row = 1

    def __init__(self, stream: BufferedReader, limits: Limits, sheet: str | None) -> None:
        """Read and flatten it.

        Raises:
            MalformedError: it is no JSON, or no list of records.
            LimitError: it is larger than is held in memory.
        """
        data = stream.read(limits.shared_chars + 1)
        if len(data) > limits.shared_chars:
            raise LimitError("file.unpacks_too_large", most=limits.shared_chars)
        try:
            answer = json.loads(data.decode("utf-8-sig"), parse_float=NumberCell, parse_int=NumberCell)
        except (UnicodeDecodeError, RecursionError) as error:
            raise MalformedError("table.json_broken", reason=str(error)) from error
        except json.JSONDecodeError as error:
            raise MalformedError("json.broken", position=error.pos + 1) from error
        records, self._more = _records(answer)
        self._limits = limits
        self._sheets: dict[str, list[Record]] = {MAIN: []}
        self._above: dict[int, Record] = {}
        replaced = {_of_form(record, "deprecatedID") for record in records} - {""}
        kept = [record for record in records if _of_form(record, "instanceID") not in replaced]
        self._replaced, records = len(records) - len(kept), kept
        for number, record in enumerate(records, start=1):
            name = next((str(record[key]) for key in _KEYS if record.get(key)), str(number))
            row: Record = {}
            self._flatten(record, "", row, name, 0)
            self._sheets[MAIN].append(row)
        self.sheets = tuple(self._sheets)
        self.sheet = sheet or MAIN
        if self.sheet not in self._sheets:
            raise MalformedError.about(
                unknown_word(self.sheet, Message.of("form.sheet"), {name: name for name in self._sheets})
            )
        self._rows = list(map(self._with_form, self._sheets[self.sheet]))
        self.columns = tuple(dict.fromkeys(name for row in self._rows for name in row)) or ("",)

    def _flatten(self, record: Record, prefix: str, row: Record, name: str, depth: int) -> None:
        if depth > _DEPTH_MAX:
            raise LimitError("table.json_too_deep", most=_DEPTH_MAX)
        for key, value in record.items():
            path = key if not prefix or key.startswith(f"{prefix}/") else f"{prefix}/{key}"
            if isinstance(value, dict) and value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
                row.update(_point(path, value["coordinates"]))
            elif isinstance(value, dict):
                if path == _REVIEW:
                    row[path] = _text(value.get("uid"))
                self._flatten(value, path, row, name, depth + 1)
            elif isinstance(value, list) and value and all(map(_is_named, value)):
                for kind in dict.fromkeys(item["type"] for item in value):
                    names = dict.fromkeys(item["name"] for item in value if item["type"] == kind)
                    row[f"{path}/{kind}"] = ", ".join(names)
            elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
                self._repeat(value, path, name, row, depth + 1)
            else:
                row[path] = _text(value)

    def _with_form(self, row: Record) -> Record:
        """Return a row of a repeat group with what its submission says beside it."""
        above = self._above.get(id(row))
        return row if above is None else {**row, **{k: v for k, v in self._with_form(above).items() if k not in row}}

    def _repeat(self, items: list[Any], path: str, name: str, above: Record, depth: int) -> None:
        rows = self._sheets.setdefault(path, [])
        if len(self._sheets) > _SHEETS_MAX:
            raise LimitError("workbook.too_many_parts", most=_SHEETS_MAX)
        for number, item in enumerate(items, start=1):
            row: Record = {_PARENT: name, _INDEX: NumberCell(number)}
            self._above[id(row)] = above
            if isinstance(item, dict):
                self._flatten(item, path, row, f"{name}/{path}/{number}", depth)
            else:
                row[path] = _text(item)
            rows.append(row)

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each record with its number from 1."""
        for number, row in enumerate(self._rows, start=1):
            yield number, [row.get(name, "") for name in self.columns]

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield the names of the fields, then each record."""
        yield self.header_row, list(self.columns)
        for number, cells in self.rows():
            yield self.header_row + number, cells

    def lost(self) -> dict[Message, int]:
        """Say what is not in the rows: other sheets, and further pages of the answer."""
        others = [name for name in self.sheets if name != self.sheet]
        lost = {
            Message.of("workbook.other_sheets", sheet=self.sheet, others=others): len(others),
            Message.of("table.more_pages"): int(self._more),
            Message.of("table.version_replaced"): self._replaced,
        }
        faults = sum(isinstance(value, FaultyCell) for row in self._rows for value in row.values())
        lost[Message.of("table.no_such_point")] = faults
        return {note: count for note, count in lost.items() if count}


def _records(answer: object) -> tuple[list[Record], bool]:
    """Return the records of an answer, and whether it says that there are more on another page."""
    found, more = answer, False
    if isinstance(answer, dict):
        found = answer.get("results", answer.get("value"))
        more = bool(answer.get("next") or answer.get("@odata.nextLink"))
        inner, meta = answer.get("data"), answer.get("meta")
        if isinstance(inner, dict) and "flows" in inner:
            found, more = inner["flows"], bool(isinstance(meta, dict) and meta.get("nextLink"))
    if isinstance(found, list) and all(isinstance(item, dict) for item in found):
        return found, more
    keys = list(answer)[:_SHOWN] if isinstance(answer, dict) else []
    raise MalformedError("table.json_no_records", keys=keys)


def _is_named(item: object) -> bool:
    """Say whether an item is a thing of a type with a name, as the Financial Tracking Service lists whom money is from."""
    return isinstance(item, dict) and isinstance(item.get("type"), str) and isinstance(item.get("name"), str)


def _of_form(record: Record, name: str) -> str:
    """Return what a record says of itself as a submission: the identifier of this version, or of that which it replaces."""
    meta = record.get("meta")
    return str(record.get(f"meta/{name}") or (meta.get(name) if isinstance(meta, dict) else "") or "")


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case list():
            return " ".join(_text(item) for item in value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _point(path: str, coordinates: list[Any]) -> Record:
    """Return the parts of a GeoJSON point: longitude, latitude and altitude, in this order."""
    names = ("longitude", "latitude", "altitude")
    parts: Record = {f"{path}/{name}": _text(value) for name, value in zip(names, coordinates, strict=False)}
    for name, most in (("longitude", _EAST), ("latitude", _NORTH)):
        text = parts.get(f"{path}/{name}", "")
        try:
            beyond = bool(text) and abs(Decimal(text)) > most
        except InvalidOperation:
            beyond = True
        if beyond:
            parts[f"{path}/{name}"] = FaultyCell(text, Problem.of("cell.no_such_point", read=text, most=most))
    return parts
