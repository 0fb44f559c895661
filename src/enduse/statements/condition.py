"""Kinds ``condition``, ``attestation``, ``decision``, ``appeal``: what a tranche waits for, who vouches, what is decided.

Conditions are a closed algebra of frozen types. Each evaluates to *met*, *not met* or *not known*; *not known*
never releases. They gate reconstruction tranches only: no humanitarian consignment can be named in one.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.statements.formula import Formula
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.identifiers import Id, Prose, Sha256, StatementId
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant, Period

DEPTH_MAX = 12


class Condition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, tag_field="is"
):
    """Base of every condition."""


class AllOf(Condition, frozen=True, kw_only=True, tag="all_of"):
    """Met when every part is met.

    Attributes:
        of: the parts.
    """

    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class AnyOf(Condition, frozen=True, kw_only=True, tag="any_of"):
    """Met when some part is met.

    Attributes:
        of: the parts.
    """

    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class AtLeast(Condition, frozen=True, kw_only=True, tag="at_least"):
    """Met when ``k`` parts are met.

    Attributes:
        k: how many parts must be met.
        of: the parts.
    """

    k: Annotated[int, Meta(ge=1, le=50)]
    of: "Annotated[tuple[AnyCondition, ...], Meta(min_length=1, max_length=50)]"


class Not(Condition, frozen=True, kw_only=True, tag="not"):
    """Met when its part is not met; *not known* stays so.

    Attributes:
        of: its part.
    """

    of: "AnyCondition"


class UseVerified(Condition, frozen=True, kw_only=True, tag="use_verified"):
    """Measured use for a project reaches a share of its bill of quantities, at the reading's lower 95 % bound.

    Attributes:
        project: whose use is measured.
        material: which material.
        share: share of the bill of quantities that must be reached, 0 to 1.
    """

    project: Id
    material: Id
    share: DecimalText


class NoOpenDifference(Condition, frozen=True, kw_only=True, tag="no_open_difference"):
    """No more than ``limit`` of a material lies open in difference accounts, everywhere or at one place.

    Attributes:
        material: which material.
        limit: how much may lie open.
        place: where; by default everywhere.
    """

    material: Id
    limit: Quantity
    place: Id | None = None


class AmountVerified(Condition, frozen=True, kw_only=True, tag="amount_verified"):
    """Measured use of a material for a project reaches ``quantity``, at the reading's lower 95 % bound.

    Attributes:
        project: whose use is measured.
        material: which material.
        quantity: how much must be reached.
    """

    project: Id
    material: Id
    quantity: Quantity


class NoAlarm(Condition, frozen=True, kw_only=True, tag="no_alarm"):
    """No open alarm says that more than ``limit`` of a material is lost, everywhere or at one place.

    Attributes:
        material: which material.
        limit: how much may be said to be lost.
        place: where; by default everywhere.
    """

    material: Id
    limit: Quantity
    place: Id | None = None


class Attested(Condition, frozen=True, kw_only=True, tag="attested"):
    """A party holding ``function`` attests to ``subject``, is independent of its builder, and has not revoked.

    Attributes:
        subject: what is vouched for; independence is asked for when it is a project, or the tranche's own.
        function: what the attesting party must hold there on that day.
        max_age_days: how old the attestation may be; without it, any age.
    """

    subject: Id
    function: Id
    max_age_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None


class CountVerified(Condition, frozen=True, kw_only=True, tag="count_verified"):
    """Verified results for an indicator sum to ``at_least``, and enough of what was reported was verified.

    Attributes:
        indicator: which results.
        at_least: least sum of verified values, the latest for each entity and year.
        min_share: least share of the reported values that was verified, 0 to 1.
        function: what the verifying party must hold; by default, whatever the programme's rules ask for.
    """

    indicator: Id
    at_least: DecimalText
    min_share: DecimalText = "0"
    function: Id | None = None


class UndertakingMet(Condition, frozen=True, kw_only=True, tag="undertaking_met"):
    """A public undertaking is recorded as met.

    Attributes:
        undertaking: which undertaking.
    """

    undertaking: Id


class Released(Condition, frozen=True, kw_only=True, tag="released"):
    """Another tranche was released by decision.

    Attributes:
        tranche: which tranche.
    """

    tranche: Id


class Within(Condition, frozen=True, kw_only=True, tag="within"):
    """The day lies in a period.

    Attributes:
        period: the period.
    """

    period: Period


class FindingPresent(Condition, frozen=True, kw_only=True, tag="finding_present"):
    """A finding about ``about`` with this result stands.

    Attributes:
        about: consignment, project, claim or reading the finding is about.
        result: what must have been found.
    """

    about: Id
    result: Literal["supported", "not_supported"]


AnyCondition = (
    AllOf
    | AnyOf
    | AtLeast
    | Not
    | UseVerified
    | AmountVerified
    | NoOpenDifference
    | NoAlarm
    | Attested
    | CountVerified
    | FindingPresent
    | UndertakingMet
    | Released
    | Within
)
"""Every condition there is."""


class ConditionBody(Body, frozen=True, kw_only=True):
    """A tranche and what it waits for.

    Attributes:
        tranche: its identifier; a later statement for the same tranche is another version, which counts once those who
            decide the tranche have accepted it.
        title: for people.
        amount: what is released.
        project: the reconstruction project it pays for.
        requires: the condition.
        due: from when it is looked at; before, the tranche is only planned.
        lapses: from when it can no longer be released.
        formula: how much verified results pay, where the amount follows from them; ``amount`` is then the most.
        citation: where it was read.
    """

    tranche: Id
    title: Text
    amount: Money
    project: Id
    requires: AnyCondition
    due: Instant | None = None
    lapses: Instant | None = None
    formula: Formula | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.amount.minor() <= 0:
            raise InvalidValueError("tranche.nothing")
        if depth(self.requires) > DEPTH_MAX:
            raise InvalidValueError("condition.too_deep", limit=DEPTH_MAX)


class ConditionStatement(Statement, frozen=True, kw_only=True, tag="condition"):
    """A condition is set for a tranche, or set anew."""

    body: ConditionBody


class AttestationBody(Body, frozen=True, kw_only=True):
    """A party vouches that ``subject`` holds, or takes its word back with ``holds`` false.

    Attributes:
        attestation: its identifier; the same identifier again takes it back or renews it.
        subject: project or matter that is vouched for.
        holds: true: it holds; false: the word is taken back.
        basis: what it rests on, such as a visit.
    """

    attestation: Id
    subject: Id
    holds: bool
    basis: Prose = ""


class Attestation(Statement, frozen=True, kw_only=True, tag="attestation"):
    """A party attests, or revokes."""

    body: AttestationBody


class DecisionBody(Body, frozen=True, kw_only=True):
    """A decision on a tranche, resting on the record as it stood at one size and root.

    Where an umbrella is in force, each member signs its own statement with the same identifier and the same content;
    the decision counts from the signature that completes the quorum.

    Attributes:
        decision: its identifier.
        tranche: what it is about.
        action: what is decided; ``recover`` asks back what was released, ``accept_bill`` lets the tranche's conditions be
            judged by the bills of quantities as they stand at ``record_size``, ``accept_condition`` lets what was stated
            anew for the tranche, as it stands at ``record_size``, count from then on.
        record_size: entries of the record it rests on.
        record_root: root of the record's tree at that size.
        evidence: digest of the verdict they saw (:func:`enduse.release.evidence.digest`).
        reason: why.
    """

    decision: Id
    tranche: Id
    action: Literal["release", "withhold", "refuse", "recover", "accept_bill", "accept_condition"]
    record_size: Annotated[int, Meta(ge=1, le=WHOLE_MAX)]
    record_root: StatementId
    evidence: Sha256 | None = None
    reason: Prose = ""


class Decision(Statement, frozen=True, kw_only=True, tag="decision"):
    """Somebody with that mandate decides."""

    body: DecisionBody


class AppealBody(Body, frozen=True, kw_only=True):
    """Somebody concerned appeals against a decision; it is recorded beside the decision and suspends nothing.

    Attributes:
        appeal: its identifier.
        decision: decision it is against.
        grounds: why the decision should not stand.
    """

    appeal: Id
    decision: Id
    grounds: Prose


class Appeal(Statement, frozen=True, kw_only=True, tag="appeal"):
    """A party appeals."""

    body: AppealBody


def depth(condition: AnyCondition) -> int:
    """Return how deep ``condition`` nests; a leaf is 1."""
    match condition:
        case AllOf() | AnyOf() | AtLeast():
            return 1 + max(depth(part) for part in condition.of)
        case Not():
            return 1 + depth(condition.of)
        case _:
            return 1
