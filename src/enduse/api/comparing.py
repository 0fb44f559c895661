"""Questions to two tables, without a programme."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from enduse.api.questions import Folder
from enduse.exchange.tables.comparable import own_date, read_two_issues
from enduse.exchange.tables.values import day_of
from enduse.views.issues import IssuesView
from enduse.views.issues import compare_issues as compared


def compare_issues(
    old: Folder,
    new: Folder,
    *,
    identity: Sequence[str] = (),
    by_content: bool = False,
    date: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    ignore: Sequence[str] = (),
) -> IssuesView:
    """Return what became of a table from one issue to the next.

    Columns are brought together by name. White space, the way a number or a day is written, and the script of its
    digits make no difference.

    Args:
        old: the earlier issue: CSV, CSV in gzip, or XLSX.
        new: the later issue.
        identity: columns that name a row; else one that is called so (``id``, ``waybill``) and names each row once.
        by_content: compare rows by content alone, as two bags.
        date: the column of each row's own date; else one that is called so and holds days.
        since: look only at rows dated no earlier.
        until: look only at rows dated no later.
        ignore: columns that are not compared.

    Raises:
        UnknownError: a file cannot be opened.
        MalformedError: a file is no table, lacks a column, shares none with the other, or an identity stands twice.
        ConflictError: both are the same file.
        LimitError: a table is too large.

    Example:
        >>> import enduse
        >>> found = enduse.compare_issues(
        ...     "examples/two-tables/list-october.csv", "examples/two-tables/list-november.csv"
        ... )
        >>> found.unchanged, found.changed, len(found.added), found.late, len(found.gone)
        (7, 2, 3, 1, 1)
    """
    wanted = (date,) if date else ()
    tables = read_two_issues(
        Path(old), Path(new), identity=identity, by_content=by_content, wanted=wanted, ignored=ignore
    )
    column = own_date(tables, date)
    return compared(*tables, day_of=day_of, date_column=column, since=since, until=until)
