"""Pages about parties, what they promised, said and found."""

from datetime import datetime

import msgspec

from enduse.messages import Message
from enduse.portal import access
from enduse.portal.answers import SiteAnswers
from enduse.portal.contracts import contracts
from enduse.views.arrangement import KnownMatter, PartyPage, RequestView, UndertakingView
from enduse.views.carried import Carried
from enduse.views.cash import DonorMoney, PartyMoney
from enduse.views.contract_shapes import ContractView
from enduse.views.shapes import ClaimView, Figure, FindingView, Task


class PartySite(msgspec.Struct, frozen=True, kw_only=True):
    """What did they say and do?

    Attributes:
        page: their own stated purpose, mandates, requests, undertakings, what they said.
        gave: as donor, by currency.
        handled: as recipient, by currency.
        reached: projects its money was spent on, each with its share and the need that the project answers; empty: none is stated.
        goods: bought with their money or brought in by them, by material: where all of it is.
        carried: what they carried for others; of loads that may still be on their way nothing.
        tasks: what they are asked to do.
        contracts: as buyer or supplier.
        findings: that name them: by them, or about what they answer for.
        composition: how their posts are filled beside the programme's rules, in counts.
    """

    page: PartyPage
    gave: tuple[DonorMoney, ...]
    handled: tuple[PartyMoney, ...]
    reached: tuple[tuple[str, Figure, str], ...]
    goods: tuple[Figure, ...]
    carried: Carried | None
    tasks: tuple[Task, ...]
    contracts: tuple[ContractView, ...]
    findings: tuple[FindingView, ...]
    composition: tuple[Message, ...]


class PartiesPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes part? Parties, each with how many things it is asked to do."""

    parties: tuple[tuple[str, int], ...]


class UndertakingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who promised what publicly, and what was asked of whom?"""

    undertakings: tuple[UndertakingView, ...]
    requests: tuple[RequestView, ...]


class FindingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, what found? Claims that stand, and findings."""

    claims: tuple[ClaimView, ...]
    findings: tuple[FindingView, ...]


class KnownStep(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said about a matter.

    Attributes:
        entry: its statement.
        at: when it was recorded.
        sort: what it is, such as a claim.
        by: who said it.
        result: of a finding.
    """

    entry: int
    at: datetime
    sort: str
    by: str
    result: str


class FindingPage(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, and all that was said about its matter.

    Attributes:
        finding: as made.
        matter: claims, assessments, findings and replies about what it is about, as known now; the claim itself, where it is
            about one.
        known: the same, each with when it was recorded, the oldest first.
    """

    finding: FindingView
    matter: KnownMatter
    known: tuple[KnownStep, ...]


def names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return all parties."""
    return tuple(answers.known.get("party", ()))


def parties(answers: SiteAnswers, _about: str) -> PartiesPage:
    """Answer who takes part."""
    tasks = [task.owner for task in answers.status.tasks]
    return PartiesPage(parties=tuple((name, tasks.count(name)) for name in names(answers)))


def party(answers: SiteAnswers, about: str) -> PartySite:
    """Answer what a party said and did."""
    money = answers.cash.currencies
    brought = [
        Figure(sum(getattr(line.sums, column).amount for column in line.sums.__struct_fields__), material.resource)
        for material in answers.goods.materials
        for line in material.donors
        if line.name == about
    ]
    needs = {each.body.project: each.body.need or "" for each in answers.projects}
    return PartySite(
        page=answers.programme.party(about),
        gave=tuple(line for one in money for line in one.donors if line.totals.party == about),
        handled=tuple(line for one in money for line in one.parties if line.party == about and line.received.amount),
        reached=tuple(
            (line.project, Figure(line.of[about], line.spent.resource), needs.get(line.project, ""))
            for one in money
            for line in one.projects
            if line.project and about in line.of
        ),
        goods=tuple(figure for figure in brought if figure.amount),
        carried=carried(answers).get(about),
        tasks=tuple(task for task in answers.status.tasks if task.owner == about),
        contracts=tuple(one for one in contracts(answers) if about in {one.buyer, one.supplier}),
        findings=tuple(
            finding
            for finding in answers.status.findings
            if about == finding.party or any(part.owner == about for part in finding.moved)
        ),
        composition=tuple(told for told in answers.mandates.posts if told.values.get("party") == about),
    )


def carried(answers: SiteAnswers) -> dict[str, Carried]:
    """Return what each party carried."""
    return answers.kept("carried", lambda now: {one.party: one for one in now.programme.carried()})


def undertakings(answers: SiteAnswers, _about: str) -> UndertakingsPage:
    """Answer who promised what publicly, and what was asked of whom."""
    return UndertakingsPage(undertakings=answers.programme.undertakings(), requests=answers.programme.requests())


def findings(answers: SiteAnswers, _about: str) -> FindingsPage:
    """Answer what was said and what was found."""
    kept = access.names(answers)
    claims = tuple(one for one in answers.claims if one.about not in kept)
    return FindingsPage(claims=claims, findings=answers.status.findings)


def finding_names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return the findings that stand."""
    return tuple(finding.finding for finding in answers.status.findings)


def finding(answers: SiteAnswers, about: str) -> FindingPage:
    """Answer what was said about a matter and what was found."""
    found = next(each for each in answers.status.findings if each.finding == about)
    matter = answers.programme.matter(found.about)
    for claim in (each for each in answers.claims if each.claim == found.about):
        said = answers.programme.matter(claim.about).claims
        matter = msgspec.structs.replace(matter, claims=tuple(one for one in said if one.said == claim.claim))
    every = sorted((*matter.claims, *matter.assessments, *matter.findings, *matter.replies), key=lambda one: one.index)
    steps = (
        KnownStep(entry=one.index, at=one.recorded_at, sort=one.sort, by=one.by, result=one.result or "")
        for one in every
    )
    return FindingPage(finding=found, matter=matter, known=tuple(steps))
