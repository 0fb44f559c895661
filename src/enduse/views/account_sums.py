"""The arithmetic of a statement of account: each balance beside a row is the one before and what moved since.

Banks list the oldest row first or the newest, a balance beside every row or beside each day's last, several accounts in one table. Of the
ways in which the rows may follow each other, the one in which most balances come out is taken; what then does not come out is told, with
its row. A difference of one in the last decimal may be rounding, and is none.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from enduse.errors import Problem
from enduse.messages import Amount
from enduse.terms.amounts import MINOR_PER_UNIT
from enduse.views.account_lines import MOVING, BankLine, StatementOfAccount

_OFF: Final = "account.balance_off"
_OPENS: Final = "account.opens_otherwise"


class AccountSums(NamedTuple):
    """What the balances and totals of a statement of account come to.

    Attributes:
        balances: opening and closing balance by resource, of all accounts together; ``None`` where one is not stated.
        wrong: balances and totals that do not come out, each with its row.
    """

    balances: dict[str, tuple[int | None, int | None]]
    wrong: tuple[Problem, ...]


class _Step(NamedTuple):
    """A row in its place: what it moves, and the balance that it states."""

    line: BankLine
    moved: int
    said: int | None


class _Part(NamedTuple):
    """What came of going through some rows in one order: what is wrong, both balances, the first and last day."""

    wrong: tuple[Problem, ...]
    opening: int | None
    closing: int | None
    first: date
    last: date


def account_sums(account: StatementOfAccount) -> AccountSums:
    """Return what the balances and totals of a statement of account come to."""
    chains: dict[tuple[str, str], list[BankLine]] = defaultdict(list)
    for line in account.lines:
        chains[line.account, line.figure.resource].append(line)
    unread = sorted(problem.line for problem in account.problems if problem.line is not None)
    balances: dict[str, tuple[int | None, int | None]] = {}
    wrong = [*account.unread, *_wrong_totals(account)]
    for (_, resource), lines in chains.items():
        ways = (_whole(steps, account, unread) for steps in _ways(lines))
        found = min(ways, key=lambda one: len(one.wrong))
        before = balances.get(resource, (0, 0))
        balances[resource] = _plus(before[0], found.opening), _plus(before[1], found.closing)
        wrong += found.wrong
    return AccountSums(balances, tuple(sorted(wrong, key=lambda one: one.line or 0)))


def _ways(lines: Sequence[BankLine]) -> Iterator[list[_Step]]:
    """Give the ways in which the rows of an account may follow each other, the likeliest first."""
    for order in _orders(lines):
        steps = [_step(line) for line in _ends_apart(order)]
        yield steps
        by_day = [step for day in _days(steps) for step in _beside_the_last(day)]
        if by_day != steps:
            yield by_day


def _orders(lines: Sequence[BankLine]) -> Iterator[list[BankLine]]:
    """Give the table's rows as they stand, from the last to the first, and by their days."""
    days = [line.day for line in lines if line.day is not None]
    up = any(one < other for one, other in pairwise(days))
    down = any(one > other for one, other in pairwise(days))
    orders = [list(lines), list(reversed(lines))]
    if down and not up:
        orders.reverse()
    yield from orders
    if up and down:
        orders = [sorted(order, key=_place) for order in orders]
        yield from orders
    for order in orders:
        yield [line for _, day in groupby(order, key=lambda one: one.day) for line in reversed(list(day))]


def _place(line: BankLine) -> date:
    return line.day or (date.min if line.kind == "opening" else date.max)


def _ends_apart(order: list[BankLine]) -> list[BankLine]:
    """Put the one opening balance first and the one closing balance last, wherever the table has them."""
    opening = [line for line in order if line.kind == "opening"]
    closing = [line for line in order if line.kind == "closing"]
    if len(opening) > 1 or len(closing) > 1 or _turns_a_page(order):
        return order
    return [*opening, *(line for line in order if line.kind in MOVING), *closing]


def _turns_a_page(order: Sequence[BankLine]) -> bool:
    """Say whether a balance is carried forward and brought forward again between the rows."""
    at = next((at for at, line in enumerate(order) if line.kind == "closing"), 0)
    return 0 < at < len(order) - 2 and order[at + 1].kind == "opening"


def _step(line: BankLine) -> _Step:
    if line.kind in MOVING:
        return _Step(line, line.figure.amount, None if line.balance is None else line.balance.amount)
    return _Step(line, 0, line.figure.amount)


def _days(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    for _, day in groupby(steps, key=lambda one: (one.line.day, one.line.kind in MOVING)):
        yield list(day)


def _beside_the_last(day: list[_Step]) -> list[_Step]:
    """Leave a day's balance beside its last row alone, where one and the same stands beside several."""
    said = {step.said for step in day if step.said is not None}
    if len(said) != 1 or day[0].line.kind not in MOVING:
        return day
    return [*(step._replace(said=None) for step in day[:-1]), day[-1]._replace(said=said.pop())]


def _whole(steps: Sequence[_Step], account: StatementOfAccount, unread: Sequence[int]) -> _Part:
    """Go through the rows of an account; where the table names none, perhaps of several, one below the other."""
    starts = [at for at, step in enumerate(steps) if at == 0 or step.line.kind == "opening"]
    runs = any(step.said is not None and step.line.kind in MOVING for step in steps)
    whole = None
    for start, end in pairwise((*starts, len(steps))):
        part, opens = _part(steps[start:end], account, unread, runs=runs), steps[start].line
        if whole is None:
            whole = part
            continue
        wrong = (*whole.wrong, *part.wrong)
        if part.opening == whole.closing or opens.account or part.first >= whole.last:
            told = None not in (whole.closing, part.opening) and not _any_between(unread, 0, opens.row)
            if told and part.opening != whole.closing:
                wrong += (_problem(_OPENS, account, opens, part.opening or 0, whole.closing or 0),)
            ends = whole.opening, part.closing
        else:  # the days begin anew: another account
            ends = _plus(whole.opening, part.opening), _plus(whole.closing, part.closing)
        whole = _Part(wrong, *ends, min(whole.first, part.first), max(whole.last, part.last))
    return whole or _Part((), None, None, date.min, date.min)


def _part(steps: Sequence[_Step], account: StatementOfAccount, unread: Sequence[int], *, runs: bool) -> _Part:
    """Go from balance to balance. Of one that does not come out, what it says and what it should be may both hold on."""
    wrong: list[Problem] = []
    known: list[int] = []
    opening: int | None = None
    closing: int | None = None
    moved = number = 0
    for at, step in enumerate(steps):
        if at and _any_between(unread, steps[at - 1].line.row, step.line.row):
            known = []
        moved, number = moved + step.moved, number + 1
        if step.said is None:
            continue
        made = [balance + moved for balance in known]
        slack = _slack(account, number)
        known = [step.said]
        if runs and made and not any(abs(step.said - one) <= slack for one in made):
            wrong.append(_problem(_OFF, account, step.line, step.said, made[0]))
            known.append(made[0])
        if opening is None and (runs or step.line.kind == "opening"):
            opening = step.said - moved
        if runs or step.line.kind == "closing":
            closing = step.said
        moved = number = 0
    days = [step.line.day for step in steps if step.line.day is not None] or [date.min]
    return _Part(tuple(wrong), opening, None if closing is None else closing + moved, min(days), max(days))


def _problem(code: str, account: StatementOfAccount, line: BankLine, said: int, made: int) -> Problem:
    resource = line.figure.resource
    there, here = Amount(made, resource), Amount(said, resource)
    return Problem.of(code, source=account.source, line=line.row, said=here, made=there)


def _any_between(rows: Sequence[int], one: int, other: int) -> bool:
    """Say whether any of some rows, in order, stands between two."""
    return bisect_left(rows, min(one, other)) < bisect_left(rows, max(one, other))


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _slack(account: StatementOfAccount, rows: int) -> int:
    """Return by how much a sum of so many rows may differ from what stands there, as both are rounded."""
    amounts, balances = account.amount_step, account.balance_step
    if amounts > balances:
        return amounts * rows
    if balances > amounts:
        return balances
    return balances if balances < MINOR_PER_UNIT else 0  # whole numbers are seldom rounded ones


def _wrong_totals(account: StatementOfAccount) -> Iterator[Problem]:
    step = account.amount_step
    slack = step if step < MINOR_PER_UNIT else 0
    for total in account.totals:
        said = abs(total.said.amount)
        nearest = min(total.sums, key=lambda one: abs(one - said), default=said)
        if abs(nearest - said) > slack:
            resource = total.said.resource
            there, here = Amount(nearest, resource), Amount(said, resource)
            yield Problem.of("account.total_off", source=account.source, line=total.row, said=here, made=there)
