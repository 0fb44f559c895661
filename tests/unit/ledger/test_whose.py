"""Who may move what: a consignment belongs to its sender and its named receiver, a stock to its holder."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.ledger import consignment
from enduse.ledger.accounts import named
from enduse.ledger.balances import Moment, balances
from enduse.ledger.consignment import counting
from enduse.ledger.ledger import Ledger
from enduse.messages import Message, Refusal
from support.examples import examples
from support.ledger_hand import Hand, T, event, resolution

SENT = event("red", "shipping", "port", 100, on=1, consignment="c1", carrier="lark", taker="blue")
OPEN = event("red", "shipping", "port", 100, on=1, consignment="c1", carrier="lark")
GOT = event("blue", "receiving", "site", 80, on=2, consignment="c1")
STRANGERS = event("evil", "receiving", "shed", 100, on=2, consignment="c1")
CARRIERS = event("lark", "receiving", "yard", 100, on=2, consignment="c1")
REPORTED = event("desk", "receiving", "site", 90, on=2, consignment="c1", taker="blue", imported=True)
SQUAT = event("evil", "shipping", "shed", 1, consignment="c1", unit="GRM")


def told(*statements):
    hand = Hand()
    for statement in statements:
        assert not hand.say(statement).refusal
    return hand


def receivers(hand, key):
    return {leg.holder for leg, _ in counting(hand.ledger.consignments[key].legs, "receipt")}


def notes(hand):
    return [note for outcome in hand.outcomes for note in outcome.notes]


def misfits(hand):
    return [note.values["why"] for note in notes(hand) if "why" in note.values]


def speaks(account="stock victim store"):
    return Refusal.of("goods.holder_speaks", holder="victim", material="cement", account=named(account))


@pytest.mark.threat(
    who="stranger",
    tries="signs for goods that another is to receive",
    alone="moves nothing of the consignment; stands as an unlinked arrival of its own",
    needs="the named receiver",
    seen_by="anybody: `enduse status`, `enduse trace`",
)
@settings(max_examples=examples(60), deadline=None)
@given(said=st.permutations((SENT, GOT, STRANGERS, CARRIERS)))
def test_only_the_named_receiver_receives_in_any_order(said):
    hand = told(*said)
    assert balances(hand.postings) == balances(told(SENT, GOT, STRANGERS, CARRIERS).postings)
    assert hand.balance("stock blue site") == 80 * T
    assert hand.balance("transit red c1") == 20 * T
    assert hand.balance("unlinked shed") == -100 * T
    assert receivers(hand, "red c1") == {"blue"}
    assert Message.of("misfit.other_receiver", party="blue", holder="evil") in misfits(hand)


@pytest.mark.threat(
    who="carrier",
    tries="signs for the goods it carries as if it were the receiver",
    alone="its receipt is kept beside; what the receiver lacks stays the carrier's to explain",
    needs="the receiver, who signs for what never came",
    seen_by="anybody: `enduse status` shows the difference and its owner",
)
@pytest.mark.parametrize("said", [(OPEN, CARRIERS, GOT), (CARRIERS, OPEN, GOT), (CARRIERS, GOT, OPEN)])
def test_a_carrier_is_never_the_receiver(said):
    hand = told(*said)
    assert hand.balance("transit red c1") == 20 * T
    assert hand.balance("unlinked yard") == -100 * T
    assert Message.of("misfit.carrier_receives", party="lark") in misfits(hand)


def test_where_no_receiver_is_named_all_who_say_they_received_count_in_any_order():
    for said in ((OPEN, GOT, STRANGERS), (STRANGERS, OPEN, GOT)):
        hand = told(*said)
        assert hand.balance("unlinked shed") == 0
        assert receivers(hand, "red c1") == {"blue", "evil"}
        assert hand.balance("transit red c1") == -80 * T


def test_a_sender_may_receive_its_own_goods_at_another_place():
    hand = told(
        event("red", "shipping", "port", 5, consignment="c1"), event("red", "receiving", "site", 5, consignment="c1")
    )
    assert hand.ledger.balances == {
        "stock red port": {"cement/g": -5 * T},
        "stock red site": {"cement/g": 5 * T},
    }


@pytest.mark.threat(
    who="stranger",
    tries="uses the number of another's consignment first",
    alone="the two are kept apart by their senders; nobody is blocked",
    needs="nobody",
    seen_by="anybody: `enduse trace` shows two of one name",
)
@pytest.mark.parametrize("first", [SQUAT, event("evil", "shipping", "shed", 1, consignment="c1", taker="blue")])
def test_a_squatted_identifier_blocks_nobody(first):
    got = event("blue", "receiving", "site", 80, on=2, consignment="c1", giver="red")
    for said in ((first, SENT, got), (first, got, SENT), (got, first, SENT)):
        hand = told(*said)
        assert hand.balance("transit red c1") == 20 * T
        assert receivers(hand, "red c1") == {"blue"}
        assert receivers(hand, "evil c1") == set()
    assert Message.of("consignment.same_name", consignment="c1") in notes(hand)


def test_a_receipt_that_names_no_sender_goes_to_the_dispatch_that_names_its_receiver():
    hand = told(SQUAT, SENT, GOT)
    assert hand.balance("transit red c1") == 20 * T


def test_a_receipt_that_could_be_of_two_senders_waits_until_one_is_out():
    other = event("evil", "shipping", "shed", 40, consignment="c1", taker="blue")
    hand = told(other, SENT, GOT)
    several = Message.of("consignment.several_senders", consignment="c1", parties=["evil", "red"])
    assert several in notes(hand)
    assert hand.balance("unlinked site") == -80 * T
    assert not hand.event("evil", "void_shipping", "shed", None, consignment="c1").refusal
    assert hand.balance("transit red c1") == 20 * T
    assert hand.balance("unlinked site") == 0


def test_what_another_receives_does_not_tell_whose_a_receipt_is():
    other = event("evil", "shipping", "shed", 40, consignment="c1")
    mine = event("red", "shipping", "port", 100, on=1, consignment="c1", carrier="lark")
    hand = told(other, mine, GOT, event("green", "receiving", "hill", 1, consignment="c1", giver="evil"))
    assert hand.balance("unlinked site") == -80 * T
    assert hand.balance("transit red c1") == 100 * T


TRIFLE = event("evil", "shipping", "shed", 1, on=1, consignment="c1", unit="GRM", taker="blue")
REST = event("blue", "receiving", "site", 25, on=3, consignment="c1")


@pytest.mark.threat(
    who="stranger",
    tries="ships a gram under another's waybill number to the same receiver, so that receipts which name no sender are open",
    alone="changes nothing, in whatever order the papers come: who sent less than half of what came did not send it",
    needs="a dispatch of half of it in its own name, which then is overdue in its own name and out of its own stock",
    seen_by="anybody: `enduse late`, `enduse status`",
)
@pytest.mark.parametrize("names", [SENT, OPEN])
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_a_trifle_under_anothers_number_makes_no_receipt_doubtful_in_any_order(names, data):
    first = data.draw(st.permutations((TRIFLE, names, GOT, REST)))
    hand = told(*first)
    assert hand.balance("transit red c1") == -5 * T, "more came than was sent, and that is told"
    assert hand.balance("transit evil c1") == 1
    assert hand.balance("unlinked site") == 0
    assert hand.ledger.loose == {}
    taken = Message.of("receipt.sender_by_amount", consignment="c1", sender="red", parties=["evil"])
    early = TRIFLE in first[: first.index(REST)] and names in first[: first.index(REST)]
    assert not early or taken in hand.outcomes[first.index(REST)].notes


def test_whom_a_receipt_is_of_is_told_by_material_and_lot_too():
    def line(party, material, lot, **more):
        return event(party, "shipping", "port", 100, on=1, consignment="c1", material=material, lot=lot, **more)

    for mine, other in ((("cement", "A"), ("cement", "B")), (("cement", None), ("flour", None))):
        hand = told(line("evil", *other, taker="blue"), line("red", *mine, taker="blue"))
        hand.receive("blue", "site", 100, "c1", lot=mine[1])
        assert (hand.balance("transit red c1"), hand.balance("unlinked site")) == (0, 0)
    hand = told(line("evil", "cement", "B", taker="blue"), line("red", "cement", None, taker="blue"), GOT)
    assert hand.balance("unlinked site") == -80 * T, "lots tell only where both ends name them"


def test_a_receipt_that_came_before_most_papers_of_its_sender_is_taken_by_no_strangers_word():
    part, rest = (
        event("red", "shipping", "port", tonnes, on=1, consignment="c1", carrier="lark", taker="blue")
        for tonnes in (20, 80)
    )
    lie = event("evil", "shipping", "shed", 100, on=1, consignment="c1", taker="blue")
    for said in ((part, GOT, lie, rest), (part, GOT, rest, lie)):
        hand = told(*said)
        assert hand.balance("transit evil c1") == 100 * T
    assert hand.balance("transit red c1") == 20 * T, "once enough was sent, no later word undoes it"
    assert told(part, GOT, lie, rest).balance("unlinked site") == -80 * T, "two may have sent it: it is asked"


def test_a_later_dispatch_says_that_another_has_taken_its_receipt():
    hand = told(GOT, event("evil", "shipping", "shed", 40, consignment="c1"), SENT)
    assert Message.of("dispatch.receipt_fits_two", entry=0, sender="evil", party="blue") in notes(hand)


def test_keys_stay_apart_whatever_numbers_people_choose():
    hand = told(
        event("blue", "shipping", "site", 1, consignment="c1@red"),
        event("evil", "shipping", "shed", 2, consignment="c1"),
        event("red", "shipping", "port", 3, consignment="c1"),
        event("green", "receiving", "hill", 3, consignment="c1", giver="red"),
    )
    assert set(hand.ledger.consignments) == {"blue c1@red", "evil c1", "red c1"}
    assert hand.balance("transit red c1") == 0
    long = "c" * 200
    hand = told(*(event(sender, "shipping", "port", 2, consignment=long) for sender in ("evil", "red", "blue")))
    assert set(hand.ledger.consignments) == {f"evil {long}", f"red {long}", f"blue {long}"}
    assert not hand.receive("green", "hill", 1, long, giver="red").refusal
    assert hand.balance(f"transit red {long}") == T


def test_the_carriers_receipt_in_anothers_name_leaves_nothing_stuck():
    hand = told(SENT, event("red", "void_shipping", "port", None, on=1, consignment="c1"))
    voided = hand.last
    assert not hand.say(
        event("lark", "receiving", "site", 100, on=2, consignment="c1", taker="blue", imported=True)
    ).refusal
    assert not hand.correct("red", voided).refusal
    assert not hand.say(GOT).refusal
    assert hand.balance("stock blue site") == 80 * T
    assert hand.balance("transit red c1") == 20 * T


@pytest.mark.parametrize("said", [(SENT, REPORTED, GOT), (REPORTED, SENT, GOT), (REPORTED, GOT, SENT)])
def test_the_receivers_own_word_takes_the_place_of_a_report(said):
    hand = told(*said)
    assert hand.balance("stock blue site") == 80 * T
    assert ("blue", "desk") in {
        (note.values["owner"], note.values["party"]) for note in notes(hand) if note.code == "report.replaced"
    }
    again = hand.say(REPORTED)
    assert not again.postings
    assert Message.of("report.beside", holder="blue", party="blue") in again.notes
    assert hand.balance("transit red c1") == 20 * T


@pytest.mark.parametrize("at", range(4))
def test_an_own_word_counts_wherever_the_report_stood(at):
    said = [REPORTED, STRANGERS, GOT]
    said.insert(at, SENT)
    hand = told(*said)
    assert receivers(hand, "red c1") == {"blue"}
    assert hand.balance("transit red c1") == 20 * T


@pytest.mark.threat(
    who="stranger",
    tries="reports that another's stock was shipped, used or lost",
    alone="has no effect once the holder has stated its stock itself",
    needs="the holder",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_a_report_takes_nothing_out_of_what_the_holder_states_itself():
    hand = told(event("victim", "commissioning", "store", 100, action="ADD"))
    theirs = {"giver": "victim", "imported": True}
    before = balances(hand.postings)
    for step, action, more in (
        ("shipping", "OBSERVE", {"consignment": "z", "carrier": "victim"}),
        ("consuming", "DELETE", {}),
        ("destroying", "DELETE", {}),
        ("reporting_loss", "OBSERVE", {}),
        ("installing", "OBSERVE", {"parentID": "clinic"}),
    ):
        outcome = hand.event("evil", step, "store", 1, action=action, **theirs, **more)
        assert outcome.refusal == speaks()
        own = hand.event("evil", step, "store", 1, action=action, giver="victim", **more)
        assert own.refusal == Refusal.of("goods.not_theirs", party="evil", holder="victim")
    lists = {"inputQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 1, "uom": "TNE"}]}
    made = event("evil", "commissioning", "store", None, kind="TransformationEvent", **lists, **theirs)
    assert hand.say(made).refusal == speaks()
    assert hand.count("evil", "store", 0, **theirs).refusal == Refusal.of("goods.count_of_another", holder="victim")
    assert balances(hand.postings) == before
    # What comes in, what is of another material, and what nobody stated, may be reported.
    assert not hand.event("evil", "receiving", "store", 1, taker="victim", imported=True).refusal
    assert not hand.event("evil", "consuming", "store", 1, action="DELETE", material="sand", **theirs).refusal
    assert not hand.event("evil", "consuming", "shed", 1, action="DELETE", **theirs).refusal


def test_the_holder_takes_back_what_was_reported_before_it_spoke():
    hand = told(event("evil", "consuming", "store", 70, action="DELETE", giver="victim", imported=True))
    reported = hand.last
    assert not hand.enter("victim", "store", 100).refusal
    assert hand.balance("stock victim store") == 30 * T
    assert hand.correct("mate", reported).refusal.values["parties"] == ["evil", "victim"]
    assert not hand.correct("victim", reported).refusal
    assert hand.balance("stock victim store") == 100 * T
    assert hand.say(hand.entries[0].statement).refusal == speaks()
    # A reading of its stock by somebody who may take one is no report about it: it stands.
    hand.read_stock("monitor", "store", 90, "victim", on=1)
    assert hand.correct("victim", hand.last).refusal.values["parties"] == ["monitor"]


def test_a_count_of_nothing_missing_is_an_own_word_too():
    hand = told(event("victim", "stock_taking", "store", 0))
    assert hand.event("evil", "consuming", "store", 1, giver="victim", imported=True).refusal == speaks()


def reported_dispatch():
    return event("evil", "shipping", "store", 50, consignment="z", carrier="lark", giver="victim", imported=True)


def test_the_holder_says_that_what_was_reported_never_left_even_where_somebody_received_it():
    hand = told(
        reported_dispatch(),
        event("mate", "receiving", "shed", 10, consignment="z"),
        event("victim", "void_shipping", "store", None, consignment="z"),
    )
    assert balances(hand.postings) == {"stock mate shed": {"cement/g": 10 * T}, "unlinked shed": {"cement/g": -10 * T}}
    stranger = hand.event("mate", "void_shipping", "store", None, consignment="z").refusal
    assert stranger.code == "consignment.not_theirs"


def test_the_senders_own_dispatch_takes_the_place_of_a_report_and_the_receipt_follows_it():
    own = event("victim", "shipping", "store", 40, consignment="z", carrier="kite")
    got = event("mate", "receiving", "shed", 10, consignment="z")
    said = [(reported_dispatch(), got, own), (got, reported_dispatch(), own), (reported_dispatch(), own, got)]
    for hand in (told(*one) for one in said):
        assert hand.balance("stock victim store") == -40 * T
        assert hand.balance("transit victim z") == 30 * T
        assert hand.balance("unlinked shed") == 0
        assert hand.say(reported_dispatch()).refusal == speaks()
    # A reporter that takes its report back at once does not keep the sender from its own identifier.
    hand = told(reported_dispatch(), event("evil", "void_shipping", "store", None, consignment="z"), own)
    assert hand.balance("transit victim z") == 40 * T
    assert not hand.correct("evil", hand.entries[1].id).refusal
    assert hand.balance("transit victim z") == 40 * T


@pytest.mark.threat(
    who="storekeeper",
    tries="restates a receipt after a finding rests on it",
    alone="its word counts, the finding stands, and what does not fit both shows as more than was sent",
    needs="whoever made the finding, to take it back",
    seen_by="anybody: `enduse status`, which asks the receiver what came; `enduse list` shows both statements",
)
def test_an_own_word_counts_at_once_and_what_was_found_on_the_report_shows_as_too_much():
    hand = told(SENT, event("desk", "receiving", "site", 90, on=2, consignment="c1", taker="blue", imported=True))
    hand.find(resolution("difference", "c1", 10, "lost"))
    assert not hand.say(event("blue", "receiving", "site", 95, on=2, consignment="c1")).refusal
    assert hand.balance("transit red c1") == -5 * T


def test_an_event_is_counted_once_and_its_holders_word_holds():
    more = {"eventID": "urn:uuid:1"}
    theirs = event("desk", "commissioning", "store", 9, action="ADD", taker="victim", imported=True, **more)
    own = event("victim", "commissioning", "store", 8, action="ADD", **more)
    hand = told(theirs, own)
    assert balances(hand.postings) == {"origin victim": {"cement/g": -8 * T}, "stock victim store": {"cement/g": 8 * T}}
    hand = told(own)
    before = hand.say(theirs).refusal
    assert (before.code, before.values["entry"]) == ("statement.given_before", 0)


@pytest.mark.threat(
    who="stranger",
    tries="says that what it brings in was given by a donor",
    alone="is booked to itself, and the named owner is shown as not confirmed",
    needs="the donor, who says the same",
    seen_by="the donor and anybody: `enduse trace`",
)
def test_nobody_books_to_anothers_origin():
    owned = {"sourceList": [{"type": "owning_party", "source": "donor"}]}
    hand = told(event("evil", "commissioning", "store", 100, action="ADD", **owned))
    assert hand.balance("origin evil") == -100 * T
    assert hand.balance("origin donor") == 0
    assert hand.outcomes[0].notes == (Message.of("goods.owner_unconfirmed", owner="donor", party="evil"),)


def test_a_carrier_that_never_spoke_is_said_to_have_been_named():
    hand = told(OPEN)
    assert hand.balance("transit red c1") == 100 * T
    assert Message.of("dispatch.carrier_unconfirmed", carrier="lark") in hand.outcomes[0].notes
    hand = told(event("lark", "inspecting", "gate", 1), OPEN)
    assert hand.outcomes[1].notes == ()


@pytest.mark.threat(
    who="storekeeper",
    tries="counts its stock for a day that has not come, so that this count is the latest for long",
    alone="has no effect",
    needs="the keeper, by its clock",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_what_is_claimed_for_a_time_that_has_not_come_has_no_effect():
    hand = Hand()
    late = 366
    for outcome in (
        hand.read_stock("monitor", "port", 0, "red", on=late + 1),
        hand.count("red", "port", 0, on=late + 1),
        hand.enter("red", "port", 1, on=late + 1),
        hand.event("red", "inspecting", "port", 1, on=late + 1),
    ):
        assert outcome.refusal == Refusal.of("statement.of_the_future")
    assert not hand.enter("red", "port", 1, on=late - 1).refusal


def test_a_snapshot_holds_what_waits():
    hand = told(SQUAT, SENT, STRANGERS, REPORTED)
    hand.ledger = Ledger.restore(hand.ledger.snapshot())
    again = told(SQUAT, SENT, STRANGERS, REPORTED)
    for statement in (GOT, event("red", "void_shipping", "port", None, consignment="c1")):
        assert hand.say(statement) == again.say(statement)
    assert hand.ledger.snapshot() == again.ledger.snapshot()
    assert balances(hand.postings, Moment()) == dict(sorted(hand.ledger.balances.items()))


def test_however_many_quarrel_over_one_identifier_each_word_touches_few():
    hand = Hand()
    for number in range(300):
        hand.say(event("evil", "shipping", "shed", 1, consignment="c1", giver=f"g{number}", imported=True))
        hand.say(event("evil", "receiving", "shed", 1, consignment="c1", giver=f"s{number}"))
    assert len(hand.ledger.numbers["c1"]) == len(hand.ledger.loose["c1"]) == 300
    assert max(len(outcome.notes) for outcome in hand.outcomes) < 9


@pytest.mark.threat(
    who="stranger",
    tries="fills a number with small dispatches and with receipts of more than was sent, so that each further word costs more",
    alone="with one more part only so many open receipts are looked at again",
    needs="nobody",
    seen_by="nobody needs to: it costs next to nothing",
)
def test_many_open_receipts_under_one_number_cost_no_more_with_each_dispatch(monkeypatch):
    looked = []
    settled = consignment._settled

    def counted(got, *more):
        looked.append(got)
        return settled(got, *more)

    monkeypatch.setattr(consignment, "_settled", counted)
    hand = told(TRIFLE, event("lark", "shipping", "yard", 1, consignment="c1", unit="GRM", taker="blue"))
    for _ in range(150):
        hand.say(REST)
    for _ in range(10):
        hand.say(TRIFLE)
    looked.clear()
    hand.say(TRIFLE)
    assert len(looked) <= 150 + 11 * consignment.OPEN_MAX
