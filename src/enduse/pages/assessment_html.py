"""What the templates of an assessment may call, in one language."""

from enduse.errors import Problem
from enduse.pages import assessment_map
from enduse.pages.assessment_terms import SIGNS
from enduse.pages.assessment_words import Words
from enduse.pages.localizer import Localizer, isolated
from enduse.pages.markup import Markup
from enduse.views.assessment_view import BANDS, AssessmentView, DetectionRow, LeadView, LinkView, PlaceView

ROWS_MAX = 60
"""Rows of the table on a page of its own."""
ROWS_SHORT = 8
"""Rows of it within a report."""
LEADS_MAX = 20
"""Leads told at length on a page of its own; the others have a line each."""
LEADS_SHORT = 5
"""Leads told at length within a report."""
LISTED_MAX = 40
"""Ways, and places, that are listed where a screen is too narrow for the map."""
BLIND_MAX = 60
HELPS_MAX = 5


class AssessmentEdition:
    """An assessment in one language.

    Attributes:
        assessment: what is shown.
        words: for the page.
        name: prefix of identifiers, unique on the page.
        signs: of the bands.
        short: within a report, where the map and the worst rows must do.
    """

    signs = SIGNS

    def __init__(self, assessment: AssessmentView, localizer: Localizer, *, short: bool) -> None:
        self.assessment = assessment
        self.words = Words(assessment, localizer)
        self.name = f"{localizer.language}-assessment"
        self.short = short

    @property
    def bands(self) -> list[str]:
        """The bands that occur, for the legend."""
        used = {place.band for place in self.assessment.places} | {way.band for way in self.assessment.ways}
        used |= {limit.band for row in self.rows for limit in row.limits}
        return [band for band in (*BANDS, "unstated") if band in used]

    @property
    def leads(self) -> tuple[LeadView, ...]:
        """The leads told at length."""
        return self.assessment.leads[: LEADS_SHORT if self.short else LEADS_MAX]

    @property
    def further(self) -> tuple[LeadView, ...]:
        """The leads told in a line each."""
        return self.assessment.leads[len(self.leads) :]

    @property
    def rows(self) -> tuple[DetectionRow, ...]:
        """The rows shown."""
        return self.assessment.rows[: ROWS_SHORT if self.short else ROWS_MAX]

    @property
    def left(self) -> int:
        """How many rows are not."""
        return len(self.assessment.rows) - len(self.rows)

    @property
    def aside(self) -> int:
        """How many readings were set aside."""
        return sum(len(group.readings) for group in self.assessment.aside)

    @property
    def blind(self) -> tuple[list[tuple[str, list[str]]], int]:
        """Places where no loss would be seen, with their materials, and how many are left out."""
        return self.words.blind(BLIND_MAX)

    @property
    def helps(self) -> list[str]:
        """Where one measurement would help most."""
        return self.words.helps(HELPS_MAX)

    @property
    def ways(self) -> tuple[LinkView, ...]:
        """Ways as a list, where a screen is too narrow for the map: those with a lead, then where least would be noticed."""
        return tuple(sorted(self.assessment.ways, key=_urgency)[:LISTED_MAX])

    @property
    def places(self) -> tuple[PlaceView, ...]:
        """Places as a list; see :attr:`ways`."""
        return tuple(sorted(self.assessment.places, key=_urgency)[:LISTED_MAX])

    @property
    def unlisted(self) -> int:
        """How many ways and places are not in those lists."""
        every = len(self.assessment.ways) + len(self.assessment.places)
        return every - len(self.ways) - len(self.places)

    @property
    def unread(self) -> list[str]:
        """What of the tables could not be used, or was read otherwise: one line for each kind, with the first place."""
        kinds: dict[tuple[str, str, str], list[Problem]] = {}
        for problem in (*self.assessment.problems, *self.assessment.notes):
            kinds.setdefault((problem.source, problem.path, problem.code), []).append(problem)
        return [self.words.unread(alike[0], len(alike) - 1) for alike in kinds.values()]

    @property
    def cut(self) -> int:
        """Places that stand together in a box of the map."""
        return assessment_map.lay_out(self.assessment).cut

    def drawing(self, title: str, description: str) -> Markup:
        """Return the map as SVG."""
        plain = Localizer(self.words.localizer.language, self.assessment.names, isolated)
        drawn = assessment_map.draw(
            self.assessment, Words(self.assessment, plain), f"{self.name}-map", title, description
        )
        return Markup(drawn)


def _urgency(one: PlaceView | LinkView) -> tuple[bool, int]:
    return not one.leads, -BANDS.index(one.band) if one.band in BANDS else 1
