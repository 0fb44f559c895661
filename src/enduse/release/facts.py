"""What conditions may ask about the world, as one small interface: the book answers, nobody else decides."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from enduse.messages import Message
from enduse.release.verdict import Value


class MeasuredQuantity(msgspec.Struct, frozen=True, kw_only=True):
    """A measured quantity with its 95 % bounds, in whole base units (gram, piece, ...), and what it rests on.

    Attributes:
        lower: lower bound.
        estimate: best estimate.
        upper: upper bound.
        billed: what the bill of quantities calls for; 0 where there is no such line.
        base: base unit of all four.
        evidence: statements that made it so.
        restated: what the bill calls for now, with its base unit, where that is not what it called for then.
        beyond: what is declared as used and what of it is shown to have arrived, where that is less: ``lower`` is no more.
        shown: how much is shown to have come at all, where less than was read: ``lower`` is no more.
        contested: parties with what each read, where their readings contradict each other: then nothing is known.
        notes: what else whoever reads it should know.
    """

    lower: int
    estimate: int
    upper: int
    billed: int = 0
    base: str = "g"
    evidence: tuple[str, ...] = ()
    restated: tuple[int, str] | None = None
    beyond: tuple[int, int] | None = None
    shown: int | None = None
    contested: tuple[tuple[str, int], ...] = ()
    notes: tuple[Message, ...] = ()


class ProjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition needs to know of a project.

    Attributes:
        project: its identifier.
        purpose: humanitarian projects wait for no condition.
        builders: its contractor and owner; whoever attests or verifies is independent of them.
        contractor: whom its tranches pay; nobody related to it signs a release.
        place: where it is built.
        sites: where it was to be built, by the log index of each version of its plan, oldest first.
        evidence: statements that say so.
    """

    project: str
    purpose: Literal["reconstruction", "humanitarian"]
    builders: tuple[str, ...]
    contractor: str | None = None
    place: str | None
    sites: tuple[tuple[int, str | None], ...] = ()
    evidence: tuple[str, ...] = ()

    def site(self, index: int | None) -> str | None:
        """Return where it was to be built when an entry was recorded: a later plan takes back no word given there."""
        known = (place for since, place in reversed(self.sites) if index is None or since < index)
        return next(known, self.place)


class UndertakingStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Where a public undertaking stands: ``met``, ``lapsed``, ``withdrawn``; or ``not_yet_due``, ``waiting`` or ``not_stated`` (not known).

    ``keeper`` is the keeper of the record where it is called met by its word alone, without a mandate to say so.
    """

    state: str
    evidence: tuple[str, ...] = ()
    keeper: str = ""


class Facts(Protocol):
    """The book's answers, all as of one moment. Quantities are whole base units; ``None`` means *not known*."""

    def use_verified(
        self, project: str, material: str, bills: int | None = None, sought: Value = "met"
    ) -> MeasuredQuantity | None:
        """Return the measured use of a material for a project; ``None`` when nothing was measured.

        Its bill of quantities is the one that stood before there were so many entries as ``bills``, by default today's.
        ``sought`` is what those who build seek: *met* where more favours them.
        """
        ...

    def open_difference(
        self, material: str, place: str | None, builders: Collection[str] = ()
    ) -> MeasuredQuantity | None:
        """Return what lies open in difference accounts; ``None`` when the material was never seen there.

        No finding of a party related to one of ``builders``, or to who answers for what is missing, closes it.
        """
        ...

    def alarm(self, material: str, place: str | None, builders: Collection[str] = ()) -> MeasuredQuantity | None:
        """Return the loss that statistics alarm about; zero bounds without alarm, ``None`` when not assessed."""
        ...

    def project(self, project: str) -> ProjectFacts | None:
        """Return what is known of a project."""
        ...

    def undertaking(self, undertaking: str) -> UndertakingStanding | None:
        """Return where a public undertaking stands."""
        ...

    def holds(self, party: str, function: str, place: str | None, at: datetime) -> str:
        """Return the statement by which a party held a function there and then, or the empty string."""
        ...

    def related(self, party: str, other: str) -> tuple[Message, ...]:
        """Return the path by which two parties are related, or nothing."""
        ...

    def carried(self, consignment: str) -> tuple[str, ...]:
        """Return the materials of a consignment; nothing for anything else."""
        ...

    def index_of(self, statement: str) -> int | None:
        """Return the log index of a statement, where the record has it."""
        ...

    def recorded(self, size: int) -> datetime:
        """Return when the last of the first so many entries was recorded."""
        ...

    def may_decide(self, party: str) -> bool:
        """Say whether a party's signature counts where a tranche is decided."""
        ...

    def quorum_missing(self, signers: tuple[str, ...]) -> Message | None:
        """Return what is missing to the umbrella's quorum, if anything."""
        ...
