"""What a table says, for a key that is elsewhere: read and judged here, signed there, and recorded when it comes back whole."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from enduse.api.elsewhere import SigningSite, Unsigned, check_answers
from enduse.api.given import Folder, When, as_instant, as_path
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Taken
from enduse.book.intake_elsewhere import IntakeElsewhere
from enduse.errors import ConflictError, EnduseError, MalformedError, SignatureError
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.envelopes import SUFFIXES
from enduse.exchange.import_result import ImportResult
from enduse.exchange.importing import import_file
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.size import check_size
from enduse.exchange.tables.table import read_table
from enduse.exchange.template.reading import is_template
from enduse.statements.codec import statement_id
from enduse.statements.envelope import pae, unwrap
from enduse.terms.proquints import proquints
from enduse.terms.signatures import verify_batch


class PreparedTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table as a key elsewhere is to sign it; nothing of it is recorded.

    Attributes:
        statements: what is to be signed, in order; none where nothing of it is new.
        result: what would become of each row, recorded now.
        size: statements of the record for which that holds.
        header: last row of the table's header, as a spreadsheet counts it: what is read of row 1 stands in the row after.
    """

    statements: tuple[Unsigned, ...]
    result: ImportResult
    size: int
    header: int = 0

    @property
    def raw(self) -> bytes:
        """What is to be signed as one file, an envelope with an empty signature a line."""
        return b"".join(each.raw + b"\n" for each in self.statements)

    @property
    def spoken(self) -> str:
        """Words for all of it, to compare what one screen shows with what another does."""
        return spoken_file([each.id for each in self.statements])


def spoken_file(names: Sequence[str]) -> str:
    """Return words for several statements, in order, by their identifiers."""
    return proquints(sha256("\n".join(names).encode()).digest()[:16])


class PreparedTables(SigningSite):
    """A programme into which people bring tables whose keys are elsewhere."""

    def prepare_table(
        self,
        file: Folder,
        *,
        key: str,
        profile: Folder | None = None,
        answers: Answers = NO_ANSWERS,
        at: When | None = None,
    ) -> PreparedTable:
        """Read a table as :meth:`add` does, for a key that is elsewhere, and say what would become of each row; record nothing.

        Args:
            file: a table that a profile knows.
            key: short name of the key that is to sign, which is enrolled; its party says what the table says.
            profile: a shipped profile's name, or a mapping file of one's own.
            answers: what is said of a table that comes again.
            at: when what was said is taken back, as claimed; by default now. The same table at the same time and size of the record
                gives the same bytes.

        Raises:
            UnknownError: there is no such key.
            MalformedError: it is no table, or a workbook of several parties.
            ConflictError: how it goes with its earlier issues must be asked.
            EnduseError: the file as a whole cannot be read.

        Example:
            >>> with enduse.open("cairo") as programme:
            ...     (key,) = programme.keys("party:reader").keys
            ...     made = programme.prepare_table("examples/cairo-2014/donors.csv", key=key.key)
            >>> len(made.statements), made.result.already_recorded
            (0, 47)
        """
        path, how = as_path(file), None if profile is None else str(as_path(profile))
        if path.suffix in SUFFIXES or is_template(path):
            raise MalformedError("table.of_several", source=path.name)
        party, moment = self.key_rights(key).party, datetime.now(UTC) if at is None else as_instant(at)
        for singly in (False, True):
            with copy_in_memory(self._book) as book:
                intake = IntakeElsewhere(book, party, self.public_key(key), moment, singly=singly)
                result = import_file(intake, path, party=party, profile=how, answers=answers)
            if not intake.has_gap:
                break
        with read_table(path, how) as table:
            header = table.sheet.row_of(0)
        said = tuple(Unsigned(payload=payload, key=key) for payload in intake.payloads)
        return PreparedTable(statements=said, result=result, size=self.size, header=header)

    def record_prepared(self, statements: Sequence[Unsigned], signed: bytes) -> tuple[Taken, ...]:
        """Record what was prepared for one key once all of it came back signed, as one batch; else nothing of it.

        Args:
            statements: what was to be signed, in order.
            signed: envelopes, one a line, in any order.

        Returns:
            What became of each, in order.

        Raises:
            MalformedError: a line is no envelope.
            ConflictError: something is missing, was not asked for, or is for another key; or the key was used meanwhile.
            SignatureError: a signature does not hold.

        Example:
            >>> with enduse.open("cairo") as programme:
            ...     programme.record_prepared([], b"")
            ()
        """
        came = _by_statement(signed)
        asked = {each.id: each for each in statements}
        if came.keys() != asked.keys():
            raise ConflictError("upload.not_whole", n=len(asked), came=len(came.keys() & asked.keys()))
        for name, each in asked.items():
            check_answers(each, came[name])
        if not asked:
            return ()
        envelopes = [unwrap(came[each.id]) for each in statements]
        holds = verify_batch([(self.public_key(one.key_id), pae(one.payload), one.signature) for one in envelopes])
        if not all(holds):
            raise SignatureError("upload.signature", number=holds.index(False) + 1, n=len(holds))
        with self.writing():
            if not self.is_next(statements[0]):
                raise ConflictError("desk.moved_on")
            return self.record_signed([came[each.id] for each in statements])


def check_table_size(file: Folder, limits: Limits) -> None:
    """Refuse a table that is larger than somebody unknown may bring: every sheet is read once, to its end.

    Args:
        file: CSV or workbook.
        limits: of the file and each sheet.

    Raises:
        LimitError: it is over one of them.
        MalformedError: it is no table, or damaged.

    Example:
        >>> import enduse
        >>> enduse.check_table_size("examples/two-tables/list-october.csv", enduse.TableLimits(rows=10))
    """
    check_size(as_path(file), limits)


def _by_statement(signed: bytes) -> dict[str, bytes]:
    """Return envelopes by the identifiers of what they hold.

    Raises:
        MalformedError: a line is none; names the line.
    """
    found: dict[str, bytes] = {}
    for line, raw in enumerate(signed.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            found.setdefault(statement_id(unwrap(raw).payload), raw)
        except EnduseError as error:
            raise MalformedError("signed.no_envelope", source="", line=line) from error
    return found
