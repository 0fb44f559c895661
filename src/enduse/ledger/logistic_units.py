"""Logistic units: pallets, crates and containers with a number of their own (SSCC), which hold goods by their packer's word.

Packing moves nothing. From then on whoever speaks of the unit speaks of what its packer says is in it. Received unopened
it is no count: the figure is as declared. Once the receiver unpacks it, what was found stands in the place of that.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from enduse.ledger import custody
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import Leg, Line, PackedUnit, Said, State
from enduse.statements.epcis import PIECE, Element, Event, split_class

_URN: Final = re.compile(r"urn:epc:id(?:pat)?:sscc:([0-9]{6,12})\.([0-9]{5,11}|\*)")
_LINK: Final = re.compile(r"https?://[^?#\s]+?/(?:00|sscc)/([0-9]{17})[0-9]/?(?:[?#].*)?")
_DIGITS: Final = 17
"""Of an SSCC without its check digit."""
_KEY: Final = "unit "


@lru_cache(maxsize=4096)
def unit_of(name: str, serial: str | None = None) -> str:
    """Return the digits of a logistic unit, however it is written; empty where it is none.

    Args:
        name: an EPC URN or a GS1 Digital Link; of a list of EPCs its class.
        serial: of its class, where the name is that.
    """
    if found := _LINK.fullmatch(name):
        return found[1]
    if found := _URN.fullmatch(name):
        prefix, reference = found[1], (serial or "") if found[2] == "*" else found[2]
        digits = reference[:1] + prefix + reference[1:]
        return digits if len(digits) == _DIGITS and digits.isdecimal() else ""
    return ""


def contents(
    state: State, elements: tuple[Element, ...], party: str, number: str | None = None
) -> Iterator[tuple[Element, str]]:
    """Give goods as they are told; of a packed unit its contents, each with the unit and its packer.

    Args:
        state: of the ledger.
        elements: as they are told.
        party: who tells them.
        number: of the consignment of which they are received.
    """
    for element in elements:
        name = unit_of(*split_class(element.epc_class)) if state.units and element.unit == PIECE else ""
        packed = _packed(state, name, party, number) if name else None
        if packed is None:
            yield element, ""
        else:
            yield from ((one, f"{name} {packed.packer}") for _, part in packed.parts for one in part)


def _packed(state: State, name: str, party: str, number: str | None) -> PackedUnit | None:
    """Return as whose packing a party speaks of a unit: as that of which its sender spoke, its own, the one it received, the only one.

    So whoever says first, or falsely, that it packed what bears another's number changes nothing of what others say.
    """
    known = {one.packer: one for _, one in _of(state, name)}
    sent = [leg for key in state.numbers.get(number or "", ()) for leg in state.consignments[key].of("dispatch")]
    named = [line.within.split(" ") for leg in sent for line in leg.lines if line.within]
    got = [packer for packer, one in known.items() if party in {who for who, _ in one.received}]
    asked = [*(packer for unit, packer in named if unit == name), party, *got, *(known if len(known) == 1 else ())]
    return next((known[packer] for packer in asked if packer in known), None)


def _of(state: State, name: str) -> list[tuple[str, PackedUnit]]:
    """Return all that was said of what is packed in a unit, by key, in the order of those who say so."""
    return list(state.units.between(f"{name} ", f"{name}!"))


def pack(draft: Draft, event: Event) -> Outcome | None:
    """A unit is packed; it moves nothing. Nothing where it is no numbered unit, or nothing is put into it."""
    name, state = unit_of(event.parent or ""), draft.state
    inside = tuple(element for element, _ in contents(state, event.elements, draft.party))
    if not name or not inside:
        return None
    key = f"{name} {draft.party}"
    packed = state.units.get(key) or PackedUnit(draft.party)
    state.units[key] = msgspec.structs.replace(packed, parts=(*packed.parts, (draft.entry.id, inside)))
    draft.keep([], "catalogue", f"{_KEY}{key}")
    return draft.outcome(())


def forget(state: State, said: Said) -> bool:
    """Take a packing back; what was booked by it stays as it was booked. Says whether it was one."""
    if not said.key.startswith(_KEY):
        return False
    key = said.key.removeprefix(_KEY)
    packed = state.units[key]
    left = tuple(part for part in packed.parts if part[0] != said.id)
    if left:
        state.units[key] = msgspec.structs.replace(packed, parts=left)
    else:
        del state.units[key]
    return True


def received(state: State, leg: Leg, number: str) -> None:
    """Note by whom and under which number packed units were received."""
    for key in dict.fromkeys(line.within for line in leg.lines if line.within):
        packed = state.units[key]
        state.units[key] = msgspec.structs.replace(packed, received=(*packed.received, (leg.holder, number)))


def unpack(draft: Draft, event: Event, holder: str, lines: tuple[Line, ...]) -> Outcome | None:
    """What was found in a unit stands in the place of what was declared when it was received, at that time.

    Nothing where it was not received as a packed unit.

    Raises:
        NoEffectError: it was unpacked before.
    """
    name, state = unit_of(event.parent or ""), draft.state
    for who, number in [met for _, packed in _of(state, name) for met in reversed(packed.received)]:
        legs = [leg for leg in custody.legs_of(state, number) if leg.role == "receipt" and leg.holder == holder]
        whole = [leg for leg in legs if any(line.within.split(" ")[0] == name for line in leg.lines)]
        if who != holder or not whole:
            continue
        if any(leg.opened == name for leg in legs):
            raise NoEffectError("statement.applied_before", entry=next(x.entry for x in legs if x.opened == name))
        leg = msgspec.structs.replace(
            whole[-1],
            entry=draft.index,
            id=draft.entry.id,
            speaker=draft.party,
            lines=lines,
            complete="",
            opened=name,
        )
        return custody.add(draft, number, leg)
    return None
