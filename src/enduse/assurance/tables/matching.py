"""Consignments of plain tables, matched at both ends before they are summed by period."""

from collections import defaultdict
from collections.abc import Iterator
from statistics import median_low

import msgspec

from enduse.assurance.consignments import EarlyMove, EarlyMoves, OpenConsignment
from enduse.assurance.model import Network
from enduse.assurance.readings import CLOSING, OPENING, RECEIVED, SHIPPED
from enduse.assurance.tables.table_rows import folded


class Placed(msgspec.Struct, frozen=True):
    """One row in its period.

    Attributes:
        line: where it stands.
        consignment: its name, or nothing.
        period: in which it was read, from 1.
        arrival: in which what was shipped arrived, where its row says so.
        material, kind, place: positions.
        quantity: in units of what it is counted as.
    """

    line: int
    consignment: str
    period: int
    arrival: int | None
    material: int
    kind: int
    place: int
    quantity: float


class Matched(msgspec.Struct, frozen=True):
    """Rows in the periods in which they count.

    Attributes:
        rows: those that count, stocks as they would have been.
        open: what was sent and not received.
        count: consignments read at both ends.
    """

    rows: tuple[Placed, ...]
    open: tuple[OpenConsignment, ...]
    count: int


class _Group(msgspec.Struct, frozen=True):
    """One consignment of one material on one way."""

    sent: tuple[Placed, ...]
    received: tuple[Placed, ...]

    @property
    def rows(self) -> tuple[Placed, ...]:
        return (*self.sent, *self.received)

    @property
    def first(self) -> int:
        """Period in which it left."""
        return min(row.period for row in self.sent)

    @property
    def counts(self) -> int:
        """Period in which the last of it arrived, or left if nothing says when it arrived."""
        return max(row.period if row.arrival is None else max(row.arrival, row.period) for row in self.rows)

    @property
    def arrived(self) -> bool:
        """Whether all that was sent is told to have arrived, be it short."""
        if self.received:
            return len(self.received) >= len(self.sent)
        return all(row.arrival is not None for row in self.sent)


def match(rows: list[Placed], network: Network, materials: list[str]) -> Matched:
    """Return rows in the periods in which they count.

    A consignment that nobody received is under way as long as some that arrived were; longer than that its receipt is
    not known, and it counts with its sender alone. Where no receipt on a way names a consignment, nobody can say what
    is under way on it, and what was sent counts when it was sent.

    Args:
        rows: of readings.
        network: they are of.
        materials: names.
    """
    groups, plain = _groups(rows)
    last = max((row.period for row in rows), default=0)
    named = {group.received[0].place for group in groups if group.received}
    lags = [group.counts - group.first for group in groups if group.sent and group.arrived]
    longest, usual = max(1, *lags, 0), median_low(lags) if lags else 0
    counted: list[tuple[Placed, int | None]] = [(row, row.period) for row in plain]
    open_: list[OpenConsignment] = []
    for group in groups:
        period: int | None = group.counts
        if group.sent and group.sent[0].place in named and not group.arrived:
            overdue = last - group.first > longest
            period = None if not overdue else group.counts if group.received else min(group.first + usual, last)
            if not (overdue and group.received):
                open_.append(_open(group, network, materials, overdue=overdue))
        counted += [(row, period) for row in group.rows]
    moves: EarlyMoves[float] = EarlyMoves(_moves(counted, network))
    taken = (_counted(row, period, moves) for row, period in counted if period is not None)
    return Matched(
        tuple(sorted(taken, key=lambda row: row.line)),
        tuple(open_),
        sum(bool(group.sent and group.received) for group in groups),
    )


def _groups(rows: list[Placed]) -> tuple[list[_Group], list[Placed]]:
    """Return the rows by consignment, and those that belong to none."""
    by_name: dict[tuple[str | int, int, int], list[Placed]] = defaultdict(list)
    plain = []
    for row in rows:
        if row.kind not in {SHIPPED, RECEIVED} or not (row.consignment or row.arrival is not None):
            plain.append(row)
        else:
            name = folded(row.consignment) if row.consignment else row.line
            by_name[name, row.place, row.material].append(row)
    return [
        _Group(tuple(row for row in of if row.kind == SHIPPED), tuple(row for row in of if row.kind == RECEIVED))
        for of in by_name.values()
    ], plain


def _open(group: _Group, network: Network, materials: list[str], *, overdue: bool) -> OpenConsignment:
    first = group.sent[0]
    return OpenConsignment(
        consignment=first.consignment,
        link=network.links[first.place].link,
        material=materials[first.material],
        amount=sum(row.quantity for row in group.sent) - sum(row.quantity for row in group.received),
        period=group.first,
        overdue=overdue,
    )


def _moves(counted: list[tuple[Placed, int | None]], network: Network) -> Iterator[EarlyMove[float]]:
    for row, period in counted:
        if row.kind in {SHIPPED, RECEIVED} and row.period != period:
            start, end = network.ends(row.place)
            node, amount = (start, row.quantity) if row.kind == SHIPPED else (end, -row.quantity)
            yield EarlyMove((node, row.material), amount, row.period, period)


def _counted(row: Placed, period: int, moves: EarlyMoves[float]) -> Placed:
    if row.kind not in {OPENING, CLOSING}:
        return msgspec.structs.replace(row, period=period)
    moment = row.period - (row.kind == OPENING)
    held = moves.held((row.place, row.material), moment, row.quantity)
    return msgspec.structs.replace(row, quantity=max(held, 0.0))
