"""Goods that came in place of others: told as that, in every order; nobody is named, and its sender is asked what it sent."""

import itertools
import json
from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.views.status import status

BAG, OWN = "XBG", "urn:enduse:class:"


def goods(small, party, step, lines, day, place, *, number="W-1", action="OBSERVE", taker=None, **more):
    small.now = max(small.now, START + timedelta(days=day, hours=12))
    event = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": action,
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [
            {"epcClass": OWN + item, "quantity": amount, "uom": BAG}
            | ({"enduse:instead_of": OWN + wanted} if wanted else {})
            for item, amount, wanted in lines
        ],
        **({"bizTransactionList": [{"type": "desadv", "bizTransaction": number}]} if number else {}),
        **({"destinationList": [{"type": "possessing_party", "destination": taker}]} if taker else {}),
        **more,
    }
    return small.say(party, Goods, GoodsBody(event=json.dumps(event)))


def sent(small, item="rice", amount=100, **more):
    return goods(
        small, "warehouse", "shipping", [(item, amount, None)], 1, "depot", taker="fund",
        **{"enduse:carrier": "carrier", **more},
    )  # fmt: skip


def came(small, amount=100, by="fund", wanted="rice", complete=True):
    more = {"enduse:complete": True} if complete else {}
    return goods(small, by, "receiving", [("flour", amount, wanted)], 3, "site", **more)


@pytest.fixture
def town(tmp_path):
    small = Small(tmp_path / "town", open_acts=("goods",))
    for item in ("rice", "flour"):
        goods(small, "warehouse", "commissioning", [(item, 500, None)], 0, "depot", number=None, action="ADD")
    yield small
    small.intake.close()


def wait(small):
    goods(small, "warehouse", "inspecting", [("rice", 1, None)], 40, "depot", number=None)


def told(small):
    seen = status(small.book)
    lost = {
        (one.figure.resource.partition("/")[0], one.figure.amount): (
            one.owner,
            [each.amount for each in one.instead],
            one.in_place_of,
        )
        for one in seen.missing
    }
    return lost, {(task.owner, task.code) for task in seen.tasks}


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_13_what_came_in_place_of_something_else_is_told_not_lost_and_its_sender_is_asked(town, order, complete):
    steps = (sent, lambda small: came(small, complete=complete))
    saids = {at: steps[at](town) for at in order}
    wait(town)
    assert told(town) == (
        {("rice", 100): ("", [100], ()), ("flour", -100): ("", [], ("rice",))},
        {("warehouse", "say_what_was_sent")},
    )
    words = [missing_words(one, Localizer("en", {})) for one in status(town.book).missing]
    assert any("came in its place: warehouse is asked what it sent" in text for text in words)
    assert any("in place of rice, by its receiver" in text for text in words)
    assert not any("carrier" in text or "answers" in text for text in words)
    back = CorrectionBody(corrects=town.book.statement(saids[0].index).id, reason="incorrect_data")
    assert town.say("warehouse", Correction, back).outcome == "accepted"
    sent(town, "flour")
    assert told(town) == ({}, set()), "once its sender says what it sent nothing is open"


def test_a_part_that_came_as_something_else_leaves_the_rest_alone(town):
    sent(town)
    goods(town, "fund", "receiving", [("rice", 60, None), ("flour", 40, "rice")], 3, "site")
    wait(town)
    assert told(town)[0] == {("rice", 40): ("", [40], ()), ("flour", -40): ("", [], ("rice",))}


@pytest.mark.threat(
    who="carrier",
    tries="has a friend write that something else came in place of what it lost",
    alone="nothing: only the own word of who was to receive it says what came in its place",
    needs="the receiver itself",
    seen_by="everybody, by enduse status",
)
def test_a_friends_word_that_something_else_came_clears_no_carrier(town):
    sent(town)
    came(town, by="monitor")
    wait(town)
    assert told(town)[0]["rice", 100] == ("carrier", [], ())


def test_what_came_in_place_of_nothing_that_was_sent_is_more_than_was_sent(town):
    sent(town)
    goods(town, "fund", "receiving", [("rice", 100, None), ("flour", 5, "salt")], 3, "site")
    wait(town)
    assert told(town) == ({("flour", -5): ("", [], ())}, {("fund", "explain_surplus")})


def test_of_two_that_came_in_each_others_place_and_not_in_full_somebody_is_asked_for_what_lacks(town):
    goods(town, "warehouse", "shipping", [("rice", 100, None), ("flour", 20, None)], 1, "depot", taker="fund")
    goods(
        town,
        "fund",
        "receiving",
        [("flour", 100, "rice"), ("rice", 20, "flour")],
        3,
        "site",
        **{"enduse:complete": True},
    )
    assert told(town) == (
        {("rice", 80): ("", [100], ("flour",)), ("flour", -80): ("", [20], ("rice",))},
        {("warehouse", "say_what_was_sent")},
    )


def test_what_lacks_of_goods_that_came_in_place_of_others_is_asked_for_too(town):
    goods(
        town, "warehouse", "shipping", [("rice", 100, None), ("flour", 20, None)], 1, "depot", taker="fund",
        **{"enduse:carrier": "carrier"},
    )  # fmt: skip
    goods(town, "fund", "receiving", [("rice", 20, "flour")], 3, "site", **{"enduse:complete": True})
    assert told(town) == (
        {("rice", 80): ("carrier", [], ("flour",)), ("flour", 20): ("", [20], ())},
        {("carrier", "account_for"), ("warehouse", "say_what_was_sent")},
    )
