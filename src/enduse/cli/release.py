"""``enduse release``: each tranche, its condition, and the evidence."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text
from rich.tree import Tree

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_problem
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.release.release import TrancheStanding
    from enduse.release.verdict import Verdict

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

    What is not known releases nothing. Humanitarian projects have no conditions and do not appear here.

    Example: enduse release demo
    """
    with exit_on_error():
        from enduse.book.book import Book
        from enduse.book.evidence import check_decisions
        from enduse.terms.times import parse_instant
        from enduse.views.names import names

        with Book.open(folder) as book:
            tranches = book.tranches(parse_instant(on, end_of_day=True) if on else None)
            checked = check_decisions(book) if check else {}
            known = names(book)
            trees = [] if as_json else [_tree(tranche, localizer(known), book.index_of) for tranche in tranches]
    if as_json:
        print_json({"tranches": tranches, "decisions": checked}, known)
    else:
        words = localizer(known)
        for tree in trees:
            console.print(tree)
        if not trees:
            console.print(Text(words.say("No tranche waits for a condition here.")))
        for decision, problems in checked.items():
            holds = words.say("does not hold") if problems else words.say("holds")
            said = words.say("decision {decision}: {holds}", decision=words.name(decision), holds=holds)
            console.print(Text(said, style="red" if problems else "green"))
            for problem in problems:
                say_problem(problem, style="yellow")
    if any(checked.values()):
        raise typer.Exit(DOES_NOT_HOLD)


def _tree(tranche: "TrancheStanding", words: "Localizer", index_of: Callable[[str], int]) -> Tree:
    about = words.say(
        "{tranche} for {project}, {amount}: {status}",
        tranche=words.name(tranche.tranche),
        project=words.name(tranche.project),
        amount=words.money(tranche.amount.minor(), tranche.amount.currency),
        status=words.term(tranche.status),
    )
    tree = Tree(Text(about, style="bold"))
    _grow(tree, tranche.verdict, words, index_of)
    for decision, lacking in tranche.pending.items():
        name, message = words.name(decision), words.message(lacking)
        tree.add(Text(words.say("decision {decision} still lacks: {lacking}", decision=name, lacking=message)))
    return tree


def _grow(branch: Tree, verdict: "Verdict", words: "Localizer", index_of: Callable[[str], int]) -> None:
    line = Text.assemble((words.term(verdict.value), STYLES[verdict.value]), "  ")
    line.append(words.message(verdict.demand) if not verdict.parts else words.say("all parts below"))
    for why in verdict.why:
        line.append(f"; {words.message(why)}")
    if verdict.evidence and not verdict.parts:
        entries = words.listed(str(index_of(name)) for name in verdict.evidence)
        line.append("  " + words.say("statements {list}", list=entries), style="dim")
    grown = branch.add(line)
    for part in verdict.parts:
        _grow(grown, part, words, index_of)
