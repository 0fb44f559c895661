"""What is closed when its ``with`` block is left."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Something that holds a file or a database until it is closed."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    def abandon(self) -> None:
        """Let go of it after an error; as :meth:`close`, where a class does not say otherwise."""
        self.close()

    def __enter__(self) -> Self:
        """Return the thing itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it, or abandon it after an error."""
        if kind is None:
            self.close()
        else:
            self.abandon()
