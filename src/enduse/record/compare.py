"""Comparing a record with what others know of it: cosigners, other copies, kept checkpoints, proofs and printed cards.

Two signed checkpoints of one log either extend each other, which its tiles prove, or convict the log. What is compared
is signed by the log; what is not is no word of its, and says nothing about it.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Literal

import msgspec

from enduse.errors import EnduseError, Problem
from enduse.messages import Message
from enduse.record import card, evidence
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record import proof as proofs
from enduse.record.given import read_given
from enduse.record.log import CHECKPOINT
from enduse.record.policy import Policy
from enduse.record.tiles import HTTPSource, TileReader, TileSource, open_source
from enduse.record.trust import Trust
from enduse.record.verify import find

Verdict = Literal["agrees", "ahead", "contradicts", "not_checked"]


class Compared(msgspec.Struct, frozen=True):
    """What came of one comparison.

    Attributes:
        source: file, address or name of what was compared.
        verdict: ``agrees`` (the record begins with it), ``ahead`` (it knows more than the record shows), ``contradicts``
            (both are signed, and exclude each other), ``not_checked`` (it could not be read, or is not this log's).
        said: the verdict for people.
        size: entries it covers, where it is a checkpoint of this log.
        evidence: the file that convicts the log, where it contradicts.
    """

    source: str
    verdict: Verdict
    said: Message
    size: int = 0
    evidence: bytes | None = None


class Record:
    """The record that others' words are held against."""

    def __init__(self, tiles: TileSource, log: notes.Verifier) -> None:
        """Read its checkpoint.

        Args:
            tiles: its tiles.
            log: the log's key.

        Raises:
            UnknownError: there is no checkpoint.
            MalformedError, SignatureError: it is not this log's.
        """
        self.log = log
        self.signed = checkpoints.open_checkpoint(tiles.read(CHECKPOINT), log)
        self._tiles = tiles

    def compare(
        self, source: str, data: bytes, *, index: int | None = None, tiles: TileSource | None = None
    ) -> Compared:
        """Compare with one checkpoint.

        Args:
            source: where it comes from.
            data: the note.
            index: of an entry that was proved under it.
            tiles: the tiles that came with it, to be used where it covers more than the record.
        """
        head = self.signed.checkpoint
        try:
            theirs = checkpoints.open_checkpoint(data, self.log).checkpoint
        except EnduseError as error:
            return Compared(source, "not_checked", error.problem.told)
        ahead = theirs.size > head.size
        behind = Message.of("record.behind", known=theirs.size, shown=head.size)
        if ahead and tiles is None:
            return Compared(source, "ahead", behind, theirs.size)
        larger = tiles if ahead and tiles is not None else self._tiles
        try:
            node = TileReader(larger, max(theirs.size, head.size)).node
            found = evidence.from_tiles(data, self.signed.data, self.log, node)
        except EnduseError as error:
            said = Message.of("record.not_comparable", reason=error.problem.told)
            return Compared(source, "not_checked", said, theirs.size)
        if found is not None:
            return Compared(source, "contradicts", evidence.check(found, self.log), theirs.size, found)
        if ahead:
            return Compared(source, "ahead", behind, theirs.size)
        if index is None:
            return Compared(source, "agrees", Message.of("record.agrees", n=theirs.size), theirs.size)
        return Compared(source, "agrees", Message.of("record.agrees_entry", index=index, n=theirs.size), theirs.size)

    def compare_file(self, path: Path) -> Compared:
        """Compare with a file that somebody kept: a checkpoint, a proof, or a printed card as a page.

        Raises:
            UnknownError: it cannot be read.
        """
        try:
            data = read_kept(path)
            if isinstance(data, bytes):
                return self.compare(str(path), data)
            if data.extra is None:
                return self.compare(str(path), data.checkpoint)
            proofs.verify(data, data.extra, Trust(self.log))
            return self.compare(str(path), data.checkpoint, index=data.index)
        except EnduseError as error:
            return Compared(str(path), "not_checked", error.problem.told)

    def compare_cosigners(self, policy: Policy, timeout_s: float = 10.0) -> Iterator[Compared]:
        """Ask every cosigner of a policy that has an address what it cosigned last."""
        at = f"{sha256(self.log.name.encode()).hexdigest()}/{CHECKPOINT}"
        for name, witness in policy.witnesses.items():
            if not witness.url:
                continue
            try:
                data = HTTPSource(witness.url, timeout_s).read(at)
                checkpoints.open_checkpoint(data, self.log, [witness.verifier])
            except EnduseError as error:
                yield Compared(name, "not_checked", error.problem.told)
                continue
            yield self.compare(name, data)

    def compare_copy(self, where: str) -> Compared:
        """Compare with the checkpoint of another copy, by folder or URL."""
        for place in (where, f"{where.rstrip('/')}/tiles"):
            tiles = open_source(place)
            try:
                data = tiles.read(CHECKPOINT)
            except EnduseError:
                continue
            return self.compare(where, data, tiles=tiles)
        return Compared(where, "not_checked", Message.of("record.no_checkpoint"))


def read_kept(path: Path) -> bytes | proofs.Proof:
    """Read what somebody kept: the note of a checkpoint, bare or on a card, or a proof.

    Raises:
        UnknownError: it cannot be read.
        MalformedError, LimitError: it is none of these.
    """
    data = read_given(path, "kept")
    if data.startswith(proofs.HEADER.encode()):
        return proofs.parse(data)
    if data.lstrip()[:9].lower() == b"<!doctype":
        return card.read(data)
    notes.parse(data)
    return data


def problems(compared: list[Compared]) -> Iterator[Problem]:
    """Give what does not agree as problems."""
    for each in compared:
        if each.verdict != "agrees":
            yield Problem.about(each.said, source=each.source)


class Comparison(msgspec.Struct, frozen=True):
    """What others know of a record, held against it.

    Attributes:
        size: entries the record shows.
        root: 32-byte root it shows.
        compared: one each: cosigners, other copies, kept files.
    """

    size: int
    root: bytes
    compared: tuple[Compared, ...]

    @property
    def agrees(self) -> bool:
        """Whether there was something to compare with, and all of it agrees."""
        return bool(self.compared) and all(each.verdict == "agrees" for each in self.compared)

    @property
    def evidence(self) -> bytes | None:
        """The first file that convicts the log; ``None`` where nothing does."""
        return next((each.evidence for each in self.compared if each.evidence is not None), None)


def compare(
    where: str | PathLike[str],
    trust: Trust | None = None,
    *,
    kept: Iterable[Path] = (),
    copies: Iterable[str] = (),
    timeout_s: float = 10.0,
) -> Comparison:
    """Hold a record against what others know of it: whether all were shown the same.

    Args:
        where: folder of a programme or mirror, or URL of its tiles; for a URL ``trust`` is required.
        trust: the log's key, and a policy whose cosigners are asked. For a folder its own key and policy are taken
            where they are not given.
        kept: files that somebody kept: checkpoints, proofs, printed cards.
        copies: folders or URLs of other copies of the record.
        timeout_s: seconds to wait for each.

    Raises:
        UnknownError: there is no record, or a URL came without trust.
        MalformedError, SignatureError: its checkpoint is not that of the log.
    """
    place, trust = find(where, trust)
    data = open_source(place.tiles).read(CHECKPOINT)
    record = Record(open_source(place.tiles), trust.key(data))
    policy = trust.policy if trust.policy is not None else place.kept_policy()
    found = [] if policy is None else list(record.compare_cosigners(policy, timeout_s))
    found += [record.compare_copy(copy) for copy in copies]
    found += [record.compare_file(path) for path in kept]
    head = record.signed.checkpoint
    return Comparison(head.size, head.root, tuple(found))
