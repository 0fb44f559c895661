"""Counts and facts that are recorded late: stock always equals what its postings say, and what was counted.

Two open systems lost this: open-msupply issue 8011 (stock on hand and the ledger's balance disagree) and ERPNext issue
37192 (a back-dated reconciliation counts twice). The causes were balances stored apart from the ledger, and back-dated
entries. Here every balance is a sum over postings, and what a count asserted stays true whatever is recorded later.
"""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InvalidValueError
from enduse.ledger.balances import Moment, balances, differences, negative_stock, stock_by_place
from enduse.ledger.count_rows import of_stock
from enduse.messages import Amount, Message, Refusal
from support.examples import examples
from support.ledger_hand import Hand, T, at, event, unbalanced


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


def to_the_day(hand, party, step, quantity, **more):
    more = {"enduse:within": "P1D", **more}
    return hand.event(party, step, "port", quantity, **more)


def gap(hand):
    return hand.balance("difference red port") // T


@pytest.mark.parametrize(
    ("counted", "gap_told", "left"), [(100, 0, 120), (120, 0, 120), (110, 10, 110), (125, -5, 125)]
)
@pytest.mark.parametrize("counted_first", [False, True])
def test_a_count_and_a_receipt_of_one_day_contradict_only_where_both_orders_do(counted, gap_told, left, counted_first):
    hand = Hand()
    hand.enter("red", "port", 100)
    words = [("stock_taking", counted), ("receiving", 20)]
    for step, quantity in words if counted_first else words[::-1]:
        to_the_day(hand, "red", step, quantity, on=3)
    assert gap(hand) == gap_told
    assert hand.balance("stock red port") == left * T
    assert unbalanced(hand.postings) == {}
    (count,) = of_stock(hand.ledger, "stock red port", "cement/g")
    assert (count.low // T, count.high // T) == (100 - counted, 120 - counted)


def test_a_day_is_that_of_the_time_that_is_told_and_not_of_greenwich():
    hand = Hand()
    hand.enter("red", "port", 100)
    morning = "2026-01-04T07:00:00+03:00"
    to_the_day(hand, "red", "receiving", 20, eventTime="2026-01-04T12:00:00+03:00")
    hand.count("red", "port", 100, eventTime=morning)
    assert gap(hand) == 0
    other = Hand()
    other.enter("red", "port", 100)
    to_the_day(other, "red", "receiving", 20, eventTime="2026-01-03T12:00:00+03:00")
    other.count("red", "port", 100, eventTime=morning)
    assert gap(other) == 20


def test_a_date_alone_claims_no_more_than_the_day_and_a_time_claims_its_order():
    for when, told in (("2026-01-04", 0), ("2026-01-04T12:00:00Z", 20)):
        hand = Hand()
        hand.enter("red", "port", 100)
        hand.event("red", "receiving", "port", 20, eventTime=when)
        hand.count("red", "port", 100, eventTime="2026-01-04T15:00:00Z")
        assert gap(hand) == told


def test_a_late_fact_of_the_day_and_its_correction_settle_the_order_anew():
    hand = Hand()
    hand.enter("red", "port", 100)
    to_the_day(hand, "red", "stock_taking", 90, on=3)
    assert gap(hand) == 10
    to_the_day(hand, "red", "dispensing", 10, on=3)
    used = hand.last
    assert (gap(hand), hand.balance("stock red port")) == (0, 90 * T)
    to_the_day(hand, "red", "stock_taking", 90, on=3)
    assert gap(hand) == 0
    hand.correct("red", used)
    assert (gap(hand), hand.balance("stock red port")) == (10, 90 * T)


def test_of_more_facts_than_can_be_tried_only_the_range_is_known():
    hand = Hand()
    hand.enter("red", "port", 100)
    for _ in range(13):
        to_the_day(hand, "red", "receiving", 1, on=3)
    to_the_day(hand, "red", "stock_taking", 107, on=3)
    (count,) = of_stock(hand.ledger, "stock red port", "cement/g")
    assert (gap(hand), count.low // T, count.high // T) == (0, -7, 6)
    assert hand.balance("stock red port") == 113 * T


def test_what_several_counts_found_together_is_as_open_as_the_last_of_them():
    hand = Hand()
    hand.enter("red", "port", 100)
    for on, received, counted in ((3, 5, 101), (5, 6, 112), (7, 0, 110)):
        if received:
            to_the_day(hand, "red", "receiving", received, on=on)
        to_the_day(hand, "red", "stock_taking", counted, on=on)
    counts = of_stock(hand.ledger, "stock red port", "cement/g")
    assert [(count.low // T, count.high // T) for count in counts] == [(-1, 4), (-6, 0), (2, 2)]
    assert gap(hand) == 100 + 5 + 6 - 110


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("receiving", "dispensing", "stock_taking")),
        st.integers(1, 5),
        st.integers(0, 2),
        st.sampled_from((6, 12, 12, 18)),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
"""Step, tonnes, day, hour, and whether no more than the day is claimed."""


def said(step, tonnes, on, hour, whole):
    when = {"eventTime": f"2026-01-0{on + 2}T{hour:02}:00:00Z"}
    return event("red", step, "port", tonnes, **when, **({"enduse:within": "P1D"} if whole else {}))


def spans(on, hour, whole):
    return (24 * on, 24 * on + 24) if whole else (24 * on + hour, 24 * on + hour)


def orders(words):
    """Give every order of what was said that its times allow; two counts stay in the order of their claimed times."""
    for order in permutations(range(len(words))):
        rank = {index: place for place, index in enumerate(order)}
        if all(not rank[two] < rank[one] for one in rank for two in rank if before(words, one, two)):
            yield [words[index] for index in order]


def before(words, one, two):
    """Say whether one certainly lies before another."""
    if one == two:
        return False
    first, second = (words[index] for index in (one, two))
    counts = (first[0] == "stock_taking", second[0] == "stock_taking")
    if all(counts):
        return (first[2], first[3], one) < (second[2], second[3], two)
    ends, starts = spans(*first[2:])[1], spans(*second[2:])[0]
    if not first[4] and not second[4] and ends == starts:
        return counts == (False, True)
    return ends <= starts


def gaps_of(order):
    """Return the gap of every count of one order."""
    held, found = 0, []
    for step, tonnes, *_ in order:
        if step == "stock_taking":
            found.append(held - tonnes)
            held = tonnes
        else:
            held += tonnes if step == "receiving" else -tonnes
    return found


@settings(max_examples=examples(150), deadline=None)
@given(words=EVENTS, data=st.data())
def test_g13_a_count_contradicts_only_by_what_it_contradicts_in_every_order(words, data):
    possible = [gaps_of(order) for order in orders(words)]
    hand = Hand()
    for word in words:
        hand.say(said(*word))
    counts = of_stock(hand.ledger, "stock red port", "cement/g")
    if counts and possible:
        first = [gaps[0] * T for gaps in possible]
        assert abs(counts[0].absorbed) == min(map(abs, first))
        assert (counts[0].low, counts[0].high) == (min(first), max(first))
        last, together = counts[-1], [sum(gaps) * T for gaps in possible]
        held = hand.balance("difference red port") - last.absorbed
        assert (held + last.low, held + last.high) == (min(together), max(together))
    moved = sum(one.amount for one in hand.postings if one.account == "difference red port")
    assert moved == sum(count.absorbed for count in counts)
    facts = sum(tonnes * {"receiving": 1, "dispensing": -1}.get(step, 0) for step, tonnes, *_ in words)
    assert hand.balance("stock red port") == facts * T - moved
    counted = [word for word in words if word[0] == "stock_taking"]
    others = data.draw(st.permutations([word for word in words if word[0] != "stock_taking"]))
    again, mixed = Hand(), data.draw(st.permutations([0] * len(counted) + [1] * len(others)))
    rest = [iter(counted), iter(others)]
    for which in mixed:
        again.say(said(*next(rest[which])))
    assert balances(again.postings) == balances(hand.postings)


@settings(max_examples=examples(60), deadline=None)
@given(words=EVENTS, more=EVENTS)
def test_a_fact_that_is_corrected_leaves_the_counts_as_if_it_had_never_been_said(words, more):
    hand, plain = Hand(), Hand()
    for word in words:
        hand.say(said(*word))
        plain.say(said(*word))
    extra = []
    for word in more:
        hand.say(said(*word))
        extra.append(hand.last)
    for identifier in extra:
        assert not hand.correct("red", identifier).refusal
    assert balances(hand.postings) == balances(plain.postings)
