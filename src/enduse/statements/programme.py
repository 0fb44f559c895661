"""Kind ``programme``: the founding statement, entry 0 of every record, and ``place``, ``clock`` beside it.

The founding statement names the record, its keeper's key, the functions that mandates are given for, and which
act needs which function. The arrangement is data: a second programme needs no line of code.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.access import AccessRules
from enduse.statements.acts import NEVER_OPEN, check_act
from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.statements.key import KeyRules, SigningPage
from enduse.statements.visit import VisitRules
from enduse.terms.amounts import Currency, DecimalText
from enduse.terms.identifiers import Ed25519Key, Id
from enduse.terms.texts import Citation, Language, Text
from enduse.terms.times import Period

TIES_COUNT_DAYS: Final = 365
"""How long a tie counts after its end where the founding does not say: a financial year, in which it still shapes accounts."""

CLOCK_JUMP_DAYS: Final = 31
"""How far a clock may run ahead of the record and of the machine that takes it in, where the founding does not say."""

DAYS_MAX: Final = 36_500
"""Longest time in days that a founding can set: a century, so that no sum leaves the calendar."""

PlaceType = Literal["country", "area", "crossing", "corridor", "warehouse", "vendor", "site", "service_point"]
"""What a place is."""


class Function(Body, frozen=True, kw_only=True):
    """A civil function that some party holds in some place for some time, such as police or custody of goods.

    Attributes:
        function: its identifier.
        name: for people.
        needed_at: types of place that need a holder; the smallest such places are looked at. Empty: nowhere.
        shared: several parties may hold it for one place at a time (funding, monitoring); else that is an overlap.
        citation: where it was read.
    """

    function: Id
    name: Text
    needed_at: Annotated[tuple[PlaceType, ...], Meta(max_length=8)] = ("country", "area")
    shared: bool = False
    citation: Citation | None = None


class Rule(Body, frozen=True, kw_only=True):
    """An act (a statement kind, or ``goods:`` and an EPCIS business step) that needs a mandate for a function.

    Attributes:
        act: a kind of statement, or ``goods:`` and a business step.
        function: what it needs a mandate for.
    """

    act: Id
    function: Id

    def __post_init__(self) -> None:
        check_act(self.act, ".act")


class Incompatibility(Body, frozen=True, kw_only=True):
    """Separation of duties: no party, nor one related to it, holds two of these functions for the same place.

    Attributes:
        functions: the functions that are kept apart.
        reason: for people.
        citation: where it was read.
    """

    functions: Annotated[tuple[Id, ...], Meta(min_length=2, max_length=50)]
    reason: Text
    citation: Citation | None = None


class OfferRule(Body, frozen=True, kw_only=True):
    """What may be offered for a function: an offer of any other type is refused with this rule quoted.

    Attributes:
        function: what is offered for.
        accepts: types that may be offered.
        reason: for people.
        citation: where it was read.
    """

    function: Id
    accepts: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=50)]
    reason: Text
    citation: Citation | None = None


class Composition(Body, frozen=True, kw_only=True):
    """A rule on who fills the posts of a party, in counts of categories, never in names.

    Attributes:
        rule: its identifier.
        party: whose posts.
        categories: those counted together, such as ``gaza``, ``west-bank``, ``diaspora``.
        at_least: smallest share of the filled posts they may hold, 0 to 1.
        at_most: largest share.
        reason: for people.
        citation: where it was read.
    """

    rule: Id
    party: Id
    categories: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=50)]
    at_least: DecimalText = "0"
    at_most: DecimalText = "1"
    reason: Text = msgspec.field(default_factory=dict)
    citation: Citation | None = None


class Material(Body, frozen=True, kw_only=True):
    """A material by the identifier that goods carry as EPCIS class, and its name for people.

    Attributes:
        material: its identifier.
        name: for people.
    """

    material: Id
    name: Text


class Reporting(Body, frozen=True, kw_only=True):
    """The currency in which a programme's reports also tell its money, and by which published rates.

    Attributes:
        currency: in which it reports.
        sources: who publishes rates, the one that is asked first before others.
        oldest_days: how many days old a rate may be.
        pivot: the one currency over which a rate may be worked out where no source has it.
    """

    currency: Currency
    sources: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=20)]
    oldest_days: Annotated[int, Meta(ge=0, le=DAYS_MAX)] = 7
    pivot: Currency | None = None


class TransitRule(Body, frozen=True, kw_only=True):
    """How many days goods may be on their way before what has not arrived is overdue; what is not named is any.

    Attributes:
        days: from the end of the day on which they were dispatched.
        start: place from which, or one that it lies in.
        end: place to which, or one that it lies in.
        carrier: who carries.
        material: what.
    """

    days: Annotated[int, Meta(ge=0, le=3_650)]
    start: Id | None = None
    end: Id | None = None
    carrier: Id | None = None
    material: Id | None = None


class ProgrammeBody(Body, frozen=True, kw_only=True):
    """What the programme is.

    Attributes:
        title: its name.
        about: what it is for, and what in it is simulated or proposed only.
        keeper: party that keeps the record; it signs this statement and every ``clock``.
        public_key: the keeper's key, Ed25519.
        languages: in which its pages are published.
        functions: what mandates are given for.
        rules: which act needs a mandate for which function.
        open_acts: acts of goods, money or judgement that need no mandate; those without a rule are closed otherwise.
            Findings, results and decisions cannot be opened.
        incompatible: separation of duties.
        offer_rules: what may be offered for a function.
        compositions: who may fill posts, in counts.
        administration: function whose holders may give mandates and describe parties and places, beside the keeper.
        period: days for which every function needs a holder; gaps are looked for within it.
        materials: names for goods.
        clock_jump_days: how far a clock may lie ahead both of the last one and of the machine that takes it in.
        longest_delay_days: how many days after it happened a statement on goods, money, a measurement or a judgement may
            be recorded; what comes later has no effect. By default there is no limit.
        ties_count_days: how long an ownership or membership still counts after its end.
        keys: who stands by a party that has lost its key, and how long that waits.
        signing: pages from which passkeys and security keys sign; without any, such keys are not enrolled.
        reporting: the currency in which money is also told, and the rates for it.
        transit: how long goods may be on their way; where no rule speaks, 14 days. Of several the one that names most
            holds, of those the last.
        reuse_after: days between two dispatches of one sender under one number, from which on they are two consignments.
        numbered_yearly: senders whose numbers begin anew each year.
        access: what is told in public of movements and incidents, and how late.
        visits: what is asked of those who visit.
        citation: the text it rests on.
    """

    title: Text
    about: Text = msgspec.field(default_factory=dict)
    keeper: Id
    public_key: Ed25519Key
    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=20)] = ("en",)
    functions: Annotated[tuple[Function, ...], Meta(max_length=500)] = ()
    rules: Annotated[tuple[Rule, ...], Meta(max_length=500)] = ()
    open_acts: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    incompatible: Annotated[tuple[Incompatibility, ...], Meta(max_length=100)] = ()
    offer_rules: Annotated[tuple[OfferRule, ...], Meta(max_length=100)] = ()
    compositions: Annotated[tuple[Composition, ...], Meta(max_length=100)] = ()
    administration: Id = "administration"
    period: Period | None = None
    materials: Annotated[tuple[Material, ...], Meta(max_length=500)] = ()
    clock_jump_days: Annotated[int, Meta(ge=1, le=DAYS_MAX)] = CLOCK_JUMP_DAYS
    longest_delay_days: Annotated[int, Meta(ge=1, le=DAYS_MAX)] | None = None
    ties_count_days: Annotated[int, Meta(ge=0, le=DAYS_MAX)] = TIES_COUNT_DAYS
    keys: KeyRules | None = None
    signing: Annotated[tuple[SigningPage, ...], Meta(max_length=20)] = ()
    reporting: Reporting | None = None
    transit: Annotated[tuple[TransitRule, ...], Meta(max_length=500)] = ()
    reuse_after: Annotated[int, Meta(ge=1, le=3_650)] = 180
    numbered_yearly: Annotated[tuple[Id, ...], Meta(max_length=500)] = ()
    access: AccessRules | None = None
    visits: VisitRules | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.keys is not None and self.keeper in self.keys.bodies:
            raise InvalidValueError("key.keeper_among_bodies", path=".keys.bodies")
        for position, act in enumerate(self.open_acts):
            check_act(act, f".open_acts[{position}]")
            if act.partition(":")[0] in NEVER_OPEN:
                raise InvalidValueError("programme.never_open", path=f".open_acts[{position}]", act=act)


class Founding(Statement, frozen=True, kw_only=True, tag="programme"):
    """Entry 0 of the record."""

    body: ProgrammeBody


class PlaceBody(Body, frozen=True, kw_only=True):
    """A place in the tree of places: an administrative area by P-code, or a crossing, warehouse or site.

    Attributes:
        place: its identifier.
        within: the place it lies in.
        name: for people.
        type: what it is.
        population: people living there, where known and published.
        citation: where it was read.
    """

    place: Id
    name: Text
    type: PlaceType
    within: Id | None = None
    population: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None
    citation: Citation | None = None


class Place(Statement, frozen=True, kw_only=True, tag="place"):
    """A place becomes known, or is described anew."""

    body: PlaceBody


class Clock(Statement, frozen=True, kw_only=True, tag="clock"):
    """The keeper's word on the time: what follows, up to the next clock, was recorded at or after ``occurred_at``.

    Every durable batch opens with one, so recorded time is part of what is hashed and nobody can move it later.
    """
