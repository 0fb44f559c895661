"""Bring a file into a programme: read by whichever door knows it, sign as the importer, record, account for each row.

Rows go in batches; a row's statements stay in one batch, so a row is in the record whole or not at all. What was
brought in before, by the same party from the same file, is recognised by its source row and not said twice, so a run
that was killed is simply run again.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.book import keys
from enduse.book.intake import Intake, Receipt, SigningRequest
from enduse.errors import MalformedError, Problem, legacy_problem
from enduse.exchange.draft import Draft, Row
from enduse.exchange.envelopes import SUFFIXES as ENVELOPE_SUFFIXES
from enduse.exchange.envelopes import Line, read_envelopes
from enduse.exchange.tables import Figure, read_table
from enduse.messages import Message
from enduse.terms.ed25519 import SigningKey

BATCH_ROWS: Final = 512

Step = Callable[[int], None]


class Brought(msgspec.Struct):
    """What became of a file. The first three counts add up to the rows offered.

    Attributes:
        accepted: rows recorded, every statement of which has effect.
        no_effect: rows recorded without effect, or recorded before.
        refused: rows not recorded.
        already_recorded: those of ``no_effect`` that were recorded before.
        statements: statements newly recorded.
        problems: each row without effect or refused, with its source.
        notes: remarks on rows that have effect, counted.
        figures: what the profile counts while reading.
    """

    accepted: int = 0
    no_effect: int = 0
    refused: int = 0
    already_recorded: int = 0
    statements: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    notes: dict[Message, int] = msgspec.field(default_factory=dict)
    figures: list[Figure] = msgspec.field(default_factory=list)

    def add(self, other: "Brought") -> None:
        """Add the counts of another file."""
        for name in ("accepted", "no_effect", "refused", "already_recorded", "statements"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems += other.problems
        self.figures += other.figures
        self.notes = dict(Counter(self.notes) + Counter(other.notes))


def bring(
    intake: Intake, path: Path, *, party: str | None = None, profile: str | Path | None = None, step: Step | None = None
) -> Brought:
    """Bring one file in.

    Args:
        intake: the programme.
        path: signed envelopes (one a line), or a table that a profile knows.
        party: who says what a table says; envelopes are signed already.
        profile: a mapping file of the user's own.
        step: told how many rows are done.

    Raises:
        EnduseError: the file as a whole cannot be read; nothing of it is recorded beyond what the report says.
    """
    if path.suffix in ENVELOPE_SUFFIXES:
        return _bring_envelopes(intake, path, step)
    if party is None:
        raise MalformedError(
            "a table is said by somebody", source=str(path), remedy="say who with --as PARTY; its key must be here"
        )
    key = keys.load(intake.book.folder, party)
    with read_table(path, profile) as table:
        brought = bring_rows(intake, table, lambda _draft: (party, key), step)
        brought.figures = list(table.summary().figures)
    return brought


def bring_rows(
    intake: Intake, rows: Iterable[Row], speaker: Callable[[Draft], tuple[str, SigningKey]], step: Step | None = None
) -> Brought:
    """Bring rows in.

    Args:
        intake: the programme.
        rows: from a door.
        speaker: party and key that say a draft.
        step: told how many rows are done.
    """
    brought = Brought()
    known: dict[tuple[str, str], set[tuple[int, str]]] = {}
    done = 0
    for batch in _batches(rows, BATCH_ROWS):
        _bring_batch(intake, batch, speaker, known, brought)
        done += len(batch)
        if step is not None:
            step(done)
    return brought


def _bring_batch(
    intake: Intake,
    batch: list[Row],
    speaker: Callable[[Draft], tuple[str, SigningKey]],
    known: dict[tuple[str, str], set[tuple[int, str]]],
    brought: Brought,
) -> None:
    requests: list[SigningRequest] = []
    owners: list[Row] = []
    for row in batch:
        if row.problems or not row.drafts:
            brought.refused += 1
            brought.problems += row.problems or [_problem(row, "the row says nothing that can be recorded")]
            continue
        speakers = [speaker(draft) for draft in row.drafts]
        place = (row.source.sha256, speakers[0][0])
        if place not in known:
            known[place] = intake.book.rows_of(*place)
        if (row.source.row or 0, row.source.path) in known[place]:
            brought.no_effect += 1
            brought.already_recorded += 1
            continue
        for draft, (party, key) in zip(row.drafts, speakers, strict=True):
            requests.append(SigningRequest(party, key, draft.statement))
            owners.append(row)
    taken = intake.say(requests) if requests else []
    outcomes: dict[int, list[Receipt]] = {}
    by_row: dict[int, Row] = {}
    for row, outcome in zip(owners, taken, strict=True):
        outcomes.setdefault(id(row), []).append(outcome)
        by_row[id(row)] = row
    for name, found in outcomes.items():
        _count(brought, found, by_row[name].source.name, by_row[name].source.row)


def _count(brought: Brought, found: list[Receipt], source: str, line: int | None) -> None:
    """Count one row by the worst of its statements."""
    brought.statements += sum(item.outcome in {"accepted", "no_effect"} for item in found)
    for item in found:
        for note in item.notes:
            brought.notes[note] = brought.notes.get(note, 0) + 1
        if item.problem is not None:
            brought.problems.append(msgspec.structs.replace(item.problem, source=source, line=line))
    outcomes = {item.outcome for item in found}
    if "refused" in outcomes:
        brought.refused += 1
    elif outcomes == {"already"}:
        brought.no_effect += 1
        brought.already_recorded += 1
    elif "no_effect" in outcomes:
        brought.no_effect += 1
    else:
        brought.accepted += 1


def _bring_envelopes(intake: Intake, path: Path, step: Step | None) -> Brought:
    brought = Brought()
    lines: deque[list[Line]] = deque()
    done = 0

    def offered() -> Iterator[list[bytes]]:
        for batch in _batches(read_envelopes(path), BATCH_ROWS):
            damaged = [item.problem for item in batch if item.problem is not None]
            brought.refused += len(damaged)
            brought.problems += damaged
            lines.append([item for item in batch if item.problem is None])
            yield [item.raw for item in lines[-1]]

    for taken in intake.record_many(offered()):
        for item, outcome in zip(lines.popleft(), taken, strict=True):
            _count(brought, [outcome], path.name, item.line)
        done += len(taken)
        if step is not None:
            step(done)
    return brought


def _problem(row: Row, message: str) -> Problem:
    return legacy_problem(message=message, source=row.source.name, line=row.source.row, path=row.source.path)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
