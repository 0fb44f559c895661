"""What EPCIS events and stock readings do to the ledger; which step does what stands in one table here.

A statement speaks for its own party's goods. Only an imported one, which cites its source, may name another
``possessing_party``, and says so in a note. Such a report brings goods in; it takes none out of a stock of which the
holder itself has spoken.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec

from enduse.errors import EnduseError
from enduse.ledger import accounts, custody, elsewhere, logistic_units, sightings, timeline
from enduse.ledger.draft import Draft
from enduse.ledger.packs import booked, booked_as
from enduse.ledger.posting import GOODS_MAX, NoEffectError, Outcome
from enduse.ledger.state import EXACT, Count, Leg, Lending, Line, Role, spot_of
from enduse.messages import Message
from enduse.statements.epcis import Element, Event, split_class
from enduse.statements.goods import Goods
from enduse.statements.reading import Reading
from enduse.terms.amounts import last_place, material_of
from enduse.terms.times import into_day, micros
from enduse.terms.trade_items import right_check_digit
from enduse.terms.units import unit

_ID: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")
SPOILED: Final = frozenset(("damaged", "expired", "recalled", "non_conformant"))
"""Dispositions of CBV 2.0 by which goods are there and cannot be used."""
SEEN: Final = frozenset(
    ("accepting", "arriving", "collecting", "entering_exiting", "holding", "inspecting", "loading")
) | {"staging_outbound", "storing", "transporting", "unloading"}
"""Steps that move nothing, by which goods of a consignment were seen somewhere."""
AHEAD: Final = 86_400_000_000
"""How far a claimed time may lie ahead of the recorded one, microseconds: clocks and time zones err by less."""
_split: Final = lru_cache(maxsize=4096)(split_class)


def goods(draft: Draft, statement: Goods) -> Outcome:
    """Apply one EPCIS event, with what it says of a witness: its own, or of what the speaker itself saw.

    Raises:
        NoEffectError: why it cannot have one.
    """
    event = statement.body.said
    outcome = _applied(draft, statement, event)
    if event.witness is not None and event.witness != draft.party:
        draft.state.witnesses[draft.entry.id] = event.witness
    for seen in statement.refs:
        if draft.state.witnesses.get(seen) == draft.party:
            draft.state.witnessed[seen] = draft.index
    return outcome


def _rule(event: Event) -> Callable[[Draft, Goods, Event], Outcome] | None:
    """Return what an event does; to accept goods moves none, and title only where both owners are named."""
    if event.type == "TransformationEvent":
        return _transform
    step = event.step
    if step == "accepting" and event.elements:
        owners = event.end("source", "owning_party"), event.end("destination", "owning_party")
        if all(owners):
            return _pass_title
    together = step in {"packing", "unpacking"} and event.type != "AggregationEvent"
    return None if together else _STEPS.get((event.action, step))


def _applied(draft: Draft, statement: Goods, event: Event) -> Outcome:
    _not_ahead(draft, event.event_time)
    draft.into_day = event.into_day
    step = event.step
    rule = _rule(event)
    if rule is None:
        if event.type == "ObjectEvent" and event.action in {"ADD", "DELETE"}:
            raise NoEffectError("goods.step_unknown", action=event.action, step=step)
        if step in SEEN and (number := _number(event)) is not None:
            sightings.see(draft, number, _place(statement, event), event)
        return _observation(event)
    key = f"{draft.party} {event.event_id}" if event.event_id else ""
    if key in draft.state.events:
        raise NoEffectError("goods.event_twice", event=event.event_id)
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
    _not_ahead(draft, statement.occurred_at)
    if body.of != "stock" or body.custodian is None:
        return Outcome(notes=(Message.of("reading.evidence_only", of=body.of),))
    if statement.place is None:
        raise NoEffectError("reading.no_place")
    name = draft.name("reading", body.reading)
    amount, base = body.quantity.base()
    if amount > GOODS_MAX:
        raise NoEffectError(
            "goods.too_much", material=body.material, quantity=body.quantity.value, unit=body.quantity.unit
        )
    lines = (_booked(draft, body.material, base, amount, micros(statement.occurred_at)),)
    draft.into_day = into_day(statement.occurred_at) if body.within else EXACT
    home = accounts.stock(body.custodian, statement.place)
    return _count(draft, home, lines, micros(statement.occurred_at), name)


def _not_ahead(draft: Draft, claimed: datetime) -> None:
    """Refuse what is claimed for the future: a count there would swallow everything its custodian says until then."""
    if micros(claimed) > micros(draft.entry.recorded_at) + AHEAD:
        raise NoEffectError("statement.of_the_future")


@lru_cache(maxsize=8192)
def _identifier(text: str, what: str) -> str:
    """Return ``text`` when it can be a word of an account name."""
    if not _ID.fullmatch(text):
        raise NoEffectError("goods.identifier_unusable", what=what, identifier=text)
    return text


def _lines(
    draft: Draft, elements: tuple[Element, ...], when: int, number: str | None = None, *, zero: bool = False
) -> tuple[Line, ...]:
    if not elements:
        raise NoEffectError("goods.no_quantities")
    lines = []
    sums: dict[str, int] = {}
    for element, within in logistic_units.contents(draft.state, elements, draft.party, number):
        material, lot = _split(element.epc_class)
        try:
            amount, base = element.base()
        except EnduseError as error:
            raise NoEffectError("goods.quantity_unreadable", material=material, why=error.problem.told) from error
        if amount < 0 or (amount == 0 and not zero):
            raise NoEffectError("goods.not_an_amount", material=material, quantity=element.quantity)
        line = _as_written(_booked(draft, material, base, amount, when, lot), element)
        if element.instead_of is not None:
            wanted = _identifier(_split(element.instead_of)[0], "material")
            line = msgspec.structs.replace(line, instead_of=booked_as(draft.state, wanted))
        if within:
            line = msgspec.structs.replace(line, within=within)
        sums[line.resource] = sums.get(line.resource, 0) + line.amount
        if sums[line.resource] > GOODS_MAX:
            raise NoEffectError("goods.too_much", material=material, quantity=element.quantity, unit=element.unit)
        lines.append(line)
    return tuple(lines)


def _as_written(line: Line, element: Element) -> Line:
    """Note how finely goods were told, and in what unit where it does not come out in whole base units."""
    if line.written:
        return line
    written, rounding = _told_in(element.quantity or "", element.unit)
    return Line(line.resource, line.lot, line.amount, written, line.sure, rounding)


@lru_cache(maxsize=4096)
def _told_in(quantity: str, code: str) -> tuple[str, int]:
    """Return the unit of a figure where one of it is no whole number of base units, and half of its last place."""
    return "" if unit(code).whole else code, last_place(quantity, code)


def _booked(draft: Draft, material: str, base: str, amount: int, when: int, lot: str | None = None) -> Line:
    """Return goods as the books have them, with a note on what hinders that."""
    line, why = booked(draft.state, _identifier(material, "material"), base, amount, when, lot)
    if (digit := right_check_digit(material)) is not None:
        why = why or Message.of("goods.check_digit", material=material, digit=digit)
    if why is not None and why not in draft.notes:
        draft.notes.append(why)
    return line


def _place(statement: Goods, event: Event) -> str:
    if (place := event.biz_location or event.read_point or statement.place) is None:
        raise NoEffectError("goods.no_place")
    return _identifier(place, "place")


def _holder(draft: Draft, statement: Goods, event: Event) -> str:
    """Return whose goods they are: the speaker's own, or those of the party an imported statement names."""
    named = event.holder
    if named is None or named == draft.party:
        return draft.party
    if statement.source is None:
        raise NoEffectError("goods.not_theirs", party=draft.party, holder=named)
    draft.note("goods.told_by_importer")
    draft.about = _identifier(named, "party")
    return named


def _unspoken(draft: Draft, account: str, lines: tuple[Line, ...]) -> None:
    """Refuse a report that takes goods out of what the holder states itself."""
    holder = accounts.owner_of(account)
    if holder == draft.party:
        return
    for line in lines:
        if spot_of(account, line.resource) in draft.state.own:
            spoken_of, where = material_of(line.resource), accounts.named(account)
            raise NoEffectError("goods.holder_speaks", holder=holder, material=spoken_of, account=where)


def _leg(draft: Draft, statement: Goods, event: Event, role: Role) -> Leg:
    """Read what an event says of a consignment.

    A receiver that only says that nothing more comes needs no quantities.
    """
    holder = _holder(draft, statement, event)
    dispatch = role == "dispatch"
    other = event.end("destination" if dispatch else "source", "possessing_party")
    towards = event.end("destination", "location") if dispatch else None
    complete = event.complete if role == "receipt" else ""
    carrier = event.carrier or (holder if dispatch else "")
    when, number = micros(event.event_time), None if dispatch else _number(event)
    return Leg(
        entry=draft.index,
        role=role,
        speaker=draft.party,
        holder=holder,
        place=_place(statement, event),
        carrier=_identifier(carrier, "carrier") if carrier else "",
        effective=when,
        lines=() if complete and not event.elements else _lines(draft, event.elements, when, number),
        id=draft.entry.id,
        other=None if other is None else _identifier(other, "party"),
        towards=None if towards is None else _identifier(towards, "place"),
        complete=complete,
        into_day=event.into_day,
        spoiled=event.disposition in SPOILED,
        lending=_LENDING.get(event.reason or "", ""),
    )


_LENDING: Final[dict[str, Lending]] = {"loan": "loan", "repayment": "repayment"}


def _number(event: Event) -> str | None:
    found = event.transaction("desadv", "bol")
    return None if found is None else _identifier(found, "consignment")


def _numbered(event: Event) -> str:
    if (number := _number(event)) is None:
        raise NoEffectError("dispatch.names_no_consignment")
    return number


def _dispatch(draft: Draft, statement: Goods, event: Event) -> Outcome:
    number = _numbered(event)
    leg = _leg(draft, statement, event, "dispatch")
    _unspoken(draft, leg.home, leg.lines)
    outcome = custody.add(draft, number, leg)
    if leg.carrier in {leg.holder, draft.party} or leg.carrier in draft.state.speakers:
        return outcome
    note = Message.of("dispatch.carrier_unconfirmed", carrier=leg.carrier)
    return msgspec.structs.replace(outcome, notes=(*outcome.notes, note))


def _receive(draft: Draft, statement: Goods, event: Event) -> Outcome:
    number = _number(event)
    if number is not None:
        leg = _leg(draft, statement, event, "receipt")
        outcome = custody.add(draft, number, leg)
        logistic_units.received(draft.state, leg, number)
        return outcome
    draft.note("receipt.names_no_consignment")
    place, holder = _place(statement, event), _holder(draft, statement, event)
    outcome = _post(draft, event, accounts.unlinked(place), _home(event, holder, place), "received")
    if holder == draft.party:
        elsewhere.remember(draft.state, _leg(draft, statement, event, "receipt"))
    return outcome


def _refuse(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Goods refused at the door move nothing; until they can be back they are no more missing than under way."""
    return custody.add(draft, _numbered(event), _leg(draft, statement, event, "refusal"))


def _take_over(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Who takes goods over on their way answers for them from there on, by its own word; nothing moves."""
    number, before = _numbered(event), event.end("source", "possessing_party")
    if before is None or before == draft.party:
        raise NoEffectError("takeover.names_nobody")
    when = micros(event.event_time)
    leg = Leg(
        entry=draft.index,
        role="takeover",
        speaker=draft.party,
        holder=draft.party,
        place=_place(statement, event),
        carrier=_identifier(before, "carrier"),
        effective=when,
        lines=_lines(draft, event.elements, when),
        id=draft.entry.id,
        into_day=event.into_day,
    )
    return custody.add(draft, number, leg)


def _unpack(draft: Draft, statement: Goods, event: Event) -> Outcome:
    if not event.elements:
        return _observation(event)
    holder, lines = _holder(draft, statement, event), _lines(draft, event.elements, micros(event.event_time))
    return logistic_units.unpack(draft, event, holder, lines) or _observation(event)


def _observation(event: Event) -> Outcome:
    return Outcome(notes=(Message.of("goods.observation", step=event.step or event.type),))


def _void(draft: Draft, _: Goods, event: Event) -> Outcome:
    number = _numbered(event)
    leg = Leg(
        entry=draft.index,
        role="void",
        speaker=draft.party,
        holder=draft.party,
        place="",
        effective=micros(event.event_time),
        lines=_lines(draft, event.elements, micros(event.event_time)) if event.elements else (),
        id=draft.entry.id,
        into_day=event.into_day,
    )
    return custody.void(draft, number, event.end("source", "possessing_party"), leg)


def _post(
    draft: Draft, event: Event, source: str, target: str, code: str, item: str | None = None, name: str = ""
) -> Outcome:
    """Move every line of the event from ``source`` to ``target``."""
    when = micros(event.event_time)
    lines = _lines(draft, event.elements, when)
    if accounts.class_of(source) in accounts.KEPT:
        _unspoken(draft, source, lines)
    start = len(draft.halves)
    for line in lines:
        draft.move(line.resource, source, target, line.amount, code, when, line.lot, item)
    own = len(draft.halves)
    postings = draft.commit(draft.replaced)
    draft.keep(draft.halves[start:own], name=name)
    return draft.outcome(postings)


def _enter(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Goods enter by the word of who says so; whoever is named as their owner has not said so."""
    holder = _holder(draft, statement, event)
    owner = event.end("source", "owning_party")
    if owner is not None and owner != draft.party:
        draft.note("goods.owner_unconfirmed", owner=owner, party=draft.party)
    home = _home(event, holder, _place(statement, event))
    name = draft.name("event", event.event_id, holder) if event.event_id else ""
    return _post(draft, event, accounts.origin(draft.party), home, "entered", name=name)


def _pass_title(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Who owns goods changes while they lie where they are, by the word of who gives title away."""
    giver, taker = event.end("source", "owning_party") or "", event.end("destination", "owning_party") or ""
    if giver != draft.party:
        raise NoEffectError("goods.title_by_another", party=draft.party, owner=giver)
    place, owner = _place(statement, event), _identifier(taker, "party")
    return _post(draft, event, accounts.title(giver, place), accounts.title(owner, place), "title_passed")


def _install(draft: Draft, statement: Goods, event: Event) -> Outcome:
    project = _project(event)
    holder = _holder(draft, statement, event)
    home = accounts.stock(holder, _place(statement, event))
    return _post(draft, event, home, accounts.use(holder, project), "built_in", project)


def _remove(draft: Draft, statement: Goods, event: Event) -> Outcome:
    project = _project(event)
    holder = _holder(draft, statement, event)
    home = accounts.stock(holder, _place(statement, event))
    return _post(draft, event, accounts.use(holder, project), home, "removed", project)


def _project(event: Event) -> str:
    if (project := event.project or event.parent) is None:
        raise NoEffectError("goods.no_project")
    return _identifier(project, "project")


def _consume(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Goods given out or used up for a project are its declared use; otherwise they are consumed where they lay."""
    place, holder = _place(statement, event), _holder(draft, statement, event)
    home = _home(event, holder, place)
    if event.project is None:
        return _post(draft, event, home, accounts.consumed(holder, place), "consumed")
    project = _project(event)
    return _post(draft, event, home, accounts.use(holder, project), "consumed", project)


def _home(event: Event, holder: str, place: str) -> str:
    """Return where an event's goods lie: spoiled ones apart from the usable stock."""
    return (accounts.unusable if event.disposition in SPOILED else accounts.stock)(holder, place)


def _inspect(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """Goods that are found spoiled are set apart; any other inspection moves nothing."""
    if event.disposition not in SPOILED or not event.elements or _number(event) is not None:
        if (number := _number(event)) is not None:
            sightings.see(draft, number, _place(statement, event), event)
        return Outcome(notes=(Message.of("goods.observation", step=event.step),))
    place, holder = _place(statement, event), _holder(draft, statement, event)
    return _post(draft, event, accounts.stock(holder, place), accounts.unusable(holder, place), "set_apart")


def _salvage(draft: Draft, statement: Goods, event: Event) -> Outcome:
    """What can be used again goes back to the usable stock."""
    place, holder = _place(statement, event), _holder(draft, statement, event)
    return _post(draft, event, accounts.unusable(holder, place), accounts.stock(holder, place), "salvaged")


def _write_off(draft: Draft, statement: Goods, event: Event) -> Outcome:
    place, holder = _place(statement, event), _holder(draft, statement, event)
    return _post(draft, event, _home(event, holder, place), accounts.written_off(holder, place), "written_off")


def _report_missing(draft: Draft, statement: Goods, event: Event) -> Outcome:
    consignment = _number(event)
    if consignment is not None:
        return Outcome(notes=(Message.of("consignment.missing_follows", consignment=consignment),))
    place, holder = _place(statement, event), _holder(draft, statement, event)
    return _post(
        draft, event, accounts.stock(holder, place), accounts.difference(holder, place), "reported_missing", place
    )


def _transform(draft: Draft, statement: Goods, event: Event) -> Outcome:
    if not event.inputs and not event.outputs:
        raise NoEffectError("goods.no_quantities")
    place, holder = _place(statement, event), _holder(draft, statement, event)
    home, through = accounts.stock(holder, place), accounts.conversion(holder, place)
    when = micros(event.event_time)
    taken = _lines(draft, event.inputs, when) if event.inputs else ()
    _unspoken(draft, home, taken)
    for line in taken:
        draft.move(line.resource, home, through, line.amount, "transformed", when, line.lot, event.event_id)
    for line in _lines(draft, event.outputs, when) if event.outputs else ():
        draft.move(line.resource, through, home, line.amount, "transformed", when, line.lot, event.event_id)
    own = len(draft.halves)
    postings = draft.commit()
    draft.keep(draft.halves[:own])
    return draft.outcome(postings)


def _taking(draft: Draft, statement: Goods, event: Event) -> Outcome:
    if event.holder not in {None, draft.party}:
        raise NoEffectError("goods.count_of_another", holder=event.holder)
    when = micros(event.event_time)
    lines = _lines(draft, event.elements, when, zero=True)
    return _count(draft, _home(event, draft.party, _place(statement, event)), lines, when, "")


def _count(draft: Draft, home: str, lines: tuple[Line, ...], when: int, name: str) -> Outcome:
    """Assert what lies in a stock at ``when``: the book takes the counted figure, the gap becomes a difference."""
    counted: dict[str, int] = {}
    for line in lines:
        counted[line.resource] = counted.get(line.resource, 0) + line.amount
    gaps = {resource: timeline.lay(draft.state, home, resource, when) - amount for resource, amount in counted.items()}
    postings = draft.commit(
        counted={(home, resource): Count(when, draft.index, gap, draft.into_day) for resource, gap in gaps.items()}
    )
    for resource in gaps:
        draft.own_word(home, resource)
    draft.keep([], "count", home, name=name)
    return draft.outcome(postings)


_STEPS: Final[dict[tuple[str, str], Callable[[Draft, Goods, Event], Outcome]]] = {
    ("ADD", "commissioning"): _enter,
    ("OBSERVE", "shipping"): _dispatch,
    ("OBSERVE", "void_shipping"): _void,
    ("OBSERVE", "receiving"): _receive,
    ("OBSERVE", "refusing"): _refuse,
    ("ADD", "installing"): _install,
    ("OBSERVE", "installing"): _install,
    ("DELETE", "removing"): _remove,
    ("OBSERVE", "removing"): _remove,
    ("DELETE", "consuming"): _consume,
    ("OBSERVE", "consuming"): _consume,
    ("DELETE", "destroying"): _write_off,
    ("OBSERVE", "inspecting"): _inspect,
    ("OBSERVE", "repairing"): _salvage,
    ("OBSERVE", "stock_taking"): _taking,
    ("OBSERVE", "reporting_loss"): _report_missing,
    ("OBSERVE", "transshipping"): _take_over,
    ("ADD", "packing"): lambda draft, _, event: logistic_units.pack(draft, event) or _observation(event),
    ("DELETE", "unpacking"): _unpack,
}
"""What each action and business step does; the step by its one name (:attr:`enduse.statements.epcis.Event.step`)."""
