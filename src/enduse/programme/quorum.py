"""Quorum rules: k of n, any, all, nested (the algebra of C2SP tlog-policy), over the members of an umbrella.

``group:NAME`` in a rule stands for the members that count for that group, each for itself. A party counts once in
one rule. A rule over nobody is never met, not even ``all``.
"""

from collections.abc import Collection, Mapping

from enduse.statements.umbrella import Quorum, UmbrellaBody

GROUP = "group:"
DEPTH_MAX = 8


def groups_of(umbrella: UmbrellaBody) -> dict[str, list[str]]:
    """Return the members that count for each group."""
    found: dict[str, list[str]] = {}
    for member in umbrella.members:
        for group in member.groups:
            found.setdefault(group, []).append(member.party)
    return found


def voters(rule: Quorum, groups: Mapping[str, Collection[str]]) -> list[str]:
    """Return the parties named by ``rule`` itself, groups spelled out, each once, in order."""
    found: dict[str, None] = {}
    for name in rule.of:
        for party in groups.get(name.removeprefix(GROUP), ()) if name.startswith(GROUP) else (name,):
            found[party] = None
    return list(found)


def needed(rule: Quorum, groups: Mapping[str, Collection[str]]) -> int:
    """Return how many voters and nested rules must agree."""
    among = len(voters(rule, groups)) + len(rule.also)
    return {"all": max(among, 1), "any": 1}.get(rule.need) or int(rule.need)


def reached(rule: Quorum, groups: Mapping[str, Collection[str]], signed: Collection[str]) -> bool:
    """Say whether those who signed make up the quorum."""
    agree = sum(party in signed for party in voters(rule, groups))
    agree += sum(reached(part, groups, signed) for part in rule.also)
    return agree >= needed(rule, groups)


def missing(rule: Quorum, groups: Mapping[str, Collection[str]], signed: Collection[str]) -> str:
    """Say what is missing to the quorum in one sentence, or return the empty string."""
    if reached(rule, groups, signed):
        return ""
    among = voters(rule, groups)
    agree = [party for party in among if party in signed]
    text = f"{len(agree)} of {needed(rule, groups)} needed among {', '.join(among) or 'nobody'}"
    inner = [why for part in rule.also if (why := missing(part, groups, signed))]
    return "; ".join([text, *inner])


def _faults(rule: Quorum, members: Collection[str], groups: Mapping[str, Collection[str]], level: int) -> list[str]:
    if level > DEPTH_MAX:
        return [f"the quorum nests deeper than {DEPTH_MAX}"]
    found = []
    for name in rule.of:
        if name.startswith(GROUP):
            if not groups.get(name.removeprefix(GROUP)):
                found.append(f"the quorum counts on group {name.removeprefix(GROUP)}, which has no member")
        elif name not in members:
            found.append(f"the quorum counts on {name}, which is not a member (or has left)")
    among = len(voters(rule, groups)) + len(rule.also)
    if needed(rule, groups) > among:
        found.append(f"the quorum needs {needed(rule, groups)} of {among} and can never be reached")
    return found + [fault for part in rule.also for fault in _faults(part, members, groups, level + 1)]


def faults(umbrella: UmbrellaBody) -> list[str]:
    """Say everything that is wrong with an umbrella: members twice, required groups without one, hollow quorum."""
    names = [member.party for member in umbrella.members]
    found = [f"{name} is a member twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    groups = groups_of(umbrella)
    found += [f"required group {name} has no member" for name in umbrella.required_groups if not groups.get(name)]
    return found + _faults(umbrella.quorum, names, groups, 1)
