"""Start a programme from a programme file or a workbook: its keeper's key, its founding, what it says, the tables it names.

Nobody signs for another, so the file says what the keeper says and no more; for practice all keys are made in one folder.
Of a workbook, in which all parties write, what others say waits for them.

The folder appears under its name only when all of it is recorded; an attempt that fails leaves nothing half done.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.errors import ConflictError, FaultsError, MalformedError, RecordError, UnknownError
from enduse.exchange.import_result import ImportResult
from enduse.exchange.importing import Step, import_file, import_rows
from enduse.exchange.programmes import ProgrammeFile, read_programme
from enduse.exchange.template.adding import say_rows
from enduse.exchange.template.plan import read_plan
from enduse.exchange.template.reading import is_template
from enduse.exchange.unsigned import UnsignedStatement
from enduse.record import files
from enduse.record.note import Verifier
from enduse.record.postgres import started
from enduse.record.postgres_session import Address
from enduse.record.shared import SharedLog
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.programme import Founding
from enduse.terms.ed25519 import SigningKey

Announce = Callable[[str], Step]
"""Told the name of each file as it is begun; gives the function that is told how far it is."""


class StartedProgramme(msgspec.Struct, frozen=True):
    """A programme that was started.

    Attributes:
        origin: name of its record.
        size: entries in the record.
        parties: whose keys were made and lie in the folder.
        said: what became of the programme file's own entries.
        imports: what became of each table, by file name.
    """

    origin: str
    size: int
    parties: tuple[str, ...]
    said: ImportResult
    imports: dict[str, ImportResult]


class JoinedProgramme(msgspec.Struct, frozen=True):
    """A programme that a folder has come to share.

    Attributes:
        origin: name of its record.
        size: entries in the record.
    """

    origin: str
    size: int


def start_programme(
    folder: Path,
    file: Path,
    announce: Announce | None = None,
    *,
    play_all_parties: bool = False,
    address: Address | None = None,
) -> StartedProgramme:
    """Start the programme of ``file`` in ``folder``.

    Args:
        folder: to make.
        file: the programme file, or the workbook of a programme.
        announce: told what is being recorded.
        play_all_parties: for practice, make the keys of all parties, and say what the file says for each of them.
        address: of the database that keeps record and book; the folder keeps them where it is not given.

    Raises:
        ConflictError: something is in the folder already.
        FaultsError: entries of it are at fault; names every one.
        MalformedError: the file as a whole is at fault, or a programme file speaks for others.
        UnknownError: the file or a table it names does not exist.
    """
    check_free(folder)
    plan = _read(file)
    if plan.problems:
        raise FaultsError("programme_file.faults", plan.problems, n=len(plan.problems), source=file.name)
    for table in plan.imports:
        if not table.file.is_file():
            raise UnknownError("programme_file.table_missing", source=str(table.file), file=file.name)
    others = [party for party in plan.speakers if party != plan.keeper and not play_all_parties]
    if others and not plan.waits:
        n = sum(plan.said_by(party) for party in others)
        raise MalformedError("programme_file.speaks_for_others", source=file.name, n=n, parties=others)
    return start_planned(folder, plan, plan.all_parties if play_all_parties else (plan.keeper,), announce, address)


def check_free(folder: Path) -> None:
    """Refuse a folder in which something is already.

    Raises:
        ConflictError: it is not free.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError("programme_file.folder_taken", source=str(folder))


def start_planned(
    folder: Path,
    plan: ProgrammeFile,
    parties: tuple[str, ...],
    announce: Announce | None = None,
    address: Address | None = None,
) -> StartedProgramme:
    """Start a programme that was read and checked; the folder appears when all of it is recorded, or not at all.

    Args:
        folder: to make; free.
        plan: what is said.
        parties: whose keys are made, the keeper among them.
        announce: told what is being recorded.
        address: of the database that keeps record and book.

    Raises:
        ConflictError: a programme is in that database already.
        RecordError: the server cannot be reached, or does not let us.
    """
    made = False
    try:
        with ExitStack() as until_done:
            place = None if address is None else until_done.enter_context(started(address))
            with files.appearing(folder) as building:
                done = _build(building, plan, parties, announce or (lambda _name: lambda _done: None), place)
            made = True
    except RecordError as error:
        # Where nobody knows whether the database has it, its keys are kept.
        if made and error.problem.code != "store.outcome_unknown":
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return done


def join_programme(folder: Path, address: Address, log: Verifier) -> JoinedProgramme:
    """Make a folder that shares a programme which stands in a database; it holds no key.

    Args:
        folder: to make; free.
        address: of the database.
        log: public key of the programme's record, had from elsewhere than the database.

    Raises:
        ConflictError: something is in the folder already.
        UnknownError: there is no such programme.
        SignatureError: what is published there is not signed with that key.
        RecordError: nothing is published there, or it is not what is recorded there.
    """
    check_free(folder)
    with files.appearing(folder) as building:
        SharedLog.join(building, address, log)
        with Book.open(building) as book:
            return JoinedProgramme(book.log.origin, book.size)


def _build(
    folder: Path, plan: ProgrammeFile, parties: tuple[str, ...], announce: Announce, address: Address | None
) -> StartedProgramme:
    held = {party: SigningKey.generate() for party in parties}
    keeper = held[plan.keeper]
    founding = Founding(
        programme=plan.origin,
        party=plan.keeper,
        seq=1,
        occurred_at=plan.at,
        body=plan.founded(keeper.public.hex()),
    )
    with create_programme(folder, founding, keeper, address=address) as intake:
        _enrol(intake, plan, held)

        def speaker(statement: UnsignedStatement) -> tuple[str, SigningKey]:
            party = statement.party or plan.keeper
            return party, held[party]

        step = announce("programme")
        if plan.waits:
            said = say_rows(intake, list(plan.rows), plan.notes, Counter(), step)
        else:
            said = import_rows(intake, plan.rows, speaker, step)
        imports: dict[str, ImportResult] = {}
        for table in plan.imports:
            name = str(table.file) if table.file.name in imports else table.file.name
            imports[name] = import_file(
                intake,
                table.file,
                party=table.party,
                profile=table.profile,
                step=announce(name),
                answers=table.answers,
            )
        return StartedProgramme(plan.origin, intake.book.size, parties, said, imports)


def _read(file: Path) -> ProgrammeFile:
    """Read the programme that is started: a workbook, else YAML."""
    return read_plan(file) if is_template(file) else read_programme(file)


def _enrol(intake: Intake, plan: ProgrammeFile, held: dict[str, SigningKey]) -> None:
    """Enrol the key of every party that has one here; each signs that it holds its key."""
    requests = []
    for party, key in held.items():
        if party == plan.keeper:
            continue
        keys.save(intake.book.folder, party, key)
        public = key.public.hex()
        proof = key.sign(possession_message(plan.origin, held[plan.keeper].public.hex(), party, public)).hex()
        body = KeyBody(action="enrol", party=party, public_key=public, possession=proof)

        def make(programme: str, speaker: str, seq: int, body: KeyBody = body) -> Key:
            return Key(programme=programme, party=speaker, seq=seq, occurred_at=plan.at, body=body)

        requests.append(SigningRequest(plan.keeper, held[plan.keeper], make))
    if requests:
        intake.say(requests)
