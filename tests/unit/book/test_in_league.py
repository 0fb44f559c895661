"""The keeper in league with one other party, or with nobody: no map that it draws anew makes a condition met."""

from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.statements.programme import Place, PlaceBody, TransitRule
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
