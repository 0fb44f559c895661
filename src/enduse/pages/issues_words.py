"""Two issues of one table, in words."""

from collections.abc import Iterator

from enduse.pages.comparison import WordedComparison, WordedFigure, WordedTable
from enduse.pages.localizer import Localizer
from enduse.views.issues import GoneRow, IssuesView

_LITTLE = 24
"""Rows of a summary that a terminal shows."""


def issues_words(view: IssuesView, words: Localizer) -> WordedComparison:
    """Return the comparison of two issues in one language."""
    say = words.say
    return WordedComparison(
        title=say("Two issues of one table"),
        lead=tuple(_lead(view, words)),
        figures=(
            WordedFigure(say("rows in {file}", file=view.old.name), view.old.rows, _reaches(view.old.last_day, words)),
            WordedFigure(say("rows in {file}", file=view.new.name), view.new.rows, _reaches(view.new.last_day, words)),
            WordedFigure(say("unchanged"), view.unchanged),
            WordedFigure(say("changed"), view.changed, _changed(view, words)),
            WordedFigure(say("new"), len(view.added), _late(view, words)),
            WordedFigure(say("gone"), len(view.gone), _back(view, words)),
        ),
        tables=tuple(_tables(view, words)),
        closing=(
            say(
                "A row that is gone or changed is no longer stated as it was: it may have been a double entry or a slip."
            ),
        ),
    )


def _lead(view: IssuesView, words: Localizer) -> Iterator[str]:
    say = words.say
    if view.identity:
        yield say("A row is known by its {columns}.", columns=words.listed(view.identity))
    else:
        yield say(
            "No column names each row once, so rows are compared by their content: a changed row is one gone and one new."
        )
    if view.date:
        yield say("The date of a row is in {column}.", column=view.date)
    else:
        yield say("No column holds the date of a row: how late a row came is not known.")
    if view.since and view.until:
        yield say(
            "Only rows dated {start} to {end} are counted.", start=_day(view.since, words), end=_day(view.until, words)
        )
    elif view.until:
        yield say("Only rows dated no later than {end} are counted.", end=_day(view.until, words))
    elif view.since:
        yield say("Only rows dated no earlier than {start} are counted.", start=_day(view.since, words))
    if view.ignored:
        yield say("Not compared: {columns}.", columns=words.listed(view.ignored))
    for side in (view.old, view.new):
        if side.only_here:
            yield say("Only in {file}: {columns}.", file=side.name, columns=words.listed(side.only_here))
        if side.unread:
            yield words.count(
                "One row of {file} could not be read and is not counted.",
                "{n} rows of {file} could not be read and are not counted.",
                len(side.unread),
                file=side.name,
            )


def _day(text: str, words: Localizer) -> str:
    return words.moment(text)


def _reaches(day: str, words: Localizer) -> str:
    return words.say("the last is dated {day}", day=_day(day, words)) if day else ""


def _changed(view: IssuesView, words: Localizer) -> str:
    return words.listed(
        words.say("{column} {number}", column=name, number=words.number(rows)) for name, rows in view.by_column.items()
    )


def _late(view: IssuesView, words: Localizer) -> str:
    if not view.late:
        return ""
    return words.count(
        "one came late: dated no later than {day}, and not in {file}",
        "{n} came late: dated no later than {day}, and not in {file}",
        view.late,
        day=_day(view.old.last_day, words),
        file=view.old.name,
    )


def _back(view: IssuesView, words: Localizer) -> str:
    if not view.back:
        return ""
    if not view.identity:
        return words.count(
            "one is among the new but for its {column}",
            "{n} are among the new but for their {column}",
            view.back,
            column=view.back_but,
        )
    if not view.back_but:
        return words.count(
            "one stands there under another {columns}",
            "{n} stand there under another {columns}",
            view.back,
            columns=words.listed(view.identity),
        )
    return words.count(
        "one stands there under another {columns}, equal in all or all but {column}",
        "{n} stand there under another {columns}, equal in all or all but {column}",
        view.back,
        columns=words.listed(view.identity),
        column=view.back_but,
    )


def _tables(view: IssuesView, words: Localizer) -> Iterator[WordedTable]:
    say = words.say
    yield WordedTable(
        title=say("Changes by column"),
        columns=(say("Column"), say("Rows")),
        rows=list(view.by_column.items()),
        brief=_LITTLE,
    )
    yield WordedTable(
        title=say("How late"),
        about=(say("At least so many days lie between the date of a row and the day it was entered."),)
        if view.late
        else (),
        columns=(say("Days late"), say("Rows")),
        rows=[(_band(band.start, band.end, words), band.rows) for band in view.bands],
    )
    yield WordedTable(
        title=say("Late rows by the month of their date"),
        columns=(say("Month"), say("Rows")),
        rows=list(view.late_by_month.items()),
        brief=_LITTLE,
    )
    yield from _rows(view, words)


def _rows(view: IssuesView, words: Localizer) -> Iterator[WordedTable]:
    say = words.say
    yield WordedTable(
        title=say("Changed cells"),
        columns=(say("Identity"), say("Row before"), say("Row now"), say("Column"), say("Before"), say("Now")),
        rows=[(cell.item, cell.old_row, cell.new_row, cell.column, cell.before, cell.after) for cell in view.cells],
    )
    yield WordedTable(
        title=say("New rows"),
        columns=(say("Identity"), say("Row now"), say("Date"), say("Days late"), say("Stood as"), *view.columns),
        rows=[
            (
                row.item,
                row.row,
                row.day,
                "" if row.late is None else row.late,
                _stood(row.before_row, row.before_item),
                *row.cells,
            )
            for row in view.added
        ],
        narrow=5,
    )
    yield WordedTable(
        title=say("Rows that are gone"),
        columns=(
            say("Identity"),
            say("Row before"),
            say("Date"),
            say("Stands now as"),
            say("Row now"),
            say("Different in"),
            *view.columns,
        ),
        rows=[_gone(row) for row in view.gone],
        narrow=6,
    )
    yield WordedTable(
        title=say("What was not read as it stands"),
        columns=(say("File"), say("What"), say("Rows")),
        rows=[
            *(
                (side.name, words.message(part.note), part.count)
                for side in (view.old, view.new)
                for part in side.left_out
            ),
            *(
                (problem.place, words.message(problem.told), 1)
                for side in (view.old, view.new)
                for problem in side.unread
            ),
        ],
    )


def _stood(row: int, item: str) -> str:
    return item or (str(row) if row else "")


def _gone(row: GoneRow) -> tuple[str | int, ...]:
    return (row.item, row.row, row.day, row.back_item, row.back_row or "", row.but, *row.cells)


def _band(start: int, end: int, words: Localizer) -> str:
    if not end:
        return words.say("{start} or more", start=words.number(start))
    return words.say("{start} to {end}", start=words.number(start), end=words.number(end))
