"""What EPCIS events and stock readings do to the ledger; which step does what stands in one table here.

A statement speaks for its own party's goods. Only an imported one, which cites its source, may name another
``possessing_party``, and says so in a note.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from enduse.errors import EnduseError
from enduse.ledger import accounts, custody
from enduse.ledger.draft import Draft
from enduse.ledger.posting import AMOUNT_MAX, NoEffectError, Outcome
from enduse.ledger.state import Count, Leg, Line
from enduse.statements.epcis import Element, Event, read_event, split_class
from enduse.statements.goods import Goods
from enduse.statements.reading import Reading
from enduse.terms.amounts import goods_resource
from enduse.terms.times import micros

_ID: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")
_split: Final = lru_cache(maxsize=4096)(split_class)


def goods(draft: Draft, statement: Goods) -> Outcome:
    """Apply one EPCIS event.

    Raises:
        NoEffectError: why it cannot have one.
    """
    event = read_event(statement.body.event)
    step = event.step
    rule = _transform if event.type == "TransformationEvent" else _STEPS.get((event.action, step))
    if rule is None:
        if event.type == "ObjectEvent" and event.action in {"ADD", "DELETE"}:
            raise NoEffectError(f"{event.action} with business step {step!r} is not one the ledger knows")
        return Outcome(notes=(f"{step or event.type} is an observation and moves nothing",))
    key = f"{draft.party} {event.event_id}" if event.event_id else ""
    if key in draft.state.events:
        raise NoEffectError(f"event {event.event_id} was already recorded by the same party")
    outcome = rule(draft, statement, event)
    if key:
        draft.state.events[key] = draft.entry.id
    return outcome


def reading(draft: Draft, statement: Reading) -> Outcome:
    """Apply a reading: of stock it is a count; every other is evidence for assurance and moves nothing.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    if body.of != "stock" or body.custodian is None:
        return Outcome(notes=(f"a reading of {body.of} is evidence and moves nothing",))
    if statement.place is None:
        raise NoEffectError("a reading of stock names no place")
    name = draft.name("reading", body.reading)
    amount, base = body.quantity.base()
    if amount < 0:
        raise NoEffectError("a count cannot be negative")
    lines = (Line(goods_resource(_identifier(body.material, "material"), base), None, amount),)
    return _count(draft, body.custodian, statement.place, lines, micros(statement.occurred_at), name)


@lru_cache(maxsize=8192)
def _identifier(text: str, what: str) -> str:
    """Return ``text`` when it can be a word of an account name."""
    if not _ID.fullmatch(text):
        raise NoEffectError(f"{what} {text!r} has blanks or is longer than 200 characters")
    return text


def _lines(elements: tuple[Element, ...], *, zero: bool = False) -> tuple[Line, ...]:
    if not elements:
        raise NoEffectError("the event names no quantities")
    lines = []
    for element in elements:
        material, lot = _split(element.epc_class)
        try:
            amount, base = element.base()
        except EnduseError as error:
            raise NoEffectError(f"{material}: {error}") from error
        if amount < 0 or (amount == 0 and not zero):
            raise NoEffectError(f"{material}: a quantity of {element.quantity} is not an amount of goods")
        if amount > AMOUNT_MAX:
            raise NoEffectError(f"{material}: a quantity of {element.quantity} {element.unit} outgrows 64 bits")
        lines.append(Line(goods_resource(_identifier(material, "material"), base), lot, amount))
    return tuple(lines)


def _place(statement: Goods, event: Event) -> str:
    place = event.biz_location or event.read_point or statement.place
    if place is None:
        raise NoEffectError("neither the event nor the statement names a place")
    return _identifier(place, "place")


def _holder(draft: Draft, statement: Goods, event: Event, end: str) -> str:
    """Return whose goods they are: the speaker's own, or those of the party an imported statement names."""
    named = event.end(end, "possessing_party")
    if named is None or named == draft.party:
        return draft.party
    if statement.source is None:
        raise NoEffectError(f"{draft.party} cannot speak for the goods of {named}; {named} must say it")
    draft.notes.append("told by the importer, not by the holder itself")
    return _identifier(named, "party")


def _leg(draft: Draft, statement: Goods, event: Event, end: str) -> Leg:
    holder = _holder(draft, statement, event, end)
    return Leg(
        entry=draft.index,
        speaker=draft.party,
        holder=holder,
        place=_place(statement, event),
        carrier=_identifier(event.carrier or holder, "carrier"),
        effective=micros(event.event_time),
        lines=_lines(event.elements),
    )


def _consignment(event: Event) -> str | None:
    found = event.transaction("desadv", "bol")
    return None if found is None else _identifier(found, "consignment")


def _dispatch(draft: Draft, statement: Goods, event: Event) -> Outcome:
    identifier = _consignment(event)
    if identifier is None:
        raise NoEffectError("a dispatch names no consignment (desadv or bol): nobody could receive it")
    return custody.dispatch(draft, identifier, _leg(draft, statement, event, "source"))


def _receive(draft: Draft, statement: Goods, event: Event) -> Outcome:
    return custody.receive(draft, _consignment(event), _leg(draft, statement, event, "destination"))


def _void(draft: Draft, statement: Goods, event: Event) -> Outcome:
    identifier = _consignment(event)
    if identifier is None:
        raise NoEffectError("void_shipping names no consignment (desadv or bol)")
    return custody.void(draft, identifier, statement.party, micros(event.event_time))


def _post(draft: Draft, event: Event, source: str, target: str, code: str, item: str | None = None) -> Outcome:
    """Move every line of the event from ``source`` to ``target``."""
    when = micros(event.event_time)
    for line in _lines(event.elements):
        draft.move(line.resource, source, target, line.amount, code, when, line.lot, item)
    own = len(draft.halves)
    postings = draft.commit()
    draft.keep(draft.halves[:own])
    return draft.outcome(postings)


def _enter(draft: Draft, statement: Goods, event: Event) -> Outcome:
    holder = _holder(draft, statement, event, "destination")
    giver = _identifier(event.end("source", "owning_party") or draft.party, "party")
    return _post(draft, event, accounts.origin(giver), accounts.stock(holder, _place(statement, event)), "entered")


def _install(draft: Draft, statement: Goods, event: Event) -> Outcome:
    project = _project(event)
    home = accounts.stock(draft.party, _place(statement, event))
    return _post(draft, event, home, accounts.use(draft.party, project), "built_in", project)


def _remove(draft: Draft, statement: Goods, event: Event) -> Outcome:
    project = _project(event)
    home = accounts.stock(draft.party, _place(statement, event))
    return _post(draft, event, accounts.use(draft.party, project), home, "removed", project)


def _project(event: Event) -> str:
    project = event.project or event.parent
    if project is None:
        raise NoEffectError("neither enduse:project nor parentID names what it is built into")
    return _identifier(project, "project")


def _consume(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Goods given out or used up for a project are its declared use; otherwise they are consumed where they lay."""
    place = _place(statement, event)
    home = accounts.stock(draft.party, place)
    if event.project is None:
        return _post(draft, event, home, accounts.consumed(draft.party, place), "consumed")
    project = _project(event)
    return _post(draft, event, home, accounts.use(draft.party, project), "consumed", project)


def _write_off(draft: Draft, statement: Goods, event: Event) -> Outcome:
    place = _place(statement, event)
    return _post(
        draft, event, accounts.stock(draft.party, place), accounts.written_off(draft.party, place), "written_off"
    )


def _report_missing(draft: Draft, statement: Goods, event: Event) -> Outcome:
    consignment = _consignment(event)
    if consignment is not None:
        return Outcome(notes=(f"what is missing in consignment {consignment} follows from its receipt",))
    place = _place(statement, event)
    home = accounts.stock(draft.party, place)
    return _post(draft, event, home, accounts.difference(draft.party, place), "reported_missing", place)


def _transform(draft: Draft, statement: Goods, event: Event) -> Outcome:
    if not event.inputs and not event.outputs:
        raise NoEffectError("the event names no quantities")
    place = _place(statement, event)
    home, through = accounts.stock(draft.party, place), accounts.conversion(draft.party, place)
    when = micros(event.event_time)
    for line in _lines(event.inputs) if event.inputs else ():
        draft.move(line.resource, home, through, line.amount, "transformed", when, line.lot, event.event_id)
    for line in _lines(event.outputs) if event.outputs else ():
        draft.move(line.resource, through, home, line.amount, "transformed", when, line.lot, event.event_id)
    own = len(draft.halves)
    postings = draft.commit()
    draft.keep(draft.halves[:own])
    return draft.outcome(postings)


def _taking(draft: Draft, statement: Goods, event: Event) -> Outcome:
    lines = _lines(event.elements, zero=True)
    return _count(draft, draft.party, _place(statement, event), lines, micros(event.event_time), "")


def _count(draft: Draft, custodian: str, place: str, lines: tuple[Line, ...], when: int, name: str) -> Outcome:
    """Assert what lies in a stock at ``when``: the book takes the counted figure, the gap becomes a difference."""
    home, missing = accounts.stock(custodian, place), accounts.difference(custodian, place)
    counted: dict[str, int] = {}
    for line in lines:
        counted[line.resource] = counted.get(line.resource, 0) + line.amount
    gaps = {resource: _book(draft, home, resource, when) - amount for resource, amount in counted.items()}
    for resource, gap in gaps.items():
        if gap:
            draft.move(resource, home, missing, gap, "counted", when, None, place, draft.index)
    own = len(draft.halves)
    postings = draft.commit()
    for resource, gap in gaps.items():
        standing = draft.state.counts.setdefault(home, {}).setdefault(resource, [])
        standing.append(Count(when, draft.index, gap))
        standing.sort(key=lambda count: (count.effective, count.entry))
    draft.keep(draft.halves[:own], "count", home, name=name)
    return draft.outcome(postings)


def _book(draft: Draft, account: str, resource: str, when: int) -> int:
    """Return what the book says lay in ``account`` at ``when``: everything effective up to then."""
    line = draft.state.timeline.get(account, {}).get(resource, [])
    if not line or line[-1][0] <= when:
        return draft.state.balance(account, resource)
    return sum(amount for effective, amount in line if effective <= when)


_STEPS: Final[dict[tuple[str, str], Callable[[Draft, Goods, Event], Outcome]]] = {
    ("ADD", "commissioning"): _enter,
    ("OBSERVE", "shipping"): _dispatch,
    ("OBSERVE", "void_shipping"): _void,
    ("OBSERVE", "receiving"): _receive,
    ("ADD", "installing"): _install,
    ("OBSERVE", "installing"): _install,
    ("DELETE", "removing"): _remove,
    ("OBSERVE", "removing"): _remove,
    ("DELETE", "consuming"): _consume,
    ("OBSERVE", "consuming"): _consume,
    ("DELETE", "destroying"): _write_off,
    ("OBSERVE", "stock_taking"): _taking,
    ("OBSERVE", "reporting_loss"): _report_missing,
}
"""What each action and business step does; the step by its one name (:attr:`enduse.statements.epcis.Event.step`)."""
