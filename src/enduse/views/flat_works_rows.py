"""Needs, projects, bills, published figures and access as flat rows; of access only what everybody may know."""

from datetime import datetime
from decimal import Decimal

import msgspec

from enduse.views.flat_columns import (
    Entries,
    Name,
    Names,
    OutcomeWord,
    PointWord,
    ReasonWord,
    SectorWord,
    StageWord,
    StandingWord,
    StateWord,
    Word,
)


class NeedRows(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed, and whether anything answers it.

    Attributes:
        need: which.
        place: where.
        priority: its score by the published weights, 0 to 1; empty where it has none.
        low: what meeting it costs at least.
        high: what it costs at most, where a range is stated.
        currency: of both.
        people: how many it concerns.
        projects: that answer it.
        funded: whether any money was committed, paid or spent for it.
        entries: the statement that states it.
        sector: which, such as ``education``.
        damage_low: what was destroyed, at the cost of replacing it, at least.
        damage_high: the same at most, where a range is stated.
        damage_currency: of both.
        loss_low: what is lost because of it, such as income, at least.
        loss_high: the same at most, where a range is stated.
        loss_currency: of both.
    """

    need: Name
    place: Name
    priority: Decimal | None
    low: Decimal | None
    high: Decimal | None
    currency: str
    people: int | None
    projects: Names
    funded: bool
    entries: Entries
    sector: SectorWord
    damage_low: Decimal | None
    damage_high: Decimal | None
    damage_currency: str
    loss_low: Decimal | None
    loss_high: Decimal | None
    loss_currency: str


class ProjectRows(msgspec.Struct, frozen=True, kw_only=True):
    """How far every project is.

    Attributes:
        project: which.
        place: where it is built.
        need: what it answers.
        builder: who builds it.
        stage: how far it is.
        progress: share of the works said to be done, 0 to 1.
        visited: when it was last visited.
        taken_over_by: who took it over, or is asked to.
        warranty_until: until when the builder answers for defects.
        entries: the statement that states it.
    """

    project: Name
    place: Name
    need: Name
    builder: Name
    stage: StageWord
    progress: Decimal | None
    visited: datetime | None
    taken_over_by: Name
    warranty_until: datetime | None
    entries: Entries


class BillRows(msgspec.Struct, frozen=True, kw_only=True):
    """Bills of quantities line by line, from paper to what is built in.

    Attributes:
        project: whose bill it is.
        material: what.
        unit: of all quantities of the row.
        billed: what the bill asks for.
        norm_low: least that is usual by norms.
        norm_high: most that is usual by norms.
        estimate_low: least that a party related to no builder estimates.
        estimate_high: most that one estimates.
        quota: what the site may have, where it is controlled.
        came: what the builders had of it.
        declared: what was declared as built in.
        low: least that was measured there, at 95 %.
        high: most that was measured there.
        elsewhere: what findings moved out of the declared use.
        entries: statements the bill rests on.
        cost: what all of the line is to cost, as the bill states it.
        currency: of that.
    """

    project: Name
    material: Name
    unit: Word
    billed: Decimal
    norm_low: Decimal | None
    norm_high: Decimal | None
    estimate_low: Decimal | None
    estimate_high: Decimal | None
    quota: Decimal | None
    came: Decimal
    declared: Decimal
    low: Decimal | None
    high: Decimal | None
    elsewhere: Decimal
    entries: Entries
    cost: Decimal | None
    currency: str


class IndicatorRows(msgspec.Struct, frozen=True, kw_only=True):
    """Published figures (water, power, clinics, prices, polls), a row a value; each source stands for itself.

    Attributes:
        series: which series.
        measure: what of residents' life it shows.
        place: of which place.
        source: where it was read.
        party: who entered it.
        begins: from when.
        ends: until when; empty where the source names a day alone.
        value: what was published.
        in_what: unit of the value, in the source's own word.
        margin: margin of error as published.
        sample: how many were asked.
        comparable: whether the same source asked it in the same words as the one before.
        entries: the statement that gives it.
    """

    series: Name
    measure: Word
    place: Name
    source: str
    party: Name
    begins: datetime
    ends: datetime | None
    value: Decimal
    in_what: str
    margin: Decimal | None
    sample: int | None
    comparable: bool
    entries: Entries


class MovementRows(msgspec.Struct, frozen=True, kw_only=True):
    """How movements of a month ended, by broad area, once the month may be told; an empty count is not told.

    Attributes:
        month: such as 2026-06.
        area: the broad area; empty for all of them together.
        notified: all.
        facilitated: arrived without hindrance.
        partly: facilitated in part.
        impeded: delayed, blocked, turned back or attacked.
        denied: not approved.
        cancelled: called off.
        no_answer: never answered.
        not_said: not over, or nobody has said how it ended.
        disputed: of which two parties say otherwise.
    """

    month: str
    area: Name
    notified: int | None
    facilitated: int | None
    partly: int | None
    impeded: int | None
    denied: int | None
    cancelled: int | None
    no_answer: int | None
    not_said: int | None
    disputed: int | None


class ClosureRows(msgspec.Struct, frozen=True, kw_only=True):
    """Closures of crossings and corridors that have begun, by somebody's word.

    Attributes:
        crossing: which.
        begins: from when.
        ends: until when; empty where it is not over.
        reason: why.
        told_by: who says so.
    """

    crossing: Name
    begins: datetime
    ends: datetime | None
    reason: ReasonWord
    told_by: Names


class PointRows(msgspec.Struct, frozen=True, kw_only=True):
    """Clinics, water points and other service points of a broad area, as reported last.

    Attributes:
        area: the broad area.
        type: what they are.
        points: how many there are.
        working: how many work.
        partly: how many work in part.
        stopped: how many do not.
        not_known: of how many nobody knows.
        run_out: of how many the supplies have run out, counted from what was reported.
        supply_days: for how many more days the supplies of half of them last.
        access_lapsed: to how many nobody may go any more.
        reported: day of the oldest of these reports.
    """

    area: Name
    type: PointWord
    points: int
    working: int
    partly: int
    stopped: int
    not_known: int
    run_out: int
    supply_days: Decimal | None
    access_lapsed: int
    reported: datetime


class DelayRows(msgspec.Struct, frozen=True, kw_only=True):
    """How long movements waited in each state, once their month may be told and where there are enough of them.

    Attributes:
        state: in which state; ``lead`` is from notification to the planned departure.
        cases: how many, rounded down to a multiple of the least count that is told.
        lasting: how many of them last still, rounded alike.
        median_hours: after how many hours half are over; empty where so many last that nobody can say.
        low_hours: above how many hours that median lies, at 95 %.
        high_hours: below how many hours it lies.
        longest_hours: longest wait, one that lasts included.
        longest_lasts: whether that one lasts.
    """

    state: StateWord
    cases: int
    lasting: int
    median_hours: Decimal | None
    low_hours: Decimal | None
    high_hours: Decimal | None
    longest_hours: Decimal
    longest_lasts: bool


class IncidentRows(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents against those who build, monitor or bring aid, by month and broad area; an empty count is too small to be told.

    Attributes:
        month: such as 2026-06.
        area: the broad area.
        incidents: how many.
    """

    month: str
    area: Name
    incidents: int | None


class VisitRows(msgspec.Struct, frozen=True, kw_only=True):
    """Visits whose day is past; one that is still to come is in no table, so that nobody is warned of it.

    Attributes:
        monitor: who visits.
        place: where; the project where it has no place.
        project: which, where it is one.
        state: how it stands.
        due: when it was promised for.
        visited: when it was made, or said not to be.
        recorded: when the record first had that.
        days: how many days after it was due that was told.
        outcome: what was seen.
        why_not: why it was not made.
        checked: statements that were held against what is there.
        found_false: how many of them were found false.
        defects: found, or found remedied.
        photos: how many show it.
        cost: as stated.
        currency: of that.
        acted: how often others acted on it.
        entries: statements it rests on.
    """

    monitor: Name
    place: Name
    project: Name
    state: StandingWord
    due: datetime | None
    visited: datetime | None
    recorded: datetime | None
    days: int
    outcome: OutcomeWord
    why_not: str
    checked: int
    found_false: int
    defects: int
    photos: int
    cost: Decimal | None
    currency: str
    acted: int
    entries: Entries
