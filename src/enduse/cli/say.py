"""``enduse say``: say one thing in a party's own name, also away from the keeper."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
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
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.questions import Terminal
from enduse.cli.screen import console, errors
from enduse.errors import ConflictError, MalformedError, UnknownError

if TYPE_CHECKING:
    from enduse import LightCopy, OwnStatement, Programme, Taken
    from enduse.pages.localizer import Localizer

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of your light copy of it.")]
Party = Annotated[
    str | None, typer.Option("--as", metavar="PARTY", help="Who says it; needless where DIR holds one party's key.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="Private key to sign with, else PARTY's in DIR; or the request for a key that is in a browser or elsewhere.",
    ),
]
To = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what was signed, or is to be, to FILE too; from a light copy."),
]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="Answer a question beforehand: amount.value=5.")
]
From = Annotated[
    Path | None, typer.Option("--from", metavar="FILE", help="Take the answers from a file (JSON or YAML).")
]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="When it happened; else now.")]
Place = Annotated[str | None, typer.Option("--place", metavar="PLACE", help="Where it happened.")]
Refs = Annotated[list[str] | None, typer.Option("--ref", metavar="ID", help="A statement it answers. May be repeated.")]


def say(
    folder: Folder,
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="What kind of statement, such as claim, or a short form, such as receive."),
    ],
    party: Party = None,
    given: Set = None,
    file: From = None,
    at: At = None,
    place: Place = None,
    ref: Refs = None,
    paper: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Photo of the signed paper that says it; with --signer.")
    ] = None,
    signer: Annotated[
        str | None,
        typer.Option(metavar="PARTY", help="Whose signature the paper bears; goods are told as that party's."),
    ] = None,
    key: KeyFile = None,
    to: To = None,
    as_json: Json = False,
) -> None:
    """Say one thing: asks for what that kind of statement needs, shows it, signs it with PARTY's key.

    Short forms: dispatch, receive, count, measure, attest, find, decide, pay, correct, accept and hand-over (a mandate).

    With the programme at hand it is recorded at once. From a light copy (`enduse copy`) it goes into your own log, numbered
    there, and waits to be sent (`enduse send`). Nothing is asked that --set or --from answers. With the request for a key that is
    in a browser or with another signer (--key), FILE is what that key is to sign: `enduse signed` takes it back.

    What a signed paper says (--paper, --signer) is PARTY's word and named as such: goods are booked as the signer's until the signer
    itself speaks of them, which takes its place.

    Example: enduse say demo claim --as party:monitor --set about=place:gate --set words="The gate was shut."
    """
    with exit_on_error():
        fields = {**(enduse.read_fields(file) if file else {}), **enduse.set_fields(given or ())}
        when = enduse.moment(at) if at else datetime.now(UTC)
        if (paper is None) != (signer is None):
            raise MalformedError("document.paper_and_signer")
        asked = _Asked(kind, fields, when, place, tuple(ref or ()), key, paper, signer)
        if enduse.is_light(folder):
            away = enduse.open_light(folder, passphrase=ask_passphrase)
            check_free(to)
            speaker = _speaker(away.find(party, "party") if party else away.only_party)
            said = _say_away(asked, away, speaker)
            say_signed(said, to, folder, localizer(away.names()), as_json=as_json)
            return
        if to is not None:
            raise MalformedError("say.not_away", source=str(folder))
        with opened(folder, ask_passphrase) as programme:
            speaker = _speaker(programme.find(party, "party") if party else programme.only_party)
            taken = _say_here(asked, programme, speaker)
            _say_taken(taken, programme, localizer(programme.names()), as_json=as_json)
    if taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)


class _Asked(msgspec.Struct, frozen=True):
    """What is to be said, as far as it was given."""

    kind: str
    fields: Mapping[str, Any]
    when: datetime
    place: str | None
    refs: tuple[str, ...]
    key: Path | None
    paper: Path | None
    signer: str | None


def _say_away(asked: _Asked, away: "LightCopy", speaker: str) -> "OwnStatement":
    kind, body, told = _composed(asked, away, away.next_name(speaker, asked.key), speaker)
    return away.sign(kind, body, **told)


def _say_here(asked: _Asked, programme: "Programme", speaker: str) -> "Taken":
    kind, body, told = _composed(asked, programme, str(programme.size + 1), speaker)
    return programme.sign(kind, body, **told)


def place_named(there: "LightCopy | Programme", place: str) -> str:
    """Return the place that a name stands for; one that nobody described yet as it was named."""
    with suppress(UnknownError, ConflictError):
        return there.find(place, "place")
    return place


def _composed(
    asked: _Asked, there: "LightCopy | Programme", name: str, speaker: str
) -> tuple[str, Mapping[str, Any], dict[str, Any]]:
    """Return what kind of statement is to be signed, its fields, and by whom, when, where and by which paper."""
    words, signer = localizer(there.names()), there.find(asked.signer, "party") if asked.signer else None
    where, known = asked.place, there.known()
    if where and not any(where in (each, each.rpartition(":")[2]) for each in known.get("place", ())):
        where = place_named(there, where)
    form = enduse.Form(asked.kind, Terminal(words), known, name, speaker)
    body, place = _filled(form, _told(form, asked.fields, signer), where, asked.when, words)
    told = {"party": speaker, "occurred_at": asked.when, "place": place, "refs": asked.refs}
    if asked.paper is not None and signer is not None:
        told["paper"] = enduse.SignedPaper(asked.paper, signer, form.about or place or signer)
    return form.kind, body, {**told, "key": asked.key, "renamed": form.renamed}


def _speaker(party: str | None) -> str:
    if party is None:
        raise MalformedError("say.nobody")
    return party


def _told(form: "enduse.Form", fields: Mapping[str, Any], signer: str | None) -> Mapping[str, Any]:
    """Return the answers given, of goods told from a paper with whose they are."""
    return {"holder": signer, **fields} if signer is not None and form.tells_goods else fields


def _filled(
    form: "enduse.Form", fields: Mapping[str, Any], place: str | None, at: datetime, words: "Localizer"
) -> tuple[dict[str, Any], str | None]:
    """Have whatever is missing asked for; what was asked is shown before it is signed."""
    person = form.person
    body, place = form.fill(fields, place, at)
    for told in form.unknown(place):
        say_message(told, style="yellow", aside=True)
    if isinstance(person, Terminal) and person.asked:
        errors.print(Text(words.say("This will be signed:"), style="bold"))
        for name, value in _lines(body):
            errors.print(Text(f"  {name}: {value}"))
        agreed = enduse.Question(path=(), what="sign", choices=("yes", "no"), default="yes")
        if form.chosen(agreed) == "no":
            raise MalformedError("say.not_signed")
    return body, place


def _lines(body: Mapping[str, Any], before: str = "") -> "list[tuple[str, str]]":
    found: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, dict):
            found += _lines(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", str(value)))
    return found


def check_free(to: Path | None) -> None:
    """Refuse, before anything is signed, a file for it that is there already or cannot be written."""
    if to is None:
        return
    if to.exists():
        raise ConflictError("say.file_taken", source=str(to))
    from enduse.operators import check_writable

    check_writable(to)


def say_signed(
    said: "OwnStatement", to: Path | None, folder: Path, words: "Localizer", *, as_json: bool, sent: int = 0
) -> None:
    """Say that something was signed here, where it lies, and what to do with it.

    Args:
        said: what was signed.
        to: the file for it, if any.
        folder: of the light copy.
        words: in which it is said.
        as_json: for programs.
        sent: statements that are in the file already, what was signed last of all; 0 where it is to be written yet.
    """
    if to is not None and not sent:
        to.write_bytes(said.raw + b"\n")
    if as_json:
        told_of = {"id": said.id, "number": said.statement.seq, "file": None if to is None else str(to)}
        print_json({**told_of, "signed": said.signed, "notes": said.notes})
        return
    for note in said.notes:
        say_message(note, style="yellow", aside=True)
    if not said.signed:
        told = words.say("number {number} of this key waits for its signature", number=words.number(said.statement.seq))
        console.print(Text(told))
        console.print(Text(words.say("compare these words there: {words}", words=said.spoken), style="bold"))
        waits = words.say(
            "open {file} on the signing page (`enduse key page`), then: {command}",
            file=str(to or folder / "unsigned.dsse"),
            command=f"enduse signed {folder} FILE",
        )
        console.print(Text(waits, style="dim"))
        return
    told = words.say("signed as number {number} of this key", number=words.number(said.statement.seq))
    console.print(Text(told))
    send = f"enduse send {folder} --to FILE"
    left = told_sent(max(sent, 1), to, words) if to else ""
    console.print(Text(left or words.say("It waits to be sent: {command}", command=send), style="dim"))


def told_sent(count: int, file: Path, words: "Localizer") -> str:
    """Return that statements are in a file for the keeper."""
    return words.count(
        "{n} statement is in {file}: send it to the keeper",
        "{n} statements are in {file}: send it to the keeper",
        count,
        file=str(file),
    )


def _say_taken(taken: "Taken", programme: "Programme", words: "Localizer", *, as_json: bool) -> None:
    told = {"outcome": taken.outcome, "index": taken.index, "problem": taken.problem, "notes": taken.notes}
    if as_json:
        print_json({**told, **published(programme.publication)}, programme.names())
    elif taken.problem is not None:
        say_problem(taken.problem)
        if taken.index is not None:
            errors.print(Text(words.say("It is recorded as entry {index} and has no effect.", index=taken.index)))
    else:
        console.print(Text(words.say("recorded as entry {index}", index=taken.index)))
        for note in taken.notes:
            say_message(note, style="dim", words=words)
    if taken.index is not None:
        say_waiting(programme.publication)
