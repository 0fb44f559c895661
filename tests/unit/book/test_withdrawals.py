"""What was said under a mandate is taken back under one: once it is over, a withdrawal is a dispute and nothing more."""

import json
from datetime import timedelta

import pytest

from conftest import Small
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.programme import Function, Place, PlaceBody, Rule
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Quantity
from enduse.terms.times import Period
from enduse.views.status import status


def count(tonnes):
    """A count of the cement in store."""
    event = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTimeZoneOffset": "+00:00",
        "bizStep": "stock_taking",
        "eventTime": "2026-01-02T00:00:00Z",
        "bizLocation": {"id": "store"},
        "extension": None,
        "quantityList": [{"epcClass": "cement", "quantity": tonnes, "uom": "TNE"}],
    }
    del event["extension"]
    return GoodsBody(event=json.dumps(event))


@pytest.fixture
def kept(tmp_path):
    """A programme in which counting takes a mandate, which the warehouse holds."""
    names = ("custody", "administration")
    made = Small(
        tmp_path / "programme",
        functions=tuple(Function(function=name, name={"en": name}) for name in names),
        rules=(Rule(act="goods", function="custody"), Rule(act="reading", function="custody")),
        open_acts=(),
    )
    made.say("keeper", Place, PlaceBody(place="store", name={"en": "store"}, type="warehouse"))
    offer = MandateBody(
        mandate="m", action="offer", holder="warehouse", functions=("custody",), places=("store",), period=Period(start=made.now)
    )  # fmt: skip
    assert made.say("keeper", Mandate, offer).outcome == "accepted"
    assert made.say("warehouse", Mandate, MandateBody(mandate="m", action="accept")).outcome == "accepted"
    yield made
    made.intake.close()


def said(made, kind, body):
    """Say it in the warehouse, and return its identifier."""
    receipt = made.say("warehouse", kind, body, place="store")
    assert receipt.outcome == "accepted", receipt.problem
    return made.book.statement(receipt.index).id


def withdraw(made, statement):
    return made.say("warehouse", Correction, CorrectionBody(corrects=statement, reason="incorrect_data"))


@pytest.mark.threat(
    who="storekeeper",
    tries="withdraws a count after its mandate has ended, so that what others rest on it changes",
    alone="the withdrawal is recorded without effect, and the count stands as disputed",
    needs="a mandate for the place in force when the withdrawal is recorded",
    seen_by="everybody, by `enduse status`, with both statements",
)
def test_a_storekeeper_whose_mandate_is_over_withdraws_nothing(kept):
    """It took its count back, and the stock, and the difference that others had to explain, changed."""
    counted = said(kept, Goods, count(100))
    read = said(
        kept,
        Reading,
        ReadingBody(
            reading="r", of="stock", material="cement", quantity=Quantity("100", "TNE"), method="count", custodian="warehouse"
        ),
    )  # fmt: skip
    kept.now += timedelta(days=200)
    assert kept.say("keeper", Mandate, MandateBody(mandate="m", action="end")).outcome == "accepted"
    before = dict(kept.book.ledger.balances)
    for statement in (counted, read):
        receipt = withdraw(kept, statement)
        assert receipt.outcome == "no_effect"
        assert receipt.problem.code == "correction.mandate_over"
        assert "it stands, and is disputed: warehouse held no mandate for custody in store on" in str(
            receipt.problem.told
        )
    assert kept.book.ledger.balances == before
    disputed = [item for item in status(kept.book).without_effect if item.refusal.code == "correction.mandate_over"]
    assert [item.party for item in disputed] == ["warehouse", "warehouse"]


def test_under_a_mandate_in_force_a_party_takes_its_own_word_back(kept):
    kept.now += timedelta(days=200)
    assert withdraw(kept, said(kept, Goods, count(100))).outcome == "accepted"
