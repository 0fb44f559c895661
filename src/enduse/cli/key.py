"""``enduse key``: make a key where it is used, and say what happens to one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from rich.text import Text

import enduse
from enduse.cli.commands import Commands
from enduse.cli.keys import grouped
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    print_json,
    published,
    read_text,
    say_problem,
    say_waiting,
)
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.key_lives import KeyView

app = Commands(help="Make a key, and say what happens to one: enrol, suspend, recover, object, approve, revoke.")
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of a copy of its record.")]
Action = Literal["enrol", "revoke", "suspend", "lift", "recover", "object", "approve", "complete", "confirm"]


@app.command()
def new(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Whose key it will be.")],
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="File to write the private key to. Keep it where it is used.")
    ],
    as_json: Json = False,
) -> None:
    """Make a new key for PARTY, and a request beside it that others need to bring it in.

    The private key is in FILE and nowhere else. The request (FILE with the ending .request) is no secret: send it to whoever
    enrols or recovers, and read the key's name out to them over the telephone.

    Example: enduse key new demo party:azura --to azura.key
    """
    beside = to.with_suffix(".request")
    with exit_on_error(), enduse.open(folder) as programme:
        if beside == to or beside.exists():
            raise ConflictError("key.file_taken", source=str(beside))
        request = programme.make_key(party, to)
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(request)) + b"\n")
        names = programme.names()
    if as_json:
        print_json(msgspec.structs.asdict(request), names)
        return
    words = localizer(names)
    told = words.say(
        "a new key for {party}, and the request for it in {file}", party=words.name(party), file=str(beside)
    )
    console.print(Text(told))
    console.print(Text(words.say("read it out: {key}", key=grouped(request.key)), style="bold"))


@app.command()
def say(
    folder: Folder,
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="What happens to the key; see below.")],
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY|PARTY|REQUEST",
            help="The key's name or as much of it as is unique, its party, or the file of the request for it.",
        ),
    ],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Who says so.")],
    private: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Private key to sign with; else PARTY's in DIR.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for people.")] = "",
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="To complete where witnesses tell the time: two they cosigned. Twice."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what happens to a key; refused, with the reason, where it is not for PARTY to say.

    enrol: by the party's own key, or its first key by the keeper. recover: ask for a new key for a party that has lost its
    own. object: by the party's old key, against that. approve: by a body that the founding names; enough of them bring the
    key into force at once. complete: after the waiting time, where nobody objected. suspend, lift: for a while. confirm: a key
    that the keeper enrolled is that party's. revoke: by the party itself, for good.

    Example: enduse key say demo suspend 2c38fead --as party:keeper --reason "A laptop was stolen."
    """
    with exit_on_error():
        request = _request(Path(key)) if action in {"enrol", "recover"} or Path(key).is_file() else None
        shown = tuple(read_text(file) for file in checkpoint or ())
        with enduse.open(folder) as programme:
            bearing = request or programme.key_named(key, action)
            taken = programme.change_key(
                action, bearing, party=party, private=private, reason=reason, checkpoints=shown
            )
            publication, names = programme.publication, programme.names()
            life = next((one for one in programme.keys().keys if one.public_key == bearing.public_key), None)
    words = localizer(names)
    if as_json:
        told_of = {"outcome": taken.outcome, "index": taken.index, "problem": taken.problem}
        print_json({**told_of, "key": life, **published(publication)}, names)
    elif taken.problem is not None:
        say_problem(taken.problem)
    else:
        console.print(Text(words.say("recorded as entry {index}", index=taken.index)))
        if life is not None:
            console.print(Text(_stands(life, words)))
    if taken.index is not None:
        say_waiting(publication)
    if taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)


def _stands(life: "KeyView", words: "Localizer") -> str:
    """Return what a key is from now on, and what can still be done about it."""
    found, party = life.recovery, words.name(life.party)
    until = None if found is None else found.object_until
    match life.state:
        case "waits" if until is not None:
            told = words.say(
                "the key waits until {day}; {party} may object until then", day=words.day(until), party=party
            )
        case "waits":
            told = words.say("the key waits: {party} has objected, and waiting decides nothing any more", party=party)
        case "suspended" if life.suspended_until is not None:
            told = words.say("the key is suspended until {day}", day=words.day(life.suspended_until))
        case "revoked":
            told = words.say("the key is revoked, for good")
        case "replaced":
            told = words.say("another key has taken its place")
        case _ if until is not None:
            told = words.say(
                "the key is in force now; {party} may object until {day}", day=words.day(until), party=party
            )
        case _:
            told = words.say("the key is in force now")
    return told


def _request(file: Path) -> "enduse.KeyRequest":
    """Read a request for a new key.

    Raises:
        UnknownError: the file cannot be read.
        MalformedError: it is no request.
    """
    try:
        return msgspec.json.decode(read_text(file), type=enduse.KeyRequest)
    except msgspec.MsgspecError as error:
        raise MalformedError("key.request_malformed", source=str(file)) from error
