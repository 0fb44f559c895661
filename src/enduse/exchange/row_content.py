"""What a row of a table says, so that two issues of the table can be compared: once as a whole, once field by field.

Compared is what a row's statements say, with numbers as numbers and moments as moments. Where a profile keeps the row as
written (``row = true``), the columns that the profile names stand for the fields; what only says when a row was edited, and
columns of which the profile knows nothing, are no change.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from enduse.exchange.tables.profile import Profile
from enduse.exchange.tables.values import ColumnStyle
from enduse.exchange.unsigned import UnsignedStatement
from enduse.statements.base import Statement
from enduse.terms.names import spelling
from enduse.terms.times import micros

_HEAD: Final = ("occurred_at", "place", "refs")
_FIELD: Final = 8
"""Bytes by which one field is known within this process."""
_DIGITS_MAX: Final = 40
_FORMAT_FIELD: Final = re.compile(r"{([^{}]*)}")

_MADE_OF_CONTENT: Final = re.compile(r"[0-9a-f]{20}(-[0-9]+)?")
"""What stands behind the prefix of an identifier that is made of all cells of a row."""

Said = Statement | UnsignedStatement


class RowContent:
    """Reads what rows of one profile say.

    Attributes:
        fields: what is compared, by name: columns, or where the statements do not keep the row, the columns they are made of.
    """

    def __init__(self, profile: Profile) -> None:
        self._made = made = profile.statements()
        left_out = {spelling(name) for name in (*profile.identity, *profile.edited)}
        named = dict.fromkeys((*profile.columns(), *_columns(made)))
        self._keeps_row = any(_row_leaves(made))
        self._styles: dict[str, ColumnStyle] = {}
        if self._keeps_row:
            self._styles = {name: ColumnStyle() for name in named if spelling(name) not in left_out}
            self._styles.update({name: style for name, style in _styles(made) if name in self._styles})
        self._made_of = tuple(
            part.get("column") or ", ".join(dict.fromkeys(_columns(part))) or path
            for one in made
            for path, part in _leaves({key: one[key] for key in (*_HEAD, "body") if key in one}, "")
        )
        self.fields: tuple[str, ...] = tuple(self._styles) if self._keeps_row else self._made_of
        self._named_by_content = [
            tuple(path.split(".")[1:]) for one in made for path in _content_leaves({"body": one.get("body")}, "")
        ]
        self._readers = {name: style.remembered() for name, style in self._styles.items()}
        self._ids = _ids(made, profile.identity)

    def of(self, said: Sequence[Said]) -> bytes:
        """Return what the statements of one row say: equal bytes, within one process, for rows that say the same.

        The first eight bytes stand for all of it, eight more for each of :attr:`fields`.
        """
        whole, cells = self._said(said)
        values = [cells.get(name, "") for name in self.fields] if self._keeps_row else self._values(whole)
        return content_of(values, msgspec.json.encode(whole, order="deterministic"))

    def alone(self, said: Said) -> bytes:
        """Return what one statement says: equal bytes, within one process, for two that say the same by whatever profile."""
        return msgspec.json.encode(self._said([said])[0], order="deterministic")

    def mark(self, said: Sequence[Said]) -> int:
        """Return a number that tells a row from one that says the same by cells that are not compared; 0 where nothing does.

        Where a statement is named by all that stands in its row, two rows that say the same may bear two names.
        """
        names = [name for path in self._named_by_content for name in self._names(said, path)]
        return hash(tuple(names)) if names else 0

    def _names(self, said: Sequence[Said], path: Sequence[str]) -> list[str]:
        return [name for each in said if (name := _inside(each, path)) is not None]

    def differences(self, old: Sequence[Said], new: Sequence[Said]) -> list[tuple[str, str, str]]:
        """Return each field in which two rows differ: its name, what the old one says, what the new one.

        Of two that differ in no field that is read, what names them.
        """
        (before, cells_before), (after, cells_after) = self._said(old), self._said(new)
        if cells_before != cells_after:
            sides = [[cells.get(name, "") for name in self.fields] for cells in (cells_before, cells_after)]
        else:
            sides = [self._values(whole) for whole in (before, after)]
        names = self.fields if cells_before != cells_after else self._made_of
        fields = list(zip(names, *sides, strict=True))
        # What a further statement of the row takes from cells that others are made of as well is no change of those.
        same = {(name, value) for name, was, now in fields if was == now for value in (was, now)}
        found = [
            (name, was, now)
            for name, was, now in fields
            if was != now and ((was and now) or (name, was or now) not in same)
        ]
        return found or [
            (path[-1], was, now)
            for path in self._named_by_content
            for was, now in zip(self._names(old, path), self._names(new, path), strict=False)
            if was != now
        ]

    def _said(self, said: Sequence[Said]) -> tuple[list[Any], dict[str, str]]:
        whole: list[Any] = []
        cells: dict[str, str] = {}
        for statement, made in zip(said, self._made_by(said), strict=True):
            part = made.get("body")
            body = getattr(statement, "body", None)
            found: dict[str, str] = {}
            plain = _plain(part, self._unnamed(_kind(statement), msgspec.to_builtins(body)), found)
            cells.update({name: read(found[name]) for name, read in self._readers.items() if name in found})
            whole.append((micros(statement.occurred_at), statement.place, statement.refs, plain))
        return whole, cells

    def _unnamed(self, kind: str, body: Any) -> Any:  # noqa: ANN401 - whatever a statement says
        """Return what a statement says without an identifier made of its row: whatever that is, the row itself is compared.

        What was named by its content before its profile knew its number is so the same as what bears that number now.
        """
        for name, prefix, numbered in self._ids.get(kind, ()):
            said = body.get(name)
            if isinstance(said, str) and (numbered or _MADE_OF_CONTENT.fullmatch(said.removeprefix(prefix))):
                body = {**body, name: None}
        return body

    def _made_by(self, said: Sequence[Said]) -> Iterator[dict[str, Any]]:
        """Give for each statement of a row the part of the profile that makes it: they stand in the same order."""
        at = 0
        for statement in said:
            kind = _kind(statement)
            at = next(
                (place for place in range(at, len(self._made)) if self._made[place]["kind"] == kind), len(self._made)
            )
            yield self._made[at] if at < len(self._made) else {}
            at += 1

    def _values(self, whole: Sequence[Any]) -> list[str]:
        values = []
        for at, made in enumerate(self._made):
            moment, place, refs, body = whole[at] if at < len(whole) else ("", "", "", {})
            head = {"occurred_at": moment, "place": place, "refs": refs}
            for key in _HEAD:
                if key in made:
                    values += [_text(head[key])] * sum(1 for _ in _leaves(made[key], ""))
            values += [_text(_at(body, path)) for path, _ in _leaves(made.get("body", {}), "")]
        return values


def content_of(values: Sequence[str], whole: bytes = b"") -> bytes:
    """Return what a row says, field by field, and as a whole, as bytes that can be compared within one process."""
    return array("q", [hash((whole, *values)), *map(hash, values)]).tobytes()


def without_whole(content: bytes) -> bytes:
    """Return what a row says field by field."""
    return content[_FIELD:]


def without_field(fields: bytes, at: int) -> bytes:
    """Return what a row says in all fields but one."""
    return fields[: _FIELD * at] + fields[_FIELD * (at + 1) :]


def fields_in(fields: bytes) -> int:
    """Return how many fields there are."""
    return len(fields) // _FIELD


def fields_alike(first: bytes, second: bytes) -> bool:
    """Say whether two rows say the same in at least half of their fields."""
    places = range(_FIELD, len(first), _FIELD)
    same = sum(first[at : at + _FIELD] == second[at : at + _FIELD] for at in places)
    return 2 * same >= len(places)


def _ids(made: Sequence[dict[str, Any]], identity: Sequence[str]) -> dict[str, list[tuple[str, str, bool]]]:
    """Return by kind the fields that are named by all cells of a row, with their prefix, and whether others are by what names it."""
    found: dict[str, dict[str, str]] = {}
    numbered = set[tuple[str, str]]()
    for one in made:
        body = one.get("body")
        for name, part in body.items() if isinstance(body, dict) else ():
            if isinstance(part, dict) and isinstance(part.get("content"), str):
                found.setdefault(one["kind"], {})[name] = part["content"]
            elif isinstance(part, dict) and [part.get("column")] == list(identity):
                numbered.add((one["kind"], name))
    return {
        kind: [(name, prefix, (kind, name) in numbered) for name, prefix in names.items()]
        for kind, names in found.items()
    }


def _kind(said: Said) -> str:
    kind = said.kind if isinstance(said, UnsignedStatement) else type(said)
    return str(kind.__struct_config__.tag)


def _is_leaf(part: object) -> bool:
    """Say whether a part of a profile takes its value from the row; what holds for every row tells no two apart."""
    if not isinstance(part, dict):
        return False
    return any(key in part for key in ("column", "row", "content")) or "{" in str(part.get("template", ""))


def _leaves(part: object, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every place of a profile whose value comes from a cell, with its path."""
    if isinstance(part, dict):
        if _is_leaf(part):
            if "row" not in part and "content" not in part:
                yield path, part
            return
        for key, value in part.items():
            yield from _leaves(value, path if key == "json" else f"{path}.{key}")
    elif isinstance(part, list | tuple):
        for at, value in enumerate(part):
            yield from _leaves(value, f"{path}.{at}")


def _content_leaves(part: object, path: str) -> Iterator[str]:
    """Give every place of a profile that is named by all cells of a row."""
    if isinstance(part, dict):
        if "content" in part:
            yield path
            return
        for key, value in part.items():
            yield from _content_leaves(value, f"{path}.{key}")


def _inside(value: object, path: Sequence[str]) -> str | None:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value if isinstance(value, str) else None


def _row_leaves(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("row") is True:
            yield part
        for value in part.values():
            yield from _row_leaves(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _row_leaves(value)


def _columns(part: object) -> Iterator[str]:
    """Give the columns that a profile reads."""
    if isinstance(part, dict):
        if isinstance(part.get("column"), str):
            yield part["column"]
        if isinstance(part.get("template"), str):
            yield from filter(None, _FORMAT_FIELD.findall(part["template"]))
        if isinstance(part.get("when"), list):
            yield from part["when"]
        for value in part.values():
            yield from _columns(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _columns(value)


def _styles(part: object) -> Iterator[tuple[str, ColumnStyle]]:
    """Give how columns write numbers and days, as far as a profile says so."""
    if isinstance(part, dict):
        column, number, forms = part.get("column"), part.get("number"), part.get("date")
        if isinstance(column, str) and isinstance(number, str):
            yield column, ColumnStyle(comma=number in {"1.234,5", "1234,5"})
        elif isinstance(column, str) and isinstance(forms, list):
            first = {"day" if form.find("%d") < form.find("%m") else "month" for form in forms if isinstance(form, str)}
            yield column, ColumnStyle("day" if first == {"day"} else "month" if first == {"month"} else "unknown")
        for value in part.values():
            yield from _styles(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _styles(value)


def _plain(part: object, value: Any, cells: dict[str, str]) -> Any:  # noqa: ANN401 - whatever a statement says
    """Return what a statement says with numbers as numbers; the row as written is moved to ``cells``."""
    if isinstance(part, dict):
        if part.get("row") is True and isinstance(value, dict):
            cells.update(value)
            return None
        if "content" in part:
            return None  # named by what stands in it, which is compared anyway
        if "json" in part and isinstance(value, str):
            return _plain(part["json"], _JSON.decode(value), cells)
        if isinstance(part.get("number"), str) and isinstance(value, str):
            return exact_text(value)
        if isinstance(value, dict) and not _is_leaf(part):
            return {key: _plain(part.get(key), item, cells) for key, item in value.items()}
    elif isinstance(part, list | tuple) and isinstance(value, list | tuple) and len(part) == len(value):
        return [_plain(*both, cells) for both in zip(part, value, strict=True)]
    return value


def exact_text(text: str) -> str:
    """Return a number in its shortest form; a text that is none as it is."""
    if len(text) <= _DIGITS_MAX and "e" not in text.lower():
        with suppress(InvalidOperation):
            return format(Decimal(text).normalize() + 0, "f")
    return text


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - whatever a statement says
    for step in path.split(".")[1:]:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list | tuple) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else msgspec.json.encode(value).decode()


def _bare(text: str) -> int | str:
    plain = exact_text(text)
    return plain if "." in plain or "e" in plain.lower() else int(plain)


_JSON: Final = msgspec.json.Decoder(float_hook=_bare)
