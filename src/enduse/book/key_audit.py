"""The keys of a record that is audited: every signature checked once, and what the keys wait for.

Who is related to whom is followed as well: bodies of one holding are one voice, and those of the keeper's none.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from enduse.errors import EnduseError, Problem
from enduse.messages import Message
from enduse.programme.key_register import KeyRegister
from enduse.programme.programme import ProgrammeState
from enduse.record import note as notes
from enduse.record.audit import Columns, Followed
from enduse.record.waited import RootAt, cosigned, waited
from enduse.statements.entry import Entry
from enduse.statements.key import Key, KeyBody, KeyRules
from enduse.statements.keyring import Keyring, Signed
from enduse.statements.mandate import Mandate
from enduse.statements.party import Party
from enduse.statements.passed import Said
from enduse.statements.programme import Clock, Founding, Place
from enduse.statements.recorded import judge, opened, take
from enduse.statements.tie_end import TieEnd
from enduse.statements.umbrella import Umbrella
from enduse.terms.times import instant_of, micros

_ARRANGING: Final = Founding | Place | Party | Umbrella | Mandate | TieEnd
"""What tells who is related to whom, and who may say so."""

PAIR: Final = 2
"""Checkpoints that show a time has passed: an earlier and a later one."""


def seen(origin: str, body: KeyBody, rules: KeyRules, covers: int, root_at: RootAt | None = None) -> bool:
    """Say whether the witnesses that a founding names saw the waiting time pass since an entry.

    Args:
        origin: of the record.
        body: completes a recovery; holds the checkpoints.
        rules: of the founding.
        covers: log index of the request.
        root_at: the record's own root at a size, where it is at hand.
    """
    return len(body.checkpoints) == PAIR and waited(
        *body.checkpoints,
        origin=origin,
        covers=covers,
        witnesses=rules.witnesses,
        need=rules.witness_quorum,
        span=timedelta(days=rules.waiting_days),
        root_at=root_at,
    )


class KeyAudit:
    """Follows the keys of a record, entry by entry, while it is audited.

    Attributes:
        keyring: by which each signature is checked.
        clock: the latest time that a clock of the record says, microseconds since 1970.
    """

    compared: int | None = None

    def __init__(self) -> None:
        self.keyring = Keyring()
        self._register = KeyRegister()
        self._programme = ProgrammeState()
        self.clock = 0
        self._said: dict[int, Said | EnduseError] = {}

    def read(self, items: Sequence[Followed]) -> None:
        """Read what the next entries say; see :class:`enduse.record.audit.Follower`."""
        self._said = {item.index: opened(item.entry, item.passed) for item in items}

    def said(self, item: Followed) -> Said | EnduseError:
        """Return what an entry says, or why it says nothing."""
        found = self._said.pop(item.index, None)
        return opened(item.entry, item.passed) if found is None else found

    def follow(self, item: Followed, leaf: bytes) -> tuple[EnduseError | None, Columns | None]:
        """Take in the next entry; see :class:`enduse.record.audit.Follower`."""
        del leaf
        return self.judge(item, take(item.entry, self.keyring, self.said(item)))

    def end(self) -> Iterable[Problem]:
        """Give what is wrong beside the record: nothing."""
        return ()

    def judge(self, item: Followed, taken: Signed | EnduseError) -> tuple[EnduseError | None, Columns | None]:
        """Judge an entry that the keyring has taken in, and note what it says of keys and of the time."""
        recorded = judge(item.entry, taken, self.keyring, item.key, valid=item.valid)
        if recorded.fault is None and isinstance(taken, Signed):
            self._note(item.index, taken)
        return recorded

    def _note(self, index: int, signed: Signed) -> None:
        statement = signed.statement
        if isinstance(statement, Clock) and self._register.keeps_time(signed.key_id):
            self.clock = max(self.clock, micros(statement.occurred_at))
        elif isinstance(statement, Key | _ARRANGING):
            self._arrange(Entry(index, signed.id, signed.key_id, instant_of(self.clock), statement))

    def _arrange(self, entry: Entry) -> None:
        """Take in what bears on keys, or on who is related to whom, as the book does."""
        if isinstance(entry.statement, Key | Founding):
            related = self._programme.related if self._programme.body is not None else None
            self._register.apply(entry, lambda *asked: seen(self.keyring.origin, *asked), related)
        elif self._register.bars(entry.key_id, entry.recorded_at, entry.statement.seq) is not None:
            return
        if isinstance(entry.statement, _ARRANGING):
            with suppress(Exception):  # what our own rules trip over has no effect in the book either
                self._programme.apply(entry)

    def unwatched(self, data: bytes) -> tuple[Message, ...]:
        """Return which of the witnesses that the founding names have not signed a checkpoint, where any have not.

        The policy beside a record says whose signatures are asked for, and whoever keeps the record writes that; the founding is
        the record's own first entry.
        """
        try:
            note = notes.parse(data)
            named = [notes.Verifier.parse(text) for text in self._register.rules.witnesses]
        except EnduseError:
            return ()
        lacking = [key.name for key in named if not cosigned(note, key)]
        if not lacking:
            return ()
        return (Message.of("record.named_have_not_signed", lacking=lacking),)

    def pending(self) -> tuple[Message, ...]:
        """Return what waits at the end: recoveries that are not decided, suspensions that last."""
        return tuple(self._register.notices(instant_of(self.clock)))
