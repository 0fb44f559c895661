"""``enduse new``: start a programme."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, print_json, progress, say_problem
from enduse.cli.screen import console, escape


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    file: Annotated[Path, typer.Option("--from", metavar="FILE.yaml", help="The arrangement: see docs/how-to.")],
    as_json: Json = False,
) -> None:
    """Start a programme: found its record, make keys for its parties, record what its file says.

    The private keys lie in DIR/keys/parties; give each to its party and remove it there. Statements without a mandate
    are recorded, have no effect, and are listed with the reason.

    Example: enduse new cairo --from examples/cairo-2014/programme.yaml
    """
    with exit_on_error(), ExitStack() as bars:
        started = enduse.create(
            folder, file, lambda name: bars.enter_context(progress(f"recording {name}", quiet=as_json))
        )
    outcomes = {"programme": started.said, **started.imports}
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "origin": started.origin,
                "size": started.size,
                "parties": started.parties,
                **{
                    name: sum(getattr(result, name) for result in outcomes.values())
                    for name in ("accepted", "no_effect", "refused")
                },
                "problems": [problem for result in outcomes.values() for problem in result.problems],
            }
        )
    else:
        console.print(
            f"[bold]{escape(started.origin)}[/] stands in {escape(folder)}: {started.size:,} statements recorded"
        )
        for name, result in outcomes.items():
            console.print(
                f"  {escape(name)}: {result.accepted:,} accepted, {result.no_effect:,} without effect,"
                f" {result.refused:,} refused"
            )
            for problem in result.problems:
                say_problem(problem, style="yellow")
        console.print(f"Keys of {len(started.parties)} parties were made: {escape(folder)}/keys/parties", style="dim")
        console.print(f"Next: enduse status {escape(folder)}", style="dim")
    if any(result.refused for result in outcomes.values()):
        raise typer.Exit(DOES_NOT_HOLD)
