"""A survey as one HTML file of its own: English and Arabic, no script, nothing fetched from anywhere."""

from pathlib import Path

from enduse.reports.html import PageSpeech, page
from enduse.reports.speech import ENGLISH, LANGUAGES
from enduse.reports.survey import Survey
from enduse.reports.survey_view import View


class SurveyEdition:
    """One language of the page.

    Attributes:
        language: BCP 47 tag.
        speech: words.
        direction: ``ltr`` or ``rtl``.
        own_name: what the language calls itself.
        view: what is shown.
    """

    def __init__(self, survey: Survey, language: str) -> None:
        self.language = language
        self.speech = PageSpeech(language, survey.names)
        self.direction = self.speech.direction
        self.own_name = self.speech.say(ENGLISH)
        self.view = View(survey, self.speech, short=False)


def render(survey: Survey, languages: tuple[str, ...] = LANGUAGES) -> str:
    """Return the page as HTML."""
    editions = [SurveyEdition(survey, language) for language in languages]
    return page("survey_page.html", survey=survey, editions=editions)


def write_page(survey: Survey, path: Path) -> Path:
    """Write the page to ``path`` and return it."""
    path.write_text(render(survey), encoding="utf-8")
    return path
