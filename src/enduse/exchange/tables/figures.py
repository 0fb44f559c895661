"""What is odd about a table, counted while it is read: rows are reported as figures, never dropped.

Memory is bounded: of each figure the first few row numbers are kept, of each tally the first thousand values, and
for rows that cannot be told apart one digest of 16 bytes for each distinct row up to a limit, beyond which the figure
says that it is a lower bound.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.leaf import no_column
from enduse.exchange.tables.profile import Profile, ProfileCheck
from enduse.messages import Message

FIRST: Final = 5
"""How many row numbers a figure keeps."""

DISTINCT_MAX: Final = 1_000_000
TALLY_MAX: Final = 1_000
NO_CUSTODY: Final = "no_custody_id"
INDISTINGUISHABLE: Final = "indistinguishable"
_BEYOND: Final = "(further values)"
_SHORT: Final = 200
_SHARE: Final = Decimal("0.0001")


class SourceFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure about a table.

    Attributes:
        name: for programs; of the figures every table has, a word of the vocabulary.
        title: for people, of a check of the profile.
        count: rows.
        share: of all rows offered, 0 to 1, to four digits.
        first: the first few of those rows, as a spreadsheet counts them.
        lower_bound: whether there may be more such rows: only so many distinct ones are remembered.
    """

    name: str
    title: str = ""
    count: int
    share: str
    first: tuple[int, ...] = ()
    lower_bound: bool = False


class TableSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table.

    Attributes:
        rows: rows offered; ``taken + refused``.
        taken: rows that made their statements.
        refused: rows that made none, each with its reason.
        statements: statements made.
        blank: empty rows, not counted as rows.
        complete: every row was read.
        figures: what is odd about them.
        tallies: by column, how many rows have each value, most frequent first.
        lost: what of the source is not in the rows, or not as it was written, counted.
    """

    rows: int
    taken: int
    refused: int
    statements: int
    blank: int
    complete: bool
    figures: tuple[SourceFigure, ...] = ()
    tallies: dict[str, dict[str, int]] = {}
    lost: dict[Message, int] = {}


class _Counter:
    """Rows that meet one test."""

    def __init__(self, name: str, title: str = "") -> None:
        self.name = name
        self.title = title
        self.count = 0
        self.first: list[int] = []

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(row)

    def figure(self, rows: int, *, lower_bound: bool = False) -> SourceFigure:
        return SourceFigure(
            name=self.name,
            title=self.title,
            count=self.count,
            share=share(self.count, rows),
            first=tuple(sorted(self.first)),
            lower_bound=lower_bound,
        )


class _Alike:
    """Rows that are alike in all of some columns: each is counted once its like has been seen."""

    def __init__(self, positions: list[int]) -> None:
        self.counter = _Counter(INDISTINGUISHABLE)
        self.full = False
        self._positions = positions
        self._seen: dict[bytes, int] = {}

    def add(self, row: int, cells: Sequence[str]) -> None:
        key = blake2b("\x1f".join([cells[at] for at in self._positions]).encode(), digest_size=16).digest()
        earlier = self._seen.get(key)
        if earlier is None:
            if len(self._seen) < DISTINCT_MAX:
                self._seen[key] = row
            else:
                self.full = True
            return
        if earlier:
            self.counter.add(earlier)
            self._seen[key] = 0
        self.counter.add(row)


class Figures:
    """Collects figures, row by row."""

    def __init__(self, profile: Profile, columns: Sequence[str]) -> None:
        """Prepare for tables with this header.

        Raises:
            MalformedError: the profile looks at a column that is not there.
        """
        self.rows = self.taken = self.refused = self.statements = 0
        self._at = {name: position for position, name in enumerate(columns) if name}
        self._blank = frozenset(("", *profile.read.blank))
        rules = profile.figures
        self._tests = [(_Counter(check.name, check.title), self._test(check)) for check in rules.check]
        self._alike = _Alike([self._position(name) for name in rules.business]) if rules.business else None
        self._tallies: list[tuple[str, int, dict[str, int]]] = [
            (name, self._position(name), {}) for name in rules.tally
        ]
        self._custody: list[int] | None = None
        self._uncustodied = _Counter(NO_CUSTODY)
        if profile.custody is not None:
            given = (profile.custody.waybill, profile.custody.vehicle)
            self._custody = [self._position(name) for name in given if name is not None]

    def look(self, row: int, cells: Sequence[str]) -> bool:
        """Count one readable row; say whether it names a consignment or vehicle (or need not)."""
        for counter, test in self._tests:
            if test(cells):
                counter.add(row)
        if self._alike is not None:
            self._alike.add(row, cells)
        for _, at, values in self._tallies:
            value = cells[at]
            if value not in values and (len(values) >= TALLY_MAX or len(value) > _SHORT):
                value = _BEYOND
            values[value] = values.get(value, 0) + 1
        if self._custody is None or any(cells[at].strip() not in self._blank for at in self._custody):
            return True
        self._uncustodied.add(row)
        return False

    def count(self, statements: int) -> None:
        """Count one row that made so many statements; none means that it was refused."""
        self.rows += 1
        self.statements += statements
        if statements:
            self.taken += 1
        else:
            self.refused += 1

    def summary(self, *, blank: int = 0, complete: bool = True, lost: dict[Message, int] | None = None) -> TableSummary:
        """Return what has been counted so far."""
        figures = [counter.figure(self.rows) for counter, _ in self._tests]
        if self._custody is not None:
            figures.append(self._uncustodied.figure(self.rows))
        if self._alike is not None:
            figures.append(self._alike.counter.figure(self.rows, lower_bound=self._alike.full))
        return TableSummary(
            rows=self.rows,
            taken=self.taken,
            refused=self.refused,
            statements=self.statements,
            blank=blank,
            complete=complete,
            figures=tuple(figures),
            tallies={
                name: dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))
                for name, _, values in self._tallies
            },
            lost=lost or {},
        )

    def _position(self, column: str) -> int:
        at = self._at.get(column)
        if at is None:
            raise MalformedError.about(no_column(column, self._at), path="$.figures")
        return at

    def _test(self, check: ProfileCheck) -> Callable[[Sequence[str]], bool]:
        at = self._position(check.column)
        where = [(self._position(name), text) for name, text in check.where.items()]
        matches = _match(check, self._blank)
        known: dict[str, bool] = {}

        def test(cells: Sequence[str]) -> bool:
            text = cells[at]
            verdict = known.get(text)
            if verdict is None:
                verdict = matches(text.strip())
                if len(known) < TALLY_MAX and len(text) <= _SHORT:
                    known[text] = verdict
            return verdict and all(cells[other] == wanted for other, wanted in where)

        return test


def _match(check: ProfileCheck, blank: frozenset[str]) -> Callable[[str], bool]:
    if check.missing:
        return lambda text: text in blank
    if check.above is not None:
        limit = _decimal(check.above)
        if limit is None:
            raise MalformedError("profile.not_a_number", path="$.figures.check", read=check.above)
        return lambda text: (number := _decimal(text)) is not None and number > limit
    wanted = check.equals or ""
    exactly = _decimal(wanted)
    if exactly is None:
        return lambda text: text == wanted
    return lambda text: _decimal(text) == exactly


@lru_cache(maxsize=65_536)
def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def share(count: int, rows: int) -> str:
    """Return ``count / rows`` as exact text with four digits; of no rows, ``0.0000``."""
    return str((Decimal(count) / Decimal(rows or 1)).quantize(_SHARE, rounding=ROUND_HALF_EVEN))
