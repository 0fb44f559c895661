"""A survey as one HTML file of its own: English and Arabic, no script, nothing fetched from anywhere."""

from pathlib import Path

from enduse.pages.assessment_html import View
from enduse.pages.html import PageLocalizer, page
from enduse.pages.localizer import ENGLISH, LANGUAGES
from enduse.views.assessment_view import AssessmentView


class SurveyEdition:
    """One language of the page.

    Attributes:
        language: BCP 47 tag.
        localizer: words.
        direction: ``ltr`` or ``rtl``.
        own_name: what the language calls itself.
        view: what is shown.
    """

    def __init__(self, survey: AssessmentView, language: str) -> None:
        self.language = language
        self.localizer = PageLocalizer(language, survey.names)
        self.direction = self.localizer.direction
        self.own_name = self.localizer.say(ENGLISH)
        self.view = View(survey, self.localizer, short=False)


def render(survey: AssessmentView, languages: tuple[str, ...] = LANGUAGES) -> str:
    """Return the page as HTML."""
    editions = [SurveyEdition(survey, language) for language in languages]
    return page("assessment_page.html", survey=survey, editions=editions)


def write_page(survey: AssessmentView, path: Path) -> Path:
    """Write the page to ``path`` and return it."""
    path.write_text(render(survey), encoding="utf-8")
    return path
