"""A table read into statements: one pass, constant memory, every row accounted for."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from enduse.closing import Closing
from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.tables.cells import NumberCell
from enduse.exchange.tables.figures import Figures, SourceFigure, TableSummary
from enduse.exchange.tables.identity import Identity
from enduse.exchange.tables.leaf import MISSING, names_by_content
from enduse.exchange.tables.limits import DEFAULT, Limits
from enduse.exchange.tables.mapping import Made, Mapper, MayBe, Test
from enduse.exchange.tables.passed_over import PassedOver
from enduse.exchange.tables.profile import Profile, fitting, load_profile, shipped
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.vocabulary import HOLDS_FOR
from enduse.exchange.unsigned import Row, UnsignedStatement, unsigned_statement
from enduse.messages import Message
from enduse.statements.base import Source
from enduse.statements.codec import encode
from enduse.terms.forms import unknown_field

_HEAD: Final = ("occurred_at", "place", "refs", "body")
_PARTS: Final = ("kind", *HOLDS_FOR, *_HEAD)
_LARGE: Final = 8_000
_NO_CUSTODY: Final = Message.of("row.no_custody")


class _Made(NamedTuple):
    """One statement of a profile, compiled: its kind, its parts, and on which rows it is made."""

    kind: str
    parts: list[tuple[str, Made]]
    is_meant: Test
    is_filled: Test
    leaves: list[Made]


class Table(Closing):
    """One open table: its :meth:`rows` once, then its :meth:`figures` or the whole :meth:`summary`.

    Attributes:
        profile: how the table is read.
        sheet: the open file, with its ``name``, ``sha256`` and ``columns``.
        name: of the table, as its rows bear it; empty while it is not known.
        known: numbers of rows that need not be read: they are counted, and make no statements.
    """

    def __init__(
        self,
        sheet: Sheet,
        profile: Profile,
        called: Mapping[str, str] | None = None,
        may_be: MayBe | None = None,
    ) -> None:
        self.profile = profile
        self.sheet = sheet
        self.name = ""
        self.known: Container[int] = ()
        self._watcher: Callable[[int, Sequence[str]], None] | None = None
        self._mapper = mapper = Mapper(sheet.columns, profile.all_lists(), profile.read.blank, called, may_be)
        try:
            self._collector = Figures(profile, sheet.columns)
            self._passed_over = PassedOver(profile, sheet.columns)
            self._identity = Identity(profile.identity, sheet.columns)
            self._statements = profile.statements()
            self._numbered = names_by_content(self._statements)
            self._made = [
                _compiled(mapper, made, path, profile.read.numbers)
                for made, path in zip(self._statements, _places(profile), strict=True)
            ]
        except MalformedError as error:
            error.problem = msgspec.structs.replace(error.problem, source=profile.profile)
            raise

    def rows(self) -> Iterator[Row]:
        """Yield each row that is not empty, as statements or with its problems; the file is closed behind the last."""
        sheet, figures = self.sheet, self._collector
        with sheet:
            yield from self._rows(sheet, figures)

    @property
    def named(self) -> Mapping[str, tuple[str, str]]:
        """Identifiers that were made of names, the first of them, each with its column and the name."""
        return self._mapper.named

    def watch(self, watcher: Callable[[int, Sequence[str]], None]) -> None:
        """Show each row that is read, with its number and cells, to somebody who only looks."""
        self._watcher = watcher

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def _rows(self, sheet: Sheet, figures: Figures) -> Iterator[Row]:
        for number, cells in sheet.rows():
            if isinstance(cells, Problem):
                figures.count(0)
                source = Source(name=sheet.name, sha256=sheet.sha256, row=number)
                yield Row(source=source, sheet=sheet.sheet, line=cells.line, problems=(cells,))
                continue
            line = sheet.row_of(number)
            if self._passed_over.takes(line, cells, bold=line in sheet.bold):
                continue
            carries = figures.look(line, cells)
            if self._watcher is not None:
                self._watcher(line, cells)
            key, problem = self._identity.of(cells, line)
            source = Source(
                name=sheet.name,
                sha256=sheet.sha256,
                row=number,
                table=self.name,
                profile=self.profile.profile,
                sheet=sheet.sheet,
                identity=key,
            )
            if number in self.known:
                if self._numbered:  # one of several alike that are named by their content still takes its number
                    self._unsigned(cells, source, line)
                    self._mapper.notes.clear()
                figures.count(len(self._made))
                continue
            if problem is None:
                statements, problems = self._unsigned(cells, source, line)
            else:
                statements, problems = (), (self._placed(problem, problem.path, number),)
            if not statements and not problems:
                self._passed_over.add(Message.of("table.row_without_figures"))
                continue
            figures.count(len(statements))
            notes: tuple[Message, ...] = ()
            if self._mapper.notes:
                notes = tuple(dict.fromkeys(self._mapper.notes))  # two statements may read the same cell
                self._mapper.notes.clear()
            yield Row(
                source=source,
                sheet=sheet.sheet,
                line=line,
                statements=statements,
                problems=problems,
                notes=() if problems else notes if carries else (*notes, _NO_CUSTODY),
            )

    def _unsigned(
        self, cells: list[str], source: Source, line: int
    ) -> tuple[tuple[UnsignedStatement, ...], tuple[Problem, ...]]:
        statements: list[UnsignedStatement] = []
        problems: list[Problem] = []
        empty = False
        for at, (kind, parts, is_meant, is_filled, leaves) in enumerate(self._made):
            if not is_meant(cells):
                continue
            if not is_filled(cells):
                empty = True
                continue
            try:
                made = unsigned_statement(
                    kind,
                    _fields(parts, cells),
                    source=source,
                    is_number=partial(self._is_number, at, cells),
                    note=self._mapper.notes.append,
                )
                if sum(map(len, cells)) > _LARGE:
                    encode(made.statement(source.name, source.name, 1))
                statements.append(made)
            except EnduseError as error:
                found = _faults(leaves, cells) or [_in_column(self._statements[at], error.problem)]
                told = {(each.path, each.code) for each in problems}
                problems += [
                    self._placed(each, each.path, source.row or 0)
                    for each in {(each.path, each.code): each for each in found}.values()
                    if (each.path, each.code) not in told
                ]
        if problems:
            # Half a row would be a statement that its source does not make.
            return (), tuple(problems)
        if not statements and empty:
            return (), ()  # nothing is filled in that the profile reads: passed over, and counted
        if not statements:
            return (), (Problem.of("row.says_nothing", source=source.name, line=line),)
        return tuple(statements), ()

    def _is_number(self, made: int, cells: list[str], path: str) -> bool:
        """Say whether what lies at ``path`` of a statement was read from a cell that holds a number."""
        column = _column_at(self._statements[made], path)
        return column in self.sheet.columns and isinstance(cells[self.sheet.columns.index(column)], NumberCell)

    def _placed(self, problem: Problem, path: str, number: int) -> Problem:
        return msgspec.structs.replace(
            problem,
            source=self.sheet.name,
            sheet=self.sheet.sheet,
            line=self.sheet.row_of(number),
            cell=self.sheet.cell(path, number),
            path=path,
        )

    def figures(self) -> list[SourceFigure]:
        """Return what is odd about the rows read so far."""
        return list(self.summary().figures)

    def summary(self) -> TableSummary:
        """Return what became of the rows so far, with the figures."""
        return self._collector.summary(
            blank=self.sheet.blank, complete=self.sheet.complete, lost=self.sheet.lost() | self._passed_over.lost
        )

    def close(self) -> None:
        """Close the file."""
        self.sheet.close()


def _places(profile: Profile) -> list[str]:
    """Return where the profile says each of its statements."""
    written = [f"$.statement[{at}]" for at in range(len(profile.statement))]
    return written + [f"$.tells[{at}]" for at in range(len(profile.tells))]


def _compiled(mapper: Mapper, made: dict[str, Any], path: str, numbers: str) -> "_Made":
    for key in made:
        if key not in _PARTS:
            raise MalformedError.about(unknown_field(key, _PARTS), path=path)
    before = len(mapper.leaves)
    parts: list[tuple[str, Made]] = [(key, mapper.compile(made[key], f"{path}.{key}")) for key in _HEAD if key in made]
    return _Made(
        made["kind"],
        parts,
        mapper.condition(made.get("where", {}), f"{path}.where"),
        mapper.filled(made, numbers, path),
        mapper.leaves[before:],
    )


def _faults(leaves: list[Made], cells: list[str]) -> list[Problem]:
    """Return what is wrong with each cell that a statement reads."""
    faults: list[Problem] = []
    for leaf in leaves:
        try:
            leaf(cells)
        except EnduseError as error:
            faults.append(error.problem)
    return faults


def _in_column(statement: dict[str, Any], problem: Problem) -> Problem:
    """Return what is wrong with the column that it was read from; of a field that a blank cell left out, that it is blank."""
    if problem.code == "field.missing":
        where = f"{problem.path}.{problem.values['name']}"
        if (column := _column_at(statement, where)) != where:
            return Problem.of("cell.blank", path=column)
    return msgspec.structs.replace(problem, path=_column_at(statement, problem.path))


def _column_at(statement: dict[str, Any], path: str) -> str:
    """Return the column that what lies at ``path`` of a statement was read from; where there is none, the path."""
    part: Any = statement
    for step in re.findall(r"\w+", path.removeprefix("$")):
        if isinstance(part, dict) and "json" not in part:
            part = part.get(step)
        elif isinstance(part, list) and step.isdigit() and int(step) < len(part):
            part = part[int(step)]
        else:
            return path
    column = part.get("column") if isinstance(part, dict) else None
    return column if isinstance(column, str) else path


def _fields(parts: list[tuple[str, Made]], cells: list[str]) -> dict[str, Any]:
    fields = {key: value for key, part in parts if (value := part(cells)) is not MISSING}
    when = fields.get("occurred_at")
    if when is None:
        raise MalformedError("row.no_date", path="$.occurred_at")
    if not isinstance(when, datetime | str):
        raise MalformedError("row.date_of_parts", path="$.occurred_at")
    return fields


def read_table(
    path: Path,
    profile: Profile | str | Path | None = None,
    *,
    limits: Limits = DEFAULT,
    called: Mapping[str, str] | None = None,
    may_be: MayBe | None = None,
) -> Table:
    """Open a table for reading; its file is closed once its rows are read, or by using it as a context manager.

    Args:
        path: CSV, CSV in gzip, or XLSX.
        profile: how to read it: a profile, the name of a shipped one, or a TOML file; by default the shipped profile
            that its header fits.
        limits: how much to read.
        called: identifiers of what is called so, by the one that is made of a name alone.
        may_be: refuses names that must not be new.

    Raises:
        UnknownError: no such file, or no such profile.
        MalformedError: it is no table, no profile fits, or the profile does not fit the header.
        LimitError: it is too large, or its header is.
    """
    if profile is not None and not isinstance(profile, Profile):
        profile = load_profile(profile)
    read = profile.read if profile is not None else None
    sheet = Sheet(
        path,
        limits=limits,
        sheet=read.sheet if read else None,
        delimiter=read.delimiter if read else None,
        encoding=read.encoding if read else None,
        is_header=_fits_some if profile is None else profile.fits,
        header_rows=read.header_rows if read else 1,
    )
    try:
        if profile is None:
            profile = fitting(sheet.columns)
            if profile is None:
                raise MalformedError("table.no_profile_fits", columns=sheet.columns[:8], known=list(shipped()))
        lacking = [name for name in profile.columns() if name not in sheet.columns]
        for name in lacking:
            if (alike := [other for other in sheet.columns if other.startswith(f"{name} (")]) and name in sheet.written:
                raise MalformedError("table.column_twice", column=name, names=alike)
        if lacking:
            raise MalformedError("table.columns_missing", columns=lacking, profile=profile.profile)
        return Table(sheet, profile, called, may_be)
    except EnduseError as error:
        sheet.close()
        if not error.problem.source:
            error.problem = msgspec.structs.replace(error.problem, source=sheet.name, sheet=sheet.sheet)
        raise


def recognise(path: Path, *, limits: Limits = DEFAULT) -> Profile | None:
    """Return the shipped profile that fits a table's header, or ``None``.

    Raises:
        UnknownError: there is no such file.
        MalformedError: it is no table.
        LimitError: it is too large.
    """
    with Sheet(path, limits=limits, is_header=_fits_some) as sheet:
        return fitting(sheet.columns)


def _fits_some(columns: tuple[str, ...]) -> bool:
    return fitting(columns) is not None
