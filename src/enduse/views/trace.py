"""What became of something, and where it came from; with the contracts it went through, and what was built and verified."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.ledger.accounts import class_of, item_of, transit
from enduse.ledger.needed import needed
from enduse.ledger.posting import Posting
from enduse.ledger.trace import Graph, Trace, TraceEdge, TraceEnd, TraceNode, Tracer, TraceSum
from enduse.ledger.trace_seeds import TracePart
from enduse.statements.money import Disbursement, Expenditure
from enduse.system import uncollected
from enduse.terms.amounts import base_of, material_of
from enduse.views import booked
from enduse.views.access import ItemOnTheWay, MovementView
from enduse.views.contract_shapes import ContractView
from enduse.views.contracts import consignments_of, contract_view, joined, keys_for, keys_named, tied, unjoined
from enduse.views.shapes import Figure
from enduse.views.trace_access import movements_of, parts_carried, waits_of
from enduse.views.trace_ends import set_apart
from enduse.works.contracts import Naming, contract_key

__all__ = [
    "BuiltMaterial",
    "BuiltProject",
    "Graph",
    "JoinedTrace",
    "Trace",
    "TraceEdge",
    "TraceEnd",
    "TraceNode",
    "TraceSum",
    "trace",
]
CONTRACTS_SHOWN: Final = 50
"""Of no more contracts everything is told beside a trace."""


class BuiltMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """One material of a project that a trace reaches.

    Attributes:
        resource: ledger name.
        declared: so much of what is traced was declared as used there.
        measured: from so much to so much was measured in all of the project, by parties that neither built nor declared it; nothing
            where nobody did.
    """

    resource: str
    declared: int
    measured: tuple[Figure, Figure] | None


class BuiltProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project that a trace reaches.

    Attributes:
        project: its identifier.
        need: what it answers; empty where none is stated.
        progress: share of its works done, as last said; empty where nobody did.
        by: who said that.
        materials: of what is traced, what was used there.
    """

    project: str
    need: str
    progress: str
    by: str
    materials: tuple[BuiltMaterial, ...]


class JoinedTrace(Trace, frozen=True, kw_only=True):
    """A trace with what the ledger alone does not join.

    Attributes:
        contracts: that its payments and consignments name, each with what is contracted, invoiced, paid, delivered and built.
        built: projects that it reaches, with how far they are and what was measured there.
        more_contracts: how many further contracts it goes through.
        movements: that carried what is traced, by their notifications; for whoever works on it alone, some may not be told yet.
        answered_by: of a need, the projects that answer it.
        waits: where its consignments stand between the request to bring them in and their delivery.
    """

    contracts: tuple[ContractView, ...] = ()
    built: tuple[BuiltProject, ...] = ()
    more_contracts: int = 0
    movements: tuple[MovementView, ...] = ()
    waits: tuple[ItemOnTheWay, ...] = ()
    answered_by: tuple[str, ...] = ()


@uncollected()
def trace(book: Book, identifier: str) -> JoinedTrace:
    """Trace whatever ``identifier`` names, to its uses and back to its donors.

    Args:
        book: of the programme.
        identifier: of a pledge, payment, finding, lot, consignment, contract, invoice, need, project, place, party or movement.

    Raises:
        UnknownError: nothing in the record is called so.
    """
    try:
        found = _named(book, identifier)
    except UnknownError:
        together = _together(book, identifier)
        if together is None:
            raise
        found = together
    nodes = (*found.backward.nodes, *found.forward.nodes)
    names = dict.fromkeys((identifier, *(node.item for node in nodes if node.kind == "transit")))
    return msgspec.structs.replace(found, movements=movements_of(book, names), waits=waits_of(book, names))


@uncollected()
def ledger_trace(book: Book, identifier: str) -> Trace:
    """Trace what the ledger knows by a name, without what else is joined to it.

    Raises:
        UnknownError: nothing in the ledger is called so.
    """
    return set_apart(_tracer(book, identifier).trace(identifier), book)


def contract_trace(book: Book, key: str, held_back: Collection[str] = ()) -> JoinedTrace:
    """Trace one contract, by its buyer and number, to what its goods became and back to whose money paid for it.

    Args:
        book: of the programme.
        key: buyer and number, with a blank between them.
        held_back: numbers of consignments of which nothing is told.
    """
    number, key = key.partition(" ")[2], contract_key(key)
    return _joined(book, number, "contract", _of_contract(book, key, held_back), (key,), held_back)


def _named(book: Book, identifier: str) -> JoinedTrace:
    """Trace what the ledger knows by a name; a project also through the contracts that are for it."""
    keys = keys_for(book, identifier) if identifier in book.works.projects else ()
    paid = [part for key in keys for part in _members(book, _nameless(book, key))]
    if paid:
        members = dict.fromkeys((*_accounts(book, [identifier]), *paid))
        return _joined(book, identifier, "project", list(members), keys)
    tracer = _tracer(book, identifier)
    traced = set_apart(tracer.trace(identifier), book)
    return _with(book, traced, _naming(book, tracer.passed), keys)


def _nameless(book: Book, key: str) -> Iterator[tuple[int, Naming]]:
    """Give the payments under a contract that name no project themselves."""
    return ((index, one) for index, one in tied(book, key).payments if str(one.entry) not in book.works.funds)


def _accounts(book: Book, projects: Collection[str]) -> list[TracePart]:
    """Return the accounts of what was used for projects or spent on them, as what a trace begins with."""
    found = {account for account in book.ledger.balances for name in projects if _is_of(account, name)}
    return [TracePart("account", account) for account in sorted(found)]


def _together(book: Book, identifier: str) -> JoinedTrace | None:
    """Trace what several things of the ledger are together: a contract, an invoice, a need, a movement."""
    keys = keys_named(book, identifier)
    if keys:
        members = [member for key in keys for member in _of_contract(book, key)]
        return _joined(book, identifier, "contract", members, keys)
    if book.contracts.keys("invoice", identifier):
        named = [(index, one) for index, one in book.contracts.naming_of("invoice", identifier)]
        mine = [(index, one) for index, one in named if joined(book, one, "invoice") and _stand(book, one)]
        under = dict.fromkeys(filter(None, (joined(book, one) for _, one in mine)))
        return _joined(
            book, identifier, "invoice", list(_members(book, mine)), tuple(under) or _under(book, identifier)
        )
    if identifier in book.works.needs:
        projects = [name for name, state in book.works.projects.items() if state.now.body.need == identifier]
        found = _joined(book, identifier, "need", _accounts(book, projects), ())
        return msgspec.structs.replace(found, answered_by=tuple(sorted(projects)))
    if identifier in book.works.projects and (keys := keys_for(book, identifier)):
        return _joined(book, identifier, "project", (), keys)
    if identifier in book.access.movements:
        return _joined(book, identifier, "movement", parts_carried(book, identifier), ())
    if book.access.clearances.get(identifier):
        return _joined(book, identifier, "clearance", (), ())
    return None


def _is_of(account: str, project: str) -> bool:
    return class_of(account) in {"use", "spent"} and item_of(account) == project


def _under(book: Book, invoice: str) -> tuple[str, ...]:
    """Return the contracts under which invoices of a number stand, where no payment and no consignment names them."""
    found: dict[str, None] = {}
    for key in book.contracts.keys("invoice", invoice):
        for one in book.contracts.invoiced(key):
            if one.body.contract and not one.back:
                ends = tuple(filter(None, (key.partition(" ")[0], one.party, one.body.buyer)))
                naming = Naming(one.entry, one.body.contract, "", ends, "invoice", invoice, one.at)
                found |= dict.fromkeys(filter(None, (joined(book, naming),)))
    return tuple(found)


def _stand(book: Book, one: Naming) -> bool:
    said = book.ledger.said.get(one.entry)
    return said is not None and said.taken_back_by is None


def _of_contract(book: Book, key: str, held_back: Collection[str] = ()) -> list[TracePart]:
    ties = tied(book, key, held_back)
    return list(_members(book, (*ties.payments, *ties.loads)))


def _members(book: Book, named: Iterable[tuple[int, Naming]]) -> Iterator[TracePart]:
    """Give payments and consignments as what a trace begins with."""
    named = tuple(named)
    for index, one in named:
        statement = book.statement(index).statement
        if isinstance(statement, Expenditure):
            yield TracePart("spent", one.item, statement.party)
        elif isinstance(statement, Disbursement) and statement.body.spent:
            yield TracePart("spent", one.item, statement.body.donor or statement.party)
        elif isinstance(statement, Disbursement):
            yield TracePart("disbursed", one.item, statement.body.recipient)
    loads = [(index, one) for index, one in named if one.kind == "goods"]
    for consignment, _ in consignments_of(book, loads).values():
        yield TracePart("account", transit(consignment.key))


def _joined(
    book: Book,
    identifier: str,
    what: str,
    members: Collection[TracePart],
    keys: tuple[str, ...],
    held_back: Collection[str] = (),
) -> JoinedTrace:
    tracer = _tracer(book, identifier, [member.name for member in members])
    traced = set_apart(tracer.together(identifier, what, members), book)
    named = [one for one in _naming(book, tracer.passed) if one.item not in held_back]
    return _with(book, traced, named, keys, held_back)


def _tracer(book: Book, identifier: str, more: Collection[str] = ()) -> Tracer:
    links = list(booked.links(book))

    def every() -> Iterable[Posting]:
        return booked.postings(book)

    def money() -> Iterable[Posting]:
        return (one for block in book.summed() for one in block.money)

    return Tracer(needed(book.posted(), links, identifier, every, money, more), links)


def _with(
    book: Book, traced: Trace, named: Sequence[Naming], first: tuple[str, ...], held_back: Collection[str] = ()
) -> JoinedTrace:
    """Return a trace with the contracts it goes through, ``first`` and those that are named, and what was built where it arrives."""
    keys = tuple(dict.fromkeys((*first, *filter(None, (joined(book, one) for one in named)))))
    views = [contract_view(book, key, held_back) for key in keys[:CONTRACTS_SHOWN]]
    used = _used(traced.forward)
    whole = keys[:1] if traced.what == "contract" else ()  # of any other name only a part of its goods is traced
    views = [_with_built(book, view, used if contract_key(view.key) in whole else None) for view in views]
    open_ends = [message for one in named if (message := unjoined(book, one)) is not None]
    return JoinedTrace(
        **{name: getattr(traced, name) for name in Trace.__struct_fields__ if name != "unresolved"},
        unresolved=tuple(dict.fromkeys((*traced.unresolved, *open_ends))),
        contracts=tuple(views),
        built=tuple(_built(book, traced.forward, used, [view.project for view in views])),
        more_contracts=len(keys) - len(views),
    )


def _naming(book: Book, passed: Collection[str]) -> list[Naming]:
    """Return the payments and events of goods of these numbers that name a contract or an invoice."""
    return [one for one in book.contracts.of_items(passed) if _stand(book, one)]


def _used(graph: Graph) -> dict[tuple[str, str], int]:
    """Return how much of what is traced was declared as used, by project and resource."""
    items = {node.id: node.item for node in graph.nodes}
    sums: dict[tuple[str, str], int] = {}
    for end in graph.ends:
        if end.why == "use":
            spot = (items[end.node], end.resource)
            sums[spot] = sums.get(spot, 0) + end.amount
    return sums


def _with_built(book: Book, view: ContractView, used: dict[tuple[str, str], int] | None) -> ContractView:
    """Return a contract with what was measured in its project, and what was built of its goods where all of them are traced.

    Where no consignment names it, or nobody has declared that any of its goods was used, what was built of them is not known, and is
    not zero.
    """
    goods = []
    for one in view.goods:
        resource = one.sent.resource
        declared = (used or {}).get((view.project, resource)) if view.project and view.loads else None
        built = None if declared is None else Figure(declared, resource)
        measured = _measured(book, view.project, resource) if view.project else None
        goods.append(msgspec.structs.replace(one, built=built, measured=measured))
    return msgspec.structs.replace(view, goods=tuple(goods), traced=used is not None)


def _measured(book: Book, project: str, resource: str) -> tuple[Figure, Figure] | None:
    found = book.facts.use_verified(project, material_of(resource))
    if found is None or found.base != base_of(resource):
        return None
    return Figure(int(found.lower), resource), Figure(int(found.upper), resource)


def _built(
    book: Book, forward: Graph, used: dict[tuple[str, str], int], projects: Iterable[str]
) -> Iterator[BuiltProject]:
    """Give the projects that a trace reaches: where its goods are used, its money is spent, or its contracts are for."""
    reached = [node.item for node in forward.nodes if node.kind in {"use", "spent"}]
    for project in dict.fromkeys((*reached, *projects)):
        state = book.works.projects.get(project)
        if state is None:
            continue
        said = book.works.progress(project)
        yield BuiltProject(
            project=project,
            need=state.now.body.need or "",
            progress="" if said is None else said.body.progress,
            by="" if said is None else said.party,
            materials=tuple(
                BuiltMaterial(resource=resource, declared=amount, measured=_measured(book, project, resource))
                for (name, resource), amount in used.items()
                if name == project
            ),
        )
