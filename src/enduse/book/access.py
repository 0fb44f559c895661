"""What the book takes in of access: statements about it, and such statements once a seal is opened."""

from typing import Final

import msgspec

from enduse.access.access import AccessAnswer
from enduse.book.states import States
from enduse.errors import EnduseError
from enduse.messages import Message
from enduse.statements.access import SEALABLE, AccessRules, sealed_parts
from enduse.statements.acts import act_of
from enduse.statements.codec import AnyStatement, decode
from enduse.statements.entry import Entry
from enduse.statements.sealed import Disclosure

_USUAL: Final = AccessRules()


def access_rules(states: States) -> AccessRules:
    """Return what a programme tells the public of access, and when."""
    body = states.programme.body
    return _USUAL if body is None or body.access is None else body.access


def take_access(states: States, entry: Entry) -> AccessAnswer:
    """Take in one entry; of a disclosure what was sealed as text, as said when it was sealed.

    A value that is disclosed is disclosed, whatever it says: where what it says has no effect, that is a remark.
    """
    statement = entry.statement
    if not isinstance(statement, Disclosure):
        return states.access.apply(entry, states.programme.places, access_rules(states))
    if statement.body.field not in SEALABLE:
        return None, ()
    sealed = states.seals.seals[statement.body.commitment]
    try:
        said = opened(statement)
    except EnduseError as error:
        return None, (Message.of("sealed.no_effect", why=error.problem.told),)
    inner = msgspec.structs.replace(entry, statement=said, recorded_at=sealed.recorded_at or entry.recorded_at)
    refusal = states.programme.authority(inner, act_of(said))
    notes: tuple[Message, ...] = ()
    if refusal is None:
        refusal, notes = states.access.apply(inner, states.programme.places, access_rules(states), sealed=True)
    return None, (*notes, *(() if refusal is None else (Message.of("sealed.no_effect", why=refusal),)))


def opened(disclosure: Disclosure) -> AnyStatement:
    """Return what a disclosed text says, as a statement of who sealed it.

    Raises:
        EnduseError: it is no statement about access.
    """
    at, place, body = sealed_parts(disclosure.body.value)
    head = {
        "kind": disclosure.body.field,
        "programme": disclosure.programme,
        "party": disclosure.party,
        "seq": disclosure.seq,
        "occurred_at": at,
        "body": msgspec.Raw(body),
    }
    return decode(msgspec.json.encode(head if place is None else {**head, "place": place}))
