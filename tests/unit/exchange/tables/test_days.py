"""What a table claims of time: of a cell with a day alone no more than the day, whatever clock the profile puts in its place."""

import json

import pytest

from enduse.exchange.tables.mapping import Mapper

EVENT = {"eventTime": {"column": "day", "date": ["%Y-%m-%d", "%Y-%m-%dT%H:%M"], "time": "12:00", "zone": "+03:00"}}


def event_of(cell, event):
    return json.loads(Mapper(("day",), {}).compile({"json": {"type": "ObjectEvent", **event}}, "")((cell,)))


@pytest.mark.parametrize(
    ("cell", "claimed"),
    [
        ("2026-02-03", {"eventTime": "2026-02-03T12:00:00+03:00", "enduse:within": "P1D"}),
        ("2026-02-03T12:00", {"eventTime": "2026-02-03T12:00:00+03:00"}),
        ("2026-02-03T13:00", {"eventTime": "2026-02-03T13:00:00+03:00"}),
    ],
)
def test_a_day_without_a_clock_claims_the_day(cell, claimed):
    assert event_of(cell, EVENT) == {"type": "ObjectEvent", **claimed}


def test_what_a_profile_says_itself_stands():
    told = event_of("2026-02-03T12:00", {**EVENT, "enduse:within": "P1D"})
    assert told["enduse:within"] == "P1D"
