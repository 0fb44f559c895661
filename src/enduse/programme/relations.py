"""Which parties are related, and by which path: one owns the other, a common owner, or one is part of the other.

Going up from a party, each step is *owned by* or *member of*. Two parties are related when one is found above the
other, when a party found above both owns at least one of them (a holding's member and what the holding owns), or when
both are members of a party that declares that its members act as one (a consortium). Two states are not related because both are members of the United Nations.
"""

from collections import deque
from collections.abc import Mapping
from typing import Final

import msgspec

from enduse.messages import Message
from enduse.statements.party import PartyBody

Step = tuple[str, str]
"""``("owned_by" | "member_of", party)``, one step up."""

_CODES: Final = {"owned_by": "relation.owned_by", "member_of": "relation.member_of"}


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
    paths: dict[str, list[Step]] = {party: []}
    queue = deque([party])
    while queue:
        at = queue.popleft()
        for step in ties[at].steps() if at in ties else ():
            if step[1] not in paths:
                paths[step[1]] = [*paths[at], step]
                queue.append(step[1])
    return paths


def _owners(ties: Mapping[str, Ties], party: str) -> dict[str, list[Step]]:
    """Return parties above ``party`` whose last step down is ownership, with a path; ownership below any step."""
    paths: dict[str, list[Step]] = {}
    for at, path in _above(ties, party).items():
        for owner in ties[at].owned_by if at in ties else ():
            paths.setdefault(owner, [*path, ("owned_by", owner)])
    return paths


def _joined(ties: Mapping[str, Ties], parties: Mapping[str, PartyBody], party: str) -> dict[str, list[Step]]:
    """Return consortia that ``party``, or a party above it, is a member of, with a path."""
    paths: dict[str, list[Step]] = {}
    for at, path in _above(ties, party).items():
        for body in ties[at].member_of if at in ties else ():
            if body in parties and parties[body].acts_as_one:
                paths.setdefault(body, [*path, ("member_of", body)])
    return paths


def _told(party: str, path: list[Step]) -> list[Message]:
    messages, at = [], party
    for how, to in path:
        messages.append(Message.of(_CODES[how], party=at, other=to))
        at = to
    return messages


def related(ties: Mapping[str, Ties], parties: Mapping[str, PartyBody], party: str, other: str) -> tuple[Message, ...]:
    """Return the path by which two parties are related, a message for each step; empty when they are not.

    Args:
        ties: owners and memberships by party.
        parties: descriptions by party.
        party: a party.
        other: another, or the same.
    """
    if party == other:
        return (Message.of("relation.same", party=party, other=other),)
    up, back = _above(ties, party), _above(ties, other)
    if other in up:
        return tuple(_told(party, up[other]))
    if party in back:
        return tuple(_told(other, back[party]))
    mine, theirs = _owners(ties, party), _owners(ties, other)
    # Owned by one party both; or owned by it the one and, as a member or by way of others, part of it the other.
    ways = [(mine, theirs), (mine, back), (up, theirs)]
    if together := _joined(ties, parties, party):
        ways.append((together, _joined(ties, parties, other)))
    for one_way, other_way in ways:
        for apex, path in one_way.items():
            if apex in other_way:
                return tuple(_told(party, path) + _told(other, other_way[apex]))
    return ()
