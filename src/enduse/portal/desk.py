"""The desk: the part of the portal for those who sign in, and how a request to it is answered."""

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie, UploadFile

import enduse
from enduse.errors import ConflictError, EnduseError, LimitError, RecordError, SignatureError, UnknownError
from enduse.portal.answers import SiteAnswers
from enduse.portal.desk_store import DeskStore
from enduse.portal.drawing import PageWords, draw
from enduse.portal.sessions import SESSION_S, PortalUser, SignIn
from enduse.portal.site import Site
from enduse.portal.uploads import forget, sweep

SCRIPT_CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)
"""Of pages on which a passkey is asked: one file of ours, from here, and no other script."""

FIELD_MAX: Final = 100_000
"""Characters of one field of a form, an envelope among them."""

BODY_MAX: Final = 300_000
"""Bytes of what is sent to the desk at once."""

_STATUS: Final = {RecordError: 500, SignatureError: 403, UnknownError: 404, ConflictError: 409, LimitError: 429}
_WRONG: Final = 400
_ELSEWHERE: Final = 303


class PageReply(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be drawn.

    Attributes:
        template: its name.
        values: what it shows.
        status: of the answer.
        script: whether a passkey is asked there.
    """

    template: str
    values: Mapping[str, Any] = {}
    status: int = 200
    script: bool = False


class WayReply(msgspec.Struct, frozen=True):
    """Another page to go to: its address within this language's part of the site."""

    address: str


class FileReply(msgspec.Struct, frozen=True):
    """A file to be saved."""

    name: str
    data: bytes


Reply = PageReply | WayReply | FileReply


def status_of(error: EnduseError) -> int:
    """Return with which status what is wrong is answered."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), _WRONG)


class Visit:
    """One request of one browser.

    Attributes:
        desk: where.
        answers: of the programme, now.
        language: of the page.
        token: of the browser.
        person: who is signed in; ``None`` where nobody is.
        fields: of the form that was sent, or of the address.
        files: that were sent, by the field.
        file_names: what the browser calls them.
        who: address of the browser, for limits.
        new_token: for the browser to keep from now on.
        recorded: whether something was recorded, so that the pages' answers are of an earlier size.
    """

    def __init__(self, desk: "Desk", answers: SiteAnswers, request: Request[Any, Any, Any]) -> None:
        self.desk, self.answers = desk, answers
        self.language: str = request.scope["path"].split("/")[1]
        self.here = "/".join(request.scope["path"].strip("/").split("/")[1:]) + "/"
        self.token = request.cookies.get(desk.cookie, "")[:200]
        self.person = desk.sign_in.person(self.token) if self.token else None
        self.new_token = ""
        self.recorded = False
        self.fields: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.file_names: dict[str, str] = {}
        self.who = "" if request.client is None else request.client.host
        if not self.token:
            self.token = self.new_token = desk.sign_in.new_token()

    @property
    def me(self) -> PortalUser:
        """Who is signed in.

        Raises:
            SignatureError: nobody is.
        """
        if self.person is None:
            raise SignatureError("desk.not_yours")
        return self.person

    @property
    def programme(self) -> "enduse.Programme":
        """The programme, to be asked and added to while this request is answered."""
        return self.desk.site.programme

    def take(self, data: Mapping[str, Any], file_max: int = FIELD_MAX) -> None:
        """Take the fields of a form: texts of some length, and files.

        Args:
            data: as it came.
            file_max: bytes of a file.

        Raises:
            LimitError: one is too long.
        """
        for name, value in data.items():
            if isinstance(value, UploadFile):
                self.files[name], self.file_names[name] = value.file.read(file_max + 1), value.filename
            elif isinstance(value, str):
                self.fields[name] = value
            else:
                continue  # sent twice, or nested: no form of ours does
            if len(self.files.get(name, b"")) > file_max or len(self.fields.get(name, "")) > FIELD_MAX:
                raise LimitError("desk.too_long")

    def limit(self, what: str, most: int, seconds: int) -> None:
        """Let this browser's address do something only so often in a span of so many seconds.

        Raises:
            LimitError: it did it more often.
        """
        if not self.desk.store.allows(what, self.who, most, seconds):
            raise LimitError("desk.busy")

    def sheet(self) -> PageWords:
        """Return what a template may call."""
        words = PageWords(self.language, self.answers.names, here=self.here, standing=self.answers.standing)
        words.asks = True
        words.root = "/"  # these pages are never files, and their addresses may come without the last slash
        return words


class Desk:
    """The desk of one portal.

    Attributes:
        site: whose programme it is.
        store: beside the record.
        sign_in: how people sign in.
        cookie: name of the browser's token.
    """

    def __init__(self, site: Site, store: DeskStore, origin: str) -> None:
        """Open the desk.

        Args:
            site: whose programme it is.
            store: beside the record.
            origin: of the pages, as the browser writes it: scheme, host and port.
        """
        self.site, self.store, self.origin = site, store, origin
        sweep(site.folder)
        forget(store)
        parts = urlsplit(origin)
        self._secure = parts.scheme == "https"
        self.cookie = "__Host-desk" if self._secure else "desk"
        self.sign_in = SignIn(store, parts.hostname or "", origin, self._is_in_record)
        site.cookie = self.cookie

    def _is_in_record(self, key: bytes) -> bool:
        """Say whether a public key signs statements, or ever did; the programme is opened with the first question to it."""
        return self.site.programme.knows_key(key)

    def first_link(self, *, again: bool = False) -> str:
        """Return the one-time link for the keeper where nobody signs in yet; else nothing.

        Args:
            again: also where somebody does: the keeper has lost every passkey. Whoever is asked for it has the folder itself.
        """
        if self.sign_in.has_people() and not again:
            return ""
        keeper = self.site.read(lambda answers: answers.programme.keys().keeper)
        return self.link_of(self.sign_in.invite(keeper, "", ""))

    def link_of(self, code: str) -> str:
        """Return the address of a one-time link; it is used up by whoever makes a passkey with it, not by looking at it."""
        return f"{self.origin}/en/desk/join/{code}/"

    def serve(
        self,
        request: Request[Any, Any, Any],
        act: Callable[[Visit], Reply],
        data: Mapping[str, Any] | None = None,
        *,
        everybody: bool = False,
        file_max: int = FIELD_MAX,
    ) -> Response[Any]:
        """Answer a request.

        Args:
            request: that came.
            act: what is done.
            data: fields of the form that was sent; ``None`` where a page is only asked for.
            everybody: whether this is also for those who are not signed in.
            file_max: bytes of a file that comes with it.
        """
        if not everybody:
            self.site.follow()  # what was recorded elsewhere, a key just brought in, counts for whoever signs next
        response, recorded = self.site.ask(
            lambda answers: self._served(answers, request, act, data, everybody=everybody, file_max=file_max)
        )
        if recorded:
            self.site.follow()
        return response

    def _served(
        self,
        answers: SiteAnswers,
        request: Request[Any, Any, Any],
        act: Callable[[Visit], Reply],
        data: Mapping[str, Any] | None,
        *,
        everybody: bool,
        file_max: int,
    ) -> tuple[Response[Any], bool]:
        forget(self.store)
        visit = Visit(self, answers, request)
        try:
            if data is None:
                visit.fields = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
            else:
                visit.take(data, file_max)
                sent_from = request.headers.get("origin", self.origin)
                if sent_from != self.origin or not self.sign_in.is_own_form(
                    visit.token, visit.fields.pop("form_token", "")
                ):
                    raise SignatureError("desk.form")
            if visit.person is None and not everybody:
                return self._answer(visit, WayReply("desk/sign-in/")), False
            reply = act(visit)
        except EnduseError as error:
            status = status_of(error)
            values = {"missing": False, "problem": error.problem.told}
            reply = PageReply(template="error.html", values=values, status=status)
        return self._answer(visit, reply), visit.recorded

    def _answer(self, visit: Visit, reply: Reply) -> Response[Any]:
        # Without any referrer browsers hide from us too where a form comes from.
        headers = {"cache-control": "no-store", "vary": "Cookie", "referrer-policy": "same-origin"}
        cookies = [self.cookie_of(visit.new_token)] if visit.new_token else []
        match reply:
            case WayReply():
                headers["location"] = f"/{visit.language}/{reply.address}"
                return Response(b"", status_code=_ELSEWHERE, headers=headers, cookies=cookies)
            case FileReply():
                headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(reply.name)}"
                media = "application/octet-stream"
                return Response(reply.data, media_type=media, headers=headers, cookies=cookies)
        if reply.script:
            headers["content-security-policy"] = SCRIPT_CSP
        token = self.sign_in.form_token(visit.token)
        text = draw(
            reply.template, visit.sheet(), me=visit.person, form_token=token, script=reply.script, **reply.values
        )
        return Response(text, status_code=reply.status, media_type=MediaType.HTML, headers=headers, cookies=cookies)

    def cookie_of(self, token: str) -> Cookie:
        """Return the cookie that holds a browser's token; an empty one is taken from it."""
        return Cookie(
            key=self.cookie,
            value=token,
            path="/",
            max_age=SESSION_S if token else 0,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )


def script() -> bytes:
    """Return the one script of the portal: the signing page's keys and bytes, and what forms need of them."""
    parts = (
        resources.files("enduse.pages") / "templates" / "signing.js",
        resources.files("enduse.portal") / "static" / "desk.js",
    )
    lines = (line.strip() for part in parts for line in part.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()
