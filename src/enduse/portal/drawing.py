"""A page drawn: its answer put into a template, in one language."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from typing import Final, NamedTuple

import msgspec

from enduse.pages.access import points_by_area, public_words
from enduse.pages.access_drawing import time_line
from enduse.pages.area_maps import draw_map, levels, maps, tables
from enduse.pages.backlog import backlog_words, clearing_words, promised_words
from enduse.pages.bill_words import (
    bill_columns,
    control_words,
    damage_words,
    milestone_words,
    need_cells,
    need_words,
    needs_columns,
    weights_words,
)
from enduse.pages.catalogue import ENGLISH as SOURCE
from enduse.pages.catalogue import languages, own_name, signing_languages, unread
from enduse.pages.changes import changes_head, changes_parts
from enduse.pages.contract_words import asked_words, before_words, contract_facts
from enduse.pages.detection_words import basis_words, detection_cells, detection_headings, detection_words
from enduse.pages.foreign import english_marked
from enduse.pages.html import PageLocalizer, isolate
from enduse.pages.indicator_drawing import indicator_lines
from enduse.pages.indicators import figure_words, poll_words, seen_table, sources
from enduse.pages.localizer import Localizer, isolated
from enduse.pages.mandate_words import offered_words
from enduse.pages.markup import Environment, Markup, environment
from enduse.pages.missing import missing_words
from enduse.pages.promised import REQUESTS
from enduse.pages.tasks import task_words
from enduse.pages.visits_words import (
    contradiction_words,
    found_words,
    monitor_figures,
    place_words,
    round_words,
    share_words,
    visit_words,
)
from enduse.pages.vocabulary import MARKS, TRANCHES
from enduse.pages.wait_words import Part
from enduse.pages.what_if import answer_words, rest_words
from enduse.portal.addresses import slug
from enduse.portal.answers import AsOf
from enduse.portal.goods import ProjectsPage
from enduse.portal.pages import address
from enduse.portal.parts import FOLDER, Cut
from enduse.portal.record import BLOCK, LogLine
from enduse.views.access_public import PublicAccess, PublicPoints
from enduse.views.areas import AreasView
from enduse.views.arrangement import ProjectPage
from enduse.views.backlog import Backlog
from enduse.views.changes import Changes
from enduse.views.contract_shapes import ContractChange, ContractInvoice, ContractView
from enduse.views.contradictions import Contradiction
from enduse.views.detection import Detection, PlaceDetection
from enduse.views.draws import RoundCheck
from enduse.views.indicators import IndicatorsView, SeriesValue
from enduse.views.missing import MissingView
from enduse.views.monitors import CoveredPlace, MonitorView, VisitView
from enduse.views.responsibilities import OfferedMandate
from enduse.views.shapes import Figure, Task
from enduse.views.verified import checkpoint_messages
from enduse.views.what_if import WhatIf
from enduse.views.works import BillLine, MilestoneLine, NeedLine, WeightShown

DESK: Final = "desk/"
"""Begins the addresses below which people sign."""

DATED: Final = ("home", "place", "party", "project")
"""Pages that are given as they stood on a day too."""

REFS_SHOWN: Final = 3
"""Statements named beside a figure; the record holds all."""

_EMPTY_LINES: Final = re.compile(r"\n\s*\n")
_FULL: Final = Decimal(100)


class PageLists(NamedTuple):
    """The lists of a page of which only a part is shown: of which page, what it is about, and what was cut."""

    name: str = ""
    about: str = ""
    cuts: tuple[Cut, ...] = ()


TABLES_OF: Final = {
    "money": ("money_by_donor", "money_by_project", "money_by_party"),
    "tranches": ("tranches",),
    "materials": ("goods", "stock", "use"),
    "missing": ("differences", "late"),
    "projects": ("projects", "needs", "bills"),
    "services": ("indicators", "service_points"),
    "access": ("movements", "closures", "delays", "incidents"),
    "visits": ("visits",),
    "log": ("statements",),
}
"""Of a page the tables that hold what it tells, for who works on with them."""


class PageWords:
    """What a template of the portal may call: words of one language, and the way from this page to others.

    Attributes:
        language, direction: of the page.
        s: words.
        here: address of this page within a language's part of the site; empty on the first page.
        twin: address of its answer as JSON, from the root; empty where it has none.
        static: whether it is written as a file: what needs a server is left out.
        asks: whether residents ask here and people of parties sign in; of a file, whether it is counted how many asked.
        standing: up to where the answer reaches.
        homes: page of each thing that has one.
        published: languages in which this page is given.
        unread: whether no native speaker has read the translation yet.
        past: of a page of an earlier day, by what it is told (``known`` or ``at``), and the day.
        dated: address of the page whose earlier days may be asked for; ``None`` where they may not.
    """

    marks = MARKS
    states = TRANCHES
    requests = REQUESTS
    sources = staticmethod(sources)

    def __init__(
        self,
        language: str,
        names: Mapping[str, dict[str, str]],
        *,
        here: str = "",
        twin: str = "",
        static: bool = False,
        asks: bool = False,
        standing: AsOf | None = None,
        homes: Mapping[str, str] | None = None,
        published: tuple[str, ...] = (),
        lists: PageLists = PageLists(),  # noqa: B008 - never changed
    ) -> None:
        self.language = language
        self.s = PageLocalizer(language, names)
        self._names = names
        self.direction = self.s.direction
        self.here, self.twin, self.static, self.standing = here, twin, static, standing
        self.asks = asks
        self._lists = lists
        self.past: tuple[str, date] | None = None
        self.dated = here if lists.name in DATED and not static and not here.startswith(FOLDER) else None
        # Whether it is empty is not asked: to tell, one of 200,000 loads reads all of them, for every page.
        self._homes = {} if homes is None else homes
        self.published = published or (signing_languages() if here.startswith(DESK) else languages())
        self.unread = unread(language)
        self.root = "../" * (here.count("/") + 1)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that hold what this page tells."""
        return TABLES_OF.get(self.twin.removesuffix(".json"), ())

    def to(self, address: str) -> str:
        """Return the way to an address of this language; what is signed, in English where nobody signs in this one."""
        signed = address.startswith(DESK) and self.language not in signing_languages()
        return f"{self.root}{SOURCE if signed else self.language}/{address}"

    def link(self, name: str, about: str = "", words: str = "") -> Markup:
        """Return a link to a page, in some words; without them the name of what it is about."""
        shown = Markup(words) if isinstance(words, Markup) else words or isolate(self.s.name(about))
        return Markup('<a href="{}">{}</a>').format(self.to(address(name, about)), shown)

    def thing(self, identifier: str, *, short: bool = False) -> Markup:
        """Return the name of a thing, with a link where it has a page; short where its kind is told already."""
        home = self._homes.get(identifier)
        shown = self.number(identifier) if home or short else isolate(self.s.name(identifier))
        return self.link(home, identifier, shown) if home else shown

    def number(self, item: str) -> Markup:
        """Return the number of a load or of another paper as it stands there, or the name of what else differs."""
        return isolate(self.s.short(item).removeprefix("consignment:"))

    def things(self, identifiers: Iterable[str]) -> Markup:
        """Return some things in a row."""
        return Markup(self.s.listed(map(self.thing, identifiers)))

    def shown(self, path: str) -> int:
        """Return how many lines of a list stand on parts before this one."""
        return next((each.part.first - 1 for each in self._lists.cuts if each.part.list == path), 0)

    def more(self, path: str, *, end: bool = False) -> Markup:
        """Return which part of a list is here and the way to the others; nothing where all of it is.

        Args:
            path: of the list in the answer.
            end: whether it stands behind the list, else before it.
        """
        found = next((each for each in self._lists.cuts if each.part.list == path), None)
        if found is None:
            return Markup("")
        part, ways = found.part, []
        if found.rest is not None:
            ways.append(self.link(*found.rest, self.s.say("All of them")))
        if part.part > 1:
            ways.append(self._part(path, part.part - 1, self.s.say("The part before")))
        if part.part < part.parts:
            ways.append(self._part(path, part.part + 1, self.s.say("The next part")))
        told = self.s.say(
            "{first} to {last} of {total}",
            **{name: isolate(self.s.number(getattr(part, name))) for name in ("first", "last", "total")},
        )
        name = "" if end else Markup(' id="list-{}"').format(path)
        shown = Markup(" · ").join([told, *ways])
        return Markup('<p class="small part-of"{}>{}</p>').format(name, shown)

    def _part(self, path: str, number: int, words: str) -> Markup:
        part = f"{path}/{number}" if number > 1 else ""
        way = self.to(address(self._lists.name, self._lists.about, part))
        return Markup('<a href="{}#list-{}">{}</a>').format(way, path, words)

    def refs(self, figure: Figure) -> Markup:
        """Return the statements a figure rests on, the first few, each with a link into the log."""
        return self.said(figure.entries, figure.resting)

    def said(self, entries: tuple[int, ...], resting: int = 0) -> Markup:
        """Return statements, the first few, each with a link into the log."""
        if not entries:
            return Markup("")
        shown = self.s.listed(map(self._entry, entries[:REFS_SHOWN]))
        more = max(resting, len(entries))
        if more > REFS_SHOWN:
            shown += " …"
        told = self.s.count("statement {list}", "{n} statements: {list}", more, list=Markup(shown))
        return Markup('<span class="refs">{}</span>').format(told)

    def runs(self, said: Iterable[LogLine]) -> list[list[LogLine]]:
        """Return lines of the log, those in a row of which nothing is told as one."""
        told = groupby(said, key=lambda one: (one.held_back and not one.kind) or one.entry)
        return [list(run) for _, run in told]

    def _entry(self, entry: int) -> Markup:
        way = self.to(address("statements", str(entry // BLOCK * BLOCK)))
        return Markup('<a href="{}#s{}"><bdi>{}</bdi></a>').format(way, entry, entry)

    def tongues(self) -> list[tuple[str, str, str]]:
        """Return the other languages: tag, own name, and the way to this page in it."""
        return [each for each in self.all_tongues() if each[0] != self.language]

    def all_tongues(self) -> list[tuple[str, str, str]]:
        """Return every language: tag, own name, and the way to this page in it."""
        return [(each, own_name(each), f"{self.root}{each}/{self.here}") for each in self.published]

    def amount(self, figure: Figure) -> Markup:
        """Return the amount of a figure, isolated."""
        return isolate(self.s.amount(figure.amount, figure.resource))

    def of(self, figure: Figure) -> Markup:
        """Return a figure with what it is of, isolated."""
        return isolate(self.s.of(figure))

    def figures(self, figures: Iterable[Figure]) -> Markup:
        """Return some figures in a row."""
        return Markup(self.s.listed(map(self.of, figures)))

    def share(self, part: int, whole: int) -> Decimal:
        """Return a share in per cent to a hundredth, between 0 and 100, for a drawing."""
        if whole <= 0:
            return Decimal(0)
        return max(Decimal(0), min(_FULL, (_FULL * part / whole).quantize(Decimal("0.01"))))

    def bill(self, lines: Sequence[BillLine]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return a bill of quantities beside norms, estimates and quota, as a table."""
        columns = bill_columns(lines, self.s)
        rows = zip(
            [self.s.material(one.billed.resource) for one in lines], *(cells for _, cells in columns), strict=True
        )
        return (self.s.say("bill of quantities"), *(title for title, _ in columns)), list(rows)

    def controls(self, lines: Iterable[BillLine]) -> list[str]:
        """Return which materials of a bill are controlled, and by which entry of the list."""
        return list(control_words(lines, self.s))

    def needs(self, told: ProjectsPage) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """Return what is needed, as a table."""
        ranked = bool(told.weights)
        return needs_columns(self.s, ranked=ranked), [need_cells(one, self.s, ranked=ranked) for one in told.needs]

    def damage(self, need: NeedLine) -> str:
        """Return what is damaged and lost, and how many people that concerns."""
        return damage_words(need.body, self.s)

    def need(self, page: ProjectPage) -> str:
        """Return what the need of a project is called, with its sector; nothing where none is stated."""
        return "" if page.need is None else need_words(page.need, self.s)

    def milestone(self, one: MilestoneLine) -> str:
        """Return what a milestone says was reached, and how many photos show it."""
        return milestone_words(one, self.s)

    def weights(self, weights: Iterable[WeightShown]) -> str:
        """Return by what needs are ranked."""
        return weights_words(weights, self.s)

    def access(self, told: PublicAccess) -> list[Part]:
        """Return what everybody may know of access, as tables."""
        return public_words(told, self.s)

    def service_points(self, points: Iterable[PublicPoints]) -> Part:
        """Return which service points work, as a table."""
        return points_by_area(points, self.s)

    def access_line(self, told: PublicAccess) -> Markup:
        """Return how movements of each month ended, drawn."""
        return Markup(time_line(told, self.s))

    def maps(self, told: AreasView) -> list[tuple[str, Markup]]:
        """Return the maps of areas, each with its title, drawn; each area is a link to its page."""
        to, words = "place", Localizer(self.language, self._names, isolated)  # an image has no marks of its page
        return [
            (
                shown.title,
                Markup(
                    draw_map(
                        told.outlines,
                        one,
                        words,
                        f"map-{number}",
                        lambda area: self.to(address(to, area)),
                        "p-unknown",
                    )
                ),
            )
            for number, (shown, one) in enumerate(zip(maps(told, self.s), maps(told, words), strict=True))
            if told.outlines
        ]

    def map_tables(self, told: AreasView) -> list[Part]:
        """Return what the maps tell, as tables."""
        return tables(told, self.s)

    def map_levels(self) -> list[tuple[str, str]]:
        """Return what the shades of a map mean."""
        return levels(self.s)

    def seen(self, told: IndicatorsView) -> Part | None:
        """Return what residents see beside what was delivered, as a table of months; nothing where nothing is told."""
        return seen_table(told, self.s)

    def polls(self, told: IndicatorsView) -> list[str]:
        """Return what people answered when they were asked."""
        return list(poll_words(told, self.s))

    def seen_lines(self, told: IndicatorsView) -> Markup:
        """Return the same, drawn."""
        return Markup(indicator_lines(told, Localizer(self.language, self._names, isolated)))

    def figure_of(self, value: SeriesValue) -> str:
        """Return a value with its unit, and its margin of error where one is published."""
        return figure_words(value, self.s)

    def measures(self, told: IndicatorsView) -> Markup:
        """Return what of residents' life nobody has published."""
        return Markup(self.s.listed(map(self.s.term, told.unmeasured)))

    def missing(self, lost: MissingView) -> str:
        """Return what is missing and who is asked."""
        return missing_words(lost, self.s)

    def gap_kind(self, lost: MissingView) -> str:
        """Return how a difference is drawn: what is too much, or late, is no gap."""
        return "late" if lost.state == "overdue" else "over" if lost.figure.amount < 0 else "gap"

    def task(self, task: Task) -> str:
        """Return what somebody must do."""
        return task_words(task, self.s, self.thing)

    def backlog(self, found: Backlog) -> list[str]:
        """Return how many payments wait for an inspection alone, how long, and how fast inspections were made."""
        return list(backlog_words(found, self.s))

    def clearing(self, found: Backlog) -> list[str]:
        """Return by when several numbers of inspectors would be through."""
        return [*clearing_words(found, self.s), *promised_words(found, self.s)]

    def offered(self, offer: OfferedMandate) -> str:
        """Return what was offered to whom and where, and that it is not accepted."""
        return offered_words(offer, self.s)

    def monitor(self, one: MonitorView) -> list[tuple[str, str]]:
        """Return what a monitor promised, made and found, each with its label."""
        return monitor_figures(one, self.s)

    def detection(self, found: Detection) -> list[str]:
        """Return what the chances of detection mean, and what they rest on."""
        first, *others = detection_words(found, self.s)
        return [first, *basis_words(found, self.s), *others]

    def detection_headings(self) -> tuple[str, ...]:
        """Return the headings of the chances of detection."""
        return detection_headings(self.s)

    def chances(self, one: PlaceDetection) -> tuple[str, ...]:
        """Return how surely a loss at a place would be detected."""
        return detection_cells(one, self.s)

    def visit(self, one: VisitView) -> str:
        """Return how a visit stands."""
        return visit_words(one, self.s)

    def found(self, one: VisitView) -> list[str]:
        """Return what a visit checked and found, and what was done about it."""
        return list(found_words(one, self.s))

    def contradiction(self, one: Contradiction) -> str:
        """Return who says otherwise than a visit, and how."""
        return contradiction_words(one, self.s)

    def round(self, one: RoundCheck) -> str:
        """Return how a round was drawn, and what drawing it again gives."""
        return round_words(one, self.s)

    def part(self, share: float) -> str:
        """Return a part of one in per cent."""
        return share_words(share, self.s)

    def been(self, one: CoveredPlace) -> str:
        """Return how often a monitor has been at a place."""
        return place_words(one, self.s)

    def answer_if(self, found: WhatIf) -> str:
        """Return what would be paid if."""
        return answer_words(found, self.s)

    def rest_if(self, found: WhatIf) -> list[str]:
        """Return what would still be in the way, who would have to sign, and what a formula makes due."""
        return list(rest_words(found, self.s))

    def contract(self, view: ContractView) -> list[tuple[str, str]]:
        """Return what a contract is and how its money stands, each with what it is called."""
        return list(contract_facts(view, self.s))

    def asked(self, one: ContractInvoice) -> Markup:
        """Return what an invoice asks for, less what is set off or retained."""
        return isolate(asked_words(one, self.s))

    def before(self, one: ContractChange) -> str:
        """Return what a contract said before it was stated anew."""
        return before_words(one, self.s)

    def money_files(self) -> list[tuple[str, str]]:
        """Return the files of the money in the open standards, each with what it is."""
        policy = self.s.say("What was left out, and why")
        named = ("IATI", "OCDS", "OC4IDS")
        files = ("iati-activities.xml", "ocds-releases.json", "oc4ids-projects.json")
        return [*zip(files, named, strict=True), ("policy.json", policy)]

    def slug(self, kind: str, about: str) -> str:
        """Return how a thing is called in an address."""
        return slug(kind, about)

    def new_head(self, changes: Changes) -> str:
        """Return between which statements what is told is new."""
        return changes_head(changes, self.s)

    def new(self, changes: Changes) -> list[tuple[str, str, list[str]]]:
        """Return what is new, part by part: its name in the answer, what it is called, and its lines."""
        parts = [(name, title, list(lines)) for name, title, lines in changes_parts(changes, self.s)]
        return [part for part in parts if part[2]]

    def checkpoint(self) -> list[str]:
        """Return up to which checkpoint the page was verified, and who else has signed that one."""
        told = () if self.standing is None else checkpoint_messages(self.standing.verified)
        return [self.s.message(message) for message in told]


@cache
def _environment() -> Environment:
    return environment("enduse.portal")


def preparations() -> list[Callable[[], object]]:
    """Return, piece by piece, the work of reading the templates of public pages, which else the first reader of each waits for."""
    read = _environment()
    return [partial(read.get_template, name) for name in read.list_templates() if not name.startswith("desk")]


def draw(template: str, sheet: PageWords, answer: msgspec.Struct | None = None, **values: object) -> str:
    """Return a template of the portal filled in, without its empty lines."""
    words: dict[str, Callable[..., object]] = {"say": sheet.s.say, "count": sheet.s.count}
    text = _environment().get_template(template).render(e=sheet, s=sheet.s, a=answer, **words, **values)
    return english_marked(_EMPTY_LINES.sub("\n", text).strip() + "\n")
