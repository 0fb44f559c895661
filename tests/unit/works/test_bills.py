"""A bill of quantities beside norms and an independent estimate; walked from need to verified, and from donor to need."""

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from enduse.book.past import BookAsAt
from enduse.cli.main import app
from enduse.errors import EnduseError, InvalidValueError
from enduse.messages.plain import english_of
from enduse.pages.bill_words import bill_columns, milestone_words, need_cells
from enduse.pages.localizer import Localizer
from enduse.pages.works_access_words import works_access_counts, works_access_words
from enduse.statements.control import Control, ControlBody, Permit, PermitBody
from enduse.statements.estimate import Estimate, EstimateBody, Norm, NormBody, Weight, Weights, WeightsBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.visit import Defect, HandingOver, HandingOverBody, VisitBody, VisitStatement
from enduse.statements.works import (
    BillItem,
    Milestone,
    MilestoneBody,
    Need,
    NeedBody,
    Project,
    ProjectBody,
    Score,
    WorkItem,
)
from enduse.terms.amounts import Instrument, Money, Quantity
from enduse.terms.texts import Citation
from enduse.terms.times import micros
from enduse.views.access_public import access_public
from enduse.views.flat_works import FlatWorks, works_tables
from enduse.views.indicators import IndicatorsView
from enduse.views.names import names
from enduse.views.works import works_view
from enduse.views.works_access import works_access

NONE_PUBLISHED = IndicatorsView(place="", series=(), unmeasured=(), delivered=(), least_count=5)
TABLE = Citation(source="Handbook, table 4", date="2024")
FLOOR = (WorkItem(work="floor", quantity=Quantity("300", "MTK")),)


def usual(low="200", most="280", **more):
    """Kilograms of cement for a square metre of floor, or what else is asked for."""
    range_of = {"per": Quantity("1", "MTK"), "material": "cement"}
    if "high" not in more:
        range_of["high"] = Quantity(most, "KGM")
    range_of["low"] = Quantity(low, "KGM")
    return NormBody(norm="norm:floor", work="floor", citation=TABLE, **{**range_of, **more})


def plan(tonnes="112", **more):
    fields: dict[str, Any] = {
        "project": "library",
        "title": {"en": "Library"},
        "purpose": "reconstruction",
        "need": "reading",
        "contractor": "warehouse",
        "budget": Money("176000", "USD"),
        "bill": (BillItem(material="cement", quantity=Quantity(tonnes, "TNE"), tolerance="0.03"),),
        "works": FLOOR,
    }
    return ProjectBody(**fields | more)


@pytest.fixture
def built(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("keeper", Need, NeedBody(need="reading", title={"en": "Books"}, cost=Money("9", "USD")))
    small.say("keeper", Project, plan(), place="site")
    return small


def library(small):
    return next(one for one in works_view(small.book).projects if one.project == "library")


def told(line):
    return [note.code for note in line.notes]


def test_an_inflated_bill_is_told_with_the_norm_and_its_source_and_is_no_finding(built):
    assert "works.above_norm" not in told(library(built))
    built.say("keeper", Norm, usual())
    line = library(built)
    note = next(note for note in line.notes if note.code == "works.above_norm")
    assert (note.values["billed"].amount, note.values["low"].amount, note.values["high"].amount) == (
        112_000_000,
        60_000_000,
        84_000_000,
    )
    assert list(note.values["norms"]) == ["norm:floor"]
    assert list(note.values["sources"]) == ["Handbook, table 4"]
    assert not built.book.releases.findings, "a question, and nobody's finding"
    built.say("keeper", Project, plan("84"), place="site")
    assert "works.above_norm" not in told(library(built)), "what is usual is asked nothing"
    assert library(built).bill[0].norm.verdict == "within"


def test_several_norms_give_the_widest_range_and_works_without_one_are_named(built):
    built.say("keeper", Norm, usual())
    other = usual("180", "390")
    built.say(
        "keeper", Norm, NormBody(norm="norm:other", **{f: getattr(other, f) for f in other.__struct_fields__[1:]})
    )
    walls = WorkItem(work="walls", quantity=Quantity("90", "MTK"))
    built.say("keeper", Project, plan(works=(*FLOOR, walls)), place="site")
    norm = library(built).bill[0].norm
    assert (norm.low.amount, norm.high.amount, norm.uncovered) == (54_000_000, 117_000_000, ("walls",))
    assert norm.verdict == "within", "what one of the sources calls usual is not flagged"


def test_an_estimate_stands_beside_the_bill_and_judges_only_where_it_is_independent(built):
    again = EstimateBody(
        estimate="e1",
        project="library",
        bill=(BillItem(material="cement", quantity=Quantity("71", "TNE")),),
        works=FLOOR,
    )
    built.say("warehouse", Estimate, again)
    line = library(built)
    assert [(one.party, one.independent) for one in line.bill[0].estimates] == [("warehouse", False)]
    assert "works.above_estimate" not in told(line), "who builds does not estimate its own bill"
    built.say("monitor", Estimate, EstimateBody(estimate="e2", project="library", bill=again.bill))
    assert "works.above_estimate" in told(library(built))
    tied = PartyBody(party="monitor", name={"en": "monitor"}, type="agency", owned_by=("warehouse",))
    built.say("monitor", Party, tied)
    assert "works.above_estimate" not in told(library(built)), "a tie that comes to light takes its weight away"


def test_within_the_bills_own_tolerance_an_estimate_asks_nothing(built):
    bill = (BillItem(material="cement", quantity=Quantity("109", "TNE")),)
    built.say("monitor", Estimate, EstimateBody(estimate="e", project="library", bill=bill))
    assert "works.above_estimate" not in told(library(built))


def test_what_nobody_pays_for_or_has_placed_is_visible(small):
    small.say("keeper", Need, NeedBody(need="reading", title={"en": "Books"}))
    small.say("keeper", Need, NeedBody(need="water", title={"en": "Water"}))
    small.say("keeper", Project, plan(bill=(), works=()))
    view = works_view(small.book)
    assert (view.unanswered, view.unfunded, view.unplaced) == (("water",), ("reading", "water"), ("library",))
    assert told(library(small)) == ["works.no_place", "works.no_funds"]


def test_needs_are_ranked_by_the_published_weights(small):
    for name, danger in (("a", "0.2"), ("b", "1")):
        scores = (Score(criterion="danger", share=danger),)
        small.say("keeper", Need, NeedBody(need=name, title={"en": name}, scores=scores))
    small.say("keeper", Need, NeedBody(need="c", title={"en": "c"}))
    assert [line.need for line in works_view(small.book).needs] == ["a", "b", "c"]
    weights = WeightsBody(weights=(Weight(criterion="danger", weight="3"), Weight(criterion="people", weight="1")))
    small.say("keeper", Weights, weights)
    view = works_view(small.book)
    assert [(line.need, str(line.priority)) for line in view.needs] == [
        ("b", "0.750000"),
        ("a", "0.150000"),
        ("c", "None"),
    ]
    assert view.needs[0].unscored == ("people",)
    assert small.say("donor", Weights, weights).outcome == "no_effect", "who pays does not set the order"


def test_nothing_is_handed_over_before_its_receiver_accepts(built):
    until = built.now + timedelta(days=700)
    assert built.say("fund", HandingOver, HandingOverBody(project="library", action="accept")).outcome == "no_effect"
    built.say(
        "keeper", HandingOver, HandingOverBody(project="library", action="offer", to="fund", warranty_until=until)
    )
    assert (library(built).stage, library(built).warranty_until) == ("planned", None)
    assert built.say("donor", HandingOver, HandingOverBody(project="library", action="accept")).outcome == "no_effect"
    built.say("fund", HandingOver, HandingOverBody(project="library", action="accept"))
    assert (library(built).stage, library(built).warranty_until) == ("handed_over", until)


def test_a_defect_stays_open_until_a_later_visit_finds_it_remedied(built):
    roof = Defect(defect="roof", title={"en": "The roof leaks"})
    found = VisitBody(visit="v1", action="make", project="library", outcome="differs", defects=(roof,))
    built.say("monitor", VisitStatement, found)
    assert "works.defect_open" in told(library(built))
    assert english_of(library(built).notes[-1]).startswith("the defect “The roof leaks” was found on ")
    done = (Defect(defect="roof", state="remedied"),)
    built.say(
        "monitor",
        VisitStatement,
        VisitBody(visit="v2", action="make", project="library", outcome="as_declared", defects=done),
    )
    assert "works.defect_open" not in told(library(built))


def exported(small, table) -> Any:
    told = FlatWorks(works=works_view(small.book), indicators=NONE_PUBLISHED, access=access_public(small.book))
    return works_tables(told)[table]


def test_what_a_line_is_to_cost_stands_in_its_bill(built):
    priced = BillItem(material="cement", quantity=Quantity("112", "TNE"), cost=Money("13440", "USD"))
    built.say("keeper", Project, plan(bill=(priced, BillItem(material="sand", quantity=Quantity("90", "TNE")))))
    lines = library(built).bill
    assert [None if one.cost is None else one.cost.value for one in lines] == [13_440, None]
    columns = dict(bill_columns(lines, Localizer("en", {})))
    assert [cell.replace("\xa0", " ") for cell in columns["cost"]] == ["USD 13,440", ""]
    assert [(row.cost, row.currency) for row in exported(built, "bills")] == [(13_440, "USD"), (None, "")]


def test_the_sector_of_a_need_is_in_the_readers_language_and_one_nobody_knows_as_it_was_stated(built):
    stated: dict[str, Any] = {
        "need": "reading",
        "title": {"en": "Books", "ar": "كتب"},
        "damage": Money("4", "USD"),
        "loss": Money("7", "EUR"),
    }
    for sector, english, arabic in (
        ("sector:education", "Books (education)", "كتب (التعليم)"),
        ("health", "Books (health)", "كتب (الصحة)"),
        ("sector:falconry", "Books (sector:falconry)", "كتب (sector:falconry)"),
    ):
        built.say("keeper", Need, NeedBody(sector=sector, loss_high=Money("9", "EUR"), **stated))
        view = works_view(built.book)
        for language, told in (("en", english), ("ar", arabic)):
            cells = need_cells(view.needs[0], Localizer(language, {}), ranked=False)
            assert cells[0].translate({0x2068: None, 0x2069: None}) == told
    (row,) = exported(built, "needs")
    assert (row.sector, row.damage_low, row.damage_high, row.damage_currency) == ("falconry", 4, None, "USD")
    assert (row.loss_low, row.loss_high, row.loss_currency) == (7, 9, "EUR")


def test_bills_stand_beside_norm_and_estimate_in_status_and_report_and_nobody_is_accused(built):
    assert works_access(built.book).bills == (), "nothing stands beside it"
    built.say("keeper", Norm, usual(title={"en": "Cement for a floor"}))
    bill = (BillItem(material="cement", quantity=Quantity("71", "TNE")),)
    built.say("monitor", Estimate, EstimateBody(estimate="e", project="library", bill=bill))
    found, words = works_access(built.book), Localizer("en", names(built.book))

    def lines(told):
        plain = (line.translate({0x2068: None, 0x2069: None, 0xA0: " "}) for line in told)
        return [line for line in plain if "the bill asks for" in line]

    fact = "Library: the bill asks for 112 t of cement; monitor estimates 71 t; usual by norms: 60 t to 84 t"
    assert lines(works_access_words(found, words)) == lines(works_access_counts(found, 5, words)) == [fact]
    assert "Cement for a floor" in "".join(map(words.message, library(built).notes)), "a norm's title is used"
    built.say("keeper", Project, plan("71"), place="site")
    found = works_access(built.book)
    assert lines(works_access_words(found, words)) == [], "what is usual is nobody's to look at"
    assert len(lines(works_access_counts(found, 5, words))) == 1, "and the report has it"


def test_the_first_of_each_kind_is_listed_and_all_where_that_is_asked_for(built):
    for number in range(30):
        need = f"need{number:02}"
        built.say("keeper", Need, NeedBody(need=need, title={"en": f"Need {number}"}))
        built.say("keeper", Project, ProjectBody(project=f"p{number}", title={}, purpose="humanitarian"))
        step = MilestoneBody(milestone=f"m{number}", project="library", progress="0.1")
        built.say("warehouse", Milestone, step, place="site")

    def lines(*asked):
        answer = CliRunner().invoke(app, ["works", str(folder), *asked])
        assert answer.exit_code == 0, answer.output
        return " ".join(answer.output.split())

    with built.closed() as folder:
        short, whole = lines(), lines("--all")
        assert (short.count("Need "), whole.count("Need ")) == (20 + 8 * 2, 30 * 3)
        assert "and 22 more: --all shows them" in short
        assert "more: --all" not in whole
        assert (lines("library").count("milestone"), lines("library", "--all").count("milestone")) == (20, 30)


def test_a_currency_in_which_a_project_has_no_money_takes_no_line(built):
    other = ProjectBody(project="p", title={}, purpose="reconstruction", budget=Money("7", "EUR"))
    built.say("keeper", Project, other)
    with built.closed() as folder:
        told = CliRunner().invoke(app, ["works", str(folder), "library"]).output
    assert [line.split(maxsplit=1)[1].strip() for line in told.splitlines() if line.startswith("money")] == [
        "planned USD\u00a0176,000"
    ]


def test_milestones_carry_photos_and_what_is_done(built):
    photo = "ab" * 32
    done = (WorkItem(work="floor", quantity=Quantity("120", "MTK")),)
    step = MilestoneBody(milestone="m", project="library", progress="0.4", done=done, photos=(photo,))
    built.say("warehouse", Milestone, step, place="site")
    assert (library(built).stage, library(built).photos) == ("building", (photo,))
    (seen,) = library(built).milestones
    assert (seen.milestone, seen.party, seen.progress, seen.done) == ("m", "warehouse", "0.4", done)
    words = milestone_words(seen, Localizer("en", {}))
    plain = words.translate({0x2068: None, 0x2069: None, 0xA0: " "})
    assert plain.startswith("m; 40% done, as warehouse says; 120 m² of floor; 1 photo; ")


def test_whoever_paid_for_a_project_reaches_it_though_nothing_of_it_is_spent(built):
    paid = DisbursementBody(disbursement="d", amount=Money("50", "USD"), recipient="fund", project="library")
    built.say("donor", Disbursement, paid)
    for party, reached in (("donor", ["library"]), ("fund", []), ("monitor", [])):
        assert [one.project for one in works_view(built.book, party).projects] == reached, party


def came(small, tonnes):
    event = {
        "type": "ObjectEvent",
        "eventTime": small.now.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": "site"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "enduse:project": "library",
    }
    return small.say("warehouse", Goods, GoodsBody(event=json.dumps(event)), place="site")


def test_controlled_goods_beyond_the_quota_are_told_at_intake_and_never_stopped(built):
    listed = ControlBody(material="cement", reference="A-1", citation=TABLE)
    assert built.say("donor", Control, listed).outcome == "no_effect", "nobody lists goods without that mandate"
    built.say("keeper", Control, listed)
    first = came(built, 100)
    assert (first.outcome, first.notes) == ("accepted", ())
    over = came(built, 30)
    assert over.outcome == "accepted"
    (note,) = over.notes
    assert (note.code, note.values["came"].amount, note.values["allowed"].amount) == (
        "control.beyond_quota",
        130_000_000,
        112_000_000,
    )
    assert library(built).bill[0].came.amount == 130_000_000
    permit = PermitBody(permit="p", material="cement", project="library", quantity=Quantity("90", "TNE"))
    built.say("keeper", Permit, permit)
    line = library(built).bill[0]
    assert (line.quota.amount, line.control, line.control_source) == (90_000_000, "A-1", TABLE.source)
    unbilled = PermitBody(permit="q", material="steel", project="library", quantity=Quantity("1", "TNE"))
    assert built.say("keeper", Permit, unbilled).outcome == "no_effect"
    too_much = PermitBody(permit="r", material="cement", project="library", quantity=Quantity("113", "TNE"))
    assert built.say("keeper", Permit, too_much).outcome == "no_effect"


def used(small, tonnes):
    event = {
        "type": "AssociationEvent",
        "eventTime": small.now.isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "installing",
        "readPoint": {"id": "site"},
        "parentID": "library",
        "childQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "enduse:project": "library",
    }
    assert small.say("warehouse", Goods, GoodsBody(event=json.dumps(event)), place="site").problem is None


def measured(small, tonnes):
    body = ReadingBody(
        reading=f"use-{tonnes}",
        of="use",
        material="cement",
        quantity=Quantity(str(tonnes), "TNE"),
        method="survey",
        project="library",
        instrument=Instrument(instrument="cores", random_sd="0.01", systematic_sd="0.01"),
    )
    return small.say("monitor", Reading, body, place="site")


def test_where_quotas_are_the_use_of_what_came_earlier_is_measured_before_more_is_sent(built):
    built.say("keeper", Control, ControlBody(material="cement", reference="A-1", citation=TABLE))
    assert came(built, 20).notes == came(built, 20).notes == (), "a delivery in parts, of which nothing is built in yet"
    used(built, 15)
    (note,) = came(built, 20).notes
    assert (note.code, note.values["used"].amount, note.values["project"]) == (
        "control.unmeasured",
        15_000_000,
        "library",
    )
    assert measured(built, 15).outcome == "accepted"
    assert came(built, 10).notes == ()
    used(built, 5)
    (note,) = came(built, 10).notes
    assert note.values["used"].amount == 5_000_000, "only what was built in since it was measured"


def test_what_comes_after_a_permit_is_over_is_told_and_not_stopped(built):
    built.say("keeper", Control, ControlBody(material="cement", reference="A-1", citation=TABLE))
    over = built.now + timedelta(hours=2)
    permit = PermitBody(permit="p", material="cement", project="library", quantity=Quantity("90", "TNE"), until=over)
    assert built.say("keeper", Permit, permit).outcome == "accepted"
    assert came(built, 10).notes == ()
    built.now += timedelta(days=3)
    late = came(built, 10)
    assert late.outcome == "accepted"
    (note,) = late.notes
    assert (note.code, note.values["project"]) == ("control.permit_over", "library")


def test_goods_for_relief_have_no_quota(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("keeper", Project, plan(purpose="humanitarian", need=None), place="site")
    small.say("keeper", Control, ControlBody(material="cement", reference="A-1", citation=TABLE))
    assert came(small, 900).notes == ()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"high": Quantity("100", "KGM")}, "norm.range"),
        ({"high": Quantity("280", "LTR")}, "norm.range"),
        ({"high": None}, "norm.incomplete"),
        ({"material": None}, "norm.incomplete"),
        ({"cost_low": Money("1", "USD"), "cost_high": Money("2", "USD")}, "norm.incomplete"),
        ({"per": Quantity("0", "MTK")}, "work.nothing"),
    ],
)
def test_a_norm_that_says_nothing_is_refused(more, code):
    with pytest.raises(InvalidValueError) as refused:
        usual(**more)
    assert refused.value.message.code == code


def test_each_party_states_its_own_norms_estimates_and_answers(built):
    built.say("keeper", Norm, usual())
    bill = (BillItem(material="cement", quantity=Quantity("71", "TNE")),)
    built.say("monitor", Estimate, EstimateBody(estimate="e", project="library", bill=bill))
    other = built.say("donor", Estimate, EstimateBody(estimate="e", project="library", bill=bill))
    unknown = built.say("donor", Estimate, EstimateBody(estimate="f", project="none", bill=bill))
    twice = built.say("donor", Estimate, EstimateBody(estimate="g", project="library", bill=bill * 2))
    codes = [one.problem.told.code for one in (other, unknown, twice)]
    assert codes == ["estimate.of_another", "project.unknown", "project.billed_twice"]


def test_an_earlier_time_shows_what_was_said_by_then(built):
    before = built.now
    built.say("keeper", Norm, usual())
    built.say("keeper", HandingOver, HandingOverBody(project="library", action="offer", to="fund"))
    built.say("monitor", VisitStatement, VisitBody(visit="v", action="make", project="library", outcome="as_declared"))
    built.say("keeper", Control, ControlBody(material="cement", reference="A-1", citation=TABLE))
    then = BookAsAt(built.book, micros(before))
    assert (then.estimates.norms, then.estimates.handings, then.visits.visits, then.controls.listed) == (
        {},
        {"library": []},
        {},
        {},
    )
    (line,) = works_view(then).projects
    assert (line.bill[0].norm, line.visits, line.receiver) == (None, (), "")


def test_asked_for_a_donor_a_place_or_nothing_known(built):
    assert works_view(built.book, "site").life is not None
    assert works_view(built.book, "donor").projects == ()
    assert [one.project for one in works_view(built.book, "reading").projects] == ["library"]
    assert [one.need for one in works_view(built.book, "library").needs] == ["reading"]
    with pytest.raises(EnduseError) as refused:
        works_view(built.book, "nobody")
    assert refused.value.problem.told.code == "works.unknown"
