"""How a slip of the pen turns the true amount into the one written: wrong units, decimal places, digits exchanged."""

import numpy as np

from enduse.assurance.result import SlipKind

NEAR, NEAR_DIGITS, EXACT = 0.07, 0.03, 0.02  # how far, as a logarithm, what is put right may be from what was expected
PART = (
    0.1  # of the slip itself: two digits exchanged somewhere come within 2 % of any reading that is a few percent off
)
DIGITS, LEADING = 6, 3
FACTORS = (
    (1000.0, 0.1),  # kilograms for tonnes
    (100.0, 0.1),  # two decimal places
    (10.0, 0.1),  # one decimal place
    (50.0, 0.02),  # 50 kg bags
    (25.0, 0.02),  # 25 kg bags
    (20.0, 0.02),  # 50 kg bags for tonnes
    (40.0, 0.02),  # 25 kg bags for tonnes
    (2.20462, 0.02),  # pounds for kilograms
    (12.0, 0.02),  # dozens
)
"""Factor, and the chance that a slip is just this one; the same the other way round."""

EXCHANGED_PRIOR = 0.05
"""Chance that a slip is the exchange of one given pair of neighbouring digits."""


def exchanged(value: float, pairs: int = DIGITS) -> list[float]:
    """Return the numbers that exchanging two neighbouring digits of a number gives.

    Args:
        value: what was written, to six figures.
        pairs: how many, from the left.
    """
    text = f"{value:.{DIGITS}g}"
    if "e" in text:
        return []
    out = []
    for at in range(min(pairs, len(text) - 1)):
        a, b = text[at], text[at + 1]
        if a.isdigit() and b.isdigit() and a != b:
            out.append(float(text[:at] + b + a + text[at + 2 :]))
    return out


def put_right(value: float) -> list[tuple[float, float]]:
    """Return what each rule would put a reading right to, and the chance that a slip is just this one."""
    out = [(value * ratio, prior) for factor, prior in FACTORS for ratio in (factor, 1 / factor)]
    return out + [(other, EXCHANGED_PRIOR) for other in exchanged(value)]


def slip(value: float, believed: float, spread: float = 0.0) -> SlipKind:
    """Return what kind of slip turns ``believed`` into ``value``.

    Args:
        value: as read.
        believed: as everything else says.
        spread: relative sd of the two together, when it is large.
    """
    if believed <= 0 or value <= 0:
        return SlipKind.TYPING if value == 0 else SlipKind.UNEXPLAINED
    for factor, _ in FACTORS:
        for ratio in (factor, 1 / factor):
            if abs(np.log(value / believed / ratio)) < max(NEAR, spread):
                return SlipKind.UNIT
    if any(
        other > 0 and abs(np.log(other / believed)) < max(NEAR_DIGITS, spread) for other in exchanged(value, LEADING)
    ):
        return SlipKind.TYPING
    return SlipKind.UNEXPLAINED


def exact(value: float, believed: float) -> bool:
    """Tell whether a rule puts a reading right to the figure itself, which a loss would hardly come near.

    Nothing at all is no slip of a figure.

    Args:
        value: as read.
        believed: as everything else says.
    """
    if value <= 0 or believed <= 0:
        return False
    near = min(EXACT, PART * abs(float(np.log(value / believed))))
    return any(other > 0 and abs(np.log(other / believed)) < near for other, _ in put_right(value))
