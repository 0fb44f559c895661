"""From the cells of a row to the fields of a statement, as a profile says; compiled once, run for each row.

A value in a profile's ``[[statement]]`` is

- a text: taken as it is; a table with one of the keys below: a *leaf*, worked out for each row;
- any other table or list: walked, and what is missing in it is left out. A table whose every leaf is missing is left out itself, with its constants.

Leaves: ``{column = "donor"}`` the cell; ``{template = "truck-{id}"}`` cells in a text; ``{json = {...}}`` a nested value written as JSON text;
``{row = true}`` all cells that are not blank, as written, by column; ``{content = "pay:"}`` an identifier made of all cells of the row, with a
running number among rows that are alike. Each may say more:

- ``pattern = "{} bags (50kg)"`` takes the part of a text that stands for ``{}``; ``*`` stands for anything;
- ``map = "crossings"`` brings the value to what that list says; ``otherwise`` is ``refuse`` (default), ``keep`` or ``omit``;
- ``slug = "urn:enduse:party:"`` makes an identifier of a name: lower case, no accents, hyphens, behind that prefix;
- ``paper = true`` takes the number of a paper for the identifier that the programme made of it, where it has one;
- ``number = "1234.5"`` (or ``"1,234.5"``, ``"1.234,5"``) reads an exact decimal in that style; ``scale`` multiplies it; ``places = 6`` rounds it and says so; ``bare = true`` writes it into JSON without quotes;
- ``money = true`` lets a currency stand beside the number; ``sign_in`` names the column in which it must be the leaf's own;
- ``truth = true`` reads yes or no; ``whole = true`` a whole number; ``measured = true`` takes the number of what is written like *2000 kg*, with ``map`` its unit;
- ``date = ["%Y-%m-%d"]`` reads a date or time in one of these forms, with ``time`` for dates alone and ``zone``
  (``UTC``, ``+02:00`` or a name such as ``Asia/Gaza``) where the form has none; a form may also be ``day-month-year``,
  ``month-day-year`` or ``year-month-day``: then signs, names of months and clock are read as people write them; ``offset = true`` gives the moment's distance from UTC instead;
- ``required = true`` refuses the row when there is no value; ``default`` stands for it; ``when = [...]`` leaves the value out unless these are filled.
"""

import hashlib
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.amount_text import currencies_of, parted
from enduse.exchange.tables.cells import FaultyCell, NumberCell, as_identifier, sound, without_text_sign
from enduse.exchange.tables.leaf import (
    MISSING,
    ORIGINS,
    Leaf,
    Step,
    end_of_way,
    look_for_slips,
    looks,
    no_column,
    paper,
    read_number,
    steps_of,
)
from enduse.exchange.tables.values import folded
from enduse.messages import Message
from enduse.statements.epcis import OWN_CLASS
from enduse.statements.faults import fault_of
from enduse.terms.names import without_marks

Cells = Sequence[str]
Made = Callable[[Cells], Any]
Test = Callable[[Cells], bool]
MayBe = Callable[[str, str, str], None]
"""Refuses an identifier, made of a name in a column, that must not be new."""

_REMEMBERED: Final = 4096
"""So many values are remembered for each column, or few columns together; then remembering begins anew."""
_TOGETHER: Final = 3
"""What depends on so many columns at most is remembered for their cells together."""
_NAMING: Final = ("party:", "place:", "project:", OWN_CLASS)
"""Of names with these prefixes it is looked whether the programme has others that are spelt much alike."""
_NAMED_MAX: Final = 500
_SHORT: Final = 200
"""Longest text whose value is remembered."""


class _Part(NamedTuple):
    """One part of a profile, compiled.

    Attributes:
        made: gives its value for the cells of a row.
        reads: positions of the cells on which that depends; ``None`` for all.
    """

    made: Made
    reads: frozenset[int] | None


class Mapper:
    """Compiles the values of a profile for tables with a certain header.

    Attributes:
        notes: what had to be changed in the cells of the row at hand; whoever asks for rows empties it.
        leaves: what was compiled of single cells, so that all that is wrong with a row can be told at once.
        named: columns and texts of which identifiers were made that are none of ``called``, the first of them.
    """

    def __init__(
        self,
        columns: Sequence[str],
        lists: dict[str, dict[str, str]],
        blank: Sequence[str] = (),
        called: Mapping[str, str] | None = None,
        may_be: MayBe | None = None,
    ) -> None:
        self._at = {name: position for position, name in enumerate(columns) if name}
        self._names = tuple(columns)
        self._lists = lists
        self._blank = frozenset(("", *blank))
        self._called = called or {}
        self._may_be = may_be
        self.notes: list[Message] = []
        self.leaves: list[Made] = []
        self.named: dict[str, tuple[str, str]] = {}

    def compile(self, value: object, path: str) -> Made:
        """Return a function from cells to the value.

        Args:
            value: what the profile says.
            path: where it says so, for messages.

        Raises:
            MalformedError: the profile asks for a column, list or form that is not there.
        """
        return self._part(value, path).made

    def condition(self, where: Mapping[str, Sequence[str] | str], path: str) -> Test:
        """Return a test whether a row has, in each of these columns, one of these texts."""
        wanted = [
            (self._position(column, path), frozenset(map(_word, [texts] if isinstance(texts, str) else texts)))
            for column, texts in where.items()
        ]
        if not wanted:
            return _always
        return lambda cells: all(_word(cells[at]) in texts for at, texts in wanted)

    def filled(self, told: Mapping[str, Any], style: str, path: str) -> Test:
        """Return a test whether a row holds what is told.

        Args:
            told: with columns that must be ``filled``, or whose numbers must be ``positive``, ``negative``, ``not_zero``, or ``zero`` or none;
                what is no number is all of these, so that it is told when it is read.
            style: how numbers are written.
            path: where the profile says so, for messages.
        """
        needs = [(self._position(column, path), column) for column in told.get("filled", ())]
        above, below, other, none = (
            [self._position(column, path) for column in told.get(key, ())]
            for key in ("positive", "negative", "not_zero", "zero")
        )
        if not (needs or above or below or other or none):
            return _always

        def test(cells: Cells) -> bool:
            return (
                all(
                    isinstance(cells[at], FaultyCell) or self._raw(cells[at], column) is not MISSING
                    for at, column in needs
                )
                and all((number := read_number(cells[at], style)) is None or number > 0 for at in above)
                and all((number := read_number(cells[at], style)) is None or number < 0 for at in below)
                and all(read_number(cells[at], style) != 0 for at in other)
                and all(not read_number(cells[at], style) for at in none)
            )

        return test

    def _part(self, value: object, path: str) -> _Part:
        if isinstance(value, str) and ":" in value:
            value = self._called.get(value, value)
        if isinstance(value, str | bool | int):
            return _Part(lambda _cells: value, frozenset())
        if isinstance(value, list):
            items = [self._part(part, f"{path}[{at}]") for at, part in enumerate(value)]
            made = [item.made for item in items]
            return _Part(lambda cells: _list(made, cells), _together(item.reads for item in items))
        if not isinstance(value, dict):
            raise MalformedError("profile.value_unquoted", path=path, read=str(value).lower())
        if any(key in value for key in ORIGINS):
            return self._leaf(value, path)
        parts = self._fields(value, path)
        fields = [(key, part.made) for key, part in parts]
        of_the_row = frozenset(key for key, part in parts if part.reads != frozenset())
        return _Part(lambda cells: _table(fields, of_the_row, cells), _together(part.reads for _, part in parts))

    def _fields(self, value: dict[str, Any], path: str, *, as_json: bool = False) -> list[tuple[str, _Part]]:
        look_for_slips(value, path)
        compiled = self._written if as_json else self._part
        parts = [(key, compiled(part, f"{path}.{key}")) for key, part in value.items()]
        when = value.get("eventTime")
        if isinstance(when, dict) and "date" in when and "enduse:within" not in value:
            made, reads = self._within(when, f"{path}.eventTime")
            parts.append(("enduse:within", _Part(_then(made, _as_json) if as_json else made, reads)))
        return parts

    def _written(self, value: object, path: str) -> _Part:
        """Return what gives a value as JSON: what is the same in many rows is put into JSON once."""
        if value == {"row": True}:
            return _Part(self._row_written(), None)
        if not isinstance(value, dict) or any(key in value for key in ORIGINS):
            made, reads = self._part(value, path)
            return _Part(_then(made, _as_json), reads)
        pieces: list[tuple[bytes, Made | None]] = []
        parts = self._fields(value, path, as_json=True)
        depends = any(part.reads != frozenset() for _, part in parts)
        for key, (made, reads) in parts:
            head = msgspec.json.encode(key) + b":"
            if reads == frozenset():
                text = made(())
                pieces += [] if text is MISSING else [(head + text, None)]
            elif reads is not None and len(reads) <= _TOGETHER:
                pieces.append((head, self._remembered(made, reads)))
            else:
                pieces.append((head, made))

        def write(cells: Cells) -> object:
            written, found = [], not depends
            for head, made in pieces:
                if made is None:
                    written.append(head)
                elif (text := made(cells)) is not MISSING:
                    written.append(head + text)
                    found = True
            return b"{%s}" % b",".join(written) if written and found else MISSING

        return _Part(write, _together(part.reads for _, part in parts))

    def _leaf(self, value: dict[str, Any], path: str) -> _Part:
        leaf = _leaf(value, path)
        (made, reads), name = self._origin(leaf, path)
        steps = self._steps(leaf, path, name)
        needs = [(self._position(column, path), column) for column in leaf.when]
        default = MISSING if leaf.default is None else leaf.default

        def work_out(value: object) -> object:
            if value is MISSING:
                if leaf.required and leaf.sign_in is None:
                    raise MalformedError("cell.blank", path=name)
                return default
            try:
                for step in steps:
                    value = step(value)
            except MalformedError as error:
                error.problem = msgspec.structs.replace(error.problem, path=name)
                raise
            return value

        whole = _then(made, self._naming(leaf, name, work_out))
        whole, reads = self._beside(_Part(whole, reads), leaf, path)
        if leaf.column is not None and reads is not None:
            whole = self._remembered(whole, reads)
        of_cells = (leaf.column is not None or leaf.template is not None) and leaf.or_place != "type"
        if not needs:
            self.leaves += [whole] * of_cells
            return _Part(whole, reads)

        def run(cells: Cells) -> object:
            if any(self._raw(cells[at], column) is MISSING for at, column in needs):
                return MISSING
            return whole(cells)

        self.leaves += [run] * of_cells
        return _Part(run, _together((reads, frozenset(at for at, _ in needs))))

    def _beside(self, part: _Part, leaf: Leaf, path: str) -> _Part:
        """Let a currency that is written beside the amount tell the row's, where the leaf says in which column."""
        if leaf.sign_in is None:
            return part
        at = self._position(leaf.sign_in, path)
        made = _with_sign(part.made, at, leaf, self._lists.get("currencies", {}), self.notes)
        return _Part(made, _together((part.reads, frozenset((at,)))))

    def _naming(self, leaf: Leaf, column: str, work_out: Callable[[object], object]) -> Callable[[object], object]:
        """Remember which names were made into identifiers."""
        if leaf.slug not in _NAMING or leaf.or_place == "type":
            return work_out

        def run(text: object) -> object:
            value = work_out(text)
            if text is not MISSING and self._may_be is not None:
                self._may_be(str(value), str(text), column)
            elif text is not MISSING and self._called:
                self._look(str(value), str(text), leaf.slug or "", column)
            if text is not MISSING and len(self.named) < _NAMED_MAX:
                self.named.setdefault(str(value), (column, str(text)))
            return value

        return run

    def _look(self, identifier: str, read: str, prefix: str, column: str) -> None:
        """Refuse a name that a reader cannot tell from one of the programme's, and that is written with other letters."""
        for look in looks(prefix, read):
            if (meant := self._called.get(look, identifier)) != identifier:
                raise MalformedError("cell.name_looks_like", path=column, read=read, meant=meant)

    def _steps(self, leaf: Leaf, path: str, column: str) -> list[Step]:
        steps = steps_of(leaf, path, self._lists, [] if leaf.or_place == "type" else self.notes, column)
        if leaf.or_place is not None:
            return [*steps, end_of_way(self._called, leaf.or_place)]
        if leaf.paper:
            return [*steps, lambda made: self._called.get(paper(made), made)]
        return [*steps, lambda made: self._called.get(made, made)] if leaf.slug is not None else steps

    def _within(self, when: dict[str, Any], path: str) -> _Part:
        """Return what says ``P1D`` where a cell tells the day and no time of it, so that what stands for it counts."""
        (noon, reads), (later, _) = (self._leaf({**when, "time": time}, path) for time in ("12:00", "13:00"))
        return _Part(lambda cells: MISSING if noon(cells) == later(cells) else "P1D", reads)

    def _origin(self, leaf: Leaf, path: str) -> tuple[_Part, str]:
        """Return what fetches a leaf's raw value, and the column (or path) to name when it is at fault."""
        if leaf.column is not None:
            column, at = leaf.column, self._position(leaf.column, path)
            return _Part(lambda cells: self._raw(cells[at], column), frozenset((at,))), column
        if leaf.template is not None:
            return self._template(leaf.template, path), path
        if leaf.json is not None:
            written, reads = self._written(leaf.json, f"{path}.json")
            return _Part(_then(written, lambda text: text.decode() if isinstance(text, bytes) else text), reads), path
        if leaf.content is not None:
            return _Part(_named_by_content(leaf.content), None), path
        names, blank = self._names, self._blank

        def row(cells: Cells) -> object:
            return {
                name: str(text) for name, text in zip(names, cells, strict=True) if name and text.strip() not in blank
            }

        return _Part(row, None), path

    def _row_written(self) -> Made:
        """Return what gives all cells that are not blank, as written and by column, as JSON."""
        fields = [_CellWritten(name, self._blank) for name in self._names]

        def write(cells: Cells) -> object:
            texts = [field[text] for field, text in zip(fields, cells, strict=True)]
            return b"{%s}" % b",".join(filter(None, texts))

        return write

    def _template(self, text: str, path: str) -> _Part:
        parts: list[tuple[str, str | None]] = []
        try:
            for literal, field, form, conversion in string.Formatter().parse(text):
                if form or conversion:
                    raise MalformedError("profile.template_format", path=path, read=text)
                if field is not None:
                    self._position(field, path)
                parts.append((literal, field))
        except ValueError as error:
            raise MalformedError("profile.template_unreadable", path=path, read=text) from error

        def fill(cells: Cells) -> object:
            filled = []
            for literal, column in parts:
                filled.append(literal)
                if column is not None:
                    text = self._raw(cells[self._at[column]], column)
                    if text is MISSING:
                        return MISSING
                    filled.append(as_identifier(text, self.notes, column))
            return "".join(filled)

        return _Part(fill, frozenset(self._at[column] for _, column in parts if column is not None))

    def _raw(self, text: str, column: str) -> Any:  # noqa: ANN401 - a text, or that there is none
        """Return a cell's text, or that it is blank.

        Raises:
            MalformedError: the cell cannot be read.
        """
        plain = sound(text, column).strip()
        if plain in self._blank or (not plain.isascii() and not without_marks(plain).strip()):
            return MISSING
        return without_text_sign(text)

    def _remembered(self, made: Made, reads: frozenset[int]) -> Made:
        """Work a value out once for each group of cells it depends on: columns repeat themselves.

        What had to be noted is worked out each time, so that it is noted for each row. A number's cell and a text's are two.
        """
        cells_read = itemgetter(*sorted(reads))
        single, notes = len(reads) == 1, self.notes
        values: dict[type | tuple[type, ...], dict[str | tuple[str, ...], object]] = {}

        def run(cells: Cells) -> object:
            read = cells_read(cells)
            kinds = type(read) if single else tuple(map(type, read))
            known = values.get(kinds)
            if known is None:
                known = values[kinds] = {}
            value = known.get(read)
            if value is None:
                noted = len(notes)
                value = made(cells)
                if len(notes) == noted and (len(read) if single else max(map(len, read))) <= _SHORT:
                    if len(known) >= _REMEMBERED:
                        known.clear()
                    known[read] = value
            return value

        return run

    def _position(self, column: str, path: str) -> int:
        at = self._at.get(column)
        if at is None:
            raise MalformedError.about(no_column(column, self._at), path=path)
        return at


class _CellWritten(dict[str, bytes]):
    """What one column adds to a row that is written as JSON, by the text of its cell: nothing for a blank."""

    def __init__(self, name: str, blank: frozenset[str]) -> None:
        self._head = msgspec.json.encode(name) + b":" if name else b""
        self._blank = blank

    def __missing__(self, text: str) -> bytes:
        told = bool(self._head) and text.strip() not in self._blank
        written = self._head + msgspec.json.encode(str(text)) if told else b""
        if len(text) <= _SHORT:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[str(text)] = written
        return written


def _always(_cells: Cells) -> bool:
    return True


def _together(reads: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    """Return the positions of all cells on which several parts depend."""
    whole: frozenset[int] = frozenset()
    for each in reads:
        if each is None:
            return None
        whole |= each
    return whole


def _with_sign(made: Made, at: int, leaf: Leaf, listed: Mapping[str, str], notes: list[Message]) -> Made:
    """Give the currency of a row; one that is written beside the amount must be the same, and is it where nothing else says."""

    def run(cells: Cells) -> object:
        stated = MISSING if leaf.column == leaf.sign_in else made(cells)
        sign = "" if isinstance(cells[at], NumberCell) else parted(cells[at])[1]
        told = (listed[sign],) if sign in listed else currencies_of(sign)
        shown = getattr(cells[at], "sign", "")
        if shown and stated is not MISSING and stated not in (listed.get(shown), *currencies_of(shown)):
            # A format is often that of the whole sheet, and whoever wrote the row chose its currency: that counts.
            notes.append(Message.of("cell.format_differs", column=leaf.sign_in or "", read=shown, currency=str(stated)))
        if sign and stated is not MISSING and stated not in told:
            raise MalformedError("cell.currency_differs", path=leaf.sign_in or "", read=sign, currency=str(stated))
        if stated is MISSING and len(told) > 1:
            raise MalformedError(
                "cell.currency_open", path=leaf.sign_in or "", read=sign, currencies=list(told), first=told[0]
            )
        if stated is MISSING and not told and leaf.required:
            raise MalformedError("cell.blank", path=leaf.column or "")
        return stated if stated is not MISSING or not told else told[0]

    return run


def _word(text: str) -> str:
    return folded(text).casefold()


def _leaf(value: dict[str, Any], path: str) -> Leaf:
    try:
        return msgspec.convert(value, Leaf)
    except msgspec.ValidationError as error:
        fault = fault_of(error, value, Leaf).problem
        raise MalformedError.about(fault.told, path=path + fault.path[1:]) from error


def _table(parts: list[tuple[str, Made]], of_the_row: frozenset[str], cells: Cells) -> object:
    """Return a table without what is missing in it; nothing, where all that depends on the cells is missing."""
    values = {key: value for key, made in parts if (value := made(cells)) is not MISSING}
    return MISSING if not values or (of_the_row and of_the_row.isdisjoint(values)) else values


def _then(made: Made, work_out: Callable[[object], object]) -> Made:
    return lambda cells: work_out(made(cells))


def _list(items: list[Made], cells: Cells) -> object:
    return [value for made in items if (value := made(cells)) is not MISSING] or MISSING


def _named_by_content(prefix: str) -> Made:
    """Return a function that names a row by what stands in it, and which of all rows alike it is."""
    seen: dict[bytes, int] = {}

    def name(cells: Cells) -> object:
        digest = hashlib.blake2b("\x1f".join(map(folded, cells)).encode(errors="replace"), digest_size=10).digest()
        number = seen[digest] = seen.get(digest, 0) + 1
        return prefix + digest.hex() + (f"-{number}" if number > 1 else "")

    return name


def _as_json(value: object) -> object:
    return MISSING if value is MISSING else msgspec.json.encode(value)
