"""A fingerprint: a checkpoint in one line of digits, to be read over the telephone and compared by ear.

The size, and 40 digits of SHA-256 over origin, size and root. It is no signature: who hears another one than he reads knows
that the two records differ, and convicts nobody by it.
"""

import unicodedata
from hashlib import sha256
from os import PathLike
from pathlib import Path

import msgspec

from enduse.errors import ConflictError, EnduseError, MalformedError, RecordError
from enduse.messages import Message
from enduse.record import tree
from enduse.record.checkpoint import SIZE_MAX, Checkpoint
from enduse.record.compare import Compared, Comparison, Record
from enduse.record.log import CHECKPOINT
from enduse.record.tiles import TileReader, open_source
from enduse.record.trust import Trust
from enduse.record.verify import find

DIGITS = 40
GROUP = 5
BITS = 132
"""What 40 digits carry. Whoever prepares two records that read alike needs some 2^66 tries; to fit one to what was read
out before, 2^132."""
_LABEL = b"enduse fingerprint v1\n"
_BETWEEN = frozenset(" :-.,\n\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")


class Fingerprint(msgspec.Struct, frozen=True):
    """What is read out.

    Attributes:
        size: entries it is of.
        digits: 40 of them.
    """

    size: int
    digits: str

    def __str__(self) -> str:
        """Write it in groups of five digits, after the size."""
        return f"{self.size}: {' '.join(self.digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))}"


def fingerprint_of(checkpoint: Checkpoint) -> Fingerprint:
    """Return the fingerprint of a checkpoint."""
    text = f"{checkpoint.origin}\n{checkpoint.size}\n".encode()
    number = int.from_bytes(sha256(_LABEL + text + checkpoint.root).digest(), "big")
    return Fingerprint(checkpoint.size, f"{number % 10**DIGITS:0{DIGITS}}")


def parse(text: str) -> Fingerprint:
    """Read a fingerprint as somebody typed it, in whatever groups and digits: the last 40 digits, before them the size.

    Raises:
        MalformedError: it is none.
    """
    digits = "".join(str(unicodedata.decimal(char, "")) or char for char in text if char not in _BETWEEN)
    size, last = digits[:-DIGITS], digits[-DIGITS:]
    if not (size + last).isdecimal() or not size or not 0 < int(size[:20]) <= SIZE_MAX:
        raise MalformedError("record.no_fingerprint", text=text)
    return Fingerprint(int(size), last)


def read_fingerprint(where: str | PathLike[str], trust: Trust | None = None, size: int | None = None) -> Fingerprint:
    """Return the fingerprint of a record, or of its first entries.

    Args:
        where: folder of a programme or mirror, or URL of its tiles; for a URL ``trust`` is required.
        trust: the log's key, and perhaps a policy whose quorum must have cosigned.
        size: of how many entries, where another copy is shorter; all that are published where it is not given.

    Raises:
        UnknownError: there is no record, or a URL came without trust.
        MalformedError, SignatureError: its checkpoint is not that of the log.
        ConflictError: it is shorter than that.
        RecordError: its tiles do not lead to what was signed.
    """
    place, trust = find(where, trust)
    source = open_source(place.tiles)
    signed = trust.open(source.read(CHECKPOINT))
    trust.check_quorum(signed)
    head = signed.checkpoint
    if size is None or size == head.size:
        return fingerprint_of(head)
    if size > head.size:
        raise ConflictError("record.fingerprint_beyond", source=str(where), size=size, shown=head.size)
    path = tree.consistency_path(size, head.size, TileReader(source, head.size).node)
    inner, outer = tree.roots_from_consistency(size, head.size, path)
    if outer != head.root:
        raise RecordError("record.path_elsewhere", source=str(where), size=head.size)
    return fingerprint_of(Checkpoint(head.origin, size, inner))


def check_card(where: str | PathLike[str], card: str, trust: Trust | None = None) -> Comparison:
    """Hold a record against a card that was printed from it: the page as a file, or the digits that stand on the paper.

    Args:
        where: folder of a programme or mirror, or URL of its tiles; for a URL ``trust`` is required.
        card: path of the page, or a fingerprint as typed.
        trust: as for :func:`read_fingerprint`.

    Returns:
        What came of it; evidence where a page carries what the log signed, and the record contradicts it.

    Raises:
        UnknownError: there is no record, or a URL came without trust.
        MalformedError: the text is no fingerprint.
        MalformedError, SignatureError: the record's checkpoint is not that of the log.
    """
    place, known = find(where, trust)
    source = open_source(place.tiles)
    record = Record(source, known.key(source.read(CHECKPOINT)))
    head = record.signed.checkpoint
    if Path(card).is_file():
        return Comparison(head.size, head.root, (record.compare_file(Path(card)),))
    said = parse(card)
    return Comparison(head.size, head.root, (_compare(where, said, trust),))


def _compare(where: str | PathLike[str], said: Fingerprint, trust: Trust | None) -> Compared:
    try:
        here = read_fingerprint(where, trust, said.size)
    except ConflictError as error:
        return Compared(str(said), "ahead", error.problem.told, said.size)
    except EnduseError as error:
        reason = Message.of("record.not_comparable", reason=error.problem.told)
        return Compared(str(said), "not_checked", reason, said.size)
    if here == said:
        return Compared(str(said), "agrees", Message.of("record.agrees", n=said.size), said.size)
    differs = Message.of("record.fingerprint_differs", size=said.size, here=str(here))
    return Compared(str(said), "contradicts", differs, said.size)
