"""Waybills that were swapped, and goods that their receiver writes under another number: asked about, and no carrier is named."""

import itertools
from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.book.assure import differences
from enduse.messages import Amount
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.views.differences import late
from enduse.views.loads import loads
from enduse.views.status import status
from support.cement import goods

T = 1_000_000


def sent(number, tonnes, taker=None):
    end = {"destinationList": [{"type": "possessing_party", "destination": taker}]} if taker else {}
    more = {"enduse:carrier": "carrier", **end}
    return ("warehouse", "shipping", tonnes, 1, "depot", number), more


def came(number, tonnes, by="fund", source=None):
    return (by, "receiving", tonnes, 3, f"{by}-yard", number), {"enduse:complete": True}


def played(folder, papers):
    """Return a programme in which these papers were recorded and all their time has passed."""
    small = Small(folder, open_acts=("goods",))
    goods(small, "warehouse", "commissioning", 1000, 0, "depot", action="ADD")
    for paper, more in papers:
        assert goods(small, *paper, **more).outcome == "accepted"
    goods(small, "warehouse", "inspecting", 1, 60, "depot")
    return small


def named(small):
    """Return who answers or is asked for what, and the leads."""
    seen = status(small.book)
    lost = {(one.item, one.state, one.owner, *one.parties, one.figure.amount // T) for one in seen.missing}
    return lost, {(task.owner, task.code) for task in seen.tasks}, seen.goods_leads


CROSSED = {
    "one receiver": (sent("W-1", 80, "fund"), sent("W-2", 60, "fund"), came("W-1", 60), came("W-2", 80)),
    "two receivers": (sent("W-1", 80, "fund"), sent("W-2", 60, "donor"), came("W-1", 60, "donor"), came("W-2", 80)),
    "two receivers, as much": (
        sent("W-1", 80, "fund"),
        sent("W-2", 80, "donor"),
        came("W-1", 80, "donor"),
        came("W-2", 80),
    ),
    "nobody named": (sent("W-1", 80), sent("W-2", 60), came("W-1", 60), came("W-2", 80)),
}


@pytest.mark.parametrize("told", CROSSED.values(), ids=CROSSED)
def test_swapped_waybills_are_one_lead_and_name_no_carrier_in_any_order(tmp_path, told):
    for number, order in enumerate(list(itertools.permutations(told))[::5]):
        small = played(tmp_path / str(number), order)
        lost, tasks, leads = named(small)
        assert lost, "the figures stand"
        assert "carrier" not in {name for one in lost for name in one} | {owner for owner, _ in tasks}
        (lead,) = leads
        assert {lead.values["item"], lead.values["other"]} == {"W-1", "W-2"}
        assert (lead.code == "lead.swapped") == (
            "receiver" in lead.values and lead.values["party"] != lead.values["receiver"]
        )
        assert lead.code in {"lead.swapped", "lead.swapped_by_one"}, "one who received both is named once"
        for part in late(small.book, differences(small.book)):
            assert (part.leads, part.contested is not None) == ((lead,), True)
        small.intake.close()


LACKING = {
    "of the one of two receivers": (
        (sent("W-1", 80, "fund"), sent("W-2", 60, "donor"), came("W-1", 60, "donor"), came("W-2", 75)),
        {"W-1": 75, "W-2": 60},
    ),
    "of the other": (
        (sent("W-1", 80, "fund"), sent("W-2", 60, "donor"), came("W-1", 55, "donor"), came("W-2", 80)),
        {"W-1": 80, "W-2": 55},
    ),
    "of one receiver": (
        (sent("W-1", 80, "fund"), sent("W-2", 60, "fund"), came("W-1", 60), came("W-2", 75)),
        {"W-1": 15},
    ),
    "under a mistyped number": ((sent("W-1", 80, "fund"), came("W-7", 75)), {"W-1": 75}),
    "under a mistyped number in parts": ((sent("W-1", 80, "fund"), came("W-7", 35), came("W-7", 40)), {"W-1": 75}),
}


@pytest.mark.parametrize(("told", "doubtful"), LACKING.values(), ids=LACKING)
def test_where_some_lacks_besides_a_swapped_paper_its_carrier_is_asked_for_that_alone_in_any_order(
    tmp_path, told, doubtful
):
    """The carrier was asked for all that had come under the other paper."""
    for number, order in enumerate(list(itertools.permutations(told))[::9]):
        small = played(tmp_path / str(number), order)
        asked = {
            (task.owner, task.code, task.figure.amount // T)
            for task in status(small.book).tasks
            if task.owner == "carrier" or task.code == "say_what_came"
        }
        assert {one for one in asked if one[0] == "carrier"} == {("carrier", "receive", 5)}
        assert {amount for _, code, amount in asked if code == "say_what_came"} == set(doubtful.values())
        contested = {part.item: part.contested.amount // T for part in late(small.book, differences(small.book))}
        assert contested == doubtful
        words = [missing_words(one, Localizer("en", {})) for one in status(small.book).missing]
        assert any("asked for the rest: carrier" in text for text in words)
        (load,) = loads(small.book, "W-1")
        assert load.holders == (), "nobody is named in public for what may have come"
        small.intake.close()


def test_papers_of_two_senders_that_one_receiver_crossed_name_no_carrier_in_any_order(tmp_path):
    """The carrier of the one was asked for what had come under the other's paper."""
    other = (
        ("monitor", "shipping", 60, 1, "monitor-yard", "M-1"),
        {"enduse:carrier": "carrier", **sent("", 0, "fund")[1]},
    )
    papers = (sent("W-1", 80, "fund"), other, came("W-1", 60), came("M-1", 80))
    for number, order in enumerate(list(itertools.permutations(papers))[::5]):
        small = played(tmp_path / str(number), order)
        lost, tasks, leads = named(small)
        assert ("W-1", "", 20) in {(one[0], one[2], one[-1]) for one in lost}, "the figures stand"
        assert "carrier" not in {name for one in lost for name in one} | {owner for owner, _ in tasks}
        (lead,) = leads
        assert (lead.code, lead.values["owner"]) == ("lead.papers_of_two", "warehouse")
        small.intake.close()


def test_three_papers_in_a_circle_name_no_carrier(tmp_path):
    papers = [sent(f"W-{n}", 60 + 10 * n, "fund") for n in range(3)]
    papers += [came(f"W-{n}", 60 + 10 * ((n + 1) % 3)) for n in range(3)]
    small = played(tmp_path / "circle", papers)
    lost, tasks, _ = named(small)
    assert ("W-2", "short", "", 20) in lost
    assert "carrier" not in {owner for owner, _ in tasks}
    small.intake.close()


def test_what_its_receiver_wrote_under_a_number_that_nobody_sent_names_no_carrier(tmp_path):
    small = played(tmp_path / "mistyped", [sent("W-1", 80, "fund"), came("W-7", 80)])
    lost, tasks, (lead,) = named(small)
    assert lost == {("W-1", "overdue", "", 80)}
    assert ("fund", "say_what_came") in tasks
    assert lead.values["amount"] == Amount(80 * T, "cement/g")
    small.intake.close()


@pytest.mark.threat(
    who="carrier",
    tries="has a friend write that the goods it lost came to the friend under another number",
    alone="nothing: no word but that of who was to receive them makes it doubtful who has them",
    needs="the receiver itself, which could as well say that all arrived",
    seen_by="everybody, by enduse late",
)
def test_a_friends_receipt_under_another_number_clears_no_carrier(tmp_path):
    papers = [sent("W-1", 80, "fund"), sent("W-2", 80, "donor"), came("W-2", 80, "monitor"), came("W-9", 80, "monitor")]
    small = played(tmp_path / "friend", papers)
    lost, tasks, _ = named(small)
    assert ("W-1", "overdue", "carrier", 80) in lost
    assert ("carrier", "receive") in tasks
    small.intake.close()


def test_an_excess_of_another_amount_or_of_before_leaves_the_carrier_named(tmp_path):
    small = played(
        tmp_path / "amount", [sent("W-1", 80, "fund"), sent("W-2", 60, "fund"), came("W-1", 60), came("W-2", 65)]
    )
    assert ("W-1", "short", "carrier", 20) in named(small)[0]
    small.intake.close()
    early = (("fund", "receiving", 80, 0, "fund-yard", "W-7"), {})
    small = played(tmp_path / "early", [sent("W-1", 80, "fund"), early])
    assert ("W-1", "overdue", "carrier", 80) in named(small)[0]
    small.intake.close()


def test_once_one_paper_is_corrected_what_is_left_names_its_carrier_again(tmp_path):
    small = played(
        tmp_path / "right", [sent("W-1", 80, "fund"), sent("W-2", 60, "fund"), came("W-1", 60), came("W-2", 80)]
    )
    small.now = START + timedelta(days=61)
    goods(small, "fund", "receiving", 20, 61, "fund-yard", "W-1")
    lost, _, leads = named(small)
    assert lost == {("W-2", "over", "", -20)}
    assert not leads
    small.intake.close()
