"""An unpredictable draw that anybody can check afterwards.

Who draws commits to a random seed first, by its hash. The draw then rests on the seed and on something that was not
known when the seed was chosen (the record's root at a later size), so that neither the holder of the seed nor whoever
is inspected could choose the places. When the seed is told, everybody computes the same places from hashes and whole
numbers alone. Nothing else is random.

Every place is drawn with exactly its chance and the number of visits is fixed: systematic sampling, a random start
and one step for each visit (Madow, Ann. Math. Stat. 20, 1949), over the places in an order that the seed shuffles
(Hartley & Rao, Ann. Math. Stat. 33, 1962), so that no two places are kept from being drawn together by standing side
by side.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from enduse.errors import MalformedError
from enduse.inspection.coverage import UNIT

SEED_BYTES: Final = 32
_COMMIT: Final = b"enduse.inspection.commit.v1\x00"
_ORDER: Final = b"enduse.inspection.order.v1\x00"
_START: Final = b"enduse.inspection.start.v1\x00"
_BEACON: Final = b"enduse.inspection.beacon.v1\x00"
_CHECKPOINT: Final = b"enduse.inspection.checkpoint.v1\x00"
_WHOLE: Final = 2**256 - 2**256 % UNIT
"""Hashes from here up would favour the lowest starts."""


def commit(seed: bytes, terms: str = "") -> str:
    """Return what to publish before the draw: SHA-256 over ``enduse.inspection.commit.v1``, a zero byte, seed, terms.

    Args:
        seed: 32 random bytes.
        terms: what else must not be chosen afterwards, such as the number of visits.

    Raises:
        MalformedError: the seed is not 32 bytes; a shorter one could be guessed from its hash.
    """
    return sha256(_COMMIT + _checked(seed) + terms.encode()).hexdigest()


def beacon_seed(beacon: str, number: int, value: bytes) -> bytes:
    """Return the seed that a value of a public beacon gives: whoever names its round beforehand cannot choose it.

    SHA-256 over ``enduse.inspection.beacon.v1`` 0, the beacon's name, 0, the number of the round as 8 bytes big-endian, and
    the value as published.

    Args:
        beacon: its name, without zero bytes.
        number: of the round.
        value: as published.
    """
    return sha256(_BEACON + beacon.encode() + b"\x00" + number.to_bytes(8, "big") + value).digest()


def checkpoint_seed(rests_on: str) -> bytes:
    """Return the seed that a checkpoint of the record gives: SHA-256 over ``enduse.inspection.checkpoint.v1`` 0 and its text.

    No secret is needed and everybody can draw at once; whoever writes the last statements before the checkpoint can try
    others until the draw suits him, so it is for where nobody who is visited does.

    Args:
        rests_on: origin, size and root, as the draw takes them.
    """
    return sha256(_CHECKPOINT + rests_on.encode()).digest()


def systematic_draw(seed: bytes, rests_on: str, shares: Mapping[str, int]) -> list[str]:
    """Draw places, each with exactly its chance.

    Places are put in the order of SHA-256(``enduse.inspection.order.v1`` 0 seed SHA-256(rests_on) name). The start
    is SHA-256(``enduse.inspection.start.v1`` 0 seed SHA-256(rests_on) counter, 8 bytes) as one big-endian number
    modulo 10^9; the counter goes up from 0 while that number is not below the last multiple of 10^9 under 2^256. Chances
    are laid end to end; a place is drawn when the start, or a point any number of steps of 10^9 after it, falls on it.

    Args:
        seed: 32 random bytes, committed to before.
        rests_on: what was not known then; the same text gives the same draw.
        shares: chance of each place in billionths, 0 to 10^9; names without zero bytes.

    Returns:
        The places drawn, in the order of ``shares``: as many as the chances sum to; where that is not whole, one more
        or one less.

    Raises:
        MalformedError: the seed is not 32 bytes, or a chance is none.
    """
    if not all(0 <= share <= UNIT for share in shares.values()):
        raise MalformedError("inspection.chance_out_of_range", most=UNIT)
    bound = _checked(seed) + sha256(rests_on.encode()).digest()
    order = sorted(shares, key=lambda name: sha256(_ORDER + bound + name.encode()).digest())
    drawn = set(_selected(_start(bound), [(name, shares[name]) for name in order]))
    return [name for name in shares if name in drawn]


def _selected(point: int, laid: list[tuple[str, int]]) -> Iterator[str]:
    """Give what the start ``point`` and the points every :data:`UNIT` after it fall on."""
    reached = 0
    for name, share in laid:
        reached += share
        if point < reached:
            yield name
            point += UNIT


def _start(bound: bytes) -> int:
    counter = 0
    while True:
        number = int.from_bytes(sha256(_START + bound + counter.to_bytes(8, "big")).digest(), "big")
        if number < _WHOLE:
            return number % UNIT
        counter += 1


def _checked(seed: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise MalformedError("inspection.seed_length", wanted=SEED_BYTES, got=len(seed))
    return seed
