"""``enduse key enrol``, ``change``, ``revoke``, ``lost``: what happens to most keys, each in one command."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

import enduse
from enduse.cli.keys import grouped
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_problem
from enduse.cli.passphrase import ask_passphrase, new_passphrase
from enduse.cli.say import check_free, say_signed, told_sent
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError

if TYPE_CHECKING:
    from enduse import LightCopy, OwnStatement

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of your light copy of it.")]
Party = Annotated[str, typer.Option("--as", metavar="PARTY", help="Who says so.")]
Private = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="Private key to sign with; else PARTY's in DIR.")
]
To = Annotated[Path | None, typer.Option(metavar="FILE", help="From a light copy: write what was signed to FILE too.")]
New = Annotated[Path, typer.Option("--new", metavar="FILE", help="File to write the new private key to.")]
NewOrRequest = Annotated[
    Path,
    typer.Option("--new", metavar="FILE", help="File to write the new private key to; or a request: it is elsewhere."),
]
PrivateOrRequest = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", help="Present private key, or its request: it is elsewhere; else PARTY's in DIR."
    ),
]
Encrypt = Annotated[
    bool, typer.Option("--passphrase", help="Ask for a passphrase, twice, and encrypt the new key with it.")
]


def change(
    folder: Folder, party: Party, new: NewOrRequest, private: PrivateOrRequest = None, encrypt: Encrypt = False, to: To = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Put a new key of PARTY's in the place of its present one: the old key enrols it, and the new one revokes the old.

    For a key that you still have: it is old, or somebody leaves. What the old one delegated to devices ends with it. Where one of the
    two is in a telephone or with another signer, name its request: what that key is to say waits in the light copy for `enduse signed`.

    Example: enduse key change desk --as party:harbour --new desk/second.key --to change.dsse
    """
    with exit_on_error():
        if to is not None and not enduse.is_light(folder):
            raise MalformedError("say.not_away", source=str(folder))
        if new.exists() and (encrypt or not enduse.is_request(new)):
            raise ConflictError("key.file_taken", source=str(new))
        check_free(to)
        passphrase, waiting = new_passphrase(str(new)) if encrypt else "", list["OwnStatement"]()
        if enduse.is_light(folder):
            away = enduse.open_light(folder, passphrase=ask_passphrase)
            party = away.find(party, "party")
            said = away.replace_key(party, new, key=private, passphrase=passphrase)
            sent, waiting = _written(away, said, to), [each for each in said if not each.signed]
            problem, names = None, dict(away.names())
        else:
            with enduse.open(folder, passphrase=ask_passphrase) as programme:
                party, names = programme.find(party, "party"), programme.names()
                problem = programme.replace_key(party, new, key=private, passphrase=passphrase).problem
    words = localizer(names)
    if as_json:
        made = None if problem else msgspec.structs.asdict(enduse.describe_key(new))
        print_json({"problem": problem, "key": made, "waiting": len(waiting)}, names)
    elif waiting:
        for each in waiting:
            say_signed(each, to, folder, words, as_json=False, sent=sent)
    elif problem is not None:
        say_problem(problem)
    else:
        told = words.say("{party} has a new key in {file}", party=words.name(party), file=str(new))
        console.print(Text(told))
        if to is not None:
            console.print(Text(told_sent(sent, to, words), style="dim"))
    if problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)


def _written(away: "LightCopy", said: "list[OwnStatement]", to: Path | None) -> int:
    """Write what changes a key, after whatever its keys signed and nobody acknowledged yet; or, where some of it is to be signed elsewhere, that.

    Returns:
        How many statements that is.
    """
    if to is None:
        return 0
    if all(each.signed for each in said):
        return away.send(to, keys={each.key for each in said})[1]
    waiting = [each for each in said if not each.signed]
    to.write_bytes(b"".join(each.raw + b"\n" for each in waiting))
    return len(waiting)


def check_pair(key: Path, request: Path | None = None) -> Path:
    """Return the file for the request for a key that is to be made, by default beside it, once both are free and can be written."""
    from enduse.operators import check_writable

    beside = request or (key.with_suffix(".request") if key.name else key)
    if beside == key or key.exists() or beside.exists():
        raise ConflictError("key.file_taken", source=str(key if beside == key or key.exists() else beside))
    if request is None:  # else the key's own folder is made with it
        check_writable(key)
    check_writable(beside)
    return beside


def lost(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Whose key was lost.")],
    new: New,
    encrypt: Encrypt = False,
    as_json: Json = False,
) -> None:
    """Make a new key for PARTY, which has lost its own, and say who can bring it into force.

    Nobody gives you a key behind your back: a body that the founding names, or the keeper, asks for the recovery in public.

    Example: enduse key lost desk party:harbour --new desk/new.key
    """
    with exit_on_error():
        beside = check_pair(new)
        passphrase = new_passphrase(str(new)) if encrypt else ""
        if enduse.is_light(folder):
            away = enduse.open_light(folder)
            names, rules = dict(away.names()), away.key_rules()
            request = away.make_key(away.find(party, "party"), new, passphrase=passphrase)
        else:
            with enduse.open(folder) as programme:
                names, rules = programme.names(), programme.key_rules()
                request = programme.make_key(programme.find(party, "party"), new, passphrase=passphrase)
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(request)) + b"\n")
    bodies = [body for body in rules.bodies if body != request.party]
    if as_json:
        print_json({**msgspec.structs.asdict(request), "bodies": bodies, "quorum": rules.quorum}, names)
        return
    words = localizer(names)
    file = str(beside)
    console.print(Text(words.say("a new key for {party}, and the request for it in {file}", party=words.name(request.party), file=file)))  # fmt: skip
    console.print(Text(words.say("read it out: {key}", key=grouped(request.key)), style="bold"))
    if bodies:
        told = words.count(
            "Send the request to one of these: {parties}. It alone decides.",
            "Send the request to these: {parties}. When {n} of them agree, the new key is in force at once.",
            rules.quorum,
            parties=words.named(bodies),
        )
        console.print(Text(told))
    told = words.count(
        "If one alone asks, it waits {n} day in public; with your old key you could object until then.",
        "If one alone asks, it waits {n} days in public; with your old key you could object until then.",
        rules.waiting_days,
    )
    console.print(Text(told))
    console.print(Text(words.say("They say: {command}", command=f"enduse key say DIR recover {beside.name} --as PARTY"), style="dim"))  # fmt: skip
