"""Links that payments of a record lack: counted, proposed with their rivals, applied by nobody but who signs."""

from types import SimpleNamespace

from enduse.views.links import payment_links
from support.ledger_hand import Hand, usd


def book_of(hand):
    return SimpleNamespace(ledger=hand.ledger, statement=lambda index: hand.entries[index])


def asked(hand):
    return payment_links(book_of(hand))


def paid(hand, number, amount=1000, on=3, **more):
    hand.pay("disbursement", "north", on=on, disbursement=number, amount=usd(amount), recipient="fund", **more)


def received(hand, number, amount=1000, on=3, by="fund", **more):
    body = {"disbursement": number, "donor": "north", "amount": usd(amount), "recipient": "fund", **more}
    hand.pay("disbursement", by, on=on, **body)


def codes(one):
    return [reason.code for reason in one.reasons]


def test_one_payment_under_two_numbers_is_proposed_for_its_recipient_to_sign():
    hand = Hand()
    paid(hand, "PAY-7")
    received(hand, "RCPT-113", on=5)
    (one,) = asked(hand).proposals
    assert (one.corrects, one.party, one.field, one.value, one.entry) == (1, "fund", "confirms", "PAY-7", 0)
    assert codes(one) == ["link.same_ends", "link.same_sum", "link.days_apart"]
    assert (one.rivals, one.alike) == ((), 0)


def test_what_a_third_party_reports_is_proposed_to_nobody():
    hand = Hand()
    paid(hand, "PAY-7")
    received(hand, "X", by="importer")
    assert asked(hand).proposals == ()


def test_signed_it_is_confirmed_and_proposed_no_more():
    hand = Hand()
    paid(hand, "PAY-7")
    received(hand, "RCPT-113", confirms="PAY-7")
    answer = asked(hand)
    assert (answer.proposals, answer.confirmed, answer.payments) == ((), 1, 1)


def test_each_of_two_alike_payments_is_proposed_once_with_its_rivals():
    hand = Hand()
    for number in (1, 2):
        paid(hand, f"PAY-{number}")
    for number in (1, 2):
        received(hand, f"RCPT-{number}")
    first, second = asked(hand).proposals
    assert [(one.value, one.corrects) for one in (first, second)] == [("PAY-1", 2), ("PAY-2", 3)]
    assert {(rival.value, rival.corrects) for rival in first.rivals} == {("PAY-2", 2), ("PAY-1", 3)}
    assert first.alike == 2


def test_a_payment_that_names_no_promise_is_counted_and_what_is_open_to_its_recipient_proposed():
    hand = Hand()
    hand.pay("pledge", "north", on=1, pledge="P-1", amount=usd(5000))
    hand.pay("commitment", "north", on=1, commitment="C-1", pledge="P-1", amount=usd(1000), recipient="fund")
    hand.pay("commitment", "north", on=1, commitment="C-2", pledge="P-1", amount=usd(900), recipient="fund")
    hand.pay("commitment", "north", on=1, commitment="C-3", pledge="P-1", amount=usd(1000), recipient="other")
    paid(hand, "PAY-1")
    paid(hand, "PAY-2", commitment="C-2", amount=400)
    paid(hand, "PAY-3", commitment="C-9", amount=3)
    answer = asked(hand)
    assert (answer.payments, answer.kept, answer.unknown, answer.unnamed, answer.unresolved) == (3, 1, 1, 1, 2)
    (one,) = answer.proposals
    assert (one.corrects, one.party, one.field, one.value) == (4, "north", "commitment", "C-1")
    assert codes(one) == ["link.open_promise", "link.to_same_recipient", "link.whole_of_it"]
    assert [(rival.field, rival.value) for rival in one.rivals] == [("pledge", "P-1")]


def test_where_nothing_was_promised_nothing_lacks():
    hand = Hand()
    paid(hand, "PAY-1")
    answer = asked(hand)
    assert (answer.payments, answer.unresolved, answer.proposals) == (1, 0, ())


def committed(hand, number, amount=1000, on=1, by="north", **more):
    body = {"commitment": number, "amount": usd(amount), "recipient": "fund", **more}
    hand.pay("commitment", by, on=on, **body)


def test_a_commitment_is_a_promise_also_where_no_pledge_was_made():
    hand = Hand()
    committed(hand, "C-1")
    paid(hand, "PAY-1")
    answer = asked(hand)
    assert (answer.unnamed, answer.unresolved) == (1, 1)
    (one,) = answer.proposals
    assert (one.corrects, one.field, one.value) == (1, "commitment", "C-1")


def test_what_one_report_tells_of_a_commitment_and_of_its_payment_is_proposed_to_who_reported_both():
    hand = Hand()
    committed(hand, "C-1", by="importer", donor="north")
    received(hand, "PAY-1", by="importer")
    (one,) = asked(hand).proposals
    assert (one.corrects, one.party, one.field, one.value) == (1, "importer", "commitment", "C-1")


def test_a_payment_is_proposed_for_no_promise_that_only_another_report_tells():
    hand = Hand()
    committed(hand, "C-1", by="importer", donor="north")
    received(hand, "PAY-1")
    answer = asked(hand)
    assert (answer.unnamed, answer.proposals) == (1, ())
