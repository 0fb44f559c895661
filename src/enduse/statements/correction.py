"""Kind ``correction``: an earlier statement did not happen, or had wrong data (EPCIS error declaration reasons).

Nothing is ever edited. The ledger takes the earlier postings back with further postings; a statement with the right
data stands beside, named in ``corrected_by`` where it is already recorded.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import StatementId

NO_LONGER_STATED: Final = "no_longer_stated"
"""The reason of a correction whose party only says what the source it read from says."""


class CorrectionBody(Body, frozen=True, kw_only=True):
    """Which statement is taken back, and why.

    Attributes:
        corrects: identifier of the statement that is taken back.
        reason: why: it did not occur, or its data were wrong; or the source from which its party read it states it no
            longer, without saying why.
        corrected_by: statements with the right data, where they are recorded already.
        note: what a reader should know.
    """

    corrects: StatementId
    reason: Literal["did_not_occur", "incorrect_data", "no_longer_stated"]
    corrected_by: Annotated[tuple[StatementId, ...], Meta(max_length=20)] = ()
    note: Annotated[str, Meta(max_length=1000)] = ""


class Correction(Statement, frozen=True, kw_only=True, tag="correction"):
    """A party takes one of its own statements back."""

    body: CorrectionBody
