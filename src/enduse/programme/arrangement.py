"""The state of a programme and the questions it answers: who may do what, where, when; who is related to whom."""

from datetime import datetime
from typing import Final

import msgspec

from enduse.programme import places as tree
from enduse.programme import quorum, relations
from enduse.programme.indicators import Series
from enduse.programme.knowledge import Knowledge
from enduse.programme.mandates import Mandate
from enduse.programme.posts import Posts
from enduse.programme.relations import Ties
from enduse.programme.requests import Requests
from enduse.programme.undertakings import Undertakings
from enduse.statements.codec import AnyStatement
from enduse.statements.condition import ConditionStatement
from enduse.statements.entry import Entry
from enduse.statements.party import PartyBody
from enduse.statements.programme import Place, PlaceBody, ProgrammeBody
from enduse.statements.umbrella import UmbrellaBody
from enduse.terms.texts import Text, say

STRUCTURE: Final = frozenset(("place", "umbrella", "condition"))
"""Kinds that shape the programme: for the keeper and the administration, unless a rule names a function for them."""

MANDATED: Final = frozenset(("finding", "result", "decision"))
"""Kinds that nobody may state where no rule names a function for them: a claim does not become a finding by default.

Members of the umbrella in force may always sign its decisions; without a rule, they alone.
"""

OWN_LOGIC: Final = frozenset(("programme", "clock", "key", "party", "mandate"))
"""Kinds whose permission depends on more than a function; rules do not apply to them."""


class Arrangement(msgspec.Struct, kw_only=True):
    """Everything the record says about the arrangement, up to some entry; its encoding is its snapshot.

    Attributes:
        origin: name of the record.
        body: the founding statement's body.
        parties: descriptions by party.
        ties: owners and memberships by party.
        places: descriptions by place.
        umbrellas: latest version of each umbrella, by identifier.
        umbrella: identifier of the one in force, or empty.
        umbrella_entry: statement that put it in force.
        mandates: by identifier.
        held: identifiers of accepted mandates by holder.
        rules: functions that an act needs (any one of them), by act.
        posts: posts of bodies and how they are filled.
        requests: what parties asked of each other.
        undertakings: what parties have publicly said they will do.
        knowledge: claims, assessments, findings and replies.
        series: published figures.
    """

    origin: str = ""
    body: ProgrammeBody | None = None
    parties: dict[str, PartyBody] = msgspec.field(default_factory=dict)
    ties: dict[str, Ties] = msgspec.field(default_factory=dict)
    places: dict[str, PlaceBody] = msgspec.field(default_factory=dict)
    umbrellas: dict[str, UmbrellaBody] = msgspec.field(default_factory=dict)
    umbrella: str = ""
    umbrella_entry: str = ""
    mandates: dict[str, Mandate] = msgspec.field(default_factory=dict)
    held: dict[str, list[str]] = msgspec.field(default_factory=dict)
    rules: dict[str, list[str]] = msgspec.field(default_factory=dict)
    posts: Posts = msgspec.field(default_factory=Posts)
    requests: Requests = msgspec.field(default_factory=Requests)
    undertakings: Undertakings = msgspec.field(default_factory=Undertakings)
    knowledge: Knowledge = msgspec.field(default_factory=Knowledge)
    series: Series = msgspec.field(default_factory=Series)

    # -- what it is -------------------------------------------------------------------------------------------------

    @property
    def founded(self) -> ProgrammeBody:
        """The founding body; an empty record has none, which is a programming error here."""
        if self.body is None:
            raise ValueError("the programme is not founded yet")
        return self.body

    @property
    def keeper(self) -> str:
        """Party that keeps the record."""
        return self.body.keeper if self.body else ""

    @property
    def title(self) -> Text:
        """Name of the programme."""
        return self.body.title if self.body else {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages its pages are published in."""
        return self.body.languages if self.body else ("en",)

    @property
    def functions(self) -> dict[str, Text]:
        """Names of the civil functions, by identifier."""
        return {item.function: item.name for item in self.body.functions} if self.body else {}

    @property
    def materials(self) -> dict[str, Text]:
        """Names of the materials, by identifier."""
        return {item.material: item.name for item in self.body.materials} if self.body else {}

    def name(self, identifier: str, language: str = "en") -> str:
        """Return a party's, place's, function's or material's name for people, else the identifier itself."""
        known = self.parties.get(identifier) or self.places.get(identifier)
        if known is not None:
            return say(known.name, language, identifier)
        return say(self.functions.get(identifier) or self.materials.get(identifier), language, identifier)

    # -- who may --------------------------------------------------------------------------------------------------

    def holds(self, party: str, function: str, place: str | None, at: datetime) -> str:
        """Say by which statement ``party`` holds ``function`` in ``place`` at an instant.

        Args:
            party: who.
            function: what.
            place: where; a mandate for a place holds for all within it. ``None`` asks for the whole programme, so it
                takes a mandate for a place that lies in no other.
            at: when.

        Returns:
            Identifier of the statement that accepted the mandate, or the empty string.
        """
        where = None if place is None else tree.chain(self.places, place)
        for name in self.held.get(party, ()):
            mandate = self.mandates[name]
            if function not in mandate.functions:
                continue
            if where is None:
                covers = any(self.places[item].within is None for item in mandate.places)
            else:
                covers = any(item in mandate.places for item in where)
            if covers and mandate.in_force(at):
                return mandate.acceptance
        return ""

    def administers(self, party: str, at: datetime, places: tuple[str, ...] = ()) -> bool:
        """Say whether ``party`` is the keeper, or holds the administration of all ``places`` (none: of the whole)."""
        if party == self.keeper:
            return True
        function = self.founded.administration
        return all(self.holds(party, function, place, at) for place in places or (None,))

    def authority(self, entry: Entry, act: str) -> str:
        """Say why a statement has no authority for ``act``, or return the empty string when it has.

        Args:
            entry: the statement.
            act: its kind, or ``goods:`` and the EPCIS business step. A rule for ``goods`` covers every step that has
                none of its own.
        """
        statement = entry.statement
        if act in OWN_LOGIC:
            return ""
        if reason := self.knowledge.refused(statement):
            return reason
        if act == "decision" and self.umbrella:
            members = self.umbrellas[self.umbrella].members
            if any(member.party == statement.party for member in members):
                return ""
        functions = self.rules.get(act) or self.rules.get(act.partition(":")[0])
        if functions:
            if act in STRUCTURE and statement.party == self.keeper:
                return ""
            place, at = statement.place, statement.occurred_at
            if any(self.holds(statement.party, function, place, at) for function in functions):
                return ""
            return self._without(statement.party, functions, place, at, act)
        if act in MANDATED:
            return f"no rule of this programme gives a mandate for a {act}, so nobody may state one"
        return self._shapes(statement, act) if act in STRUCTURE else ""

    def _shapes(self, statement: AnyStatement, act: str) -> str:
        """Say why a party may not shape the programme here.

        A place is shaped by who administers what it is to lie within, and what it lies within now.
        """
        party, at = statement.party, statement.occurred_at
        where = [statement.place] if isinstance(statement, ConditionStatement) else [None]
        if isinstance(statement, Place):
            known = self.places.get(statement.body.place)
            where = [statement.body.within] if known is None else [statement.body.within, known.within]
        if all(self.administers(party, at, () if place is None else (place,)) for place in where):
            return ""
        return f"{party} may not state a {act}: that is for the keeper and the administration"

    def _without(self, party: str, functions: list[str], place: str | None, at: datetime, act: str) -> str:
        what = " or ".join(functions)
        where = "for the whole programme (the statement names no place)" if place is None else f"in {place}"
        if place is not None and place not in self.places:
            where = f"in {place}, which is not a known place"
        return f"{party} held no mandate for {what} {where} on {at.date().isoformat()}; {act} needs one"

    def related(self, one: str, other: str) -> tuple[str, ...]:
        """Return the path by which two parties are related by ownership or membership; empty when they are not."""
        return relations.related(self.ties, self.parties, one, other)

    def quorum_missing(self, signers: tuple[str, ...]) -> str:
        """Say what ``signers`` lack to the quorum of the umbrella in force, or return the empty string.

        Only today's members count: one who has left is passed over. Without an umbrella in force nothing is lacking.
        """
        if not self.umbrella:
            return ""
        body = self.umbrellas[self.umbrella]
        members = {member.party for member in body.members}
        counted = [party for party in signers if party in members]
        left = [f"{party} is not a member and does not count" for party in signers if party not in members]
        lacking = quorum.missing(body.quorum, quorum.groups_of(body), counted)
        return "; ".join([lacking, *left]) if lacking else ""
