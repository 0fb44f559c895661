"""A correction: a statement taken back and said again, by its speaker, in one batch or not at all."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import msgspec

from enduse.book.intake import Intake, SigningRequest, Taken
from enduse.errors import ConflictError, MalformedError
from enduse.exchange.called import identifier_meant
from enduse.exchange.restating import by_path, fields_of, restated
from enduse.exchange.unsigned import unsigned_statement


class Corrected(msgspec.Struct, frozen=True):
    """What became of a correction.

    Attributes:
        entry: number of the statement that was taken back; it stays readable.
        changes: by path what the field said, and says.
        taken_back: the correction.
        said_anew: the statement as it should be; ``None`` where it never happened.
    """

    entry: int
    changes: dict[str, tuple[str, str]]
    taken_back: Taken
    said_anew: Taken | None


def correct(
    intake: Intake,
    entry: str,
    changes: Mapping[str, str],
    *,
    party: str | None,
    did_not_occur: bool,
    note: str,
    at: datetime,
) -> Corrected:
    """Take a statement back and say it again with some fields changed; see :meth:`enduse.Programme.correct`.

    Args:
        intake: of the programme.
        entry: its number in the record, or its identifier.
        changes: new text of each field that is wrong, by its path or by what people call it.
        party: who corrects it, where that is said.
        did_not_occur: take it back and say nothing instead.
        note: for readers.
        at: when, as claimed.

    Raises:
        EnduseError: it is refused, and nothing is recorded.
    """
    index = intake.book.index_of(entry)
    wrong = intake.book.statement(index)
    speaker, present = wrong.statement.party, fields_of(wrong.statement)
    if party is not None and identifier_meant(intake.book, speaker, party) != speaker:
        raise ConflictError("correction.of_another", party=speaker)
    changes = by_path(wrong.statement, changes, partial(identifier_meant, intake.book))
    anew = None if did_not_occur else restated(wrong.statement, changes, refs=(wrong.id,))
    differs = {path: (present.get(path, ""), text) for path, text in changes.items() if present.get(path) != text}
    if anew is not None and not differs:
        raise MalformedError("correct.nothing_differs", entry=index)
    why = "did_not_occur" if anew is None else "incorrect_data"
    body = {"corrects": wrong.id, "reason": why, "note": note}
    back = unsigned_statement("correction", {"occurred_at": at, "body": body})
    key = intake.key_of(speaker)
    said = [SigningRequest(speaker, key, one.statement) for one in (back, anew) if one is not None]
    if problem := intake.refusal(*said):
        raise ConflictError.about(problem.told, path=problem.path)
    taken = intake.say(said)
    return Corrected(index, {} if anew is None else differs, taken[0], taken[1] if anew is not None else None)
