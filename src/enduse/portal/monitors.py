"""The pages about visits and those who make them. Where a visit goes that is still to come is on no page: it would warn whoever is visited."""

from typing import Final

import msgspec

from enduse.errors import UnknownError
from enduse.portal.answers import SiteAnswers
from enduse.views.detection import Detection
from enduse.views.monitors import VisitsView

CHANCES_MAX: Final = 5_000
"""Statements of a record up to which the chances of detection are worked out for whoever reads: beyond, all would wait for seconds."""


class VisitsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who watches the monitors? Visits from promise to what was done about them.

    Attributes:
        view: visits, monitors and draws; of a visit still to come only that there is one.
        to_come: how many there are of those.
        detection: what accountancy and visits as in the newest round drawn would detect; ``None`` where no
            visit was told, nothing has arrived, or the record is so long that readers would wait for it (``enduse visits`` tells it).
    """

    view: VisitsView
    to_come: int
    detection: Detection | None


def names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return everybody who planned or made a visit."""
    return tuple(one.monitor for one in _all(answers).monitors)


def visits(answers: SiteAnswers, about: str = "") -> VisitsPage:
    """Answer who watches the monitors: all of them, or one."""
    every = _all(answers)
    view = msgspec.structs.replace(
        every,
        monitors=tuple(one for one in every.monitors if about in {"", one.monitor}),
        visits=tuple(one for one in every.visits if about in {"", one.monitor}),
        rounds=tuple(one for one in every.rounds if about in {"", one.monitor}),
    )
    coming = {one.visit for one in view.visits if one.state == "due"}
    open_rounds = [one for one in view.rounds if not coming.isdisjoint(one.visits)]
    told = msgspec.structs.replace(
        view,
        monitors=tuple(
            msgspec.structs.replace(one, facts=()) if one.monitor in {each.monitor for each in open_rounds} else one
            for one in view.monitors
        ),
        visits=tuple(one for one in view.visits if one.visit not in coming),
        rounds=tuple(one for one in view.rounds if one not in open_rounds),
    )
    return VisitsPage(view=told, to_come=len(coming), detection=answers.kept("detection", _detection))


def to_come(answers: SiteAnswers) -> frozenset[int]:
    """Return the statements that plan a visit still to come."""
    return answers.kept(
        "visits to come",
        lambda now: frozenset(entry for one in _all(now).visits if one.state == "due" for entry in one.entries),
    )


def _detection(answers: SiteAnswers) -> Detection | None:
    if answers.size > CHANCES_MAX or not _all(answers).visits:
        return None
    try:
        return answers.programme.detection()
    except UnknownError:
        return None


def _all(answers: SiteAnswers) -> VisitsView:
    return answers.kept("visits", lambda now: now.programme.visits())
