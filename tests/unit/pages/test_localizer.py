"""One form of numbers, quantities, money and lists, in every language, wherever they are shown."""

import pytest

from enduse.messages import Amount, Message
from enduse.pages.localizer import Localizer
from enduse.terms.texts import Names

ENGLISH, ARABIC = Localizer("en", {"cement": {"en": "cement", "ar": "الأسمنت"}}), Localizer("ar", {})


@pytest.mark.parametrize(
    ("amount", "resource", "shown"),
    [
        (20_000_000, "cement/g", "20\u00a0t"),
        (19_175_863, "cement/g", "19.2\u00a0t"),
        (24_000, "cement/g", "0.024\u00a0t"),
        (1, "cement/g", "1\u00a0g"),
        (-1, "cement/g", "-1\u00a0g"),
        (499, "cement/g", "499\u00a0g"),
        (0, "cement/g", "0\u00a0t"),
        (1, "sheet/mm2", "1\u00a0mm²"),
        (12, "parcel/piece", "12"),
        (1_500_000, "diesel/ml", "1,500\u00a0litres"),
        (400, "cement/bag", "400\u00a0bags"),
        (34_025_500_000_000, "money/USD", "USD\u00a03,402.55 million"),
        (10_850_000 * 10_000, "money/USD", "USD\u00a010.85 million"),
        (35_037_000, "money/USD", "USD\u00a03,503.70"),
        (95_000_000, "money/USD", "USD\u00a09,500"),
        (-5_000, "money/USD", "USD\u00a0-0.50"),
    ],
)
def test_amounts_are_shown_for_people(amount, resource, shown):
    assert ENGLISH.amount(amount, resource) == shown


def test_what_would_round_to_nothing_is_shown_in_a_smaller_unit_also_in_a_column():
    assert ENGLISH.amount(400_000, "cement/g", digits=0) == "400\u00a0kg"
    assert [ENGLISH.bare(amount, "cement/g") for amount in (20_000_000, 0, 2)] == ["20", "0", "2\u00a0g"]
    assert ENGLISH.bare(400, "cement/bag") == "400"


def test_a_quantity_names_what_it_is_of_and_money_only_itself():
    assert ENGLISH.quantity(20_000_000, "cement/g") == "20\u00a0t of cement"
    assert ENGLISH.quantity(10_000, "money/USD") == "USD\u00a01"
    message = Message.of(
        "trace.waits_for_dispatch", amount=Amount(20_000_000, "cement/g"), account="x", why="brought_in", owner=""
    )
    assert ENGLISH.message(message).startswith("20\u00a0t of cement, x")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(12_340, "KWD", "1.234"), (12_345, "CLF", "1.2345"), (12_500, "USD", "1.25"), (10_000, "KWD", "1")],
)
def test_a_sum_is_shown_to_the_smallest_coin_of_its_currency(amount, currency, shown):
    assert ENGLISH.money(amount, currency) == f"{currency}\u00a0{shown}"


def test_western_digits_stand_in_arabic_too():
    assert ARABIC.number(1_234_567) == "1,234,567"
    assert ARABIC.money(34_025_500_000_000, "USD").startswith("3,402.55")


def test_lists_are_parted_as_the_language_parts_them():
    assert ENGLISH.listed(["a", "b"]) == "a, b"
    assert ENGLISH.listed(["a, b", "c"], sentences=True) == "a, b; c"
    assert ARABIC.listed(["a", "b"]) == "a، b"


def test_goods_that_only_a_table_names_are_shown_by_its_arabic_words():
    assert [words.material("xn--mgbg0a2ef/g") for words in (ENGLISH, ARABIC)] == ["اسمنت", "اسمنت"]


def test_a_name_of_thousands_of_letters_pushes_nothing_away_and_stays_itself():
    long, other = "W" * 8_000, "W" * 7_999 + "X"
    names = {"party:a": {"en": long}, "party:b": {"en": other}, "party:c": {"en": "C"}}
    words = Localizer("en", names)
    assert len(words.name("party:a")) < 200
    assert words.name("party:a") != words.name("party:b"), "two that begin alike are told apart"
    assert words.name("party:a").endswith("… (party:a)")


def test_many_former_names_are_told_by_the_first_and_the_last():
    former = {"party:a": [{"en": f"Name {number}"} for number in range(500)]}
    told = Localizer("en", Names({"party:a": {"en": "Clean"}}, former)).name("party:a")
    assert told.startswith("Clean (formerly Name 0, …, Name 493, ")
    assert told.endswith("Name 499)")
