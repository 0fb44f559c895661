"""``enduse mandates``: who is responsible for what, where, when; and where nobody is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, more_words, opened, print_json
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.responsibilities import CoverageGap, Responsibilities

SHOWN: Final = 30


def mandates(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="On this day; by default the record's last.")] = None,
    leaving: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PARTY=DATE", help="What if PARTY left on DATE, such as party:fund=2026-06-01? Repeatable."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who holds each function in each place on a day, and every gap and overlap from that day on.

    Shows too which mandates ought not to be in one hand, or in related hands, where that came to light after acceptance,
    and which holders are held related, by which ties; a tie that is over counts for a time after. Last, how posts are filled, in
    counts, beside the programme's rule. A mandate that was offered and is not accepted on record stands below the gaps. Leaves with exit code 1 when there is a gap, an overlap or such a clash.

    Example: enduse mandates demo --on 2026-06-01
    """
    with exit_on_error(), opened(folder) as programme:
        gone = {programme.find(party, "party"): day for party, day in map(_leaving, leaving or ())}
        answer = programme.mandates(on, gone)
        names = programme.names()
    if as_json:
        print_json(msgspec.structs.asdict(answer), names)
    else:
        words = localizer(names)
        console.print(_held(answer, words))
        _print(answer, words)
    if answer.gaps or answer.overlaps or answer.clashes:
        raise typer.Exit(DOES_NOT_HOLD)


def _leaving(word: str) -> tuple[str, str]:
    party, equals, day = word.rpartition("=")
    if not equals:
        raise MalformedError("command.leaving_no_day", text=word)
    return party, day


def _held(answer: "Responsibilities", words: "Localizer") -> Table:
    title = words.say("on {day}", day=words.moment(answer.on.isoformat()))
    table = Table(box=None, padding=(0, 2), pad_edge=False, title=Text(title), title_justify="left")
    for column in (words.say("function"), words.say("place"), words.say("held by")):
        table.add_column(Text(column))
    for mandate in answer.held:
        functions, places = (words.named(items) for items in (mandate.functions, mandate.places))
        table.add_row(Text(functions), Text(places), Text(words.name(mandate.holder)))
    return table


def _print(answer: "Responsibilities", words: "Localizer") -> None:
    from enduse.pages.mandate_words import offered_words

    rows = Table.grid(padding=(0, 2))
    for gap in answer.gaps[:SHOWN]:
        rows.add_row(Text(words.say("gap"), style="red"), Text(_gap(gap, words)))
    for offer in answer.offered[:SHOWN]:
        rows.add_row(Text(words.say("offered"), style="yellow"), Text(offered_words(offer, words)))
    for overlap in answer.overlaps[:SHOWN]:
        told = words.say(
            "{function} in {place}: {parties} from {start} to {end}",
            function=words.name(overlap.function),
            place=words.name(overlap.place),
            parties=words.named(overlap.holders),
            start=words.moment(overlap.start.isoformat()),
            end=words.moment(overlap.end.isoformat()),
        )
        rows.add_row(Text(words.say("overlap"), style="yellow"), Text(told))
    for clash in answer.clashes[:SHOWN]:
        rows.add_row(Text(words.say("clash"), style="red"), Text(words.message(clash)))
    for path in answer.related[:SHOWN]:
        rows.add_row(Text(words.say("related"), style="yellow"), Text(words.listed(map(words.message, path))))
    for filled in answer.posts[:SHOWN]:
        rows.add_row(Text(words.say("posts"), style="yellow"), Text(words.message(filled)))
    shown = (answer.gaps, answer.offered, answer.overlaps, answer.clashes, answer.related, answer.posts)
    more = sum(max(0, len(each) - SHOWN) for each in shown)
    if more:
        rows.add_row("", more_words(more, words))
    if rows.row_count:
        console.print(rows)


def _gap(gap: "CoverageGap", words: "Localizer") -> str:
    """Return where nobody holds a function, from when to when, who held it last, and how many people live there."""
    told = words.say(
        "{function} in {places}: nobody from {start} to {end}",
        function=words.name(gap.function),
        places=words.named(gap.places),
        start=words.moment(gap.start.isoformat()),
        end=words.moment(gap.end.isoformat()),
    )
    parts = [told]
    if gap.last_holder:
        parts.append(words.say("last held by {party}", party=words.name(gap.last_holder)))
    if gap.people is not None:
        parts.append(words.count("{n} person lives there", "{n} people live there", gap.people))
    return words.listed(parts, sentences=True)
