"""A hand that writes entries for the ledger's tests and keeps what comes out."""

import hashlib
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from enduse.ledger.ledger import Ledger
from enduse.ledger.needed import needed
from enduse.ledger.posted import PostedIndex, index_rows
from enduse.ledger.posting import Outcome, Posting, PurchaseLink
from enduse.ledger.state import State
from enduse.statements.base import Source
from enduse.statements.claim import Finding, FindingBody, Resolution
from enduse.statements.codec import KINDS, AnyStatement
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.entry import Entry
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Money, Quantity, is_money
from enduse.terms.times import micros

START = datetime(2026, 1, 1, tzinfo=UTC)
RECORDED = datetime(2027, 1, 1, tzinfo=UTC)
T = 1_000_000
"""Grams in a tonne."""


def day(number):
    return START + timedelta(days=number)


def at(number):
    return micros(day(number))


def usd(value):
    return Money(str(value), "USD")


def tonnes(value):
    return Quantity(str(value), "TNE")


class Hand:
    def __init__(self):
        self.ledger = Ledger()
        self.entries: list[Entry] = []
        self.postings: list[Posting] = []
        self.links: list[PurchaseLink] = []
        self.outcomes: list[Outcome] = []

    def say(self, statement: AnyStatement) -> Outcome:
        index = len(self.entries)
        identifier = hashlib.sha256(f"{index}".encode()).hexdigest()
        return self.take(Entry(index, identifier, "key", RECORDED + timedelta(minutes=index), statement))

    def take(self, entry: Entry) -> Outcome:
        self.entries.append(entry)
        outcome = self.ledger.apply(entry)
        self.postings += outcome.postings
        self.links += outcome.links
        self.outcomes.append(outcome)
        return outcome

    @property
    def last(self):
        return self.entries[-1].id

    def balance(self, account, resource="cement/g"):
        return self.ledger.balance(account, resource)

    def event(self, party, step, place, quantity, *, on=0, action="OBSERVE", kind="ObjectEvent", **more):
        return self.say(event(party, step, place, quantity, on=on, action=action, kind=kind, **more))

    def enter(self, party, place, quantity, **more):
        return self.event(party, "commissioning", place, quantity, action="ADD", **more)

    def send(self, party, place, quantity, consignment, carrier="lark", **more):
        return self.event(party, "shipping", place, quantity, consignment=consignment, carrier=carrier, **more)

    def receive(self, party, place, quantity, consignment=None, **more):
        return self.event(party, "receiving", place, quantity, consignment=consignment, **more)

    def build(self, party, place, quantity, project, **more):
        return self.event(
            party, "installing", place, quantity, action="ADD", kind="AssociationEvent", parentID=project, **more
        )

    def count(self, party, place, quantity, **more):
        return self.event(party, "stock_taking", place, quantity, **more)

    def find(self, *resolves, finding="finding:1", party="factory", on=50, result="supported", supersedes=None):
        body = FindingBody(
            finding=finding,
            about="it",
            result=result,
            method="seen",
            standard_of_proof="grounds_to_believe",
            reliability="A",
            credibility="1",
            right_of_reply="asked",
            resolves=resolves,
            supersedes=supersedes,
        )
        return self.say(Finding(**head(party, on), body=body))

    def correct(self, party, identifier, on=60):
        body = CorrectionBody(corrects=identifier, reason="incorrect_data")
        return self.say(Correction(**head(party, on), body=body))

    def pay(self, kind, party, on=0, **body):
        known: Any = KINDS[kind]
        return self.say(known(**head(party, on), body=known.__annotations__["body"](**body)))

    def read_stock(self, party, place, quantity, custodian, reading="reading:1", on=0):
        body = ReadingBody(
            reading=reading,
            of="stock",
            material="cement",
            quantity=tonnes(quantity),
            method="count",
            custodian=custodian,
        )
        return self.say(Reading(**head(party, on), place=place, body=body))


def head(party, on):
    return {"programme": "test", "party": party, "seq": 1, "occurred_at": day(on)}


def event(
    party,
    step,
    place,
    quantity,
    *,
    on=0,
    action="OBSERVE",
    kind="ObjectEvent",
    material="cement",
    lot=None,
    unit="TNE",
    consignment=None,
    carrier=None,
    imported=False,
    lines=None,
    giver=None,
    taker=None,
    **more,
):
    """Return a goods statement; ``quantity`` is a number, or None for an event without quantities.

    ``giver`` and ``taker`` are the parties named as having the goods at either end.
    """
    raw = {"type": kind, "eventTime": day(on).isoformat(), "action": action, "bizStep": step, **more}
    if kind == "TransformationEvent":
        del raw["action"]
    if place is not None:
        raw["bizLocation"] = {"id": place}
    name = "childQuantityList" if kind == "AssociationEvent" else "quantityList"
    if lines is not None:
        raw[name] = [line(*one) for one in lines]
    elif quantity is not None:
        raw[name] = [line(quantity, lot, material, unit)]
    if consignment is not None:
        raw["bizTransactionList"] = [{"type": "desadv", "bizTransaction": consignment}]
    if carrier is not None:
        raw["enduse:carrier"] = carrier
    if giver is not None:
        raw["sourceList"] = [{"type": "possessing_party", "source": giver}]
    if taker is not None:
        raw["destinationList"] = [{"type": "possessing_party", "destination": taker}]
    source = Source(name="register.csv", sha256="0" * 64, row=1) if imported else None
    return Goods(**head(party, on), source=source, body=GoodsBody(event=json.dumps(raw)))


def line(quantity, lot=None, material="cement", unit="TNE"):
    return {"epcClass": class_uri(material, lot), "quantity": quantity, "uom": unit}


def resolution(of, item, quantity, outcome, owner=None):
    return Resolution(of=of, item=item, material="cement", quantity=tonnes(quantity), outcome=outcome, owner=owner)


def unbalanced(postings):
    """Every (entry, resource) whose postings do not sum to zero; there must be none."""
    sums = defaultdict(int)
    for one in postings:
        sums[one.entry, one.resource] += one.amount
    return {key: total for key, total in sums.items() if total}


def needed_of(hand: Hand, name: str) -> list[Posting]:
    """Return the postings that a trace of a name needs, found in an index of all."""
    rows: dict[str, bytes] = {}
    index_rows(hand.postings, rows)
    keys = sorted(rows)
    by_entry: dict[int, list[Posting]] = {}
    for one in hand.postings:
        by_entry.setdefault(one.entry, []).append(one)

    def between(start: str, stop: str) -> Iterator[tuple[str, bytes]]:
        return ((key, rows[key]) for key in keys[bisect_left(keys, start) : bisect_left(keys, stop)])

    def moved(entries: Iterable[int]) -> Iterator[Posting]:
        return (one for entry in entries for one in by_entry.get(entry, ()))

    money = [one for one in hand.postings if is_money(one.resource)]
    index = PostedIndex(between, moved, State())
    return list(needed(index, hand.links, name, lambda: hand.postings, lambda: money))
