"""A QR code: drawn in a terminal, two rows of it to a line, or written as a picture."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enduse.errors import LimitError
from enduse.pages.markup import segno
from enduse.record import files

BORDER: Final = 2
QUIET: Final = 4
SCALE: Final = 6
VERSION_MAX: Final = 25
"""Largest code that is drawn, 117 modules a side: more than a cheap camera reads off a screen."""


_HALVES: Final = {(0, 0): "\u2588", (0, 1): "\u2580", (1, 0): "\u2584", (1, 1): " "}
"""Light over light, light over dark and so on: a terminal is dark, and the code must not be."""


def save_qr(text: str, path: Path) -> None:
    """Write a QR code as a picture, of the level that survives a scratched screen (M).

    Args:
        text: what it says; digits, capitals and the few signs that QR codes pack best.
        path: SVG or PNG, by its name.

    Raises:
        LimitError: it is more than a telephone reads with ease.
    """
    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except segno.DataOverflowError as error:
        raise LimitError("carried.too_much", source=str(path)) from error
    if int(code.version) > VERSION_MAX:
        raise LimitError("carried.too_much", source=str(path))
    out = io.BytesIO()
    code.save(out, kind=path.suffix.removeprefix(".").lower(), scale=SCALE, border=QUIET, dark="#000", light="#fff")
    files.write(path, out.getvalue())


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
