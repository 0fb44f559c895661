"""Up to which checkpoint an answer was verified, and who else has signed that one."""

import time

import msgspec

from enduse.book.book import Book
from enduse.messages import Message
from enduse.record.trust import Trust
from enduse.record.watch import Cosignature, watched

ROOT_SHOWN = 16
"""Hexadecimal digits of a root by which people compare two copies."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The published checkpoint that an answer was held against.

    Attributes:
        size: entries under it.
        root: their Merkle root, hexadecimal, as hashed while they were folded.
        beyond: entries recorded since, under no checkpoint yet.
        cosigned: who else has signed it and when, as far as the policy kept with the record names them.
        unknown: names on further signatures, by keys that nobody has named here.
    """

    size: int
    root: str
    beyond: int = 0
    cosigned: tuple[Cosignature, ...] = ()
    unknown: tuple[str, ...] = ()


def verified(book: Book) -> Verified | None:
    """Return the checkpoint that a book's answers were held against; ``None`` before the first is published.

    Raises:
        RecordError: it is not what the book rests on.
        MalformedError, SignatureError: it, or the policy kept with it, is damaged.
    """
    signed = book.checked()
    if signed is None:
        return None
    log, policy = book.log.verifier, book.log.policy
    watch = watched(Trust(log, policy).open(signed.data), log, policy, by_reader=False, now=int(time.time()))
    head = signed.checkpoint
    return Verified(
        size=head.size,
        root=head.root.hex(),
        beyond=book.size - head.size,
        cosigned=watch.cosigned,
        unknown=watch.unknown,
    )


def checkpoint_messages(checkpoint: Verified | None) -> tuple[Message, ...]:
    """Return what a reader is told of the checkpoint an answer was held against."""
    if checkpoint is None:
        return (Message.of("record.answer_unsigned"),)
    said = [Message.of("record.answer_verified", n=checkpoint.size, root=checkpoint.root[:ROOT_SHOWN])]
    if checkpoint.beyond:
        said.append(Message.of("record.unpublished", n=checkpoint.beyond))
    for each in checkpoint.cosigned:
        if each.at is None:
            said.append(Message.of("record.cosigned_unlikely", witness=each.name, seconds=each.time))
        else:
            said.append(Message.of("record.answer_cosigned", witness=each.name, at=each.at))
    if checkpoint.unknown:
        said.append(Message.of("record.signed_by_unknown", names=checkpoint.unknown))
    if not checkpoint.cosigned:
        said.append(Message.of("record.nobody_watches"))
    return tuple(said)
