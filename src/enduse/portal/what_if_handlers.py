"""Addresses of what would be paid if: a page that asks and answers, and the answer as JSON."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException, TooManyRequestsException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from enduse.errors import LimitError, MalformedError
from enduse.pages.catalogue import languages
from enduse.portal.addresses import identifier, slug
from enduse.portal.answers import AsOf, SiteAnswers
from enduse.portal.drawing import PageWords, draw
from enduse.portal.money import tranche_names
from enduse.portal.pages import homes
from enduse.portal.site import Sent, Site
from enduse.views.what_if import WhatIf

SUPPOSED_MAX: Final = 100
"""Suppositions of one question."""


class SupposedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What would be paid for a tranche if, and up to where the answer reaches."""

    standing: AsOf
    answer: WhatIf


def what_if_handlers(site: Site) -> Iterator[HTTPRouteHandler]:
    """Give the handlers of what would be paid if."""
    yield _told(site)
    for language in languages():
        yield _page(site, language)


def _told(site: Site) -> HTTPRouteHandler:
    @get(
        "/what-if/{file:str}",
        sync_to_thread=True,
        operation_id="whatIfJson",
        tags=["answers"],
        summary="What would be paid for a tranche if",
        raises=[NotFoundException, TooManyRequestsException],
    )
    def told(
        request: Request[Any, Any, Any],  # noqa: ARG001 - as the framework calls it
        file: FromPath[str],
        suppose: FromQuery[list[str] | None] = None,
        result: FromQuery[list[str] | None] = None,
    ) -> Response[SupposedAnswer]:
        """Tell what would be paid; ``suppose=1:met`` for a part of the condition, ``result=2=25`` for a result of a year."""
        written, dot, _ = file.rpartition(".json")
        if not dot:
            raise NotFoundException

        def asked(answers: SiteAnswers) -> SupposedAnswer:
            found = _found(answers, written, suppose or [], result or [])
            return SupposedAnswer(standing=answers.standing, answer=found)

        headers = {"cache-control": "no-cache"}
        return Response(site.read(asked, long=True), media_type=MediaType.JSON, headers=headers)

    return told


def _page(site: Site, language: str) -> HTTPRouteHandler:
    @get(f"/{language}/what-if/{{about:str}}", include_in_schema=False, sync_to_thread=True, name=f"what_if_{language}")
    def shown(
        request: Request[Any, Any, Any],
        about: FromPath[str],
        suppose: FromQuery[list[str] | None] = None,
        result: FromQuery[list[str] | None] = None,
    ) -> Response[Any]:
        if not request.scope["raw_path"].partition(b"?")[0].endswith(b"/"):
            return Redirect(f"{request.url.path}/", status_code=308)

        def asked(answers: SiteAnswers) -> str:
            found = _found(answers, about, suppose or [], result or [])
            here = f"what-if/{slug('tranche', found.tranche)}/"
            twin = f"what-if/{slug('tranche', found.tranche)}.json"
            words = PageWords(
                language, answers.names, here=here, twin=twin, standing=answers.standing, homes=homes(answers)
            )
            words.asks = site.asks
            given = next(iter(result or []), "")
            return draw("what_if.html", words, w=found, given=given)

        sent = Sent.of(site.read(asked, long=True))
        return Response(sent.data, media_type=MediaType.HTML, headers={"cache-control": "no-cache"})

    return shown


def _found(answers: SiteAnswers, written: str, suppose: list[str], result: list[str]) -> WhatIf:
    """Return what would be paid.

    Raises:
        NotFoundException: there is no such tranche.
        LimitError, MalformedError, UnknownError: as for :meth:`enduse.Questions.what_if`.
    """
    tranche = identifier("tranche", written, tranche_names(answers))
    if tranche is None:
        raise NotFoundException
    if len(suppose) + len(result) > SUPPOSED_MAX:
        raise LimitError("desk.too_long")
    supposed = dict(_pair(each, ":") for each in suppose if each)
    results = dict(_pair(each, "=") for each in result if each)
    return answers.programme.what_if(tranche, supposed, results=results)


def _pair(given: str, sign: str) -> tuple[str, str]:
    name, found, value = given[:200].partition(sign)
    if not found or not name.strip():
        raise MalformedError("what_if.no_pair", value=given[:200])
    return name.strip(), value.strip()
