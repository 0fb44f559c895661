"""Totals of files of open contracting: what buyers planned, awarded, signed and paid, each a sum of its own.

A process counts once, as its releases say together. Sums of different steps are the same money at different times, and are
not added up.

Source: Open Contracting Data Standard 1.1; Open Contracting for Infrastructure Data Standards 0.9.
"""

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.exchange.standards.contracting import ContractingFile
from enduse.exchange.standards.contracting_processes import ContractingProcesses
from enduse.exchange.standards.json_items import listed
from enduse.exchange.standards.standard import Standard
from enduse.exchange.standards.totals import known_currency

_OCID: Final = "ocds-"
_WIDEST: Final = 28
_EXACT: Final = Context(prec=4 * _WIDEST)
_STEPS: Final = ("budget", "tender", "award", "contract", "transaction", "project_transaction", "final")
_PAID: Final = ("transaction", "project_transaction")
_VOID: Final = {
    "award": frozenset({"pending", "cancelled", "unsuccessful"}),
    "contract": frozenset({"pending", "cancelled"}),
}


class StepSum(msgspec.Struct, frozen=True):
    """What one buyer's processes or one authority's projects come to at one step in one currency.

    Attributes:
        buyer: identifier of the buyer or public authority; its name where it has none.
        step: ``budget``, ``tender``, ``award``, ``contract``, ``transaction`` (of a contract), ``project_transaction`` (what a
            project itself received and passed on) or ``final``.
        currency: ISO 4217 code; empty where none is named.
        count: of budgets, tenders, awards, contracts, transactions or final values.
        amount: their sum.
    """

    buyer: str
    step: str
    currency: str
    count: int
    amount: Decimal


class ContractingTotals(msgspec.Struct, frozen=True):
    """Totals of files of open contracting.

    Attributes:
        read: releases, records and projects read.
        repeated: of those, how many stood there before, to the letter; they are not counted.
        processes: contracting processes they are of.
        projects: infrastructure projects.
        not_in_force: awards and contracts that are pending, cancelled or unsuccessful; they are not counted.
        sums: by buyer, step and currency.
        faults: what could not be read, merged or added up.
        told_again: contracting processes of which a project tells what a release, or another project, tells too; they are
            not counted again.
    """

    read: int
    repeated: int
    processes: int
    projects: int
    not_in_force: int
    sums: tuple[StepSum, ...]
    faults: tuple[Problem, ...]
    told_again: int = 0


class StepValue(NamedTuple):
    """A value at a step of a process or project: its place in it, the step, what is said of it, and whether it holds."""

    path: str
    step: str
    value: Any
    holds: bool = True


def contracting_totals(paths: Iterable[Path], standard: Standard | None = None) -> ContractingTotals:
    """Return the totals of files of open contracting.

    Args:
        paths: of the files.
        standard: with the schema of releases: merged by it.

    Raises:
        MalformedError: a file has no releases, records or projects.
        OSError: a file cannot be read.
    """
    sums = _Sums()
    all_of_it = ContractingProcesses((ContractingFile(path) for path in paths), standard)
    processes = projects = again = 0
    summaries: dict[tuple[str, ...], tuple[str, str, tuple[StepValue, ...]]] = {}
    for project in (one.value for one in all_of_it.projects()):
        projects += 1
        authority, named = _party(project.get("publicAuthority")), str(project.get("id"))
        sums.add(authority, named, project_values(project))
        for number, process in listed(project, "contractingProcesses"):
            key = process_key(named, number, process)
            again += key in summaries
            values = tuple(summary_values(process, f"contractingProcesses[{number}].summary"))
            summaries.setdefault(key, (authority, named, values))
    for one in all_of_it.processes():
        processes += 1
        again += summaries.pop((one.ocid,), None) is not None
        sums.add(_party(one.compiled.get("buyer")), one.ocid, process_values(one.compiled))
    for authority, named, values in summaries.values():
        sums.add(authority, named, values)
    return ContractingTotals(
        read=all_of_it.read,
        repeated=all_of_it.repeated,
        processes=processes,
        projects=projects,
        not_in_force=sums.void,
        sums=sums.all(),
        faults=(*all_of_it.faults, *sums.faults),
        told_again=again,
    )


def process_key(project: str, number: int, process: dict[str, Any]) -> tuple[str, ...]:
    """Return by what a contracting process of a project is known: everywhere by its OCID, else within the project."""
    said = (_at(process, "summary", "ocid"), process.get("id"))
    named = [one.strip() for one in said if isinstance(one, str) and one.strip()]
    return next(
        ((one,) for one in named if one.startswith(_OCID)), (project, *named[-1:], *(() if named else (str(number),)))
    )


def process_values(release: dict[str, Any]) -> Iterator[StepValue]:
    """Yield the values of a compiled release, step by step."""
    yield StepValue("planning.budget.amount", "budget", _at(release, "planning", "budget", "amount"))
    yield StepValue("tender.value", "tender", _at(release, "tender", "value"))
    for number, award in listed(release, "awards"):
        yield StepValue(f"awards[{number}].value", "award", award.get("value"), _holds("award", award))
    for number, contract in listed(release, "contracts"):
        where = f"contracts[{number}]"
        yield StepValue(f"{where}.value", "contract", contract.get("value"), _holds("contract", contract))
        yield from _transactions(contract.get("implementation"), f"{where}.implementation")


def summary_values(process: dict[str, Any], where: str) -> Iterator[StepValue]:
    """Yield the values that a project tells of one of its contracting processes."""
    summary = process.get("summary")
    if isinstance(summary, dict):
        yield StepValue(f"{where}.contractValue", "contract", summary.get("contractValue"))
        yield from _transactions(summary, where)


def project_values(project: dict[str, Any]) -> Iterator[StepValue]:
    """Yield the values of a project itself, step by step."""
    yield StepValue("budget.amount", "budget", _at(project, "budget", "amount"))
    yield from _transactions(project, "", "project_transaction")
    yield StepValue("completion.finalValue", "final", _at(project, "completion", "finalValue"))


class _Sums:
    """Sums while values are taken in."""

    def __init__(self) -> None:
        self.faults: list[Problem] = []
        self.void = 0
        self._sums: dict[tuple[str, int, str], tuple[int, Decimal]] = {}

    def add(self, buyer: str, identifier: str, values: Iterable[StepValue]) -> None:
        for one in values:
            amount = one.value.get("amount") if isinstance(one.value, dict) else None
            if one.value is None or (amount is None and isinstance(one.value, dict) and one.step not in _PAID):
                if one.step in _PAID:
                    self._told("standards.no_value", identifier, one.path)
                continue
            number = Decimal(amount) if isinstance(amount, int) and not isinstance(amount, bool) else amount
            if not isinstance(number, Decimal):
                code = "standards.no_value" if amount is None else "standards.bad_value"
                self._told(code, identifier, one.path, value=str(amount)[:60])
                continue
            if abs(number.adjusted()) > _WIDEST or len(number.as_tuple().digits) > _WIDEST:
                self._told("standards.bad_value", identifier, one.path, value=str(number)[:60])
                continue
            if not one.holds:
                self.void += 1
                continue
            said = one.value.get("currency")
            try:
                currency = known_currency(said if isinstance(said, str) else "")
            except MalformedError as error:
                told = {name: str(value) for name, value in error.problem.values.items()}
                self._told(error.problem.code, identifier, one.path, **told)
                continue
            key = (buyer, _STEPS.index(one.step), currency)
            count, before = self._sums.get(key, (0, Decimal()))
            self._sums[key] = (count + 1, _EXACT.add(before, number))

    def all(self) -> tuple[StepSum, ...]:
        return tuple(
            StepSum(buyer, _STEPS[step], currency, *each)
            for (buyer, step, currency), each in sorted(self._sums.items())
        )

    def _told(self, code: str, identifier: str, path: str, value: str = "") -> None:
        self.faults.append(Problem.of(code, source=identifier, path=path, value=value))


def _transactions(holder: object, where: str, step: str = "transaction") -> Iterator[StepValue]:
    for number, one in listed(holder, "transactions"):
        path = f"{where}.transactions[{number}].value".removeprefix(".")
        yield StepValue(path, step, one.get("value", one.get("amount")))


def _at(value: object, *names: str) -> Any:  # noqa: ANN401 - JSON
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _holds(step: str, one: dict[str, Any]) -> bool:
    return one.get("status") not in _VOID[step]


def _party(value: object) -> str:
    named = (_at(value, "id"), _at(value, "name"))
    return next((str(name).strip() for name in named if name), "")
