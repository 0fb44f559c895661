"""How long goods may be on their way, by the programme's own rules."""

from datetime import datetime
from typing import Final

from enduse.programme.arrangement import Arrangement
from enduse.programme.places import lay_within
from enduse.statements.programme import TransitRule

DEFAULT_DAYS: Final = 14
"""Days where no rule of the programme speaks."""


def transit_days(programme: Arrangement, start: str, end: str, carrier: str, material: str, recorded: datetime) -> int:
    """Return how many days goods may be on their way.

    Places lie where they lay when the dispatch was recorded: whoever draws the map anew gives no load more time.

    Args:
        programme: whose rules hold.
        start: place from which; a rule for a place holds for all that lies in it.
        end: place to which; empty where nobody said.
        carrier: who carries.
        material: what.
        recorded: when the dispatch was.
    """
    rules = programme.body.transit if programme.body else ()
    best, days = -1, DEFAULT_DAYS
    for rule in rules:
        named = _named(rule)
        if len(named) >= best and all(
            wanted in lay_within(programme.places, programme.moved, found, recorded)
            for wanted, found in (
                (rule.start, start),
                (rule.end, end),
                (rule.carrier, carrier),
                (rule.material, material),
            )
            if wanted is not None
        ):
            best, days = len(named), rule.days
    return days


def _named(rule: TransitRule) -> list[str]:
    return [name for name in (rule.start, rule.end, rule.carrier, rule.material) if name is not None]
