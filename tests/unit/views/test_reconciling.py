"""A statement of account beside a record: matches, what stands on one side, and that all of it ties to the last unit."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import FaultsError, MalformedError
from enduse.exchange.examined import read_account, read_examined
from enduse.terms.amounts import Money
from enduse.views import reconciling
from enduse.views.reconciling import reconcile
from support.ledger_hand import Hand

HEAD = "day,amount,currency,kind,reference,text\n"


@pytest.fixture
def beside(tmp_path):
    def of(hand, rows, head=HEAD, party="fund", days=10, currency=""):
        path = tmp_path / "bank.csv"
        path.write_text(head + rows, encoding="utf-8")
        return reconcile(book_of(hand), party, read_account(path, currency), days)

    return of


def book_of(hand):
    return SimpleNamespace(ledger=hand.ledger, summed=lambda: [SimpleNamespace(money=hand.postings)])


def spent(hand, number, amount, on, payee="maker", currency="USD", **more):
    body = {"expenditure": number, "amount": Money(str(amount), currency), "payee": payee, **more}
    hand.pay("expenditure", "fund", on=on, **body)


def got(hand, number, amount, on, currency="USD"):
    hand.pay("disbursement", "north", on=on, disbursement=number, amount=Money(str(amount), currency), recipient="fund")


def ways(answer):
    return [(one.way, one.rows, one.entries) for one in answer.matches]


def test_one_to_one_by_number_and_by_amount_and_day(beside):
    hand = Hand()
    got(hand, "PAY-7", 50_000, 9)
    spent(hand, "V-1", 12_000, 19)
    answer = beside(
        hand,
        "2026-01-01,100,USD,opening,,\n2026-01-12,50000,USD,,,ref pay-7\n2026-01-21,-12000,USD,movement,x,\n"
        "2026-01-31,38100,USD,closing,,\n",
    )
    assert ways(answer) == [("reference", (3,), (0,)), ("amount", (4,), (1,))]
    (dollars,) = answer.balances
    assert (dollars.gap.amount, dollars.tied, answer.only_account, answer.only_record) == (0, True, (), ())


def test_one_row_for_several_payments_and_several_rows_for_one(beside):
    hand = Hand()
    for number, amount in enumerate(("3000.50", "499.50", "77"), 1):
        spent(hand, f"V-{number}", amount, 20)
    got(hand, "PAY-1", 900, 20)
    answer = beside(
        hand, "2026-01-01,0,USD,opening,,\n2026-01-22,-3500,USD,,,\n2026-01-22,600,USD,,,\n2026-01-23,300,USD,,,\n"
    )
    assert ways(answer) == [("sum", (3,), (0, 1)), ("sum", (4, 5), (3,))]
    assert [one.entry for one in answer.only_record] == [2]
    assert answer.balances[0].tied


def test_what_several_sums_would_match_is_told_and_matched_with_none(beside):
    hand = Hand()
    for number, amount in enumerate((60, 40, 70, 30), 1):
        spent(hand, f"V-{number}", amount, 20)
    answer = beside(hand, "2026-01-01,0,USD,opening,,\n2026-01-21,-100,USD,,,\n")
    assert answer.matches == ()
    assert [(one.row, one.parts) for one in answer.several] == [(3, 2)]
    assert (len(answer.only_account), len(answer.only_record), answer.balances[0].tied) == (1, 4, True)


def test_a_search_that_stops_says_so(beside, monkeypatch):
    monkeypatch.setattr(reconciling, "STEPS_MOST", 20)
    hand = Hand()
    for number in range(12):
        spent(hand, f"V-{number}", 100 + 7 * number, 20)
    answer = beside(hand, "2026-01-20,-1,USD,,,\n2026-01-21,-711,USD,,,\n2026-01-25,-2,USD,,,\n")
    assert answer.stopped > 0
    assert answer.balances[0].tied


def test_the_same_number_with_another_sum_is_a_difference_and_no_loss(beside):
    hand = Hand()
    got(hand, "PAY-7", 1000, 9)
    body = {"disbursement": "RCPT-1", "donor": "north", "amount": Money("980", "USD"), "recipient": "fund"}
    hand.pay("disbursement", "fund", on=9, confirms="PAY-7", **body)
    answer = beside(hand, "2026-01-10,980,USD,,RCPT-1,\n")
    (one,) = answer.matches
    assert (one.way, one.entries, one.difference.value) == ("reference", (0,), -20)
    assert answer.balances[0].tied


def test_what_is_booked_after_the_month_is_matched_and_told_as_of_another_day(beside):
    hand = Hand()
    spent(hand, "V-1", 500, 33)
    answer = beside(hand, "2026-01-02,-1,USD,,,\n2026-01-31,-500,USD,,,\n")
    (one,) = answer.matches
    assert (one.days, one.outside.value) == (3, -500)
    assert answer.balances[0].tied
    far = beside(hand, "2026-01-02,-1,USD,,,\n2026-01-31,-500,USD,,,\n", days=2)
    assert (far.matches, len(far.only_account)) == ((), 2)


def test_fees_stand_apart_and_a_payment_less_its_fee_is_what_the_bank_shows(beside):
    hand = Hand()
    spent(hand, "V-1", 500, 20, fee=Money("5", "USD"))
    spent(hand, "V-2", 300, 20, fee=Money("3", "USD"))
    answer = beside(
        hand, "2026-01-20,-505,USD,,,\n2026-01-21,-300,USD,,,\n2026-01-21,-3,USD,fee,,\n2026-01-28,-9,USD,fee,,\n"
    )
    assert ways(answer) == [("amount", (2,), (0,)), ("sum", (3, 4), (1,))]
    assert [line.kind for line in answer.only_account] == ["fee"]
    assert answer.balances[0].fees.value == -12


def test_a_row_that_lacks_shows_in_the_closing_balance(beside):
    answer = beside(Hand(), "2026-01-01,10,USD,opening,,\n2026-01-02,5,USD,,,\n2026-01-03,20,USD,closing,,\n")
    assert answer.balances[0].gap.value == 5
    bare = beside(Hand(), "2026-01-02,5,USD,,,\n")
    assert bare.balances[0].gap is None


def test_each_currency_by_itself(beside):
    hand = Hand()
    got(hand, "PAY-1", 100, 9)
    got(hand, "PAY-2", 100, 9, currency="EUR")
    answer = beside(hand, "2026-01-10,100,EUR,,,\n2026-01-10,100,USD,,,\n")
    assert [(one.currency, one.came.value, one.tied) for one in answer.balances] == [
        ("EUR", 100, True),
        ("USD", 100, True),
    ]
    assert ways(answer) == [("amount", (2,), (1,)), ("amount", (3,), (0,))]


def test_tables_of_banks_are_read_as_they_write(beside):
    hand = Hand()
    spent(hand, "V-1", "1234.5", 19)
    answer = beside(hand, '31/01/2026;"1.234,50";\n', head="Date;Debit;Credit\n", currency="USD", days=20)
    assert ways(answer) == [("amount", (2,), (0,))]


def test_rows_that_cannot_be_read_are_told_and_in_no_sum(beside):
    rows = "2026-01-02,5,USD,,,\nsoon,5,USD,,,\n2026-01-02,much,USD,,,\n2026-01-02,5,XXQ,,,\n2026-01-02,5,USD,gift,,\n2026-01-02,,USD,,,\n"
    answer = beside(Hand(), rows)
    assert [(problem.code, problem.line) for problem in answer.problems] == [
        ("account.bad_day", 3),
        ("account.bad_amount", 4),
        ("account.no_currency", 5),
        ("account.bad_kind", 6),
        ("account.no_amount", 7),
    ]
    assert answer.balances[0].came.value == 5


@pytest.mark.parametrize(
    ("head", "rows"), [("a,b\n", "1,2\n"), ("day,debit,currency\n", "2026-01-01,2,USD\n"), (HEAD, "")]
)
def test_what_is_no_statement_of_account_is_refused(beside, head, rows):
    with pytest.raises(MalformedError):
        beside(Hand(), rows, head=head)


def test_days_that_are_none_are_refused(beside):
    with pytest.raises(MalformedError):
        beside(Hand(), "2026-01-02,5,USD,,,\n", days=121)


AMOUNTS = st.integers(-60, 60).filter(bool)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), AMOUNTS), max_size=12),
    st.lists(st.tuples(st.integers(1, 28), AMOUNTS), min_size=1, max_size=12),
)
def test_whatever_both_sides_tell_it_ties_and_nothing_is_matched_twice(payments, rows):
    hand = Hand()
    for number, (day, amount) in enumerate(payments):
        (got if amount > 0 else spent)(hand, f"N-{number}", abs(amount), day)
    lines = tuple(
        reconciling.BankLine.of(number, "movement", date(2026, 1, day), str(amount), "USD")
        for number, (day, amount) in enumerate(rows, 2)
    )
    account = reconciling.StatementOfAccount(source="s", sha256="", lines=lines, problems=())
    answer = reconcile(book_of(hand), "fund", account, 5)
    assert all(one.tied for one in answer.balances)
    matched = [row for one in answer.matches for row in one.rows]
    entries = [entry for one in answer.matches for entry in one.entries]
    assert len(set(matched)) == len(matched)
    assert len(set(entries)) == len(entries)
    assert sorted([*matched, *(line.row for line in answer.only_account)]) == [line.row for line in lines]
    assert all(not one.difference.amount for one in answer.matches)


def test_the_list_of_what_was_examined_names_every_row_at_fault(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("statement,examined\n12,100.50\n13,\n", encoding="utf-8")
    assert {entry: str(value) for entry, value in read_examined(path).items()} == {12: "100.5"}
    path.write_text("statement,examined\n12,1\n12,2\nx,3\n14,-4\n15,much\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_examined(path)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 6]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(MalformedError):
        read_examined(path)
