"""Tables with a column for each figure: which columns those are, and what a row tells of each.

Series are called after the source, not after the file: next month's file, with a profile of its own, goes on with them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from enduse.errors import LimitError
from enduse.exchange.tables.column_names import NO_FIGURE
from enduse.exchange.tables.days import MONTHS
from enduse.exchange.tables.leaf import slug
from enduse.exchange.tables.looking import TableLook, telling_apart
from enduse.exchange.tables.sides import column_of
from enduse.terms.names import shortened

OWN: Final = ("series", "wording", "source", "value", "title")
"""Fields of a figure that its own column tells."""
_MAX: Final = 60
_OF_A_VALUE: Final = ("date", "until", "place", "unit")
"""What tells one value of a series from another, beside the series."""
_SERIES_MAX: Final = 78
"""So long a name of a series may be before what its rows add to it."""
_DATED: Final = re.compile(r"(?:19|20)[0-9]{2}|(?:19|20)[0-9]{4}|(?:19|20)[0-9]{6}|[0-9]{4}(?:19|20)[0-9]{2}")
"""A year, or a year with month and day, in the name of a file."""
_IN_TEMPLATE: Final = frozenset("{}:!")
"""Signs that mean something else in a template."""


def figure_columns(found: TableLook, plain: Mapping[str, str]) -> list[str]:
    """Return the columns of numbers, such as number nothing else.

    Args:
        found: the table.
        plain: what each column is called, in plain signs.
    """
    return [name for name in found.names() if found.at(name).kind == "number" and not NO_FIGURE.search(plain[name])]


def of_each(
    found: TableLook, common: dict[str, object], names: Sequence[str], source: object
) -> list[dict[str, object]]:
    """Return what is told of the figure of each column, where a row has one.

    Args:
        found: the table.
        common: what is told of all of them.
        names: one for each figure.
        source: who or what says them, as answered; empty where nobody was asked.

    Raises:
        LimitError: they are too many.
    """
    called, source = _source(found, source)
    series, common = _common(found, common, names, called)
    by = told_by(found, common, names)
    return [
        {
            **common,
            "value": name,
            "filled": [name],
            **_series(f"series:{series}:{slug(name)}", name, by),
            "wording": {"always": name},
            "source": source,
        }
        for name in names
    ]


def of_each_day(
    found: TableLook, common: dict[str, object], days: Mapping[str, date], by: Sequence[str], source: object
) -> list[dict[str, object]]:
    """Return what is told of the figure of each column that is called after a day, where a row has one.

    Args:
        found: the table.
        common: what is told of all of them.
        days: of which each column tells.
        by: columns that tell the series of one place apart (:func:`told_by`).
        source: as for :func:`of_each`.

    Raises:
        LimitError: they are too many.
    """
    called, source = _source(found, source)
    series, common = _common(found, common, list(days), called)
    told = _series(f"series:{series}", called, by)
    return [
        {
            **common,
            "date": {"always": str(day)},
            "value": name,
            "filled": [name],
            **told,
            "wording": told.get("title", {"always": called}),
            "source": source,
        }
        for name, day in days.items()
    ]


def undated(name: str) -> str:
    """Return the name of a file or sheet without the days and months of which it tells, and without the number of a copy."""
    name = re.sub(r"\s*\(\d+\)$", "", name) or name
    words = re.findall(r"[^\W_]+", name)
    gone = {at for at, word in enumerate(words) if _DATED.fullmatch(word) or word.casefold() in MONTHS}
    if not gone:
        return name
    numbers = {at for at, word in enumerate(words) if word.isdecimal() and len(word) <= len("31")}
    for at in range(1, len(words)):
        gone |= {at} & numbers if at - 1 in gone else set()
    for at in reversed(range(len(words) - 1)):
        gone |= {at} & numbers if at + 1 in gone else set()
    return " ".join(word for at, word in enumerate(words) if at not in gone) or name


def _source(found: TableLook, source: object) -> tuple[str, object]:
    """Return after what the series of a table are called, and who or what is said to say its figures."""
    if isinstance(source, Mapping):
        return str(source["always"]), source
    called = undated(found.path.stem)
    return called, source or {"always": found.name if called == found.path.stem else called}


def _common(
    found: TableLook, common: dict[str, object], names: Sequence[str], called: str
) -> tuple[str, dict[str, object]]:
    """Return what the series of a table are called after, and what is told of all its figures."""
    if len(names) > _MAX:
        raise LimitError("profile.too_many_figures", n=len(names), most=_MAX)
    if isinstance(common.get("place"), str):
        common = {**common, "place": {"column": common["place"], "required": True}}
    return slug(f"{called} {undated(found.sheet)}".strip()), common


def told_by(found: TableLook, common: Mapping[str, object], values: Sequence[str]) -> list[str]:
    """Return the columns without which two rows of one place and day would be two values of one series."""
    told = [column for field in _OF_A_VALUE if (column := column_of(common.get(field)))]
    others = [
        name
        for name in found.names()
        if name not in (*told, *values) and not _IN_TEMPLATE & set(name) and found.at(name).kind != "blank"
    ]
    return telling_apart(found, told, others)


def _series(identifier: str, name: str, by: Sequence[str]) -> dict[str, object]:
    """Return the series of a column's figures, or one for each of what other columns say."""
    if not by:
        return {"series": {"always": identifier}}
    origin = {"column": by[0]} if len(by) == 1 else {"template": " ".join(f"{{{column}}}" for column in by)}
    title = {
        "template": " \u00b7 ".join((name.replace("{", "{{").replace("}", "}}"), *(f"{{{column}}}" for column in by))),
        "default": name,
    }
    prefix = shortened(identifier, _SERIES_MAX) + ":"
    return {"series": {**origin, "slug": prefix, "default": identifier}, "title": title}
