"""Counts and facts that are recorded late: stock always equals what its postings say, and what was counted.

Two open systems lost this: open-msupply issue 8011 (stock on hand and the ledger's balance disagree) and ERPNext issue
37192 (a back-dated reconciliation counts twice). The causes were balances stored apart from the ledger, and back-dated
entries. Here every balance is a sum over postings, and what a count asserted stays true whatever is recorded later.
"""

import pytest

from enduse.errors import InvalidValueError
from enduse.ledger.balances import Moment, balances, differences, negative_stock, stock_by_place
from enduse.messages import Amount, Message, Refusal
from support.ledger_hand import Hand, T, at, unbalanced


def stock(hand, on):
    return balances(hand.postings, Moment(as_at=at(on))).get("stock red port", {}).get("cement/g", 0)


def test_a_count_sets_the_stock_and_the_gap_is_the_custodians():
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.count("red", "port", 92, on=3)
    assert hand.balance("stock red port") == 92 * T
    assert hand.balance("difference red port") == 8 * T
    hand.read_stock("monitor", "port", 95, "red", on=4)
    assert hand.balance("stock red port") == 95 * T
    assert hand.balance("difference red port") == 5 * T


def test_a_fact_recorded_late_but_before_a_count_goes_into_the_difference():
    hand = Hand()
    hand.enter("red", "port", 100, on=0)
    hand.count("red", "port", 70, on=5)
    assert hand.balance("difference red port") == 30 * T
    hand.event("red", "dispensing", "port", 30, on=2)
    assert [stock(hand, on) for on in (0, 2, 5)] == [100 * T, 70 * T, 70 * T]
    assert hand.balance("difference red port") == 0
    assert unbalanced(hand.postings) == {}


def test_a_fact_recorded_late_but_after_the_count_moves_the_stock():
    hand = Hand()
    hand.count("red", "port", 70, on=5)
    hand.event("red", "dispensing", "port", 30, on=6)
    assert hand.balance("stock red port") == 40 * T


def test_a_back_dated_count_compares_with_the_book_of_its_own_day():
    hand = Hand()
    hand.enter("red", "port", 100, on=0)
    hand.enter("red", "port", 50, on=9)
    hand.count("red", "port", 90, on=5)
    assert hand.balance("stock red port") == 140 * T
    assert hand.balance("difference red port") == 10 * T
    # ERPNext 37192: a reconciliation dated before another one counted the same gap twice.
    hand.count("red", "port", 80, on=3)
    assert [stock(hand, on) for on in (2, 3, 5, 9)] == [100 * T, 80 * T, 90 * T, 140 * T]
    assert hand.balance("difference red port") == 10 * T


def test_a_back_dated_fact_is_in_every_later_balance():
    hand = Hand()
    hand.enter("red", "port", 10, on=5)
    hand.event("red", "dispensing", "port", 4, on=7)
    hand.enter("red", "port", 20, on=1)
    assert [stock(hand, on) for on in (0, 1, 5, 7)] == [0, 20 * T, 30 * T, 26 * T]
    assert hand.balance("stock red port") == stock(hand, 99)


def test_stock_on_hand_and_ledger_are_one_figure_after_corrections():
    # open-msupply 8011: stock on hand and the sum of its ledger had drifted apart.
    hand = Hand()
    hand.enter("red", "port", 10, on=5)
    entered = hand.last
    hand.count("red", "port", 9, on=6)
    counted = hand.last
    hand.enter("red", "port", 3, on=2)
    hand.correct("red", entered)
    hand.correct("red", counted)
    assert hand.balance("stock red port") == 3 * T
    assert hand.balance("difference red port") == 0
    assert balances(hand.postings) == dict(sorted(hand.ledger.balances.items()))


def test_taking_a_count_back_hands_what_it_absorbed_to_the_next():
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.count("red", "port", 90, on=3)
    counted = hand.last
    hand.count("red", "port", 85, on=6)
    hand.correct("red", counted)
    assert [stock(hand, on) for on in (0, 3, 6)] == [100 * T, 100 * T, 85 * T]
    assert hand.balance("difference red port") == 15 * T


def test_what_was_known_when_can_be_told():
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.count("red", "port", 70, on=5)
    hand.event("red", "dispensing", "port", 30, on=2)
    before = Moment(size=2)
    (gap,) = differences(hand.postings, before)
    assert (gap.owner, gap.item, gap.amount, gap.since, gap.entries) == ("red", "port", 30 * T, at(5), (1,))
    assert differences(hand.postings, Moment(as_known=hand.postings[3].recorded)) == (gap,)
    assert differences(hand.postings) == ()
    assert stock_by_place(hand.postings) == {"port": {"red": {"cement/g": 70 * T}}}


def test_a_fact_is_never_refused_so_stock_below_zero_shows():
    hand = Hand()
    hand.event("red", "dispensing", "port", 5)
    (problem,) = negative_stock(hand.postings)
    minus = Amount(-5 * T, "cement/g")
    assert problem.told == Message.of("stock.below_zero", owner="red", amount=minus, material="cement", place="port")


def test_a_count_of_nothing_is_a_count_and_a_negative_one_is_not():
    hand = Hand()
    hand.enter("red", "port", 5)
    assert not hand.count("red", "port", 0, on=1).refusal
    assert hand.balance("difference red port") == 5 * T
    with pytest.raises(InvalidValueError, match="less than nothing"):
        hand.read_stock("monitor", "port", -1, "red")
    assert hand.read_stock("monitor", None, 1, "red").refusal == Refusal.of("reading.no_place")


def test_a_reading_counts_once():
    hand = Hand()
    hand.read_stock("monitor", "port", 5, "red")
    before = Refusal.of("statement.given_before", kind="reading", identifier="reading:1", entry=0)
    assert hand.read_stock("monitor", "port", 5, "red").refusal == before
