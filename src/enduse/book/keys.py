"""Private keys of this node: ``keys/parties/PARTY.key``, mode 600, one each (:mod:`enduse.book.key_file`).

Keys of several parties in one folder are for practice alone, and every page then says so (:func:`practice`).

The party's name is quoted as in a URL. Where that outgrows a file name, the file is called ``+`` and the name's
SHA-256, and its second line is the quoted name.
"""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote, unquote

from enduse.book.key_file import AskPassphrase, KeyFile, written
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.system import open_file, read_file, system_error
from enduse.terms.ed25519 import PrivateKey
from enduse.terms.forms import nearest

FOLDER = "keys/parties"
NAME_BYTES_MAX = 150
"""Longest quoted name that is a file name itself: short of the 255 bytes of a file name by much, for what backs it up."""

_HASHED = "+"
"""Begins no quoted name."""


def _quoted(party: str) -> str:
    return quote(party, safe="", errors="surrogateescape")


def path_of(folder: Path, party: str) -> Path:
    """Return where the key of ``party`` lies."""
    name = _quoted(party)
    if len(name) > NAME_BYTES_MAX:
        name = _HASHED + hashlib.sha256(name.encode()).hexdigest()
    return folder / FOLDER / f"{name}.key"


def save(folder: Path, party: str, key: PrivateKey, passphrase: str = "") -> Path:
    """Write a key that is not there yet.

    Raises:
        ConflictError: the party has a key here; it is never overwritten.
    """
    path = path_of(folder, party)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write(path, key, passphrase, *([_quoted(party)] if path.name.startswith(_HASHED) else []))
    except FileExistsError as error:
        raise ConflictError("key.here_already", source=str(path), party=party) from error
    return path


def write(path: Path, key: PrivateKey, passphrase: str = "", *more: str) -> None:
    """Write a private key to a file of mode 600, durably, with further lines after it.

    Args:
        path: the file.
        key: what to keep; of an agent's key only its public half is.
        passphrase: to encrypt it with.
        more: further lines.

    Raises:
        FileExistsError: something is there already; it is never overwritten.
    """
    line = written(key, passphrase)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in (line, *more)))
        file.flush()
        os.fsync(file.fileno())


def load(folder: Path, party: str, ask: AskPassphrase | None = None) -> PrivateKey:
    """Read the key of ``party``; ``ask`` is asked for its passphrase.

    Raises:
        UnknownError: it has none here; says whose keys are.
        MalformedError: the file is not a key.
    """
    path = path_of(folder, party)
    if not path.is_file():
        here = sorted(held(folder))
        meant = next((each for each in here if each.endswith(f":{party}")), None) or nearest(party, here)
        if meant is not None:
            raise UnknownError("key.not_here_like", source=str(path), party=party, nearest=meant)
        if not here:
            raise UnknownError("key.none_here", source=str(path), party=party)
        raise UnknownError("key.not_here", source=str(path), party=party, parties=here)
    return read(path, ask)


def read(path: Path, ask: AskPassphrase | None = None) -> PrivateKey:
    """Read a private key from a file; ``ask`` is asked for its passphrase.

    Raises:
        UnknownError: there is no such file, or no agent has the key.
        MalformedError: the file is not a key, or the passphrase is another.
    """
    return described(path).open(str(path), ask)


def described(path: Path) -> KeyFile:
    """Return what a file says of the private key it holds, without opening it.

    Raises:
        UnknownError: there is no such file.
        MalformedError: the file is not a key.
    """
    try:
        line = read_file(path).decode("ascii").partition("\n")[0].strip()
    except OSError as error:
        raise system_error(error) from error
    except UnicodeDecodeError as error:
        raise MalformedError("key.malformed", source=str(path)) from error
    if line.startswith("{"):
        raise MalformedError("key.elsewhere", source=str(path))
    return KeyFile.parse(line, str(path))


def held(folder: Path) -> list[str]:
    """Return the parties whose keys are here."""
    return [_party_of(path) for path in (folder / FOLDER).glob("*.key")]


def practice(folder: Path) -> bool:
    """Say whether the keys of several parties lie here: then whoever has this folder can speak for all of them."""
    return len(set(held(folder))) > 1


def _party_of(path: Path) -> str:
    if not path.name.startswith(_HASHED):
        return unquote(path.stem)
    with open_file(path) as file:
        file.readline()
        return unquote(file.readline().decode("ascii", errors="replace").strip())
