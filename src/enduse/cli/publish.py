"""``enduse publish``: the portal's pages and the money in the open standards as files, for any web server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json, progress
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse import PublishedFiles

DATA: Final = "data"
"""Folder of the money, below that of the pages."""


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    to: Annotated[Path, typer.Option(metavar="OUT", help="Folder for the pages; an earlier site in it is replaced.")],
    exclude: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=(
                "CSV of what is left out of the files of the standards, not of the pages: what (a project, place or "
                "party), reason."
            ),
        ),
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(metavar="REF", help="Your organisation's reference in IATI, such as XM-DAC-41114.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(metavar="PREFIX", help="Your registered prefix for open contracting, such as a1b2c3.")
    ] = None,
    country: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Country that all of it is for, as in ISO 3166, which IATI asks for."),
    ] = None,
    languages: Annotated[
        str,
        typer.Option(
            metavar="LIST",
            help="Languages of the pages, such as en,uk; else those that the programme's own file names.",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Write the public site as files: every page in each language, each page's answer as JSON, and the money.

    They are the pages that `enduse serve` gives, for any web server, an archive or a stick; what needs a server, such as
    asking, is left out; how many residents asked what, and were answered, is told where the portal's desk lies in the folder. Beside them stands the money in IATI, OCDS and OC4IDS under one scheme of identifiers, with
    policy.json: what was left out and why, and what a standard cannot carry. Write it again when the record has grown.

    Example: enduse publish demo --to site
    """
    with exit_on_error():
        from enduse.portal.questions import counted_in
        from enduse.portal.static_site import write_site

        with opened(folder) as programme, progress(localizer().say("writing pages"), quiet=as_json) as step:
            done: list[PublishedFiles] = []

            def money(out: Path) -> None:
                named = {"publisher": publisher, "prefix": prefix, "country": country}
                done.append(programme.write_money(out / DATA, exclude=exclude, **named))

            wanted = [each.strip() for each in languages.split(",") if each.strip()]
            asked = counted_in(folder, programme.least_count())
            written = write_site(programme, to, step, money, wanted, asked)
    if as_json:
        pages = {"folder": str(to), "pages": written.pages, "origin": written.origin, "size": written.size}
        print_json({**pages, "money": msgspec.structs.asdict(done[0])})
        return
    words = localizer()
    console.print(Text(words.count("{n} page in {folder}", "{n} pages in {folder}", written.pages, folder=to)))
    _print_money(done[0], to / DATA)


def _print_money(done: "PublishedFiles", folder: Path) -> None:
    words = localizer()
    told = words.count(
        "money of one project in {folder}: {files}",
        "money of {n} projects in {folder}: {files}",
        done.projects,
        folder=folder,
        files=words.listed(map(words.isolate, done.files)),
    )
    console.print(Text(told))
    for name, figures in ((words.say("budgets"), done.budgets), (words.say("spent"), done.spent)):
        if figures:
            console.print(Text(f"{name}: {words.listed(map(words.exactly, figures))}"))
    for one in done.excluded:
        line = words.say(
            "left out of the files of the standards by the policy: {what} ({reason})",
            what=words.isolate(one["what"]),
            reason=words.isolate(one["reason"]),
        )
        console.print(Text(line, style="yellow"))
    if done.still_named is not None:
        console.print(Text(words.message(done.still_named), style="yellow"))
    for message in done.not_carried:
        console.print(Text(words.message(message), style="dim"))
