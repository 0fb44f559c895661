"""What no condition may do: name a humanitarian project or an unknown one, wait for itself, follow a restated bill."""

from collections.abc import Mapping

from enduse.messages import Refusal
from enduse.release.facts import Facts
from enduse.release.state import ConditionVersion, TrancheState
from enduse.statements import condition as kinds
from enduse.statements.condition import ConditionBody


def leaves(condition: kinds.AnyCondition) -> list[kinds.AnyCondition]:
    """Return the conditions without parts, in order."""
    match condition:
        case kinds.AllOf() | kinds.AnyOf() | kinds.AtLeast():
            return [leaf for part in condition.of for leaf in leaves(part)]
        case kinds.Not():
            return leaves(condition.of)
        case _:
            return [condition]


def bills_of(tranche: TrancheState, waiting: ConditionVersion) -> dict[tuple[str, str], int]:
    """Return the size of the record at which each bill of quantities is read, by project and material.

    It is where a version of the condition that counts first rested on it, or where the deciding body accepted it since:
    neither who owns the project nor a later version of the condition moves it. A version that waits rests on what it would.
    """
    found: dict[tuple[str, str], int] = {}
    for version in (*tranche.versions, waiting):
        for leaf in leaves(version.body.requires):
            if isinstance(leaf, kinds.UseVerified):
                found.setdefault((leaf.project, leaf.material), max(version.index, tranche.bills))
    return found


def humanitarian(body: ConditionBody, facts: Facts) -> Refusal | None:
    """Refuse a condition that would hold up a humanitarian project."""
    named = [body.project]
    for leaf in leaves(body.requires):
        named += [getattr(leaf, field) for field in ("project", "subject", "about") if hasattr(leaf, field)]
    for name in dict.fromkeys(named):
        project = facts.project(name)
        if project is not None and project.purpose == "humanitarian":
            return Refusal.of("condition.of_humanitarian_project", project=name)
    return None


def unknown(body: ConditionBody, facts: Facts) -> Refusal | None:
    """Refuse a condition that names a project nobody has stated: it could turn out to be humanitarian."""
    named = [body.project]
    named += [
        leaf.project for leaf in leaves(body.requires) if isinstance(leaf, kinds.UseVerified | kinds.AmountVerified)
    ]
    missing = (name for name in named if facts.project(name) is None)
    return next((Refusal.of("project.unknown", project=name) for name in missing), None)


def circle(body: ConditionBody, tranches: Mapping[str, TrancheState]) -> list[str]:
    """Return the path on which a tranche would wait for itself, or nothing; each tranche is looked at once.

    Only a path back to ``body.tranche`` can be new: every earlier condition was looked at when it was stated.
    """
    came: dict[str, str] = {}
    stack = [(body.tranche, body.requires)]
    while stack:
        at, requires = stack.pop()
        for leaf in reversed(leaves(requires)):
            if not isinstance(leaf, kinds.Released) or leaf.tranche in came:
                continue
            came[leaf.tranche] = at
            if leaf.tranche == body.tranche:
                return _path(came, body.tranche)
            if leaf.tranche in tranches:
                stack.append((leaf.tranche, tranches[leaf.tranche].now.body.requires))
    return []


def _path(came: Mapping[str, str], tranche: str) -> list[str]:
    path = [tranche, came[tranche]]
    while path[-1] != tranche:
        path.append(came[path[-1]])
    return path[::-1]
