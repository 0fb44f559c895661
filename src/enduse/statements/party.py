"""Kind ``party``: a state, agency, company or body that takes part. Never a private person."""

from typing import Annotated, Literal

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id
from enduse.terms.names import is_visible, turns_direction
from enduse.terms.texts import Citation, Text


class PartyBody(Body, frozen=True, kw_only=True):
    """Who a party is.

    Attributes:
        party: its identifier.
        name: for people.
        type: what it is.
        member_of: bodies it is a member of.
        owned_by: parties that own or control it.
        acts_as_one: its members act together here (a consortium, a joint venture), so they count as related.
        purpose: its own stated purpose here, in its own words.
        invented: it exists only in a simulation.
        citation: where it was read.
    """

    party: Id
    name: Text
    type: Literal[
        "state", "agency", "fund", "administration", "company", "carrier", "monitor", "civil_society", "group"
    ]
    member_of: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    owned_by: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    acts_as_one: bool = False
    purpose: Text | None = None
    invented: bool = False
    citation: Citation | None = None

    def __post_init__(self) -> None:
        for language, name in self.name.items():
            if not is_visible(name):
                raise InvalidValueError("party.name_unseen", path=f".name.{language}")
            if turns_direction(name):
                raise InvalidValueError("party.name_turned", path=f".name.{language}")


class Party(Statement, frozen=True, kw_only=True, tag="party"):
    """A party becomes known, or is described anew."""

    body: PartyBody
