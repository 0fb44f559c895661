"""``enduse copy``, ``enduse sign``, ``enduse send``, ``enduse sent``: a light copy, what goes from it to the keeper, and what came of it."""

import sys
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.say import check_free, told_sent
from enduse.cli.screen import console, errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enduse.pages.localizer import Localizer

Light = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of your light copy.")]


def copy(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of a copy of its record.")],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the light copy; made where it is missing.")],
    as_json: Json = False,
) -> None:
    """Make a light copy: one file with which a party signs on its own machine, without the record.

    It holds the founding with its proof, the published checkpoint, how far each key has counted, and the names of parties,
    places, projects and materials. None of it is secret: send it as you like. A newer one takes the place of an older.

    Example: enduse copy demo --to desk
    """
    with exit_on_error(), opened(folder) as programme:
        file, size, names = programme.write_light(to), programme.size, programme.names()
    if as_json:
        print_json({"file": str(file), "origin": programme_name(file.parent), "size": size})
        return
    words = localizer(names)
    told = words.count(
        "{file}: a light copy of {n} statement", "{file}: a light copy of {n} statements", size, file=str(file)
    )
    console.print(Text(told))
    does = words.say("Send it to who is to sign: there it lies in a folder of its own, and {command} makes the key.", command="enduse key new FOLDER PARTY")  # fmt: skip
    console.print(Text(does, style="dim"))


def programme_name(folder: Path) -> str:
    """Return the name of the programme that a light copy is of."""
    return enduse.open_light(folder).origin


def send(
    folder: Light,
    to: Annotated[
        Path, typer.Option(metavar="FILE|FOLDER", help="File for the keeper, or a drop folder in which one is made.")
    ],
    number: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Of a picture (.svg, .png): which statement; else the one that waits."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was acknowledged already.")] = False,
    as_json: Json = False,
) -> None:
    """Write what you signed and the keeper has not acknowledged yet into one file, to be sent.

    Send it as often as you like: the keeper records nothing twice. He adds it with `enduse add`, and hands back receipts,
    which `enduse sent` reads. A FILE called .svg or .png is a QR code of one statement: whoever scans it saves the text as a file
    called .dsse, and adds that.

    Example: enduse send desk --to for-the-keeper.dsse
    """
    with exit_on_error():
        away = enduse.open_light(folder)
        if to.suffix.lower() in {".svg", ".png"} and not to.is_dir():
            away.picture(to, number)
            file, count, pictured = to, 1, True
        else:
            (file, count), pictured = away.send(to, everything=everything), False
    if as_json:
        print_json({"file": str(file) if count else None, "statements": count})
        return
    words = localizer()
    if not count:
        console.print(Text(words.say("Nothing waits to be sent.")))
        return
    if pictured:
        told = words.say("{file} is one statement as a QR code: whoever scans it saves its text as a line of a file called .dsse, for the keeper to add", file=str(file))  # fmt: skip
        console.print(Text(told))
        return
    console.print(Text(told_sent(count, file, words)))


def signed(
    folder: Light,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the signing page, or another signer, gave back.")],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="REQUEST", help="Request for the key, where the light copy does not know it yet."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take back what a browser or another signer signed of that which waits here; from then on it waits to be sent.

    What waits was written by `enduse say` with `--key REQUEST`. All of FILE is taken, or nothing: a statement that was changed on its way
    has no signature that holds.

    Example: enduse signed desk signed.dsse
    """
    with exit_on_error():
        light = enduse.open_light(folder)
        taken = light.take_signed(file, request=key)
        said = {each.id: each for each in light.said()}
        left = sum(not each.signed for each in said.values())
        decisions = sum(said[each.id].kind == "decision" for each in taken)
    if as_json:
        print_json({"signed": len(taken), "waiting": left})
        return
    words = localizer()
    told = words.count("{n} statement is signed now", "{n} statements are signed now", len(taken))
    console.print(Text(told))
    if left:
        told = words.count("{n} waits for its signature still", "{n} wait for their signatures still", left)
        console.print(Text(told, style="yellow"))
    if decisions:
        told = words.say("Bring a decision into its proposal: {command}", command=f"enduse agree {folder} FILE.proposal --as PARTY --key REQUEST")  # fmt: skip
        console.print(Text(told, style="dim"))
    if decisions < len(taken):
        console.print(Text(words.say("Send it: {command}", command=f"enduse send {folder} --to FILE"), style="dim"))


def sign(
    folder: Light,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What is to be signed, as the portal gave it.")],
    to: Annotated[Path, typer.Option(metavar="SIGNED", help="File for what is signed, to be brought back.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="KEY", help="File with the private key; else the party's in DIR.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Sign all of a file that was prepared elsewhere, such as a table at the portal, with the key that lies here.

    Every statement is shown first, and words to compare with those on the page; at a terminal you are asked. All of FILE is signed, or nothing. What
    was signed before is not signed anew, and no number is given to two statements.

    Example: enduse sign desk unsigned-3f2a9c01.dsse --to signed.dsse
    """
    with exit_on_error():
        check_free(to)
        light = enduse.open_light(folder, passphrase=ask_passphrase)
        words = localizer(light.names())
        signed = light.sign_file(file, key=key, agreed=lambda asked: as_json or _agreed(asked, words))
        to.write_bytes(b"".join(each.raw + b"\n" for each in signed))
    spoken = enduse.spoken_file([each.id for each in signed])
    if as_json:
        print_json({"signed": len(signed), "file": str(to), "words": spoken})
        return
    told = words.count(
        "{n} statement is signed in {file}: bring it back to the page",
        "{n} statements are signed in {file}: bring it back to the page",
        len(signed),
        file=str(to),
    )
    console.print(Text(told))


def _agreed(asked: "Sequence[enduse.OwnStatement]", words: "Localizer") -> bool:
    """Show what is to be signed; at a terminal, ask whether it is."""
    from enduse.pages.said_words import UNSAID, act_of, flat_lines, said_lines

    errors.print(Text(words.say("This will be signed:"), style="bold"))
    for each in asked:
        payload = b64decode(msgspec.json.decode(each.raw)["payload"])
        lines = (line for line in said_lines(payload, words) if line.field not in {*UNSAID, "occurred_at"})
        told = [f"{name} {words.isolate(value)}" for name, value in flat_lines(lines)]
        # A text with our own sign between fields could read as further fields: then each stands on a line of its own.
        between = "\n      " if any("·" in each for each in told) else " · "
        said = between.join(told)
        head = words.say("number {number}, {day}", number=words.number(each.statement.seq), day=words.day(each.statement.occurred_at))  # fmt: skip
        errors.print(Text(f"  {head}: {act_of(payload, words)}{between}{said}"))
    spoken = enduse.spoken_file([each.id for each in asked])
    errors.print(Text(words.say("compare these words there: {words}", words=spoken), style="bold"))
    if not (sys.stdin.isatty() and errors.is_terminal):
        return True
    return bool(typer.confirm(words.say("Sign all of it?"), default=False, err=True))


def sent(
    folder: Light,
    receipts: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RECEIPTS]...", help="Files of receipts that the keeper handed back."),
    ] = None,
    aside: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Lay number N aside: the keeper refused it, and it is sent no more."),
    ] = None,
    again: Annotated[int | None, typer.Option(metavar="N", min=1, help="Take number N up again.")] = None,
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Of which key number N is, or as much of its name as is unique.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say which of your statements the keeper has acknowledged, and which not yet.

    A receipt is the log's signed promise to publish a statement in time: keep it, and check it with `enduse record receipt`.

    What the keeper refuses waits for ever, unless you lay it aside. Its number stays used, since it was signed: the record shows that it is missing.

    Example: enduse sent desk receipts.jsonl
    """
    with exit_on_error():
        light = enduse.open_light(folder)
        new = sum(light.take_receipts(file) for file in receipts or ())
        for number, back in ((aside, False), (again, True)):
            if number is not None:
                light.lay_aside(number, key=key, back=back)
        said, names = light.said(), light.names()
    waiting = sum(each.entry is None and not each.aside for each in said)
    laid = sum(each.aside for each in said)
    several = len({each.key for each in said}) > 1
    if as_json:
        print_json(
            {
                "acknowledged": len(said) - waiting - laid,
                "waiting": waiting,
                "aside": laid,
                "new": new,
                "statements": said,
            }
        )
        return
    words = localizer(names)
    if said:
        console.print(_table(said, words, several=several))
    told = words.say("Every statement is acknowledged.")
    if waiting:
        told = words.count(
            "{n} statement is not acknowledged yet.", "{n} statements are not acknowledged yet.", waiting
        )
    console.print(Text(told, style="yellow" if waiting else "green"))
    if waiting and not receipts:
        does = words.say("What the keeper hands back (`enduse add --receipts`) tells: {command}", command=f"enduse sent {folder} RECEIPTS")  # fmt: skip
        console.print(Text(does, style="dim"))


def _table(said: "list[enduse.SentStatement]", words: "Localizer", *, several: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    heads = (words.say("number"), words.say("happened"), words.say("what"), words.say("acknowledged"))
    for head in (*((words.say("key"),) if several else ()), *heads):
        table.add_column(Text(head))
    for each in said:
        answer = words.say("not yet") if each.signed else words.say("not signed yet")
        if each.aside:
            answer = words.say("laid aside: it is sent no more, and its number stays used")
        if each.entry is not None and each.by is not None:
            day = words.day(each.by)
            answer = words.say("as entry {index}, to be published by {day}", index=each.entry, day=day)
        table.add_row(
            *((Text(each.key[:8]),) if several else ()),
            Text(str(each.number), style="bold"),
            each.occurred_at.date().isoformat(),
            Text.assemble(
                words.name(each.party),
                ": ",
                (words.term(f"{each.kind}:{each.step}" if each.step else each.kind, "act"), "cyan"),
            ),
            Text(answer, style="dim" if each.aside else "yellow" if each.entry is None else ""),
        )
    return table
