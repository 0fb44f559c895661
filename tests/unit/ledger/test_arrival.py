"""Consignments as they really move: in parts, in any order, given back, refused, under one number twice.

Days are those of the worked examples: sent on day 1, due after 14 days, asked on some day after that.
"""

from itertools import pairwise, permutations

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from enduse.errors import InvalidValueError
from enduse.ledger.accounts import transit
from enduse.ledger.arrival import arrivals
from enduse.ledger.balances import Moment, balances
from enduse.messages import Message, Refusal
from enduse.statements.claim import Resolution
from support.examples import examples
from support.ledger_hand import Hand, T, at, event, resolution, tonnes, unbalanced

NOON = at(1) // 2 - at(0) // 2
DUE_DAYS = 14


def standing(hand, on, key="mill W1", resource="cement/g"):
    """Return how a consignment stands at noon of a day."""
    one = hand.ledger.consignments[key]
    held = hand.ledger.balances.get(transit(key), {})
    found = arrivals(one, held, at(on) + NOON, lambda *_: DUE_DAYS, hand.ledger.loose.get(one.number, ()))
    return next(arrival for arrival in found if arrival.resource == resource)


def told(hand, on, key="mill W1", resource="cement/g"):
    """Return it in tonnes: what is on the way, short, overdue, and too much."""
    one = standing(hand, on, key, resource)
    sums = {state: sum(part.amount for part in one.parts if part.state == state) for state in STATES}
    return {name: amount // T for name, amount in (*sums.items(), ("over", one.over)) if amount}


STATES = ("on_way", "short", "overdue")


def sent(tonnes, on, number="W1", by="mill", carrier="lark", **more):
    return event(by, "shipping", by, tonnes, on=on, consignment=number, carrier=carrier, **more)


def got(tonnes, on, number="W1", by="store", complete=None, **more):
    if complete is not None:
        more["enduse:complete"] = complete
    return event(by, "receiving", by, tonnes, on=on, consignment=number, **more)


def sent_in(amount, on):
    return event("mill", "shipping", "mill", None, on=on, consignment="W1", quantityList=[{**CEMENT, **amount}])


def got_in(amount, on):
    return event("store", "receiving", "store", None, on=on, consignment="W1", quantityList=[{**CEMENT, **amount}])


CEMENT = {"epcClass": "urn:enduse:class:cement"}


def hand_of(*statements):
    hand = Hand()
    for statement in statements:
        assert not hand.say(statement).refusal
    return hand


@pytest.mark.parametrize(
    ("sent_as", "got_as", "left"),
    [
        (("22000", "LBR"), ("9979.03", "KGM"), 0),
        (("22000", "LBR"), ("9.98", "TNE"), 0),
        (("10000", "KGM"), ("22046", "LBR"), 0),
        (("22000", "LBR"), ("9979", "KGM"), 0),
        (("22000", "LBR"), ("9978", "KGM"), 1032),
        (("22", "STN"), ("19600", "KGM"), 358064),
        (("22000", "LBR"), ("21999.9", "LBR"), 45),
        (("80", "TNE"), ("79999.9", "KGM"), 100),
    ],
)
def test_what_is_less_than_the_last_place_of_a_written_figure_is_no_difference(sent_as, got_as, left):
    """From pounds to kilograms somebody rounded; in one unit, or from tonnes to kilograms, nobody did."""
    more = [{"quantity": quantity, "uom": uom} for quantity, uom in (sent_as, got_as)]
    hand = hand_of(sent_in(more[0], 1), got_in(more[1], 3))
    one = standing(hand, 20)
    assert (sum(part.amount for part in one.late), one.over) == (left, 0)
    assert one.balance == left + one.rounding
    assert abs(one.rounding) <= 1_000


def test_1_a_part_is_on_its_way_until_its_time_has_passed_and_the_rest_may_come_in_any_order():
    hand = hand_of(sent(80, 1), got(50, 3))
    assert told(hand, 5) == {"on_way": 30}
    assert told(hand, 20) == {"overdue": 30}
    (late,) = standing(hand, 20).late
    assert late.days(at(20) + NOON) == 5
    for order in ((sent(80, 1), got(50, 3), got(30, 9)), (got(30, 9), got(50, 3), sent(80, 1))):
        assert told(hand_of(*order), 20) == {}


def test_2_the_receivers_word_closes_a_consignment_short_at_once():
    hand = hand_of(sent(80, 1), got(50, 3, complete=True))
    assert told(hand, 3) == {"short": 30}
    (late,) = standing(hand, 3).late
    assert (late.by, late.said) == ("store", 1)
    apart = hand_of(sent(80, 1), got(50, 3), got(None, 3, complete=True))
    assert told(apart, 3) == {"short": 30}
    nothing_said = hand_of(sent(80, 1), got(50, 3, complete=False))
    assert told(nothing_said, 3) == {"on_way": 30}


def test_3_what_is_sent_after_that_word_is_on_its_way():
    hand = hand_of(sent(80, 1), got(50, 3, complete=True), sent(10, 6))
    assert told(hand, 7) == {"short": 30, "on_way": 10}


def test_4_receipts_serve_the_oldest_part_first():
    hand = hand_of(sent(50, 1), sent(30, 8), got(40, 10))
    assert told(hand, 12) == {"on_way": 40}
    assert told(hand, 16) == {"overdue": 10, "on_way": 30}
    assert told(hand, 23) == {"overdue": 40}


def test_5_every_line_of_a_waybill_counts_whether_in_one_statement_or_in_many():
    flour = {"material": "flour"}
    rows = [sent(20, 1), sent(5, 1, **flour), got(20, 3), got(5, 3, **flour)]
    lines = {"lines": [(20, None, "cement"), (5, None, "flour")]}
    for statements in (rows, rows[::-1], [sent(None, 1, **lines), *rows[2:]]):
        hand = hand_of(*statements)
        assert balances(hand.postings) == {
            "stock mill mill": {"cement/g": -20 * T, "flour/g": -5 * T},
            "stock store store": {"cement/g": 20 * T, "flour/g": 5 * T},
        }
        assert all(outcome.postings for outcome in hand.outcomes)


def test_6_a_receipt_before_its_dispatch_is_stock_at_once_and_arrived_when_the_dispatch_comes():
    hand = hand_of(got(20, 3))
    assert hand.balance("unlinked store") == -20 * T
    assert Message.of("consignment.never_dispatched", consignment="W1") in hand.outcomes[0].notes
    outcome = hand.say(sent(20, 2))
    assert Message.of("dispatch.receipt_recorded_before", entry=0) in outcome.notes
    assert told(hand, 20) == {}
    assert hand.balance("unlinked store") == 0
    assert not any(one.account.startswith("stock store") for one in outcome.postings)


def test_7_a_number_that_comes_again_after_half_a_year_is_another_consignment():
    hand = hand_of(sent(20, 1), got(15, 2), sent(30, 200), got(35, 201))
    assert told(hand, 220, "mill W1") == {"overdue": 5}
    assert told(hand, 220, "mill W1 2026-07-20") == {"over": 5}


@pytest.mark.threat(
    who="donor",
    tries="as a sender bridges two uses of one number by a gram dated between them, so that a surplus hides a shortage",
    alone="two consignments stay two: what is recorded later joins the one begun before it",
    needs="nobody could: it would have to be said before the number is used anew, or be corrected in the open",
    seen_by="anybody: `enduse late`, `enduse trace`",
)
@pytest.mark.parametrize("on", [100, 181, 199])
def test_7_a_dispatch_between_two_uses_of_a_number_hides_no_shortage(on):
    hand = hand_of(sent(20, 1), got(15, 2), sent(30, 200), got(35, 201), sent(0.000001, on))
    assert len(hand.ledger.consignments) == 2
    assert told(hand, 220, "mill W1")["overdue"] == 5
    (other,) = hand.ledger.consignments.keys() - {"mill W1"}
    assert standing(hand, 220, other).over // T >= 4
    assert unbalanced(hand.postings) == {}


@settings(max_examples=examples(60), deadline=None)
@given(days=st.lists(st.integers(0, 360), min_size=1, max_size=6))
def test_7_dispatches_recorded_as_they_happen_part_where_the_number_rested_for_half_a_year(days):
    days.sort()
    gaps = sum(later - day > 180 for day, later in pairwise(days))
    assert len(hand_of(*(sent(1, day) for day in days)).ledger.consignments) == gaps + 1


def test_8_a_receipt_that_could_be_of_two_senders_is_asked_and_nobody_is_named():
    hand = hand_of(sent(20, 1), sent(20, 1, by="depot"), got(20, 3))
    several = Message.of("consignment.several_senders", consignment="W1", parties=["depot", "mill"])
    assert several in hand.outcomes[-1].notes
    for key in ("mill W1", "depot W1"):
        one = standing(hand, 20, key)
        assert (one.missing, one.contested, one.answers) == (20 * T, 20 * T, "")


@pytest.mark.parametrize(
    ("sends", "comes"), [((40, 30), (30, 40)), ((40, 40), (40, 40)), ((40, 30), (20, 30, 20)), ((40, 30), (40, 25, 5))]
)
def test_8_receipts_that_are_together_just_what_two_senders_sent_leave_nothing_missing_in_any_order(sends, comes):
    papers = [sent(much, 1, by=by, taker="store") for much, by in zip(sends, ("mill", "depot"), strict=True)]
    papers += [got(much, 3 + at) for at, much in enumerate(comes)]
    for order in permutations(papers):
        hand = hand_of(*order)
        assert [hand.balance(f"transit {key}") for key in ("mill W1", "depot W1")] == [0, 0]
        assert hand.balance("unlinked store") == 0
        assert hand.balance("stock store store") == sum(sends) * T


@pytest.mark.threat(
    who="carrier",
    tries="reports under a number that two senders use that all of it arrived, naming neither sender",
    alone="changes nothing: only what the receivers themselves say is laid to the senders of whom it may be",
    needs="the receiver",
    seen_by="anybody: `enduse late`",
)
def test_8_what_another_reports_as_received_is_laid_to_neither_of_two_senders():
    reports = [got(much, 3, by="lark", taker="store", imported=True) for much in (40, 30)]
    hand = hand_of(sent(40, 1), sent(30, 1, by="depot"), *reports)
    assert [hand.balance(f"transit {key}") for key in ("mill W1", "depot W1")] == [40 * T, 30 * T]


def test_9_the_holders_word_counts_and_another_that_would_clear_the_carrier_contests_it():
    donors = got(80, 3, by="donor", taker="store", imported=True)
    mine = got(30, 3)
    for order in ((sent(80, 1), donors, mine), (mine, sent(80, 1), donors)):
        hand = hand_of(*order)
        assert hand.balance("stock store donor") == 0
        one = standing(hand, 20)
        assert (one.received, one.missing, one.contested, one.answers) == (30 * T, 50 * T, 50 * T, "")


def test_10_of_two_reports_the_first_counts_and_the_other_stands_beside():
    first = got(50, 3, by="donor", taker="store", imported=True)
    second = event("agency", "receiving", "donor", 50, on=3, consignment="W1", taker="store", imported=True)
    hand = hand_of(sent(50, 1), first, second)
    assert hand.balance("stock store donor") == 50 * T
    assert Message.of("report.beside", holder="store", party="donor") in hand.outcomes[-1].notes


def test_11_equal_parts_of_one_day_both_count_and_the_doubt_is_told():
    hand = hand_of(sent(50, 1), got(25, 3), got(25, 3))
    assert told(hand, 20) == {}
    assert Message.of("consignment.told_again", consignment="W1") in hand.outcomes[-1].notes
    assert told(hand_of(sent(50, 1), got(50, 3), got(50, 3)), 20) == {"over": 50}


def test_11_a_dispatch_told_twice_accuses_nobody():
    hand = hand_of(sent(50, 1), sent(50, 1), got(50, 3))
    one = standing(hand, 20)
    assert (one.missing, one.contested, one.answers) == (50 * T, 50 * T, "")


def test_14_what_arrived_damaged_arrived():
    hand = hand_of(sent(1000, 1), got(968, 3), got(7, 3, lot="damaged"), got(None, 3, complete=True))
    assert told(hand, 3) == {"short": 25}


def test_15_what_was_refused_at_the_door_is_on_its_way_back_until_it_could_be_there():
    refused = event("store", "refusing", "store", 10, on=16, consignment="W1")
    hand = hand_of(sent(50, 1), got(40, 3), refused)
    assert told(hand, 20) == {"on_way": 10}
    assert told(hand, 31) == {"overdue": 10}
    hand.say(event("mill", "receiving", "mill", 10, on=32, consignment="W1"))
    assert told(hand, 40) == {}


@pytest.mark.parametrize("on", [5, 16])
def test_15_what_was_refused_is_late_from_the_day_on_which_it_could_be_back(on):
    hand = hand_of(sent(50, 1, taker="store"), got(30, 3), refused(10, on))
    assert [(part.amount, part.days(at(17) + NOON)) for part in standing(hand, 17).late] == [(10 * T, 2)]
    late = [(part.amount, part.days(at(on + 17) + NOON)) for part in standing(hand, on + 17).late]
    assert late == [(10 * T, on + 2), (10 * T, 3)]


def refused(tonnes, on, by="store"):
    return event(by, "refusing", by, tonnes, on=on, consignment="W1")


@pytest.mark.threat(
    who="storekeeper",
    tries="says that all came, is asked for what is short, and then says that it refused so much at the door",
    alone="changes nothing after the day of its first word; dated by that day it is on its way back for the time of that way, once, "
    "and short again",
    needs="the sender, who says that it is back",
    seen_by="anybody: `enduse late`, and the refusal in `enduse trace`",
)
def test_15_a_refusal_after_the_receivers_word_wipes_no_shortage():
    hand = hand_of(sent(80, 1, taker="store"), got(50, 3, complete=True))
    for day in (4, 19, 30, 44):
        hand.say(refused(1000, day))
        hand.say(got(None, day, complete=True))
        assert told(hand, day + 5) == {"short": 30}
        assert standing(hand, day + 5).refused == 0
    hand.say(refused(1000, 3))
    assert (told(hand, 5), told(hand, 20), told(hand, 44)) == ({"on_way": 30}, {"short": 30}, {"short": 30})
    hand.say(refused(1000, 3))
    assert told(hand, 20) == {"short": 30}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_15_a_refusal_and_the_receivers_word_of_one_day_have_no_order(order):
    rows = (got(50, 3), refused(30, 3), got(None, 3, complete=True))
    hand = hand_of(sent(80, 1, taker="store"), *(rows[at] for at in order))
    assert (told(hand, 5), told(hand, 20)) == ({"on_way": 30}, {"short": 30})
    one = standing(hand, 20)
    assert (one.contested, one.answers) == (0, "lark"), "who was to bring it back is asked once it could be there"


def test_15_what_is_refused_after_the_day_of_the_receivers_word_counts_in_no_order_of_recording():
    rows = (got(40, 3, complete=True), refused(10, 4))
    for some in (rows, rows[::-1]):
        one = standing(hand_of(sent(50, 1, taker="store"), *some), 5)
        assert (one.missing, one.answers) == (10 * T, "lark")


def test_15_a_part_is_refused_once_and_no_more_of_it_than_is_open():
    hand = hand_of(sent(50, 1, taker="store"), got(40, 3), refused(1000, 16))
    assert (told(hand, 20), standing(hand, 20).refused) == ({"on_way": 10}, 10 * T)
    hand.say(refused(1000, 29))
    assert told(hand, 31) == {"overdue": 10}
    for row in (sent(50, 40, taker="store"), got(40, 41), refused(10, 56)):
        hand.say(row)
    assert told(hand, 60) == {"overdue": 10, "on_way": 10}
    hand.say(event("mill", "receiving", "mill", 10, on=57, consignment="W1"))
    assert hand_of(sent(50, 1, taker="store"), refused(10, 99)).outcomes
    assert told(hand_of(sent(50, 1, taker="store"), refused(10, 99)), 20) == {"overdue": 50}


@pytest.mark.threat(
    who="stranger",
    tries="puts off a shortage by a refusal, where the dispatch names no receiver",
    alone="changes nothing: where nobody is named, only who has received of a consignment can refuse of it",
    needs="a receiver, and before its word that no more comes",
    seen_by="anybody: `enduse trace`",
)
@pytest.mark.parametrize("who", ["evil", "mill"])
def test_15_who_has_not_received_cannot_refuse_where_no_receiver_is_named(who):
    hand = hand_of(sent(80, 1), got(50, 3), refused(30, 16, by=who))
    assert (told(hand, 20), standing(hand, 20).refused) == ({"overdue": 30}, 0)


@pytest.mark.threat(
    who="donor",
    tries="as a sender states, after the receiver said that all is there, one more dispatch of the time before",
    alone="is on its way until its own time has passed: no receiver's word is heard against its carrier",
    needs="the receiver, who says after it that nothing more comes",
    seen_by="anybody: `enduse late`, `enduse trace`",
)
def test_what_is_dispatched_on_record_after_the_receivers_word_is_not_short_by_that_word():
    hand = hand_of(sent(80, 1, taker="store"), got(80, 3, complete=True), sent(20, 2, taker="store"))
    assert (told(hand, 5), told(hand, 20)) == ({"on_way": 20}, {"overdue": 20})
    hand.say(got(None, 4, complete=True))
    assert told(hand, 5) == {"short": 20}


@pytest.mark.parametrize("rows", [(sent(80, 1),), (sent(50, 1), sent(30, 1))])
def test_a_receiver_that_said_complete_before_its_dispatch_was_recorded_makes_it_short_and_not_overdue(rows):
    """Papers come late: it was overdue, as if nobody had said that no more comes."""
    hand = hand_of(got(50, 3, complete=True), *rows)
    assert (told(hand, 5), told(hand, 20)) == ({"short": 30}, {"short": 30})
    hand.enter("mill", "mill", 20)
    hand.say(sent(20, 2))
    assert told(hand, 5) == {"short": 30, "on_way": 20}, "of one more its receiver has not spoken"


def test_16_a_carrier_is_named_alone_only_whichever_truck_a_receipt_was_off():
    parts = sent(50, 1, carrier="hill"), sent(30, 1, carrier="kite")
    hand = hand_of(*parts, got(60, 3, complete=True))
    assert (told(hand, 3), standing(hand, 3).carriers, standing(hand, 3).answers) == (
        {"short": 20},
        ("hill", "kite"),
        "",
    )
    tagged = hand_of(*parts, got(50, 3, carrier="hill"), got(10, 3, carrier="kite", complete=True))
    assert standing(tagged, 3).answers == "kite"


def test_19_what_was_found_stolen_and_then_comes_shows_as_too_much():
    hand = hand_of(sent(50, 1), got(40, 3))
    assert not hand.find(resolution("difference", "W1", 10, "stolen")).refusal
    assert hand.balance("stolen lark W1") == 10 * T
    assert told(hand, 20) == {}
    hand.say(got(10, 5))
    assert told(hand, 20) == {"over": 10}


def test_20_a_dispatch_is_corrected_away_whatever_came_after_it_and_what_was_known_then_stays():
    hand = hand_of(sent(20, 1), got(20, 3))
    before = balances(hand.postings)
    assert not hand.correct("mill", hand.entries[0].id).refusal
    assert balances(hand.postings) == {
        "stock store store": {"cement/g": 20 * T},
        "unlinked store": {"cement/g": -20 * T},
    }
    assert balances(hand.postings, Moment(size=2)) == before


def test_a_return_in_part_is_back_at_its_sender_and_no_longer_missing():
    hand = hand_of(
        sent(80, 1, taker="store"), got(80, 3), event("mill", "receiving", "mill", 5, on=5, consignment="W1")
    )
    assert hand.balance("stock mill mill") == -75 * T
    assert told(hand, 20) == {"over": 5}
    again = hand_of(sent(80, 1, taker="store"), got(75, 3), hand.entries[2].statement)
    one = standing(again, 20)
    assert (one.received, one.returned, one.balance) == (75 * T, 5 * T, 0)
    assert again.outcomes[-1].postings[0].code == "returned"


def test_a_void_of_a_part_leaves_the_rest_under_way():
    hand = hand_of(sent(80, 1), event("mill", "void_shipping", "mill", 30, on=2, consignment="W1"))
    assert told(hand, 5) == {"on_way": 50}
    assert hand.balance("stock mill mill") == -50 * T


def test_senders_that_number_each_year_anew_are_known_by_the_programme():
    rows = [sent(20, 355), got(20, 360), sent(30, 370), got(30, 371)]
    hand = Hand()
    hand.ledger.yearly = ("mill",)
    for row in rows[:2]:
        hand.say(row)
    assert set(hand.ledger.consignments) == {"mill W1"}


def test_what_came_on_the_day_before_a_number_began_anew_is_the_rest_of_the_year_before():
    rows = [sent(60, -5), got(25, -3), got(35, 3), sent(40, 4), got(40, 4)]
    for order in (rows, rows[::-1], [rows[3], rows[2], rows[0], rows[4], rows[1]]):
        hand = Hand()
        hand.ledger.yearly = ("mill",)
        for row in order:
            hand.say(row)
        assert set(hand.ledger.consignments) == {"mill W1", "mill W1 2026-01-05"}
        assert [told(hand, 40, key) for key in hand.ledger.consignments] == [{}, {}]


def test_a_number_can_be_named_in_a_finding_by_its_day_and_its_sender():
    hand = hand_of(sent(20, 1), sent(30, 200), sent(7, 1, by="depot"))
    several = hand.find(resolution("difference", "W1", 1, "lost")).refusal
    assert several.code == "finding.several_owners"
    assert not hand.find(resolution("difference", "W1@2026-07-20", 1, "lost"), finding="f2").refusal
    assert not hand.find(resolution("difference", "W1@depot", 1, "lost"), finding="f3").refusal
    assert (hand.balance("lost lark W1 2026-07-20"), hand.balance("lost lark W1")) == (T, T)
    assert Refusal.of("finding.nothing_open", material="cement", of="difference", item="W9") == (
        hand.find(resolution("difference", "W9", 1, "lost"), finding="f4").refusal
    )


def test_tonnes_and_bags_of_one_material_are_not_compared_and_nobody_is_named():
    hand = hand_of(sent(20, 1), got(400, 3, unit="XBG"))
    one = standing(hand, 20)
    assert (one.missing, one.contested, one.answers, one.counted) == (20 * T, 20 * T, "", False)
    (other,) = one.other_units
    assert one.other_units[other] == 400
    hand.say(got(1, 4))
    assert standing(hand, 20).other_units == {other: 400}, "a tonne loose beside the bags makes none of them too much"
    hand.say(got(19, 5))
    assert standing(hand, 20).other_units == {}, "nothing is open against which the bags could be held"


# -- properties ----------------------------------------------------------------------------------------------------

PARTS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 30)), min_size=1, max_size=4)
WORDS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 40), st.booleans()), max_size=4)


def statements(parts, words):
    return [sent(*part) for part in parts] + [got(tonnes, day, complete=complete) for tonnes, day, complete in words]


@settings(max_examples=examples(60), deadline=None)
@given(parts=PARTS, words=WORDS, data=st.data())
def test_parts_add_up_in_any_order_of_recording_on_every_day(parts, words, data):
    said = statements(parts, words)
    drawn = data.draw(st.permutations(said))
    # A receiver's word judges what is on record when it is said; all else is the same in any order.
    words_last = sorted(drawn, key=lambda one: '"enduse:complete": true' in one.body.event)
    hands = hand_of(*said), hand_of(*words_last), hand_of(*drawn)
    for number in range(0, 70, 3):
        assert told(hands[0], number) == told(hands[1], number)
        then = Moment(as_at=at(number))
        assert balances(hands[0].postings, then) == balances(hands[1].postings, then)
        assert balances(hands[0].postings, then) == balances(hands[2].postings, then)
    assert standing(hands[0], 70).missing == standing(hands[2], 70).missing  # all time has passed, whoever said what
    for hand in hands:
        assert unbalanced(hand.postings) == {}
        assert balances(hand.postings) == dict(sorted(hand.ledger.balances.items()))


def missing_by_hand(parts, words, on):
    """What has not arrived, worked out as a storekeeper would: part by part, what came laid on the oldest."""
    closed = max((day for _, day, complete in words if complete), default=None)
    judged = sum(tonnes for tonnes, day in parts if on > day + DUE_DAYS or (closed is not None and day <= closed))
    return max(0, judged - sum(word[0] for word in words))


@settings(max_examples=examples(80), deadline=None)
@given(parts=PARTS, words=WORDS, on=st.integers(0, 70))
def test_what_has_not_arrived_is_what_a_storekeeper_would_say_and_never_goes_both_ways(parts, words, on):
    hand = hand_of(*statements(parts, words))
    one = standing(hand, on)
    assert one.missing == missing_by_hand(parts, words, on) * T
    assert one.balance == one.missing + one.on_way - one.over
    assert not (one.over and one.parts)
    assert one.balance == (sum(part[0] for part in parts) - sum(word[0] for word in words)) * T


@settings(max_examples=examples(40), deadline=None)
@given(parts=PARTS, words=WORDS)
def test_with_nothing_new_it_only_grows_and_nothing_is_missing_before_time_or_word(parts, words):
    hand = hand_of(*statements(parts, words))
    course = [standing(hand, on).missing for on in range(75)]
    assert course == sorted(course)
    if not any(word[2] for word in words):
        assert not any(course[: min(day for _, day in parts) + DUE_DAYS + 1])


@settings(max_examples=examples(40), deadline=None)
@given(parts=PARTS, words=WORDS, more=st.tuples(st.integers(1, 60), st.integers(0, 40)), on=st.integers(0, 70))
def test_one_more_receipt_never_raises_what_is_missing_and_touches_only_its_own_stock(parts, words, more, on):
    hand = hand_of(*statements(parts, words))
    before = standing(hand, on).missing
    outcome = hand.say(got(*more))
    assert standing(hand, on).missing <= before
    assert {one.account for one in outcome.postings} == {"transit mill W1", "stock store store"}


@settings(max_examples=examples(40), deadline=None)
@given(parts=PARTS, words=WORDS, data=st.data())
def test_what_is_corrected_was_never_said(parts, words, data):
    said = statements(parts, words)
    hand = hand_of(*said)
    gone = data.draw(st.integers(0, len(said) - 1))
    entry = hand.entries[gone]
    assert not hand.correct(entry.statement.party, entry.id).refusal
    rest = [statement for number, statement in enumerate(said) if number != gone]
    assert balances(hand.postings) == balances(hand_of(*rest).postings)


@pytest.mark.parametrize("own", [0, 1, 2])
def test_a_strangers_statement_changes_no_holders_figure(own):
    base = [sent(80, 1, taker="store"), got(50, 3)]
    strangers = event("evil", "receiving", "shed", 30, on=3, consignment="W1")
    hand = hand_of(*base[:own], strangers, *base[own:])
    assert told(hand, 20) == {"overdue": 30}
    assert standing(hand, 20).answers == "lark"
    assert hand.balance("stock store store") == 50 * T


RETURN = (
    lambda: sent(80, 1, taker="store"),
    lambda: got(80, 3),
    lambda: sent(5, 5, by="store", carrier="kite"),
    lambda: got(5, 7, by="mill"),
)


@pytest.mark.parametrize("named", [True, False])
@given(order=st.permutations(range(4)))
def test_a_return_that_names_nobody_is_one_where_nothing_else_can_be_back_in_any_order(named, order):
    way = RETURN if named else (lambda: sent(80, 1), *RETURN[1:])
    hand = hand_of(*(way[index]() for index in order))
    assert (told(hand, 40), told(hand, 40, "store W1")) == ({}, {})
    assert (hand.balance("stock mill mill"), hand.balance("stock store store")) == (-75 * T, 75 * T)
    assert {leg.entry for leg in hand.ledger.consignments["store W1"].of("receipt")} == {order.index(3)}


@pytest.mark.threat(
    who="stranger",
    tries="says it received of a consignment whose sender names no receiver, and ships as much back, so that the sender's next receipt settles it",
    alone="the receipt is asked for, and its own shipment stays open in its own name",
    needs="nobody",
    seen_by="the sender: `enduse late`, `enduse status`",
)
@pytest.mark.parametrize("more", [got(5, 4, by="evil"), got(5, 4, by="evil", giver="mill")])
def test_where_no_receiver_is_named_a_return_is_read_only_where_one_received_just_what_was_sent(more):
    hand = hand_of(sent(80, 1), got(80, 3), more, sent(5, 5, by="evil"), got(5, 7, by="mill"))
    assert standing(hand, 40, "evil W1").received == 0, "who says it received besides does not settle its own account"


@pytest.mark.parametrize("number", ["W1", "W2"])
def test_all_of_it_goes_back_to_another_place_of_its_sender(number):
    back = {"number": number, "by": "store", "carrier": "kite"}
    hand = hand_of(
        sent(80, 1, taker="store"),
        got(80, 3),
        sent(80, 5, **back),
        event("mill", "receiving", "depot", 80, on=7, consignment=number),
    )
    assert balances(hand.postings) == {
        "stock mill depot": {"cement/g": 80 * T},
        "stock mill mill": {"cement/g": -80 * T},
    }
    assert told(hand, 40, f"store {number}") == {}


def test_a_return_short_on_its_way_back_is_late_with_who_carried_it_back():
    hand = hand_of(*(make() for make in RETURN[:3]), got(3, 7, by="mill"))
    assert told(hand, 40) == {}
    assert (told(hand, 40, "store W1"), standing(hand, 40, "store W1").answers) == ({"overdue": 2}, "kite")


def test_what_may_be_ones_own_that_never_arrived_stays_where_it_is():
    hand = hand_of(sent(80, 1, taker="store"), got(76, 3), *(make() for make in RETURN[2:]))
    assert (told(hand, 40), told(hand, 40, "store W1")) == ({"over": 1}, {"overdue": 5})


def test_12_an_excess_that_was_the_shortage_of_the_next_waybill_is_rerouted_by_a_finding():
    hand = hand_of(
        sent(1000, 1, "W853"),
        got(1010, 3, "W853"),
        sent(1000, 1, "W854"),
        got(990, 3, "W854", complete=True),
    )
    assert (told(hand, 3, "mill W853"), told(hand, 3, "mill W854")) == ({"over": 10}, {"short": 10})
    wrong = msgspec.structs.replace(resolution("difference", "W854", 11, "lost"), outcome="misrouted", to="W853")
    assert hand.find(wrong).refusal.code == "finding.more_than_open"
    other = msgspec.structs.replace(wrong, item="W853", to="W854", quantity=tonnes(1))
    assert hand.find(other, finding="f2").refusal.code == "finding.of_a_surplus"
    right = msgspec.structs.replace(wrong, quantity=tonnes(10))
    assert not hand.find(right, finding="f3").refusal
    assert (told(hand, 3, "mill W853"), told(hand, 3, "mill W854")) == ({}, {})
    assert not hand.correct("factory", hand.last).refusal
    assert told(hand, 3, "mill W854") == {"short": 10}


def test_12_what_has_not_so_much_too_much_takes_nothing():
    hand = hand_of(sent(10, 1, "W1"), got(9, 3, "W1", complete=True), sent(10, 1, "W2"))
    wrong = msgspec.structs.replace(resolution("difference", "W1", 1, "lost"), outcome="misrouted", to="W2")
    assert hand.find(wrong).refusal.code == "finding.no_excess"
    with pytest.raises(InvalidValueError, match="misrouted"):
        Resolution(of="difference", item="W1", material="cement", quantity=tonnes(1), outcome="misrouted")
    with pytest.raises(InvalidValueError, match="misrouted"):
        Resolution(of="difference", item="W1", material="cement", quantity=tonnes(1), outcome="lost", to="W2")


def test_13_what_came_in_place_of_another_leaves_the_other_open_and_is_told_as_never_dispatched():
    hand = hand_of(sent(20, 1, material="rice"), got(20, 3, material="flour"))
    assert told(hand, 20, resource="rice/g") == {"overdue": 20}
    assert told(hand, 20, resource="flour/g") == {"over": 20}
    assert Message.of("receipt.material_never_dispatched", material="flour") in hand.outcomes[-1].notes
    assert hand.balance("stock mill mill", "flour/g") == 0
    assert standing(hand, 20, resource="rice/g").answers == ""


def test_13_what_came_in_place_of_another_clears_a_carrier_of_no_more_than_itself():
    hand = hand_of(sent(20, 1, material="rice", carrier="hill"), got(5, 3, material="flour", complete=True))
    one = standing(hand, 20, resource="rice/g")
    assert (one.missing, one.contested, one.answers) == (20 * T, 5 * T, "")
    hand = hand_of(
        sent(20, 1, carrier="hill"), sent(5, 1, material="flour"), got(5, 3, material="flour", complete=True)
    )
    assert standing(hand, 20).answers == "hill"


def taken_over(tonnes, on, by="kite", giver="hill"):
    return event(by, "transshipping", "fork", tonnes, on=on, consignment="W1", giver=giver)


def test_17_who_takes_goods_over_answers_for_them_from_there_on():
    hand = hand_of(sent(50, 1, carrier="hill"), taken_over(48, 2), got(48, 3, carrier="kite", complete=True))
    assert (told(hand, 3), standing(hand, 3).answers) == ({"short": 2}, "hill")
    hand = hand_of(sent(50, 1, carrier="hill"), taken_over(50, 2), got(48, 3, carrier="kite", complete=True))
    assert standing(hand, 3).answers == "kite"
    assert balances(hand.postings)["stock store store"] == {"cement/g": 48 * T}
    assert hand_of(sent(50, 1)).say(taken_over(5, 2, giver=None)).refusal.code == "takeover.names_nobody"


@pytest.mark.threat(
    who="carrier",
    tries="lets a friend say that it took the goods over, so that the friend is asked and not the carrier",
    alone="both are asked and neither is named, until a receipt says whose truck it was",
    needs="the receiver, who names the friend as carrier",
    seen_by="anybody: `enduse late`",
)
@pytest.mark.parametrize("friend_first", [True, False])
def test_17_a_friends_word_that_it_took_over_clears_no_carrier(friend_first):
    words = [taken_over(50, 2), sent(50, 1, carrier="hill")]
    hand = hand_of(*(words if friend_first else words[::-1]), got(48, 3, complete=True))
    assert (standing(hand, 3).carriers, standing(hand, 3).answers) == (("hill", "kite"), "")


def test_18_goods_of_two_waybills_on_one_pallet_count_line_by_line_and_what_was_not_opened_is_not_exact():
    unopened = {"persistentDisposition": {"set": ["completeness_inferred"]}}
    both = [sent(40, 1, "W1"), sent(40, 1, "W2")]
    hand = hand_of(*both, got(40, 3, "W1", **unopened), got(40, 3, "W2", **unopened))
    for key in ("mill W1", "mill W2"):
        assert (told(hand, 20, key), standing(hand, 20, key).counted) == ({}, False)


CARRIED = st.lists(st.tuples(st.sampled_from(("hill", "kite", "lark")), st.integers(1, 9)), min_size=1, max_size=3)
UNLOADED = st.lists(st.tuples(st.sampled_from(("hill", "kite", None)), st.integers(1, 9)), max_size=4)


def assignments(carried, unloaded):
    """Give what each carrier may still have, for every truck that each receipt naming nobody may have been off."""
    if not unloaded:
        yield carried
        return
    (named, tonnes), *rest = unloaded
    for who in [named] if named else [who for who in carried if carried[who] > 0] or list(carried):
        taken = min(tonnes, carried.get(who, 0)) if named is None else tonnes
        after = {**carried, who: carried.get(who, 0) - taken}
        left = tonnes - taken
        yield from assignments(
            after, [(None, left), *rest] if left and any(one > 0 for one in after.values()) else rest
        )


@settings(max_examples=examples(150), deadline=None)
@given(carried=CARRIED, unloaded=UNLOADED)
def test_g8_a_carrier_is_named_alone_only_if_it_is_in_every_assignment_of_the_receipts(carried, unloaded):
    sums = {}
    for who, amount in carried:
        sums[who] = sums.get(who, 0) + amount
    assume(all(named is None or named in sums for named, _ in unloaded))
    assume(all(sum(one for who, one in unloaded if who == name) <= sums[name] for name in sums))
    hand = hand_of(
        *(sent(amount, 1, carrier=who) for who, amount in carried),
        *(got(amount, 3, **({"carrier": who} if who else {})) for who, amount in unloaded),
        got(None, 3, complete=True),
    )
    one = standing(hand, 3)
    if one.missing and one.answers:
        for left in assignments(sums, sorted(unloaded, key=lambda each: each[0] is None)):
            assert left[one.answers] > 0


@settings(max_examples=examples(60), deadline=None)
@given(parts=PARTS, words=WORDS)
def test_g10_what_was_known_at_an_entry_never_changes(parts, words):
    hand, known = Hand(), []
    for statement in statements(parts, words):
        hand.say(statement)
        known.append(balances(hand.postings))
    for entry in tuple(hand.entries):
        hand.correct(entry.statement.party, entry.id)
    for size, then in enumerate(known, start=1):
        assert balances(hand.postings, Moment(size=size)) == then
