"""OCHA's published tables of movements in Gaza come out exactly from event records, recorded and signed one step at a time."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from conftest import Small
from enduse.statements.programme import Place, PlaceBody
from enduse.views.access import access
from support.movements import requests

COLUMNS = {
    "facilitated": "facilitated",
    "partially_facilitated": "partly",
    "impeded": "impeded",
    "denied": "denied",
    "cancelled": "cancelled",
    "postponed_by_requester": "cancelled",
}


@pytest.fixture(scope="module")
def published(shared):
    """Counts by period, as published; shares are no counts."""
    tables = defaultdict(dict)
    with (shared / "field" / "reference_figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["topic"] == "movement_requests" and row["unit"] == "missions":
                tables[row["period_start"], row["period_end"]][row["measure"]] = int(row["value"])
    return tables


@pytest.fixture(scope="module")
def book(published, tmp_path_factory):
    small = Small(tmp_path_factory.mktemp("ocha") / "programme")
    small.say("keeper", Place, PlaceBody(place="strip", name={"en": "Strip"}, type="area"))
    told = []
    for (start, end), table in sorted(published.items()):
        first = datetime.fromisoformat(start).replace(hour=7, tzinfo=UTC)
        days = (date.fromisoformat(end) - first.date()).days + 1
        ways = [way for way in COLUMNS for _ in range(table.get(way, 0))]
        ways += ["not_said"] * (table["planned"] - len(ways))
        # Spread over the whole period, the last day included: one planned on its last day counts in it.
        told += [(f"m-{start}-{n}", way, first + timedelta(days=n % days)) for n, way in enumerate(ways)]
    taken = small.intake.say(requests(small, "fund", told, "strip"), small.now)
    assert {one.outcome for one in taken} == {"accepted"}
    yield small.book
    small.intake.close()


def test_every_published_table_comes_out_exactly(book, published):
    assert len(published) == 4
    for (start, end), table in published.items():
        counts = access(book, start=date.fromisoformat(start), end=date.fromisoformat(end) + timedelta(days=1)).outcomes
        assert counts.planned == table["planned"]
        summed = defaultdict(int)
        for name, value in table.items():
            if name != "planned":
                summed[COLUMNS[name]] += value
        assert {name: getattr(counts, name) for name in summed} == dict(summed)
        known = ("facilitated", "partly", "impeded", "denied", "cancelled", "no_answer", "open")
        assert sum(getattr(counts, name) for name in known) == counts.planned


def test_the_first_half_of_october_2024(book):
    counts = access(book, start=date(2024, 10, 1), end=date(2024, 10, 15)).outcomes
    assert (counts.planned, counts.facilitated, counts.impeded, counts.denied, counts.cancelled) == (
        285,
        85,
        49,
        141,
        10,
    )
    assert (counts.partly, counts.no_answer, counts.open, counts.disputed) == (0, 0, 0, 0)
