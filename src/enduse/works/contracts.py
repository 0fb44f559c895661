"""Contracts and invoices as the record states them, and which payments and consignments name them.

A contract is its buyer's, an invoice its supplier's: each has its own number among that party's, so nobody takes the number of
another's. A number is the same however it is written (:func:`enduse.terms.names.number_form`). What is stated anew stands as a further version; what was taken back stays readable and counts no more.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from enduse.messages import Refusal
from enduse.rows import AFTER, Rows, rows
from enduse.statements.codec import kind_of
from enduse.statements.contract import Contract, ContractBody, Invoice, InvoiceBody
from enduse.statements.entry import Entry
from enduse.statements.goods import Goods
from enduse.statements.money import Disbursement, Expenditure, Refund
from enduse.terms.names import number_form
from enduse.works.works import Works

_INDEX_DIGITS: Final = 16
_PLAIN: Final = re.compile(r"[!-~]{1,200}")
_PREFIXES: Final = {"contract": "contract:", "under": "contract:", "invoice": "invoice:"}
"""What tables put before a number, by what it is the number of."""


class ContractVersion(msgspec.Struct, frozen=True):
    """A contract as once stated: what it says, the statement, by whom, when as claimed, and whether it was taken back."""

    body: ContractBody
    entry: str
    party: str
    at: datetime
    index: int
    back: bool = False


class InvoiceVersion(msgspec.Struct, frozen=True):
    """An invoice as once stated: what it says, the statement, by whom, when as claimed, and whether it was taken back."""

    body: InvoiceBody
    entry: str
    party: str
    at: datetime
    index: int
    back: bool = False


class Naming(msgspec.Struct, frozen=True, array_like=True):
    """A payment or an event of goods that names a contract or an invoice.

    Attributes:
        entry: the statement.
        contract: number of the contract; empty where it names none.
        invoice: number of the invoice; empty where it names none.
        ends: who pays and is paid, or sends, has and receives, and who says so: one of them is a party to what is named.
        kind: of the statement.
        item: number of the payment or of the consignment; empty where an event names no consignment.
        at: when, as claimed.
    """

    entry: str
    contract: str
    invoice: str
    ends: tuple[str, ...]
    kind: str
    item: str
    at: datetime


Version = TypeVar("Version", ContractVersion, InvoiceVersion)


class Contracts(msgspec.Struct):
    """Contracts, invoices and who names them up to some entry; its encoding is its snapshot.

    Attributes:
        contracts: by buyer, number and log index, a version each.
        invoices: by supplier, number and log index, a version each.
        numbers: keys of contracts and invoices, by ``contract`` or ``invoice`` and the number's form; of contracts also by ``ocid`` and
            the OCID, of invoices by ``under`` and the form of the number of the contract.
        naming: by log index, what a payment or an event of goods names.
        named: by ``contract`` or ``invoice``, form of the number and log index: the log index of what names it; by ``item`` and the number of the payment or
            consignment that names one of them: its log index.
        where: row of a contract or invoice, by the statement that states it.
    """

    contracts: Rows[ContractVersion] = rows(ContractVersion)
    invoices: Rows[InvoiceVersion] = rows(InvoiceVersion)
    numbers: Rows[tuple[str, ...]] = rows(tuple[str, ...])
    naming: Rows[Naming] = rows(Naming)
    named: Rows[int] = rows(int)
    where: Rows[str] = rows(str)

    def apply(self, entry: Entry, works: Works) -> Refusal | None:
        """Take in one entry; return why the statement has no effect, if so."""
        statement = entry.statement
        match statement:
            case Contract(body=body):
                if body.project is not None and body.project not in works.projects:
                    return Refusal.of("project.unknown", project=body.project)
                key = key_of("contract", body.buyer or statement.party, body.contract)
                one = ContractVersion(body, entry.id, statement.party, statement.occurred_at, entry.index)
                self._number("contract", body.contract, key, known=key in self.keys("contract", body.contract))
                if body.ocid is not None:
                    self._number("ocid", body.ocid, key, known=key in self.keys("ocid", body.ocid))
                self.contracts[_row(key, entry.index)] = one
                self.where[entry.id] = f"contract {_row(key, entry.index)}"
            case Invoice(body=body):
                key = key_of("invoice", body.supplier or statement.party, body.invoice)
                said = InvoiceVersion(body, entry.id, statement.party, statement.occurred_at, entry.index)
                self._number("invoice", body.invoice, key, known=key in self.keys("invoice", body.invoice))
                self.invoices[_row(key, entry.index)] = said
                if body.contract is not None:
                    self._number("under", body.contract, key, known=key in self.keys("under", body.contract))
                self.where[entry.id] = f"invoice {_row(key, entry.index)}"
            case Expenditure(body=body):
                self._name(entry, body.expenditure, (body.contract, body.invoice), body.payee)
            case Disbursement(body=body):
                self._name(entry, body.disbursement, (body.contract, body.invoice), body.recipient, body.donor)
            case Refund(body=body):
                self._name(entry, body.refund, (body.contract, None), body.to, body.by)
            case _:
                pass
        return None

    def bear(self, entry: Entry, statement: Goods) -> None:
        """Note which contract and invoice an event of goods names."""
        event = statement.body.said
        contract, invoice = _number(event.transaction("po")), _number(event.transaction("inv"))
        if contract or invoice:
            pairs = (*event.sources, *event.destinations)
            ends = [value for name, value in pairs if name in {"possessing_party", "owning_party"}]
            self._name(entry, event.transaction("desadv", "bol") or "", (contract, invoice), *ends)

    def _number(self, kind: str, number: str, key: str, *, known: bool) -> None:
        if not known:
            name = f"{kind} {_form(kind, number)}"
            self.numbers[name] = (*(self.numbers.get(name) or ()), key)

    def _name(self, entry: Entry, item: str, named: tuple[str | None, str | None], *ends: str | None) -> None:
        contract, invoice = named
        if contract is None and invoice is None:
            return
        said = entry.statement
        parties = tuple(dict.fromkeys(party for party in (said.party, *ends) if party))
        self.naming[str(entry.index)] = Naming(
            entry.id, contract or "", invoice or "", parties, kind_of(said), item, said.occurred_at
        )
        for kind, number in (("contract", contract), ("invoice", invoice), ("item", item or None)):
            if number is not None:
                self.named[f"{kind} {_form(kind, number)} {entry.index:0{_INDEX_DIGITS}}"] = entry.index

    def speaker(self, statement: str) -> str | None:
        """Return who stated a contract or invoice that is not taken back; ``None`` for any other statement."""
        kind, row = self._found(statement)
        said = (self.contracts if kind == "contract" else self.invoices).get(row) if row else None
        return None if said is None or said.back else said.party

    def take_back(self, statement: str) -> None:
        """Let what a statement says of a contract or invoice count no more; it stays readable."""
        kind, row = self._found(statement)
        if kind == "contract":
            self.contracts[row] = msgspec.structs.replace(self.contracts[row], back=True)
        elif kind == "invoice":
            self.invoices[row] = msgspec.structs.replace(self.invoices[row], back=True)

    def _found(self, statement: str) -> tuple[str, str]:
        kind, _, row = (self.where.get(statement) or "").partition(" ")
        return kind, row

    def versions(self, key: str) -> tuple[ContractVersion, ...]:
        """Return all that was said of a contract, in log order."""
        key = contract_key(key)
        return tuple(one for _, one in self.contracts.between(_row(key), _row(key) + AFTER))

    def invoiced(self, key: str) -> tuple[InvoiceVersion, ...]:
        """Return all that was said of an invoice, in log order."""
        owner, _, number = key.partition(" ")
        key = key_of("invoice", owner, number)
        return tuple(one for _, one in self.invoices.between(_row(key), _row(key) + AFTER))

    def stands(self, key: str) -> ContractVersion | None:
        """Return a contract as it stands: its buyer's latest word, else the latest report; ``None`` where all was taken back."""
        return standing_version(self.versions(key), key.partition(" ")[0])

    def all_keys(self, kind: str) -> Iterator[str]:
        """Give the keys of all contracts, or invoices, there ever were."""
        for _, keys in self.numbers.between(f"{kind} ", f"{kind} {AFTER}"):
            yield from keys

    def written(self) -> Iterator[str]:
        """Give the numbers of all contracts and invoices as they were stated."""
        yield from (one.body.contract for one in self.contracts.values())
        yield from (one.body.invoice for one in self.invoices.values())

    def keys(self, kind: str, number: str) -> tuple[str, ...]:
        """Return the keys of the contracts, or invoices, of a number, whoever's they are."""
        return self.numbers.get(f"{kind} {_form(kind, number)}") or ()

    def naming_of(self, kind: str, number: str) -> Iterator[tuple[int, Naming]]:
        """Give what names a contract or an invoice of that number, with its log index, in log order."""
        start = f"{kind} {_form(kind, number)} "
        for _, index in self.named.between(start, start + AFTER):
            yield index, self.naming[str(index)]

    def of_items(self, numbers: Collection[str]) -> Iterator[Naming]:
        """Give what payments and consignments of these numbers name, in log order; no more rows are read than there are of them."""
        if len(numbers) > len(self.naming):
            yield from (one for one in self.naming.values() if one.item and one.item in numbers)
            return
        found = {index: one for number in numbers if number for index, one in self.naming_of("item", number)}
        yield from (one for _, one in sorted(found.items()) if one.item in numbers)

    def by(self, at: datetime) -> "Contracts":
        """Return what was said to hold by a moment."""
        naming = {index: one for index, one in self.naming.items() if one.at <= at}
        return Contracts(
            contracts=self.contracts.like((row, said) for row, said in self.contracts.items() if said.at <= at),
            invoices=self.invoices.like((row, said) for row, said in self.invoices.items() if said.at <= at),
            numbers=self.numbers,
            naming=self.naming.like(naming.items()),
            named=self.named.like((name, index) for name, index in self.named.items() if str(index) in naming),
            where=self.where,
        )


def standing_version(said: tuple[Version, ...], owner: str) -> Version | None:
    """Return which of what was said of a contract or invoice counts: the latest word of whose it is, else the latest of others."""
    stand = [one for one in said if not one.back]
    own = [one for one in stand if one.party == owner]
    return next(reversed(own or stand), None)


def key_of(kind: str, owner: str, number: str) -> str:
    """Return whose contract or invoice it is and the form of its number: the key of all that is said of it."""
    return f"{owner} {_form(kind, number)}"


def contract_key(text: str) -> str:
    """Return the key of a contract from its buyer and its number as somebody writes it, with a blank between them."""
    buyer, _, number = text.partition(" ")
    return key_of("contract", buyer, number)


def same_number(kind: str, one: str | None, other: str | None) -> bool:
    """Say whether two numbers of a contract or an invoice are one, however they are written."""
    return one is not None and other is not None and _form(kind, one) == _form(kind, other)


def _form(kind: str, number: str) -> str:
    prefix = _PREFIXES.get(kind)
    return number if prefix is None else number_form(number, prefix)


def _number(text: str | None) -> str | None:
    """Return a number as it stands in an event, in the form of an identifier."""
    return text if text is None or _PLAIN.fullmatch(text) else quote(text)[:200]


def _row(key: str, index: int | None = None) -> str:
    """Return where a version stands, or how all versions of one begin; no identifier has a tabulator in it."""
    return f"{key}\t" if index is None else f"{key}\t{index:0{_INDEX_DIGITS}}"
