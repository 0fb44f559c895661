"""Goods that go on, or come back, under the number by which they came: whose a receipt is follows from all that stands, in any order."""

from itertools import permutations

import pytest

from support.ledger_hand import Hand, T, event, unbalanced


def sent(by, place, on, taker=None, tonnes=80, number="W1"):
    return event(by, "shipping", place, tonnes, on=on, consignment=number, carrier="lark", taker=taker)


def got(by, place, on, tonnes=80, giver=None, number="W1"):
    return event(by, "receiving", place, tonnes, on=on, consignment=number, giver=giver)


def played(*statements):
    hand = Hand()
    for statement in statements:
        assert not hand.say(statement).refusal
    assert not unbalanced(hand.postings)
    return hand


def left(hand):
    """Return what every account holds, in tonnes, but the stock of who brought nothing in."""
    return {
        account: held["cement/g"] // T for account, held in hand.ledger.balances.items() if account != "stock mill mill"
    }


THROUGH = (
    sent("mill", "mill", 1, "fund"),
    got("fund", "hub", 3),
    sent("fund", "hub", 4, "clinic"),
    got("clinic", "clinic", 5),
)
OWN_HUB = (sent("mill", "mill", 1, "fund"), got("fund", "hub", 3), sent("fund", "hub", 4), got("fund", "site", 5))


TO_NOBODY = (sent("mill", "mill", 1), got("fund", "hub", 3), sent("fund", "hub", 4), got("clinic", "clinic", 5))
ONE_DAY = (sent("mill", "mill", 1), got("fund", "hub", 1), sent("fund", "hub", 1), got("clinic", "clinic", 1))
OWN_SITE = (sent("mill", "mill", 1), got("fund", "hub", 3), sent("fund", "hub", 4), got("fund", "site", 5))
A_PART_STAYS = (
    sent("mill", "mill", 1),
    got("fund", "hub", 3),
    sent("fund", "hub", 4, tonnes=50),
    got("clinic", "clinic", 5, tonnes=50),
)
SECOND_NAMED = (TO_NOBODY[0], TO_NOBODY[1], sent("fund", "hub", 4, "clinic"), TO_NOBODY[3])
IN_PARTS = (TO_NOBODY[0], got("fund", "hub", 3, 50), got("fund", "hub", 3, 30), *TO_NOBODY[2:])
LESS_AT_THE_END = (*TO_NOBODY[:3], got("clinic", "clinic", 5, 50))
LESS_AT_THE_HUB = (
    sent("mill", "mill", 1),
    got("fund", "hub", 3, 70),
    sent("fund", "hub", 4, tonnes=70),
    got("clinic", "clinic", 5, 70),
)
LESS_AT_BOTH = (*LESS_AT_THE_HUB[:3], got("clinic", "clinic", 5, 60))


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (THROUGH, {"stock clinic clinic": 80}),
        (OWN_HUB, {"stock fund site": 80}),
        (TO_NOBODY, {"stock clinic clinic": 80}),
        (ONE_DAY, {"stock clinic clinic": 80}),
        (OWN_SITE, {"stock fund site": 80}),
        (A_PART_STAYS, {"stock clinic clinic": 50, "stock fund hub": 30}),
        (SECOND_NAMED, {"stock clinic clinic": 80}),
        (IN_PARTS, {"stock clinic clinic": 80}),
        (LESS_AT_THE_END, {"stock clinic clinic": 50, "transit fund W1": 30}),
        (LESS_AT_THE_HUB, {"stock clinic clinic": 70, "transit mill W1": 10}),
        (LESS_AT_BOTH, {"stock clinic clinic": 60, "transit mill W1": 10, "transit fund W1": 10}),
    ],
    ids=[
        "another",
        "own",
        "nobody named",
        "one day",
        "own, nobody named",
        "a part stays",
        "second named",
        "in parts",
        "less at the end",
        "less at the hub",
        "less at both",
    ],
)
def test_goods_that_go_on_under_their_number_arrived_at_both_ends_whichever_paper_came_first(told, ends):
    for order in permutations(told):
        assert left(played(*order)) == ends


def test_goods_that_pass_through_two_hubs_under_one_number_lack_where_they_were_lost_in_any_order():
    told = (*TO_NOBODY, sent("clinic", "clinic", 6), got("camp", "camp", 7, 70))
    for order in list(permutations(told))[::7]:
        assert left(played(*order)) == {"stock camp camp": 70, "transit clinic W1": 10}


@pytest.mark.threat(
    who="stranger",
    tries="sends a trifle under the number of goods that pass through a hub, so that nobody can tell whose a receipt is",
    alone="changes nothing: what is less than half of a receipt makes it nobody else's",
    needs="as much goods, sent by name to the same receiver",
    seen_by="anybody: the trifle stays open in the stranger's name, in `enduse late`",
)
def test_a_trifle_of_a_strangers_makes_no_receipt_doubtful():
    for order in permutations(THROUGH):
        hand = played(sent("evil", "evil", 1, "fund", tonnes=1), *order)
        assert left(hand) == {"stock clinic clinic": 80, "transit evil W1": 1, "stock evil evil": -1}


@pytest.mark.threat(
    who="storekeeper",
    tries="says that goods it sent to nobody and lost had passed through its store, so that another's delivery covers them",
    alone="its own receipt puts as much into its own stock, which it does not have: it answers for that instead",
    needs="nobody would help: what it says it received lies in its name",
    seen_by="everybody, by the next count of its store",
)
def test_who_says_that_what_it_lost_passed_through_its_store_answers_for_its_stock():
    told = (sent("mill", "mill", 1), got("clinic", "clinic", 5), sent("evil", "evil", 3), got("evil", "evil", 2))
    for order in permutations(told):
        hand = played(event("evil", "commissioning", "evil", 80, on=0, action="ADD"), *order)
        assert hand.balance("stock evil evil") == 80 * T, "where nothing lies any more"
        hand.event("evil", "stock_taking", "evil", 0, on=9)
        assert hand.balance("difference evil evil") == 80 * T


def test_one_receipt_for_what_two_senders_sent_is_asked_whichever_paper_came_first():
    for taker in ("fund", None):
        told = (sent("mill", "mill", 1, taker, 40), sent("farm", "farm", 1, taker, 30), got("fund", "site", 3, 70))
        ends = {frozenset(left(played(*order)).items()) for order in permutations(told)}
        assert ends == {
            frozenset(
                {"stock farm farm": -30, "stock fund site": 70, "transit farm W1": 30, "transit mill W1": -30}.items()
            )
        }, "too much under one, open under the other: both stand, and nobody is named (tests/unit/book/test_late.py)"


def test_what_is_too_much_of_one_is_of_no_sender_who_named_another_or_nobody():
    surplus = (sent("mill", "mill", 1, "fund"), got("fund", "site", 3), got("fund", "site", 3))
    for other in (sent("farm", "farm", 1, "clinic"), sent("farm", "farm", 1)):
        hand = played(*surplus, other)
        assert hand.balance("transit mill W1") == -80 * T
        assert hand.balance("transit farm W1") == 80 * T


def test_two_that_lack_as_much_are_asked_and_a_part_that_has_room_stays():
    two = played(sent("mill", "mill", 1, "fund"), sent("farm", "farm", 1, "fund"), got("fund", "site", 3))
    assert two.balance("unlinked site") == -80 * T, "either may be meant"
    part = played(
        sent("mill", "mill", 1, "fund"),
        got("fund", "site", 2, tonnes=50),
        got("fund", "site", 3, tonnes=50),
        sent("farm", "farm", 1, "fund", tonnes=50),
    )
    assert (part.balance("transit mill W1"), part.balance("transit farm W1")) == (-20 * T, 50 * T)


def test_once_the_other_is_told_by_name_the_receipt_that_was_asked_for_is_of_the_one_left():
    told = (
        sent("mill", "mill", 1, "fund"),
        sent("farm", "farm", 1, "fund"),
        got("fund", "site", 3),
        got("fund", "site", 4, giver="mill"),
    )
    for order in permutations(told):
        assert left(played(*order)) == {"stock fund site": 160, "stock farm farm": -80}
