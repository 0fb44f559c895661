"""Signed envelopes as they are: one DSSE envelope a line, as a party's own device or another copy of a record wrote it.

A line may also be the text of a QR code that carries an envelope (:mod:`enduse.exchange.carried`).

Nothing is repaired here, not even blanks: the bytes of a line are the bytes that are recorded. Who signed and whether
that holds is found out where they are taken in.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from enduse.errors import EnduseError, LimitError, MalformedError, Problem, UnknownError
from enduse.exchange import carried
from enduse.statements.codec import statement_id
from enduse.statements.envelope import ENVELOPE_MAX, key_id, unwrap
from enduse.system import open_file

PROPOSAL: Final = ".proposal"
"""Name of a file that begins with what was proposed; the envelopes of those who agreed follow."""

SUFFIXES: Final = frozenset((".dsse", ".jsonl", PROPOSAL))
PICTURES: Final = frozenset((".svg", ".png", ".jpg", ".jpeg", ".webp", ".heic"))
"""Endings of pictures: of a QR code, whose text a camera reads, or of what :meth:`attach` puts beside the record."""
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
        file = open_file(path)
    except IsADirectoryError as error:
        raise MalformedError("file.not_regular", source=str(path)) from error
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
        yield from _unsigned(path, number)


def _unsigned(path: Path, lines: int) -> Iterator[EnvelopeLine]:
    """Give the fault of a proposal that nobody signed: it has nothing but what was proposed."""
    if lines == 1 and path.suffix == PROPOSAL:
        yield EnvelopeLine(1, b"", Problem.of("proposal.unsigned", source=path.name, line=1))


def offered(files: Iterable[Path]) -> list[Path]:
    """Return the files that are offered, drop folders by the files of envelopes in them, in an order in which each finds what it rests on.

    A file comes after those that enrol its keys, hold statements that it names, or hold lower numbers of its keys; else the order stays.
    So what is offered together has the same effect in whatever order it came.

    Args:
        files: of envelopes, tables, and drop folders.
    """
    given = [each for file in files for each in (sorted(file.glob("*.dsse")) if file.is_dir() else (file,))]
    batches = [file for file in given if file.suffix in SUFFIXES]
    if len(batches) < 2:  # noqa: PLR2004 - one alone has no order
        return given
    told = {file: _contents(file) for file in batches}
    by_id = {name: file for file, each in told.items() for name in each.ids}
    before = {file: {by_id[name]: None for name in sorted(each.named & by_id.keys())} for file, each in told.items()}
    of_key: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for file, each in told.items():
        for key, number in each.numbers.items():
            of_key[key].append((number, file))
    for there in of_key.values():
        for (_, earlier), (_, later) in pairwise(sorted(there)):
            before[later][earlier] = None
    following = iter(_after_each_other(before))
    return [next(following) if file in told else file for file in given]


def _after_each_other(before: Mapping[Path, Iterable[Path]]) -> dict[Path, None]:
    """Return files, each after those that must stand before it; some that wait for each other come all the same."""
    ordered: dict[Path, None] = {}
    begun: set[Path] = set()
    for first in before:
        waiting = [(first, iter(before[first]))]
        while waiting:
            file, left = waiting[-1]
            begun.add(file)
            needed = next((each for each in left if each not in begun), None)
            if needed is not None:
                waiting.append((needed, iter(before[needed])))
            else:
                waiting.pop()
                ordered[file] = None
    return ordered


class _Contents(NamedTuple):
    """What a file of envelopes holds: names by which others rest on it, names on which it rests, its keys' lowest numbers."""

    ids: set[str]
    named: set[str]
    numbers: dict[str, int]


def _contents(file: Path) -> _Contents:
    found = _Contents(set(), set(), {})
    with suppress(EnduseError):  # adding it will say what is wrong
        for line in read_envelopes(file):
            with suppress(EnduseError, ValueError):
                envelope = unwrap(line.raw)
                said = _SAID.decode(envelope.payload)
                found.ids.add(statement_id(envelope.payload))
                found.named.update({envelope.key_id, *_IDS.findall(envelope.payload.decode())})
                found.numbers[envelope.key_id] = min(said.seq, found.numbers.get(envelope.key_id, said.seq))
                if said.body.public_key:
                    found.ids.add(key_id(bytes.fromhex(said.body.public_key)))
    return found


class _SaidBody(msgspec.Struct, frozen=True):
    public_key: str = ""


class _Said(msgspec.Struct, frozen=True):
    seq: int = 1
    body: _SaidBody = _SaidBody()


_SAID: Final = msgspec.json.Decoder(_Said)
_IDS: Final = re.compile(r'"([0-9a-f]{64})"')


def _carried(line: bytes, path: Path, number: int) -> EnvelopeLine:
    """Return the envelope that the text of a QR code carries."""
    try:
        return EnvelopeLine(number, carried.unpacked(line.decode("ascii", "replace")))
    except MalformedError as error:
        told = msgspec.structs.replace(error.problem, source=path.name, line=number)
        return EnvelopeLine(number, b"", told)
