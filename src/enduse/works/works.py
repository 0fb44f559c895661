"""Needs, projects with their bills of quantities, and milestones, as the record states them.

A later project statement replaces the plan and keeps the earlier ones as versions, so that a share of a bill of
quantities can always be read against the bill in force on that day. A project's purpose never changes: relabelling
a humanitarian project as reconstruction would let a condition hold it up.
"""

from datetime import datetime
from typing import Final

import msgspec

from enduse.messages import Refusal
from enduse.rows import Rows, rows
from enduse.statements.entry import Entry
from enduse.statements.money import Commitment, Disbursement, Expenditure, Refund
from enduse.statements.works import Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.times import micros
from enduse.terms.trade_items import one_form

KINDS: Final = frozenset(("need", "project", "milestone", "commitment", "disbursement", "refund", "expenditure"))
"""Kinds that :meth:`Works.apply` takes in."""


class PlanVersion(msgspec.Struct, frozen=True):
    """One version of a plan: what it says, the statement, when it was said to hold and where, and its log index."""

    body: ProjectBody
    entry: str
    at: datetime
    place: str | None
    index: int = 0


class NeedState(msgspec.Struct, frozen=True):
    """A need as last stated: what it says, the statement, by whom and where."""

    body: NeedBody
    entry: str
    party: str
    place: str | None


class ProjectState(msgspec.Struct):
    """A project: versions of its plan, oldest first, and who owns it."""

    owner: str
    versions: list[PlanVersion]

    @property
    def now(self) -> PlanVersion:
        """The latest version."""
        return self.versions[-1]

    @property
    def place(self) -> str | None:
        """Where it is built."""
        return self.now.place

    @property
    def builders(self) -> tuple[str, ...]:
        """Every contractor it ever had, and its owner: a contractor that was dropped still built what it built."""
        contractors = (version.body.contractor for version in self.versions)
        return tuple(dict.fromkeys(party for party in (*contractors, self.owner) if party is not None))

    def on(self, at: datetime) -> PlanVersion:
        """Return the version in force at an instant; before the first, the first."""
        return next((version for version in reversed(self.versions) if version.at <= at), self.versions[0])


def advance_key(code: str, payer: str, number: str, speaker: str) -> str:
    """Return what one word about a payment is found by: why money moved, whose it was, under which number, and who says so."""
    return f"{code} {payer} {number} {speaker}"


class Progress(msgspec.Struct, frozen=True):
    """A milestone as stated: what, the statement, by whom, when."""

    body: MilestoneBody
    entry: str
    party: str
    at: datetime


class Works(msgspec.Struct):
    """Needs, projects and milestones up to some entry; its encoding is its snapshot.

    Attributes:
        needs: by identifier.
        projects: by identifier.
        milestones: by project, in log order.
        funds: project and line of its budget, by the log index of a statement of money that names one.
        advances: by kind, payer, number and speaker (:func:`enduse.works.works.advance_key`): of a payment that is an advance, by
            when it is to be accounted for, microseconds since 1970; of an expenditure or refund, the number that it names, and
            whose that is where it says so.
    """

    needs: dict[str, NeedState] = msgspec.field(default_factory=dict)
    projects: dict[str, ProjectState] = msgspec.field(default_factory=dict)
    milestones: dict[str, list[Progress]] = msgspec.field(default_factory=dict)
    funds: Rows[tuple[str, str]] = rows(tuple[str, str])
    advances: Rows[str] = rows(str)

    def apply(self, entry: Entry) -> Refusal | None:
        """Take in one entry; return why the statement has no effect, if so."""
        statement = entry.statement
        self._advance(entry)
        match statement:
            case Need():
                known = self.needs.get(statement.body.need)
                if known is not None and known.party != statement.party:
                    return Refusal.of("need.of_another_party", need=known.body.need, party=known.party)
                self.needs[statement.body.need] = NeedState(statement.body, entry.id, statement.party, statement.place)
                return None
            case Project():
                return self._project(entry, statement)
            case Milestone():
                body = statement.body
                if body.project not in self.projects:
                    return Refusal.of("project.unknown", project=body.project)
                said = Progress(body, entry.id, statement.party, statement.occurred_at)
                self.milestones.setdefault(body.project, []).append(said)
                return None
            case Commitment() | Disbursement() | Refund() | Expenditure() if statement.body.project is not None:
                self.funds[str(entry.index)] = (statement.body.project, statement.body.line or "")
                return None
            case _:
                return None

    def _advance(self, entry: Entry) -> None:
        """Remember that a payment is an advance, or that money was spent of one or given back."""
        party = entry.statement.party
        match entry.statement:
            case Disbursement(body=body):
                told = None if body.account_by is None else str(micros(body.account_by))
                key = advance_key("disbursed", body.donor or party, body.disbursement, party)
            case Expenditure(body=body):
                told = " ".join(name for name in (body.advance, body.advance_from) if name) if body.advance else None
                key = advance_key("spent", party, body.expenditure, party)
            case Refund(body=body):
                told, key = body.of, advance_key("refunded", body.by or party, body.refund, party)
            case _:
                return
        if told is not None:
            self.advances[key] = told
        elif len(self.advances):
            self.advances.pop(key, None)

    def _project(self, entry: Entry, statement: Project) -> Refusal | None:
        body = statement.body
        if body.need is not None and body.need not in self.needs:
            return Refusal.of("need.unknown", need=body.need)
        materials = [one_form(item.material) for item in body.bill]
        twice = [name for name in dict.fromkeys(materials) if materials.count(name) > 1]
        if twice:
            return Refusal.of("project.billed_twice", materials=twice)
        lines = [item.line for item in body.lines]
        if len(set(lines)) < len(lines):
            return Refusal.of(
                "project.line_twice", lines=[name for name in dict.fromkeys(lines) if lines.count(name) > 1]
            )
        version = PlanVersion(body, entry.id, statement.occurred_at, statement.place, entry.index)
        known = self.projects.get(body.project)
        if known is None:
            self.projects[body.project] = ProjectState(statement.party, [version])
            return None
        if statement.party != known.owner:
            return Refusal.of("project.of_another_party", project=body.project, party=known.owner)
        if body.purpose != known.now.body.purpose:
            return Refusal.of("project.purpose_fixed", project=body.project, purpose=known.now.body.purpose)
        if version.at < known.now.at:
            return Refusal.of("project.later_plan", project=body.project, day=known.now.at)
        known.versions.append(version)
        return None

    def billed(
        self, project: str, material: str, at: datetime | None = None, *, size: int | None = None
    ) -> tuple[int, str] | None:
        """Return what a project's bill of quantities calls for, in whole base units, and which base unit.

        Args:
            project: which project.
            material: which line.
            at: by the bill in force then; by default the latest.
            size: of what was recorded before there were so many entries.

        Returns:
            ``None`` where the project or the line is not known.
        """
        known = self.projects.get(project)
        if known is None:
            return None
        said = [version for version in known.versions if size is None or version.index < size]
        if not said:
            return None
        version = said[-1] if at is None else next((one for one in reversed(said) if one.at <= at), said[0])
        line = next((item for item in version.body.bill if one_form(item.material) == one_form(material)), None)
        return None if line is None else line.quantity.base()

    def progress(self, project: str) -> Progress | None:
        """Return the milestone stated latest by its own date (of two, the one recorded later)."""
        said = self.milestones.get(project)
        return None if not said else max(reversed(said), key=lambda item: item.at)

    def unanswered(self) -> list[str]:
        """Return the needs that no project answers."""
        answered = {state.now.body.need for state in self.projects.values()}
        return [name for name in sorted(self.needs) if name not in answered]
