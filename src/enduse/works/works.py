"""Needs, projects with their bills of quantities, and milestones, as the record states them.

A later project statement replaces the plan and keeps the earlier ones as versions, so that a share of a bill of
quantities can always be read against the bill in force on that day. A project's purpose never changes: relabelling
a humanitarian project as reconstruction would let a condition hold it up.
"""

from datetime import datetime
from typing import Final

import msgspec

from enduse.statements.entry import Entry
from enduse.statements.works import Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.times import format_instant

KINDS: Final = frozenset(("need", "project", "milestone"))
"""Kinds that :meth:`Works.apply` takes in."""


class Version(msgspec.Struct, frozen=True):
    """One version of a plan: what it says, the statement, when it was said to hold and where."""

    body: ProjectBody
    entry: str
    at: datetime
    place: str | None


class NeedState(msgspec.Struct, frozen=True):
    """A need as last stated: what it says, the statement, by whom and where."""

    body: NeedBody
    entry: str
    party: str
    place: str | None


class ProjectState(msgspec.Struct):
    """A project: versions of its plan, oldest first, and who owns it."""

    owner: str
    versions: list[Version]

    @property
    def now(self) -> Version:
        """The latest version."""
        return self.versions[-1]

    @property
    def place(self) -> str | None:
        """Where it is built."""
        return self.now.place

    @property
    def builders(self) -> tuple[str, ...]:
        """Every contractor it ever had, and its owner: a contractor that was dropped still built what it built."""
        found = (version.body.contractor for version in self.versions)
        return tuple(dict.fromkeys(party for party in (*found, self.owner) if party is not None))

    def on(self, at: datetime) -> Version:
        """Return the version in force at an instant; before the first, the first."""
        return next((version for version in reversed(self.versions) if version.at <= at), self.versions[0])


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
    """

    needs: dict[str, NeedState] = msgspec.field(default_factory=dict)
    projects: dict[str, ProjectState] = msgspec.field(default_factory=dict)
    milestones: dict[str, list[Progress]] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry) -> str:
        """Take in one entry; return the empty string, or why the statement has no effect."""
        statement = entry.statement
        match statement:
            case Need():
                known = self.needs.get(statement.body.need)
                if known is not None and known.party != statement.party:
                    return f"need {known.body.need} was stated by {known.party}; only that party restates it"
                self.needs[statement.body.need] = NeedState(statement.body, entry.id, statement.party, statement.place)
                return ""
            case Project():
                return self._project(entry, statement)
            case Milestone():
                body = statement.body
                if body.project not in self.projects:
                    return f"project {body.project} is not known"
                said = Progress(body, entry.id, statement.party, statement.occurred_at)
                self.milestones.setdefault(body.project, []).append(said)
                return ""
            case _:
                return ""

    def _project(self, entry: Entry, statement: Project) -> str:
        body = statement.body
        if body.need is not None and body.need not in self.needs:
            return f"need {body.need} is not known"
        twice = [item.material for item in body.bill]
        twice = [name for name in dict.fromkeys(twice) if twice.count(name) > 1]
        if twice:
            return f"the bill of quantities names {', '.join(twice)} twice"
        version = Version(body, entry.id, statement.occurred_at, statement.place)
        known = self.projects.get(body.project)
        if known is None:
            self.projects[body.project] = ProjectState(statement.party, [version])
            return ""
        if statement.party != known.owner:
            return f"project {body.project} was stated by {known.owner}; only that party replaces its plan"
        if body.purpose != known.now.body.purpose:
            return f"project {body.project} is {known.now.body.purpose}; the purpose of a project never changes"
        if version.at < known.now.at:
            return f"project {body.project} has a later plan already, of {format_instant(known.now.at)[:10]}"
        known.versions.append(version)
        return ""

    def billed(self, project: str, material: str, at: datetime | None = None) -> tuple[int, str] | None:
        """Return what a project's bill of quantities calls for, in whole base units, and which base unit.

        Args:
            project: which project.
            material: which line.
            at: by the bill in force then; by default the latest.

        Returns:
            ``None`` where the project or the line is not known.
        """
        known = self.projects.get(project)
        if known is None:
            return None
        version = known.now if at is None else known.on(at)
        line = next((item for item in version.body.bill if item.material == material), None)
        return None if line is None else line.quantity.base()

    def progress(self, project: str) -> Progress | None:
        """Return the milestone stated latest by its own date (of two, the one recorded later)."""
        said = self.milestones.get(project)
        return None if not said else max(reversed(said), key=lambda item: item.at)

    def unanswered(self) -> list[str]:
        """Return the needs that no project answers."""
        answered = {state.now.body.need for state in self.projects.values()}
        return [name for name in sorted(self.needs) if name not in answered]
