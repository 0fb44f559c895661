"""A statement of account as its table tells it: rows, balances that stand beside them, and rows of totals."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal, Self

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.messages import Message
from enduse.terms.amounts import MINOR_PER_UNIT, money_resource
from enduse.views.shapes import Figure

LineKind = Literal["movement", "fee", "opening", "closing"]
MOVING: Final = frozenset(("movement", "fee"))


class BankLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a statement of account.

    Attributes:
        row: in its file, from 1.
        kind: ``movement`` or ``fee``; ``opening`` or ``closing`` balance.
        day: of the booking; of a balance perhaps none.
        figure: what came in; below zero what went out.
        reference: number that the bank gives or passes on.
        text: whatever else stands there.
        account: which, where one table holds several.
        balance: that stands beside it; ``None`` where none does.
    """

    row: int
    kind: LineKind
    day: date | None
    figure: Figure
    reference: str = ""
    text: str = ""
    account: str = ""
    balance: Figure | None = None

    @classmethod
    def of(
        cls,
        row: int,
        kind: LineKind,
        day: date | None,
        value: str,
        currency: str,
        *,
        reference: str = "",
        text: str = "",
        account: str = "",
        balance: Decimal | None = None,
    ) -> Self:
        """Return a row with its amount in units of the currency.

        Raises:
            MalformedError: the amount is finer than 1/10,000 of a unit, or larger than any.
        """
        resource = money_resource(currency)
        beside = None if balance is None else Figure(in_minor(round(balance, 4)), resource)
        return cls(
            row=row,
            kind=kind,
            day=day,
            figure=Figure(in_minor(Decimal(value)), resource),
            reference=reference,
            text=text,
            account=account,
            balance=beside,
        )


class TotalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A number in a row of totals, and the sums of its column that it may be.

    Attributes:
        row: in its file.
        said: as it stands there.
        sums: of all rows, of those above it, of those since the last such row, of one way only; without their sign.
    """

    row: int
    said: Figure
    sums: tuple[int, ...]


class StatementOfAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A table of an account.

    Attributes:
        source: its file's name.
        sha256: digest of the file.
        lines: rows that could be read.
        problems: rows that could not, and are in no sum.
        notes: rows that were passed over, such as those that call themselves a total, and how others were read.
        totals: numbers in rows of totals that can be held against what they sum up.
        unread: balances that could not be read, of rows that could.
        amount_step: the last decimal of its amounts, in smallest units of money.
        balance_step: likewise of its balances.
    """

    source: str
    sha256: str
    lines: tuple[BankLine, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Message, ...] = ()
    totals: tuple[TotalLine, ...] = ()
    unread: tuple[Problem, ...] = ()
    amount_step: int = 1
    balance_step: int = 1


def in_minor(value: Decimal) -> int:
    """Return an amount in the smallest units of money.

    Raises:
        MalformedError: it is finer, or larger than any.
    """
    minor = value * MINOR_PER_UNIT
    if minor != minor.to_integral_value() or abs(minor) >= Decimal(2**63):
        raise MalformedError("account.bad_amount", value=f"{value:f}"[:40])
    return int(minor)
