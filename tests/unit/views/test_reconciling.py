"""A statement of account beside a record: matches, what stands on one side, and that all of it ties to the last unit."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import FaultsError, MalformedError
from enduse.exchange.account_table import read_account
from enduse.exchange.examined import read_examined
from enduse.terms.amounts import Money
from enduse.views import account_lines, reconciling
from enduse.views.reconciling import reconcile
from support.examples import examples
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


ARABIC = {**{ord("0") + digit: 0x660 + digit for digit in range(10)}, ord(","): 0x66C, ord("."): 0x66B}
BANKS = {
    "titles above, zero on the other side": (
        "Statement of account,,,,\nHolder: fund,,,,\n,,,,\nBooking date,Details,Debit,Credit,Currency\n",
        '13/01/2026,fee,"1,015.25",0.00,USD\n',
        (5, "-1015.25"),
    ),
    "the other column tells the decimals": (
        "Date;Debit;Credit\n",
        '13/01/2026;3.500;\n14/01/2026;;"1.234,50"\n',
        (2, "-3500"),
    ),
    "the balance tells them": ("Date;Amount;Balance\n", "13/01/2026;-3.500;120,75\n", (2, "-3500")),
    "three decimals and blanks between thousands": ("Date;Amount\n", "13/01/2026;-1 012,500\n", (2, "-1012.5")),
    "a currency beside the number": ("Date;Amount\n", "13/01/2026;-1.015,25 USD\n", (2, "-1015.25")),
    "a currency outside the brackets": ("Date;Amount\n", "13/01/2026;(1.015,250) KWD\n", (2, "-1015.25")),
    "digits of Arabic": ("التاريخ;مدين;دائن\n", "13/01/2026;1,015.25;\n".translate(ARABIC), (2, "-1015.25")),
}


@pytest.mark.parametrize("written", BANKS.values(), ids=list(BANKS))
def test_amounts_are_read_as_the_whole_table_writes_them(tmp_path, written):
    head, rows, (row, value) = written
    path = tmp_path / "bank.csv"
    path.write_text(head + rows, encoding="utf-8")
    account = read_account(path, "USD")
    assert account.problems == ()
    first = account.lines[0]
    assert (first.row, first.day, first.figure.value) == (row, date(2026, 1, 13), Decimal(value))


def test_a_row_of_totals_is_passed_over_and_said_and_is_no_fault(beside):
    hand = Hand()
    got(hand, "PAY-7", 500, 9)
    head = "Date,Details,Debit,Credit\n"
    rows = "12/01/2026,PAY-7,,500.00\n13/01/2026,Total Energies,20.00,\n,Total,20.00,500.00\nGesamt:,,20.00,500.00\n"
    answer = beside(hand, rows, head=head, currency="USD")
    assert (answer.problems, [str(note.code) for note in answer.notes]) == ((), ["account.total_row"] * 2)
    assert [line.row for line in answer.only_account] == [3], "a name that begins so and has a day is a row"
    faulty = beside(hand, "13/01/2026,PAY-7,,500.00\n,Fuel,20.00,\n", head=head, currency="USD")
    assert [(one.code, one.line) for one in faulty.problems] == [("account.bad_day", 3)]


def test_an_amount_or_a_day_that_may_be_two_is_told_and_asked_for(beside, tmp_path):
    head = "Date;Amount;Currency\n"
    answer = beside(Hand(), "03/04/2026;5;KWD\n13/04/2026;1.250;KWD\n13/04/2026;7;KWD\n", head=head)
    assert [(one.code, one.line) for one in answer.problems] == [
        ("account.unclear_amount", 3),
    ]
    assert answer.only_account[0].day == date(2026, 4, 3)
    path = tmp_path / "bank.csv"
    path.write_text(head + "03/04/2026;1.250;KWD\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_account(path)
    assert [one.code for one in caught.value.problems] == ["account.unclear_amount"]
    path.write_text(head + "03/04/2026;1;KWD\n04/04/2026;1;KWD\n", encoding="utf-8")
    assert [(one.code, one.line) for one in read_account(path).problems] == [("account.unclear_day", 2)]
    said = read_account(path, numbers="1.234,5", dates="month-day-year")
    assert (said.problems, said.lines[0].day) == ((), date(2026, 3, 4))
    for wrong in ({"numbers": "1.5"}, {"dates": "soon"}):
        with pytest.raises(MalformedError):
            read_account(path, **wrong)


def test_what_was_examined_is_read_as_its_list_writes_amounts(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("statement;amount;examined\n14;12000;12.000\n15;3000,5;1.234,50\n17;8000;7.400\n", encoding="utf-8")
    assert read_examined(path) == {14: 12000, 15: Decimal("1234.5"), 17: 7400}
    path.write_text("statement,examined\n14,12000\n17,7.400\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_examined(path)
    assert [(one.code, one.line) for one in caught.value.problems] == [("account.unclear_amount", 3)]
    assert read_examined(path, "1.234,5")[17] == 7400
    path.write_text("البيان;المبلغ;بعد الفحص\n" + "14;12,000.50;12,000.25\n".translate(ARABIC), encoding="utf-8")
    assert read_examined(path) == {14: Decimal("12000.25")}


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


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), AMOUNTS), max_size=12),
    st.lists(st.tuples(st.integers(1, 28), AMOUNTS), min_size=1, max_size=12),
)
def test_whatever_both_sides_tell_it_ties_and_nothing_is_matched_twice(payments, rows):
    hand = Hand()
    for number, (day, amount) in enumerate(payments):
        (got if amount > 0 else spent)(hand, f"N-{number}", abs(amount), day)
    lines = tuple(
        account_lines.BankLine.of(number, "movement", date(2026, 1, day), str(amount), "USD")
        for number, (day, amount) in enumerate(rows, 2)
    )
    account = account_lines.StatementOfAccount(source="s", sha256="", lines=lines, problems=())
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
    assert read_examined(path) == {12: Decimal("100.5")}
    path.write_text("statement,examined\n12,1\n12,2\nx,3\n14,-4\n15,much\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        read_examined(path)
    assert [problem.line for problem in caught.value.problems] == [3, 4, 5, 6]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(MalformedError):
        read_examined(path)
