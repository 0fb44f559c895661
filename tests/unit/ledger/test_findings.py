"""Findings: what lay open goes where it was found to have gone, never more than lay open."""

import msgspec
import pytest

from enduse.errors import RecordError
from enduse.ledger.accounts import named
from enduse.ledger.ledger import Ledger
from enduse.messages import Amount, Message, Refusal
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
    assert hand.balance("transit red c1") == 5 * T
    assert hand.balance("stolen lark c1") == 15 * T
    assert hand.balance("use blue clinic") == 60 * T
    assert hand.balance("off_purpose blue clinic") == 10 * T


def test_all_of_a_finding_or_nothing():
    hand = lost_in_transit()
    before = hand.ledger.snapshot()
    outcome = hand.find(resolution("difference", "c1", 15, "lost"), resolution("difference", "c1", 6, "stolen"))
    assert outcome.refusal == Refusal.of(
        "finding.more_than_open",
        amount=Amount(6 * T, "cement/g"),
        open=Amount(5 * T, "cement/g"),
        account=named("transit red c1"),
    )
    hand.ledger.size -= 1
    assert hand.ledger.snapshot() == before


def test_what_is_not_supported_moves_nothing():
    hand = lost_in_transit()
    outcome = hand.find(resolution("difference", "c1", 15, "lost"), result="unresolved")
    assert not outcome.postings
    assert outcome.notes[0] == Message.of("finding.moves_nothing", result="unresolved")


def test_a_surplus_ends_only_as_a_measurement_error():
    hand = Hand()
    hand.send("red", "port", 100, "c1")
    hand.receive("blue", "site", 101, "c1")
    surplus = hand.find(resolution("difference", "c1", 1, "lost")).refusal
    assert surplus is not None
    assert surplus.code == "finding.of_a_surplus"
    hand.find(resolution("difference", "c1", 1, "measurement_error"))
    assert hand.balance("transit red c1") == 0
    assert hand.balance("measurement_error lark c1") == -1 * T


def test_nothing_open_and_too_many_owners_are_said():
    hand = lost_in_transit()
    nothing = Refusal.of("finding.nothing_open", material="cement", of="difference", item="c9")
    assert hand.find(resolution("difference", "c9", 1, "lost")).refusal == nothing
    hand.build("red", "port", 5, "clinic")
    outcome = hand.find(resolution("use", "clinic", 1, "off_purpose"))
    assert outcome.refusal is not None
    assert outcome.refusal.code == "finding.several_owners"
    assert outcome.refusal.values["parties"] == ["blue", "red"]
    assert not hand.find(resolution("use", "clinic", 1, "off_purpose", "red")).refusal


def test_a_finding_names_another_owner_of_the_outcome():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 5, "stolen", "brindle"))
    assert hand.balance("stolen brindle c1") == 5 * T


def test_a_receipt_is_corrected_whatever_was_found_and_the_finding_shows_as_too_much():
    hand = lost_in_transit()
    received = hand.entries[1].id
    hand.find(resolution("difference", "c1", 15, "stolen"))
    found = hand.last
    assert not hand.correct("blue", received).refusal
    hand.receive("blue", "site", 90, "c1", on=1)
    assert hand.balance("transit red c1") == -5 * T
    assert not hand.correct("factory", found).refusal
    assert hand.balance("transit red c1") == 10 * T
    assert hand.ledger.rests == {}


def test_what_a_finding_took_out_of_a_stock_that_was_short_stays_until_it_is_corrected():
    hand = Hand()
    hand.enter("blue", "site", 100)
    hand.count("blue", "site", 80, on=3)
    counted = hand.last
    hand.find(resolution("difference", "site", 15, "stolen"))
    assert hand.correct("blue", counted).refusal == Refusal.of("finding.rests_on_it", finding=2, entry=1)
    assert not hand.correct("factory", hand.entries[2].id).refusal
    assert not hand.correct("blue", counted).refusal
    assert hand.ledger.rests == {}


def test_two_findings_on_one_difference_can_be_taken_back_one_by_one():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 15, "stolen"))
    first = hand.last
    hand.find(resolution("difference", "c1", 5, "lost"), finding="finding:2")
    assert not hand.correct("factory", first).refusal
    assert hand.balance("transit red c1") == 15 * T


def test_a_finding_that_supersedes_another_takes_back_what_that_moved():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 20, "stolen"))
    hand.find(resolution("difference", "c1", 18, "damaged"), finding="finding:2", supersedes="finding:1")
    assert hand.balance("stolen lark c1") == 0
    assert hand.balance("damaged lark c1") == 18 * T
    note = hand.find(finding="finding:3", party="other", supersedes="finding:2").notes[0]
    assert note == Message.of("finding.supersedes_unknown", finding="finding:2", party="other")


def test_a_correction_is_final():
    hand = lost_in_transit()
    hand.find(resolution("difference", "c1", 20, "stolen"))
    hand.correct("factory", hand.last)
    correction = hand.last
    nothing = Refusal.of("correction.nothing_moved", statement=correction)
    assert hand.correct("factory", correction).refusal == nothing
    assert hand.correct("factory", "f" * 64).refusal == Refusal.of("correction.nothing_moved", statement="f" * 64)


def test_the_same_entry_twice_is_a_fault_and_the_same_statement_has_no_effect():
    hand = lost_in_transit()
    with pytest.raises(RecordError, match="comes after statement 2"):
        hand.ledger.apply(hand.entries[0])
    again = msgspec.structs.replace(hand.entries[0], index=7)
    assert hand.ledger.apply(again).refusal == Refusal.of("statement.applied_before", entry=0)


def test_a_snapshot_is_the_whole_state():
    hand = lost_in_transit()
    hand.count("blue", "site", 9, on=3)
    hand.find(resolution("difference", "c1", 15, "stolen"))
    snapshot = hand.ledger.snapshot()
    assert Ledger.restore(snapshot) == hand.ledger
    assert Ledger.restore(snapshot).snapshot() == snapshot
