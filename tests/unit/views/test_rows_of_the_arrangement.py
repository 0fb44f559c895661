"""Rows of the arrangement as they are seen in the invented programme, each read like the row."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from litestar.testing import TestClient

import enduse
from enduse.pages.access import public_words
from enduse.pages.catalogue import languages
from enduse.pages.localizer import Localizer
from enduse.portal.app import portal


@pytest.fixture(scope="module")
def programme(played_demo):
    with enduse.open(played_demo[1]) as opened:
        yield opened


def test_row_9_a_hundred_are_sent_eighty_arrive_ten_are_off_purpose_and_it_is_found(programme):
    """ "monitoring mechanisms to ensure that assistance would go to its intended purposes" """
    lost = [one for one in programme.missing() if one.item == "consignment:0128"]
    assert [(one.figure.amount, one.owner) for one in lost] == [(20_000_000, "party:brindle")]
    (clinic,) = programme.works("project:clinic").projects
    cement = clinic.bill[0]
    assert (cement.came.amount, cement.declared.amount, cement.elsewhere.amount) == (80_000_000, 80_000_000, 10_000_000)
    assert cement.measured[0].amount < 70_000_000 < cement.measured[1].amount


def test_row_12_from_need_to_verified_and_from_donor_back_to_need(programme):
    """ "the enormous task of reconstruction"; "vast swaths ... are uninhabitable" """
    walk = programme.works("need:health")
    clinic = next(one for one in walk.projects if one.project == "project:clinic")
    assert clinic.body.need == "need:health"
    assert [line.material for line in clinic.bill] == ["cement", "steel"]
    assert clinic.money[0].spent.amount > 0
    givers = set(clinic.money[0].of) | {end.owner for end in clinic.donors}
    assert "party:azura" in givers
    back = programme.works("party:azura")
    assert "project:clinic" in [one.project for one in back.projects]
    assert "need:health" in [one.need for one in back.needs]
    whole = programme.works()
    assert set(whole.unfunded) == {"need:library", "need:port"}
    assert (whole.unanswered, whole.unplaced) == (("need:port",), ("project:library",))


def test_row_12_an_inflated_bill_is_told_with_its_norm_and_the_estimate_beside_it(programme):
    (library,) = programme.works("project:library").projects
    codes = [note.code for note in library.notes]
    assert codes[:2] == ["works.above_norm", "works.above_estimate"]
    (line,) = library.bill
    assert (line.billed.amount, line.norm.low.amount, line.norm.high.amount) == (112_000_000, 60_000_000, 84_000_000)
    assert [(one.party, one.figure.amount, one.independent) for one in line.estimates] == [
        ("party:monitor", 71_000_000, True)
    ]


def test_row_13_what_residents_see_stands_beside_what_was_delivered(programme):
    """ "could help show residents that life can get better" """
    life = programme.indicators("North")
    assert life == programme.works("place:north").life
    seen = {(one.measure, one.party): one for one in life.series}
    clinic = seen["clinic_days", "party:health"]
    assert [one.body.value for one in clinic.values] == ["22", "13", "4"]
    assert all(value.body.citation.source and value.body.citation.date for one in life.series for value in one.values)
    office, diaries = seen["power_hours", "party:administration"], seen["power_hours", "party:watch"]
    assert office.series == diaries.series, "one series, told by two, and neither is joined with the other"
    assert [one.body.value for one in office.values] == ["6", "7", "9"]
    assert [(gap.start.month, gap.end.month) for gap in office.gaps] == [(7, 8)], "the month that nobody told is a gap"
    assert [one.body.value for one in diaries.values] == ["4", "4.5", "5"]
    assert [one.body.value for one in seen["market_price", "party:relief"].values] == ["31", "38", "52"]
    assert life.unmeasured == ("water", "shelter", "school_days"), "what nobody published is said"
    cement = [
        one.figure.amount for one in life.delivered if (one.month, one.figure.resource) == ("2026-04", "cement/g")
    ]
    assert sum(cement) == 144_500_000
    with programme.past(as_at=datetime(2026, 7, 1, tzinfo=UTC)) as then:
        assert all(one.month < "2026-07" for one in then.indicators("place:north").delivered)


def test_row_14_closing_a_crossing_shows_the_backlog_behind_it_and_the_corridor_that_binds(programme):
    """ "safe corridors", "the Kerem Shalom crossing point" """
    gate = next(one for one in programme.access().crossings if one.place == "place:east-gate")
    ((_, _, until, reason, by),) = gate.closures
    assert (until.date(), reason, by) == (date(2026, 9, 1), "damaged_road", "party:administration")
    assert (gate.days[0].trucks, gate.waiting, gate.waiting_trucks) == (0, 3, 40), "the backlog, in lorry loads"
    longer = {"place:east-gate": ("2026-09-01", "2026-09-03")}
    as_it_is, closed = programme.sending(days=7), programme.sending(days=7, closed=longer)
    assert [plan.best.left for plan in (as_it_is, closed)] == [8, 24], "two more days: two days' loads more wait"
    assert (as_it_is.best.sent[0].day, closed.best.sent[0].day) == (date(2026, 9, 1), date(2026, 9, 3))
    needed = {one.item for one in as_it_is.best.sent if one.day == date(2026, 9, 1)}
    assert "request:medicine" in needed, "the most needed goes first"
    assert {one.item for one in as_it_is.first_come.sent if one.day == date(2026, 9, 1)} == {"request:tiles"}
    assert as_it_is.best.delay < as_it_is.first_come.delay
    saves = {one.passage: one.saves for one in as_it_is.best.binds}
    assert saves["place:coast-road"] > saves["place:east-gate"] == 0, (
        "more at the gate helps nobody while the road is full"
    )


def test_access_and_what_residents_see_are_asked_as_at_an_earlier_day(programme):
    with programme.past(as_at=datetime(2026, 8, 22, tzinfo=UTC)) as then:
        access = then.access()
        gate = next(one for one in access.crossings if one.place == "place:east-gate")
        assert (gate.days[0].trucks, gate.waiting, gate.closures) == (12, 0, ()), "it was open, and nothing stood there"
        assert {one.item for one in access.items} == {"request:medicine", "request:flour", "request:tiles"}
        assert [one.type for one in access.points] == ["clinic"]
        assert access.points[0].supply_days > 0
    with programme.past(as_at=datetime(2026, 6, 5, tzinfo=UTC)) as then:
        assert then.access().outcomes.planned == 2
        office = next(one for one in then.indicators("North").series if one.party == "party:administration")
        assert [one.body.value for one in office.values] == ["6", "7"], "of months that had begun"


def test_row_15_a_clinic_whose_supplies_ran_out_is_seen_though_nobody_reported_it(programme):
    """ "Doctors Without Borders", "field hospitals" """
    clinic, hospital = sorted(programme.access().points, key=lambda one: one.type)
    assert (clinic.type, clinic.place, clinic.services) == ("clinic", "place:north", ("consultations", "maternity"))
    assert (clinic.capacity, clinic.unit, clinic.status) == (120, "patients", "working"), "as last reported"
    assert clinic.supply_days < 0, "24 days of supplies were reported 30 days ago, and nothing since"
    assert (hospital.type, hospital.capacity, hospital.unit) == ("field_hospital", 60, "beds")
    assert 27 < hospital.supply_days < 28
    areas = {one.area: (one.type, one.points, one.run_out) for one in programme.access_public().points}
    assert areas == {"place:north": ("clinic", 1, 1), "place:middle": ("field_hospital", 1, 0)}, (
        "by broad area in public"
    )


def test_row_17_what_the_public_sees_of_access_has_its_gaps_each_sides_word_and_no_verdict_on_intent(programme):
    """ "demonstrate that it ... is not trying to punish Palestinian civilians" """
    public = programme.access_public()
    told = next(one for one in public.months if one.area == "place:north")
    assert (told.month, told.planned, told.facilitated, told.denied) == (date(2026, 6, 1), 11, 6, 5)
    assert told.disputed is None, "a small count is told as not told, never as none"
    assert public.until == date(2026, 7, 1), "what is newer is not told yet, and the page says up to when it tells"
    assert programme.indicators("place:north").unmeasured, "what nobody measured is named"
    (disputed,) = [one for one in programme.access().movements if one.disputed]
    assert disputed.claims == (("party:relief", "facilitated"), ("party:watch", "impeded")), "nobody's word is replaced"
    fields = {field.name for kind in (type(public), type(told)) for field in msgspec.structs.fields(kind)}
    assert not [name for name in fields if "intent" in name or "verdict" in name or "blame" in name]


def test_row_20_what_is_public_is_read_in_arabic_as_in_english_and_in_every_language_there_is(programme, played_demo):
    """ "Also available in Arabic, Farsi" """
    assert {"en", "ar"} <= set(languages())
    public, names = programme.access_public(), programme.names()
    tables = {each: public_words(public, Localizer(each, names)) for each in languages()}
    english = tables["en"]
    for language, parts in tables.items():
        assert [(len(columns), len(rows)) for _, columns, rows in parts] == [(len(c), len(r)) for _, c, r in english]
        if language != "en":
            same = {title for title, *_ in parts} & {title for title, *_ in english}
            assert not same, "no title is left in English"
    with TestClient(portal(played_demo[1])) as client:
        for language in languages():
            page = client.get(f"/{language}/place/north/").text
            assert f'lang="{language}"' in page
            assert ('dir="rtl"' in page) == (Localizer(language, names).direction == "rtl")
        assert "الشمال" in client.get("/ar/place/north/").text
