"""A programme to which something is added: the lock, and what came of publishing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from enduse.api.proposals import Proposals
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Intake
from enduse.book.key_file import AskPassphrase
from enduse.record.log import Publication
from enduse.record.verify import Progress


class Writing(Proposals):
    """A programme that can be written to.

    Attributes:
        publication: what came of publishing after the last that was added or signed; ``None`` before.
    """

    def __init__(self, folder: Path, passphrase: AskPassphrase | None = None, progress: Progress | None = None) -> None:
        super().__init__(folder, progress=progress)
        self._passphrase = passphrase
        self.publication: Publication | None = None
        self._recorded: Sequence[int] = ()
        self._intake: Intake | None = None

    @contextmanager
    def writing(self, *, publish: bool = True) -> Iterator[Intake]:
        """Hold the lock while several things are added or signed, and publish them together at the end.

        Args:
            publish: whether to; what is only tried needs none.

        Raises:
            ConflictError: another process is writing, and goes on doing so.

        Example:
            >>> tables = ["examples/cairo-2014/donors.csv"]
            >>> with enduse.open("cairo") as programme, programme.writing():
            ...     results = [programme.add(table, party="party:reader") for table in tables]
        """
        if self._intake is not None:
            yield self._intake
            return
        self._intake = intake = Intake(self._book, self._passphrase)
        self._recorded = intake.recorded
        done = False
        try:
            yield intake
            done = True
        finally:
            self._intake = None
            intake.leave(publish=done and publish)
            if publish:
                self.publication = intake.publication

    @contextmanager
    def trying(self) -> Iterator[Intake]:
        """Take what is added or signed meanwhile into a copy in memory, and forget it at the end: nothing is recorded.

        What it says came of each statement is what would come of it; questions answer from the record as it is.

        Example:
            >>> with enduse.open("cairo") as programme, programme.trying():
            ...     shown = programme.add("examples/cairo-2014/donors.csv", party="party:reader")
            >>> shown.statements
            0
        """
        held, recorded = self._intake, self._recorded
        with copy_in_memory(self._book) as book:
            try:
                self._intake = Intake(book, self._passphrase, trial=True)
                yield self._intake
            finally:
                self._intake, self._recorded = held, recorded
