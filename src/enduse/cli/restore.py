"""``enduse record restore`` and ``rebuild``: bring a record back from a mirror, or its tiles from its database."""

from pathlib import Path
from typing import Annotated

import typer

import enduse
from enduse.cli.output import Json, exit_on_error, print_json, say_message
from enduse.cli.witness import say_carried
from enduse.messages import Message


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    source: Annotated[
        str,
        typer.Option("--from", metavar="DIR|URL", help="A mirror, or tiles; DIR/tiles where only record.db is lost."),
    ],
    key: Annotated[Path | None, typer.Option(help="The log's public key; else the one in DIR.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Whose cosignatures the copy must carry (C2SP tlog-policy).")
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="PostgreSQL database that keeps the record from now on; else where it was kept."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring a lost or older record back to what a mirror holds, checked against the checkpoint the log signed.

    What is here already is kept where it is the beginning of what comes, and never overwritten where it is not. Public photos and
    papers come along where they lie there. Keys and what was sealed are in no mirror: bring them from your own backup.

    Example: enduse record restore demo --from copy
    """
    with exit_on_error():
        from enduse.operators import read_trust
        from enduse.operators import restore as restore_record

        found = restore_record(folder, source, read_trust(key, policy), store)
        carried = enduse.carry_documents(folder, source)
    if as_json:
        print_json(
            {
                "documents": carried,
                "size": found.size,
                "added": found.added,
                "unpublished": found.unpublished,
                "signs": found.signs,
            }
        )
        return
    say_message(Message.of("record.restored", size=found.size, n=found.added))
    if found.unpublished:
        say_message(Message.of("record.restored_unpublished", n=found.unpublished))
    say_carried(carried)
    if not found.signs:
        say_message(Message.of("record.restored_unsigned"), style="yellow")


def rebuild(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    book: Annotated[
        bool, typer.Option("--book", help="Instead of the tiles, work out the stored book anew from the record.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the tiles anew from the record's database, where they were damaged or lost; or, with --book, the stored book.

    Example: enduse record rebuild demo
    """
    with exit_on_error():
        from enduse import operators

        size = operators.rebuild_book(folder) if book else operators.rebuild(folder)
    if as_json:
        print_json({"size": size})
    else:
        say_message(Message.of("book.rebuilt" if book else "record.rebuilt", n=size))
