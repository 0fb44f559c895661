"""What a table shows when it is looked at, and the profile that is proposed for it."""

from typing import Literal

import msgspec

from enduse.errors import Problem
from enduse.messages import Message


class ColumnLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a column holds.

    Attributes:
        name: of the column, joined where its header spans rows.
        cell: where its name stands, as a spreadsheet names it.
        kind: what nearly all of its cells are.
        filled: cells in which something stands.
        sum: of its numbers, exactly; empty for other columns.
        written: how its days or numbers are written, such as ``day-month-year``; empty where nothing tells.
        first: its first texts.
    """

    name: str
    cell: str
    kind: Literal["number", "day", "text", "blank"]
    filled: int
    sum: str = ""
    written: str = ""
    first: tuple[str, ...] = ()


class ProfileQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looking at a table does not tell.

    Attributes:
        key: by which it is answered.
        asks: the question.
        options: what may be answered; empty where anything may.
        suggested: what seems likely; nothing is taken for granted.
    """

    key: str
    asks: Message
    options: tuple[str, ...] = ()
    suggested: str = ""


class UnderstoodRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it will be understood.

    Attributes:
        line: the row as a spreadsheet counts it.
        what: what it tells.
        fields: each field as it is read.
    """

    line: int
    what: str
    fields: dict[str, str]


class ProfileProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that is proposed for a table.

    Attributes:
        table: file name.
        sheet: the sheet that was looked at.
        header: first and last row of the header.
        encoding: of a text table that is not UTF-8 and does not say so itself.
        columns: what each holds.
        rows: rows that hold data.
        notes: what is not in those rows, or not as it is written, counted.
        questions: what has to be answered first; then there is no profile yet.
        profile: the profile, as TOML.
        understood: the first rows.
        refused: rows that could not be recorded.
        problems: why, the first of them.
    """

    table: str
    sheet: str = ""
    header: tuple[int, int]
    encoding: str = ""
    columns: tuple[ColumnLook, ...]
    rows: int
    notes: dict[Message, int] = {}
    questions: tuple[ProfileQuestion, ...] = ()
    profile: str = ""
    understood: tuple[UnderstoodRow, ...] = ()
    refused: int = 0
    problems: tuple[Problem, ...] = ()
