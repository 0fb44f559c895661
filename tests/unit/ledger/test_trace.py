"""Trace: from a promise to its uses and back, through mixed stock, exactly."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import RecordError, UnknownError
from enduse.ledger import trace_graph
from enduse.ledger.accounts import named
from enduse.ledger.mixing import apportion
from enduse.ledger.owners import parts_of_goods
from enduse.ledger.trace import Tracer, uneven
from enduse.messages import Amount, Message
from enduse.statements.money import Purchase
from enduse.terms.amounts import Money
from support.examples import examples
from support.ledger_hand import Hand, T, event, line, resolution, tonnes, usd

DOLLAR = 10_000


@given(total=st.integers(0, 10**20), weights=st.lists(st.integers(0, 10**20), min_size=1, max_size=9))
def test_shares_are_whole_fair_and_sum_to_the_total(total, weights):
    shares = apportion(total, weights)
    if not any(weights):
        assert shares == [0] * len(weights)
        return
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


def programme():
    """Two donors pay one fund, which buys lot L; half of what arrives at the site is from elsewhere."""
    hand = Hand()
    for donor, amount in (("sweden", 100), ("norway", 300)):
        hand.pay("pledge", donor, pledge=f"p:{donor}", amount=usd(amount))
        hand.pay(
            "disbursement",
            donor,
            on=1,
            disbursement=f"d:{donor}",
            amount=usd(amount),
            recipient="fund",
            pledge=f"p:{donor}",
        )
    buys = (Purchase(lot="L", material="cement", quantity=tonnes(100)),)
    hand.pay("expenditure", "fund", on=2, expenditure="e", amount=usd(200), payee="karst", project="clinic", buys=buys)
    hand.enter("red", "port", 100, on=3, lot="L")
    hand.send("red", "port", 100, "c1", on=4, lot="L")
    hand.receive("blue", "site", 80, "c1", on=5, lot="L")
    hand.receive("blue", "site", 80, on=5)
    hand.build("blue", "site", 70, "clinic", on=6)
    hand.find(resolution("use", "clinic", 10, "off_purpose"), on=9)
    return hand


def unresolved(amount, resource, account, why, code, owner=""):
    return Message.of(code, amount=Amount(amount, resource), account=named(account), why=why, owner=owner)


def ends(graph, *resources):
    sums = Counter()
    for end in graph.ends:
        if not resources or end.resource in resources:
            sums[end.node.partition(" | ")[0], end.why] += end.amount
    return sums


def test_a_pledge_forward_to_its_uses():
    trace = Tracer(*_of(programme())).trace("p:sweden")
    assert trace.what == "pledge"
    assert trace.amounts == {"money/USD": 100 * DOLLAR}
    assert ends(trace.forward) == {
        ("held fund", "held"): 50 * DOLLAR,
        ("spent fund clinic", "bought_goods"): 50 * DOLLAR,
        ("transit red c1", "transit"): 5 * T,
        ("stock blue site", "stock"): 11_250_000,
        ("use blue clinic", "use"): 7_500_000,
        ("off_purpose blue clinic", "off_purpose"): 1_250_000,
    }
    assert ends(trace.backward) == {("promised sweden", "promised_by_donor"): 100 * DOLLAR}
    assert trace.unresolved == ()


def test_a_use_back_to_its_donors_and_to_what_no_link_explains():
    trace = Tracer(*_of(programme())).trace("clinic")
    assert trace.what == "project"
    assert ends(trace.backward) == {
        ("unlinked site", "dispatch_not_recorded"): 35 * T,
        ("bought fund e", "bought"): 35 * T,
        ("promised sweden", "promised_by_donor"): 17_5000,
        ("promised norway", "promised_by_donor"): 52_5000,
    }
    assert trace.unresolved == (
        unresolved(35 * T, "cement/g", "unlinked site", "dispatch_not_recorded", "trace.waits_for_dispatch"),
    )
    shares = [end.share_ppm for end in trace.backward.ends if end.resource == "cement/g"]
    assert sum(shares) == 1_000_000


def test_a_dispatch_recorded_after_its_receipt_is_walked_all_the_same():
    hand = Hand()
    hand.receive("blue", "site", 8, "c1", on=2)
    hand.enter("red", "port", 10, on=0, lot="L")
    hand.send("red", "port", 10, "c1", on=1, lot="L")
    trace = Tracer(*_of(hand)).trace("site")
    assert trace.what == "place"
    assert ends(trace.backward) == {("origin red", "brought_in"): 8 * T}
    assert ends(trace.forward) == {("stock blue site", "stock"): 8 * T}
    assert trace.unresolved == ()


def test_what_was_taken_back_is_not_walked():
    hand = Hand()
    hand.enter("red", "port", 10, lot="A")
    hand.enter("red", "port", 30, lot="B")
    hand.correct("red", hand.last)
    hand.build("red", "port", 10, "clinic", on=1)
    (end,) = Tracer(*_of(hand)).trace("clinic").backward.ends
    assert end.node == "origin red | cement/g | A"


def test_a_named_lot_is_taken_first_and_the_rest_in_proportion():
    hand = Hand()
    hand.enter("red", "port", 30, lot="A")
    hand.enter("red", "port", 10, lot="B")
    hand.enter("red", "port", 20, lot="C")
    hand.build("red", "port", 13, "clinic", on=1, lot="B")
    graph = Tracer(*_of(hand)).trace("clinic").backward
    assert {end.node[-1]: end.amount for end in graph.ends} == {"B": 10 * T, "A": 1_800_000, "C": 1_200_000}


def test_money_beyond_a_pledge_is_told_apart():
    hand = Hand()
    hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
    hand.pay("disbursement", "sweden", disbursement="d", amount=usd(13), recipient="fund", pledge="p")
    trace = Tracer(*_of(hand)).trace("sweden")
    assert trace.amounts == {"money/USD": 13 * DOLLAR}
    assert ends(trace.forward) == {("held fund", "held"): 13 * DOLLAR}
    assert trace.unresolved == (
        unresolved(3 * DOLLAR, "money/USD", "pledged sweden p", "beyond_pledge", "trace.waits_for_promise", "sweden"),
    )


def test_goods_paid_for_and_never_seen_show():
    hand = Hand()
    hand.pay("disbursement", "sweden", disbursement="d", amount=usd(9), recipient="fund")
    buys = tuple(Purchase(lot=lot, material="cement", quantity=tonnes(10)) for lot in ("L", "M"))
    hand.pay("expenditure", "fund", expenditure="e", amount=usd(9), payee="karst", buys=buys)
    hand.enter("red", "port", 4, on=1, lot="L")
    trace = Tracer(*_of(hand)).trace("e")
    assert ends(trace.forward) == {
        ("spent fund karst", "bought_goods"): 9 * DOLLAR,
        ("bought fund e", "paid_not_entered"): 16 * T,
        ("stock red port", "stock"): 4 * T,
    }


def test_blocks_are_made_of_cement():
    hand = Hand()
    hand.enter("red", "port", 10, lot="A")
    lists = {"inputQuantityList": [line(4, "A")], "outputQuantityList": [line(900, "B1", "block", "C62")]}
    hand.say(event("red", "commissioning", "port", None, on=1, kind="TransformationEvent", **lists))
    hand.build("red", "port", 300, "clinic", on=2, material="block", unit="C62")
    tracer = Tracer(*_of(hand))
    backward = ends(tracer.trace("clinic").backward)
    assert backward["stock red port", "made_of_another"] == 300
    assert backward["origin red", "brought_in"] == 1_333_333
    forward = tracer.trace("A").forward
    assert ends(forward, "block/piece") == {("use red clinic", "use"): 300, ("stock red port", "stock"): 600}
    assert ends(forward, "cement/g") == {
        ("stock red port", "stock"): 6 * T,
        ("conversion red port", "made_into_another"): 4 * T,
    }


@pytest.mark.parametrize(("packed", "ended"), [(4, "stock"), (3, "made_into_another"), (5, "made_into_another")])
def test_goods_packed_anew_are_traced_through_it_and_more_or_less_of_them_is_another_thing(packed, ended):
    hand = Hand()
    hand.enter("red", "port", 10, lot="A")
    lists = {"inputQuantityList": [line(4, "A")], "outputQuantityList": [line(packed, "B")]}
    hand.say(event("red", "commissioning", "port", None, on=1, kind="TransformationEvent", **lists))
    tracer = Tracer(*_of(hand))
    for name in ("A", "B", "stock red port", "port"):
        trace = tracer.trace(name)
        assert uneven(trace.forward, backward=False) is None
        assert uneven(trace.backward, backward=True) is None
    sums: dict[str, int] = {}
    for end in tracer.trace("A").forward.ends:
        sums[end.why] = sums.get(end.why, 0) + end.amount
    assert sums[ended] == (10 * T if packed == 4 else 4 * T)
    assert tracer.trace("B").sources[0].amount == 4 * T, "what went into it came from the one who brought it in"


def test_a_trace_is_ready_for_json_and_unknown_names_are_said():
    tracer = Tracer(*_of(programme()))
    for name in ("c1", "L", "e", "d:norway", "finding:1", "blue", "fund", "red", "use blue clinic"):
        trace = tracer.trace(name)
        again = msgspec.json.decode(msgspec.json.encode(trace), type=type(trace))
        assert again == trace
        for graph in (trace.forward, trace.backward):
            names = {node.id for node in graph.nodes}
            assert {edge.source for edge in graph.edges} | {edge.target for edge in graph.edges} <= names
            assert {end.node for end in graph.ends} <= names
        for resource, amount in trace.amounts.items():
            assert sum(end.amount for end in trace.forward.ends if end.resource == resource) >= amount
    with pytest.raises(UnknownError, match="nothing in the ledger is called nobody"):
        tracer.trace("nobody")


def _of(hand):
    return hand.postings, hand.links


def test_what_came_back_makes_a_loop_that_adds_up_from_where_the_trace_begins():
    hand = Hand()
    hand.enter("mill", "mill", 100)
    hand.send("mill", "mill", 80, "W1", on=1, taker="store")
    hand.receive("store", "store", 80, "W1", on=3)
    hand.send("store", "store", 20, "R1", on=4, taker="mill")
    hand.receive("mill", "mill", 20, "R1", on=5)
    trace = Tracer(hand.postings).trace("mill")
    assert trace.backward.starts == {"stock mill mill | cement/g": 40 * T}
    assert [(end.why, end.amount) for end in trace.backward.ends] == [("brought_in", 40 * T)]
    edges = {(edge.source.split(" |")[0], edge.target.split(" |")[0]): edge.amount for edge in trace.backward.edges}
    assert edges["transit store R1", "stock mill mill"] == 20 * T
    assert edges["stock mill mill", "transit mill W1"] == 20 * T


def delivered():
    hand = Hand()
    hand.enter("mill", "mill", 100)
    hand.send("mill", "mill", 80, "W1", on=1, taker="store")
    return hand


def told(hand, count, *facts):
    """Say a count and facts, the count first, between them or last; return where what the store has came from."""
    for at in range(len(facts) + 1):
        anew = hand()
        for word in (*facts[:at], count, *facts[at:]):
            assert not anew.say(word).refusal
        yield ends(Tracer(anew.postings).trace("store").backward)


@pytest.mark.parametrize("within", [{}, {"enduse:within": "P1D"}])
def test_a_count_that_a_later_word_explains_leaves_no_surplus_in_a_trace(within):
    came = event("store", "receiving", "store", 80, on=3, consignment="W1")
    count = event("store", "stock_taking", "store", 80, on=5)
    for found in told(delivered, count, came):
        assert found == {("origin mill", "brought_in"): 80 * T}
    came = event("store", "receiving", "store", 80, on=5, consignment="W1", **within)
    used = event("store", "dispensing", "store", 30, on=5, **within)
    counted = event("store", "stock_taking", "store", 80 if within else 50, on=5, **within)
    for found in told(delivered, counted, came, used):
        assert found == {("origin mill", "brought_in"): 50 * T}


def test_of_a_count_that_a_later_word_explains_in_part_only_the_rest_is_a_surplus():
    came = event("store", "receiving", "store", 80, on=3, consignment="W1")
    count = event("store", "stock_taking", "store", 90, on=5)
    for found in told(delivered, count, came):
        assert found == {
            ("origin mill", "brought_in"): 80 * T,
            ("difference store store", "surplus_unexplained"): 10 * T,
        }


def test_an_exchange_is_a_node_of_its_own_so_that_every_level_of_a_trace_adds_up():
    hand = Hand()
    hand.pay("disbursement", "north", on=1, disbursement="n", amount=usd(100), recipient="fund")
    hand.pay("disbursement", "south", on=1, disbursement="s", amount=Money("90", "EUR"), recipient="fund")
    gives, fee = Money("90", "EUR"), Money("1", "EUR")
    hand.pay("exchange", "fund", on=2, exchange="exchange:1", gives=gives, gets=usd(98), fee=fee)
    hand.pay("disbursement", "fund", on=3, disbursement="b1", amount=usd(40), recipient="builder")
    hand.pay("disbursement", "fund", on=4, disbursement="b2", amount=usd(79), recipient="builder")
    tracer = Tracer(hand.postings)
    builder = tracer.trace("builder")
    graph = builder.backward
    nodes = {node.id: node for node in graph.nodes}
    for node in graph.nodes:
        came = [edge.becomes for edge in graph.edges if edge.target == node.id]
        assert sum(came) == node.amount or not came, node
    (got,) = (node for node in graph.nodes if node.kind == "exchanged")
    assert (got.owner, got.item, got.resource) == ("fund", "exchange:1", "money/USD")
    into = {nodes[edge.source].owner: edge.becomes for edge in graph.edges if edge.target == "held fund | money/USD"}
    assert into == {"north": 119 * 10_000 - got.amount, "fund": got.amount}
    assert {end.node for end in graph.ends if end.why == "exchanged"} == {got.id}
    assert builder.unresolved == (), "that a donor names no pledge lacks no link"
    whole = tracer.trace("exchange:1").backward
    assert [(edge.amount, edge.becomes) for edge in whole.edges if edge.code == "exchanged"] == [(900_000, 980_000)]


LEG = st.tuples(
    st.sampled_from(("mill", "store", "site")), st.sampled_from(("mill", "store", "site")), st.integers(1, 60)
)


@settings(max_examples=examples(60), deadline=None)
@given(ways=st.lists(LEG, min_size=1, max_size=7))
def test_g12_every_node_of_a_trace_is_even_however_often_goods_go_back_and_forth(ways):
    hand = Hand()
    for donor in ("north", "south"):
        hand.enter(donor, "mill", 50, taker="mill", imported=True)
    for number, (start, end, amount) in enumerate(ways):
        if start != end:
            hand.send(start, start, amount, f"W{number}", on=number, taker=end)
            hand.receive(end, end, amount, f"W{number}", on=number, giver=start)
    tracer = Tracer(hand.postings)
    named = ("mill", "store", "site", *(f"W{number}" for number in range(len(ways))))
    for name in (*hand.ledger.balances, *named):
        try:
            trace = tracer.trace(name)
        except UnknownError:
            assert name in named, "every account in which anything stands can be traced"
            continue
        for graph, backward in ((trace.forward, False), (trace.backward, True)):
            assert uneven(graph, backward=backward) is None
            assert sum(end.amount for end in graph.ends) == trace.amounts["cement/g"]


def test_an_account_that_only_gave_is_traced_and_says_what_it_waits_for():
    hand = Hand()
    hand.event(
        "fund", "removing", "site", 1_000, unit="KGM", kind="AssociationEvent", action="DELETE", parentID="homes"
    )
    assert hand.balance("use fund homes") == -T
    for name in ("use fund homes", "homes"):
        trace = Tracer(hand.postings).trace(name)
        assert (trace.what, trace.amounts) == ("account", {"cement/g": T})
        assert [(one.why, one.amount) for one in trace.sources] == [("more_out_than_in", T)]
        assert [(one.why, one.amount) for one in trace.uses] == [("stock", T)]
        account = "use fund homes"
        assert trace.unresolved == (
            unresolved(T, "cement/g", account, "more_out_than_in", "trace.waits_for_entry", "fund"),
        )


def test_whatever_stands_in_the_books_of_goods_and_money_can_be_traced():
    hand = programme()
    hand.pay("exchange", "fund", on=7, exchange="x", gives=usd(10), gets=Money("9", "EUR"))
    hand.pay("disbursement", "stranger", on=8, disbursement="d:s", amount=usd(10), recipient="fund")
    tracer = Tracer(*_of(hand))
    for account, held in hand.ledger.balances.items():
        assert held.keys() & tracer.trace(account).amounts.keys(), account


def test_a_trace_that_does_not_add_up_is_refused(monkeypatch):
    hand = Hand()
    hand.enter("red", "port", 10)
    hand.send("red", "port", 4, "W1")
    tracer = Tracer(hand.postings)
    assert tracer.trace("W1").amounts == {"cement/g": 4 * T}
    whole = trace_graph.Sketch.end
    monkeypatch.setattr(trace_graph.Sketch, "end", lambda self, at, why, amount: whole(self, at, why, amount // 2))
    with pytest.raises(RecordError, match="not what goes on from it"):
        tracer.trace("W1")


def test_a_trifle_that_is_less_than_one_piece_of_what_was_made_is_traced_to_its_end():
    hand = Hand()
    hand.enter("red", "site", 1, unit="GRM", lot="A")
    hand.enter("red", "site", 93, on=1)
    lists = {
        "inputQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 93, "uom": "TNE"}],
        "outputQuantityList": [{"epcClass": "urn:enduse:class:block", "quantity": 74}],
    }
    hand.say(event("red", "commissioning", "site", None, on=2, kind="TransformationEvent", **lists))
    for lot in ("A", "red", "site"):
        trace = Tracer(hand.postings).trace(lot)
        for graph in (trace.forward, trace.backward):
            named = {node.id for node in graph.nodes}
            assert all({edge.source, edge.target} <= named for edge in graph.edges)
    (end,) = {end.why for end in Tracer(hand.postings).trace("A").forward.ends} - {"stock"}
    assert end == "made_into_another"


MOVES = st.lists(st.tuples(st.sampled_from(("north", "south", "use", "make", "send")), st.integers(1, 9)), max_size=14)


@settings(max_examples=examples(60), deadline=None)
@given(moves=MOVES)
def test_what_a_donor_is_traced_to_is_what_is_told_of_it_among_all_givers_to_the_last_unit(moves):
    """Divided hundreds of times each share is rounded, and still no piece is told of two, or of nobody."""
    hand = Hand()
    for on, (move, amount) in enumerate((("north", 7), ("south", 5), *moves)):
        if move in {"north", "south"}:
            hand.enter(move, "store", amount, unit="H87", taker="store", on=on, imported=True)
        elif move == "use":
            hand.event("store", "dispensing", "store", amount, unit="H87", on=on)
        elif move == "send":
            hand.send("store", "store", amount, f"W{on}", unit="H87", on=on)
        else:
            lists = {
                "inputQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": amount}],
                "outputQuantityList": [{"epcClass": "urn:enduse:class:block", "quantity": 3 * amount + 1}],
            }
            hand.say(event("store", "commissioning", "store", None, on=on, kind="TransformationEvent", **lists))
    kinds = ("stock", "use", "consumed", "transit")
    told = Counter()
    for (account, resource), parts in parts_of_goods(hand.postings, hand.links, *kinds).items():
        for giver, amount in parts.items():
            told[giver, account.split(" ")[0], resource] += amount
    tracer = Tracer(*_of(hand))
    for giver in ("north", "south"):
        traced = {(giver, one.why, one.resource): one.amount for one in tracer.trace(giver).uses if one.why in kinds}
        assert traced == {spot: amount for spot, amount in told.items() if spot[0] == giver}
