"""What an assessment says, as frozen structs: no words, for those are the reader's (:mod:`enduse.pages`)."""

from collections.abc import Callable
from enum import StrEnum
from typing import Literal

import msgspec

from enduse.messages import Message

PlaceKind = Literal["node", "link"]

NODE: PlaceKind = "node"
LINK: PlaceKind = "link"


class Hypothesis(StrEnum):
    """What may be behind a discrepancy; alarms are raised for the first four."""

    NODE_LOSS = "node loss"
    TRANSIT_LOSS = "transit loss"
    SURPLUS = "surplus"
    INSTRUMENT_BIAS = "instrument bias"
    MISREAD_SHIPPED = "misread shipped"
    MISREAD_RECEIVED = "misread received"
    MISREAD_STOCK = "misread closing_stock"
    MISREAD_USE = "misread used"
    FALSIFIED_USE = "falsified use"
    OVERSTATED_DISPATCH = "overstated dispatch"
    UNDERSTATED_RECEIPT = "understated receipt"


LOSSES = frozenset({Hypothesis.NODE_LOSS, Hypothesis.TRANSIT_LOSS})


class MeasurementKind(StrEnum):
    """A measurement that could be made."""

    STOCK_COUNT = "stock_count"
    USE_SURVEY = "use_survey"
    USE_COUNT = "use_count"
    WEIGHING_OF_ALL = "weighing_of_all"
    WEIGHING_AT_BOTH_ENDS = "weighing_at_both_ends"
    WEIGHING_AT_DEPARTURE = "weighing_at_departure"
    WEIGHING_AT_ARRIVAL = "weighing_at_arrival"
    CALIBRATION = "calibration"


class SlipKind(StrEnum):
    """Why a reading was set aside, as far as it shows."""

    UNIT = "unit"
    TYPING = "typing"
    SWAPPED = "swapped"
    UNEXPLAINED = "unexplained"


class OrdinaryFault(StrEnum):
    """What is ordinary in the field and may look like a loss."""

    UNDER_WAY = "under_way"
    DRIFT = "drift"
    WILD_READINGS = "wild_readings"
    NOT_STATED = "not_stated"
    ERRORS = "errors"
    UNUSED_ROWS = "unused_rows"


class Explanation(msgspec.Struct, frozen=True):
    """One thing that may be behind a discrepancy.

    Attributes:
        hypothesis: what.
        where: node, link or instrument.
        first_period, last_period: from 1; a stock count before the first period is of period 0.
    """

    hypothesis: Hypothesis
    where: str
    first_period: int
    last_period: int


class Measurement(msgspec.Struct, frozen=True):
    """One more measurement, by somebody independent.

    Attributes:
        kind: what is to be done.
        where: node, link or instrument.
        first_period, last_period: from 1; of a stock count, the periods before and after which it is made.
    """

    kind: MeasurementKind
    where: str
    first_period: int
    last_period: int


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something is missing, or read wrongly, beyond measurement error.

    Attributes:
        hypothesis: a loss at a node or in transit, a surplus, or the bias of an instrument.
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
        ordinary: what explains it as well, when all that is ordinary is estimated together: then it is not settled.
            A row of tables that could not be used explains it as well where it may hold what is missing. Empty where the
            loss stands all the same, and where the material was too large to be fitted so.
    """

    hypothesis: Hypothesis
    where: str
    material: str
    first_period: int
    last_period: int
    estimate: float
    interval: tuple[float, float]
    statistic: float
    p_value: float
    indistinguishable_from: tuple[Explanation, ...]
    next_measurement: Measurement | None
    open_ended: bool
    ordinary: tuple[OrdinaryFault, ...] = ()


class GrossError(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that cannot be right and was set aside, not corrected.

    Attributes:
        reading: the caller's name of it.
        kind: what kind of slip it looks like.
        reading_kind: shipped, received, closing_stock or used.
        where: node or link. material: its name. period: from 0 for the stock before the first period.
        value: as read. expected: what all other readings say.
        tied: a loss of that size there would look the same.
        undecided: it may be a loss as well: tied, of the sign of a loss, and by no exact rule of a slip of the pen.
    """

    reading: str
    kind: SlipKind
    reading_kind: str
    where: str
    material: str
    period: int
    value: float
    expected: float
    tied: bool
    undecided: bool = False


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """What would have been seen at one place.

    Attributes:
        where: node or link. kind: which of them. material: its name.
        first_period, last_period: over which the loss would run.
        smallest_loss: amount that is seen with the stated probability; None when not even all of it would be.
        share: the same as a part of what passed.
        probability: 0.9.
        next_measurement: the one extra measurement that would lower it most; None where none would, and for all but
            the whole campaign at the busiest places.
        then_smallest: the smallest loss seen with that measurement, about; None without one.
    """

    where: str
    kind: PlaceKind
    material: str
    first_period: int
    last_period: int
    smallest_loss: float | None
    share: float | None
    probability: float
    next_measurement: Measurement | None
    then_smallest: float | None


class LossChance(msgspec.Struct, frozen=True):
    """How surely a stated loss at one place would have been seen.

    Attributes:
        where: node or link. kind: which of them. material: its name.
        amount: of the loss, spread over the whole campaign in proportion to what passed.
        chance: that it raises an alarm by itself, 0 to 1; alarms that come by chance elsewhere are not counted. ``None`` where
            nothing is balanced, such as where no stock is counted.
    """

    where: str
    kind: PlaceKind
    material: str
    amount: float
    chance: float | None


class NetworkAssessment(msgspec.Struct, frozen=True, kw_only=True):
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
    caveats: tuple[Message, ...]
    periods: int
    seed: int
    mode: Literal["retrospective", "sequential"]
    error_factors: dict[str, float]
    _power: Callable[[], tuple[Power, ...]]

    @property
    def power(self) -> tuple[Power, ...]:
        """Return what would have been seen, place by place; worked out when first asked for."""
        return self._power()
