"""What a page is: a question with an address, one function that answers it, and a template that draws the answer."""

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any, Final

import msgspec

from enduse.portal import access, contracts, gaps, goods, money, monitors, parties, places, record
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.parts import FOLDER, PagedList


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the site.

    Attributes:
        name: first part of its address; the home page's address has none.
        template: that draws it; by default of its name.
        answer: makes the answer from a programme's answers and what the page is about.
        about: of a page about one of several things, the identifiers there are; of others nothing.
        kind: what an identifier is of, which its address leaves away.
        lists: of its answer that grow with the programme.
        named: a list of its answer that stands in the order of names in the language of the page, and what gives the identifier
            of one of it; in the twin it stands in that of identifiers.
        long: whether it may take seconds to work out, so that it is made where nobody waits for a short one.
    """

    name: str
    answer: Callable[[SiteAnswers, str], msgspec.Struct]
    template: str = ""
    about: Callable[[SiteAnswers], Collection[str]] | None = None
    kind: str = ""
    lists: tuple[PagedList, ...] = ()
    named: tuple[str, Callable[[Any], str]] | None = None
    long: bool = False


def _lists(*paths: str) -> tuple[PagedList, ...]:
    return tuple(map(PagedList, paths))


def _contracts(*paths: str) -> tuple[PagedList, ...]:
    """Return the lists within contracts, which stand on the page of each."""
    return tuple(PagedList(f"contracts.*.{path}", rest="contract/key") for path in paths)


HOME: Final = "home"

_IN_CONTRACTS: Final = _contracts("invoices", "payments", "loads", "before")
_VISITS: Final = (
    *_lists("view.visits", "view.rounds", "view.monitors.*.contradicted", "detection.places"),
    PagedList("view.monitors", 12),
)

_ALL: Final = (
    Page(
        name=HOME,
        answer=places.home,
        lists=(
            PagedList("goods", rest="materials"),
            PagedList("gaps", rest="missing"),
            PagedList("unmeasured", rest="missing"),
            PagedList("findings", rest="findings"),
            PagedList("areas", 24, rest="places"),
        ),
    ),
    Page(name="places", answer=places.places, lists=_lists("places")),
    Page(
        name="map",
        answer=places.areas,
        lists=(PagedList("measures", 12), PagedList("measures.*.lines", 150, rest="places"), PagedList("movements")),
    ),
    Page(
        name="place",
        answer=places.place,
        about=places.names,
        kind="place",
        lists=(*_lists("inside", "gaps", "holders", "projects", "planned"), PagedList("indicators.series", 12)),
    ),
    Page(
        name="who",
        answer=places.who,
        lists=(
            *_lists("functions.*.1", "gaps.*.1", "partly.*.1", "overlaps", "offered"),
            PagedList("functions.*.1.*.1", rest="party/0"),
        ),
    ),
    Page(
        name="missing",
        answer=gaps.missing,
        lists=_lists("gaps", "late", "explained", "small", "unmeasured", "unlinked"),
    ),
    Page(
        name="difference",
        answer=gaps.difference,
        about=gaps.items,
        kind="consignment",
        lists=_lists("gaps", "tasks", "findings"),
    ),
    Page(
        name="money",
        answer=money.money,
        lists=_lists(*(f"money.currencies.*.{each}" for each in ("donors", "parties", "projects", "places"))),
    ),
    Page(
        name="tranches",
        answer=money.tranches,
        lists=_lists(
            *("visit", "unmet", "unknown", "vote", "others", "backlog.tranches", "backlog.inspections"),
        ),
    ),
    Page(
        name="tranche",
        answer=money.tranche,
        about=money.tranche_names,
        kind="tranche",
        lists=_lists("findings"),
    ),
    Page(name="materials", answer=goods.goods, lists=(PagedList("materials", 20),)),
    Page(
        name="goods",
        answer=goods.material,
        about=goods.material_names,
        lists=_lists("projects", "areas", "donors", "gaps"),
    ),
    Page(
        name="projects",
        answer=goods.projects,
        lists=_lists("projects", "needs", "unanswered", "unfunded", "unplaced"),
        named=("projects", lambda one: one.body.project),
    ),
    Page(
        name="project",
        answer=goods.project,
        about=goods.project_names,
        kind="project",
        lists=(
            *_lists(
                "used",
                "bill",
                "asked",
                "milestones",
                "milestones.*.photos",
                "project.milestones",
                "tranches",
                "contracts",
                "findings",
            ),
            *_IN_CONTRACTS,
        ),
    ),
    Page(
        name="contract",
        answer=contracts.contract,
        about=contracts.names,
        lists=_lists(
            *("contract.goods", "contract.invoices", "contract.payments", "contract.loads", "contract.before"),
            *("sources", "built"),
        ),
    ),
    Page(
        name="load",
        answer=goods.load,
        about=goods.load_names,
        kind="consignment",
        lists=_lists("loads", "loads.*.steps", "gaps", "findings"),
    ),
    Page(name="parties", answer=parties.parties, lists=_lists("parties"), named=("parties", lambda one: one[0])),
    Page(
        name="party",
        answer=parties.party,
        about=parties.names,
        kind="party",
        lists=(
            *_lists("page.mandates", "page.undertakings", "page.requests", "page.said"),
            *_lists("reached", "goods", "carried.goods", "tasks", "contracts", "findings"),
            *_IN_CONTRACTS,
        ),
    ),
    Page(name="undertakings", answer=parties.undertakings, lists=_lists("undertakings")),
    Page(name="findings", answer=parties.findings, lists=_lists("claims", "findings")),
    Page(
        name="finding",
        answer=parties.finding,
        about=parties.finding_names,
        kind="finding",
        lists=_lists("matter.claims", "matter.assessments", "matter.findings", "matter.replies", "known"),
    ),
    Page(name="services", answer=record.services, lists=(PagedList("series", 6),)),
    Page(name="access", answer=access.access, lists=_lists("disclosed")),
    Page(
        name="visits",
        answer=monitors.visits,
        long=True,
        lists=(*_VISITS, PagedList("view.monitors.*.places", rest="monitor/monitor")),
    ),
    Page(
        name="monitor",
        answer=monitors.visits,
        template="visits",
        about=monitors.names,
        kind="party",
        lists=(*_VISITS, PagedList("view.monitors.*.places")),
    ),
    Page(name="log", answer=record.log),
    Page(name="statements", answer=record.block, template="log", about=record.blocks),
    Page(
        name="changes",
        answer=record.changes,
        long=True,
        lists=_lists(
            *(f"changes.{each}" for each in ("taken_back", "findings", "tranches", "late", "missing", "settled")),
            *("changes.asked", "changes.done"),
        ),
    ),
    Page(name="verify", answer=record.verify),
    Page(name="data", answer=record.data),
    Page(name="words", answer=record.words),
    Page(name="style", answer=record.style),
)
PAGES: Final = {page.name: page for page in _ALL}
"""Every page, by name."""


def address(name: str, about: str = "", part: str = "") -> str:
    """Return where a page is within a language's part of the site: without a slash before it, with one behind.

    Args:
        name: of the page.
        about: what it is about.
        part: of one of its lists, as ``gaps/2``; without it the first of all.
    """
    if name == HOME and not part:
        return ""
    return f"{_way(name, about, part)}/"


def twin(name: str, about: str = "", part: str = "") -> str:
    """Return where a page's answer is as JSON, from the root of the site."""
    return f"{_way(name, about, part)}.json"


def _way(name: str, about: str, part: str) -> str:
    page = f"{name}/{slug(PAGES[name].kind, about)}" if about else name
    return f"{FOLDER}/{page}/{part}" if part else page


def known(answers: SiteAnswers, page: Page) -> AbstractSet[str]:
    """Return what there is that a page may be about."""
    about = page.about
    return frozenset() if about is None else answers.kept(f"about {page.name}", lambda now: _set(about(now)))


def _set(things: Collection[str]) -> AbstractSet[str]:
    return things if isinstance(things, AbstractSet) else frozenset(things)


class Homes(Mapping[str, str]):
    """Which page tells of each thing that has one; each is looked up when it is asked for, as loads are very many."""

    def __init__(self, answers: SiteAnswers) -> None:
        self._answers = answers

    def __getitem__(self, thing: str) -> str:
        for name in _TELLING:
            if thing in known(self._answers, PAGES[name]):
                return name
        raise KeyError(thing)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(chain.from_iterable(known(self._answers, PAGES[name]) for name in _TELLING)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


_TELLING: Final = ("place", "party", "project", "tranche", "finding", "load", "contract")
"""Pages that tell of one thing; of what two could tell, the first does."""


def homes(answers: SiteAnswers) -> Mapping[str, str]:
    """Return which page tells of each thing that has one."""
    return answers.kept("homes", Homes)
