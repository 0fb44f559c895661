"""A decision rests on exactly what its signers saw: the record's root at one size, and the verdict over it.

The digest of the verdict goes into the decision that each member signs. Afterwards anybody with a copy of the record
folds it up to that size again and compares: later evidence, other evidence or another record cannot be put under it.
"""

import hashlib
from collections.abc import Callable

import msgspec

from enduse.errors import Problem, legacy_problem
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
    source, found = f"decision {decision.decision}", []
    if root_at(decision.record_size) != decision.record_root:
        message = f"the record has another root at {decision.record_size} entries than the one that was signed"
        found.append(
            legacy_problem(
                message=message, source=source, path="$.body.record_root", remedy="compare the record with a mirror"
            )
        )
    verdict = verdict_at(decision.record_size)
    if decision.action == "release" and verdict.value != "met":
        message = f"by those entries the condition was {verdict.value.replace('_', ' ')}"
        found.append(legacy_problem(message=message, source=source, path="$.body.record_size"))
    # Size and root fix what there was to see; a digest fixes how it was judged as well, where the signers named one.
    if decision.evidence is not None and digest(verdict) != decision.evidence:
        message = f"the first {decision.record_size} entries give other evidence than the one that was signed"
        found.append(legacy_problem(message=message, source=source, path="$.body.evidence"))
    for statement in verdict.evidence:
        index = index_of(statement)
        if index is None or index >= decision.record_size:
            message = f"statement {statement[:12]} is not among the first {decision.record_size} entries"
            found.append(legacy_problem(message=message, source=source, path="$.body.evidence"))
    return found
