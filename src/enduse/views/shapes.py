"""The shape of a report: everything a report shows, ready for JSON, each figure with the statements it rests on.

Nothing here is worked out and nothing is worded: amounts are whole smallest units, names are texts by language, what
is to be said is a code. Wording is the business of :mod:`enduse.pages.localizer` and the templates.
"""

from typing import Literal

import msgspec

from enduse.messages import Refusal
from enduse.terms.texts import Text
from enduse.views.assessment_view import AssessmentView

Mark = Literal["met", "not_met", "not_known"]
Tone = Literal["plain", "good", "warn", "idle"]


class Figure(msgspec.Struct, frozen=True):
    """An amount of something.

    Attributes:
        amount: smallest units.
        resource: ledger name.
        entries: log indexes it rests on, the first few.
        resting: how many there are in all.
    """

    amount: int
    resource: str
    entries: tuple[int, ...] = ()
    resting: int = 0


class Donor(msgspec.Struct, frozen=True, kw_only=True):
    """A donor in one currency; ``promised`` is firmly committed and unpaid, ``uncommitted`` pledged and not committed."""

    party: str
    pledged: Figure
    paid: Figure
    promised: Figure
    uncommitted: Figure


class CurrencyTotals(msgspec.Struct, frozen=True, kw_only=True):
    """All money of one currency."""

    currency: str
    pledged: Figure
    paid: Figure
    spent: Figure
    held: Figure
    donors: tuple[Donor, ...]


class FlowNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a flow.

    Attributes:
        node: unique in the flow.
        column: from 0, where the flow begins.
        name: identifier of a party, place or project, or empty.
        code: what it stands for where it is nobody, such as ``unpaid``.
        tone: how it is coloured; colour is never the only sign.
    """

    node: str
    column: int
    name: str = ""
    code: str = ""
    tone: Tone = "plain"


class FlowLink(msgspec.Struct, frozen=True, kw_only=True):
    """So much went from one node to another."""

    source: str
    target: str
    figure: Figure
    tone: Tone = "plain"


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A flow of one resource from promise or supplier to use."""

    resource: str
    nodes: tuple[FlowNode, ...]
    links: tuple[FlowLink, ...]


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all of one material; the parts add up to ``came_in``.

    ``unlinked`` is what of it arrived without a recorded dispatch: what was lost on its way nobody can tell.
    """

    resource: str
    came_in: Figure
    unlinked: Figure
    stored: Figure
    under_way: Figure
    used: Figure
    unexplained: Figure
    within_error: Figure
    off_purpose: Figure
    other: Figure


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at a place; ``area`` is the broad area it is in."""

    place: str
    type: str
    area: str
    stock: tuple[Figure, ...]


class MissingView(msgspec.Struct, frozen=True, kw_only=True):
    """An open difference.

    Attributes:
        owner: who answers for it.
        item: consignment or place.
        figure: how much; negative is a surplus.
        lower: 95 % interval.
        upper: 95 % interval.
        judgement: as assurance judged it.
        since: microseconds since 1970, claimed.
        sent: how much was sent, for a consignment.
        received: how much arrived.
        start: from where.
        end: to where.
    """

    owner: str
    item: str
    figure: Figure
    lower: int
    upper: int
    judgement: Literal["beyond_error", "within_error", "exact"]
    since: int
    sent: Figure | None = None
    received: Figure | None = None
    start: str = ""
    end: str = ""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """Declared, measured and billed use of one material in one project."""

    project: str
    resource: str
    declared: Figure
    resolved: int
    billed: int | None
    measured: Figure | None
    lower: int | None
    upper: int | None
    judgement: str


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What a finding moved, and to which outcome."""

    figure: Figure
    outcome: str
    owner: str
    item: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, in the words of those who made it."""

    finding: str
    party: str
    about: str
    result: str
    at: int
    method: str
    standard: str
    grade: str
    reply: str
    moved: tuple[Moved, ...]
    entry: int


class ClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, kept apart from findings; ``answered_by`` names the finding about it, where there is one."""

    claim: str
    party: str
    about: str
    words: Text
    at: int
    entry: int
    answered_by: str = ""
    result: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of a tranche: what it asks, how it stands, why, and the statements that made it so.

    Attributes:
        mark: how it stands.
        asks: what it asks for.
        why: what stood in its way, where that is a sentence.
        entries: log indexes that made it so.
        resource: of a measured amount that decided, with its interval, in smallest units.
        lower: 95 % interval.
        upper: 95 % interval.
        claimed: it would be met if the declarations alone counted, and is not.
    """

    mark: Mark
    asks: Text
    why: Text
    entries: tuple[int, ...]
    resource: str = ""
    lower: int | None = None
    upper: int | None = None
    claimed: bool = False


class TrancheView(msgspec.Struct, frozen=True, kw_only=True):
    """A tranche and its conditions."""

    tranche: str
    title: Text
    project: str
    amount: Figure
    mark: Mark
    status: str
    parts: tuple[Part, ...]
    decision: int | None


class WithoutEffect(msgspec.Struct, frozen=True):
    """A statement without effect, and why."""

    entry: int
    kind: str
    party: str
    refusal: Refusal


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody must act.

    Attributes:
        owner: who; empty where nobody holds the function.
        code: what to do.
        figure: about how much.
        about: consignment, project, place or tranche.
        entries: what it rests on.
    """

    owner: str
    code: Literal["account_for", "make_good", "measure", "attest", "decide", "commit", "pay", "plan"]
    figure: Figure | None = None
    about: str = ""
    entries: tuple[int, ...] = ()


class UnconditionalRelief(msgspec.Struct, frozen=True, kw_only=True):
    """Humanitarian goods that went on while tranches waited."""

    project: str
    used: tuple[Figure, ...]
    times: int
    last: int


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader needs to check all this without trusting anybody."""

    origin: str
    size: int
    root: str
    checkpoint: str
    key: str
    kinds: dict[str, int]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report shows.

    ``assessment`` is what network assurance saw; where it is None, ``not_assessed`` says why: ``no_extra`` (not installed),
    ``no_readings`` (nothing to compare) or ``too_many`` readings for a report to wait for.
    """

    title: Text
    about: Text
    languages: tuple[str, ...]
    invented: bool
    as_of: int
    since: int
    names: dict[str, Text]
    currencies: tuple[CurrencyTotals, ...]
    flows: tuple[Flow, ...]
    goods: tuple[Goods, ...]
    holdings: tuple[Holding, ...]
    missing: tuple[MissingView, ...]
    used: tuple[Used, ...]
    found: tuple[FindingView, ...]
    claims: tuple[ClaimView, ...]
    tranches: tuple[TrancheView, ...]
    relief: tuple[UnconditionalRelief, ...]
    tasks: tuple[Task, ...]
    without_effect: tuple[WithoutEffect, ...]
    without_effect_total: int
    corrections: int
    evidence: Evidence
    assessment: AssessmentView | None = None
    not_assessed: str = ""
