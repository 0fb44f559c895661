"""Whether what a key signs away from the record will have effect, as far as the light copy and the party's own log tell."""

from collections.abc import Iterable
from datetime import datetime

from enduse.errors import ConflictError
from enduse.exchange.light_copy import KnownKey
from enduse.exchange.own_log import OwnStatement
from enduse.messages import Message
from enduse.statements.base import Statement
from enduse.statements.codec import kind_of
from enduse.statements.envelope import key_id
from enduse.statements.key import NEW_KEY, Key


def check_not_ended(name: str, party: str, known: KnownKey | None, own: Iterable[OwnStatement], at: datetime) -> None:
    """Refuse to sign with a key when nothing that it signs from now on can have effect.

    Args:
        name: key id.
        party: whose it is.
        known: what the light copy tells of it.
        own: what was signed in this folder, or waits for its signature.
        at: now.

    Raises:
        ConflictError: it was revoked, replaced or handed on, here or by the light copy, or its delegation is over.
    """
    if known is not None and known.state in {"revoked", "replaced"}:
        raise ConflictError("key.revoked", key=name)
    given = None if known is None else known.delegates
    if given is not None and given.until < at:
        raise ConflictError("key.expired", label=given.label, until=given.until)
    for said in own:
        if not isinstance(said.statement, Key):
            continue
        body, of = said.statement.body, key_id(bytes.fromhex(said.statement.body.public_key))
        # What the record has from this key since then shows that the hand-on had no effect.
        handed_on = body.action == "hand_on" and said.key == name != of
        if handed_on and (known is None or known.seq <= said.statement.seq):
            raise ConflictError("key.handed_on", label=party if given is None else given.label, by=of)
        if body.action == "revoke" and of == name:
            raise ConflictError("key.revoked", key=name)


def enrolled_first(own: Iterable[OwnStatement]) -> list[OwnStatement]:
    """Return what is to be sent with each key's words after what brings that key; else the order stays.

    A signature that comes back from elsewhere is logged when it comes, which may be after words that rest on it.
    """
    own = list(own)
    brought = [_brings(each) for each in own]
    missing = {key for key in brought if key}
    held: dict[str, list[OwnStatement]] = {}
    ordered: list[OwnStatement] = []
    for each in own:
        if each.key in missing:
            held.setdefault(each.key, []).append(each)
            continue
        ready = [each]
        while ready:
            ordered.append(one := ready.pop(0))
            missing.discard(_brings(one))
            ready += held.pop(_brings(one), ())
    return ordered + [each for late in held.values() for each in late]


def _brings(own: OwnStatement) -> str:
    """Return the key that a statement brings; empty where it brings none."""
    said = own.statement
    if not isinstance(said, Key) or said.body.action not in NEW_KEY:
        return ""
    return key_id(bytes.fromhex(said.body.public_key))


def remarks(name: str, known: KnownKey | None, statement: Statement) -> tuple[Message, ...]:
    """Return why what a key signs may have no effect, by a light copy that may be older than the record.

    Raises:
        ConflictError: it is a change of a key that the door turns away.
    """
    new = statement.body if isinstance(statement, Key) and statement.body.action in NEW_KEY else None
    if new is not None and key_id(bytes.fromhex(new.public_key)) == name:
        raise ConflictError("key.brings_itself")
    if known is None:
        return (Message.of("light.key_unknown", key=name),)
    found = []
    if known.state == "suspended":
        found.append(Message.of("light.key_suspended", party=known.party))
    elif known.state == "waits":
        found.append(Message.of("key.waits", party=known.party))
    given, kind = known.delegates, kind_of(statement)
    if given is None:
        return tuple(found)
    if isinstance(statement, Key):
        if statement.body.action != "hand_on":
            raise ConflictError("key.delegate_says_nothing", party=known.party)
        if not given.may_hand_on:
            raise ConflictError("key.hands_on_nothing", party=known.party)
    elif kind not in given.says:
        found.append(Message.of("delegation.kind", label=given.label, says=list(given.says), kind=kind))
    return tuple(found)
