"""Readings that an assessment has set aside, grouped by what they are about."""

from collections.abc import Iterable
from typing import Final

import msgspec

from enduse.assurance.result import GrossError

ONE_WAY_MIN: Final = 4


class ExcludedReadings(msgspec.Struct, frozen=True):
    """Readings set aside of one kind, place and material, in order of time."""

    readings: tuple[GrossError, ...]

    @property
    def one_way(self) -> int:
        """-1 where several are all too low, 1 where all are too high, else 0: slips rarely all go one way."""
        ways = {reading.value > reading.expected for reading in self.readings}
        if len(self.readings) < ONE_WAY_MIN or len(ways) > 1:
            return 0
        return 1 if ways == {True} else -1

    @property
    def tied(self) -> bool:
        """Whether a loss would look the same as one of them."""
        return any(reading.tied for reading in self.readings)


def excluded(readings: Iterable[GrossError]) -> tuple[ExcludedReadings, ...]:
    """Group readings set aside by place, kind and material: first where they all err one way, then the many."""
    groups: dict[tuple[str, str, str], list[GrossError]] = {}
    for reading in readings:
        groups.setdefault((reading.where, reading.reading_kind, reading.material), []).append(reading)
    found = [ExcludedReadings(tuple(sorted(group, key=lambda reading: reading.period))) for group in groups.values()]
    return tuple(sorted(found, key=lambda group: (not group.one_way, -len(group.readings))))
