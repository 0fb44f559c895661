"""What accountancy and visits together would see, printed for ``enduse visits`` and ``enduse plan``."""

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.detection import Detection


def print_detection(found: "Detection", words: "Localizer") -> None:
    """Print for each place how surely a loss would be seen, and what that rests on."""
    from enduse.pages.detection_words import basis_words, detection_cells, detection_headings, detection_words

    first, *others = detection_words(found, words)
    console.print(Text(first))
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for at, title in enumerate(detection_headings(words)):
        table.add_column(Text(title), justify="right" if at else "left")
    for one in found.places:
        table.add_row(Text(words.name(one.place)), *map(Text, detection_cells(one, words)))
    console.print(table)
    for told in (*basis_words(found, words), *others):
        console.print(Text(told, style="dim"))
