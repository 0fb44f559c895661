"""Rows of readings that could not be used: a loss where they belong may be what they would have shown."""

from enduse.assurance.model import READING_KINDS, Network
from enduse.assurance.result import Alarm, Hypothesis
from enduse.assurance.tables.table_rows import Names

_STOCKS = ("opening_stock", "closing_stock", "expected_use")
"""Kinds of which a row that is lacking is not known, and nothing else: no loss comes of it."""


class UnusedRows:
    """Places of readings that could not be used.

    Args:
        nodes, links: those of the network.
    """

    def __init__(self, nodes: Names, links: Names) -> None:
        self._names = nodes, links
        self._nodes: set[str] = set()
        self._links: set[str] = set()
        self._unplaced = self._any_link = False

    def note(self, kind: str, said: tuple[str, ...]) -> None:
        """Note a row of this kind, and what stands where its node or link should."""
        if kind in _STOCKS:
            return
        nodes, links = self._names
        at_node = {nodes.spelt[at] for name in said if (at := nodes.at(name)) is not None}
        at_link = {links.spelt[at] for name in said if (at := links.at(name)) is not None}
        if at_node or at_link:
            self._nodes |= at_node
            self._links |= at_link
            return
        self._unplaced = True
        refused = any(links.was_refused(name) for name in said)
        self._any_link = self._any_link or not (refused or kind in READING_KINDS[2:])

    def may_explain(self, alarm: Alarm, network: Network) -> bool:
        """Return whether a loss may be nothing but such a row: one of its link, or of its node and the links there."""
        if alarm.hypothesis is Hypothesis.TRANSIT_LOSS:
            return self._any_link or alarm.where in self._links
        if alarm.hypothesis is not Hypothesis.NODE_LOSS:
            return False
        beside = {link.link for link in network.links if alarm.where in {link.from_node, link.to_node}}
        return self._unplaced or alarm.where in self._nodes or not beside.isdisjoint(self._links)
