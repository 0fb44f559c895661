"""A programme's answers at one size of its record: each question is asked once, whatever number of pages shows it."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, date
from functools import cached_property
from typing import Final, TypeVar

import msgspec

import enduse
from enduse.messages import Message
from enduse.views.answers import Status
from enduse.views.arrangement import ProjectPage
from enduse.views.cash import MoneyView
from enduse.views.goods_lines import GoodsLines
from enduse.views.indicators import IndicatorsView, SeriesView, few_hidden
from enduse.views.loads import MovingGoods
from enduse.views.responsibilities import Responsibilities
from enduse.views.shapes import ClaimView
from enduse.views.verified import Verified
from enduse.views.works import WorksView

RECENT: Final = 100
"""Answers of pages kept; what is kept longer is the pages that were drawn."""

_Answer = TypeVar("_Answer")


class AsOf(msgspec.Struct, frozen=True, kw_only=True):
    """Up to where the answers of a page reach: the same on every page, so that two of them can be compared.

    Attributes:
        title: of the programme, by language.
        about: what it is for.
        invented: whether every party is marked as invented.
        practice: whether one folder holds the keys of several parties.
        origin: name of the record.
        size: statements in it.
        as_of: the day on which the last of them was recorded; the minute could tell when a load left.
        clock: what is to be known of the record's time, and of recovered keys under which statements were signed.
        verified: the checkpoint that the answers were held against; ``None`` before the first.
    """

    title: dict[str, str]
    about: dict[str, str]
    invented: bool
    practice: bool
    origin: str
    size: int
    as_of: date
    clock: tuple[Message, ...]
    verified: Verified | None


class SiteAnswers:
    """What a programme answers while its record has one size.

    Attributes:
        programme: asked by one thread at a time (:class:`enduse.portal.site.Site`).
        size: statements in its record.
    """

    def __init__(self, programme: "enduse.Questions") -> None:
        self.programme = programme
        self.size = programme.size
        self._kept: dict[str, object] = {}
        self._recent: OrderedDict[str, object] = OrderedDict()

    @cached_property
    def status(self) -> Status:
        """How the programme stands."""
        return self.programme.status()

    @cached_property
    def names(self) -> Mapping[str, dict[str, str]]:
        """Names for people, by identifier; former ones included."""
        return self.programme.names()

    @cached_property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Identifiers by what they are of: party, place, project and so on."""
        return self.programme.known()

    @cached_property
    def cash(self) -> MoneyView:
        """Money by donor, party, project and place."""
        return self.programme.cash()

    @cached_property
    def goods(self) -> GoodsLines:
        """Goods by material, donor, place and project."""
        return self.programme.goods_lines()

    @cached_property
    def mandates(self) -> Responsibilities:
        """Who is responsible for what and where."""
        return self.programme.mandates()

    @cached_property
    def projects(self) -> tuple[ProjectPage, ...]:
        """Projects as last stated."""
        return self.programme.projects()

    @cached_property
    def works(self) -> WorksView:
        """Needs and projects with their bills, norms, estimates and quotas."""
        return self.programme.works()

    @cached_property
    def series(self) -> tuple[SeriesView, ...]:
        """Figures published in the whole programme, without small counts."""
        least = self.programme.least_count()
        return tuple(few_hidden(one, least) for one in self.programme.series())

    def indicators(self, place: str) -> IndicatorsView:
        """Return published figures of a place by source, without small counts, beside what was delivered there."""
        found = self.programme.indicators(place)
        return msgspec.structs.replace(found, series=tuple(few_hidden(one, found.least_count) for one in found.series))

    @cached_property
    def claims(self) -> tuple[ClaimView, ...]:
        """Claims that stand, kept apart from findings."""
        return self.programme.claims()

    @cached_property
    def unsettled(self) -> tuple[MovingGoods, ...]:
        """What may still be on its way, and is held back."""
        return self.programme.unsettled_loads()

    @cached_property
    def standing(self) -> AsOf:
        """Up to where the answers reach."""
        now = self.status
        return AsOf(
            title=now.title,
            about=now.about,
            invented=now.invented,
            practice=now.practice,
            origin=now.origin,
            size=now.size,
            as_of=now.as_of.astimezone(UTC).date(),
            clock=(*now.clock, *now.told_of_keys),
            verified=self.programme.verified(),
        )

    def kept(self, name: str, make: Callable[["SiteAnswers"], _Answer]) -> _Answer:
        """Return what ``make`` made of these answers the first time it was asked for under this name."""
        if name not in self._kept:
            self._kept[name] = make(self)
        return self._kept[name]  # type: ignore[return-value]  # one name, one maker

    def recent(self, name: str, make: Callable[[], _Answer]) -> _Answer:
        """Return what was made under a name not long ago, else make it: a page is mostly drawn in several languages in a row."""
        if name not in self._recent:
            self._recent[name] = make()
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return self._recent[name]  # type: ignore[return-value]  # one name, one maker
