"""Network assurance of a programme, or of plain tables: the statistics are run here, once, for whoever shows them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from enduse import assurance
from enduse.assurance.consignments import OpenConsignment
from enduse.assurance.model import Material, Network
from enduse.assurance.result import LossChance, NetworkAssessment, OrdinaryFault, Power
from enduse.book.network import Tables
from enduse.errors import EnduseError, FaultsError, MissingExtraError, Problem, UnknownError

Rows = Mapping[str, Iterable[tuple[int, Mapping[str, object]]]]
"""Rows of nodes, links, instruments and readings, each with its line, as :func:`enduse.assurance.tables.plain_tables.read_tables` takes them."""

READINGS_MAX: Final = 60_000
"""Readings up to which a report waits for the assessment; beyond it names the command instead."""

NotAssessed = Literal["no_extra", "no_readings", "too_many"]
"""Why there is no assessment: statistics are not installed, nothing can be compared, or a report would wait too long."""


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """A network, assessed.

    Attributes:
        assessment: what was found.
        power: what would have been found, place by place; empty where it was not asked for.
        network: where.
        materials: all that were assessed.
        problems: one for each row that could not be used.
        notes: what of the tables was not used, or read otherwise than it stands, and changes no answer.
        start: first day of period 1, where rows of tables have days.
        stated: of materials of tables: their units and prices.
        under_way: consignments of tables that were sent and not received.
    """

    assessment: NetworkAssessment
    power: tuple[Power, ...]
    network: Network
    materials: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    start: date | None = None
    stated: Mapping[str, Material] = msgspec.field(default_factory=dict)
    under_way: tuple[OpenConsignment, ...] = ()


def assess(
    rows: Rows,
    *,
    false_alarm: float = 0.05,
    known: bool = True,
    as_it_came: bool = False,
    power: bool = True,
    period_days: int = 7,
    start: date | None = None,
    complete: bool = True,
) -> Assessed:
    """Assess a network.

    Args:
        rows: nodes, links, instruments and readings.
        false_alarm: chance of any alarm where nothing is missing.
        known: take the instruments' errors as stated instead of estimating them.
        as_it_came: look after every period, within the same budget, and stop at the first alarm.
        power: work out also what would have been found; it takes longer than the assessment itself.
        period_days: days in a period, where rows have days.
        start: first day of period 1; else it is taken from the days in the rows.
        complete: everything that moved is in the rows, as in a ledger.

    Raises:
        MissingExtraError: the ``analytics`` extra is not installed.
        FaultsError: no reading bears on any balance, and there are rows that could not be used.
        UnknownError: no reading bears on any balance.
    """
    read = assurance.read_tables(rows, period_days=period_days, start=start, complete=complete)
    errors = assurance.ErrorModel(read.errors.instruments, known=True) if known else read.errors
    budget = assurance.part_of_budget(false_alarm) if read.checks else false_alarm
    assessor = assurance.Assessor(read.network, errors, false_alarm=budget)
    if not len(read.readings):
        raise _nothing(read.problems)
    try:
        assessment = assessor.watch(read.readings)[0] if as_it_came else assessor.assess(read.readings)
    except UnknownError as error:
        raise _nothing(read.problems) from error
    if read.checks:
        assessment = assurance.with_checks(assessment, read.checks, false_alarm)
    alarms = tuple(
        msgspec.structs.replace(alarm, ordinary=(*alarm.ordinary, OrdinaryFault.UNUSED_ROWS))
        if read.unused.may_explain(alarm, read.network)
        else alarm
        for alarm in assessment.alarms
    )
    return Assessed(
        assessment=msgspec.structs.replace(assessment, alarms=alarms),
        power=assessment.power if power else (),
        network=read.network,
        materials=tuple(read.readings.materials),
        problems=read.problems,
        notes=read.notes,
        start=read.start,
        stated=read.materials,
        under_way=read.open,
    )


def _nothing(problems: tuple[Problem, ...]) -> EnduseError:
    """Return the error that nothing can be compared, with the rows that could not be used."""
    if problems:
        return FaultsError("assurance.rows_refused_all", problems, n=len(problems))
    return UnknownError("assurance.nothing_to_compare")


def chances_of_loss(laid: Tables, share: float) -> tuple[LossChance, ...] | NotAssessed:
    """Return how surely a loss of a share of what passed would show in the figures of a programme, place by place.

    Args:
        laid: its measurements; the instruments' errors are taken as stated, with a false-alarm budget of 5 %.
        share: above 0, at most 1.
    """
    if not laid.readings:
        return "no_readings"
    if len(laid.readings) > READINGS_MAX:
        return "too_many"
    try:
        read = assurance.read_tables(laid.rows)
        errors = assurance.ErrorModel(read.errors.instruments, known=True)
        return assurance.Assessor(read.network, errors).chances(read.readings, share)
    except MissingExtraError:
        return "no_extra"
    except UnknownError:
        return "no_readings"


def assess_for_report(laid: Tables) -> Assessed | NotAssessed:
    """Assess a programme as a report shows it, or say why a report goes without."""
    if not laid.readings:
        return "no_readings"
    if len(laid.readings) > READINGS_MAX:
        return "too_many"
    try:
        return assess(laid.rows)
    except MissingExtraError:
        return "no_extra"
    except UnknownError:
        return "no_readings"
