"""Tables with a column for each material, or for each month or day: which columns those are, and what a row tells of each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, cast

from enduse.exchange.tables.choosing import Choosing
from enduse.exchange.tables.column_names import NAMES, NO_FIGURE, NO_QUANTITY
from enduse.exchange.tables.days import ORDERS, moment_of, month_of
from enduse.exchange.tables.looking import TableLook
from enduse.exchange.tables.unit_words import material_of, unit_in
from enduse.exchange.tables.values import folded
from enduse.terms.names import spelling

_OTHERS: Final = (
    name for name in NAMES if name not in ("quantity", "item", "unit", "title", "subject", "holds", "words")
)
_ELSE: Final = re.compile("|".join((*(NAMES[name] for name in _OTHERS), NO_QUANTITY.pattern, NO_FIGURE.pattern)))
"""What a column of numbers is called that holds something else than the quantity of a material."""


def material_columns(found: TableLook, choosing: Choosing) -> list[str]:
    """Return the columns of numbers that may hold the quantity of a material each, which their names name; none where there is but one."""
    columns = [
        name
        for name, plain in choosing.plain.items()
        if found.at(name).kind == "number" and not _ELSE.search(plain) and material_of(last_part(name))
    ]
    return columns if len({spelling(material_of(last_part(name))) for name in columns}) > 1 else []


def certain(columns: Iterable[str]) -> list[str]:
    """Return those of them whose names hold a unit too, as in *Cement (t)*."""
    return [name for name in columns if unit_in(last_part(name))]


def of_each(
    found: TableLook, common: Mapping[str, object], columns: Sequence[str], unit: object
) -> list[dict[str, object]]:
    """Return what is told of the material of each column, where a row has some of it.

    Args:
        found: the table.
        common: what is told of all of them.
        columns: one for each material.
        unit: of those whose names hold none.
    """
    told = told_before(columns)
    alike = [note.values for note in found.notes if note.code == "table.columns_alike"]
    called = {name: str(one["column"]) for one in alike for name in cast("list[str]", one["names"])}
    return [
        {
            **common,
            "item": {"always": material_of(last_part(called.get(name, name))) or name},
            "quantity": name,
            "unit": {"always": code} if (code := unit_in(last_part(name))) else unit,
            "filled": [name],
            "not_zero": [name],
            **({"zero": before} if (before := told.get(name)) else {}),
        }
        for name in columns
    ]


def told_before(columns: Sequence[str]) -> dict[str, list[str]]:
    """Return of columns which others before them tell of the same material in another unit: of *Cement (bags)*, *Cement (t)*.

    Most lists that have both tell the same goods in both: a row is read in the first of them that it fills.
    """
    found: dict[str, list[str]] = {}
    for at, name in enumerate(columns):
        material, unit = spelling(material_of(last_part(name))), unit_in(last_part(name))
        before = [one for one in columns[:at] if spelling(material_of(last_part(one))) == material]
        if others := [one for one in before if material and unit and unit_in(last_part(one)) not in ("", unit)]:
            found[name] = others
    return found


def dated_columns(found: TableLook) -> dict[str, date]:
    """Return the columns of numbers that are called after a day or a month each, such as *Mar-26*, with that day or the month's first.

    None where there is but one.
    """
    days = {name: day for name in found.names() if found.at(name).kind == "number" and (day := _day_in(name))}
    return days if len(days) > 1 else {}


def are_months(columns: Mapping[str, date]) -> bool:
    """Say whether columns that are called after days stand for months: a workbook keeps *Mar-26* as the first of March."""
    return len(set(columns.values())) == len(columns) and all(day.day == 1 for day in columns.values())


def for_days(columns: Mapping[str, date], of_a_month: str) -> dict[str, date]:
    """Return the day for which each column is said: of a month the last or the first, one of :data:`enduse.exchange.tables.days.OF_A_MONTH`."""
    return {name: month_of(f"{day:%Y-%m}", of_a_month) or day for name, day in columns.items()}


def of_each_day(common: Mapping[str, object], days: Mapping[str, date]) -> list[dict[str, object]]:
    """Return what is told of the day of each column, where a row has a quantity in it."""
    return [
        {**common, "date": {"always": str(day)}, "quantity": name, "filled": [name], "not_zero": [name]}
        for name, day in days.items()
    ]


def _day_in(name: str) -> date | None:
    text = folded(last_part(name))
    ways = [moment_of(text, order) for order in ORDERS[:2]]
    if ways[0] is not None and ways[0] == ways[1]:
        return ways[0][0].date()
    return month_of(text)


def last_part(name: str) -> str:
    """Return the lowest name of a column under a header of several rows."""
    return name.rpartition(" / ")[2]
