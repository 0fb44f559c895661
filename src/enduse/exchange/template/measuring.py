"""Whether anybody may take the measurements that a founding workbook holds, or waits for.

Functions are set when a programme is founded: one without a function that measures has none for good, so this is told before.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from enduse.errors import Problem
from enduse.exchange.template.cells import Grounds, RowCells
from enduse.exchange.template.reading import FormRow
from enduse.messages import Message

_ACT: Final = "reading"
_MEASURED: Final = frozenset({"use_verified", "amount_verified"})
"""Conditions that only measured use meets."""
_SHEETS: Final = {"functions": "sheet:functions", "mandates": "sheet:mandates", "act": "choice:acts:reading"}


def unmeasured(
    sheets: Mapping[str, Sequence[FormRow]], context: Grounds, keeper: str, rules: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """Give each count, condition and mandate of a founding workbook that could have no effect for want of who may measure.

    Args:
        sheets: its rows, by the code of their sheet.
        context: what names mean.
        keeper: who keeps the record, and offers the mandates.
        rules: functions, each with an act that is its holders' alone.
    """
    measuring = {function for function, act in rules if act == _ACT}
    holders = set()
    for row in sheets["mandates"]:
        cells = RowCells(row, context, needed=False)
        holder, function = cells.take("holder"), cells.take("function")
        if function in measuring and holder == keeper:
            yield row.fault(Message.of("template.keeper_measures"), "holder")
        elif function in measuring:
            holders.add(holder)
    for row in sheets["counts"]:
        cells = RowCells(row, context, needed=False)
        party = cells.take("counted_by")
        if (
            party is None
            or cells.problems
            or party in holders
            or (not measuring and _own(cells, party, sheets, context))
        ):
            continue
        if measuring:
            told = Message.of("template.count_without", read=row.cells["counted_by"], **_SHEETS)
        else:
            told = Message.of("template.nobody_counts", **_SHEETS)
        yield row.fault(told, "counted_by")
    for row in sheets["tranches"]:
        if not measuring and RowCells(row, context, needed=False).take("condition") in _MEASURED:
            yield row.fault(Message.of("template.nobody_measures", **_SHEETS), "condition")


def _own(cells: RowCells, party: str, sheets: Mapping[str, Sequence[FormRow]], context: Grounds) -> bool:
    """Say whether a party counts what it holds itself: its own stock, or its own end of a consignment."""
    match cells.take("checked"):
        case "stock":
            return (cells.take("holder") or party) == party
        case "shipped" | "received" as end:
            sheet, role = ("dispatches", "from") if end == "shipped" else ("receipts", "receiver")
            waybill = cells.take("waybill")
            loads = (RowCells(row, context, needed=False) for row in sheets[sheet])
            return any(load.take(role) == party for load in loads if load.take("waybill") == waybill)
    return False
