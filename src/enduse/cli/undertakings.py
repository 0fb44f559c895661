"""``enduse undertakings``: what parties promised publicly and what was asked of whom, and how each of these stands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enduse.pages.localizer import Localizer
    from enduse.views.arrangement import RequestView, UndertakingView


def undertakings(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    party: Annotated[
        str,
        typer.Option("--party", metavar="PARTY", help="Only what this party promised, asked or was asked for."),
    ] = "",
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show what parties promised publicly, with what that waits for, and what was asked of whom: how each stands.

    A promise is met, lapsed, not yet due, withdrawn, or waits for its condition; one of which nobody knows whether its condition holds
    waits too. What a text only calls on a party to promise is told as not stated: nobody is in breach of what it never promised.
    A request waits for an answer, was accepted or declined, was withdrawn, or was not answered by its day.

    Example: enduse undertakings demo --party "Interim Administration"
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        who = then.party(party).party.party if party else ""
        promised = tuple(one for one in then.undertakings() if who in {"", one.body.by})
        asked = tuple(one for one in then.requests() if who in {"", one.sender, one.body.to})
        names, date = then.names(), dated(then)
    if as_json:
        print_json({**date, "party": who or None, "undertakings": promised, "requests": asked}, names)
        return
    words = localizer(names)
    _promised(promised, who, words)
    _asked(asked, words)


def _promised(promised: "tuple[UndertakingView, ...]", who: str, words: "Localizer") -> None:
    from enduse.pages.promised import promise_lines

    if not promised and who:
        told = words.say("{party}: not stated. Nobody is in breach of what it never promised.", party=words.name(who))
        console.print(Text(told))
    elif not promised:
        console.print(
            Text(words.say("No public promise is on record. That is no breach: nobody is held to what it never said."))
        )
    for one in promised:
        head = Text.assemble((words.name(one.body.by or ""), "bold"), f"  {words.text(one.body.words)}")
        _print(head, words.term(one.state), promise_lines(one, words), one.entries, words)


def _asked(asked: "tuple[RequestView, ...]", words: "Localizer") -> None:
    from enduse.pages.promised import REQUESTS, request_lines

    for one in asked:
        who = words.say("{party} asks {other}", party=words.name(one.sender), other=words.name(one.body.to or ""))
        head = Text.assemble((who, "bold"), f"  {words.text(one.body.what)}")
        _print(head, words.translated(REQUESTS[one.state]), request_lines(one, words), one.entries, words)


def _print(head: Text, state: str, lines: "Iterable[str]", entries: tuple[int, ...], words: "Localizer") -> None:
    """Print one of them: what was said, how it stands, what is to be known of that, and the statements it rests on."""
    console.print(head)
    console.print(Text(f"  {state}", style="yellow"))
    for line in lines:
        console.print(Text(f"  {line}"))
    if entries:
        listed = words.listed(map(str, entries))
        console.print(Text(f"  {words.say('statements {list}', list=listed)}", style="dim"))
