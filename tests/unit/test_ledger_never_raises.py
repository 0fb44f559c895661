"""Whatever well-formed event comes, the ledger gives postings that sum to zero, or a reason, and never raises."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_hand import Hand, head

from enduse.errors import EnduseError
from enduse.ledger.balances import unbalanced
from enduse.ledger.goods import _STEPS
from enduse.statements.base import Source
from enduse.statements.epcis import EVENT_TYPES, read_event
from enduse.statements.goods import Goods, GoodsBody

NAMES = st.sampled_from(("red", "blue", "c1", "c2", "a name with blanks", "x" * 201, "\u2003", "منفذ"))
NUMBERS = st.sampled_from((0, 1, 7, -3, 0.5, 0.0000001, 1e18, 999_999_999_999_999_999))
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
            ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00+02:00", "0001-01-01T00:00:00+14:00")
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


@settings(max_examples=300, deadline=None)
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
        assert unbalanced(outcome.postings) == ()
        assert not (outcome.reason and outcome.postings)
        assert outcome.reason or outcome.postings or outcome.notes
        for posting in outcome.postings:
            assert 2 <= len(posting.account.split()) <= 3
            assert posting.account == " ".join(posting.account.split())
    again = Hand()
    for entry in hand.entries:
        again.take(entry)
    assert again.ledger.snapshot() == hand.ledger.snapshot()
