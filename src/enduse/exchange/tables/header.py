"""Where a table begins: titles and blank rows stand above many headers, a row of HXL tags below some, and some span rows."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

from enduse.exchange.tables.unit_words import UNIT_WORDS
from enduse.terms.names import without_marks

ABOVE_MAX: Final = 30
"""So many rows may stand above a header."""

IsHeader = Callable[[tuple[str, ...]], bool]
"""Says whether a row with these texts is the header that is looked for."""

Found = tuple[int, tuple[str, ...], int]
"""A header: its last row, its names, and how many filled rows stand above it."""

_TAG: Final = re.compile(r"#[a-z]\w*(\s*[+-]\s*\w+)*", re.IGNORECASE)


def names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns as they are compared: without what nobody sees around or in them."""
    return tuple(without_marks(cell).strip() for cell in cells)


def joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of columns whose header spans several rows: what stands above one another, joined.

    A name that stands over several columns is written over the first of them only. It is taken for those to its right where all
    are called after units (*Cement* over *bags* and *tonnes*), and for all of them where the names would otherwise not tell the
    columns apart.
    """
    texts = [[" ".join(cell.split()) for cell in names_of(row)] for row in rows]
    if len(texts) == 1:
        return names_of(rows[0])
    width = max(map(len, texts))
    texts = [[*row, *[""] * (width - len(row))] for row in texts]
    for upper, lower in pairwise(texts):
        _over_units(upper, lower)
    names = _down(texts)
    filled = [name for name in names if name]
    if len(set(filled)) < len(filled):
        names = _down([*map(_over_all, texts[:-1]), texts[-1]])
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns with a number behind those that several have: none of them is read for another."""
    several = {name for name, count in Counter(filter(None, names)).items() if count > 1}
    taken, made = set(names), []
    for name in names:
        number, own = 1, name
        while name in several and own in taken:
            own, number = f"{name} ({number})", number + 1
        taken.add(own)
        made.append(own)
    return tuple(made)


def _down(rows: Sequence[Sequence[str]]) -> list[str]:
    return [" / ".join(dict.fromkeys(filter(None, column))) for column in zip(*rows, strict=True)]


def _over_units(row: list[str], below: Sequence[str]) -> None:
    """Write a name also over the columns to its right, where it and they are parted by units."""
    for at in range(1, len(row)):
        if not row[at] and _is_unit(below[at]) and _is_unit(below[at - 1]):
            row[at] = row[at - 1]


def _is_unit(text: str) -> bool:
    return text.strip("()[]. ") in UNIT_WORDS


def _over_all(row: Sequence[str]) -> list[str]:
    filled: list[str] = []
    for cell in row:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def find_header(rows: Iterable[tuple[int, Sequence[str]]], span: int, is_header: IsHeader) -> Found | None:
    """Return the header, if one is among the first rows, reading no further than it."""
    window: deque[tuple[int, Sequence[str]]] = deque(maxlen=span)
    above = 0
    for count, (number, cells) in enumerate(rows, start=1):
        if len(window) == span:
            above += any(cell.strip() for cell in window[0][1])
        window.append((number, cells))
        if len(window) == span and is_header(names := joined([row for _, row in window])):
            return number, names, above
        if count > ABOVE_MAX + span:
            break
    return None


def is_tag_row(cells: Sequence[str]) -> bool:
    """Say whether a row holds nothing but HXL hashtags (hxlstandard.org), such as ``#org +funder``."""
    filled = [cell.strip() for cell in cells if cell]
    tags = sum(_TAG.fullmatch(cell) is not None for cell in filled)
    # One that is misspelt (#sector?), or a note beside the table, makes no row of data of a row of tags.
    return tags * 2 > len(filled) and filled[0].startswith("#")
