"""One server, asked politely: only itself, with a token that goes to nobody else, within bounds of size and time.

A redirect or a next page on another host is refused: it would be given the token, and nobody has said that it may answer.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message as Headers
from typing import IO, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from enduse.errors import EnduseError, LimitError, MalformedError, UnknownError
from enduse.record import timed

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_TOO_MANY: Final = (429, 503)
_PIECE: Final = 1 << 16
_SECRETS: Final = frozenset(("access_token", "token", "key", "password", "api_key"))


class FetchBounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much is had from a server at most.

    Attributes:
        size: bytes of all answers together.
        seconds: for all of them together.
        answer_s: to wait for one.
        pages: of one list.
        again: how often a server is asked again that says it is asked too often.
        wait_s: to wait before that, at most.
    """

    size: int = 512 << 20
    seconds: int = 3600
    answer_s: float = 60
    pages: int = 10_000
    again: int = 5
    wait_s: float = 60


BOUNDS: Final = FetchBounds()


class Origin:
    """A server at the address of which answers are asked for.

    Attributes:
        had: bytes that were had from it.
    """

    def __init__(self, url: str, token: str, scheme: str, bounds: FetchBounds = BOUNDS) -> None:
        """See the module.

        Args:
            url: at which is asked first; with https, but on this machine.
            token: of whoever asks; empty for what is public.
            scheme: of its use, ``Token`` or ``Bearer``.
            bounds: how much is had.

        Raises:
            MalformedError: the address is none, or holds a secret, or the token cannot be one.
        """
        self._host, self._token = host_of(url), token
        self._bounds = bounds
        self._until = time.monotonic() + bounds.seconds
        self.had = 0
        if token and (not token.isascii() or not token.isprintable() or " " in token):
            raise MalformedError("fetch.token_unreadable")
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"{scheme} {token}"} if token else {})
        self._opener = timed.opener(_StayHere(self._same))

    def get(self, url: str) -> bytes:
        """Return what is answered at an address of this server.

        Raises:
            UnknownError: it is not there, or not for whoever asks, or the server cannot be reached.
            LimitError: it is more, or takes longer, than the bounds allow.
            MalformedError: the address is another host's, or leads there.
        """
        for tried in range(self._bounds.again + 1):
            try:
                return self._get(url)
            except urllib.error.HTTPError as error:
                with error:
                    wait = _seconds(error.headers.get("Retry-After"))
                    if error.code not in _TOO_MANY or tried == self._bounds.again or wait > self._bounds.wait_s:
                        code = {401: "fetch.not_allowed", 403: "fetch.not_allowed", 404: "fetch.not_there"}
                        told = code.get(error.code, "fetch.answered_otherwise")
                        raise UnknownError(told, source=self._shown(url), status=error.code) from error
                if time.monotonic() + wait > self._until:
                    raise LimitError("fetch.too_slow", source=self._shown(url), seconds=self._bounds.seconds) from error
                time.sleep(wait)
            except EnduseError:
                raise
            except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: it cannot be sent
                if time.monotonic() >= self._until:
                    raise LimitError("fetch.too_slow", source=self._shown(url), seconds=self._bounds.seconds) from error
                raise UnknownError("fetch.unreachable", source=self._shown(url), reason=self._reason(error)) from error
        raise UnknownError("fetch.not_there", source=self._shown(url), status=0)

    def _get(self, url: str) -> bytes:
        self._same(url)
        asked = urllib.request.Request(url, headers=self._headers)  # noqa: S310 - the scheme is checked
        left = max(0.0, min(self._bounds.answer_s, self._until - time.monotonic()))
        pieces: list[bytes] = []
        with timed.within(self._until), self._opener.open(asked, timeout=left or 0.001) as reply:
            while piece := reply.read1(_PIECE):  # what has come by now: a server that drips must not hold us up
                pieces.append(piece)
                self.had += len(piece)
                if self.had > self._bounds.size:
                    raise LimitError("fetch.too_much", source=self._shown(url), most=self._bounds.size)
            if reply.length:  # cut short, which read and read1 do not tell
                raise http.client.IncompleteRead(pieces[-1] if pieces else b"", reply.length)
        return b"".join(pieces)

    def _same(self, url: str) -> None:
        if host_of(url) != self._host:
            raise MalformedError("fetch.other_host", source=self._shown(url), host=self._host[1])

    def _shown(self, url: str) -> str:
        return self._hidden(_shown(url))

    def _reason(self, error: Exception) -> str:
        reason = getattr(error, "reason", None)
        return self._hidden(str(reason or error or type(error).__name__).strip())

    def _hidden(self, text: str) -> str:
        """Return what a server said without the token, which it may have said back to us."""
        return text.replace(self._token, "…") if self._token else text


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the same server only."""

    def __init__(self, check: Callable[[str], None]) -> None:
        self._check = check

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Headers, newurl: str
    ) -> urllib.request.Request | None:
        self._check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type] # HTTPMessage is one


def host_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address.

    Raises:
        MalformedError: it is none, is not encrypted, or holds a secret that others would see.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise MalformedError("fetch.no_address", source=url.partition("?")[0]) from error
    if parts.username or parts.password or not _SECRETS.isdisjoint(name.lower() for name, _ in parse_qsl(parts.query)):
        raise MalformedError("fetch.secret_in_address", source=host)
    if not host or parts.scheme not in ("http", "https"):
        raise MalformedError("fetch.no_address", source=_shown(url))
    if parts.scheme == "http" and host not in _LOCAL:
        raise MalformedError("fetch.not_encrypted", source=_shown(url))
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def _shown(url: str) -> str:
    """Return an address as it may be shown: without whatever stands behind a question mark."""
    return url.partition("?")[0]


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 1.0
