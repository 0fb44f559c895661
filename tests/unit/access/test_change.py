"""Whether delays of a step changed: found where they did, seldom called where they did not."""

from datetime import UTC, datetime, timedelta
from math import sqrt
from random import Random

import msgspec
import pytest

import enduse
from enduse.access.accounts import Stay
from enduse.access.change import LEAST, DelayChange, alike, delay_changes, largest_split
from enduse.pages.access import access_words
from enduse.pages.localizer import Localizer

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = 3_600


def cases(hours, state="submitted", days=1.0, now=None):
    """One case a day, waiting so many hours; those not over by ``now`` last."""
    found = []
    for at, waited in enumerate(hours):
        start = BEGIN + timedelta(days=days * at)
        so_far = (now - start).total_seconds() if now is not None else waited * HOUR
        found.append(
            Stay(
                item=f"m{at:03}",
                state=state,
                start=start,
                seconds=int(min(waited * HOUR, so_far)),
                open=waited * HOUR > so_far,
            )
        )
    return found


def log_rank(durations, split):
    """The log-rank statistic by its definition, ends less expected among the earlier, over the spread of all orders."""
    times = sorted({seconds for seconds, lasts in durations if not lasts})
    ends = expected = 0.0
    hazard = {}
    total = 0.0
    for time in times:
        risk = sum(seconds >= time for seconds, _ in durations)
        over = sum(seconds == time and not lasts for seconds, lasts in durations)
        earlier = sum(seconds >= time for seconds, _ in durations[:split])
        ends += sum(seconds == time and not lasts for seconds, lasts in durations[:split])
        expected += over * earlier / risk
        total += over / risk
        hazard[time] = total
    score = [
        (not lasts) - max((value for time, value in hazard.items() if time <= seconds), default=0.0)
        for seconds, lasts in durations
    ]
    n = len(durations)
    spread = sqrt(split * (n - split) / (n * (n - 1)) * sum(one**2 for one in score))
    return (ends - expected) / spread


def test_the_split_is_that_of_the_largest_log_rank_statistic_worked_out_by_its_definition():
    random = Random(4)
    for _ in range(5):
        told = cases([random.randrange(1, 30) * (1 + (at > 14)) for at in range(24)])
        durations = [(stay.seconds, random.random() < 0.2) for stay in told]
        by_hand = {split: log_rank(durations, split) for split in range(LEAST, 24 - LEAST + 1)}
        best = max(by_hand, key=lambda split: abs(by_hand[split]))
        split, longer, p_value = largest_split(told, durations, draws=19)
        assert abs(by_hand[split]) == pytest.approx(abs(by_hand[best]))
        assert longer == (by_hand[split] > 0)
        assert 0.05 <= p_value <= 1


def test_a_change_is_found_with_its_day_from_what_to_what_and_cases_that_last_count():
    random = Random(11)
    hours = [random.uniform(4, 10) for _ in range(30)] + [random.uniform(40, 90) for _ in range(20)]
    now = BEGIN + timedelta(days=52)
    told = cases(hours, now=now)
    (found,) = delay_changes(told, now)
    assert abs((found.since - (BEGIN + timedelta(days=30))).days) <= 1
    assert found.longer
    assert found.after_open > 0
    assert found.before is not None
    assert 4 * HOUR <= found.before <= 10 * HOUR
    assert found.after is None or found.after > 30 * HOUR
    assert found.p_value == 0.001
    assert delay_changes(told, now) == (found,), "the same cases, the same answer"
    assert delay_changes(list(reversed(told)), now) == (found,)


def test_what_waits_still_is_not_taken_for_over():
    """Of late nothing is answered any more: without the open cases nothing would have changed."""
    now = BEGIN + timedelta(days=60)
    hours = [6 + at % 5 for at in range(40)] + [10_000 if at % 4 else 7 for at in range(16)]
    told = cases(hours, now=now)
    assert [one.longer for one in delay_changes(told, now)] == [True]
    assert delay_changes([stay for stay in told if not stay.open], now) == ()


def test_that_the_last_cases_have_been_watched_least_is_no_change():
    now = BEGIN + timedelta(days=60)
    told = cases([24 * 9] * 60, now=now)
    assert sum(stay.open for stay in told) == 8
    assert delay_changes(told, now) == ()
    assert max(seconds for seconds, _ in alike(told, now)) <= 6 * 24 * HOUR + 24 * HOUR


def test_few_cases_say_nothing():
    told = cases([1] * LEAST + [500] * LEAST)
    assert delay_changes(told, BEGIN + timedelta(days=900)) == (), (
        "the newest of ten is not tested, and nine are too few"
    )
    assert delay_changes([], BEGIN) == ()
    assert delay_changes(cases([1] * LEAST + [500] * (LEAST - 1)), BEGIN + timedelta(days=900)) == ()


@pytest.mark.soak
@pytest.mark.parametrize(("mean", "gap"), [(6, 1.0), (200, 1.0), (300, 0.5)])
def test_a_change_is_seldom_called_where_there_is_none(mean, gap):
    """300 histories of three steps without any change, many cases open at their end.

    Three tests, each called where at most 16 of 1,000 orders reach it, call one in 4.7 % of histories; in 6,684 other histories of these
    three sorts it was 304 times, 4.5 %.
    """
    random = Random(f"{mean} {gap}")
    called = 0
    for _ in range(300):
        now = BEGIN + timedelta(days=40 * gap + 3)
        told = [
            stay
            for state in ("submitted", "approved", "departed")
            for stay in cases([random.expovariate(1 / mean) for _ in range(40)], state, gap, now)
        ]
        called += bool(delay_changes(told, now))
    assert called <= 0.05 * 300 + 2.6 * sqrt(300 * 0.05 * 0.95)


def test_access_says_a_change_in_words_and_open_cases_beside_the_median(played_demo):
    change = DelayChange(
        state="submitted",
        since=datetime(2026, 6, 3, tzinfo=UTC),
        before_cases=31,
        after_cases=17,
        before_open=0,
        after_open=9,
        before=6 * HOUR,
        after=None,
        longer=True,
        p_value=0.004,
        tested=3,
    )
    with enduse.open(played_demo[1]) as programme:
        answer, words = programme.access(), Localizer("en", programme.names())
    (own,) = answer.changed
    assert (own.state, own.before_cases + own.after_cases, own.longer) == ("submitted", 11, True)
    told = next(
        part for part in access_words(msgspec.structs.replace(answer, changed=(change,)), words) if "changed" in part[0]
    )
    assert told[2] == [
        ("notified, not answered", "3 June 2026", "6 hours", "nobody can say, 9 last", "31, 17", "at most 1.2%"),
    ]
