"""``enduse publish``: the portal's pages as files, for any web server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json, progress
from enduse.cli.screen import console


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    to: Annotated[Path, typer.Option(metavar="OUT", help="Folder for the pages; an earlier site in it is replaced.")],
    as_json: Json = False,
) -> None:
    """Write the public site as files: every page in every language, and each page's answer as JSON.

    They are the pages that `enduse serve` gives, for any web server, an archive or a stick; what needs a server, such as
    asking, is left out. Write it again when the record has grown.

    Example: enduse publish demo --to site
    """
    with exit_on_error():
        from enduse.portal.static_site import write_site

        with opened(folder) as programme, progress(localizer().say("writing pages"), quiet=as_json) as step:
            written = write_site(programme, to, step)
    if as_json:
        print_json({"folder": str(to), "pages": written.pages, "origin": written.origin, "size": written.size})
        return
    told = localizer().count("{n} page in {folder}", "{n} pages in {folder}", written.pages, folder=to)
    console.print(Text(told))
