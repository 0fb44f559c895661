from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enduse.access.access import Access
from enduse.access.accounts import claims, coded, outcome_by, stays
from enduse.errors import InvalidValueError, MalformedError
from enduse.messages import Message, Refusal
from enduse.rows import packed, unpacked
from enduse.statements.access import (
    AccessIncident,
    AccessRules,
    Clearance,
    ClearanceBody,
    Closure,
    ClosureBody,
    Crossing,
    CrossingBody,
    IncidentBody,
    MovementBody,
    MovementStatement,
    OpeningWindow,
    ServicePoint,
    ServicePointBody,
)
from enduse.statements.codec import decode, encode, statement_id
from enduse.statements.entry import Entry
from enduse.statements.programme import PlaceBody
from enduse.terms.times import Period

DAY = datetime(2026, 3, 2, tzinfo=UTC)
LATE = DAY + timedelta(days=90)
SORTS: dict[str, Any] = {"north": "area", "south": "area", "gate": "crossing", "road": "corridor", "site": "site"}
PLACES = {name: PlaceBody(place=name, name={"en": name}, type=sort) for name, sort in SORTS.items()}


class Told:
    """Access, fed one statement at a time."""

    def __init__(self):
        self.access, self.count, self.last = Access(), 0, ""
        self.notes: tuple[Message, ...] = ()

    def say(self, kind, body, hours=0, *, party="relief", place=None, recorded=LATE, sealed=False):
        at = DAY + timedelta(hours=hours)
        said = kind(programme="x", party=party, seq=self.count + 1, occurred_at=at, place=place, body=body)
        entry = Entry(self.count, statement_id(encode(said)), "0" * 32, recorded, said)
        self.count += 1
        refusal, self.notes = self.access.apply(entry, PLACES, AccessRules(), sealed=sealed)
        if refusal is None:
            self.last = entry.id
        return "" if refusal is None else refusal.code

    def move(self, action, hours=0, movement="m1", party="relief", **more):
        names = ("notifier", "to", "planned", "outcome", "by", "reason", "minutes")
        body = MovementBody(movement=movement, action=action, **{n: more.pop(n) for n in names if n in more})
        return self.say(MovementStatement, body, hours, party=party, **more)

    def clear(self, action, hours=0, item="c1", party="relief", place=None, **more):
        return self.say(Clearance, ClearanceBody(item=item, action=action, **more), hours, party=party, place=place)

    def shut(self, closure, start, end=None, crossing="gate", party="relief"):
        period = Period(start=DAY + timedelta(days=start), end=None if end is None else DAY + timedelta(days=end))
        return self.say(Closure, ClosureBody(closure=closure, crossing=crossing, period=period), party=party)


def test_each_party_tells_how_it_ended_and_nobody_is_taken_for_the_truth():
    told = Told()
    assert told.move("submit", 0, to="authority", planned=DAY + timedelta(hours=48)) == ""
    assert told.move("approve", 20, party="authority") == ""
    assert told.move("depart", 48) == told.move("impede", 50, minutes=240, by="authority") == ""
    assert told.move("turn_back", 54) == ""
    assert told.move("complete", 55, party="authority", outcome="facilitated") == ""
    steps = told.access.movements["m1"]
    assert claims(steps) == {"relief": "impeded", "authority": "facilitated"}
    assert outcome_by(steps, "relief") == ("impeded", "relief")
    assert outcome_by(steps, "authority") == ("facilitated", "authority")
    assert outcome_by(steps, "someone else") == ("impeded", "relief")


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        (("submit", "approve", "depart", "complete"), "facilitated"),
        (("submit", "approve", "depart", "impede", "complete"), "impeded"),
        (("submit", "deny"), "denied"),
        (("submit", "cancel"), "cancelled"),
        (("submit", "approve", "cancel"), "cancelled"),
        (("submit", "depart", "attack"), "impeded"),
        (("submit", "acknowledge"), None),
        (("submit", "no_answer"), None),
        (("submit", "approve", "depart"), None),
    ],
)
def test_how_it_ended_follows_from_what_happened_as_in_the_published_tables(actions, outcome):
    told = Told()
    for hour, action in enumerate(actions):
        assert told.move(action, hour) == ""
    assert coded(told.access.movements["m1"]) == outcome


def test_time_in_each_state_and_who_has_it_in_hand():
    told = Told()
    told.move("submit", 0, to="authority")
    told.move("acknowledge", 5, party="authority")
    told.move("acknowledge", 7)  # when the notifier heard of it
    told.move("approve", 29, party="authority")
    told.move("depart", 30)
    found = stays(told.access.movements["m1"], DAY + timedelta(hours=40))
    assert [(one.state, one.holder, one.seconds // 3600, one.open) for one in found] == [
        ("submitted", "authority", 5, False),
        ("acknowledged", "authority", 24, False),
        ("approved", "relief", 1, False),
        ("departed", "relief", 10, True),
    ]


def test_times_that_run_backwards_in_one_partys_own_words_are_told_with_both_times():
    told = Told()
    told.move("submit", 10)
    assert told.move("depart", 9) == "access.backwards"
    assert told.move("depart", 9, party="authority") == "", "another party's clock may differ: that is a fact, no error"
    assert told.move("depart", 12) == ""
    assert told.move("approve", 13) == "access.backwards"
    told.clear("request", 0)
    assert told.clear("deliver", -1) == "access.backwards"


def test_double_notifications_are_told():
    told = Told()
    when = DAY + timedelta(days=2)
    assert told.move("submit", 0, planned=when, place="north") == ""
    assert told.move("submit", 1, planned=when, place="north") == "movement.notified_twice"
    assert told.move("submit", 1, party="other") == "movement.of_another"
    assert told.move("submit", 1, party="other", notifier="relief") == "", (
        "the authority may tell what it was notified of"
    )
    assert told.move("submit", 1, movement="m2", planned=when, place="north") == ""
    assert [note.code for note in told.notes] == ["movement.looks_double"]
    told.clear("request", 0)
    assert told.clear("request", 1) == "clearance.requested_twice"


def test_what_was_never_notified_or_has_left_or_was_called_off_goes_no_further():
    told = Told()
    assert told.move("depart") == "movement.unknown"
    assert told.clear("hold") == "clearance.unknown"
    told.move("submit", 0)
    told.move("depart", 1)
    assert told.move("cancel", 2) == "movement.departed_already"
    told.move("submit", 0, movement="m2")
    told.move("cancel", 1, movement="m2")
    assert told.move("depart", 2, movement="m2") == "movement.cancelled_already"


def test_unknown_places_and_places_of_another_sort_are_refused():
    told = Told()
    assert told.move("submit", place="nowhere") == "place.unknown"
    assert told.move("submit", place="site") == "access.other_place", "a site would tell where a convoy goes"
    assert told.move("submit", place="road") == "access.other_place", "so would its way"
    assert told.clear("request", to="nowhere") == "place.unknown"
    assert told.shut("s", 0, crossing="north") == "access.other_place"
    assert told.say(Crossing, CrossingBody(crossing="gate", trucks=5, leads_to=("lost",))) == "place.unknown"
    point = ServicePointBody(point="p", type="clinic", status="working")
    assert told.say(ServicePoint, point) == "access.no_area"
    assert told.say(ServicePoint, point, place="north") == ""
    incident = IncidentBody(incident="i", type="violence", against="monitors")
    assert told.say(AccessIncident, incident, place="north") == ""
    assert told.say(AccessIncident, incident, place="north") == "incident.twice"


def test_windows_that_close_before_they_open_are_refused_with_the_place():
    with pytest.raises(InvalidValueError, match="not after it opens"):
        OpeningWindow(days=("mon",), opens="16:00", closes="08:00")
    raw = encode(
        Crossing(
            programme="x",
            party="p",
            seq=1,
            occurred_at=DAY,
            body=CrossingBody(
                crossing="gate", trucks=5, windows=(OpeningWindow(days=("mon",), opens="08:00", closes="16:00"),)
            ),
        )
    )
    with pytest.raises(MalformedError) as refused:
        decode(raw.replace(b"16:00", b"07:00"))
    assert refused.value.problem.path == "$.body.windows[0].closes"
    assert "two windows" in refused.value.problem.remedy


def test_closures_of_one_party_do_not_overlap_and_those_of_two_are_remarked_on():
    told = Told()
    assert told.shut("a", 0, 3) == ""
    assert told.shut("b", 2, 5) == "closure.overlaps"
    assert told.shut("b", 3, 5) == ""
    assert told.shut("c", 1, party="other") == ""
    assert [note.code for note in told.notes] == ["closure.overlaps_another"] * 2
    assert told.shut("c", 1) == "closure.of_another"
    assert told.shut("a", 0, 2) == "", "the same closure, with its end"
    assert told.shut("c", 1, 2, crossing="road", party="other") == "closure.elsewhere"


def test_a_movement_is_not_told_in_the_open_before_its_day_and_counts_once_it_was_sealed():
    told = Told()
    soon = DAY + timedelta(days=10)
    assert told.move("submit", 0, recorded=soon) == "movement.too_early"
    assert told.move("submit", 0, recorded=DAY + timedelta(days=30)) == ""
    assert told.move(
        "submit", 0, movement="m2", planned=DAY + timedelta(days=9), recorded=DAY + timedelta(days=35)
    ) == ("movement.too_early")
    assert told.move("submit", 0, movement="m2", recorded=soon, sealed=True) == ""
    assert told.move("submit", 24 * 200) == "access.not_yet"


def test_what_is_taken_back_leaves_nothing():
    told = Told()
    empty = packed(told.access)
    told.move("submit", 0, planned=DAY + timedelta(days=1))
    first = told.last
    told.move("depart", 1)
    assert told.access.speaker(told.last) == "relief"
    told.access.take_back(told.last)
    assert [step.body.action for step in told.access.movements["m1"]] == ["submit"]
    told.access.take_back(first)
    assert not len(told.access.movements)
    assert not len(told.access.planned)
    assert len(packed(told.access)) == len(empty)
    assert packed(unpacked(packed(told.access), Access)) == packed(told.access)


def test_a_request_alone_tells_how_much_and_how_needed():
    with pytest.raises(InvalidValueError):
        ClearanceBody(item="c", action="hold", trucks=3)
    with pytest.raises(InvalidValueError):
        ClearanceBody(item="c", action="request", need="-1")
    with pytest.raises(InvalidValueError):
        MovementBody(movement="m", action="depart", planned=DAY)
    assert str(Refusal.of("movement.too_early", n=30)).startswith("a movement is told in the open 30 days")


def test_what_contradicts_an_earlier_word_is_told_to_whoever_says_it():
    told = Told()
    assert told.move("submit", 48, planned=DAY) == ""
    assert [note.code for note in told.notes] == ["movement.planned_before"]
    told.clear("request", 48)
    assert told.clear("approve", 24, party="authority") == "", "another party's clock may differ"
    assert [note.code for note in told.notes] == ["clearance.before_request"]
    assert told.clear("approve", 72, party="authority") == ""
    assert not told.notes
    assert told.clear("request", 73, party="other") == "", "each tells its own"
    assert [(note.code, note.values) for note in told.notes] == [
        ("clearance.requested_by_another", {"item": "c1", "party": "relief"})
    ], "but it is not lost without a word"
