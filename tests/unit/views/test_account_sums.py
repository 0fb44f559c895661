"""Statements of account as banks and ledgers write them: balances and totals come out, or the row that does not is told."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import MalformedError
from enduse.exchange.account_table import read_account
from enduse.views import account_lines
from enduse.views.account_sums import account_sums
from support.examples import examples


@pytest.fixture
def told(tmp_path):
    """Return what a table is read as, and what of it does not come out: code, row, what it says, what it should be."""

    def of(text, **more):
        path = tmp_path / "bank.csv"
        path.write_text(text, encoding=more.pop("encoding", "utf-8"))
        account = read_account(path, more.pop("currency", "USD"), **more)
        sums = account_sums(account)
        assert account.problems == ()
        figures = [
            (
                one.code.removeprefix("account."),
                one.line,
                one.values["said"].amount / 10_000,
                one.values["made"].amount / 10_000,
            )
            for one in sums.wrong
        ]
        return sums.balances, figures, account

    return of


PLAIN = """Date,Text,Debit,Credit,Balance
2026-01-01,Opening balance,,,1000.00
2026-01-03,gift,,500.00,1500.00
2026-01-05,pipes,200.00,,1300.00
2026-01-05,sand,100.00,,1200.00
2026-01-09,fee,1.50,,1198.50
,Total,301.50,500.00,
2026-01-31,Closing balance,,,1198.50
"""


def test_what_adds_up_is_not_told(told):
    balances, wrong, _ = told(PLAIN)
    assert (balances, wrong) == ({"money/USD": (10_000_000, 11_985_000)}, [])


FALSE = {
    "a balance, once": (("1300.00\n", "2280.00\n"), [("balance_off", 4, 2280, 1300)]),
    "a balance and all after it, as if a row was taken out": (
        (
            "1300.00\n2026-01-05,sand,100.00,,1200.00\n2026-01-09,fee,1.50,,1198.50",
            "2280.00\n2026-01-05,sand,100.00,,2180.00\n2026-01-09,fee,1.50,,2178.50",
        ),
        [("balance_off", 4, 2280, 1300), ("balance_off", 8, 1198.5, 2178.5)],
    ),
    "a total": ((",Total,301.50,500.00", ",Total,301.50,1480.00"), [("total_off", 7, 1480, 500)]),
    "the other total": ((",Total,301.50", ",Total,1281.50"), [("total_off", 7, 1281.5, 301.5)]),
    "a total in brackets": ((",Total,301.50", ",Total,(1281.50)"), [("total_off", 7, 1281.5, 301.5)]),
    "a row that lacks": (
        ("2026-01-05,sand,100.00,,1200.00\n", ""),
        [("total_off", 6, 301.5, 201.5), ("balance_off", 5, 1198.5, 1298.5)],
    ),
    "the closing balance": (
        ("Closing balance,,,1198.50", "Closing balance,,,2178.50"),
        [("balance_off", 8, 2178.5, 1198.5)],
    ),
}


@pytest.mark.parametrize(("change", "expected"), FALSE.values(), ids=list(FALSE))
def test_what_does_not_add_up_is_told_with_its_row(told, change, expected):
    assert change[0] in PLAIN
    assert told(PLAIN.replace(*change))[1] == sorted(expected, key=lambda one: one[1])


RIGHT = {
    "newest first": "Date;Amount;Balance\n17.01.2026;-1,50;1.198,50\n15.01.2026;-100,00;1.200,00\n15.01.2026;-200,00;1.300,00\n13.01.2026;500,00;1.500,00\n",
    "newest day first, within the day as booked": "Date,Amount,Balance\n2026-01-07,-1,1199\n2026-01-05,-200,1300\n2026-01-05,-100,1200\n2026-01-03,500,1500\n",
    "one balance a day": "Date,Amount,Balance\n2026-01-03,500,1500\n2026-01-05,-200,\n2026-01-05,-100,1200\n2026-01-07,-1,1199\n",
    "the day's balance beside all of its rows": "Date,Amount,Balance\n2026-01-03,500,1500\n2026-01-05,-200,1200\n2026-01-05,-100,1200\n2026-01-07,-1,1199\n",
    "no balances": "Date,Amount,Balance\n2026-01-03,500,\n2026-01-05,-200,-\n2026-01-07,-1,n/a\n",
    "whole balances": "Date,Amount,Balance\n2026-01-03,0.40,1500\n2026-01-05,0.40,1501\n2026-01-07,-200.25,1301\n",
    "rounded amounts": "Date,Amount,Balance\n2026-01-03,0.33,100.333\n2026-01-05,0.33,100.667\n2026-01-07,0.33,101.000\n",
    "a cent": "Date,Amount,Balance\n2026-01-03,0.33,100.33\n2026-01-05,0.33,100.67\n2026-01-07,0.33,101.00\n",
    "two accounts by a column": "Date,Account,Amount,Balance\n2026-01-03,A,500,1500\n2026-01-03,B,7,107\n2026-01-05,A,-200,1300\n2026-01-05,B,-7,100\n",
    "two accounts below each other": "Date,Text,Amount,Balance\n,Opening balance,,1000\n2026-01-03,x,500,1500\n,Closing balance,,1500\n,Opening balance,,100\n2026-01-02,y,7,107\n,Closing balance,,107\n",
    "two months below each other": "Date,Text,Amount,Balance\n,Opening balance,,1000\n2026-01-03,x,500,1500\n,Closing balance,,1500\n,Opening balance,,1500\n2026-02-02,y,7,1507\n,Closing balance,,1507\n",
    "two currencies": "Date,Amount,Currency,Balance\n2026-01-03,500,USD,1500\n2026-01-03,7,EUR,107\n2026-01-05,-200,USD,1300\n2026-01-05,-7,EUR,100\n,Total,,\n",
    "carried over a page": "Date,Text,Amount,Balance\n2026-01-03,x,500,1500\n,Balance carried forward,,1500\n,Balance brought forward,,1500\n2026-01-05,y,7,1507\n",
    "an account that is overdrawn": "Date,Debit,Credit,Balance\n2026-01-03,500.00,,200.00 DR\n2026-01-05,,300.00,100.00 CR\n2026-01-07,,1.00,101.00 CR\n",
    "a mark behind a byte order mark": "\ufeffDate,Amount,Balance\n2026-01-03,5.00 CR,5.00 CR\n2026-01-05,7.00 DR,2.00 DR\n",
    "sub-totals and a total": "Date,Text,Amount\n2026-01-03,x,5\n,Subtotal,5\n2026-01-05,y,7\n,Subtotal,7\n,Total,12\n",
    "a total with a day": "Date,Text,Debit,Credit,Balance\n2026-01-03,x,(18.00),,82.00\n2026-01-05,Total,(2.00),,80.00\n2026-01-31,Total,(20.00),0.00,80.00\n",
    "the same twice on one day, and taken back": "Date,Amount,Balance\n2026-01-03,-50,950\n2026-01-03,-50,900\n2026-01-03,50,950\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=list(RIGHT))
def test_ways_of_banks_are_no_faults(told, text):
    assert told(text)[1] == []


def test_newest_first_the_false_balance_is_told_and_no_other(told):
    text = RIGHT["newest first"].replace("1.300,00", "2.280,00")
    assert told(text)[1] == [("balance_off", 4, 2280, 1300)]


def test_balances_of_several_accounts_are_summed_and_those_of_months_are_not(told):
    assert told(RIGHT["two accounts below each other"])[0] == {"money/USD": (11_000_000, 16_070_000)}
    assert told(RIGHT["two months below each other"])[0] == {"money/USD": (10_000_000, 15_070_000)}
    assert told(RIGHT["two accounts by a column"])[0] == {"money/USD": (11_000_000, 14_000_000)}
    lacking = (
        RIGHT["two months below each other"]
        .replace(",Opening balance,,1500", ",Opening balance,,1600")
        .replace("1507", "1607")
    )
    assert told(lacking)[1] == [("opens_otherwise", 5, 1600, 1500)]


def test_a_row_that_cannot_be_read_makes_no_balance_wrong(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(
        "Date,Amount,Balance\n2026-01-03,500,1500\n2026-01-05,much,1300\n2026-01-07,-1,1299\n", encoding="utf-8"
    )
    account = read_account(path, "USD")
    assert ([one.line for one in account.problems], account_sums(account).wrong) == ([3], ())


def test_a_balance_that_cannot_be_read_is_told_and_its_row_counts(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text("Date,Amount,Balance\n2026-01-03,500,15o0\n2026-01-05,-200,1300\n", encoding="utf-8")
    account = read_account(path, "USD")
    assert [(one.code, one.line) for one in account_sums(account).wrong] == [("account.bad_balance", 2)]
    assert len(account.lines) == 2


WRITTEN = {
    "with a minus": ("Date;Debit;Credit\n13.01.2026;-8.000,00;\n15.01.2026;;12.000,00\n", ["-8000", "12000"]),
    "in brackets": ("Date;Debit;Credit\n13.01.2026;(12.000,00);\n15.01.2026;(3,50);\n", ["-12000", "-3.5"]),
    "with a minus behind": ("Date;Debit;Credit\n13.01.2026;8.000,00-;\n15.01.2026;;1,00\n", ["-8000", "1"]),
    "without": ("Date;Debit;Credit\n13.01.2026;8.000,00;\n15.01.2026;;1,00\n", ["-8000", "1"]),
    "by a mark": (
        "Date;Amount\n13.01.2026;8.000,00 DR\n15.01.2026;1,00CR\n16.01.2026;1,00 USD Dr.\n",
        ["-8000", "1", "-1"],
    ),
    "by a mark and a minus": ("Date;Amount\n13.01.2026;-8.000,00 D\n15.01.2026;1,00 C\n", ["-8000", "1"]),
    "by the mark of a credit, and none of a debit": (
        "Date;Amount\n13.01.2026;8.000,00\n15.01.2026;1,00 CR\n",
        ["-8000", "1"],
    ),
    "by the mark of a debit, and none of a credit": (
        "Date;Amount\n13.01.2026;8.000,00 DR\n15.01.2026;1,00\n",
        ["-8000", "1"],
    ),
    "by a column of marks": ("Date;Amount;S/H\n13.01.2026;8.000,00;S\n15.01.2026;1,00;H\n", ["-8000", "1"]),
    "by its type": ("Date;Type;Amount\n13.01.2026;Debit;8.000,00\n15.01.2026;Credit;1,00\n", ["-8000", "1"]),
    "zeros beside": ("Date;Debit;Credit\n13.01.2026;-8.000,00;0,00\n15.01.2026;0,00;1,00\n", ["-8000", "1"]),
    "mixed, and the balances tell": (
        "Date;Debit;Credit;Balance\n13.01.2026;8,00;;92,00\n15.01.2026;-3,00;;95,00\n16.01.2026;1,00;;94,00\n",
        ["-8", "3", "-1"],
    ),
    "mixed without a meaning, and the balances tell": (
        "Date;Debit;Credit;Balance\n13.01.2026;8,00;;92,00\n15.01.2026;-3,00;;89,00\n16.01.2026;1,00;;88,00\n",
        ["-8", "-3", "-1"],
    ),
}


@pytest.mark.parametrize(("text", "values"), WRITTEN.values(), ids=list(WRITTEN))
def test_debits_are_read_as_their_whole_column_writes_them(told, text, values):
    _, wrong, account = told(text)
    assert ([str(line.figure.value.normalize()) for line in account.lines], wrong) == (
        [str(Decimal(value).normalize()) for value in values],
        [],
    )


MIXED = "Date;Debit;Credit\n13.01.2026;8,00;\n15.01.2026;-3,00;\n16.01.2026;1,00;\n17.01.2026;;-2,00\n"


def test_where_nothing_tells_what_a_minus_means_its_rows_are_told_and_it_is_asked(told, tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(MIXED, encoding="utf-8")
    account = read_account(path, "USD")
    assert [(one.code, one.line) for one in account.problems] == [
        ("account.mixed_signs", 3),
        ("account.mixed_signs", 5),
    ]
    assert [line.figure.value for line in account.lines] == [-8, -1]
    said = {
        minus: [line.figure.value for line in told(MIXED, minus=minus)[2].lines] for minus in ("taken-back", "either")
    }
    assert said == {"taken-back": [-8, 3, -1, -2], "either": [-8, -3, -1, 2]}
    assert [line.figure.value for line in told(MIXED.replace(";-2", ";2"), minus="usual")[2].lines] == [8, -3, 1, 2]
    with pytest.raises(MalformedError):
        told(MIXED, minus="perhaps")


def test_a_mark_that_gainsays_its_column_is_told(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text("Date,Debit,Credit\n2026-01-03,5.00 CR,\n2026-01-04,5.00 DR,\n", encoding="utf-8")
    assert [(one.code, one.line) for one in read_account(path, "USD").problems] == [("account.bad_amount", 2)]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(-900, 900).filter(bool)), min_size=3, max_size=12),
    st.booleans(),
    st.data(),
)
def test_one_false_balance_is_told_alone_whichever_way_the_table_goes(rows, newest_first, data):
    balance, lines = 100, []
    for number, (day, amount) in enumerate(sorted(rows, key=lambda one: one[0])):
        balance += amount
        lines.append((number, day, amount, balance))
    false = data.draw(st.integers(1, len(lines) - 2))
    stated = [
        account_lines.BankLine.of(
            (len(lines) - number if newest_first else number + 2),
            "movement",
            date(2026, 1, day),
            str(amount),
            "USD",
            balance=Decimal(said + 5000 * (number == false)),
        )
        for number, day, amount, said in lines
    ]
    account = account_lines.StatementOfAccount(
        source="s",
        sha256="",
        lines=tuple(reversed(stated) if newest_first else stated),
        problems=(),
        amount_step=100,
        balance_step=100,
    )
    assert [one.line for one in account_sums(account).wrong] == [stated[false].row]
