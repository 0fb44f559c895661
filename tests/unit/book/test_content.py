"""What a pack holds, said anew once goods are missing: the figure follows, and everybody sees who made it so."""

import json
from datetime import timedelta

import pytest

from conftest import START, Small
from enduse.messages import Amount
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.packs import Pack, PackBody
from enduse.statements.programme import Place, PlaceBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from enduse.views.goods_leads import goods_leads
from enduse.views.status import status
from support.arrangement import OPEN_ACTS
from support.cement import goods

ENDS = {
    "sourceList": [{"type": "possessing_party", "source": "donor"}],
    "destinationList": [{"type": "possessing_party", "destination": "fund"}],
}


@pytest.fixture
def short(tmp_path):
    """Twenty tonnes left the yard, and 380 bags came, of which nobody has said yet what one holds."""
    small = Small(tmp_path / "p", open_acts=(*OPEN_ACTS, "reading", "pack"))
    small.say("keeper", Place, PlaceBody(place="yard", name={"en": "yard"}, type="vendor"))
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "site"}, type="site"))
    goods(small, "donor", "commissioning", "20", 0, "yard", action="ADD")
    goods(small, "donor", "shipping", "20", 1, "yard", "W-1", **ENDS)
    receive(small, 380)
    yield small
    small.intake.close()


def receive(small, bags):
    small.now = max(small.now, START + timedelta(days=2, hours=12))
    event = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=2)).isoformat(),
        "action": "OBSERVE",
        "bizStep": "receiving",
        "readPoint": {"id": "site"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": bags, "uom": "XBG"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": "W-1"}],
        "enduse:complete": True,
        **ENDS,
    }
    return small.say("fund", Goods, GoodsBody(event=json.dumps(event)))


def pack(small, name, value, by, day=0.0):
    body = PackBody(
        pack=name, item="cement", unit="XBG", holds=Quantity(value, "KGM"), source=Citation(source="the bag")
    )
    told = small.say(by, Pack, body, occurred_at=START + timedelta(days=day))
    assert told.outcome == "accepted", told
    return small.book.statement(small.book.size - 1).id


def missing(small):
    return [(one.figure.amount, one.figure.resource) for one in status(small.book).missing]


def leads(small):
    return [lead for lead in goods_leads(small.book) if lead.code == "lead.closed_by_content"]


@pytest.mark.threat(
    who="builder",
    tries="may say what packs hold, and says after it received too little that a bag holds more, so that nothing is missing",
    alone="the figure follows its word, and beside it stands how much was missing since when, who said anew what a bag holds, and in which statement",
    needs="works alone where whoever receives may say what packs hold",
    seen_by="everybody: `enduse status`, the report; what was received after the first content was recorded stays as booked",
)
@pytest.mark.parametrize("way", ["earlier", "taken back"])
def test_a_shortage_that_closes_because_a_bag_is_said_to_hold_more_is_seen(short, way):
    first = pack(short, "p-50", "50", "monitor")
    assert missing(short) == [(1_000_000, "cement/g")]
    assert leads(short) == [], "who says it first takes nothing away"
    if way == "earlier":
        pack(short, "p-53", "52.632", "fund", 0.5)
    else:
        short.say("monitor", Correction, CorrectionBody(corrects=first, reason="incorrect_data"))
        assert leads(short) == []
        pack(short, "p-53", "52.632", "fund")
    assert missing(short) == [(-160, "cement/g")]
    lead = leads(short)[0]
    assert lead.values["amount"] == Amount(1_000_000, "cement/g")
    assert lead.values["item"] == "W-1"
    digest = short.book.digest()
    short.book.rebuild()
    assert short.book.digest() == digest


def test_what_comes_later_closes_a_shortage_and_no_content_does(short):
    pack(short, "p-50", "50", "monitor")
    pack(short, "p-51", "50", "fund", 0.5)
    assert leads(short) == [], "the same content"
    receive(short, 20)
    assert missing(short) == []
    assert leads(short) == []


def test_a_reason_to_say_it_anew_is_told_as_what_it_is_where_goods_came_later_too(short):
    pack(short, "p-50", "50", "monitor")
    pack(short, "p-51", "51", "fund", 0.5)
    (lead,) = leads(short)
    assert lead.values["amount"] == Amount(380_000, "cement/g")
    receive(short, 1)
    assert [one.values["amount"] for one in leads(short)] == [Amount(380_000, "cement/g")]
