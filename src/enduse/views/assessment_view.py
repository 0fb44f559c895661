"""What network assurance found, in the shape people are shown: leads, the smallest loss that would show, and where.

The figures are those of :mod:`enduse.assurance`; here they are only ordered, cut and joined with what the record says.
A lead is never a finding: each carries the draft of one, which a body mandated to find examines, fills in and signs.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from enduse.assurance.consignments import OpenConsignment
from enduse.assurance.model import Network
from enduse.assurance.result import LOSSES, Alarm, GrossError, Hypothesis, Measurement, PlaceKind, Power
from enduse.book.assessment import Assessed
from enduse.errors import Problem
from enduse.messages import Message
from enduse.views.assessment_context import KnownView, Labels, ViewContext
from enduse.views.excluded_readings import ExcludedReadings, excluded
from enduse.views.shapes import Figure

Band = Literal["well", "fair", "poor", "hardly", "unseen", "unstated"]

Verdict = Literal["leads", "not_settled", "nothing_said", "nothing_missing"]
"""The answer to the question whether it is all there."""

BANDS: Final[tuple[Band, ...]] = ("well", "fair", "poor", "hardly", "unseen")
"""How well a loss would be noticed, best first."""
LIMITS: Final = (0.01, 0.05, 0.20)
"""Upper ends of the first three bands, as shares of what passed."""
SHARPER_MAX: Final = 10
"""Times by which a measurement is believed to sharpen the view; the one imagined is ten times as good as a usual one."""
ABOUT_MAX: Final = 200
FIGURES: Final = (
    "periods",
    "p_value",
    "false_alarm",
    "mode",
    "seed",
    "error_factors",
    "alarms",
    "gross_errors",
)
"""What is shown of an assessment as it is."""


class DetectionLimit(msgspec.Struct, frozen=True):
    """The smallest loss that would be noticed in one window: amount, share of what passed, band."""

    smallest: float | None
    share: float | None
    band: Band


class DetectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One place and material.

    Attributes:
        where: node or link.
        kind: which of them.
        material: its name.
        limits: one for each window of the assessment.
        hidden: how much of this material's largest flow could be missing here unnoticed, as a share.
        measurement: the one that would lower it most.
        then: the smallest loss noticed with it; None where that is not worked out, or better than a measurement can be.
    """

    where: str
    kind: PlaceKind
    material: str
    limits: tuple[DetectionLimit, ...]
    hidden: float
    measurement: Measurement | None
    then: float | None


class LeadView(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as somebody would follow it up.

    Attributes:
        alarm: as assurance raised it.
        consignments: those received on that way in that time, where the source is a record.
        known: what the record says about them already.
        finding: identifier of the finding somebody might come to.
        about: what that finding would be about.
        place: where it would be made.
    """

    alarm: Alarm
    consignments: tuple[str, ...]
    known: tuple[KnownView, ...]
    finding: str
    about: str
    place: str

    @property
    def counted(self) -> bool:
        """Whether it is a loss that is called missing: settled, and nobody has examined it."""
        return self.alarm.hypothesis in LOSSES and not (self.examined or self.alarm.ordinary)

    @property
    def doubted(self) -> bool:
        """Whether it is declared use that an independent check does not bear out, and nobody has examined it."""
        return self.alarm.hypothesis is Hypothesis.FALSIFIED_USE and not self.examined

    @property
    def examined(self) -> bool:
        """Whether the record holds a finding about it."""
        return any(known.code == "finding" for known in self.known)


class MissingTotal(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one material is missing according to the leads that nobody has examined."""

    material: str
    estimate: float


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the network.

    Attributes:
        place: its name.
        type: of the place in its programme, such as ``crossing``; else its kind in the tables.
        column: on the map, from 0.
        band: how well a loss of the material noticed worst here would be noticed over the whole time.
        share: that smallest loss as a share of what passed.
        leads: numbers of the leads about it, from 1.
    """

    place: str
    type: str
    column: int
    band: Band
    share: float | None
    leads: tuple[int, ...]


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the network; attributes as those of :class:`PlaceView`."""

    link: str
    start: str
    end: str
    band: Band
    share: float | None
    leads: tuple[int, ...]


class AssessmentView(Labels, frozen=True, kw_only=True):
    """Everything shown of one assessment.

    Attributes:
        periods: how many.
        p_value: chance of anything as striking without a loss.
        false_alarm: budget.
        mode: ``retrospective``, or ``sequential`` when looked at as the readings came in.
        seed: of the calibration.
        error_factors: estimated factors on the stated errors: role, then random and systematic.
        alarms: as assurance raised them, most striking first.
        gross_errors: readings set aside, one by one.
        power: what would have been noticed, as worked out; empty where it was not asked for.
        problems: rows that could not be used.
        notes: what of the tables was not used, or read otherwise than it stands, and changes no answer.
        under_way: consignments of tables that were sent and not received, the longest under way first.
        probability: with which the smallest losses would be noticed.
        leads: most striking first, behind them those that are not settled, and last those about which there is a finding.
        missing: by material, what the leads say that nobody has examined.
        owners: who answers in the books for goods of those leads.
        open: what the book itself shows missing beyond error, by material, whatever was compared.
        windows: (first, last) period of each column of the table.
        rows: where some loss would be noticed, those first where most could be missing.
        unseen: (place, material) where none would be, the busiest first.
        unstated: places with a balance, and ways, about which nothing was worked out.
        untold: materials about which nothing was worked out.
        places: nodes.
        ways: links.
        aside: readings set aside, by kind, place and material: first where they all err one way, then the many.
        caveats: what the assessment cannot say.
    """

    periods: int
    p_value: float
    false_alarm: float
    mode: str
    seed: int
    error_factors: dict[str, float]
    alarms: tuple[Alarm, ...]
    gross_errors: tuple[GrossError, ...]
    power: tuple[Power, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    under_way: tuple[OpenConsignment, ...]
    probability: float
    leads: tuple[LeadView, ...]
    missing: tuple[MissingTotal, ...]
    owners: tuple[str, ...]
    open: tuple[Figure, ...]
    windows: tuple[tuple[int, int], ...]
    rows: tuple[DetectionRow, ...]
    unseen: tuple[tuple[str, str], ...]
    unstated: int
    untold: tuple[str, ...]
    places: tuple[PlaceView, ...]
    ways: tuple[LinkView, ...]
    aside: tuple[ExcludedReadings, ...]
    caveats: tuple[Message, ...]

    @property
    def compared(self) -> bool:
        """Whether any amount was read at two places: else measurements say nothing, good or bad."""
        return all(caveat.code != "assurance.nothing_tested" for caveat in self.caveats)

    @property
    def unread(self) -> int:
        """How many rows of tables could not be used."""
        return sum(bool(problem.source) for problem in self.problems)

    @property
    def overdue(self) -> tuple[OpenConsignment, ...]:
        """Consignments that were sent and not received, longer ago than any that arrived took."""
        return tuple(one for one in self.under_way if one.overdue)

    @property
    def undecided(self) -> int:
        """How many readings were set aside though a loss would look the same."""
        return sum(reading.undecided for reading in self.gross_errors)

    @property
    def verdict(self) -> Verdict:
        """The answer: nothing is missing only where something would have been noticed, and every row could be used."""
        if any(not alarm.ordinary for alarm in self.alarms):
            return "leads"
        if self.alarms:
            return "not_settled"
        blind = bool(self.rows or self.unseen) and not any(_sees(row) for row in self.rows)
        if blind or not self.compared:
            return "nothing_said"
        return "not_settled" if self.unread or self.overdue or self.undecided else "nothing_missing"


def band(share: float | None) -> Band:
    """Return how well a loss is noticed that has to be this share of what passed."""
    if share is None:
        return "unseen"
    told = round(share, 3)  # as people are told it, so that 1.0 % never stands in two bands
    return next((name for name, most in zip(BANDS, LIMITS, strict=False) if told <= most), "hardly")


def assessment_view(assessed: Assessed, context: ViewContext) -> AssessmentView:
    """Return an assessment as it is shown.

    Args:
        assessed: what was found, and where.
        context: names, dates and what the record says.
    """
    assessment, network, stated = assessed.assessment, assessed.network, assessed.power
    windows = tuple(
        sorted({(power.first_period, power.last_period) for power in stated}, key=lambda w: (w[0] - w[1], w))
    )
    rows = _rows(stated, windows)
    leads = tuple(
        sorted(
            (_lead(alarm, network, context) for alarm in assessment.alarms),
            key=lambda lead: (lead.examined, bool(lead.alarm.ordinary)),
        )
    )
    seen, blind = [row for row in rows if _sees(row)], [row for row in rows if not _sees(row)]
    places, ways = _map(network, rows, leads, context)
    sources = {node.node for node in network.nodes if node.kind == "donor"}
    missing, owners = _open_losses(leads)
    return AssessmentView(
        **{name: getattr(context, name) for name in Labels.__struct_fields__},
        **{name: getattr(assessment, name) for name in FIGURES},
        caveats=(*assessment.caveats, *_declared(network)),
        power=stated,
        problems=assessed.problems,
        notes=assessed.notes,
        under_way=tuple(sorted(assessed.under_way, key=lambda one: (not one.overdue, one.period))),
        probability=stated[0].probability if stated else 0.9,
        leads=leads,
        missing=missing,
        owners=owners,
        open=context.open,
        windows=windows,
        rows=tuple(sorted(seen, key=lambda row: -row.hidden)),
        unseen=tuple((row.where, row.material) for row in blind),
        unstated=sum(place.band == "unstated" and place.place not in sources for place in places)
        + sum(way.band == "unstated" for way in ways),
        untold=tuple(sorted(set(assessed.materials) - {row.material for row in rows})) if rows else (),
        places=places,
        ways=ways,
        aside=excluded(assessment.gross_errors),
    )


def _declared(network: Network) -> list[Message]:
    """Return what is believed because somebody declared it: where no stock is ever held."""
    places = [node.node for node in network.nodes if not node.holds_stock]
    return [Message.of("assurance.stock_declared_none", n=len(places), places=places)] if places else []


def _open_losses(leads: tuple[LeadView, ...]) -> tuple[tuple[MissingTotal, ...], tuple[str, ...]]:
    """Return what is missing according to leads nobody has examined, and who answers for it in the books."""
    losses = [lead for lead in leads if lead.counted]
    total: dict[str, float] = defaultdict(float)
    for lead in losses:
        total[lead.alarm.material] += lead.alarm.estimate
    owners = dict.fromkeys(known.name for lead in losses for known in lead.known if known.code == "open")
    return tuple(MissingTotal(material=name, estimate=amount) for name, amount in total.items()), tuple(owners)


def _sees(row: DetectionRow) -> bool:
    return any(limit.smallest is not None for limit in row.limits)


def _rows(stated: Iterable[Power], windows: tuple[tuple[int, int], ...]) -> list[DetectionRow]:
    """Join the windows of each place and material, in the order given: the busiest first."""
    stated_at: dict[tuple[PlaceKind, str, str], dict[tuple[int, int], Power]] = {}
    for power in stated:
        window = power.first_period, power.last_period
        stated_at.setdefault((power.kind, power.where, power.material), {})[window] = power
    largest: dict[str, float] = {}
    for (_, _, material), by_window in stated_at.items():
        largest[material] = max([largest.get(material, 0.0), *map(_passed, by_window.values())])
    rows = []
    for (kind, where, material), by_window in stated_at.items():
        longest = by_window[min(by_window, key=lambda window: window[0] - window[1])]
        hidden = (longest.smallest_loss or 0.0) / largest[material] if largest[material] else 0.0
        rows.append(
            DetectionRow(
                where=where,
                kind=kind,
                material=material,
                limits=tuple(_limit(by_window.get(window)) for window in windows),
                hidden=hidden,
                measurement=longest.next_measurement,
                then=_believable(longest),
            )
        )
    return rows


def _limit(power: Power | None) -> DetectionLimit:
    if power is None:
        return DetectionLimit(None, None, "unstated")
    return DetectionLimit(power.smallest_loss, power.share, band(power.share))


def _believable(power: Power) -> float | None:
    """Return the smallest loss noticed with one measurement more, where it is no better than ten times as good."""
    then, now = power.then_smallest, power.smallest_loss
    return None if then is None or now is None or then * SHARPER_MAX < now else then


def _passed(power: Power) -> float:
    """Return how much went through a place, as far as a stated power tells."""
    return power.smallest_loss / power.share if power.smallest_loss and power.share else 0.0


def _lead(alarm: Alarm, network: Network, context: ViewContext) -> LeadView:
    periods = range(alarm.first_period, alarm.last_period + 1)
    cells = ((period, alarm.where, alarm.material) for period in periods)
    consignments = tuple(dict.fromkeys(name for cell in cells for name in context.carried.get(cell, ())))
    link = network.link_index(alarm.where)
    about = consignments[0] if len(consignments) == 1 else "".join(alarm.where.split())[:ABOUT_MAX]
    told = f"{alarm.hypothesis} {alarm.where} {alarm.material} {alarm.first_period} {alarm.last_period}"
    return LeadView(
        alarm=alarm,
        consignments=consignments,
        known=tuple(dict.fromkeys(known for name in (*consignments, about) for known in context.known.get(name, ()))),
        finding=f"finding:lead-{hashlib.sha256(told.encode()).hexdigest()[:12]}",
        about=about,
        place=alarm.where if link is None else network.links[link].to_node,
    )


def _map(
    network: Network, rows: list[DetectionRow], leads: tuple[LeadView, ...], context: ViewContext
) -> tuple[tuple[PlaceView, ...], tuple[LinkView, ...]]:
    worst: dict[str, DetectionLimit] = {}
    for row in rows:
        now = row.limits[0]
        if now.band != "unstated" and (row.where not in worst or _blindness(now) > _blindness(worst[row.where])):
            worst[row.where] = now
    nothing = DetectionLimit(None, None, "unstated")
    marked: dict[str, list[int]] = {}
    for number, lead in enumerate(leads, 1):
        marked.setdefault(lead.alarm.where, []).append(number)
    columns = layers(network)
    places = tuple(
        PlaceView(
            place=node.node,
            type=context.types.get(node.node, node.kind),
            column=columns[node.node],
            band=worst.get(node.node, nothing).band,
            share=worst.get(node.node, nothing).share,
            leads=tuple(marked.get(node.node, ())),
        )
        for node in network.nodes
    )
    ways = tuple(
        LinkView(
            link=link.link,
            start=link.from_node,
            end=link.to_node,
            band=worst.get(link.link, nothing).band,
            share=worst.get(link.link, nothing).share,
            leads=tuple(marked.get(link.link, ())),
        )
        for link in network.links
    )
    return places, ways


def _blindness(limit: DetectionLimit) -> float:
    return 2.0 if limit.share is None else limit.share


COLUMNS_MAX: Final = 6
RANKS: Final = ("donor", "crossing", "warehouse", "vendor", "site")


def layers(network: Network) -> dict[str, int]:
    """Return the column of every node: how many ways lead to it at most; by its kind where that makes too many."""
    after: dict[str, list[str]] = {}
    waiting = dict.fromkeys((node.node for node in network.nodes), 0)
    for link in network.links:
        after.setdefault(link.from_node, []).append(link.to_node)
        waiting[link.to_node] += 1
    ready = [name for name, count in waiting.items() if not count]
    column = dict.fromkeys(waiting, 0)
    for name in ready:  # grows while it is walked
        for follower in after.get(name, ()):
            column[follower] = max(column[follower], column[name] + 1)
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(ready) == len(column) and max(column.values(), default=0) < COLUMNS_MAX:
        return column
    used = sorted({RANKS.index(node.kind) for node in network.nodes})
    return {node.node: used.index(RANKS.index(node.kind)) for node in network.nodes}
