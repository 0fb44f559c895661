"""The answers as typed values, ready for JSON: what status and report show, each figure with the statements it rests on.

Nothing here is worked out and nothing is worded: amounts are whole smallest units, names are texts by language, what
is to be said is a code. Wording is the business of :mod:`enduse.pages.localizer` and the templates.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from enduse.messages import Message, Refusal
from enduse.release.formula import Due
from enduse.terms.amounts import in_unit, unit_of
from enduse.terms.texts import Text

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

    @property
    def unit(self) -> str:
        """Unit of :attr:`value`: a UN/ECE Recommendation 20 code such as ``TNE``, for money the ISO 4217 code."""
        return unit_of(self.resource)

    @property
    def value(self) -> Decimal:
        """The amount in :attr:`unit`, exact."""
        return Decimal(in_unit(self.amount, self.resource))


class DonorTotals(msgspec.Struct, frozen=True, kw_only=True):
    """A donor in one currency.

    Attributes:
        party: who.
        pledged: promised in all.
        paid: placed at recipients' disposal, without what they gave back; what others gave it to hand on is in it.
        committed: firmly committed and not yet paid; negative where more was paid than committed.
        uncommitted: pledged and not committed; negative where more was given than pledged.
        unlinked: of what was paid, what is linked to no promise, where the donor has made any in this currency: it takes
            nothing out of what is committed or uncommitted.
    """

    party: str
    pledged: Figure
    paid: Figure
    committed: Figure
    uncommitted: Figure
    unlinked: Figure


class ReportedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """What one party says of the money of donors that do not speak of it themselves; it is part of the sums."""

    party: str
    pledged: int
    paid: int


class MoneyBeside(msgspec.Struct, frozen=True, kw_only=True):
    """What one party says of a donor's money of which that donor, or an earlier reporter, speaks; it is in no sum.

    Attributes:
        party: who says it.
        donor: of whose money.
        step: ``pledged``, ``committed`` or ``disbursed``.
        figure: how much.
        voice: whose word is in the sums instead.
    """

    party: str
    donor: str
    step: str
    figure: Figure
    voice: str


class CurrencyTotals(msgspec.Struct, frozen=True, kw_only=True):
    """All money of one currency.

    Attributes:
        currency: ISO 4217 code.
        pledged: promised in all.
        open: pledged or committed and not yet paid; what was given beyond a promise is not set off.
        unlinked: of what was paid by those who have promised, what is linked to no promise: it takes nothing out of what is open.
        beyond: paid beyond what was pledged or committed in this currency.
        uncounted: paid on promises in another currency, with no word on what it counts as: they stay open.
        paid: what donors gave from outside the record; what is handed on, given back or goes in a circle is in it once.
        own: what others gave beyond what they are recorded to have received: own money, or a receipt not recorded.
        handed_on: paid on by those who had been paid.
        spent: paid to suppliers and contractors.
        held: received and neither paid on nor spent.
        exchanged: given for other currencies; negative: got for them.
        in_kind: stated value of goods that were given: in no other sum.
        fees: what exchanges and payments cost besides. ``paid`` and ``own`` together are what was spent, held, exchanged and these.
        donors: the largest pledge first.
        reported: whose words these are where the donors do not speak for themselves, the largest sum first.
        beside: what else is said, in no sum.
        whose: in words, whose report the sums are where they are not the donors' own, and the largest of what stands beside;
            first, that less may be open than it says, where a payment is linked to no promise.
    """

    currency: str
    pledged: Figure
    open: Figure
    unlinked: Figure
    beyond: Figure
    uncounted: Figure
    paid: Figure
    own: Figure
    handed_on: Figure
    spent: Figure
    held: Figure
    exchanged: Figure
    fees: Figure
    in_kind: Figure
    donors: tuple[DonorTotals, ...]
    reported: tuple[ReportedMoney, ...] = ()
    beside: tuple[MoneyBeside, ...] = ()
    whose: tuple[Message, ...] = ()


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


class ToldGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What one party says of others' goods of which they do not speak themselves; it is part of the sums.

    Attributes:
        party: who says it.
        came_in: what it says came into the record, smallest units.
        stored: what it says came into stores, less what it says left them.
    """

    party: str
    came_in: int
    stored: int


class MaterialTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all of one material; all but ``unlinked``, ``surplus`` taken off, add up to ``came_in``.

    Attributes:
        resource: ledger name.
        came_in: brought into the record.
        unlinked: what of it arrived without a recorded dispatch: what was lost on its way nobody can tell.
        stored: lies somewhere.
        under_way: sent and not yet received.
        used: built in or handed out, as declared.
        missing: missing beyond what the instruments' errors explain, summed over consignments and places.
        contested: how much of ``missing`` would not be, were what stands beside it true, or what others alone say came in false:
            it is asked about, and nobody answers for it.
        surplus: too much beyond what they explain, summed alike; the one is never set off against the other.
        not_comparable: open against goods of it told in another unit, in which nobody can say how much it is: sent and not
            come in this unit, less come or counted and not sent in it. It is neither missing nor too much.
        within_error: differences that they do explain, missing less too much.
        off_purpose: used for something else, as found.
        other: spoiled, lost, stolen or written off.
        told: whose words these are where holders do not speak for themselves, the largest first.
        whose: the same in words.
    """

    resource: str
    came_in: Figure
    unlinked: Figure
    stored: Figure
    under_way: Figure
    used: Figure
    missing: Figure
    contested: Figure
    surplus: Figure
    not_comparable: Figure
    within_error: Figure
    off_purpose: Figure
    other: Figure
    told: tuple[ToldGoods, ...] = ()
    whose: tuple[Message, ...] = ()


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at a place; ``area`` is the broad area it is in."""

    place: str
    type: str
    area: str
    stock: tuple[Figure, ...]


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """Declared, measured and billed use of one material in one project, and who read otherwise where readings disagree."""

    project: str
    resource: str
    declared: Figure
    resolved: int
    billed: int | None
    measured: Figure | None
    lower: int | None
    upper: int | None
    judgement: str
    against: tuple[Message, ...] = ()


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
    at: datetime
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
    at: datetime
    entry: int
    answered_by: str = ""
    result: str = ""


class ConditionView(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of a tranche: what it demands, how it stands, why, and the statements that made it so.

    Attributes:
        form: which of the forms of a condition it has, such as ``all_of``.
        mark: how it stands.
        demand: what it demands.
        why: what was measured, said or found, or what stood in its way.
        entries: log indexes that made it so.
        claimed: it would be met if the declarations alone counted, and is not.
        parts: conditions it is made of.
    """

    form: str
    mark: Mark
    demand: Message
    why: tuple[Message, ...]
    entries: tuple[int, ...]
    claimed: bool = False
    parts: "tuple[ConditionView, ...]" = ()

    @property
    def needed(self) -> "tuple[ConditionView, ...]":
        """The conditions that must all be met; anything but *all of* stays whole."""
        return tuple(leaf for part in self.parts for leaf in part.needed) if self.form == "all_of" else (self,)


class WaitingCondition(msgspec.Struct, frozen=True, kw_only=True):
    """What was stated anew for a tranche and counts for nothing until those who decide the tranche accept it.

    Attributes:
        entry: log index of the statement.
        party: who stated it.
        at: from when it says that it holds.
        title: how it would call the tranche.
        amount: how much it would release.
        due: from when it would be looked at.
        lapses: from when it could no longer be released.
        condition: what the tranche would wait for, and how that would stand.
        lacking: what is missing to the quorum while nobody has signed, if anything.
    """

    entry: int
    party: str
    at: datetime
    title: Text
    amount: Figure
    due: datetime | None
    lapses: datetime | None
    condition: ConditionView
    lacking: Message | None


class TrancheView(msgspec.Struct, frozen=True, kw_only=True):
    """A tranche on its way.

    Attributes:
        tranche: its identifier.
        title: its name for people.
        project: what it pays for.
        amount: how much.
        paid: how much of it was paid.
        mark: how its condition stands.
        status: where it is: planned, due, verified, decided, released, withheld, recovered or lapsed.
        condition: what it waits for.
        evidence: digest of how the condition stands, which a decision names.
        decision: log index of the decision in effect.
        pending: decisions that still lack signatures, with what is lacking.
        dues: what its formula makes due year by year, where it has one.
        waiting: what was stated anew for it and waits to be accepted, where there is something.
        marks: what a reader must know: what was stated anew, by whom, and whether it was accepted; of the keys under which
            it was decided, or what it rests on was signed; and which of that was recorded long after it is said to have
            happened.
        unconfirmed: parties whose word it rests on, by keys that nobody but the keeper says are theirs.
    """

    tranche: str
    title: Text
    project: str
    amount: Figure
    paid: Figure
    mark: Mark
    status: str
    condition: ConditionView
    evidence: str
    decision: int | None
    pending: dict[str, Message]
    dues: tuple[Due, ...] = ()
    waiting: WaitingCondition | None = None
    marks: tuple[Message, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[ConditionView, ...]:
        """The conditions that must all be met."""
        return self.condition.needed


class WithoutEffect(msgspec.Struct, frozen=True):
    """A statement without effect, and why."""

    entry: int
    kind: str
    party: str
    refusal: Refusal


TaskCode = Literal[
    "account_for",
    "make_good",
    "explain",
    "receive",
    "say_what_came",
    "explain_surplus",
    "weigh_again",
    "settle_error",
    "say_which_count",
    "say_what_was_sent",
    "say_what_came_in",
    "account_for_advance",
    "answer_advance",
    "decide",
    "accept",
    "agree_council",
    "agree_clock",
    "agree_tie_end",
    "attest",
    "measure",
    "answer",
    "disclose",
    "commit",
    "pay",
    "plan",
]
"""What somebody must do: account for goods or return them, make good what went elsewhere, explain a use that was measured
short, say what became of an overdue consignment, say what was sent where something else came, say what came where words differ or more went out than came in, explain a surplus, weigh
again what lies within the error that only its holder states, find whether what lies within the error that another states is one,
say which of two counts of one time holds, account for an advance
whose day has passed, answer what was spent of one, decide on a tranche, accept or leave what was stated anew for one, sign or leave a council, a corrected clock or the end of a tie that waits for signatures, attest, measure, answer an offered mandate, disclose
what was sealed, turn a pledge into a commitment, pay what is committed, plan for a need."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody must act.

    Attributes:
        owner: who; empty where nobody holds the function.
        code: what to do.
        figure: about how much.
        about: consignment, project, place, advance, tranche, council, clock, party, mandate or need.
        entries: what it rests on.
        days: for how long it has been overdue.
    """

    owner: str
    code: TaskCode
    figure: Figure | None = None
    about: str = ""
    entries: tuple[int, ...] = ()
    days: int | None = None


class UnconditionalRelief(msgspec.Struct, frozen=True, kw_only=True):
    """Humanitarian goods that went on while tranches waited."""

    project: str
    used: tuple[Figure, ...]
    times: int
    last: datetime


class KeyMark(msgspec.Struct, frozen=True):
    """What a reader must know of a key under which statements with effect were signed, and which those are."""

    told: Message
    entries: tuple[int, ...]
