"""How far a project of OC4IDS is built: the observations of its metric ``physicalProgress``, each one milestone.

Source: Open Contracting for Infrastructure Data Standards 0.9, ``project-schema.json`` and codelist ``metricID``: a percentage (UN/ECE
code P1), with the day on which it was observed. Other metrics, and what was only foreseen, are not read.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from enduse.errors import EnduseError
from enduse.exchange.standards.json_items import listed
from enduse.exchange.tables.leaf import slug
from enduse.messages import Message
from enduse.terms.times import parse_instant

PHYSICAL: Final = "physicalProgress"
"""The metric's code on the standard's list."""
PERCENT: Final[dict[str, str]] = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
"""Its unit, as the standard's own example has it."""
_PERCENTS: Final = frozenset(("p1", "percent", "percentage", "%"))
_PLACES: Final = 9


def observed(
    value: dict[str, Any], project: str, tell: Callable[[Message], None]
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Yield when a share of a project's works was seen to be done, and the milestone that says so.

    Args:
        value: the project, as the file has it.
        project: its identifier.
        tell: takes what a reader should know, one at a time.
    """
    language = str(value.get("language") or "en")[:2]
    for _, metric in listed(value, "metrics"):
        observations = [one for _, one in listed(metric, "observations")]
        if metric.get("id") != PHYSICAL:
            tell(Message.of("register.metric_left"))
            continue
        for number, one in enumerate(observations, 1):
            share, day = _share(one), _day(one)
            if share is None or day is None:
                tell(Message.of("register.progress_left"))
                continue
            named = slug(f"{project.removeprefix('project:')} {one.get('id') or number}")
            body: dict[str, Any] = {"milestone": f"milestone:{named}", "project": project, "progress": share}
            if isinstance(notes := one.get("notes"), str) and notes.strip():
                body["title"] = {language: notes.strip()[:500]}
            yield day, body


def percent_of(share: str) -> str:
    """Return a share from 0 to 1 as a percentage."""
    return _plain(100 * Decimal(share))


def _share(one: dict[str, Any]) -> str | None:
    """Return what share an observation gives; nothing where it gives none from 0 to 1."""
    unit = one.get("unit")
    told = {str(unit.get(name)).strip().lower() for name in ("id", "name")} if isinstance(unit, dict) else set()
    measure = one.get("measure")
    if isinstance(measure, bool) or (unit is not None and not told & _PERCENTS):
        return None
    try:
        number = Decimal(str(measure)) / (100 if told & _PERCENTS else 1)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= 1:
        return None
    return _plain(round(number, _PLACES))


def _plain(number: Decimal) -> str:
    return format(number.normalize() if number else Decimal(0), "f")


def _day(one: dict[str, Any]) -> datetime | None:
    """Return when something was observed: the last day of its period, else the first."""
    period = one.get("period")
    told = (period.get("endDate") or period.get("startDate")) if isinstance(period, dict) else None
    try:
        return parse_instant(str(told)) if told else None
    except EnduseError:
        return None
