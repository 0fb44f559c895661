"""Kind ``clock_correction``: the council says what a wrong clock of the record should have said.

Each signs a statement of its own with the same clock and time; it takes effect once members of the umbrella in force
reach its quorum, the keeper and its own not counted. Both times stay in the record and are shown.
"""

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Prose, StatementId
from enduse.terms.times import Instant


class ClockCorrectionBody(Body, frozen=True, kw_only=True):
    """Which clock was wrong, and what it reads from now on.

    Attributes:
        clock: identifier of the clock's statement.
        time: what it should have said.
        reason: why, or on what ground.
    """

    clock: StatementId
    time: Instant
    reason: Prose = ""


class ClockCorrection(Statement, frozen=True, kw_only=True, tag="clock_correction"):
    """One of those who must say so says that a clock was wrong."""

    body: ClockCorrectionBody
