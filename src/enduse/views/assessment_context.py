"""What is known beside an assessment: names, days, units and prices, and what the record says."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from enduse.terms.texts import Text
from enduse.views.shapes import Figure


class KnownView(msgspec.Struct, frozen=True, kw_only=True):
    """What the record says already about goods that a lead points to.

    Attributes:
        about: what it is said of.
        code: ``finding``, or ``open`` for a difference that lies open in the books.
        name: identifier of the finding; of a difference, who answers for it.
        result: of the finding.
    """

    about: str
    code: Literal["finding", "open"]
    name: str
    result: str = ""


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """Names and dates with which people read an assessment; all of it may be left out.

    Attributes:
        title: of the page.
        languages: it is published in; empty for all there are.
        invented: whether all of it is.
        practice: whether one folder holds the keys of several parties.
        names: for people, by identifier.
        resources: ledger names of materials.
        prices: of one unit of a material, and its currency, where they are known.
        start: beginning of period 1; ``None`` where periods have no dates.
        period_days: length of a period; of no meaning where periods have no dates.
        tables: whether it is of plain tables, where ways have names of their own and no record stands behind.
    """

    title: Text = msgspec.field(default_factory=dict)
    languages: tuple[str, ...] = ()
    invented: bool = False
    practice: bool = False
    names: Mapping[str, Text] = msgspec.field(default_factory=dict)
    resources: Mapping[str, str] = msgspec.field(default_factory=dict)
    prices: Mapping[str, tuple[Decimal, str]] = msgspec.field(default_factory=dict)
    start: datetime | None = None
    period_days: int = 0
    tables: bool = True


class ViewContext(Labels, frozen=True, kw_only=True):
    """What is known beside the assessment; all of it may be left out.

    Attributes:
        types: of places.
        open: what the book shows missing beyond error, by material.
        carried: consignments by period, link and material.
        known: what the record says, by consignment or place.
    """

    types: Mapping[str, str] = msgspec.field(default_factory=dict)
    open: tuple[Figure, ...] = ()
    carried: Mapping[tuple[int, str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)
    known: Mapping[str, tuple[KnownView, ...]] = msgspec.field(default_factory=dict)
