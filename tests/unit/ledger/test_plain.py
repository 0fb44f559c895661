"""What merely adds to a consignment is posted without sorting its number anew, and gives the same."""

from hypothesis import given
from hypothesis import strategies as st

from enduse.ledger import custody
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


@given(WORDS)
def test_adding_is_sorting_anew(words):
    quick = said(words)
    with_all_sorted = custody.__dict__["_plain"]
    try:
        custody.__dict__["_plain"] = lambda *_: None
        slow = said(words)
    finally:
        custody.__dict__["_plain"] = with_all_sorted
    assert quick.postings == slow.postings
    assert quick.outcomes == slow.outcomes
    assert quick.ledger.consignments == slow.ledger.consignments
    assert quick.ledger.balances == slow.ledger.balances


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
