"""Which parties are related, and by which path: one owns the other, a common owner, or one is part of the other.

Going up from a party, each step is *owned by* or *member of*. Two parties are related when one is found above the
other, when a party found above both owns at least one of them (a holding's member and what the holding owns), or when
both are members of a party that declares that its members act as one (a consortium). Two states are not related
because both are members of the United Nations.

A tie ends by the word of both its ends, or of the council; it still counts for a time after that, which the founding
sets. Nobody makes another party its owner, or a body it is a member of, by its own word alone: else whoever is measured or
judged would be rid of its monitor by saying that it belongs to it.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from enduse.messages import Message
from enduse.statements.party import PartyBody

_STANDS: Final = {"owned_by": "relation.owned_by", "member_of": "relation.member_of"}
_ENDED: Final = {"owned_by": "relation.owned_by_until", "member_of": "relation.member_of_until"}


class Tie(msgspec.Struct):
    """One tie of a party to another above it.

    Attributes:
        how: ``owned_by`` or ``member_of``.
        other: the party above.
        said: statement that first told of it, or told of it anew after its end.
        over: who has said that it is over, by which statement, as long as that is not enough.
        until: when it ended; ``None`` while it stands.
        ended: statements that ended it.
        own_word: that only the party below says so, and nobody who administers the programme.
    """

    how: Literal["owned_by", "member_of"]
    other: str
    said: str
    over: dict[str, str] = msgspec.field(default_factory=dict)
    until: datetime | None = None
    ended: tuple[str, ...] = ()
    own_word: bool = False


class Ties(msgspec.Struct):
    """What was ever said of a party's owners and memberships.

    A description only ever adds, whoever gives it: a tie ends by a statement of its own (kind ``tie_end``), or a party
    could shed its relations by leaving one out.
    """

    known: list[Tie] = msgspec.field(default_factory=list)

    def learn(self, body: PartyBody, statement: str, *, own_word: bool) -> None:
        """Take in the ties that a description names; one that had ended stands again."""
        named: list[Tie] = [Tie("owned_by", party, statement, own_word=own_word) for party in body.owned_by]
        named += [Tie("member_of", party, statement, own_word=own_word) for party in body.member_of]
        for tie in named:
            known = self.find(tie.how, tie.other)
            if known is None:
                self.known.append(tie)
            elif known.until is not None:
                self.known[self.known.index(known)] = tie
            elif not own_word:
                known.own_word = False

    def find(self, how: str, other: str) -> Tie | None:
        """Return the tie of one sort to one party, ended or not."""
        return next((tie for tie in self.known if (tie.how, tie.other) == (how, other)), None)


class Relations(msgspec.Struct, frozen=True):
    """Who is related to whom at one moment.

    Attributes:
        ties: of each party.
        parties: descriptions by party.
        at: the moment.
        after: how long a tie counts after its end.
    """

    ties: Mapping[str, Ties]
    parties: Mapping[str, PartyBody]
    at: datetime
    after: timedelta

    def steps(self, party: str, judge: str = "") -> list[Tie]:
        """Return the ties up from a party that count; those to ``judge`` not by the word of the party alone."""
        known = self.ties.get(party)
        if known is None:
            return []
        standing = (tie for tie in known.known if tie.until is None or self.at < tie.until + self.after)
        return [tie for tie in standing if tie.other != judge or not tie.own_word]

    def above(self, party: str, judge: str = "") -> dict[str, list[Tie]]:
        """Return every party above ``party`` with the shortest path of ties to it (itself with none)."""
        paths: dict[str, list[Tie]] = {party: []}
        queue = deque([party])
        while queue:
            at = queue.popleft()
            for tie in self.steps(at, judge):
                if tie.other not in paths:
                    paths[tie.other] = [*paths[at], tie]
                    queue.append(tie.other)
        return paths

    def owners(self, party: str, judge: str = "") -> dict[str, list[Tie]]:
        """Return parties above ``party`` whose last tie down is ownership, with a path; whatever lies below it."""
        return self._reached(party, lambda tie: tie.how == "owned_by", judge)

    def joined(self, party: str, judge: str = "") -> dict[str, list[Tie]]:
        """Return consortia that ``party``, or a party above it, is a member of, with a path."""

        def joins(tie: Tie) -> bool:
            return tie.how == "member_of" and tie.other in self.parties and self.parties[tie.other].acts_as_one

        return self._reached(party, joins, judge)

    def _reached(self, party: str, by: Callable[[Tie], bool], judge: str) -> dict[str, list[Tie]]:
        paths: dict[str, list[Tie]] = {}
        for at, path in self.above(party, judge).items():
            for tie in filter(by, self.steps(at, judge)):
                paths.setdefault(tie.other, [*path, tie])
        return paths

    def told(self, party: str, path: list[Tie]) -> list[Message]:
        """Return a message for each tie of a path up from ``party``."""
        messages, at = [], party
        for tie in path:
            messages.append(told(at, tie, self.after))
            at = tie.other
        return messages

    def said(self, party: str) -> list[Message]:
        """Return every tie of a party, in words; also those that are over and no longer count."""
        known = self.ties.get(party)
        return [] if known is None else [told(party, tie, self.after) for tie in known.known]

    def related(self, party: str, other: str) -> tuple[Message, ...]:
        """Return the path by which two parties are related, a message for each tie; empty when they are not.

        Args:
            party: who measures, judges, decides or is given a duty; what it says of itself counts.
            other: about whom; that it belongs to ``party`` it cannot say alone.
        """
        if party == other:
            return (Message.of("relation.same", party=party, other=other),)
        up, back = self.above(party), self.above(other, party)
        if other in up:
            return tuple(self.told(party, up[other]))
        if party in back:
            return tuple(self.told(other, back[party]))
        mine, theirs = self.owners(party), self.owners(other, party)
        # Owned by one party both; or owned by it the one and, as a member or by way of others, part of it the other.
        ways = [(mine, theirs), (mine, back), (up, theirs)]
        if together := self.joined(party):
            ways.append((together, self.joined(other, party)))
        for one_way, other_way in ways:
            for apex, path in one_way.items():
                if apex in other_way:
                    return tuple(self.told(party, path) + self.told(other, other_way[apex]))
        return ()


def told(party: str, tie: Tie, after: timedelta) -> Message:
    """Say one tie of ``party``; of one that is over, when it ended and until when it counts."""
    if tie.until is None:
        return Message.of(_STANDS[tie.how], party=party, other=tie.other)
    return Message.of(_ENDED[tie.how], party=party, other=tie.other, until=tie.until, counts=tie.until + after)
