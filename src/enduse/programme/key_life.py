"""The life of one key: who brought it, who vouches for it, how it was recovered, what ended it."""

from datetime import datetime
from typing import Literal

import msgspec

from enduse.statements.key import Action, Delegation

KeyState = Literal["in_force", "waits", "suspended", "replaced", "revoked", "expired"]
"""What a key is at one moment: ``waits`` for its recovery to be decided, ``replaced`` by a recovered key or one that it was handed on
to, ``expired`` where it was delegated until then."""


class Suspension(msgspec.Struct, frozen=True):
    """A key does not count for a while: by whom, since when, and until when at most."""

    by: str
    at: datetime
    until: datetime


class Objection(msgspec.Struct, frozen=True):
    """A party's word against a recovery: with which of its keys, when recorded, at which entry."""

    key: str
    at: datetime
    entry: int


class Recovery(msgspec.Struct):
    """How a key came that was asked for because the party lost its own.

    Attributes:
        by: who asked.
        at: when that was recorded.
        entry: log index of the request.
        until: end of the waiting time.
        approved: bodies that stand by it, whoever asked among them.
        objections: of the party, by its other keys.
        completed: when it came into force; ``None`` while it waits.
        decided: log index at which it did.
        settled: where witnesses tell the time, when it was stated that they saw as long pass again since then.
        how: how it was decided: by a quorum, or by waiting, told by witnesses or by the keeper's own clock.
    """

    by: str
    at: datetime
    entry: int
    until: datetime
    approved: list[str] = msgspec.field(default_factory=list)
    objections: list[Objection] = msgspec.field(default_factory=list)
    completed: datetime | None = None
    decided: int = -1
    settled: datetime | None = None
    how: Literal["", "quorum", "witnesses", "clock"] = ""


class KeyReason(msgspec.Struct, frozen=True):
    """Why somebody said something of a key, in that party's own words.

    Attributes:
        by: who said it.
        action: what was said of the key.
        at: when that was recorded.
        entry: log index.
        reason: the words.
    """

    by: str
    action: Action
    at: datetime
    entry: int
    reason: str


class KeyLife(msgspec.Struct, kw_only=True):
    """A key, from its enrolment to its end.

    Attributes:
        key: its key id.
        party: whose it is.
        public_key: hexadecimal.
        by: who brought it.
        keepers: whether that was the keeper, or a body related to it, for another party.
        at: when that was recorded.
        entry: log index of the statement that brought it.
        parent: key of the same party that enrolled it, or empty.
        delegates: for the key of a device or clerk: what it may say.
        confirmed: bodies that say it is that party's.
        suspended: the last suspension.
        lifted: who ended that suspension before its time, or empty.
        suspended_by: everybody who ever suspended it.
        recovery: for a key that came by one.
        handed_from: for the key of a later shift: the key that handed on to it, or empty.
        replaced: key that took its place, a recovered one or that of the next shift; or empty.
        handed_on: running number under which it handed on; 0 where it did not.
        revoked: when the party revoked it.
        said: statements signed with it since it was enrolled, the changes of keys left out.
        reasons: given with what was said of it.
    """

    key: str
    party: str
    public_key: str
    by: str
    at: datetime
    entry: int
    parent: str = ""
    delegates: Delegation | None = None
    handed_from: str = ""
    keepers: bool = False
    confirmed: list[str] = msgspec.field(default_factory=list)
    suspended: Suspension | None = None
    lifted: str = ""
    suspended_by: list[str] = msgspec.field(default_factory=list)
    recovery: Recovery | None = None
    replaced: str = ""
    handed_on: int = 0
    revoked: datetime | None = None
    said: int = 0
    reasons: list[KeyReason] = msgspec.field(default_factory=list)
