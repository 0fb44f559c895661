"""What is planted in the invented programme: a loss on the road, a use off purpose, a word without mandate, two claims.

A hundred tonnes of cement leave the store for the clinic. Eighty arrive; the carrier cannot account for twenty. The
builder declares all eighty as built in; cores drilled by the monitor show about seventy. The carrier is invented.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, Literal

from enduse.simulate.freight import Freight, Trip, later
from enduse.simulate.parties import CENTRAL, text
from enduse.simulate.trade import STORES, TONNE
from enduse.simulate.works import CLINIC, CLINIC_TRANCHE, HOMES, HOMES_TRANCHE, SCHOOL, WATER
from enduse.simulate.writer import Writer
from enduse.statements.claim import Claim, ClaimBody, Finding, FindingBody, Resolution
from enduse.statements.condition import Attestation, AttestationBody, Decision, DecisionBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.works import Milestone, MilestoneBody

SENT: Final = 100 * TONNE
RECEIVED: Final = 80 * TONNE
BUILT_IN: Final = 70 * TONNE
CARRIER: Final = "party:brindle"
BUILDER: Final = "party:olivar"
MONITOR: Final = "party:monitor"
Action = Literal["release", "withhold"]
COUNCIL: Final = ("party:azura", "party:administration")
"""Two of the council, one from each side, who sign its decisions."""
SITE: Final = "place:clinic-site"
FINDING: Final = "finding:clinic-cement"
ROAD_CLAIM: Final = "claim:cement-sold"
FUEL_CLAIM: Final = "claim:fuel-seized"

SURVEYS: Final = (
    ("place:clinic-site", CLINIC, "steel", 14),
    ("place:homes-site", HOMES, "cement", 20),
    ("place:homes-site", HOMES, "steel", 20),
    ("place:water-site", WATER, "cement", 25),
    ("place:water-site", WATER, "steel", 25),
)
"""What the monitor measures besides the clinic's cement; nobody has yet measured the school."""

PROGRESS: Final = (
    (SITE, CLINIC, BUILDER, "0.8", 14),
    ("place:homes-site", HOMES, "party:tessera", "0.95", 19),
    ("place:water-site", WATER, "party:tessera", "0.9", 24),
    ("place:school-site", SCHOOL, BUILDER, "0.45", 25),
)
"""Progress as the builders state it."""


class Incident:
    """Plans what is planted on the calendar of a writer.

    Attributes:
        consignment: the one that came short.
        no_effect: statement made without a mandate.
    """

    def __init__(self, writer: Writer, freight: Freight, day: Callable[[int, int, int], datetime]) -> None:
        self._writer = writer
        self._freight = freight
        self._day = day
        self.consignment = ""
        self.no_effect = ""
        self._decisions = 0

    def plan(self, damaged: Callable[[], str], pay: Callable[[str], object]) -> None:
        """Put it on the calendar.

        Args:
            damaged: tells the consignment whose parcels were spoiled, once it is known.
            pay: lets the donor pay the homes' tranche in answer to the decision with this identifier.
        """
        at, day = self._writer.at, self._day
        at(day(9, 2, 6), self._send)
        for week in range(10, 14):
            at(day(week, 1, 15), partial(self._freight.install, BUILDER, SITE, CLINIC, "cement", 20 * TONNE))
        at(day(9, 5, 13), lambda: self._damage(damaged()))
        at(day(10, 1, 12), self._claim_road)
        at(day(11, 4, 12), self._claim_fuel)
        at(day(13, 3, 12), self._find_fuel)
        at(day(13, 4, 12), lambda: self._attest(SITE))
        at(day(14, 2, 10), self._drill)
        at(day(16, 1, 10), self._vouch_for_itself)
        at(day(17, 3, 14), self._find)
        at(day(18, 2, 12), lambda: self._decide(CLINIC_TRANCHE, "withhold", "Its conditions are not met."))
        at(day(20, 4, 12), lambda: self._attest("place:homes-site"))
        at(day(21, 2, 12), lambda: self._release(pay))
        at(day(22, 4, 12), lambda: self._attest("place:school-site"))
        for place, project, material, week in SURVEYS:
            at(day(week, 2, 11), partial(self._survey, place, project, material))
        for place, project, builder, progress, week in PROGRESS:
            at(day(week, 0, 16), partial(self._report, place, project, builder, progress))

    def _send(self) -> None:
        trip = Trip(
            consignment=self._freight.next_id(),
            material="cement",
            amount=SENT,
            arrives=RECEIVED,
            lot=None,
            giver=STORES,
            start=CENTRAL,
            carrier=CARRIER,
            taker=BUILDER,
            end=SITE,
            project=CLINIC,
        )
        self.consignment = trip.consignment
        self._freight.ship(trip)
        self._freight.weigh(trip, "shipped")
        self._writer.at(later(self._writer.now, 32), lambda: self._arrive(trip))

    def _arrive(self, trip: Trip) -> None:
        self._freight.receive(trip)
        self._freight.weigh(trip, "received")

    def _claim_road(self) -> None:
        words = text(
            "Half of the cement for the clinic was sold at the roadside.",
            "نصف أسمنت العيادة بيع على قارعة الطريق.",
        )
        body = ClaimBody(claim=ROAD_CLAIM, about=self.consignment, words=words)
        self._writer.say(Claim, "party:watch", body)

    def _claim_fuel(self) -> None:
        words = text("Most of the hospital's fuel is seized on the way.", "معظم وقود المستشفى يُصادَر في الطريق.")
        self._writer.say(Claim, "party:dorran", ClaimBody(claim=FUEL_CLAIM, about="project:fuel", words=words))

    def _find_fuel(self) -> None:
        body = FindingBody(
            finding="finding:hospital-fuel",
            about=FUEL_CLAIM,
            result="not_supported",
            method="All tanker dispatches and receipts since the first were compared with the meters at both ends.",
            standard_of_proof="grounds_to_believe",
            reliability="A",
            credibility="2",
            right_of_reply="The Federation of Dorran was asked for its sources on the day of its claim and sent none.",
        )
        self._writer.say(Finding, MONITOR, body, "place:hospital")

    def _damage(self, consignment: str) -> None:
        body = FindingBody(
            finding="finding:spoiled-parcels",
            about=consignment,
            result="supported",
            method="Count at the food point, photographs of torn and wet parcels.",
            standard_of_proof="clear_and_convincing",
            reliability="A",
            credibility="1",
            right_of_reply="The carrier agrees.",
            resolves=(
                Resolution(
                    of="difference",
                    item=consignment,
                    material="food-parcel",
                    quantity=self._freight.quantity("food-parcel", 12),
                    outcome="damaged",
                ),
            ),
        )
        trip = self._freight.trips[consignment]
        self._writer.say(Finding, MONITOR, body, trip.end)

    def _drill(self) -> None:
        self._measure(SITE, CLINIC, "cement", BUILT_IN)

    def _survey(self, place: str, project: str, material: str) -> None:
        self._measure(place, project, material, self._freight.used[project, material])

    def _measure(self, place: str, project: str, material: str, true: int) -> None:
        gauge = self._freight.gauge(f"survey:{material}", "0.010", "0.004")
        shown = self._freight.indication(gauge, true, 100_000)
        short = project.partition(":")[2]
        body = ReadingBody(
            reading=f"reading:use-{short}-{material}",
            of="use",
            material=material,
            quantity=self._freight.quantity(material, shown),
            method="survey",
            instrument=gauge.instrument,
            project=project,
            note="Volumes surveyed, cores drilled at random points drawn the same morning.",
        )
        self._writer.say(Reading, MONITOR, body, place)

    def _vouch_for_itself(self) -> None:
        body = AttestationBody(
            attestation="attestation:clinic-structure",
            subject=CLINIC,
            holds=True,
            basis="We built it.",
        )
        self.no_effect = self._writer.say(Attestation, BUILDER, body, SITE).id

    def _attest(self, place: str) -> None:
        name = f"attestation:{place.partition(':')[2]}-is-civilian"
        body = AttestationBody(attestation=name, subject=place, holds=True, basis="Two unannounced visits.")
        self._writer.say(Attestation, MONITOR, body, place)

    def _find(self) -> None:
        body = FindingBody(
            finding=FINDING,
            about=CLINIC,
            result="supported",
            method="Core samples and a survey of volumes against the builder's own declarations; the missing part was "
            "traced to a private building beside the site, where its batch marks were found.",
            standard_of_proof="clear_and_convincing",
            reliability="A",
            credibility="2",
            right_of_reply="Olivar Builders were heard on two days. They do not dispute the cores and say that a "
            "foreman acted alone.",
            resolves=(
                Resolution(
                    of="use",
                    item=CLINIC,
                    material="cement",
                    quantity=self._freight.quantity("cement", RECEIVED - BUILT_IN),
                    outcome="off_purpose",
                ),
            ),
        )
        self._writer.say(Finding, MONITOR, body, SITE)

    def _decide(self, tranche: str, action: Action, reason: str) -> str:
        """Let the council decide, each member with its own signature; returns the statement that completes the quorum."""
        size, root = self._writer.standing()
        self._decisions += 1
        body = DecisionBody(
            decision=f"decision:{self._decisions}",
            tranche=tranche,
            action=action,
            record_size=size,
            record_root=root,
            reason=reason,
        )
        return [self._writer.say(Decision, member, body, "place:coast").id for member in COUNCIL][-1]

    def _release(self, pay: Callable[[str], object]) -> None:
        decision = self._decide(HOMES_TRANCHE, "release", "All its conditions are met.")
        self._writer.at(later(self._writer.now, 48), lambda: pay(decision))

    def _report(self, place: str, project: str, builder: str, progress: str) -> None:
        short = project.partition(":")[2]
        body = MilestoneBody(milestone=f"milestone:{short}-1", project=project, progress=progress)
        self._writer.say(Milestone, builder, body, place)
