"""Where a statement must be allowed: at the place of what it is about, not at a place that its speaker chooses."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from enduse.statements.claim import Finding
from enduse.statements.codec import AnyStatement
from enduse.statements.goods import Goods
from enduse.statements.programme import PlaceBody
from enduse.statements.reading import Reading

Where = tuple[str | None, ...]
"""Places of which any one will do; ``None`` is the whole programme."""


EVERYWHERE: Final = ""
"""Where a mandate was needed for the whole programme."""


class End(NamedTuple):
    """One end of a consignment: the place it left or reached, and who holds that end."""

    place: str
    holder: str


class Sites(Protocol):
    """Where things are, as far as the book knows."""

    def sites(self, item: str) -> tuple[str, ...]:
        """Return the place of a project, or both ends of a consignment as far as known; empty for anything else."""
        ...

    def end(self, consignment: str, of: str) -> End | None:
        """Return the end of a consignment that a reading of ``shipped`` or ``received`` is about, where it is known."""
        ...


def read_end(statement: AnyStatement, sites: Sites | None) -> End | None:
    """Return the end of a consignment that a reading is about, where it is one and the end is known."""
    if sites is None or not isinstance(statement, Reading) or statement.body.consignment is None:
        return None
    return sites.end(statement.body.consignment, statement.body.of)


def of_own(statement: Reading, sites: Sites | None) -> bool:
    """Say whether a party reads what it holds itself: its own stock, or its own end of a consignment."""
    end = read_end(statement, sites)
    return statement.party in {statement.body.custodian, end.holder if end is not None else None}


def jurisdiction(statement: AnyStatement, places: Mapping[str, PlaceBody], sites: Sites | None) -> list[Where]:
    """Return where a party needs its mandate: in each item of the list, at any place that the item names.

    Goods: at every place the event gives, and the statement's own. A reading of use: where the project is; of what was
    sent or received: at that end of the consignment. A finding:
    where the project or either end of the consignment is that it is about, and those that it moves goods for. Anything
    else, and what nobody knows the place of: the statement's own place.
    """
    match statement:
        case Goods():
            event = statement.body.said
            given = dict.fromkeys((statement.place, event.biz_location, event.read_point))
            return [(place,) for place in given if place is not None] or [(None,)]
        case Reading() if (end := read_end(statement, sites)) is not None:
            return [(end.place,)]
        case Reading():
            items = [] if statement.body.project is None else [statement.body.project]
        case Finding():
            items = [statement.body.about, *(resolution.item for resolution in statement.body.resolves)]
        case _:
            items = []
    sited = [_sites_of(item, places, sites) for item in dict.fromkeys(items)]
    known: list[Where] = [where for where in sited if where]
    return known if known and all(sited) else [*known, (statement.place,)]


def _sites_of(item: str, places: Mapping[str, PlaceBody], sites: Sites | None) -> tuple[str, ...]:
    known = () if sites is None else sites.sites(item)
    return known or ((item,) if item in places else ())
