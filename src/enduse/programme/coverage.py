"""Who is missing and who is there twice: gaps and overlaps over function x place x time, exact to the microsecond.

Places form a tree and a mandate for a place holds for all within it, so it is enough to walk, for each function,
the places that some mandate names and their ancestors; everything beside them stands like its parent. A gap is
reported at the highest place all of whose grounds share it, each ground and moment exactly once. *Grounds* of a
function are the smallest places of a type that needs it (:attr:`enduse.statements.programme.Function.needed_at`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from enduse.programme import places as tree
from enduse.programme.mandates import MandateState
from enduse.programme.programme import ProgrammeState
from enduse.programme.spans import Stretch, complement, union, without
from enduse.statements.programme import Function
from enduse.terms.times import Period, instant_of, micros

HORIZON = timedelta(days=3653)
"""How far ahead is looked where the programme states no period: ten years."""


class CoverageGap(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody holds a function.

    Attributes:
        function: which.
        places: where, each with all that lies within.
        start: first moment, so its day is the first day.
        end: when somebody holds it again, or the end of what was looked at.
        last_holder: who held it up to ``start``, there or in part of it; empty when nobody did.
        last_mandate: the mandate that ended.
        people: how many live there, of the places whose population is known; ``None`` when none is.
    """

    function: str
    places: tuple[str, ...]
    start: datetime
    end: datetime
    last_holder: str
    last_mandate: str
    people: int | None


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two different parties hold a function that is not shared, in the same place at the same time."""

    function: str
    place: str
    start: datetime
    end: datetime
    mandates: tuple[str, str]
    holders: tuple[str, str]


class Coverage(msgspec.Struct, frozen=True):
    """Gaps and overlaps within a period."""

    period: Period
    gaps: tuple[CoverageGap, ...]
    overlaps: tuple[Overlap, ...]


class _Held(msgspec.Struct, frozen=True):
    start: int
    end: int
    mandate: MandateState


class _Grounds(msgspec.Struct):
    """For one set of place types: which places are grounds, and which hold some."""

    ground: set[str]
    holding: set[str]
    inner: dict[str, list[str]]


class _Walk:
    """One function's walk over the tree."""

    def __init__(self, territory: "_Territory", function: Function, held: dict[str, list[_Held]]) -> None:
        self.territory, self.function, self.held = territory, function, held
        self.grounds = territory.grounds(function)
        self.marked: set[str] = set()
        for place in held:
            for above in territory.chain(place):
                if above in self.marked:
                    break
                self.marked.add(above)
        self.gaps: dict[tuple[int, int, str, str], list[str]] = {}
        # By moment: mandates that end then, by the place they name; and by every place that one of those lies in.
        self.endings: dict[int, dict[str, MandateState]] = {}
        self.inside: dict[int, dict[str, MandateState]] = {}
        for place, items in held.items():
            for item in items:
                self.endings.setdefault(item.end, {}).setdefault(place, item.mandate)
                inside = self.inside.setdefault(item.end, {})
                for above in territory.chain(place):
                    if above in inside:
                        break
                    inside[above] = item.mandate

    def run(self) -> list[CoverageGap]:
        """Return the function's gaps, by start and place."""
        for root in self.territory.below.get(None, ()):
            if root in self.grounds.holding:
                self.emit([root], complement(self.visit(root, []), *self.territory.whole))
        gaps = []
        for (start, end, holder, mandate), places in self.gaps.items():
            people = [self.territory.people[place] for place in places if self.territory.people[place] is not None]
            gaps.append(
                CoverageGap(
                    function=self.function.function,
                    places=tuple(places),
                    start=instant_of(start),
                    end=instant_of(end),
                    last_holder=holder,
                    last_mandate=mandate,
                    people=sum(n for n in people if n is not None) if people else None,
                )
            )
        return sorted(gaps, key=lambda gap: (gap.start, gap.end, gap.places))

    def visit(self, place: str, inherited: list[Stretch]) -> list[Stretch]:
        """Return when at least one ground within ``place`` is held; what other grounds lack of that is emitted."""
        cover = inherited
        if place in self.held:
            cover = union([*inherited, *[(item.start, item.end) for item in self.held[place]]])
        inner = () if place in self.grounds.ground else self.inner(place)
        marked = [name for name in inner if name in self.marked]
        if not marked:
            return cover
        covers = [self.visit(name, cover) for name in marked]
        anywhere = union([stretch for inside in covers for stretch in inside])
        for name, inside in zip(marked, covers, strict=True):
            self.emit([name], without(anywhere, inside))
        if len(marked) < len(inner):
            self.emit([name for name in inner if name not in self.marked], without(anywhere, cover))
        return anywhere

    def inner(self, place: str) -> list[str]:
        """Return the places directly within ``place`` that are or hold grounds."""
        known = self.grounds.inner.get(place)
        if known is None:
            below = self.territory.below.get(place, ())
            known = self.grounds.inner[place] = [name for name in below if name in self.grounds.holding]
        return known

    def emit(self, places: list[str], gap: list[Stretch]) -> None:
        """Note a gap; places with the same stretch and the same last holder are reported together."""
        for start, end in gap:
            # Places that come together are siblings that no mandate names: what ended there ended above all of them.
            holder, mandate = self.last(places[0], start)
            self.gaps.setdefault((start, end, holder, mandate), []).extend(places)

    def last(self, place: str, at: int) -> tuple[str, str]:
        """Return holder and mandate that ended there at ``at``, or nobody."""
        endings = self.endings.get(at)
        if endings is None:
            return "", ""
        for above in self.territory.chain(place):
            if above in endings:
                return endings[above].holder, endings[above].mandate
        mandate = self.inside[at].get(place)
        return ("", "") if mandate is None else (mandate.holder, mandate.mandate)

    def overlaps(self) -> list[Overlap]:
        """Return every pair of mandates of different holders that meet."""
        overlaps = []
        for place, items in self.held.items():
            for number, item in enumerate(items):
                others = items[number + 1 :]
                for above in self.territory.chain(place)[1:]:
                    others = [*others, *self.held.get(above, ())]
                for other in others:
                    start, end = max(item.start, other.start), min(item.end, other.end)
                    if start < end and item.mandate.holder != other.mandate.holder:
                        overlaps.append(self._overlap(place, start, end, other.mandate, item.mandate))
        return sorted(overlaps, key=lambda item: (item.start, item.place, item.mandates))

    def _overlap(self, place: str, start: int, end: int, one: MandateState, other: MandateState) -> Overlap:
        return Overlap(
            function=self.function.function,
            place=place,
            start=instant_of(start),
            end=instant_of(end),
            mandates=(one.mandate, other.mandate),
            holders=(one.holder, other.holder),
        )


class _Territory:
    """What all functions share: the tree, the grounds by set of types, populations."""

    def __init__(self, state: ProgrammeState, whole: Stretch) -> None:
        self.state, self.whole = state, whole
        self.below = tree.children(state.places)
        self.chains: dict[str, list[str]] = {}
        self.known: dict[tuple[str, ...], _Grounds] = {}
        self.people: dict[str, int | None] = {}
        order = list(self.below[None])
        for place in order:
            order.extend(self.below.get(place, ()))
        self.order = order
        for place in reversed(order):
            own = state.places[place].population
            inner = [self.people[name] for name in self.below.get(place, ()) if self.people[name] is not None]
            self.people[place] = own if own is not None else sum(n for n in inner if n is not None) if inner else None

    def chain(self, place: str) -> list[str]:
        """Return a place and all it lies in, remembered."""
        known = self.chains.get(place)
        if known is None:
            known = self.chains[place] = tree.chain(self.state.places, place)
        return known

    def grounds(self, function: Function) -> _Grounds:
        """Return the grounds of a function."""
        known = self.known.get(function.needed_at)
        if known is None:
            known = self.known[function.needed_at] = _Grounds(set(), set(), {})
            for place in reversed(self.order):
                inner = any(name in known.holding for name in self.below.get(place, ()))
                if not inner and self.state.places[place].type in function.needed_at:
                    known.ground.add(place)
                if inner or place in known.ground:
                    known.holding.add(place)
        return known


def horizon(state: ProgrammeState, period: Period | None = None) -> Period:
    """Return the period to look at: the one asked for, else the programme's own.

    Without an end it goes to the end of the programme's period, or ten years on; without a start, from the first mandate.
    """
    asked = period or state.founded.period
    if asked is not None and asked.end is not None:
        return asked
    begins = [mandate.begins for mandate in state.mandates.values() if mandate.begins is not None]
    start = asked.start if asked is not None else min(begins, default=instant_of(0))
    own = state.founded.period.end if state.founded.period is not None else None
    return Period(start=start, end=own if own is not None and own > start else start + HORIZON)


def coverage(
    state: ProgrammeState, *, period: Period | None = None, leaving: Mapping[str, datetime] | None = None
) -> Coverage:
    """Find gaps and overlaps.

    Args:
        state: the programme.
        period: what to look at; see :func:`horizon`.
        leaving: what if these parties left at these moments.
    """
    looked = horizon(state, period)
    first, last = micros(looked.start), micros(looked.end or looked.start + HORIZON)
    held: dict[str, dict[str, list[_Held]]] = {}
    for _, mandate in sorted(state.mandates.items()):
        if not mandate.acceptance:
            continue
        gone = leaving.get(mandate.holder) if leaving else None
        limit = last if gone is None else min(last, micros(gone))
        for start, end in mandate.spans():
            item = _Held(max(first, micros(start)), limit if end is None else min(limit, micros(end)), mandate)
            if item.start < item.end:
                for name in mandate.functions:
                    for place in mandate.places:
                        held.setdefault(name, {}).setdefault(place, []).append(item)
    territory = _Territory(state, (first, last))
    gaps: list[CoverageGap] = []
    overlaps: list[Overlap] = []
    for function in state.founded.functions:
        walk = _Walk(territory, function, held.get(function.function, {}))
        gaps += walk.run()
        if not function.shared:
            overlaps += walk.overlaps()
    return Coverage(looked, tuple(gaps), tuple(overlaps))
