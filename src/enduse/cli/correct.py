"""``enduse correct``: take one's own statement back, and say it again as it should be."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.listing import said_words
from enduse.cli.output import Json, exit_on_error, localizer, print_json, published, say_message, say_waiting
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.screen import console, errors
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enduse.pages.localizer import Localizer


def correct(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Number of the statement, as enduse list shows it.")],
    party: Annotated[
        str | None, typer.Option("--as", metavar="PARTY", help="Who corrects it; nobody but who said it can.")
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="What a field should say, instead of being asked; repeatable."
        ),
    ] = None,
    did_not_happen: Annotated[
        bool, typer.Option("--did-not-happen", help="It never happened: take it back and say nothing instead.")
    ] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for readers.")] = "",
    as_json: Json = False,
) -> None:
    """Take a statement back and say it again as it should be; both stay readable.

    Asks for one field after the other, with what it says now: press Enter where that is right. It is signed with the own
    key of the party that said it, which must be here; nobody corrects another's statement. Where the correction would have
    no effect, nothing is recorded, and the reason is told.

    A field is named as people call it (quantity, unit, waybill, material, date), or by its path where several may be meant.

    Example: enduse correct demo 146 --set quantity=23.99 --note "As the ticket of the weighbridge says."
    """
    with exit_on_error(), enduse.open(folder, passphrase=ask_passphrase) as programme:
        changes = _given(given or [])
        words = localizer(programme.names())
        present = programme.fields(entry)
        if not changes and not did_not_happen:
            if as_json or not (sys.stdin.isatty() and errors.is_terminal):
                raise MalformedError("correct.nobody_to_ask", entry=entry, fields=list(present))
            console.print(said_words(programme.statement(entry), words))
            changes = _asked(present, words)
        done = programme.correct(entry, changes, party=party, did_not_occur=did_not_happen, note=note)
        publication, back = programme.publication, done.taken_back
    if as_json:
        print_json({"corrected": done, **published(publication)})
        return
    rows = Table.grid(padding=(0, 2))
    for path, (before, now) in done.changes.items():
        rows.add_row(Text(path, style="dim"), Text(words.say("{before} → {now}", before=before, now=now)))
    console.print(rows)
    number = words.number(back.index or 0)
    told = words.say("statement {entry} is taken back by statement {by}", entry=words.number(done.entry), by=number)
    if done.said_anew is not None and done.said_anew.index is not None:
        anew = words.number(done.said_anew.index)
        told = words.say("{told}, and said anew as statement {anew}", told=told, anew=anew)
    console.print(Text(told))
    for message in (*back.notes, *(done.said_anew.notes if done.said_anew else ())):
        say_message(message, style="dim", words=words)
    say_waiting(publication)


def _given(texts: list[str]) -> dict[str, str]:
    """Return what each field should say.

    Raises:
        MalformedError: one is not written as a field and its value.
    """
    pairs = [text.partition("=") for text in texts]
    for text, (path, equals, _) in zip(texts, pairs, strict=True):
        if not equals or not path.strip():
            raise MalformedError("correct.not_a_setting", text=text)
    return {path.strip(): value for path, _, value in pairs}


def _asked(present: "Mapping[str, str]", words: "Localizer") -> dict[str, str]:
    """Ask for each field with what it says; return what is answered otherwise."""
    console.print(Text(words.say("Press Enter where a field is right."), style="dim"))
    answers = {path: str(typer.prompt(path, default=text, show_default=True)) for path, text in present.items()}
    return {path: text for path, text in answers.items() if text != present[path]}
