"""What was said that conditions rest on: attestations, findings, verified results, decisions, as kept in the state."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from enduse.messages import Message
from enduse.statements.condition import ConditionBody, DecisionBody
from enduse.statements.result import ResultBody


class AttestationRecord(msgspec.Struct, frozen=True):
    """The latest word of one party in one attestation."""

    attestation: str
    party: str
    subject: str
    holds: bool
    place: str | None
    at: datetime
    entry: str
    given: tuple[str | None, datetime] | None = None
    """For a word taken back: where and when it was given; a mandate is needed to vouch, not to take it back."""


class FindingRecord(msgspec.Struct, frozen=True):
    """A finding that stands, or was superseded."""

    finding: str
    about: str
    result: Literal["supported", "not_supported", "unresolved"]
    party: str
    at: datetime
    entry: str
    superseded_by: tuple[str, ...] = ()
    """The statements of the findings in whose place it no longer stands."""
    index: int = 0


class VerifiedResult(msgspec.Struct, frozen=True):
    """A verified result."""

    body: ResultBody
    party: str
    place: str | None
    at: datetime
    entry: str

    @property
    def value(self) -> Decimal:
        """What holds."""
        return Decimal(self.body.value)


def settled(items: Iterable[VerifiedResult]) -> tuple[list[VerifiedResult], list[VerifiedResult]]:
    """Return the results for each entity, year and stage on which all who stated one agree, and those they contest.

    Each party's own latest counts. Of several that agree the last is returned, with the most that any of them says was
    reported.
    """
    by_key: dict[tuple[str | None, int, str | None], dict[str, VerifiedResult]] = {}
    for item in items:
        by_key.setdefault((item.body.entity, item.body.year, item.body.stage), {})[item.party] = item
    agreed: list[VerifiedResult] = []
    contested: list[VerifiedResult] = []
    for said in by_key.values():
        words = list(said.values())
        if len({item.value for item in words}) > 1:
            contested += words
            continue
        most = max(words, key=lambda item: Decimal(item.body.reported or item.body.value))
        body = msgspec.structs.replace(words[-1].body, reported=most.body.reported)
        agreed.append(msgspec.structs.replace(words[-1], body=body))
    return agreed, contested


class ConditionVersion(msgspec.Struct, frozen=True):
    """One version of a tranche's condition: what it says, its statement, log index and from when it holds.

    ``party`` stated it; ``accepted`` is the statement by which the deciding body accepted it, empty for the first one, and
    ``since`` that one's log index: from there on it counts.
    """

    body: ConditionBody
    entry: str
    index: int
    at: datetime
    party: str = ""
    accepted: str = ""
    since: int = 0


class Resolved(msgspec.Struct):
    """A decision: its content, who signed it by which statement, from which signature it counts, and appeals.

    ``judged_at`` is the moment by which its condition was weighed for the first signature: when that was recorded.
    """

    body: DecisionBody
    signers: dict[str, str]
    judged_at: datetime | None = None
    effective: str = ""
    at: datetime | None = None
    lacking: Message | None = None
    appeals: list[str] = msgspec.field(default_factory=list)


class Payment(msgspec.Struct, frozen=True):
    """Money disbursed on a release decision, in 1/10,000 of the currency unit.

    ``amount`` is what counts for the tranche, ``aside`` what does not, with the reason in ``note``.
    """

    disbursement: str
    amount: int
    currency: str
    entry: str
    party: str = ""
    aside: int = 0
    note: Message | None = None


class TrancheState(msgspec.Struct):
    """A tranche: versions of its condition, decisions in the order they came into effect, payments.

    The first version and those that the deciding body accepted count; whatever else was stated is in ``stated``, oldest
    first. ``bills`` is the size of the record at which the bills of quantities were accepted last, 0 where they never were.
    """

    versions: list[ConditionVersion]
    effective: list[str] = msgspec.field(default_factory=list)
    payments: list[Payment] = msgspec.field(default_factory=list)
    bills: int = 0
    stated: list[ConditionVersion] = msgspec.field(default_factory=list)

    @property
    def now(self) -> ConditionVersion:
        """The latest version that counts."""
        return self.versions[-1]

    def waiting(self, size: int | None = None) -> ConditionVersion | None:
        """Return what was stated last, among so many entries, and waits to be accepted; ``None`` where nothing does.

        Whoever states again what counts already takes back what it stated since.
        """
        later = (one for one in self.stated if one.index > self.now.index and (size is None or one.index < size))
        last = max(later, key=lambda one: one.index, default=None)
        return None if last is None or last.body == self.now.body else last

    def on(self, at: datetime) -> ConditionVersion | None:
        """Return the version in force at an instant, or ``None`` before the first."""
        return next((version for version in reversed(self.versions) if version.at <= at), None)
