"""Whether enough records were checked on visits: limits on how many of all are false, and when one may stop."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.errors import MalformedError
from enduse.inspection.stopping import Stopping, stopping

CHECKED: Final = ("goods", "milestone", "reading")
"""Kinds of statement that a visit holds against what is there, where it is not said how many records there are."""


class CheckedRecords(msgspec.Struct, frozen=True, kw_only=True):
    """What visits showed of the share of false records, and whether to go on.

    Attributes:
        monitor: whose visits count; empty for everybody's.
        bearable: largest share of false records that is borne, as asked for.
        wrong: chance, at most, that what is shown does not hold, however often one looks, as asked for.
        counted: whether the number of records was counted here rather than given.
        visits: that checked any, in the order recorded.
        answer: limits after each of them, and whether to go on.
    """

    monitor: str
    bearable: str
    wrong: str
    counted: bool
    visits: tuple[str, ...]
    answer: Stopping


def checked_records(book: Book, monitor: str, *, bearable: str, wrong: str, of: int | None) -> CheckedRecords:
    """Return what visits showed of the share of false records.

    Args:
        book: of the programme.
        monitor: only this party's visits; empty for everybody's.
        bearable: largest share of false records that is borne, decimal text.
        wrong: chance of an error, decimal text.
        of: records in all; by default the statements on goods, readings and milestones.

    Raises:
        MalformedError: these are no share, chance or counts.
    """
    share, chance = _share(bearable), _share(wrong)
    made = [
        (state.made.index, name, state.made.body)
        for name, state in book.visits.visits.items()
        if state.made is not None and state.made.body.checked and monitor in {"", state.monitor}
    ]
    made.sort(key=lambda one: one[0])
    every = (
        of if of is not None else sum(each - idle for kind, (each, idle) in book.head.counts.items() if kind in CHECKED)
    )
    return CheckedRecords(
        monitor=monitor,
        bearable=bearable,
        wrong=wrong,
        counted=of is None,
        visits=tuple(name for _, name, _ in made),
        answer=stopping(((body.checked, len(body.false)) for _, _, body in made), every or 1, share, chance),
    )


def _share(text: str) -> Fraction:
    """Return a share written as decimal text."""
    try:
        return Fraction(Decimal(text))
    except (ArithmeticError, ValueError) as error:
        raise MalformedError("inspection.no_share", share=text) from error
