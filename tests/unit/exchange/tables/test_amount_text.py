"""Amounts as people write them: a currency beside the number, brackets or a minus behind it, an apostrophe between thousands."""

from decimal import Decimal

import pytest

from conftest import Small
from enduse.api.comparing import propose_profile
from enduse.exchange.importing import import_file
from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.leaf import read_number
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.table import read_table

PAID = {"what": "payment", "party": "party:store"}


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table of amounts."""

    def write(*amounts, head="Date;Donor;To;Amount", more=""):
        path = tmp_path / "paid.csv"
        rows = [f"{13 + at}.03.2026;Norway;Fund;{amount}{more}" for at, amount in enumerate(amounts)]
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("1'234.50", "1234.5", "1234.50"),
        ("1\u2019234\u2019567", "1,234.5", "1234567"),
        ("1'234,50", "1234,5", "1234.50"),
        ("(250.00)", "1234.5", "-250.00"),
        ("300.00-", "1234.5", "-300.00"),
        ("€ 1.234,50", "1.234,5", "1234.50"),
        ("-US$5", "1234.5", "-5"),
        ("($1,200.50)", "1,234.5", "-1200.50"),
        ("٢٥٠ ₪", "1234.5", "250"),
        ("500 EUR", "1234.5", "500"),
        ("Fr. 20.-", "1234.5", "20"),
        ("20,\u2013", "1.234,5", "20"),
        ("20.- EUR", "1234.5", "20"),
        ("-(250.00)", "1234.5", None),
        ("(-250.00)", "1234.5", None),
        ("1'23.50", "1234.5", None),
        ("5 XQQ", "1234.5", None),
        ("$5 EUR", "1234.5", None),
        ("250 bags", "1234.5", None),
        ("2026-", "1234.5", "-2026"),
        ("11-2", "1234.5", None),
    ],
)
def test_an_amount_is_its_number_however_it_is_written(text, style, number):
    assert read_number(text, style) == (None if number is None else Decimal(number))


def test_the_currency_is_told_from_the_number():
    assert parted("(300 EUR)") == ("-300", "EUR")
    assert parted("(2.500) KWD") == parted("KWD (2.500)") == ("-2.500", "KWD")
    assert parted("(x) KWD") == ("(x) KWD", "")
    assert parted("US$ 1,200.50") == ("1,200.50", "US$")


def test_each_amount_bears_its_currency(table):
    path = table("€ 1.234,50", "250,00 USD")
    found = propose_profile(path, PAID)
    assert not found.questions
    profile = parse_profile(found.profile, "p")
    with read_table(path, profile) as read:
        told = [row.statements[0].body.amount for row in read]
    assert [(amount.value, amount.currency) for amount in told] == [("1234.50", "EUR"), ("250.00", "USD")]
    assert next(column.sum for column in found.columns if column.name == "Amount") == ""  # no sum of two currencies


def test_a_sign_that_several_currencies_have_is_asked(table):
    found = propose_profile(table("$ 1,234.50", "250.00"), PAID)
    assert [(question.key, question.suggested) for question in found.questions] == [("currency", "USD")]
    found = propose_profile(table("$ 1,234.50", "250.00"), {**PAID, "currency": "USD"})
    assert (found.refused, found.rows) == (0, 2)


@pytest.mark.parametrize(
    ("amount", "answer", "code"),
    [
        ("€ 5", "USD", "cell.currency_differs"),
        ("$ 5", "Amount", "cell.currency_open"),
        ("5", "Amount", "cell.blank"),
    ],
)
def test_a_row_whose_currency_is_not_certain_is_refused(table, amount, answer, code):
    found = propose_profile(table("250.00 USD", amount), {**PAID, "currency": answer})
    assert (found.refused, [problem.code for problem in found.problems]) == (1, [code])


def test_a_currency_in_a_column_of_its_own_must_be_the_one_beside_the_amount(table):
    path = table("€ 5", "6", head="Date;Donor;To;Amount;Currency", more=";USD")
    assert [problem.code for problem in propose_profile(path, PAID).problems] == ["cell.currency_differs"]
    path = table("US$ 5", "6", head="Date;Donor;To;Amount;Currency", more=";USD")
    assert not propose_profile(path, PAID).problems


def test_a_profile_says_which_currency_a_sign_means(table):
    path = table("$ 5", "£ 6")
    text = propose_profile(path, {**PAID, "currency": "Amount"}).profile + '\n[lists.currencies]\n"$" = "CAD"\n'
    with read_table(path, parse_profile(text, "p")) as read:
        assert [row.statements[0].body.amount.currency for row in read] == ["CAD", "GBP"]


def test_numbers_of_rows_in_brackets_are_no_amounts_below_zero(table):
    found = propose_profile(table("5;(1)", "6;(2)", head="Date;Donor;To;Amount;Nr"), {**PAID, "currency": "USD"})
    assert next(column.kind for column in found.columns if column.name == "Nr") == "text"


def test_the_question_shows_a_cell_of_the_table(table):
    found = propose_profile(table("7.250", "300"), {**PAID, "currency": "USD"})
    asked = found.questions[0]
    assert (asked.key, asked.asks.values["read"], asked.asks.values["column"]) == ("numbers", "7.250", "Amount")
    days = table("5", "6")
    days.write_text(
        days.read_text(encoding="utf-8").replace("13.03", "04.03").replace("14.03", "05.03"), encoding="utf-8"
    )
    asked = propose_profile(days, {**PAID, "currency": "USD"}).questions[0]
    assert (asked.key, asked.asks.values["read"], asked.asks.values["column"]) == ("dates", "04.03.2026", "Date")


def test_amounts_of_a_swiss_table_are_recorded(table, tmp_path):
    path = table("1'234.50 CHF", "250.00 CHF")
    profile = tmp_path / "paid.toml"
    profile.write_text(propose_profile(path, {**PAID, "party": "party:donor-a"}).profile, encoding="utf-8")
    small = Small(tmp_path / "programme")
    try:
        assert import_file(small.intake, path, party="warehouse", profile=profile).accepted == 2
        held = small.book.ledger.balances["held fund"]
    finally:
        small.intake.close()
    assert held == {"money/CHF": 14845000}


def test_what_was_received_and_what_a_bank_took_may_bear_the_currency_too(table):
    path = table("€ 250,00;€ 245,00;5,00", head="Date;Donor;To;Amount;Amount received;Bank fee")
    with read_table(path, parse_profile(propose_profile(path, {**PAID, "amount": "Amount"}).profile, "p")) as read:
        (body,) = [row.statements[0].body for row in read]
    assert [(money.value, money.currency) for money in (body.amount, body.received, body.fee)] == [
        ("250.00", "EUR"),
        ("245.00", "EUR"),
        ("5.00", "EUR"),
    ]
