"""``enduse new``: start a programme."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, progress, say_problem
from enduse.cli.screen import console


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    file: Annotated[Path, typer.Option("--from", metavar="FILE.yaml", help="The arrangement: see docs/how-to.")],
    play_all_parties: Annotated[
        bool, typer.Option("--play-all-parties", help="For practice: make every party's key here, and speak for each.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Start a programme: found its record, make its keeper's key, record what its file says.

    Nobody signs for another, so the file says what the keeper says. With --play-all-parties it may say what others say
    too: their keys are made in this one folder, and every page calls the programme practice. Statements without a
    mandate are recorded, have no effect, and are listed with the reason.

    Example: enduse new town --from examples/second/programme.yaml --play-all-parties
    """
    with exit_on_error(), ExitStack() as bars:
        words = localizer()
        started = enduse.create(
            folder,
            file,
            lambda name: bars.enter_context(progress(words.say("recording {name}", name=name), quiet=as_json)),
            play_all_parties=play_all_parties,
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
        told = words.count(
            "{origin} stands in {folder}: {n} statement recorded",
            "{origin} stands in {folder}: {n} statements recorded",
            started.size,
            origin=started.origin,
            folder=folder,
        )
        console.print(Text(told))
        for name, result in outcomes.items():
            told = words.say(
                "{name}: {accepted} accepted, {without} without effect, {refused} refused",
                name=words.say("programme") if name == "programme" else name,
                accepted=words.number(result.accepted),
                without=words.number(result.no_effect),
                refused=words.number(result.refused),
            )
            console.print(Text(f"  {told}"))
            for problem in result.problems:
                say_problem(problem, style="yellow", label="" if result.refused else words.say("no effect"))
        if len(started.parties) > 1:
            console.print(Text(words.practice(), style="bold yellow"))
        where, made = folder / "keys" / "parties", len(started.parties)
        told = words.count(
            "The key of {n} party was made: {where}", "The keys of {n} parties were made: {where}", made, where=where
        )
        console.print(Text(told, style="dim"))
        console.print(Text(words.say("Next: {command}", command=f"enduse status {folder}"), style="dim"))
    if any(result.refused for result in outcomes.values()):
        raise typer.Exit(DOES_NOT_HOLD)
