"""What of works and access somebody has to look at, in status and in the report."""

from html import unescape

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.pages.access import public_words
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.report_document import report_document
from enduse.pages.works_access_words import works_access_counts, works_access_words
from enduse.views.flat_works import FlatWorks, works_tables
from enduse.views.works import works_view
from enduse.views.works_access import WorksAccess


@pytest.fixture(scope="module")
def programme(played_demo):
    with enduse.open(played_demo[1]) as opened:
        yield opened


def test_what_waits_is_unfunded_has_no_place_or_has_run_out_is_told(programme):
    found, whole = programme.works_access(), works_view(programme._book)
    assert (found.unanswered, found.unfunded, found.unplaced) == (whole.unanswered, whole.unfunded, whole.unplaced)
    access = programme.access()
    behind = {one.place: (one.waiting, one.waiting_trucks) for one in access.crossings if one.waiting}
    assert {one.place: (one.consignments, one.trucks) for one in found.waiting} == behind
    assert behind, "the demo closes a crossing"
    assert all(one.closed for one in found.waiting)
    assert [one.point for one in found.points] == [one.point for one in access.points if (one.supply_days or 1) <= 0]


def test_status_says_it_a_line_each_and_the_report_tells_no_small_count_and_no_point_by_name(programme, played_demo):
    found, words = programme.works_access(), Localizer("en", programme.names())
    answer = CliRunner().invoke(app, ["status", str(played_demo[1])])
    for start in (
        "Not funded: ",
        "Without a place: ",
        "Library, South: the bill asks for ",
        "East Gate crossing: 3 consignments wait",
    ):
        assert start in answer.output
    report = programme.report()
    (section,) = [one for one in report_document(report, words).sections if one.title == "Works and access"]
    told = "\n".join(line for block in section.blocks for row in block.rows for line in row)
    assert report.least_count == 5
    assert "3 consignments" not in told
    assert "40" not in told
    assert "Clinic, North" not in told
    assert "fewer than" in told
    many = msgspec.structs.replace(found.waiting[0], consignments=5, trucks=61)
    more = msgspec.structs.replace(found, waiting=(many,))
    assert "5 consignments" in "".join(works_access_counts(more, 5, words)).replace("\u2068", "").replace("\u2069", "")


def test_delays_incidents_and_visits_are_exported_as_far_as_everybody_may_know_them(programme):
    tables, public = programme.flat().tables, programme.access_public()
    assert [(row.state, row.cases) for row in tables["delays"]] == [(one.state, one.cases) for one in public.waits]
    assert {row.cases % public.least_count for row in tables["delays"]} == {0}
    assert "lead" in {row.state for row in tables["delays"]}
    counts = [row.incidents for row in tables["incidents"]]
    assert None in counts, "a small count is not told"
    assert all(count is None or count >= public.least_count for count in counts)
    known = programme.visits().visits
    assert [row.state for row in tables["visits"]] == [one.state for one in known if one.state != "due"]
    assert (homes := tables["visits"][0]).outcome == "as_declared"
    assert (homes.checked, homes.defects, homes.cost, homes.currency, homes.acted) == (12, 1, 180, "USD", 1)
    first = msgspec.structs.replace(known[0], state="due")
    flat = FlatWorks(works=programme.works(), indicators=programme.indicators(), access=public, visits=(first,))
    assert works_tables(flat)["visits"] == [], "nobody is warned of a visit to come"


def test_the_report_tells_how_long_it_takes_as_everybody_may_know_it(programme):
    report, words = programme.report(), Localizer("en", programme.names())
    public = programme.access_public()
    (table,) = [part for part in public_words(public, words) if part[0] == "How long it takes"]
    assert table[2], "the demo has as many cases as may be told"
    (section,) = [one for one in report_document(report, words).sections if one.title == "Works and access"]
    assert [block.rows for block in section.blocks if block.kind == "table"] == [(table[1], *table[2])]
    drawn = unescape(render(report, ("en",)))
    assert drawn.count("How long it takes</h3>") == 1
    assert all(f"<bdi>{row[0]}</bdi>" in drawn for row in table[2])


def test_a_need_that_nobody_answers_is_said_to_be_so_where_it_is_traced(programme, played_demo):
    def told(name):
        answer = CliRunner().invoke(app, ["trace", str(played_demo[1]), name, "--lang", "en"])
        return " ".join(answer.output.split())

    for name, said in (
        ("need:port", "No project answers it"),
        ("need:library", "It is answered by Library, South. No money is spent for it"),
    ):
        assert said in told(name)
        assert "came from" not in told(name)
    assert "came from" in told("need:health")
    assert programme.trace("need:health").answered_by == ("project:clinic", "project:fuel")


def test_where_there_is_nothing_to_say_nothing_is_said():
    words = Localizer("en", {})
    assert list(works_access_words(WorksAccess(), words)) == []
    assert list(works_access_counts(WorksAccess(), 5, words)) == []
