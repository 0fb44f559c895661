"""The keeper in league with one other party, or with nobody: nothing that it restates makes a condition met unseen."""

from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody, TransitRule
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Quantity
from enduse.terms.times import Period
from enduse.views.tranches import tranches
from support.cement import goods

ENDS = {
    "sourceList": [{"type": "possessing_party", "source": "donor"}],
    "destinationList": [{"type": "possessing_party", "destination": "fund"}],
}


def place(small, name, within=None, sort="area"):
    small.say("keeper", Place, PlaceBody(place=name, name={"en": name}, type=sort, within=within))


def shipped(small, sent="100", came="80", number="W-1"):
    """Cement that left the yard for the site, and came short."""
    goods(small, "donor", "commissioning", sent, 0, "yard", action="ADD")
    to = {**ENDS, "destinationList": [*ENDS["destinationList"], {"type": "location", "destination": "site"}]}
    goods(small, "donor", "shipping", sent, 1, "yard", number, **to)
    if came:
        goods(small, "fund", "receiving", came, 2, "site", number, **ENDS)


@pytest.fixture
def mapped(small):
    for name in ("north", "south"):
        place(small, name)
    place(small, "site", "north", "site")
    place(small, "yard", "south", "vendor")
    return small


def passed(small, days):
    """Let so many days pass since the start."""
    small.now = max(small.now, START + timedelta(days=days))
    place(small, "elsewhere")


@pytest.mark.threat(
    who="keeper",
    tries="has a tranche wait for what is missing in an area, where the goods lay in a site of that area, or draws the site elsewhere",
    alone="what is missing counts for every area that either end of its way lies in, or ever lay in",
    needs="nobody",
    seen_by="everybody: `enduse release`",
)
def test_what_is_missing_in_a_site_is_missing_in_every_area_that_it_ever_lay_in(mapped):
    shipped(mapped)
    passed(mapped, 40)

    def short(where):
        return mapped.book.facts.open_difference("cement", where).estimate

    assert short("site") == short("north") == short("south") == short(None) == 20_000_000
    assert short("elsewhere") == 0
    place(mapped, "site", "elsewhere", "site")
    assert short("north") == short("elsewhere") == 20_000_000


@pytest.mark.threat(
    who="keeper",
    tries="describes a site anew as lying where goods may be under way for years, so that what its friend lost is not overdue",
    alone="how long a load may be on its way follows from where its ends lay when its dispatch was recorded",
    needs="nobody",
    seen_by="everybody: `enduse status`, `enduse late`",
)
def test_a_map_drawn_anew_gives_no_load_more_time(tmp_path):
    small = Small(tmp_path / "p", transit=(TransitRule(days=3_650, end="far"),))
    try:
        for name in ("north", "far"):
            place(small, name)
        place(small, "site", "north", "site")
        place(small, "yard", None, "vendor")
        shipped(small, came="")
        passed(small, 40)
        assert [one.missing for one in small.book.facts.standings()] == [100_000_000]
        place(small, "site", "far", "site")
        assert [one.missing for one in small.book.facts.standings()] == [100_000_000]
        # What is sent from then on is sent there.
        goods(small, "donor", "commissioning", "10", 41, "yard", action="ADD")
        to = {**ENDS, "destinationList": [*ENDS["destinationList"], {"type": "location", "destination": "site"}]}
        goods(small, "donor", "shipping", "10", 42, "yard", "W-2", **to)
        passed(small, 80)
        assert {one.consignment.number: one.missing for one in small.book.facts.standings()} == {
            "W-1": 100_000_000,
            "W-2": 0,
        }
    finally:
        small.intake.close()


def appointed(demo, to, by="party:keeper", **more):
    """Let a party be given all that judges a site, and measure there what was built in."""
    body = MandateBody(
        mandate=f"mandate:{to}",
        action="offer",
        holder=to,
        functions=("monitoring", "site-checking", "structure-checking"),
        places=("place:school-site",),
        period=Period(start=demo.now),
        **more,
    )
    offered = demo.say(by, Mandate, body)
    accepted = demo.say(to, Mandate, MandateBody(mandate=f"mandate:{to}", action="accept"))
    measured = ReadingBody(
        reading="reading:use-school",
        of="use",
        material="cement",
        quantity=Quantity("400", "TNE"),
        method="survey",
        instrument=Instrument(instrument="survey:cement", random_sd="0.010", systematic_sd="0.004"),
        project="project:school",
    )
    return offered, accepted, demo.say(to, Reading, measured, "place:school-site")


def school(demo):
    (tranche,) = (one for one in tranches(demo.book, ()) if one.tranche == "tranche:school-2")
    return tranche


@pytest.mark.threat(
    who="keeper",
    tries="gives itself a monitor's mandate, and measures so that a tranche is met",
    alone="nothing: no giver of mandates gives what judges others to itself or to a party of its own",
    needs="a second party that takes the mandate; the tranche then says who judged it under a mandate given since",
    seen_by="everybody: `enduse status` lists what has no effect; `enduse release`",
)
def test_nobody_makes_itself_a_judge(demo):
    offered, accepted, measured = appointed(demo, "party:keeper")
    assert [one.problem.told.code for one in (offered, accepted, measured)] == [
        "mandate.own_judge",
        "mandate.never_offered",
        "authority.no_mandate",
    ]
    assert school(demo).mark == "not_known"


@pytest.mark.threat(
    who="keeper",
    tries="with a friend that it owns, which offers itself a monitor's mandate or is offered one",
    alone="is refused like its own",
    needs="a friend of which nobody says that it is the keeper's",
    seen_by="everybody: `enduse status` lists it as without effect, with the tie",
)
def test_nobody_makes_a_party_of_its_own_a_judge(demo):
    body = PartyBody(party="party:watch", name={"en": "Harbour Watch"}, type="agency", owned_by=("party:keeper",))
    demo.say("party:keeper", Party, body)
    assert appointed(demo, "party:watch")[0].problem.told.code == "mandate.own_judge"
    offered, _, _ = appointed(demo, "party:watch", by="party:watch")
    accepted = demo.say("party:keeper", Mandate, MandateBody(mandate="mandate:party:watch", action="accept"))
    assert offered.outcome == "accepted"
    assert accepted.problem.told.code == "mandate.own_judge"


@pytest.mark.threat(
    who="keeper",
    tries="with a friend, gives the friend a monitor's mandate once it is known what a tranche waits for",
    alone="nothing",
    needs="the friend, the builder's word for as much, and those who decide",
    seen_by="everybody who looks at the tranche, by `enduse release`: who judges under a mandate given since, by whom",
)
def test_who_judges_under_a_mandate_given_since_is_named_beside_the_tranche(demo):
    assert not [one for one in tranches(demo.book, ()) for mark in one.marks if mark.code == "condition.judged_since"]
    _, accepted, measured = appointed(demo, "party:watch")
    assert (accepted.outcome, measured.outcome) == ("accepted", "accepted")
    tranche = school(demo)
    assert tranche.mark == "met"
    (mark,) = (one for one in tranche.marks if one.code == "condition.judged_since")
    assert (mark.values["party"], mark.values["giver"]) == ("party:watch", "party:keeper")
