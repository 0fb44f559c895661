"""Kinds ``pack`` and ``same``: how much a bag or a pallet of an item holds, and that two names mean one item."""

from typing import Annotated, Literal

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Quantity
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation
from enduse.terms.units import UnitCode, unit

Basis = Literal["definition", "count", "nominal", "measured"]
"""What a content rests on: so defined (a dozen), counted in whole packs, printed on the pack, or weighed."""


class PackBody(Body, frozen=True, kw_only=True):
    """The content of one pack: from the statement's time on until a later one, and the first for goods before it too.

    Attributes:
        pack: its identifier.
        item: what is packed: a material or a trade item (GTIN).
        lot: for this lot only.
        unit: the pack, such as a bag (``XBG``) or a pallet (``XPX``).
        holds: how much one of them holds, also in other packs: a pallet of 40 bags.
        basis: what that rests on; only ``definition`` and ``count`` are exact.
        source: where it was read.
    """

    pack: Id
    item: Id
    lot: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    unit: UnitCode
    holds: Quantity
    basis: Basis = "nominal"
    source: Citation

    def __post_init__(self) -> None:
        packed, (amount, base) = unit(self.unit), self.holds.base()
        if packed.factor != 1 or packed.base == base:
            raise InvalidValueError("pack.no_pack", path=".unit", unit=self.unit)
        if amount <= 0:
            raise InvalidValueError("pack.holds_nothing", path=".holds.value", quantity=self.holds.value)


class Pack(Statement, frozen=True, kw_only=True, tag="pack"):
    """How much a pack of an item holds."""

    body: PackBody


class SameBody(Body, frozen=True, kw_only=True):
    """Two names of one item; whoever keeps the catalogue says so, and no likeness of names does.

    Attributes:
        same: its identifier.
        item: the name that is used in the books from now on.
        name: the other name.
        source: where it was read.
    """

    same: Id
    item: Id
    name: Id
    source: Citation | None = None

    def __post_init__(self) -> None:
        if self.item == self.name:
            raise InvalidValueError("same.of_itself", path=".name", item=self.item)


class Same(Statement, frozen=True, kw_only=True, tag="same"):
    """Two names mean one item."""

    body: SameBody
