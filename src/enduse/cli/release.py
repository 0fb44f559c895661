"""``enduse release``: each tranche, its condition, and the evidence."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.tree import Tree

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, print_json, say_problem
from enduse.cli.screen import console, escape

if TYPE_CHECKING:
    from enduse.release.verdict import Verdict

MARKS: Final = {"met": "[green]met[/]", "not_met": "[red]not met[/]", "not_known": "[yellow]not known[/]"}


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

        with Book.open(folder) as book:
            tranches = book.tranches(parse_instant(on, end_of_day=True) if on else None)
            checked = check_decisions(book) if check else {}
            if as_json:
                print_json({"tranches": tranches, "decisions": checked})
                tranches = []
            for tranche in tranches:
                name = escape(book.programme.name(tranche.tranche))
                money = f"{tranche.amount.value} {tranche.amount.currency}"
                tree = Tree(f"[bold]{name}[/] for {escape(tranche.project)}, {money}: {escape(tranche.status)}")
                _grow(tree, tranche.verdict, book.index_of)
                for decision, lacking in tranche.pending.items():
                    tree.add(f"decision {escape(decision)} still lacks: {escape(lacking)}")
                console.print(tree)
            if not tranches and not as_json:
                console.print("No tranche waits for a condition here.")
    if not as_json:
        for decision, problems in checked.items():
            console.print(f"decision {escape(decision)}: {'[red]does not hold[/]' if problems else '[green]holds[/]'}")
            for problem in problems:
                say_problem(problem, style="yellow")
    if any(checked.values()):
        raise typer.Exit(DOES_NOT_HOLD)


def _grow(branch: Tree, verdict: "Verdict", index_of: Callable[[str], int]) -> None:
    entries = [str(index_of(name)) for name in verdict.evidence]
    evidence = f"  [dim]entries {', '.join(entries)}[/]" if entries and not verdict.parts else ""
    sentence = verdict.sentence_en.partition(": ")[2] if not verdict.parts else "all parts below"
    grown = branch.add(f"{MARKS[verdict.value]}  {escape(sentence)}{evidence}")
    for part in verdict.parts:
        _grow(grown, part, index_of)
