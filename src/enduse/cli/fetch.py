"""``enduse fetch``: submissions from KoboToolbox or ODK Central, as a file that is read like any table."""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.text import Text

import enduse
from enduse.cli.output import Json, exit_on_error, localizer, print_json, read_text, say_message
from enduse.cli.screen import console
from enduse.messages import Message

NAMED: Final = "ENDUSE_TOKEN_FILE"
"""Environment variable that names a file with the token, for machines on which nobody sits."""


def fetch(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the server lists the submissions of a form.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.json", help="File to write.")],
    token: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File with your token on one line; else asked for. Never a word of a command."
        ),
    ] = None,
    attachments: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Have photos and other files too, under their SHA-256.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Have all submissions of a form from KoboToolbox or ODK Central, page by page, as one file for profile and add.

    Of KoboToolbox the address is https://SERVER/api/v2/assets/UID/data.json, of ODK Central
    https://SERVER/v1/projects/N/forms/FORM.svc/Submissions. Only that server is asked, and only it is given the token, which
    is written nowhere.

    Example: enduse fetch https://kobo.example.org/api/v2/assets/aBc123/data.json march.json --token kobo.token
    """
    with exit_on_error():
        had = enduse.fetch(url, out, token=_token(token), attachments=attachments)
    if as_json:
        print_json(msgspec.structs.asdict(had))
        return
    words = localizer()
    told = words.count(
        "{n} submission is in {file}.", "{n} submissions are in {file}.", had.records, file=str(had.file)
    )
    console.print(Text(told))
    if had.listed is not None:
        say_message(Message.of("fetch.attachments", n=had.attachments, file=str(had.listed), missing=had.missing))
    say_message(Message.of("fetch.next", command=f"enduse profile {had.file}"))


def _token(file: Path | None) -> str:
    """Return the token from a file, or asked for where nobody else reads along; empty where there is none."""
    named = os.environ.get(NAMED)
    if file is None and named:
        file = Path(named)
    if file is not None:
        return read_text(file).strip()
    return getpass(localizer().say("token (empty for what is public): ")).strip() if sys.stdin.isatty() else ""
