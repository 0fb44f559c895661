"""The portal, running: one process that answers until it is stopped, or several at one address."""

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enduse import is_mirror
from enduse.errors import UnknownError
from enduse.portal.imports import uvicorn
from enduse.portal.workers import keep_working

if TYPE_CHECKING:
    from litestar import Litestar

SWITCH_S: Final = 0.0005
"""Seconds after which a thread that works an answer out lets another go on: a page that is kept waits for that several times
over before it is given, and the 5 ms of Python's own are many of them."""

_Scope = MutableMapping[str, Any]
_App = Callable[[Any, Any, Any], Awaitable[None]]


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """How a portal answers.

    Attributes:
        folder: of the programme.
        origin: scheme, host and port by which browsers reach it; by default this machine's own name and the port.
        token: that whoever takes a table must show; without it nobody must.
        lines: whether a line of JSON is written for every answer, on standard error.
        database: PostgreSQL database that keeps sign-ins, drafts and questions; without it the programme's folder does.
        workers: processes that answer.
        counts: folder in which each of several keeps what it counted.
    """

    folder: Path
    origin: str = ""
    token: str = ""
    lines: bool = False
    database: str = ""
    workers: int = 1
    counts: Path | None = None


def serve(given: Serving, *, host: str, port: int, ready: Callable[[str, str], None], link: bool = False) -> None:
    """Answer for the programme in a folder until the process is stopped.

    Args:
        given: how it answers.
        host: address to answer at; ``127.0.0.1``: nobody but this machine, as where a web server stands before it.
        port: 0 takes a free one.
        ready: told the portal's address once somebody can ask it; and while nobody signs in there, the one-time link by which
            the keeper does first.
        link: whether to make that link also where somebody signs in: the keeper has lost every passkey.

    Raises:
        UnknownError, RecordError: as for :func:`enduse.open`; or nothing can answer at that address and port.
        MissingExtraError: the extra ``portal`` is not installed.
    """
    from enduse.portal import app  # noqa: PLC0415 - needs the extra, which is named above where it is missing

    with _bound(host, port) as listening:
        # Passkeys are of a name, never of a number: this machine's own is taken by every browser without a certificate.
        reached = given.origin.rstrip("/") or f"http://localhost:{listening.getsockname()[1]}"
        settled = msgspec.structs.replace(given, origin="" if is_mirror(given.folder) else reached)
        if given.workers > 1:
            first = app.first_link(given.folder, settled.origin, given.database, again=link)
        else:
            made = _made(settled, 0)
            desk = made.state.get("desk")
            first = "" if desk is None else desk.first_link(again=link)
        # Until the programme is open nobody is taken: to wait for an answer without a word looks like a site that is broken.
        with _free(host, port):  # another that bound it meanwhile may have been the first to listen
            listening.listen()
        ready(f"{reached}/", first)
        sys.stdout.flush()
        if given.workers > 1:
            with tempfile.TemporaryDirectory(prefix="enduse-counts-") as counts:
                keep_working(given.workers, answer, (msgspec.structs.replace(settled, counts=Path(counts)), listening))
        else:
            _run(made, listening, lines=given.lines)


def answer(settled: Serving, listening: socket.socket, worker: int) -> None:
    """Answer at an address that several processes share, until this one is stopped."""
    _run(_made(settled, worker), listening, lines=settled.lines)


def _made(given: Serving, worker: int) -> "Litestar":
    from enduse.portal.app import portal  # noqa: PLC0415 - needs the extra

    return portal(
        given.folder,
        origin=given.origin,
        token=given.token,
        lines=given.lines,
        database=given.database,
        counts=None if given.counts is None else given.counts / f"{worker}.json",
    )


def _run(made: "Litestar", listening: socket.socket, *, lines: bool) -> None:
    if lines:
        _write_lines()
    sys.setswitchinterval(SWITCH_S)
    settings = uvicorn.Config(
        made.state.meter.around(with_heads(made)), log_level="warning", server_header=False, date_header=False
    )
    uvicorn.Server(settings).run(sockets=[listening])


def _write_lines() -> None:
    """Let the line of every answer go to standard error, alone."""
    from enduse.portal.metering import LOG  # noqa: PLC0415 - needs the extra

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def with_heads(app: _App) -> _App:
    """Return an application that answers too who asks for the head of a page alone, as what watches a site does."""

    async def answered(scope: _Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - whatever the server gives
        # The server sends no body after a head, whatever it is given.
        asked = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await app(asked, receive, send)

    return answered


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that has its address and takes nobody yet."""
    with _free(host, port), ExitStack() as undo:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = undo.enter_context(socket.socket(family))
        if os.name == "posix":  # else a port is not free for minutes after the last run
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        undo.pop_all()
        return made


@contextmanager
def _free(host: str, port: int) -> Iterator[None]:
    """Say which address and port it was that could not be had."""
    try:
        yield
    except OSError as error:
        raise UnknownError("portal.address", host=host, port=str(port)) from error
