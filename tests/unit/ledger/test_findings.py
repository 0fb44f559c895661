"""Findings: what lay open goes where it was found to have gone, never more than lay open."""

import msgspec
import pytest

from enduse.errors import RecordError
from enduse.ledger.ledger import Ledger
from support.ledger_hand import Hand, T, resolution


def lost_in_transit():
    hand = Hand()
    hand.send("red", "port", 100, "c1")
    hand.receive("blue", "site", 80, "c1", on=1)
    hand.build("blue", "site", 70, "clinic", on=2)
    return hand


def test_a_supported_finding_moves_the_difference():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 15, "stolen"), resolution("use", "clinic", 10, "off_purpose"))
    assert hand.balance("difference lark c1") == 5 * T
    assert hand.balance("stolen lark c1") == 15 * T
    assert hand.balance("use blue clinic") == 60 * T
    assert hand.balance("off_purpose blue clinic") == 10 * T


def test_all_of_a_finding_or_nothing():
    hand = lost_in_transit()
    before = hand.ledger.snapshot()
    outcome = hand.find(resolution("difference", "c1", 15, "lost"), resolution("difference", "c1", 6, "stolen"))
    assert outcome.reason == "6 TNE is more than the 5 TNE that lie open in difference lark c1"
    hand.ledger.size -= 1
    assert hand.ledger.snapshot() == before


def test_what_is_not_supported_moves_nothing():
    hand = lost_in_transit()
    outcome = hand.find(resolution("difference", "c1", 15, "lost"), result="unresolved")
    assert not outcome.postings
    assert "move nothing" in outcome.notes[0]


def test_a_surplus_ends_only_as_a_measurement_error():
    hand = Hand()
    hand.send("red", "port", 100, "c1")
    hand.receive("blue", "site", 101, "c1")
    assert "only a measurement error" in hand.find(resolution("difference", "c1", 1, "lost")).reason
    hand.find(resolution("difference", "c1", 1, "measurement_error"))
    assert hand.balance("difference lark c1") == 0
    assert hand.balance("measurement_error lark c1") == -1 * T


def test_nothing_open_and_too_many_owners_are_said():
    hand = lost_in_transit()
    assert "nothing lies open" in hand.find(resolution("difference", "c9", 1, "lost")).reason
    hand.build("red", "port", 5, "clinic")
    outcome = hand.find(resolution("use", "clinic", 1, "off_purpose"))
    assert "blue, red; name one as owner" in outcome.reason
    assert not hand.find(resolution("use", "clinic", 1, "off_purpose", "red")).reason


def test_a_finding_names_another_owner_of_the_outcome():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 5, "stolen", "brindle"))
    assert hand.balance("stolen brindle c1") == 5 * T


def test_a_receipt_stands_while_a_finding_rests_on_it():
    hand = lost_in_transit()
    received = hand.entries[1].id
    hand.find(resolution("difference", "c1", 15, "stolen"))
    found = hand.last
    assert "the finding in entry 3 rests on entry 1" in hand.correct("blue", received).reason
    assert not hand.correct("factory", found).reason
    assert not hand.correct("blue", received).reason
    assert hand.ledger.rests == {}


def test_two_findings_on_one_difference_can_be_taken_back_one_by_one():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 15, "stolen"))
    first = hand.last
    hand.find(resolution("difference", "c1", 5, "lost"), finding="finding:2")
    assert not hand.correct("factory", first).reason
    assert hand.balance("difference lark c1") == 15 * T


def test_a_finding_that_supersedes_another_takes_back_what_that_moved():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 20, "stolen"))
    hand.find(resolution("difference", "c1", 18, "damaged"), finding="finding:2", supersedes="finding:1")
    assert hand.balance("stolen lark c1") == 0
    assert hand.balance("damaged lark c1") == 18 * T
    note = hand.find(finding="finding:3", party="other", supersedes="finding:2").notes[0]
    assert "not one of other's that stands here" in note


def test_a_correction_is_final():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 20, "stolen"))
    hand.correct("factory", hand.last)
    assert "has no postings" in hand.correct("factory", hand.last).reason
    assert "has no postings" in hand.correct("factory", "f" * 64).reason


def test_the_same_entry_twice_is_a_fault_and_the_same_statement_has_no_effect():
    hand = lost_in_transit()
    with pytest.raises(RecordError, match="comes after entry 2"):
        hand.ledger.apply(hand.entries[0])
    again = msgspec.structs.replace(hand.entries[0], index=7)
    assert hand.ledger.apply(again).reason == "the same statement was applied as entry 0"


def test_a_snapshot_is_the_whole_state():
    hand = lost_in_transit()
    hand.count("blue", "site", 9, on=3)
    hand.find(resolution("difference", "c1", 15, "stolen"))
    snapshot = hand.ledger.snapshot()
    assert Ledger.restore(snapshot) == hand.ledger
    assert Ledger.restore(snapshot).snapshot() == snapshot
