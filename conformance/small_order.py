# ruff: noqa: INP001 - a script, not a package
"""Give a record a log key of small order and the one signature that fits any message under it: ``FOLDER``."""

import base64
import hashlib
import sys
from pathlib import Path

from nacl import bindings

KEYS = {
    "identity": (1).to_bytes(32, "little"),
    "order_two": (2**255 - 20).to_bytes(32, "little"),
}


def main(folder: Path, which: str) -> None:
    """Rewrite ``log.vkey`` and ``tiles/checkpoint``."""
    key = KEYS[which]
    origin = (folder / "log.vkey").read_text(encoding="utf-8").split("+")[0]
    name = hashlib.sha256(f"{origin}\n".encode() + b"\x01" + key).digest()[:4]
    encoded = base64.b64encode(b"\x01" + key).decode()
    vkey = f"{origin}+{name.hex()}+{encoded}"
    (folder / "log.vkey").write_text(vkey + "\n", encoding="utf-8")
    text = (folder / "tiles" / "checkpoint").read_text(encoding="utf-8").partition("\n\n")[0] + "\n"
    # S B = R + h A holds for every h where A is the identity, and for every even h where A is of order two.
    for number in range(1, 64):
        scalar = number.to_bytes(32, "little")
        point = bindings.crypto_scalarmult_ed25519_base_noclamp(scalar)
        h = int.from_bytes(hashlib.sha512(point + key + text.encode()).digest(), "little") % (
            2**252 + 27742317777372353535851937790883648493
        )
        if which == "identity" or h % 2 == 0:
            signature = base64.b64encode(name + point + scalar).decode()
            (folder / "tiles" / "checkpoint").write_text(f"{text}\n\u2014 {origin} {signature}\n", encoding="utf-8")
            return


main(Path(sys.argv[1]), sys.argv[2])
