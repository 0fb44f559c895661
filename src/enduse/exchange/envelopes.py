"""Signed envelopes as they are: one DSSE envelope a line, as a party's own device or another copy of a record wrote it.

A line may also be the text of a QR code that carries an envelope (:mod:`enduse.exchange.carried`).

Nothing is repaired here, not even blanks: the bytes of a line are the bytes that are recorded. Who signed and whether
that holds is found out where they are taken in.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import LimitError, MalformedError, Problem, UnknownError
from enduse.exchange import carried
from enduse.statements.envelope import ENVELOPE_MAX

PROPOSAL: Final = ".proposal"
"""Name of a file that begins with what was proposed; the envelopes of those who agreed follow."""

SUFFIXES: Final = frozenset((".dsse", ".jsonl", PROPOSAL))
"""Names of files that hold envelopes."""

FILE_MAX: Final = 8 * 1024**3
"""Largest file of envelopes in bytes."""

LINES_MAX: Final = 20_000_000
_CARRIED: Final = carried.MARK.encode()


class EnvelopeLine(msgspec.Struct, frozen=True):
    """One line.

    Attributes:
        line: its number, from 1.
        raw: the envelope's bytes; empty where there is a problem.
        problem: why it cannot be an envelope, where that shows already.
    """

    line: int
    raw: bytes
    problem: Problem | None = None


def read_envelopes(path: Path) -> Iterator[EnvelopeLine]:
    """Yield each line that is not empty, in order; constant memory.

    Args:
        path: file of envelopes, one a line, in lines that end with a line feed.

    Raises:
        UnknownError: there is no such file.
        LimitError: the file is too large.
        MalformedError: it is a folder, a pipe or a device.
    """
    try:
        if path.exists() and not path.is_file():  # before it is opened: opening a pipe waits for whoever writes into it
            raise MalformedError("file.not_regular", source=str(path))
        file = path.open("rb")
    except OSError as error:
        raise UnknownError("file.unreadable", source=str(path), reason=str(error.strerror)) from error
    with file:
        size = path.stat().st_size
        if size > FILE_MAX:
            raise LimitError("file.too_large", source=path.name, size=size, most=FILE_MAX)
        number = 0
        while raw := file.readline(ENVELOPE_MAX + 2):
            number += 1
            if number > LINES_MAX:
                problem = Problem.of("envelopes.too_many", source=path.name, line=number, most=LINES_MAX)
                yield EnvelopeLine(number, b"", problem)
                return
            if len(raw) > ENVELOPE_MAX and not raw.endswith(b"\n"):
                # Pass over the rest of the line in pieces, so that a line of any length costs no memory.
                while (rest := file.readline(1 << 16)) and not rest.endswith(b"\n"):
                    pass
                problem = Problem.of("envelopes.line_too_long", source=path.name, line=number, most=ENVELOPE_MAX)
                yield EnvelopeLine(number, b"", problem)
                continue
            envelope = raw.removesuffix(b"\n").removesuffix(b"\r")
            if envelope.startswith(_CARRIED):
                yield _carried(envelope, path, number)
            elif envelope and (number > 1 or path.suffix != PROPOSAL):
                yield EnvelopeLine(number, envelope)


def _carried(line: bytes, path: Path, number: int) -> EnvelopeLine:
    """Return the envelope that the text of a QR code carries."""
    try:
        return EnvelopeLine(number, carried.unpacked(line.decode("ascii", "replace")))
    except MalformedError as error:
        told = msgspec.structs.replace(error.problem, source=path.name, line=number)
        return EnvelopeLine(number, b"", told)
