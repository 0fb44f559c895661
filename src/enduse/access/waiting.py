"""How long things wait: medians with their limits where some wait still, worst cases, and where most waiting is, month by month.

What still waits is not left out and not taken for over: it has waited at least so long (right-censored), and the median is
Kaplan and Meier's, by SciPy. Floats occur here alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from warnings import catch_warnings, simplefilter

import msgspec

from enduse.access.accounts import Stay
from enduse.errors import MissingExtraError
from enduse.terms.times import next_month

CONFIDENCE: Final = 0.95
"""Of the limits of a median."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """How long things waited in one state, or in the hands of one party.

    Attributes:
        state: such as ``submitted``; empty where all states are taken together.
        holder: in whose hands; empty where all are taken together, or nobody is named.
        cases: how many waits.
        open: how many of them last.
        median: seconds after which half are over; ``None`` where so many last that nobody can say.
        low: seconds above which that median lies, at :data:`CONFIDENCE`; ``None`` where nobody can say.
        high: seconds below which it lies.
        worst: longest in seconds, one that lasts included.
        worst_item: which that is.
        worst_open: whether it lasts.
        median_closed: the median of those that are over alone, which leaves out what waits longest.
    """

    state: str = ""
    holder: str = ""
    cases: int
    open: int
    median: int | None
    low: int | None
    high: int | None
    worst: int
    worst_item: str
    worst_open: bool
    median_closed: int | None


class Bottleneck(msgspec.Struct, frozen=True, kw_only=True):
    """Where most of the waiting of a month was.

    Attributes:
        month: its first instant.
        state: in which.
        holder: in whose hands.
        seconds: waited there in that month, of all items together.
        total: waited anywhere in that month.
    """

    month: datetime
    state: str
    holder: str
    seconds: int
    total: int


def waits(stays: Iterable[Stay], key: Callable[[Stay], tuple[str, str]]) -> tuple[Wait, ...]:
    """Return how long things waited, by state and holder as ``key`` gives them, in alphabetical order."""
    sorts: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    for stay in stays:
        sorts[key(stay)].append(stay)
    return tuple(_wait(state, holder, sorts[state, holder]) for state, holder in sorted(sorts))


def _wait(state: str, holder: str, stays: Sequence[Stay]) -> Wait:
    worst = max(stays, key=lambda stay: (stay.seconds, stay.item))
    median, low, high = median_of([(stay.seconds, stay.open) for stay in stays])
    closed = [(stay.seconds, False) for stay in stays if not stay.open]
    return Wait(
        state=state,
        holder=holder,
        cases=len(stays),
        open=len(stays) - len(closed),
        median=median,
        low=low,
        high=high,
        worst=worst.seconds,
        worst_item=worst.item,
        worst_open=worst.open,
        median_closed=median_of(closed)[0] if closed else None,
    )


def median_of(durations: Sequence[tuple[int, bool]]) -> tuple[int | None, int | None, int | None]:
    """Return the median of durations, some of which last still, and its limits.

    The median is the first duration by which at least half are over. The limits are those of Brookmeyer and Crowley: where the
    band about the curve of Kaplan and Meier (Greenwood's, on the scale of log-log) crosses one half.

    Args:
        durations: each with whether it lasts still.
    """
    try:
        from scipy.stats import CensoredData, ecdf  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("analytics", "access") from error

    if all(lasts for _, lasts in durations):
        return None, None, None
    data = CensoredData.right_censored([float(seconds) for seconds, _ in durations], [lasts for _, lasts in durations])
    curve = ecdf(data).sf
    at = [int(one) for one in curve.quantiles]
    median = _crossed(at, curve.probabilities)
    if len(durations) == 1:
        return median, None, None  # of one case nobody knows how far off it is
    with catch_warnings():
        simplefilter("ignore", RuntimeWarning)  # where all are over the formula has no value: nobody can say
        band: Any = curve.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    return median, _crossed(at, band.low.probabilities), _crossed(at, band.high.probabilities)


def _crossed(at: Sequence[int], probabilities: Iterable[float]) -> int | None:
    """Return the first duration at which a curve is at one half or below; undefined points say nothing."""
    half = 0.5 + 1e-12
    for seconds, probability in zip(at, probabilities, strict=True):
        if float(probability) <= half:  # never of what is not a number
            return seconds
    return None


def bottlenecks(stays: Iterable[Stay]) -> tuple[Bottleneck, ...]:
    """Return for each month the state and holder with most waiting in it, the earliest month first."""
    months: dict[datetime, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for stay in stays:
        start = stay.start.astimezone(UTC)
        left = stay.seconds
        while left > 0:
            month = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            after = next_month(month)
            part = min(left, max(1, int((after - start).total_seconds())))
            months[month][stay.state, stay.holder] += part
            left -= part
            start = after
    found = []
    for month in sorted(months):
        most = max(sorted(months[month]), key=lambda pair: months[month][pair])
        found.append(
            Bottleneck(
                month=month,
                state=most[0],
                holder=most[1],
                seconds=months[month][most],
                total=sum(months[month].values()),
            )
        )
    return tuple(found)
