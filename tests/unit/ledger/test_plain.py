"""What merely adds to a consignment is posted without sorting its number anew, and gives the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.ledger import consignment, custody
from support.ledger_hand import Hand

PARTIES = ("mill", "depot", "store", "lark")
WORDS = st.lists(
    st.tuples(
        st.sampled_from(("send", "receive", "void")),
        st.sampled_from(PARTIES),
        st.sampled_from(("w-1", "w-2")),
        st.integers(1, 30),
        st.integers(0, 400),
        st.sampled_from((None, *PARTIES)),
        st.sampled_from((None, *PARTIES)),
    ),
    max_size=12,
)


def said(words):
    hand = Hand()
    for what, party, number, amount, on, giver, taker in words:
        more = {"on": on, "giver": giver, "taker": taker}
        if what == "send":
            hand.send(party, f"yard-{party}", amount, number, **more)
        elif what == "receive":
            hand.receive(party, f"yard-{party}", amount, number, **more)
        else:
            hand.event(party, "void_shipping", f"yard-{party}", None, consignment=number, **more)
    return hand


def all_sorted(told):
    """Return what is told where every statement sorts all of its number anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(custody, "_plain", lambda *_: None)
        patch.setattr(custody, "_sent_by_nobody", lambda *_: False)
        return told()


@given(WORDS)
def test_adding_is_sorting_anew(words):
    quick, slow = said(words), all_sorted(lambda: said(words))
    assert quick.postings == slow.postings
    assert quick.outcomes == slow.outcomes
    assert quick.ledger.consignments == slow.ledger.consignments
    assert quick.ledger.balances == slow.ledger.balances


PARTS = st.lists(
    st.tuples(
        st.sampled_from(("send", "send", "receive")),
        st.integers(1, 30),
        st.integers(0, 400),
        st.sampled_from((None, None, "store", "depot")),
        st.sampled_from(("lark", "lark", "swift", "store")),
    ),
    max_size=12,
)


@given(PARTS, st.sampled_from((True, False)))
def test_a_further_part_is_sorted_in_as_all_are(parts, yearly):
    def told():
        hand = Hand()
        hand.ledger.reuse_after = 60
        hand.ledger.yearly = ("mill",) if yearly else ()
        for what, amount, on, taker, carrier in parts:
            if what == "send":
                hand.send("mill", "yard", amount, "w-1", on=on, taker=taker, carrier=carrier)
            else:
                hand.receive(taker or "store", "shop", amount, "w-1", on=on)
        return hand

    quick, slow = told(), all_sorted(told)
    assert quick.postings == slow.postings
    assert quick.outcomes == slow.outcomes
    assert quick.ledger.snapshot() == slow.ledger.snapshot()


def test_the_usual_way_is_the_plain_one():
    taken = []
    plain = custody.__dict__["_plain"]

    def listened(*words):
        taken.append(plain(*words))
        return taken[-1]

    try:
        custody.__dict__["_plain"] = listened
        hand = said([("send", "mill", "w-1", 30, 1, None, "store"), ("receive", "store", "w-1", 20, 2, None, None)])
    finally:
        custody.__dict__["_plain"] = plain
    assert len(taken) == 2
    assert None not in taken
    assert hand.balance("stock store yard-store") == 20_000_000


def test_many_papers_of_one_number_take_no_longer_each_than_few():
    """What is counted is how often all of a number is sorted anew, not the time."""
    sorted_anew = []
    with pytest.MonkeyPatch.context() as patch:
        right = consignment.sort_out

        def counted(*words):
            sorted_anew.append(words)
            return right(*words)

        patch.setattr(custody, "sort_out", counted)
        hand = Hand()
        for on in range(1, 41):
            hand.receive("store", "shop", 1, "loose", on=on)
            hand.send("mill", "yard", 2, "w-1", on=on)
            hand.receive("store", "shop", 1, "w-1", on=on)
    assert not sorted_anew
    assert hand.balance("stock store shop") == 80_000_000
