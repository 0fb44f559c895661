"""Custody: dispatches add to a consignment, receipts take from it, in any order of recording."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.ledger.balances import Moment, balances
from enduse.messages import Message, Refusal
from support.examples import examples
from support.ledger_hand import Hand, T, at, event


def test_a_shortfall_stays_in_the_clearing_account_until_a_finding_settles_it():
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.send("red", "port", 100, "c1", on=1)
    assert hand.balance("transit red c1") == 100 * T
    hand.receive("blue", "site", 80, "c1", on=2)
    assert hand.ledger.balances == {
        "origin red": {"cement/g": -100 * T},
        "stock blue site": {"cement/g": 80 * T},
        "transit red c1": {"cement/g": 20 * T},
    }


def test_more_than_was_sent_takes_the_clearing_account_below_zero():
    hand = Hand()
    hand.send("red", "port", 100, "c1")
    hand.receive("blue", "site", 104, "c1", on=1)
    assert hand.balance("transit red c1") == -4 * T
    assert [one.code for one in hand.outcomes[-1].postings] == ["received", "received"]


def test_without_a_carrier_the_sender_answers_for_what_is_under_way():
    hand = Hand()
    hand.send("red", "port", 10, "c1", carrier=None)
    assert hand.ledger.consignments["red c1"].legs[0].carrier == "red"


def test_a_receipt_without_consignment_says_that_it_cannot_carry_custody():
    hand = Hand()
    outcome = hand.receive("blue", "site", 10)
    assert hand.balance("unlinked site") == -10 * T
    assert outcome.notes[0] == Message.of("receipt.names_no_consignment")
    assert not outcome.refusal


def test_a_receipt_of_a_consignment_never_dispatched_is_an_unresolved_link():
    hand = Hand()
    unknown = Message.of("consignment.never_dispatched", consignment="c1")
    assert hand.receive("blue", "site", 10, "c1").notes[0] == unknown
    assert hand.balance("unlinked site") == -10 * T
    outcome = hand.send("red", "port", 12, "c1")
    assert outcome.notes[0] == Message.of("dispatch.receipt_recorded_before", entry=0)
    assert hand.balance("unlinked site") == 0
    assert hand.balance("transit red c1") == 2 * T


def test_void_returns_what_never_left_and_a_receipt_still_shows():
    hand = Hand()
    hand.enter("red", "port", 10)
    hand.send("red", "port", 10, "c1")
    theirs = Refusal.of("consignment.not_theirs", consignment="c1", parties=["red"])
    assert hand.event("blue", "void_shipping", "port", None, consignment="c1").refusal == theirs
    hand.event("red", "void_shipping", "port", None, consignment="c1")
    voided = hand.last
    assert hand.balance("stock red port") == 10 * T
    outcome = hand.receive("blue", "site", 9, "c1")
    assert outcome.notes[0] == Message.of("receipt.declared_never_sent", consignment="c1", entry=3)
    again = Refusal.of("consignment.voided_before", consignment="c1")
    assert hand.event("red", "void_shipping", "port", None, consignment="c1").refusal == again
    hand.correct("red", voided)
    assert hand.balance("transit red c1") == 1 * T
    assert hand.balance("unlinked site") == 0


def test_a_dispatch_and_its_receipt_are_corrected_each_by_its_own_party_in_any_order():
    hand = Hand()
    hand.send("red", "port", 10, "c1")
    dispatched = hand.last
    hand.receive("blue", "site", 8, "c1")
    received = hand.last
    only = Refusal.of("correction.not_theirs", entry=1, party="blue", parties=["blue"])
    assert hand.correct("red", received).refusal == only
    assert not hand.correct("blue", received).refusal
    assert hand.balance("transit red c1") == 10 * T
    assert hand.correct("blue", received).refusal == Refusal.of("correction.already_taken_back", entry=1, by=3)
    hand.receive("blue", "site", 9, "c1")
    assert hand.balance("transit red c1") == 1 * T
    assert not hand.correct("red", dispatched).refusal
    assert hand.ledger.balances == {"stock blue site": {"cement/g": 9 * T}, "unlinked site": {"cement/g": -9 * T}}


def test_correcting_a_receipt_recorded_first_takes_the_late_link_back_too():
    hand = Hand()
    hand.receive("blue", "site", 8, "c1")
    received = hand.last
    hand.send("red", "port", 10, "c1")
    hand.correct("blue", received)
    assert hand.ledger.balances == {
        "stock red port": {"cement/g": -10 * T},
        "transit red c1": {"cement/g": 10 * T},
    }


def test_an_error_declaration_takes_back_the_event_of_the_same_party():
    hand = Hand()
    hand.enter("red", "port", 10, eventID="urn:uuid:1")
    twice = Refusal.of("goods.event_twice", event="urn:uuid:1")
    assert hand.enter("red", "port", 10, eventID="urn:uuid:1").refusal == twice
    declared = {"eventID": "urn:uuid:1", "errorDeclaration": {"declarationTime": "2026-01-02T00:00:00Z"}}
    assert hand.enter("blue", "port", 10, **declared).refusal == Refusal.of("goods.declaration_unmatched")
    assert hand.enter("red", "port", 10, **declared).postings[0].code == "reversed"
    assert hand.ledger.balances == {}


@pytest.mark.threat(
    who="storekeeper",
    tries="books an arrival into another's store",
    alone="has no effect as its own word; as a report it needs a mandate to report",
    needs="the holder, or whoever gives that mandate",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_nobody_speaks_for_the_goods_of_another():
    hand = Hand()
    theirs = {"destinationList": [{"type": "possessing_party", "destination": "blue"}]}
    alien = Refusal.of("goods.not_theirs", party="red", holder="blue")
    assert hand.receive("red", "site", 10, "c1", **theirs).refusal == alien
    outcome = hand.receive("red", "site", 10, "c1", imported=True, **theirs)
    assert hand.balance("stock blue site") == 10 * T
    assert Message.of("goods.told_by_importer") in outcome.notes


@pytest.mark.threat(
    who="carrier",
    tries="brings in a list that says the receiver has everything",
    alone="counts as a report until the receiver speaks, and no longer then",
    needs="the receiver, who never speaks or says the same",
    seen_by="the receiver and anybody: `enduse trace`",
)
def test_a_carrier_cannot_sign_for_the_receiver_in_either_order():
    theirs = {"destinationList": [{"type": "possessing_party", "destination": "blue"}]}
    by_carrier = event("lark", "receiving", "site", 10, on=2, consignment="c1", imported=True, **theirs)
    sent = event("red", "shipping", "port", 10, on=1, consignment="c1", carrier="lark")
    real = event("blue", "receiving", "site", 7, on=3, consignment="c1")
    results = []
    for order in ((sent, by_carrier, real), (by_carrier, sent, real)):
        hand = Hand()
        for statement in order:
            assert not hand.say(statement).refusal
        results.append(balances(hand.postings))
    assert results[0] == results[1]
    assert results[0]["transit red c1"] == {"cement/g": 3 * T}


def test_lots_and_other_materials_are_told_apart():
    hand = Hand()
    hand.send("red", "port", None, "c1", lines=[(60, "A"), (40, "B")])
    hand.receive("blue", "site", None, "c1", lines=[(40, "A"), (40, "B"), (5, None, "sand")])
    lots = {}
    for one in hand.postings:
        if one.account == "transit red c1":
            lots[one.lot] = lots.get(one.lot, 0) + one.amount
    assert lots == {"A": 20 * T, "B": 0, None: -5 * T}
    assert hand.balance("transit red c1", "sand/g") == -5 * T
    assert Message.of("receipt.material_never_dispatched", material="sand") in hand.outcomes[-1].notes


def test_what_cannot_have_an_effect_says_why():
    hand = Hand()
    reasons = {
        "dispatch.names_no_consignment": hand.event("red", "shipping", "port", 10),
        "goods.no_quantities": hand.receive("red", "port", None, "c1"),
        "goods.not_an_amount": hand.receive("red", "port", 0, "c1"),
        "goods.quantity_unreadable none": hand.receive(
            "red", "port", None, "c1", quantityList=[{"epcClass": "cement"}]
        ),
        "goods.quantity_unreadable unit": hand.receive("red", "port", 1, "c1", unit="QQQ"),
        "goods.quantity_unreadable fine": hand.receive("red", "port", None, "c1", lines=[("0.0000001",)]),
        "goods.no_place": hand.receive("red", None, 1, "c1"),
        "goods.identifier_unusable": hand.receive("red", "port", 1, "c 1"),
        "goods.too_much": hand.receive("red", "port", 10**12, "c1"),
        "goods.step_unknown": hand.event("red", "urn:x:vanishing", "port", 1, action="DELETE"),
        "goods.no_project": hand.event("red", "installing", "port", 1, action="ADD"),
    }
    for reason, outcome in reasons.items():
        assert outcome.refusal is not None
        assert outcome.refusal.code == reason.partition(" ")[0]
        assert not outcome.postings
    assert hand.ledger.balances == {}


def test_balances_never_outgrow_64_bits():
    hand = Hand()
    too_much = {"material": "cement", "unit": "TNE"}
    huge = Refusal.of("goods.too_much", quantity="1000000001", **too_much)
    assert hand.enter("red", "port", 10**9 + 1).refusal == huge
    together = Refusal.of("goods.too_much", quantity="1", **too_much)
    assert hand.enter("red", "port", None, lines=[(10**9,), (1,)]).refusal == together
    most = 2**62 // 10**15
    for _ in range(most):
        hand.enter("red", "port", 10**9)
    assert hand.balance("stock red port") == most * 10**15
    full = hand.enter("red", "port", 10**9).refusal
    assert full is not None
    assert full.code == "ledger.outgrown"
    assert hand.balance("stock red port") == most * 10**15
    assert not hand.enter("red", "port", 1).refusal


def test_what_is_only_observed_moves_nothing():
    outcome = Hand().event("red", "inspecting", "crossing", 10, consignment="c1")
    assert outcome.notes == (Message.of("goods.observation", step="inspecting"),)
    assert not outcome.refusal


def test_a_step_of_our_own_counts_by_its_last_word():
    hand = Hand()
    hand.event("red", "urn:example:bizstep:consuming", "port", 3, action="DELETE")
    assert hand.balance("consumed red port") == 3 * T
    hand.event("red", "dispensing", "port", 3, **{"enduse:project": "kitchen"})
    assert hand.balance("use red kitchen") == 3 * T


LEGS = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1, 50), st.integers(0, 5), st.integers(0, 5), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(max_examples=examples(60), deadline=None)
@given(legs=LEGS, counted=st.none() | st.tuples(st.integers(0, 60), st.integers(0, 5)), data=st.data())
def test_the_order_of_recording_does_not_matter(legs, counted, data):
    said = []
    for number, (sent, got, left, arrived, named) in enumerate(legs):
        name = f"c{number}" if named else None
        if named:
            said.append(event("red", "shipping", "port", sent, on=left, consignment=name, carrier="lark"))
        said.append(event("blue", "receiving", "site", got, on=arrived, consignment=name))
    if counted is not None:
        said.append(event("blue", "stock_taking", "site", counted[0], on=counted[1]))
    hands = Hand(), Hand()
    for statement in said:
        assert not hands[0].say(statement).refusal
    for statement in data.draw(st.permutations(said)):
        assert not hands[1].say(statement).refusal
    assert balances(hands[0].postings) == balances(hands[1].postings)
    for number in range(7):
        then = Moment(as_at=at(number))
        assert balances(hands[0].postings, then) == balances(hands[1].postings, then)
