"""QuorumRule rules: k of n, any, all, nested (the algebra of C2SP tlog-policy), over the members of an umbrella.

``group:NAME`` in a rule stands for the members that count for that group, each for itself. A party counts once in
one rule. A rule over nobody is never met, not even ``all``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from enduse.messages import Message
from enduse.statements.umbrella import QuorumRule, UmbrellaBody

Related = Callable[[str, str], object]
"""Says, by being true, whether two parties are related."""

GROUP = "group:"
DEPTH_MAX = 8


def nobody(_party: str, _other: str) -> bool:
    """Relate nobody to anybody."""
    return False


def groups_of(umbrella: UmbrellaBody) -> dict[str, list[str]]:
    """Return the members that count for each group."""
    members: dict[str, list[str]] = {}
    for member in umbrella.members:
        for group in member.groups:
            members.setdefault(group, []).append(member.party)
    return members


def voters(rule: QuorumRule, groups: Mapping[str, Collection[str]]) -> list[str]:
    """Return the parties named by ``rule`` itself, groups spelled out, each once, in order."""
    named: dict[str, None] = {}
    for name in rule.of:
        for party in groups.get(name.removeprefix(GROUP), ()) if name.startswith(GROUP) else (name,):
            named[party] = None
    return list(named)


def all_voters(rule: QuorumRule, groups: Mapping[str, Collection[str]]) -> set[str]:
    """Return the parties named by ``rule`` and by those nested in it."""
    return set(voters(rule, groups)).union(*(all_voters(part, groups) for part in rule.also))


def needed(rule: QuorumRule, groups: Mapping[str, Collection[str]]) -> int:
    """Return how many voters and nested rules must agree."""
    among = len(voters(rule, groups)) + len(rule.also)
    return {"all": max(among, 1), "any": 1}.get(rule.need) or int(rule.need)


def voices(parties: Iterable[str], related: Related) -> int:
    """Return how many voices parties have: those who are related, be it through a third, have one together."""
    return len(_together(parties, related))


def _together(parties: Iterable[str], related: Related) -> list[list[str]]:
    together: list[list[str]] = []
    for party in parties:
        own = [group for group in together if any(related(party, other) for other in group)]
        together = [group for group in together if group not in own]
        together.append([party, *(other for group in own for other in group)])
    return together


def reached(
    rule: QuorumRule, groups: Mapping[str, Collection[str]], signed: Collection[str], related: Related = nobody
) -> bool:
    """Say whether those who signed make up the quorum; where not all are needed, related parties count as one.

    A party that stands in several nested rules counts in each; related parties that stand in one each count in one of them.
    """
    return _agree(rule, groups, signed, related) + _parts(rule, groups, signed, related) >= needed(rule, groups)


def _parts(rule: QuorumRule, groups: Mapping[str, Collection[str]], signed: Collection[str], related: Related) -> int:
    """Return how many nested rules are reached, each by a voice of its own as far as there are as many."""
    agree = sum(reached(part, groups, signed, related) for part in rule.also)
    if agree < 2:  # noqa: PLR2004 - one is reached by whoever reaches it
        return agree
    among = [all_voters(part, groups) for part in rule.also]

    def heard(parties: Iterable[str]) -> int:
        return sum(
            max(sum(party in part for part in among) for party in voice) for voice in _together(parties, related)
        )

    everybody = sorted(set[str]().union(*among))
    others = _agree(rule, groups, voters(rule, groups), related)
    # So many voices there are not, whoever signs: without these nothing could be decided.
    lacking = max(0, needed(rule, groups) - others - heard(everybody))
    return min(agree, heard(party for party in everybody if party in signed) + lacking)


def _agree(rule: QuorumRule, groups: Mapping[str, Collection[str]], signed: Collection[str], related: Related) -> int:
    agreeing = [party for party in voters(rule, groups) if party in signed]
    return len(agreeing) if rule.need == "all" else voices(agreeing, related)


def missing(
    rule: QuorumRule, groups: Mapping[str, Collection[str]], signed: Collection[str], related: Related = nobody
) -> list[Message]:
    """Return what is missing to the quorum: for the rule, unless it needs just all its parts, then for each part not reached."""
    if reached(rule, groups, signed, related):
        return []
    among, need = voters(rule, groups), needed(rule, groups)
    inner = [told for part in rule.also for told in missing(part, groups, signed, related)]
    parts = _parts(rule, groups, signed, related)
    if parts < sum(reached(part, groups, signed, related) for part in rule.also):
        inner.append(Message.of("quorum.one_voice", parties=sorted(all_voters(rule, groups).intersection(signed))))
    if not among and need == len(rule.also):
        return inner  # each of these is needed, and says so itself
    agree = _agree(rule, groups, signed, related) + parts
    if not among:
        outer = Message.of("quorum.parts" if rule.also else "quorum.no_voters", agree=agree, needed=need)
    else:
        outer = Message.of(
            "quorum.votes_and_parts" if rule.also else "quorum.votes", agree=agree, needed=need, among=among
        )
    return [outer, *inner]


def _faults(
    rule: QuorumRule, members: Collection[str], groups: Mapping[str, Collection[str]], level: int
) -> list[Message]:
    if level > DEPTH_MAX:
        return [Message.of("quorum.too_deep", limit=DEPTH_MAX)]
    faults: list[Message] = []
    for name in rule.of:
        group = name.removeprefix(GROUP)
        if group != name and not groups.get(group):
            faults.append(Message.of("quorum.group_empty", group=group))
        elif group == name and name not in members:
            faults.append(Message.of("quorum.voter_no_member", party=name))
    among = len(voters(rule, groups)) + len(rule.also)
    if needed(rule, groups) > among:
        faults.append(Message.of("quorum.out_of_reach", needed=needed(rule, groups), among=among))
    return faults + [fault for part in rule.also for fault in _faults(part, members, groups, level + 1)]


def faults(umbrella: UmbrellaBody) -> list[Message]:
    """Return all that is wrong with an umbrella: members twice, required groups without one, a quorum out of reach."""
    names = [member.party for member in umbrella.members]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    groups = groups_of(umbrella)
    empty = [name for name in umbrella.required_groups if not groups.get(name)]
    return [
        *(Message.of("umbrella.member_twice", party=name) for name in twice),
        *(Message.of("umbrella.group_empty", group=name) for name in empty),
        *_faults(umbrella.quorum, names, groups, 1),
    ]
