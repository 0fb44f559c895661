"""What is needed, and bills of quantities beside norms, estimates and quotas: cells of tables for the terminal and for pages."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.statements.works import NeedBody
from enduse.terms.amounts import Money, goods_resource, money_resource
from enduse.views.shapes import Figure
from enduse.views.works import BillLine, MilestoneLine, NeedLine, WeightShown

SECTORS: Final = {
    "agriculture": mark("agriculture"),
    "commerce": mark("commerce and industry"),
    "culture": mark("cultural heritage"),
    "debris": mark("removal of rubble"),
    "education": mark("education"),
    "employment": mark("employment"),
    "energy": mark("energy"),
    "environment": mark("environment"),
    "finance": mark("financial services"),
    "food": mark("food"),
    "governance": mark("public administration"),
    "health": mark("health"),
    "housing": mark("housing"),
    "livelihoods": mark("livelihoods"),
    "municipal-services": mark("municipal services"),
    "social-protection": mark("social protection"),
    "telecommunications": mark("telecommunications"),
    "transport": mark("transport"),
    "water": mark("water and sanitation"),
}
"""Sectors of rapid assessments of damage and needs (RDNA); any other stays as it was stated."""

SECTOR: Final = "sector:"
"""What the name of a sector commonly begins with."""


def sector_words(sector: str, words: Localizer) -> str:
    """Return a sector of needs: one of the assessments' own in the reader's language, another as it was stated."""
    known = SECTORS.get(sector.removeprefix(SECTOR))
    return words.name(sector) if known is None else words.translated(known)


def need_words(body: NeedBody, words: Localizer) -> str:
    """Return what a need is called, with its sector where it has one."""
    name = words.text(body.title, body.need)
    if body.sector is None:
        return name
    return words.say("{name} ({sector})", name=words.isolate(name), sector=sector_words(body.sector, words))


def range_words(low: Figure, high: Figure, words: Localizer) -> str:
    """Return a range; its two ends alike are one figure."""
    if low == high:
        return words.amount(low.amount, low.resource)
    ends = (words.amount(one.amount, one.resource) for one in (low, high))
    return words.say("{low} to {high}", **dict(zip(("low", "high"), ends, strict=True)))


def money_range(low: Money | None, high: Money | None, words: Localizer) -> str:
    """Return money as a range where it is one; nothing where none is stated."""
    if low is None:
        return ""
    least = Figure(low.minor(), money_resource(low.currency))
    if high is None:
        return words.of(least)
    return range_words(least, Figure(high.minor(), money_resource(high.currency)), words)


def cost_words(body: NeedBody, words: Localizer) -> str:
    """Return what meeting a need costs, as a range where it is one."""
    return money_range(body.cost, body.cost_high, words)


def damage_words(body: NeedBody, words: Localizer) -> str:
    """Return what is damaged and lost, as far as a need says: money, structures by class, dwellings, rubble, people."""
    parts = []
    if told := money_range(body.damage, body.damage_high, words):
        parts.append(words.say("damage {amount}", amount=told))
    if told := money_range(body.loss, body.loss_high, words):
        parts.append(words.say("loss {amount}", amount=told))
    parts += [
        words.count("{n} structure {damage}", "{n} structures {damage}", one.count, damage=words.term(one.damage))
        for one in body.structures
    ]
    if body.housing_units is not None:
        parts.append(words.count("{n} dwelling", "{n} dwellings", body.housing_units))
    if body.debris is not None:
        amount, base = body.debris.base()
        parts.append(words.say("rubble {amount}", amount=words.amount(amount, goods_resource("debris", base))))
    if body.people is not None:
        parts.append(words.count("{n} person", "{n} people", body.people))
    return words.listed(parts, sentences=True)


def needs_columns(words: Localizer, *, ranked: bool) -> tuple[str, ...]:
    """Return the titles of a table of needs; the last two are of money and of what answers them."""
    columns = (words.say("need"), words.say("place"), words.say("cost"), words.say("funds"), words.say("project"))
    return (words.say("priority"), *columns) if ranked else columns


def need_cells(need: NeedLine, words: Localizer, *, ranked: bool) -> tuple[str, ...]:
    """Return a need as cells of that table."""
    cells = (
        need_words(need.body, words),
        words.name(need.place) if need.place else "",
        cost_words(need.body, words),
        words.listed(map(words.of, need.funds)) if need.funds else words.say("not funded"),
        words.named(need.projects) if need.projects else words.say("none"),
    )
    return ("" if need.priority is None else words.number(need.priority), *cells) if ranked else cells


def weights_words(weights: Iterable[WeightShown], words: Localizer) -> str:
    """Return by what needs are ranked."""
    told = (
        words.say("{what} {who}", what=words.text(one.title, one.criterion), who=words.number(Decimal(one.weight)))
        for one in weights
    )
    return words.say("priority by the published weights: {weights}", weights=words.listed(told))


def bill_columns(lines: Sequence[BillLine], words: Localizer) -> list[tuple[str, list[str]]]:
    """Return a bill's columns, each a title and a cell for every line: on paper, usual, estimated, come, declared, measured.

    Columns without a figure are left out.
    """

    def shown(figure: Figure | None) -> str:
        return words.amount(figure.amount, figure.resource) if figure is not None else ""

    def some(figure: Figure) -> str:
        return shown(figure) if figure.amount else ""

    def judged(line: BillLine) -> str:
        return words.listed(shown(one.figure) for one in line.estimates if one.independent)

    columns = [
        (words.say("asked for"), [shown(one.billed) for one in lines]),
        (
            words.say("usual by norms"),
            [range_words(one.norm.low, one.norm.high, words) if one.norm else "" for one in lines],
        ),
        (words.say("estimated"), [judged(one) for one in lines]),
        (words.say("cost"), [shown(one.cost) for one in lines]),
        (words.say("quota"), [shown(one.quota) for one in lines]),
        (words.say("came"), [some(one.came) for one in lines]),
        (words.say("built in"), [some(one.declared) for one in lines]),
        (words.say("measured"), [range_words(*one.measured, words) if one.measured else "" for one in lines]),
        (words.say("elsewhere"), [some(one.elsewhere) for one in lines]),
    ]
    return [(title, cells) for title, cells in columns if any(cells)]


def control_words(lines: Iterable[BillLine], words: Localizer) -> Iterator[str]:
    """Give each material of a bill that is on the list of controlled goods, with its entry there."""
    for one in lines:
        if one.control:
            yield words.say(
                "{material} is on the list of controlled goods as {reference} ({source})",
                material=words.material(one.billed.resource),
                reference=words.isolate(one.control),
                source=words.isolate(one.control_source),
            )


def milestone_words(one: MilestoneLine, words: Localizer) -> str:
    """Return what a milestone says was reached: its share, how much of which work, how many photos show it, by whose word."""
    share = words.number(100 * Decimal(one.progress), 1)
    told = [words.text(one.title) or words.name(one.milestone)]
    told.append(words.say("{share}% done, as {party} says", share=share, party=words.name(one.party)))
    for item in one.done:
        amount, base = item.quantity.base()
        told.append(words.of(Figure(amount, goods_resource(item.work, base))))
    if one.photos:
        told.append(words.count("{n} photo", "{n} photos", len(one.photos)))
    return words.listed((*told, words.day(one.at)), sentences=True)
