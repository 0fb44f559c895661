"""Rows of a table matched with those of its earlier issues: unchanged, changed, new, gone.

What the rows alone cannot decide must be asked; without an answer nothing is recorded.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Final

import msgspec

from enduse.errors import ConflictError
from enduse.exchange.answers import Answers
from enduse.exchange.earlier_rows import EarlierRow
from enduse.exchange.row_content import fields_alike, fields_in, without_field, without_whole
from enduse.exchange.tables.profile import Profile

_TELLING: Final = 3
"""So many fields must be alike before a row is taken for another that differs in one."""
_SHOWN: Final = 5


class OfferedRow(msgspec.Struct, kw_only=True):
    """One row of the table at hand: its number, line, identity, content, day and mark; without content, one that is refused."""

    number: int
    line: int
    key: str
    content: bytes
    day: int
    mark: int = 0


class IssuePlan(msgspec.Struct, kw_only=True):
    """What is to be recorded of a further issue.

    Attributes:
        table: name of the table.
        party: who says what it says.
        read_as: its profile under the name of another, by which its earlier issues were read; ``None`` where its own is that one.
        earlier: the files of its earlier issues.
        known: numbers of rows that need not be said.
        unchanged: how many of them are recorded as they are.
        idle: numbers of those of which something had no effect when it was recorded.
        silent: those of which nothing had.
        again: those of ``changed`` that say what was taken back, and are said again.
        passed_over: how many of them say what was replaced since.
        changed: by number, the row that each replaces.
        gone: rows that it states no longer.
        kept: how many rows that it lacks stay as they are.
        back: how many new rows say what rows that are gone said, under another identity and but for one field at most.
        late: of each new row that came late, by how many days at the least.
        added: how many rows are new.
    """

    table: str
    party: str = ""
    read_as: Profile | None = None
    earlier: tuple[str, ...] = ()
    known: set[int] = msgspec.field(default_factory=set)
    unchanged: int = 0
    idle: set[int] = msgspec.field(default_factory=set)
    silent: set[int] = msgspec.field(default_factory=set)
    passed_over: int = 0
    again: set[int] = msgspec.field(default_factory=set)
    changed: dict[int, EarlierRow] = msgspec.field(default_factory=dict)
    gone: list[EarlierRow] = msgspec.field(default_factory=list)
    kept: int = 0
    back: int = 0
    late: list[int] = msgspec.field(default_factory=list)
    added: int = 0


class _Matched(msgspec.Struct, kw_only=True):
    """Rows of the table at hand against those of one table in the record."""

    unchanged: list[OfferedRow] = []
    idle: set[int] = set()
    silent: set[int] = set()
    changed: list[tuple[EarlierRow, OfferedRow]] = []
    restated: list[tuple[EarlierRow, OfferedRow]] = []
    added: list[OfferedRow] = []
    gone: list[EarlierRow] = []
    alike: list[tuple[EarlierRow, OfferedRow]] = []

    @property
    def common(self) -> int:
        """How many rows both have."""
        return len(self.unchanged) + len(self.changed) + len(self.restated) + len(self.alike)

    @property
    def numbered_anew(self) -> bool:
        """Whether it may be another table that begins its numbers anew: rows are known by these alone, and nothing stands as it did."""
        moved = sum(earlier.day != row.day for earlier, row in self.changed)
        return not self.unchanged and not self.restated and 2 * moved > len(self.changed)

    @property
    def evidence(self) -> int:
        """How many rows show that it is an issue of this table; one that is like another but for a cell shows nothing."""
        likely = sum(fields_alike(earlier.content, row.content) for earlier, row in self.changed)
        return len(self.unchanged) + len(self.restated) + likely


def plan_issue(
    offered: Sequence[OfferedRow],
    tables: dict[str, list[EarlierRow]],
    name: str,
    *,
    sha256: str,
    sheet: str,
    answers: Answers,
) -> IssuePlan:
    """Decide what is to be recorded of a table.

    Args:
        offered: its rows.
        tables: earlier rows of the same party and profile, by table.
        name: of the table, if it is none of these.
        sha256: of its file.
        sheet: of a workbook.
        answers: what whoever brings it says of it.

    Raises:
        ConflictError: something must be asked, and is not answered.
    """
    table, match = _chosen(offered, tables, name, sha256=sha256, sheet=sheet, answers=answers)
    plan = IssuePlan(table=table)
    if match is None:
        plan.added = sum(1 for row in offered if row.content)
        return plan
    rows = tables[table]
    answers = answers.about((table,))
    plan.earlier = tuple(dict.fromkeys(row.name for row in rows))
    newest = _newest(match, offered, answers, table)
    _take(plan, match, newest=newest, answers=answers, offered=offered)
    last = max((row.day for row in rows if row.whole), default=None)
    back = _come_back(plan.gone, match.added)
    plan.back = len(back)
    new = [row for row in match.added if row.number not in back and row.number not in plan.changed]
    plan.late = sorted(last - row.day for row in new if last is not None and row.day <= last)
    return plan


def _chosen(
    offered: Sequence[OfferedRow],
    tables: dict[str, list[EarlierRow]],
    name: str,
    *,
    sha256: str,
    sheet: str,
    answers: Answers,
) -> tuple[str, _Matched | None]:
    """Return the table of which this is an issue, with its rows matched; or the name of a table of its own."""
    if answers.table is not None:
        table = answers.table
        return table, _match(offered, tables[table], _claimed(tables, table)) if table in tables else None
    found: dict[str, _Matched] = {}
    clear = []
    for table, rows in tables.items():
        if any(row.sha256 == sha256 and row.sheet != sheet for row in rows):
            continue  # another sheet of this workbook
        match = _match(offered, rows, _claimed(tables, table))
        standing = sum(1 for row in rows if row.whole and row.entries)
        if match.common:
            found[table] = match
        else:
            _ask_of_other_names(offered, rows, table, name)
        if match.evidence and 2 * match.evidence >= min(standing, sum(1 for row in offered if row.content)):
            clear.append(table)
    meant = clear[0] if len(clear) == 1 else name if name in found else ""
    if meant and found[meant].numbered_anew:
        n, other = len(found[meant].changed), f"{name} 2" if name == meant else name
        raise ConflictError("table.ask_numbered_anew", table=meant, n=n, rows=len(offered), other=other, of="")
    if meant:
        return meant, found[meant]
    if found or (name in tables and not _begins_later(offered, tables[name])):
        table = max(found, key=lambda table: (found[table].evidence, found[table].common), default=name)
        n, alike = (found[table].common, len(found[table].alike)) if table in found else (0, 0)
        other = f"{name} 2" if name == table else name
        if 0 < n == alike:
            raise ConflictError("table.ask_table_alike", table=table, n=n, rows=len(offered), other=other, of="")
        raise ConflictError("table.ask_table", table=table, n=n - alike, rows=len(offered), other=other, of="")
    return name, None


def _ask_of_other_names(offered: Sequence[OfferedRow], rows: Sequence[EarlierRow], table: str, name: str) -> None:
    """Ask where most rows say what rows of a table say, though none bears its number: zeros were dropped, or all numbered anew."""
    told = Counter(without_whole(row.content) for row in offered if row.key and row.content)
    standing = Counter(without_whole(row.content) for row in rows if row.key and row.whole and row.entries)
    n = (told & standing).total()
    if n and 2 * n >= min(told.total(), standing.total()):
        other = f"{name} 2" if name == table else name
        raise ConflictError("table.ask_table", table=table, n=n, rows=len(offered), other=other, of="")


def _begins_later(offered: Sequence[OfferedRow], rows: Sequence[EarlierRow]) -> bool:
    """Say whether a table holds the next month's rows alone."""
    return min((row.day for row in offered if row.content), default=0) > max(row.day for row in rows)


def _claimed(tables: dict[str, list[EarlierRow]], table: str) -> set[tuple[bytes, int]]:
    """Return what rows of other tables say that have no effect, since a row of this one says it under the same name."""
    return {
        (row.content, row.mark)
        for other, rows in tables.items()
        if other != table
        for row in rows
        if row.mark and row.whole and not row.entries
    }


def _match(
    offered: Sequence[OfferedRow], rows: Sequence[EarlierRow], claimed: Container[tuple[bytes, int]] = ()
) -> _Matched:
    """Match rows: by what names them, where something does; else as two bags of equal rows, those alike in every cell first."""
    index = _EarlierRows(rows, claimed)
    same = index.same(offered)
    match = _Matched()
    unreadable = False
    for row in offered:
        named, earlier = (False, same[row.number]) if row.number in same else index.find(row)
        if not row.content:
            unreadable |= not row.key
        elif earlier is None:
            match.added.append(row)
        elif (
            earlier.whole and earlier.content == row.content and row.mark != earlier.mark and index.is_claimed(earlier)
        ):
            match.changed.append((earlier, row))  # a row of another table bears its name now: it is said anew
        elif earlier.whole and earlier.content == row.content:
            match.unchanged.append(row)
            match.idle |= {row.number} if len(earlier.entries) < earlier.statements else set()
            match.silent |= set() if earlier.entries else {row.number}
        elif not named or index.said_before(earlier, row):
            match.restated.append((earlier, row))
        else:
            match.changed.append((earlier, row))
    match.gone = list(index.standing.values())
    if not unreadable:
        match.alike = _alike(match, max((row.day for row in rows), default=0))
    return match


class _EarlierRows:
    """Rows of one table in the record, each to be found once.

    Attributes:
        standing: those that count and were not found, by log index.
    """

    def __init__(self, rows: Sequence[EarlierRow], claimed: Container[tuple[bytes, int]]) -> None:
        self._claimed = claimed
        self.standing = {row.first: row for row in rows if row.entries}
        self._named: dict[str, EarlierRow] = {}
        self._before: dict[str, set[bytes]] = defaultdict(set)
        self._equal: dict[bytes, list[EarlierRow]] = defaultdict(list)
        for row in rows:
            if row.key:
                if row.key in self._named:
                    self._before[row.key].add(self._named[row.key].content)
                self._named[row.key] = row
            else:
                self._equal[row.content].append(row)
        for equal in self._equal.values():
            equal.sort(
                key=lambda row: (not row.whole, not row.entries, self.is_claimed(row))
            )  # what counts comes first, what was taken back last

    def is_claimed(self, row: EarlierRow) -> bool:
        """Say whether a row of another table has no effect because this one bears its name."""
        return bool(row.mark) and (row.content, row.mark) in self._claimed

    def same(self, offered: Iterable[OfferedRow]) -> dict[int, EarlierRow]:
        """Return by number the rows that nothing names and that are alike in every cell, also in those that are not compared.

        The statement of one of two equal rows may have had no effect: it is that row that must be said again, not the other.
        """
        marked: dict[tuple[bytes, int], list[EarlierRow]] = defaultdict(list)
        for content, equal in self._equal.items():
            for earlier in equal:
                if earlier.mark:
                    marked[content, earlier.mark].append(earlier)
        found: dict[int, EarlierRow] = {}
        for row in offered if marked else ():
            if row.content and row.key not in self._named and (like := marked.get((row.content, row.mark))):
                found[row.number] = like.pop(0)
        taken = {row.first for row in found.values()}
        for content in {row.content for row in found.values()}:
            self._equal[content] = [row for row in self._equal[content] if row.first not in taken]
        for first in taken:
            self.standing.pop(first, None)
        return found

    def find(self, row: OfferedRow) -> tuple[bool, EarlierRow | None]:
        """Return whether something names the row, and its last words in the record, or an equal row."""
        earlier = self._named.get(row.key) if row.key else None
        named = earlier is not None
        if earlier is None and (equal := self._equal.get(row.content)):
            earlier = equal.pop(0)
        if earlier is not None:
            self.standing.pop(earlier.first, None)
        return named, earlier

    def said_before(self, earlier: EarlierRow, row: OfferedRow) -> bool:
        """Say whether a row says what it said before, and what was replaced or taken back."""
        return row.content == earlier.content or row.content in self._before[row.key]


def _come_back(gone: Sequence[EarlierRow], added: Sequence[OfferedRow]) -> set[int]:
    """Return which new rows say what rows that are gone said, under another identity: all of it, or but for one field.

    The field is the same for all such rows: where a register numbers rows anew, it is the one that says why.
    """
    left, waiting = [row for row in added if row.key], Counter(without_whole(row.content) for row in gone if row.key)
    found: set[int] = set()
    for row in left:
        if waiting[without_whole(row.content)] > 0:
            waiting[without_whole(row.content)] -= 1
            found.add(row.number)
    left = [row for row in left if row.number not in found]
    rest = list(waiting.elements())
    best: set[int] = set()
    for at in range(fields_in(rest[0]) if rest and fields_in(rest[0]) > _TELLING else 0):
        near = Counter(without_field(content, at) for content in rest)
        pairs: set[int] = set()
        for row in left:
            like = without_field(without_whole(row.content), at)
            if near[like] > 0:
                near[like] -= 1
                pairs.add(row.number)
        best = max(best, pairs, key=len)
    return found | best


def _alike(match: _Matched, last: int) -> list[tuple[EarlierRow, OfferedRow]]:
    """Return a row gone that nothing names and one new, that differ in one field; one dated later is another, whatever names it."""
    gone = [row for row in match.gone if not row.key]
    added = [row for row in match.added if row.day <= last]
    if not gone or not added or fields_in(without_whole(gone[0].content)) <= _TELLING:
        return []
    pairs: list[tuple[EarlierRow, OfferedRow]] = []
    taken: set[int] = set()
    done: set[int] = set()
    for at in range(fields_in(without_whole(gone[0].content))):
        waiting: dict[bytes, list[EarlierRow]] = defaultdict(list)
        for row in gone:
            if row.first not in done:
                waiting[without_field(without_whole(row.content), at)].append(row)
        for other in added:
            same = waiting.get(without_field(without_whole(other.content), at))
            if same and other.number not in taken:
                row = same.pop(0)
                done.add(row.first)
                taken.add(other.number)
                pairs.append((row, other))
    return pairs


def _newest(match: _Matched, offered: Sequence[OfferedRow], answers: Answers, table: str) -> bool:
    """Say whether the table is the newest word.

    Raises:
        ConflictError: it may be an older issue, and nobody says.
    """
    last = max((row.day for row in offered if row.content), default=0)
    after = sum(1 for row in match.gone if row.day > last)
    if answers.newest is not None:
        return answers.newest
    if match.restated:
        rows = [str(row.line) for _, row in match.restated]
        raise ConflictError("table.ask_restated", n=len(rows), rows=rows[:_SHOWN], table=table)
    if after:
        raise ConflictError("table.ask_newest", n=after, table=table)
    return True


def _take(plan: IssuePlan, match: _Matched, *, newest: bool, answers: Answers, offered: Sequence[OfferedRow]) -> None:
    plan.unchanged, plan.idle, plan.silent = len(match.unchanged), match.idle, match.silent
    plan.known = {row.number for row in match.unchanged}
    if not newest:
        older = [row for _, row in (*match.changed, *match.restated, *match.alike)]
        plan.known |= {row.number for row in older}
        plan.passed_over = len(older)
        plan.kept = len(match.gone)
        plan.added = len(match.added) - len(match.alike)
        return
    pairs = match.alike if answers.changed else []
    if match.alike and answers.changed is None:
        earlier, _ = match.alike[0]
        raise ConflictError(
            "table.ask_changed",
            n=len(match.alike),
            entry=earlier.entries[0],
            rows=[str(row.line) for _, row in match.alike][:_SHOWN],
            table=plan.table,
        )
    plan.again = {row.number for _, row in match.restated}
    plan.changed = {row.number: earlier for earlier, row in (*match.changed, *match.restated, *pairs)}
    replaced = {earlier.first for earlier, _ in pairs}
    gone = [row for row in match.gone if row.first not in replaced]
    plan.added = len(match.added) - len(pairs)
    if _is_gone(gone, offered, answers, plan):
        plan.gone = gone
    else:
        plan.kept = len(gone)


def _is_gone(gone: Sequence[EarlierRow], offered: Sequence[OfferedRow], answers: Answers, plan: IssuePlan) -> bool:
    """Say whether rows that the table lacks are no longer stated.

    Raises:
        ConflictError: it may hold some of the rows only, and nobody says.
    """
    if answers.gone is not None or not gone:
        return bool(answers.gone)
    first = min((row.day for row in offered if row.content), default=None)
    if first is None or any(not row.content for row in offered if not row.key):
        raise ConflictError("table.ask_gone_unread", n=len(gone), table=plan.table, entry=gone[0].first)
    before = sum(1 for row in gone if row.day < first)
    if before:
        raise ConflictError("table.ask_gone", n=before, table=plan.table)
    found = plan.unchanged + len(plan.changed)
    unnamed = not any(row.key for row in gone)
    if len(gone) > found + plan.added or (unnamed and len(gone) >= found):  # a part, or another that shares some rows
        raise ConflictError("table.ask_gone_most", n=len(gone), of=found, table=plan.table)
    return True
