"""``enduse serve``: the portal of a programme, for browsers and programs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, print_json, read_text
from enduse.cli.screen import console
from enduse.errors import MalformedError

TOKEN_LEAST = 20
"""Characters of a token, below which it could be guessed."""


def serve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    port: Annotated[int, typer.Option(help="Port to answer at; 0 takes a free one.", min=0, max=65_535)] = 8400,
    host: Annotated[
        str, typer.Option(help="Address to answer at; as it stands nobody but this machine.")
    ] = "127.0.0.1",
    origin: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Scheme, name and port by which browsers reach it, such as https://aid.example."
        ),
    ] = "",
    link: Annotated[
        bool, typer.Option("--link", help="Print a new one-time link for the keeper, who has lost every passkey.")
    ] = False,
    tables_token: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Tables only for who shows the token that stands in this file; else for all."
        ),
    ] = None,
    log: Annotated[
        bool,
        typer.Option(
            "--log", help="Write a line of JSON for every answer on standard error; it tells nothing of who asked."
        ),
    ] = False,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that answer.", min=1, max=64)] = 1,
    desk_store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep sign-ins, drafts and questions in the PostgreSQL database whose address stands in this file; else in DIR.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Open the portal: what was promised, what came, what is missing, who is responsible, as a web site.

    It answers until it is stopped, and follows the record while that grows. Whoever reads it needs no account; each page
    has its answer as JSON beside it. People of parties sign in with passkeys, made with a one-time link; the first is for the
    keeper, and is printed for as long as nobody signs in. Behind a web server of the house, --origin says what browsers call it.

    Example: enduse serve demo
    """
    with exit_on_error():
        from enduse.portal.serving import Serving
        from enduse.portal.serving import serve as run

        token = "" if tables_token is None else read_text(tables_token).strip()
        if tables_token is not None and len(token) < TOKEN_LEAST:
            raise MalformedError("serve.short_token", source=str(tables_token), least=TOKEN_LEAST)

        def ready(address: str, first: str) -> None:
            if as_json:
                print_json({"address": address, "folder": str(folder), "link": first})
                return
            console.print(Text(localizer().say("Portal: {address} (stop it with Ctrl-C)", address=address)))
            if first:
                told = localizer().say("The keeper signs in first, once, within three days: {link}", link=first)
                console.print(Text(told), soft_wrap=True)

        database = "" if desk_store is None else read_text(desk_store).strip()
        given = Serving(folder=folder, origin=origin, token=token, lines=log, database=database, workers=workers)
        run(given, host=host, port=port, ready=ready, link=link)
