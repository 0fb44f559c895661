"""Totals of OCHA's Financial Tracking Service: the pages of one answer of its API, or the tables of flows made of them.

Incoming funding is what crosses the boundary of the question inwards, is no pledge, and lies in it alone (``boundary``
incoming, ``status`` not pledge, ``onBoundary`` single). The plain sum of all flows is never given.

Source: OCHA Financial Tracking Service, API v1, flow search; the same flows as tables with the columns of its answer.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal, InvalidOperation
from functools import reduce
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.system import open_file, read_file

_LARGEST: Final = 1 << 28
_EXACT: Final = Context(prec=112)
_COLUMNS: Final = frozenset({"id", "amountUSD", "boundary", "onBoundary", "status"})
"""What a table of flows has, whatever else."""
_WIDEST: Final = 28
_START: Final = 1 << 14

Flow = Mapping[str, Any]


class FtsTotals(msgspec.Struct, frozen=True):
    """Totals of one question to the Financial Tracking Service, in US dollars.

    Attributes:
        flows: read, each once.
        said: how many the service says the answer has; more than ``flows`` where pages are not given.
        incoming: funding that came in.
        own: the same, as the service says it; None where it does not.
        paid: of ``incoming``, what is paid.
        committed: of ``incoming``, what is committed.
        pledged: pledges that are neither.
        shared: what lies in this question and in others at once; no part of ``incoming``.
        internal: what moved within, from an organisation to another; no part of ``incoming``.
        outgoing: what went out.
        unlinked: flows whose parent is not in these files.
        faults: flows without an identifier or an amount, which are in no sum.
    """

    flows: int
    said: int
    incoming: Decimal
    own: Decimal | None
    paid: Decimal
    committed: Decimal
    pledged: Decimal
    shared: Decimal
    internal: Decimal
    outgoing: Decimal
    unlinked: int
    faults: tuple[Problem, ...] = ()


class _Page(NamedTuple):
    """The flows of one file, how many the service says there are, and the total that it gives."""

    flows: list[Any]
    there: int
    own: Decimal | None


class _Counted(NamedTuple):
    version: Decimal
    amount: Decimal
    boundary: str
    on: str
    status: str
    parent: str


def is_fts_table(path: Path) -> bool:
    """Say whether a file is a table (CSV) of flows of the Financial Tracking Service.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    with open_file(path) as stream:
        first = stream.read(_START).removeprefix(b"\xef\xbb\xbf").splitlines()[:1]
    return bool(first) and set(next(csv.reader([first[0].decode("utf-8", "replace")]), [])) >= _COLUMNS


def fts_totals(paths: Iterable[Path]) -> FtsTotals:
    """Return the totals of the pages of one answer of the Financial Tracking Service, or of tables of its flows.

    Raises:
        MalformedError: a page is no answer of its flow search, or two pages are of different questions.
        LimitError, OSError: a page cannot be read.
    """
    flows: dict[str, _Counted] = {}
    faults: list[Problem] = []
    said: set[tuple[int, Decimal | None]] = set()
    for path in paths:
        page = _table(path) if is_fts_table(path) else _answer(path)
        if page.there or page.own is not None:
            said.add((page.there, page.own))
        if len(said) > 1:
            raise MalformedError("standards.two_questions", source=str(path))
        for number, flow in enumerate(page.flows, 1):
            try:
                name, one = _counted(flow, number)
            except MalformedError as error:
                faults.append(msgspec.structs.replace(error.problem, source=str(path)))
                continue
            before = flows.get(name)
            if before is None or one.version >= before.version:
                flows[name] = one
    count, own = next(iter(said), (0, None))
    return _totals(flows, max(count, len(flows) + len(faults)), own, tuple(faults))


def _totals(flows: Mapping[str, _Counted], said: int, own: Decimal | None, faults: tuple[Problem, ...]) -> FtsTotals:
    def added(boundary: str, on: str = "", status: str = "") -> Decimal:
        chosen = (
            one.amount
            for one in flows.values()
            if one.boundary == boundary and on in {"", one.on} and status in {"", one.status}
        )
        return reduce(_EXACT.add, chosen, Decimal())

    pledged = added("incoming", "single", "pledge")
    return FtsTotals(
        flows=len(flows),
        said=said,
        incoming=_EXACT.subtract(added("incoming", "single"), pledged),
        own=own,
        paid=added("incoming", "single", "paid"),
        committed=added("incoming", "single", "commitment"),
        pledged=pledged,
        shared=added("incoming", "shared"),
        internal=added("internal"),
        outgoing=added("outgoing"),
        unlinked=sum(bool(one.parent) and one.parent not in flows for one in flows.values()),
        faults=faults,
    )


def _counted(flow: object, number: int) -> tuple[str, _Counted]:
    """Return a flow's identifier and what of it is added up.

    Raises:
        MalformedError: it is none, or has no identifier or no amount.
    """
    name = _word(flow, "id")
    if not name:
        raise MalformedError("standards.flow_unnamed", number=number)
    amount = _number(flow, "amountUSD")
    if amount is None:
        raise MalformedError("standards.flow_amount", id=name, value=_word(flow, "amountUSD")[:60])
    return name, _Counted(
        version=_number(flow, "versionId") or Decimal(),
        amount=amount,
        boundary=_word(flow, "boundary").casefold(),
        on=_word(flow, "onBoundary").casefold(),
        status=_word(flow, "status").casefold(),
        parent=_word(flow, "parentFlowId"),
    )


def _word(flow: object, field: str) -> str:
    value = flow.get(field) if isinstance(flow, dict) else None
    return "" if value is None else str(value).strip()


def _number(flow: object, field: str) -> Decimal | None:
    try:
        number = Decimal(_word(flow, field))
    except InvalidOperation:
        return None
    fits = number.is_finite() and abs(number.adjusted()) <= _WIDEST and len(number.as_tuple().digits) <= _WIDEST
    return number if fits else None


def _answer(path: Path) -> _Page:
    """Return a page of an answer in JSON: as the API gives it, its ``data``, or the list of flows alone.

    Raises:
        MalformedError: it is none.
    """
    try:
        page = json.loads(read_file(path, _LARGEST), parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise MalformedError("standards.not_fts", source=str(path)) from error
    data = page.get("data", page) if isinstance(page, dict) else {"flows": page}
    flows = data.get("flows") if isinstance(data, dict) else None
    named = isinstance(flows, list) and any(isinstance(one, dict) and "amountUSD" in one for one in flows)
    if not isinstance(flows, list) or not (named or (isinstance(page, dict) and not flows)):
        raise MalformedError("standards.not_fts", source=str(path))
    meta = page.get("meta") if isinstance(page, dict) else None
    return _Page(flows, int(_number(meta, "count") or 0), _number(data.get("incoming"), "fundingTotal"))


def _table(path: Path) -> _Page:
    """Return the flows of a table in CSV; a row of HXL tags below its columns is none.

    Raises:
        MalformedError: it cannot be read.
    """
    try:
        text = read_file(path, _LARGEST).decode("utf-8-sig")
        rows: Iterator[dict[str, Any]] = csv.DictReader(io.StringIO(text), strict=True)
        flows = [
            row for row in rows if not _word(row, "id").startswith("#") and any(_word(row, one) for one in _COLUMNS)
        ]
    except (ValueError, csv.Error) as error:
        raise MalformedError("standards.not_fts", source=str(path)) from error
    return _Page(flows, 0, None)
