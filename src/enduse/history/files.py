"""A history on disk: Parquet files by range of entries, and the list that says which they are and what they rest on.

::

    history.json                                        the list: record, meaning, ranges, SHA-256 of every file, checkpoint
    postings/000000000000-000000065536.parquet          rows of the entries from the first number on and before the second
    statements/000000000000-000000065536.parquet

A file appears under its name when it is whole and on the disk, the list after the files it names. What a killed run leaves
beside the list is taken away by the next; what the list names is never written again.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.errors import ConflictError, MalformedError, MissingExtraError, Problem, RecordError, UnknownError
from enduse.history.tables import DERIVED, HISTORY_TABLES, history_columns
from enduse.record.files import locked, make_folder, sync_folder, write
from enduse.system import LINES_BYTES, open_file, read_file

LIST: Final = "history.json"
_LOCK: Final = ".lock"
_FORMAT: Final = 1
_NAME: Final = re.compile(r"\d{12}-\d{12}\.parquet|\..*\.tmp")


class HistoryFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file.

    Attributes:
        file: its path below the folder.
        rows: in it.
        bytes: its length.
        sha256: of its bytes, hexadecimal.
    """

    file: str
    rows: int
    bytes: int
    sha256: str


class HistoryRange(msgspec.Struct, frozen=True, kw_only=True):
    """What a range of entries brought about.

    Attributes:
        first: log index of the first entry.
        after: log index after the last.
        root: Merkle root of the record's first ``after`` entries, hexadecimal.
        files: by table.
    """

    first: int
    after: int
    root: str
    files: dict[str, HistoryFile]


class HistoryList(msgspec.Struct, frozen=True, kw_only=True):
    """What a history holds.

    Attributes:
        format: of this list and the files.
        record: name of the record.
        meaning: of the book that the rows are of; another meaning gives other rows, in a folder of their own.
        clocks: entries that corrected a clock of the record: with one more, rows already written would be others.
        ranges: in order, without gaps, from the first entry on.
        checkpoint: the signed checkpoint of the record under which the last of them was written, as text.
    """

    format: int
    record: str
    meaning: int
    clocks: tuple[int, ...]
    ranges: tuple[HistoryRange, ...] = ()
    checkpoint: str = ""

    @property
    def size(self) -> int:
        """Entries whose rows are in it."""
        return self.ranges[-1].after if self.ranges else 0

    def paths(self, folder: Path, table: str) -> list[Path]:
        """Return the files of a table."""
        return [folder / each.files[table].file for each in self.ranges]


def read_list(folder: Path) -> HistoryList | None:
    """Return the list of a history; ``None`` where there is none.

    Raises:
        RecordError: it is damaged.
        MalformedError: it was written by another version of the software.
    """
    path = folder / LIST
    try:
        raw = read_file(path, LINES_BYTES)
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(raw, type=HistoryList)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError("history.damaged", source=str(path)) from error
    if found.format != _FORMAT:
        raise MalformedError("history.other_format", source=str(path))
    if [each.first for each in found.ranges] != [0, *(each.after for each in found.ranges[:-1])][: len(found.ranges)]:
        raise RecordError("history.damaged", source=str(path))
    for each in found.ranges:
        # Only names that we give: whoever can edit the list has no other file of this machine read by it.
        named = {table: file.file for table, file in each.files.items()}
        if not each.first < each.after or named != _names(each.first, each.after):
            raise RecordError("history.damaged", source=str(path))
    return found


def _names(first: int, after: int) -> dict[str, str]:
    """Return the path of each table's file of a range."""
    return {table: f"{table}/{first:012d}-{after:012d}.parquet" for table in HISTORY_TABLES}


def whole_list(folder: Path) -> HistoryList:
    """Return the list of a history of which every file is, to the byte, what was written.

    Raises:
        UnknownError: there is no history.
        RecordError: a file is missing or damaged.
        MalformedError: it was written by another version of the software.
    """
    found = read_list(folder)
    if found is None or not found.ranges:
        raise UnknownError("history.none", source=str(folder))
    for problem in file_problems(folder, found):
        raise RecordError(problem.code, source=problem.source)
    return found


def file_problems(folder: Path, found: HistoryList) -> Iterator[Problem]:
    """Give what is wrong with the files: one that is gone, or not to the byte what was written, or that the list does not name.

    What a run now under way has written and not listed yet is passed over.
    """
    for each in _files(found):
        path = folder / each.file
        try:
            with open_file(path) as file:
                sound = file_digest(file, "sha256").hexdigest() == each.sha256 and file.tell() == each.bytes
        except FileNotFoundError:
            yield Problem.of("history.file_gone", source=str(path))
            continue
        except OSError:  # a folder in its place, say
            sound = False
        if not sound:
            yield Problem.of("history.damaged", source=str(path))
    for path in _unlisted(folder, found):
        if not (_NAME.fullmatch(path.name) and int(path.name[:12]) >= found.size):
            yield Problem.of("history.foreign_file", source=str(path))


def _unlisted(folder: Path, found: HistoryList) -> Iterator[Path]:
    """Give the files that a reader of ``TABLE/*.parquet`` would read, and that the list does not name."""
    named = {each.file for each in _files(found)}
    for table in HISTORY_TABLES:
        for path in sorted((folder / table).glob("[!.]*.parquet")):
            if f"{table}/{path.name}" not in named:
                yield path


def _files(found: HistoryList) -> Iterator[HistoryFile]:
    return (file for each in found.ranges for file in each.files.values())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold a history for writing; nobody else writes meanwhile.

    Raises:
        ConflictError: somebody else does.
    """
    make_folder(folder)
    try:
        with locked(folder / _LOCK):
            yield
    except ConflictError as error:
        if error.problem.code == "record.publishing_elsewhere":
            raise ConflictError("history.written_elsewhere", source=str(folder)) from error
        raise


def tidy(folder: Path, found: HistoryList) -> None:
    """Take away what a killed run left: files of ours that the list does not name.

    Raises:
        RecordError: a file that it names is gone, or is not to the byte what was written, or one lies there that is not ours.
    """
    named = {file.file for file in _files(found)}
    for path in folder.glob(f".{LIST}.*.tmp"):
        path.unlink()
    for table in HISTORY_TABLES:
        make_folder(folder / table)
        for path in (folder / table).iterdir():
            if _NAME.fullmatch(path.name) and f"{table}/{path.name}" not in named:
                path.unlink()
    for problem in file_problems(folder, found):
        raise RecordError(problem.code, source=problem.source)


def new_list(record: str, meaning: int, clocks: tuple[int, ...]) -> HistoryList:
    """Return the list of a history that holds nothing yet."""
    return HistoryList(format=_FORMAT, record=record, meaning=meaning, clocks=clocks)


def write_list(folder: Path, found: HistoryList) -> None:
    """Put a list in the place of the one before."""
    write(folder / LIST, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def duckdb() -> Any:  # noqa: ANN401 - a module
    """Return the engine that writes Parquet.

    Raises:
        MissingExtraError: the extra ``analytics`` is not installed.
    """
    try:
        import duckdb as engine  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("analytics", "parquet") from error
    return engine


def write_rows(
    folder: Path, table: str, span: tuple[int, int], rows: Iterable[msgspec.Struct], **told: str
) -> HistoryFile:
    """Write rows as one Parquet file.

    Args:
        folder: of the history.
        table: which.
        span: first entry, and the one after the last.
        rows: without the columns of :data:`enduse.history.tables.DERIVED`.
        told: what the file says of itself in its metadata.
    """
    name = _names(*span)[table]
    path = folder / name
    lines, part = path.with_name(f".{path.name}.json.tmp"), path.with_name(f".{path.name}.tmp")
    encoded = list(rows)
    try:
        lines.write_bytes(msgspec.json.Encoder().encode_lines(encoded))
        _convert(table, lines, part, told)
        with open_file(part) as file:
            os.fsync(file.fileno())
            digest = file_digest(file, "sha256").hexdigest()
        size = part.stat().st_size
        part.replace(path)
    finally:
        lines.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return HistoryFile(file=name, rows=len(encoded), bytes=size, sha256=digest)


def _convert(table: str, lines: Path, to: Path, told: dict[str, str]) -> None:
    """Make Parquet of rows in JSON: each column has the type that the table gives it, none is guessed."""
    columns, derived = history_columns(table), DERIVED[table]
    read = {
        name: kind for name, kind in columns.items() if name not in derived or re.search(rf"\b{name}\b", derived[name])
    }
    given = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in read.items())
    shown = ", ".join(f'CAST({derived.get(name, name)} AS {kind}) AS "{name}"' for name, kind in columns.items())
    metadata = ", ".join(f"{key}: {_quoted(value)}" for key, value in told.items())
    engine = duckdb()
    try:
        with engine.connect() as opened:
            opened.execute(
                f"COPY (SELECT {shown} FROM read_json({_quoted(lines)}, format = 'newline_delimited', columns = {{{given}}})) "  # noqa: S608 - names of ours
                f"TO {_quoted(to)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}})"
            )
    except engine.Error as error:
        raise RecordError("history.not_written", source=str(to), reason=str(error).splitlines()[0]) from error


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
