"""Kind ``umbrella``: the body of states and agencies under which the programme runs, as data."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.forms import form
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text

DEPTH_MAX = 12


class Member(Body, frozen=True, kw_only=True):
    """A member, and the groups it counts for (such as ``arab-states``).

    Attributes:
        party: who.
        groups: groups it counts for.
    """

    party: Id
    groups: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()


class QuorumRule(Body, frozen=True, kw_only=True):
    """How many of which members must agree (the algebra of C2SP tlog-policy: k of n, any, all, nested).

    Attributes:
        need: ``all``, ``any`` or a number as text.
        of: parties, or groups written ``group:NAME``.
        also: further quorums that count as one each.
    """

    need: Annotated[str, form("form.quorum_need", "2", pattern=r"^(all|any|[1-9][0-9]{0,3})$(?!\n)")]
    of: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    also: "tuple[QuorumRule, ...]" = ()


class UmbrellaBody(Body, frozen=True, kw_only=True):
    """Who makes up the umbrella, which groups must be in it, and who must sign its decisions.

    Attributes:
        umbrella: its identifier; a later statement for the same umbrella replaces it.
        name: for people.
        members: who makes it up.
        required_groups: groups that must have a member in it.
        quorum: who must sign its decisions.
        standing: ``proposed``, or ``in_force`` from this statement on.
        citation: where it was read.
    """

    umbrella: Id
    name: Text
    members: Annotated[tuple[Member, ...], Meta(max_length=300)]
    required_groups: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    quorum: QuorumRule = msgspec.field(default_factory=lambda: QuorumRule(need="any"))
    standing: Literal["proposed", "in_force"] = "proposed"
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if depth(self.quorum) > DEPTH_MAX:
            raise InvalidValueError("umbrella.too_deep", limit=DEPTH_MAX)


class Umbrella(Statement, frozen=True, kw_only=True, tag="umbrella"):
    """An umbrella is set up, or replaced."""

    body: UmbrellaBody


def depth(quorum: QuorumRule) -> int:
    """Return how deep ``quorum`` nests; one without others in it is 1."""
    level, here = 0, [quorum]
    while here:
        level, here = level + 1, [part for rule in here for part in rule.also]
    return level
