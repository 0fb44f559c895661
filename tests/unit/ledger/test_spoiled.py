"""Damaged on arrival, expired in store, destroyed, salvaged: spoiled goods lie apart from the usable stock."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.ledger.balances import balances
from enduse.ledger.trace import Tracer
from enduse.messages import Message
from support.examples import examples
from support.ledger_hand import Hand, T, unbalanced


def kept(hand):
    """Return what lies usable and spoiled, and what was written off, in tonnes."""
    names = ("stock red port", "unusable red port", "written_off red port")
    return tuple(hand.balance(name) / T for name in names)


def test_14_what_arrived_damaged_arrived_and_lies_apart():
    hand = Hand()
    hand.send("mill", "mill", 1000, "W1")
    hand.receive("red", "port", 968, "W1", on=2)
    hand.receive("red", "port", 7, "W1", on=2, disposition="damaged")
    assert kept(hand) == (968, 7, 0)
    assert hand.balance("transit mill W1") == 25 * T


@pytest.mark.parametrize("why", ["damaged", "expired", "recalled", "non_conformant"])
def test_what_spoils_in_store_is_set_apart_and_destroyed_or_salvaged(why):
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.event("red", "inspecting", "port", 10, on=1, disposition=why)
    assert kept(hand) == (90, 10, 0)
    hand.event("red", "repairing", "port", 4, on=2)
    hand.event("red", "destroying", "port", 6, on=3, action="DELETE", disposition=why)
    assert kept(hand) == (94, 0, 6)
    assert [one.code for one in hand.outcomes[1].postings] == ["set_apart"] * 2
    assert unbalanced(hand.postings) == {}


def test_an_inspection_that_finds_nothing_moves_nothing():
    hand = Hand()
    hand.enter("red", "port", 100)
    for more in ({}, {"disposition": "conformant"}):
        outcome = hand.event("red", "inspecting", "port", 10, on=1, **more)
        assert outcome.notes == (Message.of("goods.observation", step="inspecting"),)
    assert kept(hand) == (100, 0, 0)


def test_what_is_spoiled_is_counted_and_sent_back_as_such():
    hand = Hand()
    hand.enter("red", "port", 100)
    hand.event("red", "inspecting", "port", 10, on=1, disposition="expired")
    hand.count("red", "port", 9, on=2, disposition="expired")
    hand.count("red", "port", 90, on=2)
    assert kept(hand) == (90, 9, 0)
    assert hand.balance("difference red port") == T
    hand.send("red", "port", 9, "R1", on=3, disposition="expired")
    assert kept(hand) == (90, 0, 0)
    hand.event("red", "void_shipping", None, None, on=4, consignment="R1")
    assert kept(hand) == (90, 9, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(("spoil", "salvage", "destroy", "use", "count")), st.integers(1, 9), st.integers(1, 5)),
    max_size=8,
)


@settings(max_examples=examples(60), deadline=None)
@given(steps=STEPS)
def test_the_donor_survives_counts_spoiling_and_returns(steps):
    """Whatever lies, was used, lost or written off comes in equal parts of both donors' goods, to the last gram."""
    hand = Hand()
    for donor in ("north", "south"):
        hand.enter(donor, "mill", 50)
        hand.send(donor, "mill", 50, donor, taker="red")
        hand.receive("red", "port", 50, donor, on=1, giver=donor)
    hand.send("red", "port", 20, "back", on=1, taker="north")
    hand.receive("north", "depot", 20, "back", on=1, giver="red")
    for step, tonnes, on in steps:
        more = {"on": on + 1}
        match step:
            case "spoil":
                hand.event("red", "inspecting", "port", tonnes, disposition="damaged", **more)
            case "salvage":
                hand.event("red", "repairing", "port", tonnes, **more)
            case "destroy":
                hand.event("red", "destroying", "port", tonnes, action="DELETE", disposition="damaged", **more)
            case "use":
                hand.event("red", "dispensing", "port", tonnes, **more)
            case _:
                hand.count("red", "port", 80 - tonnes, **more)
    tracer, seen = Tracer(hand.postings), set()
    for account, held in balances(hand.postings).items():
        if account.split(" ")[0] not in {"stock", "unusable", "consumed", "written_off"} or held["cement/g"] <= 0:
            continue
        trace = tracer.trace(account)
        parts = {end.node.split(" ")[1]: end.amount for end in trace.backward.ends if end.why == "brought_in"}
        other = sum(end.amount for end in trace.backward.ends if end.why != "brought_in")
        assert sum(parts.values()) + other == trace.amounts["cement/g"]
        assert abs(parts.get("north", 0) - parts.get("south", 0)) <= len(hand.postings)
        assert parts or other
        seen |= parts.keys()
    assert seen == {"north", "south"}
