"""Import a file: read by whichever door knows it, sign as the importer, record, account for each row.

Rows go in batches; a row's statements stay in one batch, so a row is in the record whole or not at all. What was
imported before, by the same party from the same file, is recognised by its source row and not said twice, so a run
that was killed is simply run again.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from enduse.book.intake import Intake, SigningRequest
from enduse.book.intake_elsewhere import IntakeElsewhere
from enduse.book.trials import trials
from enduse.errors import EnduseError, MalformedError
from enduse.exchange import long_before
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.called import called, likely_slips, only_new
from enduse.exchange.earlier_rows import EarlierRow
from enduse.exchange.envelopes import PICTURES, EnvelopeLine, read_envelopes
from enduse.exchange.envelopes import SUFFIXES as ENVELOPE_SUFFIXES
from enduse.exchange.further_issue import AllBut, plan_table
from enduse.exchange.import_result import CountedNote, ImportResult, RowTally
from enduse.exchange.matching import IssuePlan
from enduse.exchange.one_source import OneSource, is_of_standard
from enduse.exchange.reading_ahead import (
    Ended,
    Order,
    SignedRow,
    batches,
    is_worth,
    replacing,
    signed_ahead,
)
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import Profile
from enduse.exchange.unsigned import Row, UnsignedStatement
from enduse.messages import Message
from enduse.statements.base import Statement
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.envelope import key_id
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.forms import nearest
from enduse.terms.times import micros

BATCH_ROWS: Final = 512
MANY_ROWS: Final = 2_000
"""So many rows must be new for a second process to sign them."""

Step = Callable[[int], None]
"""Told how many rows are done."""

Speaker = Callable[[UnsignedStatement], tuple[str, PrivateKey]]
"""Gives the party, and its key, that says a statement."""


Reason = Literal["incorrect_data", "no_longer_stated"]


def import_file(
    intake: Intake,
    path: Path,
    *,
    party: str | None = None,
    profile: str | Path | None = None,
    step: Step | None = None,
    answers: Answers = NO_ANSWERS,
) -> ImportResult:
    """Import one file.

    Args:
        intake: the programme.
        path: signed envelopes (one a line), or a table that a profile knows.
        party: who says what a table says; else whom its profile names. Envelopes are signed already.
        profile: a mapping file of the user's own.
        step: told how many rows are done.
        answers: what whoever brings a table says of it, where earlier issues are recorded.

    Raises:
        ConflictError: it must be asked how a table goes with an earlier issue; nothing of it is recorded.
        EnduseError: the file as a whole cannot be read; nothing of it is recorded beyond what the report says.
    """
    if path.suffix in ENVELOPE_SUFFIXES:
        return _import_envelopes(intake, path, step)
    if path.suffix.lower() in PICTURES and path.is_file():
        raise MalformedError("file.picture", source=str(path))
    if party is not None:
        intake.key_of(party)  # before the table is read: without it nothing can be signed
    elif profile is None:
        regular = path.is_file() or not path.exists()
        raise MalformedError("table.nobody_says_it" if regular else "file.not_regular", source=str(path))
    plan, issue = plan_table(intake.book, path, party, profile, answers)
    party, key, how = plan.party, intake.key_of(plan.party), plan.read_as or profile
    tally = RowTally()
    kept = _take_back(intake, (plan,), tally)
    may_be = only_new(intake.book, answers.new)
    if plan.silent:
        with read_table(path, how, called=called(intake.book), may_be=may_be) as table:
            table.name, table.known = plan.table, AllBut(plan.silent)
            _let_hold(intake, [(row.source.row or 0, row) for row in table if row.statements], plan)
    tally.issues += [] if issue is None else [replace(issue, unchanged=plan.unchanged, idle=len(plan.idle))]
    tally.recorded_before(plan.unchanged + plan.passed_over)
    names = called(intake.book)
    with read_table(path, how, called=names, may_be=may_be) as table:
        table.name, table.known = plan.table, plan.known
        done, ended = 0, None
        alone = not is_of_standard(table.profile.profile) or not intake.book.ledger.voices
        if may_be is None and alone and (order := _order(intake, path, how, names, plan, kept)) is not None:
            done, ended = _import_ahead(intake, order, (table.sheet.name, table.sheet.sheet), step, tally)
        if ended is None:
            replaced = replacing(table, lambda row: plan.changed.get(row.source.row or 0), kept)
            left = islice(replaced, done, None)
            _import_rows(intake, left, lambda _statement: (party, key), step, tally, done=done)
            ended = Ended(table.summary(), dict(table.named))
        tally.noted(likely_slips(intake.book, ended.named))
    summary = ended.summary
    lost = tuple(CountedNote(note, count) for note, count in summary.lost.items())
    result = tally.result()
    return replace(result, notes=result.notes + lost, figures=summary.figures)


def _let_hold(intake: Intake, idle: Sequence[tuple[int, Row]], plan: IssuePlan) -> list[Row]:
    """Let rows be said again that had no effect when they were recorded, and would have it now: what stood in their way is gone."""
    key = intake.key_of(plan.party)
    requests = [SigningRequest(plan.party, key, said.statement) for _, row in idle for said in row.statements]
    hold = iter(_would_hold(intake, requests))
    again = {number: row for number, row in idle if all(list(islice(hold, len(row.statements))))}
    plan.known -= again.keys()
    plan.idle -= again.keys()
    plan.unchanged -= len(again)
    return list(again.values())


def _would_hold(intake: Intake, requests: Sequence[SigningRequest]) -> list[bool]:
    """Say which of these statements would have effect, said now one after the other; nothing is recorded."""
    try:
        signed = not isinstance(intake, IntakeElsewhere)
        found = trials(intake.book, intake.signed(requests), micros(_now(intake)), signed=signed)
    except EnduseError:
        found = []
    return [refusal is None for refusal in found] if len(found) == len(requests) else [False] * len(requests)


def _now(intake: Intake) -> datetime:
    """Return when what is said is said: a trial has a time of its own, so that it gives the same bytes again."""
    return intake.now if isinstance(intake, IntakeElsewhere) else datetime.now(UTC)


def import_rows(intake: Intake, rows: Iterable[Row], speaker: Speaker, step: Step | None = None) -> ImportResult:
    """Import rows.

    Args:
        intake: the programme.
        rows: from a door.
        speaker: party and key that say a statement.
        step: told how many rows are done.
    """
    tally = RowTally()
    known: dict[tuple[str, str], set[tuple[int, str]]] = {}

    def fresh(row: Row) -> bool:
        place = (row.source.sha256, speaker(row.statements[0])[0]) if row.statements else None
        if place is None:
            return True
        if place not in known:
            known[place] = intake.book.rows_of(*place)
        return (row.source.row or 0, row.source.path) not in known[place]

    _import_rows(intake, rows, speaker, step, tally, fresh)
    return tally.result()


def import_issues(
    intake: Intake,
    rows: Iterable[Row],
    plans: Sequence[IssuePlan],
    earlier_of: Callable[[Row], EarlierRow | None],
    speaker: Speaker,
    step: Step | None = None,
    idle: Iterable[tuple[IssuePlan, Sequence[tuple[int, Row]]]] = (),
) -> ImportResult:
    """Import rows of sheets of which earlier issues are recorded: first all is taken back that they state otherwise.

    Args:
        intake: the programme.
        rows: those that are to be said.
        plans: what was decided of each sheet and party.
        earlier_of: gives the recorded row that a row replaces, if any.
        speaker: party and key that say a statement.
        step: told how many rows are done.
        idle: by plan, with their numbers, rows that are recorded and had no effect; what would have it now is said again, last.
    """
    tally = RowTally()
    kept = _take_back(intake, plans, tally)
    _import_rows(intake, replacing(rows, earlier_of, kept), speaker, step, tally)
    for plan, silent in idle:
        _import_rows(intake, _let_hold(intake, silent, plan), speaker, step, tally)
    tally.recorded_before(sum(plan.unchanged + plan.passed_over for plan in plans))
    return tally.result()


def _import_rows(
    intake: Intake,
    rows: Iterable[Row],
    speaker: Speaker,
    step: Step | None,
    tally: RowTally,
    fresh: Callable[[Row], bool] = lambda _row: True,
    done: int = 0,
) -> None:
    once, began = OneSource(intake.book, lambda said: speaker(said)[0]), partial(long_before.began, intake.book)
    for batch in batches((long_before.apart(once.apart(row), began) for row in rows), BATCH_ROWS):
        _import_batch(intake, batch, speaker, fresh, tally)
        done += len(batch)
        if step is not None:
            step(done)


def _import_batch(
    intake: Intake, batch: list[Row], speaker: Speaker, fresh: Callable[[Row], bool], tally: RowTally
) -> None:
    requests: list[SigningRequest] = []
    said: list[Row] = []
    for row in batch:
        if not row.statements:
            tally.refused(row.problems)
            continue
        if not fresh(row):
            tally.recorded_before()
            continue
        for statement in row.statements:
            party, key = speaker(statement)
            requests.append(SigningRequest(party, key, statement.statement))
        said.append(row)
    taken = iter(intake.say(requests) if requests else ())
    for row in said:
        tally.noted(row.notes)
        tally.row(
            list(islice(taken, len(row.statements))),
            row.source.name,
            row.source.row if row.line is None else row.line,
            row.sheet,
        )


def _order(
    intake: Intake,
    path: Path,
    profile: Profile | str | Path | None,
    names: Mapping[str, str],
    plan: IssuePlan,
    kept: set[int],
) -> Order | None:
    """Return what a second process needs to read and sign a table; nothing where the key or the table is none for it."""
    key = intake.key_of(plan.party)
    if plan.earlier and plan.added + len(plan.changed) < MANY_ROWS:
        return None  # nearly all of it is recorded: there is little to sign
    if type(key) is not SigningKey or intake.keyring.public_key(key_id(key.public)) != key.public or not is_worth(path):
        return None
    first = intake.next_number(key)
    return Order(
        path=path,
        profile=profile,
        called=names,
        table=plan.table,
        known=plan.known,
        changed=plan.changed,
        kept=kept,
        began=long_before.began(intake.book),
        programme=intake.keyring.origin,
        party=plan.party,
        seed=key.seed,
        first=first,
        clocked=first > intake.keyring.next_seq(key.public),
        batch=BATCH_ROWS,
    )


def _import_ahead(
    intake: Intake, order: Order, file: tuple[str, str], step: Step | None, tally: RowTally
) -> tuple[int, Ended | None]:
    """Import what a second process reads and signs, as long as it goes on; return how many rows that were, and the end."""
    done, key = 0, intake.key_of(order.party)
    with closing(signed_ahead(order)) as coming:
        for got in coming:
            if isinstance(got, Ended):
                return done, got
            if got.first != intake.next_number(key):
                break  # something was refused: the numbers would leave a gap
            _import_signed(intake, got.rows, file, tally)
            done += len(got.rows)
            if step is not None:
                step(done)
    return done, None


def _import_signed(intake: Intake, rows: list[SignedRow], file: tuple[str, str], tally: RowTally) -> None:
    said = [each for row in rows for each in row.said]
    taken = iter(intake.take_signed(said) if said else ())
    for row in rows:
        if row.said:
            tally.noted(row.notes)
            tally.row(list(islice(taken, len(row.said))), file[0], row.line, file[1])
        else:
            tally.refused(row.problems)


def _take_back(intake: Intake, plans: Iterable[IssuePlan], tally: RowTally) -> set[int]:
    """Take back what the tables state otherwise or no longer, the latest first; return entries that could not be.

    All of it before anything new is said: what a row says now may clash with what another said before. A run that is
    killed in between is simply run again.
    """
    backs: list[tuple[int, Reason, str]] = []
    for plan in plans:
        backs += [(entry, "no_longer_stated", plan.party) for row in plan.gone for entry in row.entries]
        backs += [(entry, "incorrect_data", plan.party) for row in plan.changed.values() for entry in row.entries]
    backs.sort(reverse=True)
    kept: set[int] = set()
    at = _now(intake)
    for batch in batches(backs, BATCH_ROWS):
        requests = [
            SigningRequest(party, intake.key_of(party), _correction(intake.book.statement(entry).id, reason, at))
            for entry, reason, party in batch
        ]
        for (entry, _, _), taken in zip(batch, intake.say(requests), strict=True):
            tally.noted(taken.notes)
            tally.counts["statements"] += taken.outcome in {"accepted", "no_effect"}
            if taken.problem is not None:
                kept.add(entry)
                tally.problems.append(replace(taken.problem, line=entry))
    return kept


def _correction(corrects: str, reason: Reason, at: datetime) -> Callable[[str, str, int], Statement]:
    body = CorrectionBody(corrects=corrects, reason=reason)

    def make(programme: str, party: str, seq: int) -> Statement:
        return Correction(programme=programme, party=party, seq=seq, occurred_at=at, refs=(corrects,), body=body)

    return make


def _import_envelopes(intake: Intake, path: Path, step: Step | None) -> ImportResult:
    tally = RowTally()
    lines: deque[list[EnvelopeLine]] = deque()
    places: Counter[str] = Counter()
    done = 0

    def offered() -> Iterator[list[bytes]]:
        for batch in batches(read_envelopes(path), BATCH_ROWS):
            damaged = [item.problem for item in batch if item.problem is not None]
            tally.refused(damaged, len(damaged))
            lines.append([item for item in batch if item.problem is None])
            yield [item.raw for item in lines[-1]]

    for results in intake.record_many(offered()):
        for item, each in zip(lines.popleft(), results, strict=True):
            tally.row([each], path.name, item.line)
            if each.outcome == "accepted":
                places[_place_of(item.raw)] += 1
        done += len(results)
        if step is not None:
            step(done)
    tally.noted(_not_described(intake, places))
    return tally.result()


class _Enveloped(msgspec.Struct):
    payload: bytes


class _Placed(msgspec.Struct):
    place: str | None = None


def _place_of(raw: bytes) -> str:
    """Return where an envelope that was taken says that something happened; empty where it does not say."""
    return _PLACED.decode(_ENVELOPED.decode(raw).payload).place or ""


_ENVELOPED: Final = msgspec.json.Decoder(_Enveloped)
_PLACED: Final = msgspec.json.Decoder(_Placed)


def _not_described(intake: Intake, places: Mapping[str, int]) -> Iterator[Message]:
    """Give the places at which something is said to have happened and that nobody described, where any is described."""
    known = intake.book.programme.places
    for name in places if known else ():
        if name and name not in known:
            meant = nearest(name, known)
            code = "say.not_described" if meant is None else "say.perhaps_misspelt"
            yield Message.of(code, name=name, **({} if meant is None else {"nearest": meant}))
