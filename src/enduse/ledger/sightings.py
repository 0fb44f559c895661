"""Where goods of a consignment were last seen on their way: told beside what is late, never posted."""

from typing import Final

from enduse.ledger.draft import Draft
from enduse.ledger.state import Consignment, Said, Sighting, State
from enduse.statements.epcis import Event
from enduse.terms.times import micros

KEPT: Final = 20
"""So many sightings of one number are kept: the last by claimed time."""


def see(draft: Draft, number: str, place: str, event: Event) -> None:
    """Note that goods under a number were seen somewhere."""
    one = Sighting(
        effective=micros(event.event_time),
        place=place,
        speaker=draft.party,
        sender=event.end("source", "possessing_party"),
        id=draft.entry.id,
    )
    known = sorted((*draft.state.seen.get(number, ()), one), key=lambda seen: seen.effective)
    draft.state.seen[number] = tuple(known[-KEPT:])
    draft.keep([], "seen", number)


def forget(state: State, said: Said) -> None:
    """Take a sighting back."""
    left = tuple(one for one in state.seen.get(said.key, ()) if one.id != said.id)
    if left:
        state.seen[said.key] = left
    elif said.key in state.seen:
        del state.seen[said.key]


def last_seen(state: State, consignment: Consignment, now: int) -> Sighting | None:
    """Return the last sighting of a consignment up to a time; where several bear its number, one that names its sender."""
    begun = min((leg.effective for leg in consignment.of("dispatch")), default=now)
    alone = len(state.numbers.get(consignment.number, ())) == 1
    found = [
        one
        for one in state.seen.get(consignment.number, ())
        if begun <= one.effective <= now and (one.sender == consignment.sender or (alone and one.sender is None))
    ]
    return found[-1] if found else None
