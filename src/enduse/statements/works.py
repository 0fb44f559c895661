"""Kinds ``need``, ``project``, ``milestone``: what is destroyed, what will be built, how far it has come (OC4IDS 0.9)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.forms import form
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text


class NeedBody(Body, frozen=True, kw_only=True):
    """A need that was assessed, low and high where the source gives a range.

    Attributes:
        need: its identifier.
        title: for people.
        sector: such as ``education``.
        cost: what meeting it costs; the low figure of a range.
        cost_high: the high figure of a range.
        people: how many people it concerns.
        citation: where it was read.
    """

    need: Id
    title: Text
    sector: Id | None = None
    cost: Money | None = None
    cost_high: Money | None = None
    people: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None
    citation: Citation | None = None


class Need(Statement, frozen=True, kw_only=True, tag="need"):
    """A need is stated."""

    body: NeedBody


class BillItem(Body, frozen=True, kw_only=True):
    """One line of a bill of quantities.

    Attributes:
        material: what.
        quantity: how much the design calls for.
        tolerance: relative allowance of the design for waste and cutting, such as ``0.03``.
    """

    material: Id
    quantity: Quantity
    tolerance: DecimalText = "0"


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
    """

    milestone: Id
    project: Id
    progress: Annotated[str, form("form.share", "0.35", pattern=r"^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$(?!\n)")]
    title: Text = msgspec.field(default_factory=dict)


class Milestone(Statement, frozen=True, kw_only=True, tag="milestone"):
    """A milestone is reported."""

    body: MilestoneBody
