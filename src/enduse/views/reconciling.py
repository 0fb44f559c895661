"""A statement of account beside the payments of a record: what matches, in what the two differ, and that all of it ties.

Nothing here is called a loss: what stands on one side only may be late, of another account, or not said yet. Sums are
exact; a match of several with one is looked for in bounds, and where the search stopped is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

import msgspec

from enduse.book.book import Book
from enduse.errors import MalformedError, Problem
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.movements import standing
from enduse.messages import Message
from enduse.terms.amounts import is_money, unit_of
from enduse.terms.times import instant_of
from enduse.views.account_lines import MOVING, BankLine, StatementOfAccount
from enduse.views.account_sums import account_sums
from enduse.views.leads import NEAR_DAYS, confirmed
from enduse.views.shapes import Figure

GROUP_MOST: Final = 8
"""So many at most are added up to match one."""
STEPS_MOST: Final = 300_000
"""Sums that are tried in all."""
DAYS_MOST: Final = 120
_CASH: Final = frozenset(("held", "own"))

MatchWay = Literal["reference", "amount", "sum"]


class AccountPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of the record that touches an account.

    Attributes:
        entry: its statement.
        names: numbers under which it is told, the record's own first.
        day: when, as claimed, of UTC.
        figure: what came in, less fees; below zero what went out.
        other: who is at the other end, or what it was spent on; empty where nobody is named.
    """

    entry: int
    names: tuple[str, ...]
    day: date
    figure: Figure
    other: str


class AccountMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Rows and payments that are one thing.

    Attributes:
        way: by ``reference``, by ``amount`` and day, or by an exact ``sum`` of several.
        rows: of the statement of account.
        entries: of the record.
        figure: as the statement of account has it.
        difference: of the statement of account beyond the record; not zero only where the reference is the same.
        days: how many days lie between the first and the last of them.
        outside: what of the record's side lies outside the days of the statement of account.
    """

    way: MatchWay
    rows: tuple[int, ...]
    entries: tuple[int, ...]
    figure: Figure
    difference: Figure
    days: int
    outside: Figure


class SeveralWays(msgspec.Struct, frozen=True, kw_only=True):
    """One that several sums of as many would match: which, nothing here tells.

    Attributes:
        row: of the statement of account, where it is that one.
        entry: of the record, where it is that one.
        figure: of it.
        parts: how many make it up.
    """

    row: int | None
    entry: int | None
    figure: Figure
    parts: int


class AccountBalance(msgspec.Struct, frozen=True, kw_only=True):
    """An account in one currency, from both sides.

    Attributes:
        currency: ISO 4217 code.
        first: day of the first row.
        last: day of the last row.
        opening: balance as the statement of account begins, by the first balance beside a row where no row is for it; of several
            accounts in all; ``None`` where it states none.
        came: of its movements what came in.
        went: what went out, below zero.
        fees: that it tells as such, below zero.
        closing: balance as it ends, likewise.
        gap: of its closing balance beyond its opening one and all rows: not zero where rows are lacking or wrong;
            ``None`` where a balance is not stated.
        recorded_before: what the record holds of the account before the first day.
        recorded_after: and after the last.
        only_account: rows that match nothing, in all.
        only_record: payments of these days that match nothing, in all.
        differences: of what matches by reference, in all.
        outside: of what matches, what the record tells of other days, in all.
    """

    currency: str
    first: date
    last: date
    opening: Figure | None
    came: Figure
    went: Figure
    fees: Figure
    closing: Figure | None
    gap: Figure | None
    recorded_before: Figure
    recorded_after: Figure
    only_account: Figure
    only_record: Figure
    differences: Figure
    outside: Figure

    @property
    def tied(self) -> bool:
        """Whether all rows, less what is explained, are what the record tells of these days: else this page is at fault."""
        rows = self.came.amount + self.went.amount + self.fees.amount
        recorded = self.recorded_after.amount - self.recorded_before.amount
        explained = self.only_account.amount - self.only_record.amount + self.differences.amount + self.outside.amount
        return rows - recorded == explained


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of account beside a record.

    Attributes:
        party: whose account it is.
        source: file of the statement.
        sha256: digest of that file.
        days: how many days apart both may tell one payment.
        balances: by currency.
        matches: in the order of the rows.
        several: what several sums would match.
        only_account: rows that match nothing.
        only_record: payments of these days that match nothing.
        stopped: sums of several that were not looked for, because the bound was reached.
        problems: rows that could not be read.
        wrong_sums: balances and totals that do not come out, each with its row.
        notes: rows that were passed over.
    """

    party: str
    source: str
    sha256: str
    days: int
    balances: tuple[AccountBalance, ...]
    matches: tuple[AccountMatch, ...]
    several: tuple[SeveralWays, ...]
    only_account: tuple[BankLine, ...]
    only_record: tuple[AccountPayment, ...]
    stopped: int
    problems: tuple[Problem, ...]
    wrong_sums: tuple[Problem, ...] = ()
    notes: tuple[Message, ...] = ()


def reconcile(book: Book, party: str, account: StatementOfAccount, days: int = NEAR_DAYS) -> Reconciliation:
    """Return a statement of account beside the payments of a record that touch it.

    Args:
        book: of the programme.
        party: whose account it is.
        account: as the table tells it.
        days: how many days apart both may tell one payment, 0 to 120.

    Raises:
        MalformedError: the days are none, or it has no movements.
    """
    if not 0 <= days <= DAYS_MOST:
        raise MalformedError("account.bad_days", value=days, most=DAYS_MOST)
    if not any(line.kind in MOVING for line in account.lines):
        raise MalformedError("account.nothing", source=account.source)
    search = _Search()
    payments, sums = account_payments(book, party), account_sums(account)
    parts = [
        _Currency(payments.get(resource, []), resource, account, sums.balances[resource], days, search)
        for resource in sorted({line.figure.resource for line in account.lines})
    ]
    return Reconciliation(
        party=party,
        source=account.source,
        sha256=account.sha256,
        days=days,
        balances=tuple(part.balance() for part in parts),
        matches=tuple(sorted((one for part in parts for one in part.matches), key=lambda one: one.rows)),
        several=tuple(one for part in parts for one in part.several),
        only_account=tuple(sorted((one for part in parts for one in part.lines.values()), key=lambda one: one.row)),
        only_record=tuple(one for part in parts for one in part.open_payments()),
        stopped=search.stopped,
        problems=account.problems,
        wrong_sums=sums.wrong,
        notes=account.notes,
    )


def account_payments(book: Book, party: str) -> dict[str, list[AccountPayment]]:
    """Return the payments of a record that touch the cash of a party, by resource, in the order of their days."""
    postings = standing(one for block in book.summed() for one in block.money)
    stand = [one for one in postings if is_money(one.resource)]
    own = [one for one in stand if class_of(one.account) in _CASH and owner_of(one.account) == party]
    amounts: dict[tuple[str, int], int] = defaultdict(int)
    days: dict[tuple[str, int], date] = {}
    names: dict[int, dict[str, None]] = defaultdict(dict)
    others: dict[tuple[str, int], str] = {}
    for one in own:
        amounts[one.resource, one.of] += one.amount
        days[one.resource, one.of] = instant_of(one.effective).date()
        names[one.of] |= dict.fromkeys(filter(None, (one.item,)))
    for one in stand:
        if (one.resource, one.of) not in amounts:
            continue
        if class_of(one.account) in _CASH and owner_of(one.account) != party:
            others[one.resource, one.of] = owner_of(one.account)
        elif class_of(one.account) == "spent":
            others[one.resource, one.of] = item_of(one.account)
    for told, payers in confirmed(book.ledger):
        if payers.index in names:
            names[payers.index] |= dict.fromkeys(filter(None, (told.halves[-1].item,)))
    found: dict[str, list[AccountPayment]] = defaultdict(list)
    for (resource, entry), amount in amounts.items():
        if amount:
            spot, figure = (resource, entry), Figure(amount, resource, (entry,), 1)
            payment = AccountPayment(
                entry=entry, names=tuple(names[entry]), day=days[spot], figure=figure, other=others.get(spot, "")
            )
            found[resource].append(payment)
    return {resource: sorted(mine, key=lambda one: (one.day, one.entry)) for resource, mine in found.items()}


class _Search:
    """How many sums may still be tried."""

    def __init__(self) -> None:
        self.left = STEPS_MOST
        self.stopped = 0


class _Part(NamedTuple):
    """Something that may be a part of a sum."""

    name: int
    amount: int
    day: date


class _Currency:
    """One currency of an account while it is matched."""

    def __init__(
        self,
        payments: list[AccountPayment],
        resource: str,
        account: StatementOfAccount,
        ends: tuple[int | None, int | None],
        days: int,
        search: _Search,
    ) -> None:
        self._resource = resource
        self._days = days
        self._search = search
        told = [line for line in account.lines if line.figure.resource == resource]
        self._rows = [line for line in told if line.kind in MOVING]
        self._opening, self._closing = (None if end is None else Figure(end, resource) for end in ends)
        listed = [line.day for line in told if line.day is not None]
        every = [line.day for line in account.lines if line.day is not None]
        self.first, self.last = min(listed or every), max(listed or every)
        self._every = payments
        self.lines = {line.row: line for line in self._rows}
        self._payments = {one.entry: one for one in self._every if self._is_near(one.day)}
        self.matches: list[AccountMatch] = []
        self.several: list[SeveralWays] = []
        self._by_reference()
        self._by_amount()
        self._by_sum()

    def _is_near(self, day: date) -> bool:
        return (self.first - day).days <= self._days and (day - self.last).days <= self._days

    def _is_within(self, day: date) -> bool:
        return self.first <= day <= self.last

    def open_payments(self) -> list[AccountPayment]:
        """Return the payments of the days of the statement that match nothing."""
        return [one for one in self._payments.values() if self._is_within(one.day)]

    def _by_reference(self) -> None:
        """Match what bears one number on both sides; where sums differ, that is told."""
        numbers: dict[str, list[AccountPayment]] = defaultdict(list)
        for one in self._payments.values():
            for name in one.names:
                numbers[name.casefold()].append(one)
        bearing: dict[int, list[BankLine]] = defaultdict(list)
        for line in self.lines.values():
            words = {line.reference.casefold(), *line.text.casefold().split()} & numbers.keys()
            named = {one.entry for word in words for one in numbers[word]}
            if len(named) == 1:
                bearing[named.pop()].append(line)
        for entry, lines in bearing.items():
            payment = self._payments[entry]
            if all((line.figure.amount < 0) == (payment.figure.amount < 0) for line in lines):
                self._match("reference", lines, [payment])

    def _by_amount(self) -> None:
        """Match one with one of the same amount, the nearest days first."""
        by_amount: dict[int, list[AccountPayment]] = defaultdict(list)
        for one in self._payments.values():
            by_amount[one.figure.amount].append(one)
        near = sorted(
            (abs((_day(line) - one.day).days), line.row, one.entry)
            for line in self.lines.values()
            for one in by_amount.get(line.figure.amount, ())
            if abs((_day(line) - one.day).days) <= self._days
        )
        for _, row, entry in near:
            if row in self.lines and entry in self._payments:
                self._match("amount", [self.lines[row]], [self._payments[entry]])

    def _by_sum(self) -> None:
        """Match one with several whose sum it is, where only one choice of the fewest is."""
        for line in list(self.lines.values()):
            parts = [_Part(one.entry, one.figure.amount, one.day) for one in self._payments.values()]
            found = self._sums(line.figure.amount, _day(line), parts)
            if len(found) == 1:
                self._match("sum", [line], [self._payments[name] for name in found[0]])
            elif found:
                self.several.append(SeveralWays(row=line.row, entry=None, figure=line.figure, parts=len(found[0])))
        for one in list(self._payments.values()):
            parts = [_Part(line.row, line.figure.amount, _day(line)) for line in self.lines.values()]
            found = self._sums(one.figure.amount, one.day, parts)
            if len(found) == 1:
                self._match("sum", [self.lines[name] for name in found[0]], [one])
            elif found and self._is_within(one.day):
                self.several.append(SeveralWays(row=None, entry=one.entry, figure=one.figure, parts=len(found[0])))

    def _sums(self, wanted: int, day: date, parts: Iterable[_Part]) -> list[tuple[int, ...]]:
        """Return the choices of fewest parts that sum to an amount: none, one, or the first two of several."""
        sign = 1 if wanted > 0 else -1
        near = [
            (sign * part.amount, part.name)
            for part in parts
            if 0 < sign * part.amount < sign * wanted and abs((part.day - day).days) <= self._days
        ]
        near.sort(key=lambda each: (-each[0], each[1]))
        for size in range(2, min(GROUP_MOST, len(near)) + 1):
            if self._search.left <= 0:
                self._search.stopped += 1
                return []
            found: list[tuple[int, ...]] = []
            for choice in self._choices(near, sign * wanted, size):
                found.append(choice)
                if len(found) > 1:
                    break
            if found:
                return found
        return []

    def _choices(self, near: Sequence[tuple[int, int]], wanted: int, size: int) -> Iterator[tuple[int, ...]]:
        """Give choices of so many parts, the largest first, that sum to an amount; what cannot be reached is not tried."""
        stack: list[tuple[int, int, tuple[int, ...]]] = [(0, wanted, ())]
        while stack and self._search.left > 0:
            at, left, chosen = stack.pop()
            need = size - len(chosen)
            for place in range(at, len(near) - need + 1):
                self._search.left -= 1
                amount, name = near[place]
                if amount * need < left or self._search.left <= 0:
                    break  # from here on all are too small
                if amount > left or (need > 1 and amount == left):
                    continue
                if need > 1:
                    stack.append((place + 1, left - amount, (*chosen, name)))
                elif amount == left:
                    yield (*chosen, name)

    def _match(self, way: MatchWay, lines: Sequence[BankLine], payments: Sequence[AccountPayment]) -> None:
        figure = sum(line.figure.amount for line in lines)
        recorded = sum(one.figure.amount for one in payments)
        days = [*(_day(line) for line in lines), *(one.day for one in payments)]
        outside = sum(one.figure.amount for one in payments if not self._is_within(one.day))
        self.matches.append(
            AccountMatch(
                way=way,
                rows=tuple(sorted(line.row for line in lines)),
                entries=tuple(sorted(one.entry for one in payments)),
                figure=Figure(figure, self._resource),
                difference=Figure(figure - recorded, self._resource),
                days=(max(days) - min(days)).days,
                outside=Figure(outside, self._resource),
            )
        )
        for line in lines:
            del self.lines[line.row]
        for one in payments:
            del self._payments[one.entry]

    def balance(self) -> AccountBalance:
        """Return the account from both sides."""

        def figure(amounts: Iterable[int]) -> Figure:
            return Figure(sum(amounts), self._resource)

        moved = [line.figure.amount for line in self._rows if line.kind == "movement"]
        fees = [line.figure.amount for line in self._rows if line.kind == "fee"]
        gap = None
        if self._opening is not None and self._closing is not None:
            gap = figure((self._closing.amount, -self._opening.amount, -sum(moved), -sum(fees)))
        return AccountBalance(
            currency=unit_of(self._resource),
            first=self.first,
            last=self.last,
            opening=self._opening,
            came=figure(amount for amount in moved if amount > 0),
            went=figure(amount for amount in moved if amount < 0),
            fees=figure(fees),
            closing=self._closing,
            gap=gap,
            recorded_before=figure(one.figure.amount for one in self._every if one.day < self.first),
            recorded_after=figure(one.figure.amount for one in self._every if one.day <= self.last),
            only_account=figure(line.figure.amount for line in self.lines.values()),
            only_record=figure(one.figure.amount for one in self.open_payments()),
            differences=figure(one.difference.amount for one in self.matches),
            outside=figure(one.outside.amount for one in self.matches),
        )


def _day(line: BankLine) -> date:
    """Return the day of a movement or fee, which has one."""
    return line.day or date.min
