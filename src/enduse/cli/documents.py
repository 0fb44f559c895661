"""``enduse attach``, ``enduse documents``: photos and papers beside the record."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    opened,
    print_json,
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.say import At, Folder, KeyFile, Party, Place, place_named, say_signed
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from enduse import Attached, DocumentView, OwnStatement
    from enduse.operators import Publication
    from enduse.pages.localizer import Localizer

_STYLE = {"here": "green", "missing": "yellow", "changed": "bold red", "erased": "dim", "sealed": "dim"}


def attach(
    folder: Folder,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|FOLDER",
            help="Photo (JPEG, PNG, WebP, HEIC) or PDF; or a folder of files that are missing here.",
        ),
    ],
    about: Annotated[
        str | None,
        typer.Option(metavar="ID", help="What it shows; needless for a file that the record names already."),
    ] = None,
    party: Party = None,
    says: Annotated[str, typer.Option(metavar="TEXT", help="What can be seen on it or read in it.")] = "",
    signer: Annotated[str | None, typer.Option(metavar="PARTY", help="Of a paper: whose signature it bears.")] = None,
    at: At = None,
    place: Place = None,
    private: Annotated[
        bool,
        typer.Option("--private", help="Sign a commitment only, and keep the file where its owner alone reads it."),
    ] = False,
    key: KeyFile = None,
    as_json: Json = False,
) -> None:
    """Put a photo or paper beside the record: its SHA-256, length and media type are signed, its file is kept in DIR.

    With a FOLDER, such as documents/ of another copy, whatever in it the record names in public and is missing here is put in its place.

    What a paper says is PARTY's word, whoever's signature it bears; once the signer speaks under a key of its own, that takes
    the paper's place. From a light copy the file goes along with `enduse send`, in a folder beside the batch, and `enduse add` puts it in
    its place. Erase a private one with `enduse record erase`.

    Example: enduse attach demo examples/photos/roof.png --as party:monitor --about project:school
    """
    with exit_on_error():
        when = None if at is None else enduse.moment(at)
        if private and (says or signer or enduse.is_light(folder)):
            raise ConflictError("document.private_words")
        if enduse.is_light(folder):
            said, names = _away(folder, file, about, party, says, signer, when, place, key)
            say_signed(said, None, folder, localizer(names), as_json=as_json)
            return
        if about is None and file.is_dir():
            _take_all(folder, file, as_json=as_json)
            return
        with opened(folder, ask_passphrase) as programme:
            speaker = programme.find(party, "party") if party else programme.only_party
            if about is None:
                done = programme.take_document(file)
            elif speaker is None:
                raise MalformedError("say.nobody")
            else:
                place = place and place_named(programme, place)
                _tell_unknown((about, place, signer), programme.known())
                done = programme.attach(
                    file,
                    party=speaker,
                    about=about,
                    says=says,
                    signer=programme.find(signer, "party") if signer else None,
                    occurred_at=when,
                    place=place,
                    private=private,
                    key=key,
                )
            names, publication = programme.names(), programme.publication
    _say_attached(done, publication, names, as_json=as_json)
    if done.taken is not None and done.taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)


def _away(
    folder: Path,
    file: Path,
    about: str | None,
    party: str | None,
    says: str,
    signer: str | None,
    when: "datetime | None",
    place: str | None,
    key: Path | None,
) -> "tuple[OwnStatement, Mapping[str, dict[str, str]]]":
    away = enduse.open_light(folder, passphrase=ask_passphrase)
    speaker = away.find(party, "party") if party else away.only_party
    if about is None or speaker is None:
        raise MalformedError("say.nobody" if speaker is None else "document.about_what")
    place = place and place_named(away, place)
    _tell_unknown((about, place, signer), away.known())
    said = away.attach(
        file,
        party=speaker,
        about=about,
        says=says,
        signer=away.find(signer, "party") if signer else None,
        occurred_at=when,
        place=place,
        key=key,
    )
    return said, away.names()


def _tell_unknown(names: "Iterable[str | None]", known: "Mapping[str, tuple[str, ...]]") -> None:
    for told in enduse.unknown_names(names, known):
        say_message(told, style="yellow", aside=True)


def _take_all(folder: Path, files: Path, *, as_json: bool) -> None:
    with opened(folder) as programme:
        taken = programme.take_documents(files)
    if as_json:
        print_json({"outcome": "kept", "files": taken})
        return
    words = localizer()
    console.print(Text(words.count("{n} missing file is in its place", "{n} missing files are in their places", taken)))


def _say_attached(
    done: "Attached", publication: "Publication | None", names: "Mapping[str, dict[str, str]]", *, as_json: bool
) -> None:
    taken, words = done.taken, localizer(names)
    problem = None if taken is None else taken.problem
    if as_json:
        told = {"outcome": "kept" if taken is None else taken.outcome, "index": None if taken is None else taken.index}
        print_json({**told, "problem": problem, "content": done.content, "commitment": done.commitment}, names)
    elif problem is not None:
        say_problem(problem)
    else:
        entry = None if taken is None else taken.index
        told_so = words.say("in its place") if entry is None else words.say("recorded as entry {index}", index=entry)
        console.print(Text(told_so))
        console.print(Text(done.commitment or done.content.sha256, style="dim"))
    if taken is not None and taken.index is not None:
        say_waiting(publication)


def documents(
    folder: Folder,
    thumbnails: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Folder for small pictures of the public ones, without any metadata."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the photos and papers of the record: whose word each is, and whether its file is here, missing or changed.

    Every file is read and hashed anew. A missing one may lie with whoever recorded it: put it in its place with `enduse attach
    DIR FILE`. A mirror knows what was signed of each, not what has effect, and no names. Leaves with exit code 1 where a file is not what was signed.

    Example: enduse documents demo
    """
    drawn: list[str] = []
    with exit_on_error(), _beside(folder) as there:
        found = list(there.documents())
        names = {} if isinstance(there, enduse.MirrorDocuments) else there.names()
        if thumbnails is not None:
            drawn = there.write_thumbnails(thumbnails)
    words = localizer(names)
    if as_json:
        print_json({"documents": found, "thumbnails": drawn}, names)
    elif found:
        console.print(_table(found, words))
    else:
        console.print(Text(words.say("No photo and no paper lies beside this record.")))
    if not as_json and thumbnails is not None:
        told = words.count("{n} small picture is in {folder}", "{n} small pictures are in {folder}", len(drawn), folder=str(thumbnails))  # fmt: skip
        console.print(Text(told, style="dim"))
    if any(each.standing == "changed" for each in found):
        raise typer.Exit(DOES_NOT_HOLD)


@contextmanager
def _beside(folder: Path) -> "Iterator[enduse.Programme | enduse.MirrorDocuments]":
    """Open a programme, or a mirror, which holds no more than entries and files."""
    if enduse.is_mirror(folder):
        yield enduse.MirrorDocuments(folder)
        return
    with opened(folder) as programme:
        yield programme


def _table(found: "list[DocumentView]", words: "Localizer") -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for head in (words.say("statement"), words.say("file"), words.say("about"), words.say("whose word it is")):
        table.add_column(Text(head))
    for each in found:
        told = Text.assemble(words.name(each.party), f" ({each.by})" if each.by else "")
        if each.signer is not None:
            told.append(" " + words.say("from a paper signed by {signer}", signer=words.name(each.signer)), "dim")
        if each.signer_said:
            entries = words.listed(str(entry) for entry in each.signer_said)
            told.append("\n" + words.say("{signer} has since said it itself: {entries}", signer=words.name(each.signer or ""), entries=entries), "green")  # fmt: skip
        if each.says:
            told.append(f"\n{each.says}")
        standing = Text(words.term(f"file_{each.standing}"), _STYLE[each.standing])
        table.add_row(Text(str(each.entry), style="bold"), standing, Text(words.name(each.about)), told)
    return table
