"""Kind ``mandate``: who holds which function, where, for how long: offered, accepted, handed over, ended.

A mandate has two sides, its holder and those who give it (the keeper, or a holder of the programme's function for
administration). Either may offer; nothing takes effect before the other side accepts. A handover is an offer that
names the mandate it succeeds: no acceptance, no handover.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant, Period


class Check(Body, frozen=True, kw_only=True):
    """Something that must be in place before a handover can be accepted.

    Attributes:
        check: its identifier.
        title: for people.
        function: whoever holds this function says whether it holds; by default the receiver.
    """

    check: Id
    title: Text = msgspec.field(default_factory=dict)
    function: Id | None = None


class MandateBody(Body, frozen=True, kw_only=True):
    """One step in the life of a mandate.

    Attributes:
        mandate: its identifier; every step names it.
        action: ``offer``, then ``accept`` or ``decline`` (by the other side); ``hand_over`` (an offer to the next
            holder, by the present one or the givers) and ``check`` (a readiness check holds, or does not);
            ``suspend``, ``resume`` (by the givers); ``end`` (by either; before acceptance it withdraws the offer).
        holder: the party; with ``offer`` and ``hand_over``.
        functions: with ``offer``.
        places: with ``offer``; a place includes what lies within it.
        period: with ``offer`` and ``hand_over``.
        type: with ``offer``: what is offered, such as ``civil_police``; the programme's rule accepts or refuses it.
        succeeds: with ``hand_over``, the mandate that ends when this one begins.
        checks: with ``hand_over``, readiness checks.
        check: with ``check``, which one.
        holds: with ``check``, whether it holds.
        effective: with ``end``, ``suspend``, ``resume``: from when; by default when it was said.
        reason: why, or on what ground.
        citation: where it was read.
    """

    mandate: Id
    action: Literal["offer", "accept", "end", "decline", "suspend", "resume", "hand_over", "check"]
    holder: Id | None = None
    functions: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    places: Annotated[tuple[Id, ...], Meta(max_length=500)] = ()
    period: Period | None = None
    type: Id | None = None
    succeeds: Id | None = None
    checks: Annotated[tuple[Check, ...], Meta(max_length=50)] = ()
    check: Id | None = None
    holds: bool = True
    effective: Instant | None = None
    reason: Annotated[str, Meta(max_length=1000)] = ""
    citation: Citation | None = None

    def __post_init__(self) -> None:
        full = self.holder is not None and bool(self.functions) and bool(self.places) and self.period is not None
        if self.action == "offer" and not full:
            raise InvalidValueError("mandate.offer_incomplete")
        if self.action == "hand_over" and (self.holder is None or self.period is None or self.succeeds is None):
            raise InvalidValueError("mandate.handover_incomplete")
        if self.action != "hand_over" and (self.succeeds is not None or self.checks):
            raise InvalidValueError("mandate.succession_without_handover")
        if (self.action == "check") != (self.check is not None):
            raise InvalidValueError("mandate.check_misplaced")


class Mandate(Statement, frozen=True, kw_only=True, tag="mandate"):
    """A mandate is offered, accepted, handed over, suspended or ended."""

    body: MandateBody
