"""From the cells of a row to the fields of a statement, as a profile says; compiled once, run for each row.

A value in a profile's ``[[statement]]`` is

- a text: taken as it is;
- a table with one of the keys below: a *leaf*, worked out for each row;
- any other table or list: walked, and what is missing in it is left out. A table whose every leaf is missing is left
  out itself, its constants with it: alone they say nothing about the row.

Leaves: ``{column = "donor"}`` the cell; ``{template = "truck-{id}"}`` cells in a text; ``{json = {...}}`` a nested
value written as JSON text; ``{row = true}`` all cells that are not blank, as written, by column. Each may say more:

- ``map = "crossings"`` brings the value to what that list says; ``otherwise`` is ``refuse`` (default), ``keep`` or
  ``omit``;
- ``slug = "urn:enduse:party:"`` makes an identifier of a name: lower case, no accents, hyphens, behind that prefix;
- ``number = "1234.5"`` (or ``"1,234.5"``, ``"1.234,5"``) reads an exact decimal in that style; ``scale`` multiplies it;
  ``bare = true`` writes it into JSON without quotes;
- ``date = ["%Y-%m-%d"]`` reads a date or time in one of these forms, with ``time`` for dates alone and ``zone``
  (``UTC``, ``+02:00`` or a name such as ``Asia/Gaza``) where the form has none;
- ``required = true`` refuses the row when there is no value; ``default`` stands for it; ``when = [...]`` leaves the
  value out unless these columns are filled.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Context, Decimal, Inexact
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from enduse.errors import MalformedError
from enduse.messages import Message
from enduse.statements.faults import fault_of
from enduse.terms.amounts import exact_decimal
from enduse.terms.forms import nearest, unknown_field, unknown_word

Cells = Sequence[str]
Made = Callable[[Cells], Any]

MISSING: Final = object()
"""What a leaf without a value gives; it is left out of the table or list around it."""

_ORIGINS: Final = ("column", "template", "json", "row")
_STYLES: Final = {"1234.5": ("", "."), "1,234.5": (",", "."), "1.234,5": (".", ","), "1234,5": ("", ",")}
_OFFSET: Final = re.compile(r"^([+-])(\d{2}):(\d{2})$")
_GAPS: Final = re.compile(r"[\W_]+")
_SLUG_MAX: Final = 120
_EXACT: Final = Context(prec=100, traps=[Inexact])
_REMEMBERED: Final = 4096
_ONLY_IN_LEAVES: Final = frozenset(("map", "otherwise", "slug", "scale", "bare", "required", "when"))
_SHORT: Final = 200
"""Longest text whose value is remembered."""


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One value of a profile that is worked out for each row; see the module."""

    column: str | None = None
    template: str | None = None
    json: Any = None
    row: bool = False
    map: str | None = None
    otherwise: Literal["refuse", "keep", "omit"] = "refuse"
    slug: str | None = None
    number: Literal["1234.5", "1,234.5", "1.234,5", "1234,5"] | None = None
    scale: str | None = None
    bare: bool = False
    date: tuple[str, ...] = ()
    time: str = "00:00"
    zone: str = "UTC"
    required: bool = False
    default: str | None = None
    when: tuple[str, ...] = ()


_LEAF_KEYS: Final = frozenset(Leaf.__struct_fields__)


class Mapper:
    """Compiles the values of a profile for tables with a certain header."""

    def __init__(self, columns: Sequence[str], lists: dict[str, dict[str, str]], blank: Sequence[str] = ()) -> None:
        self._at = {name: position for position, name in enumerate(columns) if name}
        self._names = tuple(columns)
        self._lists = lists
        self._blank = frozenset(("", *blank))

    def compile(self, value: object, path: str) -> Made:
        """Return a function from cells to the value.

        Args:
            value: what the profile says.
            path: where it says so, for messages.

        Raises:
            MalformedError: the profile asks for a column, list or form that is not there.
        """
        return self._part(value, path)[0]

    def _part(self, value: object, path: str) -> tuple[Made, bool]:
        """Return the function, and whether what it gives depends on the cells."""
        if isinstance(value, str):
            return lambda _cells: value, False
        if isinstance(value, list):
            items = [self._part(part, f"{path}[{at}]") for at, part in enumerate(value)]
            made = [item for item, _ in items]
            return lambda cells: _list(made, cells), any(depends for _, depends in items)
        if not isinstance(value, dict):
            raise MalformedError("profile.value_unquoted", path=path, read=str(value).lower())
        if any(key in value for key in _ORIGINS):
            return self._leaf(value, path), True
        _look_for_slips(value, path)
        parts = [(key, self._part(part, f"{path}.{key}")) for key, part in value.items()]
        depends = any(part[1] for _, part in parts)
        return lambda cells: _table(parts, cells, depends=depends), depends

    def _leaf(self, value: dict[str, Any], path: str) -> Made:
        leaf = _leaf(value, path)
        made, name = self._origin(leaf, path)
        steps = self._steps(leaf, path)
        needs = [self._position(column, path) for column in leaf.when]
        blank = self._blank
        default = MISSING if leaf.default is None else leaf.default

        def work_out(value: object) -> object:
            if value is MISSING:
                if leaf.required:
                    raise MalformedError("cell.blank", path=name)
                return default
            try:
                for step in steps:
                    value = step(value)
            except MalformedError as error:
                error.problem = msgspec.structs.replace(error.problem, path=name)
                raise
            return value

        if leaf.column is not None and not needs:
            return _remembered(self._position(leaf.column, path), blank, work_out)

        def run(cells: Cells) -> object:
            if any(cells[at].strip() in blank for at in needs):
                return MISSING
            return work_out(made(cells))

        return run

    def _origin(self, leaf: Leaf, path: str) -> tuple[Made, str]:
        """Return the function that fetches a leaf's raw value, and the column (or path) to name when it is at fault."""
        blank = self._blank
        if leaf.column is not None:
            at = self._position(leaf.column, path)

            def cell(cells: Cells) -> object:
                text = cells[at]
                return MISSING if text.strip() in blank else text

            return cell, leaf.column
        if leaf.template is not None:
            return self._template(leaf.template, path), path
        if leaf.json is not None:
            inner = self.compile(leaf.json, f"{path}.json")
            return (lambda cells: _as_json(inner(cells))), path
        names = self._names

        def row(cells: Cells) -> object:
            return {name: text for name, text in zip(names, cells, strict=True) if name and text.strip() not in blank}

        return row, path

    def _template(self, text: str, path: str) -> Made:
        parts: list[tuple[str, int | None]] = []
        try:
            for literal, field, form, conversion in string.Formatter().parse(text):
                if form or conversion:
                    raise MalformedError("profile.template_format", path=path, read=text)
                parts.append((literal, None if field is None else self._position(field, path)))
        except ValueError as error:
            raise MalformedError("profile.template_unreadable", path=path, read=text) from error
        blank = self._blank

        def fill(cells: Cells) -> object:
            filled = []
            for literal, at in parts:
                filled.append(literal)
                if at is not None:
                    if cells[at].strip() in blank:
                        return MISSING
                    filled.append(cells[at].strip())
            return "".join(filled)

        return fill

    def _steps(self, leaf: Leaf, path: str) -> list[Callable[[Any], Any]]:
        steps: list[Callable[[Any], Any]] = []
        if leaf.map is not None:
            if leaf.map not in self._lists:
                raise MalformedError("profile.list_missing", path=path, list=leaf.map)
            steps.append(_looked_up(self._lists[leaf.map], leaf.otherwise, leaf.map))
        if leaf.slug is not None:
            prefix = leaf.slug
            steps.append(lambda text: prefix + slug(text))
        if leaf.number is not None:
            steps.append(_number(leaf))
        if leaf.date:
            steps.append(_moment(leaf, path))
        return steps

    def _position(self, column: str, path: str) -> int:
        at = self._at.get(column)
        if at is None:
            raise MalformedError.about(no_column(column, self._at), path=path)
        return at


def _leaf(value: dict[str, Any], path: str) -> Leaf:
    try:
        return msgspec.convert(value, Leaf)
    except msgspec.ValidationError as error:
        fault = fault_of(error, value, Leaf).problem
        raise MalformedError.about(fault.told, path=path + fault.path[1:]) from error


def no_column(name: str, columns: Iterable[str]) -> Message:
    """Say that a table has no such column, with the one that was probably meant."""
    return unknown_word(name, Message.of("form.column"), {column: column for column in columns})


def _remembered(at: int, blank: frozenset[str], work_out: Callable[[object], object]) -> Made:
    """Work a cell's value out once for each text it holds: columns repeat themselves."""
    known: dict[str, object] = {}

    def run(cells: Cells) -> object:
        text = cells[at]
        value = known.get(text)
        if value is None:
            value = work_out(MISSING if text.strip() in blank else text)
            if len(known) < _REMEMBERED and len(text) <= _SHORT:
                known[text] = value
        return value

    return run


def _table(parts: list[tuple[str, tuple[Made, bool]]], cells: Cells, *, depends: bool) -> object:
    """Return a table without what is missing in it; nothing, where all that depends on the cells is missing."""
    values = {}
    says_something = not depends
    for key, (made, of_the_row) in parts:
        value = made(cells)
        if value is not MISSING:
            values[key] = value
            says_something = says_something or of_the_row
    return values if values and says_something else MISSING


def _list(items: list[Made], cells: Cells) -> object:
    return [value for made in items if (value := made(cells)) is not MISSING] or MISSING


def _look_for_slips(value: dict[str, Any], path: str) -> None:
    """Refuse a table that was meant to be a leaf: it has a leaf's keys, and one misspelt where the value comes from."""
    options = value.keys() & _LEAF_KEYS
    for key in value.keys() - options:
        if nearest(key, ("column", "template")):
            raise MalformedError.about(unknown_field(key, sorted(_LEAF_KEYS), _ORIGINS), path=path)
    if options == value.keys() and options & _ONLY_IN_LEAVES:
        raise MalformedError("profile.no_origin", path=path, keys=sorted(options), origins=_ORIGINS)


def _as_json(value: object) -> object:
    return MISSING if value is MISSING else msgspec.json.encode(value).decode()


def _looked_up(values: dict[str, str], otherwise: str, name: str) -> Callable[[str], Any]:
    def look(text: str) -> object:
        key = " ".join(text.split())
        listed = values.get(key)
        if listed is not None:
            return listed
        if otherwise == "refuse":
            raise MalformedError("cell.not_listed", read=key, list=name)
        return text if otherwise == "keep" else MISSING

    return look


def _number(leaf: Leaf) -> Callable[[str], Any]:
    style = leaf.number or "1234.5"
    group, point = _STYLES[style]
    grouping = rf"|[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+" if group else ""
    form = re.compile(rf"[+-]?(?:[0-9]+{grouping})(?:{re.escape(point)}[0-9]*)?")
    scale = None if leaf.scale is None else Decimal(exact_decimal(leaf.scale))

    def read(text: str) -> object:
        plain = text.strip()
        if not form.fullmatch(plain):
            raise MalformedError("cell.not_a_number", read=text, form=style)
        plain = exact_decimal(plain.replace(group, "").replace(point, "."))
        if scale is not None:
            try:
                plain = format(_EXACT.multiply(Decimal(plain), scale), "f")
            except Inexact as error:
                raise MalformedError("cell.too_many_digits", read=text) from error
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return msgspec.Raw(plain.encode()) if leaf.bare else plain

    return read


def _moment(leaf: Leaf, path: str) -> Callable[[str], datetime]:
    zone = _zone(leaf.zone, path)
    try:
        clock = datetime.strptime(leaf.time, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError as error:
        raise MalformedError("profile.time_of_day", path=path, read=leaf.time) from error

    def read(text: str) -> datetime:
        plain = text.strip()
        for form in leaf.date:
            try:
                moment = datetime.strptime(plain, form)  # noqa: DTZ007 - its zone follows
            except ValueError:
                continue
            if not re.search("%[HIcsTX]", form):
                moment = datetime.combine(moment.date(), clock)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        raise MalformedError("cell.not_a_date", read=text, forms=leaf.date)

    return read


def _zone(text: str, path: str) -> tzinfo:
    if text == "UTC":
        return UTC
    if offset := _OFFSET.match(text):
        size = timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3)))
        return timezone(size if offset.group(1) == "+" else -size)
    try:
        return ZoneInfo(text)
    except (LookupError, ValueError, OSError) as error:
        raise MalformedError("profile.zone_unknown", path=path, read=text) from error


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Return an identifier for a name: lower case, no accents, hyphens for anything but letters and digits.

    Raises:
        MalformedError: nothing is left of it.
    """
    plain = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    identifier = _GAPS.sub("-", plain.casefold()).strip("-")[:_SLUG_MAX].rstrip("-")
    if not identifier:
        raise MalformedError("cell.no_identifier", read=text)
    return identifier
