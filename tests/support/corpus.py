"""A small record of the kinds that move goods and money, or bear on them, in fixed words at fixed times."""

import json

from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Pledge, PledgeBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Money, Quantity


def moved(step, place, consignment, tonnes):
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-01T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": consignment}],
    }
    return GoodsBody(event=json.dumps(event))


def corpus(small):
    """Say something of the kinds that move goods and money, or bear on them, in fixed words at fixed times."""
    for n in range(4):
        small.say("donor", Pledge, PledgeBody(pledge=f"p{n}", amount=Money(f"{n + 1}000", "USD")))
        paid = DisbursementBody(disbursement=f"d{n}", amount=Money(f"{n}00.5", "USD"), recipient="fund", pledge=f"p{n}")
        small.say("donor", Disbursement, paid)
        small.say("carrier", Disbursement, paid)
        small.say("fund", Expenditure, ExpenditureBody(expenditure=f"x{n}", amount=Money("70", "USD"), payee="carrier"))
        wired = DisbursementBody(
            disbursement=f"w{n}",
            amount=Money("100", "USD"),
            received=Money("98", "USD"),
            fee=Money("1", "USD"),
            recipient="fund",
        )
        small.say("donor", Disbursement, wired)
        small.say("warehouse", Goods, moved("shipping", "place:depot", f"c{n}", 100 + n))
        received = small.say("fund", Goods, moved("receiving", "place:site", f"c{n}", 90 + n))
        small.say("fund", Goods, moved("stock_taking", "place:site", "counted", 40 * n))
        if n == 2:
            name = small.book.statement(received.index).id
            small.say("fund", Correction, CorrectionBody(corrects=name, reason="incorrect_data"))
        weighed = ReadingBody(
            reading=f"r{n}",
            of="received",
            material="cement",
            quantity=Quantity("95", "TNE"),
            method="scale",
            consignment=f"c{n}",
        )
        small.say("monitor", Reading, weighed)
        small.say("monitor", Claim, ClaimBody(claim=f"said-{n}", about=f"c{n}", words={"en": "It was less."}))
    return small.book.digest()
