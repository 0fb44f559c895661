"""Papers about cement on a day, as a small programme records them."""

import json
from datetime import timedelta

from conftest import START
from enduse.statements.goods import Goods, GoodsBody


def goods(small, party, step, tonnes, day, place, number=None, source=None, **more):
    """Let a party tell one step of some tonnes, and return what became of it; the clock has at least reached that day."""
    small.now = max(small.now, START + timedelta(days=day, hours=12))
    event = {
        "type": "ObjectEvent",
        "eventTime": (START + timedelta(days=day)).isoformat(),
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        **({"bizTransactionList": [{"type": "desadv", "bizTransaction": number}]} if number else {}),
        **more,
    }
    return small.say(party, Goods, GoodsBody(event=json.dumps(event)), source=source)
