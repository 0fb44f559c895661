"""Codes that are read aloud and written by hand: random symbols with one that checks them; case, blanks and script of digits are no matter."""

import hmac
from hashlib import sha256
from secrets import choice
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No symbol that is taken for another: no 0, 1, I, L, O or U."""

RANDOM: Final = 11
"""Random symbols of a code: 30 to the power of 11, more than can be tried."""

_GROUP: Final = 4
_DIGITS: Final = {first + digit: str(digit) for first in (0x0660, 0x06F0) for digit in range(10)}
_ALIKE: Final = str.maketrans("", "", "- \N{NO-BREAK SPACE}\N{HYPHEN}\N{EN DASH}\u200e\u200f")


def check_symbol(symbols: str) -> str:
    """Return the symbol that checks others (Luhn's, to the base of the alphabet): one that is wrong, or two that changed places, show."""
    base, total = len(ALPHABET), 0
    for at, symbol in enumerate(reversed(symbols)):
        value = ALPHABET.index(symbol) * (2 - at % 2)
        total += value // base + value % base
    return ALPHABET[-total % base]


def new_code() -> str:
    """Return a new code, without blanks."""
    return _checked("".join(choice(ALPHABET) for _ in range(RANDOM)))


def code_from(secret: bytes, text: str) -> str:
    """Return the code that a text always has under a secret, so that what is sent twice gets the same."""
    number = int.from_bytes(hmac.digest(secret, text.encode(), sha256))
    symbols = ""
    for _ in range(RANDOM):
        number, at = divmod(number, len(ALPHABET))
        symbols += ALPHABET[at]
    return _checked(symbols)


def _checked(symbols: str) -> str:
    return symbols + check_symbol(symbols)


def shown(code: str) -> str:
    """Return a code as people write it: ``Q-7K3Q-M2XD-4WPC``."""
    return "-".join(["Q", *(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))])


def read_code(written: str) -> str:
    """Return the code that somebody wrote; empty where it is none, or one symbol is wrong."""
    plain = written[:60].translate(_DIGITS).translate(_ALIKE).upper()
    plain = plain[1:] if len(plain) == RANDOM + 2 and plain.startswith("Q") else plain
    if len(plain) != RANDOM + 1 or any(symbol not in ALPHABET for symbol in plain):
        return ""
    return plain if check_symbol(plain[:-1]) == plain[-1] else ""
