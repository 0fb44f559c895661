"""What the workbook of a programme consists of: its sheets, their columns, and what each cell may hold.

A sheet is known by its title, or else by its heads, in any language there is; so a workbook that was translated, or whose
sheets were renamed, is read like any other. Titles and heads are worded in :mod:`enduse.pages.template_words`.
"""

from typing import Final, Literal

import msgspec

Holds = Literal["text", "id", "number", "per_cent", "currency", "unit", "day", "choice", "name"]
"""What a cell may hold: ``name`` is a name or identifier of something that another sheet or the record describes."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column.

    Attributes:
        code: its head, and the field it fills.
        holds: what its cells may hold.
        of: for ``choice`` the list, for ``name`` the sheet that describes such things.
        needed: a row without it is at fault.
        example: what the example row shows: as it is, or the code of a word or choice.
    """

    code: str
    holds: Holds = "text"
    of: str = ""
    needed: bool = False
    example: str = ""


class SheetForm(msgspec.Struct, frozen=True):
    """One sheet: its code, its columns, and the prefix of the identifiers of what it describes, if it does."""

    code: str
    columns: tuple[Column, ...]
    prefix: str | None = None

    def column(self, code: str) -> Column:
        """Return a column."""
        return next(column for column in self.columns if column.code == code)


def _names(example: str) -> tuple[Column, Column]:
    return Column(code="name_en", example=example), Column(code="name_ar", example=example)


def _party(code: str, example: str = "", *, needed: bool = False) -> Column:
    return Column(code=code, holds="name", of="parties", needed=needed, example=example)


def _place(code: str, example: str = "", *, needed: bool = False) -> Column:
    return Column(code=code, holds="name", of="places", needed=needed, example=example)


def _project(*, needed: bool = False) -> Column:
    return Column(code="project", holds="name", of="projects", needed=needed, example="school")


def _goods(
    material: str = "cement", quantity: str = "20", unit: str = "TNE", *, needed: bool = True
) -> tuple[Column, ...]:
    return (
        Column(code="material", holds="name", of="materials", needed=needed, example=material),
        Column(code="quantity", holds="number", needed=needed, example=quantity),
        Column(code="unit", holds="unit", needed=needed, example=unit),
    )


def _money(amount: str, code: str = "amount", *, needed: bool = True) -> tuple[Column, Column]:
    return (
        Column(code=code, holds="number", needed=needed, example=amount),
        Column(code="currency", holds="currency", needed=needed, example="USD"),
    )


def _day(example: str, code: str = "day", *, needed: bool = True) -> Column:
    return Column(code=code, holds="day", needed=needed, example=example)


_ID: Final = Column(code="id", holds="id")
_LOT: Final = Column(code="lot", holds="id", example="C-1")
_WAYBILL: Final = Column(code="waybill", holds="id", needed=True, example="W-17")

FORMS: Final = (
    SheetForm(
        "programme",
        (
            Column(code="title_en", example="title"),
            Column(code="title_ar", example="title"),
            Column(code="record", holds="id", needed=True, example="example.org/harbour-town"),
            _party("keeper", "registry", needed=True),
            _day("2026-03-01", "start"),
            _day("", "end", needed=False),
            Column(code="zone", example="+03:00"),
        ),
    ),
    SheetForm(
        "parties",
        (
            *_names("registry"),
            Column(code="party_type", holds="choice", of="party_type", needed=True, example="agency"),
            _party("owner"),
            _ID,
        ),
        "party:",
    ),
    SheetForm(
        "places",
        (
            *_names("school-site"),
            Column(code="place_type", holds="choice", of="place_type", needed=True, example="site"),
            _place("within", "town"),
            _ID,
        ),
        "place:",
    ),
    SheetForm("materials", (*_names("cement"), _ID), ""),
    SheetForm(
        "functions",
        (
            *_names("building"),
            Column(code="acts", holds="choice", of="acts", example="goods:installing"),
            Column(code="apart", holds="name", of="functions", example="checking"),
            _ID,
        ),
        "",
    ),
    SheetForm(
        "mandates",
        (
            _party("holder", "builder", needed=True),
            Column(code="function", holds="name", of="functions", needed=True, example="building"),
            _place("place", "school-site", needed=True),
            _day("2026-03-01", "start"),
            _day("", "end", needed=False),
            _day("2026-03-02", "accepted", needed=False),
        ),
    ),
    SheetForm(
        "projects",
        (
            *_names("school"),
            Column(code="purpose", holds="choice", of="purpose", needed=True, example="reconstruction"),
            _place("place", "school-site", needed=True),
            _party("contractor", "builder"),
            *_money("500000", "budget", needed=False),
            _day("2026-03-05", needed=False),
            _ID,
        ),
        "project:",
    ),
    SheetForm(
        "bills",
        (
            _project(needed=True),
            *_goods("cement", "100"),
            Column(code="allowance", holds="per_cent", example="3"),
        ),
    ),
    SheetForm(
        "tranches",
        (
            Column(code="number", holds="id", needed=True, example="first-tranche"),
            _project(needed=True),
            *_money("200000"),
            Column(code="condition", holds="choice", of="condition", needed=True, example="use_verified"),
            Column(code="material", holds="name", of="materials", example="cement"),
            Column(code="least", holds="number", example="40"),
            Column(code="unit", holds="unit"),
            Column(code="function", holds="name", of="functions"),
            _day("", "due", needed=False),
        ),
    ),
    SheetForm(
        "pledges",
        (
            Column(code="number", holds="id", needed=True, example="P-1"),
            _party("donor", "donor", needed=True),
            *_money("300000"),
            _party("receiver", "fund"),
            _day("2026-03-06"),
            Column(code="what_for", example="a-school"),
        ),
    ),
    SheetForm(
        "payments",
        (
            Column(code="number", holds="id", needed=True, example="PAY-1"),
            _party("from", "donor", needed=True),
            _party("receiver", "fund", needed=True),
            *_money("250000.50"),
            _day("2026-03-20"),
            Column(code="paid_for", holds="choice", of="paid_for", needed=True, example="partner"),
            Column(code="pledge", holds="id", example="P-1"),
            Column(code="project", holds="name", of="projects"),
            *_goods("", "", "", needed=False),
            Column(code="lot", holds="id"),
        ),
    ),
    SheetForm(
        "goods_in",
        (
            _day("2026-03-25"),
            _party("holder", "fund", needed=True),
            _place("place", "depot", needed=True),
            *_goods(),
            _LOT,
        ),
    ),
    SheetForm(
        "dispatches",
        (
            _WAYBILL,
            _day("2026-04-01"),
            _party("from", "fund", needed=True),
            _place("from_place", "depot", needed=True),
            _party("receiver", "builder"),
            _place("to_place", "school-site"),
            *_goods(),
            _party("carrier"),
            _project(),
            _LOT,
        ),
    ),
    SheetForm(
        "receipts",
        (
            _WAYBILL,
            _day("2026-04-02"),
            _party("receiver", "builder", needed=True),
            _place("place", "school-site", needed=True),
            _party("from", "fund"),
            *_goods("cement", "19.9"),
            Column(code="complete", holds="choice", of="yes", example="yes"),
            _LOT,
        ),
    ),
    SheetForm(
        "counts",
        (
            _day("2026-04-20"),
            _party("counted_by", "checkers", needed=True),
            Column(code="checked", holds="choice", of="checked", needed=True, example="use"),
            _place("place", "school-site", needed=True),
            _party("holder"),
            _project(),
            Column(code="waybill", holds="id"),
            *_goods("cement", "18"),
            Column(code="how", holds="choice", of="how", needed=True, example="survey"),
            Column(code="instrument", example="survey"),
            Column(code="error", holds="per_cent", example="1"),
        ),
    ),
    SheetForm(
        "use",
        (
            _day("2026-04-15"),
            _party("party", "builder", needed=True),
            _place("place", "school-site", needed=True),
            _project(needed=True),
            *_goods("cement", "18"),
        ),
    ),
    SheetForm(
        "attestations",
        (
            Column(code="number", holds="id", needed=True, example="A-1"),
            _day("2026-04-21"),
            _party("party", "checkers", needed=True),
            _project(needed=True),
            Column(code="holds", holds="choice", of="yes", needed=True, example="yes"),
            Column(code="basis", example="visit"),
        ),
    ),
)
"""Every sheet, in the order it stands in the workbook and is said."""

FORM_OF: Final = {form.code: form for form in FORMS}
"""The sheets by their code."""
