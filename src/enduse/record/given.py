"""Files that people give to a command: read here, and where one is of another kind, what it is and what is asked for.

Only what can be told at a glance is told here; whether a key, proof or policy is a sound one is for whoever reads it.
"""

import errno
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from enduse.errors import EnduseError, MalformedError, UnknownError
from enduse.system import LINES_BYTES, SMALL_BYTES, read_file, system_error

Asked = Literal["receipts", "proof", "vkey", "policy", "cosignature", "kept", "evidence"]
"""What a command asks for."""

_PROOF: Final = b"c2sp.org/tlog-proof"
_VKEY: Final = re.compile(rb"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")
_NOTE: Final = re.compile(rb"\n\n\xe2\x80\x94 ")
_POLICY: Final = re.compile(rb"^\s*(log|witness|group|quorum)\s", re.MULTILINE)
_CELLS: Final = re.compile(rb"[^\n]*[,;\t|][^\n]*\n[^\n]*[,;\t|]")


def _page(data: bytes) -> bool:
    return data.lstrip()[:9].lower() in {b"<!doctype", b"<html>"}


def _receipts(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{" and b'"payload"' in data


_KINDS: Final[dict[str, Callable[[bytes], object]]] = {
    "given_nothing": lambda data: not data.strip(),
    "given_pdf": lambda data: data.startswith(b"%PDF"),
    "given_workbook": lambda data: data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")),
    "given_private_key": lambda data: data.startswith((b"PRIVATE+KEY", b"-----BEGIN")),
    "given_proof": lambda data: data.startswith(_PROOF),
    "given_page": _page,
    "given_note": _NOTE.search,
    "given_receipts": _receipts,
    "given_json": lambda data: data.lstrip()[:1] in {b"{", b"["},
    "given_vkey": lambda data: _VKEY.fullmatch(data.strip()),
    "given_policy": _POLICY.search,
    "given_table": _CELLS.match,
}
"""What a file may be, the surest first."""

_FITS: Final[dict[Asked, Callable[[bytes], object]]] = {
    "receipts": _receipts,
    "proof": _KINDS["given_proof"],
    "vkey": lambda data: data.count(b"+") > 1 and not _KINDS["given_private_key"](data),
    "policy": _POLICY.search,
    "cosignature": _NOTE.search,
    "kept": lambda data: _KINDS["given_proof"](data) or _page(data) or _NOTE.search(data),
    "evidence": lambda data: data.lstrip()[:1] == b"{",
}

EVIDENCE_BYTES_MAX: Final = 4_000_000
_MOST: Final[dict[Asked, int]] = {"receipts": LINES_BYTES, "kept": 4_000_000, "evidence": EVIDENCE_BYTES_MAX}
"""Bytes; of all else a file is small."""

_CODES: Final[dict[Asked, str]] = {
    "receipts": "given.not_receipts",
    "proof": "given.not_proof",
    "vkey": "given.not_vkey",
    "policy": "given.not_policy",
    "cosignature": "given.not_cosignature",
    "kept": "given.not_kept",
    "evidence": "given.not_evidence",
}


def read_given(path: Path, asked: Asked) -> bytes:
    """Return the bytes of a file that somebody gave.

    Args:
        path: of the file.
        asked: what it should be.

    Raises:
        UnknownError: there is no such file, or it cannot be read.
        MalformedError: it is a folder, or a file of another kind.
        LimitError: it is longer than one of its kind can be.
    """
    try:
        data = read_file(path, _MOST.get(asked, SMALL_BYTES))
    except IsADirectoryError as error:
        raise _other("given_folder", path, asked) from error
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            raise UnknownError("given.no_file", source=str(path)) from error
        raise system_error(error) from error
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")  # as editors and mail programs leave it
    if not _FITS[asked](data):
        raise _other(_seen(data), path, asked)
    return data


def no_folder(path: Path) -> UnknownError:
    """Return what to say where a folder is asked for and none is there: nothing at all, a file, or a record without its tiles."""
    if path.name == "tiles" and not path.exists() and (path.parent / "record.db").is_file():
        return UnknownError("record.tiles_gone", source=str(path))
    return UnknownError("record.file_for_folder" if path.exists() else "record.no_folder", source=str(path))


def _seen(data: bytes) -> str:
    """Return what a file looks like."""
    found = next((kind for kind, fits in _KINDS.items() if fits(data)), None)
    if found is not None:
        return found
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "given_bytes"
    return "given_text"


def _other(seen: str, path: Path, asked: Asked) -> EnduseError:
    return MalformedError(_CODES[asked], source=str(path), seen=seen)
