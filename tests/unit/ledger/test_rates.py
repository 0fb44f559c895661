"""Rates of exchange: which one counts for a day, and what a sum comes to, exactly."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InvalidValueError
from enduse.ledger.rates import Rates, converted
from enduse.messages import Refusal
from enduse.statements.programme import Reporting
from enduse.statements.rates import RateBody
from enduse.views.leads import rate_leads
from support.examples import examples
from support.ledger_hand import START, Hand, at

RULES = Reporting(currency="USD", sources=("bank", "market"), oldest_days=3, pivot="EUR")


class Rated(Hand):
    """A hand that tells rates, and looks them up by the rules above."""

    def tell(self, base, quote, value, on, source="bank", by=None):
        name = f"rate:{len(self.entries)}"
        return self.pay("rate", by or source, on=on, rate=name, base=base, quote=quote, value=value, source=source)

    def way(self, base, quote, on, rules=RULES):
        found = Rates(self.ledger.rates.values(), rules).find(base, quote, at(on))
        return None if found is None else [(used.base, used.quote, used.value, used.inverse) for used in found]


def test_the_latest_on_or_before_the_day_counts_and_none_that_is_too_old():
    hand = Rated()
    hand.tell("EUR", "USD", "1.10", on=1)
    hand.tell("EUR", "USD", "1.20", on=3)
    assert hand.way("EUR", "USD", 0) is None
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "1.10", False)]
    assert hand.way("EUR", "USD", 6) == [("EUR", "USD", "1.20", False)]
    assert hand.way("EUR", "USD", 7) is None
    assert hand.way("USD", "USD", 7) == []


def test_a_newer_rate_told_the_other_way_round_counts_and_of_one_age_the_stated_one():
    hand = Rated()
    hand.tell("EUR", "USD", "1.10", on=1)
    hand.tell("USD", "EUR", "0.8", on=2)
    assert hand.way("EUR", "USD", 2) == [("USD", "EUR", "0.8", True)]
    hand.tell("EUR", "USD", "1.20", on=2)
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "1.20", False)]


def test_the_first_source_is_asked_before_the_second_however_new_that_is():
    hand = Rated()
    hand.tell("EUR", "USD", "1.10", on=1)
    hand.tell("EUR", "USD", "1.20", on=3, source="market")
    hand.tell("EUR", "USD", "9", on=3, source="stranger")
    assert hand.way("EUR", "USD", 3) == [("EUR", "USD", "1.10", False)]
    assert hand.way("EUR", "USD", 5) == [("EUR", "USD", "1.20", False)]


def test_the_way_over_the_pivot_is_tried_last_and_no_other():
    hand = Rated()
    hand.tell("EUR", "ILS", "4", on=1)
    hand.tell("EUR", "USD", "1.10", on=1)
    assert hand.way("ILS", "USD", 1) == [("EUR", "ILS", "4", True), ("EUR", "USD", "1.10", False)]
    assert hand.way("ILS", "USD", 1, Reporting(currency="USD", sources=("bank",))) is None
    hand.tell("USD", "JPY", "150", on=1)
    assert hand.way("ILS", "JPY", 1) is None, "no chain of three"
    hand.tell("ILS", "USD", "0.27", on=0)
    assert hand.way("ILS", "USD", 1) == [("ILS", "USD", "0.27", False)]


def test_a_rate_moves_nothing_is_taken_back_and_told_once():
    hand = Rated()
    assert not hand.tell("EUR", "USD", "1.10", on=1).postings
    again = hand.pay("rate", "bank", on=1, rate="rate:0", base="EUR", quote="USD", value="2", source="bank")
    assert again.refusal == Refusal.of("statement.given_before", kind="rate", identifier="rate:0", entry=0)
    assert not hand.correct("bank", hand.entries[0].id).refusal
    assert hand.way("EUR", "USD", 1) is None
    assert hand.ledger.balances == {}


def test_a_rate_of_nothing_has_no_effect_and_one_of_a_currency_in_itself_is_refused():
    hand = Rated()
    assert hand.tell("EUR", "USD", "0", on=1).refusal == Refusal.of("rate.not_above_zero", value="0")
    assert hand.ledger.rates == {}
    with pytest.raises(InvalidValueError, match="EUR is always worth one of itself"):
        RateBody(rate="r", base="EUR", quote="EUR", value="1", source="bank")


def test_a_sum_is_rounded_once_to_a_millionth_half_to_even():
    hand = Rated()
    hand.tell("EUR", "USD", "1.00005", on=1)
    way = Rates(hand.ledger.rates.values(), RULES).find("EUR", "USD", at(1))
    assert way is not None
    assert [converted(amount, way) for amount in (100, 300, -100)] == [10_000, 30_002, -10_000]


@pytest.mark.threat(
    who="stranger",
    tries="states a bank's rate of a day first, with a value of its own, so that sums are told at it",
    alone="two values for one source and day are shown with who stated them, and neither is used; the day before counts",
    needs="that nobody else states the rate of that day; a source named as a party counts by its own word alone",
    seen_by="anybody: `enduse money`, `enduse status`, and the report",
)
def test_two_values_for_one_source_and_day_are_used_by_nobody_until_one_is_taken_back():
    hand = Rated()
    hand.tell("EUR", "USD", "1.10", on=1, by="fund")
    hand.tell("EUR", "USD", "99", on=2, by="evil")
    squatted = hand.last
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "99", False)], "nobody says otherwise yet"
    hand.tell("EUR", "USD", "1.20", on=2, by="fund")
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "1.10", False)]
    assert hand.way("EUR", "USD", 5) is None
    (lead,) = rate_leads(hand.ledger.rates.values())
    assert (lead.values["party"], lead.values["value"], lead.values["by"], lead.values["other"]) == (
        "evil",
        "99",
        "fund",
        "1.20",
    )
    assert not hand.correct("evil", squatted).refusal
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "1.20", False)]
    assert list(rate_leads(hand.ledger.rates.values())) == []


def test_a_source_that_is_a_party_counts_by_its_own_word_in_any_order():
    for order in (("evil", "bank"), ("bank", "evil")):
        hand = Rated()
        for by in order:
            hand.tell("EUR", "USD", "1.20" if by == "bank" else "99", on=2, by=by)
        hand.tell("EUR", "USD", "99", on=3, by="evil")
        hand.tell("USD", "EUR", "99", on=3, by="evil")
        assert hand.way("EUR", "USD", 3) == [("EUR", "USD", "1.20", False)], "nor on a day on which it says nothing"
        leads = [(lead.code, lead.values["parties"]) for lead in rate_leads(hand.ledger.rates.values())]
        assert leads == ([("lead.rates_taken_over", ["evil"])] if order[0] == "evil" else [])


@pytest.mark.threat(
    who="keeper",
    tries="describes a party by the name of a bank whose rates others state, enrols a key for it, and sets all rates of days past anew",
    alone="sums are told at them, and from when on the bank states its own rates, and whose are used no more, stands beside every sum",
    needs="works alone where it may state rates",
    seen_by="everybody: `enduse money`, `enduse status` and the report say so; `enduse key list` says that nobody but the keeper knows the key",
)
def test_who_takes_the_name_of_a_source_and_states_its_rates_is_told(tmp_path):
    hand = Rated()
    for on in (1, 2):
        hand.tell("EUR", "USD", "1.10", on=on, by="fund")
    hand.tell("EUR", "USD", "9.9", on=2, by="bank")
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "9.9", False)]
    (lead,) = rate_leads(hand.ledger.rates.values())
    assert (lead.code, lead.values["parties"]) == ("lead.rates_taken_over", ["fund"])
    assert lead.values["publisher"] == "bank"


def test_one_value_told_by_two_is_no_contradiction():
    hand = Rated()
    hand.tell("EUR", "USD", "1.2", on=2, by="fund")
    hand.tell("EUR", "USD", "1.20", on=2, by="donor")
    assert hand.way("EUR", "USD", 2) == [("EUR", "USD", "1.2", False)]
    assert list(rate_leads(hand.ledger.rates.values())) == []


TOLD = st.lists(
    st.tuples(
        st.sampled_from(("USD", "EUR", "ILS")),
        st.sampled_from(("USD", "EUR", "ILS")),
        st.integers(1, 40),
        st.integers(0, 6),
        st.sampled_from(("bank", "market", "stranger")),
        st.sampled_from(("bank", "fund", "stranger")),
    ).filter(lambda told: told[0] != told[1]),
    max_size=12,
)


def by_hand(told, base, quote, on):
    """Return what one unit is worth, by a list that is read through: source by source, day by day back."""

    def direct(base, quote):
        for source in RULES.sources:
            for age in range(RULES.oldest_days + 1):
                for first, second, turn in ((base, quote, False), (quote, base, True)):
                    alike = [one for one in told if one[:2] == (first, second) and one[3:5] == (on - age, source)]
                    speaks = any(one[4] == one[5] == source for one in told)
                    values = {one[2] for one in alike if one[5] == source or not speaks}
                    if len(values) == 1:
                        return 1 / Fraction(*values) if turn else Fraction(*values)
        return None

    if base == quote:
        return Fraction(1)
    found = direct(base, quote)
    if found is not None or "EUR" in {base, quote}:
        return found
    legs = direct(base, "EUR"), direct("EUR", quote)
    return None if None in legs else legs[0] * legs[1]


@settings(max_examples=examples(200))
@given(TOLD, st.sampled_from(("USD", "EUR", "ILS")), st.integers(0, 9))
def test_the_rate_that_counts_is_the_one_found_by_reading_the_list_through(told, base, on):
    hand = Rated()
    for one in told:
        first, second, value, day, source, by = one
        hand.tell(first, second, str(value), on=day, source=source, by=by)
    way = Rates(hand.ledger.rates.values(), RULES).find(base, "USD", at(on))
    worth = by_hand(told, base, "USD", on)
    assert (way is None) == (worth is None)
    if way is not None:
        product = Fraction(1)
        for used in way:
            product *= used.factor
            assert date.fromisoformat(used.day) in {(START + timedelta(days=on - age)).date() for age in range(4)}
        assert product == worth
        assert converted(10_000, way) == round(worth * 1_000_000)
