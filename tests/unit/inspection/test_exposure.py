"""What is at stake in each place, from books written by hand."""

from datetime import UTC, datetime

import msgspec

from enduse.assurance.differences import Use
from enduse.inspection.exposure import Stake, exposures
from enduse.ledger.arrival import arrivals
from enduse.ledger.consignment import DAY
from enduse.ledger.ledger import Ledger
from enduse.ledger.state import Consignment, Leg, Line
from enduse.rows import Rows
from enduse.statements.works import ProjectBody
from enduse.works.works import PlanVersion, ProjectState, Works

START = datetime(2026, 1, 1, tzinfo=UTC)
T = 1_000_000


def leg(role, place, amount=T):
    line = Line("cement/g", None, amount)
    return Leg(entry=1, role=role, speaker="p", holder="p", place=place, effective=1, lines=(line,), id="0" * 64)


def sent(number, *legs):
    return Consignment(number, "x", "", legs)


def ledger(balances, *consignments):
    held = Rows(dict[str, int], balances.items())
    return Ledger(balances=held, consignments=Rows(Consignment, ((one.key, one) for one in consignments)))


def standings(books, now):
    """Return how the consignments stand ``now`` days after they left, due on the day itself."""
    for one in books.consignments.values():
        held = books.balances.get(f"transit {one.key}", {})
        yield from arrivals(one, held, now * DAY, lambda *_: 0)


def works(**places):
    states = {}
    for name, place in places.items():
        body = ProjectBody(project=name, title={"en": name}, purpose="reconstruction", need="need:1")
        states[name] = ProjectState("owner", [PlanVersion(body, "0" * 64, START, place)])
    return Works(projects=states)


def use(**words):
    plain = {
        "project": "clinic",
        "resource": "cement/g",
        "billed": None,
        "allowance": 0,
        "declared": 40 * T,
        "resolved": 10 * T,
        "measured": None,
        "interval": None,
        "short": None,
        "short_interval": None,
        "judgement": "not_measured",
        "over_bill": 0,
        "readings": (),
    }
    return Use(**{**plain, **words})


CAME = {"origin donor": {"cement/g": -60 * T, "parcel/piece": -400}, "unlinked place:b": {"cement/g": -40 * T}}


def by_place(*words):
    return {exposure.place: exposure for exposure in exposures(*words)}


def test_goods_held_count_by_their_share_of_all_that_came_in():
    held = {
        **CAME,
        "stock x place:a": {"cement/g": 25 * T},
        "stock y place:b": {"cement/g": 10 * T, "parcel/piece": 100},
    }
    found = by_place(ledger(held), Works(), [])
    assert {place: exposure.value for place, exposure in found.items()} == {
        "place:a": 250_000_000,
        "place:b": 350_000_000,
    }
    assert found["place:b"].reasons == (Stake("held", "parcel/piece", 100), Stake("held", "cement/g", 10 * T))
    assert list(found) == ["place:b", "place:a"], "what is worth most comes first"


def test_what_is_missing_counts_where_it_arrived_and_what_is_under_way_where_it_left():
    short = sent("c1", leg("dispatch", "place:yard", 9 * T), leg("receipt", "place:a", 7 * T))
    going = sent("c2", leg("dispatch", "place:yard", 3 * T))
    open_now = {
        **CAME,
        "transit x c1": {"cement/g": 2 * T},
        "transit x c2": {"cement/g": 3 * T},
        "difference x place:b": {"cement/g": 4 * T},
        "difference z place:b": {"cement/g": -T},
    }
    books = ledger(open_now, short, going)
    found = by_place(books, Works(), [], list(standings(books, 0)))
    assert found["place:a"].reasons == (), "what is on its way is not missing where the rest of it arrived"
    assert found["place:yard"].reasons == (Stake("under_way", "cement/g", 5 * T),)
    assert found["place:b"].reasons == (Stake("missing", "cement/g", 4 * T),), "a surplus makes up for nothing"
    late = by_place(books, Works(), [], list(standings(books, 2)))
    assert late["place:a"].reasons == (Stake("missing", "cement/g", 2 * T),)
    assert late["place:yard"].reasons == (Stake("missing", "cement/g", 3 * T),), "nobody has seen it since"


def test_use_that_nobody_measured_is_at_stake_and_measured_use_is_not():
    sites = works(clinic="place:clinic", school="place:school", well=None)
    uses = [
        use(),
        use(project="school", measured=40 * T, short=5 * T, judgement="within_error"),
        use(project="well", measured=30 * T, short=10 * T, judgement="beyond_error"),
        use(project="unheard-of"),
    ]
    found = by_place(ledger(CAME), sites, uses)
    assert found["place:clinic"].reasons == (Stake("unmeasured_use", "cement/g", 30 * T),)
    assert found["place:school"].reasons == ()
    assert found["well"].reasons == (Stake("short_use", "cement/g", 10 * T),)
    assert found["unheard-of"].value == 300_000_000


def test_places_that_only_send_are_not_in_the_plan_and_empty_ones_that_received_are():
    done = sent("c1", leg("dispatch", "place:yard"), leg("receipt", "place:a"))
    early = {"c9": [leg("receipt", "place:early")]}
    books = msgspec.structs.replace(ledger(CAME, done), loose=early)
    assert [exposure.place for exposure in exposures(books, works(clinic="place:clinic"), [])] == [
        "place:a",
        "place:clinic",
        "place:early",
    ]


def test_a_fault_of_the_books_makes_nothing_worth_more_than_all_there_is():
    found = by_place(ledger({"stock x place:a": {"cement/g": 7 * T}, "stock x place:b": {"cement/g": -T}}), Works(), [])
    assert found["place:a"].value == 1_000_000_000
    assert "place:b" not in found
