"""``enduse history``: the whole ledger as Parquet tables that only grow, and engines that give the same figures of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, opened, print_json, say_problem
from enduse.cli.past import AsAt, AsKnown
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.history.checking import HistoryAnswer, HistoryChecked
    from enduse.pages.localizer import Localizer

SHOWN: Final = 16
"""Digits of a digest that are shown."""
_CHECK: Final = "`enduse history DIR --check`"


def history(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    to: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Folder of the tables; else `history` in the programme's.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing: hold the tables against the record, and ask engines of them."),
    ] = False,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINE", help="Engine to check with: duckdb, spark or postgresql://...; may be said several times."
        ),
    ] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Write the whole ledger as Parquet tables for DuckDB, PostgreSQL or Spark: postings, statements, purchases.

    Only what is new since the last time is written, as further files; no file is ever changed. Rows rest on the record's
    checkpoint, and tell what was known at any time and what held on any day (docs/reference/history.md).

    With --check (or an engine or a time, which are only for it) nothing is written: each file is compared with the record row
    by row, and each engine's balances, money by year, and goods sent and cleared with the book's own. Leaves with exit code
    1 and names the file or the engine where anything differs.

    Example: enduse history demo --to ledger
    """
    with exit_on_error(), opened(folder) as programme:
        if check or engine or as_at is not None or as_known is not None:
            checked = programme.check_history(to, engines=engine or ["duckdb"], as_at=as_at, as_known=as_known)
            _say_checked(checked, as_json=as_json)
            return
        written = programme.history(to)
    if as_json:
        print_json({**msgspec.structs.asdict(written), "folder": str(written.folder)})
        return
    words = localizer()
    for file in written.files:
        console.print(Text(str(written.folder / file)))
    if not written.files:
        console.print(Text(words.say("Nothing is new.")))
    if written.first:
        # Said each time: who can change a file can change the list beside it too.
        told = words.say(
            "Rows that were here before are not compared with the record; {command} does that.", command=_CHECK
        )
        console.print(Text(told, style="yellow"))
    _say_root(words, written.after, written.root)


def _say_root(words: "Localizer", n: int, root: str) -> None:
    told = words.count(
        "It rests on {n} statement, root {root}.", "It rests on {n} statements, root {root}.", n, root=root[:SHOWN]
    )
    console.print(Text(told, style="dim"))


def _say_checked(checked: "HistoryChecked", *, as_json: bool) -> None:
    if as_json:
        print_json({"ok": checked.ok, **msgspec.structs.asdict(checked), "folder": str(checked.folder)})
    else:
        words, rows = localizer(), Table.grid(padding=(0, 2))
        for each in checked.answers:
            rows.add_row(*_answer(words, each))
        console.print(rows)
        for problem in checked.problems:
            say_problem(problem)
        if checked.ok:
            told = words.count(
                "{n} file holds what the record gives, and every engine gives the book's own figures.",
                "{n} files hold what the record gives, and every engine gives the book's own figures.",
                checked.files,
            )
            console.print(Text(told, style="bold green"))
        _say_root(words, checked.size, checked.root)
    if not checked.ok:
        raise typer.Exit(DOES_NOT_HOLD)


def _answer(words: "Localizer", each: "HistoryAnswer") -> tuple[Text, ...]:
    """Return the cells of one answer: which, of when, of how many rows, their digest, and who gives the same."""
    from enduse.pages.catalogue import mark

    names = {
        "balances": mark("Balances"),
        "money_by_year": mark("Money by year"),
        "dispatched": mark("Sent and cleared"),
    }
    if each.as_at is None:
        of = words.count("of {n} statement", "of {n} statements", each.size)
    else:
        time = words.moment(each.as_at.isoformat(), with_time=True)
        of = words.count("of {n} statement, as at {time}", "of {n} statements, as at {time}", each.size, time=time)
    same = [name for name, digest in each.engines.items() if digest == each.sha256]
    other = [name for name in each.engines if name not in same]
    return (
        Text(words.say(names[each.question]), style="bold"),
        Text(of),
        Text(words.count("{n} row", "{n} rows", each.rows)),
        Text(each.sha256[:SHOWN], style="dim"),
        Text(words.listed(map(words.isolate, same)), style="green"),
        Text(
            words.say("not {engines}", engines=words.listed(map(words.isolate, other))) if other else "",
            style="bold red",
        ),
    )
