"""``enduse works``: from need to project, bill, funds, goods, what is built in and verified; and back to whoever gave."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

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
    from enduse.views.works import ProjectLine


SHOWN: Final = 20
"""Needs, projects and lines of each kind that are shown unless all are asked for."""
WALKED: Final = 5
"""Projects of which everything is shown."""


def works(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A need, project, place or donor: its name, or its identifier.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="All of them, not the first of each kind only.")] = False,
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
    left = 0
    if not everything:
        answer, left = _first(answer)
    _needs(answer, words)
    if answer.of == "programme":
        _projects(answer, words)
    else:
        for project in answer.projects:
            _walk(project, words)
    _life(answer, words)
    _gaps(answer, words, everything=everything)
    if left:
        console.print(
            Text(words.count("and one more: --all shows it", "and {n} more: --all shows them", left), style="dim")
        )


def _first(answer: "WorksView") -> "tuple[WorksView, int]":
    """Return the first of each kind, and how many that leaves out."""
    most = SHOWN if answer.of == "programme" else WALKED
    left = max(0, len(answer.needs) - SHOWN) + max(0, len(answer.projects) - most)
    projects = []
    for project in answer.projects[:most]:
        kinds = ("donors", "milestones", "visits", "bill", "notes", "estimates")
        told = ("notes",) if answer.of == "programme" else kinds
        left += sum(max(0, len(getattr(project, kind)) - SHOWN) for kind in told)
        projects.append(msgspec.structs.replace(project, **{kind: getattr(project, kind)[:SHOWN] for kind in kinds}))
    return msgspec.structs.replace(answer, needs=answer.needs[:SHOWN], projects=tuple(projects)), left


def _needs(answer: "WorksView", words: "Localizer") -> None:
    """Print the needs: how urgent by the published weights, what each costs, what stands behind it, what answers it."""
    from enduse.pages.bill_words import damage_words, need_cells, needs_columns, weights_words

    if not answer.needs:
        return
    ranked = bool(answer.weights)
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for number, title in enumerate(needs_columns(words, ranked=ranked)):
        table.add_column(Text(title), justify="right" if ranked and not number else "left")
    for need in answer.needs:
        *cells, funds, projects = need_cells(need, words, ranked=ranked)
        table.add_row(
            *map(Text, cells),
            Text(funds, style="yellow" if need.unfunded else ""),
            Text(projects, style="" if need.projects else "yellow"),
        )
    console.print(table)
    for need in answer.needs:
        told = damage_words(need.body, words)
        if told and answer.of != "programme":
            console.print(Text(f"{words.name(need.need)}: {told}"))
    if ranked:
        console.print(Text(weights_words(answer.weights, words), style="dim"))


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
    from enduse.pages.bill_words import milestone_words
    from enduse.pages.works_words import donors_words, money_words, visit_words

    console.print()
    console.print(_head(project, words))
    body = project.body
    rows = Table.grid(padding=(0, 2))
    rows.add_row(Text(words.say("need"), style="dim"), Text(words.name(body.need) if body.need else words.say("none")))
    builder = body.contractor or project.owner
    rows.add_row(Text(words.say("builder"), style="dim"), Text(words.name(builder)))
    for text in filter(None, (money_words(line, words) for line in project.money)):
        rows.add_row(Text(words.say("money"), style="dim"), Text(text))
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
    from enduse.pages.bill_words import bill_columns, control_words

    (asked, billed), *others = bill_columns(project.bill, words)
    above = [one.norm is not None and one.norm.verdict == "above" for one in project.bill]
    toned = [Text(cell, style="yellow" if one else "") for cell, one in zip(billed, above, strict=True)]
    print_figures(
        Text(words.say("bill of quantities")),
        [Text(words.material(one.billed.resource)) for one in project.bill],
        [(Text(asked), toned), *((Text(title), list(map(Text, cells))) for title, cells in others)],
    )
    for told in control_words(project.bill, words):
        console.print(Text(told))


def _life(answer: "WorksView", words: "Localizer") -> None:
    """Print what residents of a place see, and what was delivered there, side by side by month."""
    if answer.life is not None:
        console.print()
        print_indicators(answer.life, words)


def _gaps(answer: "WorksView", words: "Localizer", *, everything: bool) -> None:
    """Print what nobody answers, pays for, or has placed."""
    from enduse.pages.works_access_words import some_names

    def named(names: tuple[str, ...]) -> str:
        return words.named(names) if everything else some_names(names, words)

    for names, told in (
        (answer.unanswered, words.say("No project answers: {names}", names=named(answer.unanswered))),
        (answer.unfunded, words.say("Not funded: {names}", names=named(answer.unfunded))),
        (answer.unplaced, words.say("Without a place: {names}", names=named(answer.unplaced))),
    ):
        if names and answer.of in {"programme", "place", "donor"}:
            console.print(Text(told, style="yellow"))
