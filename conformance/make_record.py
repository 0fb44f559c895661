# ruff: noqa: INP001 - a script, not a package
"""Write records of several sizes for a foreign client to check: ``make_record.py FOLDER [SIZE...]``.

Each record is grown in steps and keeps its older checkpoints in ``older/``, so that consistency can be checked too.
"""

import hashlib
import sys
from pathlib import Path

from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.terms.ed25519 import SigningKey

_SIZES = (1, 2, 255, 256, 257, 1_000, 66_000)
_BATCH = 10_000


def _entry(number: int, key: bytes) -> NewEntry:
    body = b'{"payload":"statement %d of an invented party","signatures":[]}' % number
    return NewEntry(body, hashlib.sha256(body).digest(), key, number + 1)


def write(folder: Path, size: int) -> None:
    """Write one record of a size, published at a third, at two thirds and at the end."""
    key = SigningKey.from_seed(hashlib.sha256(b"party").digest()).public
    steps = sorted({size // 3, size * 2 // 3, size})
    (folder / "older").mkdir(parents=True)
    with Log.create(folder, f"record.example/size-{size}", SigningKey.generate()) as log:
        for step in steps:
            while log.size < step:
                stop = min(step, log.size + _BATCH)
                log.append([_entry(number, key) for number in range(log.size, stop)])
            published = log.publish()
            (folder / "older" / str(step)).write_bytes(published.checkpoint)


if __name__ == "__main__":
    for wanted in [int(text) for text in sys.argv[2:]] or _SIZES:
        write(Path(sys.argv[1]) / str(wanted), wanted)
