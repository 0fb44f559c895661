"""Build the demo: half a year of an invented programme, signed, and the truth about what was planted in it."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec

from enduse.simulate import parties
from enduse.simulate.access import plan_access
from enduse.simulate.arrangement import plan_arrangement
from enduse.simulate.freight import Freight
from enduse.simulate.funds import DONORS, TRANCHE, Funds
from enduse.simulate.incident import BUILT_IN, CARRIER, FINDING, FUEL_CLAIM, RECEIVED, ROAD_CLAIM, SENT, SITE, Incident
from enduse.simulate.review import plan_review
from enduse.simulate.trade import Trade
from enduse.simulate.works import CLINIC, NEEDS, TRANCHES, WORKS
from enduse.simulate.writer import DailyBatch, Writer, demo_seed
from enduse.statements.condition import ConditionStatement
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import (
    Composition,
    Function,
    Incompatibility,
    Material,
    OfferRule,
    Place,
    PlaceBody,
    ProgrammeBody,
    Rule,
)
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.statements.works import Need, Project
from enduse.terms.ed25519 import SigningKey
from enduse.terms.texts import Text
from enduse.terms.times import Period

START: Final = datetime(2026, 3, 1, tzinfo=UTC)
"""First day of the play, a Sunday."""

WEEKS: Final = 26
LAST: Final = datetime(2026, 8, 29, 20, tzinfo=UTC)
"""The evening of the last day on which anything happens."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What was planted, for tests: quantities in base units, money in whole dollars.

    Attributes:
        consignment: sent with ``sent``, received with ``received``; ``missing`` stays open with ``carrier``.
        carrier: invented.
        project: where all that was received was declared as used, and ``off_purpose`` of it was not.
        site: its place.
        material: what.
        finding: moved ``off_purpose`` out of use.
        noise: consignment to the difference its scales explain.
        damaged: consignment whose spoiled parcels a finding resolved, and how many.
        no_effect: identifiers of statements that have no effect: made without a mandate, or against a rule of the programme.
        corrected: identifiers of statements that their parties took back.
        tranches: tranche to ``met``, ``not_met`` or ``not_known``.
        claims: assertions that stand beside the findings.
        unpaid: donors that pledged and paid nothing.
        pledged: dollars by donor.
        paid: dollars by donor.
        spent: dollars by the fund.
        humanitarian: a food consignment sent and received after the clinic's tranche was withheld.
        stock: what truly lies where, ``PLACE MATERIAL`` to base units, by the waybills.
        used: declared use by ``PROJECT MATERIAL``, before findings.
        consignments: how many were sent.
    """

    consignment: str
    carrier: str
    project: str
    site: str
    material: str
    sent: int
    received: int
    missing: int
    declared: int
    built_in: int
    off_purpose: int
    finding: str
    noise: dict[str, int]
    damaged: tuple[str, int]
    no_effect: tuple[str, ...]
    corrected: tuple[str, ...]
    tranches: dict[str, str]
    claims: tuple[str, ...]
    unpaid: tuple[str, ...]
    pledged: dict[str, int]
    paid: dict[str, int]
    spent: int
    humanitarian: str
    stock: dict[str, int]
    used: dict[str, int]
    consignments: int


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """An invented programme, ready to be recorded.

    Attributes:
        origin: name of the record.
        title: of the programme.
        keys: signing key of each party. Anybody can compute them from the seed: demo keys, never to be trusted.
        log_seed: 32 bytes for the record's checkpoint key, as public as the others.
        batches: what is recorded when, in order.
        truth: what was planted.
    """

    origin: str
    title: Text
    keys: dict[str, SigningKey]
    log_seed: bytes
    batches: tuple[DailyBatch, ...]
    truth: Truth


def build(seed: int = 1) -> Simulation:
    """Return the demo programme of ``seed``; the same seed gives the same bytes."""
    keys = {role.party: SigningKey.from_seed(demo_seed(seed, role.party)) for role in parties.ROLES}
    writer = Writer(parties.ORIGIN, parties.KEEPER, keys)
    freight = Freight(writer, Random(seed), Random(f"drills {seed}"))  # noqa: S311 - a play, not a secret
    trade = Trade(writer, freight, START)
    funds = Funds(writer, freight, trade.day)
    incident = Incident(writer, freight, trade.day)
    writer.at(trade.day(1, 0, 9), lambda: _found(writer))
    writer.at(trade.day(1, 1, 9), lambda: _accept(writer))
    writer.at(trade.day(1, 2, 9), lambda: _assess(writer))
    writer.at(trade.day(1, 4, 9), lambda: _condition(writer))
    trade.plan(funds.buy)
    funds.plan(trade.take_back)
    incident.plan(lambda: trade.damaged, funds.release)
    plan_review(writer, LAST)
    plan_access(writer, LAST, trade.humanitarian)
    idle = plan_arrangement(writer, LAST)
    batches = writer.run()
    return Simulation(
        origin=parties.ORIGIN,
        title=parties.TITLE,
        keys=keys,
        log_seed=demo_seed(seed, "log"),
        batches=batches,
        truth=_truth(trade, funds, incident, freight, idle),
    )


def _found(writer: Writer) -> None:
    """Found the programme, enrol the keys, name parties and places, offer the mandates."""
    writer.found(
        ProgrammeBody(
            title=parties.TITLE,
            about=parties.ABOUT,
            keeper=parties.KEEPER,
            public_key=writer.keys[parties.KEEPER].public.hex(),
            languages=("en", "ar"),
            functions=tuple(Function(function=name, name=said) for name, said in parties.FUNCTIONS),
            open_acts=parties.OPEN_ACTS,
            rules=tuple(Rule(act=act, function=function) for act, function in parties.RULES),
            incompatible=tuple(Incompatibility(functions=pair, reason=why) for pair, why in parties.INCOMPATIBLE),
            offer_rules=tuple(
                OfferRule(function=function, accepts=accepts, reason=why)
                for function, accepts, why in parties.OFFER_RULES
            ),
            compositions=tuple(
                Composition(rule=rule, party=party, categories=among, at_least=share, reason=why)
                for rule, party, among, share, why in parties.COMPOSITIONS
            ),
            materials=tuple(Material(material=name, name=said) for name, said in parties.MATERIALS),
        )
    )
    for role in parties.ROLES:
        if role.party != parties.KEEPER:
            writer.enrol(role.party)
    for role in parties.ROLES:
        body = PartyBody(
            party=role.party,
            name=role.name,
            type=role.type,  # type: ignore[arg-type]
            invented=True,
        )
        writer.say(Party, parties.KEEPER, body)
    for location in parties.LOCATIONS:
        here = PlaceBody(
            place=location.place,
            name=location.name,
            type=location.type,  # type: ignore[arg-type]
            within=location.within,
        )
        writer.say(Place, parties.KEEPER, here)
    donors = tuple(Member(party=donor.party, groups=("donors",)) for donor in DONORS)
    coast = (Member(party="party:administration", groups=("coast",)), Member(party="party:health", groups=("coast",)))
    umbrella = UmbrellaBody(
        umbrella="party:umbrella",
        name=parties.text("Council for the Palm Coast", "مجلس ساحل النخيل"),
        members=(*donors, *coast),
        required_groups=("donors", "coast"),
        quorum=QuorumRule(
            need="all", also=(QuorumRule(need="any", of=("group:donors",)), QuorumRule(need="any", of=("group:coast",)))
        ),
        standing="in_force",
    )
    writer.say(Umbrella, parties.KEEPER, umbrella)
    # Far beyond what is played: whoever tries the example in years to come still finds its mandates in force.
    period = Period(start=START, end=START + timedelta(weeks=20 * WEEKS))
    for grant in parties.GRANTS:
        offer = MandateBody(
            mandate=grant.mandate,
            action="offer",
            holder=grant.holder,
            functions=grant.functions,
            places=grant.places,
            period=period,
            reason="Agreed at the founding of the programme.",
        )
        writer.say(Mandate, parties.KEEPER, offer)


def _accept(writer: Writer) -> None:
    for grant in parties.GRANTS:
        writer.say(Mandate, grant.holder, MandateBody(mandate=grant.mandate, action="accept"))


def _assess(writer: Writer) -> None:
    for need in NEEDS:
        writer.say(Need, "party:administration", need)
    for works in WORKS:
        writer.say(Project, works.by, works.body, works.at)


def _condition(writer: Writer) -> None:
    for tranche in TRANCHES:
        writer.say(ConditionStatement, "party:umbrella", tranche.body, parties.COAST)


def _truth(trade: Trade, funds: Funds, incident: Incident, freight: Freight, idle: list[str]) -> Truth:
    withheld = trade.day(18, 2, 12)
    extra = {"party:azura": TRANCHE}
    return Truth(
        consignment=incident.consignment,
        carrier=CARRIER,
        project=CLINIC,
        site=SITE,
        material="cement",
        sent=SENT,
        received=RECEIVED,
        missing=SENT - RECEIVED,
        declared=RECEIVED,
        built_in=BUILT_IN,
        off_purpose=RECEIVED - BUILT_IN,
        finding=FINDING,
        noise=trade.noise,
        damaged=(trade.damaged, 12),
        no_effect=(incident.no_effect, *idle),
        corrected=(*trade.corrected,),
        tranches={tranche.body.tranche: tranche.expected for tranche in TRANCHES},
        claims=(ROAD_CLAIM, FUEL_CLAIM),
        unpaid=tuple(donor.party for donor in DONORS if not donor.paid),
        pledged={donor.party: donor.pledged for donor in DONORS},
        paid={donor.party: sum(amount for _, amount in donor.paid) + extra.get(donor.party, 0) for donor in DONORS},
        spent=funds.spent,
        humanitarian=next(name for sent, name in trade.humanitarian if sent > withheld),
        stock={f"{place} {material}": amount for (place, material), amount in sorted(freight.stock.items()) if amount},
        used={f"{project} {material}": amount for (project, material), amount in sorted(freight.used.items())},
        consignments=len(freight.trips),
    )
