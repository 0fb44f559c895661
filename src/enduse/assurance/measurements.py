"""Readings that bear on assurance: what was weighed at either end of a consignment, and what was measured in use.

The measurement model is the one of safeguards accountancy (Avenhaus 1977; JCGM 100:2008): a reading x of the true
value m is m(1 + r + s), r with the instrument's random relative standard deviation and anew for each reading, s with
its systematic one and the same for all its readings. A reading without an instrument is an exact count.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

import msgspec

from enduse.rows import Rows, rows
from enduse.statements.entry import Entry
from enduse.statements.reading import Reading
from enduse.terms.amounts import goods_resource
from enduse.terms.times import micros

SD_MAX: Final = Decimal("0.1")
"""A reading with a larger relative error measures nothing: nobody explains a loss away by a bad enough scale."""


_WEIGHED: Final = frozenset(("scale", "survey", "meter"))
"""Methods that err though nobody states by how much: what lies there was not counted."""


class Measured(msgspec.Struct, frozen=True):
    """One reading, in base units.

    Attributes:
        entry: log index.
        id: statement.
        party: who read.
        effective: claimed time, or the recorded one where that is earlier, microseconds since 1970.
        resource: ledger name of what was read.
        amount: what was read.
        instrument: shared systematic error, ``""`` for a count.
        random_sd: relative, exact decimal text.
        systematic_sd: relative, exact decimal text.
        place: where its reader had the mandate to read, with all that lies within; ``None`` where no rule asked for one.
        nominal: it was read in packs of a content that nobody defined or counted: never exact.
    """

    entry: int
    id: str
    party: str
    effective: int
    resource: str
    amount: int
    instrument: str
    random_sd: str
    systematic_sd: str
    place: str | None
    nominal: bool = False

    @property
    def variance(self) -> Decimal:
        """Variance of this reading alone, in base units squared; exact, so that every reader gets the same."""
        return self.amount * self.amount * (Decimal(self.random_sd) ** 2 + Decimal(self.systematic_sd) ** 2)

    @property
    def sd(self) -> Decimal:
        """Standard deviation of this reading alone, in base units."""
        return self.variance.sqrt()

    @property
    def usable(self) -> bool:
        """Whether the instrument is good enough to explain anything: see :data:`SD_MAX`."""
        return max(Decimal(self.random_sd), Decimal(self.systematic_sd)) <= SD_MAX


InBooks = Callable[[Measured], Measured]
"""Gives a reading in the unit of the books, where it was read in packs of a known content."""


class Measurements(msgspec.Struct):
    """Readings by what they bear on: ``shipped CONSIGNMENT``, ``received CONSIGNMENT``, ``use PROJECT`` or ``stock ENTRY``.

    Of a stock the ledger asserts the count; here stands with what it was weighed, by the entry that counted.

    Attributes:
        by_item: those that stand, in the order they were recorded.
        items: what a reading bears on, by the statement that made it.
    """

    by_item: Rows[tuple[Measured, ...]] = rows(tuple[Measured, ...])
    items: Rows[str] = rows(str)

    def apply(self, entry: Entry, place: str | None = None) -> None:
        """Take in a ``reading``; other kinds pass by.

        Args:
            entry: the statement.
            place: where its reader had the mandate to read.
        """
        statement = entry.statement
        if not isinstance(statement, Reading):
            return
        body = statement.body
        if body.of == "stock" and body.instrument is None and body.method not in _WEIGHED:
            return  # counted piece by piece
        amount, base = body.quantity.base()
        instrument = body.instrument
        measured = Measured(
            entry.index,
            entry.id,
            statement.party,
            micros(min(statement.occurred_at, entry.recorded_at)),
            goods_resource(body.material, base),
            amount,
            instrument.instrument if instrument else "",
            instrument.random_sd if instrument else "0",
            instrument.systematic_sd if instrument else "0",
            place,
        )
        about = {"use": body.project, "stock": str(entry.index)}.get(body.of, body.consignment)
        item = f"{body.of} {about}"
        self.by_item[item] = (*self.by_item.get(item, ()), measured)
        self.items[entry.id] = item

    def weighed(self, entry: int) -> Measured | None:
        """Return with what the stock was weighed that an entry counted; ``None`` where it was counted."""
        return next(iter(self.by_item.get(f"stock {entry}", ())), None)

    def with_instrument(self, instrument: str) -> Iterator[Measured]:
        """Give every usable reading that was made with an instrument."""
        for readings in self.by_item.values():
            yield from (one for one in readings if one.instrument == instrument and one.usable)

    def find(self, statement_id: str) -> Measured | None:
        """Return the reading that a statement made, while it counts."""
        found = self.by_item.get(self.items.get(statement_id, ""), ())
        return next((reading for reading in found if reading.id == statement_id), None)

    def drop(self, reading: Measured) -> None:
        """Forget a reading that its own party has taken back."""
        item = self.items.pop(reading.id)
        left = tuple(one for one in self.by_item[item] if one.id != reading.id)
        if left:
            self.by_item[item] = left
        else:
            del self.by_item[item]

    def parties(self, of: str, item: str) -> frozenset[str]:
        """Return who has read ``item``."""
        return frozenset(reading.party for reading in self.by_item.get(f"{of} {item}", ()))

    def usable(self, of: str, item: str, resource: str, told: InBooks | None = None) -> list[Measured]:
        """Return the usable readings of ``item``, in the order they were recorded."""
        every = self.by_item.get(f"{of} {item}", ())
        said = every if told is None else [told(reading) for reading in every]
        return [reading for reading in said if reading.resource == resource and reading.usable]

    def latest(
        self, of: str, item: str, resource: str, *, without: frozenset[str] = frozenset(), told: InBooks | None = None
    ) -> Measured | None:
        """Return the usable reading of ``item`` with the latest claimed time, by a party not in ``without``."""
        found = [reading for reading in self.usable(of, item, resource, told) if reading.party not in without]
        return max(found, key=lambda reading: (reading.effective, reading.entry), default=None)
