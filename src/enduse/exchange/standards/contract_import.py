"""Contracts of files of open contracting taken in: each contract of a process is one row, stated by whoever adds the file.

The releases of one process are merged first, so that what counts is what they say together. Of a process that only a project
tells of, what it tells is one contract. A contract that says what is
recorded already is passed over; one that says something else is stated anew, and what stood before is shown.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import EnduseError, MalformedError
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.called import called, only_new
from enduse.exchange.further_issue import ChangedField, FurtherIssue
from enduse.exchange.import_result import CountedNote, ImportResult
from enduse.exchange.importing import Step, import_rows
from enduse.exchange.standards.contract_titles import titles
from enduse.exchange.standards.contracting import ContractingFile, is_json_register
from enduse.exchange.standards.contracting_processes import ContractingProcess, ContractingProcesses
from enduse.exchange.standards.contracting_totals import process_key
from enduse.exchange.standards.json_items import listed
from enduse.exchange.standards.project_import import RegisterRows, project_named
from enduse.exchange.tables.leaf import slug
from enduse.exchange.unsigned import Row, unsigned_statement
from enduse.messages import Message
from enduse.statements.base import Source
from enduse.system import open_file
from enduse.terms.currencies import is_currency
from enduse.terms.ed25519 import PrivateKey
from enduse.terms.times import parse_instant
from enduse.terms.units import UNITS, WRITTEN
from enduse.works.contracts import ContractVersion, key_of

_STATES: Final = frozenset(("pending", "active", "cancelled", "terminated"))
_FIELDS: Final = ("supplier", "project", "amount", "period", "state", "items", "title", "ocid")
_PROCESS_STATES: Final = {"pre-award": "pending", "complete": "terminated"}
"""States of a project's contracting process that contracts call otherwise."""
_PROFILE: Final = "ocds"
Fields = dict[str, Any]


def add_contracts(
    intake: Intake, path: Path, *, party: str | None, step: Step | None = None, answers: Answers = NO_ANSWERS
) -> ImportResult:
    """Take in the contracts of a file of releases, records or projects.

    Args:
        intake: the programme.
        path: the file.
        party: who states them; a contract of another buyer is a report.
        step: told how many are done.
        answers: which names may be new.

    Raises:
        MalformedError: nobody says who states them.
        EnduseError: the file as a whole cannot be read.
    """
    if party is None:
        raise MalformedError("table.nobody_says_it", source=str(path))
    key, sha256 = intake.key_of(party), _hashed(path)
    notes: Counter[Message] = Counter()
    register = RegisterRows(intake.book, path, party, sha256, lambda note: notes.update([note]))
    if is_json_register(path):
        return _add_projects(intake, register, register.of_register(), notes, (party, key), step)
    processes = ContractingProcesses([ContractingFile(path)])
    projects = list(processes.projects())
    published = _published(processes.files[0].head)
    stated = _add_projects(intake, register, register.of_contracting(projects, published), notes, (party, key), step)
    reader = _Reader(intake.book, path, party, sha256, answers)
    rows = list(reader.rows(processes, [one.value for one in projects], published))
    done = import_rows(intake, rows, lambda _statement: (party, key), step)
    before = ImportResult(no_effect=reader.before, already_recorded=reader.before)
    counted = tuple(CountedNote(note, count) for note, count in reader.notes.items())
    issues = (reader.issue(),) if reader.changed or reader.before else ()
    told = msgspec.structs.replace(ImportResult.total([before, done]), notes=(*done.notes, *counted), issues=issues)
    return ImportResult.total([stated, told])


def _hashed(path: Path) -> str:
    with open_file(path) as stream:
        return file_digest(stream, "sha256").hexdigest()


def _add_projects(
    intake: Intake,
    reader: RegisterRows,
    read: Iterable[Row],
    notes: Mapping[Message, int],
    signs: tuple[str, PrivateKey],
    step: Step | None,
) -> ImportResult:
    """Take in the projects that a file tells of, so that its contracts find them."""
    done = import_rows(intake, list(read), lambda _statement: signs, step)
    told = ImportResult(
        no_effect=reader.before,
        already_recorded=reader.before,
        notes=tuple(CountedNote(note, count) for note, count in notes.items()),
    )
    return ImportResult.total([told, done])


class _Reader:
    """Reads a file's contracts, and holds each beside what the record says of it."""

    def __init__(self, book: Book, path: Path, party: str, sha256: str, answers: Answers) -> None:
        self._book, self._path, self._party = book, path, party
        self._called, self._new = called(book), only_new(book, answers.new)
        self._sha256 = sha256
        self.before = 0
        self.changed: list[ChangedField] = []
        self.notes: Counter[Message] = Counter()
        self._summaries: set[str] = set()
        self._altered = self._fresh = 0
        self._earlier: dict[str, None] = {}

    def issue(self) -> FurtherIssue:
        """Return what became of contracts that were recorded before."""
        by_column = Counter(one.column for one in self.changed)
        return FurtherIssue(
            table=self._path.stem,
            name=self._path.name,
            earlier=tuple(self._earlier),
            unchanged=self.before,
            idle=0,
            changed=self._altered,
            again=0,
            added=self._fresh,
            late=0,
            latest=(0, 0),
            gone=0,
            gone_entries=(),
            back=0,
            kept=0,
            passed_over=0,
            by_column=dict(by_column.most_common()),
            fields=tuple(self.changed),
        )

    def rows(self, processes: ContractingProcesses, projects: list[Fields], published: str) -> Iterator[Row]:
        """Yield each contract that is new or says something else, and each that cannot be read."""
        found = list(processes.processes())
        summaries = list(_summaries(projects, {one.ocid for one in found}, published))
        self._summaries = {one.ocid for one in summaries}
        found += summaries
        ids = Counter(str(one.get("id", "")) for each in found for one in _listed(each.compiled, "contracts"))
        number = 0
        for process in found:
            contracts = _listed(process.compiled, "contracts")
            if milestones := _milestones(process.compiled, contracts):
                self.notes[Message.of("contracting.milestone")] += milestones
            if metrics := sum(len(_listed(one, "agreedMetrics")) for one in contracts):
                self.notes[Message.of("contracting.metric")] += metrics
            if texts := sum(len(_listed(one, "amendments")) for one in contracts):
                self.notes[Message.of("contracting.amendment")] += texts
            if lots := _open_lots(process.compiled, contracts):
                self.notes[Message.of("contracting.open_lot")] += lots
            if not contracts:
                self.notes[Message.of("contracting.no_contract")] += 1
            for contract in contracts:
                number += 1
                row = self._row(process, contract, number, alone=ids[str(contract.get("id", ""))] == 1)
                if row is not None:
                    yield row
        for fault in processes.faults:
            number += 1
            source = self._source(number, "")
            yield Row(source=source, line=fault.line, problems=(fault,))

    def _source(self, number: int, path: str) -> Source:
        return Source(
            name=self._path.name[:500],
            sha256=self._sha256,
            row=number,
            path=path[:500],
            table=self._path.stem[:500],
            profile=_PROFILE,
        )

    def _row(self, process: ContractingProcess, contract: Fields, number: int, *, alone: bool) -> Row | None:
        source = self._source(number, f"{process.ocid}/contracts/{contract.get('id', '')}")
        beside = self._beside(process.ocid, contract)
        if beside and process.ocid in self._summaries:
            self.notes[Message.of("contracting.summary_left")] += 1
            return None
        try:
            if process.ocid in beside:
                raise MalformedError("contracting.summary_there", ocid=process.ocid)
            at, body = self._said(process, contract, alone=alone)
            known = self._recorded(body.get("buyer") or self._party, body["contract"])
            if known is not None:  # an amendment in one language says nothing of the others
                body["title"] = {**known.body.title, **body.get("title", {})}
            said = unsigned_statement("contract", {"occurred_at": at, "body": body}, source=source)
        except EnduseError as error:
            told = msgspec.structs.replace(error.problem, source=str(self._path), line=number)
            return Row(source=source, line=number, problems=(told,))
        if known is not None and (known.body == said.body or known.at > said.occurred_at):
            self.before += 1
            if known.body != said.body:
                self.notes[Message.of("contracting.older")] += 1
            self._earlier[self._path.name] = None
            return None
        if known is None:
            self._fresh += 1
        else:
            self._note_change(known, said.body, number)
        return Row(source=source, line=number, statements=(said,))

    def _beside(self, ocid: str, contract: Fields) -> set[str]:
        """Return the numbers of other contracts of a process that stand in the record; its OCID where a project told of it."""
        stand = map(self._book.contracts.stands, self._book.contracts.keys("ocid", ocid))
        return {one.body.contract for one in stand if one is not None} - {str(contract.get("id", ""))}

    def _recorded(self, buyer: str, contract: str) -> ContractVersion | None:
        """Return what the party last stated of a contract, if anything that stands."""
        key = key_of("contract", buyer, contract)
        mine = [one for one in self._book.contracts.versions(key) if one.party == self._party and not one.back]
        return mine[-1] if mine else None

    def _note_change(self, known: ContractVersion, body: Any, number: int) -> None:  # noqa: ANN401 - as above
        source = self._book.statement(known.index).statement.source
        self._earlier[source.name if source is not None else ""] = None
        self._altered += 1
        for name in _FIELDS:
            was, now = (msgspec.to_builtins(getattr(one, name)) for one in (known.body, body))
            if was != now:
                self.changed.append(
                    ChangedField(entry=known.index, row=number, column=name, before=_shown(was), after=_shown(now))
                )

    def _said(self, process: ContractingProcess, contract: Fields, *, alone: bool) -> tuple[datetime, Fields]:
        """Return when a contract was released last, and what is stated of it.

        Raises:
            MalformedError: something that is needed is missing, or cannot be read.
        """
        compiled = process.compiled
        own = _text(contract.get("id"), "contracts[].id")
        buyer = self._party_of(compiled.get("buyer"), compiled)
        awards = [one for one in _listed(compiled, "awards") if str(one.get("id")) == str(contract.get("awardID"))]
        supplier = self._supplier(compiled, awards)
        if supplier is None:
            raise MalformedError("contracting.no_supplier", ocid=process.ocid, contract=own)
        lots = _related_lots(awards)
        lines = _listed(contract, "items") or [one for award in awards for one in _listed(award, "items")]
        if not lines:
            bought = _listed(_tender(compiled), "items")
            lines = [one for one in bought if str(one.get("relatedLot", "")) in lots]
        value = contract.get("value") or _of_award(compiled, contract, awards)
        said: Fields = {
            "contract": _identifier(own if alone else f"{process.ocid}/{own}"),
            "supplier": supplier,
            "buyer": None if buyer == self._party else buyer,
            "ocid": process.ocid,
            "title": titles(process, contract, [*awards, *_lots(compiled, lots)]),
            "amount": _money(value, own) if isinstance(value, dict) and value.get("amount") is not None else None,
            "period": _period(contract.get("period")),
            "state": contract["status"] if contract.get("status") in _STATES else None,
            "project": self._project(compiled),
            "items": [item for one in lines if (item := self._item(one)) is not None],
        }
        if _listed(contract.get("implementation") or {}, "transactions"):
            self.notes[Message.of("contracting.transactions")] += 1
        dates = [one.get("date") for one in (*process.releases, compiled) if one.get("date")]
        if not dates:
            raise MalformedError("contracting.no_date", ocid=process.ocid)
        return max(parse_instant(str(one)) for one in dates), {name: one for name, one in said.items() if one}

    def _supplier(self, compiled: Fields, awards: list[Fields]) -> str | None:
        """Return the first supplier of a contract's award, or the only one of its process."""
        named = [one for award in awards for one in _listed(award, "suppliers")]
        alone = _with_role(compiled, "supplier")
        if not named and len(alone) == 1:
            named = alone
        if len(named) > 1:
            self.notes[Message.of("contracting.several_suppliers")] += 1
        return self._party_of(named[0], compiled) if named else None

    def _party_of(self, said: object, compiled: Fields) -> str | None:
        """Return the party that is named: by an identifier or name that the programme has, else by a new one made of the name."""
        if not isinstance(said, dict):
            return None
        full = next((one for one in _listed(compiled, "parties") if one.get("id") == said.get("id")), {})
        names = [
            one for one in (said.get("id"), full.get("name"), said.get("name")) if isinstance(one, str) and one.strip()
        ]
        known = self._book.programme.parties
        for name in names:
            made = f"party:{slug(name)}"
            for one in (name, self._called.get(made, made)):
                if one in known:
                    return one
        if not names:
            return None
        name = names[-1]
        made = f"party:{slug(name)}"
        if self._new is not None:
            self._new(made, name, "parties[].name")
        return made

    def _project(self, compiled: Fields) -> str | None:
        """Return the project that the planning names, where the programme has it."""
        planning = compiled.get("planning") or {}
        project, budget = planning.get("project") or {}, planning.get("budget") or {}
        named = [project.get("id"), budget.get("projectID"), project.get("title"), budget.get("project")]
        dream = project_named(project.get("uri"), budget.get("uri"), *named)
        for name in (one for one in (dream, *named) if isinstance(one, str) and one.strip()):
            for one in (name, self._called.get(f"project:{slug(name)}", f"project:{slug(name)}")):
                if one in self._book.works.projects:
                    return one
        if any(named):
            self.notes[Message.of("contracting.project_unknown")] += 1
        return None

    def _item(self, said: Fields) -> Fields | None:
        """Return what is bought; nothing where no quantity in a known unit is said."""
        unit, quantity = said.get("unit") or {}, said.get("quantity")
        code = _unit(unit)
        name = said.get("description") or (said.get("classification") or {}).get("description")
        if code is None or quantity is None or not isinstance(name, str) or not name.strip():
            self.notes[Message.of("contracting.item_left")] += 1
            return None
        prefix = "urn:enduse:class:"
        made = slug(name)
        material = self._called.get(prefix + made, prefix + made).removeprefix(prefix)
        item: Fields = {"material": material, "quantity": {"value": _plain(quantity), "unit": code}}
        price = unit.get("value") if isinstance(unit, dict) else None
        if isinstance(price, dict) and price.get("amount") is not None:
            total = Decimal(str(price["amount"])) * Decimal(str(quantity))
            item["cost"] = {"value": _plain(total), "currency": str(price.get("currency") or "")}
        return item


def _unit(said: object) -> str | None:
    if not isinstance(said, dict):
        return None
    for name in (said.get("id"), said.get("name")):
        if isinstance(name, str):
            code = name if name in UNITS else WRITTEN.get(name.strip().lower())
            if code in UNITS:
                return code
    return None


def _listed(said: Mapping[str, Any], name: str) -> list[Fields]:
    """Return the objects of a list; of anything else nothing."""
    return [one for _, one in listed(said, name)]


def _lots(compiled: Fields, named: Collection[str]) -> list[Fields]:
    """Return the lots of a tender that are among those named."""
    return [one for one in _listed(_tender(compiled), "lots") if str(one.get("id", "")) in named]


def _tender(compiled: Fields) -> Fields:
    tender = compiled.get("tender")
    return tender if isinstance(tender, dict) else {}


def _related_lots(parts: Iterable[Fields]) -> set[str]:
    """Return the lots that contracts or awards name."""
    named = (one.get("relatedLots") for one in parts)
    return {str(lot) for lots in named if isinstance(lots, list) for lot in lots}


def _open_lots(compiled: Fields, contracts: list[Fields]) -> int:
    """Return how many lots of a process no contract of it is of: neither it nor its award names them."""
    awarded = {str(one.get("awardID")) for one in contracts}
    awards = [one for one in _listed(compiled, "awards") if str(one.get("id")) in awarded]
    let = _related_lots((*contracts, *awards))
    return sum(str(one.get("id", "")) not in let for one in _listed(_tender(compiled), "lots"))


def _milestones(compiled: Fields, contracts: list[Fields]) -> int:
    """Return how many milestones a process tells, wherever the standard has room for them."""
    parts = [*(compiled.get(name) for name in ("planning", "tender")), *contracts]
    parts += [one.get("implementation") for one in contracts]
    return sum(len(_listed(one, "milestones")) for one in parts if isinstance(one, dict))


def _with_role(compiled: Fields, role: str) -> list[Fields]:
    return [one for one in _listed(compiled, "parties") if role in (one.get("roles") or ())]


def _text(value: object, path: str) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise MalformedError("contracting.no_field", field=path)


def _identifier(text: str) -> str:
    """Return a number as an identifier: as it stands where it is one."""
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 200  # noqa: PLR2004 - of Id
    return text if plain else f"contract:{slug(text)}"


def _money(value: Fields, contract: str) -> Fields:
    """Return a value as a sum of money.

    Raises:
        MalformedError: its amount is no number, or its currency is none.
    """
    amount, currency = value["amount"], value.get("currency")
    number = isinstance(amount, int | Decimal) and not isinstance(amount, bool)
    if not number or not isinstance(currency, str) or not is_currency(currency):
        raise MalformedError(
            "contracting.no_sum", contract=contract, amount=str(amount)[:60], currency=str(currency or "")[:20]
        )
    return {"value": _plain(amount), "currency": currency}


def _of_award(compiled: Fields, contract: Fields, awards: list[Fields]) -> object:
    """Return the value of a contract's award, where it is that of no other contract too."""
    alike = [one for one in _listed(compiled, "contracts") if str(one.get("awardID")) == str(contract.get("awardID"))]
    return next((one["value"] for one in awards if one.get("value")), None) if len(alike) == 1 else None


def _summaries(projects: list[Fields], told: set[str], published: str) -> Iterator[ContractingProcess]:
    """Yield the contracting processes that projects tell of, each once, and none of which the file has releases."""
    known: set[tuple[str, ...]] = {(one,) for one in told}
    for project in projects:
        for number, process in listed(project, "contractingProcesses"):
            key = process_key(str(project.get("id")), number, process)
            if key not in known:
                known.add(key)
                yield _of_summary(project, process, "/".join(key), published)


def _of_summary(project: Fields, process: Fields, named: str, published: str) -> ContractingProcess:
    """Return what a project tells of a contracting process, in the form of a release."""
    told = process.get("summary")
    summary: Fields = told if isinstance(told, dict) else {}
    contract: Fields = {
        "id": process.get("id") or named,
        "awardID": "1",
        "title": summary.get("title"),
        "value": summary.get("contractValue"),
        "period": summary.get("contractPeriod"),
        "status": _PROCESS_STATES.get(str(summary.get("status")), summary.get("status")),
    }
    signed = contract["value"] is not None or bool(_listed(summary, "suppliers"))
    days = [project.get("updated"), *(one.get("date") for one in _listed(summary, "modifications"))]
    compiled: Fields = {
        "ocid": named,
        "date": max((str(one) for one in days if one), default=published),
        "language": project.get("language"),
        "buyer": project.get("publicAuthority"),
        "parties": project.get("parties"),
        "planning": {"project": {"id": project.get("id"), "title": project.get("title")}},
        "awards": [{"id": "1", "suppliers": summary.get("suppliers")}],
        "contracts": [contract] if signed else [],
    }
    return ContractingProcess(ocid=named, releases=(), compiled=compiled)


def _published(head: Mapping[str, bytes]) -> str:
    """Return when a package was published, as far as it says."""
    try:
        said = json.loads(head.get("publishedDate", b"null"))
    except ValueError:
        return ""
    return said if isinstance(said, str) else ""


def _plain(value: object) -> str:
    """Return a number as plain text."""
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    return str(value)


def _period(said: object) -> Fields | None:
    if not isinstance(said, dict) or not said.get("startDate"):
        return None
    start = parse_instant(str(said["startDate"]))
    if not said.get("endDate"):
        return {"start": start}
    return {"start": start, "end": parse_instant(str(said["endDate"]))}


def _shown(value: object) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values())
    if isinstance(value, list):
        return "; ".join(_shown(one) for one in value)
    return "" if value is None else str(value)
