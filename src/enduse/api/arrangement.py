"""The questions everybody may ask of the arrangement and of a load, as a part of a programme's questions."""

from enduse.api.access import AccessQuestions
from enduse.errors import UnknownError
from enduse.views import arrangement, differences, indicators, loads, works
from enduse.views.areas import AreasView, areas
from enduse.views.arrangement import (
    KnownMatter,
    PartyPage,
    PlaceInTree,
    ProjectPage,
    RequestView,
    UndertakingView,
)
from enduse.views.arrived import Arrived
from enduse.views.carried import Carried, carried
from enduse.views.cash import MoneyView
from enduse.views.goods_lines import GoodsLines
from enduse.views.indicators import IndicatorsView, SeriesView
from enduse.views.loads import LoadView, MovingGoods
from enduse.views.shapes import ClaimView
from enduse.views.works import WorksView


class PublicQuestions(AccessQuestions):
    """A programme asked for what stands in its public pages besides sums."""

    _arrived: Arrived | None = None

    @property
    def root(self) -> str:
        """Merkle root of the statements that are counted, in hexadecimal.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     len(programme.root)
            64
        """
        return self._book.root.hex()

    def root_at(self, size: int) -> str:
        """Return the Merkle root of the first so many statements, in hexadecimal; it tells whether an answer that was kept is of this record.

        Args:
            size: how many; not more than are counted.

        Raises:
            UnknownError: the record was never so long.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.root_at(programme.size) == programme.root
            True
        """
        if not 0 < size <= self._book.size:
            raise UnknownError(
                "plan.size_beyond_record", source=str(self._book.folder), entries=self._book.size, wanted=size
            )
        return self._book.log.store.tree(size).root().hex()

    def places(self) -> tuple[PlaceInTree, ...]:
        """Return the tree of places, each before those that lie in it.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [place.place for place in programme.places() if place.depth == 1 and place.type == "area"]
            ['place:middle', 'place:north', 'place:south']
        """
        return arrangement.places(self._book)

    def areas(self, cash: MoneyView | None = None, lines: GoodsLines | None = None) -> AreasView:
        """Return what was promised, what came and what waits, by broad area, with the shapes in ``areas.geojson`` of the folder.

        Everybody may read it: of a load that may still be on its way it tells nothing, and of movements what is told in public.

        Args:
            cash: the answer of :meth:`cash`, where it is at hand.
            lines: the answer of :meth:`goods_lines`, where it is at hand.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     found = programme.areas()
            >>> (cement,) = (one for one in found.measures if one.resource == "cement/g")
            >>> [(one.area, str(one.promised.value), str(one.came.value), str(one.stored.value)) for one in cement.lines][:2]
            [('place:middle', '620', '600', '104.91'), ('place:north', '320', '295', '0')]
        """
        return areas(self._book, cash=cash, lines=lines)

    def party(self, name: str) -> PartyPage:
        """Return everything public about a party: its own stated purpose, mandates, requests, undertakings, what it said.

        Raises:
            UnknownError: no party is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [mandate.mandate for mandate in programme.party("party:fund").mandates]
            ['mandate:funds']
        """
        return arrangement.party(self._book, self.find(name, "party"))

    def undertakings(self) -> tuple[UndertakingView, ...]:
        """Return what parties have publicly undertaken, and how each stands.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [(one.body.by, one.state) for one in programme.undertakings()]
            [('party:administration', 'waiting'), ('party:fund', 'lapsed'), ('party:marwen', 'not_stated')]
        """
        return arrangement.undertakings(self._book)

    def requests(self) -> tuple[RequestView, ...]:
        """Return what parties asked of each other, and what became of it: sent, accepted, declined, withdrawn, overdue.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [(one.body.to, one.state) for one in programme.requests()]
            [('party:dorran', 'overdue'), ('party:lumen', 'accepted'), ('party:arzan', 'declined')]
        """
        return arrangement.requests(self._book)

    def projects(self) -> tuple[ProjectPage, ...]:
        """Return the projects as last stated: need, bill of quantities, builder, milestones.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [project.body.project for project in programme.projects()][:2]
            ['project:clinic', 'project:food']
        """
        return arrangement.projects(self._book)

    def works(self, name: str = "") -> WorksView:
        """Return needs and projects: what is needed, what answers it, who pays, what came, what is built in and verified.

        Args:
            name: of a need, project, place or donor, as :meth:`find` takes it: what that reaches, walked all the way; by
                default all of the programme.

        Raises:
            UnknownError: nothing is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (clinic,) = programme.works("Clinic, North").projects
            >>> clinic.stage, [line.material for line in clinic.bill]
            ('building', ['cement', 'steel'])
        """
        return works.works_view(self._book, self.find(name) if name else "")

    def indicators(self, place: str = "") -> IndicatorsView:
        """Return published figures (water, power, clinics, prices, polls) by place and source, beside what was delivered.

        Each value has its wording, date, sample and source; of what a source says nothing is a gap, and two sources stand beside
        each other.

        Args:
            place: of which place, as :meth:`find` takes it, those within it included; by default the whole programme.

        Raises:
            UnknownError: no place is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     north = programme.indicators("North")
            >>> [(one.measure, [value.body.value for value in one.values], len(one.gaps)) for one in north.series[:2]]
            [('power_hours', ['4', '4.5', '5'], 0), ('power_hours', ['6', '7', '9'], 1)]
            >>> north.unmeasured
            ('water', 'shelter', 'school_days')
        """
        found = self.find(place, "place") if place else ""
        if self._arrived is None and found:
            return indicators.indicators(self._book, found)
        # Whoever asks for all is asked for many places: what arrived is then kept, and read once.
        self._arrived = self._arrived or Arrived()
        return indicators.indicators(self._book, found, self._arrived)

    def series(self) -> tuple[SeriesView, ...]:
        """Return the figures published in the whole programme, as :meth:`indicators` does, without what was delivered.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.series() == programme.indicators().series
            True
        """
        return indicators.series_of(self._book)

    def matter(self, about: str) -> KnownMatter:
        """Return what was claimed, assessed, found and replied about a matter, as known now.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.matter("project:clinic").standing
            'supported'
        """
        return arrangement.matter(self._book, about)

    def claims(self) -> tuple[ClaimView, ...]:
        """Return the claims that have effect, each with the finding that answers it, where there is one.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [(claim.claim, claim.result) for claim in programme.claims()][:1]
            [('claim:cement-sold', '')]
        """
        return differences.claims(self._book, differences.findings(self._book))

    def loads(self, number: str) -> tuple[LoadView, ...]:
        """Return what became of the loads under a number, as it may be told to everybody; none where there is none.

        Of one that may still be on its way no place, time or holder is told.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (load,) = programme.loads("consignment:0128")
            >>> load.state, load.holders, [step.role for step in load.steps]
            ('short', ('party:brindle',), ['dispatch', 'receipt'])
        """
        return loads.loads(self._book, number)

    def load_numbers(self) -> tuple[str, ...]:
        """Return every number under which a load was sent.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     "consignment:0128" in programme.load_numbers()
            True
        """
        return loads.load_numbers(self._book)

    def has_load(self, number: str) -> bool:
        """Say whether a load was sent under a number.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.has_load("consignment:0128"), programme.has_load("consignment:none")
            (True, False)
        """
        return loads.has_load(self._book, number)

    def carried(self) -> tuple[Carried, ...]:
        """Return what each party carried for others, of loads of which nothing more is to come.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     brindle = next(one for one in programme.carried() if one.party == "party:brindle")
            >>> [(goods.sent.resource, str(goods.open.value)) for goods in brindle.goods if goods.open.amount]
            [('cement/g', '20')]
        """
        return carried(self._book)

    def unsettled_loads(self) -> tuple[MovingGoods, ...]:
        """Return the goods that may still be on their way, overdue or not: what a public page must hold back.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.unsettled_loads()
            ()
        """
        return loads.unsettled(self._book)
