"""Pages about money and about the payments that wait."""

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.views.backlog import Backlog
from enduse.views.cash import MoneyView
from enduse.views.shapes import FindingView, TrancheView


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
        backlog: payments that wait for nothing but an inspection, how long, and how many inspectors would clear them.
        visit: those payments.
        unmet: of which a condition is not met.
        unknown: of which a condition is not known that no inspection alone settles.
        vote: of which all conditions are met and nobody has decided yet.
        others: paid, decided, not yet due, or at an end.
    """

    backlog: Backlog
    visit: tuple[TrancheView, ...]
    unmet: tuple[TrancheView, ...]
    unknown: tuple[TrancheView, ...]
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
    found = answers.programme.backlog()
    inspected = {one.tranche for one in found.tranches}
    groups: dict[str, list[TrancheView]] = {"visit": [], "unmet": [], "unknown": [], "vote": [], "others": []}
    for one in answers.status.tranches:
        groups["visit" if one.tranche in inspected else _waits(one)].append(one)
    order = [one.tranche for one in found.tranches]
    groups["visit"].sort(key=lambda one: order.index(one.tranche))
    return TranchesPage(backlog=found, **{name: tuple(group) for name, group in groups.items()})


def _waits(one: TrancheView) -> str:
    if one.status in {"planned", "decided", "released", "recovered", "lapsed"}:
        return "others"
    return {"met": "vote", "not_met": "unmet", "not_known": "unknown"}[one.mark]
