"""What was said anew, or taken back, of a consignment that lacked something others had been told of.

A correction is everybody's right, and a shortage may well be a slip of the pen. But a shortage that closes because its sender
says that it sent less, or because somebody says anew what a pack holds, is seen: what stood before is kept, and stands beside
what is open now.
"""

from collections.abc import Iterator

from enduse.book.opened import standing
from enduse.book.states import States
from enduse.book.store import LoweredEntry
from enduse.ledger.accounts import class_of, rest_of
from enduse.ledger.packs import booked_as
from enduse.messages import Amount, Message
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.goods import Goods
from enduse.statements.packs import Pack
from enduse.terms.amounts import goods_resource, material_of
from enduse.terms.times import instant_of
from enduse.terms.units import unit


def short_before(states: States, entry: Entry) -> tuple[LoweredEntry, ...]:
    """Return what lacked, and had been on record before this time, of the consignments that an entry may make smaller."""
    content = _material(states, entry)
    number = "" if content else _number(states, entry)
    keys = _packed(states, content) if content else states.ledger.numbers.get(number, ()) if number else ()
    if not keys:
        return ()
    found = (states.ledger.consignments[key] for key in keys)
    return tuple(
        LoweredEntry(
            entry.index,
            entry.statement.party,
            one.key,
            arrival.resource,
            arrival.missing,
            arrival.late[0].since,
            arrival.sent,
            bool(content),
        )
        for one in found
        for arrival in standing(states, one)
        if arrival.missing and states.clocks.at(max(arrival.entries)) < entry.recorded_at
    )


def _number(states: States, entry: Entry) -> str:
    """Return the number of the consignment from which an entry may take what was sent; empty where it may from none."""
    statement, ledger = entry.statement, states.ledger
    match statement:
        case Correction():
            corrected = statement.body.corrects
        case Goods():
            event = statement.body.said
            if event.step == "void_shipping" and event.error_reason is None:
                return event.transaction("desadv", "bol") or ""
            if event.error_reason is None or not event.event_id:
                return ""
            corrected = ledger.events.get(f"{statement.party} {event.event_id}", "")
        case _:
            return ""
    said = ledger.said.get(corrected)
    return said.key if said is not None and said.role == "leg" else ""


def _material(states: States, entry: Entry) -> str:
    """Return the item of which an entry says anew, or takes back, what a pack holds; empty where it does neither."""
    statement, ledger = entry.statement, states.ledger
    match statement:
        case Correction():
            said = ledger.said.get(statement.body.corrects)
            known = said.key if said is not None and said.role == "catalogue" else ""
        case Pack():
            known = goods_resource(booked_as(ledger, statement.body.item), unit(statement.body.unit).base)
        case _:
            return ""
    return material_of(known) if known in ledger.packs else ""


def _packed(states: States, material: str) -> Iterator[str]:
    """Give the consignments of which something is open in packs of an item."""
    packs = {pack for pack in states.ledger.packs if material_of(pack) == material}
    for account, held in states.ledger.balances.items():
        if (
            class_of(account) == "transit"
            and not packs.isdisjoint(held)
            and rest_of(account) in states.ledger.consignments
        ):
            yield rest_of(account)


def closed(states: States, rows: Iterator[LoweredEntry]) -> Iterator[Message]:
    """Give what was short, and is less so since its sender sent less by its own word, or a pack holds more by somebody's."""
    for row in rows:
        one = states.ledger.consignments.get(row.key)
        if row.content:
            yield from _by_content(states, row)
            continue
        if one is not None and one.sender != row.party:
            continue  # whoever received it said anew what came, and lowers nothing that was sent
        stands = [] if one is None else list(standing(states, one))
        now = [each for each in stands if each.resource == row.resource]
        if not any(each.sent for each in now) and any(each.sent and _is_same(each.resource, row) for each in stands):
            continue  # told in another unit, such as tonnes for bags: neither is less than the other
        sent, missing = sum(each.sent for each in now), sum(each.missing for each in now)
        _, _, item = row.key.partition(" ")
        if (less := min(row.sent - sent, row.missing - missing)) > 0:
            yield Message.of(
                "lead.closed_by_sender",
                amount=Amount(less, row.resource),
                item=item,
                party=row.party,
                since=instant_of(row.since),
                day=states.clocks.at(row.entry),
                entry=row.entry,
            )


def _by_content(states: States, row: LoweredEntry) -> Iterator[Message]:
    """Give what is missing no more since somebody said anew what a pack holds, what came later left out."""
    one = states.ledger.consignments.get(row.key)
    now = [each for each in (standing(states, one) if one is not None else ()) if each.resource == row.resource]
    later = sum(
        line.amount
        for each in now
        for leg in each.consignment.of("receipt")
        for line in leg.lines
        if leg.entry > row.entry and line.resource == row.resource
    )
    if now and (less := row.missing - later - sum(each.missing for each in now)) > 0:
        yield Message.of(
            "lead.closed_by_content",
            amount=Amount(less, row.resource),
            item=row.key.partition(" ")[2],
            party=row.party,
            since=instant_of(row.since),
            day=states.clocks.at(row.entry),
            entry=row.entry,
        )


def _is_same(resource: str, row: LoweredEntry) -> bool:
    """Say whether it is the same material, in whatever unit."""
    return resource.partition("/")[0] == row.resource.partition("/")[0]
