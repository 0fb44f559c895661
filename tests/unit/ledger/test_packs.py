"""Bags, pallets and tonnes: one material where somebody said how much a pack holds, else shown apart and never judged."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InvalidValueError
from enduse.ledger.accounts import transit
from enduse.ledger.arrival import arrivals
from enduse.ledger.balances import balances
from enduse.ledger.packs import compared, held_in_contents, in_contents
from enduse.ledger.trace import Tracer
from enduse.messages import Amount, Message, Refusal
from enduse.statements.packs import Pack, PackBody, Same, SameBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from support.examples import examples
from support.ledger_hand import Hand, T, at, head, resolution, unbalanced

SEEN = Citation(source="printed on the bag")


def pack(hand, value=50, unit="KGM", *, of="XBG", name="pack:1", on=0, by="mill", **more):
    body = PackBody(pack=name, item="cement", unit=of, holds=Quantity(str(value), unit), source=SEEN, **more)
    return hand.say(Pack(**head(by, on), body=body))


def same(hand, name, item="cement", *, given="same:1", by="mill"):
    return hand.say(Same(**head(by, 0), body=SameBody(same=given, item=item, name=name)))


def standing(hand, on=20, key="mill W1"):
    one = hand.ledger.consignments[key]
    waiting = hand.ledger.loose.get(one.number, ())
    one, held, loose = compared(hand.ledger, one, hand.ledger.balances.get(transit(key), {}), waiting)
    return {each.resource: each for each in arrivals(one, held, at(on), lambda *_: 14, loose)}


def bags(hand, quantity, unit="XBG", **more):
    return hand.receive("store", "store", quantity, "W1", on=3, unit=unit, **more)


@pytest.mark.parametrize("told", ["before", "between", "after"])
def test_twenty_tonnes_sent_and_four_hundred_bags_received_are_the_same(told):
    hand = Hand()
    if told == "before":
        pack(hand)
    hand.send("mill", "mill", 20, "W1", on=1)
    if told == "between":
        pack(hand)
    bags(hand, 400)
    if told == "after":
        assert standing(hand)["cement/g"].other_units == {"cement/bag": 400}
        outcome = pack(hand)
        assert Message.of("pack.booked_before", material="cement", unit="XBG") in outcome.notes
    (one,) = standing(hand).values()
    assert (one.resource, one.balance, one.missing, one.over, one.other_units) == ("cement/g", 0, 0, 0, {})
    assert not one.counted
    assert unbalanced(hand.postings) == {}


@pytest.mark.threat(
    who="stranger",
    tries="ships a gram under another's number, so that a receipt in bags, which nobody can compare, no longer clears its carrier",
    alone="names nobody: what may have come in another unit leaves all that is missing open",
    needs="nobody",
    seen_by="anybody: `enduse late`, `enduse trace`",
)
def test_what_may_have_come_in_another_unit_accuses_nobody():
    hand = Hand()
    hand.send("mill", "mill", 20, "W1", on=1, taker="store")
    hand.send("evil", "shed", 1, "W1", on=1, unit="GRM", taker="store")
    bags(hand, 400)
    one = standing(hand)["cement/g"]
    assert (one.missing, one.contested, one.answers) == (20 * T, 20 * T, "")
    told = Hand()
    told.send("mill", "mill", 20, "W1", on=1, taker="store")
    told.receive("store", "store", 1, "W1", on=3)
    told.receive("donor", "store", 400, "W1", on=3, unit="XBG", taker="store", imported=True)
    one = standing(told)["cement/g"]
    assert (one.missing, one.answers) == (19 * T, ""), "a table in bags may be all of it"
    mixed = Hand()
    mixed.send("mill", "mill", 20, "W1", on=1, taker="store")
    mixed.receive("store", "store", 1, "W1", on=3)
    bags(mixed, 380)
    assert standing(mixed)["cement/g"].answers == "", "one tonne loose and the rest in bags"
    pack(mixed)
    assert standing(mixed)["cement/g"].missing == 0


def test_what_is_short_in_bags_is_short_in_tonnes_and_exact_only_by_one_unit_or_an_exact_pack():
    for sent, basis, counted in (("TNE", "nominal", False), ("TNE", "count", True), ("XBG", "nominal", True)):
        hand = Hand()
        pack(hand, basis=basis)
        hand.send("mill", "mill", 20 if sent == "TNE" else 400, "W1", on=1, unit=sent)
        bags(hand, 390, **{"enduse:complete": True})
        (one,) = standing(hand, 4).values()
        assert (one.missing, one.counted) == (T // 2, counted)


def test_stock_use_count_and_finding_are_in_one_unit():
    hand = Hand()
    pack(hand)
    pack(hand, 40, "XBG", of="XPX", name="pack:2")
    hand.enter("red", "port", 1, unit="XPX")
    hand.enter("red", "port", 3)
    hand.event("red", "dispensing", "port", 10, unit="XBG", on=1)
    assert hand.ledger.balances["stock red port"] == {"cement/g": 4_500_000}
    hand.count("red", "port", 88, unit="XBG", on=2)
    assert hand.ledger.balances["difference red port"] == {"cement/g": 100_000}
    assert not hand.find(resolution("difference", "port", "0.1", "lost")).refusal
    assert "difference red port" not in hand.ledger.balances


def test_a_lots_own_pack_counts_first_and_of_several_the_last_before_the_goods():
    hand = Hand()
    pack(hand, 50)
    pack(hand, 40, name="pack:2", on=10)
    pack(hand, 25, name="pack:3", lot="L7")
    for on, lot in ((5, None), (10, None), (5, "L7"), (5, "L8")):
        hand.enter("red", "port", 1, unit="XBG", on=on, lot=lot)
    assert hand.balance("stock red port") == (50 + 40 + 25 + 50) * 1000


def test_packs_that_contradict_each_other_count_for_nothing_until_one_is_corrected():
    hand = Hand()
    pack(hand, 50)
    pack(hand, 40, name="pack:2", by="depot")
    wrong = hand.last
    outcome = hand.enter("red", "port", 1, unit="XBG")
    assert outcome.notes == (Message.of("pack.contradicts", material="cement"),)
    assert hand.ledger.balances["stock red port"] == {"cement/bag": 1}
    assert hand.correct("mill", wrong).refusal.code == "correction.not_theirs"
    assert not hand.correct("depot", wrong).refusal
    hand.enter("red", "port", 1, unit="XBG")
    assert hand.ledger.balances["stock red port"] == {"cement/bag": 1, "cement/g": 50_000}


def test_packs_in_a_ring_end():
    hand = Hand()
    pack(hand, 2, "XPX")
    pack(hand, 2, "XBG", of="XPX", name="pack:2")
    assert not hand.enter("red", "port", 1, unit="XBG").refusal
    assert unbalanced(hand.postings) == {}


def test_more_than_can_be_booked_stays_in_packs():
    hand = Hand()
    pack(hand, 1_000_000, "TNE")
    outcome = hand.enter("red", "port", 5_000, unit="XBG")
    assert outcome.notes == (Message.of("pack.too_much", material="cement"),)
    assert hand.ledger.balances["stock red port"] == {"cement/bag": 5_000}


def test_two_names_are_one_item_by_the_word_of_whoever_keeps_the_catalogue_and_by_nothing_else():
    hand = Hand()
    hand.enter("red", "port", 1, material="Cement")
    assert hand.balance("stock red port") == 0
    assert not same(hand, "portland").refusal
    assert not same(hand, "cem-1", "portland", given="same:2").refusal
    hand.enter("red", "port", 1, material="cem-1")
    assert hand.balance("stock red port") == T
    assert same(hand, "portland", "lime", given="same:3").refusal == Refusal.of(
        "same.means_another", name="portland", item="cement"
    )
    assert same(hand, "cement", "cem-1", given="same:4").refusal
    assert not hand.correct("mill", hand.entries[1].id).refusal
    hand.enter("red", "port", 1, material="portland")
    assert hand.balance("stock red port", "portland/g") == T


@pytest.mark.parametrize("told", ["before", "between", "after"])
def test_what_was_sent_under_one_name_and_received_under_another_is_one_item_whenever_that_is_said(told):
    hand = Hand()
    if told == "before":
        same(hand, "portland")
    hand.enter("mill", "mill", 30, material="portland")
    hand.send("mill", "mill", 20, "W1", on=1, material="portland", carrier="haul")
    if told == "between":
        same(hand, "portland")
    hand.receive("store", "store", 20, "W1", on=3, **{"enduse:complete": True})
    if told == "after":
        assert (standing(hand)["portland/g"].missing, standing(hand)["portland/g"].answers) == (20 * T, "")
        assert not same(hand, "portland").refusal
    (one,) = standing(hand).values()
    assert (one.resource, one.balance, one.missing, one.over) == ("cement/g", 0, 0, 0)
    shown = held_in_contents(hand.ledger, hand.ledger.balances)
    assert (shown["stock mill mill"], shown["stock store store"]) == ({"cement/g": 10 * T}, {"cement/g": 20 * T})
    assert unbalanced(list(in_contents(hand.ledger, hand.postings))) == {}


def test_no_name_of_an_item_renames_money():
    hand = Hand()
    same(hand, "money")
    assert held_in_contents(hand.ledger, {"held red": {"money/USD": 5}}) == {"held red": {"money/USD": 5}}


def test_a_waybill_called_like_a_name_takes_no_name_back():
    hand = Hand()
    same(hand, "W1")
    hand.send("mill", "mill", 1, "W1")
    hand.correct("mill", hand.last)
    assert hand.ledger.same == {"W1": "cement"}


def test_what_is_no_pack_is_refused():
    for unit, value, told in (("KGM", "1", "cannot be a pack"), ("XBG", "0", "holds nothing")):
        with pytest.raises(InvalidValueError, match=told):
            PackBody(pack="p", item="cement", unit=unit, holds=Quantity(value, "KGM"), source=SEEN)
    with pytest.raises(InvalidValueError, match="always itself"):
        SameBody(same="s", item="cement", name="cement")


@settings(max_examples=examples(60), deadline=None)
@given(parts=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6), late=st.integers(0, 6))
def test_g11_telling_it_in_bags_of_a_counted_content_changes_nothing(parts, late):
    """Whichever ends are told in bags, and whenever the pack is recorded, a consignment stands as in tonnes."""
    plain, other = Hand(), Hand()
    for hand in (plain, other):
        for number, (tonnes, whole) in enumerate(parts):
            if hand is other and number == min(late, len(parts) - 1):
                pack(hand, basis="count")
            say = hand.send if number % 2 == 0 else hand.receive
            where = "mill" if number % 2 == 0 else "store"
            as_bags = hand is other and whole
            say(where, where, tonnes * 20 if as_bags else tonnes, "W1", on=number, unit="XBG" if as_bags else "TNE")
    for on in (3, 20):
        (one,), (two,) = standing(plain, on).values(), standing(other, on).values()
        names = ("sent", "received", "balance", "over", "missing", "on_way", "carriers", "contested", "counted")
        assert [getattr(one, name) for name in names] == [getattr(two, name) for name in names]


def test_a_content_that_is_stated_only_afterwards_holds_for_goods_before_it_too():
    hand = Hand()
    hand.send("mill", "mill", 20, "W1", on=1)
    bags(hand, 390, **{"enduse:complete": True})
    pack(hand, 50, on=300)
    (one,) = standing(hand).values()
    assert (one.resource, one.missing, one.other_units, one.counted) == ("cement/g", T // 2, {}, False)
    pack(hand, 40, name="pack:2", on=310)
    assert standing(hand)["cement/g"].missing == T // 2, "of several that are later the first counts"


def test_what_was_booked_in_bags_is_summed_traced_and_found_in_what_they_hold_once_that_is_said():
    hand = Hand()
    hand.enter("mill", "mill", 2_000, unit="XBG", lot="L")
    hand.send("mill", "mill", 400, "W1", on=1, unit="XBG")
    hand.receive("store", "store", 390, "W1", on=3, unit="XBG", **{"enduse:complete": True})
    assert list(in_contents(hand.ledger, hand.postings)) == hand.postings
    pack(hand, 50, on=300)
    hand.event("store", "dispensing", "store", 9.5, on=301)
    held = held_in_contents(hand.ledger, hand.ledger.balances)
    assert held["stock store store"] == {"cement/g": 10 * T}
    told = list(in_contents(hand.ledger, hand.postings))
    assert balances(told) == {account: line for account, line in sorted(held.items()) if line}
    assert unbalanced(told) == {}
    (whole,) = Tracer(told).trace("store").sources
    assert (whole.why, whole.owner, whole.amount) == ("brought_in", "mill", 10 * T)
    for amount, unit, refused in ((30, "KGM", True), (3, "XBG", False), (350, "KGM", False)):
        lost = resolution("difference", "W1", 1, "lost")
        lost = msgspec.structs.replace(lost, quantity=Quantity(str(amount), unit))
        assert bool(hand.find(lost, finding=f"finding:{amount}").refusal) == refused, "nobody finds a part of a bag"
    assert (hand.balance("transit mill W1", "cement/bag"), hand.balance("lost lark W1", "cement/bag")) == (0, 10)


def test_who_tells_bags_where_tonnes_stand_and_nobody_said_what_a_bag_holds_is_told_so():
    def codes(outcome):
        return [note.code for note in outcome.notes if note.code.startswith("pack.")]

    hand = Hand()
    assert not codes(hand.enter("mill", "mill", 10, unit="XBG")), "bags alone lack nothing"
    hand.enter("store", "store", 20)
    outcome = bags(hand, 400)
    note = next(note for note in outcome.notes if note.code == "pack.not_known")
    assert (note.values["amount"], note.values["other"]) == (Amount(400, "cement/bag"), Amount(20 * T, "cement/g"))
    assert codes(hand.event("store", "dispensing", "store", 5, unit="H87")) == ["pack.not_known"]
    pack(hand)
    assert not codes(bags(hand, 1))
