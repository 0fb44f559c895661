"""Whether what a log promised in receipts was kept: each promised entry is looked for in what the record shows."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Literal

import msgspec

from enduse.errors import EnduseError, MalformedError, RecordError
from enduse.messages import Message
from enduse.record import evidence, tree
from enduse.record import note as notes
from enduse.record import proof as proofs
from enduse.record import receipt as receipts
from enduse.record.compare import read_kept
from enduse.record.evidence import Shown
from enduse.record.log import CHECKPOINT
from enduse.record.policy import Policy
from enduse.record.proof import Proof
from enduse.record.receipt import Promised, Receipt
from enduse.record.tiles import TILE_WIDTH, TileReader, open_source
from enduse.record.trust import Trust
from enduse.record.verify import find, is_url

Answer = Literal["kept", "not_yet_due", "broken", "overdue", "not_checked"]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one promised entry.

    Attributes:
        index: its position.
        id: identifier of the statement, hexadecimal.
        answer: ``kept``, ``not_yet_due`` (its time has not come), ``broken`` (convicts the log), ``overdue`` (its time has
            passed and this copy lacks it, but nobody known has signed since, so the copy may be old), ``not_checked``
            (what was shown does not tell).
        said: the same for people.
        proof: offline proof of the entry as a file, where it was kept.
        evidence: the file that convicts the log, where the promise is broken.
    """

    index: int
    id: str
    answer: Answer
    said: Message
    proof: bytes | None = None
    evidence: bytes | None = None


class _Held:
    # What somebody holds of the record: its tiles, or a checkpoint alone, or the proof of one entry.

    def __init__(self, log: notes.Verifier, note: bytes, tiles: TileReader | None, proof: Proof | None) -> None:
        self.log, self.note, self.tiles, self.proof = log, note, tiles, proof
        self.size = Trust(log).open(note).checkpoint.size
        self.bundles: dict[int, list[bytes]] = {}

    def shown(self, index: int) -> Shown | None:
        # The entry with its proof; None where neither tiles nor a proof of it are here. A proof may come without the entry.
        if self.tiles is None:
            if self.proof is None or self.proof.index != index:
                return None
            return Shown(self.proof.checkpoint, index, self.proof.extra, self.proof.hashes)
        number, at = divmod(index, TILE_WIDTH)
        if number not in self.bundles:
            self.bundles = {number: self.tiles.bundle(number)}
        hashes = tree.inclusion_proof(index, self.tiles.size, self.tiles.node)
        return Shown(self.note, index, self.bundles[number][at], tuple(hashes))


def check_receipts(
    data: bytes, against: str | PathLike[str], trust: Trust | None = None, clock: Callable[[], float] = time.time
) -> list[Judged]:
    """Say of each entry promised in receipts whether the promise was kept.

    Args:
        data: receipts, one a line.
        against: folder of a programme or mirror, URL of its tiles, or a file: a checkpoint, a proof, a printed card.
        trust: the log's key, and a policy that says whose cosignatures count; of a folder its own where not given.
        clock: gives posix seconds.

    Raises:
        MalformedError, SignatureError: they are no receipts of this log, or what is held against them is not its word.
        UnknownError: there is no record, or nothing to check it with.
    """
    held, policy = _held(against, trust or Trust())
    now = datetime.fromtimestamp(clock(), UTC)
    judged: list[Judged] = []
    for raw in receipts.split(data):
        receipt = receipts.read(raw, held.log)
        judged += [_judge(raw, receipt, each, held, policy, now) for each in receipt.entries]
    return judged


def _held(against: str | PathLike[str], trust: Trust) -> tuple[_Held, Policy | None]:
    if not is_url(against) and Path(against).is_file():
        if not trust.given:
            raise MalformedError("record.proof_needs_key", source=str(against))
        kept = read_kept(Path(against))
        note = kept if isinstance(kept, bytes) else kept.checkpoint
        trust.open(note)
        return _Held(trust.key(note), note, None, None if isinstance(kept, bytes) else kept), trust.policy
    place, trust = find(against, trust)
    source = open_source(place.tiles)
    note = source.read(CHECKPOINT)
    size = trust.open(note).checkpoint.size
    policy = trust.policy if trust.policy is not None else place.kept_policy()
    return _Held(trust.key(note), note, TileReader(source, size), None), policy


def _judge(
    raw: bytes, receipt: Receipt, promised: Promised, held: _Held, policy: Policy | None, now: datetime
) -> Judged:
    size, index = held.size, promised.index

    def answer(word: Answer, said: Message, **more: bytes) -> Judged:
        return Judged(index=index, id=promised.id, answer=word, said=said, **more)

    if index < size:
        try:
            shown = held.shown(index)
            if shown is None or shown.entry is None:
                return answer("not_checked", Message.of("record.promise_covered", index=index, size=size))
            if promised.kept_by(shown.entry):
                proof = Proof(index, shown.hashes, held.note, shown.entry)
                proofs.verify(proof, shown.entry, Trust(held.log))
                said = Message.of("record.promise_kept", index=index, size=size)
                return answer("kept", said, proof=proof.encode())
            file = evidence.write_broken_promise(raw, shown, held.log)
        except EnduseError as error:
            said = Message.of("record.not_comparable", reason=error.problem.told)
            return answer("not_checked", said)
        return answer("broken", evidence.check(file, held.log), evidence=file)
    try:
        file = evidence.write_broken_promise(raw, Shown(held.note), held.log, policy)
    except RecordError:
        code = "record.promise_not_yet_due" if now <= receipt.by else "record.promise_overdue"
        said = Message.of(code, index=index, size=size, by=receipt.by)
        return answer("not_yet_due" if now <= receipt.by else "overdue", said)
    return answer("broken", evidence.check(file, held.log, policy), evidence=file)
