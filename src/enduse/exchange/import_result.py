"""What became of the rows of a file: counted while they are imported, and told at the end."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from enduse.book.intake import Taken
from enduse.errors import Problem
from enduse.exchange.further_issue import FurtherIssue
from enduse.exchange.tables import SourceFigure
from enduse.messages import Message

ALIKE_KEPT: Final = 1_000
"""So many different remarks of one kind are kept: a table of a million rows may have one that names an amount for each."""


class CountedNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """A remark on rows that have effect, and how many of them it is about.

    Attributes:
        note: the remark.
        count: of how many rows it is told.
        alike: of how many more rows something is told that differs only in names or amounts, and is not kept one by one.
    """

    note: Message
    count: int
    alike: int = 0


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what was offered. The first three counts add up to the rows offered.

    Attributes:
        accepted: rows recorded, every statement of which has effect.
        no_effect: rows recorded without effect, or recorded before.
        refused: rows not recorded.
        already_recorded: those of ``no_effect`` that were recorded before.
        statements: statements newly recorded.
        problems: each row without effect or refused, with its source.
        notes: remarks on rows that were recorded, the most frequent first; then on what of a table is not in its rows.
        figures: what the profile counts while reading.
        issues: for each table of which earlier issues are recorded, what became of its rows.
    """

    accepted: int = 0
    no_effect: int = 0
    refused: int = 0
    already_recorded: int = 0
    statements: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[CountedNote, ...] = ()
    figures: tuple[SourceFigure, ...] = ()
    issues: tuple[FurtherIssue, ...] = ()

    @classmethod
    def total(cls, results: "Iterable[ImportResult]") -> "ImportResult":
        """Return several results as one."""
        counted = RowTally()
        for result in results:
            counted.counts.update({name: getattr(result, name) for name in _COUNTS})
            for item in result.notes:
                counted.noted([item.note], item.count)
                counted.alike[item.note.code] += item.alike
            counted.problems += result.problems
            counted.figures += result.figures
            counted.issues += result.issues
        return counted.result()


_COUNTS: Final = ("accepted", "no_effect", "refused", "already_recorded", "statements")


class RowTally:
    """Counts rows while they are imported."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.notes: Counter[Message] = Counter()
        self.kinds: Counter[str] = Counter()
        self.alike: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.figures: list[SourceFigure] = []
        self.issues: list[FurtherIssue] = []

    def noted(self, notes: Iterable[Message], count: int = 1) -> None:
        """Count remarks; of one kind that are many and differ only the first are kept."""
        for note in notes:
            before = self.notes.get(note, 0)
            if not before and self.kinds[note.code] == ALIKE_KEPT:
                self.alike[note.code] += count
                continue
            self.kinds[note.code] += not before
            self.notes[note] = before + count

    def row(self, taken: list[Taken], source: str, line: int | None, sheet: str = "") -> None:
        """Count one row by the worst of its statements."""
        for each in taken:
            self.noted(each.notes)
            if each.problem is not None:
                self.problems.append(replace(each.problem, source=source, sheet=sheet, line=line))
        if len(taken) == 1 and taken[0].outcome == "accepted":
            self.counts["statements"] += 1
            self.counts["accepted"] += 1
            return
        outcomes = [each.outcome for each in taken]
        self.counts["statements"] += sum(outcome in {"accepted", "no_effect"} for outcome in outcomes)
        if "refused" in outcomes:
            self.counts["refused"] += 1
        elif set(outcomes) == {"already"}:
            self.recorded_before()
        else:
            self.counts["no_effect" if "no_effect" in outcomes else "accepted"] += 1

    def recorded_before(self, rows: int = 1) -> None:
        """Count rows that are in the record already."""
        self.counts.update({"no_effect": rows, "already_recorded": rows})

    def refused(self, problems: Iterable[Problem], rows: int = 1) -> None:
        """Count rows that cannot be recorded."""
        self.counts["refused"] += rows
        self.problems += problems

    def result(self) -> ImportResult:
        """Return what was counted."""
        alike = dict(self.alike)
        notes = [CountedNote(note, count, alike.pop(note.code, 0)) for note, count in self.notes.most_common()]
        return ImportResult(
            **{name: self.counts[name] for name in _COUNTS},
            problems=tuple(self.problems),
            notes=tuple(notes),
            figures=tuple(self.figures),
            issues=tuple(self.issues),
        )
