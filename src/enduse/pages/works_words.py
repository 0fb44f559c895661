"""Needs and projects, in words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.visits_words import OUTCOMES
from enduse.views.cash import ProjectMoney
from enduse.views.shapes import Figure
from enduse.views.works import ProjectLine, VisitLine

STAGES: Final = {
    "planned": mark("planned, not funded"),
    "funded": mark("funded, not begun"),
    "building": mark("under way"),
    "built": mark("done, not handed over"),
    "handed_over": mark("handed over"),
}
"""How far a project is."""


def stage_words(project: ProjectLine, words: Localizer) -> str:
    """Return how far a project is, with the share of the works that is said to be done."""
    stage = words.translated(STAGES[project.stage])
    if not project.progress:
        return stage
    share = words.number(100 * Decimal(project.progress), 1)
    return words.say("{stage}, {share}% said to be done", stage=stage, share=share)


def money_words(line: ProjectMoney, words: Localizer) -> str:
    """Return what was planned, committed, paid and spent for a project in one currency, and whose it was."""
    parts = []
    if line.planned is not None:
        parts.append(words.say("planned {amount}", amount=words.of(line.planned)))
    for figure, told in (
        (line.committed, words.say("committed {amount}", amount=words.of(line.committed))),
        (line.paid, words.say("paid {amount}", amount=words.of(line.paid))),
        (line.spent, words.say("spent {amount}", amount=words.of(line.spent))),
    ):
        if figure.amount:
            parts.append(told)
    givers = [f"{words.name(giver)} {words.of(Figure(part, line.spent.resource))}" for giver, part in line.of.items()]
    if givers:
        parts.append(words.say("of {givers}", givers=words.listed(givers)))
    return words.listed(parts, sentences=True)


def donors_words(project: ProjectLine, words: Localizer) -> Iterator[str]:
    """Give who gave what came into a project, goods and money alike."""
    for one in project.donors:
        yield f"{words.name(one.owner) if one.owner else words.term(one.why)}: {words.of(Figure(one.amount, one.resource))}"


def visit_words(visit: VisitLine, words: Localizer) -> str:
    """Return what became of a visit."""
    party = words.name(visit.monitor)
    if visit.made is None:
        day = words.day(visit.due) if visit.due is not None else ""
        return words.say("{party}, planned by {day}, not made", party=party, day=day)
    outcome = words.translated(OUTCOMES[visit.outcome])
    return words.say("{party}, {day}: {outcome}", party=party, day=words.day(visit.made), outcome=outcome)
