"""One signed statement as a short text that a QR code carries from a telephone to a store.

The text is ``ENDUSE1:``, then in Base45 (RFC 9285) what makes up the envelope, then ``:``, so that no blank is lost at its end:
16 bytes of key id, the signature's length in 2 and the signature, then the payload, deflated (RFC 1951). An envelope has one
form, so these give back its very bytes; whether they are anybody's is found out where they are taken in, as of any file.
"""

import zlib
from typing import Final

from enduse.errors import EnduseError, MalformedError
from enduse.statements.envelope import ENVELOPE_MAX, unwrap, wrap

MARK: Final = "ENDUSE1:"
END: Final = ":"
TEXT_MAX: Final = 4_296
"""Characters that the largest QR code holds; no text is longer."""

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_BASE: Final = len(_DIGITS)
_KEY_BYTES: Final = 16
_LENGTH_BYTES: Final = 2
_RAW_DEFLATE: Final = -15


def packed(raw: bytes) -> str:
    """Return the text that carries an envelope.

    Raises:
        MalformedError: it is no envelope of a statement.
    """
    envelope = unwrap(raw)
    press = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    length = len(envelope.signature).to_bytes(_LENGTH_BYTES, "big")
    pressed = press.compress(envelope.payload) + press.flush()
    return MARK + _base45(bytes.fromhex(envelope.key_id) + length + envelope.signature + pressed) + END


def unpacked(text: str) -> bytes:
    """Return the envelope that a text carries.

    Raises:
        MalformedError: it carries none, or more than one can be.
    """
    try:
        return _envelope(text)
    except (ValueError, zlib.error, EnduseError) as error:
        raise MalformedError("carried.nothing") from error


def _envelope(text: str) -> bytes:
    if not text.startswith(MARK) or not text.endswith(END) or not len(MARK) < len(text) <= TEXT_MAX:
        raise ValueError(text[:20])
    data = _bytes(text[len(MARK) : -len(END)])
    at = _KEY_BYTES + _LENGTH_BYTES
    end = at + int.from_bytes(data[_KEY_BYTES:at], "big")
    press = zlib.decompressobj(_RAW_DEFLATE)
    payload = press.decompress(data[end:], ENVELOPE_MAX)
    if not press.eof or press.unused_data or end > len(data):
        raise ValueError(end)
    return unwrap(wrap(payload, data[:_KEY_BYTES].hex(), data[at:end])).raw


def _base45(data: bytes) -> str:
    text = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, _BASE)
            text.append(_DIGITS[digit])
    return "".join(text)


def _bytes(text: str) -> bytes:
    """Read Base45; what it cannot be raises ``ValueError``."""
    data = bytearray()
    for at in range(0, len(text), 3):
        digits = [_VALUES.get(digit, -1) for digit in text[at : at + 3]]
        value = sum(digit * _BASE**power for power, digit in enumerate(digits))
        if min(digits) < 0 or len(digits) == 1 or value >= 256 ** (len(digits) - 1):
            raise ValueError(at)
        data += value.to_bytes(len(digits) - 1, "big")
    return bytes(data)
