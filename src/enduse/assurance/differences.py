"""What is missing, and is it more than measurement error? One consignment or project at a time, with intervals.

This is the first, plain assurance: the shipper-receiver difference of each consignment (AEC Regulatory Guide 5.28,
1974) and declared against measured use of each project. The instrument errors are those stated with the readings.
Systematic errors shared by both ends cancel in a difference, as they do on one scale. The chance of a false alarm
is shared out over all judged differences (Bonferroni), so that it holds for the whole programme. Judgements are made in
exact decimals against quantiles rounded to six digits, so that every reader of the record judges alike; probabilities
are shown as floats and decide nothing.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from statistics import NormalDist
from typing import Final, Literal

import msgspec

from enduse.assurance.measurements import InBooks, Measured, Measurements

FALSE_ALARM: Final = 0.05
"""Chance that anything is called missing in a programme in which nothing is."""

CONFIDENCE: Final = 0.95
"""Coverage of every interval shown."""

TESTS_MAX: Final = 1_000
"""The budget is shared over no more tests than this, so that nobody dilutes it with consignments made up for it."""

CONDITION_LEVEL: Final = 0.001
"""Chance of a false alarm per difference where a condition asks: fixed, whatever else is in the programme."""

_NORMAL: Final = NormalDist()

Judgement = Literal["beyond_error", "within_error", "stated_error", "exact", "told"]


class Interval(msgspec.Struct, frozen=True):
    """Lower and upper end in base units, two-sided at :data:`CONFIDENCE`."""

    lower: int
    upper: int


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A reading by somebody other than who states the account, which that account contradicts beyond both errors.

    It changes no figure: only the holder's own account or a finding does. It stands beside, named.

    Attributes:
        party: who read.
        of: which end, ``shipped`` or ``received``.
        holder: whose account it contradicts.
        read: what was read, base units.
        booked: what the account says.
        missing: what would be missing by the reading.
        half: half of the 95 % interval of the two, base units.
        more: whether more would be missing than is booked.
        entry: log index of the reading.
        id: its statement.
    """

    party: str
    of: Literal["shipped", "received"]
    holder: str
    read: int
    booked: int
    missing: int
    half: int
    more: bool
    entry: int
    id: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Something sent or booked that has not been accounted for, still open.

    Attributes:
        owner: party that answers for it until a finding resolves it; empty where that is open.
        item: consignment, or place of the stock.
        resource: ledger name.
        amount: base units; negative is a surplus.
        interval: where the true amount lies, given the instruments.
        sd: standard deviation of the measurement, base units.
        p_value: chance of at least this difference if nothing were missing.
        judgement: ``exact`` where both ends were counted, and ``told`` where nothing was weighed and it rests on what was
            told: on a report, on time that passed, on an order of one day that the claimed times leave open, or on a scale of
            which nobody states an error. ``stated_error`` where it is within the error that somebody states of the scale of a store:
            still missing, and its holder is not asked for it before a finding settles it or somebody else weighs there.
        since: claimed time it opened, microseconds since 1970.
        entries: log indexes it rests on.
        disputes: readings that contradict what is booked, and change nothing of it.
        key: of the consignment in the ledger; empty for a stock.
        contested: how much of it would not be open, were what stands beside it true, or what others alone say came into a stock
            false, base units.
        orders: the least and the most that it would be in any order of what the claimed times leave open.
        other_units: of a surplus in a stock, what else the books have there of the material, by resources in which nobody can
            say how much that is: the two cannot be compared.
        error_by: of a stock that was weighed, who states the error of the scale that counts.
        counts: of a stock whose last counts are of one time and differ, what each of them found, base units.
    """

    owner: str
    item: str
    resource: str
    amount: int
    interval: Interval
    sd: Decimal
    p_value: float
    judgement: Judgement
    since: int
    entries: tuple[int, ...]
    disputes: tuple[Dispute, ...] = ()
    key: str = ""
    contested: int = 0
    orders: tuple[int, int] | None = None
    other_units: tuple[tuple[str, int], ...] = ()
    error_by: str = ""
    counts: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What tells it from others of its resource."""
        return self.key or f"{self.owner} {self.item}"

    @property
    def missing(self) -> bool:
        """Whether it is more than measurement error explains."""
        return self.judgement != "within_error"


class OpenDifference(msgspec.Struct, frozen=True):
    """An open difference as the ledger has it, what either end was weighed with, and who disputes it.

    Of a stock, or of a consignment that is closed short, overdue, or more than was sent. One that is even (``amount`` 0)
    is here only where somebody disputes that. ``counted``: both ends were; ``orders`` and ``other_units`` as in :class:`Difference`.
    ``error_by`` and ``counts`` as there.
    """

    owner: str
    item: str
    resource: str
    amount: int
    since: int
    entries: tuple[int, ...]
    shipped: Measured | None = None
    received: Measured | None = None
    disputes: tuple[Dispute, ...] = ()
    key: str = ""
    contested: int = 0
    counted: bool = True
    orders: tuple[int, int] | None = None
    other_units: tuple[tuple[str, int], ...] = ()
    error_by: str = ""
    counts: tuple[int, ...] = ()


class Account(msgspec.Struct, frozen=True):
    """What the holder of one end says of it, with what it weighed that, and what others read there."""

    holder: str
    amount: int
    weighed: Measured | None
    others: tuple[Measured, ...]


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """Declared against measured use of one material in one project.

    Attributes:
        project: which.
        resource: ledger name.
        billed: bill of quantities, base units; ``None`` when it has none for this material.
        allowance: what the bill's tolerance adds.
        declared: use the custodians declared.
        resolved: part of it that findings have moved elsewhere (off purpose, lost).
        measured: what an independent reading says is there; ``None`` when nobody measured.
        interval: of the measured amount.
        short: declared less resolved less measured.
        short_interval: of that.
        judgement: whether ``short`` is beyond the reading's error; ``not_measured`` when nobody looked.
        over_bill: declared beyond bill and allowance.
        readings: log indexes of the readings used.
    """

    project: str
    resource: str
    billed: int | None
    allowance: int
    declared: int
    resolved: int
    measured: int | None
    interval: Interval | None
    short: int | None
    short_interval: Interval | None
    judgement: Literal["beyond_error", "within_error", "exact", "not_measured"]
    over_bill: int
    readings: tuple[int, ...]


def quantile(chance: float) -> Decimal:
    """Return how many standard deviations a two-sided test at this chance of a false alarm allows, to six digits."""
    return Decimal(f"{_NORMAL.inv_cdf(1 - chance / 2):.6f}")


def pair_sd(shipped: Measured | None, received: Measured | None) -> Decimal:
    """Return the standard deviation of received less shipped, base units.

    Both ends on one instrument share its systematic error: it then scales the difference only.
    """
    both = [reading for reading in (shipped, received) if reading is not None]
    if shipped and received and shipped.instrument and shipped.instrument == received.instrument:
        variance = sum((reading.amount * Decimal(reading.random_sd)) ** 2 for reading in both)
        variance += ((shipped.amount - received.amount) * Decimal(shipped.systematic_sd)) ** 2
    else:
        variance = sum((reading.variance for reading in both), Decimal(0))
    return Decimal(variance).sqrt()


def interval(amount: int, sd: Decimal) -> Interval:
    """Return the two-sided interval of ``amount`` at :data:`CONFIDENCE`, rounded outward to whole base units."""
    half = int((quantile(1 - CONFIDENCE) * sd).to_integral_value(ROUND_CEILING))
    return Interval(amount - half, amount + half)


def disputes(missing: int, of: Literal["shipped", "received"], account: Account) -> tuple[Dispute, ...]:
    """Return those of others' readings that an account contradicts beyond both their errors.

    Args:
        missing: what is booked as missing, base units.
        of: which end; where more left, more is missing, where more arrived, less.
        account: what its holder says.
    """
    found = []
    for other in account.others:
        own = account.weighed.variance if account.weighed is not None else Decimal(0)
        gap = other.amount - account.amount
        half = interval(0, (other.variance + own).sqrt()).upper
        if abs(gap) > half:
            more = (gap > 0) == (of == "shipped")
            found.append(
                Dispute(
                    party=other.party,
                    of=of,
                    holder=account.holder,
                    read=other.amount,
                    booked=account.amount,
                    missing=missing + (abs(gap) if more else -abs(gap)),
                    half=half,
                    more=more,
                    entry=other.entry,
                    id=other.id,
                )
            )
    return tuple(found)


def judge(opened: list[OpenDifference], judged: int | None = None, *, level: float | None = None) -> list[Difference]:
    """Judge every open difference.

    Args:
        opened: from the ledger.
        judged: how many differences share the false-alarm budget (every weighed consignment, also those that
            came out even); by default as many as are open.
        level: chance of a false alarm per difference, instead of a share in the budget.

    Returns:
        In the order given.
    """
    shared = min(max(1, judged if judged is not None else len(opened)), TESTS_MAX)
    limit = quantile(level if level is not None else FALSE_ALARM / shared)
    result = []
    for item in opened:
        sd = pair_sd(item.shipped, item.received)
        beyond = item.amount and abs(item.amount) >= limit * sd
        plain: Judgement = "exact" if item.counted else "told"
        within: Judgement = "stated_error" if item.error_by and item.amount else "within_error"
        judgement: Judgement = within if not beyond else "beyond_error" if sd else plain
        result.append(
            Difference(
                owner=item.owner,
                item=item.item,
                resource=item.resource,
                amount=item.amount,
                interval=interval(item.amount, sd),
                sd=sd,
                p_value=2 * _NORMAL.cdf(-float(abs(item.amount) / sd)) if sd else 0.0,
                judgement=judgement,
                since=item.since,
                entries=item.entries,
                disputes=item.disputes,
                key=item.key,
                contested=item.contested,
                orders=item.orders,
                other_units=item.other_units,
                error_by=item.error_by,
                counts=item.counts,
            )
        )
    return result


def judge_use(
    project: str,
    resource: str,
    *,
    declared: Mapping[str, int],
    resolved: int,
    bill: tuple[int, int] | None,
    readings: Measurements,
    without: frozenset[str] = frozenset(),
    judged: int = 1,
    told: InBooks | None = None,
) -> Use:
    """Compare what was declared as used with what an independent reading found and what the bill allows.

    Args:
        project: which.
        resource: ledger name.
        declared: use still booked, by the party that declared it; their own readings do not count.
        resolved: use that findings have moved out.
        bill: quantity and allowance of the bill of quantities, base units.
        readings: all readings.
        without: parties related to those; their readings do not count either.
        judged: how many uses share the false-alarm budget.
        told: gives a reading in the unit of the books.
    """
    net = sum(declared.values())
    billed, allowance = bill or (None, 0)
    unmeasured = Use(
        project=project,
        resource=resource,
        billed=billed,
        allowance=allowance,
        declared=net + resolved,
        resolved=resolved,
        measured=None,
        interval=None,
        short=None,
        short_interval=None,
        judgement="not_measured",
        over_bill=max(0, net + resolved - billed - allowance) if billed is not None else 0,
        readings=(),
    )
    reading = readings.latest("use", project, resource, without=without | frozenset(declared), told=told)
    if reading is None:
        return unmeasured
    short = net - reading.amount
    limit = quantile(2 * FALSE_ALARM / max(1, judged))  # one-sided: more than was declared is no shortage
    beyond = short > 0 and short >= limit * reading.sd
    return msgspec.structs.replace(
        unmeasured,
        measured=reading.amount,
        interval=interval(reading.amount, reading.sd),
        short=short,
        short_interval=interval(short, reading.sd),
        judgement="within_error" if not beyond else "beyond_error" if reading.sd or reading.nominal else "exact",
        readings=(reading.entry,),
    )


def use_detected(use: Use, share: float, judged: int = 1) -> float | None:
    """Return the chance that a measurement like the one there is shows a loss of a share of what was declared as used.

    Args:
        use: measured; its instrument measures again.
        share: of the declared use that is not there, 0 to 1.
        judged: how many uses share the false-alarm budget.

    Returns:
        The chance, 0 to 1; ``None`` where nobody measured.
    """
    if use.interval is None:
        return None
    half = Decimal(use.interval.upper - use.interval.lower) / 2
    if not half:
        return 1.0
    errors = float((use.declared - use.resolved) / (half / quantile(1 - CONFIDENCE))) * share
    return _NORMAL.cdf(errors - float(quantile(2 * FALSE_ALARM / max(1, judged))))
