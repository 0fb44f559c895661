"""The whole ledger as tables that only grow, for whoever works with an engine of their own."""

from pathlib import Path

from enduse.api.given import Folder, as_path
from enduse.api.opened import OpenProgramme
from enduse.history.writing import HistoryWritten, write_history


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
            (1859, 'postings/000000000000-000000001859.parquet')
        """
        return write_history(self._book, self._history(to))

    def _history(self, to: Folder | None) -> Path:
        return self.folder / "history" if to is None else as_path(to)
