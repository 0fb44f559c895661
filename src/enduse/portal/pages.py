"""What a page is: a question with an address, one function that answers it, and a template that draws the answer."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.home import home

__all__ = ["HOME", "PAGES", "Page", "address", "twin"]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the site.

    Attributes:
        name: first part of its address, and name of its template; the home page's address has none.
        answer: makes the answer from a programme's answers and what the page is about; ``None``: there is no such thing.
        about: of a page about one of several things, the identifiers there are; of others nothing.
        kind: what an identifier is of, which its address leaves away.
    """

    name: str
    answer: Callable[[SiteAnswers, str], msgspec.Struct | None]
    about: Callable[[SiteAnswers], Iterable[str]] | None = None
    kind: str = ""


HOME: Final = "home"

PAGES: Final = {page.name: page for page in (Page(name=HOME, answer=home),)}
"""Every page, by name."""


def address(name: str, about: str = "") -> str:
    """Return where a page is within a language's part of the site: without a slash before it, with one behind."""
    if name == HOME:
        return ""
    return f"{name}/{slug(PAGES[name].kind, about)}/" if about else f"{name}/"


def twin(name: str, about: str = "") -> str:
    """Return where a page's answer is as JSON, from the root of the site."""
    return f"{name}/{slug(PAGES[name].kind, about)}.json" if about else f"{name}.json"
