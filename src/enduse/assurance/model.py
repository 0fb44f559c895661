"""The supply network and the errors of the instruments that watch it.

A network is nodes joined by links. Every node but a donor keeps a balance in every period and for every material::

    stock before + received - shipped - used - stock after = missing

and every link has a shipper-receiver difference (shipped - received). An instrument reads the true quantity x as
``x * (1 + random + systematic)``: the random part is new in every reading, the systematic part is the same for all
readings of that instrument within one calibration epoch (Burr et al., EPJ Nuclear Sci. Technol. 2, 36, 2016).
"""

from collections.abc import Iterable, Mapping

import msgspec

from enduse.errors import MalformedError

NODE_KINDS = ("donor", "crossing", "warehouse", "vendor", "site")
READING_KINDS = ("shipped", "received", "opening_stock", "closing_stock", "used", "expected_use")


class Node(msgspec.Struct, frozen=True):
    """A place that holds material.

    Attributes:
        node: its name, unique in the network.
        kind: ``donor`` (source, keeps no balance), ``crossing``, ``warehouse``, ``vendor`` or ``site`` (may use up).
    """

    node: str
    kind: str


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


class Instrument(msgspec.Struct, frozen=True):
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
    """Nodes, links and which materials are counted together.

    Args:
        nodes: the places.
        links: the ways between them; both ends must be known, and a link must not end where it starts.
        pools: materials that are commingled or turned into one another: ``{"cement": ("concrete", 3.1)}`` counts one
            unit of cement as 3.1 units of the pool ``concrete`` (a yield). Readings of pooled materials in one place
            and period are summed after conversion.

    Raises:
        MalformedError: a name twice, an unknown kind or end, or a factor that is not above zero.
    """

    __slots__ = ("_link_at", "_node_at", "links", "nodes", "pools")

    def __init__(
        self,
        nodes: Iterable[Node],
        links: Iterable[Link],
        pools: Mapping[str, tuple[str, float]] | None = None,
    ) -> None:
        self.nodes = tuple(nodes)
        self.links = tuple(links)
        self.pools = dict(pools or {})
        self._node_at = {node.node: at for at, node in enumerate(self.nodes)}
        self._link_at = {link.link: at for at, link in enumerate(self.links)}
        if len(self._node_at) != len(self.nodes) or len(self._link_at) != len(self.links):
            raise MalformedError(
                "two nodes or two links share one name", remedy="give every node and link its own name"
            )
        for node in self.nodes:
            if node.kind not in NODE_KINDS:
                raise MalformedError(f"node {node.node!r} has kind {node.kind!r}", remedy=f"use one of {NODE_KINDS}")
        for link in self.links:
            if link.from_node not in self._node_at or link.to_node not in self._node_at:
                raise MalformedError(f"link {link.link!r} has an end that is no node", remedy="add the node first")
            if link.from_node == link.to_node:
                raise MalformedError(f"link {link.link!r} ends where it starts", remedy="drop it")
        for material, (_, factor) in self.pools.items():
            if not factor > 0:
                raise MalformedError(f"pool factor of {material!r} is {factor}", remedy="use a factor above zero")

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

    def __init__(self, instruments: Iterable[Instrument], *, known: bool = False) -> None:
        self.instruments = tuple(instruments)
        self.known = known
        self._at = {one.instrument: at for at, one in enumerate(self.instruments)}
        if len(self._at) != len(self.instruments):
            raise MalformedError("two instruments share one name", remedy="give every instrument its own name")
        for one in self.instruments:
            if not (0 <= one.random_sd < 1 and 0 <= one.systematic_sd < 1):
                raise MalformedError(
                    f"instrument {one.instrument!r} has standard deviations {one.random_sd} and {one.systematic_sd}",
                    remedy="state relative standard deviations between 0 and 1 (0.01 is 1 %)",
                )

    def index(self, instrument: str) -> int | None:
        """Return the position of an instrument, or None."""
        return self._at.get(instrument)
