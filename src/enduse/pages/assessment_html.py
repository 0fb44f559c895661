"""What the templates of a survey may call, in one language."""

import json

from markupsafe import Markup

from enduse.pages import assessment_map
from enduse.pages.assessment_words import Words
from enduse.pages.localizer import Localizer, isolated
from enduse.views.assessment_view import BANDS, SIGNS, AssessmentView, Lead, Row

ROWS_MAX = 60
"""Rows of the table on a page of its own."""
ROWS_SHORT = 8
"""Rows of it within a report."""
LEADS_MAX = 20
"""Leads told at length on a page of its own; the others have a line each."""
LEADS_SHORT = 5
"""Leads told at length within a report."""
BLIND_MAX = 60
HELPS_MAX = 5


class View:
    """A survey in one language.

    Attributes:
        survey: what is shown.
        words: for the page.
        name: prefix of identifiers, unique on the page.
        signs: of the bands.
        short: within a report, where the map and the worst rows must do.
    """

    signs = SIGNS

    def __init__(self, survey: AssessmentView, localizer: Localizer, *, short: bool) -> None:
        self.survey = survey
        self.words = Words(survey, localizer)
        self.name = f"{localizer.language}-survey"
        self.short = short

    @property
    def bands(self) -> list[str]:
        """The bands that occur, for the legend."""
        used = {place.band for place in self.survey.places} | {way.band for way in self.survey.ways}
        used |= {sight.band for row in self.rows for sight in row.limits}
        return [band for band in (*BANDS, "unstated") if band in used]

    @property
    def leads(self) -> tuple[Lead, ...]:
        """The leads told at length."""
        return self.survey.leads[: LEADS_SHORT if self.short else LEADS_MAX]

    @property
    def further(self) -> tuple[Lead, ...]:
        """The leads told in a line each."""
        return self.survey.leads[len(self.leads) :]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown."""
        return self.survey.rows[: ROWS_SHORT if self.short else ROWS_MAX]

    @property
    def left(self) -> int:
        """How many rows are not."""
        return len(self.survey.rows) - len(self.rows)

    @property
    def aside(self) -> int:
        """How many readings were set aside."""
        return sum(len(group.readings) for group in self.survey.aside)

    @property
    def blind(self) -> tuple[list[tuple[str, list[str]]], int]:
        """Places where no loss would be seen, with their materials, and how many are left out."""
        return self.words.blind(BLIND_MAX)

    @property
    def helps(self) -> list[tuple[Row, str]]:
        """Where one measurement would help most."""
        return self.words.helps(HELPS_MAX)

    @property
    def cut(self) -> int:
        """Places that stand together in a box of the map."""
        return assessment_map.lay_out(self.survey).cut

    def drawing(self, title: str, description: str) -> Markup:
        """Return the map as SVG."""
        plain = Localizer(self.words.localizer.language, self.survey.names, isolated)
        drawn = assessment_map.draw(self.survey, Words(self.survey, plain), f"{self.name}-map", title, description)
        return Markup(drawn)  # noqa: S704 - escapes its texts

    def draft(self, lead: Lead) -> str:
        """Return the draft of a finding as it would be signed."""
        return json.dumps(lead.draft, ensure_ascii=False, indent=2)
