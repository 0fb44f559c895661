"""Two registers in common terms compared: sums by their terms, what is late, what only one has, who is asked what."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from enduse.errors import MalformedError
from enduse.views.registers import (
    TIMES,
    Ask,
    LineDifference,
    LoneLine,
    Much,
    Register,
    RegisterCell,
    RegisterLines,
    RegisterQuestion,
    RegisterRow,
    RegisterSide,
    RegistersView,
    Remark,
    ScopeValue,
    Side,
    UnitRows,
)

_SHOWN: Final = 8
_NETTED: Final = ("day", "month")
"""Times over which what is asked is summed: one date or another often lies between two registers."""


class _Sums:
    """Rows and amounts by key."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, ...]] = Counter()
        self.amounts: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)

    def add(self, key: tuple[str, ...], row: RegisterRow) -> None:
        self.rows[key] += 1
        if row.amount is not None:
            self.amounts[key] += row.amount


class _Comparison:
    """One question, worked out."""

    def __init__(self, question: RegisterQuestion, ours: Register, theirs: Register) -> None:
        self.question = question
        self.terms = ours.terms
        days = [[row.day for row in register.rows if row.day is not None] for register in (ours, theirs)]
        self.first = self.last = None
        if all(days):
            starts, ends = [min(found) for found in days], [max(found) for found in days]
            self.first = max([*starts, question.since] if question.since else starts)
            self.last = min([*ends, question.until] if question.until else ends)
        elif (question.since or question.until) and ours.rows and theirs.rows:
            raise MalformedError("compare.no_days", source=(theirs if days[0] else ours).name)
        self.paired = _paired(ours, theirs)
        self.within = {"ours": self.inside(ours), "theirs": self.inside(theirs)}
        values = {
            side: [{row.terms[at] for row in rows} for at in range(len(self.terms))]
            for side, rows in self.within.items()
        }
        self.shared = [a & b for a, b in zip(values["ours"], values["theirs"], strict=True)]
        for at, term in enumerate(self.terms):
            if not self.shared[at] and values["ours"][at] and values["theirs"][at]:
                shown = [sorted(values[side][at])[:_SHOWN] for side in ("ours", "theirs")]
                raise MalformedError(
                    "compare.no_common_value", source=theirs.name, term=term, values=shown[0], others=shown[1]
                )
        self.whole = {row.item for rows in self.within.values() for row in rows if row.item and self.in_scope(row)}
        self.compared = {side: [row for row in rows if self.is_compared(row)] for side, rows in self.within.items()}

    def inside(self, register: Register) -> list[RegisterRow]:
        """Return the rows dated on days that are compared."""
        return [row for row in register.rows if self.first is None or self.bucket(row) is not None]

    def in_scope(self, row: RegisterRow) -> bool:
        return all(value in shared for value, shared in zip(row.terms, self.shared, strict=True))

    def is_compared(self, row: RegisterRow) -> bool:
        """Say whether a row is in scope, or any of a consignment that both name: it is not looked at by halves."""
        return self.in_scope(row) or (row.item in self.paired and row.item in self.whole)

    def day(self, row: RegisterRow) -> date | None:
        """Return the day by which a row is compared: of what both name the earliest that either states."""
        return self.paired.get(row.item) or row.day

    def bucket(self, row: RegisterRow) -> date | None:
        """Return the day of a row that is compared.

        Days that one register does not reach say nothing of what both name: it is there in both.
        """
        day, first, last = self.day(row), self.first, self.last
        if row.item in self.paired:
            first, last = self.question.since or date.min, self.question.until or date.max
        if day is None or first is None or last is None or not first <= day <= last:
            return None
        if "period" in self.question.by and not self.period(day):
            return None
        return day

    def period(self, day: date) -> str:
        return next((name for name, (start, end) in self.question.periods.items() if start <= day <= end), "")

    def key(self, row: RegisterRow) -> tuple[str, ...]:
        day = self.day(row)
        parts = []
        for term in self.question.by:
            if term not in TIMES:
                parts.append(row.terms[self.terms.index(term)])
            elif day is None:
                parts.append("")
            elif term == "period":
                parts.append(self.period(day))
            else:
                parts.append(day.isoformat()[: {"day": 10, "month": 7, "year": 4}[term]])
        return tuple(parts)

    def sums(self, rows: Iterable[RegisterRow], kept: Callable[[RegisterRow], bool] = lambda _row: True) -> _Sums:
        sums = _Sums()
        for row in rows:
            if kept(row):
                sums.add(self.key(row), row)
        return sums

    def much(self, sums: _Sums, key: tuple[str, ...]) -> Much:
        return sums.amounts.get(key, Decimal()) if self.question.unit else sums.rows[key]


def _paired(ours: Register, theirs: Register) -> dict[str, date | None]:
    """Return the consignments that both registers name, each with the earliest day that either states."""
    found: dict[str, date | None] = dict.fromkeys(
        {row.item for row in ours.rows if row.item} & {row.item for row in theirs.rows}
    )
    for row in (*ours.rows, *theirs.rows):
        if row.day is not None and row.item in found:
            found[row.item] = min(found[row.item] or row.day, row.day)
    return found


def compare_registers(
    question: RegisterQuestion,
    ours: Register,
    theirs: Register,
    *,
    earlier: Register | None = None,
    earlier_of: Side = "theirs",
) -> RegistersView:
    """Compare two parties' tables of one flow.

    Args:
        question: what is asked.
        ours: one register, in common terms.
        theirs: the other.
        earlier: an earlier issue of one of them, to tell what is late.
        earlier_of: of which.
    """
    work = _Comparison(question, ours, theirs)
    cells = _cells(work, earlier, earlier_of)
    scope = tuple(_scope(work))
    units = tuple(_units(work)) if question.unit else ()
    timed = [term in TIMES for term in question.by]
    subtotals = _summed(cells, timed) if any(timed) and not all(timed) else ()
    total = _summed(cells, [False] * len(timed))[0] if cells else _nothing(len(timed), earlier)
    before = None
    if earlier is not None:
        before = _side(earlier, work.inside(earlier), sum(1 for row in work.inside(earlier) if work.is_compared(row)))
    return RegistersView(
        ours=_side(ours, work.within["ours"], len(work.compared["ours"])),
        theirs=_side(theirs, work.within["theirs"], len(work.compared["theirs"])),
        earlier=before,
        earlier_of=earlier_of,
        by=question.by,
        unit=question.unit,
        first_day=work.first.isoformat() if work.first else "",
        last_day=work.last.isoformat() if work.last else "",
        cells=cells,
        subtotals=subtotals,
        total=total,
        scope=scope,
        units=units,
        lines=_lines(work),
        asks=tuple(_asks(cells, [term in _NETTED for term in question.by], scope, units)),
    )


def _cells(work: _Comparison, earlier: Register | None, earlier_of: Side) -> tuple[RegisterCell, ...]:
    ours, theirs = work.sums(work.compared["ours"]), work.sums(work.compared["theirs"])
    before = known = None
    if earlier is not None:
        rows = [row for row in work.inside(earlier) if work.is_compared(row)]
        reaches = max((row.day for row in earlier.rows if row.day is not None), default=None)
        before = work.sums(rows)
        known = work.sums(
            work.compared[earlier_of], lambda row: reaches is None or row.day is None or row.day <= reaches
        )
    cells = []
    for key in sorted({*ours.rows, *theirs.rows, *(before.rows if before else ())}, key=_order(work)):
        mine, other = work.much(ours, key), work.much(theirs, key)
        stated = None if before is None else work.much(before, key)
        cells.append(
            RegisterCell(
                key=key,
                ours=mine,
                theirs=other,
                earlier=stated,
                late=None if known is None or stated is None else work.much(known, key) - stated,
                difference=mine - other,
                ours_rows=ours.rows[key],
                theirs_rows=theirs.rows[key],
                remarks=tuple(remark for remark in work.question.remarks if _about(remark, work.question.by, key)),
            )
        )
    return tuple(cells)


def _order(work: _Comparison) -> Callable[[tuple[str, ...]], tuple[object, ...]]:
    names = list(work.question.periods)

    def order(key: tuple[str, ...]) -> tuple[object, ...]:
        return tuple(
            names.index(value) if term == "period" and value in names else value
            for term, value in zip(work.question.by, key, strict=True)
        )

    return order


def _about(remark: Remark, by: Sequence[str], key: Sequence[str]) -> bool:
    values = dict(zip(by, key, strict=True))
    return bool(remark.where) and all(values.get(term) == value for term, value in remark.where.items())


def _summed(cells: Sequence[RegisterCell], kept: Sequence[bool]) -> tuple[RegisterCell, ...]:
    """Return cells summed over the terms that are not kept."""
    groups: dict[tuple[str, ...], list[RegisterCell]] = defaultdict(list)
    for cell in cells:
        groups[tuple(value if keep else "" for value, keep in zip(cell.key, kept, strict=True))].append(cell)
    return tuple(
        RegisterCell(
            key=key,
            ours=sum(cell.ours for cell in group),
            theirs=sum(cell.theirs for cell in group),
            earlier=_sum(cell.earlier for cell in group),
            late=_sum(cell.late for cell in group),
            difference=sum(cell.difference for cell in group),
            ours_rows=sum(cell.ours_rows for cell in group),
            theirs_rows=sum(cell.theirs_rows for cell in group),
        )
        for key, group in groups.items()
    )


def _sum(values: Iterable[Much | None]) -> Much | None:
    total: Much = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _nothing(terms: int, earlier: Register | None) -> RegisterCell:
    none = None if earlier is None else 0
    return RegisterCell(
        key=("",) * terms, ours=0, theirs=0, earlier=none, late=none, difference=0, ours_rows=0, theirs_rows=0
    )


def _scope(work: _Comparison) -> Iterable[ScopeValue]:
    for side in ("ours", "theirs"):
        found: dict[tuple[int, str], list[RegisterRow]] = defaultdict(list)
        for row in work.within[side]:
            at = next((at for at, value in enumerate(row.terms) if value not in work.shared[at]), None)
            if at is not None and not work.is_compared(row):
                found[at, row.terms[at]].append(row)
        for (at, value), rows in sorted(found.items()):
            days = [row.day.isoformat() for row in rows if row.day is not None]
            amount = sum((row.amount for row in rows if row.amount is not None), Decimal())
            yield ScopeValue(
                side="ours" if side == "ours" else "theirs",
                term=work.terms[at],
                value=value,
                rows=len(rows),
                amount=amount if work.question.unit else len(rows),
                first_day=min(days, default=""),
                last_day=max(days, default=""),
            )


def _units(work: _Comparison) -> Iterable[UnitRows]:
    for side in ("ours", "theirs"):
        counts = Counter(row.unit for row in work.compared[side] if row.amount is None)
        for unit, rows in counts.most_common():
            yield UnitRows(side="ours" if side == "ours" else "theirs", unit=unit, rows=rows)


def _asks(
    cells: Sequence[RegisterCell], timed: Sequence[bool], scope: Sequence[ScopeValue], units: Sequence[UnitRows]
) -> Iterable[Ask]:
    parts: defaultdict[tuple[str, ...], Much] = defaultdict(int)
    for cell in cells:
        parts[_untimed(cell.key, timed)] += _size(cell.difference)
    for cell in _summed(cells, [not time for time in timed]):
        key, difference = _untimed(cell.key, timed), cell.difference
        if difference:
            yield Ask(side="ours" if difference > 0 else "theirs", code="show", about=key, much=_size(difference))
            yield Ask(side="theirs" if difference > 0 else "ours", code="enter", about=key, much=_size(difference))
        elif parts[key]:
            yield Ask(side="ours", code="dates", about=key, much=parts[key])
            yield Ask(side="theirs", code="dates", about=key, much=parts[key])
    for value in scope:
        other: Side = "theirs" if value.side == "ours" else "ours"
        yield Ask(side=other, code="scope", about=(value.term, value.value), much=value.amount)
    for unit in units:
        yield Ask(side=unit.side, code="unit", about=(unit.unit,) if unit.unit else (), much=unit.rows)


def _size(value: Much) -> Much:
    return value if value >= 0 else -value


def _untimed(key: Sequence[str], timed: Sequence[bool]) -> tuple[str, ...]:
    return tuple(value for value, time in zip(key, timed, strict=True) if not time)


class _Line(msgspec.Struct):
    """A consignment in one register: its rows put together."""

    row: int
    day: date | None
    terms: tuple[str, ...]
    amount: Much


def _lines(work: _Comparison) -> RegisterLines | None:
    """Return the comparison line by line, where both registers name consignments and some are the same."""
    ours, theirs = (_by_item(work, work.compared[side]) for side in ("ours", "theirs"))
    both = [item for item in ours if item in theirs]
    if not both:
        return None
    differences = [apart for item in both for apart in _apart(work, item, ours[item], theirs[item])]
    sides: tuple[tuple[Side, Mapping[str, _Line], Mapping[str, _Line]], ...] = (
        ("ours", ours, theirs),
        ("theirs", theirs, ours),
    )
    lone = tuple(
        LoneLine(side=side, item=item, row=line.row, day=line.day.isoformat() if line.day else "", amount=line.amount)
        for side, mine, other in sides
        for item, line in mine.items()
        if item not in other
    )
    unnamed = [sum(1 for row in work.compared[side] if not row.item) for side in ("ours", "theirs")]
    return RegisterLines(
        both=len(both),
        agree=len(both) - len({apart.item for apart in differences}),
        differences=tuple(differences),
        lone=lone,
        unnamed=(unnamed[0], unnamed[1]),
    )


def _by_item(work: _Comparison, rows: Iterable[RegisterRow]) -> dict[str, _Line]:
    lines: dict[str, _Line] = {}
    for row in rows:
        if not row.item:
            continue
        amount: Much = (row.amount or Decimal()) if work.question.unit else 1
        line = lines.get(row.item)
        if line is None:
            lines[row.item] = _Line(row.row, row.day, row.terms, amount)
        else:
            line.amount += amount
            line.day = min((day for day in (line.day, row.day) if day is not None), default=None)
    return lines


def _plain(much: Much) -> str:
    """Return an amount without zeros that a factor brought behind its point."""
    text = format(much, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _apart(work: _Comparison, item: str, ours: _Line, theirs: _Line) -> Iterable[LineDifference]:
    pairs = [("day", str(ours.day or ""), str(theirs.day or ""))]
    pairs.append(("amount", _plain(ours.amount), _plain(theirs.amount)))
    pairs += zip(work.terms, ours.terms, theirs.terms, strict=True)
    for what, mine, other in pairs:
        if mine != other:
            yield LineDifference(
                item=item, what=what, ours=mine, theirs=other, ours_row=ours.row, theirs_row=theirs.row
            )


def _side(register: Register, within: Sequence[RegisterRow], compared: int) -> RegisterSide:
    days = [row.day for row in register.rows if row.day is not None]
    return RegisterSide(
        party=register.party,
        name=register.name,
        sha256=register.sha256,
        rows=len(register.rows) + register.left_out,
        compared=compared,
        left_out=register.left_out,
        outside=len(register.rows) - len(within),
        first_day=min(days).isoformat() if days else "",
        last_day=max(days).isoformat() if days else "",
        unread=register.unread,
        passed_over=register.passed_over,
    )
