"""The register of public undertakings: met, lapsed, not yet due, withdrawn; and *not stated* where there is none.

Nobody is in breach of what it never undertook: about a party without an undertaking the register says so and no more.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Refusal
from enduse.statements.entry import Entry
from enduse.statements.undertaking import Undertaking, UndertakingBody

Standing = Literal["met", "lapsed", "not_yet_due", "waiting", "withdrawn", "not_stated"]
"""``waiting``: what it is to be done after, or if, is not met, or not known to be: nothing is due."""


class UndertakingState(msgspec.Struct):
    """An undertaking as registered, and what became of it.

    Attributes:
        withdrawn_at: when that was recorded: whoever lets the day pass does not withdraw before it.
        proposed: what a text called for, where the party undertook it afterwards.
    """

    body: UndertakingBody
    registered_by: str
    entry: str
    index: int = 0
    met_at: datetime | None = None
    met_entry: str = ""
    met_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_entry: str = ""
    disputed_entry: str = ""
    proposed: "UndertakingState | None" = None

    def state(self, at: datetime, required: str = "not_known") -> Standing:
        """Return how it stands at a moment; what was met late is met.

        Args:
            at: the moment.
            required: where it is to be done after something or if something holds, how that stands then: ``met``, ``not_met``
                or ``not_known``.
        """
        if self.met_at is not None and self.met_at <= at:
            return "met"
        if self.withdrawn_at is not None and self.withdrawn_at <= at and not self._lapsed_before_withdrawn:
            return "withdrawn"
        if self.body.action == "propose":
            return "not_stated"
        if self.body.requires is not None and required != "met":
            return "waiting"
        return "lapsed" if self.body.due is not None and at >= self.body.due else "not_yet_due"

    @property
    def _lapsed_before_withdrawn(self) -> bool:
        # Where it waited for something, nobody can say whether anything was due when it was withdrawn.
        due, gone = self.body.due, self.withdrawn_at
        return self.body.requires is None and due is not None and gone is not None and due <= gone

    @property
    def evidence(self) -> tuple[str, ...]:
        """Statements it rests on."""
        said = (self.entry, self.met_entry, self.withdrawn_entry, self.disputed_entry)
        return tuple(item for item in said if item)


class Undertakings(msgspec.Struct):
    """Undertakings by identifier."""

    undertakings: dict[str, UndertakingState] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, statement: Undertaking) -> Refusal | None:
        """Take in one step; who may say that it is met is judged before (:mod:`enduse.programme.programme`)."""
        body = statement.body
        name = body.undertaking
        known = self.undertakings.get(name)
        if body.action in {"state", "propose"}:
            # What a text proposed, the party may undertake afterwards; that is then its own word.
            proposed = known is not None and known.body.action == "propose" and body.action == "state"
            if known is not None and not (proposed and body.by == known.body.by):
                return Refusal.of("undertaking.registered_already", undertaking=name)
            if body.by != statement.party and body.citation is None:
                return Refusal.of("undertaking.source_missing", party=body.by or "")
            said = UndertakingState(body, statement.party, entry.id, entry.index, proposed=known)
            self.undertakings[name] = said
            return None
        if known is None:
            return Refusal.of("undertaking.not_registered", undertaking=name)
        if body.action == "met":
            self.fulfil(name, statement.party, statement.occurred_at, entry.id)
            return None
        if statement.party != known.body.by:
            return Refusal.of("undertaking.for_another", undertaking=name, party=known.body.by or "", step=body.action)
        if body.action == "withdraw":
            known.withdrawn_at, known.withdrawn_entry = entry.recorded_at, entry.id
        else:
            known.disputed_entry = entry.id
        return None

    def fulfil(self, undertaking: str, by: str, at: datetime, entry: str) -> None:
        """Note that an undertaking was met; the first word on it counts."""
        known = self.undertakings[undertaking]
        if known.met_at is None:
            known.met_at, known.met_by, known.met_entry = at, by, entry

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        for known in self.undertakings.values():
            own = known.body.by or ""
            said = {known.withdrawn_entry: own, known.disputed_entry: own, known.met_entry: known.met_by}
            said[known.entry] = known.registered_by
            if known.proposed is not None:
                said[known.proposed.entry] = known.proposed.registered_by
            if statement in said:
                return said[statement]
        return ""

    def rested_upon(
        self, statement: str, now: datetime, findings: Callable[[str], Collection[object]]
    ) -> Refusal | None:
        """Say why a registration may not be taken back: others have spoken on it, or its day has come.

        Else whoever registered it could make what lapsed unsaid, or put other words under what was found. What another
        registered may be taken back once its party disputes it.
        """
        for name, known in self.undertakings.items():
            if known.entry != statement or (known.disputed_entry and known.registered_by != known.body.by):
                continue
            due = known.body.due is not None and now >= known.body.due
            if due or known.met_entry or known.withdrawn_entry or findings(name):
                return Refusal.of("undertaking.rested_upon", undertaking=name)
        return None

    def take_back(self, statement: str) -> None:
        """Forget one step; a registration that is taken back was never made, and what a text called for before it stands again."""
        for name in sorted(self.undertakings):
            known = self.undertakings[name]
            if statement == known.entry:
                del self.undertakings[name]
                if known.proposed is not None:
                    self.undertakings[name] = known.proposed
            elif known.proposed is not None and statement == known.proposed.entry:
                known.proposed = None
            elif statement == known.met_entry:
                known.met_at, known.met_entry, known.met_by = None, "", ""
            elif statement == known.withdrawn_entry:
                known.withdrawn_at, known.withdrawn_entry = None, ""
            elif statement == known.disputed_entry:
                known.disputed_entry = ""

    def standing(self, party: str, about: str, at: datetime) -> Standing:
        """Return how a party's latest undertaking on a topic stands, or ``not_stated``."""
        said = [item for item in self.undertakings.values() if (item.body.by, item.body.about) == (party, about)]
        return max(said, key=lambda item: item.index).state(at) if said else "not_stated"
