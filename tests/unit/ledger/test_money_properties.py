"""The properties of money, M1 to M8, each on random sets of statements, in two currencies and any order."""

import random
import sqlite3
from collections import defaultdict

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.balances import Moment, balances
from enduse.ledger.owners import parts_of
from enduse.ledger.rates import Rates, converted
from enduse.statements.programme import Reporting
from enduse.terms.amounts import Money, base_of
from enduse.views.money import currencies
from enduse.views.reporting import reported
from enduse.views.sums import Sums
from support.examples import examples
from support.ledger_hand import Hand, at

PARTIES = ("north", "south", "fund", "builder")
CASH = ("held", "own", "spent", "exchange", "fee")
PROMISES = ("promised", "unpledged", "pledged", "committed", "fulfilled")
SAID = st.lists(
    st.tuples(
        st.sampled_from(("pay", "own", "wire", "spend", "exchange", "pledge", "commit")),
        st.sampled_from(PARTIES),
        st.sampled_from(PARTIES),
        st.integers(1, 90),
        st.integers(0, 9),
        st.sampled_from(("USD", "EUR")),
        st.booleans(),
    ),
    max_size=12,
)


def play(said, *, promises=True, order=None):
    """Record these, each by whoever's money it is; ``order`` shuffles them, and without ``promises`` none names one."""
    hand = Hand()
    numbered = list(enumerate(said))
    if order is not None:
        random.Random(order).shuffle(numbered)
    for number, (kind, payer, other, value, day, currency, names) in numbered:
        say(hand, number, kind, payer, other, Money(str(value), currency), day, names=names and promises)
    return hand


def say(hand, number, kind, payer, other, money, day, *, names=False):
    pledge = {"pledge": f"p:{payer}"} if names else {}
    match kind:
        case "pay" | "own" | "wire":
            if payer == other:
                return
            more: dict[str, object] = {"funds": "own"} if kind == "own" else {}
            if kind == "wire":
                more = {
                    "received": money if money.value == "1" else less(money, 1),
                    "fee": Money("0.5", money.currency),
                }
            body = {"disbursement": f"d{number}", "amount": money, "recipient": other, **pledge, **more}
            hand.pay("disbursement", payer, on=day, **body)
        case "spend":
            hand.pay("expenditure", payer, on=day, expenditure=f"e{number}", amount=money, payee="shop")
        case "exchange":
            quote = "EUR" if money.currency == "USD" else "USD"
            body = {"exchange": f"x{number}", "gives": money, "gets": Money(money.value, quote)}
            hand.pay("exchange", payer, on=day, **body, fee=Money("1", money.currency))
        case "pledge":
            hand.pay("pledge", payer, on=day, pledge=f"p:{payer}", amount=money)
        case "commit":
            hand.pay("commitment", payer, on=day, commitment=f"c{number}", amount=money, recipient=other, **pledge)


def less(money, by):
    return Money(str(int(money.value) - by), money.currency)


def outside(hand, resource="money/USD"):
    lines = ((class_of(account), held.get(resource, 0)) for account, held in balances(hand.postings).items())
    return -sum(amount for kind, amount in lines if kind in {"held", "own"} and amount < 0)


def cash(hand):
    return {account: held for account, held in balances(hand.postings).items() if class_of(account) in CASH}


@given(said=SAID)
def test_m1_every_entry_every_currency_and_each_book_sums_to_zero(said):
    hand = play(said)
    by_entry, by_book = defaultdict(int), defaultdict(int)
    for one in hand.postings:
        book = "cash" if class_of(one.account) in CASH else "promises"
        assert class_of(one.account) in (*CASH, *PROMISES)
        by_entry[one.entry, one.resource] += one.amount
        by_book[book, one.resource] += one.amount
    assert set(by_entry.values()) | set(by_book.values()) <= {0}


@given(said=SAID)
def test_m2_what_came_from_outside_is_held_spent_exchanged_and_taken_as_fees(said):
    for one in currencies(Sums(play(said).postings)):
        ends = (one.held, one.spent, one.exchanged, one.fees)
        assert one.paid.amount + one.own.amount == sum(figure.amount for figure in ends)


@given(said=SAID, payer=st.sampled_from(PARTIES), recipient=st.sampled_from(PARTIES), value=st.integers(1, 90))
def test_m3_a_payment_brings_in_what_its_payer_lacks_and_fills_what_its_recipient_lacks(said, payer, recipient, value):
    if payer == recipient:
        return
    hand = play(said)
    held = {party: hand.balance(f"held {party}", "money/USD") for party in (payer, recipient)}
    before, amount = outside(hand), value * 10_000
    say(hand, 99, "pay", payer, recipient, Money(str(value), "USD"), 9)
    more = max(0, amount - max(0, held[payer]))
    less = min(amount, max(0, -held[recipient]))
    assert outside(hand) == before + more - less


@given(said=SAID, order=st.integers(0, 99))
def test_m4_the_order_of_recording_changes_no_balance_of_any_day(said, order):
    one, other = play(said), play(said, order=order)
    pledged = [kind for kind, *_ in said].count("pledge")
    if pledged > 1:
        return  # a pledge under one number counts once: there the first that is recorded stands
    for day in range(11):
        moment = Moment(as_at=at(day))
        assert balances(one.postings, moment) == balances(other.postings, moment)


@given(said=SAID, paid=st.integers(2, 90), back=st.integers(1, 90))
def test_m5_a_refund_is_having_paid_less(said, paid, back):
    back = min(back, paid - 1)
    kept = [one for one in said if one[0] not in {"pay", "own", "wire"} or one[1:3] != ("north", "fund")]
    hand, less = play(kept), play(kept)
    say(hand, 99, "pay", "north", "fund", Money(str(paid), "USD"), 3)
    hand.pay("refund", "fund", on=3, refund="r", amount=Money(str(back), "USD"), to="north", of="d99")
    say(less, 99, "pay", "north", "fund", Money(str(paid - back), "USD"), 3)
    assert cash(hand) == cash(less)


@given(said=SAID)
def test_m6_promises_move_no_cash(said):
    without = [one for one in said if one[0] not in {"pledge", "commit"}]
    assert cash(play(said)) == cash(play(without, promises=False))


@given(said=SAID)
def test_m7_the_parts_of_givers_are_the_balance(said):
    hand = play(said)
    parts = parts_of(hand.postings, "held", "spent", "fee")
    for account, held in balances(hand.postings).items():
        if class_of(account) in {"held", "spent", "fee"}:
            for resource, amount in held.items():
                assert sum(parts.get((account, resource), {}).values()) == max(0, amount), account
                assert owner_of(account) in PARTIES


@settings(max_examples=examples(20))
@given(said=SAID)
def test_m8_sums_in_the_reporting_currency_are_the_same_in_every_engine_that_adds_whole_numbers(said):
    hand = play(said)
    rate = {"base": "EUR", "quote": "USD", "value": "1.0937", "source": "bank"}
    hand.pay("rate", "bank", on=0, rate="r", **rate)
    rules = Reporting(currency="USD", sources=("bank",), oldest_days=30)
    lines = list(hand.ledger.rates.values())
    rates = Rates(lines, rules)
    rows = [
        (class_of(one.account), converted(one.amount, way))
        for one in hand.postings
        if (way := rates.find(base_of(one.resource), "USD", one.effective)) is not None
    ]
    told = reported(rules, lines, hand.postings, currencies(Sums(hand.postings)), at(9))
    sums = {"spent": told.spent.millionths, "promised": -told.pledged.millionths}
    for engine in (sqlite3.connect(":memory:"), duckdb.connect()):
        engine.execute("create table moved (kind varchar, amount bigint)")
        if rows:
            engine.executemany("insert into moved values (?, ?)", rows)
        for kind, total in sums.items():
            found = engine.execute("select coalesce(sum(amount), 0) from moved where kind = ?", [kind]).fetchone()
            assert found is not None
            assert int(found[0]) == total
        engine.close()
