"""Keys at the desk: a passkey that signs is made here, asked for, and brought into the record by a statement like any other."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

import enduse
from enduse.errors import ConflictError, SignatureError, UnknownError
from enduse.portal.desk import FileReply, PageReply, Reply, Visit, WayReply
from enduse.portal.drafts import Drafts, Given
from enduse.portal.say import Choice, choices, credentials, own_keys

KEYS_MAX: Final = 20
"""Requests that one person keeps here."""

DELEGATED_DAYS: Final = 90
"""For how long a device's key is proposed to speak."""


class Requested(msgspec.Struct, frozen=True, kw_only=True):
    """A key that somebody made here, and that is not in the record yet.

    Attributes:
        key: its short name.
        spoken: the same as words.
        party: whose it will be.
        label: what the device or office is called.
    """

    key: str
    spoken: str
    party: str
    label: str


def keys_page(visit: Visit) -> Reply:
    """Show who signs for this party, what waits to be brought in, and how a new key is made here."""
    me, programme, words = visit.me, visit.programme, visit.sheet().s
    site = programme.signing_page(visit.desk.origin)
    mine = credentials(visit)
    keys = []
    if any(key.party == me.party for key in programme.keys().keys):
        keys = list(programme.keys(me.party).keys)
    values = {
        "keys": [key for key in keys if key.party == me.party],
        "mine": mine,
        "requested": requested(visit),
        "own_requests": [key for key in mine if not programme.has_key(key)],
        "site": site,
        "programme": programme.origin,
        "founder": programme.founder,
        "signing": own_keys(visit),
        "kinds": [Choice(kind, words.term(kind, "act")) for kind in enduse.MAY_BE_DELEGATED],
        "acts": lambda kinds: words.listed(words.term(kind, "act") for kind in kinds),
        "functions": choices(visit.answers.known.get("function", ()), words),
        "places": choices(visit.answers.known.get("place", ()), words),
        "until": (datetime.now(UTC) + timedelta(days=DELEGATED_DAYS)).date().isoformat(),
    }
    return PageReply(template="desk_keys.html", values=values, script=True)


def requested(visit: Visit) -> list[Requested]:
    """Return the keys that wait to be brought in by this party; the keeper may bring in the first of any party."""
    programme, me = visit.programme, visit.me
    lives = programme.keys()
    has = {key.party for key in lives.keys}
    rows = visit.desk.store.all(
        "SELECT key, party, label FROM signing_key JOIN person ON person.id = signing_key.person WHERE ended IS NULL"
        " ORDER BY signing_key.made"
    )
    return [
        Requested(key=row["key"], spoken=enduse.spoken_key(row["key"]), party=row["party"], label=row["label"])
        for row in rows
        if not programme.has_key(row["key"])
        and (row["party"] == me.party or (lives.keeper == me.party and row["party"] not in has))
    ]


def take_request(visit: Visit) -> Reply:
    """Keep the request for a signing key that was made on this page, once it is shown to be what it says.

    Raises:
        SignatureError: it is not of this page and this party, or its own signature does not hold.
        ConflictError: it is a passkey that signs in, or is known.
    """
    programme, me, store = visit.programme, visit.me, visit.desk.store
    text = visit.fields.get("request", "")
    request = enduse.parse_request(text, programme.origin, programme.founder)
    public, site = bytes.fromhex(request.public_key), programme.signing_page(visit.desk.origin)
    key = enduse.passkey_site(public)
    if site is None or key is None or (key.relying_party, key.origin) != (site.relying_party, visit.desk.origin):
        raise SignatureError("desk.other_site")
    if request.party != me.party or (site.user_verified and not key.user_verified):
        raise SignatureError("desk.other_site")
    if visit.desk.sign_in.is_passkey(public):
        raise ConflictError("desk.signing_key")
    if len(credentials(visit)) >= KEYS_MAX:
        raise ConflictError("desk.busy")
    row = (request.key, me.id, visit.fields.get("credential", "")[:1400], public, text, store.now())
    store.run("INSERT INTO signing_key VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", *row)
    return WayReply("desk/keys/")


def request_file(visit: Visit, key: str) -> Reply:
    """Give the request for a key as a file, to be brought in by a command."""
    if key not in {*credentials(visit), *(one.key for one in requested(visit))}:
        raise SignatureError("desk.not_yours")
    row = visit.desk.store.find("SELECT request FROM signing_key WHERE key = ?", key)
    return FileReply(f"{key[:8]}.request", row["request"].encode() + b"\n")


def enrol(visit: Visit) -> Reply:
    """Make the draft of the statement that brings a key in: at large, or as a device's that says what is named and no more."""
    fields, by = visit.fields, visit.fields.get("key", "")
    asked = next((one for one in requested(visit) if one.key == fields.get("new", "")), None)
    if asked is None:
        raise UnknownError("desk.no_page")
    row = visit.desk.store.find("SELECT request FROM signing_key WHERE key = ?", asked.key)
    request = msgspec.json.decode(row["request"].encode(), type=enduse.KeyRequest)
    body: dict[str, Any] = {
        "action": "enrol",
        "party": asked.party,
        "public_key": request.public_key,
        "possession": request.possession,
    }
    if fields.get("as") != "party":
        body["delegates"] = {
            "label": fields.get("label", "").strip() or asked.label or asked.key[:8],
            **{name: _ticked(fields, name) for name in ("says", "functions", "places")},
            "until": enduse.moment(fields.get("until", "")).isoformat(),
        }
    return _drafted(visit, by, body)


def _ticked(fields: dict[str, str], group: str) -> list[str]:
    """Return what was ticked of a group: the fields that are called after it."""
    return [name.removeprefix(f"{group}.") for name in fields if name.startswith(f"{group}.")]


def revoke(visit: Visit) -> Reply:
    """Make the draft of the statement that ends a key of this party."""
    of = visit.fields.get("of", "")
    lives = visit.programme.keys(visit.me.party)
    ends = next((key for key in lives.keys if key.key == of and key.party == visit.me.party), None)
    if ends is None:
        raise UnknownError("desk.no_page")
    body = {"action": "revoke", "party": ends.party, "public_key": ends.public_key}
    return _drafted(visit, visit.fields.get("key", ""), body)


def _drafted(visit: Visit, by: str, body: dict[str, Any]) -> Reply:
    if by not in {one.key for one in own_keys(visit)}:
        raise ConflictError("desk.no_key")
    given = Given(at=datetime.now(UTC).isoformat(), body=body)
    return WayReply(f"desk/draft/{Drafts(visit.desk.store, visit.me.id).begin('key', given, by)}/")
