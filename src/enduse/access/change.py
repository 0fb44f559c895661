"""Whether delays of a step changed: when, from what to what, and how sure that is; cases that still wait are kept as such.

The cases of a step, in the order in which they began, are split at every beginning that leaves enough cases on either side. Each
split is a log-rank test of the earlier against the later: at every duration at which a case ends, the ends among the earlier cases
are held against those expected if both waited alike; a case that lasts counts among those at risk for as long as it has lasted
(Mantel 1966; Peto & Peto, J. R. Stat. Soc. A 135, 1972). The split with the largest statistic is the change. How surprising
so large a maximum is, is not looked up for one split but found by drawing the cases into random orders and taking the largest
of each again: the p-value is (1 + how many draws reach it) / (1 + draws). Without a change every order is as likely as any other, so
that the chance of calling one is at most the level, whatever the delays are distributed like. That supposes that cases do not depend
on each other, and are watched equally long: a case that began lately can have waited only so long, so all are cut off alike, and the
newest tenth is not tested (:func:`alike`).
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from enduse.access.accounts import Stay
from enduse.access.waiting import median_of
from enduse.errors import MissingExtraError

LEVEL: Final = 0.05
"""Chance, at most, that a change is called in any of the steps tested where none changed."""
DRAWS: Final = 999
LEAST: Final = 5
"""Fewest cases on either side of a change."""
NEWEST: Final = 10
"""One case in so many, the newest, is not tested: they have been watched for too short a time."""
_ROUNDING: Final = 1e-9
"""Sums of the same scores in another order differ by less: an order as far out as the one seen counts as reaching it."""
CASES_MAX: Final = 1_000
"""Cases of a step that are tested, the newest; each draw looks at all their orders."""


class DelayChange(msgspec.Struct, frozen=True, kw_only=True):
    """A step whose delays changed.

    Attributes:
        state: the step, such as ``submitted``.
        since: when the first case after the change began.
        before_cases, after_cases: cases before and from then on.
        before_open, after_open: of these, those that last.
        before: median of the cases before, seconds; ``None`` where so many last that nobody can say.
        after: the same from then on.
        longer: whether cases take longer from then on.
        p_value: chance of so large a difference anywhere without a change, worked out by drawing orders; not yet shared out.
        tested: steps that were tested: the p-value is held against the level divided by that.
    """

    state: str
    since: datetime
    before_cases: int
    after_cases: int
    before_open: int
    after_open: int
    before: int | None
    after: int | None
    longer: bool
    p_value: float
    tested: int


def delay_changes(stays: Sequence[Stay], now: datetime, level: float = LEVEL) -> tuple[DelayChange, ...]:
    """Return the steps whose delays changed, by state.

    Args:
        stays: of all steps.
        now: up to when cases that last have lasted.
        level: chance, at most, of calling any change where there is none.

    Raises:
        MissingExtraError: the extra ``analytics`` is not installed.
    """
    by_state: dict[str, list[Stay]] = {}
    for stay in stays:
        by_state.setdefault(stay.state, []).append(stay)
    enough = {
        state: cases for state, cases in sorted(by_state.items()) if len(cases) - len(cases) // NEWEST >= 2 * LEAST
    }
    found = []
    for cases in enough.values():
        ordered = sorted(cases, key=lambda stay: (stay.start, stay.item))[-CASES_MAX:]
        durations = alike(ordered, now)
        split, longer, p_value = largest_split(ordered[: len(durations)], durations)
        if p_value * len(enough) <= level:
            found.append(_change(ordered, split, longer, p_value, len(enough)))
    return tuple(found)


def alike(stays: Sequence[Stay], now: datetime) -> tuple[tuple[int, bool], ...]:
    """Return durations of all but the newest tenth of cases, each with whether it is open, cut off so that all are watched equally long.

    Whoever began last has been watched least. Unless all are cut off where the newest of them is, the chance of being open would
    differ with the beginning, and orders would not be alike.

    Args:
        stays: in the order in which they began.
        now: up to when cases that last have lasted.
    """
    kept = stays[: len(stays) - len(stays) // NEWEST]
    longest = min(int((now - stay.start) / timedelta(seconds=1)) for stay in kept)
    return tuple((longest, True) if stay.seconds > longest else (stay.seconds, stay.open) for stay in kept)


def largest_split(
    stays: Sequence[Stay], durations: Sequence[tuple[int, bool]], draws: int = DRAWS
) -> tuple[int, bool, float]:
    """Return where delays differ most, whether they are longer from there on, and the p-value of that.

    Args:
        stays: in the order in which they began; they seed the draws, so that everybody gets the same figure.
        durations: of these, each with whether it is open.
        draws: random orders.
    """
    try:
        import numpy as np  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("analytics", "access") from error
    score, risk = _scores(durations)
    if not score.any():
        return LEAST, False, 1.0

    cases = len(stays)
    at = np.arange(LEAST, cases - LEAST + 1)
    spread = np.sqrt(at * (cases - at) / (cases * (cases - 1)) * risk)

    def statistics(scores: Any) -> Any:  # noqa: ANN401 - arrays of numpy
        """Return the standardised sum of scores of the earlier cases at every split; of several orders, one a row."""
        return np.cumsum(scores, axis=-1)[..., at - 1] / spread

    told = "".join(f"{stay.item} {seconds} {lasts}\n" for stay, (seconds, lasts) in zip(stays, durations, strict=True))
    random = np.random.default_rng(zlib.crc32(told.encode()))
    seen = statistics(score)
    best = int(np.abs(seen).argmax())
    orders = random.permuted(np.tile(score, (draws, 1)), axis=1)
    reached = int((np.abs(statistics(orders)).max(axis=1) >= abs(seen[best]) - _ROUNDING).sum())
    return LEAST + best, bool(seen[best] > 0), (1 + reached) / (1 + draws)


def _scores(durations: Sequence[tuple[int, bool]]) -> tuple[Any, float]:
    """Return the log-rank score of each case (1 or 0 for its end, less the hazard it was at risk of), and their sum of squares.

    The scores sum to 0, and the sum of those of one group is its ends less the ends expected of it.
    """
    import numpy as np  # noqa: PLC0415 - an extra

    seconds = np.array([one for one, _ in durations], dtype=np.int64)
    ended = np.array([not lasts for _, lasts in durations])
    times = np.unique(seconds[ended])
    at_risk = np.array([(seconds >= time).sum() for time in times], dtype=np.float64)
    ends = np.array([(ended & (seconds == time)).sum() for time in times], dtype=np.float64)
    hazard = np.concatenate([[0.0], np.cumsum(ends / at_risk)]) if times.size else np.zeros(1)
    score = ended.astype(np.float64) - hazard[np.searchsorted(times, seconds, side="right")]
    return score, float((score**2).sum())


def _change(stays: Sequence[Stay], split: int, longer: bool, p_value: float, tested: int) -> DelayChange:  # noqa: FBT001 - as it was found
    before, after = stays[:split], stays[split:]
    return DelayChange(
        state=stays[0].state,
        since=after[0].start,
        before_cases=len(before),
        after_cases=len(after),
        before_open=sum(stay.open for stay in before),
        after_open=sum(stay.open for stay in after),
        before=median_of([(stay.seconds, stay.open) for stay in before])[0],
        after=median_of([(stay.seconds, stay.open) for stay in after])[0],
        longer=longer,
        p_value=p_value,
        tested=tested,
    )
