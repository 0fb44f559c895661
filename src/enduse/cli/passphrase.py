"""Passphrases of key files: asked for where nobody else reads along, never given on a command's line."""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Final

from enduse.cli.output import localizer, read_text
from enduse.errors import MalformedError

NAMED: Final = "ENDUSE_PASSPHRASE_FILE"
"""Environment variable that names a file with the passphrase, for machines on which nobody sits."""


def ask_passphrase(file: str) -> str:
    """Ask for the passphrase of a file that is there.

    Raises:
        MalformedError: nobody can be asked.
    """
    return _kept() or _asked(file, localizer().say("passphrase of {file}: ", file=file))


def new_passphrase(file: str) -> str:
    """Ask twice for the passphrase of a file to be made.

    Raises:
        MalformedError: nobody can be asked, it is empty, or the two are not the same.
    """
    if kept := _kept():
        return kept
    first = _asked(file, localizer().say("new passphrase of {file}: ", file=file))
    if not first:
        raise MalformedError("key.passphrase_empty", source=file)
    if _asked(file, localizer().say("the same again: ")) != first:
        raise MalformedError("key.passphrases_differ", source=file)
    return first


def _kept() -> str:
    named = os.environ.get(NAMED)
    return read_text(Path(named)).removesuffix("\n") if named else ""


def _asked(file: str, question: str) -> str:
    if not sys.stdin.isatty():
        raise MalformedError("key.passphrase_unasked", source=file)
    return getpass(question)
