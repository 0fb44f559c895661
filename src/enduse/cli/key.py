"""``enduse key``: make a key where it is used, and say what happens to one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

import msgspec
import typer
from rich.text import Text

import enduse
from enduse.cli.key_life import Private as PrivateKeyFile
from enduse.cli.key_life import To as ToFile
from enduse.cli.key_life import check_pair
from enduse.cli.keys import grouped
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    print_json,
    published,
    read_text,
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase, new_passphrase
from enduse.cli.say import check_free, say_signed
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.key_lives import KeyView

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of the programme, of a copy of its record, or a light copy.")
]
Action = Literal["enrol", "revoke", "suspend", "lift", "recover", "object", "approve", "complete", "confirm", "hand_on"]


def new(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Whose key it will be.")],
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File to write the private key to; in a light copy else PARTY's own place there, where `enduse say` finds it.",
        ),
    ] = None,
    encrypt: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase, twice, and encrypt FILE with it.")
    ] = False,
    agent: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="A key of your ssh-agent: its file KEY.pub, or its comment. It stays there."),
    ] = None,
    undescribed: Annotated[
        bool, typer.Option("--undescribed", help="PARTY is one that nobody has described here yet.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a new key for PARTY, and a request beside it that others need to bring it in.

    The private key is in FILE and nowhere else; with --agent FILE only names it, and a hardware token that your agent can use
    will do. The request (FILE with the ending .request, in DIR where there is no FILE) is no secret: send it to whoever enrols or recovers, and read the
    key's name out to them over the telephone. On a machine where nobody sits ENDUSE_PASSPHRASE_FILE names a file with the
    passphrase.

    Example: enduse key new demo party:azura --to azura.key
    """
    with exit_on_error(), _maker(folder) as programme:
        party = programme.find(party, "party")
        if not undescribed:
            programme.check_party(party)
        if to is not None:
            lies, beside = to, check_pair(to)
        elif isinstance(programme, enduse.LightCopy):
            lies, name = programme.key_file(party), quote(party.rpartition(":")[2], safe="")[:80]
            beside = check_pair(lies, folder / f"{name}.request")
        else:
            raise MalformedError("key.no_file", source=str(folder))
        passphrase = new_passphrase(str(lies)) if encrypt and not agent else ""
        named = agent or ""
        if agent and Path(agent).is_file():
            named = read_text(Path(agent)).strip()
        if undescribed:
            _tell_undescribed(party, programme.known())
        made = {"passphrase": passphrase, "agent": named}
        request = programme.make_key(party, to, **made) if to else programme.make_key(party, **made)
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
    console.print(Text(words.say("or as words: {words}", words=enduse.describe_key(beside).spoken), style="bold"))
    if not agent and not encrypt:
        told = words.say(
            "whoever has {file} can speak for {party}: no passphrase guards it", file=str(lies), party=party
        )
        console.print(Text(told, style="dim"))


def remove(
    folder: Folder,
    key: Annotated[
        str, typer.Argument(metavar="PARTY|FILE", help="Party whose key lies in DIR, or the file of a private key.")
    ],
    as_json: Json = False,
) -> None:
    """Remove the file of a key that was made by mistake, and its request; only while nothing was signed with it and it is in no record.

    Example: enduse key remove desk party:harbor
    """
    with exit_on_error(), _maker(folder) as programme:
        party = key if Path(key).is_file() else programme.find(key, "party")
        found = programme.remove_key(Path(key) if Path(key).is_file() else party)
    if as_json:
        print_json({"key": found.key, "removed": [str(file) for file in found.files]})
        return
    words = localizer()
    for file in found.files:
        console.print(Text(words.say("removed: {file}", file=str(file))))
    told = words.say("key {key} is gone: tell whoever got its request not to enrol it", key=grouped(found.key))
    console.print(Text(told, style="dim"))


@contextmanager
def _maker(folder: Path) -> "Iterator[enduse.Programme | enduse.LightCopy]":
    """Open a programme, or a light copy of one: with either a key can be made."""
    if enduse.is_light(folder):
        yield enduse.open_light(folder)
        return
    with enduse.open(folder) as programme:
        yield programme


def show(
    file: Annotated[Path, typer.Argument(metavar="KEYFILE", help="File of a private key, or of a request for one.")],
    qr: Annotated[bool, typer.Option("--qr", help="Show the public half as a QR code too.")] = False,
    as_json: Json = False,
) -> None:
    """Show the public half of a key and its name, in letters and in words to read out. Needs no passphrase.

    Whoever reads a request compares its name with what its party reads out, and enrols nothing where they differ.

    Example: enduse key show azura.key --qr
    """
    with exit_on_error():
        found, lines = enduse.describe_key(file), []
        if qr:
            from enduse.pages.qr import qr_lines

            lines = list(qr_lines(f"enduse key {found.public_key}"))
    if as_json:
        print_json(msgspec.structs.asdict(found))
        return
    words = localizer()
    told = {
        "": words.say("asked for by {party}", party=found.party),
        "plain": words.say("no passphrase guards this file"),
        "encrypted": words.say("encrypted with a passphrase"),
        "agent": words.say("your ssh-agent holds the private half"),
    }[found.kept]
    console.print(Text(told))
    console.print(Text(words.say("public key: {key}", key=found.public_key)))
    console.print(Text(words.say("read it out: {key}", key=grouped(found.key)), style="bold"))
    console.print(Text(words.say("or as words: {words}", words=found.spoken), style="bold"))
    for line in lines:
        typer.echo(line)  # a code is no words: in no language does it stand from right to left


def page(
    to: Annotated[Path, typer.Argument(metavar="FILE.html", help="File to write; the same for every programme.")],
    as_json: Json = False,
) -> None:
    """Write the page on which a browser makes a key, shows in words what it is to sign, and signs it.

    It is one file, in every language, that works with no network and sends nothing anywhere. Passkeys and security keys need it at an
    address that the founding names; other keys are made wherever it lies, also on a telephone's own storage.

    Example: enduse key page signing.html
    """
    from enduse.pages.signing_page import write

    with exit_on_error():
        digest = write(to)
    if as_json:
        print_json({"file": str(to), "sha256": digest})
        return
    words = localizer()
    console.print(Text(words.say("the signing page is in {file}", file=str(to))))
    console.print(Text(words.say("its SHA-256: {digest}", digest=digest), style="dim"))


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
    private: PrivateKeyFile = None,
    reason: Annotated[str, typer.Option(help="Why, for people.")] = "",
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="To complete where witnesses tell the time: two they cosigned. Twice."),
    ] = None,
    to: ToFile = None,
    as_json: Json = False,
) -> None:
    """Say what happens to a key; refused, with the reason, where it is not for PARTY to say.

    enrol: by the party's own key, or its first key by the keeper. recover: ask for a new key for a party that has lost its
    own. object: by the party's old key, against that. approve: by a body that the founding names; enough of them bring the
    key into force at once. complete: after the waiting time, where nobody objected. suspend, lift: for a while. confirm: a key
    that the keeper enrolled is that party's. revoke: by the party itself, for good. hand_on: by a shift's key, to the next shift's.

    Example: enduse key say demo suspend 2c38fead --as party:keeper --reason "A laptop was stolen."
    """
    with exit_on_error():
        request = (
            enduse.read_request(Path(key)) if action in {"enrol", "recover", "hand_on"} or Path(key).is_file() else None
        )
        shown = tuple(read_text(file) for file in checkpoint or ())
        if enduse.is_light(folder):
            away = enduse.open_light(folder, passphrase=ask_passphrase)
            check_free(to)
            if request is not None and action == "enrol":
                _tell_undescribed(request.party, away.known())
            said = away.change_key(action, request or key, party=party, key=private, reason=reason, checkpoints=shown)
            ends = to is not None and said.signed and action in {"hand_on", "revoke"}
            sent = away.send(to, keys={said.key})[1] if to is not None and ends else 0
            say_signed(said, to, folder, localizer(away.names()), as_json=as_json, sent=sent)
            return
        if to is not None:
            raise MalformedError("say.not_away", source=str(folder))
        with enduse.open(folder, passphrase=ask_passphrase) as programme:
            bearing = request or programme.key_named(key, action)
            if request is not None and action == "enrol":
                _tell_undescribed(request.party, programme.known())
            taken = programme.change_key(
                action, bearing, party=programme.find(party, "party"), key=private, reason=reason, checkpoints=shown
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


def _tell_undescribed(party: str, known: "Mapping[str, tuple[str, ...]]") -> None:
    """Say so where a key is made or brought for a party that nobody described: a slip in its name makes a party that is none."""
    for told in enduse.unknown_names([party], known):
        say_message(told, style="yellow", aside=True)


def enrol(
    folder: Folder,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="The file of the request for the key.")],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Who says so.")],
    private: PrivateKeyFile = None,
    to: ToFile = None,
    as_json: Json = False,
) -> None:
    """Enrol a key: a party's first by the keeper or a body that the founding names, a further one by the party's own key.

    Compare the key's name with what its party reads out first: `enduse key show REQUEST`.

    Example: enduse key enrol demo azura.request --as party:keeper
    """
    say(folder, "enrol", str(request), party, private=private, to=to, as_json=as_json)


def hand_on(
    folder: Folder,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="The request for the next shift's key.")],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Whose device it is.")],
    private: Annotated[Path, typer.Option("--key", metavar="FILE", help="Private key of the shift that ends.")],
    to: ToFile = None,
    as_json: Json = False,
) -> None:
    """Hand a shared device on: the next shift's key says the same from now on, and this shift's key says nothing any more.

    Only where the delegation lets it (`enduse key delegate --may-hand-on`). Whoever revokes the key of a shift ends those after it
    too.

    Example: enduse key hand-on tablet evening.request --as party:store --key morning.key --to hand-on.dsse
    """
    say(folder, "hand_on", str(request), party, private=private, to=to, as_json=as_json)


def revoke(
    folder: Folder,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The key's name, or as much of it as is unique, or its request.")
    ],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Whose key it is.")],
    private: PrivateKeyFile = None,
    reason: Annotated[str, typer.Option(help="Why, for people.")] = "",
    to: ToFile = None,
    as_json: Json = False,
) -> None:
    """Revoke a key of one's own, or of a device to which it was delegated, for good; what it signed before stands.

    Example: enduse key revoke desk 2c38fead --as party:harbour --to revoke.dsse
    """
    say(folder, "revoke", key, party, private=private, reason=reason, to=to, as_json=as_json)


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
