"""The statements of a programme, one after the other, as a part of its questions."""

from collections.abc import Iterator

from enduse.api.given import When, as_instant
from enduse.api.history import HistoryTables
from enduse.statements.codec import type_of
from enduse.views.statements import RecordedStatement, counted, statements


class StatementList(HistoryTables):
    """A programme asked for what was said in it."""

    def statements(
        self,
        *,
        kind: str | None = None,
        party: str | None = None,
        place: str | None = None,
        since: When | None = None,
        before: int | None = None,
        newest_first: bool = False,
    ) -> Iterator[RecordedStatement]:
        """Give statements as they were said, each with what came of it, in the order in which they were recorded.

        Args:
            kind: only of this kind, such as ``pledge``.
            party: only what this party said.
            place: only what is said to have happened there.
            since: only what was recorded then or later.
            before: only entries below this one.
            newest_first: the other way round; who wants a few reads no more.

        Raises:
            UnknownError: there is no such kind.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [said.statement.party for said in programme.statements(kind="pledge")]
            ['party:azura', 'party:arzan', 'party:lumen', 'party:marwen', 'party:dorran']
        """
        if kind is not None:
            type_of(kind)
        begin = None if since is None else as_instant(since)
        return statements(
            self._book,
            kind=kind,
            party=party,
            place=place,
            since=begin,
            before=before,
            newest_first=newest_first,
        )

    def counted(self, kind: str | None = None) -> int | None:
        """Return how many statements there are, of one kind or of all but the keeper's word on the time; not as at a day.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.counted("pledge")
            5
        """
        return counted(self._book, kind)
