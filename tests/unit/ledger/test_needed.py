"""A trace over the postings it needs is the trace over all of them, whatever was said in whatever order."""

from random import Random

import pytest

from enduse.errors import UnknownError
from enduse.ledger.trace import Tracer
from enduse.statements.money import Purchase
from enduse.terms.amounts import is_money
from support.ledger_hand import Hand, event, needed_of, resolution, tonnes, usd

STORES = [f"store{n}" for n in range(6)]
MATERIALS = ("cement", "flour", "pipe")


def moved_at_random(dice, hand, number):
    store, other = dice.sample(STORES, 2)
    amount, name, at = dice.randrange(1, 50), f"c{dice.randrange(25)}", f"at-{store}"
    of = {"material": dice.choice(MATERIALS), "on": dice.randrange(9)}
    lot = dice.choice((None, None, "A", "B"))
    match dice.randrange(5):
        case 0:
            hand.enter(store, at, amount, lot=lot, **of)
        case 1:
            hand.send(store, at, amount, name, lot=lot, **of)
        case 2:
            hand.receive(other, f"at-{other}", amount, name, lot=lot, **of)
        case 3:
            hand.count(store, at, amount, **of)
        case 4:
            hand.build(store, at, amount, f"project{number % 3}", lot=lot, **of)


def said_at_random(seed):
    """Let stores send, receive, count and use at random; some of it is taken back, some is found, some is paid for."""
    dice, hand = Random(seed), Hand()
    for number in range(60):
        match dice.randrange(9):
            case 0:
                hand.correct(dice.choice(STORES), dice.choice(hand.entries).id if hand.entries else "none")
            case 1:
                lost = resolution("transit", f"c{dice.randrange(25)}", 1, "lost")
                hand.find(lost, finding=f"f{number}")
            case 2:
                payer, payee = dice.sample(STORES, 2)
                hand.pay("disbursement", payer, disbursement=f"d{number}", amount=usd(5), recipient=payee)
            case _:
                moved_at_random(dice, hand, number)
    if seed % 3 == 0:  # money comes in with what was bought
        buys = (Purchase(lot="A", material="cement", quantity=tonnes(5)),)
        hand.pay("expenditure", "store1", expenditure="e", amount=usd(5), payee="mill", project="project1", buys=buys)
    return hand


def names(hand):
    found = {
        word for one in hand.postings for word in (*one.account.split(" "), one.account, one.item, one.lot) if word
    }
    return [*sorted(found), "nothing", "C1"]


def answer(tracer, name):
    try:
        return tracer.trace(name)
    except UnknownError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(24))
def test_a_trace_over_what_it_needs_is_the_trace_over_all(seed):
    hand = said_at_random(seed)
    whole = Tracer(hand.postings, hand.links)
    for name in names(hand):
        some = needed_of(hand, name)
        assert answer(Tracer(some, hand.links), name) == answer(whole, name), name


def test_a_trace_of_one_consignment_leaves_out_what_has_nothing_to_do_with_it():
    hand = Hand()
    for number, store in enumerate(STORES):
        hand.send("mill", "mill", 10, f"c{number}", material=MATERIALS[number % 3], on=1)
        hand.receive(store, f"at-{store}", 10, f"c{number}", material=MATERIALS[number % 3], on=2)
    hand.say(event("store0", "shipping", "at-store0", 4, consignment="back", on=3))
    hand.pay("pledge", "north", pledge="p", amount=usd(5))

    def items():
        return {one.item for one in needed_of(hand, "c0")} - {None}

    assert items() == {"c0", "back"}, "nothing came in at the mill: whatever else it sent says nothing of this"
    hand.enter("mill", "mill", 10, material=MATERIALS[0], on=0)
    assert items() == {"c0", "c3", "back"}, "all that the mill sent of that material, and what went on"
    hand.correct("mill", hand.last)
    assert items() == {"c0", "back"}, "what was taken back never came in"
    assert needed_of(hand, "p") == [one for one in hand.postings if is_money(one.resource)]  # nothing was bought
    assert needed_of(hand, "nothing") == []
