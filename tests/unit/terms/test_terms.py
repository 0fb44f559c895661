"""Quantities, money, times: exact or refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import InvalidValueError, MalformedError
from enduse.terms.amounts import AMOUNT_MAX, Money, Quantity, exact_decimal, plain, whole
from enduse.terms.times import Period, format_instant, instant_of, micros, parse_instant
from enduse.terms.units import SHOWN, UNITS, unit


def test_a_tonne_is_a_million_grams_exactly():
    assert Quantity("20.000001", "TNE").base() == (20_000_001, "g")


def test_finer_than_a_gram_is_refused_not_rounded():
    with pytest.raises(InvalidValueError, match="finer than one gram"):
        Quantity("0.0000001", "TNE").base()


def test_the_longest_decimal_is_neither_rounded_nor_let_pass():
    assert Quantity("4611686018427.387904", "TNE").base() == (AMOUNT_MAX, "g")
    with pytest.raises(InvalidValueError, match=r"more than can be kept, which is 4611686018427\.387904"):
        Quantity("4611686018427.387905", "TNE")
    with pytest.raises(InvalidValueError, match="finer"):
        Quantity("999999999999999999.000000001", "DZN").base()


def test_money_counts_ten_thousandths():
    assert Money("3402550000.0001", "USD").minor() == 34_025_500_000_001
    with pytest.raises(InvalidValueError, match="finer"):
        Money("0.00001", "USD").minor()


def test_an_unknown_unit_says_which_are_known():
    with pytest.raises(MalformedError, match="'XXX' is not the code of a unit") as caught:
        unit("XXX")
    assert "TNE" in caught.value.diagnostics()


def test_pallets_never_become_tonnes():
    assert UNITS["XPX"].base != UNITS["TNE"].base


def test_every_base_is_shown_in_a_unit_of_that_base():
    assert {each.base for each in UNITS.values()} == set(SHOWN)
    assert all(UNITS[code].base == base for base, code in SHOWN.items())


@pytest.mark.parametrize(
    ("value", "code", "base"),
    [
        ("1", "LBR", 454),
        ("1000", "LBR", 453_592),
        ("-1000", "LBR", -453_592),
        ("1", "STN", 907_185),
        ("1", "LTN", 1_016_047),
        ("1", "BLL", 158_987),
        ("5", "INH", 127),
        ("100", "HAR", 10**12),
    ],
)
def test_units_set_by_law_in_fractions_are_rounded_once(value, code, base):
    assert Quantity(value, code).base()[0] == base


def test_what_is_rounded_is_bounded_too():
    with pytest.raises(InvalidValueError, match="more than can be kept, which is 10167027321088729"):
        Quantity("99999999999999999", "LBR")


@given(st.integers(-(10**17), 10**17), st.sampled_from(sorted({UNITS[code].factor for code in SHOWN.values()})))
def test_plain_text_loses_no_digit(number, factor):
    assert Decimal(plain(number, factor)) * factor == number


@pytest.mark.parametrize(
    ("raw", "kept"), [("007.50", "7.50"), ("+1", "1"), ("-0", "-0"), (" 12. ", "12"), ("0.127", "0.127")]
)
def test_a_table_decimal_keeps_its_digits(raw, kept):
    assert exact_decimal(raw) == kept


@pytest.mark.parametrize("raw", ["", "1,5", "1e3", "NaN", "inf", "0x1", "١٢", "1_000"])
def test_a_table_decimal_that_is_none_is_refused(raw):
    with pytest.raises(MalformedError):
        exact_decimal(raw)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(MalformedError, match="no time zone"):
        parse_instant("2026-01-31T09:00:00")


def test_a_bare_date_is_that_whole_day_in_utc():
    assert format_instant(parse_instant("2026-01-31")) == "2026-01-31T00:00:00Z"
    assert format_instant(parse_instant("2026-01-31", end_of_day=True)) == "2026-01-31T23:59:59.999999Z"


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_microseconds_are_exact_both_ways(instant):
    assert instant_of(micros(instant)) == instant


def test_a_period_is_half_open():
    start, end = parse_instant("2026-01-01"), parse_instant("2026-02-01")
    period = Period(start=start, end=end)
    assert period.holds(start)
    assert not period.holds(end)
    with pytest.raises(ValueError, match="after it starts"):
        Period(start=end, end=start)


def test_the_reports_have_a_word_for_every_base():
    from enduse.pages.localizer import _UNIT_NAMES

    assert set(_UNIT_NAMES) == set(SHOWN)


def test_no_digit_is_lost_however_many_there_are():
    with pytest.raises(MalformedError, match="finer than one gram"):
        whole("100." + "0" * 150 + "1", Decimal(1000), "one_g")
    assert whole("1" * 15, Decimal(1000), "one_g") == int("1" * 15) * 1000
    with pytest.raises(MalformedError, match="more than can be kept"):
        whole("1" * 100, Decimal(1000), "one_g")


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("end_of_day", [False, True])
def test_an_instant_out_of_range_is_refused(text, end_of_day):
    with pytest.raises(MalformedError, match="out of range"):
        parse_instant(text, end_of_day=end_of_day)


def test_a_time_finer_than_a_microsecond_is_refused_not_cut():
    assert parse_instant("2026-01-31T09:00:00.123456Z").microsecond == 123_456
    with pytest.raises(MalformedError, match="finer than a microsecond"):
        parse_instant("2026-01-31T09:00:00.1234567Z")
