"""An assessment as one HTML file of its own: English and Arabic, no script, nothing fetched from anywhere."""

from pathlib import Path

from enduse.pages.html import Edition, page
from enduse.pages.localizer import LANGUAGES
from enduse.views.assessment_view import AssessmentView


def render(assessment: AssessmentView, languages: tuple[str, ...] = LANGUAGES) -> str:
    """Return the page as HTML."""
    editions = [Edition(language, assessment.names, assessment) for language in languages]
    return page("assessment_page.html", assessment=assessment, editions=editions)


def write_page(assessment: AssessmentView, path: Path) -> Path:
    """Write the page to ``path`` and return it."""
    path.write_text(render(assessment), encoding="utf-8")
    return path
