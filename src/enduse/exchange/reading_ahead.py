"""A large table read, and its rows signed, in a second process while the rows before are recorded; where it is lost, nothing is.

What goes wrong there is no outcome: whoever records reads on itself from that row, and meets it again.
"""

from collections import deque
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from enduse.book.beside import SecondProcess
from enduse.errors import EnduseError, Problem
from enduse.exchange import long_before
from enduse.exchange.earlier_rows import EarlierRow
from enduse.exchange.tables import Table, TableSummary, read_table
from enduse.exchange.tables.profile import Profile
from enduse.exchange.unsigned import Row
from enduse.messages import Message
from enduse.statements.keyring import enveloped
from enduse.statements.passed import pass_on
from enduse.system import uncollected
from enduse.terms.ed25519 import SigningKey

_BATCHES: Final = 3
"""So many batches are read ahead at most: memory does not grow with the table."""
_WORTH: Final = 512 * 1024
_WORTH_PACKED: Final = 64 * 1024
"""Bytes of a file, as text and compressed, from which on a second process takes less time than it needs to begin."""
_PLAIN: Final = frozenset((".csv", ".tsv", ".txt"))


class Order(NamedTuple):
    """What another process must know to read and sign a table as this one would.

    Attributes:
        path, profile, called: as for :func:`enduse.exchange.tables.read_table`.
        table: its name.
        known: numbers of rows that need not be said.
        changed: by number, the recorded row that each replaces.
        kept: entries that could not be taken back.
        began: when the programme did.
        programme, party: for which, and who says it.
        seed: of the party's key.
        first: its next running number.
        clocked: whether a clock takes a number of this key before each batch.
        batch: rows of one.
    """

    path: Path
    profile: Profile | str | Path | None
    called: Mapping[str, str]
    table: str
    known: Container[int]
    changed: Mapping[int, EarlierRow]
    kept: set[int]
    began: datetime
    programme: str
    party: str
    seed: bytes
    first: int
    clocked: bool
    batch: int


class SignedRow(msgspec.Struct, frozen=True, array_like=True):
    """One row that was read.

    Attributes:
        line: as for :class:`enduse.exchange.unsigned.Row`; the row's number where it has none.
        problems: why it says nothing.
        notes: what a reader should know about it.
        said: its statements, each as envelope and as :func:`enduse.statements.passed.pass_on` gives it.
    """

    line: int | None
    problems: tuple[Problem, ...]
    notes: tuple[Message, ...]
    said: tuple[tuple[bytes, bytes], ...]


class SignedBatch(NamedTuple):
    """Some rows, and the running number that the first statement among them bears."""

    first: int
    rows: list[SignedRow]


class Ended(NamedTuple):
    """The whole table was read: what became of its rows, the identifiers made of names, its file and sheet."""

    summary: TableSummary
    named: dict[str, tuple[str, str]]


_PACK: Final = msgspec.msgpack.Encoder().encode
_UNPACK: Final = msgspec.msgpack.Decoder(list[SignedRow]).decode
_reading: list[Iterator[tuple[int, bytes] | Ended]] = []
"""The table that this process reads for another one."""


def is_worth(path: Path) -> bool:
    """Say whether a second process takes less time for a table than it needs to begin."""
    return path.stat().st_size >= (_WORTH if path.suffix.lower() in _PLAIN else _WORTH_PACKED)


def replacing(
    table: Iterable[Row], earlier_of: Callable[[Row], EarlierRow | None], kept: Container[int]
) -> Iterator[Row]:
    """Give the rows that are to be said; one whose earlier words could not be taken back would count twice, and is refused.

    Args:
        table: its rows.
        earlier_of: gives the recorded row that a row replaces, if any.
        kept: entries that could not be taken back.
    """
    for row in table:
        earlier = earlier_of(row)
        if earlier is None or not row.statements:
            yield row
            continue
        entry = next((entry for entry in earlier.entries if entry in kept), None)
        if entry is None:
            source = replace(row.source, replaces=earlier.id)
            yield replace(row, statements=tuple(replace(said, source=source) for said in row.statements))
        else:
            problem = Problem.of("row.not_replaced", source=row.source.name, line=row.line, entry=entry)
            yield replace(row, statements=(), problems=(replace(problem, sheet=row.sheet),))


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Give items, so many at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def signed_ahead(order: Order) -> Generator[SignedBatch | Ended, None, None]:
    """Give the rows of a table batch by batch, each while the next are read; then the end, unless something goes wrong."""
    with SecondProcess() as beside:
        begun = beside.begin(_begin, order)
        coming = deque(beside.begin(_next) for _ in range(_BATCHES))
        if not begun():
            return
        while (got := coming.popleft()()) is not None:
            if isinstance(got, Ended):
                yield got
                return
            coming.append(beside.begin(_next))
            yield SignedBatch(got[0], _UNPACK(got[1]))


def _begin(order: Order) -> bool:
    """In the second process: begin to read."""
    try:
        table = read_table(order.path, order.profile, called=order.called)
    except (EnduseError, OSError):
        return False
    table.name, table.known = order.table, order.known
    _reading[:] = [_signed(order, table)]
    return True


def _next() -> tuple[int, bytes] | Ended | None:
    """In the second process: go on reading; ``None`` where it cannot."""
    try:
        with uncollected():
            return next(_reading[0], None)
    except (EnduseError, OSError):
        return None


def _signed(order: Order, table: Table) -> Iterator[tuple[int, bytes] | Ended]:
    key, number = SigningKey(order.seed), order.first
    rows = replacing(table, lambda row: order.changed.get(row.source.row or 0), order.kept)
    for batch in batches((long_before.apart(row, lambda: order.began) for row in rows), order.batch):
        first, made = number, []
        for row in batch:
            said = []
            for each in row.statements:
                envelope = enveloped(each.statement(order.programme, order.party, number), key)
                said.append((envelope.raw, pass_on(envelope)))
                number += 1
            line = row.source.row if row.line is None else row.line
            made.append(SignedRow(line, row.problems, row.notes, tuple(said)))
        number += order.clocked and number > first
        yield first, _PACK(made)
    yield Ended(table.summary(), dict(table.named))
