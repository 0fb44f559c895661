"""The whole ledger as tables that only grow, for whoever works with an engine of their own."""

from collections.abc import Sequence
from pathlib import Path

from enduse.api.given import Folder, When, as_instant, as_path
from enduse.api.opened import OpenProgramme
from enduse.history.checking import HistoryChecked, check_history
from enduse.history.writing import HistoryWritten, write_history
from enduse.ledger.balances import Moment
from enduse.terms.times import micros


class HistoryTables(OpenProgramme):
    """A programme whose ledger is written as tables."""

    def history(self, to: Folder | None = None) -> HistoryWritten:
        """Write the ledger as Parquet, as far as the record's checkpoint: what is new since the last time, in new files.

        Args:
            to: folder of the history; by default ``history`` in the programme's.

        Raises:
            MissingExtraError: the extra ``analytics`` is not installed.
            RecordError: there is no checkpoint yet, or the folder holds what does not go on with this record.
            ConflictError: the folder holds rows of another meaning: they stay, and a new folder is wanted.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     written = programme.history("ledger")
            >>> written.after, written.files[0]
            (1955, 'postings/000000000000-000000001955.parquet')
        """
        return write_history(self._book, self._history(to))

    def check_history(
        self,
        to: Folder | None = None,
        *,
        engines: Sequence[str] = ("duckdb",),
        as_at: When | None = None,
        as_known: When | int | None = None,
    ) -> HistoryChecked:
        """Hold a written history against the record: every file row by row, and what each engine answers digit by digit.

        Args:
            to: folder of the history; by default ``history`` in the programme's.
            engines: to ask: ``duckdb``, ``spark``, or a database as ``postgresql://USER@HOST/DATABASE``.
            as_at: ask as it stood then, as claimed.
            as_known: ask counting only what had been recorded by then: a time, or so many statements.

        Raises:
            UnknownError: there is no history, or no engine is called so.
            RecordError, ConflictError: it does not go on with this record, or an engine fails.
            MissingExtraError: the extra of an engine is not installed.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     written = programme.history("ledger")
            ...     checked = programme.check_history("ledger")
            >>> checked.ok, [(each.question, each.rows) for each in checked.answers[:3]]
            (True, [('balances', 57), ('money_by_year', 24), ('dispatched', 338)])
        """
        moments: list[Moment] = []
        if as_at is not None or as_known is not None:
            limit = None if as_at is None else micros(as_instant(as_at, end_of_day=True))
            moments.append(Moment(size=None if as_known is None else self._size(as_known), as_at=limit))
        return check_history(self._book, self._history(to), engines, moments)

    def _history(self, to: Folder | None) -> Path:
        return self.folder / "history" if to is None else as_path(to)
