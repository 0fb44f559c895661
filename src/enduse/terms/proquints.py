"""Proquints: bytes as words of five letters that can be spoken, for reading a key's name out over the telephone.

Daniel S. Wilkerson, "A Proposal for Proquints: Identifiers that are Readable, Spellable, and Pronounceable" (2009): two
bytes make a word, consonants and vowels in turn, and every word stands for one pair of bytes.
"""

from typing import Final

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_WORD: Final = ((12, _CONSONANTS), (10, _VOWELS), (6, _CONSONANTS), (4, _VOWELS), (0, _CONSONANTS))
"""How far each letter's bits lie from the right, and what they choose from."""


def proquints(data: bytes) -> str:
    """Return bytes as words with blanks between them, one for every two bytes.

    Args:
        data: an even number of bytes.
    """
    pairs = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    return " ".join("".join(letters[pair >> shift & len(letters) - 1] for shift, letters in _WORD) for pair in pairs)
