"""What arrived: added up as the record grows, read anew or found by place it is the same, and what was taken back did not arrive."""

import json
from datetime import timedelta

import pytest

import enduse
from conftest import START, Small
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.views.arrived import Arrived
from enduse.views.indicators import arrived_at


@pytest.fixture
def store(tmp_path):
    small = Small(tmp_path / "store", open_acts=("goods",))
    yield small
    small.intake.close()


def goods(small, step, tonnes, day, number="W-1", **more):
    event = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": "site" if step == "receiving" else "depot"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": number}],
        **more,
    }
    small.now = max(small.now, START + timedelta(days=day))
    return small.say("warehouse", Goods, GoodsBody(event=json.dumps(event)))


def test_what_was_taken_back_did_not_arrive_and_every_way_of_reading_it_tells_the_same(store):
    kept, places = Arrived(), {"depot", "site"}

    def tonnes():
        kept.follow(store.book)
        anew = Arrived()
        anew.follow(store.book)
        assert (
            kept.at(store.book, places)
            == anew.at(store.book, places)
            == arrived_at(store.book, places).at(store.book, places)
        )
        return {(one.month, one.place): one.figure.amount // 1_000_000 for one in kept.at(store.book, places)}

    goods(store, "commissioning", 100, 0, action="ADD")
    assert tonnes() == {("2026-01", "depot"): 100}
    receipt = goods(store, "receiving", 30, 40, **{"enduse:complete": True})
    assert tonnes() == {("2026-01", "depot"): 100, ("2026-02", "site"): 30}
    goods(store, "shipping", 30, 38, destinationList=[{"type": "possessing_party", "destination": "warehouse"}])
    late = {("2026-01", "depot"): 100, ("2026-02", "site"): 30}
    assert tonnes() == late, "told before what it answers, it is booked anew, and arrived once"
    body = CorrectionBody(corrects=store.book.statement(receipt.index).id, reason="incorrect_data")
    assert store.say("warehouse", Correction, body).outcome == "accepted"
    assert tonnes() == {("2026-01", "depot"): 100}
    goods(store, "receiving", 29, 41, **{"enduse:complete": True})
    assert tonnes() == {**late, ("2026-02", "site"): 29}


def test_a_place_asked_for_after_all_of_them_tells_what_it_tells_alone(played_demo):
    with enduse.open(played_demo[1]) as programme, enduse.open(played_demo[1]) as asked:
        whole = asked.indicators()
        for one in programme.places():
            found = programme.indicators(one.place)
            assert found == asked.indicators(one.place)
            assert set(found.delivered) <= set(whole.delivered)
