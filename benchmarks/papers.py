"""Claim: a paper of a number that many bear takes the ledger little longer than one of a number of its own.

What the ledger alone takes for a statement, in processor seconds of one process, where 100, 400 or 1,600 of them bear one
number: parts and receipts in turn, parts alone, and receipts whose dispatch nobody has recorded. Beside it the same
dispatches under numbers of their own.

    python benchmarks/papers.py
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from enduse.ledger.ledger import Ledger
from enduse.statements.entry import Entry
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from machine import describe

DAY = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIZES = (100, 400, 1_600)


def statement(number: str, at: int, *, sent: bool) -> Goods:
    """Return a dispatch by the mill, or a receipt by the store."""
    party = "mill" if sent else "store"
    event = {
        "type": "ObjectEvent",
        "eventTime": (DAY + timedelta(minutes=at)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "shipping" if sent else "receiving",
        "readPoint": {"id": party},
        "quantityList": [{"epcClass": class_uri("cement"), "quantity": 1, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": number}],
    }
    body = GoodsBody(event=json.dumps(event))
    return Goods(programme="example.org/papers", party=party, seq=at + 1, occurred_at=NOW, place=party, body=body)


KINDS: dict[str, Callable[[int], Goods]] = {
    "dispatches under numbers of their own": lambda at: statement(f"W-{at}", at, sent=True),
    "parts and receipts of one number": lambda at: statement("W", at, sent=at % 2 == 0),
    "parts of one number": lambda at: statement("W", at, sent=True),
    "receipts of one number that nobody sent": lambda at: statement("W", at, sent=False),
}


def each(count: int, make: Callable[[int], Goods]) -> float:
    """Return the microseconds of processor that one statement took."""
    ledger = Ledger()
    entries = [Entry(at, f"{at:064x}", "key", NOW, make(at)) for at in range(count)]
    started = time.process_time()
    for entry in entries:
        if ledger.apply(entry).refusal is not None:
            raise SystemExit("without effect")
    return (time.process_time() - started) / count * 1e6


def main() -> None:
    print(describe())
    print(f"{'microseconds of processor each, of so many':<45}", *(f"{size:>8,}" for size in SIZES))
    for name, make in KINDS.items():
        print(f"{name:<45}", *(f"{each(size, make):>8,.0f}" for size in SIZES))


if __name__ == "__main__":
    main()
