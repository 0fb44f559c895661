"""An assessment as one HTML file of its own: every language it is published in, no script, nothing fetched from anywhere."""

from pathlib import Path

from enduse.pages.catalogue import published
from enduse.pages.html import Edition, page
from enduse.views.assessment_view import AssessmentView


def render(assessment: AssessmentView, languages: tuple[str, ...] = ()) -> str:
    """Return the page as HTML, in some languages, else in those the programme is published in."""
    languages = languages or published(assessment.languages)
    editions = [Edition(language, assessment.names, assessment) for language in languages]
    return page("assessment_page.html", assessment=assessment, practice=assessment.practice, editions=editions)


def write_page(assessment: AssessmentView, path: Path) -> Path:
    """Write the page to ``path`` and return it."""
    path.write_text(render(assessment), encoding="utf-8")
    return path
