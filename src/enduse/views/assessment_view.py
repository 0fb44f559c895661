"""What network assurance saw, in the shape a report shows it: leads, what a loss would have to be to be seen, and where.

The figures are those of :mod:`enduse.assurance`; here they are only ordered, cut and joined with what the record says.
A lead is never a finding: each carries the draft of one, which a body mandated to find examines, fills in and signs.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import msgspec

from enduse.assurance.model import Network
from enduse.assurance.result import Alarm, Assessment, GrossError, Power
from enduse.terms.texts import Text

Band = Literal["well", "fair", "poor", "hardly", "unseen", "unstated"]

BANDS: Final[tuple[Band, ...]] = ("well", "fair", "poor", "hardly", "unseen")
"""How well a loss would be seen, best first."""
LIMITS: Final = (0.01, 0.05, 0.20)
"""Upper ends of the first three bands, as shares of what passed."""
SIGNS: Final = {"well": "●", "fair": "◕", "poor": "◑", "hardly": "◔", "unseen": "○", "unstated": "·"}
"""What stands for a band where there is no colour: the fuller, the more would be seen."""
SHARPER_MAX: Final = 10
"""Times by which a measurement is believed to sharpen the view; the one imagined is ten times as good as a usual one."""
ONE_WAY_MIN: Final = 4
METHOD_MAX: Final = 4000
ABOUT_MAX: Final = 200


class DetectionLimit(msgspec.Struct, frozen=True):
    """The smallest loss that would be seen in one window: amount, share of what passed, band."""

    smallest: float | None
    share: float | None
    band: Band


class DetectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One place and material.

    Attributes:
        where: node or link.
        kind: ``node`` or ``link``.
        material: its name.
        limits: one for each window of the assessment.
        hidden: how much of this material's largest flow could be missing here unseen, as a share.
        measure: the one measurement that would lower it most, in words; may be empty.
        then: the smallest loss seen with it; None where that is not worked out, or better than a measurement can be.
    """

    where: str
    kind: str
    material: str
    limits: tuple[DetectionLimit, ...]
    hidden: float
    measure: str
    then: float | None


class KnownView(msgspec.Struct, frozen=True, kw_only=True):
    """What the record says already about goods that a lead points to.

    Attributes:
        about: what it is said of.
        code: ``finding``, or ``open`` for a difference that lies open in the books.
        name: identifier of the finding; of a difference, who answers for it.
        result: of the finding.
    """

    about: str
    code: Literal["finding", "open"]
    name: str
    result: str = ""


class LeadView(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as somebody would follow it up.

    Attributes:
        alarm: as assurance raised it.
        consignments: those received on that way in that time, where the source is a record.
        known: what the record says about them already.
        draft: kind, place and body of the finding somebody might come to.
    """

    alarm: Alarm
    consignments: tuple[str, ...]
    known: tuple[KnownView, ...]
    draft: dict[str, Any]


class ExcludedReadings(msgspec.Struct, frozen=True):
    """Readings set aside of one kind, place and material, in order of time."""

    readings: tuple[GrossError, ...]

    @property
    def one_way(self) -> int:
        """-1 where several are all too low, 1 where all are too high, else 0: slips rarely all go one way."""
        ways = {one.value > one.expected for one in self.readings}
        if len(self.readings) < ONE_WAY_MIN or len(ways) > 1:
            return 0
        return 1 if ways == {True} else -1


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the network.

    Attributes:
        place: its name.
        kind: donor, crossing, warehouse, vendor or site.
        column: on the map, from 0.
        band: how well a loss of the material seen worst here would be seen over the whole time.
        share: that smallest loss as a share of what passed.
        leads: numbers of the leads about it, from 1.
    """

    place: str
    kind: str
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


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """Names and dates with which people read an assessment; all of it may be left out.

    Attributes:
        title: of the page.
        invented: whether all of it is.
        names: for people, by identifier.
        resources: ledger names of materials.
        start: beginning of period 1, microseconds since 1970; 0 where periods have no dates.
        period_days: length of a period.
    """

    title: Text = msgspec.field(default_factory=dict)
    invented: bool = False
    names: Mapping[str, Text] = msgspec.field(default_factory=dict)
    resources: Mapping[str, str] = msgspec.field(default_factory=dict)
    start: int = 0
    period_days: int = 0


class ViewContext(Labels, frozen=True, kw_only=True):
    """What an assessment rests on beside the assessment; all of it may be left out.

    Attributes:
        carried: consignments by period, link and material.
        known: what the record says, by consignment or place.
        materials: all that were assessed.
    """

    carried: Mapping[tuple[int, str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)
    known: Mapping[str, tuple[KnownView, ...]] = msgspec.field(default_factory=dict)
    materials: tuple[str, ...] = ()


class AssessmentView(Labels, frozen=True, kw_only=True):
    """Everything shown of one assessment.

    Attributes:
        periods: how many.
        p_value: chance of anything as striking without a loss.
        false_alarm: budget.
        probability: with which the smallest losses would be seen.
        leads: most striking first, those about which a finding is in the record last.
        windows: (first, last) period of each column of the table.
        rows: where some loss would be seen, those first where most could be missing.
        unseen: (place, material) where none would be, the busiest first.
        unstated: places with a balance, and ways, about which nothing was worked out.
        untold: materials about which nothing was worked out.
        places: nodes.
        ways: links.
        aside: readings set aside, by kind, place and material: first where they all err one way, then the many.
        caveats: what the assessment cannot say, in English.
    """

    periods: int
    p_value: float
    false_alarm: float
    probability: float
    leads: tuple[LeadView, ...]
    windows: tuple[tuple[int, int], ...]
    rows: tuple[DetectionRow, ...]
    unseen: tuple[tuple[str, str], ...]
    unstated: int
    untold: tuple[str, ...]
    places: tuple[PlaceView, ...]
    ways: tuple[LinkView, ...]
    aside: tuple[ExcludedReadings, ...]
    caveats: tuple[str, ...]


def band(share: float | None) -> Band:
    """Return how well a loss is seen that has to be this share of what passed."""
    if share is None:
        return "unseen"
    told = round(share, 3)  # as people are told it, so that 1.0 % never stands in two bands
    return next((name for name, most in zip(BANDS, LIMITS, strict=False) if told <= most), "hardly")


def assessment_view(
    assessment: Assessment, network: Network, ground: ViewContext, *, power: bool = True
) -> AssessmentView:
    """Return an assessment as it is shown.

    Args:
        assessment: what was found.
        network: where.
        ground: names, dates and what the record says.
        power: say also what would have been seen; it takes longer than the assessment itself.
    """
    stated = assessment.power if power else ()
    windows = tuple(sorted({(one.first_period, one.last_period) for one in stated}, key=lambda w: (w[0] - w[1], w)))
    rows = _rows(stated, windows)
    found = [_lead(alarm, network, ground) for alarm in assessment.alarms]
    leads = tuple(sorted(found, key=lambda lead: any(known.code == "finding" for known in lead.known)))
    seen, blind = [row for row in rows if _sees(row)], [row for row in rows if not _sees(row)]
    places, ways = _map(network, rows, leads)
    return AssessmentView(
        **{name: getattr(ground, name) for name in Labels.__struct_fields__},
        periods=assessment.periods,
        p_value=assessment.p_value,
        false_alarm=assessment.false_alarm,
        probability=stated[0].probability if stated else 0.9,
        leads=leads,
        windows=windows,
        rows=tuple(sorted(seen, key=lambda row: -row.hidden)),
        unseen=tuple((row.where, row.material) for row in blind),
        unstated=sum(one.band == "unstated" and one.kind != "donor" for one in places)
        + sum(one.band == "unstated" for one in ways),
        untold=tuple(sorted(set(ground.materials) - {row.material for row in rows})) if rows else (),
        places=places,
        ways=ways,
        aside=_aside(assessment.gross_errors),
        caveats=assessment.caveats,
    )


def _aside(readings: Iterable[GrossError]) -> tuple[ExcludedReadings, ...]:
    groups: dict[tuple[str, str, str], list[GrossError]] = {}
    for one in readings:
        groups.setdefault((one.where, one.reading_kind, one.material), []).append(one)
    found = [ExcludedReadings(tuple(sorted(group, key=lambda one: one.period))) for group in groups.values()]
    return tuple(sorted(found, key=lambda one: (not one.one_way, -len(one.readings))))


def _sees(row: DetectionRow) -> bool:
    return any(sight.smallest is not None for sight in row.limits)


def _rows(stated: Iterable[Power], windows: tuple[tuple[int, int], ...]) -> list[DetectionRow]:
    """Join the windows of each place and material, in the order given: the busiest first."""
    found: dict[tuple[str, str, str], dict[tuple[int, int], Power]] = {}
    for one in stated:
        found.setdefault((one.kind, one.where, one.material), {})[one.first_period, one.last_period] = one
    largest: dict[str, float] = {}
    for (_, _, material), by_window in found.items():
        largest[material] = max([largest.get(material, 0.0), *map(_passed, by_window.values())])
    rows = []
    for (kind, where, material), by_window in found.items():
        limits = []
        for window in windows:
            at = by_window.get(window)
            limits.append(
                DetectionLimit(at.smallest_loss, at.share, band(at.share))
                if at
                else DetectionLimit(None, None, "unstated")
            )
        first = next(iter(sorted(by_window.items(), key=lambda item: item[0][0] - item[0][1])))[1]
        hidden = (first.smallest_loss or 0.0) / largest[material] if largest[material] else 0.0
        rows.append(
            DetectionRow(
                where=where,
                kind=kind,
                material=material,
                limits=tuple(limits),
                hidden=hidden,
                measure=first.next_measurement,
                then=_believable(first),
            )
        )
    return rows


def _believable(one: Power) -> float | None:
    """Return the smallest loss seen with one measurement more, where it is no better than ten times as good."""
    if one.then_smallest is None or one.smallest_loss is None or one.then_smallest * SHARPER_MAX < one.smallest_loss:
        return None
    return one.then_smallest


def _passed(one: Power) -> float:
    """Return how much went through a place, as far as a stated power tells."""
    return one.smallest_loss / one.share if one.smallest_loss and one.share else 0.0


def _lead(alarm: Alarm, network: Network, ground: ViewContext) -> LeadView:
    periods = range(alarm.first_period, alarm.last_period + 1)
    found = {name: None for at in periods for name in ground.carried.get((at, alarm.where, alarm.material), ())}
    at = network.link_index(alarm.where)
    place = network.links[at].to_node if at is not None else alarm.where
    about = next(iter(found)) if len(found) == 1 else re.sub(r"\s+", "", alarm.where)[:ABOUT_MAX]
    known = {one: None for name in (*found, about) for one in ground.known.get(name, ())}
    return LeadView(
        alarm=alarm, consignments=tuple(found), known=tuple(known), draft=_draft(alarm, about, tuple(found), place)
    )


def _draft(alarm: Alarm, about: str, consignments: tuple[str, ...], place: str) -> dict[str, Any]:
    """Return a finding with what an alarm can fill in, at the weakest grades there are.

    It is well formed, so that whoever examined it can sign it; but as it stands it finds nothing (``unresolved``), says
    that nobody has graded the sources, and leaves open what those concerned say.
    """
    told = f"{alarm.hypothesis} {alarm.where} {alarm.material} {alarm.first_period} {alarm.last_period}"
    on = f" Consignments: {', '.join(consignments)}." if consignments else ""
    return {
        "kind": "finding",
        "place": place,
        "body": {
            "finding": f"finding:lead-{hashlib.sha256(told.encode()).hexdigest()[:12]}",
            "about": about,
            "result": "unresolved",
            "method": f"network material accountancy: {alarm.sentence}{on}"[:METHOD_MAX],
            "standard_of_proof": "grounds_to_suspect",
            "reliability": "F",
            "credibility": "6",
            "right_of_reply": "",
        },
    }


def _map(
    network: Network, rows: list[DetectionRow], leads: tuple[LeadView, ...]
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
            place=one.node,
            kind=one.kind,
            column=columns[one.node],
            band=worst.get(one.node, nothing).band,
            share=worst.get(one.node, nothing).share,
            leads=tuple(marked.get(one.node, ())),
        )
        for one in network.nodes
    )
    ways = tuple(
        LinkView(
            link=one.link,
            start=one.from_node,
            end=one.to_node,
            band=worst.get(one.link, nothing).band,
            share=worst.get(one.link, nothing).share,
            leads=tuple(marked.get(one.link, ())),
        )
        for one in network.links
    )
    return places, ways


def _blindness(sight: DetectionLimit) -> float:
    return 2.0 if sight.share is None else sight.share


COLUMNS_MAX: Final = 6
RANKS: Final = ("donor", "crossing", "warehouse", "vendor", "site")


def layers(network: Network) -> dict[str, int]:
    """Return the column of every node: how many ways lead to it at most; by its kind where that makes too many."""
    after: dict[str, list[str]] = {}
    waiting = dict.fromkeys((one.node for one in network.nodes), 0)
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
    used = sorted({RANKS.index(one.kind) for one in network.nodes})
    return {one.node: used.index(RANKS.index(one.kind)) for one in network.nodes}
