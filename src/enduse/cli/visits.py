"""``enduse visits``: who was to go where, who went, what came of it, and who watches the monitors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.detection import print_detection
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse import VisitsView
    from enduse.messages import Message
    from enduse.pages.localizer import Localizer
    from enduse.views.monitors import MonitorView, VisitView


def visits(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    monitor: Annotated[
        str, typer.Option(metavar="PARTY", help="Only the visits of this monitor: its name, or its identifier.")
    ] = "",
    bearable: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Say whether visits have checked enough records, if so large a share of false ones is borne.",
            min=0,
            max=0.99,
        ),
    ] = None,
    wrong: Annotated[
        float, typer.Option(help="Chance, at most, that what --bearable shows does not hold.", min=0.0001, max=0.5)
    ] = 0.05,
    loss: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Say what accountancy and visits together would see if so large a share of what passed a place were taken there.",
            min=0.0001,
            max=1,
        ),
    ] = None,
    of: Annotated[
        int | None, typer.Option(help="Records in all; else the statements on goods, readings and milestones.", min=1)
    ] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show visits from promise to what was done about them, and each monitor: promised, made, told late, acted on, contradicted.

    Every draw that a visit names is drawn again from the record; a place chosen outside its draw says so. That one monitor goes
    to one site more often running than the programme's rule allows, or is related to whoever builds or holds goods there, is told
    as what is so, never as an accusation. A visit is told late by the record's clock, whatever day its monitor claims.
    With --bearable it says how many of all records may be false, and whether to stop checking or go on: the limits hold at every look.

    With --loss it says for each place how surely a loss would be seen by accountancy or by visits as in the newest round drawn, and
    what one more visit in a round would add; enduse plan --visits N --loss SHARE says the same for a round still to be drawn.

    Example: enduse visits demo --monitor "Independent Monitor"
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        answer, names, date = then.visits(monitor), then.names(), dated(then)
        checked = None
        if bearable is not None:
            checked = then.checked_records(monitor, bearable=str(bearable), wrong=str(wrong), of=of)
        detected = None if loss is None else then.detection(loss=str(loss))
    if as_json:
        print_json({**date, **msgspec.structs.asdict(answer), "checked_records": checked, "detection": detected}, names)
        return
    words = localizer(names)
    if not answer.visits:
        console.print(Text(words.say("No visit is planned or made.")))
    for one in answer.monitors:
        _monitor(one, answer, words)
    if detected is not None:
        print_detection(detected, words)
    if checked is not None and answer.visits:
        from enduse.pages.enough_words import enough_words

        for told in enough_words(checked, words):
            console.print(Text(told))


def _monitor(one: "MonitorView", answer: "VisitsView", words: "Localizer") -> None:
    """Print one monitor: its figures, where it has been, its rounds and its visits."""
    from enduse.pages.visits_words import contradiction_words, monitor_figures, place_words, round_words, share_words

    console.print(Text(words.name(one.monitor), style="bold"))
    rows = Table.grid(padding=(0, 2))
    for label, number in monitor_figures(one, words):
        rows.add_row(Text(label, style="dim"), Text(number))
    console.print(rows)
    for contradiction in one.contradicted:
        name = words.isolate(contradiction.visit or words.number(contradiction.of))
        console.print(Text(f"{name}: {contradiction_words(contradiction, words)}", style="yellow"))
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for title in (words.say("place"), words.say("at stake"), words.say("visited")):
        table.add_column(Text(title))
    for place in one.places:
        table.add_row(
            Text(words.name(place.place)), Text(share_words(place.stake, words)), Text(place_words(place, words))
        )
    console.print(table)
    for each in answer.rounds:
        if each.monitor == one.monitor:
            console.print(Text(round_words(each, words), style="dim"))
    _facts(one.facts, words)
    for visit in answer.visits:
        if visit.monitor == one.monitor:
            _visit(visit, words)


def _visit(visit: "VisitView", words: "Localizer") -> None:
    from enduse.pages.visits_words import found_words, visit_words

    style = "yellow" if visit.state == "overdue" else ""
    console.print(
        Text.assemble((words.name(visit.place), "bold"), f"  {words.isolate(visit.visit)} · ").append(
            visit_words(visit, words), style=style
        )
    )
    for told in found_words(visit, words):
        console.print(Text(f"  {told}"))
    _facts(visit.facts, words)


def _facts(facts: "tuple[Message, ...]", words: "Localizer") -> None:
    for fact in facts:
        remedy = words.remedy(fact)
        console.print(Text(f"  {words.message(fact)}{': ' + remedy if remedy else ''}", style="yellow"))
