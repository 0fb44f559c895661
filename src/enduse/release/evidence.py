"""A decision rests on exactly what its signers saw: the record's root at one size, and the verdict over it.

The digest of the verdict goes into the decision that each member signs. Afterwards anybody with a copy of the record
folds it up to that size again and compares: later evidence, other evidence or another record cannot be put under it.
"""

import hashlib
from collections.abc import Callable

import msgspec

from enduse.errors import Problem
from enduse.messages import Message
from enduse.release.verdict import Verdict
from enduse.statements.condition import DecisionBody

_DOMAIN = b"enduse verdict v1\n"


def _plain(verdict: Verdict) -> list[object]:
    """Return value and evidence all the way down; names and sentences may change without changing the evidence."""
    return [verdict.value, sorted(verdict.evidence), [_plain(part) for part in verdict.parts]]


def digest(verdict: Verdict) -> str:
    """Return the SHA-256 of a verdict's values and evidence, hexadecimal; it is what a decision names."""
    return hashlib.sha256(_DOMAIN + msgspec.json.encode(_plain(verdict))).hexdigest()


def check(
    decision: DecisionBody,
    *,
    root_at: Callable[[int], str],
    index_of: Callable[[str], int | None],
    verdict_at: Callable[[int], Verdict],
) -> list[Problem]:
    """Check what a decision rests on against a copy of the record.

    Args:
        decision: what was signed.
        root_at: root of the record's tree at a size, hexadecimal.
        index_of: log index of a statement, or ``None`` when the record has no such statement.
        verdict_at: how the condition in force stood by the first so many entries alone.

    Returns:
        Everything that does not hold; empty when the decision rests on what it says.
    """
    problems: list[Problem] = []
    size = decision.record_size

    def does_not_hold(field: str, message: Message) -> None:
        problems.append(Problem.about(message, source=decision.decision, path=f"$.body.{field}"))

    if root_at(size) != decision.record_root:
        does_not_hold("record_root", Message.of("decision.other_root", size=size))
    verdict = verdict_at(size)
    if decision.action == "release" and verdict.value != "met":
        does_not_hold("record_size", Message.of("decision.condition_was", value=verdict.value))
    # Size and root fix what there was to see; a digest fixes how it was judged as well, where the signers named one.
    if decision.evidence is not None and digest(verdict) != decision.evidence:
        does_not_hold("evidence", Message.of("decision.other_evidence", size=size))
    for statement in verdict.evidence:
        index = index_of(statement)
        if index is None or index >= size:
            does_not_hold("evidence", Message.of("decision.evidence_missing", statement=statement, size=size))
    return problems
