"""The workbook of a programme taken in: what of it is new is signed by whose key is here, what is recorded is passed over.

A workbook comes again with rows added, moved and mended, so a row is known by what it says and not by where it stands. Rows of
facts that were changed replace what they said; what describes a party, a place, a project or a tranche is said anew beside it.
"""

import hashlib
from collections import Counter
from collections.abc import Container
from pathlib import Path
from typing import Final

import msgspec

from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import ConflictError, EnduseError, Problem
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.earlier_rows import EarlierRow
from enduse.exchange.envelopes import SUFFIXES as ENVELOPE_SUFFIXES
from enduse.exchange.further_issue import SaidBefore, plan_table
from enduse.exchange.import_result import CountedNote, ImportResult
from enduse.exchange.importing import Step, import_issues
from enduse.exchange.template.further_workbook import FurtherWorkbook, plan_workbook, sheet_of
from enduse.exchange.template.plan import Additions, Described, read_additions
from enduse.exchange.template.reading import is_template
from enduse.exchange.unsigned import Row, UnsignedStatement
from enduse.messages import Message
from enduse.statements.base import Statement
from enduse.statements.codec import encode
from enduse.statements.condition import ConditionBody
from enduse.statements.correction import Correction
from enduse.statements.money import Pledge
from enduse.statements.party import PartyBody
from enduse.statements.programme import PlaceBody
from enduse.statements.works import NeedBody, ProjectBody
from enduse.terms.ed25519 import PrivateKey

_NOBODY: Final = ""
_SHOWN: Final = 5


def add_workbook(
    intake: Intake,
    path: Path,
    *,
    party: str | None = None,
    step: Step | None = None,
    answers: Answers = NO_ANSWERS,
) -> ImportResult:
    """Take in what a workbook says and the record does not hold yet; a row of facts that has changed replaces what it said.

    Args:
        intake: the programme.
        path: the workbook.
        party: only what this party says; by default whatever is said by parties whose keys are here.
        step: told how many rows are done.
        answers: what whoever brings it says of rows that are gone or may have changed.

    Raises:
        FaultsError: anything in it is at fault; nothing is recorded.
        ConflictError: it must be asked what became of recorded rows; nothing is recorded.
    """
    recorded, pledges, known = _recorded(intake.book)
    additions = read_additions(path, described(intake.book, pledges))
    return say_rows(intake, _of(additions, party), additions.notes, recorded, step, answers, known)


def plan_files(book: Book, files: list[Path], *, party: str | None, profile: str | None, answers: Answers) -> None:
    """Plan what several files would add, one after the other, for what must be asked first; nothing is recorded.

    What cannot be read is passed over: it is told when it is added, and hinders no other.

    Args:
        book: of the programme.
        files: tables, workbooks of the programme, signed envelopes.
        party: who says what the tables say.
        profile: how to read the tables.
        answers: what whoever brings them says of them.

    Raises:
        ConflictError: something must be asked of one, and is not answered.
    """
    said_before: SaidBefore = {}
    for path in files:
        own = answers.beside(path, files)
        try:
            if path.suffix in ENVELOPE_SUFFIXES:
                continue
            if profile is None and is_template(path):
                _, pledges, _ = _recorded(book)
                _planned(book, _of(read_additions(path, described(book, pledges)), party), own)
            else:
                plan_table(book, path, party, profile, own, said_before)
        except ConflictError as error:
            values = error.problem.values
            named = {**values, "of": f"{path.name}="} if "of" in values else values
            error.problem = msgspec.structs.replace(error.at(str(path)), values=named)
            raise
        except EnduseError:
            continue


def say_rows(
    intake: Intake,
    rows: list[Row],
    notes: tuple[Message, ...],
    recorded: "Counter[bytes]",
    step: Step | None = None,
    answers: Answers = NO_ANSWERS,
    known: Container[str] = (),
) -> ImportResult:
    """Record rows, each signed by the party that says it; those of parties whose keys are elsewhere wait for them.

    Args:
        intake: the programme.
        rows: without faults.
        notes: what of the workbook was passed over.
        recorded: digests of what is recorded already.
        step: told how many rows are done.
        answers: what whoever brings the workbook says of it.
        known: identifiers of what is described in the record already.

    Raises:
        ConflictError: it must be asked what became of recorded rows; nothing is recorded.
    """
    held, others, further = _planned(intake.book, rows, answers)
    fresh, aside = _told_apart(held, others, notes, recorded)
    anew = sorted(known_as for row in fresh if (known_as := _describes(row.statements[0])) in known)
    if anew:
        note = CountedNote(Message.of("template.described_anew", n=len(anew), names=anew[:_SHOWN]), len(anew))
        aside = msgspec.structs.replace(aside, notes=(*aside.notes, note))

    def speaker(statement: UnsignedStatement) -> tuple[str, PrivateKey]:
        said_by = statement.party or _NOBODY
        return said_by, intake.key_of(said_by)

    def replaces(row: Row) -> EarlierRow | None:
        return further.replaced.get((row.source.path, row.source.row))

    to_say = {id(row) for row in (*fresh, *further.rows)}
    in_order = [row for row in rows if id(row) in to_say]
    done = import_issues(intake, in_order, further.plans, replaces, speaker, step, further.idle)
    return msgspec.structs.replace(ImportResult.total([done, aside]), issues=further.issues())


def _planned(
    book: Book, rows: list[Row], answers: Answers
) -> tuple[set[str], list[tuple[Row, Statement]], FurtherWorkbook]:
    """Return whose keys are here, the rows that are no facts or another's, and what is to be recorded of those that are."""
    held, origin = set(keys.held(book.folder)), book.log.origin
    said = [(row, row.statements[0].statement(origin, _speaker(row), 1)) for row in rows]
    facts = [(row, one) for row, one in said if one.party in held and sheet_of(one) is not None]
    further = plan_workbook(book, facts, {_digest(one) for _, one in facts}, _digest, answers)
    return held, [(row, one) for row, one in said if one.party not in held or sheet_of(one) is None], further


def _of(additions: Additions, party: str | None) -> list[Row]:
    return [row for row in additions.rows if party in {None, _speaker(row)}]


def _told_apart(
    held: set[str], rows: list[tuple[Row, Statement]], notes: tuple[Message, ...], recorded: "Counter[bytes]"
) -> tuple[list[Row], ImportResult]:
    """Return the rows to be recorded, and what becomes of the others: recorded before, or waiting for their party."""
    left = Counter(recorded)
    fresh: list[Row] = []
    waiting: list[Problem] = []
    before = 0
    for row, said in rows:
        digest = _digest(said)
        if left[digest]:
            left[digest] -= 1
            before += 1
        elif said.party in held:
            fresh.append(row)
        else:
            told = Problem.of("template.waits_for", source=row.source.name, line=row.line, party=said.party)
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
            "needs": {name: need.body.title for name, need in book.works.needs.items()},
            "projects": {name: project.now.body.title for name, project in projects.items()},
        },
        purposes={name: project.now.body.purpose for name, project in projects.items()},
        sites={name: project.place for name, project in projects.items()},
        pledges=pledges,
        numbers=(book.ledger.numbers, book.ledger.loose),
    )


def _describes(said: Statement | UnsignedStatement) -> str:
    """Return the identifier of what a statement describes: a party, place, need, project or tranche; of others nothing."""
    match said.body if isinstance(said, UnsignedStatement) else getattr(said, "body", None):
        case (
            PartyBody(party=name)
            | PlaceBody(place=name)
            | NeedBody(need=name)
            | ProjectBody(project=name)
            | ConditionBody(tranche=name)
        ):
            return name
    return _NOBODY


def _recorded(book: Book) -> "tuple[Counter[bytes], frozenset[str], frozenset[str]]":
    """Return what stands in the record: the digests of all of it, as often as it is said, its pledges, and what it describes."""
    said: dict[str, bytes] = {}
    pledges: set[str] = set()
    known: set[str] = set()
    for index in range(book.size):
        signed = book.statement(index)
        match signed.statement:
            case Correction(body=body):
                said.pop(body.corrects, None)
            case Pledge(body=body):
                pledges.add(body.pledge)
        said[signed.id] = _digest(signed.statement)
        known.add(_describes(signed.statement))
    return Counter(said.values()), frozenset(pledges), frozenset(known - {_NOBODY})


def _digest(statement: Statement) -> bytes:
    """Return what tells whether two statements say the same: all but their running number and where they were read."""
    return hashlib.sha256(encode(msgspec.structs.replace(statement, seq=1, source=None))).digest()


def _speaker(row: Row) -> str:
    return row.statements[0].party or _NOBODY
