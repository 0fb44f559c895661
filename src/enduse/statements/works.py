"""Kinds ``need``, ``project``, ``milestone``: what is destroyed, what will be built, how far it has come (OC4IDS 0.9)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.forms import form
from enduse.terms.identifiers import Id, Sha256
from enduse.terms.texts import Citation, Text

Share = Annotated[str, form("form.share", "0.35", pattern=r"^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$(?!\n)")]
"""A share, 0 to 1."""

DamageClass = Literal["destroyed", "severe", "moderate", "possible", "no_visible_damage"]
"""Classes of the satellite assessments of UNOSAT."""

Photos = Annotated[tuple[Sha256, ...], Meta(max_length=100)]
"""Photos and papers by the SHA-256 of their file (see kind ``document``)."""


class StructureCount(Body, frozen=True, kw_only=True):
    """How many structures a damage assessment puts into one class.

    Attributes:
        damage: the class.
        count: how many structures.
    """

    damage: DamageClass
    count: Annotated[int, Meta(ge=0, le=WHOLE_MAX)]


class Score(Body, frozen=True, kw_only=True):
    """How a need stands by one criterion of the weights for priorities.

    Attributes:
        criterion: which criterion.
        share: 0 (least) to 1 (most urgent).
    """

    criterion: Id
    share: Share


class NeedBody(Body, frozen=True, kw_only=True):
    """A need that was assessed, low and high where the source gives a range.

    Attributes:
        need: its identifier.
        title: for people.
        sector: such as ``education``.
        cost: what meeting it costs; the low figure of a range.
        cost_high: the high figure of a range.
        people: how many people it concerns.
        damage: what was destroyed, at the cost of replacing it as it was; the low figure of a range.
        damage_high: the high figure of a range.
        loss: what is lost because of it, such as income and service; the low figure of a range.
        loss_high: the high figure of a range.
        horizon: within which time it is to be met: ``short`` (to 3 years), ``medium`` (to 10) or ``long``.
        structures: how many structures stand in each class of damage.
        housing_units: how many dwellings are destroyed or cannot be lived in.
        debris: how much rubble lies there.
        scores: how it stands by each criterion of the weights for priorities.
        citation: where it was read.
    """

    need: Id
    title: Text
    sector: Id | None = None
    cost: Money | None = None
    cost_high: Money | None = None
    people: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None
    damage: Money | None = None
    damage_high: Money | None = None
    loss: Money | None = None
    loss_high: Money | None = None
    horizon: Literal["", "short", "medium", "long"] = ""
    structures: Annotated[tuple[StructureCount, ...], Meta(max_length=5)] = ()
    housing_units: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None
    debris: Quantity | None = None
    scores: Annotated[tuple[Score, ...], Meta(max_length=50)] = ()
    citation: Citation | None = None


class Need(Statement, frozen=True, kw_only=True, tag="need"):
    """A need is stated."""

    body: NeedBody


class BillItem(Body, frozen=True, kw_only=True):
    """One line of a bill of quantities.

    Attributes:
        material: what.
        quantity: how much the design calls for; of labour, how many days of one person.
        tolerance: relative allowance of the design for waste and cutting, such as ``0.03``.
        cost: what all of it is to cost.
    """

    material: Id
    quantity: Quantity
    tolerance: DecimalText = "0"
    cost: Money | None = None


class WorkItem(Body, frozen=True, kw_only=True):
    """How much of one kind of work a project does: what norms are stated for.

    Attributes:
        work: which kind of work, such as ``work:floor-area``.
        quantity: how much of it.
    """

    work: Id
    quantity: Quantity

    def __post_init__(self) -> None:
        if self.quantity.base()[0] <= 0:
            raise InvalidValueError("work.nothing", path=".quantity")


class BudgetLine(Body, frozen=True, kw_only=True):
    """A line of a budget: what it is called, for people, and what it may cost.

    Attributes:
        line: its identifier, within its project.
        title: for people.
        amount: what it may cost.
    """

    line: Id
    amount: Money
    title: Text = msgspec.field(default_factory=dict)


class ProjectBody(Body, frozen=True, kw_only=True):
    """A project: what it builds for which need, who builds it, what it should take.

    Attributes:
        project: its identifier.
        title: for people.
        purpose: ``reconstruction`` (tranches wait for conditions) or ``humanitarian`` (nothing waits).
        need: what it answers.
        contractor: who builds.
        budget: what it may cost.
        lines: of the budget; what they leave of it is not divided.
        bill: bill of quantities.
        works: how much of which work it does, so that the bill can be held beside norms.
        citation: where it was read.
    """

    project: Id
    title: Text
    purpose: Literal["reconstruction", "humanitarian"]
    need: Id | None = None
    contractor: Id | None = None
    budget: Money | None = None
    lines: Annotated[tuple[BudgetLine, ...], Meta(max_length=500)] = ()
    bill: Annotated[tuple[BillItem, ...], Meta(max_length=500)] = ()
    works: Annotated[tuple[WorkItem, ...], Meta(max_length=50)] = ()
    citation: Citation | None = None


class Project(Statement, frozen=True, kw_only=True, tag="project"):
    """A project is planned, or its plan replaced."""

    body: ProjectBody


class MilestoneBody(Body, frozen=True, kw_only=True):
    """Physical progress as stated by somebody: share of the works done, 0 to 1.

    Attributes:
        milestone: its identifier.
        project: which project.
        progress: share of the works done, 0 to 1.
        title: for people.
        done: how much of which work is done.
        photos: that show it, by the SHA-256 of their file.
    """

    milestone: Id
    project: Id
    progress: Share
    title: Text = msgspec.field(default_factory=dict)
    done: Annotated[tuple[WorkItem, ...], Meta(max_length=50)] = ()
    photos: Photos = ()


class Milestone(Statement, frozen=True, kw_only=True, tag="milestone"):
    """A milestone is reported."""

    body: MilestoneBody
