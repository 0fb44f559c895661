"""What is asked of a history: one text of SQL a question, which every engine runs as it stands, and the same sum in Python.

All of it is whole numbers. A sum is taken of ``DECIMAL(38, 0)``, so no engine rounds and none overflows before 38 digits.
"""

import json
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of
from enduse.ledger.balances import Moment
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money
from enduse.terms.times import instant_of

HistoryRow = tuple[str | int, ...]
"""One row of an answer: what it is of, then its sums."""

_Adds = tuple[HistoryRow, tuple[int, ...]]


class HistoryQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    Attributes:
        name: of it.
        told: what it asks, in English.
        text: of it in SQL, over the table ``postings``; ``{counted}`` stands for which of them count.
        adds: what a posting adds to the answer, and to which row of it; ``None``: nothing. The same, told to Python.
    """

    name: str
    told: str
    text: str
    adds: Callable[[Posting], _Adds | None]

    def sql(self, moment: Moment) -> str:
        """Return the question of a moment in SQL.

        Args:
            moment: with the size of the record that was known, and perhaps the last claimed time that counts.
        """
        counted = f"entry < {moment.size}" + (f" AND effective <= {moment.as_at}" if moment.as_at is not None else "")
        return self.text.format(counted=counted)


def _balance(posting: Posting) -> _Adds:
    return (posting.account, posting.resource), (posting.amount,)


def _went_in(posting: Posting) -> bool:
    """Say whether a posting adds to what came in; one that takes another back takes it off where that was added."""
    return (posting.amount > 0) == (posting.code != "reversed")


def _in_a_year(posting: Posting) -> _Adds | None:
    if not is_money(posting.resource):
        return None
    kind, owner, *_ = posting.account.split(" ", 2)
    sums = (posting.amount, 0) if _went_in(posting) else (0, -posting.amount)
    return (instant_of(posting.effective).year, kind, owner, posting.resource), sums


def _dispatched(posting: Posting) -> _Adds | None:
    if class_of(posting.account) != "transit":
        return None
    _, sender, consignment = posting.account.split(" ", 2)
    sent, cleared = (posting.amount, 0) if _went_in(posting) else (0, -posting.amount)
    return (sender, consignment, posting.resource), (sent, cleared, posting.amount)


_IN: Final = "CASE WHEN (amount > 0) = (code <> 'reversed') THEN amount ELSE 0 END"
_OUT: Final = "CASE WHEN (amount > 0) = (code <> 'reversed') THEN 0 ELSE -amount END"


def _sum(of: str) -> str:
    return f"SUM(CAST({of} AS DECIMAL(38, 0)))"


HISTORY_QUESTIONS: Final = (
    HistoryQuestion(
        name="balances",
        told="what each account holds",
        text=f"""\
SELECT account, resource, {_sum("amount")} AS amount
FROM postings
WHERE {{counted}}
GROUP BY account, resource
HAVING {_sum("amount")} <> 0
""",  # noqa: S608 - texts of ours
        adds=_balance,
    ),
    HistoryQuestion(
        name="money_by_year",
        told="what came in and went out in each year, by class of account, owner and currency",
        text=f"""\
SELECT * FROM (
  SELECT CAST(EXTRACT(YEAR FROM day) AS INTEGER) AS year, class, owner, resource,
    {_sum(_IN)} AS came_in,
    {_sum(_OUT)} AS went_out
  FROM postings
  WHERE resource LIKE 'money/%' AND {{counted}}
  GROUP BY CAST(EXTRACT(YEAR FROM day) AS INTEGER), class, owner, resource
) AS years
WHERE came_in <> 0 OR went_out <> 0
""",  # noqa: S608 - texts of ours
        adds=_in_a_year,
    ),
    HistoryQuestion(
        name="dispatched",
        told="how much was sent under each number, how much of it is cleared (arrived, given back, called off, found), and what "
        "is left open; below zero where more arrived than was sent",
        text=f"""\
SELECT * FROM (
  SELECT owner AS sender, about AS consignment, resource,
    {_sum(_IN)} AS sent,
    {_sum(_OUT)} AS cleared,
    {_sum("amount")} AS left_open
  FROM postings
  WHERE class = 'transit' AND {{counted}}
  GROUP BY owner, about, resource
) AS consignments
WHERE sent <> 0 OR cleared <> 0
""",  # noqa: S608 - texts of ours
        adds=_dispatched,
    ),
)


def own_answers(postings: Iterable[Posting], moments: Iterable[Moment]) -> dict[tuple[str, Moment], list[HistoryRow]]:
    """Return what the book itself answers, in one walk over its postings.

    Args:
        postings: of the book.
        moments: to answer for.

    Returns:
        By question and moment, its rows in no order.
    """
    asked = [(question, moment, dict[HistoryRow, list[int]]()) for moment in moments for question in HISTORY_QUESTIONS]
    for posting in postings:
        for question, moment, sums in asked:
            if moment.holds(posting) and (adds := question.adds(posting)) is not None:
                row, amounts = adds
                held = sums.setdefault(row, [0] * len(amounts))
                for at, amount in enumerate(amounts):
                    held[at] += amount
    return {
        (question.name, moment): [(*row, *held) for row, held in sums.items() if any(held)]
        for question, moment, sums in asked
    }


def canonical(rows: Iterable[Iterable[object]]) -> list[bytes]:
    """Return rows in the form in which they are compared: each a JSON array in UTF-8 without blanks, sorted by its bytes.

    Args:
        rows: as an engine gives them; a ``Decimal`` is a whole number.
    """
    return sorted(_line(row).encode() for row in rows)


def _line(row: Iterable[object]) -> str:
    whole = [each if isinstance(each, str) else int(str(each)) for each in row]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def digest_of(rows: list[bytes]) -> str:
    """Return SHA-256 over canonical rows, a line each, hexadecimal."""
    return sha256(b"".join(row + b"\n" for row in rows)).hexdigest()
