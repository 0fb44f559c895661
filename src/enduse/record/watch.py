"""Who else has signed a checkpoint, when, and who says so: without anybody its keeper could rewrite all of it unseen."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from enduse.errors import Problem
from enduse.messages import Message
from enduse.record import note as notes
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.policy import Policy
from enduse.terms.times import LAST, instant_of, micros

SLACK_S = 3_600
"""Seconds by which a cosigner's clock may run ahead; what is dated later proves no freshness."""


_DAY = 86_400_000_000
"""Microseconds; by less than a day clocks of several machines may differ, and nothing is said of it."""


def ahead(clock: int, of: datetime, code: str = "clock.ahead") -> Message | None:
    """Say how far a record's time lies ahead of another, if it does by more than a day.

    Args:
        clock: the record's time, microseconds since 1970.
        of: the other.
        code: of what is said.
    """
    by = clock - micros(of)
    return Message.of(code, last=instant_of(clock), at=of, n=-(-by // _DAY)) if by > _DAY else None


class Cosignature(msgspec.Struct, frozen=True):
    """Somebody's word that a checkpoint extends all he has seen of the log.

    Attributes:
        name: of the cosigner, in the policy.
        time: posix seconds.
    """

    name: str
    time: int

    @property
    def at(self) -> datetime | None:
        """The time as an instant; ``None`` where no clock can show it."""
        return datetime.fromtimestamp(self.time, UTC) if self.time < LAST.timestamp() else None


class Watch(msgspec.Struct, frozen=True):
    """Who watches a record, as far as one checkpoint tells.

    Attributes:
        cosigned: cosigners whose keys are known and whose signatures hold, the newest first.
        since: posix seconds since when the quorum has stood (without a quorum: the newest cosignature); ``None`` where
            there is none.
        by_reader: whether the reader brought the cosigners' keys; else the record's own folder names them.
        unknown: names on further signatures, by keys nobody has named.
    """

    cosigned: tuple[Cosignature, ...] = ()
    since: int | None = None
    by_reader: bool = False
    unknown: tuple[str, ...] = ()

    def behind(self, clock: int) -> tuple[Message, ...]:
        """Say where a record's time (microseconds since 1970) lies ahead of this machine's, or of its cosigners'."""
        here = ahead(clock, datetime.now(UTC))
        newest = max((each.at for each in self.cosigned if each.at is not None), default=None)
        there = None if newest is None else ahead(clock, newest, "clock.ahead_of_cosigners")
        return tuple(told for told in (here, there) if told is not None)


def watched(
    signed: SignedCheckpoint, log: notes.Verifier, policy: Policy | None, *, by_reader: bool, now: int
) -> Watch:
    """Return who has signed a checkpoint.

    Args:
        signed: the checkpoint, opened with the policy's cosigners.
        log: the log's key.
        policy: names of cosigners, and the quorum.
        by_reader: whether the policy is the reader's own.
        now: posix seconds.
    """
    names = {} if policy is None else {witness.verifier: name for name, witness in policy.witnesses.items()}
    found = (Cosignature(names[key], time) for key, time in signed.cosigned.items() if key in names)
    known = {(key.name, key.key_id) for key in (log, *names)}
    lines = notes.parse(signed.data).signatures
    return Watch(
        tuple(sorted(found, key=lambda each: (-each.time, each.name))),
        None if policy is None else _since(signed.cosigned, policy, now),
        by_reader,
        tuple(line.name for line in lines if (line.name, line.key_id) not in known),
    )


def _since(cosigned: Mapping[notes.Verifier, int], policy: Policy, now: int) -> int | None:
    # Who is dated ahead of everybody's clock shows no freshness: it counts only where there is no quorum without it.
    timely = {key: time for key, time in cosigned.items() if time <= now + SLACK_S}
    since = complete_since(timely, policy)
    return complete_since(cosigned, policy) if since is None else since


def complete_since(cosigned: Mapping[notes.Verifier, int], policy: Policy) -> int | None:
    """Return the latest time such that those who cosigned no earlier are a quorum; where none is asked for, the newest."""
    newest = sorted(cosigned.items(), key=lambda item: -item[1])
    have: list[notes.Verifier] = []
    for key, time in newest:
        have.append(key)
        if policy.satisfied(have):
            return time
    return None


def too_old(watch: Watch, now: int, most_s: int | None, source: str) -> Iterable[Problem]:
    """Give what is wrong with the age of a checkpoint's cosignatures.

    Args:
        watch: who signed it.
        now: posix seconds.
        most_s: how many seconds old the quorum may be; ``None`` for any age.
        source: of the record, for the problem.
    """
    if most_s is None:
        return
    if watch.since is None:
        yield Problem.of("record.watched_by_nobody", source=source)
    elif watch.since > now + SLACK_S:
        yield Problem.of("record.cosigned_in_future", source=source, hours=(watch.since - now) // 3_600)
    elif now - watch.since > most_s:
        hours, most = (now - watch.since) // 3_600, most_s // 3_600
        yield Problem.of("record.cosigned_long_ago", source=source, hours=hours, most=most)
