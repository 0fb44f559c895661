"""Pages about money and about the payments that wait."""

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.views.cash import MoneyView
from enduse.views.shapes import FindingView, TrancheView

VISIT = frozenset(("use_verified", "attested", "result_verified", "observation_within", "milestone_reached"))
"""Forms of a condition that somebody settles by going there."""


class MoneyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where is the money?"""

    money: MoneyView


class TrancheSite(msgspec.Struct, frozen=True, kw_only=True):
    """Is the next payment coming?

    Attributes:
        tranche: what it waits for, and how each condition stands.
        findings: about its project.
    """

    tranche: TrancheView
    findings: tuple[FindingView, ...]


class TranchesPage(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, and for what?

    Attributes:
        visit: payments of which a condition is not known that a visit would settle.
        unmet: of which a condition is not met.
        vote: of which all conditions are met and nobody has decided yet.
        others: paid, decided, not yet due, or at an end.
    """

    visit: tuple[TrancheView, ...]
    unmet: tuple[TrancheView, ...]
    vote: tuple[TrancheView, ...]
    others: tuple[TrancheView, ...]


def money(answers: SiteAnswers, _about: str) -> MoneyPage:
    """Answer where the money is."""
    return MoneyPage(money=answers.cash)


def tranche_names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return all tranches."""
    return tuple(one.tranche for one in answers.status.tranches)


def tranche(answers: SiteAnswers, about: str) -> TrancheSite:
    """Answer whether a payment is coming."""
    found = next(one for one in answers.status.tranches if one.tranche == about)
    about_it = {found.project, found.tranche}
    return TrancheSite(
        tranche=found, findings=tuple(each for each in answers.status.findings if each.about in about_it)
    )


def tranches(answers: SiteAnswers, _about: str) -> TranchesPage:
    """Answer what waits and for what."""
    groups: dict[str, list[TrancheView]] = {"visit": [], "unmet": [], "vote": [], "others": []}
    for one in answers.status.tranches:
        groups[_waits(one)].append(one)
    return TranchesPage(**{name: tuple(found) for name, found in groups.items()})


def _waits(one: TrancheView) -> str:
    if one.status in {"planned", "decided", "released", "recovered", "lapsed"}:
        return "others"
    if one.mark == "met":
        return "vote"
    return "unmet" if one.mark == "not_met" else "visit"
