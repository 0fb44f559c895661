"""What is new since an earlier time: what was said, taken back and decided, and what has become late, missing or settled.

Two books are compared, the one that was known then and the one of now; so what fell due between the two dates, with nothing
said at all, shows as well.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.messages import Message
from enduse.statements.correction import Correction
from enduse.statements.goods import Goods
from enduse.system import uncollected
from enduse.views.answers import Status
from enduse.views.missing import MissingView
from enduse.views.shapes import Figure, FindingView, Mark, Task
from enduse.views.statements import RecordedStatement, StatementHeading, headings, recorded
from enduse.views.status import status
from enduse.views.sums import resting


class NewStatements(msgspec.Struct, frozen=True, kw_only=True):
    """How many statements of one kind are new.

    Attributes:
        kind: such as ``pledge``.
        step: of goods, the business step; of a key, what happened to it.
        count: how many.
        without_effect: how many of them have no effect.
        first: log index of the first.
        last: log index of the last.
    """

    kind: str
    step: str | None
    count: int
    without_effect: int
    first: int
    last: int


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that its own party took back: what took it back, and what it had said, where that is named."""

    by: RecordedStatement
    corrected: RecordedStatement | None


class TrancheChange(msgspec.Struct, frozen=True, kw_only=True):
    """A tranche that stands otherwise: what its condition and its way were, and are; empty where it is new."""

    tranche: str
    mark_before: Mark | None
    mark: Mark
    status_before: str
    status: str


class OpenChange(msgspec.Struct, frozen=True, kw_only=True):
    """A difference that opened, grew, shrank or is gone.

    Attributes:
        lost: as it is now; as it was then where it is gone.
        before: how much of it was open then.
        now: how much is open now.
    """

    lost: MissingView
    before: Figure
    now: Figure


class MoneyChange(msgspec.Struct, frozen=True, kw_only=True):
    """By how much the sums of a currency grew; negative where something was taken back or given back."""

    currency: str
    pledged: Figure
    paid: Figure
    spent: Figure


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is new since an earlier time.

    Attributes:
        since: when the last statement that was known then had been recorded.
        since_size: how many statements were known then; the new ones are numbered from there.
        as_of: when the last statement was recorded.
        size: statements in the record.
        said: what was said since, by kind, the most first; the keeper's word on the time left out.
        money: currencies of which a sum changed.
        taken_back: corrections with effect, and what each took back.
        findings: made since.
        tranches: that stand otherwise.
        late: consignments overdue of which less, or nothing, was overdue then, the gravest first.
        missing: what is short, or not where the books say, and was not, or less, then.
        settled: what was overdue, short or missing then, and is not, or less, now.
        leads: what somebody should look at in the goods or the money, and there was nothing like it then.
        asked: who must act now and had not to then.
        done: what somebody had to do then and has not now.
    """

    since: datetime
    since_size: int
    as_of: datetime
    size: int
    said: tuple[NewStatements, ...]
    money: tuple[MoneyChange, ...]
    taken_back: tuple[TakenBack, ...]
    findings: tuple[FindingView, ...]
    tranches: tuple[TrancheChange, ...]
    late: tuple[OpenChange, ...]
    missing: tuple[OpenChange, ...]
    settled: tuple[OpenChange, ...]
    leads: tuple[Message, ...]
    asked: tuple[Task, ...]
    done: tuple[Task, ...]


@uncollected()
def changes(stood: Status, now: Book, stands: Status | None = None) -> Changes:
    """Return what is new in a book.

    Args:
        stood: how it stood when less was known.
        now: the book.
        stands: how it stands, where that is at hand.
    """
    stands = status(now) if stands is None else stands
    new = [*headings(now, stood.size)]
    opened, settled = _opened(stood, stands)
    known, leads = ((*one.goods_leads, *one.money_leads) for one in (stood, stands))
    before, after = _tasks(stood), _tasks(stands)
    return Changes(
        since=stood.as_of,
        since_size=stood.size,
        as_of=stands.as_of,
        size=now.size,
        said=_said(new, stands),
        money=tuple(_money(stood, stands)),
        taken_back=tuple(_taken_back(now, new, stands)),
        findings=tuple(one for one in stands.findings if one.entry >= stood.size),
        tranches=tuple(_tranches(stood, stands)),
        late=tuple(one for one in opened if one.lost.state == "overdue"),
        missing=tuple(one for one in opened if one.lost.state != "overdue"),
        settled=settled,
        leads=tuple(lead for lead in leads if lead not in known),
        asked=tuple(task for key, task in after.items() if key not in before),
        done=tuple(task for key, task in before.items() if key not in after),
    )


def _said(new: list[StatementHeading], stands: Status) -> tuple[NewStatements, ...]:
    refused = {one.entry for one in stands.without_effect}
    kinds: dict[tuple[str, str | None], list[StatementHeading]] = defaultdict(list)
    for said in new:
        if said.kind != "clock":
            kinds[said.kind, said.step].append(said)
    told = [
        NewStatements(
            kind=kind,
            step=step,
            count=len(of),
            without_effect=sum(said.entry in refused for said in of),
            first=of[0].entry,
            last=of[-1].entry,
        )
        for (kind, step), of in kinds.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.count, one.first)))


def _money(stood: Status, stands: Status) -> Iterator[MoneyChange]:
    before = {one.currency: one for one in stood.currencies}
    for one in stands.currencies:
        known = before.get(one.currency)
        grown = {
            name: resting(
                getattr(one, name).amount - (getattr(known, name).amount if known else 0),
                one.pledged.resource,
                (entry for entry in getattr(one, name).entries if entry >= stood.size),
            )
            for name in ("pledged", "paid", "spent")
        }
        if any(figure.amount for figure in grown.values()):
            yield MoneyChange(currency=one.currency, **grown)


def _taken_back(now: Book, new: list[StatementHeading], stands: Status) -> Iterator[TakenBack]:
    refused = {one.entry for one in stands.without_effect}
    for heading in new:
        if not heading.takes_back or heading.entry in refused:
            continue
        said = recorded(now, heading.entry)
        match said.statement:
            case Correction():
                yield TakenBack(by=said, corrected=recorded(now, now.index_of(said.statement.body.corrects)))
            case Goods() if said.statement.body.said.error_reason is not None:
                yield TakenBack(by=said, corrected=None)


def _tranches(stood: Status, stands: Status) -> Iterator[TrancheChange]:
    before = {one.tranche: one for one in stood.tranches}
    for one in stands.tranches:
        known = before.get(one.tranche)
        if known is None or (known.mark, known.status) != (one.mark, one.status):
            yield TrancheChange(
                tranche=one.tranche,
                mark_before=None if known is None else known.mark,
                mark=one.mark,
                status_before="" if known is None else known.status,
                status=one.status,
            )


def _opened(stood: Status, stands: Status) -> tuple[tuple[OpenChange, ...], tuple[OpenChange, ...]]:
    """Return what opened or grew, and what shrank or is gone."""
    before, after = _open(stood), _open(stands)
    opened, settled = [], []
    for key, lost in after.items():
        was = before[key].figure if key in before else Figure(0, lost.figure.resource)
        change = OpenChange(lost=lost, before=was, now=lost.figure)
        if abs(lost.figure.amount) > abs(was.amount) or (key in before and before[key].state != lost.state):
            opened.append(change)
        elif abs(lost.figure.amount) < abs(was.amount):
            settled.append(change)
    for key, lost in before.items():
        if key not in after:
            settled.append(OpenChange(lost=lost, before=lost.figure, now=Figure(0, lost.figure.resource)))
    return tuple(opened), tuple(settled)


def _open(status: Status) -> dict[tuple[str, str, str], MissingView]:
    counted = (line for line in status.missing if line.judgement != "within_error" and line.figure.amount)
    return {(line.item, line.figure.resource, line.start): line for line in counted}


def _tasks(status: Status) -> dict[tuple[str, str, str, str], Task]:
    """Return who must act, by whom, what, about what and of what; how much may have changed."""
    return {
        (task.owner, task.code, task.about, task.figure.resource if task.figure else ""): task for task in status.tasks
    }
