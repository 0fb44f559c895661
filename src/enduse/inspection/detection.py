"""The chance that a loss at one place is detected by accountancy and visits together, as far as its parts are known.

Each part is a chance with two ends: where it is known they are the same, where nothing is known they are 0 and 1. Accountancy
and visits are taken to fail independently: who deceives a scale deceives no visitor by it. Then a loss is missed where both
miss it, and the chance of detection is 1 - (1 - accountancy)(1 - visited x seen x kept), which grows with each of its parts:
so its two ends follow from the ends of the parts.
"""

from typing import Final, Literal

import msgspec

Knowledge = Literal["known", "bounded", "not_known"]
"""Whether a chance is known, only within limits, or not at all."""


class ChanceRange(msgspec.Struct, frozen=True):
    """A chance, as far as it is known: from ``least`` to ``most``, each 0 to 1."""

    least: float
    most: float

    @property
    def knowledge(self) -> Knowledge:
        """How much is known of it."""
        if self.least == self.most:
            return "known"
        return "not_known" if (self.least, self.most) == (0, 1) else "bounded"

    def times(self, other: "ChanceRange") -> "ChanceRange":
        """Return the chance that both happen, where each does so whatever the other does."""
        return ChanceRange(self.least * other.least, self.most * other.most)

    def either(self, other: "ChanceRange") -> "ChanceRange":
        """Return the chance that at least one happens, where each does so whatever the other does."""
        return ChanceRange(1 - (1 - self.least) * (1 - other.least), 1 - (1 - self.most) * (1 - other.most))


NOT_KNOWN: Final = ChanceRange(0.0, 1.0)
"""A chance of which nothing is known."""


def exactly(chance: float) -> ChanceRange:
    """Return a chance that is known."""
    return ChanceRange(chance, chance)


def gained(accountancy: ChanceRange, visits: ChanceRange, with_more: ChanceRange) -> ChanceRange:
    """Return what more visits add to the chance of detection: (1 - accountancy)(with more - now).

    Args:
        accountancy: chance that accountancy detects the loss.
        visits: chance that visits do, as they are.
        with_more: the same with more of them, unknown in the same parts.
    """
    steps = sorted((max(0.0, with_more.least - visits.least), max(0.0, with_more.most - visits.most)))
    return ChanceRange((1 - accountancy.most) * steps[0], (1 - accountancy.least) * steps[1])
