"""What a key elsewhere would say, tried on a copy of the book: the same way in, and the statements kept for that key to sign."""

from collections.abc import Sequence
from datetime import UTC, datetime

from enduse.book.book import Book
from enduse.book.intake import Intake, SigningRequest, Taken
from enduse.errors import UnknownError
from enduse.statements.keyring import enveloped
from enduse.statements.passed import Ahead
from enduse.terms.ed25519 import PrivateKey
from enduse.terms.times import micros

_STAND_IN = bytes(64)


class UnsignedKey:
    """A key whose private half is elsewhere; where a copy is tried, something stands in for its signature."""

    def __init__(self, public: bytes) -> None:
        """Take its public half, as it is enrolled."""
        self.public = public

    def sign(self, message: bytes) -> bytes:  # noqa: ARG002 - the bytes are signed elsewhere
        """Return what stands in for a signature."""
        return _STAND_IN


class IntakeElsewhere(Intake):
    """Takes what one key elsewhere would say into a copy of a programme, which is then forgotten.

    Attributes:
        payloads: bytes of the statements that would be recorded, in order.
        now: when what is said here is said.
        has_gap: one of a batch was refused, so that the numbers of those after it would leave a gap: try them singly.
    """

    def __init__(self, book: Book, party: str, public: bytes, now: datetime, *, singly: bool = False) -> None:
        """Begin to try.

        Args:
            book: a copy in memory.
            party: who says everything.
            public: key of that party, which is enrolled.
            now: time of recording, and of what is taken back.
            singly: take one statement after the other, so that what is refused leaves no gap in the numbers.
        """
        super().__init__(book, trial=True)
        self.payloads: list[bytes] = []
        self.now, self.has_gap, self._singly = now, False, singly
        self._party, self._key = party, UnsignedKey(public)

    @property
    def _keeper(self) -> PrivateKey | None:
        """The keeper gives no clock here: the copy is set to the time of recording."""
        return None

    def key_of(self, party: str) -> PrivateKey:
        """Return the one key that speaks.

        Raises:
            UnknownError: something is to be said by another party.
        """
        if party != self._party:
            raise UnknownError("key.name_unknown", name=party)
        return self._key

    def say(self, requests: Sequence[SigningRequest], now: datetime | None = None) -> list[Taken]:
        """Take statements as one batch, or one after the other.

        Args:
            requests: who says what.
            now: time of recording; by default that of this trial.
        """
        parts = [[each] for each in requests] if self._singly else [requests]
        return [taken for part in parts for taken in self._said(part, now or self.now)]

    def _said(self, requests: Sequence[SigningRequest], at: datetime) -> list[Taken]:
        # Whatever else is tried on the book sets its clock back to the record's.
        self.book.head.clock = max(self.book.head.clock, micros(at.astimezone(UTC)))
        first = self.keyring.next_seq(self._key.public)
        made = [
            enveloped(make(self.keyring.origin, party, number), key)
            for number, (party, key, make) in enumerate(requests, first)
        ]
        done = self._record([*made], {each.raw: Ahead(valid=True) for each in made}, at)
        self.payloads += [each.payload for each, taken in zip(made, done, strict=True) if taken.index is not None]
        self.has_gap = self.has_gap or (not self._singly and any(taken.index is None for taken in done))
        return done
