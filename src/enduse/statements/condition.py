"""Kinds ``condition``, ``attestation``, ``decision``: what a tranche waits for, who vouches, what was decided.

Conditions are a closed algebra of frozen types. Each evaluates to *met*, *not met* or *not known*; *not known*
never releases. They gate reconstruction tranches only: no humanitarian consignment can be named in one.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.statements.base import Body, Statement, check
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.identifiers import Id, Prose, StatementId
from enduse.terms.texts import Citation, Text

DEPTH_MAX = 12


class Condition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, tag_field="is"
):
    """Base of every condition."""


class AllOf(Condition, frozen=True, kw_only=True, tag="all_of"):
    """Met when every part is met."""

    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class AnyOf(Condition, frozen=True, kw_only=True, tag="any_of"):
    """Met when some part is met."""

    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class AtLeast(Condition, frozen=True, kw_only=True, tag="at_least"):
    """Met when ``k`` parts are met."""

    k: Annotated[int, Meta(ge=1, le=50)]
    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class Not(Condition, frozen=True, kw_only=True, tag="not"):
    """Met when its part is not met; *not known* stays so."""

    of: "AnyCondition"


class UseVerified(Condition, frozen=True, kw_only=True, tag="use_verified"):
    """Measured use for a project reaches a share of its bill of quantities, at the reading's lower 95 % bound."""

    project: Id
    material: Id
    share: DecimalText


class NoOpenDifference(Condition, frozen=True, kw_only=True, tag="no_open_difference"):
    """No more than ``limit`` of a material lies open in difference accounts, everywhere or at one place."""

    material: Id
    limit: Quantity
    place: Id | None = None

    def __post_init__(self) -> None:
        check(self.limit)


class Attested(Condition, frozen=True, kw_only=True, tag="attested"):
    """A party holding ``function`` attests to ``subject``, is independent of its builder, and has not revoked."""

    subject: Id
    function: Id


class FindingPresent(Condition, frozen=True, kw_only=True, tag="finding_present"):
    """A finding about ``about`` with this result stands."""

    about: Id
    result: Literal["supported", "not_supported"]


AnyCondition = AllOf | AnyOf | AtLeast | Not | UseVerified | NoOpenDifference | Attested | FindingPresent


class ConditionBody(Body, frozen=True, kw_only=True):
    """A tranche and what it waits for.

    Attributes:
        tranche: its identifier; a later statement for the same tranche is its next version.
        title: for people.
        amount: what is released.
        project: the reconstruction project it pays for.
        requires: the condition.
    """

    tranche: Id
    title: Text
    amount: Money
    project: Id
    requires: AnyCondition
    citation: Citation | None = None

    def __post_init__(self) -> None:
        check(self.amount)
        if depth(self.requires) > DEPTH_MAX:
            raise ValueError(f"conditions nest deeper than {DEPTH_MAX}")


class ConditionStatement(Statement, frozen=True, kw_only=True, tag="condition"):
    """A condition is set for a tranche, or set anew."""

    body: ConditionBody


class AttestationBody(Body, frozen=True, kw_only=True):
    """A party vouches that ``subject`` holds, or takes its word back with ``holds`` false."""

    attestation: Id
    subject: Id
    holds: bool
    basis: Prose = ""


class Attestation(Statement, frozen=True, kw_only=True, tag="attestation"):
    """A party attests, or revokes."""

    body: AttestationBody


class DecisionBody(Body, frozen=True, kw_only=True):
    """A decision on a tranche, resting on the record as it stood at one size and root."""

    decision: Id
    tranche: Id
    action: Literal["release", "withhold", "refuse"]
    record_size: Annotated[int, Meta(ge=1)]
    record_root: StatementId
    reason: Prose = ""


class Decision(Statement, frozen=True, kw_only=True, tag="decision"):
    """Somebody with that mandate decides."""

    body: DecisionBody


def depth(condition: AnyCondition) -> int:
    """Return how deep ``condition`` nests; a leaf is 1."""
    match condition:
        case AllOf() | AnyOf() | AtLeast():
            return 1 + max(depth(part) for part in condition.of)
        case Not():
            return 1 + depth(condition.of)
        case _:
            return 1
