"""A day long before the programme began: a slip of the year in a table, told at its row before it is recorded.

Recorded, it would accuse: a load of 1926 is overdue by a century, and somebody is asked where it is. No load, payment or count
of a programme is half a century older than it; a spreadsheet's first day (1900), a computer's (1970) and a slip of a century are.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from enduse.book.book import Book
from enduse.errors import Problem
from enduse.exchange.unsigned import Row
from enduse.messages import Message
from enduse.programme.arrangement import DELAYED

_YEARS: Final = 50
_LIMIT: Final = timedelta(days=_YEARS * 365.25)


def began(book: Book) -> datetime:
    """Return when a programme began: when it was founded, or its period before that."""
    founding, period = book.statement(0).statement, book.programme.founded.period
    return founding.occurred_at if period is None else min(founding.occurred_at, period.start)


def apart(row: Row, began: Callable[[], datetime]) -> Row:
    """Return a row as it is, or refused where it tells of what happened long before the programme began.

    What figures and conditions rest on alone: a population may be of 1960. What a party says by itself is not looked at here:
    whoever means such a day says it so.
    """
    old = datetime.now(UTC) - _LIMIT  # no programme began later than now: of nearly all rows nobody need know when
    for said in row.statements:
        if said.occurred_at < old and said.name in DELAYED and began() - said.occurred_at > _LIMIT:
            line = row.source.row if row.line is None else row.line
            told = Message.of("row.long_before", day=said.occurred_at, began=began(), n=_YEARS)
            problem = replace(Problem.about(told, source=row.source.name, line=line), sheet=row.sheet)
            return replace(row, statements=(), problems=(problem,))
    return row
