"""Goods by trade item and by serial number: one item is one material, one thing is one piece."""

from support.ledger_hand import Hand

LINK = "https://id.gs1.org/01/4064074123450/10/245"
SAME = "https://id.gs1.org/01/04064074123450/10/245"
GENERATOR = "https://id.gs1.org/01/04012345111118"


def goods(name):
    return {"quantityList": [{"epcClass": name, "quantity": 60, "uom": "KGM"}]}


def test_one_gtin_in_two_spellings_is_one_material():
    hand = Hand()
    hand.enter("mill", "yard", None, **goods(LINK))
    hand.send("mill", "yard", None, "W-1", **goods(LINK))
    hand.receive("store", "shed", None, "W-1", **goods(SAME))
    resource = "https://id.gs1.org/01/04064074123450/g"
    assert hand.balance("stock store shed", resource) == 60_000
    assert hand.balance("stock mill yard", resource) == 0
    assert {one.resource for one in hand.postings} == {resource}


def test_things_by_serial_number_are_pieces():
    hand = Hand()
    things = [f"urn:epc:id:sgtin:4012345.011111.{number}" for number in (1001, 1002)]
    outcome = hand.enter("mill", "yard", None, epcList=things)
    assert outcome.refusal is None
    assert hand.balance("stock mill yard", f"{GENERATOR}/piece") == 2


def test_a_number_with_another_check_digit_than_it_should_have_is_told_and_kept():
    """4064074123450 is right; of two digits that changed places the check digit tells."""
    for name, digit in (("4064074123450", None), ("4064074124350", "8"), ("urn:enduse:class:cement", None)):
        hand = Hand()
        outcome = hand.enter("mill", "yard", None, quantityList=[{"epcClass": name, "quantity": 1, "uom": "KGM"}])
        assert [note.values["digit"] for note in outcome.notes if note.code == "goods.check_digit"] == (
            [] if digit is None else [digit]
        )
        assert outcome.refusal is None
        assert len(hand.ledger.balances["stock mill yard"]) == 1
