"""Copies of one activity or organisation in files of IATI: which of them counts, and whether they say different money.

What stands twice, in one file or in two, counts once: as it was updated last, where both say when; else as it stands first.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.exchange.standards.iati import IatiFile, Item, text_of
from enduse.terms.times import parse_instant

BUDGETS: Final = (
    "total-budget",
    "recipient-org-budget",
    "recipient-region-budget",
    "recipient-country-budget",
    "total-expenditure",
)
"""What an organisation's file tells of its money: one within the other, so none is added to another."""
Counts = Callable[[int, IatiFile, Item], bool]
"""What says whether an activity counts, of the number of its file among those given, the file and it."""


class _Copy(msgspec.Struct, frozen=True):
    """Where one copy of an activity stands, and when it was updated, as far as it says."""

    file: int
    number: int
    path: Path
    line: int | None
    updated: datetime | None


class Copies:
    """Which copy of each activity counts: that which was updated last, where both say when; else the first."""

    def __init__(self) -> None:
        self._counted: dict[str, _Copy] = {}
        self._more: dict[str, list[_Copy]] = {}
        self._money: dict[tuple[int, int], bytes] = {}

    @property
    def repeated(self) -> bool:
        """Whether an identifier stands more than once: then all is read again, since which copy counts is known only at the end."""
        return bool(self._more)

    def take(self, at: int, file: IatiFile, item: Item) -> bool:
        """Say whether an activity is the first of its identifier, and keep which copy counts."""
        if not item.identifier:
            return True
        copy = _Copy(at, item.number, file.path, item.line_of(item.element), _updated(item.element))
        before = self._counted.setdefault(item.identifier, copy)
        if before is copy:
            return True
        self._more.setdefault(item.identifier, [before]).append(copy)
        if _later(copy, before):
            self._counted[item.identifier] = copy
        return False

    def is_counted(self, at: int, _file: IatiFile, item: Item) -> bool:
        """Say whether an activity is the copy that counts, once all are taken; keep what each copy says of money."""
        if not item.identifier:
            return True
        if item.identifier in self._more:
            self._money[at, item.number] = _money_of(item.element)
        counted = self._counted[item.identifier]
        return (counted.file, counted.number) == (at, item.number)

    def differing(self) -> tuple[Problem, ...]:
        """Return of each activity whose copies say different money where they stand, and which is counted."""
        told = []
        for identifier, copies in self._more.items():
            counted = self._counted[identifier]
            said = self._money[counted.file, counted.number]
            others = [one for one in copies if self._money[one.file, one.number] != said]
            if others:
                code = "standards.copy_later" if all(_later(counted, one) for one in others) else "standards.copy_open"
                places = [f"{one.path}:{one.line}" for one in others]
                told.append(
                    Problem.of(code, source=str(counted.path), line=counted.line, identifier=identifier, others=places)
                )
        return tuple(told)


def _later(one: _Copy, other: _Copy) -> bool:
    return one.updated is not None and other.updated is not None and one.updated > other.updated


def _updated(element: Any) -> datetime | None:  # noqa: ANN401 - the library has no types
    """Return when an activity was updated; nothing where it says that not, or not so that instants can be compared."""
    text = element.get("last-updated-datetime", "").strip()
    try:
        return parse_instant(text) if text else None
    except MalformedError:
        return None


def _money_of(element: Any) -> bytes:  # noqa: ANN401 - the library has no types
    """Return a digest of what is added up of an activity or organisation, however it is set."""
    digest = blake2b(element.get("default-currency", "").encode(), digest_size=16)
    for child in element.iterchildren("reporting-org", "transaction", *BUDGETS):
        for part in child.iter("*"):
            digest.update(repr((part.tag, sorted(part.attrib.items()), text_of(part))).encode())
    return digest.digest()
