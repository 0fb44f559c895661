"""Is it all there: network assurance of a programme, or of a folder of plain tables."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import msgspec

from enduse import assurance
from enduse.api.given import Folder, as_path
from enduse.api.programme import open_programme
from enduse.assurance.tables.table_rows import folded
from enduse.book import assessment
from enduse.errors import FaultsError, Problem, UnknownError
from enduse.exchange.network import NetworkTables, is_network, nothing_here
from enduse.terms.amounts import material_of
from enduse.views.assessment_context import ViewContext
from enduse.views.assessment_view import AssessmentView, assessment_view


def assess(
    folder: Folder,
    *,
    false_alarm: float = 0.05,
    period_days: int = 7,
    start: date | None = None,
    errors_known: bool | None = None,
    as_it_came: bool = False,
    power: bool = True,
    prices: Folder | None = None,
) -> AssessmentView:
    """Say whether anything is missing beyond measurement error, where, since when, how much, and how sure that is.

    Args:
        folder: a programme, or a folder of the tables nodes, links, instruments and readings (CSV, XLSX or ODS), or one
            workbook with a sheet for each.
        false_alarm: chance of any alarm over the whole network where nothing is missing.
        period_days: days in a period.
        start: for tables: the first day of period 1; else it is taken from the days in the readings, if they have any.
        errors_known: take the errors of the instruments as stated; else they are estimated from the readings. By
            default a programme's are taken as stated, and those of plain tables are estimated.
        as_it_came: look after every period, within the same chance of a false alarm, and stop at the first alarm.
        power: work out also which losses would have been noticed; it takes longer than the assessment itself.
        prices: for a programme: a table with material, unit, price and currency; plain tables have their own. A material
            goes by its identifier or its name in any language.

    Raises:
        MissingExtraError: the ``analytics`` extra is not installed.
        FaultsError: there is nothing to compare, and there are rows that could not be used; names all of them.
        UnknownError: there is nothing to compare, or neither a programme nor tables in the folder.

    Example:
        >>> import enduse
        >>> seen = enduse.assess("demo", power=False)
        >>> lead = seen.leads[0]
        >>> str(lead.alarm.hypothesis), round(lead.alarm.estimate), lead.consignments
        ('transit loss', 20, ('consignment:0128',))
    """
    path = as_path(folder)
    if is_network(path):
        how = _How(false_alarm=false_alarm, known=bool(errors_known), as_it_came=as_it_came, power=power)
        return _of_tables(path, how, period_days, start)
    try:
        opened = open_programme(path)
    except UnknownError as error:
        if error.problem.code == "record.no_key_file" and path.is_dir():
            raise nothing_here(path) from error
        raise
    with opened as programme:
        view = programme.assess(
            false_alarm=false_alarm,
            period_days=period_days,
            errors_known=errors_known is not False,
            as_it_came=as_it_came,
            power=power,
        )
    return view if prices is None else _priced(view, as_path(prices))


def _priced(view: AssessmentView, path: Path) -> AssessmentView:
    """Return the assessment of a programme with prices of a table."""
    tables, problems = NetworkTables(path, "materials"), list[Problem]()
    stated = assurance.read_materials(tables.rows()["materials"], problems)
    found, used = dict[str, tuple[Decimal, str]](), set[str]()
    for material, resource in view.resources.items():
        known = material_of(resource)
        called = map(folded, (known, known.removeprefix("material:"), *view.names.get(material, {}).values()))
        name = next((one for one in called if one in stated), None)
        if (
            name is not None
            and (price := stated[name].price) is not None
            and resource.endswith(f"/{stated[name].base}")
        ):
            found[material] = price, stated[name].currency
            used.add(name)
    problems += [
        Problem.of("assurance.price_unused", source="materials", name=name) for name in stated if name not in used
    ]
    return msgspec.structs.replace(
        view, prices=found, notes=(*view.notes, *tables.notes, *map(tables.placed, problems))
    )


class _How(msgspec.Struct, frozen=True, kw_only=True):
    """How tables are assessed: see :func:`assess`."""

    false_alarm: float
    known: bool
    as_it_came: bool
    power: bool


def _of_tables(path: Path, how: _How, period_days: int, start: date | None) -> AssessmentView:
    tables = NetworkTables(path)
    try:
        assessed = assessment.assess(
            tables.rows(), period_days=period_days, start=start, complete=False, **msgspec.structs.asdict(how)
        )
    except FaultsError as error:
        told = tuple(map(tables.placed, error.problems))
        raise FaultsError(error.problem.code, told, n=len(told), source=str(path)) from error
    assessed = msgspec.structs.replace(
        assessed,
        problems=tuple(map(tables.placed, assessed.problems)),
        notes=(*tables.notes, *map(tables.placed, assessed.notes)),
    )
    dated = None if assessed.start is None else datetime.combine(assessed.start, time(), UTC)
    context = ViewContext(
        title={"en": path.resolve().name},
        start=dated,
        period_days=period_days,
        tables=True,
        resources={name: f"{name}/{one.base}" for name, one in assessed.stated.items() if one.base},
        prices={name: (one.price, one.currency) for name, one in assessed.stated.items() if one.price is not None},
    )
    return assessment_view(assessed, context)
