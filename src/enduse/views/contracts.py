"""Contracts: what is contracted, invoiced, paid, delivered and built stand beside each other, with what is not known.

A contract is joined to payments and consignments by their own word: they name its number, and one of their parties is its buyer or
its supplier. What names a number that this does not join is told; nothing follows from what names none. That more was paid
than contracted, or less delivered, is a fact with who is asked, and no verdict.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from enduse.book.book import Book
from enduse.book.opened import standing
from enduse.ledger.state import Consignment
from enduse.messages import Message
from enduse.statements.contract import ContractBody
from enduse.statements.money import Disbursement, Expenditure, Refund
from enduse.terms.amounts import Money, goods_resource, material_of, money_resource
from enduse.terms.trade_items import one_form
from enduse.views.contract_shapes import (
    ContractChange,
    ContractedGoods,
    ContractInvoice,
    ContractLoad,
    ContractPayment,
    ContractView,
    PaymentKind,
    contract_notes,
)
from enduse.views.loads import LoadState, moves
from enduse.views.shapes import Figure
from enduse.works.contracts import ContractVersion, InvoiceVersion, Naming, contract_key, same_number, standing_version


class Tied(msgspec.Struct, frozen=True):
    """What names a contract and is joined to it, with log indexes."""

    payments: tuple[tuple[int, Naming], ...]
    loads: tuple[tuple[int, Naming], ...]


def contract_keys(book: Book) -> tuple[str, ...]:
    """Return the keys of all contracts that are not taken back, by buyer and number."""
    contracts = book.contracts
    return tuple(sorted(key for key in contracts.all_keys("contract") if contracts.stands(key) is not None))


def keys_named(book: Book, name: str) -> tuple[str, ...]:
    """Return the keys of the contracts that a number, an invoice or an OCID names."""
    contracts = book.contracts
    found = [key for key in contracts.keys("contract", name) if contracts.stands(key) is not None]
    if not found:
        of_ocid = (key for key in contracts.keys("ocid", name) if contracts.stands(key) is not None)
        found = sorted(key for key in of_ocid if _stands(book, key).body.ocid == name)
    return tuple(found)


def joined(book: Book, one: Naming, kind: str = "contract") -> str:
    """Return the key of the one contract, or invoice, that a payment or event of goods names and has a party of; empty where none is.

    An invoice's contract is joined through it.
    """
    number = one.contract if kind == "contract" else one.invoice
    fits = _nearest(book, kind, number, {*one.ends})
    if len(fits) > 1:  # of several buyers with one number the one who speaks
        fits = [key for key in fits if key.partition(" ")[0] == one.ends[0]] or fits
    if kind == "contract" and len(fits) > 1:
        fits = [key for key in fits if _told_by_supplier(book, key)] or fits
    if len(fits) == 1:
        return fits[0]
    if kind == "contract" and not one.contract and one.invoice:
        invoice = joined(book, one, "invoice")
        said = standing_version(book.contracts.invoiced(invoice), invoice.partition(" ")[0])
        if said is not None and said.body.contract:
            fits = _nearest(book, "contract", said.body.contract, {*one.ends} | _ends(book, "invoice", invoice))
            return fits[0] if len(fits) == 1 else ""
    return ""


def _nearest(book: Book, kind: str, number: str, ends: set[str]) -> list[str]:
    """Return the keys of a number that have most of their parties among those named, and one at least.

    Whoever gives its own contract, or invoice, a number that others use and names one of their parties in it is only half named:
    this parts nobody from what names both.
    """
    shared = {key: len(_ends(book, kind, key) & ends) for key in book.contracts.keys(kind, number) if number}
    most = max(shared.values(), default=0)
    return [key for key, parties in shared.items() if parties == most and most]


def _told_by_supplier(book: Book, key: str) -> bool:
    """Say whether a contract's supplier itself has named it together with its buyer, in an invoice, a payment or a dispatch.

    Whoever states a contract names a supplier as he likes; that the supplier knows of it only its own word shows.
    """
    buyer, _, number = key.partition(" ")
    supplier = _stands(book, key).body.supplier
    for name in book.contracts.keys("under", number):
        said = book.contracts.invoiced(name)
        own = (one for one in said if one.party == supplier and not one.back)
        if any(same_number("contract", one.body.contract, number) and one.body.buyer == buyer for one in own):
            return True
    return any(
        one.ends[0] == supplier and buyer in one.ends and _counts(book, one)
        for _, one in book.contracts.naming_of("contract", number)
    )


def _ends(book: Book, kind: str, key: str) -> set[str]:
    """Return the two parties of a contract or an invoice that stands."""
    if kind == "contract":
        said = book.contracts.stands(key)
        return set() if said is None else {key.partition(" ")[0], said.body.supplier}
    owner = key.partition(" ")[0]
    invoice = standing_version(book.contracts.invoiced(key), owner)
    return set() if invoice is None else {owner, invoice.party, *([invoice.body.buyer] if invoice.body.buyer else ())}


def project_under(book: Book, entry: int) -> str:
    """Return the project of the contract that a payment names and is joined to; empty where there is none."""
    naming = book.contracts.naming.get(str(entry))
    key = "" if naming is None else joined(book, naming)
    said = book.contracts.stands(key) if key else None
    return "" if said is None else said.body.project or ""


def keys_for(book: Book, project: str) -> tuple[str, ...]:
    """Return the keys of the contracts that are for a project."""
    every = ((key, book.contracts.stands(key)) for key in contract_keys(book))
    return tuple(key for key, said in every if said is not None and said.body.project == project)


def unjoined(book: Book, one: Naming) -> Message | None:
    """Return that what a payment or consignment names is not joined to it, and who is asked; nothing where it is."""
    if one.contract and not joined(book, one):
        known = bool(keys_named(book, one.contract))
        code = "contract.of_others" if known else "contract.not_stated"
        return Message.of(code, contract=one.contract, item=one.item, party=one.ends[0])
    if one.invoice and not joined(book, one, "invoice"):
        known = bool(book.contracts.keys("invoice", one.invoice))
        code = "contract.invoice_of_others" if known else "contract.invoice_not_stated"
        return Message.of(code, invoice=one.invoice, item=one.item, party=one.ends[0])
    return None


def tied(book: Book, key: str, held_back: Collection[str] = ()) -> Tied:
    """Return what names a contract, itself or by an invoice under it, and counts; of consignments ``held_back`` nothing."""
    contracts, number = book.contracts, key.partition(" ")[2]
    found = dict(contracts.naming_of("contract", number))
    for invoice in _invoice_keys(book, key):
        found |= dict(contracts.naming_of("invoice", invoice.partition(" ")[2]))
    mine = sorted((index, one) for index, one in found.items() if joined(book, one) == key and _counts(book, one))
    return Tied(
        payments=tuple((index, one) for index, one in mine if one.kind != "goods"),
        loads=tuple((index, one) for index, one in mine if one.kind == "goods" and one.item not in held_back),
    )


def _counts(book: Book, one: Naming) -> bool:
    """Say whether a payment or an event of goods stands: it had an effect, was not taken back, and is no second word on one payment."""
    said = book.ledger.said.get(one.entry)
    return said is not None and said.taken_back_by is None and said.told != "beside"


def _invoice_keys(book: Book, key: str) -> Iterator[str]:
    """Give the keys of the invoices under a contract."""
    buyer, _, number = key.partition(" ")
    contract = _stands(book, key).body
    for name in book.contracts.keys("under", number):
        said = book.contracts.invoiced(name)
        one = standing_version(said, name.partition(" ")[0])
        if one is None or not same_number("contract", one.body.contract, number):
            continue
        if {name.partition(" ")[0], one.party, one.body.buyer} & {buyer, contract.supplier}:
            yield name


def _stands(book: Book, key: str) -> ContractVersion:
    said = book.contracts.stands(key)
    if said is None:
        raise KeyError(key)
    return said


def consignments_of(book: Book, loads: Iterable[tuple[int, Naming]]) -> dict[str, tuple[Consignment, str]]:
    """Return the consignments that events of goods are legs of, by key, each with the invoice that is named for it."""
    found: dict[str, tuple[Consignment, str]] = {}
    for index, one in loads:
        for key in book.ledger.numbers.get(one.item, ()):
            known = book.ledger.consignments[key]
            if any(leg.entry == index for leg in known.legs):
                found[key] = (known, one.invoice or found.get(key, (known, ""))[1])
    return found


def contract_view(book: Book, key: str, held_back: Collection[str] = ()) -> ContractView:
    """Return a contract with all that names it.

    Args:
        book: of the programme.
        key: its buyer and number, with a blank between them.
        held_back: numbers of consignments that are not told: a contract tells whose goods they are and what they are for.

    Raises:
        KeyError: there is none, or it was taken back.
    """
    key = contract_key(key)
    said = _stands(book, key)
    body, ties = said.body, tied(book, key, held_back)
    payments = tuple(_payment(book, index, one) for index, one in ties.payments)
    invoices = tuple(_invoice(book, name, payments) for name in _invoice_keys(book, key))
    loads = tuple(_loads(book, ties))
    progress = book.works.progress(body.project) if body.project else None
    view = ContractView(
        contract=body.contract,
        buyer=key.partition(" ")[0],
        supplier=body.supplier,
        title=body.title,
        project=body.project or "",
        ocid=body.ocid or "",
        period=body.period,
        state=body.state,
        party=said.party,
        at=said.at,
        entry=said.index,
        amount=_figure(body.amount, said.index),
        invoiced=_invoiced(invoices),
        paid=_added(one.amount for one in payments),
        goods=_goods(body, loads, said.index),
        invoices=invoices,
        payments=payments,
        loads=loads,
        progress=None if progress is None else (progress.body.progress, progress.party),
        before=tuple(_before(book.contracts.versions(key), said)),
        notes=(),
    )
    return msgspec.structs.replace(view, notes=tuple(contract_notes(view)))


def _figure(money: Money | None, entry: int) -> Figure | None:
    if money is None or money.unfit() is not None:
        return None
    return Figure(money.minor(), money_resource(money.currency), (entry,), 1)


def _added(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return the sums of figures, by resource."""
    sums: dict[str, int] = defaultdict(int)
    entries: dict[str, list[int]] = defaultdict(list)
    for one in figures:
        sums[one.resource] += one.amount
        entries[one.resource] += one.entries
    return tuple(
        Figure(amount, resource, tuple(entries[resource][:5]), len(entries[resource]))
        for resource, amount in sorted(sums.items())
    )


def _invoiced(invoices: Sequence[ContractInvoice]) -> tuple[Figure, ...]:
    """Return what was invoiced, by resource; what an invoice asks for that others tell of too counts once.

    An advance counts until invoices set it off, and what was retained was invoiced with the works it was retained of.
    """
    set_off: dict[tuple[str, str], int] = defaultdict(int)
    for one in invoices:
        for asks, less in (("advance", one.recovered), ("retention", one.retained)):
            if less is not None:
                set_off[asks, less.resource] += less.amount
    told = []
    for one in invoices:
        counted = one.amount.amount
        if one.asks and counted > 0:
            twice = min(counted, set_off[one.asks, one.amount.resource])
            set_off[one.asks, one.amount.resource] -= twice
            counted -= twice
        told.append(msgspec.structs.replace(one.amount, amount=counted))
    return _added(told)


def _payment(book: Book, index: int, one: Naming) -> ContractPayment:
    statement = book.statement(index).statement
    kind: PaymentKind
    match statement:
        case Expenditure(body=body):
            kind, payer, payee, money, sign = "expenditure", statement.party, body.payee, body.amount, 1
        case Disbursement(body=body):
            kind, payer, payee, sign = "disbursement", body.donor or statement.party, body.recipient, 1
            money = body.amount if body.in_kind is None else Money("0", body.amount.currency)
        case Refund(body=body):
            kind, payer, payee, money, sign = "refund", body.by or statement.party, body.to, body.amount, -1
        case _:
            raise TypeError(one.kind)
    return ContractPayment(
        payment=one.item,
        kind=kind,
        payer=payer,
        payee=payee,
        amount=Figure(sign * money.minor(), money_resource(money.currency), (index,), 1),
        invoice=one.invoice,
        at=one.at,
        entry=index,
    )


def _invoice(book: Book, key: str, payments: Sequence[ContractPayment]) -> ContractInvoice:
    owner, _, number = key.partition(" ")
    every = book.contracts.invoiced(key)
    said = standing_version(every, owner)
    if said is None:
        raise KeyError(key)
    latest = {one.party: one for one in every if not one.back and one.party != said.party}
    one_sum = [one for one in latest.values() if _sums(one) & _sums(said)]
    if len(_sums(said)) == 1:  # whoever says what is retained or set off says more of the same sum
        said = next((one for one in one_sum if len(_sums(one)) > 1), said)
    body, resource = said.body, money_resource(said.body.amount.currency)
    return ContractInvoice(
        invoice=body.invoice,
        amount=_figure(body.amount, said.index) or Figure(0, resource),
        party=said.party,
        others=tuple(
            (party, told)
            for party, one in latest.items()
            if one not in one_sum and (told := _figure(one.body.amount, one.index)) is not None
        ),
        paid=_added(
            one.amount
            for one in payments
            if same_number("invoice", one.invoice, number) and owner in {one.payee, one.payer}
        ),
        due=body.due,
        entry=said.index,
        asks=body.asks or "",
        retained=_figure(body.retained, said.index),
        recovered=_figure(body.recovered, said.index),
    )


def _sums(said: InvoiceVersion) -> frozenset[tuple[int, str]]:
    """Return the sums by which an invoice may be called: its amount, less what an advance is set off, less what is retained."""
    amount, currency = said.body.amount.minor(), said.body.amount.currency
    recovered, retained = (0 if one is None else one.minor() for one in (said.body.recovered, said.body.retained))
    return frozenset((one, currency) for one in (amount, amount - recovered, amount - recovered - retained))


def _loads(book: Book, ties: Tied) -> Iterator[ContractLoad]:
    for one, invoice in consignments_of(book, ties.loads).values():
        for arrival in standing(book, one):
            state: LoadState = "complete"
            if moves(arrival):
                state = "overdue" if any(part.state == "overdue" for part in arrival.parts) else "on_way"
            elif arrival.parts:
                state = "short"
            elif arrival.over:
                state = "over"
            yield ContractLoad(
                number=one.number,
                sender=one.sender,
                invoice=invoice,
                state=state,
                sent=Figure(arrival.sent, arrival.resource),
                came=Figure(arrival.received, arrival.resource),
            )


def _goods(body: ContractBody, loads: Sequence[ContractLoad], entry: int) -> tuple[ContractedGoods, ...]:
    bought: dict[str, int] = defaultdict(int)
    for item in body.items:
        amount, base = item.quantity.base()
        bought[goods_resource(one_form(item.material), base)] += amount
    lines = []
    for resource in dict.fromkeys((*bought, *(one.sent.resource for one in loads))):
        mine = [one for one in loads if one.sent.resource == resource]
        lines.append(
            ContractedGoods(
                material=material_of(resource),
                contracted=Figure(bought[resource], resource, (entry,), 1) if resource in bought else None,
                sent=Figure(sum(one.sent.amount for one in mine), resource),
                delivered=Figure(sum(one.came.amount for one in mine), resource),
            )
        )
    return tuple(lines)


def _before(every: Sequence[ContractVersion], now: ContractVersion) -> Iterator[ContractChange]:
    """Give what was said of a contract and does not count now, the oldest first."""
    for one in every:
        if one.entry == now.entry:
            continue
        fields = [name for name in one.body.__struct_fields__ if name not in {"citation", "buyer"}]
        yield ContractChange(
            at=one.at,
            party=one.party,
            entry=one.index,
            taken_back=one.back,
            amount=_figure(one.body.amount, one.index),
            changed=tuple(name for name in fields if getattr(one.body, name) != getattr(now.body, name)),
        )
