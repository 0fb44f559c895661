"""Whatever well-formed statement comes, the ledger gives postings that sum to zero, or a reason, and never raises."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import EnduseError
from enduse.ledger.balances import balances
from enduse.ledger.goods import _STEPS
from enduse.ledger.ledger import Ledger
from enduse.ledger.trace import Tracer
from enduse.statements.base import Source
from enduse.statements.epcis import read_event
from enduse.statements.event_words import EVENT_TYPES
from enduse.statements.goods import Goods, GoodsBody
from support.examples import examples
from support.ledger_hand import Hand, event, head, resolution, unbalanced

NAMES = st.sampled_from(
    ("red", "blue", "c1", "c2", "c1@red", "c1@blue", "a name with blanks", "x" * 201, "\u2003", "منفذ")
)
NUMBERS = st.sampled_from((0, 1, 7, -3, 0.5, 0.0000001, 1e9, 1e15, 1e18, 999_999_999_999_999_999))
CLASSES = st.sampled_from(
    ("urn:enduse:class:cement", "urn:enduse:class:cement:A", "urn:enduse:class:", "cement bag", "x")
)
LINE = st.fixed_dictionaries(
    {"epcClass": CLASSES}, optional={"quantity": NUMBERS, "uom": st.sampled_from(("TNE", "C62", "QQQ"))}
)
LINES = st.lists(LINE, max_size=3)
PLACE = st.fixed_dictionaries({"id": NAMES})
ENDS = st.sampled_from(("possessing_party", "owning_party", "location"))
EVENT = st.fixed_dictionaries(
    {
        "type": st.sampled_from(sorted(EVENT_TYPES)),
        "eventTime": st.sampled_from(
            (
                "2026-01-01T00:00:00Z",
                "2026-01-02T00:00:00+02:00",
                "0001-01-01T00:00:00+14:00",
                "9999-12-31T23:59:59-14:00",
            )
        ),
        "action": st.sampled_from(("ADD", "OBSERVE", "DELETE")),
        "bizStep": st.sampled_from((*sorted({step for _, step in _STEPS}), "inspecting", "urn:x:consuming")),
    },
    optional={
        "bizLocation": PLACE,
        "readPoint": PLACE,
        "parentID": NAMES,
        "quantityList": LINES,
        "childQuantityList": LINES,
        "inputQuantityList": LINES,
        "outputQuantityList": LINES,
        "eventID": NAMES,
        "enduse:carrier": NAMES,
        "enduse:project": NAMES,
        "errorDeclaration": st.fixed_dictionaries({}, optional={"reason": NAMES}),
        "bizTransactionList": st.lists(
            st.fixed_dictionaries({"type": st.sampled_from(("desadv", "bol", "po")), "bizTransaction": NAMES}),
            max_size=2,
        ),
        "sourceList": st.lists(st.fixed_dictionaries({"type": ENDS, "source": NAMES}), max_size=2),
        "destinationList": st.lists(st.fixed_dictionaries({"type": ENDS, "destination": NAMES}), max_size=2),
    },
)


@settings(max_examples=examples(300), deadline=None)
@given(said=st.lists(st.tuples(EVENT, st.sampled_from(("red", "blue")), st.booleans()), min_size=1, max_size=8))
def test_no_well_formed_event_makes_the_ledger_raise(said):
    hand = Hand()
    for raw, party, imported in said:
        text = json.dumps(raw)
        try:
            read_event(text)
        except EnduseError:
            continue
        source = Source(name="register.csv", sha256="0" * 64, row=1) if imported else None
        outcome = hand.say(Goods(**head(party, 0), source=source, body=GoodsBody(event=text)))
        assert unbalanced(outcome.postings) == {}
        assert not (outcome.refusal and outcome.postings)
        assert outcome.refusal or outcome.postings or outcome.notes
        for posting in outcome.postings:
            assert 2 <= len(posting.account.split()) <= 3
            assert posting.account == " ".join(posting.account.split())
    again = Hand()
    for entry in hand.entries:
        again.take(entry)
    assert again.ledger.snapshot() == hand.ledger.snapshot()


PARTIES = st.sampled_from(("red", "blue", "lark", "desk"))
FEW = st.sampled_from(("red", "blue", "lark"))
ENDS_OF = {
    "giver": st.none() | FEW,
    "taker": st.none() | FEW,
    "consignment": st.sampled_from(("c1", "c1", "c1@red", "port")),
    "carrier": st.none() | FEW,
    "place": st.sampled_from(("port", "site")),
    "on": st.integers(0, 9) | st.sampled_from((-40_000, 366, 367, 60_000)),
    "quantity": st.integers(1, 9) | st.sampled_from((10**9, 10**9 - 1)),
    "imported": st.booleans(),
    "eventID": st.sampled_from(("urn:uuid:1", "urn:uuid:2", "urn:uuid:3")),
}
STEP = st.sampled_from(("shipping",) * 3 + ("receiving",) * 4 + ("void_shipping",) * 2 + ("commissioning", "consuming"))
SAID = st.one_of(
    st.tuples(st.just("event"), PARTIES, STEP, st.fixed_dictionaries(ENDS_OF)),
    st.tuples(st.just("correct"), PARTIES, st.integers(0, 20)),
    st.tuples(st.just("count"), PARTIES, FEW, st.sampled_from((0, 3, 10**12, 4_611_686_018_427)), ENDS_OF["on"]),
    st.tuples(st.just("find"), st.sampled_from(("c1", "c1@red", "port")), st.integers(1, 9), st.none() | FEW),
)


@settings(max_examples=examples(400), deadline=None)
@given(said=st.lists(SAID, min_size=1, max_size=20))
def test_no_quarrel_over_a_consignment_makes_the_ledger_raise(said):
    hand = Hand()
    for number, one in enumerate(said):
        match one:
            case "event", party, step, more:
                action = {"commissioning": "ADD"}.get(step, "OBSERVE")
                outcome = hand.say(event(party, step, more["place"], action=action, **without(more, "place")))
            case "correct", party, index:
                known = hand.entries[index] if index < len(hand.entries) else None
                speaker = known.statement.party if known and index % 3 else party
                outcome = hand.correct(speaker, known.id if known else "0" * 64)
            case "count", party, custodian, amount, on:
                outcome = hand.read_stock(party, "port", amount, custodian, f"reading:{number}", on=on)
            case "find", item, amount, owner:
                found = resolution("difference", item, amount, "lost", owner)
                outcome = hand.find(found, finding=f"finding:{number}")
        assert unbalanced(outcome.postings) == {}
        assert not (outcome.refusal and outcome.postings)
        if number == len(said) // 2:
            hand.ledger = Ledger.restore(hand.ledger.snapshot())
    assert balances(hand.postings) == dict(sorted(hand.ledger.balances.items()))
    again = Hand()
    for entry in hand.entries:
        again.take(entry)
    assert again.ledger.snapshot() == hand.ledger.snapshot()
    Tracer(hand.postings, hand.links)


def without(more, key):
    return {name: value for name, value in more.items() if name != key}
