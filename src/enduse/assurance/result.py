"""What an assessment says, as frozen records and as JSON."""

from collections.abc import Callable
from typing import Literal

import msgspec


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something is missing, or read wrongly, beyond measurement error.

    Attributes:
        hypothesis: ``node loss``, ``transit loss``, ``surplus`` or ``instrument bias``.
        where: node, link or instrument.
        material: its name.
        first_period, last_period: best explanation, from 1. Losses of more than 32 periods are tested on windows whose
            ends lie on a grid; these, the estimate and its limits are those of the best window near the one tested.
        estimate: total amount missing, in the unit of the readings (surplus: negative); for a bias the relative error.
        interval: 95 % limits of the estimate, over all first and last periods the data allow.
        statistic: z of the window tested, corrected for how well the error sizes are known.
        p_value: of the window tested: chance that anything in the network scores as high although nothing is wrong.
        indistinguishable_from: other explanations the data cannot tell from this one.
        next_measurement: the one extra measurement that would separate them best.
        open_ended: the loss lasts up to the last period read.
        sentence: all of this in words.
    """

    hypothesis: str
    where: str
    material: str
    first_period: int
    last_period: int
    estimate: float
    interval: tuple[float, float]
    statistic: float
    p_value: float
    indistinguishable_from: tuple[str, ...]
    next_measurement: str
    open_ended: bool
    sentence: str


class GrossError(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that cannot be right and was set aside.

    Attributes:
        reading: the caller's name of it.
        kind: ``unit``, ``typing``, ``swapped`` or ``unexplained``.
        reading_kind: shipped, received, closing_stock or used.
        where: node or link. material: its name. period: from 0 for the stock before the first period.
        value: as read. expected: what all other readings say.
        sentence: all of this in words.
    """

    reading: str
    kind: str
    reading_kind: str
    where: str
    material: str
    period: int
    value: float
    expected: float
    sentence: str


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """What would have been seen at one place.

    Attributes:
        where: node or link. kind: ``node`` or ``link``. material: its name.
        first_period, last_period: over which the loss would run.
        smallest_loss: amount that is seen with the stated probability; None when not even all of it would be.
        share: the same as a part of what passed.
        probability: 0.9.
        next_measurement: the one extra measurement that would lower it most; empty where none would, and for all but
            the whole campaign at the busiest places.
        then_smallest: the smallest loss seen with that measurement, about; None without one.
        sentence: all of this in words.
    """

    where: str
    kind: str
    material: str
    first_period: int
    last_period: int
    smallest_loss: float | None
    share: float | None
    probability: float
    next_measurement: str
    then_smallest: float | None
    sentence: str


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign judged.

    Attributes:
        p_value: chance that a campaign without losses would look as striking anywhere in the network.
        false_alarm: the budget for the whole network and campaign.
        alarms: most striking first; empty when ``p_value`` is above the budget.
        gross_errors: readings set aside.
        caveats: what this assessment cannot say.
        periods: number of periods. seed: of the calibration.
        mode: ``retrospective``, or ``sequential`` when looked at as the data came in.
        error_factors: estimated factors on the stated errors: role, then random and systematic.
    """

    p_value: float
    false_alarm: float
    alarms: tuple[Alarm, ...]
    gross_errors: tuple[GrossError, ...]
    caveats: tuple[str, ...]
    periods: int
    seed: int
    mode: Literal["retrospective", "sequential"]
    error_factors: dict[str, float]
    _power: Callable[[], tuple[Power, ...]]

    @property
    def power(self) -> tuple[Power, ...]:
        """Return what would have been seen, place by place; worked out when first asked for."""
        return self._power()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the result in plain English, most important first."""
        if self.alarms:
            head = f"Something does not add up (chance of this by measurement error alone: {self.p_value:.2g})."
        else:
            head = (
                f"Nothing is missing beyond measurement error (p = {self.p_value:.2g}, budget {self.false_alarm:.0%})."
            )
        parts = [one.sentence for one in self.alarms] + [one.sentence for one in self.gross_errors]
        return (head, *parts, *self.caveats)

    def to_json(self, *, power: bool = True) -> dict[str, object]:
        """Return plain values ready for JSON: ``p_value``, ``alarms``, ``power``, ``gross_errors`` and the rest.

        Args:
            power: leave out ``power`` entries (an empty list) when False; they take longer than the test itself.
        """
        return {
            "p_value": self.p_value,
            "false_alarm": self.false_alarm,
            "alarms": [msgspec.to_builtins(one) for one in self.alarms],
            "power": [msgspec.to_builtins(one) for one in self.power] if power else [],
            "gross_errors": [msgspec.to_builtins(one) for one in self.gross_errors],
            "caveats": list(self.caveats),
            "periods": self.periods,
            "seed": self.seed,
            "mode": self.mode,
            "error_factors": self.error_factors,
            "sentences": list(self.sentences),
        }
