"""What the portal tells those who run it: whether it answers, how much and how fast, and one line a request; nothing of who asked.

A request is told by the form of its address, never by the address: codes of questions, links and what a reader looked for stand in
those. No address of a browser, no header and no field of a form is counted or written.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from ipaddress import ip_address
from threading import Lock
from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from enduse import __version__
from enduse.portal.site import Site

_Scope = MutableMapping[str, Any]
_App = Callable[[Any, Any, Any], Awaitable[None]]

BOUNDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which answers are counted together."""
FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
LOG: Final = logging.getLogger("enduse.portal.requests")
OTHER: Final = "other"
"""The form of an address that the portal does not have."""


class Meter:
    """Counts answers and how long they took, and writes a line for each where that is asked for.

    Attributes:
        lines: whether a line is written for every answer.
        worker: which of several processes this is; each counts its own answers, and says so in every figure.
    """

    def __init__(self, *, lines: bool = False, worker: int = 0) -> None:
        self.lines, self.worker = lines, worker
        self._lock = Lock()
        self._answers: Counter[tuple[str, str, int]] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0
        self._count = 0

    def around(self, app: _App) -> _App:
        """Return an application whose answers are counted."""

        async def metered(scope: _Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - whatever the server gives
            if scope.get("type") != "http":
                await app(scope, receive, send)
                return
            began, status = time.monotonic(), 500

            async def sent(message: _Scope) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, sent)
            finally:
                self._note(scope, status, time.monotonic() - began)

        return metered

    def _note(self, scope: _Scope, status: int, seconds: float) -> None:
        form = str(scope.get("path_template") or OTHER)
        with self._lock:
            self._answers[str(scope["method"])[:10], form, status] += 1
            self._seconds += seconds
            self._count += 1
            for bound in BOUNDS:
                self._within[bound] += seconds <= bound
        if self.lines:
            line = {"at": round(time.time(), 3), "method": scope["method"], "form": form, "status": status}
            LOG.info(json.dumps({**line, "ms": round(seconds * 1_000, 1)}))

    def told(self, site: Site) -> str:
        """Return what is counted, in the form of Prometheus."""
        with self._lock:
            answers, within = sorted(self._answers.items()), dict(self._within)
            seconds, count = self._seconds, self._count
        lines = [
            *_head("enduse_info", "gauge", "The version that runs."),
            f'enduse_info{{version="{__version__}"}} 1',
            *_head("enduse_record_statements", "gauge", "Statements up to which pages are answered."),
            f"enduse_record_statements {site.size}",
            *_head("enduse_pages_kept", "gauge", "Pages and tables that are kept."),
            f"enduse_pages_kept {site.kept}",
            *_head("enduse_pages_kept_bytes", "gauge", "Bytes of them."),
            f"enduse_pages_kept_bytes {site.held}",
            *_head("enduse_questions_waiting", "gauge", "Pages that wait to be worked out."),
            f"enduse_questions_waiting {site.waiting}",
            *_head("enduse_answers_total", "counter", "Answers, by the form of the address."),
        ]
        lines += [
            f'enduse_answers_total{{method="{method}",form="{form}",status="{status}"}} {number}'
            for (method, form, status), number in answers
        ]
        lines += _head("enduse_answer_seconds", "histogram", "How long answers took.")
        lines += [f'enduse_answer_seconds_bucket{{le="{bound}"}} {within.get(bound, 0)}' for bound in BOUNDS]
        lines += [f'enduse_answer_seconds_bucket{{le="+Inf"}} {count}', f"enduse_answer_seconds_sum {seconds:.6f}"]
        lines += [f"enduse_answer_seconds_count {count}"]
        return "\n".join([*(_labelled(line, self.worker) for line in lines), ""])


def _labelled(line: str, worker: int) -> str:
    """Return a line with the process that it is of, where there are several: each tells of itself."""
    if not worker or line.startswith("#"):
        return line
    name, _, value = line.rpartition(" ")
    labels = name[:-1] + "," if name.endswith("}") else name + "{"
    return f'{labels}worker="{worker}"}} {value}'


def _head(name: str, kind: str, told: str) -> list[str]:
    return [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]


def metering_handlers(site: Site, meter: Meter) -> Iterator[HTTPRouteHandler]:
    """Give the handlers of health, for whoever watches the service, and of metrics, for this machine alone."""

    @get("/health", sync_to_thread=True, include_in_schema=False)
    def health() -> Response[dict[str, str | int]]:
        """Say whether the programme can be asked: it is asked."""
        size = site.read(lambda answers: answers.size)
        return Response({"status": "ok", "statements": size}, headers={"cache-control": "no-store"})

    @get("/metrics", sync_to_thread=True, include_in_schema=False)
    def metrics(request: Request[Any, Any, Any]) -> Response[str]:
        """Tell what is counted to who asks from this machine; others find nothing here."""
        if not _near(request):
            raise NotFoundException
        return Response(meter.told(site), media_type=FORMAT, headers={"cache-control": "no-store"})

    yield health
    yield metrics


def _near(request: Request[Any, Any, Any]) -> bool:
    """Say whether a request comes from this machine, and through no web server before the portal."""
    if any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via")) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
