"""Addresses of the desk at which something is said, decided, or keys are changed."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from enduse.portal import decide, say, signing_keys
from enduse.portal.desk import Desk
from enduse.portal.desk_handlers import sent, shown


def say_handlers(desk: Desk) -> Sequence[HTTPRouteHandler]:
    """Return the handlers of saying something, of decisions, and of keys."""
    return (
        *shown(desk, "desk/say", say.say_list),
        *shown(desk, "desk/say/{kind:str}", say.say_page),
        *sent(desk, "desk/say/{kind:str}", say.begin),
        *shown(desk, "desk/draft/{draft:str}", say.draft_page),
        *sent(desk, "desk/draft/{draft:str}", say.answer),
        *shown(desk, "desk/draft/{draft:str}/unsigned.dsse", say.unsigned_file),
        *sent(desk, "desk/draft/{draft:str}/sign", say.sign, files=True),
        *shown(desk, "desk/decide/{about:str}", decide.decide_page),
        *sent(desk, "desk/decide/{about:str}", decide.decide),
        *shown(desk, "desk/keys", signing_keys.keys_page),
        *sent(desk, "desk/keys/new", signing_keys.take_request),
        *shown(desk, "desk/keys/{key:str}/key.request", signing_keys.request_file),
        *sent(desk, "desk/keys/enrol", signing_keys.enrol),
        *sent(desk, "desk/keys/end", signing_keys.revoke),
    )
