"""The state of a programme and the questions it answers: who may do what, where, when; who is related to whom."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

import msgspec

from enduse.messages import Message, Refusal
from enduse.programme import places as tree
from enduse.programme import quorum
from enduse.programme.delegations import outside
from enduse.programme.indicators import Series
from enduse.programme.jurisdiction import EVERYWHERE, Sites, jurisdiction, of_own, read_end
from enduse.programme.knowledge import Knowledge
from enduse.programme.mandates import MandateState
from enduse.programme.posts import Posts
from enduse.programme.relations import Relations, Ties
from enduse.programme.requests import Requests
from enduse.programme.undertakings import Undertakings
from enduse.statements.acts import CATALOGUE, GOODS, JUDGEMENT, MONEY, REPORT, happened_at
from enduse.statements.clock_correction import ClockCorrectionBody
from enduse.statements.codec import AnyStatement
from enduse.statements.condition import Attestation, ConditionStatement
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.key import Delegation
from enduse.statements.party import PartyBody
from enduse.statements.programme import Place, PlaceBody, ProgrammeBody
from enduse.statements.reading import Reading
from enduse.statements.umbrella import Umbrella, UmbrellaBody
from enduse.statements.undertaking import Undertaking
from enduse.statements.works import Project
from enduse.terms.texts import Text, say
from enduse.terms.times import micros
from enduse.terms.trade_items import one_form

STRUCTURE: Final = frozenset(("place", "umbrella", "condition", "project", "norm", "weights", "control", "permit"))
"""Kinds that shape the programme: for the keeper and the administration, unless a rule names a function for them."""

CLOSED: Final = frozenset((GOODS, *CATALOGUE, *MONEY, *JUDGEMENT, REPORT))
"""Kinds that nobody may state where no rule names a function for them and the founding does not open them.

Members of the umbrella in force may always sign its decisions; without a rule, they alone.
"""

DELAYED: Final = CLOSED | {"reading", "milestone"}
"""Kinds that figures and conditions rest on, for which a founding may set the longest delay."""

POWER: Final = frozenset(
    ("mandate", "umbrella", "condition", "finding", "assessment", "result", "attestation", "decision")
) | {"place", "project", "norm", "weights", "control", "permit", "undertaking:met"}
"""Kinds that give power or money, or judge: whoever states one needs its mandate on the day it claims *and* when the
record takes it, or a mandate that is over would go on deciding by claiming earlier days. The keeper alone records late.
"""

AHEAD: Final = timedelta(days=1)
"""How far a clock may run ahead of the keeper's; a :data:`POWER` statement that claims a later day has no effect."""

OWN_LOGIC: Final = frozenset(("programme", "clock", "key", "party", "mandate", "tie_end", "clock_correction"))
"""Kinds whose permission depends on more than a function; rules do not apply to them."""


class Arrangement(msgspec.Struct, kw_only=True):
    """Everything the record says about the arrangement, up to some entry; its encoding is its snapshot.

    Attributes:
        origin: name of the record.
        now: when the entry at hand is recorded, told by who feeds this; ties that are over count by it.
        body: the founding statement's body.
        parties: descriptions by party.
        looks: party by the skeletons of each name it has or had, so that no other is called alike.
        former_names: what a party was called before, oldest first, where its name changed.
        ties: owners and memberships by party, those that are over included.
        places: descriptions by place.
        moved: what a place lay within before, oldest first, where that changed.
        umbrellas: latest version of each umbrella, by identifier.
        umbrella: identifier of the one in force, or empty.
        umbrella_entry: statement that put it in force.
        umbrella_ended: whether the last one in force ended; nothing is released until there is another.
        umbrella_signed: who signed which change of the umbrella in force, by the digest of its content.
        clock_words: who has said what a clock should read, by which statement, by clock and time.
        mandates: by identifier.
        held: identifiers of accepted mandates by holder.
        rules: functions that an act needs (any one of them), by act.
        open_acts: acts that need no mandate.
        posts: posts of bodies and how they are filled.
        requests: what parties asked of each other.
        undertakings: what parties have publicly said they will do.
        knowledge: claims, assessments, findings and replies.
        series: published figures.
    """

    origin: str = ""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    body: ProgrammeBody | None = None
    parties: dict[str, PartyBody] = msgspec.field(default_factory=dict)
    looks: dict[str, str] = msgspec.field(default_factory=dict)
    former_names: dict[str, list[Text]] = msgspec.field(default_factory=dict)
    ties: dict[str, Ties] = msgspec.field(default_factory=dict)
    places: dict[str, PlaceBody] = msgspec.field(default_factory=dict)
    moved: dict[str, list[tree.FormerPlace]] = msgspec.field(default_factory=dict)
    umbrellas: dict[str, UmbrellaBody] = msgspec.field(default_factory=dict)
    umbrella: str = ""
    umbrella_entry: str = ""
    umbrella_ended: bool = False
    umbrella_signed: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    clock_words: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    mandates: dict[str, MandateState] = msgspec.field(default_factory=dict)
    held: dict[str, list[str]] = msgspec.field(default_factory=dict)
    rules: dict[str, list[str]] = msgspec.field(default_factory=dict)
    open_acts: list[str] = msgspec.field(default_factory=list)
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
        return {one_form(item.material): item.name for item in self.body.materials} if self.body else {}

    @property
    def judging(self) -> set[str]:
        """Functions by which parties judge: decide, find, attest, count results, or measure what others answer for."""
        acts = ("reading", "undertaking:met", "finding:supersede", *JUDGEMENT)
        own = {name for act, names in self.rules.items() if act.partition(":")[0] == GOODS for name in names}
        return {name for act in acts for name in self.rules.get(act, ())} - own

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
                takes mandates for all the places that lie in no other.
            at: when.

        Returns:
            Identifier of the statement that accepted the mandate (the first of several), or the empty string.
        """
        if not self.held.get(party):
            return ""
        if place is not None:
            return self._held(party, function, self.around(place, at), at)
        roots = sorted(name for name, body in self.places.items() if body.within is None)
        held = [self._held(party, function, [root], at) for root in roots]
        return held[0] if held and all(held) else ""

    def around(self, place: str, at: datetime | None = None) -> dict[str, None]:
        """Return a place and every place it lies in now, or lay in at an instant (or ever), innermost first.

        Where it lies counts from the recording: whoever draws the map anew takes nothing back that was said under a mandate.
        """
        found = dict.fromkeys(tree.chain(self.places, place))
        waiting = [name for name in found if name in self.moved]
        for name in waiting:
            former = (lay for lay in self.moved[name] if at is None or at < lay.until)
            for lay in former if at is None else islice(former, 1):
                above = tree.chain(self.places, lay.within) if lay.within is not None else ()
                waiting += [other for other in above if other in self.moved and other not in found]
                found |= dict.fromkeys(above)
        return found

    def ever_may(self, party: str, acts: Iterable[str], place: str | None) -> bool:
        """Say whether ``party`` ever accepted a mandate for one of ``acts`` that covers a place, or any where it is ``None``."""
        ruled = (self.rules.get(act) or self.rules.get(act.partition(":")[0]) or () for act in acts)
        functions = {function for named in ruled for function in named}
        around = None if place is None else self.around(place).keys()
        held = (self.mandates[name] for name in self.held.get(party, ()))
        return any(
            not functions.isdisjoint(one.functions) and (around is None or not around.isdisjoint(one.places))
            for one in held
        )

    def _held(self, party: str, function: str, chain: Iterable[str], at: datetime) -> str:
        around = set(chain)
        for name in self.held[party]:
            mandate = self.mandates[name]
            covers = function in mandate.functions and not around.isdisjoint(mandate.places)
            if covers and mandate.in_force(at):
                return mandate.acceptance
        return ""

    def administers(self, party: str, at: datetime, places: tuple[str, ...] = ()) -> bool:
        """Say whether ``party`` is the keeper, or holds the administration of all ``places`` (none: of the whole)."""
        if party == self.keeper:
            return True
        function = self.founded.administration
        return all(self.holds(party, function, place, at) for place in places or (None,))

    def is_administrator(self, entry: Entry, places: tuple[str, ...] = ()) -> bool:
        """Say whether the statement's party administers ``places`` both on the day it claims and when recorded."""
        return all(self.administers(entry.statement.party, at, places) for at in self.moments(entry, "mandate"))

    def moments(self, entry: Entry, act: str, sites: Sites | None = None) -> tuple[datetime, ...]:
        """Return the moments at which an act needs its mandate.

        Who weighs or counts its own goods may bring that in late, like the goods; who measures what others answer for
        judges.
        """
        statement = entry.statement
        judges = act in POWER or (isinstance(statement, Reading) and not of_own(statement, sites))
        if judges and statement.party != self.keeper:
            return statement.occurred_at, entry.recorded_at
        return (statement.occurred_at,)

    def outside(self, scope: Delegation | None, entry: Entry, act: str, sites: Sites | None = None) -> Refusal | None:
        """Return why a statement is not for the key that signed it to make, where that was delegated.

        Args:
            scope: what was delegated to that key; ``None`` where it speaks for its party at large.
            entry: the statement.
            act: as for :meth:`authority`.
            sites: where projects and consignments are.
        """
        if scope is None:
            return None
        functions = self.rules.get(act) or self.rules.get(act.partition(":")[0]) or []
        return outside(scope, entry.statement, functions, self.places, sites)

    def authority(self, entry: Entry, act: str, sites: Sites | None = None) -> Refusal | None:
        """Return why a statement has no authority for ``act``, if so.

        Args:
            entry: the statement.
            act: as :func:`enduse.statements.acts.act_of` tells it. A rule for ``goods`` covers every step that has none
                of its own, one for ``report`` every report.
            sites: where projects and consignments are; without it, where the statement says it is.
        """
        statement = entry.statement
        if act in POWER and statement.occurred_at - entry.recorded_at > AHEAD:
            return Refusal.of("authority.from_the_future", day=statement.occurred_at, act=act)
        if act in OWN_LOGIC or _takes_back(statement):
            return None
        if refusal := self._too_late(entry, act):
            return refusal
        if refusal := self.knowledge.refused(statement) or self._supersedes(entry, sites):
            return refusal
        if self._of_the_council(statement, act):
            return None
        functions = self.rules.get(act) or self.rules.get(act.partition(":")[0])
        if functions:
            if act in STRUCTURE and statement.party == self.keeper:
                return None
            return self._mandated(entry, act, functions, sites)
        sort = act.partition(":")[0]
        if sort in CLOSED and act not in self.open_acts and sort not in self.open_acts:
            return Refusal.of("authority.no_rule", act=act)
        if isinstance(statement, Reading) and act not in self.open_acts and not of_own(statement, sites):
            return self._unruled(statement)
        return self._shapes(entry, act) if act in STRUCTURE else None

    def _too_late(self, entry: Entry, act: str) -> Refusal | None:
        """Return that what counts was recorded longer after it happened than the founding allows."""
        limit = self.founded.longest_delay_days
        if limit is None or act.partition(":")[0] not in DELAYED:
            return None
        days = (entry.recorded_at - happened_at(entry.statement)).days
        return Refusal.of("authority.too_late", n=days, limit=limit) if days >= limit else None

    def _mandated(self, entry: Entry, act: str, functions: list[str], sites: Sites | None) -> Refusal | None:
        """Return where and when a party lacks every one of ``functions``."""
        party = entry.statement.party
        for where in jurisdiction(entry.statement, self.places, sites):
            for at in self.moments(entry, act, sites):
                if not self._holds_one(party, functions, where, at):
                    return self._without(party, functions, where[0], at, act)
        return None

    def _holds_one(self, party: str, functions: list[str], places: Iterable[str | None], at: datetime) -> bool:
        for place in places:
            for function in functions:
                if self.holds(party, function, place, at):
                    return True
        return False

    def _unruled(self, statement: Reading) -> Refusal:
        """Refuse a reading of what another answers for, where no rule says who may take one."""
        if statement.body.custodian is not None:
            return Refusal.of("authority.no_rule_to_count", party=statement.body.custodian)
        return Refusal.of("authority.no_rule", act="reading")

    def read_at(self, statement: AnyStatement, sites: Sites | None) -> str | None:
        """Return the place at which a reading that has authority needed its mandate, ``None`` where no rule asks for one."""
        if "reading" not in self.rules:
            return None
        end = read_end(statement, sites)
        return end.place if end is not None else statement.place or EVERYWHERE

    def no_longer_mandated(
        self, entry: Entry, said: AnyStatement, index: int, act: str, sites: Sites | None
    ) -> Refusal | None:
        """Return which mandate a party would need today for what it once said, and has not.

        Others rest on what was said under a mandate, so it is taken back under one.

        Args:
            entry: the statement by which it would take its word back.
            said: what it said.
            index: where that stands in the record.
            act: that this was.
            sites: as for :meth:`authority`.
        """
        functions = self.rules.get(act) or self.rules.get(act.partition(":")[0])
        exempt = (act in STRUCTURE and said.party == self.keeper) or (act == "decision" and self.in_council(said.party))
        if not functions or exempt or said.party != entry.statement.party:
            return None
        today = msgspec.structs.replace(said, occurred_at=entry.recorded_at)
        without = self._mandated(msgspec.structs.replace(entry, statement=today), act, functions, sites)
        return without and Refusal.of("correction.mandate_over", party=said.party, entry=index, without=without)

    def _supersedes(self, entry: Entry, sites: Sites | None) -> Refusal | None:
        """Return why a finding or assessment may not replace the one it names.

        Its own party may; so may a body that the programme gives a mandate for ``finding:supersede``.
        """
        statement = entry.statement
        refusal, stranger = self.knowledge.unrelated(statement)
        if not stranger or "finding:supersede" not in self.rules:
            return refusal
        return self._mandated(entry, "finding", self.rules["finding:supersede"], sites)

    def _shapes(self, entry: Entry, act: str) -> Refusal | None:
        """Return why a party may not shape the programme here.

        A place is shaped by who administers what it is to lie within, and what it lies within now.
        """
        statement = entry.statement
        where = [statement.place] if isinstance(statement, ConditionStatement | Project) else [None]
        if isinstance(statement, Place):
            known = self.places.get(statement.body.place)
            where = [statement.body.within] if known is None else [statement.body.within, known.within]
        if all(self.is_administrator(entry, () if place is None else (place,)) for place in where):
            return None
        return Refusal.of("authority.structure", party=statement.party, act=act)

    def _without(self, party: str, functions: list[str], place: str | None, at: datetime, act: str) -> Refusal:
        values = {"party": party, "functions": functions, "n": len(functions), "day": at, "act": act}
        if place is None:
            return Refusal.of("authority.no_mandate_for_all", **values)
        if place not in self.places:
            return Refusal.of("authority.no_mandate_nowhere", place=place, **values)
        return Refusal.of("authority.no_mandate", place=place, **values)

    def related(self, party: str, other: str) -> tuple[Message, ...]:
        """Return the path by which two parties are related by ownership or membership; empty when they are not."""
        return self.relations.related(party, other)

    @property
    def relations(self) -> Relations:
        """Who is related to whom now."""
        return Relations(self.ties, self.parties, self.now, timedelta(days=self.founded.ties_count_days))

    def council_agrees(self, signers: Iterable[str], without: Collection[str] = ()) -> bool:
        """Say whether the quorum of the umbrella in force has signed, the keeper and its own not counted.

        Where a quorum cannot do without the keeper, all the others are as much as can be asked, if these are two voices.

        Args:
            signers: who has signed the same content.
            without: parties that do not count either, such as those it is about.
        """
        if not self.umbrella:
            return False
        away, signed = (self.keeper, *without), set(signers)
        counted = [party for party in signed if not any(self.related(party, other) for other in away)]
        if self.quorum_missing(tuple(sorted(counted))) is None:
            return True
        body = self.umbrellas[self.umbrella]
        others = quorum.all_voters(body.quorum, quorum.groups_of(body)) - set(away)
        # One voice beside the keeper would decide alone, and one with a party of the keeper's would as good as do so.
        return others <= signed and quorum.voices(sorted(others.intersection(counted)), self.related) > 1

    def clock_agreed(self, body: ClockCorrectionBody) -> bool:
        """Say whether the council has said what a clock should read."""
        return self.council_agrees(self.clock_words.get(same_correction(body.clock, body.time), ()))

    def in_council(self, party: str) -> bool:
        """Say whether a party is a member of the umbrella in force."""
        return bool(self.umbrella) and any(item.party == party for item in self.umbrellas[self.umbrella].members)

    def may_decide(self, party: str) -> bool:
        """Say whether a party's signature counts where a tranche is decided: it is in the council, where there is one."""
        return self.in_council(party) if self.umbrella else True

    def changes_umbrella(self, statement: AnyStatement) -> bool:
        """Say whether a statement would change, replace or end the umbrella in force, which takes its own quorum."""
        if not isinstance(statement, Umbrella) or not self.umbrella:
            return False
        return statement.body.umbrella == self.umbrella or statement.body.standing == "in_force"

    def _of_the_council(self, statement: AnyStatement, act: str) -> bool:
        """Say whether a statement is for the council to make, or for whoever a first council would take the decision from."""
        if (act == "decision" or self.changes_umbrella(statement)) and self.in_council(statement.party):
            return True
        return isinstance(statement, Umbrella) and statement.party in self.deciders(statement.body)

    def deciders(self, body: UmbrellaBody) -> set[str]:
        """Return who decides by a mandate today and must sign a first umbrella, which would take that from them.

        Else the keeper, alone, would set up a council of its own and decide in the place of whoever was to decide.
        """
        if self.umbrella or body.standing != "in_force":
            return set()
        functions = {*self.rules.get("decision", ())}
        held = (self.mandates[name] for names in self.held.values() for name in names)
        deciding = {one.holder for one in held if one.in_force(self.now) and not functions.isdisjoint(one.functions)}
        return deciding - {self.keeper}

    def quorum_missing(self, signers: tuple[str, ...]) -> Message | None:
        """Return what ``signers`` lack to the quorum of the umbrella in force.

        Only today's members count: one who has left is passed over. Where there never was an umbrella nothing is
        lacking; where one has ended, everything is.
        """
        if not self.umbrella:
            return Message.of("umbrella.ended") if self.umbrella_ended else None
        body = self.umbrellas[self.umbrella]
        members = {member.party for member in body.members}
        counted = [party for party in signers if party in members]
        lacking = quorum.missing(body.quorum, quorum.groups_of(body), counted, self.related)
        left = [Message.of("quorum.not_a_member", party=party) for party in sorted(signers) if party not in members]
        return Message.of("quorum.lacking", parts=[*lacking, *left]) if lacking else None


def same_correction(clock: str, time: datetime) -> str:
    """Return what is one and the same correction of a clock, whoever says it for whatever reason."""
    return f"{clock} {micros(time)}"


def _takes_back(statement: AnyStatement) -> bool:
    """Say whether a party only takes its own word back: that needs no mandate, and the rooms check whose word it was."""
    match statement:
        case Attestation():
            return not statement.body.holds
        case Undertaking():
            return statement.body.action == "withdraw"
        case Correction():
            return True
        case _:
            return False
