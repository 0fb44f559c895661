"""Packs and names of items: bags and tonnes of one cement are one material where somebody with the mandate said how.

A pack counts for what is booked after it was recorded: amounts in it are then kept in what it holds. What was booked
before stays in packs in the books, and is compared, summed and traced in what they hold all the same. Of a lot its own
pack counts before that of the item; of several the one claimed last that is not after the goods, and of goods before all
of them the first; where two of one time contradict each other neither counts, and that is told.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

import msgspec

from enduse.ledger.draft import Draft
from enduse.ledger.posting import GOODS_MAX, NoEffectError, Outcome, Posting, PurchaseLink
from enduse.ledger.state import Consignment, Leg, Line, PackLine, Said, State
from enduse.messages import Message
from enduse.statements.packs import Pack, Same
from enduse.terms.amounts import base_of, goods_resource, is_money, material_of
from enduse.terms.times import micros
from enduse.terms.trade_items import one_form
from enduse.terms.units import unit

STEPS_MAX: Final = 5
"""So many packs in packs, and names of names, are followed."""
EXACT_BASES: Final = frozenset(("definition", "count"))
_NAME: Final = "name "

Moved = TypeVar("Moved", Posting, PurchaseLink)


def pack(draft: Draft, statement: Pack) -> Outcome:
    """A pack is known from now on; it moves nothing.

    Raises:
        NoEffectError: its identifier was given before.
    """
    body = statement.body
    name = draft.name("pack", body.pack)
    amount, base = body.holds.base()
    line = PackLine(
        holds=amount,
        base=base,
        exact=body.basis in EXACT_BASES,
        lot=body.lot,
        effective=micros(statement.occurred_at),
        id=draft.entry.id,
    )
    key = goods_resource(booked_as(draft.state, body.item), unit(body.unit).base)
    draft.state.packs[key] = (*draft.state.packs.get(key, ()), line)
    if any(key in held for held in draft.state.balances.values()):
        draft.note("pack.booked_before", material=body.item, unit=body.unit)
    draft.keep([], "catalogue", key, name)
    return draft.outcome(())


def same(draft: Draft, statement: Same) -> Outcome:
    """Another name of an item is known from now on; it moves nothing.

    Raises:
        NoEffectError: its identifier was given before, or the name means another item already.
    """
    body = statement.body
    name = draft.name("same", body.same)
    item, other = booked_as(draft.state, body.item), one_form(body.name)
    if other in draft.state.same or item == other:
        raise NoEffectError("same.means_another", name=body.name, item=draft.state.same.get(other, item))
    draft.state.same[other] = item
    draft.keep([], "catalogue", f"{_NAME}{other}", name)
    return draft.outcome(())


def forget(state: State, said: Said) -> None:
    """Take a pack or a name back; what was booked by it stays as it was booked."""
    if said.key.startswith(_NAME):
        del state.same[said.key.removeprefix(_NAME)]
        return
    left = tuple(line for line in state.packs[said.key] if line.id != said.id)
    if left:
        state.packs[said.key] = left
    else:
        del state.packs[said.key]


def booked_as(state: State, material: str) -> str:
    """Return the name under which an item is booked."""
    name = one_form(material)
    for _ in range(STEPS_MAX):
        if name not in state.same:
            break
        name = state.same[name]
    return name


def booked(
    state: State, material: str, base: str, amount: int, when: int, lot: str | None = None
) -> tuple[Line, Message | None]:
    """Return goods under the name and in the unit of the books, and what hinders the unit, where something does."""
    return unpacked(state, Line(goods_resource(booked_as(state, material), base), lot, amount), when)


def unpacked(state: State, line: Line, when: int) -> tuple[Line, Message | None]:
    """Return goods under the name of the books and in what their packs hold, and what hinders that, where something does.

    Args:
        state: of the ledger.
        line: as it was told.
        when: claimed time of the goods, microseconds since 1970.
    """
    if not (state.same or state.packs):
        return line, None
    first = base_of(line.resource)
    if state.same and not is_money(line.resource):
        line = msgspec.structs.replace(
            line, resource=goods_resource(booked_as(state, material_of(line.resource)), first)
        )
    for _ in range(STEPS_MAX if state.packs else 0):
        packs = state.packs.get(line.resource, ())
        known = [one for one in packs if one.lot is not None and one.lot == line.lot] or [
            one for one in packs if one.lot is None
        ]
        times = [one.effective for one in known]
        latest = max((time for time in times if time <= when), default=min(times, default=0))
        holds = {(one.holds, one.base) for one in known if one.effective == latest}
        if len(holds) != 1:
            doubt = Message.of("pack.contradicts", material=material_of(line.resource)) if holds else None
            return line, doubt
        ((amount, base),) = holds
        if line.amount * amount > GOODS_MAX:
            return line, Message.of("pack.too_much", material=material_of(line.resource))
        sure = line.sure and all(one.exact for one in known if one.effective == latest)
        line = Line(goods_resource(material_of(line.resource), base), line.lot, line.amount * amount, first, sure)
    return line, None


def contents(state: State) -> Callable[[str], Line]:
    """Return what gives of a resource what one of it holds: itself, where no pack says otherwise.

    One content counts for all that was booked in a pack, whenever: what came in and what went out of a store are of one kind.
    """
    known: dict[str, Line] = {}

    def content(resource: str) -> Line:
        if resource not in known:
            known[resource] = unpacked(state, Line(resource, None, 1), 0)[0]
        return known[resource]

    return content


def in_contents(state: State, booked_so: Iterable[Moved]) -> Iterable[Moved]:
    """Return postings or purchases in what packs hold, also those that were booked before anybody said how much that is."""
    if not (state.packs or state.same):
        return booked_so
    content = contents(state)
    return (_in_content(one, content(one.resource)) for one in booked_so)


def _in_content(one: Moved, holds: Line) -> Moved:
    if one.resource == holds.resource:
        return one
    return msgspec.structs.replace(one, resource=holds.resource, amount=one.amount * holds.amount)


def held_in_contents(state: State, balances: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Return balances by account and resource in what packs hold; what is zero is left out."""
    if not (state.packs or state.same):
        return balances
    content = contents(state)
    found: dict[str, Mapping[str, int]] = {}
    for account, held in balances.items():
        sums: dict[str, int] = {}
        for resource, amount in held.items():
            holds = content(resource)
            sums[holds.resource] = sums.get(holds.resource, 0) + amount * holds.amount
        found[account] = {resource: amount for resource, amount in sums.items() if amount}
    return found


def compared(
    state: State, one: Consignment, balances: Mapping[str, int], loose: Iterable[Leg] = ()
) -> tuple[Consignment, dict[str, int], tuple[Leg, ...]]:
    """Return a consignment, the balances of its clearing account and receipts beside it, in what its packs hold.

    One content counts for all of it: the one on the day its first goods left.
    """
    told = (*one.legs, *loose)
    resources = {line.resource for leg in told for line in leg.lines} | balances.keys()
    if not state.same and state.packs.keys().isdisjoint(resources):
        return one, dict(balances), tuple(loose)
    when = min((leg.effective for leg in one.of("dispatch") or one.legs), default=0)
    lots = {line.lot for leg in one.legs for line in leg.lines}
    lot = lots.pop() if len(lots) == 1 else None
    held = {resource: unpacked(state, Line(resource, lot, 1), when)[0] for resource in resources}
    sums: dict[str, int] = {}
    for resource, amount in balances.items():
        content = held[resource]
        sums[content.resource] = sums.get(content.resource, 0) + amount * content.amount
    changed = msgspec.structs.replace(one, legs=tuple(_leg(leg, held) for leg in one.legs))
    left = {resource: amount for resource, amount in sums.items() if amount}
    return changed, left, tuple(_leg(leg, held) for leg in loose)


def _leg(leg: Leg, held: Mapping[str, Line]) -> Leg:
    return msgspec.structs.replace(leg, lines=tuple(_line(line, held[line.resource]) for line in leg.lines))


def _line(line: Line, content: Line) -> Line:
    if content.resource == line.resource:
        return line
    written = line.written or base_of(line.resource)
    sure = line.sure and content.sure
    return Line(content.resource, line.lot, line.amount * content.amount, written, sure, instead_of=line.instead_of)
