"""``enduse works``: from need to project, bill, funds, goods, what is built in and verified; and back to whoever gave."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.figures import print_figures
from enduse.cli.indicators import print_indicators
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse import WorksView
    from enduse.pages.localizer import Localizer
    from enduse.views.shapes import Figure
    from enduse.views.works import BillLine, ProjectLine


def works(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A need, project, place or donor: its name, or its identifier.")
    ] = "",
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show needs and projects: what is needed, what answers it, who pays, what came, what is built in and verified.

    Of a need or a project it walks all the way: need, project, bill of quantities beside norms and the estimates of others,
    funds, goods, use declared and measured, visits, handing over, and who gave. Of a donor it walks back: which projects and needs its
    money and goods reached. Of a place it shows what residents see (water, power, clinics, shelter, schools, prices) beside
    what was delivered. A bill above its norm is a question with its source, never a finding.

    Example: enduse works demo "A clinic in the North"
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        answer, names, date = then.works(name), then.names(), dated(then)
    if as_json:
        print_json({**date, **msgspec.structs.asdict(answer)}, names)
        return
    words = localizer(names)
    if not answer.needs and not answer.projects and answer.life is None:
        none = words.say("No need and no project is stated.")
        if name:
            none = words.say("No need and no project that is stated leads to {name}.", name=words.name(answer.name))
        console.print(Text(none))
        return
    _needs(answer, words)
    if answer.of == "programme":
        _projects(answer, words)
    else:
        for project in answer.projects:
            _walk(project, words)
    _life(answer, words)
    _gaps(answer, words)


def _needs(answer: "WorksView", words: "Localizer") -> None:
    """Print the needs: how urgent by the published weights, what each costs, what stands behind it, what answers it."""
    from enduse.pages.works_words import cost_words, damage_words

    if not answer.needs:
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    if answer.weights:
        table.add_column(Text(words.say("priority")), justify="right")
    for title in (words.say("need"), words.say("place"), words.say("cost"), words.say("funds"), words.say("project")):
        table.add_column(Text(title))
    for need in answer.needs:
        funds = words.listed(map(words.of, need.funds)) if need.funds else words.say("not funded")
        cells = [
            Text(words.name(need.need)),
            Text(words.name(need.place) if need.place else ""),
            Text(cost_words(need.body, words)),
            Text(funds, style="yellow" if need.unfunded else ""),
            Text(
                words.named(need.projects) if need.projects else words.say("none"),
                style="" if need.projects else "yellow",
            ),
        ]
        if answer.weights:
            cells.insert(0, Text("" if need.priority is None else words.number(need.priority)))
        table.add_row(*cells)
    console.print(table)
    for need in answer.needs:
        told = damage_words(need.body, words)
        if told and answer.of != "programme":
            console.print(Text(f"{words.name(need.need)}: {told}"))
    if answer.weights:
        weights = (f"{words.text(one.title, one.criterion)} {one.weight}" for one in answer.weights)
        console.print(
            Text(words.say("priority by the published weights: {weights}", weights=words.listed(weights)), style="dim")
        )


def _projects(answer: "WorksView", words: "Localizer") -> None:
    """Print the projects of a programme, each with how far it is and what is to be asked."""
    for project in answer.projects:
        console.print(_head(project, words))
        _notes(project, words)


def _head(project: "ProjectLine", words: "Localizer") -> Text:
    """Return a project's name, how far it is, and where."""
    from enduse.pages.works_words import stage_words

    where = words.name(project.place) if project.place else words.say("no place known")
    return Text.assemble((words.name(project.project), "bold"), f"  {stage_words(project, words)} · {where}")


def _notes(project: "ProjectLine", words: "Localizer") -> None:
    for note in project.notes:
        remedy = words.remedy(note)
        console.print(Text(f"  {words.message(note)}{': ' + remedy if remedy else ''}", style="yellow"))


def _walk(project: "ProjectLine", words: "Localizer") -> None:
    """Print everything of one project, from the need to what is verified and who gave."""
    from enduse.pages.works_words import donors_words, milestone_words, money_words, visit_words

    console.print()
    console.print(_head(project, words))
    body = project.body
    rows = Table.grid(padding=(0, 2))
    rows.add_row(Text(words.say("need"), style="dim"), Text(words.name(body.need) if body.need else words.say("none")))
    builder = body.contractor or project.owner
    rows.add_row(Text(words.say("builder"), style="dim"), Text(words.name(builder)))
    for line in project.money:
        rows.add_row(Text(words.say("money"), style="dim"), Text(money_words(line, words)))
    for text in donors_words(project, words):
        rows.add_row(Text(words.say("came from"), style="dim"), Text(text))
    for milestone in project.milestones:
        rows.add_row(Text(words.say("milestone"), style="dim"), Text(milestone_words(milestone, words)))
    for visit in project.visits:
        rows.add_row(Text(words.say("visit"), style="dim"), Text(visit_words(visit, words)))
    if project.receiver:
        told = words.say("offered to {party}", party=words.name(project.receiver))
        if project.stage == "handed_over":
            told = words.say("taken over by {party}", party=words.name(project.receiver))
            if project.warranty_until is not None:
                told += ", " + words.say("warranty until {day}", day=words.day(project.warranty_until))
        rows.add_row(Text(words.say("handing over"), style="dim"), Text(told))
    console.print(rows)
    if project.bill:
        _bill(project, words)
    for estimate in project.estimates:
        what = words.say("cost") if estimate.what == "cost" else words.name(estimate.name)
        told = words.say(
            "{what}: {party} estimates {amount}",
            what=what,
            party=words.name(estimate.party),
            amount=words.amount(estimate.figure.amount, estimate.figure.resource),
        )
        console.print(
            Text(told if estimate.independent else f"{told} ({words.say('related to a builder: judges nothing')})")
        )
    _notes(project, words)


def _bill(project: "ProjectLine", words: "Localizer") -> None:
    """Print a bill: on paper, usual by norms, estimated by others, come, declared, measured, found elsewhere."""
    from enduse.pages.works_words import range_words

    lines = project.bill

    def shown(figure: "Figure") -> Text:
        return Text(words.amount(figure.amount, figure.resource) if figure.amount else "")

    columns = (
        (
            words.say("asked for"),
            [Text(words.amount(one.billed.amount, one.billed.resource), style=_tone(one)) for one in lines],
        ),
        (
            words.say("usual by norms"),
            [Text(range_words(one.norm.low, one.norm.high, words) if one.norm else "") for one in lines],
        ),
        (
            words.say("estimated"),
            [
                Text(
                    words.listed(
                        words.amount(each.figure.amount, each.figure.resource)
                        for each in one.estimates
                        if each.independent
                    )
                )
                for one in lines
            ],
        ),
        (
            words.say("quota"),
            [
                Text(words.amount(one.quota.amount, one.quota.resource) if one.quota is not None else "")
                for one in lines
            ],
        ),
        (words.say("came"), [shown(one.came) for one in lines]),
        (words.say("built in"), [shown(one.declared) for one in lines]),
        (words.say("measured"), [Text(range_words(*one.measured, words) if one.measured else "") for one in lines]),
        (words.say("elsewhere"), [shown(one.elsewhere) for one in lines]),
    )
    print_figures(
        Text(words.say("bill of quantities")),
        [Text(words.material(one.billed.resource)) for one in lines],
        [(Text(title), cells) for title, cells in columns if any(cell.plain for cell in cells)],
    )


def _tone(line: "BillLine") -> str:
    return "yellow" if line.norm is not None and line.norm.verdict == "above" else ""


def _life(answer: "WorksView", words: "Localizer") -> None:
    """Print what residents of a place see, and what was delivered there, side by side by month."""
    if answer.life is not None:
        console.print()
        print_indicators(answer.life, words)


def _gaps(answer: "WorksView", words: "Localizer") -> None:
    """Print what nobody answers, pays for, or has placed."""
    for names, told in (
        (answer.unanswered, words.say("No project answers: {names}", names=words.named(answer.unanswered))),
        (answer.unfunded, words.say("Not funded: {names}", names=words.named(answer.unfunded))),
        (answer.unplaced, words.say("Without a place: {names}", names=words.named(answer.unplaced))),
    ):
        if names and answer.of in {"programme", "place", "donor"}:
            console.print(Text(told, style="yellow"))
