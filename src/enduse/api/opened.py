"""A programme that is open: which record, up to when, in which words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from enduse.api.given import ClosedProgramme, When, as_instant
from enduse.book.book import Book
from enduse.book.past import BookAsAt, at_size, last_recorded, size_at
from enduse.book.past import as_at as as_at_time
from enduse.closing import Closing
from enduse.errors import UnknownError
from enduse.exchange import light_copy
from enduse.exchange.restating import fields_of
from enduse.messages import Message
from enduse.pages.localizer import Localizer
from enduse.record.verify import Progress
from enduse.terms.lookup import IDENTIFIER
from enduse.terms.texts import Text
from enduse.terms.times import instant_of, micros
from enduse.views.names import Named, lookup, names
from enduse.views.statements import RecordedStatement, recorded

_SIZE_DIGITS: Final = 18
"""Of a size of the record; more is none, and no text of any length is taken for a number."""
"""A name that says itself what it is of, described or not."""


class OpenProgramme(Closing):
    """A programme's record and the book that was worked out from it.

    Attributes:
        folder: where it is.
    """

    def __init__(self, folder: Path, book: Book | None = None, progress: Progress | None = None) -> None:
        self.folder = folder
        self._book = Book.open(folder, progress=progress) if book is None else book

    @property
    def origin(self) -> str:
        """Name of its record."""
        return self._book.log.origin

    @property
    def size(self) -> int:
        """Statements in its record."""
        return self._book.size

    @property
    def languages(self) -> tuple[str, ...]:
        """BCP 47 tags of the languages in which it publishes; none where its founding names none."""
        return self._book.programme.languages

    @property
    def as_of(self) -> datetime:
        """When the last statement that is known was recorded."""
        return last_recorded(self._book)

    @property
    def as_at(self) -> datetime | None:
        """The time by which something must have happened to count; ``None``: everything counts."""
        return instant_of(self._book.at) if isinstance(self._book, BookAsAt) else None

    @property
    def notices(self) -> tuple[Message, ...]:
        """What you should know of how the answers were had: that a damaged book was worked out anew, say; mostly empty."""
        return tuple(self._book.told)

    def refresh(self) -> int:
        """Take in what was recorded since; returns how many statements that were."""
        return self._book.follow()

    def close(self) -> None:
        """Let go of its files; what is asked afterwards is refused."""
        self._book.close()
        self._book = cast("Book", ClosedProgramme(self.folder))

    def names(self) -> dict[str, Text]:
        """Return the names for people of all parties, places, projects, tranches, materials and functions, by identifier.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.names()["party:monitor"]["en"]
            'Independent Monitor'
        """
        return names(self._book)

    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Return the identifiers that a person may want to name, by what they are of: party, place, project and so on.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     "party:azura" in programme.known()["party"]
            True
        """
        return dict(light_copy.known_names(self._book).items())

    def words(self, language: str = "en") -> Localizer:
        """Return what puts answers into words: amounts, names, days, messages.

        Args:
            language: BCP 47 tag of a catalogue there is.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     lost, words = programme.missing()[0], programme.words()
            >>> print(f"{words.of(lost.figure)}: {words.name(lost.owner)}")
            20 t of cement: Brindle Haulage
        """
        return Localizer(language, self.names())

    def statement(self, entry: int | str) -> RecordedStatement:
        """Return one statement as it was said, with what came of it.

        Args:
            entry: its number in the record, or its identifier.

        Raises:
            UnknownError: there is no such statement.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.statement(0).kind
            'programme'
        """
        return recorded(self._book, self._book.index_of(str(entry)))

    def fields(self, entry: int | str) -> dict[str, str]:
        """Return what a statement says, as text by the path of each field; of goods the fields of its event.

        Args:
            entry: its number in the record, or its identifier.

        Raises:
            UnknownError: there is no such statement.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     wrong = next(programme.statements(kind="pledge"))
            ...     programme.fields(wrong.entry)["amount.value"]
            '8000000'
        """
        return fields_of(self._book.statement(self._book.index_of(str(entry))).statement)

    @contextmanager
    def _then(self, as_at: When | None, as_known: When | int | None) -> Iterator[Book]:
        """Give the book of an earlier time, as for :meth:`Questions.past`."""
        limit = None if as_at is None else micros(as_instant(as_at, end_of_day=True))
        size = None if as_known is None else self._size(as_known)
        with at_size(self._book, size) as known:
            yield as_at_time(known, limit)

    def _size(self, known: When | int, *, before: bool = False) -> int:
        """Return how many statements were recorded by then; ``before``: before a day began, and at least the founding."""
        if isinstance(known, int) or (isinstance(known, str) and known.isdecimal() and len(known) <= _SIZE_DIGITS):
            size = int(known)
        elif before:
            size = max(1, size_at(self._book, micros(as_instant(known)) - 1))
        else:
            size = size_at(self._book, micros(as_instant(known, end_of_day=True)))
        if not size:
            raise UnknownError("record.nothing_known", source=str(self.folder))
        return size

    def find(self, name: str, among: Named = "anything") -> str:
        """Return the identifier that a name stands for: in any language it was given in, as it is now or was before.

        Case, accents and blanks make no difference; a number on paper finds its consignment. What has the form of an
        identifier is returned as it is, where nothing is called much like it.

        Args:
            name: or an identifier.
            among: ``party``, ``place``, or ``anything``.

        Raises:
            UnknownError: nothing is called so; what may be meant is among the error's values.
            ConflictError: several things are called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.find("عيادة الشمال"), programme.find("Clinic, North")
            ('project:clinic', 'project:clinic')
        """
        if IDENTIFIER.fullmatch(name):
            return name
        try:
            return lookup(self._book, among).find(name)
        except UnknownError as error:
            if error.problem.code == "name.unknown" and name.isascii() and not any(map(str.isspace, name)):
                return name  # of which whoever is asked knows better to say why there is no such thing
            raise
