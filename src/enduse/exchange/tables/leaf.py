"""One value of a profile that is worked out for each row, and the steps from a cell's text to it: identifiers, numbers, dates."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from decimal import Context, Decimal, Inexact
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.cells import (
    MomentCell,
    NumberCell,
    as_identifier,
    with_western_digits,
    without_marks,
)
from enduse.messages import Message
from enduse.terms.amounts import exact_decimal

MISSING: Final = object()
"""What a leaf without a value gives; it is left out of the table or list around it."""

_STYLES: Final = {"1234.5": ("", "."), "1,234.5": (",", "."), "1.234,5": (".", ","), "1234,5": ("", ",")}
_GROUPS: Final = "\u00a0\u2009\u202f\u066c"
"""What groups digits in any style: spaces that do not break, and the Arabic sign for thousands."""
_POINT: Final = "\u066b"
"""What stands before decimals in any style: the Arabic sign."""
_MINUS: Final = "\u2212"
_OFFSET: Final = re.compile(r"^([+-])(\d{2}):(\d{2})$")
_CLOCK: Final = re.compile("%[HIcsTX]")
_GAPS: Final = re.compile(r"[\W_]+")
_SIGNS: Final = re.compile(r"(?<=[0-9])[^\w\s\u2010-\u2015-]+(?=[0-9])")
"""Signs between two digits, hyphens aside: they tell 1/12 from 11-2."""
_SLUG_MAX: Final = 120
_DIGEST: Final = 12
_EXACT: Final = Context(prec=100, traps=[Inexact])
_SPELLINGS_MAX: Final = 100_000
"""So many spellings of a column are remembered, to tell when two become one identifier."""

Step = Callable[[Any], Any]


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


def steps_of(leaf: Leaf, path: str, lists: dict[str, dict[str, str]], notes: list[Message], column: str) -> list[Step]:
    """Return what is done to a leaf's raw value, in order.

    Args:
        leaf: as the profile says.
        path: where it says so, for messages.
        lists: the profile's lists.
        notes: takes what had to be changed in a cell.
        column: what to name in such notes.

    Raises:
        MalformedError: the profile asks for a list, zone or form that is not there.
    """
    steps: list[Step] = []
    if leaf.map is not None:
        if leaf.map not in lists:
            raise MalformedError("profile.list_missing", path=path, list=leaf.map)
        steps.append(_looked_up(lists[leaf.map], leaf.otherwise, leaf.map))
    if leaf.slug is not None:
        steps.append(_slugged(leaf.slug, notes, column))
    if leaf.number is not None:
        steps.append(_number(leaf))
    if leaf.date:
        steps.append(_moment(leaf, path))
    if leaf.column is not None and not steps:
        steps.append(lambda text: text if any(map(str.isspace, text.strip())) else as_identifier(text, notes, column))
    return steps


def _looked_up(values: dict[str, str], otherwise: str, name: str) -> Step:
    western = {with_western_digits(key): value for key, value in values.items()}

    def look(text: str) -> object:
        key = " ".join(without_marks(text).split())
        listed = values.get(key) or western.get(with_western_digits(key))
        if listed is not None:
            return listed
        if otherwise == "refuse":
            raise MalformedError("cell.not_listed", read=key, list=name)
        return str(text) if otherwise == "keep" else MISSING

    return look


def _number(leaf: Leaf) -> Step:
    style = leaf.number or "1234.5"
    group, point = _STYLES[style]
    groups, points = re.escape(group + _GROUPS), re.escape(point + _POINT)
    form = re.compile(
        rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?P<group>[{groups}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*)(?:[{points}][0-9]*)?"
    )
    scale = None if leaf.scale is None else Decimal(exact_decimal(leaf.scale))

    def read(text: str) -> object:
        plain = str(text)
        if not isinstance(text, NumberCell):
            plain = with_western_digits(without_marks(text.strip())).replace(_MINUS, "-")
            if not form.fullmatch(plain):
                raise MalformedError("cell.not_a_number", read=text, form=style)
            plain = re.sub(f"[{points}]", ".", re.sub(f"[{groups}]", "", plain))
        plain = exact_decimal(plain)
        if scale is not None:
            try:
                plain = format(_EXACT.multiply(Decimal(plain), scale), "f")
            except Inexact as error:
                raise MalformedError("cell.too_many_digits", read=text) from error
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return msgspec.Raw(plain.encode()) if leaf.bare else plain

    return read


def _moment(leaf: Leaf, path: str) -> Step:
    zone = _zone(leaf.zone, path)
    try:
        clock = datetime.strptime(leaf.time, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError as error:
        raise MalformedError("profile.time_of_day", path=path, read=leaf.time) from error
    for form in leaf.date:
        if "%Z" in form:
            # strptime takes a zone's name and forgets it: 01:30 UTC would be 01:30 somewhere else.
            raise MalformedError("profile.zone_name", path=path, form=form)

    def read(text: str) -> datetime:
        plain = with_western_digits(without_marks(text.strip()))
        readings = dict.fromkeys(_as_cell_says(plain, clock) if isinstance(text, MomentCell) else _fits(plain, clock))
        if not readings:
            raise MalformedError("cell.not_a_date", read=text, forms=leaf.date)
        first, *others = readings
        if others:
            raise MalformedError("cell.date_two_ways", read=text, first=first.date(), second=others[0].date())
        return first if first.tzinfo else _in_zone(first, zone, text)

    def _fits(plain: str, clock: time) -> Iterator[datetime]:
        for form in leaf.date:
            try:
                moment = datetime.strptime(plain, form)  # noqa: DTZ007 - its zone follows
            except ValueError:
                continue
            yield moment if _CLOCK.search(form) else datetime.combine(moment.date(), clock)

    return read


def _as_cell_says(text: str, clock: time) -> Iterator[datetime]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return  # a time of day alone is no date
    yield moment if "T" in text else datetime.combine(moment.date(), clock)


def _in_zone(moment: datetime, zone: tzinfo, text: str) -> datetime:
    """Return a local time with its zone.

    Raises:
        MalformedError: clocks were put forward over that hour.
    """
    zoned = moment.replace(tzinfo=zone)
    if zoned.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise MalformedError("cell.hour_skipped", read=text, zone=str(zone))
    return zoned


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


def _slugged(prefix: str, notes: list[Message], column: str) -> Step:
    written: dict[str, str] = {}

    def make(text: str) -> str:
        plain = as_identifier(text, notes, column)
        identifier = prefix + slug(plain)
        first = written.get(identifier)
        if first is None:
            if len(written) < _SPELLINGS_MAX:
                written[identifier] = plain
        elif spelling(first) != spelling(plain):
            if any(map(str.isdigit, plain)):
                raise MalformedError("cell.identifier_shared", read=plain, other=first, identifier=identifier)
            names = sorted((first, plain))
            notes.append(Message.of("cell.name_shared", column=column, names=names, identifier=identifier))
        return identifier

    return make


def spelling(text: str) -> str:
    """Return a name so that two ways to write it compare equal: lower case, no accents, hyphens for blanks."""
    plain = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return re.sub(r"[\s_\u2010-\u2015-]+", "-", plain.casefold()).strip("-")


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Return an identifier for a name: lower case, no accents, hyphens for anything but letters and digits.

    Identifiers are ASCII: letters of another script are encoded as in the names of internet hosts (RFC 3492).

    Signs between two digits stay, so that 1/12 and 1-12 are two; a name too long for an identifier is cut, with a
    digest of all of it behind.

    Raises:
        MalformedError: nothing is left of it.
    """
    plain = spelling(text)
    kept = [sign[0] for sign in _SIGNS.finditer(plain)]
    parts = [_GAPS.sub("-", part) for part in _SIGNS.split(plain)]
    identifier = "".join(part + sign for part, sign in zip(parts, [*kept, ""], strict=True)).strip("-")
    if not any(map(str.isalnum, identifier)):
        raise MalformedError("cell.no_identifier", read=text)
    if not identifier.isascii():
        identifier = "xn--" + identifier.encode("punycode").decode("ascii")
    if len(identifier) <= _SLUG_MAX:
        return identifier
    digest = hashlib.sha256(identifier.encode()).hexdigest()[:_DIGEST]
    return f"{identifier[: _SLUG_MAX - _DIGEST - 1].rstrip('-')}-{digest}"
