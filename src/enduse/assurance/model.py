"""The supply network and the errors of the instruments that watch it.

A network is nodes joined by links. Every node but a donor keeps a balance in every period and for every material::

    stock before + received - shipped - used - stock after = missing

and every link has a shipper-receiver difference (shipped - received). An instrument reads the true quantity x as
``x * (1 + random + systematic)``: the random part is new in every reading, the systematic part is the same for all
readings of that instrument within one calibration epoch (Burr et al., EPJ Nuclear Sci. Technol. 2, 36, 2016).
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from enduse.errors import MalformedError

NODE_KINDS = ("donor", "crossing", "warehouse", "vendor", "site")
READING_KINDS = ("shipped", "received", "opening_stock", "closing_stock", "used", "expected_use")


class Material(msgspec.Struct, frozen=True):
    """What is moved, as far as it is stated.

    Attributes:
        base: base unit of the unit it is stated in, such as ``g``; its amounts are in the unit people are shown for that.
            Empty where no unit is stated, so that amounts are as they stand in the tables.
        price: of one such unit; None where it is not known.
        currency: ISO 4217 code of the price.
    """

    base: str = ""
    price: Decimal | None = None
    currency: str = ""


class Node(msgspec.Struct, frozen=True):
    """A place that holds material.

    Attributes:
        node: its name, unique in the network.
        kind: ``donor`` (source, keeps no balance), ``crossing``, ``warehouse``, ``vendor`` or ``site`` (may use up).
        holds_stock: else somebody declares that all passes through at once: a stock that nobody counted is none then,
            and not known otherwise.
    """

    node: str
    kind: str
    holds_stock: bool = True


class Link(msgspec.Struct, frozen=True):
    """A way from one node to another.

    Attributes:
        link: its name, unique in the network.
        from_node: where goods are shipped.
        to_node: where goods are received.
    """

    link: str
    from_node: str
    to_node: str


class MeasuringInstrument(msgspec.Struct, frozen=True):
    """A scale, a counter or a survey method.

    Attributes:
        instrument: its name, unique in the error model.
        random_sd: relative standard deviation of the error that is new in every reading (0.01 is 1 %).
        systematic_sd: relative standard deviation of the error all readings of one calibration epoch share.
    """

    instrument: str
    random_sd: float
    systematic_sd: float


class Network:
    """Nodes and links.

    Args:
        nodes: the places.
        links: the ways between them; both ends must be known, and a link must not end where it starts.

    Raises:
        MalformedError: a name twice, or an unknown kind or end.
    """

    __slots__ = ("_link_at", "_node_at", "links", "nodes")

    def __init__(
        self,
        nodes: Iterable[Node],
        links: Iterable[Link],
    ) -> None:
        self.nodes = tuple(nodes)
        self.links = tuple(links)
        self._node_at = {node.node: at for at, node in enumerate(self.nodes)}
        self._link_at = {link.link: at for at, link in enumerate(self.links)}
        _distinct("node", [node.node for node in self.nodes])
        _distinct("link", [link.link for link in self.links])
        for node in self.nodes:
            if node.kind not in NODE_KINDS:
                raise MalformedError("assurance.kind_unknown", read=node.kind, kinds=NODE_KINDS)
        for link in self.links:
            for end in (link.from_node, link.to_node):
                if end not in self._node_at:
                    raise MalformedError("assurance.no_such", what="node", name=end, table="nodes")
            if link.from_node == link.to_node:
                raise MalformedError("assurance.link_to_itself", node=link.to_node)

    def node_index(self, node: str) -> int | None:
        """Return the position of a node, or None."""
        return self._node_at.get(node)

    def link_index(self, link: str) -> int | None:
        """Return the position of a link, or None."""
        return self._link_at.get(link)

    def ends(self, link: int) -> tuple[int, int]:
        """Return the positions of the nodes a link comes from and goes to."""
        one = self.links[link]
        return self._node_at[one.from_node], self._node_at[one.to_node]


class ErrorModel:
    """What is known about the instruments.

    Args:
        instruments: one entry each.
        known: take the stated standard deviations as certain. When False (the default) they are a starting point:
            the assessor estimates from the data by how much they are off and carries the uncertainty of that on.

    Raises:
        MalformedError: a name twice or a standard deviation that is negative, not finite, or one or more (100 %).
    """

    __slots__ = ("_at", "instruments", "known")

    def __init__(self, instruments: Iterable[MeasuringInstrument], *, known: bool = False) -> None:
        self.instruments = tuple(instruments)
        self.known = known
        self._at = {one.instrument: at for at, one in enumerate(self.instruments)}
        _distinct("instrument", [one.instrument for one in self.instruments])
        for one in self.instruments:
            for sd in (one.random_sd, one.systematic_sd):
                if not 0 <= sd < 1:
                    raise MalformedError("assurance.error_size", instrument=one.instrument, read=str(sd))

    def index(self, instrument: str) -> int | None:
        """Return the position of an instrument, or None."""
        return self._at.get(instrument)


def _distinct(what: str, names: list[str]) -> None:
    """Refuse a name that two of a kind share."""
    for name, times in Counter(names).items():
        if times > 1:
            raise MalformedError("assurance.name_shared", what=what, name=name)
