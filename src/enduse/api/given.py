"""What a caller hands over, a folder or a time, as it is taken; and what a closed programme answers."""

from datetime import date, datetime
from os import PathLike
from pathlib import Path

from enduse.errors import ConflictError, UnknownError
from enduse.terms.times import parse_instant

Folder = str | PathLike[str]
When = str | date | datetime
"""An RFC 3339 text, a day (the whole of it, in UTC), or an instant with its zone."""


class ClosedProgramme:
    """What stands in a closed programme's place of a book: every question is refused in the same words."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def close(self) -> None:
        """Nothing is left to let go of."""

    def __getattr__(self, name: str) -> object:
        raise ConflictError("system.closed", source=str(self._folder))


def as_path(file: Folder) -> Path:
    """Return a path as it was given.

    Raises:
        UnknownError: no file can be called so.
    """
    if not isinstance(file, str | PathLike) or "\0" in str(file):
        raise UnknownError("system.no_path", given=str(file))
    return Path(file)


def as_instant(when: When, *, end_of_day: bool = False) -> datetime:
    """Return an instant as it was given, or the first or last of a day.

    Raises:
        MalformedError: it is no date or instant, or has no zone.
    """
    return parse_instant(when.isoformat() if isinstance(when, date) else str(when), end_of_day=end_of_day)
