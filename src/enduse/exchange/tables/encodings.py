"""Which encoding the bytes of a text table are in, told by looking at all of them."""

import codecs
import gzip
from pathlib import Path
from typing import Final

from enduse.system import open_file

_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PACKED: Final = (b"PK", bytes.fromhex("d0cf11e0"))
_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 18
_ESCAPED: Final = frozenset(map(chr, range(0xDC80, 0xDD00)))
"""What stands for bytes that are no UTF-8."""
_COMMON: Final = {
    "windows-1256": "اليمنوتربعدسفكقحهةجصشطخضذ",
    "windows-1251": "оаеинтсрвлкмдпуяіїюьбгзчй",
    "windows-1255": "יוהלאתרבמשנדחכעקפסטזגצםן",
}
"""Letters by how often they stand in texts of a script, the most frequent first."""
_LATIN: Final = "windows-1252"
_OFTEN: Final = 12
_RUN: Final = 3


def encoding_of(path: Path) -> str:
    """Return the encoding of a text table; empty where it says so itself, is UTF-8, or is no text.

    A few bytes that are none among letters of UTF-8 spoil their own rows. A file that is no UTF-8 is taken for the script in which its words would be words: letters beyond ASCII that stand
    together, and are frequent there. Else it is western.
    """
    good = bad = 0
    sample = b""
    with open_file(path) as raw:
        head = raw.read(4)
        if head.startswith((*_MARKS, *_PACKED)):
            return ""
        raw.seek(0)
        with gzip.open(raw) if head.startswith(_GZIP) else raw as stream:
            decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
            while chunk := stream.read(_CHUNK):
                text = decoder.decode(chunk)
                if not text.isascii():
                    beyond = [letter for letter in text if not letter.isascii()]
                    bad += sum(letter in _ESCAPED for letter in beyond)
                    good += len(beyond)
                    sample = sample or chunk
    return "" if good - bad >= bad else _script_of(sample)


def _script_of(text: bytes) -> str:
    """Return the encoding under which most of the bytes beyond ASCII are frequent letters of a script."""
    beyond = sum(byte > 127 for byte in text)  # noqa: PLR2004 - beyond ASCII
    together = sum(len(word) for word in _words(text) if len(word) >= _RUN)
    if together * 2 < beyond:
        return _LATIN  # accents stand alone among letters of ASCII
    scores = {}
    for name, letters in _COMMON.items():
        plain = text.decode(name, errors="replace").casefold()
        scores[name] = sum(plain.count(letter) for letter in letters[:_OFTEN])
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] * 2 > beyond else _LATIN


def _words(text: bytes) -> list[bytes]:
    return bytes(byte if byte > 127 else 32 for byte in text).split()  # noqa: PLR2004 - beyond ASCII
