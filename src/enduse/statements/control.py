"""Kinds ``control``, ``permit``: which goods are on a control list, and how much of them a site may have.

Nothing is stopped by it: what comes to a site beyond its quota is told. A site's quota is its permit, and without one its
bill of quantities. Humanitarian goods have none.
"""

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Quantity
from enduse.terms.identifiers import Id, Label
from enduse.terms.texts import Citation
from enduse.terms.times import Instant


class ControlBody(Body, frozen=True, kw_only=True):
    """A material is on a control list.

    Attributes:
        material: which material.
        reference: its entry on the list, such as the number of a category.
        listed: false: it is no longer on it.
        citation: the list.
    """

    material: Id
    reference: Label
    listed: bool = True
    citation: Citation


class Control(Statement, frozen=True, kw_only=True, tag="control"):
    """A material is put on the list of controlled goods, or taken off it."""

    body: ControlBody


class PermitBody(Body, frozen=True, kw_only=True):
    """How much of a controlled material may go to one project.

    Attributes:
        permit: its identifier; the same party states it anew.
        material: which material.
        project: which project.
        quantity: how much in all; it cannot be more than the bill of quantities asks for.
        until: the last moment for which it holds.
        citation: where it was given.
    """

    permit: Id
    material: Id
    project: Id
    quantity: Quantity
    until: Instant | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.quantity.base()[0] < 0:
            raise InvalidValueError("permit.negative", path=".quantity")


class Permit(Statement, frozen=True, kw_only=True, tag="permit"):
    """A permit for controlled goods is given, or given anew."""

    body: PermitBody
