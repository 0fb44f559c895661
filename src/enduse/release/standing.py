"""How a tranche stands at one moment: where it is on its way, by its condition and by what was decided."""

from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Message
from enduse.release.formula import Due
from enduse.release.state import ConditionVersion, Resolved, TrancheState
from enduse.release.verdict import Verdict
from enduse.terms.amounts import Money

Status = Literal["planned", "due", "verified", "decided", "released", "withheld", "recovered", "lapsed"]


class TrancheStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a tranche stands at one moment.

    Attributes:
        tranche: its identifier.
        project: what it pays for.
        amount: how much.
        status: where it is on its way.
        verdict: how its condition stands.
        digest: digest of the verdict, which a decision names as its ``evidence``.
        decision: statement by which the last decision came into effect, or empty.
        pending: decisions that still lack signatures, with what is lacking.
        paid: disbursed so far, in 1/10,000 of the currency unit.
        version: number of the condition that counts, from 1.
        waiting: what was stated anew and waits to be accepted: its statement and how that would stand, where there is one.
        dues: what its formulas make due year by year, for tranches that have one.
    """

    tranche: str
    project: str
    amount: Money
    status: Status
    verdict: Verdict
    digest: str
    decision: str
    pending: dict[str, Message]
    paid: int
    version: int
    dues: tuple[Due, ...] = ()
    waiting: tuple[ConditionVersion, Verdict] | None = None


def status_of(
    known: TrancheState, version: ConditionVersion, verdict: Verdict, last: Resolved | None, at: datetime
) -> Status:
    """Return where a tranche is on its way."""
    if last is not None:
        taken: dict[str, Status] = {
            "release": "released" if any(paid.amount for paid in known.payments) else "decided",
            "withhold": "withheld",
            "refuse": "withheld",
            "recover": "recovered",
        }
        return taken[last.body.action]
    if version.body.lapses is not None and at >= version.body.lapses:
        return "lapsed"
    if verdict.value == "met":
        return "verified"
    return "planned" if version.body.due is not None and at < version.body.due else "due"
