"""Pallets and containers with a number of their own: they hold what their packer says, until somebody counts what is in them."""

import pytest

from enduse.ledger.arrival import arrivals
from enduse.ledger.ledger import Ledger
from enduse.ledger.logistic_units import unit_of
from support.ledger_hand import Hand, T, at, line

PALLET = "urn:epc:id:sscc:0614141.1234567890"
LINK = "https://id.gs1.org/00/106141412345678908"
OTHER = "urn:epc:id:sscc:0614141.1234567891"


def packed(hand, party="mill", unit=PALLET, tonnes=20, **more):
    more = {"action": "ADD", "kind": "AggregationEvent", "parentID": unit, **more}
    return hand.event(party, "packing", "silo", None, childQuantityList=[line(tonnes)], **more)


def unpacked(hand, tonnes, party="store", unit=PALLET, on=3):
    more = {"action": "DELETE", "kind": "AggregationEvent", "parentID": unit}
    return hand.event(party, "unpacking", "depot", None, on=on, childQuantityList=[line(tonnes)], **more)


def way(hand, *units, number="w1"):
    hand.event("mill", "shipping", "silo", None, on=1, consignment=number, carrier="lark", epcList=list(units))
    return hand.event("store", "receiving", "depot", None, on=2, consignment=number, epcList=list(units))


def stands(hand, key="mill w1", resource="cement/g"):
    one, held = hand.ledger.consignments[key], hand.ledger.balances.get(f"transit {key}", {})
    return next(found for found in arrivals(one, held, at(40), lambda *_: 14) if found.resource == resource)


@pytest.fixture
def hand():
    hand = Hand()
    hand.enter("mill", "silo", 80)
    yield hand
    again = Hand()
    for entry in hand.entries:
        again.take(entry)
    assert again.ledger.snapshot() == hand.ledger.snapshot() == Ledger.restore(hand.ledger.snapshot()).snapshot()


def test_a_pallet_is_sent_and_received_as_what_its_packer_says_and_unopened_it_is_not_exact(hand):
    """A pallet was a piece of its own kind: the cement stayed with its sender, and its stock of pallets was below nothing."""
    packed(hand)
    assert hand.balance("stock mill silo") == 80 * T, "packing moves nothing"
    way(hand, PALLET)
    assert (hand.balance("stock mill silo"), hand.balance("stock store depot")) == (60 * T, 20 * T)
    assert not [what for held in hand.ledger.balances.values() for what in held if "sscc" in what]
    found = stands(hand)
    assert (found.missing, found.received, found.counted) == (0, 20 * T, False)


def test_what_is_found_in_it_stands_in_the_place_of_what_was_declared_and_is_exact(hand):
    packed(hand)
    way(hand, PALLET)
    unpacked(hand, 19)
    assert (hand.balance("stock store depot"), hand.balance("transit mill w1")) == (19 * T, T)
    found = stands(hand)
    assert (found.missing, found.received, found.counted, found.carriers) == (T, 19 * T, True, ("lark",))
    assert unpacked(hand, 18).refusal.code == "statement.applied_before", "once"


def test_a_count_that_is_taken_back_leaves_what_was_declared(hand):
    packed(hand)
    way(hand, PALLET)
    unpacked(hand, 19)
    hand.correct("store", hand.last)
    assert (hand.balance("stock store depot"), stands(hand).missing, stands(hand).counted) == (20 * T, 0, False)


def test_of_two_pallets_only_the_one_that_was_opened_is_counted(hand):
    packed(hand)
    packed(hand, unit=OTHER, tonnes=10)
    way(hand, PALLET, OTHER)
    unpacked(hand, 9, unit=OTHER)
    assert (hand.balance("stock store depot"), stands(hand).missing, stands(hand).counted) == (29 * T, T, False)


def test_a_pallet_holds_all_that_its_packer_put_on_it_and_a_crate_on_it_what_is_in_the_crate(hand):
    packed(hand, unit=OTHER, tonnes=5)
    packed(hand)
    packed(hand, tonnes=1, childEPCs=[OTHER])
    way(hand, LINK)
    assert hand.balance("stock store depot") == 26 * T


@pytest.mark.threat(
    who="storekeeper",
    tries="says first that it packed a pallet that bears another's number, so that the other's pallet stands for what it says",
    alone="nothing of what the other, its receivers and who sends it on say changes",
    needs="nobody",
    seen_by="anybody, by `enduse list`",
)
def test_nobody_says_what_is_on_anothers_pallet(hand):
    packed(hand, "other", tonnes=500)
    packed(hand)
    way(hand, PALLET)
    assert (hand.balance("stock mill silo"), hand.balance("stock store depot")) == (60 * T, 20 * T)
    hand.event("store", "shipping", "depot", None, on=3, consignment="w2", carrier="kite", epcList=[PALLET])
    hand.event("clinic", "receiving", "ward", None, on=4, consignment="w2", epcList=[PALLET])
    assert hand.balance("stock clinic ward") == 20 * T
    unpacked(hand, 19)
    assert hand.balance("transit mill w1") == T


def test_a_pallet_that_nobody_packed_is_a_thing_of_its_own(hand):
    packed(hand)
    way(hand, OTHER)
    assert hand.balance("stock store depot", "urn:epc:idpat:sscc:0614141.*/piece") == 1


def test_a_pallet_sent_on_by_another_than_its_packer_is_not_exact_also_where_it_was_counted(hand):
    packed(hand)
    way(hand, PALLET)
    hand.event("store", "shipping", "depot", None, on=3, consignment="w2", carrier="kite", epcList=[PALLET])
    hand.receive("clinic", "ward", 20, "w2", on=4)
    assert (hand.balance("stock clinic ward"), stands(hand, "store w2").counted) == (20 * T, False)


def test_packing_that_is_taken_back_counts_for_nothing_that_comes_after(hand):
    packed(hand)
    packed(hand, tonnes=3)
    hand.correct("mill", hand.last)
    way(hand, PALLET)
    assert hand.balance("stock store depot") == 20 * T
    hand.correct("mill", hand.entries[1].id)
    assert hand.balance("stock store depot") == 20 * T, "what was booked stays as it was booked"
    assert unpacked(hand, 19).notes[0].code == "goods.observation"


def test_what_is_unpacked_without_having_been_received_as_a_pallet_moves_nothing(hand):
    packed(hand)
    for said in (unpacked(hand, 19), unpacked(hand, 19, unit="urn:crate:7"), packed(hand, unit="urn:crate:7")):
        assert (said.postings, said.notes[0].code) == ((), "goods.observation")


@pytest.mark.parametrize("name", [PALLET, LINK, "https://example.org/x/sscc/106141412345678908?linkType=all"])
def test_a_number_is_one_however_it_is_written(name):
    assert unit_of(name) == "10614141234567890"
    assert unit_of("urn:epc:idpat:sscc:0614141.*", "1234567890") == "10614141234567890"
    assert [unit_of(other) for other in ("urn:epc:id:sscc:0614141.12", "urn:epc:id:sgtin:0614141.112345.400", "")] == [
        ""
    ] * 3
