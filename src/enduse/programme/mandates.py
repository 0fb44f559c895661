"""One mandate and its life: offered, accepted, suspended, handed over, ended. Nothing takes effect before acceptance."""

from datetime import datetime

import msgspec

from enduse.statements.mandate import Check, MandateBody
from enduse.terms.times import Period

Span = tuple[datetime, datetime | None]
"""A half-open stretch of time; ``None`` when it has no end yet."""


class MandateState(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A mandate as far as it has come.

    Attributes:
        mandate: its identifier.
        holder: party that holds it, once accepted.
        functions: what for.
        places: where, with all that lies within.
        period: for how long it was offered.
        offered_by: party that offered.
        offer: statement that offered it.
        offered_at: when.
        given: whether the offer came from the givers; else the holder offered itself.
        type: what was offered.
        acceptance: statement that accepted it.
        accepted_at: from when acceptance counts.
        ended_at: from when it is over.
        ending: statement that ended it.
        suspended: stretches of suspension.
        succeeds: mandate it takes over from.
        checks: readiness checks before it can be accepted.
        checked: latest word on each check: statement and whether it holds.
        passed_on: whether it is a handover offered by the present holder alone, whose mandate must then still be in
            force when it is accepted.
        declined: statement that declined or withdrew it.
        history: every statement that changed it, oldest first.
        standing: what the offer's citation says of it, such as ``proposed by the author``.
    """

    mandate: str
    holder: str
    functions: tuple[str, ...]
    places: tuple[str, ...]
    period: Period
    offered_by: str
    offer: str
    given: bool
    offered_at: datetime | None = None
    type: str | None = None
    acceptance: str = ""
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str = ""
    suspended: list[tuple[datetime, datetime | None]] = msgspec.field(default_factory=list)
    succeeds: str | None = None
    checks: tuple[Check, ...] = ()
    checked: dict[str, tuple[str, bool]] = msgspec.field(default_factory=dict)
    passed_on: bool = False
    declined: str = ""
    history: list[str] = msgspec.field(default_factory=list)
    standing: str = ""

    @classmethod
    def offered(cls, body: MandateBody, by: str, statement: str, at: datetime, *, given: bool) -> "MandateState":
        """Return the mandate that an offer opens; ``body`` is complete."""
        if body.holder is None or body.period is None:
            raise ValueError("an offer names holder and period")
        return cls(
            mandate=body.mandate,
            holder=body.holder,
            functions=body.functions,
            places=body.places,
            period=body.period,
            offered_by=by,
            offer=statement,
            offered_at=at,
            given=given,
            type=body.type,
            succeeds=body.succeeds,
            checks=body.checks,
            history=[statement],
            standing=body.citation.status if body.citation else "",
        )

    @property
    def begins(self) -> datetime | None:
        """From when it is in force: acceptance, or the start of its period when that is later."""
        return None if self.accepted_at is None else max(self.accepted_at, self.period.start)

    @property
    def ends(self) -> datetime | None:
        """When it is over: the end of its period, or an earlier ending; ``None`` when neither is known."""
        ends = [at for at in (self.period.end, self.ended_at) if at is not None]
        return min(ends) if ends else None

    def spans(self) -> list[Span]:
        """Return when it is in force, suspensions taken out; in order, empty before acceptance."""
        begins, ends = self.begins, self.ends
        if begins is None or (ends is not None and ends <= begins):
            return []
        spans: list[Span] = []
        at = begins
        for start, end in sorted(self.suspended, key=lambda span: span[0]):
            if ends is not None and start >= ends:
                break
            if start > at:
                spans.append((at, start))
            if end is None:
                return spans
            at = max(at, end)
        if ends is None or at < ends:
            spans.append((at, ends))
        return spans

    def in_force(self, at: datetime) -> bool:
        """Say whether it is in force at an instant."""
        begins = self.begins
        if begins is None or at < begins:
            return False
        ends = self.ends
        if ends is not None and at >= ends:
            return False
        return not any(start <= at and (end is None or at < end) for start, end in self.suspended)

    def open_checks(self) -> list[str]:
        """Return the readiness checks that nobody has confirmed, or that do not hold."""
        return [item.check for item in self.checks if not self.checked.get(item.check, ("", False))[1]]

    def state(self, at: datetime) -> str:
        """Return ``offered``, ``declined``, ``accepted`` (begins later), ``in_force``, ``suspended`` or ``ended``."""
        if self.declined:
            return "declined"
        begins, ends = self.begins, self.ends
        if begins is None:
            return "offered"
        if ends is not None and at >= ends:
            return "ended"
        if at < begins:
            return "accepted"
        return "in_force" if self.in_force(at) else "suspended"


def overlap(spans: list[Span], other: list[Span]) -> Span | None:
    """Return the first stretch that two lists of spans share, or ``None``."""
    for start, end in spans:
        for begin, finish in other:
            low = max(start, begin)
            high = min((at for at in (end, finish) if at is not None), default=None)
            if high is None or low < high:
                return low, high
    return None
