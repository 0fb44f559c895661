"""Whether visits went where a draw sent them: every round is drawn again from the record, by whoever asks."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from enduse.book.book import Book
from enduse.book.past import at_size
from enduse.errors import EnduseError
from enduse.inspection.announcement import announced_as
from enduse.statements.visit import Draw
from enduse.views.announced import announced
from enduse.views.visits import opens, terms_of, visit_plan
from enduse.works.visits import VisitState

ROUNDS_MAX: Final = 200
"""Rounds that are drawn again, the newest first; each takes the book back to the size it was drawn on."""

_SEED: Final = re.compile(r"[0-9a-f]{64}")

DrawState = Literal["chosen", "drawn", "outside", "not_told", "other_seed", "ahead", "no_plan", "not_drawn_again"]
"""What is known of a draw: no draw is stated; the place is drawn; it is not; the seed is not told yet; the seed told is not the
one committed to; the draw names more statements than there were; nothing could be drawn then; too long ago to be drawn again."""


class RoundCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A round of visits, drawn again.

    Attributes:
        monitor: whose round.
        size: statements of the record it was drawn on.
        by: what the seed came from: a committed ``seed``, a ``beacon``, or the ``checkpoint`` alone.
        beacon: which beacon and round, where it is one.
        announced: entry by which the monitor announced just this draw before the record had its size; ``None`` where it did not.
        sealed: entry that sealed the seed, where it was sealed in the record before the draw's size.
        places: drawn, as everybody can draw them; empty where that is not possible.
        left_out: of those, the ones that no visit was planned to.
        visits: planned by this draw.
        state: of the draw, apart from its places.
    """

    monitor: str
    size: int
    by: Literal["seed", "beacon", "checkpoint"]
    beacon: str
    announced: int | None
    sealed: int | None
    places: tuple[str, ...]
    left_out: tuple[str, ...]
    visits: tuple[str, ...]
    state: DrawState


def rounds(book: Book, visits: Mapping[str, VisitState]) -> tuple[RoundCheck, ...]:
    """Return every round that visits say they were drawn in, drawn again; the newest first.

    Args:
        book: of the programme.
        visits: by their names.
    """
    drawn: dict[tuple[str, Draw], list[str]] = defaultdict(list)
    for name, state in visits.items():
        if state.planned is not None and state.planned.body.drawn is not None:
            draw = msgspec.structs.replace(state.planned.body.drawn, seed=None)
            drawn[state.monitor, draw].append(name)
    seeds = _seeds(book)
    found = []
    order = sorted(drawn.items(), key=lambda one: (-one[0][1].size, one[0][0], one[1]))
    for at, ((monitor, draw), names) in enumerate(order):
        told = _told(visits, names)
        sealed, opened = next((seed for seed in seeds[monitor] if opens(draw, seed[1])), (None, ""))
        seed = opened or next((one for one in sorted(told) if opens(draw, one)), "")
        known = _state(draw, seed, told, min(_planned_at(visits, name) for name in names))
        if known == "drawn" and at >= ROUNDS_MAX:
            known = "not_drawn_again"
        places: tuple[str, ...] = ()
        if known == "drawn":
            places, known = _again(book, draw, seed)
        went = {_site(visits[name]) for name in names}
        found.append(
            RoundCheck(
                monitor=monitor,
                size=draw.size,
                by="seed" if draw.commitment else "beacon" if draw.beacon else "checkpoint",
                beacon=f"{draw.beacon.beacon} {draw.beacon.round}" if draw.beacon is not None else "",
                announced=_announced(book, monitor, draw),
                sealed=sealed if sealed is not None and sealed < draw.size else None,
                places=places,
                left_out=tuple(place for place in places if place not in went),
                visits=tuple(sorted(names)),
                state=known,
            )
        )
    return tuple(found)


def round_topic(size: int, terms: str, *, commitment: str = "", beacon: str = "") -> str:
    """Return the topic that announces a round of visits.

    Args:
        size: of the record that it will be drawn on, which it has not yet.
        terms: the options, as :func:`enduse.views.visits.terms_of` gives them.
        commitment: to the seed, where that is secret.
        beacon: name and round of a public beacon, where its value will be the seed; without both it is the record's root.
    """
    seed = f"seed {commitment}" if commitment else f"beacon {beacon}" if beacon else "root"
    return announced_as("visits", str(size), terms, seed)


def _announced(book: Book, monitor: str, draw: Draw) -> int | None:
    beacon = "" if draw.beacon is None else f"{draw.beacon.beacon} {draw.beacon.round}"
    terms = terms_of(draw.visits, draw.floor, draw.seen)
    topic = round_topic(draw.size, terms, commitment=draw.commitment or "", beacon=beacon)
    found = announced(book, topic, before=draw.size, by=monitor)
    return None if found is None else found.entry


def of_visit(round_: RoundCheck | None, visit: VisitState) -> DrawState:
    """Return what is known of how the place of one visit was come by."""
    if round_ is None:
        return "chosen"
    return "outside" if round_.state == "drawn" and _site(visit) not in round_.places else round_.state


def _site(state: VisitState) -> str:
    return state.place or state.project


def _planned_at(visits: Mapping[str, VisitState], name: str) -> int:
    planned = visits[name].planned
    return planned.index if planned is not None else 0


def _told(visits: Mapping[str, VisitState], names: Iterable[str]) -> set[str]:
    """Return the seeds that plans of a round tell themselves."""
    planned = (visits[name].planned for name in names)
    draws = (one.body.drawn for one in planned if one is not None)
    return {one.seed for one in draws if one is not None and one.seed is not None}


def _seeds(book: Book) -> Mapping[str, list[tuple[int, str]]]:
    """Return the seeds that parties sealed and disclosed, with the entry that sealed each."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for seal in book.seals.seals.values():
        value = (seal.value or "").strip().lower()
        if _SEED.fullmatch(value):
            found[seal.party].append((book.index_of(seal.entry), value))
    return found


def _state(draw: Draw, seed: str, told: Iterable[str], planned: int) -> DrawState:
    """Return what is known of a draw before it is made again."""
    if draw.size > planned:
        return "ahead"
    if draw.commitment is not None and not seed:
        return "other_seed" if told else "not_told"
    return "drawn"


def _again(book: Book, draw: Draw, seed: str) -> tuple[tuple[str, ...], DrawState]:
    """Draw a round again on the record as it stood."""
    try:
        with at_size(book, draw.size) as then:
            plan = visit_plan(
                then,
                draw.visits,
                floor=draw.floor,
                finds=draw.seen,
                seed=bytes.fromhex(seed) if seed else None,
                public=None if seed else draw.beacon or "checkpoint",
            )
    except EnduseError:
        return (), "no_plan"
    return plan.drawn or (), "drawn"
