"""Two parties' tables of one flow, in common terms: where they agree, what is late, scope or unit, and who owes an answer.

No row of one can be matched with a row of the other unless both name the consignment, so what is compared is how much each
states of a place, a month, an item. What both name is compared whole, on the earliest day that either states, so that no load on
its way is counted in one register and cut off in the other. A difference is a question to whoever keeps a register; nothing here calls it a loss.
"""

from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple

import msgspec

from enduse.errors import Problem
from enduse.views.issues import LeftOut

Side = Literal["ours", "theirs"]
Much = int | Decimal
"""Rows, or an amount in the common unit."""

TIMES: Final = ("day", "month", "year", "period")
"""Terms that follow from a row's date."""


class RegisterRow(NamedTuple):
    """One row in common terms: where it stands, its day, its terms, its amount, the unit nobody converts, its identity."""

    row: int
    day: date | None
    terms: tuple[str, ...]
    amount: Decimal | None
    unit: str
    item: str


class Register(msgspec.Struct, kw_only=True):
    """One party's table in common terms.

    Attributes:
        party: who keeps it, as the mapping says.
        name, sha256: of the file.
        terms: names of the terms of its rows, in order; the same for both.
        rows: in the order of the file.
        left_out: rows that the mapping leaves out.
        unread: rows that could not be read.
        passed_over: what was not read as it stands, such as a total.
    """

    party: str
    name: str
    sha256: str
    terms: tuple[str, ...]
    rows: list[RegisterRow]
    left_out: int = 0
    unread: tuple[Problem, ...] = ()
    passed_over: tuple[LeftOut, ...] = ()


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a party has said of some of its rows, as the mapping quotes it.

    Attributes:
        party: whose word it is.
        text: what it says.
        where: terms and the value each has in those rows.
    """

    party: Side
    text: str
    where: dict[str, str] = {}


class RegisterSide(msgspec.Struct, frozen=True, kw_only=True):
    """One register in figures.

    Attributes:
        party, name, sha256: whose, and which file.
        rows: in the file, as far as they could be read.
        compared: rows that are compared.
        left_out: rows that the mapping leaves out.
        outside: rows dated outside the days that both registers and the question cover, or without a date; of what both name
            only the question's days count.
        first_day, last_day: the days it reaches from and to.
        unread: rows that could not be read.
        passed_over: what was not read as it stands, such as a total.
    """

    party: str
    name: str
    sha256: str
    rows: int
    compared: int
    left_out: int
    outside: int
    first_day: str
    last_day: str
    unread: tuple[Problem, ...]
    passed_over: tuple[LeftOut, ...] = ()


class RegisterCell(msgspec.Struct, frozen=True, kw_only=True):
    """What both state of one combination of terms.

    Attributes:
        key: the terms asked for, in their order; an empty text in place of one that is summed over.
        ours, theirs: how much each states.
        earlier: how much the earlier issue stated; ``None`` without one.
        late: how much of it the earlier issue should have stated already and did not (less what was taken back).
        difference: ours less theirs.
        ours_rows, theirs_rows: rows behind it.
        remarks: what the parties have said of it.
    """

    key: tuple[str, ...]
    ours: Much
    theirs: Much
    earlier: Much | None
    late: Much | None
    difference: Much
    ours_rows: int
    theirs_rows: int
    remarks: tuple[Remark, ...] = ()


class ScopeValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value that stands in one register only: its rows are not compared.

    Attributes:
        side: which register has it.
        term, value: what it is.
        rows, amount: how much.
        first_day, last_day: from when to when.
    """

    side: Side
    term: str
    value: str
    rows: int
    amount: Much
    first_day: str
    last_day: str


class UnitRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in a unit that the mapping does not bring to the common one; an empty unit: rows without an amount."""

    side: Side
    unit: str
    rows: int


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a party is asked.

    Attributes:
        side: who.
        code: ``show`` (it states more: which rows are these?), ``enter`` (it states less: is more to come?), ``dates``
            (the sum agrees and the parts do not: by which date does it count?), ``scope`` (does it keep these
            elsewhere?), ``unit`` (how much is one?).
        about: the terms with their values, or the unit.
        much: how much it is about.
    """

    side: Side
    code: str
    about: tuple[str, ...]
    much: Much


class LineDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment that both name, and one thing they state differently: ``day``, ``amount``, or a term."""

    item: str
    what: str
    ours: str
    theirs: str
    ours_row: int
    theirs_row: int


class LoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment that one register names and the other does not."""

    side: Side
    item: str
    row: int
    day: str
    amount: Much


class RegisterLines(msgspec.Struct, frozen=True, kw_only=True):
    """Line by line, where both name the consignment.

    Attributes:
        both: consignments in both.
        agree: of those, equal in day, amount and terms.
        differences: of the others, each difference.
        lone: consignments in one only.
        unnamed: rows of each that name none.
    """

    both: int
    agree: int
    differences: tuple[LineDifference, ...]
    lone: tuple[LoneLine, ...]
    unnamed: tuple[int, int]


class RegistersView(msgspec.Struct, frozen=True, kw_only=True):
    """Two parties' tables of one flow, side by side.

    Attributes:
        ours, theirs: the registers.
        earlier: an earlier issue of one of them.
        earlier_of: of which.
        by: the terms asked for.
        unit: in which amounts are compared; empty where rows are counted.
        first_day, last_day: the days that both reach; empty where rows have no dates.
        cells: by combination of terms.
        subtotals: by the terms that are times, where others are asked for too.
        total: of all that is compared.
        scope: values in one register only.
        units: rows whose amount is not known in the common unit.
        lines: line by line, where both name the consignment.
        asks: who owes an answer.
    """

    ours: RegisterSide
    theirs: RegisterSide
    earlier: RegisterSide | None
    earlier_of: Side
    by: tuple[str, ...]
    unit: str
    first_day: str
    last_day: str
    cells: tuple[RegisterCell, ...]
    subtotals: tuple[RegisterCell, ...]
    total: RegisterCell
    scope: tuple[ScopeValue, ...]
    units: tuple[UnitRows, ...]
    lines: RegisterLines | None
    asks: tuple[Ask, ...]


class RegisterQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of two registers.

    Attributes:
        by: terms by which they are compared.
        unit: in which amounts are compared; empty: rows are counted.
        periods: first and last day of each period, by name.
        since, until: look only at rows dated within.
        remarks: what the parties have said.
    """

    by: tuple[str, ...]
    unit: str = ""
    periods: dict[str, tuple[date, date]] = {}
    since: date | None = None
    until: date | None = None
    remarks: tuple[Remark, ...] = ()
