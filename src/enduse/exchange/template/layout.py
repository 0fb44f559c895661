"""What the workbook of a programme consists of: its sheets, their columns, and what each cell may hold.

A sheet is known by its title, or else by its heads, in any language there is; so a workbook that was translated, or whose
sheets were renamed, is read like any other. Titles and heads are worded in :mod:`enduse.pages.template_words`.
"""

from typing import Final, Literal

import msgspec

Holds = Literal["text", "id", "number", "per_cent", "currency", "unit", "day", "choice", "name"]
"""What a cell may hold: ``name`` is a name or identifier of something that another sheet or the record describes."""


class FormColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column.

    Attributes:
        code: its head, and the field it fills.
        holds: what its cells may hold.
        of: for ``choice`` the list, for ``name`` the sheet that describes such things.
        needed: a row without it is at fault.
        zero: a number may be nothing; below nothing none may be.
        example: what the example row shows: as it is, or the code of a word or choice.
    """

    code: str
    holds: Holds = "text"
    of: str = ""
    needed: bool = False
    zero: bool = False
    example: str = ""


class SheetForm(msgspec.Struct, frozen=True):
    """One sheet: its code, its columns, and the prefix of the identifiers of what it describes, if it does."""

    code: str
    columns: tuple[FormColumn, ...]
    prefix: str | None = None

    def column(self, code: str) -> FormColumn:
        """Return a column."""
        return next(column for column in self.columns if column.code == code)


def _names(example: str) -> tuple[FormColumn, FormColumn]:
    return FormColumn(code="name_en", example=example), FormColumn(code="name_ar", example=example)


def _party(code: str, example: str = "", *, needed: bool = False) -> FormColumn:
    return FormColumn(code=code, holds="name", of="parties", needed=needed, example=example)


def _place(code: str, example: str = "", *, needed: bool = False) -> FormColumn:
    return FormColumn(code=code, holds="name", of="places", needed=needed, example=example)


def _project(*, needed: bool = False) -> FormColumn:
    return FormColumn(code="project", holds="name", of="projects", needed=needed, example="school")


def _goods(
    material: str = "cement", quantity: str = "20", unit: str = "TNE", *, needed: bool = True, zero: bool = False
) -> tuple[FormColumn, ...]:
    return (
        FormColumn(code="material", holds="name", of="materials", needed=needed, example=material),
        FormColumn(code="quantity", holds="number", needed=needed, zero=zero, example=quantity),
        FormColumn(code="unit", holds="unit", needed=needed, example=unit),
    )


def _money(amount: str, code: str = "amount", *, needed: bool = True) -> tuple[FormColumn, FormColumn]:
    return (
        FormColumn(code=code, holds="number", needed=needed, zero=code in {"budget", "cost"}, example=amount),
        FormColumn(code="currency", holds="currency", needed=needed, example="USD"),
    )


def _day(example: str, code: str = "day", *, needed: bool = True) -> FormColumn:
    return FormColumn(code=code, holds="day", needed=needed, example=example)


_ID: Final = FormColumn(code="id", holds="id")
_LOT: Final = FormColumn(code="lot", holds="id", example="C-1")
_CONTRACT_NUMBER: Final = FormColumn(code="number", holds="id", needed=True, example="K-1")
_WAYBILL: Final = FormColumn(code="waybill", holds="id", needed=True, example="W-17")

FORMS: Final = (
    SheetForm(
        "programme",
        (
            FormColumn(code="title_en", example="title"),
            FormColumn(code="title_ar", example="title"),
            FormColumn(code="record", holds="id", needed=True, example="example.org/harbour-town"),
            _party("keeper", "registry", needed=True),
            _day("2026-03-01", "start"),
            _day("", "end", needed=False),
            FormColumn(code="zone", example="+03:00"),
        ),
    ),
    SheetForm(
        "parties",
        (
            *_names("registry"),
            FormColumn(code="party_type", holds="choice", of="party_type", needed=True, example="agency"),
            _party("owner"),
            _ID,
        ),
        "party:",
    ),
    SheetForm(
        "places",
        (
            *_names("school-site"),
            FormColumn(code="place_type", holds="choice", of="place_type", needed=True, example="site"),
            _place("within", "town"),
            _ID,
        ),
        "place:",
    ),
    SheetForm(
        "materials",
        (
            *_names("cement"),
            FormColumn(code="pack", holds="unit", example="XBG"),
            FormColumn(code="pack_holds", holds="number", example="50"),
            FormColumn(code="pack_unit", holds="unit", example="KGM"),
            _ID,
        ),
        "",
    ),
    SheetForm(
        "functions",
        (
            *_names("building"),
            FormColumn(code="acts", holds="choice", of="acts", example="goods:installing"),
            FormColumn(code="apart", holds="name", of="functions", example="checking"),
            _ID,
        ),
        "",
    ),
    SheetForm(
        "mandates",
        (
            _party("holder", "builder", needed=True),
            FormColumn(code="function", holds="name", of="functions", needed=True, example="building"),
            _place("place", "school-site", needed=True),
            _day("2026-03-01", "start"),
            _day("", "end", needed=False),
            _day("2026-03-02", "accepted", needed=False),
        ),
    ),
    SheetForm(
        "needs",
        (
            *_names("school-need"),
            FormColumn(code="sector", holds="id", example="education"),
            _place("place", "town", needed=True),
            *_money("400000", "cost", needed=False),
            FormColumn(code="cost_high", holds="number", example="520000"),
            FormColumn(code="people", holds="number", zero=True, example="600"),
            _party("party", "registry", needed=True),
            _day("2026-03-04", needed=False),
            _ID,
        ),
        "need:",
    ),
    SheetForm(
        "projects",
        (
            *_names("school"),
            FormColumn(code="purpose", holds="choice", of="purpose", needed=True, example="reconstruction"),
            FormColumn(code="need", holds="name", of="needs", example="school-need"),
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
            *_goods("cement", "100", zero=True),
            FormColumn(code="allowance", holds="per_cent", example="3"),
        ),
    ),
    SheetForm(
        "tranches",
        (
            FormColumn(code="number", holds="id", needed=True, example="first-tranche"),
            _project(needed=True),
            *_money("200000"),
            FormColumn(code="condition", holds="choice", of="condition", needed=True, example="use_verified"),
            FormColumn(code="material", holds="name", of="materials", example="cement"),
            FormColumn(code="least", holds="number", zero=True, example="40"),
            FormColumn(code="unit", holds="unit"),
            FormColumn(code="function", holds="name", of="functions"),
            _day("", "due", needed=False),
        ),
    ),
    SheetForm(
        "pledges",
        (
            FormColumn(code="number", holds="id", needed=True, example="P-1"),
            _party("donor", "donor", needed=True),
            *_money("300000"),
            _party("receiver", "fund"),
            _day("2026-03-06"),
            FormColumn(code="what_for", example="a-school"),
        ),
    ),
    SheetForm(
        "contracts",
        (
            _CONTRACT_NUMBER,
            _party("buyer", "fund", needed=True),
            _party("supplier", "builder", needed=True),
            _project(),
            *_money("180000", needed=False),
            _day("2026-03-15"),
            _day("2026-12-31", "end", needed=False),
            FormColumn(code="what_for", example="a-school"),
        ),
    ),
    SheetForm(
        "payments",
        (
            FormColumn(code="number", holds="id", needed=True, example="PAY-1"),
            _party("from", "donor", needed=True),
            _party("receiver", "fund", needed=True),
            *_money("250000.50"),
            _day("2026-03-20"),
            FormColumn(code="paid_for", holds="choice", of="paid_for", needed=True, example="partner"),
            FormColumn(code="pledge", holds="id", example="P-1"),
            FormColumn(code="project", holds="name", of="projects"),
            *_goods("", "", "", needed=False),
            FormColumn(code="lot", holds="id"),
            FormColumn(code="contract", holds="id"),
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
            FormColumn(code="contract", holds="id"),
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
            FormColumn(code="complete", holds="choice", of="yes", example="yes"),
            _LOT,
        ),
    ),
    SheetForm(
        "counts",
        (
            _day("2026-04-20"),
            _party("counted_by", "checkers", needed=True),
            FormColumn(code="checked", holds="choice", of="checked", needed=True, example="use"),
            _place("place", "school-site", needed=True),
            _party("holder"),
            _project(),
            FormColumn(code="waybill", holds="id"),
            *_goods("cement", "18", zero=True),
            FormColumn(code="how", holds="choice", of="how", needed=True, example="survey"),
            FormColumn(code="instrument", example="survey"),
            FormColumn(code="error", holds="per_cent", example="1"),
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
            FormColumn(code="number", holds="id", needed=True, example="A-1"),
            _day("2026-04-21"),
            _party("party", "checkers", needed=True),
            _project(needed=True),
            FormColumn(code="holds", holds="choice", of="yes", needed=True, example="yes"),
            FormColumn(code="basis", example="visit"),
        ),
    ),
    SheetForm(
        "works",
        (
            _day("2026-04-18"),
            _party("party", "builder", needed=True),
            _project(needed=True),
            FormColumn(code="done", holds="per_cent", needed=True, example="40"),
        ),
    ),
    SheetForm(
        "crossings",
        (
            _day("2026-03-01"),
            _party("party", "registry", needed=True),
            _place("crossing", "gate", needed=True),
            FormColumn(code="loads", holds="number", needed=True, zero=True, example="12"),
            FormColumn(code="inspected", holds="number", zero=True, example="10"),
            _place("leads_to", "town"),
        ),
    ),
    SheetForm(
        "closures",
        (
            FormColumn(code="number", holds="id", needed=True, example="CL-1"),
            _party("party", "registry", needed=True),
            _place("crossing", "gate", needed=True),
            _day("2026-04-10", "start"),
            _day("2026-04-13", "end", needed=False),
            FormColumn(code="why", holds="choice", of="why", example="damaged_road"),
        ),
    ),
    SheetForm(
        "movements",
        (
            FormColumn(code="number", holds="id", needed=True, example="M-1"),
            _day("2026-03-10"),
            _party("party", "fund", needed=True),
            FormColumn(code="step", holds="choice", of="step", needed=True, example="submit"),
            _place("area", "town", needed=True),
            _day("2026-03-12", "departs", needed=False),
            _party("authority", "registry"),
            FormColumn(code="carries", example="W-1"),
            FormColumn(code="why", holds="choice", of="why"),
        ),
    ),
)
"""Every sheet, in the order it stands in the workbook and is said."""

FORM_OF: Final = {form.code: form for form in FORMS}
"""The sheets by their code."""
