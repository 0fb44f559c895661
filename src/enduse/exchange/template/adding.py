"""The workbook of a programme taken in: what of it is new is signed by whose key is here, what is recorded is passed over.

A workbook comes again with rows added, moved and mended, so a row is known by what it says and not by where it stands.
"""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import Problem
from enduse.exchange.importing import CountedNote, ImportResult, Step, import_rows
from enduse.exchange.template.plan import Additions, Described, read_additions
from enduse.exchange.unsigned import Row, UnsignedStatement
from enduse.messages import Message
from enduse.statements.base import Statement
from enduse.statements.codec import encode
from enduse.statements.correction import Correction
from enduse.statements.money import Pledge
from enduse.terms.ed25519 import PrivateKey

_NOBODY: Final = ""


def add_workbook(intake: Intake, path: Path, *, party: str | None = None, step: Step | None = None) -> ImportResult:
    """Take in what a workbook says and the record does not hold yet.

    Args:
        intake: the programme.
        path: the workbook.
        party: only what this party says; by default whatever is said by parties whose keys are here.
        step: told how many rows are done.

    Raises:
        FaultsError: anything in it is at fault; nothing is recorded.
    """
    recorded, pledges = _recorded(intake.book)
    additions = read_additions(path, described(intake.book, pledges))
    return say_rows(intake, _of(additions, party), additions.notes, recorded, step)


def say_rows(
    intake: Intake, rows: list[Row], notes: tuple[Message, ...], recorded: "Counter[bytes]", step: Step | None = None
) -> ImportResult:
    """Record rows, each signed by the party that says it; those of parties whose keys are elsewhere wait for them.

    Args:
        intake: the programme.
        rows: without faults.
        notes: what of the workbook was passed over.
        recorded: digests of what is recorded already.
        step: told how many rows are done.
    """
    fresh, aside = _told_apart(intake.book, rows, notes, recorded)

    def speaker(statement: UnsignedStatement) -> tuple[str, PrivateKey]:
        said_by = statement.party or _NOBODY
        return said_by, intake.key_of(said_by)

    return ImportResult.total([import_rows(intake, fresh, speaker, step), aside])


def _of(additions: Additions, party: str | None) -> list[Row]:
    return [row for row in additions.rows if party in {None, _speaker(row)}]


def _told_apart(
    book: Book, rows: list[Row], notes: tuple[Message, ...], recorded: "Counter[bytes]"
) -> tuple[list[Row], ImportResult]:
    """Return the rows to be recorded, and what becomes of the others: recorded before, or waiting for their party."""
    held, origin, left = set(keys.held(book.folder)), book.log.origin, Counter(recorded)
    fresh: list[Row] = []
    waiting: list[Problem] = []
    before = 0
    for row in rows:
        digest = _digest(row.statements[0].statement(origin, _speaker(row), 1))
        if left[digest]:
            left[digest] -= 1
            before += 1
        elif _speaker(row) in held:
            fresh.append(row)
        else:
            told = Problem.of("template.waits_for", source=row.source.name, line=row.line, party=_speaker(row))
            waiting.append(msgspec.structs.replace(told, sheet=row.sheet))
    aside = ImportResult(
        no_effect=before,
        already_recorded=before,
        refused=len(waiting),
        problems=tuple(waiting),
        notes=tuple(CountedNote(note, 1) for note in notes),
    )
    return fresh, aside


def described(book: Book, pledges: frozenset[str] = frozenset()) -> Described:
    """Return what a programme knows already.

    Args:
        book: of the programme.
        pledges: identifiers of the pledges in its record.
    """
    programme, projects = book.programme, book.works.projects
    return Described(
        origin=book.log.origin,
        keeper=programme.keeper,
        founded=book.statement(0).statement.occurred_at,
        names={
            "parties": {name: body.name for name, body in programme.parties.items()},
            "places": {name: body.name for name, body in programme.places.items()},
            "materials": dict(programme.materials),
            "functions": dict(programme.functions),
            "projects": {name: project.now.body.title for name, project in projects.items()},
        },
        purposes={name: project.now.body.purpose for name, project in projects.items()},
        sites={name: project.place for name, project in projects.items()},
        pledges=pledges,
    )


def _recorded(book: Book) -> "tuple[Counter[bytes], frozenset[str]]":
    """Return the digests of all that stands in the record, as often as it is said, and the identifiers of its pledges."""
    said: dict[str, bytes] = {}
    pledges: set[str] = set()
    for index in range(book.size):
        signed = book.statement(index)
        match signed.statement:
            case Correction(body=body):
                said.pop(body.corrects, None)
            case Pledge(body=body):
                pledges.add(body.pledge)
        said[signed.id] = _digest(signed.statement)
    return Counter(said.values()), frozenset(pledges)


def _digest(statement: Statement) -> bytes:
    """Return what tells whether two statements say the same: all but their running number and where they were read."""
    return hashlib.sha256(encode(msgspec.structs.replace(statement, seq=1, source=None))).digest()


def _speaker(row: Row) -> str:
    return row.statements[0].party or _NOBODY
