"""The answer to a condition: *met*, *not met* or *not known*, what was demanded, what made it so, and why.

The logic is Kleene's strong three-valued one. *Not known* never releases anything.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from enduse.messages import Message

Value = Literal["met", "not_met", "not_known"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How one condition stands.

    Attributes:
        value: met, not met or not known.
        demand: what was demanded.
        evidence: identifiers of the statements that made it so, each once, in order.
        why: what was measured, said or found, or what stood in its way.
        parts: verdicts of its parts.
    """

    value: Value
    demand: Message
    evidence: tuple[str, ...] = ()
    why: tuple[Message, ...] = ()
    parts: "tuple[Verdict, ...]" = ()

    @property
    def told(self) -> Message:
        """The whole of it in one message."""
        if not self.why:
            return Message.of("verdict.stands", value=self.value, demand=self.demand)
        return Message.of("verdict.stands_because", value=self.value, demand=self.demand, why=self.why)


def once(evidence: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers, each once, in order of first mention."""
    return tuple(dict.fromkeys(item for item in evidence if item))


def negated(value: Value) -> Value:
    """Return the value of *not*."""
    answers: dict[Value, Value] = {"met": "not_met", "not_met": "met", "not_known": "not_known"}
    return answers[value]


def threshold(values: Sequence[Value], k: int) -> Value:
    """Return the value of *at least k of these*: met by k that are met, not met once too many are not met."""
    met = sum(value == "met" for value in values)
    unknown = sum(value == "not_known" for value in values)
    if met >= k:
        return "met"
    return "not_known" if met + unknown >= k else "not_met"


def deciding(parts: Sequence[Verdict], value: Value) -> tuple[str, ...]:
    """Return the evidence of those parts that gave the whole its value."""
    return once(item for part in parts if part.value == value for item in part.evidence)
