"""The programme as a function of its record: who takes part, what lies where, who may do what, on each day.

:class:`ProgrammeState` is fed every entry in log order. A statement that may not do what it says has no effect, and
:meth:`ProgrammeState.apply` returns the reason. Which act needs which function is data of the founding statement;
only the structure itself (places, umbrella, conditions) is, by default, for the keeper and the administration alone.
"""

from datetime import datetime
from typing import Final

import msgspec

from enduse.programme import places as tree
from enduse.programme import quorum, relations
from enduse.programme.mandates import Mandate, overlap
from enduse.programme.relations import Ties
from enduse.statements.codec import kind_of
from enduse.statements.entry import Entry
from enduse.statements.mandate import Mandate as MandateStatement
from enduse.statements.mandate import MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody, Programme, ProgrammeBody
from enduse.statements.umbrella import Umbrella, UmbrellaBody
from enduse.terms.texts import Text, say

STRUCTURE: Final = frozenset(("place", "umbrella", "condition"))
"""Kinds that shape the programme: for the keeper and the administration, unless a rule names a function for them."""

OWN_LOGIC: Final = frozenset(("programme", "clock", "key", "party", "mandate"))
"""Kinds whose permission depends on more than a function; rules do not apply to them."""

KINDS: Final = frozenset(("programme", "place", "party", "key", "umbrella", "mandate"))
"""Kinds that :meth:`ProgrammeState.apply` takes in."""


class ProgrammeState(msgspec.Struct, kw_only=True):
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
        where = [] if place is None else tree.chain(self.places, place)
        for name in self.held.get(party, ()):
            mandate = self.mandates[name]
            if function not in mandate.functions or not mandate.in_force(at):
                continue
            if place is None:
                roots = (item for item in mandate.places if self.places[item].within is None)
                if next(roots, None) is not None:
                    return mandate.acceptance
            elif any(item in mandate.places for item in where):
                return mandate.acceptance
        return ""

    def administers(self, party: str, at: datetime, places: tuple[str, ...] = ()) -> bool:
        """Say whether ``party`` is the keeper, or holds the administration of all ``places`` (none: of anything)."""
        if party == self.keeper:
            return True
        function = self.founded.administration
        if places:
            return all(self.holds(party, function, place, at) for place in places)
        held = (self.mandates[name] for name in self.held.get(party, ()))
        return any(function in mandate.functions and mandate.in_force(at) for mandate in held)

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
        functions = self.rules.get(act) or self.rules.get(act.partition(":")[0])
        if functions:
            if act in STRUCTURE and statement.party == self.keeper:
                return ""
            place, at = statement.place, statement.occurred_at
            if any(self.holds(statement.party, function, place, at) for function in functions):
                return ""
            return self._without(statement.party, functions, place, at, act)
        if act in STRUCTURE and not self.administers(statement.party, statement.occurred_at):
            return f"{statement.party} may not state a {act}: that is for the keeper and the administration"
        return ""

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

    # -- what happens ---------------------------------------------------------------------------------------------

    def apply(self, entry: Entry) -> str:
        """Take in one entry.

        Returns:
            The empty string, or the reason why the statement has no effect. Kinds of other rooms have none here.
        """
        statement = entry.statement
        if isinstance(statement, Programme):
            return self._found(statement)
        if self.body is None:
            return "the programme is not founded"
        if reason := self.authority(entry, kind_of(statement)):
            return reason
        match statement:
            case Place():
                return self._place(statement.body)
            case Party():
                return self._party(statement)
            case Umbrella():
                return self._umbrella(entry.id, statement.body)
            case MandateStatement():
                return self._mandate(entry, statement)
            case _:
                return ""

    def _found(self, statement: Programme) -> str:
        if self.body is not None:
            return "the programme is already founded"
        body = statement.body
        known = {item.function for item in body.functions}
        named = [rule.function for rule in body.rules] + [name for item in body.incompatible for name in item.functions]
        named += [rule.function for rule in body.offer_rules]
        strange = [name for name in dict.fromkeys(named) if name not in known]
        if strange:
            return f"rules name functions that are not declared: {', '.join(strange)}"
        self.origin, self.body = statement.programme, body
        for rule in body.rules:
            self.rules.setdefault(rule.act, []).append(rule.function)
        return ""

    def _place(self, body: PlaceBody) -> str:
        if reason := tree.fault(self.places, body):
            return reason
        self.places[body.place] = body
        return ""

    def _party(self, statement: Party) -> str:
        body = statement.body
        mighty = self.administers(statement.party, statement.occurred_at)
        if not mighty and body.party != statement.party:
            return f"{statement.party} may describe itself only; {body.party} is described by itself or the keeper"
        self.parties[body.party] = body
        self.ties.setdefault(body.party, Ties()).learn(body, replace=mighty and body.party != statement.party)
        return ""

    def _umbrella(self, entry: str, body: UmbrellaBody) -> str:
        strange = [member.party for member in body.members if member.party not in self.parties]
        found = [f"member {name} is not a known party" for name in strange] + quorum.faults(body)
        if found:
            return "; ".join(found)
        self.umbrellas[body.umbrella] = body
        if body.standing == "in_force":
            self.umbrella, self.umbrella_entry = body.umbrella, entry
        elif self.umbrella == body.umbrella:
            self.umbrella, self.umbrella_entry = "", ""
        return ""

    # -- mandates -------------------------------------------------------------------------------------------------

    def _mandate(self, entry: Entry, statement: MandateStatement) -> str:
        body = statement.body
        if body.action in {"offer", "hand_over"}:
            return self._offer(entry, statement)
        mandate = self.mandates.get(body.mandate)
        if mandate is None:
            return f"mandate {body.mandate} was never offered"
        if mandate.declined:
            return f"mandate {body.mandate} was declined or withdrawn"
        step = {"accept": self._accept, "decline": self._decline, "check": self._check, "end": self._end}
        return step.get(body.action, self._suspend)(entry.id, statement, mandate)

    def _gives(self, party: str, at: datetime, places: tuple[str, ...]) -> bool:
        return self.administers(party, at, places)

    def _offer(self, entry: Entry, statement: MandateStatement) -> str:
        body, at = statement.body, statement.occurred_at
        if body.mandate in self.mandates:
            return f"mandate {body.mandate} was already offered; end it and use another identifier"
        before = None
        if body.action == "hand_over":
            before = self.mandates.get(body.succeeds or "")
            if before is None or not before.acceptance:
                return f"mandate {body.succeeds} was never accepted, so it cannot be handed over"
            if (body.functions or before.functions, body.places or before.places) != (before.functions, before.places):
                return f"a handover passes the whole of mandate {before.mandate}; end it and offer parts anew"
            body = msgspec.structs.replace(body, functions=before.functions, places=before.places)
        if reason := self._unknown(body):
            return reason
        gives = self._gives(statement.party, at, body.places)
        if before is not None and statement.party == before.holder:
            gives = True
        if not gives and statement.party != body.holder:
            return f"{statement.party} may neither give a mandate for these places nor offer another party"
        if reason := self._refused_type(body) or self._incompatible_within(body):
            return reason
        self.mandates[body.mandate] = Mandate.offered(body, statement.party, entry.id, given=gives)
        return ""

    def _unknown(self, body: MandateBody) -> str:
        if body.holder not in self.parties:
            return f"party {body.holder} is not known"
        strange = [name for name in body.functions if name not in self.functions]
        if strange:
            return f"functions are not known: {', '.join(strange)}"
        strange = [name for name in body.places if name not in self.places]
        return f"places are not known: {', '.join(strange)}" if strange else ""

    def _refused_type(self, body: MandateBody) -> str:
        for rule in self.founded.offer_rules:
            if rule.function in body.functions and (body.type or "") not in rule.accepts:
                quote = f' ("{rule.citation.quote}")' if rule.citation and rule.citation.quote else ""
                offered = body.type or "no type"
                return f"{offered} was offered for {rule.function}; the rule: {say(rule.reason, 'en')}{quote}"
        return ""

    def _incompatible_within(self, body: MandateBody) -> str:
        for rule in self.founded.incompatible:
            both = [name for name in body.functions if name in rule.functions]
            if len(both) > 1:
                return f"{' and '.join(both)} may not be held together: {say(rule.reason, 'en')}"
        return ""

    def _accept(self, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
        party, at = statement.party, statement.occurred_at
        if mandate.acceptance:
            return f"mandate {mandate.mandate} was already accepted"
        if mandate.given and party != mandate.holder:
            return f"mandate {mandate.mandate} is for {mandate.holder} to accept"
        if not mandate.given and not self._gives(party, at, mandate.places):
            return f"mandate {mandate.mandate} was offered by its holder; the keeper or the administration accepts"
        if mandate.open_checks():
            return f"readiness checks are open: {', '.join(mandate.open_checks())}; no acceptance, no handover"
        mandate.accepted_at = at
        if reason := self._conflict(mandate):
            mandate.accepted_at = None
            return reason
        mandate.acceptance = entry
        self.held.setdefault(mandate.holder, []).append(mandate.mandate)
        if mandate.succeeds is not None and mandate.begins is not None:
            before = self.mandates[mandate.succeeds]
            before.ended_at = min(mandate.begins, before.ended_at or mandate.begins)
            before.ending = before.ending or entry
        return ""

    def _conflict(self, mandate: Mandate) -> str:
        """Say which separation of duties an acceptance would break, with the path between the parties."""
        if mandate.holder not in self.parties:
            return f"party {mandate.holder} is not known"
        mine = mandate.spans()
        if not mine:
            return f"mandate {mandate.mandate} was over before it was accepted"
        for rule in self.founded.incompatible:
            wanted = [name for name in mandate.functions if name in rule.functions]
            if not wanted:
                continue
            for other in self.mandates.values():
                clash = [name for name in other.functions if name in rule.functions and name not in wanted]
                if not clash or not other.acceptance or other.mandate == mandate.succeeds:
                    continue
                path = self.related(mandate.holder, other.holder)
                if path and self._touch(mandate.places, other.places) and overlap(mine, other.spans()):
                    return (
                        f"{mandate.holder} may not hold {wanted[0]} where {other.holder} holds {clash[0]}: "
                        f"{say(rule.reason, 'en')} ({'; '.join(path)})"
                    )
        return ""

    def _touch(self, some: tuple[str, ...], others: tuple[str, ...]) -> bool:
        """Say whether a place of one list is, holds or lies in a place of the other."""
        return any(
            one in tree.chain(self.places, other) or other in tree.chain(self.places, one)
            for one in some
            for other in others
        )

    def _decline(self, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
        if mandate.acceptance:
            return f"mandate {mandate.mandate} was already accepted; end it"
        gives = self._gives(statement.party, statement.occurred_at, mandate.places)
        if statement.party != mandate.holder and not gives:
            return f"{statement.party} is not a side of mandate {mandate.mandate}"
        mandate.declined = entry
        return ""

    def _check(self, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
        body = statement.body
        known = next((item for item in mandate.checks if item.check == body.check), None)
        if known is None:
            return f"mandate {mandate.mandate} has no readiness check {body.check}"
        at = statement.occurred_at
        if known.function is None:
            if statement.party != mandate.holder:
                return f"readiness check {known.check} is for {mandate.holder} to confirm"
        elif not all(self.holds(statement.party, known.function, place, at) for place in mandate.places):
            return f"readiness check {known.check} is for a holder of {known.function}; {statement.party} is none"
        mandate.checked[known.check] = (entry, body.holds)
        return ""

    def _end(self, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
        if not mandate.acceptance:
            if statement.party != mandate.offered_by:
                return f"only {mandate.offered_by} withdraws its offer; decline it instead"
            mandate.declined = entry
            return ""
        gives = self._gives(statement.party, statement.occurred_at, mandate.places)
        if statement.party != mandate.holder and not gives:
            return f"{statement.party} is not a side of mandate {mandate.mandate}"
        at = statement.body.effective or statement.occurred_at
        if mandate.ended_at is not None and mandate.ended_at <= at:
            return f"mandate {mandate.mandate} had already ended"
        mandate.ended_at, mandate.ending = at, entry
        return ""

    def _suspend(self, entry: str, statement: MandateStatement, mandate: Mandate) -> str:  # noqa: ARG002
        body = statement.body
        if not mandate.acceptance:
            return f"mandate {mandate.mandate} is not accepted"
        if not self._gives(statement.party, statement.occurred_at, mandate.places):
            return f"{statement.party} does not give mandate {mandate.mandate}"
        at = body.effective or statement.occurred_at
        last = mandate.suspended[-1] if mandate.suspended else None
        running = last is not None and last[1] is None
        if body.action == "suspend":
            if running or (last is not None and last[1] is not None and at < last[1]):
                return f"mandate {mandate.mandate} is suspended already"
            mandate.suspended.append((at, None))
            return ""
        if last is None or not running or at <= last[0]:
            return f"mandate {mandate.mandate} is not suspended"
        mandate.suspended[-1] = (last[0], at)
        return ""
