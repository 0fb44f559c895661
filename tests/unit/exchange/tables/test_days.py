"""What a table claims of time: of a cell with a day alone no more than the day, whatever clock the profile puts in its place."""

import json

import pytest

from enduse.exchange.tables.days import moment_of, month_of
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


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("01-Feb-26", "2026-02-01"),
        ("3-mar-99", "1999-03-03"),
        ("1er février 2026", "2026-02-01"),
        ("1. Februar 2026", "2026-02-01"),
        ("1 de febrero de 2026", "2026-02-01"),
        ("1 лютого 2026 \u0440.", "2026-02-01"),
        ("2nd June 2026", "2026-06-02"),
        ("02/03/26", "2026-03-02"),
        ("2.3.26", "2026-03-02"),
        ("02/03/2026 14:30 UTC", "2026-03-02T14:30:00+00:00"),
        ("02/03/2026 14:30 GMT", "2026-03-02T14:30:00+00:00"),
        ("02/03/2026 14:30 EST", None),
        ("(Sun) 1 Feb 2026", "2026-02-01"),
        ("Sunday, 01/02/2026 14:30 UTC", "2026-02-01T14:30:00+00:00"),
        ("01.02.2026, So", "2026-02-01"),
        ("mar. 3 mars 2026", "2026-03-03"),
        ("Mar 3, 2026", "2026-03-03"),
        ("الأحد 01/02/2026", "2026-02-01"),
        ("Mon 01/02/2026", None),
        ("31/02/26", None),
        ("1 smarch 2026", None),
        ("about 1 March 2026", None),
        ("02/03/126", None),
    ],
)
def test_days_as_people_write_them(written, day):
    known = moment_of(written, "day-month-year")
    if day is None:
        assert known is None
    else:
        assert known is not None
        assert (known[0].isoformat() if known[1] else known[0].date().isoformat()) == day


def test_what_a_profile_says_itself_stands():
    told = event_of("2026-02-03T12:00", {**EVENT, "enduse:within": "P1D"})
    assert told["enduse:within"] == "P1D"


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2026-02", "2026-02-28"),
        ("02/2028", "2028-02-29"),
        ("Mar-26", "2026-03-31"),
        ("December 2026", "2026-12-31"),
        ("mars 2026", "2026-03-31"),
        ("février 26", None),  # the 26th of February, of no year
        ("marzo de 2026", "2026-03-31"),
        ("آذار 2026", "2026-03-31"),
        ("كانون الثاني 2026", "2026-01-31"),
        ("2026-13", None),
        ("2026", None),
        ("Mar", None),
        ("March", None),
        ("3 March 2026", None),
        ("12/9999", None),
    ],
)
def test_months_as_people_write_them(written, last):
    known = month_of(written, "last-of-month")
    assert (known and str(known)) == last
    first = month_of(written)
    assert (first and str(first)) == (last and f"{last[:8]}01")
