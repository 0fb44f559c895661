"""Did witnesses see a time pass? Two checkpoints that they cosigned, by their own clocks and nobody else's."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from enduse.errors import EnduseError
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes

RootAt = Callable[[int], bytes | None]
"""Gives the root of the record at a size; ``None`` where it is not that large."""


def waited(
    first: str,
    second: str,
    *,
    origin: str,
    covers: int,
    witnesses: Iterable[str],
    need: int,
    span: timedelta,
    root_at: RootAt | None = None,
) -> bool:
    """Say whether enough witnesses cosigned two checkpoints of a record so far apart, the first over some entry.

    Args:
        first: signed note of the earlier checkpoint.
        second: of the later one.
        origin: of the record.
        covers: log index of an entry that the first must cover.
        witnesses: their public keys (C2SP verifier keys of cosigners).
        need: how many of them must have cosigned both, each by its own clock.
        span: how far apart.
        root_at: the record's own root at a size, which the checkpoints must bear; not compared where it is not given.
    """
    try:
        earlier, later = notes.parse(first.encode()), notes.parse(second.encode())
        heads = [checkpoints.parse(note.text) for note in (earlier, later)]
        keys = [notes.Verifier.parse(text) for text in witnesses]
    except EnduseError:
        return False
    if not covers < heads[0].size <= heads[1].size or any(head.origin != origin for head in heads):
        return False
    if root_at is not None and any(root_at(head.size) != head.root for head in heads):
        return False
    passed = 0
    for key in dict.fromkeys(keys):
        before, after = cosigned(earlier, key), cosigned(later, key)
        passed += bool(before and after and max(after) - min(before) >= span // timedelta(seconds=1))
    return passed >= need > 0


def cosigned(note: notes.Note, key: notes.Verifier) -> list[int]:
    """Return the posix seconds at which a witness cosigned a note: none, one, or several where it did so again."""
    times: list[int | None] = []
    for signature in note.signatures:
        if key.checkable and (signature.name, signature.key_id) == (key.name, key.key_id):
            try:
                times.append(key.verify(note.text, signature))
            except EnduseError:
                continue
    return [time for time in times if time is not None]
