"""``enduse backlog``: payments that wait for nothing but an inspection, and how many inspectors would clear them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.backlog import WaitingTranche


def backlog(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    a_day: Annotated[
        str, typer.Option(metavar="NUMBER", help="Inspections that one inspector makes a day, such as 0.5.")
    ] = "1",
    by: Annotated[
        str | None, typer.Option(metavar="DATE", help="Say how many inspectors it takes to be through by this day.")
    ] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """List the payments that wait for nothing but an inspection: how long, who inspects, and how many inspectors would clear them.

    A payment stands here when all would be met that it waits for, if inspections confirmed what is not known. What is not met, or what
    only a day, a promise or another payment settles, is not here. First comes what lapses first, then what waits longest.

    Example: enduse backlog demo --by 2026-09-30
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        names, found = then.names(), then.backlog(a_day=a_day, by=by)
    if as_json:
        print_json({"backlog": found}, names)
        return
    from enduse.pages.backlog import backlog_words, clearing_words, inspector_words, promised_words

    words = localizer(names)
    for told in backlog_words(found, words):
        console.print(Text(told))
    who = {name: one for one in reversed(found.inspections) for name in one.tranches}
    rows = Table.grid(padding=(0, 2))
    for tranche in found.tranches:
        line = _line(tranche, words)
        line.append("\n" + inspector_words(who[tranche.tranche], words), style="dim")
        rows.add_row(words.count("one day", "{n} days", tranche.days), line)
    console.print(rows)
    for told in (*clearing_words(found, words), *promised_words(found, words)):
        console.print(Text(told))


def _line(tranche: "WaitingTranche", words: "Localizer") -> Text:
    """Return what waits, how much it is, and what would have to be confirmed."""
    line = Text.assemble((words.text(tranche.title, tranche.tranche), "bold"), f" · {words.of(tranche.amount)}")
    for demand in tranche.demands:
        line.append(f"\n{words.message(demand)}")
    if tranche.lapses is not None:
        line.append(
            "\n" + words.say("It can no longer be paid from {day} on.", day=words.day(tranche.lapses)), style="yellow"
        )
    return line
