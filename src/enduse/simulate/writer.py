"""The writer that writes an invented record: numbers, signs and batches statements in the order of an invented calendar.

One batch a day. Each opens with the keeper's ``clock``, so everything in it was said before it was recorded.
"""

import hashlib
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, time
from itertools import count

import msgspec

from enduse.record.tree import CompactRange, leaf_hash
from enduse.statements.base import Body, Statement
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.keyring import Signed, sign
from enduse.statements.programme import Clock, Founding, ProgrammeBody
from enduse.terms.ed25519 import SigningKey

RECORDED = time(21)
"""Time of day, UTC, at which the keeper records what was said that day."""


class DailyBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Envelopes recorded together; the first is the keeper's clock (in the first batch the second)."""

    recorded_at: datetime
    envelopes: tuple[bytes, ...]


def demo_seed(seed: int, name: str) -> bytes:
    """Return 32 bytes that follow from ``seed`` and ``name``: a key that anybody can compute, for simulations only."""
    return hashlib.sha256(f"enduse simulation {seed} {name}".encode()).digest()


class Writer:
    """Writes statements day by day.

    Attributes:
        now: the invented present; the calendar moves it.
        keys: signing key by party.
    """

    def __init__(self, origin: str, keeper: str, keys: dict[str, SigningKey]) -> None:
        self.origin = origin
        self.keys = keys
        self._keeper = keeper
        self._seq = dict.fromkeys(keys, 0)
        self._tree = CompactRange()
        self._batches: list[DailyBatch] = []
        self._today: list[bytes] = []
        self._recorded: datetime | None = None
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._ticket = count()
        self.now = datetime.min.replace(tzinfo=UTC)

    def at(self, when: datetime, action: Callable[[], object]) -> None:
        """Do ``action`` when the calendar reaches ``when``; what was planned first comes first."""
        heapq.heappush(self._queue, (when, next(self._ticket), action))

    def run(self) -> tuple[DailyBatch, ...]:
        """Walk through the calendar to its end and return all batches."""
        while self._queue:
            self.now, _, action = heapq.heappop(self._queue)
            action()
        self._close()
        return tuple(self._batches)

    def found(self, body: ProgrammeBody) -> Signed:
        """Write entry 0."""
        self._recorded = self._tonight()
        founded = self._write(Founding, self._keeper, self.now, body=body)
        self._write(Clock, self._keeper, self._recorded)
        return founded

    def enrol(self, party: str) -> Signed:
        """Let the keeper enrol the key of ``party``, which signs for its possession."""
        key = self.keys[party]
        public = key.public.hex()
        proof = key.sign(possession_message(self.origin, self.keys[self._keeper].public.hex(), party, public)).hex()
        return self.say(Key, self._keeper, KeyBody(action="enrol", party=party, public_key=public, possession=proof))

    def say(
        self,
        kind: type[Statement],
        party: str,
        body: Body,
        place: str | None = None,
        refs: tuple[str, ...] = (),
        when: datetime | None = None,
    ) -> Signed:
        """Let ``party`` make a statement of ``kind`` now, of ``when``."""
        if self._tonight() != self._recorded:
            self._close()
            self._recorded = self._tonight()
            self._write(Clock, self._keeper, self._recorded)
        return self._write(kind, party, when or self.now, place=place, refs=refs, body=body)

    def standing(self) -> tuple[int, str]:
        """Return size and root of the record as it stood after the last batch before today's."""
        return self._tree.size, self._tree.root().hex()

    def _tonight(self) -> datetime:
        return datetime.combine(self.now.date(), RECORDED, self.now.tzinfo)

    def _write(self, kind: type[Statement], party: str, when: datetime, **rest: object) -> Signed:
        self._seq[party] += 1
        head = {"programme": self.origin, "party": party, "seq": self._seq[party], "occurred_at": when}
        signed = sign(kind(**head, **rest), self.keys[party])  # type: ignore[arg-type]
        self._today.append(signed.raw)
        return signed

    def _close(self) -> None:
        if not self._today or self._recorded is None:
            return
        self._batches.append(DailyBatch(recorded_at=self._recorded, envelopes=tuple(self._today)))
        self._tree.extend(leaf_hash(raw) for raw in self._today)
        self._today = []
