"""What conditions may ask of the book, answered from what is folded so far (see :class:`enduse.release.facts.Facts`).

Only states in memory are asked, never the database: a condition may be evaluated in the middle of a fold.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from enduse.assurance.differences import CONDITION_LEVEL, Difference, OpenDifference, interval
from enduse.book.backing import beyond_arrival, declared_use, shown_to_have_come, use_accounts
from enduse.book.opened import (
    ClosedByRelation,
    closed_by_relations,
    judged,
    opened,
    partial_readers,
    places_of,
    standings,
)
from enduse.book.states import States
from enduse.book.used import measured_use
from enduse.ledger.accounts import item_of, owner_of, rest_of
from enduse.ledger.arrival import Arrival
from enduse.messages import Amount, Message
from enduse.programme.jurisdiction import End
from enduse.record.log import Log
from enduse.release.demands import demand
from enduse.release.evaluate import evaluate
from enduse.release.facts import MeasuredQuantity, ProjectFacts, UndertakingStanding
from enduse.release.standing import TrancheStanding
from enduse.release.verdict import Value, Verdict
from enduse.terms.amounts import base_of, goods_resource, material_of
from enduse.terms.times import instant_of
from enduse.terms.trade_items import one_form


class BookFacts:
    """The book's answers at its present size, from its states and the identifiers in its record."""

    def __init__(self, states: States, log: Log) -> None:
        self._states = states
        self._log = log
        self._judged: list[Difference] | None = None
        self._standings: tuple[Arrival, ...] | None = None
        self._opened: list[OpenDifference] | None = None
        self._conditions: list[Difference] | None = None
        self._closed: dict[tuple[str, ...], list[ClosedByRelation]] = {}
        self._tranches: dict[datetime, list[TrancheStanding]] = {}
        self._asked: set[str] = set()

    def standings(self) -> tuple[Arrival, ...]:
        """Return how every consignment stands that does not come out even; worked out once while nothing is folded."""
        if self._standings is None:
            self._standings = tuple(standings(self._states))
        return self._standings

    def differences(self, level: float | None = None) -> list[Difference]:
        """Judge what is open of all consignments and stocks; what is judged is worked out once while nothing is folded."""
        if self._opened is None:
            self._opened = list(opened(self._states, self.standings()))
        return judged(self._states, self._opened, level=level)

    def forget(self) -> None:
        """Take note that something is folded."""
        self._standings = self._opened = self._conditions = None
        self._closed, self._tranches = {}, {}

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Judge what is missing once for as long as nothing is folded: every condition that asks gets the same."""
        if self._conditions is None:
            self._conditions = self.differences(CONDITION_LEVEL) if self._states.releases.tranches else []
        self._judged = self._conditions
        try:
            yield
        finally:
            self._judged = None

    def _missing(self) -> list[Difference]:
        if self._judged is not None:
            return self._judged
        return judged(self._states, opened(self._states, standings(self._states)), level=CONDITION_LEVEL)

    def _closed_by_relations(self, builders: Collection[str], material: str) -> list[ClosedByRelation]:
        """Return what of a material relations closed; worked out once where conditions are judged while nothing is folded."""
        if self._judged is None:
            return list(closed_by_relations(self._states, builders, material))
        key = (material, *builders)
        if key not in self._closed:
            self._closed[key] = list(closed_by_relations(self._states, builders, material))
        return self._closed[key]

    def tranches(self, moment: datetime) -> list[TrancheStanding]:
        """Return how every tranche stands at a moment; worked out once while nothing is folded."""
        if moment not in self._tranches:
            releases = self._states.releases
            with self.standing():
                self._tranches[moment] = [releases.status(name, moment, self) for name in releases.tranches]
        return self._tranches[moment]

    def _bases(self, material: str) -> list[str]:
        """Return the base units in which the material was ever booked, grams first."""
        bases = {
            base_of(resource)
            for held in self._states.ledger.balances.values()
            for resource in held
            if material_of(resource) == one_form(material)
        }
        return sorted(bases, key=lambda base: (base != "g", base))

    def use_verified(
        self, project: str, material: str, bills: int | None = None, sought: Value = "met"
    ) -> MeasuredQuantity | None:
        """Return what a party other than builder and declarer measured as used; ``None`` when nobody did."""
        states = self._states
        billed = states.works.billed(project, material, size=bills)
        latest = states.works.billed(project, material)
        bases = [billed[1]] if billed else self._bases(material)
        known = self.project(project)
        involved = {*map(owner_of, use_accounts(states, project)), *(known.builders if known else ())}
        without = partial_readers(states.readings, project, involved, self.related)
        without |= set(map(owner_of, use_accounts(states, project, beside=True)))  # nobody measures what it used itself
        for base in bases:
            resource = goods_resource(material, base)
            reading, against = measured_use(states, project, resource, without, involved, sought)
            if reading is not None:
                ends = [interval(one.amount, one.sd) for one in (reading, *against)]
                used = sum(declared_use(states, project, resource).values())
                arrived = used - beyond_arrival(states, project, resource)
                lower = min(end.lower for end in ends)
                shown = shown_to_have_come(states, project, resource, involved)
                return MeasuredQuantity(
                    lower=lower if shown is None else min(lower, shown),
                    estimate=reading.amount,
                    upper=max(end.upper for end in ends),
                    billed=billed[0] if billed else 0,
                    base=base,
                    beyond=(used, arrived) if arrived < used else None,
                    shown=shown if shown is not None and shown < lower else None,
                    restated=None if latest == billed else latest or (0, base),
                    evidence=(reading.id, *(one.id for one in against)),
                    contested=tuple((one.party, one.amount) for one in (reading, *against)) if against else (),
                )
        return None

    def open_difference(
        self, material: str, place: str | None, builders: Collection[str] = ()
    ) -> MeasuredQuantity | None:
        """Return what is missing beyond measurement error; ``None`` when the material was never booked, or it is contested.

        A surplus somewhere never makes up for a shortage elsewhere, and neither what is on its way nor what the scales
        explain is missing.
        """
        bases = self._bases(material)
        if not bases:
            return None
        here = [
            item
            for item in self._missing()
            if material_of(item.resource) == one_form(material) and self._near(item.key, item.item, place)
        ]
        short = [item for item in here if item.amount > 0 and item.missing]
        if any(item.contested for item in short):
            # Whose word holds is to be asked first: else a friend's word would clear a carrier, or condemn one.
            return None
        # Readings that say more is missing change no figure; but what they say cannot be called settled either.
        worse = {item.name: [one for one in item.disputes if one.more and one.missing > 0] for item in here}
        doubted = [item for item in here if worse[item.name]]
        closed = self._closed_by_relations(builders, one_form(material))
        closed = [one for one in closed if self._near(rest_of(one.account), item_of(one.account), place)]
        resources = [item.resource for item in (*short, *doubted)] + [one.resource for one in closed]
        if {base_of(resource) for resource in resources} - {bases[0]}:
            return None  # missing in another unit too: nobody may add bags to tonnes, so the sum is not known
        amount = sum(item.amount for item in short) + sum(one.amount for one in closed)
        ends = interval(amount, sum((item.sd**2 for item in short), Decimal(0)).sqrt())
        most = ends.upper
        for item in doubted:
            booked = item.amount if item in short else 0
            most += max(max(one.missing + one.half for one in worse[item.name]) - booked, 0)
        entries = [entry for item in short for entry in item.entries]
        evidence = [row.statement_id.hex() for row in self._log.store.several(entries)]
        evidence += [one.id for item in doubted for one in worse[item.name]]
        evidence += [one.entry for one in closed]
        notes = [
            Message.of(
                "verdict.closed_by_relation", party=one.party, amount=Amount(one.amount, one.resource), ties=one.ties
            )
            for one in closed
        ]
        return MeasuredQuantity(
            lower=ends.lower,
            estimate=amount,
            upper=most,
            base=bases[0],
            evidence=tuple(dict.fromkeys(evidence)),
            notes=tuple(notes),
        )

    def _near(self, key: str, item: str, place: str | None) -> bool:
        """Say whether a stock's place or either end of a consignment is ``place``, or lies or ever lay within it.

        Else whoever draws the map would take what is missing out of an area, or nothing would ever be missing in one.
        """
        if place is None:
            return True
        known = self._states.ledger.consignments.get(key)
        lay = (item,) if known is None else places_of(known)
        return any(place in self._states.programme.around(each) for each in lay)

    def alarm(self, material: str, place: str | None, builders: Collection[str] = ()) -> MeasuredQuantity | None:
        """Return the loss beyond measurement error; what network statistics add must come as a statement to count."""
        return self.open_difference(material, place, builders)

    def project(self, project: str) -> ProjectFacts | None:
        """Return what is known of a project."""
        known = self._states.works.projects.get(project)
        if known is None:
            return None
        body = known.now.body
        return ProjectFacts(
            project=project,
            purpose=body.purpose,
            builders=known.builders,
            contractor=body.contractor,
            place=known.place,
            sites=tuple((version.index, version.place) for version in known.versions),
            evidence=(known.now.entry,),
        )

    def sites(self, item: str) -> tuple[str, ...]:
        """Return the place of a project, or both ends of a consignment as far as known; empty for anything else."""
        project = self._states.works.projects.get(item)
        if project is not None:
            return () if project.place is None else (project.place,)
        ledger = self._states.ledger
        found = (place for key in ledger.numbers.get(item, ()) for place in places_of(ledger.consignments[key]))
        loose = (leg.place for leg in ledger.loose.get(item, ()))
        return tuple(dict.fromkeys((*found, *loose)))

    def end(self, consignment: str, of: str) -> End | None:
        """Return the end of a consignment that a reading is about, where it is known."""
        ledger = self._states.ledger
        role = "dispatch" if of == "shipped" else "receipt"
        found = [leg for key in ledger.numbers.get(consignment, ()) for leg in ledger.consignments[key].legs]
        legs = [leg for leg in found if leg.role == role]
        # Of several, the first that was recorded: nobody makes an end of a consignment by using its number later.
        leg = min(legs, key=lambda one: one.entry, default=None)
        return None if leg is None else End(leg.place, leg.holder)

    def undertaking(self, undertaking: str) -> UndertakingStanding | None:
        """Return where a public undertaking stands; ``None`` where none is registered."""
        states = self._states
        known = states.programme.undertakings.undertakings.get(undertaking)
        if known is None:
            return None
        verdict = self.required_of(undertaking)
        state = known.state(instant_of(states.head.clock), "not_known" if verdict is None else verdict.value)
        programme = states.programme
        found = programme.knowledge.findings(undertaking)
        named = "undertaking:met" in programme.rules or any(
            one.result == "supported" and not self.related(one.by, known.body.by or "") for one in found
        )
        keeper = known.met_by if known.met_by == programme.keeper and not named else ""
        return UndertakingStanding(state=state, evidence=known.evidence, keeper=keeper)

    def required_of(self, undertaking: str) -> Verdict | None:
        """Return how that stands which an undertaking is to be done after, or if; ``None`` where nothing was said of it.

        Undertakings that wait for each other are *not known*.
        """
        known = self._states.programme.undertakings.undertakings.get(undertaking)
        requires = None if known is None else known.body.requires
        if requires is None:
            return None
        if undertaking in self._asked:
            return Verdict(value="not_known", demand=demand(requires), why=(Message.of("verdict.circle"),))
        self._asked.add(undertaking)
        try:
            return evaluate(requires, self._states.releases.context("", instant_of(self._states.head.clock), self))
        finally:
            self._asked.discard(undertaking)

    def holds(self, party: str, function: str, place: str | None, at: datetime) -> str:
        """Return the statement by which a party held a function there and then."""
        return self._states.programme.holds(party, function, place, at)

    def related(self, party: str, other: str) -> tuple[Message, ...]:
        """Return the path by which two parties are related, or nothing."""
        return self._states.programme.related(party, other)

    def carried(self, consignment: str) -> tuple[str, ...]:
        """Return the materials of a consignment; nothing for anything else."""
        ledger = self._states.ledger
        legs = (leg for key in ledger.numbers.get(consignment, ()) for leg in ledger.consignments[key].legs)
        lines = (line for leg in legs for line in leg.lines)
        return tuple(dict.fromkeys(material_of(line.resource) for line in lines))

    def index_of(self, statement: str) -> int | None:
        """Return the log index of a statement, where the record has it."""
        return self._log.store.has(bytes.fromhex(statement))

    def recorded(self, size: int) -> datetime:
        """Return when the last of the first so many entries was recorded."""
        return self._states.clocks.at(size - 1)

    def may_decide(self, party: str) -> bool:
        """Say whether a party's signature counts where a tranche is decided."""
        return self._states.programme.may_decide(party)

    def quorum_missing(self, signers: tuple[str, ...]) -> Message | None:
        """Return what is missing to the umbrella's quorum, if anything."""
        return self._states.programme.quorum_missing(signers)
