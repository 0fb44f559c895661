"""A small programme for tests: statements without signatures, folded through the rooms as the book does."""

from datetime import UTC, datetime, timedelta

import msgspec

from enduse.exchange.programmes import read_programme
from enduse.messages import Refusal
from enduse.programme.programme import ProgrammeState
from enduse.release.facts import MeasuredQuantity, ProjectFacts, UndertakingStanding
from enduse.release.release import Releases
from enduse.rows import whole
from enduse.statements import programme as founding
from enduse.statements import umbrella
from enduse.statements.acts import act_of
from enduse.statements.codec import encode, statement_id
from enduse.statements.entry import Entry
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody
from enduse.terms.times import Period
from enduse.works.works import Works

ORIGIN = "test.example/programme"
DAY0 = datetime(2025, 1, 1, tzinfo=UTC)
KEEPER = "keeper"


OPEN_ACTS = (
    "goods",
    "pledge",
    "commitment",
    "disbursement",
    "expenditure",
    "refund",
    "acceptance",
    "exchange",
    "rate",
    "attestation",
    "report",
)
"""Acts that a programme of a test opens, so that it needs no mandates for what it is not about."""


def day(number: int) -> datetime:
    return DAY0 + timedelta(days=number)


def function(name: str, **more) -> founding.Function:
    return founding.Function(function=name, name={"en": name}, **more)


class World:
    """Programme, works and releases, fed one statement at a time; also the facts for conditions."""

    def __init__(self, functions=(), rules=(), incompatible=(), open_acts=OPEN_ACTS, **more):
        self._empty(ORIGIN)
        body = founding.ProgrammeBody(
            open_acts=open_acts,
            title={"en": "Test"},
            keeper=KEEPER,
            public_key="0" * 64,
            functions=tuple(item if not isinstance(item, str) else function(item) for item in functions),
            rules=tuple(founding.Rule(act=act, function=name) for act, name in rules),
            incompatible=tuple(founding.Incompatibility(functions=names, reason=why) for names, why in incompatible),
            **more,
        )
        assert self.say(founding.Founding, KEEPER, body) == ""

    def _empty(self, origin):
        self.origin = origin
        self.programme, self.works, self.releases = ProgrammeState(), Works(), Releases()
        self.entries: list[Entry] = []
        self.without_effect: list[tuple[object, str]] = []
        self.refusal: Refusal | None = None
        self.used: dict[tuple[str, str], MeasuredQuantity] = {}
        self.differences: dict[tuple[str, str | None], MeasuredQuantity] = {}
        self.alarms: dict[tuple[str, str | None], MeasuredQuantity] = {}

    @classmethod
    def load(cls, path, leave_out=()):
        """Fold a programme file; ``leave_out`` names mandates that are not said."""
        made, plan = object.__new__(cls), read_programme(path)
        assert plan.problems == ()
        made._empty(plan.origin)
        body = plan.founded("0" * 64)
        made.fold(founding.Founding(programme=plan.origin, party=plan.keeper, seq=1, occurred_at=plan.at, body=body))
        for number, draft in enumerate(plan.statements, 2):
            if getattr(draft.body, "mandate", None) not in leave_out:
                assert draft.party is not None
                made.fold(draft.statement(plan.origin, draft.party, number))
        return made

    # -- saying things ------------------------------------------------------------------------------------------
    def say(self, kind, party, body, on=0, place=None, refs=(), recorded=None) -> str:
        """Fold one statement; return the reason why it has no effect."""
        return self.fold(
            kind(
                programme=self.origin,
                party=party,
                seq=len(self.entries) + 1,
                occurred_at=on if isinstance(on, datetime) else day(on),
                place=place,
                refs=refs,
                body=body,
            ),
            None if recorded is None else day(recorded),
        )

    def fold(self, statement, recorded=None) -> str:
        """Take one statement through the rooms; by default it is recorded when it says it happened."""
        at = recorded or statement.occurred_at
        entry = Entry(len(self.entries), statement_id(encode(statement)), "0" * 32, at, statement)
        self.programme.now = at
        self.entries.append(entry)
        self.refusal = self._effect(entry, act_of(statement))
        reason = str(self.refusal or "")
        if reason:
            self.without_effect.append((statement.body, reason))
        return reason

    def _effect(self, entry, act) -> Refusal | None:
        if entry.index and (refusal := self.programme.authority(entry, act, self)):
            return refusal
        for room in (self.programme, self.works):
            if refused := room.apply(entry):
                return refused
        return self.releases.apply(entry, self)

    @property
    def last(self) -> str:
        return self.entries[-1].id

    def party(self, name, by=KEEPER, on=0, type="agency", **more) -> str:  # noqa: A002
        return self.say(Party, by, PartyBody(party=name, name={"en": name}, type=type, **more), on)

    def place(self, name, within=None, type="area", **more) -> str:  # noqa: A002
        return self.say(Place, KEEPER, PlaceBody(place=name, name={"en": name}, type=type, within=within, **more))

    def offer(self, mandate, holder, functions, places, start=0, end=None, by=KEEPER, on=0, **more) -> str:
        period = Period(start=day(start), end=None if end is None else day(end))
        body = MandateBody(
            mandate=mandate,
            action="offer",
            holder=holder,
            functions=tuple(functions),
            places=tuple(places),
            period=period,
            **more,
        )
        return self.say(Mandate, by, body, on)

    def step(self, mandate, action, by, on=0, recorded=None, **more) -> str:
        return self.say(Mandate, by, MandateBody(mandate=mandate, action=action, **more), on, recorded=recorded)

    def council(self, body) -> None:
        """Put a first umbrella in force: the keeper proposes it, and whoever decides by a mandate signs it."""
        for name in (KEEPER, *sorted(self.programme.deciders(body))):
            assert self.say(umbrella.Umbrella, name, body) == ""

    def give(self, mandate, holder, functions, places, start=0, end=None, **more) -> str:
        """Offer and accept."""
        return self.offer(mandate, holder, functions, places, start, end, **more) or self.step(
            mandate, "accept", holder
        )

    # -- facts ----------------------------------------------------------------------------------------------------
    def use_verified(self, project, material, bills=None, sought="met"):
        return self.used.get((project, material))

    def open_difference(self, material, place, builders=()):
        return self.differences.get((material, place))

    def alarm(self, material, place, builders=()):
        return self.alarms.get((material, place))

    def project(self, project):
        known = self.works.projects.get(project)
        if known is None:
            return None
        body = known.now.body
        return ProjectFacts(
            project=project,
            purpose=body.purpose,
            builders=known.builders,
            contractor=body.contractor,
            place=known.place,
            sites=tuple((version.index, version.place) for version in known.versions),
            evidence=(known.now.entry,),
        )

    def sites(self, item):
        known = self.works.projects.get(item)
        return () if known is None or known.place is None else (known.place,)

    def end(self, consignment, of):
        return None

    def undertaking(self, undertaking) -> UndertakingStanding | None:
        known = self.programme.undertakings.undertakings.get(undertaking)
        if known is None:
            return None
        return UndertakingStanding(state=known.state(self.entries[-1].recorded_at), evidence=known.evidence)

    def holds(self, party, function, place, at):
        return self.programme.holds(party, function, place, at)

    def related(self, one, other):
        return self.programme.related(one, other)

    def carried(self, consignment):
        return ()

    def index_of(self, statement):
        return next((entry.index for entry in self.entries if entry.id == statement), None)

    def recorded(self, size):
        return self.entries[size - 1].recorded_at

    def may_decide(self, party):
        return self.programme.may_decide(party)

    def quorum_missing(self, signers):
        return self.programme.quorum_missing(signers)

    def snapshot(self) -> bytes:
        programme = msgspec.structs.replace(self.programme, now=DAY0)  # time passes also where nothing has effect
        return b"\n".join(msgspec.json.encode(whole(room)) for room in (programme, self.works, self.releases))
