"""Pages about what does not come out even: all of it, and one difference."""

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.views.missing import MissingView
from enduse.views.shapes import Figure, FindingView, Moved, Task


class MissingPage(msgspec.Struct, frozen=True, kw_only=True):
    """Is it all there?

    Attributes:
        gaps: open differences beyond measurement error, the gravest first.
        late: loads whose time has passed; late is not missing.
        explained: what findings moved, with the finding.
        small: differences that the scales' errors explain.
        unmeasured: uses that are declared and that nobody has measured: project and resource.
        unlinked: goods of which only the arrival is recorded.
        alerts: what cannot be, such as a stock below zero: how many.
        materials: of which goods are recorded: how many; of none nobody can say that nothing is missing.
    """

    gaps: tuple[MissingView, ...]
    late: tuple[MissingView, ...]
    explained: tuple[tuple[str, Moved], ...]
    small: tuple[MissingView, ...]
    unmeasured: tuple[tuple[str, str], ...]
    unlinked: tuple[Figure, ...]
    alerts: int
    materials: int


class DifferencePage(msgspec.Struct, frozen=True, kw_only=True):
    """Why do two counts differ?

    Attributes:
        item: load or place.
        gaps: what is open of it, by material.
        tasks: who is asked what about it.
        findings: about it.
    """

    item: str
    gaps: tuple[MissingView, ...]
    tasks: tuple[Task, ...]
    findings: tuple[FindingView, ...]


def public(gap: MissingView) -> MissingView:
    """Return a difference as everybody may read it: of a load that may still be on its way no place and nobody's word on it."""
    if gap.state != "overdue":
        return gap
    return msgspec.structs.replace(
        gap, start="", end="", receiver="", by="", disputes=(), sent=None, received=None, figure=_bare(gap.figure)
    )


def _bare(figure: Figure) -> Figure:
    return Figure(figure.amount, figure.resource)


def gaps(answers: SiteAnswers) -> tuple[MissingView, ...]:
    """Return the open differences beyond measurement error that are not merely late, the gravest first."""
    return tuple(gap for gap in _every(answers) if gap.judgement != "within_error" and gap.state != "overdue")


def small(answers: SiteAnswers) -> tuple[MissingView, ...]:
    """Return the differences that the scales' errors explain."""
    return tuple(
        gap
        for gap in _every(answers)
        if gap.judgement == "within_error" and gap.state != "overdue" and gap.figure.amount
    )


def _every(answers: SiteAnswers) -> tuple[MissingView, ...]:
    return answers.kept("differences", lambda known: tuple(map(public, known.status.missing)))


def unmeasured(answers: SiteAnswers) -> tuple[tuple[str, str], ...]:
    """Return the uses that are declared and that nobody has measured."""
    return tuple((one.project, one.resource) for one in answers.status.used if one.judgement == "not_measured")


def missing(answers: SiteAnswers, _about: str) -> MissingPage:
    """Answer whether it is all there."""
    now = answers.status
    every = _every(answers)
    return MissingPage(
        gaps=gaps(answers),
        late=tuple(gap for gap in every if gap.state == "overdue"),
        explained=tuple((finding.finding, part) for finding in now.findings for part in finding.moved),
        small=small(answers),
        unmeasured=unmeasured(answers),
        unlinked=tuple(one.unlinked for one in now.goods if one.unlinked.amount),
        alerts=len(now.contradictions),
        materials=len(now.goods),
    )


def items(answers: SiteAnswers) -> tuple[str, ...]:
    """Return what there are open differences of."""
    return tuple(dict.fromkeys(gap.item for gap in _every(answers)))


def difference(answers: SiteAnswers, about: str) -> DifferencePage:
    """Answer why two counts differ."""
    return DifferencePage(
        item=about,
        gaps=tuple(gap for gap in _every(answers) if gap.item == about),
        tasks=tuple(task for task in answers.status.tasks if task.about == about),
        findings=tuple(finding for finding in answers.status.findings if finding.about == about),
    )
