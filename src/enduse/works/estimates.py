"""Norms, estimates of bills by others, weights for priorities, and handing over, as the record states them."""

from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.statements.entry import Entry
from enduse.statements.estimate import Estimate, EstimateBody, Norm, NormBody, Weights, WeightsBody
from enduse.statements.visit import HandingOver, HandingOverBody
from enduse.terms.trade_items import one_form
from enduse.works.stated import StatedBody
from enduse.works.works import Works


class HandingState(msgspec.Struct, frozen=True):
    """The latest offer of a project to its receiver, and the answer to it."""

    offer: StatedBody[HandingOverBody]
    answer: StatedBody[HandingOverBody] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver took it over."""
        return self.answer is not None and self.answer.body.action == "accept"


class Estimates(msgspec.Struct):
    """What holds a bill of quantities to account, up to some entry; its encoding is its snapshot.

    Attributes:
        norms: by identifier, every version, oldest first.
        estimates: by project, every one, oldest first.
        weights: for priorities, every version, oldest first.
        handings: by project, every offer with its answer, oldest first.
    """

    norms: dict[str, list[StatedBody[NormBody]]] = msgspec.field(default_factory=dict)
    estimates: dict[str, list[StatedBody[EstimateBody]]] = msgspec.field(default_factory=dict)
    weights: list[StatedBody[WeightsBody]] = msgspec.field(default_factory=list)
    handings: dict[str, list[HandingState]] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, works: Works) -> Refusal | None:
        """Take in one entry; return why the statement has no effect, if so."""
        match entry.statement:
            case Norm(body=body):
                return self._norm(entry, body)
            case Estimate(body=body):
                return self._estimate(entry, body, works)
            case Weights(body=body):
                self.weights.append(StatedBody.of(entry, body))
                return None
            case HandingOver(body=body):
                return self._handing(entry, body, works)
            case _:
                return None

    def _norm(self, entry: Entry, body: NormBody) -> Refusal | None:
        known = self.norms.get(body.norm)
        if known and known[0].party != entry.statement.party:
            return Refusal.of("norm.of_another_party", norm=body.norm, party=known[0].party)
        self.norms.setdefault(body.norm, []).append(StatedBody.of(entry, body))
        return None

    def _estimate(self, entry: Entry, body: EstimateBody, works: Works) -> Refusal | None:
        if body.project not in works.projects:
            return Refusal.of("project.unknown", project=body.project)
        materials = [one_form(item.material) for item in body.bill]
        twice = [name for name in dict.fromkeys(materials) if materials.count(name) > 1]
        if twice:
            return Refusal.of("project.billed_twice", materials=twice)
        known = [one for said in self.estimates.values() for one in said if one.body.estimate == body.estimate]
        if any(one.party != entry.statement.party or one.body.project != body.project for one in known):
            return Refusal.of("estimate.of_another", estimate=body.estimate, party=known[0].party)
        self.estimates.setdefault(body.project, []).append(StatedBody.of(entry, body))
        return None

    def _handing(self, entry: Entry, body: HandingOverBody, works: Works) -> Refusal | None:
        project, party = body.project, entry.statement.party
        known = works.projects.get(project)
        if known is None:
            return Refusal.of("project.unknown", project=project)
        said = self.handings.setdefault(project, [])
        if body.action == "offer":
            if party != known.owner:
                return Refusal.of("handing_over.of_another", project=project, party=known.owner)
            if said and said[-1].accepted:
                return Refusal.of("handing_over.done", project=project, party=said[-1].offer.body.to or "")
            said.append(HandingState(StatedBody.of(entry, body)))
            return None
        if not said or said[-1].answer is not None:
            return Refusal.of("handing_over.not_offered", project=project)
        if party != said[-1].offer.body.to:
            return Refusal.of("handing_over.to_another", project=project, party=said[-1].offer.body.to or "")
        said[-1] = msgspec.structs.replace(said[-1], answer=StatedBody.of(entry, body))
        return None

    def latest(self, project: str) -> list[StatedBody[EstimateBody]]:
        """Return the estimates of a project that stand: of each party its latest under each name."""
        standing = {(one.party, one.body.estimate): one for one in self.estimates.get(project, ())}
        return list(standing.values())

    def norms_now(self) -> list[StatedBody[NormBody]]:
        """Return every norm as last stated."""
        return [said[-1] for _, said in sorted(self.norms.items())]

    def by(self, at: datetime) -> "Estimates":
        """Return what was said to hold by a moment."""

        def kept(said: list[StatedBody[NormBody]]) -> list[StatedBody[NormBody]]:
            return [one for one in said if one.at <= at]

        handings: dict[str, list[HandingState]] = {}
        for name, steps in self.handings.items():
            offered = [step for step in steps if step.offer.at <= at]
            answered = (step.answer is not None and step.answer.at <= at for step in offered)
            handings[name] = [
                step if done else msgspec.structs.replace(step, answer=None)
                for step, done in zip(offered, answered, strict=True)
            ]
        return Estimates(
            norms={name: versions for name, said in self.norms.items() if (versions := kept(said))},
            estimates={name: [one for one in said if one.at <= at] for name, said in self.estimates.items()},
            weights=[one for one in self.weights if one.at <= at],
            handings=handings,
        )
