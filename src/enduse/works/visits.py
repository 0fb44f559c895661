"""Visits as the record states them: planned, made or not made, acted on. One that was planned and not made stays visible."""

from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.statements.entry import Entry
from enduse.statements.visit import VisitBody, VisitStatement
from enduse.works.stated import StatedBody
from enduse.works.works import Works


class VisitState(msgspec.Struct, frozen=True):
    """A visit: the monitor that promised it, where, and what became of it.

    Attributes:
        monitor: who visits.
        place: which place; empty for a project without one.
        project: which project, where it is one.
        planned: the plan, where it was planned.
        made: what was seen.
        cancelled: why it was not made, where its monitor said so.
        acted: what was done about it, oldest first.
    """

    monitor: str
    place: str
    project: str
    planned: StatedBody[VisitBody] | None = None
    made: StatedBody[VisitBody] | None = None
    cancelled: StatedBody[VisitBody] | None = None
    acted: tuple[StatedBody[VisitBody], ...] = ()


class Visits(msgspec.Struct):
    """Visits by identifier, up to some entry; its encoding is its snapshot."""

    visits: dict[str, VisitState] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, works: Works) -> Refusal | None:
        """Take in one entry; return why the statement has no effect, if so."""
        statement = entry.statement
        if not isinstance(statement, VisitStatement):
            return None
        body, said = statement.body, StatedBody.of(entry, statement.body)
        known = self.visits.get(body.visit)
        if body.project is not None and body.project not in works.projects:
            return Refusal.of("project.unknown", project=body.project)
        if body.action == "act":
            return self._acted(said, known)
        if known is not None:
            if refusal := self._barred(said, known):
                return refusal
            step = {"cancelled": said} if body.action == "cancel" else {"made": said}
            self.visits[body.visit] = msgspec.structs.replace(known, **step)
            return None
        if body.action == "cancel":
            return Refusal.of("visit.not_planned", visit=body.visit)
        site = works.projects[body.project].place if body.project is not None else None
        place = statement.place or site or ""
        if not place and body.project is None:
            return Refusal.of("visit.nowhere", visit=body.visit)
        fresh = VisitState(statement.party, place, body.project or "")
        step = {"planned": said} if body.action == "plan" else {"made": said}
        self.visits[body.visit] = msgspec.structs.replace(fresh, **step)
        return None

    def _barred(self, said: StatedBody[VisitBody], known: VisitState) -> Refusal | None:
        """Return why a known visit is not planned or made by this statement."""
        visit = said.body.visit
        if said.party != known.monitor:
            return Refusal.of("visit.of_another_party", visit=visit, party=known.monitor)
        if said.body.action == "plan" or known.made is not None or known.cancelled is not None:
            return Refusal.of("visit.said_already", visit=visit)
        if known.planned is not None and said.at < known.planned.at:
            return Refusal.of("visit.before_its_plan", visit=visit, day=known.planned.at)
        if said.place is not None and known.place and said.place != known.place:
            return Refusal.of("visit.elsewhere", visit=visit, place=known.place)
        return None

    def _acted(self, said: StatedBody[VisitBody], known: VisitState | None) -> Refusal | None:
        visit = said.body.visit
        if known is None or known.made is None:
            return Refusal.of("visit.not_made", visit=visit)
        if said.party == known.monitor:
            return Refusal.of("visit.acted_on_by_itself", visit=visit, party=said.party)
        self.visits[visit] = msgspec.structs.replace(known, acted=(*known.acted, said))
        return None

    def by(self, at: datetime) -> "Visits":
        """Return what was said to have happened by a moment."""
        kept: dict[str, VisitState] = {}
        for name, state in self.visits.items():
            planned = state.planned if state.planned is not None and state.planned.at <= at else None
            made = state.made if state.made is not None and state.made.at <= at else None
            if planned is not None or made is not None:
                acted = tuple(one for one in state.acted if one.at <= at)
                cancelled = state.cancelled if state.cancelled is not None and state.cancelled.at <= at else None
                steps = {"planned": planned, "made": made, "cancelled": cancelled}
                kept[name] = msgspec.structs.replace(state, **steps, acted=acted)
        return Visits(kept)
