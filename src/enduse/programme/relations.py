"""Which parties are related, and by which path: one owns the other, a common owner, or one is part of the other.

Going up from a party, each step is *owned by* or *member of*. Two parties are related when one is found above the
other, when both are owned by a party found above both, or when both are members of a party that declares that its
members act as one (a consortium). Two states are not related because both are members of the United Nations.
"""

from collections import deque
from collections.abc import Mapping

import msgspec

from enduse.statements.party import PartyBody

Step = tuple[str, str]
"""``("owned_by" | "member_of", party)``, one step up."""


class Ties(msgspec.Struct):
    """What is known of a party's owners and memberships.

    A party's own word only ever adds; only the keeper's description takes away, or a party could shed its relations.
    """

    owned_by: list[str] = msgspec.field(default_factory=list)
    member_of: list[str] = msgspec.field(default_factory=list)

    def learn(self, body: PartyBody, *, replace: bool) -> None:
        """Take over what a description says; ``replace`` drops what it no longer says."""
        if replace:
            self.owned_by, self.member_of = [], []
        self.owned_by += [party for party in body.owned_by if party not in self.owned_by]
        self.member_of += [party for party in body.member_of if party not in self.member_of]

    def steps(self) -> list[Step]:
        """Return every step up from here."""
        return [("owned_by", party) for party in self.owned_by] + [("member_of", party) for party in self.member_of]


def _above(ties: Mapping[str, Ties], party: str) -> dict[str, list[Step]]:
    """Return every party above ``party`` with the shortest path of steps to it (itself with none)."""
    found: dict[str, list[Step]] = {party: []}
    queue = deque([party])
    while queue:
        at = queue.popleft()
        for step in ties[at].steps() if at in ties else ():
            if step[1] not in found:
                found[step[1]] = [*found[at], step]
                queue.append(step[1])
    return found


def _owners(ties: Mapping[str, Ties], party: str) -> dict[str, list[Step]]:
    """Return parties above ``party`` whose last step down is ownership, with a path; ownership below any step."""
    found: dict[str, list[Step]] = {}
    for at, path in _above(ties, party).items():
        for owner in ties[at].owned_by if at in ties else ():
            found.setdefault(owner, [*path, ("owned_by", owner)])
    return found


def _joined(ties: Mapping[str, Ties], parties: Mapping[str, PartyBody], party: str) -> dict[str, list[Step]]:
    """Return consortia that ``party``, or a party above it, is a member of, with a path."""
    found: dict[str, list[Step]] = {}
    for at, path in _above(ties, party).items():
        for body in ties[at].member_of if at in ties else ():
            if body in parties and parties[body].acts_as_one:
                found.setdefault(body, [*path, ("member_of", body)])
    return found


def _render(party: str, path: list[Step]) -> list[str]:
    words = {"owned_by": "is owned by", "member_of": "is a member of"}
    texts, at = [], party
    for how, to in path:
        texts.append(f"{at} {words[how]} {to}")
        at = to
    return texts


def related(ties: Mapping[str, Ties], parties: Mapping[str, PartyBody], one: str, other: str) -> tuple[str, ...]:
    """Return the path by which two parties are related, a sentence for each step; empty when they are not.

    Args:
        ties: owners and memberships by party.
        parties: descriptions by party.
        one: a party.
        other: another, or the same.
    """
    if one == other:
        return (f"{one} is {other}",)
    up, back = _above(ties, one), _above(ties, other)
    if other in up:
        return tuple(_render(one, up[other]))
    if one in back:
        return tuple(_render(other, back[one]))
    for find in (_owners(ties, one), _joined(ties, parties, one)):
        match = _owners(ties, other) if find and next(iter(find.values()))[-1][0] == "owned_by" else None
        match = match if match is not None else _joined(ties, parties, other)
        for apex, path in find.items():
            if apex in match:
                return tuple(_render(one, path) + _render(other, match[apex]))
    return ()
