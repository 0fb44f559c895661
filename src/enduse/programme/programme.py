"""The programme as a function of its record: who takes part, what lies where, who may do what, on each day.

:class:`ProgrammeState` is fed every entry in log order. A statement that may not do what it says has no effect, and
:meth:`ProgrammeState.apply` returns the reason. Which act needs which function is data of the founding statement;
only the structure itself (places, umbrella, conditions) is, by default, for the keeper and the administration alone.
"""

import hashlib
from typing import Final

import msgspec

from enduse.messages import Message, Refusal
from enduse.programme import knowledge, quorum
from enduse.programme import places as tree
from enduse.programme.appointments import appoint
from enduse.programme.arrangement import AHEAD, Arrangement, same_correction
from enduse.programme.relations import Ties
from enduse.statements.acts import act_named
from enduse.statements.claim import Assessment, Claim, Finding, Reply
from enduse.statements.clock_correction import ClockCorrection
from enduse.statements.codec import kind_of
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.indicator import Indicator
from enduse.statements.mandate import Mandate
from enduse.statements.party import Party, PartyBody
from enduse.statements.post import Post
from enduse.statements.programme import Founding, Place, PlaceBody
from enduse.statements.request import Request
from enduse.statements.tie_end import TieEnd
from enduse.statements.umbrella import Umbrella
from enduse.statements.undertaking import Undertaking
from enduse.terms.names import skeletons

KINDS: Final = knowledge.KINDS | {
    "programme",
    "place",
    "party",
    "key",
    "umbrella",
    "mandate",
    "post",
    "request",
    "undertaking",
    "indicator",
    "clock_correction",
    "correction",
    "tie_end",
}
"""Kinds that :meth:`ProgrammeState.apply` takes in."""


class ProgrammeState(Arrangement, kw_only=True):
    """Everything the record says about the arrangement, up to some entry; its encoding is its snapshot.

    Attributes are those of :class:`enduse.programme.arrangement.Arrangement`.
    """

    def apply(self, entry: Entry) -> Refusal | None:
        """Take in one entry; return why it has no effect, if so. Kinds of other rooms have none here.

        A finding, assessment, claim or reply must have passed :meth:`authority` before: where it needs its mandate is
        for the book to say, which knows where things are.
        """
        statement = entry.statement
        if isinstance(statement, Founding):
            return self._founding(statement)
        kind = kind_of(statement)
        if kind not in KINDS:
            return None
        if self.body is None:
            return Refusal.of("programme.not_founded")
        if kind not in knowledge.KINDS and (refusal := self.authority(entry, kind)):
            return refusal
        match statement:
            case Place():
                return self._place(statement.body)
            case Party():
                return self._party(entry, statement)
            case Umbrella() | TieEnd() | ClockCorrection():
                return self._said_by_several(entry, statement)
            case Mandate():
                return appoint(self, entry, statement)
            case _:
                return self._registers(entry)

    def _registers(self, entry: Entry) -> Refusal | None:
        """Take in a statement for one of the registers."""
        statement = entry.statement
        match statement:
            case Post():
                if statement.party != statement.body.party and not self.is_administrator(entry):
                    return Refusal.of("post.of_another", party=statement.body.party)
                return self.posts.apply(entry, statement)
            case Request():
                asked = statement.body.to
                if asked is not None and asked not in self.parties:
                    return Refusal.of("party.unknown", party=asked)
                if statement.occurred_at > entry.recorded_at + AHEAD:
                    return Refusal.of("statement.of_the_future")
                return self.requests.apply(entry, statement)
            case Undertaking():
                return self._undertaking(entry, statement)
            case Claim() | Assessment() | Finding() | Reply():
                self._said(entry, statement)
            case Indicator():
                return self.series.apply(entry, statement)
            case Correction():
                return self._take_back(entry, statement.body.corrects)
        return None

    def _undertaking(self, entry: Entry, statement: Undertaking) -> Refusal | None:
        body = statement.body
        known = self.undertakings.undertakings.get(body.undertaking)
        if body.action in {"state", "propose"} and body.by not in self.parties:
            return Refusal.of("party.unknown", party=body.by or "")
        if statement.occurred_at > entry.recorded_at + AHEAD:
            return Refusal.of("statement.of_the_future")
        if body.action == "met" and known is not None and known.body.by is not None:
            if path := self.related(statement.party, known.body.by):
                return Refusal.of("undertaking.met_by_own_word", ties=path)
            if "undertaking:met" in self.rules:
                if refusal := self.authority(entry, "undertaking:met"):
                    return refusal
            elif not self.is_administrator(entry):
                return Refusal.of("undertaking.no_mandate", party=statement.party)
        return self.undertakings.apply(entry, statement)

    def _said(self, entry: Entry, statement: Claim | Assessment | Finding | Reply) -> None:
        self.knowledge.apply(entry, statement)
        if isinstance(statement, Finding) and statement.body.result == "supported":
            undertaking = self.undertakings.undertakings.get(statement.body.about)
            if undertaking is not None and not self.related(statement.party, undertaking.body.by or ""):
                self.undertakings.fulfil(statement.body.about, statement.party, statement.occurred_at, entry.id)

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left in the registers, or nothing where it left nothing."""
        rooms = (self.knowledge, self.undertakings, self.requests, self.posts, self.series)
        return next((who for room in rooms if (who := room.speaker(statement))), "")

    def _take_back(self, entry: Entry, statement: str) -> Refusal | None:
        """Take back what a statement left in the registers, for the party that said it alone."""
        speaker = self.speaker(statement)
        if speaker and speaker != entry.statement.party:
            return Refusal.of("correction.of_another", party=speaker)
        if not speaker:
            return None
        if refusal := self.undertakings.rested_upon(statement, entry.recorded_at, self.knowledge.findings):
            return refusal
        self.knowledge.take_back(statement, entry.recorded_at)
        for room in (self.undertakings, self.requests, self.posts, self.series):
            room.take_back(statement)
        for name in sorted(self.undertakings.undertakings):
            known = self.undertakings.undertakings[name]
            # What it was met by may be gone; another finding that stands may say the same.
            for said in self.knowledge.findings(name) if known.met_at is None else ():
                if said.result == "supported" and not self.related(said.by, known.body.by or ""):
                    self.undertakings.fulfil(name, said.by, said.at, said.entry)
        return None

    def _founding(self, statement: Founding) -> Refusal | None:
        if self.body is not None:
            return Refusal.of("programme.founded_already")
        body = statement.body
        declared = {item.function for item in body.functions}
        named = [rule.function for rule in body.rules] + [name for item in body.incompatible for name in item.functions]
        named += [rule.function for rule in body.offer_rules]
        undeclared = [name for name in dict.fromkeys(named) if name not in declared]
        if undeclared:
            return Refusal.of("programme.functions_undeclared", functions=undeclared)
        self.origin, self.body = statement.programme, body
        for rule in body.rules:
            self.rules.setdefault(act_named(rule.act), []).append(rule.function)
        self.open_acts = [act_named(act) for act in body.open_acts]
        return None

    def _place(self, body: PlaceBody) -> Refusal | None:
        refusal = tree.misplaced(self.places, body)
        if refusal is None:
            known = self.places.get(body.place)
            if known is not None and known.within != body.within:
                self.moved.setdefault(body.place, []).append(tree.FormerPlace(known.within, self.now))
            self.places[body.place] = body
        return refusal

    def _party(self, entry: Entry, statement: Party) -> Refusal | None:
        body = statement.body
        administers = self.is_administrator(entry)
        if not administers and body.party != statement.party:
            return Refusal.of("party.of_another", party=statement.party, other=body.party)
        if refusal := self._named(body):
            return refusal
        known = self.parties.get(body.party)
        if known is not None and known.acts_as_one:
            # Else a description would end at a stroke what ties the members to each other.
            body = msgspec.structs.replace(body, acts_as_one=True)
        self.parties[body.party] = body
        self.ties.setdefault(body.party, Ties()).learn(body, entry.id, own_word=not administers)
        return None

    def _said_by_several(self, entry: Entry, statement: Umbrella | TieEnd | ClockCorrection) -> Refusal | None:
        """Take in one party's word on what takes the words of several."""
        match statement:
            case Umbrella():
                return self._umbrella(entry, statement)
            case TieEnd():
                return self._tie_end(entry, statement)
            case ClockCorrection():
                return self._clock_word(entry, statement)

    def _clock_word(self, entry: Entry, statement: ClockCorrection) -> Refusal | None:
        """Take in one word on what a clock should read; the book corrects it once the council has said so."""
        if not self.in_council(statement.party):
            return Refusal.of("clock.not_the_council", party=statement.party)
        words = self.clock_words.setdefault(same_correction(statement.body.clock, statement.body.time), {})
        words[statement.party] = entry.id
        return None

    def _tie_end(self, entry: Entry, statement: TieEnd) -> Refusal | None:
        """Take in one word that a tie is over; it is once both its ends have said so, or the council has."""
        body, speaker = statement.body, statement.party
        ends = (body.party, body.other)
        tie = self.ties[body.party].find(body.how, body.other) if body.party in self.ties else None
        if tie is None:
            return Refusal.of("tie.unknown", party=body.party, other=body.other)
        if tie.until is not None:
            return Refusal.of("tie.ended_already", party=body.party, other=body.other, day=tie.until)
        if speaker not in ends and not self.in_council(speaker):
            return Refusal.of("tie.not_a_side", speaker=speaker, party=body.party, other=body.other)
        tie.over[speaker] = entry.id
        if tie.over.keys() >= set(ends) or self.council_agrees(tie.over, without=ends):
            tie.until, tie.ended, tie.over = entry.recorded_at, tuple(tie.over.values()), {}
        return None

    def _named(self, body: PartyBody) -> Refusal | None:
        """Take note of how a party is called, what it was called before included; no other may be called alike."""
        looks = {look: name for name in (body.party, *body.name.values()) for look in sorted(skeletons(name))}
        for look, name in looks.items():
            other = self.looks.get(look, body.party)
            if other != body.party:
                return Refusal.of("party.name_of_another", name=name, other=other)
        self.looks.update(dict.fromkeys(looks, body.party))
        known = self.parties.get(body.party)
        if known is not None and known.name != body.name and any(known.name.values()):
            former = self.former_names.setdefault(body.party, [])
            former[:] = [name for name in (*former, known.name) if name != body.name]
        return None

    def _umbrella(self, entry: Entry, statement: Umbrella) -> Refusal | None:
        """Take in an umbrella; what changes or ends the one in force takes effect once its own quorum has signed it.

        A first one takes effect once all have signed it who decide by a mandate until then.
        """
        body = statement.body
        strangers = [member.party for member in body.members if member.party not in self.parties]
        faults = [Message.of("umbrella.member_unknown", party=name) for name in strangers] + quorum.faults(body)
        if faults:
            return Refusal.of("umbrella.at_fault", faults=faults)
        deciders = self.deciders(body)
        if deciders or self.changes_umbrella(statement):
            # Each signs its own statement with the same content; the first only proposes, whoever it comes from.
            content = hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()
            signed = self.umbrella_signed.setdefault(content, {})
            signed[statement.party] = entry.id
            if deciders - signed.keys() or (self.umbrella and self.quorum_missing(tuple(sorted(signed)))):
                return None
        self.umbrellas[body.umbrella] = body
        if body.standing == "in_force":
            self.umbrella, self.umbrella_entry, self.umbrella_ended = body.umbrella, entry.id, False
            self.umbrella_signed = {}
        elif self.umbrella == body.umbrella:
            self.umbrella, self.umbrella_entry, self.umbrella_ended = "", "", True
            self.umbrella_signed = {}
        return None
