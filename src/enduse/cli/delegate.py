"""``enduse key delegate``: let a device or a clerk say some things in a party's name, with a key of its own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    opened,
    print_json,
    published,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.say import To, check_free, say_signed
from enduse.cli.screen import console
from enduse.errors import MalformedError


def delegate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of your light copy of it.")
    ],
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="The request that the device made for its key.")],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Who delegates.")],
    label: Annotated[str, typer.Option(metavar="NAME", help="What the device or office is called; never a person.")],
    says: Annotated[list[str], typer.Option(metavar="KIND", help="A kind of statement it may make. May be repeated.")],
    place: Annotated[list[str], typer.Option(metavar="PLACE", help="Where, with all within it. May be repeated.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="Until when it may.")],
    function: Annotated[
        list[str] | None, typer.Option(metavar="FUNCTION", help="A function in which it may speak. May be repeated.")
    ] = None,
    may_hand_on: Annotated[
        bool, typer.Option("--may-hand-on", help="Each shift may hand on to the key of the next: `enduse key hand-on`.")
    ] = False,
    private: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Private key to sign with; else PARTY's in DIR.")
    ] = None,
    to: To = None,
    as_json: Json = False,
) -> None:
    """Let a device or a clerk say some things in PARTY's name, with a key of its own: which kinds, where, until when.

    What is not named is not delegated; keys, mandates and taking back are never. What the device says beyond that has no
    effect. `enduse key say DIR revoke KEY` withdraws it at once.

    Example: enduse key delegate desk device.request --as party:store --label "device 3" --says goods --place place:rafah --until 2027-01-01
    """
    with exit_on_error():
        asked = enduse.read_request(request)
        given = {
            "label": label,
            "says": says,
            "functions": function or (),
            "places": place,
            "until": enduse.moment(until).isoformat(),
            "may_hand_on": may_hand_on,
        }
        if enduse.is_light(folder):
            away = enduse.open_light(folder, passphrase=ask_passphrase)
            check_free(to)
            said = away.change_key("enrol", asked, party=away.find(party, "party"), key=private, delegates=given)
            say_signed(said, to, folder, localizer(away.names()), as_json=as_json)
            return
        if to is not None:
            raise MalformedError("say.not_away", source=str(folder))
        with opened(folder, ask_passphrase) as programme:
            party = programme.find(party, "party")
            taken = programme.change_key("enrol", asked, party=party, key=private, delegates=given)
            publication, names = programme.publication, programme.names()
    if as_json:
        print_json({"outcome": taken.outcome, "index": taken.index, "problem": taken.problem, **published(publication)})
    elif taken.problem is not None:
        say_problem(taken.problem)
    else:
        console.print(Text(localizer(names).say("recorded as entry {index}", index=taken.index)))
    if taken.index is not None:
        say_waiting(publication)
    if taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)
