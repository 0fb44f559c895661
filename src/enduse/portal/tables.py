"""Tables under addresses that stay: the answers as CSV and Parquet, as everybody may read them.

They are the tables of ``enduse export`` with the same columns. What may still be on its way is in none of them: it counts as
lying in the store that it left, and a load that is merely late has no row.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from enduse.pages.flat_files import FlatColumn, Form, flat_columns, write_table
from enduse.pages.localizer import Localizer
from enduse.portal import monitors
from enduse.portal.answers import SiteAnswers
from enduse.portal.gaps import public
from enduse.portal.places import moving, tree
from enduse.portal.record import changes, newest_first, told
from enduse.system import read_file
from enduse.views.flat import change_rows, flat_tables, said_rows
from enduse.views.flat_rows import TABLES, SaidStatements
from enduse.views.flat_works import FlatWorks
from enduse.views.goods_lines import GoodsLines, MaterialLines
from enduse.views.shapes import Figure, Holding

SAID: Final = "statements"
FILE_BYTES: Final = 200_000_000
"""Bytes of one file; more is not held in memory for a reader."""
STATEMENTS_MOST: Final = 50_000
"""Statements in one file; the rest stands under the next address."""

FORMS: Final[dict[Form, str]] = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
"""Forms of a table, with the media type of each."""


class TableAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A table and where it is.

    Attributes:
        table: its name.
        csv, parquet: addresses, from the root of the site.
        columns: in the order in which they stand in both.
    """

    table: str
    csv: str
    parquet: str
    columns: tuple[FlatColumn, ...]


def table_addresses() -> tuple[TableAddress, ...]:
    """Return every table there is."""
    return tuple(
        TableAddress(table=name, csv=f"tables/{name}.csv", parquet=f"tables/{name}.parquet", columns=flat_columns(name))
        for name in TABLES
    )


def table_file(answers: SiteAnswers, table: str, form: Form, language: str, after: int = 0) -> bytes:
    """Return a table as a file.

    Args:
        answers: of the programme.
        table: one of :data:`enduse.views.flat_rows.TABLES`.
        form: of the file.
        language: in which names stand beside identifiers.
        after: of statements, the first that stands in it.

    Raises:
        MissingExtraError: Parquet is asked for, and the extra ``analytics`` is not installed.
    """
    rows = _said(answers, after) if table == SAID else answers.kept(f"rows {table}", _maker(table))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{table}.{form}"
        standing = answers.standing
        tail = (standing.origin, answers.size, answers.programme.root, standing.practice)
        write_table(path, table, rows, tail, form, Localizer(language, answers.names))
        return read_file(path, FILE_BYTES)


def next_after(answers: SiteAnswers, after: int) -> int | None:
    """Return where the statements go on behind those of a file; ``None`` where they do not."""
    end = after + STATEMENTS_MOST
    return end if end < answers.size else None


def _maker(table: str) -> Callable[[SiteAnswers], list[msgspec.Struct]]:
    return lambda answers: answers.kept("tables", _tables)[table]


def _tables(answers: SiteAnswers) -> dict[str, list[msgspec.Struct]]:
    """Return the rows of all tables but that of statements."""
    now = answers.status
    away = {each.number for each in answers.unsettled}
    status = msgspec.structs.replace(
        now,
        missing=tuple(lost for lost in map(public, now.missing) if lost.state != "overdue"),
        tasks=tuple(task for task in now.tasks if task.about not in away),
    )
    late = [one for one in answers.programme.late() if one.item not in away]
    built = FlatWorks(
        works=answers.works,
        indicators=answers.indicators(""),
        access=answers.programme.access_public(),
        visits=monitors.visits(answers).view.visits,
    )
    made = flat_tables(status, answers.cash, _by_donor(answers.goods), late, _holdings(answers), (), built)
    made["loans"] = [one for one in made["loans"] if not away or _arrived(answers, one)]
    new = changes(answers, "").changes
    made["changes"] = [] if new is None else list(change_rows(msgspec.structs.replace(new, late=())))
    return made


def _arrived(answers: SiteAnswers, row: msgspec.Struct) -> bool:
    """Say whether all that a loan rests on may be told: what came in part may tell where the rest is going."""
    entries: Iterable[int] = getattr(row, "entries", ())
    said = (next(newest_first(answers, entry, entry + 1)) for entry in entries)
    return not any(told(answers, one).held_back for one in said)


def _by_donor(lines: GoodsLines) -> GoodsLines:
    """Return goods by donor: by place and project it could be told where a load is going."""

    def hidden(material: MaterialLines) -> MaterialLines:
        donors = []
        for line in material.donors:
            held, way = line.sums.held, line.sums.on_way
            sums = msgspec.structs.replace(
                line.sums, held=Figure(held.amount + way.amount, held.resource), on_way=Figure(0, held.resource)
            )
            donors.append(msgspec.structs.replace(line, sums=sums))
        return msgspec.structs.replace(material, donors=tuple(donors), places=(), projects=())

    return msgspec.structs.replace(lines, materials=tuple(map(hidden, lines.materials)))


def _holdings(answers: SiteAnswers) -> Iterable[Holding]:
    """Give what lies where; what left a store and may still be on its way lies there still."""
    known = tree(answers)
    at: dict[str, list[Figure]] = {}
    for material in answers.goods.materials:
        for line in material.places:
            amount = line.sums.held.amount + moving(answers, (line.name,), material.resource)
            if amount and line.name:
                at.setdefault(line.name, []).append(Figure(amount, material.resource))
    for place, stock in at.items():
        above = known.above(place)
        areas = [each for each in above if each in known.by_name and known.by_name[each].type in {"area", "country"}]
        kind = known.by_name[place].type if place in known.by_name else ""
        yield Holding(place=place, type=kind, area=next(iter(areas), place), stock=tuple(stock))


def _said(answers: SiteAnswers, after: int) -> list[SaidStatements]:
    """Return the statements of one file; of what is held back, and of the hour, nothing."""
    end = min(after + STATEMENTS_MOST, answers.size)
    found = [one for one in newest_first(answers, after, end) if not told(answers, one).held_back]
    return [
        msgspec.structs.replace(row, happened_at=_day(row.happened_at), recorded_at=_day(row.recorded_at))
        for row in said_rows(reversed(found))
    ]


def _day(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
