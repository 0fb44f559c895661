"""In which order names stand in a language: as its dictionaries have them, not as their letters are numbered.

A name of another script than the language's stands behind those of its own. Accents and marks tell names apart only where the letters are the same (CLDR's root order
does so too); what a language has as a letter of its own has its place in that language's alphabet.
"""

import unicodedata
from functools import cache
from typing import Final

ALPHABETS: Final = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "he": "אבגדהוזחטיכלמנסעפצקרשת",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""Letters in their order, of languages whose order is not that of Unicode or whose script is not Latin."""
_SAME: Final = {
    "ar": {"ة": "ه", "ى": "ي", "ک": "ك", "ی": "ي"},  # noqa: RUF001 - letters of that language
    "fa": {"ك": "ک", "ي": "ی", "ة": "ه"},  # noqa: RUF001 - letters of that language
    "he": {"ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"},  # noqa: RUF001 - letters of that language
    "uk": {},
}
"""Forms of letters that stand where another does."""
_OWN, _ANOTHER = 1, 2


def order_of(name: str, language: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Return by what a name is sorted in a language.

    Args:
        name: as it is shown.
        language: tag of the language, such as ``uk``.
    """
    places = _places(language)
    letters = [
        (_OWN, places[each]) if each in places else (_ANOTHER if each.isalpha() and places else 0, ord(each))
        for whole in name.casefold()
        for each in ((whole,) if whole in places else unicodedata.normalize("NFKD", whole))
        if not unicodedata.combining(each) and (each.isalnum() or each == " ")
    ]
    return tuple(letters), name


@cache
def _places(language: str) -> dict[str, int]:
    """Return where each letter of a language stands; nothing where its letters are numbered in their order."""
    base = language.partition("-")[0]
    places = {letter: place for place, letter in enumerate(ALPHABETS.get(base, ""))}
    return places | {form: places[letter] for form, letter in _SAME.get(base, {}).items()}
