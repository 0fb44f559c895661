"""The first page: what was promised, what came, what is missing."""

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.views.missing import MissingView
from enduse.views.shapes import CurrencyTotals, FindingView, MaterialTotals


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What was promised, what came, what is missing.

    Attributes:
        currencies: money, first the currency of which most is said.
        goods: materials, the gravest losses first.
        gaps: open differences beyond measurement error, the gravest first.
        unmeasured: uses that are declared and that nobody has measured: project and material.
        findings: that stand, the newest first.
    """

    currencies: tuple[CurrencyTotals, ...]
    goods: tuple[MaterialTotals, ...]
    gaps: tuple[MissingView, ...]
    unmeasured: tuple[tuple[str, str], ...]
    findings: tuple[FindingView, ...]


def home(answers: SiteAnswers, _about: str) -> Home:
    """Answer what was promised, what came and what is missing."""
    now = answers.status
    return Home(
        currencies=now.currencies,
        goods=now.goods,
        gaps=tuple(one for one in now.missing if one.judgement != "within_error"),
        unmeasured=tuple((one.project, one.resource) for one in now.used if one.judgement == "not_measured"),
        findings=now.findings,
    )
