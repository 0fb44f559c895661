"""The two answers that hold the others: how a programme stands, and its whole report."""

from datetime import datetime

import msgspec

from enduse.access.waiting import Wait
from enduse.errors import Problem
from enduse.messages import Message
from enduse.terms.texts import Text
from enduse.views.areas import AreasView
from enduse.views.assessment_view import AssessmentView
from enduse.views.key_lives import marked
from enduse.views.missing import MissingView
from enduse.views.shapes import (
    ClaimView,
    CurrencyTotals,
    FindingView,
    Flow,
    Holding,
    KeyMark,
    MaterialTotals,
    Task,
    TrancheView,
    UnconditionalRelief,
    Used,
    WithoutEffect,
)
from enduse.views.verified import Verified
from enduse.views.works_access import WorksAccess


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How a programme stands, on one screen.

    Attributes:
        title: of the programme, by language.
        about: what it is for.
        invented: whether every party is marked as invented.
        practice: whether one folder holds the keys of several parties.
        origin: name of the record.
        size: statements in it.
        published: statements under the last published checkpoint.
        since: the founding, as claimed.
        as_of: when the last statements that are known were recorded.
        as_at: where it is asked how it stood at an earlier time, that time: what is said to have happened later does not count.
        clock: what is to be known of the record's time: clocks that the council corrected, and how far the last one lies
            ahead of this machine's.
        statements: by kind, how many there are and how many of them have no effect.
        names: names for people of everything that is named here, by identifier and language.
        currencies: money of every currency, first the one of which most is said.
        goods: materials, the gravest losses first.
        missing: open differences, the gravest first, those within measurement error too.
        used: declared against measured use.
        findings: that stand, the newest first.
        tranches: held back first, then unknown, then due.
        mandates: how many are in force.
        unheld: functions that nobody holds anywhere.
        tasks: who must act.
        goods_leads: what somebody should look at in the goods; nobody is accused.
        money_leads: what somebody should look at in the money; nothing is merged or accused.
        contradictions: what cannot be, such as a stock below zero.
        without_effect: every statement that has no effect, in the order of the record.
        pending_keys: recoveries of keys that wait, and suspensions that last.
        late: of the statements named here, those recorded long after they are said to have happened: how many days.
        key_marks: statements signed under recovered keys, key by key.
        no_longer_stated: statements taken back because the table they were read from states them no longer.
    """

    title: Text
    about: Text
    invented: bool
    practice: bool
    origin: str
    size: int
    published: int
    since: datetime
    as_of: datetime
    as_at: datetime | None
    clock: tuple[Message, ...]
    statements: dict[str, tuple[int, int]]
    names: dict[str, Text]
    currencies: tuple[CurrencyTotals, ...]
    goods: tuple[MaterialTotals, ...]
    missing: tuple[MissingView, ...]
    used: tuple[Used, ...]
    findings: tuple[FindingView, ...]
    tranches: tuple[TrancheView, ...]
    mandates: int
    unheld: tuple[str, ...]
    tasks: tuple[Task, ...]
    goods_leads: tuple[Message, ...]
    money_leads: tuple[Message, ...]
    contradictions: tuple[Problem, ...]
    without_effect: tuple[WithoutEffect, ...]
    pending_keys: tuple[Message, ...] = ()
    late: dict[int, int] = msgspec.field(default_factory=dict)
    key_marks: tuple[KeyMark, ...] = ()
    no_longer_stated: tuple[int, ...] = ()

    @property
    def told_of_keys(self) -> tuple[Message, ...]:
        """What a reader of any figure must know of the keys under which statements were signed."""
        return marked(self.key_marks)


class Report(Status, frozen=True, kw_only=True):
    """Everything a report shows: how a programme stands, drawn, with what a reader needs to check it.

    Attributes:
        languages: in which the programme publishes.
        flows: money and goods from promise or supplier to use.
        holdings: what lies where.
        claims: kept apart from findings.
        relief: humanitarian goods that went on while tranches waited.
        corrections: statements that were taken back.
        root: Merkle root of the record, in hexadecimal, as hashed from what was folded.
        verified: the checkpoint that all of it was held against; ``None`` before the first.
        checkpoint: last published, signed; may be empty.
        key: of the log, as a note verifier key.
        assessment: what network assurance saw.
        not_assessed: why it saw nothing: ``no_extra`` (not installed), ``no_readings`` (nothing to compare) or ``too_many``
            readings for a report to wait for.
        works_access: what of works and access somebody has to look at.
        least_count: counts below it are not told of access.
        areas: what was promised, what came and what waits, by broad area.
        waits: how long consignments and movements waited in each state, as everybody may know it.
    """

    languages: tuple[str, ...]
    flows: tuple[Flow, ...]
    holdings: tuple[Holding, ...]
    claims: tuple[ClaimView, ...]
    relief: tuple[UnconditionalRelief, ...]
    corrections: int
    root: str
    verified: Verified | None
    checkpoint: str
    key: str
    assessment: AssessmentView | None = None
    not_assessed: str = ""
    works_access: WorksAccess = msgspec.field(default_factory=WorksAccess)
    least_count: int = 0
    areas: AreasView | None = None
    waits: tuple[Wait, ...] = ()
