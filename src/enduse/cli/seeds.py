"""Secret seeds of draws: made at random, kept in a file that nobody else can read, and drawn with later."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from enduse.cli.output import read_text
from enduse.errors import ConflictError, MalformedError

NewSeed = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Make a random seed, and print what to publish before the draw.")
]


def read_seed(path: Path) -> bytes:
    """Return the seed that a file holds."""
    try:
        return bytes.fromhex(read_text(path).strip())
    except ValueError as error:
        raise MalformedError("plan.not_a_seed", source=str(path)) from error


def new_seed_bytes() -> bytes:
    """Return a new seed."""
    from enduse.views.visits import SEED_BYTES

    return secrets.token_bytes(SEED_BYTES)


def keep_seed(path: Path, seed: bytes) -> None:
    """Write a new seed that nobody else can read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConflictError("plan.seed_exists", source=str(path)) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(seed.hex() + "\n")
