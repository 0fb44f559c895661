"""Names looked up: the one identifier that a name, in any language it was given in, or an identifier stands for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from enduse.errors import ConflictError, UnknownError
from enduse.terms.names import spelling
from enduse.terms.texts import Text

IDENTIFIER: Final = re.compile(r"[a-z]+:\S+")
"""What is an identifier by its form."""
_SHOWN: Final = 5
_ALIKE: Final = 0.7
"""From which share of letters in common a name is offered as the one that may have been meant."""


class Lookup:
    """Finds identifiers by their names.

    Case, accents, and whether words are parted by blanks or hyphens make no difference. A part of a name is not that
    name: it is offered as what may have been meant.
    """

    def __init__(self, names: Mapping[str, Text], former: Mapping[str, Sequence[Text]] | None = None) -> None:
        """Take the names of each identifier, and those it had before."""
        self._shown: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        for identifier, text in names.items():
            given = [text, *((former or {}).get(identifier, ()))]
            self._shown[identifier] = next(iter(text.values()), identifier)
            for name in (name for each in given for name in each.values()):
                self._by_name[spelling(name)][identifier] = None
        for identifier in names:
            for written in (identifier, identifier.partition(":")[2]):
                if written and spelling(written) not in self._by_name:
                    self._by_name[spelling(written)][identifier] = None

    def __contains__(self, identifier: str) -> bool:
        """Say whether an identifier is known."""
        return identifier in self._shown

    def find(self, written: str) -> str:
        """Return the identifier that is meant.

        Raises:
            UnknownError: nothing is called so; says what may have been meant.
            ConflictError: several things are called so; says which.
        """
        if written in self._shown:
            return written
        found = list(self._by_name.get(spelling(written), ()))
        if len(found) == 1:
            return found[0]
        if found:
            raise ConflictError("name.several", name=written, candidates=self._listed(found))
        if like := self._like(spelling(written)):
            raise UnknownError("name.unknown_like", name=written, candidates=self._listed(like))
        raise UnknownError("name.unknown", name=written)

    def _like(self, wanted: str) -> list[str]:
        """Return the identifiers whose names hold the words that were written, or are spelt much like them."""
        words = [word for word in wanted.split("-") if word]
        holding = [name for name in self._by_name if words and all(word in name for word in words)]
        close = get_close_matches(wanted, self._by_name, n=_SHOWN, cutoff=_ALIKE)
        return list(dict.fromkeys(each for name in (*holding, *close) for each in self._by_name[name]))

    def _listed(self, identifiers: Iterable[str]) -> list[str]:
        listed = list(identifiers)
        shown = [f"{self._shown[each]} ({each})" if self._shown[each] != each else each for each in listed[:_SHOWN]]
        return [*shown, "…"] if len(listed) > _SHOWN else shown
