"""A comparison of two tables as one HTML file of its own: no script, nothing fetched from anywhere."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from enduse.pages.comparison import Shown, WordedComparison
from enduse.pages.html import Edition, isolate, page
from enduse.pages.localizer import Localizer
from enduse.pages.markup import Markup

ON_PAGE: Final = 100
"""Rows of one table that a page shows; a workbook has all."""


class ComparisonEdition(Edition):
    """One language of the page."""

    most = ON_PAGE

    def __init__(self, language: str, word: Callable[[Localizer], WordedComparison]) -> None:
        super().__init__(language, {}, None)
        self.worded = word(self.localizer)

    def cell(self, cell: Shown) -> Markup:
        """Return a cell: a number with grouping, or a text, isolated."""
        return isolate(self.localizer.number(cell) if isinstance(cell, int | Decimal) else cell)


def render_comparison(word: Callable[[Localizer], WordedComparison], languages: Sequence[str]) -> str:
    """Return a comparison as HTML in some languages; ``word`` words it."""
    return page(
        "comparison.html", practice=False, editions=[ComparisonEdition(language, word) for language in languages]
    )


def write_comparison_page(word: Callable[[Localizer], WordedComparison], path: Path, languages: Sequence[str]) -> Path:
    """Write a comparison to ``path`` as HTML and return it."""
    path.write_text(render_comparison(word, languages), encoding="utf-8")
    return path
