"""How aid gets in, asked of a programme: counts by whose word, delays by hand, silence, crossings, service points."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from conftest import Small
from enduse.pages.access import access_words
from enduse.pages.localizer import Localizer
from enduse.statements.access import (
    Clearance,
    ClearanceBody,
    Closure,
    ClosureBody,
    Crossing,
    CrossingBody,
    MovementBody,
    MovementStatement,
    OpeningWindow,
    ServicePoint,
    ServicePointBody,
)
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.programme import Place, PlaceBody
from enduse.terms.times import Period
from enduse.views.access import access
from enduse.views.access_public import access_public, suppressed
from enduse.views.names import names
from enduse.views.sending import sending, waiting_requests
from enduse.views.service_points import points
from enduse.views.works_access import works_access
from support.movements import requests

MARCH = datetime(2025, 3, 1, 7, tzinfo=UTC)
HOUR = 3600
DAY = 24 * HOUR


def place(small, name, within=None, type="area"):  # noqa: A002 - as the field is called
    assert (
        small.say("keeper", Place, PlaceBody(place=name, name={"en": name}, type=type, within=within)).problem is None
    )


@pytest.fixture
def small(tmp_path):
    programme = Small(tmp_path / "programme")
    place(programme, "land", type="country")
    place(programme, "north", "land")
    place(programme, "south", "land")
    place(programme, "gate", "land", "crossing")
    place(programme, "road", "land", "corridor")
    yield programme
    programme.intake.close()


def move(small, party, hours, movement, action, place="north", **more):
    at = MARCH + timedelta(hours=hours)
    body = MovementBody(movement=movement, action=action, **more)
    taken = small.say(party, MovementStatement, body, occurred_at=at, place=place)
    assert taken.problem is None, taken.problem
    return taken


def test_the_table_is_counted_by_whose_word_is_asked_and_disputes_are_counted_beside_it(small):
    told = [("a", "facilitated", MARCH), ("b", "impeded", MARCH), ("c", "denied", MARCH), ("d", "not_said", MARCH)]
    small.intake.say(requests(small, "fund", told, "north"), small.now)
    small.say("monitor", MovementStatement, MovementBody(movement="b", action="complete"), occurred_at=MARCH)
    by_notifier, by_authority = access(small.book), access(small.book, whose="monitor")
    assert (by_notifier.outcomes.impeded, by_notifier.outcomes.facilitated, by_notifier.outcomes.open) == (1, 1, 1)
    assert (by_authority.outcomes.impeded, by_authority.outcomes.facilitated, by_authority.outcomes.denied) == (0, 2, 1)
    assert by_notifier.outcomes.disputed == by_authority.outcomes.disputed == 1
    view = next(one for one in by_notifier.movements if one.movement == "b")
    assert (view.claims, view.disputed) == ((("fund", "impeded"), ("monitor", "facilitated")), True)
    assert view.lead_seconds == 48 * HOUR
    assert dict(by_notifier.areas)["north"] == by_notifier.outcomes
    assert access(small.book, start=date(2025, 3, 2)).outcomes.planned == 0


def test_silence_is_visible_and_goes_on_until_somebody_answers(small):
    move(small, "fund", 0, "a", "submit", to="monitor")
    move(small, "fund", 0, "b", "submit", to="monitor")
    move(small, "fund", 30, "b", "no_answer")
    move(small, "fund", 50, "b", "cancel")
    move(small, "fund", 0, "c", "submit", to="monitor")
    move(small, "monitor", 5, "c", "deny")
    seen = {one.movement: one for one in access(small.book).movements}
    assert seen["a"].silent_seconds == int((small.book.programme.now - MARCH).total_seconds())
    assert (seen["b"].silent_seconds, seen["c"].silent_seconds) == (50 * HOUR, None)


def clear(small, hours, item, action, at="gate", **more):
    body = ClearanceBody(item=item, action=action, **more)
    when = MARCH + timedelta(hours=hours)
    assert small.say("fund", Clearance, body, occurred_at=when, place=at).problem is None


def test_median_and_worst_delay_are_those_worked_out_by_hand_and_an_open_case_matters(small):
    # Four requests: answered after 2, 4 and 10 hours; the fourth waits still.
    for number, hours in enumerate((2, 4, 10)):
        clear(small, 0, f"c{number}", "request", holder="monitor", goods="food", trucks=2)
        clear(small, hours, f"c{number}", "approve", holder="fund")
        clear(small, hours + 5, f"c{number}", "deliver")
    clear(small, 1, "late", "request", holder="monitor", goods="food", trucks=1)
    seen = access(small.book)
    waited = int((seen.as_of - MARCH).total_seconds()) - HOUR
    wait = next(one for one in seen.states if one.state == "requested")
    # Kaplan-Meier by hand: 4 at risk. 2 h: 3/4 left; 4 h: 3/4 * 2/3 = 1/2, so the median is 4 h.
    assert (wait.cases, wait.open, wait.median) == (4, 1, 4 * HOUR)
    assert (wait.worst, wait.worst_item, wait.worst_open) == (waited, "late", True)
    assert wait.median_closed == 4 * HOUR
    whole = next(one for one in seen.whole if one.state == "goods")
    assert (whole.median, whole.worst_item) == (9 * HOUR, "late")
    # One more that waits: 5 at risk; 2 h: 4/5, 4 h: 3/5, 10 h: 2/5: half are over only after 10 h.
    clear(small, 1, "later", "request", holder="monitor", goods="food", trucks=1)
    wait = next(one for one in access(small.book).states if one.state == "requested")
    assert (wait.cases, wait.open, wait.median, wait.median_closed) == (5, 2, 10 * HOUR, 4 * HOUR)
    holders = {one.holder: one for one in access(small.book).holders}
    assert (holders["monitor"].open, holders["fund"].cases, holders["fund"].worst) == (2, 3, 5 * HOUR)
    items = access(small.book).items
    assert [(one.item, one.state, one.holder, one.place) for one in items] == [
        ("late", "requested", "monitor", "gate"),
        ("later", "requested", "monitor", "gate"),
    ]


def test_lead_time_is_told_with_its_median_and_limits(small):
    for number, days in enumerate((1, 3, 3, 4, 9)):
        move(small, "fund", 0, f"m{number}", "submit", planned=MARCH + timedelta(days=days))
        move(small, "fund", 24 * days, f"m{number}", "depart")
    move(small, "fund", 48, "after", "submit", planned=MARCH + timedelta(days=1))
    move(small, "fund", 50, "unplanned", "submit")
    seen = access(small.book)
    lead = next(one for one in seen.whole if one.state == "lead")
    assert (lead.cases, lead.open, lead.median, lead.worst) == (6, 0, 3 * DAY, 9 * DAY)
    assert lead.low == 0, "notified only afterwards: none"
    (part,) = [rows for title, _, rows in access_words(seen, Localizer("en", {})) if title == "How long it takes"]
    (row,) = [row for row in part if row[0].startswith("lead time")]
    assert row[1:4] == ("6", "0", "3 days")
    assert row[4] != "-"
    assert row[5] == "9 days"


def test_where_most_waiting_was_month_by_month(small):
    clear(small, 0, "a", "request", holder="monitor", trucks=1)
    clear(small, 24 * 40, "a", "approve", holder="fund")
    clear(small, 24 * 41, "a", "deliver")
    march, april = access(small.book).bottlenecks
    assert (march.state, march.holder, march.seconds) == ("requested", "monitor", (24 * 31 - 7) * HOUR)
    assert (april.seconds, april.total) == ((24 * 9 + 7) * HOUR, (24 * 10 + 7) * HOUR)


def crossing(small, name, trucks, **more):
    body = CrossingBody(crossing=name, trucks=trucks, **more)
    assert small.say("fund", Crossing, body, occurred_at=datetime(2025, 1, 1, tzinfo=UTC)).problem is None


def test_a_crossing_lets_through_what_its_windows_closures_and_inspection_allow(small):
    week = OpeningWindow(days=("mon", "tue", "wed", "thu"), opens="08:00", closes="16:00")
    crossing(small, "gate", 80, inspected=40, windows=(week,), leads_to=("road",))
    day = small.book.programme.now.date()
    monday = day + timedelta(days=7 - day.weekday())
    start = datetime(monday.year, monday.month, monday.day, 12, tzinfo=UTC)
    period = Period(start=start, end=start + timedelta(days=1))
    assert small.say("fund", Closure, ClosureBody(closure="x", crossing="gate", period=period)).problem is None
    (gate, road) = access(small.book).crossings
    days = {each.day: each for each in gate.days}
    assert (days[monday].trucks, days[monday].minutes, days[monday].closures) == (20, 240, ("x",))
    assert (days[monday + timedelta(days=1)].trucks, days[monday + timedelta(days=2)].trucks) == (20, 40)
    assert days[monday + timedelta(days=5)].trucks == 0, "it has no window on a Saturday"
    assert days[monday].inspection
    assert not road.stated


def test_closing_a_crossing_shows_what_will_wait_where(small):
    crossing(small, "gate", 10, leads_to=("road",))
    crossing(small, "road", 100, leads_to=("north",))
    today = small.book.programme.now
    for item, need, trucks in (("flour", "1", 10), ("medicine", "5", 10)):
        body = ClearanceBody(item=item, action="request", trucks=trucks, need=need, to="north", goods=item)
        assert small.say("fund", Clearance, body, occurred_at=today).problem is None
    day = today.date()
    plan = sending(small.book, start=day, days=6)
    assert [(one.item, one.day - day, one.trucks) for one in plan.best.sent] == [
        ("medicine", timedelta(0), 10),
        ("flour", timedelta(days=1), 10),
    ]
    assert (plan.best.delay, plan.first_come.delay, plan.gap) == (10, 50, 0)
    closed = sending(small.book, start=day, days=6, closed={"gate": (day, day + timedelta(days=2))})
    waiting = {(one.day - day, one.goods): (one.to, one.crossing, one.trucks) for one in closed.first_come.waiting}
    assert waiting[timedelta(days=1), "medicine"] == ("north", "gate", 10)
    assert closed.best.delay == 10 * 5 * 2 + 10 * 3
    assert [(one.passage, one.full_days) for one in closed.best.binds] == [("gate", 3)]
    body = ClearanceBody(item="flour", action="collect")
    assert small.say("fund", Clearance, body, occurred_at=today, place="gate").problem is None
    assert {one.item for one in sending(small.book, start=day, days=6).best.sent} == {"medicine"}


def test_supplies_run_out_and_access_lapses_as_time_passes(small):
    at = small.now - timedelta(days=3)
    until = small.now - timedelta(days=1)
    body = ServicePointBody(point="p", type="clinic", status="working", supply_days="2.5", access_until=until)
    assert small.say("fund", ServicePoint, body, occurred_at=at, place="north").problem is None
    (point,) = access(small.book).points
    assert (point.supply_days, point.access_lapsed) == (Decimal("-0.5"), True)
    (public,) = access_public(small.book).points
    assert (public.area, public.points, public.run_out, public.access_lapsed) == ("north", 1, 1, 1)


def test_only_its_speaker_takes_a_step_back(small):
    move(small, "fund", 0, "a", "submit")
    said = small.book.access.movements["a"][0].entry
    body = CorrectionBody(corrects=said, reason="did_not_occur")
    assert small.say("monitor", Correction, body).problem.code == "correction.of_another"
    assert small.say("fund", Correction, body).problem is None
    assert access(small.book).outcomes.planned == 0


def test_what_follows_a_request_that_was_taken_back_waits_for_one_and_stops_no_answer(small):
    crossing(small, "gate", 10)
    clear(small, 0, "flour", "request", holder="monitor", goods="food", trucks=4)
    clear(small, 1, "flour", "arrive", holder="monitor")
    clear(small, 0, "medicine", "request", holder="monitor", goods="medicine", trucks=3)
    mistaken = next(step.entry for step in small.book.access.clearances["flour"] if step.body.action == "request")
    assert small.say("fund", Correction, CorrectionBody(corrects=mistaken, reason="did_not_occur")).problem is None
    seen = access(small.book)
    assert [(one.item, one.trucks) for one in seen.items] == [("medicine", 3)]
    assert {one.state for one in seen.states} == {"requested"}
    assert [(one.place, one.waiting, one.waiting_trucks) for one in seen.crossings if one.waiting] == [("gate", 1, 3)]
    assert [(one.place, one.trucks) for one in works_access(small.book).waiting] == [("gate", 3)]
    assert [one.item for one in waiting_requests(small.book)] == ["medicine"]
    clear(small, 0, "flour", "request", holder="monitor", goods="food", trucks=5)
    assert {one.item: one.trucks for one in access(small.book).items} == {"flour": 5, "medicine": 3}


def test_no_count_that_was_left_out_can_be_worked_out_from_the_others():
    table = {
        "": {"planned": 61, "facilitated": 30, "denied": 28, "impeded": 3},
        "north": {"planned": 40, "facilitated": 25, "denied": 13, "impeded": 2},
        "south": {"planned": 21, "facilitated": 5, "denied": 15, "impeded": 1},
    }
    shown = suppressed(table, 5)
    for row, cells in shown.items():
        hidden = [name for name, value in cells.items() if value is None]
        assert len(hidden) != 1, row
    for name in table[""]:
        assert sum(shown[row][name] is None for row in shown) != 1, name
    assert all(
        value is None or value == table[row][name] for row, cells in shown.items() for name, value in cells.items()
    )
    assert not any(value is not None and 0 < value < 5 for cells in shown.values() for value in cells.values())
    whole = {
        "": {"planned": 60, "facilitated": 40, "denied": 20},
        "north": {"planned": 60, "facilitated": 40, "denied": 20},
    }
    assert suppressed(whole, 5) == whole, "nothing is left out where nothing is small"


def test_what_each_party_says_of_the_cause_stands_side_by_side_though_the_outcome_is_the_same(small):
    move(small, "fund", 0, "a", "submit", to="monitor")
    move(small, "fund", 5, "a", "impede", by="monitor", reason="closed_crossing", minutes=180)
    move(small, "monitor", 5, "a", "impede", by="fund", reason="documents")
    (seen,) = access(small.book).movements
    assert not seen.disputed, "both say that it was impeded"
    assert [(one.party, one.by, one.reason, one.minutes) for one in seen.hindered] == [
        ("fund", "monitor", "closed_crossing", 180),
        ("monitor", "fund", "documents", None),
    ]
    words = Localizer("en", names(small.book))
    (told,) = (part for part in access_words(access(small.book), words) if "hindered" in part[0])
    assert "by" in told[2][0][1]
    assert "crossing closed, held 180 minutes" in told[2][0][1]
    (areas,) = (part for part in access_words(access(small.book), words) if part[0] == "Movements by area")
    assert [row[0] for row in areas[2]] == ["all", "north"]


def test_another_partys_word_on_a_service_point_hides_nobodys(small):
    body = ServicePointBody(point="tent", title={"en": "Tent"}, type="clinic", status="working", supply_days="3")
    small.say("fund", ServicePoint, body, occurred_at=MARCH, place="north")
    other = ServicePointBody(point="tent", type="clinic", status="stopped")
    small.say("monitor", ServicePoint, other, occurred_at=MARCH + timedelta(hours=24), place="north")
    (seen,) = points(small.book, MARCH + timedelta(days=4))
    assert (seen.title, seen.status, seen.by, seen.supply_days) == ({"en": "Tent"}, "stopped", "monitor", None)
    assert seen.others == (("fund", MARCH, "working", Decimal("-1.0")),)
    rows = next(
        part[2] for part in access_words(access(small.book), Localizer("en", {})) if part[0] == "Service points"
    )
    assert [row[3:5] for row in rows] == [("does not work", "not known"), ("works", "run out")]


def test_what_a_service_point_offers_when_a_crossing_is_open_and_why_it_is_closed_are_read(small):
    body = ServicePointBody(
        point="tent", type="field_hospital", status="working", services=("surgery",), capacity=40, unit="beds"
    )
    small.say("fund", ServicePoint, body, occurred_at=MARCH, place="north")
    windows = (
        OpeningWindow(days=("sun", "mon"), opens="08:00", closes="16:00"),
        OpeningWindow(days=("fri",), opens="08:00", closes="12:00"),
    )
    small.say("keeper", Crossing, CrossingBody(crossing="gate", trucks=20, windows=windows), occurred_at=MARCH)
    closed = ClosureBody(closure="closure:1", crossing="gate", period=Period(start=MARCH), reason="damaged_road")
    small.say("monitor", Closure, closed, occurred_at=MARCH)
    for language, hours, offers, why in (
        ("en", "Sun, Mon 08:00 to 16:00; Fri 08:00 to 12:00", "surgery, 40 beds", "road damaged"),
        ("ar", "الأحد, الاثنين من 08:00 إلى 16:00", "جراحة, 40 أسرّة", "monitor"),
    ):
        told = access_words(access(small.book), Localizer(language, names(small.book)))
        gate, tent = (next(rows[0] for _, _, rows in told if rows and rows[0][0] == name) for name in ("gate", "tent"))
        plain = [re.sub("[\u2066-\u2069]", "", cell).replace("،", ",") for cell in (gate[1], tent[2], gate[4])]
        assert all(said in cell for said, cell in zip((hours, offers, why), plain, strict=True)), plain


def test_the_second_request_of_another_party_does_not_set_a_consignment_back(small):
    clear(small, 0, "tents", "request", holder="monitor", trucks=3)
    clear(small, 5, "tents", "hold", holder="fund", reason="documents")
    body = ClearanceBody(item="tents", action="request", holder="monitor", trucks=3)
    assert small.say("monitor", Clearance, body, occurred_at=MARCH + timedelta(hours=9)).problem is None
    (seen,) = access(small.book).items
    assert (seen.state, seen.holder, seen.reason) == ("held", "fund", "documents")


def test_an_unknown_party_a_way_to_nowhere_supplies_below_nothing_and_an_unstated_capacity_are_told(small):
    def notes(kind, party, body, **head):
        taken = small.say(party, kind, body, occurred_at=MARCH, **head)
        assert taken.problem is None
        return [(note.code, *note.values.values()) for note in taken.notes]

    asked = MovementBody(movement="m", action="submit", to="authorty", planned=MARCH)
    assert notes(MovementStatement, "fund", asked, place="north") == [("access.party_unknown", "authorty")]
    request = ClearanceBody(item="flour", action="request", holder="nobody", to="north")
    assert notes(Clearance, "fund", request) == [("access.party_unknown", "nobody")]
    ways = CrossingBody(crossing="road", trucks=5, leads_to=("gate", "north"))
    assert notes(Crossing, "keeper", ways) == [("crossing.leads_elsewhere", "road", "gate")]
    tent = ServicePointBody(point="tent", type="clinic", status="working", supply_days="-5")
    assert notes(ServicePoint, "fund", tent, place="north") == [("point.supplies_below_nothing", "-5")]
    plan = sending(small.book, days=3)
    assert (plan.unstated, plan.best.left) == (("gate",), 1), "nothing is planned through what nobody has stated"
