"""What the portal tells those who run it: whether it answers, how much and how fast, and one line a request; nothing of who asked.

A request is told by the form of its address, never by the address: codes of questions, links and what a reader looked for stand in
those. No address of a browser, no header and no field of a form is counted or written.

Where several processes answer at one address, each keeps what it counted in a file of its own in one folder, and whichever is
asked tells the sum: who asks cannot choose which of them answers.
"""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from enduse import __version__
from enduse.errors import EnduseError
from enduse.portal.site import Site
from enduse.system import read_file

_Scope = MutableMapping[str, Any]
_App = Callable[[Any, Any, Any], Awaitable[None]]

BOUNDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which answers are counted together."""
FORMAT: Final = "text/plain; version=0.0.4"
LOG: Final = logging.getLogger("enduse.portal.requests")
OTHER: Final = "other"
"""The form of an address that the portal does not have."""


COUNTS_MAX: Final = 10_000_000
"""Bytes of what one process counted."""
SAVE_S: Final = 1.0
"""Seconds after an answer at which what was counted is kept for the other processes."""


class Counted(msgspec.Struct):
    """What one process counted, or several together.

    Attributes:
        answers: by method, form of the address and status.
        within: answers that took no longer than so many seconds each, in the order of :data:`BOUNDS`.
        seconds: all answers took.
        size: statements up to which pages are answered.
        kept, held, waiting: of the site.
    """

    answers: list[tuple[str, str, int, int]] = []
    within: tuple[int, ...] = (0,) * len(BOUNDS)
    seconds: float = 0.0
    size: int = 0
    kept: int = 0
    held: int = 0
    waiting: int = 0


class Meter:
    """Counts answers and how long they took, and writes a line for each where that is asked for.

    Attributes:
        site: whose answers.
        lines: whether a line is written for every answer.
        file: in which it keeps what it counted, beside those of other processes; ``None``: there are no others.
    """

    def __init__(self, site: Site, *, lines: bool = False, file: Path | None = None) -> None:
        self.site, self.lines, self.file = site, lines, file
        self._lock = Lock()
        before = _read(file) if file is not None else Counted()  # of the process in whose place this one was begun
        self._answers = Counter({each[:3]: each[3] for each in before.answers})
        self._within, self._seconds = before.within, before.seconds
        self._saving = False

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
            self._within = tuple(count + (seconds <= bound) for count, bound in zip(self._within, BOUNDS, strict=True))
        if self.file is not None and not self._saving:
            self._saving = True
            asyncio.get_running_loop().call_later(SAVE_S, self.save)
        if self.lines:
            line = {"at": round(time.time(), 3), "method": scope["method"], "form": form, "status": status}
            LOG.info(json.dumps({**line, "ms": round(seconds * 1_000, 1)}))

    def counted(self) -> Counted:
        """Return what this process counted."""
        site = self.site
        with self._lock:
            return Counted(
                answers=[(*key, count) for key, count in sorted(self._answers.items())],
                within=self._within,
                seconds=self._seconds,
                size=site.size,
                kept=site.kept,
                held=site.held,
                waiting=site.waiting,
            )

    def save(self) -> None:
        """Keep what was counted for the other processes."""
        self._saving = False
        if self.file is not None:
            beside = self.file.with_suffix(".new")
            beside.write_bytes(msgspec.json.encode(self.counted()))
            beside.replace(self.file)

    def told(self) -> str:
        """Return what all processes counted, in the form of Prometheus."""
        others = [] if self.file is None else [each for each in self.file.parent.glob("*.json") if each != self.file]
        total = _sum([self.counted(), *map(_read, sorted(others))])
        count = sum(each[3] for each in total.answers)
        lines = [
            *_head("enduse_info", "gauge", "The version that runs."),
            f'enduse_info{{version="{__version__}"}} 1',
            *_head("enduse_record_statements", "gauge", "Statements up to which pages are answered."),
            f"enduse_record_statements {total.size}",
            *_head("enduse_pages_kept", "gauge", "Pages and tables that are kept."),
            f"enduse_pages_kept {total.kept}",
            *_head("enduse_pages_kept_bytes", "gauge", "Bytes of them."),
            f"enduse_pages_kept_bytes {total.held}",
            *_head("enduse_questions_waiting", "gauge", "Pages that wait to be worked out."),
            f"enduse_questions_waiting {total.waiting}",
            *_head("enduse_answers_total", "counter", "Answers, by the form of the address."),
        ]
        lines += [
            f'enduse_answers_total{{method="{method}",form="{form}",status="{status}"}} {number}'
            for method, form, status, number in total.answers
        ]
        lines += _head("enduse_answer_seconds", "histogram", "How long answers took.")
        lines += [
            f'enduse_answer_seconds_bucket{{le="{bound}"}} {within}'
            for bound, within in zip(BOUNDS, total.within, strict=True)
        ]
        lines += [
            f'enduse_answer_seconds_bucket{{le="+Inf"}} {count}',
            f"enduse_answer_seconds_sum {total.seconds:.6f}",
        ]
        lines += [f"enduse_answer_seconds_count {count}"]
        return "\n".join([*lines, ""])


def _read(file: Path) -> Counted:
    """Return what a process kept; nothing where it has not yet, or cannot."""
    try:
        return msgspec.json.decode(read_file(file, COUNTS_MAX), type=Counted)
    except (OSError, EnduseError, msgspec.MsgspecError):
        return Counted()


def _sum(each: list[Counted]) -> Counted:
    """Return what several counted together; of the record what the one knows that has read the most."""
    answers: Counter[tuple[str, str, int]] = Counter()
    for one in each:
        for *key, count in one.answers:
            answers[tuple(key)] += count  # type: ignore[index]  # the first three of four
    return Counted(
        answers=[(*key, count) for key, count in sorted(answers.items())],
        within=tuple(sum(counts) for counts in zip(*(one.within for one in each), strict=True)),
        seconds=sum(one.seconds for one in each),
        size=max(one.size for one in each),
        kept=sum(one.kept for one in each),
        held=sum(one.held for one in each),
        waiting=sum(one.waiting for one in each),
    )


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
        return Response(meter.told(), media_type=FORMAT, headers={"cache-control": "no-store"})

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
