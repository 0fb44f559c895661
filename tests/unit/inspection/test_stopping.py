"""Limits on how many records are false: they hold at every look, however often one looks and whenever one stops."""

import random
from fractions import Fraction
from math import comb

import pytest

from enduse.errors import MalformedError
from enduse.inspection.stopping import POPULATION_MAX, limits, stopping

ALPHA = Fraction(1, 20)


def ever_wrong(population, false):
    """Return the chance, exactly, that the true number is ever outside the limits when one looks after every record."""
    inside: dict[int, Fraction] = {0: Fraction(1)}
    wrong = Fraction(0)
    for looked in range(population):
        after: dict[int, Fraction] = {}
        for found, chance in inside.items():
            bad = Fraction(false - found, population - looked)
            for now, part in ((found + 1, bad), (found, 1 - bad)):
                if part:
                    after[now] = after.get(now, Fraction(0)) + chance * part
        inside = {}
        for found, chance in after.items():
            least, most = limits(population, looked + 1, found, ALPHA)
            if least <= false <= most:
                inside[found] = chance
            else:
                wrong += chance
    return wrong


@pytest.mark.parametrize("false", [0, 1, 2, 6, 15, 29])
def test_looking_after_every_record_and_stopping_at_will_errs_no_more_often_than_stated(false):
    assert ever_wrong(30, false) <= ALPHA


def test_limits_by_the_definition_that_the_room_states():
    for population, checked, false in ((12, 5, 0), (12, 5, 2), (12, 12, 3), (9, 4, 4), (7, 1, 0), (7, 1, 1)):
        bet = Fraction(1, 2) * (not false) + Fraction(1, 2 * (checked + 1))
        stay = [
            number
            for number in range(population + 1)
            if Fraction(comb(number, false) * comb(population - number, checked - false), comb(population, checked))
            > ALPHA * bet
        ]
        assert stay == list(range(stay[0], stay[-1] + 1))
        assert limits(population, checked, false, ALPHA) == (stay[0], stay[-1])
    assert limits(20, 0, 0, ALPHA) == (0, 20)


def test_it_is_said_when_to_stop_and_how_much_is_still_to_be_looked_at():
    going = stopping([(12, 0), (20, 0)], 1000, "0.05", "0.05")
    assert (going.verdict, going.bearable, going.further) == ("go_on", 50, 36)
    done = stopping([(12, 0), (20, 0), (36, 0)], 1000, "0.05", "0.05")
    assert (done.verdict, done.since, done.looks[-1].most <= 50) == ("at_most", 3, True)
    later = stopping([(12, 0), (20, 0), (36, 0), (10, 3)], 1000, "0.05", "0.05")
    assert (later.verdict, later.since) == ("at_most", 3), (
        "what was shown stays shown: that is what holds at every look"
    )
    bad = stopping([(12, 3), (20, 5)], 1000, "0.05", "0.05")
    assert (bad.verdict, bad.since, bad.further) == ("more", 2, None)
    assert stopping([], 1000, "0", "0.05").further == 975, "that none is false takes nearly all"


def test_a_fixed_sample_alone_would_be_believed_too_soon():
    """59 of many records, none false, show *under 5 %* for one look; who may look at will has to see more."""
    assert limits(10_000, 59, 0, ALPHA)[1] > 500
    assert limits(10_000, 74, 0, ALPHA)[1] <= 500


@pytest.mark.parametrize(
    ("population", "checked", "false", "wrong"),
    [(0, 0, 0, "0.05"), (5, 6, 0, "0.05"), (5, 2, 3, "0.05"), (POPULATION_MAX + 1, 1, 0, "0.05"), (5, 1, 0, "1")],
)
def test_what_are_no_counts_is_refused(population, checked, false, wrong):
    with pytest.raises(MalformedError):
        limits(population, checked, false, wrong)


def test_a_share_is_from_nought_to_below_one():
    with pytest.raises(MalformedError):
        stopping([(1, 0)], 10, "1", "0.05")


@pytest.mark.soak
@pytest.mark.parametrize("share", [0.0, 0.02, 0.051, 0.2])
def test_the_error_level_holds_under_optional_stopping_in_batches(share):
    """Visits of uneven size, looked at after each; the verdict is taken the first time it is shown."""
    draw, population, runs = random.Random(20260829), 400, 4_000
    false = round(share * population)
    truth = "more" if false > 20 else "at_most"
    wrong = 0
    for _ in range(runs):
        records = [1] * false + [0] * (population - false)
        draw.shuffle(records)
        steps, at = [], 0
        while at < population:
            batch = records[at : at + draw.randint(1, 15)]
            at += len(batch)
            steps.append((len(batch), sum(batch)))
            if at > 250:
                break
        verdict = stopping(steps, population, "0.05", "0.05").verdict
        wrong += verdict not in {"go_on", truth}
    assert wrong / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5
