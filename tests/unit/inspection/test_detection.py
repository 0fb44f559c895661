"""Chances of detection as far as their parts are known."""

import random
from itertools import product

import pytest

from enduse.inspection.detection import NOT_KNOWN, ChanceRange, exactly, gained


def drawn(stream):
    ends = sorted((stream.random(), stream.random()))
    return stream.choice([exactly(ends[0]), ChanceRange(*ends), NOT_KNOWN, ChanceRange(0.0, ends[1])])


def within(range_, stream):
    return stream.choice([range_.least, range_.most, range_.least + stream.random() * (range_.most - range_.least)])


def test_the_ends_of_the_number_are_those_of_every_value_its_parts_may_have():
    stream = random.Random(20261130)
    for _ in range(300):
        accountancy, visited, kept = (drawn(stream) for _ in range(3))
        seen = stream.random()
        visits = visited.times(exactly(seen)).times(kept)
        together = accountancy.either(visits)
        tight = [
            1 - (1 - a) * (1 - v * seen * k)
            for a, v, k in product(*((one.least, one.most) for one in (accountancy, visited, kept)))
        ]
        assert (together.least, together.most) == pytest.approx((min(tight), max(tight)))
        for _ in range(5):
            a, v, k = (within(one, stream) for one in (accountancy, visited, kept))
            assert together.least - 1e-12 <= 1 - (1 - a) * (1 - v * seen * k) <= together.most + 1e-12
        low, high = sorted((stream.random(), stream.random()))
        added = gained(accountancy, exactly(low * seen).times(kept), exactly(high * seen).times(kept))
        a, k = within(accountancy, stream), within(kept, stream)
        by_hand = (1 - (1 - a) * (1 - high * seen * k)) - (1 - (1 - a) * (1 - low * seen * k))
        assert added.least - 1e-12 <= by_hand <= added.most + 1e-12


def test_what_is_known_of_a_chance():
    assert [one.knowledge for one in (exactly(0.0), ChanceRange(0.0, 0.4), NOT_KNOWN)] == [
        "known",
        "bounded",
        "not_known",
    ]
    assert exactly(0.5).either(NOT_KNOWN) == ChanceRange(0.5, 1.0), "at least what one of them sees"
