"""Kind ``tie_end``: an ownership or a membership is over, by the word of both its ends or of the council.

No description of a party ends a tie by leaving it out. Each end signs a statement of its own with the same three
fields, or members of the umbrella in force do until its quorum has, the keeper and the two ends not counted.
"""

from typing import Literal

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id, Prose


class TieEndBody(Body, frozen=True, kw_only=True):
    """Which tie is over.

    Attributes:
        party: who was owned, or was a member.
        how: ``owned_by`` or ``member_of``.
        other: the owner, or the body it was a member of.
        reason: why, or on what ground.
    """

    party: Id
    how: Literal["owned_by", "member_of"]
    other: Id
    reason: Prose = ""


class TieEnd(Statement, frozen=True, kw_only=True, tag="tie_end"):
    """One of those who must say so says that a tie is over."""

    body: TieEndBody
