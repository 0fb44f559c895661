"""Controlled goods as the record states them: what is on a control list, and what each project may have of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.statements.control import Control, ControlBody, Permit, PermitBody
from enduse.statements.entry import Entry
from enduse.terms.trade_items import one_form
from enduse.works.stated import StatedBody
from enduse.works.works import Works


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a controlled material one project may have.

    Attributes:
        project: which project.
        amount: in whole base units.
        base: which base unit.
        rests_on: ``permit`` or ``bill``.
        entry: the statement that says so.
        until: the last moment for which it holds.
    """

    project: str
    amount: int
    base: str
    rests_on: str
    entry: str
    until: datetime | None = None


class Controls(msgspec.Struct):
    """The list of controlled goods and permits, up to some entry; its encoding is its snapshot.

    Attributes:
        listed: the entry of each material on the list, by its name in one form.
        permits: by project and material.
    """

    listed: dict[str, StatedBody[ControlBody]] = msgspec.field(default_factory=dict)
    permits: dict[str, list[StatedBody[PermitBody]]] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, works: Works) -> Refusal | None:
        """Take in one entry; return why the statement has no effect, if so."""
        match entry.statement:
            case Control(body=body):
                name = one_form(body.material)
                if not body.listed and name not in self.listed:
                    return Refusal.of("control.not_listed", material=body.material)
                if body.listed:
                    self.listed[name] = StatedBody.of(entry, body)
                else:
                    del self.listed[name]
                return None
            case Permit(body=body):
                return self._permit(entry, body, works)
            case _:
                return None

    def _permit(self, entry: Entry, body: PermitBody, works: Works) -> Refusal | None:
        known = works.projects.get(body.project)
        if known is None:
            return Refusal.of("project.unknown", project=body.project)
        if one_form(body.material) not in self.listed:
            return Refusal.of("control.not_listed", material=body.material)
        billed = works.billed(body.project, body.material)
        if billed is None:
            return Refusal.of("permit.without_bill", project=body.project, material=body.material)
        amount, base = body.quantity.base()
        if base != billed[1]:
            return Refusal.of("permit.other_unit", project=body.project, material=body.material)
        said = self.permits.get(_key(body.project, body.material), [])
        if any(one.body.permit == body.permit and one.party != entry.statement.party for one in said):
            return Refusal.of("permit.of_another_party", permit=body.permit)
        others = _standing(one for one in said if one.body.permit != body.permit)
        if amount + sum(one.body.quantity.base()[0] for one in others) > billed[0]:
            return Refusal.of("permit.beyond_bill", project=body.project, material=body.material)
        self.permits[_key(body.project, body.material)] = [*said, StatedBody.of(entry, body)]
        return None

    def permitted(self, project: str) -> Iterator[tuple[str, int, str]]:
        """Give each material for which a project has permits, how much they come to, and in which base unit."""
        for said in self.permits.values():
            if said and said[0].body.project == project:
                amounts = [one.body.quantity.base() for one in _standing(said)]
                yield said[-1].body.material, sum(amount for amount, _ in amounts), amounts[-1][1]

    def quota(self, works: Works, project: str, material: str) -> Quota | None:
        """Return what a reconstruction project may have of a controlled material; ``None`` where it has no quota.

        Its permits add up, to at most what its bill asks for now; the last moment is that of the permit that holds longest.
        """
        known = works.projects.get(project)
        if known is None or one_form(material) not in self.listed or known.now.body.purpose != "reconstruction":
            return None
        billed = works.billed(project, material)
        if billed is None:
            return None
        amount, base = billed
        standing = _standing(self.permits.get(_key(project, material), ()))
        if not standing:
            return Quota(project=project, amount=amount, base=base, rests_on="bill", entry=known.now.entry)
        ends = [one.body.until for one in standing]
        return Quota(
            project=project,
            amount=min(sum(one.body.quantity.base()[0] for one in standing), amount),
            base=base,
            rests_on="permit",
            entry=standing[-1].entry,
            until=None if None in ends else max(end for end in ends if end is not None),
        )

    def by(self, at: datetime) -> "Controls":
        """Return what was said to hold by a moment."""
        permits = {name: kept for name, said in self.permits.items() if (kept := [one for one in said if one.at <= at])}
        return Controls({name: one for name, one in self.listed.items() if one.at <= at}, permits)


def _standing(said: Iterable[StatedBody[PermitBody]]) -> list[StatedBody[PermitBody]]:
    """Return each permit as last stated, in the order in which they were."""
    latest = {one.body.permit: one for one in said}
    return sorted(latest.values(), key=lambda one: one.index)


def _key(project: str, material: str) -> str:
    return f"{project} {one_form(material)}"
