"""``enduse release``: each tranche, its condition, and the evidence."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text
from rich.tree import Tree

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, opened, print_json, say_problem
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.shapes import ConditionView, TrancheView

STYLES: Final = {"met": "green", "not_met": "red", "not_known": "yellow"}


def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="By the conditions in force on this day; by default the last.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Fold the record again for each decision: does it rest on what it says?")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show every tranche: met, not met or not known, part by part, with the statements that make it so.

    Says up to which checkpoint all of it was verified, and who else has signed that one. What is not known releases nothing. Humanitarian projects have no conditions and do not appear here.

    Example: enduse release demo
    """
    with exit_on_error(), opened(folder) as programme:
        tranches, names = programme.tranches(on), programme.names()
        checked = programme.check_decisions() if check else {}
        checkpoint = programme.verified()
    if as_json:
        print_json({"tranches": tranches, "decisions": checked, "verified": checkpoint}, names)
    else:
        from enduse.views.verified import checkpoint_messages

        words = localizer(names)
        for tranche in tranches:
            console.print(tranche_tree(tranche, words))
        if not tranches:
            console.print(Text(words.say("No tranche waits for a condition here.")))
        if unconfirmed := sorted({party for tranche in tranches for party in tranche.unconfirmed}):
            said = words.say(
                "Nobody but the keeper says that these parties' keys are theirs: {parties}. See `enduse key list`.",
                parties=words.named(unconfirmed),
            )
            console.print(Text(said, style="dim"))
        for message in checkpoint_messages(checkpoint):
            console.print(Text(words.message(message), style="dim"))
        for decision, problems in checked.items():
            holds = words.say("does not hold") if problems else words.say("holds")
            said = words.say("decision {decision}: {holds}", decision=words.name(decision), holds=holds)
            console.print(Text(said, style="red" if problems else "green"))
            for problem in problems:
                say_problem(problem, style="yellow")
    if any(checked.values()):
        raise typer.Exit(DOES_NOT_HOLD)


def tranche_tree(tranche: "TrancheView", words: "Localizer") -> Tree:
    """Return a tranche with its conditions and the evidence of each, as a tree."""
    about = words.say(
        "{tranche} for {project}, {amount}: {status}",
        tranche=words.name(tranche.tranche),
        project=words.name(tranche.project),
        amount=words.of(tranche.amount),
        status=words.term(tranche.status),
    )
    tree = Tree(Text(about, style="bold"))
    _grow(tree, tranche.condition, words)
    for told in tranche.marks:
        tree.add(Text(words.message(told), style="yellow"))
    for decision, lacking in tranche.pending.items():
        name, message = words.name(decision), words.message(lacking)
        tree.add(Text(words.say("decision {decision} still lacks: {lacking}", decision=name, lacking=message)))
    return tree


def _grow(branch: Tree, condition: "ConditionView", words: "Localizer") -> None:
    line = Text.assemble((words.term(condition.mark), STYLES[condition.mark]), "  ")
    line.append(words.message(condition.demand) if not condition.parts else words.say("all parts below"))
    for why in condition.why:
        line.append(words.say("; ") + words.message(why))
    if condition.entries and not condition.parts:
        entries = words.listed(map(str, condition.entries))
        line.append("  " + words.say("statements {list}", list=entries), style="dim")
    grown = branch.add(line)
    for part in condition.parts:
        _grow(grown, part, words)
