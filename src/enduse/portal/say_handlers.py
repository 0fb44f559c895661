"""Addresses of the desk at which something is said, decided, brought as a table, or keys are changed."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from enduse.portal import decide, say, signing_keys, upload
from enduse.portal.desk import FIELD_MAX, Desk
from enduse.portal.desk_handlers import sent, shown


def say_handlers(desk: Desk) -> Sequence[HTTPRouteHandler]:
    """Return the handlers of saying something, of tables, of decisions, and of keys."""
    return (
        *shown(desk, "desk/say", say.say_list),
        *shown(desk, "desk/say/{kind:str}", say.say_page),
        *sent(desk, "desk/say/{kind:str}", say.begin),
        *shown(desk, "desk/draft/{draft:str}", say.draft_page),
        *sent(desk, "desk/draft/{draft:str}", say.answer),
        *shown(desk, "desk/draft/{draft:str}/unsigned.dsse", say.unsigned_file),
        *sent(desk, "desk/draft/{draft:str}/sign", say.sign, file_max=FIELD_MAX),
        *shown(desk, "desk/tables", upload.tables_page),
        *sent(desk, "desk/tables", upload.bring, file_max=upload.TABLE.file_bytes),
        *shown(desk, "desk/tables/{table:str}", upload.table_page),
        *sent(desk, "desk/tables/{table:str}", upload.answer),
        *sent(desk, "desk/tables/{table:str}/drop", upload.drop),
        *sent(desk, "desk/tables/{table:str}/sign", upload.sign, file_max=upload.SIGNED_MAX),
        *shown(desk, "desk/tables/{table:str}/unsigned.dsse", upload.unsigned_file),
        *shown(desk, "desk/tables/{table:str}/profile.toml", upload.profile_file),
        *shown(desk, "desk/tables/{table:str}/remarks.csv", upload.remarks_file),
        *shown(desk, "desk/light.json", upload.light_file),
        *shown(desk, "desk/decide/{about:str}", decide.decide_page),
        *sent(desk, "desk/decide/{about:str}", decide.decide),
        *shown(desk, "desk/keys", signing_keys.keys_page),
        *sent(desk, "desk/keys/new", signing_keys.take_request),
        *shown(desk, "desk/keys/{key:str}/key.request", signing_keys.request_file),
        *sent(desk, "desk/keys/enrol", signing_keys.enrol),
        *sent(desk, "desk/keys/end", signing_keys.revoke),
    )
