"""What is read of the stored book, each value checked; whatever is damaged is worked out anew, here and nowhere else."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from enduse.book.states import States
from enduse.book.store import BookStore, DamagedBookError, Effect, OtherVersionError, SourceRow
from enduse.closing import Closing
from enduse.errors import RecordError
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.messages import Message

Given = TypeVar("Given")


class KeptRows(States, Closing):
    """The rows that a book keeps, in the order of the record.

    Attributes:
        told: what a reader should know of how the book was had: that it was damaged, say, and was worked out anew.
    """

    def __init__(self, store: BookStore) -> None:
        self.told: list[Message] = []
        self._store = store

    def _tell(self, code: str) -> None:
        message = Message.of(code)
        if message not in self.told:
            self.told.append(message)

    def _whole(self, step: Callable[[], Given], until: int | None) -> Given:
        """Take a step on what is stored; where that is damaged, say so once, fold the record anew, and take it again.

        Args:
            step: reads or writes.
            until: size of the record up to which the book is folded anew; ``None`` for all of it.

        Raises:
            RecordError: what was just stored is damaged too: the disk fails.
        """
        try:
            return step()
        except DamagedBookError as error:
            if not isinstance(error, OtherVersionError):
                self._tell("book.damaged_unkept" if self._store.in_memory else "book.damaged_rebuilt")
            self._store.renew()
            self._anew(until)
        try:
            return step()
        except DamagedBookError as error:
            raise RecordError("book.damaged", source=str(self._store.path), reason=str(error)) from error

    @abstractmethod
    def _anew(self, until: int | None) -> None:
        """Fold the record from nothing up to a size of it, and store that."""

    @abstractmethod
    def flush(self) -> None:
        """Store what was folded."""

    def digest(self) -> str:
        """Return SHA-256 over the whole book; equal for everybody who follows the same record."""
        self.flush()
        return self._store.digest()

    def _kept(self, kind: str) -> Iterator[Any]:
        """Give all rows of one kind, in log order, each checked against what was written."""
        self.flush()
        for n in range(self._store.blocks(kind)):
            yield from self._whole(lambda n=n: self._store.block(kind, n), until=self.head.size)  # type: ignore[misc]

    def postings(self) -> Iterator[Posting]:
        """Give every posting in log order."""
        return self._kept("posting")

    def postings_of(self, account_class: str) -> Iterator[Posting]:
        """Give the postings on accounts of one class, such as ``difference``, in log order."""
        begins = f"{account_class} "
        return (posting for posting in self.postings() if posting.account.startswith(begins))

    def links(self) -> Iterator[PurchaseLink]:
        """Give every purchase in log order."""
        return self._kept("link")

    def effects(self, *, without_effect_only: bool = True) -> Iterator[Effect]:
        """Give the statements that have no effect, with the refusal; or also those with remarks."""
        remarks: Iterator[Effect] = self._kept("effect")
        return (remark for remark in remarks if not without_effect_only or remark.refusal is not None)

    def effect(self, index: int) -> Effect | None:
        """Return the remark on one entry."""
        self.flush()
        near = self._whole(lambda: self._store.block_of("effect", index), until=self.head.size)
        return next((remark for remark in near if remark.entry == index), None)

    def rows_of(self, sha256: str, party: str) -> set[tuple[int, str]]:
        """Return the rows of a source file that ``party`` has already brought in."""
        sources: Iterator[SourceRow] = self._kept("source")
        return {(row.row, row.path) for row in sources if (row.sha256, row.party) == (sha256, party)}
