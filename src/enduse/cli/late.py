"""``enduse late``: what has not arrived, since when, and who may have it."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec.structs import replace
from rich.table import Table
from rich.text import Text

from enduse.cli.money import advance_rows
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enduse.pages.localizer import Localizer
    from enduse.views.missing import LateView
    from enduse.views.shapes import Figure

SHOWN: Final = 40


def late(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    as_at: AsAt = None,
    as_known: AsKnown = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, not the oldest only.")] = False,
    as_json: Json = False,
) -> None:
    """List what has not arrived, the oldest first: how much, since when, why it counts, and who may have it.

    Shows the oldest forty and how much is late in all; --all shows each.

    A consignment is on its way, and nobody is asked, until its receiver says that no more comes, or the time that the
    programme gives for that way has passed. What measurement error explains is left out. An advance is late when the day has passed
    by which it was to be accounted for; who gave it is asked where all that is open waits for its answer.

    Example: enduse late demo
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        names, found, date = then.names(), then.late(), dated(then)
        advances = [one for one in then.advances() if one.days]
    if as_json:
        print_json({**date, "late": found, "advances": advances}, names)
        return
    words = localizer(names)
    if not found and not advances:
        console.print(Text(words.say("Nothing is late.")))
        return
    rows = Table.grid(padding=(0, 2))
    shown = found if everything else found[:SHOWN]
    for part in shown:
        rows.add_row(_when(part, words), _what(part, words))
    if found:
        console.print(rows)
    if left := len(found) - len(shown):
        _say_left(found, left, words)
    if advances:
        advance_rows(advances, words)


def _say_left(found: "Sequence[LateView]", left: int, words: "Localizer") -> None:
    """Print how many more there are, and how much is late in all."""
    sums: dict[str, Figure] = {}
    for figure in (part.figure for part in found):
        before = sums.get(figure.resource)
        sums[figure.resource] = replace(figure, amount=figure.amount + (before.amount if before else 0))
    told = words.count("and one more: --all shows it", "and {n} more: --all shows them", left)
    console.print(Text(told, style="dim"))
    all_of = words.listed([words.of(figure) for figure in list(sums.values())[:SHOWN]])
    console.print(Text(words.say("Late in all: {amounts}.", amounts=all_of), style="bold"))


def _when(part: "LateView", words: "Localizer") -> str:
    """Return the last day on which a part was to come, or the day on which its receiver said that no more comes."""
    if part.state == "short":
        return words.say("closed {day}", day=words.day(part.since))
    # A due time is the end of its day, which a calendar calls the next one.
    return words.say("due {day}", day=words.day(part.due - timedelta(microseconds=1)))


def _what(part: "LateView", words: "Localizer") -> Text:
    """Return how much of what is late, why, between which places, and who may have it."""
    from enduse.pages.missing import holders_words, late_words

    ends = [words.name(place) for place in (part.start, part.end) if place]
    if len(ends) > 1:
        way = words.say("Sent on {day}, {start} to {end}.", day=words.day(part.sent_at), start=ends[0], end=ends[-1])
    else:
        way = words.say("Sent on {day}, {start}.", day=words.day(part.sent_at), start="".join(ends))
    if part.seen_on is not None:
        seen = {"place": words.name(part.seen_at), "day": words.day(part.seen_on), "party": words.name(part.seen_by)}
        way += " " + words.say("Last seen at {place} on {day}, by the word of {party}.", **seen)
    line = Text.assemble((words.of(part.figure), "bold"), f" · {words.isolate(part.item)} · {late_words(part, words)}")
    line.append(f"\n{way} {holders_words(part, words)}", style="dim")
    for lead in part.leads:
        line.append(f"\n{words.say('lead')}: {words.message(lead)}: {words.remedy(lead)}", style="yellow")
    return line
