"""Addresses of the desk: signing in and out, links, people, and what waits."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body

from enduse.errors import SignatureError
from enduse.pages.catalogue import languages, mark, signing_languages
from enduse.portal.desk import BODY_MAX, FIELD_MAX, Desk, PageReply, Reply, Visit, WayReply, script
from enduse.portal.drawing import DESK
from enduse.portal.inbox import waiting

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
FilesForm = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
Asked = Request[Any, Any, Any]
Act = Callable[..., Reply]

LABEL_MAX: Final = 60

SEEN: Final = {
    "invited": mark("a link was made"),
    "joined": mark("a passkey was made with a link"),
    "signed_in": mark("signed in"),
    "signed_out": mark("signed out"),
    "ended": mark("lets in no more"),
}
"""What was seen of signing in."""


def shown(desk: Desk, address: str, act: Act, *, everybody: bool = False) -> Iterator[HTTPRouteHandler]:
    """Give the handlers of a page that is only looked at, in each of its languages; what its address names goes to ``act`` by name."""
    for language in _languages_of(address):

        @get(f"/{language}/{address}", include_in_schema=False, name=f"{language} {address}")
        async def handler(request: Asked) -> Response[Any]:
            return await _served(desk, request, act, None, everybody=everybody)

        yield handler


def sent(
    desk: Desk, address: str, act: Act, *, everybody: bool = False, file_max: int = 0
) -> Iterator[HTTPRouteHandler]:
    """Give the handlers of a form that is sent, in each of its languages; ``file_max`` bytes where a file may come with it."""
    for language in _languages_of(address):
        taken = post(
            f"/{language}/{address}",
            include_in_schema=False,
            name=f"{language} {address} sent",
            request_max_body_size=BODY_MAX + file_max,
        )
        if file_max:

            async def with_files(request: Asked, data: FilesForm) -> Response[Any]:
                return await _served(desk, request, act, data, everybody=everybody, file_max=file_max)

            yield taken(with_files)
        else:

            async def with_fields(request: Asked, data: Form) -> Response[Any]:
                return await _served(desk, request, act, data, everybody=everybody)

            yield taken(with_fields)


def _languages_of(address: str) -> tuple[str, ...]:
    """Return in which languages an address is given: people sign in those that are wholly translated, and ask in all."""
    return signing_languages() if f"{address}/".startswith(DESK) else languages()


async def _served(
    desk: Desk, request: Asked, act: Act, data: dict[str, Any] | None, *, everybody: bool, file_max: int = FIELD_MAX
) -> Response[Any]:
    """Answer beside the loop that takes requests: the programme is asked in a thread of its own."""
    named = request.path_params
    return await asyncio.to_thread(
        desk.serve, request, lambda visit: act(visit, **named), data, everybody=everybody, file_max=file_max
    )


def sign_in_handlers(desk: Desk) -> Sequence[HTTPRouteHandler]:
    """Return the handlers of signing in, and of what waits."""

    @get("/static/desk.js", include_in_schema=False, sync_to_thread=True)
    def desk_script() -> Response[bytes]:
        return Response(script(), media_type="text/javascript", headers={"cache-control": "no-cache"})

    return (
        desk_script,
        *shown(desk, "desk", inbox),
        *shown(desk, "desk/sign-in", sign_in_page, everybody=True),
        *sent(desk, "desk/sign-in", sign_in, everybody=True),
        *sent(desk, "desk/sign-out", sign_out),
        *shown(desk, "desk/join/{code:str}", join_page, everybody=True),
        *sent(desk, "desk/join/{code:str}", join, everybody=True),
        *shown(desk, "desk/people", people_page),
        *sent(desk, "desk/people/invite", invite),
        *sent(desk, "desk/people/end", end_person),
    )


def inbox(visit: Visit) -> Reply:
    """Show what waits for whoever is signed in."""
    return PageReply(template="desk.html", values={"waits": waiting(visit)})


def sign_in_page(visit: Visit) -> Reply:
    """Ask for a passkey."""
    if visit.person is not None:
        return WayReply("desk/")
    sign = visit.desk.sign_in
    values = {"domain": sign.relying_party, "message": sign.challenge(visit.token, "sign-in")}
    return PageReply(template="desk_sign_in.html", values=values, script=True)


def sign_in(visit: Visit) -> Reply:
    """Sign in by the passkey that was asked."""
    visit.limit("sign-in", 30, 300)
    fields = visit.fields
    visit.new_token = visit.desk.sign_in.sign_in(
        visit.token,
        fields.get("credential", ""),
        lines(fields.get("message", "")),
        decoded(fields.get("assertion", "")),
    )
    return WayReply("desk/")


def sign_out(visit: Visit) -> Reply:
    """End the session; the browser starts anew."""
    visit.desk.sign_in.sign_out(visit.token)
    visit.new_token = visit.desk.sign_in.new_token()
    return WayReply("desk/sign-in/")


def join_page(visit: Visit, code: str) -> Reply:
    """Say what a link is for, and ask for a new passkey."""
    visit.limit("link", 60, 600)
    sign = visit.desk.sign_in
    values = {
        "link": sign.link(code),
        "domain": sign.relying_party,
        "message": sign.challenge(visit.token, "new-passkey"),
    }
    return PageReply(template="desk_join.html", values=values, script=True)


def join(visit: Visit, code: str) -> Reply:
    """Add the passkey that was made with a link."""
    visit.limit("link", 60, 600)
    fields = visit.fields
    visit.new_token = visit.desk.sign_in.add_passkey(
        visit.token,
        code,
        fields.get("credential", ""),
        decoded(fields.get("public_key", "")),
        lines(fields.get("message", "")),
        decoded(fields.get("assertion", "")),
    )
    return WayReply("desk/")


def lines(text: str) -> str:
    """Return a text as it was given into a form: on their way browsers write lines with two signs at their end."""
    return text.replace("\r\n", "\n")


def decoded(text: str) -> bytes:
    """Return bytes that a form holds in hexadecimal.

    Raises:
        SignatureError: it holds something else.
    """
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise SignatureError("desk.assertion") from error


def is_keeper(visit: Visit) -> bool:
    """Say whether whoever is signed in is of the keeper: so the founding says, not a list here."""
    return visit.programme.keys().keeper == visit.me.party


def people_page(visit: Visit, link: str = "") -> Reply:
    """Show who signs in for this party, and what was seen of it; the keeper sees what was seen of all."""
    me, sign, words = visit.me, visit.desk.sign_in, visit.sheet().s
    keeper = is_keeper(visit)
    values = {
        "people": sign.people(me.party),
        "seen": [
            (words.moment(datetime.fromtimestamp(one.at, UTC).isoformat(), with_time=True), one)
            for one in sign.seen(me.party, everybody=keeper)
        ],
        "what": SEEN,
        "parties": sorted(visit.answers.known.get("party", ())) if keeper else (),
        "link": link,
    }
    return PageReply(template="desk_people.html", values=values)


def invite(visit: Visit) -> Reply:
    """Make a one-time link: for another device or clerk of the same party; by the keeper also for another party's first."""
    visit.limit("invite", 30, 3600)
    party = visit.fields.get("party", "") or visit.me.party
    known = visit.answers.known.get("party", ())
    if party != visit.me.party and not (is_keeper(visit) and party in known):
        raise SignatureError("desk.not_yours")
    label = visit.fields.get("label", "").strip()[:LABEL_MAX]
    code = visit.desk.sign_in.invite(party, label, visit.me.party)
    return people_page(visit, visit.desk.link_of(code))


def end_person(visit: Visit) -> Reply:
    """Let one device of this party in no more."""
    number = visit.fields.get("person", "")
    if not number.isdecimal() or len(number) > 15 or not visit.desk.sign_in.end(int(number), visit.me.party):  # noqa: PLR2004
        raise SignatureError("desk.not_yours")
    return WayReply("desk/people/")
