"""Where a witness or a mirror keeps evidence: ``evidence/``, one file for each contradiction a log has signed."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from enduse.errors import EnduseError
from enduse.messages import Message
from enduse.record import evidence, files
from enduse.record.given import EVIDENCE_BYTES_MAX
from enduse.system import read_file

FOLDER = "evidence"
FILES_MAX = 100
"""Files kept: one convicts; a log that signs thousands of contradictions must not fill the disk."""

Tell = Callable[[Message, Path], None]
"""Told of evidence that has just been kept: what it proves, and its file."""


class Cabinet:
    """The evidence that one party keeps."""

    def __init__(self, folder: Path, tell: Tell | None = None) -> None:
        """Keep evidence in ``folder/evidence``, which is made when the first is kept."""
        self.folder = folder / FOLDER
        self._tell = tell

    def keep(self, data: bytes) -> Path | None:
        """Keep a file that convicts, once; returns where, or ``None`` where it is kept already or the cabinet is full.

        Raises:
            EnduseError: it convicts nobody.
        """
        said = evidence.check(data, evidence.log_of(data))
        path = self.folder / f"{sha256(data).hexdigest()[:16]}.json"
        if path.exists() or len(self.files()) >= FILES_MAX:
            return None
        files.make_folder(self.folder)
        files.write(path, data)
        if self._tell is not None:
            self._tell(said, path)
        return path

    def files(self) -> list[Path]:
        """Return the files, oldest first."""
        found = [(path.stat().st_mtime_ns, path) for path in self.folder.glob("*.json")]
        return [path for _, path in sorted(found)]

    def read(self) -> Iterator[tuple[Path, Message]]:
        """Give each file that convicts, with what it proves; what lies there and convicts nobody is passed over."""
        for path in self.files():
            try:
                data = read_file(path, EVIDENCE_BYTES_MAX)
                yield path, evidence.check(data, evidence.log_of(data))
            except EnduseError:
                continue
