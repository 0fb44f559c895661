"""Kinds ``visit``, ``handing_over``: who went to see what was built, what they saw, and who took it over.

A visit is planned before it is made, so that one never made shows. What was measured on it is a reading of its own.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.statements.works import Photos
from enduse.terms.amounts import Money
from enduse.terms.identifiers import Id, Prose, Sha256, StatementId
from enduse.terms.texts import Text
from enduse.terms.times import Instant


class Beacon(Body, frozen=True, kw_only=True):
    """A value of a public random beacon: whoever doubts it looks it up where the beacon is published.

    Attributes:
        beacon: which beacon, such as ``drand:quicknet``.
        round: number of its value.
        value: the value in hexadecimal, as published.
    """

    beacon: Id
    round: Annotated[int, Meta(ge=1, le=WHOLE_MAX)]
    value: Annotated[str, Meta(max_length=256, pattern=r"^([0-9a-f]{2}){16,128}$(?!\n)")]


class Draw(Body, frozen=True, kw_only=True):
    """How a place came to be drawn, so that everybody can draw it again (``enduse plan``).

    The seed is a secret that was committed to before, or the value of a public beacon; where neither is named it is made from
    the record's root at ``size``.

    Attributes:
        commitment: what was published before the draw, where the seed was secret until then.
        seed: opened afterwards; 32 bytes in hexadecimal. A seed that was sealed in the record is opened by its disclosure.
        beacon: the beacon that the seed is made from, instead of a commitment.
        size: statements of the record it was drawn on.
        visits: places of one round.
        floor: least chance of a visit, as a share of an equal chance for all.
        seen: chance that a visit finds what is wrong where it goes.
    """

    commitment: Sha256 | None = None
    seed: Sha256 | None = None
    beacon: Beacon | None = None
    size: Annotated[int, Meta(ge=1, le=WHOLE_MAX)]
    visits: Annotated[int, Meta(ge=1, le=100_000)]
    floor: Annotated[str, Meta(max_length=20, pattern=r"^(0\.[0-9]{1,9}|1(\.0)?)$(?!\n)")] = "0.25"
    seen: Annotated[str, Meta(max_length=20, pattern=r"^(0\.[0-9]{1,9}|1(\.0)?)$(?!\n)")] = "0.9"

    def __post_init__(self) -> None:
        if (self.commitment and self.beacon) or (self.seed and not self.commitment):
            raise InvalidValueError("visit.two_seeds")


class Defect(Body, frozen=True, kw_only=True):
    """A defect that a visit found, or found remedied.

    Attributes:
        defect: its identifier; a later visit names it again.
        state: ``found`` or ``remedied``.
        title: what it is.
    """

    defect: Id
    state: Literal["found", "remedied"] = "found"
    title: Text = msgspec.field(default_factory=dict)


class VisitBody(Body, frozen=True, kw_only=True):
    """One step in the life of a visit to the statement's place.

    Attributes:
        visit: its identifier; every step names it.
        action: ``plan`` and ``make`` by the monitor, or ``cancel`` where it was not made; ``act`` by whoever did something
            about what was seen.
        project: what is visited, where it is one project.
        due: with ``plan``, the day by which it is to be made.
        drawn: with ``plan``, how the place was drawn.
        team: with ``make``, the team that went, as a code: no person is named.
        outcome: with ``make``, what was seen: ``as_declared``, ``differs``, or ``no_access``.
        readings: with ``make``, readings that were taken, such as of measured use.
        checked: with ``make``, how many statements were held against what is there.
        false: with ``make``, those of them that were found false.
        defects: with ``make``, defects found or found remedied.
        photos: that show it, by the SHA-256 of their file.
        cost: with ``make``, what the visit cost.
        words: what was seen, or what was done about it; with ``cancel``, why it was not made.
    """

    visit: Id
    action: Literal["plan", "make", "cancel", "act"]
    project: Id | None = None
    due: Instant | None = None
    drawn: Draw | None = None
    team: Id | None = None
    outcome: Literal["", "as_declared", "differs", "no_access"] = ""
    readings: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    checked: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    false: Annotated[tuple[StatementId, ...], Meta(max_length=200)] = ()
    defects: Annotated[tuple[Defect, ...], Meta(max_length=100)] = ()
    photos: Photos = ()
    cost: Money | None = None
    words: Prose = ""

    def __post_init__(self) -> None:
        if (self.action == "plan") != (self.due is not None) or (self.action == "make") != bool(self.outcome):
            raise InvalidValueError("visit.incomplete")
        if self.action == "make" and self.checked < len(self.false):
            raise InvalidValueError("visit.more_false_than_checked", path=".false")
        if self.action == "act" and not self.words:
            raise InvalidValueError("visit.nothing_done", path=".words")
        if self.action == "cancel" and not self.words:
            raise InvalidValueError("visit.no_reason", path=".words")


class VisitRules(Body, frozen=True, kw_only=True):
    """What a programme asks of those who visit.

    Attributes:
        running: how many visits running to one site one monitor may make; more is told.
    """

    running: Annotated[int, Meta(ge=1, le=1_000)] = 3


class VisitStatement(Statement, frozen=True, kw_only=True, tag="visit"):
    """A visit is planned, made or not made, or acted on."""

    body: VisitBody


class HandingOverBody(Body, frozen=True, kw_only=True):
    """What was built is offered to whoever takes it over, and accepted: no acceptance, no handing over.

    Attributes:
        project: which project.
        action: ``offer`` by the project's owner; ``accept`` or ``decline`` by the receiver.
        to: with ``offer``, the receiver.
        warranty_until: with ``offer``, until when the builder answers for defects.
        papers: plans, permits and certificates, by the SHA-256 of their file.
        reason: why, where it is declined.
    """

    project: Id
    action: Literal["offer", "accept", "decline"]
    to: Id | None = None
    warranty_until: Instant | None = None
    papers: Photos = ()
    reason: Prose = ""

    def __post_init__(self) -> None:
        if (self.action == "offer") != (self.to is not None):
            raise InvalidValueError("handing_over.incomplete")


class HandingOver(Statement, frozen=True, kw_only=True, tag="handing_over"):
    """A project is offered to its receiver, accepted or declined."""

    body: HandingOverBody
