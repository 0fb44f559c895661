"""HTTP that ends when its time is up, whatever a server drips: headers and further redirects count like the body.

A socket's own time limit holds for one read alone, and a server that sends a letter now and then is never too slow for it.
"""

import http.client
import io
import math
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Any

_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def within(until: float) -> Iterator[None]:
    """Let whatever this thread asks of :func:`opener` end by a moment of :func:`time.monotonic`, with ``TimeoutError``."""
    token = _UNTIL.set(until)
    try:
        yield
    finally:
        _UNTIL.reset(token)


@cache
def shared() -> urllib.request.OpenerDirector:
    """Return an opener without handlers of its own."""
    return opener()


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """Return an opener with further handlers that keeps to the time of :func:`within`; whoever asks says how long one read may take."""
    made, own = (
        urllib.request.OpenerDirector(),
        any(isinstance(h, urllib.request.HTTPRedirectHandler) for h in handlers),
    )
    # Not all of Python's own: a redirect may lead to no FTP, whose answers keep to no time, and to no file of this machine.
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        _HTTP(),
        _HTTPS(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        *handlers,
        *([] if own else [urllib.request.HTTPRedirectHandler()]),
    ):
        made.add_handler(handler)
    return made


class _Socket:
    """A connection as an answer reads it: each read waits no longer than is left."""

    def __init__(self, sock: Any, timeout: float, until: float) -> None:  # noqa: ANN401 - plain or of TLS
        self._sock, self._timeout, self._until = sock, timeout, until

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock.makefile(mode, buffering=0), self._wait))

    def _wait(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(min(self._timeout, left))


class _Reader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, wait: Callable[[], None]) -> None:
        self._raw, self._wait = raw, wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - as of the base
        self._wait()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _answer(sock: Any, *given: Any, timeout: float, until: float, **more: Any) -> http.client.HTTPResponse:  # noqa: ANN401
    return http.client.HTTPResponse(_Socket(sock, timeout, until), *given, **more)  # type: ignore[arg-type] # reads alone


def _connection(kind: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - of either sort
    made = kind(*given, **more)
    until = _UNTIL.get()
    made.timeout = min(made.timeout, max(until - time.monotonic(), 0.001))
    made.response_class = partial(_answer, timeout=made.timeout, until=until)
    return made


class _HTTP(urllib.request.HTTPHandler):
    def do_open(self, http_class: Any, req: Any, **args: Any) -> Any:  # noqa: ANN401 - as of the base
        return super().do_open(partial(_connection, http_class), req, **args)


class _HTTPS(urllib.request.HTTPSHandler):
    def do_open(self, http_class: Any, req: Any, **args: Any) -> Any:  # noqa: ANN401 - as of the base
        return super().do_open(partial(_connection, http_class), req, **args)
