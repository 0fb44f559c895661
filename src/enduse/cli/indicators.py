"""``enduse indicators``: what residents see, in series by place and source, beside what was delivered there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

from enduse.cli.figures import print_figures
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse import IndicatorsView
    from enduse.pages.localizer import Localizer


def indicators(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    place: Annotated[
        str,
        typer.Option(
            "--place", metavar="PLACE", help="Only of this place and those within it; its name, or its identifier."
        ),
    ] = "",
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show what residents see (water, power, clinics, shelter, schools, prices) and polls, beside what was delivered.

    A column a source: nobody's figures are joined with another's, and of a month of which a source says nothing it is said that it
    says nothing. What came stands beside them, month by month; that one follows from the other nobody claims.

    Example: enduse indicators demo --place North
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        answer, names, date = then.indicators(place), then.names(), dated(then)
    if as_json:
        print_json({**date, **msgspec.structs.asdict(answer)}, names)
        return
    print_indicators(answer, localizer(names))


def print_indicators(answer: "IndicatorsView", words: "Localizer") -> None:
    """Print the months, then each series with its source and in which words it was asked, then what nobody published."""
    from enduse.pages.indicators import (
        delivered_columns,
        month_words,
        months,
        series_columns,
        source_words,
        title_of,
        value_words,
    )

    polls = msgspec.structs.replace(answer, series=tuple(one for one in answer.series if one.measure == "other"))
    seen = msgspec.structs.replace(answer, series=tuple(one for one in answer.series if one.measure != "other"))
    columns = [*series_columns(seen, words), *delivered_columns(seen, words)]
    if columns:
        print_figures(
            Text(words.say("month")),
            [Text(month) for month in month_words(months(seen), words)],
            [
                (Text(title), [Text(cell, style="dim" if not any(map(str.isdigit, cell)) else "") for cell in cells])
                for title, cells in columns
            ],
        )
    if not answer.delivered:
        console.print(Text(words.say("No delivery is recorded.")))
    for one in (*seen.series, *polls.series):
        console.print(Text(title_of(one, words), style="bold"))
        for told in source_words(one, words):
            console.print(Text(f"  {told}", style="dim"))
        for value in one.values if one.measure == "other" else ():
            console.print(Text(f"  {value_words(one, value, words)}"))
    if answer.unmeasured:
        measures = words.listed(words.term(one) for one in answer.unmeasured)
        console.print(Text(words.say("nobody has published: {measures}", measures=measures), style="yellow"))
