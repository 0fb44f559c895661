"""Addresses of pages as they stood on a day: the pages, their answers as JSON, and the form that leads there."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from enduse.pages.catalogue import languages
from enduse.portal.answers import SiteAnswers
from enduse.portal.pages import HOME, address
from enduse.portal.past import WAYS, By, PastPage, PastPages, past_page
from enduse.portal.site import Sent, Site

_Answered = Callable[[Request[Any, Any, Any], Sent, str], Response[bytes]]


def past_handlers(site: Site, answered: _Answered) -> Iterator[HTTPRouteHandler]:
    """Give the handlers of pages of earlier days.

    Args:
        site: whose.
        answered: makes an answer of what is sent.
    """
    pages = PastPages(site.folder, asks=site.asks)
    for by in WAYS:
        for language in ("", *languages()):
            yield from _given(site, pages, by, language, answered)
    for language in languages():
        yield _asked(site, language)


def _given(site: Site, pages: PastPages, by: By, language: str, answered: _Answered) -> Iterator[HTTPRouteHandler]:
    begin, of_one = f"/{language}/{by}/{{day:str}}" if language else f"/{by}/{{day:str}}", "/{name:str}/{about:str}"

    def given(request: Request[Any, Any, Any], day: str, name: str, about: str) -> Response[Any]:
        asked, today = site.read(lambda answers: (past_page(answers, by, day, name, about), _day(answers)))
        if asked is None:
            raise NotFoundException
        if language and not request.scope["raw_path"].partition(b"?")[0].endswith(b"/"):
            return Redirect(f"/{language}/{asked.way('/')}", status_code=308)
        if asked.day >= today:
            return Redirect(_way(asked, language), status_code=302, headers={"cache-control": "no-cache"})
        sent = pages.page(asked, language)
        if sent is None:
            raise NotFoundException
        return answered(request, sent, MediaType.HTML if language else MediaType.JSON)

    @get(f"{begin}{of_one}", include_in_schema=False, sync_to_thread=True, name=f"{by}_one_{language}")
    def one(
        request: Request[Any, Any, Any], day: FromPath[str], name: FromPath[str], about: FromPath[str]
    ) -> Response[Any]:
        return given(request, day, name, about if language else _stem(about))

    yield one
    if language:

        @get(begin, include_in_schema=False, sync_to_thread=True, name=f"{by}_{language}")
        def home(request: Request[Any, Any, Any], day: FromPath[str]) -> Response[Any]:
            return given(request, day, HOME, "")

        yield home
    else:

        @get(f"{begin}/{{file:str}}", include_in_schema=False, sync_to_thread=True, name=f"{by}_home")
        def told(request: Request[Any, Any, Any], day: FromPath[str], file: FromPath[str]) -> Response[Any]:
            return given(request, day, _stem(file), "")

        yield told


def _stem(file: str) -> str:
    """Return what a file of JSON is of."""
    stem, dot, _ = file.rpartition(".json")
    if not dot:
        raise NotFoundException
    return stem


def _asked(site: Site, language: str) -> HTTPRouteHandler:
    @get(f"/{language}/then", include_in_schema=False, sync_to_thread=True, name=f"then_{language}")
    def then(of: FromQuery[str] = "", day: FromQuery[str] = "", by: FromQuery[str] = "known") -> Response[Any]:
        name, _, about = of[:500].strip("/").partition("/")
        asked, today = site.read(lambda answers: (past_page(answers, by, day, name or HOME, about), _day(answers)))
        if asked is None:
            raise NotFoundException
        way = _way(asked, language) if asked.day >= today else f"/{language}/{asked.way('/')}"
        return Redirect(way, status_code=303, headers={"cache-control": "no-cache"})

    return then


def _day(answers: SiteAnswers) -> date:
    """Return the last day of the record, which is today's page."""
    return answers.standing.as_of


def _way(asked: PastPage, language: str) -> str:
    """Return the address of a page of today."""
    if not language:
        return f"/{asked.name}/{asked.written}.json" if asked.written else f"/{asked.name}.json"
    return f"/{language}/{asked.name}/{asked.written}/" if asked.written else f"/{language}/{address(asked.name)}"
