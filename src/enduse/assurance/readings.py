"""Readings of one campaign, in columns.

Columns rather than rows, because a campaign of 1,000 sites, 100 materials and 52 weeks has 26 million readings.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import READING_KINDS
from enduse.errors import MalformedError, UnknownError

SHIPPED, RECEIVED, OPENING, CLOSING, USED, EXPECTED = range(len(READING_KINDS))
MOST_WHOLE = 2**31 - 2
MOST_QUANTITY = 1e100  # squares of anything larger cannot be worked with
Anyints = Iterable[int] | NDArray[np.signedinteger]


class Readings:
    """One campaign of readings.

    Args:
        period: whole numbers from 1, shape (n,).
        material: positions in ``materials``, shape (n,).
        kind: positions in :data:`enduse.assurance.model.READING_KINDS`, shape (n,).
        place: position of the node, or for shipped and received of the link, shape (n,).
        quantity: in one unit per material, not negative, shape (n,).
        instrument: position in the error model, shape (n,).
        epoch: calibration epoch of the instrument, any whole numbers from 0, shape (n,); zeros when left out.
        materials: names of the materials.
        names: the caller's name of each reading; the row number when left out.
        periods: number of periods of the campaign; the last period read when left out.
        complete: everything that moved is read, as in a ledger: where nothing is read at either end of a link, nothing
            went. Else what went is not known there, and only a zero that is written is one.

    Raises:
        MalformedError: columns of different lengths, a period below 1, a kind that there is not, whole numbers that are
            none, or a quantity that is negative, not finite or beyond all measure.
        UnknownError: a material that is not among ``materials``.
    """

    __slots__ = (
        "complete",
        "epoch",
        "instrument",
        "kind",
        "material",
        "materials",
        "names",
        "period",
        "periods",
        "place",
        "quantity",
    )

    def __init__(
        self,
        *,
        period: Anyints,
        material: Anyints,
        kind: Anyints,
        place: Anyints,
        quantity: Iterable[float] | NDArray[np.float64],
        instrument: Anyints,
        epoch: Anyints | None = None,
        materials: Iterable[str] = ("material",),
        names: tuple[str, ...] | None = None,
        periods: int | None = None,
        complete: bool = False,
    ) -> None:
        self.period = _ints(period)
        self.material = _ints(material)
        self.kind = _ints(kind)
        self.place = _ints(place)
        self.instrument = _ints(instrument)
        self.quantity = np.asarray(quantity if isinstance(quantity, np.ndarray) else list(quantity), dtype=np.float64)
        self.epoch = np.zeros_like(self.period) if epoch is None else _ints(epoch)
        self.materials = tuple(materials)
        self.names = names
        self.complete = complete
        columns = (self.material, self.kind, self.place, self.instrument, self.quantity, self.epoch)
        if any(column.shape != self.period.shape for column in columns):
            raise MalformedError("assurance.columns_differ")
        if self.period.size and int(self.period.min()) < 1:
            raise MalformedError("assurance.period_below_one")
        if not np.all(np.isfinite(self.quantity) & (self.quantity >= 0)):
            raise MalformedError("assurance.quantity_invalid")
        if self.quantity.size and float(self.quantity.max()) > MOST_QUANTITY:
            raise MalformedError("assurance.quantity_too_large")
        if self.period.size:
            self._check_positions()
        last = int(self.period.max()) if self.period.size else 0
        self.periods = last if periods is None else periods
        if self.periods < last:
            raise MalformedError("assurance.period_after_last", period=last, last=self.periods)

    def _check_positions(self) -> None:
        if int(self.epoch.min()) < 0:
            raise MalformedError("assurance.not_whole")
        if not 0 <= int(self.kind.min()) <= int(self.kind.max()) < len(READING_KINDS):
            raise MalformedError("assurance.kind_unknown", read=str(int(self.kind.max())), kinds=READING_KINDS)
        if not 0 <= int(self.material.min()) <= int(self.material.max()) < len(self.materials):
            most = int(self.material.max())
            count = len(self.materials)
            raise UnknownError("assurance.reading_of_unknown", what="material", number=most, count=count)

    def __len__(self) -> int:
        return int(self.period.size)

    def name(self, row: int) -> str:
        """Return the caller's name of a reading."""
        return self.names[row] if self.names is not None else str(row)

    def take(self, keep: NDArray[np.bool_] | NDArray[np.signedinteger], periods: int | None = None) -> "Readings":
        """Return some of the readings, of a campaign of the same or a stated number of periods."""
        at = np.flatnonzero(keep) if keep.dtype == np.bool_ else keep
        return Readings(
            period=self.period[at],
            material=self.material[at],
            kind=self.kind[at],
            place=self.place[at],
            quantity=self.quantity[at],
            instrument=self.instrument[at],
            epoch=self.epoch[at],
            materials=self.materials,
            names=None if self.names is None else tuple(self.names[int(row)] for row in at),
            periods=self.periods if periods is None else periods,
            complete=self.complete,
        )

    def like(self, quantity: NDArray[np.float64]) -> "Readings":
        """Return the same readings with other quantities, shape (n,)."""
        return Readings(
            period=self.period,
            material=self.material,
            kind=self.kind,
            place=self.place,
            quantity=quantity,
            instrument=self.instrument,
            epoch=self.epoch,
            materials=self.materials,
            names=self.names,
            periods=self.periods,
            complete=self.complete,
        )

    def until(self, period: int) -> "Readings":
        """Return the readings of the first periods only, as they stood at the end of ``period``."""
        return self.take(self.period <= period, period)


def _ints(values: Anyints) -> NDArray[np.int32]:
    wide = np.asarray(values if isinstance(values, np.ndarray) else list(values))
    if wide.size and not (wide.min() >= -MOST_WHOLE and wide.max() <= MOST_WHOLE):
        raise MalformedError("assurance.not_whole")
    narrow = wide.astype(np.int32, copy=False)
    if wide.dtype.kind not in "iu" and not np.array_equal(narrow, wide):
        raise MalformedError("assurance.not_whole")
    return narrow
