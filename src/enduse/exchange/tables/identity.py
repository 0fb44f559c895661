"""What names a row of a table in every issue of it, where the profile says which columns do."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from enduse.errors import MalformedError, Problem
from enduse.exchange.tables.cells import as_identifier, sound
from enduse.exchange.tables.leaf import no_column

_WHOLE: Final = re.compile(r"([0-9]+)\.0+")
_KEY_MAX: Final = 500


class Identity:
    """Names the rows of one table, and notices one that is named twice.

    Args:
        names: the columns that name a row; none, where nothing does.
        columns: the header.

    Raises:
        MalformedError: there is no such column.
    """

    def __init__(self, names: Sequence[str], columns: Sequence[str]) -> None:
        self._columns: list[tuple[int, str]] = []
        for name in names:
            if name not in columns:
                raise MalformedError.about(no_column(name, filter(None, columns)), path="$.identity")
            self._columns.append((columns.index(name), name))
        self._seen: dict[str, int] = {}

    def of(self, cells: Sequence[str], line: int) -> tuple[str, Problem | None]:
        """Return what names a row, and what is wrong with it, if anything; nothing, where a part of it is blank.

        Args:
            cells: of the row.
            line: the row as a spreadsheet counts it.
        """
        if not self._columns:
            return "", None
        parts = []
        for at, name in self._columns:
            try:
                part = " ".join(as_identifier(sound(cells[at], name), [], name, dashes=False).split())
            except MalformedError as error:
                return "", Problem.about(error.problem.told, path=name)
            if not part:
                return "", None
            parts.append(part.partition(".")[0] if _WHOLE.fullmatch(part) else part)
        key = " · ".join(parts)
        if len(key) > _KEY_MAX:
            key = hashlib.sha256(key.encode()).hexdigest()
        first = self._seen.setdefault(key, line)
        if first != line:
            return key, Problem.of("row.identity_twice", path=self._columns[0][1], read=key, row=first)
        return key, None
