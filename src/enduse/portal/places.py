"""Pages about places and about who is responsible there."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.portal.gaps import gaps, unmeasured
from enduse.views.areas import AreasView, came
from enduse.views.areas import left as left_from
from enduse.views.arrangement import PlaceInTree
from enduse.views.goods_lines import GoodsSums
from enduse.views.indicators import IndicatorsView
from enduse.views.loads import MovingGoods
from enduse.views.missing import MissingView
from enduse.views.responsibilities import CoverageGap, OfferedMandate
from enduse.views.shapes import CurrencyTotals, Figure, FindingView, MaterialTotals


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What was promised, what came, what is missing?

    Attributes:
        currencies: money, first the currency of which most is said.
        goods: materials, the gravest losses first.
        gaps: open differences beyond measurement error, the gravest first.
        unmeasured: uses that are declared and that nobody has measured: project and resource.
        findings: that stand, the newest first.
        areas: broad areas, to begin with.
        tranches: how many payments wait.
    """

    currencies: tuple[CurrencyTotals, ...]
    goods: tuple[MaterialTotals, ...]
    gaps: tuple[MissingView, ...]
    unmeasured: tuple[tuple[str, str], ...]
    findings: tuple[FindingView, ...]
    areas: tuple[str, ...]
    tranches: int


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a function at a place; nobody where ``party`` is empty; of a mandate for some places in it only, those."""

    function: str
    party: str
    since: datetime | None
    only: tuple[str, ...] = ()


class PlaceGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What came to a place of one material and stayed there.

    Attributes:
        came: all of it.
        used: built in, given out or used up there, as declared.
        held: lies there, or left and may still be on its way.
        elsewhere: used for something else, as found.
        gap: of what was sent there, not explained yet.
    """

    came: Figure
    used: Figure
    held: Figure
    elsewhere: Figure
    gap: Figure


class PlacePage(msgspec.Struct, frozen=True, kw_only=True):
    """What came here?

    Attributes:
        place: which.
        type: what it is.
        above: the places it lies in, the widest first.
        inside: places that lie in it.
        goods: by material, what lies in the places inside included.
        gaps: open differences of what was sent there, or lies there.
        holders: who holds which function there today.
        projects: there.
        planned: for each of them, what money and goods.
        spent: for projects there, by currency.
        indicators: what residents see there, by source, beside what was delivered.
    """

    place: str
    type: str
    above: tuple[str, ...]
    inside: tuple[str, ...]
    goods: tuple[PlaceGoods, ...]
    gaps: tuple[MissingView, ...]
    holders: tuple[Holder, ...]
    projects: tuple[str, ...]
    planned: tuple[tuple[str, Figure], ...]
    spent: tuple[Figure, ...]
    indicators: IndicatorsView


class PlacesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who works where? The tree of places, each with how many projects there are and how many gaps."""

    places: tuple[tuple[PlaceInTree, int, int], ...]


class WhoPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who is responsible today?

    Attributes:
        on: the day.
        functions: each with who holds it where today.
        gaps: functions that nobody holds somewhere today, and where; not even in a part of it.
        partly: functions that somebody holds in a part of a place today, and nobody in all of it: which, and where.
        overlaps: functions that two hold at once today and that are not shared: where, and who.
        offered: mandates that were offered and not accepted.
    """

    on: date
    functions: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    gaps: tuple[tuple[str, tuple[str, ...]], ...]
    partly: tuple[tuple[str, tuple[str, ...]], ...]
    overlaps: tuple[tuple[str, str, tuple[str, str]], ...]
    offered: tuple[OfferedMandate, ...]


class Tree:
    """Places, asked what lies in what."""

    def __init__(self, places: Iterable[PlaceInTree]) -> None:
        self.places = tuple(places)
        self.by_name: Mapping[str, PlaceInTree] = {each.place: each for each in self.places}

    def above(self, place: str) -> tuple[str, ...]:
        """Return a place and those it lies in, itself first."""
        found = []
        while place and place not in found:
            found.append(place)
            known = self.by_name.get(place)
            place = known.within if known else ""
        return tuple(found)

    def inside(self, place: str) -> frozenset[str]:
        """Return a place and all that lies in it."""
        return frozenset(each.place for each in self.places if place in self.above(each.place)) | {place}


def tree(answers: SiteAnswers) -> Tree:
    """Return the tree of places."""
    return answers.kept("tree", lambda known: Tree(known.programme.places()))


def home(answers: SiteAnswers, _about: str) -> Home:
    """Answer what was promised, what came and what is missing."""
    now = answers.status
    areas = [each for each in tree(answers).places if each.type in {"area", "country"}]
    deepest = max((each.depth for each in areas), default=0)
    return Home(
        currencies=now.currencies,
        goods=now.goods,
        gaps=gaps(answers),
        unmeasured=unmeasured(answers),
        findings=now.findings,
        areas=tuple(each.place for each in areas if each.depth == deepest),
        tranches=sum(one.status in {"due", "verified", "withheld"} for one in now.tranches),
    )


def names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return all places."""
    return tuple(tree(answers).by_name)


def place(answers: SiteAnswers, about: str) -> PlacePage:
    """Answer what came to a place."""
    known = tree(answers)
    inside, above = known.inside(about), known.above(about)
    mine = tuple(gap for gap in gaps(answers) if (gap.end or gap.item) in inside)
    projects = [each.body.project for each in answers.projects if each.place in inside]
    money = [(line.project, line.planned) for one in answers.cash.currencies for line in one.projects if line.planned]
    goods = [(one.project, Figure(one.billed, one.resource)) for one in answers.status.used if one.billed]
    spent = [
        Figure(total, f"money/{one.totals.currency}")
        for one in answers.cash.currencies
        if (total := sum(line.spent.amount for line in one.places if line.place in inside))
    ]
    return PlacePage(
        place=about,
        type=known.by_name[about].type,
        above=above[:0:-1],
        inside=tuple(each.place for each in known.places if each.within == about),
        goods=tuple(_goods(answers, inside, mine)),
        gaps=mine,
        holders=tuple(_holders(answers, above, inside)),
        projects=tuple(projects),
        planned=tuple(each for each in (*money, *goods) if each[0] in projects),
        spent=tuple(spent),
        indicators=answers.indicators(about),
    )


def _goods(answers: SiteAnswers, inside: frozenset[str], mine: tuple[MissingView, ...]) -> Iterable[PlaceGoods]:
    for material in answers.goods.materials:
        lines = [line.sums for line in material.places if line.name in inside]

        def total(*columns: str, of: list[GoodsSums] = lines, resource: str = material.resource) -> Figure:
            return Figure(sum(getattr(line, column).amount for line in of for column in columns), resource)

        gap = sum(each.figure.amount for each in mine if each.figure.resource == material.resource)
        left = moving(answers, inside, material.resource)
        found = PlaceGoods(
            came=_amount(
                came(material.places, _on_its_way(answers, material.resource), material.resource, inside.__contains__),
                material.resource,
            ),
            used=total("used"),
            held=Figure(total("held").amount + left, material.resource),
            elsewhere=total("off_purpose"),
            gap=Figure(max(gap, 0), material.resource),
        )
        if found.came.amount or found.gap.amount:
            yield found


def moving(answers: SiteAnswers, inside: Collection[str], resource: str) -> int:
    """Return how much may still be on its way from some places."""
    return _amount(left_from(_on_its_way(answers, resource), resource, inside.__contains__), resource).amount


def _on_its_way(answers: SiteAnswers, resource: str) -> Sequence[MovingGoods]:
    """Return what may still be on its way of a material; all of it is looked through once, not for each place."""
    return answers.kept("on its way by material", _by_material).get(resource, ())


def _by_material(answers: SiteAnswers) -> dict[str, list[MovingGoods]]:
    found: dict[str, list[MovingGoods]] = {}
    for one in answers.unsettled:
        found.setdefault(one.figure.resource, []).append(one)
    return found


def _amount(figures: Iterable[Figure], resource: str) -> Figure:
    """Return figures as one, without what it rests on."""
    return Figure(sum(one.amount for one in figures), resource)


def _holders(answers: SiteAnswers, above: tuple[str, ...], inside: frozenset[str]) -> Iterable[Holder]:
    """Give who holds which function at a place today, or at places in it, and which nobody holds."""
    now = answers.mandates
    for function in dict.fromkeys(name for each in now.held for name in each.functions):
        found = False
        for each in now.held:
            only = tuple(place for place in each.places if place in inside)
            if function in each.functions and (only or set(each.places) & set(above)):
                found = True
                all_of_it = bool(set(each.places) & set(above))
                yield Holder(function=function, party=each.holder, since=each.begins, only=() if all_of_it else only)
        if not found and any(_today(gap, now.on) and gap.function == function for gap in now.gaps):
            yield Holder(function=function, party="", since=None)


def _today(gap: CoverageGap, day: datetime) -> bool:
    return gap.start is None or gap.start <= day


def places(answers: SiteAnswers, _about: str) -> PlacesPage:
    """Answer who works where."""
    known, open_now = tree(answers), gaps(answers)

    def counted(each: PlaceInTree) -> tuple[PlaceInTree, int, int]:
        inside = known.inside(each.place)
        work = sum(one.place in inside for one in answers.projects)
        return each, work, sum((gap.end or gap.item) in inside for gap in open_now)

    return PlacesPage(places=tuple(map(counted, known.places)))


def areas(answers: SiteAnswers, _about: str) -> AreasView:
    """Answer what was promised, what came and what waits, area by area."""
    return answers.kept("areas", lambda now: now.programme.areas(now.cash, now.goods))


def who(answers: SiteAnswers, _about: str) -> WhoPage:
    """Answer who is responsible today."""
    now = answers.mandates
    functions: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in now.held:
        for function in each.functions:
            held = functions.setdefault(function, {})
            held[each.holder] = (*held.get(each.holder, ()), *each.places)
    known = tree(answers)
    gaps_now = [(gap.function, tuple(gap.places)) for gap in now.gaps if _today(gap, now.on)]

    def partly(function: str, place: str) -> bool:
        """Say whether somebody holds a function at places in one, where nobody holds it in all of it."""
        inside = known.inside(place)
        return any(inside & set(places) for places in functions.get(function, {}).values())

    return WhoPage(
        on=now.on.astimezone(UTC).date(),
        functions=tuple((function, tuple(held.items())) for function, held in functions.items()),
        gaps=tuple(_kept(gaps_now, lambda *gap: not partly(*gap))),
        partly=tuple(_kept(gaps_now, partly)),
        overlaps=tuple((each.function, each.place, each.holders) for each in now.overlaps if each.start <= now.on),
        offered=now.offered,
    )


def _kept(
    gaps_now: Iterable[tuple[str, tuple[str, ...]]], fits: Callable[[str, str], bool]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Give of each function the places that fit, where there are any."""
    for function, places_of_it in gaps_now:
        if fitting := tuple(place for place in places_of_it if fits(function, place)):
            yield function, fitting
