"""What a page is: a question with an address, one function that answers it, and a template that draws the answer."""

from collections.abc import Callable, Collection
from typing import Final

import msgspec

from enduse.portal import access, contracts, gaps, goods, money, monitors, parties, places, record
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the site.

    Attributes:
        name: first part of its address; the home page's address has none.
        template: that draws it; by default of its name.
        answer: makes the answer from a programme's answers and what the page is about.
        about: of a page about one of several things, the identifiers there are; of others nothing.
        kind: what an identifier is of, which its address leaves away.
    """

    name: str
    answer: Callable[[SiteAnswers, str], msgspec.Struct]
    template: str = ""
    about: Callable[[SiteAnswers], Collection[str]] | None = None
    kind: str = ""


HOME: Final = "home"

_ALL: Final = (
    Page(name=HOME, answer=places.home),
    Page(name="places", answer=places.places),
    Page(name="place", answer=places.place, about=places.names, kind="place"),
    Page(name="who", answer=places.who),
    Page(name="missing", answer=gaps.missing),
    Page(name="difference", answer=gaps.difference, about=gaps.items, kind="consignment"),
    Page(name="money", answer=money.money),
    Page(name="tranches", answer=money.tranches),
    Page(name="tranche", answer=money.tranche, about=money.tranche_names, kind="tranche"),
    Page(name="materials", answer=goods.goods),
    Page(name="goods", answer=goods.material, about=goods.material_names),
    Page(name="projects", answer=goods.projects),
    Page(name="project", answer=goods.project, about=goods.project_names, kind="project"),
    Page(name="contract", answer=contracts.contract, about=contracts.names),
    Page(name="load", answer=goods.load, about=goods.load_names, kind="consignment"),
    Page(name="parties", answer=parties.parties),
    Page(name="party", answer=parties.party, about=parties.names, kind="party"),
    Page(name="undertakings", answer=parties.undertakings),
    Page(name="findings", answer=parties.findings),
    Page(name="finding", answer=parties.finding, about=parties.finding_names, kind="finding"),
    Page(name="services", answer=record.services),
    Page(name="access", answer=access.access),
    Page(name="visits", answer=monitors.visits),
    Page(name="monitor", answer=monitors.visits, template="visits", about=monitors.names, kind="party"),
    Page(name="log", answer=record.log),
    Page(name="statements", answer=record.block, template="log", about=record.blocks),
    Page(name="changes", answer=record.changes),
    Page(name="verify", answer=record.verify),
    Page(name="data", answer=record.data),
    Page(name="words", answer=record.words),
    Page(name="style", answer=record.style),
)
PAGES: Final = {page.name: page for page in _ALL}
"""Every page, by name."""


def address(name: str, about: str = "") -> str:
    """Return where a page is within a language's part of the site: without a slash before it, with one behind."""
    if name == HOME:
        return ""
    return f"{name}/{slug(PAGES[name].kind, about)}/" if about else f"{name}/"


def twin(name: str, about: str = "") -> str:
    """Return where a page's answer is as JSON, from the root of the site."""
    return f"{name}/{slug(PAGES[name].kind, about)}.json" if about else f"{name}.json"


def known(answers: SiteAnswers, page: Page) -> frozenset[str]:
    """Return what there is that a page may be about."""
    about = page.about
    return frozenset() if about is None else answers.kept(f"about {page.name}", lambda now: frozenset(about(now)))


def homes(answers: SiteAnswers) -> dict[str, str]:
    """Return which page tells of each thing that has one."""
    return answers.kept("homes", _homes)


def _homes(answers: SiteAnswers) -> dict[str, str]:
    pages = ("contract", "load", "finding", "tranche", "project", "party", "place")
    return {thing: name for name in pages for thing in known(answers, PAGES[name])}
