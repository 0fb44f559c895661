"""Kind ``mandate``: who holds which function, where, for how long: offered, accepted, ended."""

from typing import Annotated, Literal

from msgspec import Meta

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation
from enduse.terms.times import Period


class MandateBody(Body, frozen=True, kw_only=True):
    """One step in the life of a mandate. Nothing takes effect before its holder accepts.

    Attributes:
        mandate: its identifier; every step names it.
        action: ``offer`` (by the keeper or whom it empowers), ``accept`` (by the holder) or ``end`` (by either).
        holder: the party; with ``offer``.
        functions: with ``offer``.
        places: with ``offer``; a place includes what lies within it.
        period: with ``offer``.
        reason: why, or on what ground.
    """

    mandate: Id
    action: Literal["offer", "accept", "end"]
    holder: Id | None = None
    functions: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    places: Annotated[tuple[Id, ...], Meta(max_length=500)] = ()
    period: Period | None = None
    reason: Annotated[str, Meta(max_length=1000)] = ""
    citation: Citation | None = None

    def __post_init__(self) -> None:
        full = self.holder is not None and bool(self.functions) and bool(self.places) and self.period is not None
        if self.action == "offer" and not full:
            raise ValueError("an offer names holder, functions, places and period")


class Mandate(Statement, frozen=True, kw_only=True, tag="mandate"):
    """A mandate is offered, accepted or ended."""

    body: MandateBody
