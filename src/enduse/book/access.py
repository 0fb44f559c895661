"""What the book takes in of access: statements about it, and such statements once a seal is opened."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from enduse.access.access import BROAD, AccessAnswer
from enduse.book.states import States
from enduse.errors import EnduseError, Problem
from enduse.messages import Message, Refusal
from enduse.statements.access import (
    SEALABLE,
    AccessRules,
    Clearance,
    Crossing,
    MovementStatement,
    ServicePoint,
    last_named,
    sealed_parts,
)
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
        refused, told = states.access.apply(entry, states.programme.places, access_rules(states))
        return refused, told if refused is not None else (*told, *_remarks(states, statement))
    if statement.body.field not in SEALABLE:
        return None, ()
    sealed = states.seals.of(statement.body.commitment, statement.party)
    try:
        said = opened(statement)
    except EnduseError as error:
        return None, (Message.of("sealed.no_effect", why=error.problem.told),)
    inner = msgspec.structs.replace(
        entry, statement=said, recorded_at=(sealed and sealed.recorded_at) or entry.recorded_at
    )
    refusal = states.programme.authority(inner, act_of(said))
    notes: tuple[Message, ...] = ()
    if refusal is None:
        refusal, notes = states.access.apply(inner, states.programme.places, access_rules(states), sealed=True)
    if refusal is not None:
        return None, (*notes, Message.of("sealed.no_effect", why=refusal))
    return None, (*notes, *_remarks(states, said))


def _remarks(states: States, said: AnyStatement) -> Iterator[Message]:
    """Give what is asked about a statement that counts: an unknown party, a way to nowhere, supplies below nothing."""
    named: tuple[str | None, ...] = ()
    match said:
        case MovementStatement(body=body):
            named = (body.to, body.notifier, body.by)
        case Clearance(body=body):
            named = (body.holder,)
        case Crossing(body=body):
            places = states.programme.places
            behind = BROAD | {"corridor"} if places[body.crossing].type == "crossing" else BROAD
            for place in body.leads_to:
                if places[place].type not in behind:
                    yield Message.of("crossing.leads_elsewhere", place=body.crossing, behind=place)
        case ServicePoint(body=body) if body.supply_days is not None and Decimal(body.supply_days) < 0:
            yield Message.of("point.supplies_below_nothing", days=body.supply_days)
        case _:
            pass
    for party in dict.fromkeys(named):
        if party is not None and party not in states.programme.parties:
            yield Message.of("access.party_unknown", party=party)


def told_too_early(states: States, payload: bytes, now: datetime) -> Problem | None:
    """Return why a payload is not recorded: it tells a movement in the open that is not over for long.

    A record may hold it, without effect; but what is recorded is never forgotten, so it is turned away at the door.

    Args:
        states: of the programme.
        payload: as offered.
        now: when it would be recorded.
    """
    if b"movement" not in payload and b"\\u" not in payload:
        return None
    try:
        said = decode(payload)
    except EnduseError:
        return None  # told by who admits it
    if not isinstance(said, MovementStatement):
        return None
    days = access_rules(states).public_after_days
    if now >= last_named(said.occurred_at, said.body) + timedelta(days=days):
        return None
    return Problem.about(Refusal.of("movement.too_early", n=days))


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
