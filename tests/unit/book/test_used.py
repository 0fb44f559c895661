"""What a verified use rests on: a mandate in force, no day to come, and readings that do not contradict each other."""

import io
import json
import re

import msgspec
import pytest
from rich.console import Console
from typer.testing import CliRunner

from conftest import START, Small
from enduse.book.assure import uses
from enduse.cli.main import app
from enduse.messages import Message
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import print_report
from enduse.statements.claim import Finding, FindingBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.packs import Pack, PackBody
from enduse.statements.party import Party
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from enduse.views.report import build_report
from support.played import CLINIC, SITE, YARD

TONNE = 1_000_000


def verified(demo):
    return demo.book.facts.use_verified(CLINIC, "cement")


def read(demo, party, tonnes, **more):
    return demo.read(party, tonnes, of="use", sd="0.01", **more)


def finding(demo, party="party:monitor"):
    body = FindingBody(
        finding="finding:measured-again",
        about=CLINIC,
        result="not_supported",
        method="Cores drilled with both present.",
        standard_of_proof="clear_and_convincing",
        reliability="A",
        credibility="1",
        right_of_reply="Heard.",
    )
    return demo.say(party, Finding, body, SITE)


@pytest.mark.threat(
    who="monitor",
    tries="measures a use after its mandate has ended, for a day on which it had it",
    alone="nothing: a reading of what others answer for needs its mandate on the day it claims and when it is recorded",
    needs="the keeper, or whoever gives mandates, to give it another",
    seen_by="everybody, by enduse status, which lists it as without effect",
)
def test_a_monitor_whose_mandate_has_ended_flips_nothing_however_far_back_it_claims(demo):
    before = verified(demo)
    end = MandateBody(mandate="mandate:monitoring", action="end", reason="Over.")
    assert demo.say("party:keeper", Mandate, end).outcome == "accepted"
    said = read(demo, "party:monitor", 100, days=10, ago=15)
    assert said.outcome == "no_effect"
    assert said.problem.told.code == "authority.no_mandate"
    assert verified(demo) == before


@pytest.mark.threat(
    who="monitor",
    tries="dates a reading far ahead, so that no later one ever takes its place",
    alone="nothing: what is claimed for more than a day ahead has no effect",
    needs="nobody",
    seen_by="everybody, by enduse status, which lists it as without effect",
)
def test_a_reading_of_a_day_to_come_wins_for_nobody(demo):
    before = verified(demo)
    for ahead in (2, 100):
        said = read(demo, "party:monitor", 100, ago=-ahead)
        assert (said.outcome, said.problem.told.code) == ("no_effect", "statement.of_the_future")
    assert verified(demo) == before
    # Within the day that clocks may err it counts from its recording, so that one of a moment later takes its place.
    assert read(demo, "party:monitor", 100, ago=-0.9).outcome == "accepted"
    assert read(demo, "party:monitor", 75).outcome == "accepted"
    assert verified(demo).estimate == 75 * TONNE


@pytest.mark.threat(
    who="monitor",
    tries="measures more than another monitor did, so that a tranche is paid",
    alone="makes it not known, which releases nothing: both readings stand in the verdict by name",
    needs="the other monitor, or whoever may find, who must be independent of the builders",
    seen_by="everybody, by enduse release and the report",
)
def test_independent_readings_that_contradict_each_other_are_not_known(demo):
    demo.give("party:watch", "monitoring", "place:coast")
    assert verified(demo).contested == ()
    assert read(demo, "party:watch", 99).outcome == "accepted"
    measured = verified(demo)
    assert [party for party, _ in measured.contested] == ["party:watch", "party:monitor"]
    (tranche,) = (one for one in demo.book.tranches() if one.project == CLINIC)
    used = tranche.verdict.parts[0]
    assert used.value == "not_known"
    assert used.why[0] == Message.of("verdict.readings_contradict")
    assert [why.values["party"] for why in used.why[1:]] == ["party:watch", "party:monitor"]
    report, out = build_report(demo.book), io.StringIO()
    page = re.sub("<[^>]*>", "", render(report))
    print_report(report, Console(file=out, width=200, color_system=None), Localizer("en", report.names))
    with demo.closed() as folder:
        shown = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["status", str(folder)]).output
    for told in (page, out.getvalue(), shown):
        assert "Harbour Watch read 99 t" in " ".join(told.split())
        assert "independent readings contradict each other" in " ".join(told.split())
    assert finding(demo, "party:watch").outcome == "accepted"
    assert verified(demo).contested == ()
    assert verified(demo).estimate == 99 * TONNE


@pytest.mark.threat(
    who="builder",
    tries="says of itself what the keeper says of a monitor, that one firm owns both, so that the monitor's readings count no more",
    alone="what the monitor read against it contradicts what others read: not known; what favours it does not count",
    needs="nobody",
    seen_by="everybody, by enduse release and the report",
)
def test_what_a_relation_read_against_those_who_build_contradicts(demo):
    demo.give("party:watch", "monitoring", "place:coast")
    builder = demo.book.facts.project(CLINIC).contractor
    for by, party in (("party:keeper", "party:watch"), (builder, builder)):
        known = msgspec.structs.replace(demo.book.programme.parties[party], owned_by=("party:fund",))
        assert demo.say(by, Party, known).outcome == "accepted"
    assert demo.book.facts.related("party:watch", builder)
    assert read(demo, "party:watch", 99).outcome == "accepted"
    assert verified(demo).contested == ()
    assert read(demo, "party:watch", 20).outcome == "accepted"
    assert [party for party, _ in verified(demo).contested] == ["party:monitor", "party:watch"]
    turned = demo.book.facts.use_verified(CLINIC, "cement", sought="not_met")
    assert turned.contested == (), "where less favours them, it is the other way round"


@pytest.mark.parametrize("built", [True, False])
def test_what_was_built_in_between_two_readings_explains_that_they_differ(demo, built):
    demo.give("party:watch", "monitoring", "place:coast")
    before = verified(demo).estimate / TONNE
    assert read(demo, "party:watch", before).outcome == "accepted"
    assert verified(demo).contested == ()
    if built:
        assert demo.build_in(15).outcome == "accepted"
    assert read(demo, "party:monitor", before + 15).outcome == "accepted"
    assert [party for party, _ in verified(demo).contested] == ([] if built else ["party:monitor", "party:watch"])


@pytest.mark.parametrize("basis", ["count", "nominal"])
def test_what_was_measured_in_bags_counts_by_what_a_bag_holds_whenever_that_is_said(tmp_path, basis):
    small = Small(tmp_path / "bags", open_acts=("goods", "reading", "pack"))
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-01T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": "installing",
        "readPoint": {"id": "site"},
        "enduse:project": "clinic",
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 100, "uom": "TNE"}],
    }
    small.say("donor", Goods, GoodsBody(event=json.dumps(event)))
    read_in_bags = ReadingBody(
        reading="r1", of="use", material="cement", quantity=Quantity("1980", "XBG"), method="count", project="clinic"
    )
    small.say("monitor", Reading, read_in_bags, place="site")
    assert small.book.facts.use_verified("clinic", "cement") is None, "nobody said what a bag holds"
    assert uses(small.book)[0].judgement == "not_measured"
    holds, seen = Quantity("50", "KGM"), Citation(source="the mill's label")
    body = PackBody(pack="pack:bag", item="cement", unit="XBG", holds=holds, source=seen, basis=basis)
    assert small.say("warehouse", Pack, body, occurred_at=START).outcome == "accepted"
    found = small.book.facts.use_verified("clinic", "cement")
    assert found is None if basis == "nominal" else found.estimate == 99 * TONNE
    (use,) = uses(small.book)
    assert (use.measured, use.short) == (99 * TONNE, TONNE)
    assert use.judgement == ("beyond_error" if basis == "nominal" else "exact")
    small.intake.close()


def test_a_mandate_at_the_projects_place_lets_a_use_count_there_and_one_elsewhere_does_not(demo):
    (before,) = (use for use in uses(demo.book) if use.project == CLINIC and use.resource == "cement/g")
    demo.give("party:watch", "building", YARD)
    assert demo.build_in(7, party="party:watch", place=YARD).outcome == "accepted"
    (elsewhere,) = (use for use in uses(demo.book) if use.project == CLINIC and use.resource == "cement/g")
    assert elsewhere.declared == before.declared
    demo.give("party:karst", "building", SITE)
    assert demo.build_in(7, party="party:karst").outcome == "accepted"
    (there,) = (use for use in uses(demo.book) if use.project == CLINIC and use.resource == "cement/g")
    assert there.declared == before.declared + 7 * TONNE
