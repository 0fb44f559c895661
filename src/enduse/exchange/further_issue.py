"""A table that comes again: what became of its rows since its earlier issues, decided before anything is recorded."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from enduse.book.book import Book
from enduse.errors import ConflictError, MalformedError
from enduse.exchange.answers import Answers
from enduse.exchange.called import called, only_new
from enduse.exchange.earlier_rows import EarlierRow, day_of, earlier_rows, table_name
from enduse.exchange.matching import IssuePlan, OfferedRow, plan_issue
from enduse.exchange.row_content import RowContent
from enduse.exchange.tables import Table, read_table
from enduse.exchange.tables.sheet import Sheet
from enduse.messages import Message

SHOWN: Final = 5
"""So many entries are named in a message."""
COMPARED: Final = 20_000
"""With so many of the last statements that a party read by other profiles those of a new profile are compared."""


class ChangedField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a row that has changed since an earlier issue.

    Attributes:
        entry: the statement of the earlier issue, by log index.
        row: where the row stands now.
        column: which field.
        before, after: what it said, and says.
    """

    entry: int
    row: int
    column: str
    before: str
    after: str


class FurtherIssue(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table of which earlier issues are recorded.

    Attributes:
        table: its name.
        name: the file of this issue.
        earlier: files of the earlier ones.
        unchanged: rows that are recorded as they are.
        idle: how many of these had no effect when they were recorded, and have none now.
        changed: rows that say something else now: what they said is taken back.
        again: rows that say what was taken back, and are said again.
        added: rows that are new.
        late: how many of them are dated no later than the last row that was recorded.
        latest: days late of the row in the middle, and of the last; 0 where none is late.
        gone: rows that it states no longer: what they said is taken back.
        gone_entries: the statements of these, by log index.
        back: how many of the new rows say what rows that are gone said, under another identity, but for one field at most;
            these did not come late.
        kept: rows that it lacks and that stay as they are.
        passed_over: rows that say what was replaced since, and are not said again.
        by_column: how many rows differ in each field, the most first.
        fields: each difference.
    """

    table: str
    name: str
    earlier: tuple[str, ...]
    unchanged: int
    idle: int
    changed: int
    again: int
    added: int
    late: int
    latest: tuple[int, int]
    gone: int
    gone_entries: tuple[int, ...]
    back: int
    kept: int
    passed_over: int
    by_column: dict[str, int]
    fields: tuple[ChangedField, ...]

    @property
    def told(self) -> tuple[Message, ...]:
        """What a reader should know of it, as messages."""
        middle, last = self.latest
        first = [str(entry) for entry in self.gone_entries[:SHOWN]]
        columns = [f"{column} ({n})" for column, n in self.by_column.items()]
        named = [name for name in self.earlier if name]  # what was said without a table has none
        told: dict[str, tuple[int, dict[str, Any]]] = {
            "table.further_issue": (int(bool(named)), {"table": self.table, "names": named}),
            "table.rows_changed": (self.changed, {"columns": columns}),
            "table.rows_late": (self.late, {"middle": middle, "last": last}),
            "table.rows_gone": (self.gone, {"entries": first}),
            "table.rows_back": (self.back, {}),
            "table.rows_again": (self.again, {}),
            "table.rows_kept": (self.kept, {}),
            "table.rows_idle": (self.idle, {}),
            "table.rows_passed_over": (self.passed_over, {}),
        }
        return tuple(Message.of(code, n=n, **values) for code, (n, values) in told.items() if n)


SaidBefore = dict[tuple[str, str], dict[str, list[EarlierRow]]]
"""What parties have read by a profile, by table: what is recorded, and what of tables read since is to be."""


def plan_table(
    book: Book,
    path: Path,
    party: str | None,
    profile: str | Path | None,
    answers: Answers,
    said_before: SaidBefore | None = None,
) -> tuple[IssuePlan, FurtherIssue | None]:
    """Read a table and decide what is to be recorded of it; where it is a further issue, say what became of its rows.

    Args:
        book: of the programme.
        path: the table.
        party: who says what it says; else whom its profile names.
        profile: how to read it.
        answers: what whoever brings it says of it.
        said_before: what tables planned before it will have said, where none of them is recorded yet; it is added to that.

    Raises:
        ConflictError: something must be asked, and is not answered.
        EnduseError: it cannot be read, or not to its end.
    """
    names, may_be = called(book), only_new(book, answers.new)
    with read_table(path, profile, called=names, may_be=may_be) as table:
        sheet, content = table.sheet, RowContent(table.profile)
        name = table_name(sheet.name, sheet.sheet)
        party = party or (table.profile.party and names.get(table.profile.party, table.profile.party))
        if party is None:
            raise MalformedError("table.nobody_says_it", source=str(path))
        by = (party, table.profile.profile)
        if said_before is None or (tables := said_before.get(by)) is None:
            tables = earlier_rows(book, *by, content)
        own = (name, path.name, path.stem, sheet.name, sheet.sheet)
        answers.check((*own, *tables), path.name)
        answers = replace(answers.about(own), of=answers.of)
        read_as = None
        if not tables:
            with read_table(path, table.profile, called=names, may_be=may_be) as again:
                earlier = _profile_of_earlier(book, again, content, party, answers)
            if earlier:
                by, read_as = (party, earlier), replace(table.profile, profile=earlier)
                tables = earlier_rows(book, *by, content)
        if not tables and said_before is None:
            return IssuePlan(table=answers.table or name, party=party), None
        offered = list(_offered(table, content))
    plan = plan_issue(offered, tables, name, sha256=sheet.sha256, sheet=sheet.sheet, answers=answers)
    plan.party, plan.read_as = party, read_as
    if said_before is not None:
        tables[plan.table] = _as_recorded(plan, tables.get(plan.table, []), offered, sheet, book.size)
        said_before[by] = tables
    if not plan.earlier:
        return plan, None
    if not sheet.complete:
        raise MalformedError("table.unread_issue", source=sheet.name, table=plan.table)
    with read_table(path, table.profile, called=names, may_be=may_be) as table:
        fields = tuple(_changed_fields(book, table, content, plan))
    return plan, issue_of(plan, sheet.name, fields)


def _profile_of_earlier(book: Book, table: Table, content: RowContent, party: str, answers: Answers) -> str:
    """Return the profile by which a party has said most of a table, where a new one was made for the same list; else nothing.

    Raises:
        ConflictError: there is one, and nobody says whether this is a further issue of that table or a table of its own.
    """
    sheet = table.sheet
    rows = [row for row in book.table_rows(party) if not (row.sha256 == sheet.sha256 and row.sheet != sheet.sheet)]
    if not rows:
        return ""
    gone = book.taken_back().keys() | {effect.entry for effect in book.effects()}
    standing: dict[tuple[str, str], Counter[bytes]] = defaultdict(Counter)
    for row in rows[-COMPARED:]:
        if row.entry not in gone:
            said = book.statement(row.entry).statement
            standing[row.table or table_name(row.name, row.sheet), row.profile][content.alone(said)] += 1
    told = Counter(content.alone(said) for row in table for said in row.statements)
    for (name, profile), there in standing.items():
        n = (told & there).total()
        if n and 2 * n >= min(told.total(), there.total()):
            if answers.table is None:
                own = table_name(sheet.name, sheet.sheet)
                other = f"{own} 2" if own == name else own
                raise ConflictError("table.ask_profile", table=name, n=n, rows=told.total(), other=other, of="")
            if answers.table == name:
                return profile
    return ""


def _as_recorded(
    plan: IssuePlan, rows: list[EarlierRow], offered: list[OfferedRow], sheet: Sheet, size: int
) -> list[EarlierRow]:
    """Return the rows of a table as they will stand once its plan is carried out."""
    replaced = {row.first for row in (*plan.gone, *plan.changed.values())}
    first = max((size - 1, *(row.first for row in rows)))
    said = [row for row in offered if row.content and row.number not in plan.known]
    return [row for row in rows if row.first not in replaced] + [
        EarlierRow(
            name=sheet.name,
            sheet=sheet.sheet,
            sha256=sheet.sha256,
            table=plan.table,
            key=row.key,
            entries=(entry,),
            whole=True,
            content=row.content,
            day=row.day,
            first=entry,
            statements=1,
            id="",
            mark=row.mark,
        )
        for entry, row in enumerate(said, first + 1)
    ]


def issue_of(plan: IssuePlan, name: str, fields: tuple[ChangedField, ...]) -> FurtherIssue:
    """Return what became of the rows of an issue.

    Args:
        plan: what was decided.
        name: the file.
        fields: each difference.
    """
    changed = [number for number in plan.changed if number not in plan.again]
    return FurtherIssue(
        table=plan.table,
        name=name,
        earlier=plan.earlier,
        unchanged=plan.unchanged,
        idle=len(plan.idle),
        changed=len(changed),
        again=len(plan.again),
        added=plan.added,
        late=len(plan.late),
        latest=(plan.late[len(plan.late) // 2], plan.late[-1]) if plan.late else (0, 0),
        gone=len(plan.gone),
        gone_entries=tuple(sorted(row.first for row in plan.gone)),
        back=plan.back,
        kept=plan.kept,
        passed_over=plan.passed_over,
        by_column=dict(Counter(field.column for field in fields).most_common()),
        fields=fields,
    )


def _offered(table: Table, content: RowContent) -> Iterator[OfferedRow]:
    for row in table:
        yield OfferedRow(
            number=row.source.row or 0,
            line=row.line or 0,
            key=row.source.identity,
            content=content.of(row.statements) if row.statements else b"",
            day=day_of(row.statements) if row.statements else 0,
            mark=content.mark(row.statements),
        )


def _changed_fields(book: Book, table: Table, content: RowContent, plan: IssuePlan) -> Iterator[ChangedField]:
    if not plan.changed:
        return
    table.known = AllBut(plan.changed)
    for row in table:
        earlier = plan.changed.get(row.source.row or 0)
        if earlier is None:
            continue
        before = [book.statement(entry).statement for entry in range(earlier.first, earlier.first + earlier.statements)]
        for column, was, now in content.differences(before, row.statements):
            yield ChangedField(entry=earlier.first, row=row.line or 0, column=column, before=was, after=now)


class AllBut(msgspec.Struct, frozen=True):
    """All rows but some."""

    rows: Container[int]

    def __contains__(self, row: object) -> bool:
        return row not in self.rows
