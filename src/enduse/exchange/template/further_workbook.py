"""The workbook of a programme that comes again: what became of the rows of its sheets of facts, decided before anything is recorded.

Each sheet of each party is a table that comes again (:mod:`enduse.exchange.matching`). Pledges, payments and attestations are
known by their numbers, the others by what they say. A workbook may hold new rows only, so what it lacks stays unless it is said
to be gone; where a row may have been changed, it is asked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from enduse.book.book import Book
from enduse.errors import ConflictError
from enduse.exchange.answers import Answers
from enduse.exchange.earlier_rows import EarlierRow, day_of
from enduse.exchange.further_issue import ChangedField, FurtherIssue, issue_of
from enduse.exchange.matching import IssuePlan, OfferedRow, plan_issue
from enduse.exchange.restating import fields_of
from enduse.exchange.row_content import content_of, exact_text
from enduse.exchange.template.entries import PROFILE
from enduse.exchange.unsigned import Row
from enduse.statements.base import Statement
from enduse.statements.goods import Goods
from enduse.terms.times import format_instant

_SHEETS: Final = {
    "pledge": "pledges",
    "disbursement": "payments",
    "expenditure": "payments",
    "commissioning": "goods_in",
    "shipping": "dispatches",
    "receiving": "receipts",
    "consuming": "use",
    "installing": "use",
    "reading": "counts",
    "attestation": "attestations",
}
"""Sheet of a kind of statement; of goods, of a step."""
_NUMBERS: Final = ("pledge", "disbursement", "expenditure", "attestation")
"""Fields by which a row is known in every issue."""
_MADE: Final = ("place", "eventTime", "eventTimeZoneOffset", "bizLocation.id", "parentID")
"""Fields of an event that say once more what other fields say."""
_CALLED: Final = {
    "bizTransaction": "waybill",
    "epcClass": "material",
    "uom": "unit",
    "occurred_at": "date",
    "id": "place",
}
"""What people call a field, by the end of its path."""
_NUMBER: Final = re.compile(r"(?:^|\.)(?:quantity|value|random_sd)$")
_SHOWN: Final = 5


class FurtherWorkbook(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of facts of a workbook.

    Attributes:
        plans: what is to be recorded, for each sheet of each party.
        rows: those that are to be said.
        replaced: of each of them that has changed, by sheet and line, the row in whose place it stands.
        idle: by plan, with their numbers, rows that are recorded and had no effect.
    """

    plans: tuple[IssuePlan, ...]
    rows: tuple[Row, ...]
    replaced: dict[tuple[str, int | None], EarlierRow]
    idle: tuple[tuple[IssuePlan, tuple[tuple[int, Row], ...]], ...]
    sheets: "tuple[_Sheet, ...]"

    def issues(self) -> tuple[FurtherIssue, ...]:
        """Return what a reader should know, of each sheet where anything but new rows was found."""
        return tuple(issue for one, plan in zip(self.sheets, self.plans, strict=True) for issue in one.told(plan))


class _Fact(msgspec.Struct, frozen=True):
    """One row of facts: of the workbook, or recorded; and what it says, by field."""

    said: Statement
    fields: dict[str, str]
    row: Row | None = None
    entry: int = -1
    id: str = ""


def sheet_of(statement: Statement) -> str | None:
    """Return the code of the sheet on which a statement would stand; ``None`` where it is no fact."""
    step = fields_of(statement).get("bizStep", "") if isinstance(statement, Goods) else ""
    return _SHEETS.get(step.rpartition("-")[2] or str(statement.__struct_config__.tag))


def plan_workbook(
    book: Book,
    rows: Sequence[tuple[Row, Statement]],
    offered: Container[bytes],
    digest: Callable[[Statement], bytes],
    answers: Answers,
) -> FurtherWorkbook:
    """Decide what is to be recorded of rows of facts.

    Args:
        book: of the programme.
        rows: with what each says.
        offered: digests of what they say.
        digest: of a statement.
        answers: what whoever brings the workbook says of it.

    Raises:
        ConflictError: something must be asked, and is not answered.
    """
    sheets: dict[tuple[str, str], list[_Fact]] = defaultdict(list)
    for row, said in rows:
        sheets[said.party, sheet_of(said) or ""].append(_Fact(said, _fields(said), row))
    earlier: dict[tuple[str, str], list[_Fact]] = defaultdict(list)
    parties = {party for party, _ in sheets}
    for index in range(book.size):
        signed = book.statement(index)
        said = signed.statement
        sheet = sheet_of(said) if said.party in parties else None
        if sheet is not None and (said.source is None or _of_a_workbook(said) or digest(said) in offered):
            earlier[said.party, sheet].append(_Fact(said, _fields(said), entry=index, id=signed.id))
    taken_back = frozenset(book.taken_back())
    idle = frozenset(effect.entry for effect in book.effects())
    decided = [_Sheet(facts, earlier[place], place[1], taken_back, idle) for place, facts in sheets.items()]
    answers.check((name for one in decided for name in one.names), rows[0][0].source.name if rows else "")
    plans = [one.plan(answers.about(one.names)) for one in decided]
    again = any(plan.unchanged or plan.changed for plan in plans)
    plans = [
        one.without_gone(plan, answers.about(one.names), again=again) for one, plan in zip(decided, plans, strict=True)
    ]
    said_rows = [fact.row for one, plan in zip(decided, plans, strict=True) for fact in one.fresh(plan)]
    return FurtherWorkbook(
        plans=tuple(plans),
        rows=tuple(row for row in said_rows if row is not None),
        replaced={
            (row.source.path, row.source.row): plan.changed[number]
            for one, plan in zip(decided, plans, strict=True)
            for number, row in one.changed(plan)
        },
        idle=tuple((plan, tuple(one.silent(plan))) for one, plan in zip(decided, plans, strict=True) if plan.silent),
        sheets=tuple(decided),
    )


class _Sheet:
    """The rows of one sheet and party, and what is recorded of them."""

    def __init__(
        self, facts: list[_Fact], earlier: list[_Fact], sheet: str, taken_back: frozenset[int], idle: frozenset[int]
    ) -> None:
        self._facts, self._earlier, self.sheet = facts, {fact.entry: fact for fact in earlier}, sheet
        paths = sorted({path for fact in (*facts, *earlier) for path in fact.fields})
        numbers = Counter(map(_number, facts))

        def content(fact: _Fact) -> bytes:
            return content_of([fact.fields.get(path, "") for path in paths])

        def key(fact: _Fact) -> str:
            number = _number(fact)
            return number if numbers[number] <= 1 else ""  # what bears one number twice is not known by it

        self._title = next((fact.row.sheet for fact in facts if fact.row), sheet)
        self.names = (self._title, sheet)
        self._offered = [
            OfferedRow(
                number=number,
                line=(fact.row and fact.row.line) or 0,
                key=key(fact),
                content=content(fact),
                day=day_of([fact.said]),
            )
            for number, fact in enumerate(facts)
        ]
        self._rows = [
            EarlierRow(
                name=fact.said.source.name if fact.said.source else "",
                sheet=self._title,
                sha256="",
                table=self._title,
                key="" if fact.entry in idle and fact.entry not in taken_back else key(fact),
                entries=() if fact.entry in taken_back or fact.entry in idle else (fact.entry,),
                whole=fact.entry not in taken_back,
                content=content(fact),
                day=day_of([fact.said]),
                first=fact.entry,
                statements=1,
                id=fact.id,
            )
            for fact in earlier
        ]

    def plan(self, answers: Answers) -> IssuePlan:
        """Decide, with all that it lacks as gone; an older issue is told by what it says, not by what it lacks.

        Raises:
            ConflictError: something must be asked.
        """
        said = replace(answers, table=self._title, gone=True)
        try:
            return self._plan(said)
        except ConflictError as error:
            if error.problem.code != "table.ask_newest":
                raise self._asked(error) from error
        try:
            return self._plan(replace(said, newest=True))
        except ConflictError as error:
            raise self._asked(error) from error

    def _plan(self, answers: Answers) -> IssuePlan:
        tables = {self._title: self._rows} if self._rows else {}
        plan = plan_issue(self._offered, tables, self._title, sha256="", sheet="", answers=answers)
        plan.party = self._facts[0].said.party
        plan.earlier = tuple(filter(None, plan.earlier))
        plan.gone = [row for row in plan.gone if row.name]  # what was said without a workbook is none that it lacks
        return plan

    def without_gone(self, plan: IssuePlan, answers: Answers, *, again: bool) -> IssuePlan:
        """Leave what the sheet lacks as it is, unless it is said to be gone; ask, where new rows may stand in its place.

        Args:
            plan: with all that it lacks as gone.
            answers: what was said of it.
            again: whether any row of the workbook is recorded: it comes again, and does not hold new rows only.

        Raises:
            ConflictError: it must be asked.
        """
        if not plan.gone or answers.gone:
            return plan
        source = self._facts[0].row.source if self._facts[0].row else None
        same = again or any(source and row.name == source.name for row in plan.gone)
        unnamed = [row for row in plan.gone if not row.key]
        if answers.gone is None and unnamed and plan.added and same:
            rows = [str(self._offered[number].line) for number in self._new(plan)]
            entries = [str(row.first) for row in unnamed]
            error = ConflictError(
                "template.ask_gone",
                n=len(unnamed),
                entries=entries[:_SHOWN],
                rows=rows[:_SHOWN],
                added=plan.added,
                table=self._title,
            )
            raise self._asked(error)
        plan.kept, plan.gone = len(plan.gone), []
        return plan

    def _new(self, plan: IssuePlan) -> list[int]:
        return [row.number for row in self._offered if row.number not in plan.known and row.number not in plan.changed]

    def _asked(self, error: ConflictError) -> ConflictError:
        error.problem = replace(error.problem, sheet=self._title)
        return error

    def fresh(self, plan: IssuePlan) -> list[_Fact]:
        """Return what is to be said."""
        return [fact for number, fact in enumerate(self._facts) if number not in plan.known]

    def changed(self, plan: IssuePlan) -> Iterator[tuple[int, Row]]:
        """Give each row that has changed, with its number."""
        for number in plan.changed:
            row = self._facts[number].row
            if row is not None:
                yield number, row

    def silent(self, plan: IssuePlan) -> Iterator[tuple[int, Row]]:
        """Give each recorded row that had no effect, with its number."""
        for number in sorted(plan.silent):
            row = self._facts[number].row
            if row is not None:
                yield number, row

    def told(self, plan: IssuePlan) -> Iterator[FurtherIssue]:
        """Give what a reader should know of it, where anything but new rows was found."""
        if plan.changed or plan.gone or plan.kept or plan.passed_over or plan.idle:
            source = self._facts[0].row.source if self._facts[0].row else None
            yield issue_of(plan, source.name if source else "", tuple(self._differences(plan)))

    def _differences(self, plan: IssuePlan) -> Iterator[ChangedField]:
        for number, row in plan.changed.items():
            before, now = self._earlier[row.first].fields, self._facts[number].fields
            for path in dict.fromkeys((*before, *now)):
                was, is_ = before.get(path, ""), now.get(path, "")
                if was != is_:
                    line = self._offered[number].line
                    yield ChangedField(entry=row.first, row=line, column=_called(path), before=was, after=is_)


def _of_a_workbook(said: Statement) -> bool:
    """Say whether a statement was read from a workbook of the programme."""
    return said.source is not None and said.source.profile == PROFILE


def _number(fact: _Fact) -> str:
    return next((fact.fields[name].partition(":")[2] for name in _NUMBERS if fact.fields.get(name)), "")


def _fields(said: Statement) -> dict[str, str]:
    """Return what a row says, by field, each once; the name that is made for a reading says nothing of its own."""
    left_out = _MADE if isinstance(said, Goods) else ("reading",)
    found = {**fields_of(said), "occurred_at": format_instant(said.occurred_at)}
    kept = {path: text for path, text in found.items() if path not in left_out}
    return {path: exact_text(text) if _NUMBER.search(path) else text for path, text in kept.items()}


def _called(path: str) -> str:
    end = re.sub(r"\[[0-9]+\]", "", path).removesuffix(".value").rpartition(".")[2].removeprefix("enduse:")
    return _CALLED.get(end, end)
