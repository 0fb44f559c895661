"""What may not be told in public is not told by what surrounds it: no plain word of a live convoy is recorded, no small count follows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import enduse
from conftest import Small, seed_of
from enduse.book import keys
from enduse.errors import MalformedError
from enduse.statements.programme import Place, PlaceBody
from enduse.views.access_public import suppressed
from support.movements import requests

LIVE = "movement:5ec7e7"


@pytest.fixture
def small(tmp_path):
    small = Small(tmp_path / "programme")
    places: tuple[tuple[str, str | None, Any], ...] = (
        ("land", None, "country"),
        ("north", "land", "area"),
        ("town", "north", "area"),
        ("port", "north", "area"),
    )
    for name, within, kind in places:
        small.say("keeper", Place, PlaceBody(place=name, name={"en": name}, type=kind, within=within))
    yield small
    small.intake.close()


def moved(small, prefix, way, number, planned, place, now=None):
    given = [(f"movement:{prefix}{each}", way, planned + timedelta(minutes=each)) for each in range(number)]
    taken = small.intake.say(requests(small, "fund", given, place), now or planned + timedelta(days=60))
    assert {one.outcome for one in taken} == {"accepted"}
    small.now = max(small.now, now or planned + timedelta(days=60))


def test_a_movement_that_is_told_in_the_open_too_early_is_not_recorded(small):
    size = small.intake.book.size
    soon = small.now + timedelta(days=2)
    taken = small.intake.say(requests(small, "fund", [(LIVE, "facilitated", soon)], "town"), small.now)
    assert {(one.outcome, one.problem.code) for one in taken} == {("refused", "movement.too_early")}
    assert small.intake.book.size == size
    found = [path for path in small.folder.rglob("*") if path.is_file() and LIVE.encode() in path.read_bytes()]
    assert found == []


def test_what_two_parties_tell_in_two_ways_follows_from_no_difference():
    one = {"planned": 20, "facilitated": 20, "disputed": 0}
    table = {
        "": {**one, "planned": 40, "facilitated": 40, "disputed": 9},
        "a": {**one, "disputed": 7},
        "b": {**one, "disputed": 2},
    }
    shown = suppressed(table, 5)
    assert [shown[area]["disputed"] for area in ("", "a", "b")] == [9, None, None]
    assert [shown[area]["planned"] for area in ("", "a", "b")] == [40, 20, 20]


def test_no_two_counts_that_are_left_out_are_small_together():
    table = {
        "": {"planned": 33, "facilitated": 33},
        "a": {"planned": 30, "facilitated": 30},
        "b": {"planned": 1, "facilitated": 1},
        "c": {"planned": 2, "facilitated": 2},
    }
    shown = suppressed(table, 5)
    assert [shown[area]["planned"] for area in ("", "a", "b", "c")] == [33, None, None, None]


def test_a_line_that_needs_nothing_more_keeps_no_other_from_its_due():
    table = {
        "": {"planned": 12, "cancelled": 2, "facilitated": 8, "impeded": 2},
        "a": {"planned": 10, "cancelled": 0, "facilitated": 8, "impeded": 2},
        "-": {"planned": 2, "cancelled": 2, "facilitated": 0, "impeded": 0},
    }
    shown = suppressed(table, 5)
    assert shown["a"]["impeded"] is None
    assert shown["a"]["facilitated"] is None, "or ten less eight are two"
    assert shown[""]["facilitated"] is None, "or that of the only area follows"


def test_what_was_disclosed_and_how_long_it_took_let_nobody_work_out_a_small_count(small):
    planned = datetime(2026, 3, 10, tzinfo=UTC)
    moved(small, "a", "facilitated", 10, planned, "town")
    moved(small, "b", "facilitated", 3, planned + timedelta(days=31), "port")
    moved(small, "c", "facilitated", 2, planned + timedelta(days=61), None)
    with small.closed(), enduse.open(small.folder) as programme:
        public = programme.access_public()
    months = {(one.month.month, one.area): one.planned for one in public.months}
    assert months == {(3, ""): 10, (3, "town"): 10, (4, ""): None, (5, ""): None}, "no area of a month with few"
    assert {one.month for one in public.disclosed if one.movement < "movement:b"} == {planned.date().replace(day=1)}
    assert {one.month for one in public.disclosed if one.movement > "movement:b"} == {None}
    assert public.without_area is None, "or the months without it follow"
    assert {one.cases for one in public.waits} == {15}
    assert all(one.cases % 5 == 0 and one.open % 5 == 0 for one in public.waits)


def test_a_light_copy_does_not_sign_a_live_movement(small, tmp_path):
    with small.closed():
        with enduse.open(small.folder) as programme:
            programme.write_light(tmp_path / "light")
        light = enduse.open_light(tmp_path / "light")
        keys.save(tmp_path / "light", "fund", seed_of("fund"))
        now = datetime.now(UTC)
        body = {"movement": LIVE, "action": "submit"}
        with pytest.raises(MalformedError) as told:
            light.sign("movement", body, party="fund", occurred_at=now, place="town")
        assert told.value.problem.code == "movement.too_early"
        assert light.sign("movement", body, party="fund", occurred_at=now - timedelta(days=60), place="town").signed


def counted(small):
    with small.closed(), enduse.open(small.folder) as programme:
        public = programme.access_public()
    told = {one.area: (one.planned, one.facilitated) for one in public.months if one.month.month == 3}
    return told, len(public.disclosed)


def test_a_later_page_less_an_earlier_one_is_no_small_count(small):
    planned = datetime(2026, 3, 10, tzinfo=UTC)
    moved(small, "a", "facilitated", 10, planned, "town")
    before = counted(small)
    assert before == ({"": (10, 10), "town": (10, 10)}, 10)
    moved(small, "b", "facilitated", 1, planned + timedelta(days=1), "town", planned + timedelta(days=120))
    assert counted(small) == before, "one that came later waits for others"
    moved(small, "c", "facilitated", 3, planned + timedelta(days=2), "town", planned + timedelta(days=150))
    assert counted(small) == before
    moved(small, "d", "facilitated", 1, planned + timedelta(days=3), "town", planned + timedelta(days=180))
    assert counted(small) == ({"": (15, 15), "town": (15, 15)}, 15)
