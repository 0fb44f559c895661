"""Goods: what became of each material, where it lies, and its flow from supplier to use."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from enduse.assurance.differences import Difference
from enduse.book.book import Book
from enduse.ledger.accounts import OUTCOMES, class_of, item_of
from enduse.ledger.arrival import Arrival
from enduse.ledger.consignment import counting
from enduse.ledger.packs import contents
from enduse.ledger.state import Consignment, Line
from enduse.ledger.sums import AccountSum
from enduse.messages import Amount, Message
from enduse.terms.amounts import is_money
from enduse.terms.times import instant_of
from enduse.views.shapes import (
    Figure,
    Flow,
    FlowLink,
    FlowNode,
    Holding,
    MaterialTotals,
    ToldGoods,
    Tone,
    UnconditionalRelief,
)
from enduse.views.sums import Sums, figure, resting

FLOWS: Final = 2
"""Materials whose flow is drawn: those with the gravest losses first."""

TOLD_SHOWN: Final = 3
"""Parties whose words stand beside the sums by name."""

ENDS: Final[tuple[tuple[str, Tone], ...]] = (
    ("used", "good"),
    ("stored", "idle"),
    ("under_way", "idle"),
    ("within_error", "idle"),
    ("not_comparable", "idle"),
    ("other", "idle"),
    ("off_purpose", "warn"),
    ("missing", "warn"),
)
"""Where goods end up, from the wanted to the unwanted."""

_SURPLUS: Final = "start surplus"
"""Node of a flow from which comes what is too much; no identifier of a place has a space."""

_FINAL: Final = ("stock", "unusable", "use", "consumed", "difference", *OUTCOMES, "written_off")
_OTHER: Final = ("unusable", "lost", "stolen", "damaged", "written_off", "conversion")


def explained(differences: Iterable[Difference]) -> set[tuple[str, str]]:
    """Return consignment or place, and resource, of the differences that measurement error explains."""
    return {
        (difference.key or difference.item, difference.resource) for difference in differences if not difference.missing
    }


def goods(book: Book, sums: Sums, differences: list[Difference]) -> tuple[MaterialTotals, ...]:
    """Return what became of each material; the gravest losses first.

    Args:
        book: of the programme.
        sums: of its postings.
        differences: as judged.
    """
    small = explained(differences)
    apart = {(one.item, one.resource) for one in differences if one.other_units}
    contested: dict[str, AccountSum] = defaultdict(AccountSum)
    for one in differences:
        if one.contested and one.amount > 0 and one.missing and not one.other_units:
            asked = contested[one.resource]
            asked.amount += min(one.contested, one.amount)
            asked.entries += one.entries
    by_resource: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in book.facts.standings():
        by_resource[arrival.resource].append(arrival)
    totals = [
        _totals(sums, resource, small, apart, by_resource[resource], contested[resource])
        for resource in sums.resources()
        if not is_money(resource)
    ]
    return tuple(sorted(totals, key=_gravity))


def _summed(parts: Iterable[tuple[int, Arrival]]) -> AccountSum:
    """Return so much of each of several consignments as one sum."""
    kept = [(amount, arrival) for amount, arrival in parts if amount]
    entries = [entry for _, arrival in kept for entry in arrival.entries]
    return AccountSum(sum(amount for amount, _ in kept), entries)


def _totals(
    sums: Sums,
    resource: str,
    small: set[tuple[str, str]],
    apart: set[tuple[str, str]],
    arrivals: list[Arrival],
    contested: AccountSum,
) -> MaterialTotals:
    """Return what became of one material.

    Args:
        sums: of the postings.
        resource: ledger name.
        small: differences that measurement error explains.
        apart: differences of stocks that cannot be compared.
        arrivals: its consignments.
        contested: how much of what is missing is.
    """
    beyond_error = [one for one in arrivals if (one.consignment.key, resource) not in small]
    judged = [one for one in beyond_error if not one.other_units]
    other_unit = _summed((one.missing - one.over, one) for one in beyond_error if one.other_units)
    missing, over = _summed((one.missing, one) for one in judged), _summed((-one.over, one) for one in judged)
    within_error = _summed(
        (one.rounding + (one.missing - one.over if (one.consignment.key, resource) in small else 0), one)
        for one in arrivals
    )
    under_way = _summed((one.on_way, one) for one in arrivals)
    lines = list(sums.of(resource, "difference"))
    within = [line for account, line in lines if (item_of(account), resource) in small]
    beyond = [line for account, line in lines if (item_of(account), resource) not in small | apart]
    counted = [line for account, line in lines if (item_of(account), resource) in apart - small]
    settled = [line for _, line in sums.of(resource, "measurement_error")]
    told = _told(sums, resource)
    return MaterialTotals(
        resource=resource,
        came_in=sums.sum_of(resource, "origin", "unlinked", sign=-1),
        unlinked=sums.sum_of(resource, "unlinked", sign=-1),
        stored=sums.sum_of(resource, "stock"),
        under_way=figure(resource, [under_way]),
        used=sums.sum_of(resource, "use", "consumed"),
        missing=figure(resource, [missing, *(line for line in beyond if line.amount > 0)]),
        contested=figure(resource, [contested]),
        surplus=figure(resource, [over, *(line for line in beyond if line.amount < 0)], sign=-1),
        not_comparable=figure(resource, [other_unit, *counted]),
        within_error=figure(resource, [*within, *settled, within_error]),
        off_purpose=sums.sum_of(resource, "off_purpose"),
        other=sums.sum_of(resource, *_OTHER),
        told=told,
        whose=tuple(_whose(resource, told)),
    )


def _told(sums: Sums, resource: str) -> tuple[ToldGoods, ...]:
    """Return whose words the sums are, where they are not the holders' own."""
    came_in: dict[str, int] = defaultdict(int)
    stored: dict[str, int] = defaultdict(int)
    for account, line in sums.lines[resource].items():
        if class_of(account) in {"origin", "unlinked"}:
            for party, amount in line.speakers.items():
                came_in[party] -= amount
        elif class_of(account) == "stock":
            for party, amount in line.speakers.items():
                stored[party] += amount
    found = (ToldGoods(party=one, came_in=came_in[one], stored=stored[one]) for one in {**came_in, **stored})
    kept = [one for one in found if one.came_in > 0 or one.stored > 0]
    return tuple(sorted(kept, key=lambda one: (-one.came_in, -one.stored, one.party)))


def _whose(resource: str, told: tuple[ToldGoods, ...]) -> Iterator[Message]:
    for one in told[:TOLD_SHOWN]:
        came_in, stored = Amount(max(0, one.came_in), resource), Amount(max(0, one.stored), resource)
        yield Message.of("totals.goods_told", party=one.party, came_in=came_in, stored=stored)
    if len(told) > TOLD_SHOWN:
        yield Message.of("totals.goods_more_told", n=len(told) - TOLD_SHOWN)


def _gravity(line: MaterialTotals) -> tuple[int, str]:
    bad = line.missing.amount + line.surplus.amount + line.off_purpose.amount
    return -(1_000_000 * bad // max(1, line.came_in.amount)), line.resource


def holdings(book: Book, sums: Sums) -> tuple[Holding, ...]:
    """Return what lies where."""
    at: dict[str, list[Figure]] = defaultdict(list)
    for resource in sums.resources():
        for account, line in sums.of(resource, "stock"):
            at[item_of(account)].append(figure(resource, [line]))
    known = book.programme.places
    lying = [
        Holding(
            place=place,
            type=known[place].type if place in known else "",
            area=_area(book, place),
            stock=tuple(stock),
        )
        for place, stock in at.items()
    ]
    first = {place: position for position, place in enumerate(known)}
    return tuple(sorted(lying, key=lambda holding: (first.get(holding.place, len(first)), holding.place)))


def _area(book: Book, place: str) -> str:
    known = book.programme.places.get(place)
    while known is not None and known.within is not None:
        above = book.programme.places.get(known.within)
        if above is None or above.type in {"area", "country"}:
            return known.within
        known = above
    return place


def relief(book: Book, sums: Sums) -> tuple[UnconditionalRelief, ...]:
    """Return humanitarian projects with what was handed out."""
    handed_out = []
    for name, project in book.works.projects.items():
        if project.now.body.purpose != "humanitarian":
            continue
        lines: dict[str, list[AccountSum]] = defaultdict(list)
        for (_, project_name, resource), line in sums.uses.items():
            if project_name == name and line.amount:
                lines[resource].append(line)
        every = [line for resource in lines for line in lines[resource]]
        if every:
            handed_out.append(
                UnconditionalRelief(
                    project=name,
                    used=tuple(figure(resource, of_it) for resource, of_it in lines.items()),
                    times=len({index for line in every for index in line.entries}),
                    last=instant_of(max(line.last for line in every)),
                )
            )
    return tuple(handed_out)


def flows(book: Book, sums: Sums, lines: tuple[MaterialTotals, ...], differences: list[Difference]) -> tuple[Flow, ...]:
    """Return the flows of the materials with losses, at least of the largest one."""
    wanted = [line.resource for line in lines if line.missing.amount or line.surplus.amount or line.off_purpose.amount]
    wanted = wanted or [line.resource for line in sorted(lines, key=lambda line: -line.came_in.amount)[:1]]
    small = explained(differences)
    drawn = (_flow(book, sums, ways, small) for ways in _ways(book, wanted[:FLOWS]))
    return tuple(flow for flow in drawn if flow is not None)


class _Drawing:
    """Links of one flow as they are found."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self.between: dict[tuple[str, str], tuple[int, list[int]]] = {}
        self.ends: dict[tuple[str, str], tuple[int, list[int]]] = {}

    def way(self, start: str, end: str, amount: int, entries: list[int]) -> None:
        """Add goods that went from place to place."""
        _add(self.between, (start, end), amount, entries)

    def end(self, place: str, code: str, line: AccountSum) -> None:
        """Add goods that ended at ``code`` from ``place``."""
        _add(self.ends, (place, code), line.amount, line.entries)

    def columns(self) -> dict[str, int]:
        """Return how many steps each place is from where goods came in, at most; what goes back is no step."""
        places = {place for pair in self.between for place in pair} | {place for place, _ in self.ends}
        onward = self._onward()
        column = dict.fromkeys(places, 0)
        for _ in places:
            for start, ends in onward.items():
                for end in ends:
                    column[end] = max(column[end], column[start] + 1)
        return column

    def _onward(self) -> dict[str, set[str]]:
        """Return where goods go on to from each place; of two that send to each other, the smaller flow is the return."""
        onward: dict[str, set[str]] = defaultdict(set)
        for (start, end), (amount, _) in sorted(self.between.items(), key=lambda way: (-way[1][0], way[0])):
            if amount > 0 and not _reaches(onward, end, start):
                onward[start].add(end)
        return onward


def _add(
    to: dict[tuple[str, str], tuple[int, list[int]]], key: tuple[str, str], amount: int, entries: list[int]
) -> None:
    total, every = to.get(key, (0, []))
    every += entries
    to[key] = (total + amount, every)


def _reaches(onward: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        place = waiting.pop()
        if place == goal:
            return True
        fresh = onward[place] - seen if place in onward else set()
        seen |= fresh
        waiting.extend(fresh)
    return False


def _flow(book: Book, sums: Sums, ways: "_Ways", small: set[tuple[str, str]]) -> Flow | None:
    resource, start_of = ways.resource, ways.start_of
    drawing = ways.drawn()
    site_of: dict[str, str] = {}
    for place, project, name in sums.uses:
        if name == resource:
            site_of.setdefault(project, place)
    for account, summed in sums.of(resource, *_FINAL):
        item = item_of(account)
        place = start_of.get(item) or site_of.get(item) or item
        if summed.amount < 0 and class_of(account) == "difference" and (item, resource) not in small:
            drawing.way(_SURPLUS, place, -summed.amount, summed.entries)
        if summed.amount > 0:
            drawing.end(place, _code(class_of(account), small=(item, resource) in small), summed)
    for arrival in book.facts.standings():
        if arrival.resource == resource:
            one = arrival.consignment
            _not_even(drawing, arrival, start_of.get(one.item, one.item), small=(one.key, resource) in small)
    return _assemble(drawing)


def _not_even(drawing: _Drawing, arrival: Arrival, place: str, *, small: bool) -> None:
    """Draw what of a consignment is under way, missing or too much, at the place it left."""
    code = "not_comparable" if arrival.other_units and not small else _code("difference", small=small)
    if arrival.over and not small:
        drawing.way(_SURPLUS, place, arrival.over, list(arrival.entries))
    for name, amount in (
        ("under_way", arrival.on_way),
        (code, arrival.missing),
        ("within_error", arrival.rounding),
    ):
        if amount > 0:
            drawing.end(place, name, AccountSum(amount, list(arrival.entries)))


class _Ways:
    """What arrived of the consignments of one material, which come in any order.

    Attributes:
        resource: the material.
        start_of: where each left.
    """

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self.start_of: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._met: dict[tuple[str, str], tuple[int, int]] = {}
        self._drawing = _Drawing(resource)

    def take(self, number: int, one: Consignment, content: Callable[[str], Line]) -> None:
        """Take in a consignment with its number, in the order in which they came."""
        sent = [leg for leg, line in counting(one.legs, "dispatch") if content(line.resource).resource == self.resource]
        if not sent:
            return
        if number >= self._last.get(one.item, number):
            self.start_of[one.item], self._last[one.item] = sent[0].place, number
        for at, (leg, line) in enumerate(counting(one.legs, "receipt")):
            holds = content(line.resource)
            if holds.resource == self.resource:
                way = sent[0].place, leg.place
                self._met[way] = min(self._met.get(way, (number, at)), (number, at))
                self._drawing.way(*way, line.amount * holds.amount, [*(each.entry for each in sent), leg.entry])

    def drawn(self) -> _Drawing:
        """Return the ways drawn, in the order in which they were first met in the record."""
        between = self._drawing.between
        self._drawing.between = {way: between[way] for way in sorted(between, key=lambda way: self._met[way])}
        return self._drawing


def _ways(book: Book, resources: Iterable[str]) -> list[_Ways]:
    """Return what arrived of the consignments of materials; all are read once, and none is held."""
    every, content = [_Ways(resource) for resource in resources], contents(book.ledger)
    for number, one in book.ledger.consignments.numbered() if every else ():
        for ways in every:
            ways.take(number, one, content)
    return every


def _code(kind: str, *, small: bool) -> str:
    codes = {
        "stock": "stored",
        "use": "used",
        "consumed": "used",
        "off_purpose": "off_purpose",
        "measurement_error": "within_error",
    }
    if kind == "difference":
        return "within_error" if small else "missing"
    return codes.get(kind, "other")


def _assemble(drawing: _Drawing) -> Flow | None:
    column = drawing.columns()
    if not column:
        return None
    weight: dict[str, int] = defaultdict(int)
    for (start, end), (amount, _) in drawing.between.items():
        weight[start] = max(weight[start], amount)
        weight[end] += amount
    places = sorted(column, key=lambda place: (column[place], -weight[place], place))
    nodes = [
        FlowNode(node=place, column=column[place], code="surplus", tone="warn")
        if place == _SURPLUS
        else FlowNode(node=place, column=column[place], name=place)
        for place in places
    ]
    last = max(column.values()) + 1
    used = {code for _, code in drawing.ends}
    tones = dict(ENDS)
    nodes += [FlowNode(node=f"end {code}", column=last, code=code, tone=tone) for code, tone in ENDS if code in used]
    links = [
        FlowLink(
            source=start,
            target=end,
            figure=resting(amount, drawing.resource, entries),
            tone="warn" if start == _SURPLUS else "plain",
        )
        for (start, end), (amount, entries) in drawing.between.items()
        if start != end
    ]
    links += [
        FlowLink(
            source=place, target=f"end {code}", figure=resting(amount, drawing.resource, entries), tone=tones[code]
        )
        for (place, code), (amount, entries) in drawing.ends.items()
    ]
    return Flow(resource=drawing.resource, nodes=tuple(nodes), links=tuple(links))
