"""``enduse new``: start a programme."""

import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.add import say_problems, say_remarks
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, opened, print_json, progress
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse import StartedProgramme
    from enduse.pages.localizer import Localizer


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="The programme: a workbook (see `enduse template`), or a programme file in YAML. Without it, it is asked.",
        ),
    ] = None,
    play_all_parties: Annotated[
        bool, typer.Option("--play-all-parties", help="For practice: make every party's key here, and speak for each.")
    ] = False,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="PostgreSQL database that keeps record and book: postgresql://HOST/DATABASE. Without it, DIR does.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start a programme: found its record, make its keeper's key, record what its file says.

    Nobody signs for another, so a programme file says what the keeper says; of a workbook, in which all parties write,
    what others say waits until they take it in with `add`, where their keys are. With --play-all-parties the keys of all
    are made in this one folder, and every page calls the programme practice. Every fault is named before anything is
    recorded. Statements without a mandate are recorded, have no effect, and are listed with the reason.

    Example: enduse new town --from examples/second/programme.yaml --play-all-parties
    """
    with exit_on_error(), ExitStack() as open_until_done:
        words = localizer()
        if file is None:
            file = Path(open_until_done.enter_context(TemporaryDirectory())) / "programme.yaml"
            file.write_text(json.dumps(_asked(folder, words), ensure_ascii=False), encoding="utf-8")
        started = enduse.create(
            folder,
            file,
            lambda name: open_until_done.enter_context(
                progress(words.say("recording {name}", name=name), quiet=as_json)
            ),
            play_all_parties=play_all_parties,
            store=store,
        )
        with opened(folder) as programme:
            names = programme.names()
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
            },
            names,
        )
    else:
        print_started(started, folder, localizer(names))
    if any(result.refused for result in outcomes.values()):
        raise typer.Exit(DOES_NOT_HOLD)


def print_started(started: "StartedProgramme", folder: Path, words: "Localizer") -> None:
    """Print what was recorded, what became of each source, whose keys were made, and what comes next."""
    told = words.count(
        "{origin} stands in {folder}: {n} statement recorded",
        "{origin} stands in {folder}: {n} statements recorded",
        started.size,
        origin=started.origin,
        folder=folder,
    )
    console.print(Text(told))
    for name, result in {"programme": started.said, **started.imports}.items():
        counts = {
            "name": words.say("programme") if name == "programme" else name,
            "accepted": words.number(result.accepted),
            "known": words.number(result.already_recorded),
            "without": words.number(result.no_effect - result.already_recorded),
            "refused": words.number(result.refused),
        }
        if result.already_recorded:
            told = words.say(
                "{name}: {accepted} accepted, {known} recorded before, {without} without effect, {refused} refused",
                **counts,
            )
        else:
            told = words.say("{name}: {accepted} accepted, {without} without effect, {refused} refused", **counts)
        console.print(Text(f"  {told}"))
        say_remarks(result, words)
        say_problems(result.problems, words)
    where, made = folder / "keys" / "parties", len(started.parties)
    told = words.count(
        "The key of {n} party was made: {where}", "The keys of {n} parties were made: {where}", made, where=where
    )
    console.print(Text(told, style="dim"))
    console.print(Text(words.say("Next: {command}", command=f"enduse status {folder}"), style="dim"))


def _asked(folder: Path, words: "Localizer") -> dict[str, object]:
    """Ask on the terminal for the little without which no programme can be founded; return it as a programme file.

    Raises:
        MalformedError: nobody sits at a terminal to be asked.
    """
    if not sys.stdin.isatty():
        raise MalformedError("command.nobody_to_ask", source=str(folder))

    def ask(question: str, default: str | None = None) -> str:
        return str(typer.prompt(question, default=default)).strip()

    title = ask(words.say("What is the programme called?"))
    origin = ask(words.say("What is its record called, unlike any other?"), f"example.org/{folder.name}")
    keeper = ask(words.say("Who keeps the record?"))
    place = ask(words.say("In which country or area is it?"))
    language = words.language
    return {
        "origin": origin,
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
        "founding": {
            "title": {language: title},
            "keeper": "party:keeper",
            "languages": list(dict.fromkeys([language, "en"])),
            "open_acts": [
                "goods",
                "pledge",
                "commitment",
                "disbursement",
                "expenditure",
                "refund",
                "acceptance",
                "exchange",
            ],
        },
        "parties": [{"party": "party:keeper", "name": {language: keeper}, "type": "agency"}],
        "places": [{"place": "place:all", "name": {language: place}, "type": "area"}],
    }
