"""``enduse join``: share a programme that is kept in PostgreSQL, from another machine."""

from pathlib import Path
from typing import Annotated

import typer

import enduse
from enduse.cli.output import Json, exit_on_error, print_json, say_message
from enduse.messages import Message


def join(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    store: Annotated[
        str,
        typer.Option(metavar="URL", help="The database in which the programme is kept: postgresql://HOST/DATABASE."),
    ],
    key: Annotated[
        Path,
        typer.Option(metavar="LOG.VKEY", help="The record's public key, had from the folder in which it was started."),
    ],
    as_json: Json = False,
) -> None:
    """Make a folder that shares a programme which is kept in PostgreSQL, on this machine or another.

    What is published there must be signed with the key you name. The folder holds no key of anybody: who is to sign here
    makes one, or brings their own. What is recorded from any folder stands in one order.

    Example: enduse join DIR --store postgresql://HOST/DATABASE --key LOG.VKEY
    """
    with exit_on_error():
        joined = enduse.join(folder, store, key)
    if as_json:
        print_json({"folder": str(folder), "origin": joined.origin, "size": joined.size})
        return
    say_message(Message.of("store.joined", origin=joined.origin, n=joined.size))
