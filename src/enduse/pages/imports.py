"""What became of a file, in words."""

from enduse.exchange.tables.figures import SourceFigure
from enduse.messages.english import TERMS
from enduse.pages.localizer import Localizer


def figure_words(figure: SourceFigure, localizer: Localizer) -> str:
    """Return what a figure counts: what its profile calls it, translated where the profile is one of ours."""
    title = localizer.term(figure.name) if figure.name in TERMS else localizer.translated(figure.title)
    return localizer.say("{title} (at least so many)", title=title) if figure.lower_bound else title
