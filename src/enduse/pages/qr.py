"""A QR code drawn in a terminal, two rows of it to a line."""

from collections.abc import Iterator
from typing import Final

from enduse.pages.markup import segno

BORDER: Final = 2
_HALVES: Final = {(0, 0): "\u2588", (0, 1): "\u2580", (1, 0): "\u2584", (1, 1): " "}
"""Light over light, light over dark and so on: a terminal is dark, and the code must not be."""


def qr_lines(data: str | bytes) -> Iterator[str]:
    """Give the lines of a QR code.

    Args:
        data: what it says.
    """
    rows = [list(row) for row in segno.make_qr(data, error="m").matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        yield "".join(_HALVES[min(1, top), min(1, bottom)] for top, bottom in zip(upper, lower, strict=True))
