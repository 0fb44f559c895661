"""A history held against the record: each file row by row, and each engine's answers digit by digit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from enduse.book.book import Book
from enduse.errors import Problem, UnknownError
from enduse.history.engines import Engine, engine_of
from enduse.history.files import LIST, HistoryList, duckdb, file_problems, read_list, write_rows
from enduse.history.questions import HISTORY_QUESTIONS, HistoryQuestion, canonical, digest_of, own_answers
from enduse.history.tables import HISTORY_TABLES, rows_between
from enduse.history.writing import check_goes_on, list_problems
from enduse.ledger.balances import Moment
from enduse.terms.times import instant_of


class HistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One question at one moment, as the book and the engines answer it.

    Attributes:
        question: its name.
        sql: as every engine was asked.
        size: so many statements were known.
        as_at: last claimed time that counts; ``None``: every one does.
        rows: of the book's own answer.
        sha256: of them in canonical form.
        engines: SHA-256 of each engine's, by engine.
    """

    question: str
    sql: str
    size: int
    as_at: datetime | None
    rows: int
    sha256: str
    engines: dict[str, str]

    @property
    def equal(self) -> bool:
        """Whether every engine answers as the book does."""
        return set(self.engines.values()) <= {self.sha256}


class HistoryChecked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of checking a history.

    Attributes:
        folder: where it is.
        size: statements whose rows are in it.
        root: Merkle root of the record's first ``size`` entries, hexadecimal.
        files: that were compared with the record, row by row.
        answers: of book and engines; none where a file is not what the record gives.
        problems: each file and engine that differs.
    """

    folder: Path
    size: int
    root: str
    files: int
    answers: tuple[HistoryAnswer, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.problems


def check_history(book: Book, folder: Path, engines: Sequence[str], moments: Sequence[Moment] = ()) -> HistoryChecked:
    """Hold a history against the book of its record.

    Args:
        book: of the programme.
        folder: of the history.
        engines: to ask, see :func:`enduse.history.engines.engine_of`.
        moments: to ask for besides all that the history holds; where there are none, what was known at half of its entries,
            and as at the middle of its postings.

    Raises:
        UnknownError: there is no history, or no engine is called so.
        RecordError, ConflictError: it does not go on with this record (see :func:`check_goes_on`); an engine fails.
        MissingExtraError: an extra is not installed.
    """
    duckdb()
    found = read_list(folder)
    if found is None or not found.ranges:
        raise UnknownError("history.none", source=str(folder))
    check_goes_on(book, folder, found, book.size)
    problems = [*list_problems(book, folder, found), *file_problems(folder, found)]
    if not problems:
        problems += _other_rows(book, folder, found)
    answers: list[HistoryAnswer] = []
    if not problems:
        wanted = [Moment(size=found.size), *(moments or _usual(folder, found))]
        limited = (msgspec.structs.replace(one, size=min(one.size or found.size, found.size)) for one in wanted)
        answers += _ask(book, folder, found, engines, list(dict.fromkeys(limited)), problems)
    return HistoryChecked(
        folder=folder,
        size=found.size,
        root=found.ranges[-1].root,
        files=sum(len(one.files) for one in found.ranges),
        answers=tuple(answers),
        problems=tuple(problems),
    )


def _other_rows(book: Book, folder: Path, found: HistoryList) -> Iterator[Problem]:
    """Give the files that hold other rows than the record gives, each told by its name."""
    with TemporaryDirectory() as scratch, duckdb().connect() as engine:
        for table in HISTORY_TABLES:
            (Path(scratch) / table).mkdir()
        for each in found.ranges:
            for table, file in each.files.items():
                span = (each.first, each.after)
                written = write_rows(Path(scratch), table, span, rows_between(book, table, *span))
                fresh = written.file
                kept, right = (f"'{_escaped(path)}'" for path in (folder / file.file, Path(scratch) / fresh))
                difference = f"((FROM {kept} EXCEPT ALL FROM {right}) UNION ALL (FROM {right} EXCEPT ALL FROM {kept}))"
                try:
                    ((n,),) = engine.execute(f"SELECT count(*) FROM {difference}").fetchall()  # noqa: S608 - paths of ours
                except duckdb().Error:
                    yield Problem.of("history.damaged", source=str(folder / file.file))
                    continue
                (Path(scratch) / fresh).unlink()
                if not n and written.rows != file.rows:
                    yield Problem.of("history.list_unsigned", source=str(folder / LIST))
                if n:
                    yield Problem.of("history.other_rows", source=str(folder / file.file), n=n)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _usual(folder: Path, found: HistoryList) -> Iterator[Moment]:
    """Give moments between which the rows part: what was known at half of the entries, and as at the middle posting."""
    yield Moment(size=max(1, found.size // 2))
    with engine_of("duckdb", folder, found) as engine:
        ((middle,),) = engine.rows("SELECT quantile_disc(effective, 0.5) FROM postings")
    if isinstance(middle, int):
        yield Moment(size=found.size, as_at=middle)


def _ask(
    book: Book,
    folder: Path,
    found: HistoryList,
    engines: Sequence[str],
    moments: Sequence[Moment],
    problems: list[Problem],
) -> Iterator[HistoryAnswer]:
    """Give every answer; which engine gives another than the book is added to the problems."""
    own = {
        key: canonical(rows) for key, rows in own_answers(book.kept_between("posting", 0, found.size), moments).items()
    }
    told = dict[tuple[str, Moment], dict[str, str]]()
    for name in dict.fromkeys(engines):
        with engine_of(name, folder, found) as engine:
            for moment in moments:
                for question in HISTORY_QUESTIONS:
                    right = own[question.name, moment]
                    given = canonical(engine.rows(question.sql(moment)))
                    told.setdefault((question.name, moment), {})[engine.name] = digest_of(given)
                    if given != right:
                        problems.append(_differs(engine, question, moment, right, given))
    for moment in moments:
        for question in HISTORY_QUESTIONS:
            rows = own[question.name, moment]
            yield HistoryAnswer(
                question=question.name,
                sql=question.sql(moment),
                size=moment.size or 0,
                as_at=None if moment.as_at is None else instant_of(moment.as_at),
                rows=len(rows),
                sha256=digest_of(rows),
                engines=told.get((question.name, moment), {}),
            )


def _differs(
    engine: Engine, question: HistoryQuestion, moment: Moment, right: list[bytes], given: list[bytes]
) -> Problem:
    other = sorted(set(right) ^ set(given))
    return Problem.of(
        "history.engine_differs",
        source=engine.name,
        path=question.name,
        n=len(other),
        row=other[0].decode() if other else "",
        size=moment.size,
    )
