"""Consignments of which something is open, found by what a receipt can name: one index for all that looks among them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final, TypeVar

from enduse.ledger.arrival import Arrival
from enduse.ledger.elsewhere import ends_of

Key = TypeVar("Key")

_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_BETWEEN: Final = re.compile(r"[\W_]+")


class Lacking:
    """Consignments of which something is open.

    Attributes:
        every: all of them.
    """

    def __init__(self, open_now: Iterable[Arrival]) -> None:
        self.every = tuple(one for one in open_now if one.balance > 0)

    @property
    def any(self) -> bool:
        """Say whether there are any."""
        return bool(self.every)

    @cached_property
    def under(self) -> dict[str, list[Arrival]]:
        """By number."""
        return _by(self.every, lambda one: (one.consignment.number,))

    @cached_property
    def refused(self) -> dict[str, list[Arrival]]:
        """Of what was refused at the door: by sender."""
        return _by(self.every, lambda one: (one.consignment.sender,) if one.consignment.of("refusal") else ())

    @cached_property
    def awaited(self) -> dict[str, list[Arrival]]:
        """By each party and each place to which they were sent."""
        return _by(self.every, ends_of)

    @cached_property
    def sent_by(self) -> dict[tuple[str, str], list[Arrival]]:
        """By sender and resource."""
        return _by(self.every, lambda one: ((one.consignment.sender, one.resource),))

    @cached_property
    def _by_part(self) -> dict[str, list[Arrival]]:
        return _by(self.every, lambda one: _parts(one.consignment.number))

    def near(self, number: str) -> Sequence[Arrival]:
        """Return those of whose number at most one sign is another, or is missing on either side."""
        found = (one for part in _parts(number) for one in self._by_part.get(part, ()))
        return tuple({id(one): one for one in found}.values())

    @staticmethod
    def is_near(one: Arrival, number: str) -> bool:
        """Say whether at most one sign of its number is another."""
        return not _parts(one.consignment.number).isdisjoint(_parts(number))


def _by(every: Iterable[Arrival], keys: Callable[[Arrival], Iterable[Key]]) -> dict[Key, list[Arrival]]:
    found: dict[Key, list[Arrival]] = defaultdict(list)
    for one in every:
        for key in keys(one):
            found[key].append(one)
    return dict(found)


def _parts(number: str) -> set[str]:
    """Return a number and what it is without any one of its signs: two that differ by one sign have one in common.

    So have two that differ in what a spreadsheet or a hand drops: zeros in front, the size of letters, signs between them.
    """
    bare = _BETWEEN.sub("", _ZEROS.sub("", number.casefold()))
    return {number, f" {bare}", *(number[:at] + number[at + 1 :] for at in range(len(number)))}
