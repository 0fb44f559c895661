"""Two counts of one stock at one time: both are shown, nothing is exact, and nobody is accused."""

import itertools
from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.messages import Amount
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.statements.correction import Correction, CorrectionBody
from enduse.views.status import status
from support.cement import goods

T = 1_000_000


@pytest.fixture
def store(tmp_path):
    """A warehouse that was told to hold 100 t."""
    small = Small(tmp_path / "store", open_acts=("goods",))
    goods(small, "warehouse", "commissioning", 100, 0, "depot", action="ADD")
    yield small
    small.intake.close()


def counted(small, tonnes, day=2):
    return goods(small, "warehouse", "stock_taking", tonnes, day, "depot")


def withdraw(small, said):
    body = CorrectionBody(corrects=small.book.statement(said.index).id, reason="incorrect_data")
    assert small.say("warehouse", Correction, body).outcome == "accepted"


@pytest.mark.parametrize("found", [(90, 95), (90, 100), (90, 110), (105, 110)])
def test_two_counts_of_one_time_are_both_shown_and_accuse_nobody_in_any_order(store, found):
    """The later recorded was called exact, and its holder asked for the gap."""
    for order in itertools.permutations(found):
        saids = [counted(store, tonnes) for tonnes in order]
        seen = status(store.book)
        (lead,) = seen.goods_leads
        assert lead.code == "lead.counts_differ"
        assert [lead.values[name] for name in ("one", "other")] == [Amount(each * T, "cement/g") for each in order]
        for lost in seen.missing:
            assert (lost.owner, lost.judgement, lost.counted) == ("", "told", False)
            assert [figure.amount for figure in lost.counts] == [each * T for each in order]
            words = missing_words(lost, Localizer("en", {}))
            assert "warehouse is asked which holds, and nobody is named" in words
        assert {(task.owner, task.code) for task in seen.tasks} <= {("warehouse", "say_which_count")}
        assert bool(seen.tasks) == (order[-1] != 100)
        if order[-1] < 100:
            assert store.book.facts.open_difference("cement", "depot") is None, "not known"
        for said in saids:
            withdraw(store, said)
        assert status(store.book).goods_leads == ()


def test_once_one_is_corrected_or_a_later_count_stands_the_holder_answers_as_before(store):
    first, _ = counted(store, 90), counted(store, 95)
    withdraw(store, first)
    (lost,) = status(store.book).missing
    assert (lost.owner, lost.judgement, lost.figure.amount) == ("warehouse", "exact", 5 * T)
    counted(store, 90)
    assert status(store.book).missing[0].owner == ""
    counted(store, 92, 3)
    (lost,) = status(store.book).missing
    assert (lost.owner, lost.judgement, lost.figure.amount, lost.counts) == ("warehouse", "exact", 8 * T, ())


def test_two_counts_of_one_time_that_agree_or_of_which_one_is_of_another_day_are_as_before(store):
    counted(store, 90)
    counted(store, 90)
    (lost,) = status(store.book).missing
    assert (lost.judgement, lost.counts) == ("exact", ())
    store.now = START + timedelta(days=3)
    counted(store, 85, 3)
    assert status(store.book).missing[0].counts == ()
