"""What of works and access somebody has to look at, in status and in the report."""

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.pages.localizer import Localizer
from enduse.pages.report_document import report_document
from enduse.pages.works_access_words import works_access_counts, works_access_words
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
    for start in ("Not funded: ", "Without a place: ", "East Gate crossing: 3 consignments wait"):
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


def test_where_there_is_nothing_to_say_nothing_is_said():
    words = Localizer("en", {})
    assert list(works_access_words(WorksAccess(), words)) == []
    assert list(works_access_counts(WorksAccess(), 5, words)) == []
