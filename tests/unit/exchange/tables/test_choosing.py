"""Two columns for one field, two sides in one table: what looking does not tell is asked, whatever the order of the columns."""

import itertools
import json
import re

import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.column_names import NAMES
from enduse.exchange.tables.profile import parse_profile
from enduse.terms.names import spelling

MONEY = {"party": "party:us", "recipient": "party:fund", "donor": "party:north"}
STORE = {"party": "party:store", "place": "place:store"}


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table of a header and one row or more, all as texts with commas."""
    count = itertools.count()

    def write(header, *rows):
        path = tmp_path / f"table{next(count)}.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return path

    return write


def asked(path, **answers):
    """Return the keys of what is asked, with what may be answered."""
    return {question.key: question.options for question in propose_profile(path, answers).questions}


def read(path, **answers):
    """Return what is read: kind or step, number, currency or unit, one a statement; and how many rows were passed over."""
    found = propose_profile(path, answers)
    assert not found.questions
    with read_table(path, parse_profile(found.profile, "found.toml")) as opened:
        rows = list(opened)
    assert [problem.message for row in rows for problem in row.problems] == []
    return [_told(made.body, made.name) for row in rows for made in row.statements], sum(found.notes.values())


def _told(body, name):
    if name != "goods":
        return name, body.amount.value, body.amount.currency
    event = json.loads(body.event)
    (line,) = event["quantityList"]
    return event["bizStep"], str(line.get("quantity")), line["uom"]


TWICE = {
    "PledgeDate": "2026-01-02",
    "PledgeAmt": "371040.0",
    "PledgeAmtLocalCurrency": "AUD",
    "PledgeAmtLocal": "399981.0",
}


def test_the_currency_of_the_local_amount_is_not_taken_for_the_other_whatever_the_order_of_the_columns(table):
    for order in itertools.permutations(TWICE):
        path = table(",".join(order), ",".join(TWICE[name] for name in order))
        assert asked(path, what="pledge", **MONEY) == {"currency": ("PledgeAmtLocalCurrency",)}
        assert read(path, what="pledge", currency="USD", **MONEY)[0] == [("pledge", "371040.0", "USD")]
        local = read(path, what="pledge", amount="PledgeAmtLocal", **MONEY)
        assert local[0] == [("pledge", "399981.0", "AUD")]


@pytest.mark.parametrize(
    ("header", "row", "keys"),
    [
        ("Date,Amount,Local amount,Currency", "2026-01-02,5,9,AUD", {"currency"}),
        ("Date,Amount,Amount in local currency,Local currency", "2026-01-02,5,9,AUD", {"currency"}),
        ("Date,Amount USD,Currency", "2026-01-02,5,AUD", {"currency"}),
        ("Date,Amount,Amount (USD),Currency", "2026-01-02,5,9,AUD", {"amount"}),
        ("Date,Amount paid,Cost,Currency", "2026-01-02,5,9,AUD", set()),  # one is called after what is told
        ("Date,Amount,Currency,Local currency", "2026-01-02,5,EUR,AUD", set()),
        ("Date,Amount,Currency,Balance", "2026-01-02,5,EUR,9", set()),
        ("Date,Amount USD,Currency", "2026-01-02,5,USD", set()),  # both say the same
        ("Date,Amount,Value,Currency", "2026-01-02,5,9,EUR", {"amount"}),
        ("Date,Date of invoice,Amount,Currency", "2026-01-02,2026-02-03,5,EUR", {"date"}),
        ("Expiry date,Date,Amount,Currency", "2026-01-02,2026-02-03,5,EUR", set()),
    ],
)
def test_of_two_amounts_or_currencies_none_is_taken_unasked(table, header, row, keys):
    path = table(header, row)
    found = asked(path, what="payment", **MONEY)
    assert set(found) == keys
    for options in found.values():
        assert set(options) <= set(header.split(","))
    if "currency" in keys and "USD" in header:
        (question,) = propose_profile(path, {"what": "payment", **MONEY}).questions
        assert question.suggested == "USD"


@pytest.mark.parametrize(
    ("header", "row", "what", "keys"),
    [
        ("Date,Item,Quantity,Weight,Unit", "2026-01-02,Flour,5,250,bag", "receipt", {"quantity"}),
        ("Date,Item,Weight (kg),Unit", "2026-01-02,Flour,250,bag", "receipt", {"unit"}),
        ("Date,Item,Quantity ordered,Quantity received,Unit", "2026-01-02,Flour,9,5,bag", "receipt", set()),
        ("Date,Item,Quantity ordered,Unit", "2026-01-02,Flour,9,bag", "receipt", {"quantity"}),
        ("Date,Item,Quantity received,Unit", "2026-01-02,Flour,9,bag", "dispatch", {"quantity"}),
        ("Date,Item,Quantity issued,Unit", "2026-01-02,Flour,9,bag", "receipt", {"quantity"}),
        ("Date,Item,Received,Issued,Balance,Unit", "2026-01-02,Flour,9,4,5,bag", "count", set()),
        ("Date,Item,Balance quantity,Unit", "2026-01-02,Flour,9,bag", "receipt", {"quantity"}),
    ],
)
def test_a_quantity_of_another_kind_is_not_taken_for_what_is_told(table, header, row, what, keys):
    assert set(asked(table(header, row), what=what, **STORE)) == keys


BANK = (
    "Date,Description,Amount,Side,Currency",
    "2026-01-01,Opening balance,700,credit,EUR",
    "2026-01-02,Grant,500,credit,EUR",
    "2026-01-03,Rent,200,debit,EUR",
)


def test_a_bank_statement_is_not_read_as_payments_of_both_sides(table):
    path = table(*BANK)
    assert asked(path, what="payment", **MONEY) == {"side": ("credit", "debit", "-")}
    assert read(path, what="payment", side="debit", **MONEY) == ([("disbursement", "200", "EUR")], 2)
    assert read(path, what="payment", side="Credit", **MONEY) == ([("disbursement", "500", "EUR")], 2)
    both = read(path, what="payment", side="-", **MONEY)
    assert [amount for _, amount, _ in both[0]] == ["500", "200"]
    with pytest.raises(MalformedError) as refused:
        propose_profile(path, {"what": "payment", "side": "left", **MONEY})
    assert refused.value.problem.path == "side"


def test_a_row_of_neither_side_is_told(table):
    path = table(*BANK, "2026-01-04,Fee,1,fee,EUR")
    found = propose_profile(path, {"what": "payment", "side": "debit", **MONEY})
    assert [problem.code for problem in found.problems] == ["row.says_nothing"]


def test_where_the_sign_says_the_side_it_is_asked_and_what_went_out_is_above_zero(table):
    path = table("Date,Amount,Currency", "2026-01-02,500,EUR", "2026-01-03,-200.25,EUR", "2026-01-04,0,EUR")
    assert asked(path, what="payment", **MONEY) == {"side": ("positive", "negative", "-")}
    assert read(path, what="payment", side="negative", **MONEY) == ([("disbursement", "200.25", "EUR")], 2)
    parted = read(path, what="payment,expense", payee="party:x", **MONEY)
    assert parted == ([("disbursement", "500", "EUR"), ("expenditure", "200.25", "EUR")], 1)


def test_figures_are_of_all_rows_whatever_their_side(table):
    path = table("Date,Amount,Balance,Side", "2026-01-02,500,500,credit", "2026-01-03,200,300,debit")
    found = propose_profile(path, {"what": "figure", "party": "party:us", "unit": "EUR"})
    with read_table(path, parse_profile(found.profile, "found.toml")) as opened:
        assert [made.body.value for row in opened for made in row.statements] == ["500", "500", "200", "300"]


def test_a_stock_card_is_read_side_by_side(table):
    path = table(
        "Date,Item,Unit,In,Out,Balance",
        "2026-01-02,Flour,bag,5,,5",
        "2026-01-03,Flour,bag,,2,3",
    )
    assert read(path, what="receipt,use", **STORE)[0] == [("receiving", "5", "XBG"), ("consuming", "2", "XBG")]
    assert read(path, what="use", **STORE) == ([("consuming", "2", "XBG")], 1)
    assert [number for _, number, _ in read(path, what="count", **STORE)[0]] == ["5", "3"]


def test_rows_of_the_other_side_are_passed_over_where_what_is_told_goes_one_way(table):
    rows = ("2026-01-02,Flour,5,bag,IN", "2026-01-03,Flour,2,bag,OUT")
    path = table("Date,Item,Quantity,Unit,Movement", *rows)
    assert read(path, what="receipt", **STORE) == ([("receiving", "5", "XBG")], 1)
    assert read(path, what="dispatch", **STORE) == ([("shipping", "2", "XBG")], 1)
    only_out = table("Date,Item,Quantity,Unit,Movement", rows[1])
    assert asked(only_out, what="receipt", **STORE) == {"side": ("OUT", "-")}


def test_whether_sent_and_received_are_sides_or_how_far_a_delivery_is_has_to_be_asked(table):
    rows = ("2026-01-02,Flour,5,bag,sent", "2026-01-03,Flour,2,bag,received")
    path = table("Date,Item,Quantity,Unit,Status", *rows)
    assert asked(path, what="dispatch", **STORE) == {"side": ("Status", "-")}
    assert [number for _, number, _ in read(path, what="dispatch", side="-", **STORE)[0]] == ["5", "2"]
    assert [number for _, number, _ in read(path, what="dispatch", side="Status", **STORE)[0]] == ["5"]


@pytest.mark.parametrize(
    ("column", "came", "went"),
    [
        ("Soll/Haben", "H", "S"),
        ("D/C", "C", "D"),
        ("Debit/Credit", "CREDIT", "DEBIT"),
        ("Debit", "", "D"),
        ("S/H", "Haben", "Soll"),
    ],
)
def test_a_mark_of_a_bank_tells_the_side(table, column, came, went):
    path = table(f"Date,Amount,Currency,{column}", f"2026-01-02,500,EUR,{came}", f"2026-01-03,200,EUR,{went}")
    parted = read(path, what="payment,expense", payee="party:x", **MONEY)
    assert parted == ([("disbursement", "500", "EUR"), ("expenditure", "200", "EUR")], 0)
    assert read(path, what="expense", party=MONEY["party"], payee="party:x") == ([("expenditure", "200", "EUR")], 1)
    assert asked(path, what="payment", **MONEY) == {"side": (came or "blank", went, "-")}
    assert read(path, what="payment", side=came or "blank", **MONEY)[0] == [("disbursement", "500", "EUR")]


@pytest.mark.parametrize("pair", [("+", "-"), ("C", "D")])
def test_marks_of_a_column_whose_name_says_nothing_are_asked_about(table, pair):
    path = table("Date,Amount,Currency,Sorte", f"2026-01-02,500,EUR,{pair[0]}", f"2026-01-03,200,EUR,{pair[1]}")
    named = {"-": "minus"}.get(pair[1], pair[1])
    assert asked(path, what="payment", **MONEY) == {"side": (pair[0], named, "-")}
    assert read(path, what="payment", side=named, **MONEY)[0] == [("disbursement", "200", "EUR")]
    assert asked(path, what="payment,expense", payee="party:x", **MONEY) == {"side": ("Sorte", "-")}
    parted = read(path, what="payment,expense", payee="party:x", side="Sorte", **MONEY)
    assert parted[0] == [("disbursement", "500", "EUR"), ("expenditure", "200", "EUR")]


def test_one_amount_is_not_told_unasked_as_come_in_and_gone_out(table):
    path = table("Date,Amount,Currency", "2026-01-02,500,EUR", "2026-01-03,200,EUR")
    assert asked(path, what="payment,expense", payee="party:x", **MONEY) == {"side": ("-",)}
    every = read(path, what="payment,expense", payee="party:x", side="-", **MONEY)
    assert [kind for kind, _, _ in every[0]] == ["disbursement", "expenditure"] * 2


@pytest.mark.parametrize(
    "name",
    [
        "Lieferschein-Nr.",
        "Delivery note",
        "Bon de livraison",
        "Albarán",
        "Nota de entrega",
        "Накладна",
        "İrsaliye No",
        "תעודת משלוח",
        "شماره بارنامه",
        "سند التسليم",
    ],
)
def test_the_paper_that_goes_with_goods_is_known_in_the_languages_of_those_who_load(name):
    assert re.search(NAMES["waybill"], spelling(name))
    assert not re.search(NAMES["waybill"], spelling("Delivery date"))


@pytest.mark.parametrize(("what", "amount"), [("pledge", "1000000"), ("commitment", "800000"), ("payment", "500000")])
def test_a_promise_is_no_payment(table, what, amount):
    path = table("Donor,Pledged,Committed,Disbursed,Currency,Date", "Norland,1000000,800000,500000,USD,2026-09-02")
    ((kind, value, currency),), _ = read(path, what=what, party="party:us", recipient="party:fund")
    assert (value, currency) == (amount, "USD")
    assert kind == {"payment": "disbursement"}.get(what, what)
    only = table("Donor,Pledged,Currency,Date", "Norland,1000000,USD,2026-09-02")
    assert ("amount" in asked(only, what=what, party="party:us", recipient="party:fund")) == (what != "pledge")


def test_each_thing_told_of_a_row_has_its_own_day(table):
    path = table(
        "Donor,Pledged,Currency,Signed on,Amount paid,Last received on",
        "Norland,1000000,USD,02.09.2026,540000,15.11.2026",
    )
    told, _ = read(path, what="pledge,payment", party="party:us", recipient="party:fund")
    assert told == [("pledge", "1000000", "USD"), ("disbursement", "540000", "USD")]
    found = propose_profile(path, {"what": "pledge,payment", "party": "party:us", "recipient": "party:fund"})
    days = [told["date"] for told in parse_profile(found.profile, "p").tells]
    assert days == ["Signed on", "Last received on"]
    path = table("Donor,Pledged,Currency,On,Paid,Day of payment", "Norland,1,USD,02.09.2026,5,15.11.2026")
    assert "pledge.date" in asked(path, what="pledge,payment", party="party:us", recipient="party:fund")
