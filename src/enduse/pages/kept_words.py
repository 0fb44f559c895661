"""What a programme made of two tables says in words: its title, and whose each table is told to be."""

from collections.abc import Sequence

from enduse.exchange.keeping import KeptWords, LookedAt
from enduse.pages.localizer import Localizer


def kept_words(looked: Sequence[LookedAt], parties: Sequence[str], words: Localizer) -> KeptWords:
    """Return the words of a programme that keeps two tables.

    Args:
        looked: the tables.
        parties: names of their parties; empty where none are known.
        words: of the language in which they are written.
    """
    first, second = (each.source.name for each in looked)
    return KeptWords(
        title=words.say("{first} and {second}", first=first, second=second),
        keeper=words.say("whoever read the tables"),
        told_to_be=tuple(
            words.count(
                "{file}, of {n} row, is told to be the table of {party}: so says whoever read it.",
                "{file}, of {n} rows, is told to be the table of {party}: so says whoever read it.",
                each.rows,
                file=each.source.name,
                party=each.party,
            )
            for each in looked
        ),
        parties=tuple(parties),
        language=words.language,
    )
