"""Addresses of tables: they stay, lead nowhere else, and take a token where the programme asks for one."""

import base64
import binascii
import hmac
from collections.abc import Iterator
from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from enduse.pages.catalogue import ENGLISH, languages
from enduse.pages.flat_files import Form
from enduse.portal.answers import SiteAnswers
from enduse.portal.description import UNCHANGED
from enduse.portal.site import Sent, Site
from enduse.portal.tables import FORMS, SAID, TableAddress, next_after, table_addresses, table_file
from enduse.views.flat_rows import TABLES

ENTRIES_MOST: Final = 2**53
CHALLENGE: Final = {"www-authenticate": 'Basic realm="tables", charset="UTF-8"'}
"""What Excel and Power BI ask a password for."""

After = Annotated[int, QueryParameter(name="after", ge=0, le=ENTRIES_MOST, description="First statement of the file.")]


def table_handlers(site: Site, token: str = "") -> Iterator[HTTPRouteHandler]:
    """Give the handlers of tables.

    Args:
        site: whose.
        token: that whoever takes a table must show, as *Bearer*, or as the password of *Basic*; without it nobody must.
    """
    yield _list(token)
    for language in ("", *languages()):
        yield _file(site, language, token)


def _list(token: str) -> HTTPRouteHandler:
    @get(
        "/tables.json",
        sync_to_thread=True,
        operation_id="tablesJson",
        tags=["tables"],
        summary="The tables there are",
        raises=[NotAuthorizedException] if token else None,
    )
    def listed(request: Request[Any, Any, Any]) -> tuple[TableAddress, ...]:
        """Give every table with its addresses and columns."""
        allow(request, token)
        return table_addresses()

    return listed


def _file(site: Site, language: str, token: str) -> HTTPRouteHandler:
    path = f"/{language}/tables/{{file:str}}" if language else "/tables/{file:str}"

    @get(
        path,
        sync_to_thread=True,
        include_in_schema=not language,
        name=f"tables_{language}",
        operation_id="tableFile",
        tags=["tables"],
        summary="A table as CSV or Parquet",
        responses={
            200: ResponseSpec(
                data_container=bytes, media_type="text/csv", generate_examples=False, description="The table."
            ),
            **UNCHANGED,
        },
        raises=[NotFoundException, *([NotAuthorizedException] if token else [])],
    )
    def taken(request: Request[Any, Any, Any], file: FromPath[str], after: After = 0) -> Response[bytes]:
        """Give a table: ``NAME.csv`` or ``NAME.parquet``; of statements 50,000 a file, ``after`` leads to the next."""
        allow(request, token)
        table, _, form = file.rpartition(".")
        if table not in TABLES or form not in FORMS or (after and table != SAID):
            raise NotFoundException
        wanted = form
        body, following = site.read(lambda answers: _taken(site, answers, table, wanted, language, after), long=True)
        headers = {"etag": f'W/"{body.tag}"', "cache-control": "private, no-cache" if token else "no-cache"}
        if following is not None:
            headers["link"] = f'<{request.url.path}?after={following}>; rel="next"'
        if body.tag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers, media_type=FORMS[wanted])
        return Response(body.data, headers=headers, media_type=FORMS[wanted])

    return taken


def _taken(
    site: Site, answers: SiteAnswers, table: str, form: Form, language: str, after: int
) -> tuple[Sent, int | None]:
    def made() -> Sent:
        return Sent.of(table_file(answers, table, form, language or ENGLISH, after))

    following = next_after(answers, after) if table == SAID else None
    return site.keep((f"table {table} {after}", form, language, ""), answers, made), following


def allow(request: Request[Any, Any, Any], token: str) -> None:
    """Let a request through that shows the token, where one is asked for.

    Raises:
        NotAuthorizedException: it does not.
    """
    if not token:
        return
    scheme, _, given = request.headers.get("authorization", "")[:1_000].partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    elif scheme.lower() != "bearer":
        given = ""
    if not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise NotAuthorizedException(headers=CHALLENGE)
