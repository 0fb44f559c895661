"""The portal as a web application: addresses, languages, headers; what it answers is worked out elsewhere."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, get_type_hints
from urllib.parse import quote, urlencode

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler, Message, Scope

from enduse import __version__
from enduse.errors import EnduseError
from enduse.messages import Message as Told
from enduse.pages.catalogue import ENGLISH, languages
from enduse.portal.answers import AsOf, SiteAnswers
from enduse.portal.ask import HookMessage
from enduse.portal.ask_handlers import ask_handlers
from enduse.portal.description import UNCHANGED, Description
from enduse.portal.desk import Desk, status_of
from enduse.portal.desk_handlers import sign_in_handlers
from enduse.portal.desk_postgres import DeskDatabase
from enduse.portal.desk_store import FILE, DeskFile, DeskStore
from enduse.portal.drawing import PageWords, draw
from enduse.portal.language import negotiated
from enduse.portal.metering import Meter, metering_handlers
from enduse.portal.pages import HOME, PAGES, Page, address
from enduse.portal.parts import FOLDER, ListPart
from enduse.portal.past_handlers import past_handlers
from enduse.portal.publication import publication_handlers
from enduse.portal.say_handlers import say_handlers
from enduse.portal.search import exactly, nearly, page_of, western
from enduse.portal.site import PageKey, Sent, Site
from enduse.portal.table_handlers import table_handlers
from enduse.portal.what_if_handlers import what_if_handlers

CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}
"""On every answer that does not set its own."""

_FILES: Final = {"portal.css": "text/css", "desk.css": "text/css", "favicon.svg": "image/svg+xml"}
_LOG: Final = logging.getLogger(__name__)
_NOT_FOUND: Final = 404
_TOO_LARGE: Final = 413
_BROKEN: Final = 500


class _Application(Litestar):
    """The framework without what it does for other libraries' classes, whose import takes as long as all our pages' setting up."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def portal(
    folder: Path,
    more: Sequence[ControllerRouterHandler] = (),
    *,
    origin: str = "",
    token: str = "",
    lines: bool = False,
    database: str = "",
    counts: Path | None = None,
) -> Litestar:
    """Return the portal of the programme in a folder, to be run by any ASGI server.

    Args:
        folder: of the programme.
        more: further handlers; they find the programme in ``request.app.state.site``.
        token: that whoever takes a table must show; without it nobody must.
        lines: whether a line is written for every answer.
        database: PostgreSQL database that keeps sign-ins, drafts and questions; without it the programme's folder does.
        counts: file in which this one of several processes keeps what it counted, beside those of the others.
        origin: scheme, host and port by which browsers reach it, where people are to sign in and to ask; without it nobody does.

    Raises:
        UnknownError, RecordError: as for :func:`enduse.open`.
        MissingExtraError: the extra ``portal`` is not installed.
    """
    site = Site(folder, asks=bool(origin))
    desk = Desk(site, _store(site, database), origin) if origin else None

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        app.state.site = site
        site.warm()
        try:
            yield
        finally:
            site.close()
            if desk is not None:
                desk.store.close()

    handlers: list[ControllerRouterHandler] = [first, file, icon, robots, printed, _parts(site, "")]
    for language in languages():
        handlers += [_find(site, language), _parts(site, language), *_html(site, language)]
    if desk is not None:
        handlers += [*sign_in_handlers(desk), *say_handlers(desk), *ask_handlers(desk)]
    meter = Meter(site, lines=lines, file=counts)
    handlers += [
        *what_if_handlers(site),
        *past_handlers(site, answered),
        *table_handlers(site, token),
        *publication_handlers(site),
        *metering_handlers(site, meter),
    ]
    handlers += [_json(site, page) for page in PAGES.values()]
    made = _Application(
        route_handlers=[*handlers, *more],
        lifespan=[opened],
        before_send=[_headed],
        exception_handlers={Exception: _failed, HTTPException: _failed},
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=6),
        openapi_config=OpenAPIConfig(
            title="Enduse",
            version=__version__,
            path="/api",
            render_plugins=[Description(path="/openapi.json", bodies={"/ask/message.json": HookMessage})],
        ),
    )
    made.state.desk = desk
    made.state.meter = meter
    return made


def first_link(folder: Path, origin: str, database: str, *, again: bool) -> str:
    """Return the one-time link for the keeper where nobody signs in yet, else nothing; for a portal of several processes.

    Args:
        folder: of the programme.
        origin: as for :func:`portal`; without it nobody signs in.
        database: that keeps sign-ins; without it the folder does.
        again: whether to make one also where somebody signs in.
    """
    site = Site(folder, asks=bool(origin))
    try:
        if not origin:
            return ""
        with _store(site, database) as store:
            return Desk(site, store, origin).first_link(again=again)
    finally:
        site.close()


def _store(site: Site, database: str) -> DeskStore:
    if not database:
        return DeskFile(site.folder / FILE)
    return DeskDatabase(database, site.read(lambda answers: answers.programme.origin))


async def _headed(message: Message, scope: Scope) -> None:  # noqa: ARG001 - as the framework calls it
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)


@get("/", include_in_schema=False, sync_to_thread=False)
def first(request: Request[Any, Any, Any]) -> Redirect:
    """Send a reader to the first page in the language that the browser asks for."""
    language = negotiated(request.headers.get("accept-language", ""))
    return Redirect(f"/{language}/", status_code=302, headers={"vary": "Accept-Language", "cache-control": "no-cache"})


@get("/c/{code:str}", include_in_schema=False, sync_to_thread=False)
def printed(request: Request[Any, Any, Any], code: FromPath[str]) -> Redirect:
    """Send whoever reads an address printed on a box or truck to what became of it."""
    language = negotiated(request.headers.get("accept-language", ""))
    headers = {"vary": "Accept-Language", "cache-control": "no-cache"}
    return Redirect(f"/{language}/find/?{urlencode({'q': code})}", status_code=302, headers=headers)


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=True)
def file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Give a file that pages are drawn with."""
    if name not in _FILES:
        raise NotFoundException
    return answered(request, packaged(name), _FILES[name])


@get("/favicon.ico", include_in_schema=False, sync_to_thread=True)
def icon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the sign of the site, which browsers ask for by this name."""
    return answered(request, packaged("favicon.svg"), _FILES["favicon.svg"])


@get("/robots.txt", include_in_schema=False, sync_to_thread=True)
def robots(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Say what machines that read all pages leave alone: forms, and what is made up by asking."""
    return answered(request, packaged("robots.txt"), MediaType.TEXT)


@cache
def packaged(name: str) -> Sent:
    """Return a file that pages are drawn with."""
    return Sent.of((resources.files("enduse.portal") / "static" / name).read_bytes())


def answered(request: Request[Any, Any, Any], body: Sent, media: str) -> Response[bytes]:
    """Return a body as an answer, or that the reader has it already."""
    # Weak: the same page is sent packed and not.
    headers = {"etag": f'W/"{body.tag}"', "cache-control": "no-cache"}
    if body.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media)
    return Response(body.data, headers=headers, media_type=media)


async def _page(site: Site, request: Request[Any, Any, Any], key: PageKey) -> Sent | None:
    """Return a page: as it is kept, or for somebody who signs in the newest."""
    newest = bool(site.cookie) and site.cookie in request.cookies
    kept = None if newest else site.kept_page(key)
    return kept or await asyncio.wrap_future(site.made_page(key, newest=newest))


def _html(site: Site, language: str) -> list[HTTPRouteHandler]:
    """Return the handlers of the pages in one language: one for each form of address, as each handler takes time to set up."""

    async def drawn(request: Request[Any, Any, Any], name: str, about: str) -> Response[Any]:
        page = PAGES.get(name)
        if page is None or (page.about is None) != (not about):
            raise NotFoundException
        # What is counted tells pages apart, not what they are about.
        request.scope["path_template"] = f"/{language}/{name}/{{about}}" if about else f"/{language}/{name}"
        if not request.scope["raw_path"].endswith(b"/"):
            return Redirect(f"/{language}/{name}/{quote(about) + '/' if about else ''}", status_code=308)
        body = await _page(site, request, (name, about, language, ""))
        if body is None:
            raise NotFoundException
        return answered(request, body, MediaType.HTML)

    @get(f"/{language}", include_in_schema=False, name=f"{HOME}_{language}")
    async def home(request: Request[Any, Any, Any]) -> Response[Any]:
        if not request.scope["raw_path"].endswith(b"/"):
            return Redirect(f"/{language}/", status_code=308)
        body = await _page(site, request, (HOME, "", language, ""))
        return answered(request, body or Sent.of(b""), MediaType.HTML)

    @get(f"/{language}/{{name:str}}", include_in_schema=False, name=f"page_{language}")
    async def of_all(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
        return await drawn(request, "" if name == HOME else name, "")

    @get(f"/{language}/{{name:str}}/{{about:str}}", include_in_schema=False, name=f"page_about_{language}")
    async def of_one(request: Request[Any, Any, Any], name: FromPath[str], about: FromPath[str]) -> Response[Any]:
        return await drawn(request, name, about)

    return [home, of_all, of_one]


def _parts(site: Site, language: str) -> HTTPRouteHandler:
    """Return the handler of further parts of long lists, as pages of one language, or as JSON where that is empty."""
    path = f"/{language}/{FOLDER}/{{where:path}}" if language else f"/{FOLDER}/{{where:path}}"

    @get(path, include_in_schema=False, name=f"list_{language}")
    async def shown(request: Request[Any, Any, Any], where: FromPath[Path]) -> Response[Any]:
        """Give a page with another part of one of its lists, as its address stands in the answer before."""
        name, *rest = where.as_posix().strip("/").removesuffix("" if language else ".json").split("/")
        if len(rest) != (3 if name in PAGES and PAGES[name].about else 2) or name not in PAGES:
            raise NotFoundException
        if language and not request.scope["raw_path"].endswith(b"/"):
            return Redirect(f"{request.url.path}/", status_code=308)
        *about, field, number = rest
        body = await _page(site, request, (name, "".join(about), language, f"{field}/{number}"))
        if body is None:
            raise NotFoundException
        return answered(request, body, MediaType.HTML if language else MediaType.JSON)

    return shown


def _find(site: Site, language: str) -> HTTPRouteHandler:
    """Return the handler that finds what a reader looks for: one thing is gone to, several are shown."""

    @get(f"/{language}/find", include_in_schema=False, sync_to_thread=True, name=f"find_{language}")
    def found(request: Request[Any, Any, Any], q: FromQuery[str] = "") -> Response[Any]:
        return site.read(lambda answers: look(answers, request, western(q)))

    def look(answers: SiteAnswers, request: Request[Any, Any, Any], asked: str) -> Response[Any]:
        if (one := exactly(answers, asked)) is not None:
            return Redirect(f"/{language}/{address(page_of(answers, one), one)}", status_code=303)
        things = {each: page_of(answers, each) for each in nearly(answers, asked)}
        words = PageWords(language, answers.names, here="find/", standing=answers.standing, homes=things)
        words.asks = site.asks
        body = Sent.of(draw("find.html", words, asked=asked, found=things))
        return answered(request, body, MediaType.HTML)

    return found


def _json(site: Site, page: Page) -> HTTPRouteHandler:
    """Return the handler of a page's answer as JSON."""
    path = f"/{page.name}/{{file:str}}" if page.about else f"/{page.name}.json"

    # What is sent was made before, as bytes; of what form it is, the function tells that makes it.
    form = msgspec.defstruct(
        f"{page.name.title()}Answer",
        [("standing", AsOf), ("answer", get_type_hints(page.answer)["return"]), ("rest", tuple[ListPart, ...], ())],
        omit_defaults=True,
    )
    told_as = ResponseSpec(
        data_container=form, media_type=MediaType.JSON, generate_examples=False, description="The answer of the page."
    )

    @get(
        path,
        name=f"{page.name}_json",
        operation_id=f"{page.name}Json",
        tags=["answers"],
        responses={200: told_as, **UNCHANGED},
        raises=[NotFoundException] if page.about else None,
    )
    async def told(request: Request[Any, Any, Any], file: FromPath[str] = ".json") -> Response[bytes]:
        about, dot, _ = file.rpartition(".json")
        body = await _page(site, request, (page.name, about, "", "")) if dot else None
        if body is None:
            raise NotFoundException
        return answered(request, body, MediaType.JSON)

    return told


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Return a page that says what is wrong and what can be done about it."""
    status = status_of(error) if isinstance(error, EnduseError) else getattr(error, "status_code", _BROKEN)
    if status == _BROKEN:
        _LOG.error("a page could not be made", exc_info=error)
    path = request.scope["path"]
    headers = getattr(error, "headers", None) or {}
    if path.endswith(".json"):
        code = error.problem.code if isinstance(error, EnduseError) else str(status)
        return Response({"error": code}, status_code=status, media_type=MediaType.JSON, headers=headers)
    asked = path.split("/")[1]
    language = asked if asked in languages() else ENGLISH
    ends = "/" if request.scope["raw_path"].partition(b"?")[0].endswith(b"/") and not path.endswith("/") else ""
    sheet = PageWords(language, {}, here="/".join(path.split("/")[2:]) + ends)
    problem = error.problem.told if isinstance(error, EnduseError) else None
    if status == _TOO_LARGE:
        problem = Told.of("desk.too_large")
    text = draw("error.html", sheet, missing=status == _NOT_FOUND, problem=problem)
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers)
