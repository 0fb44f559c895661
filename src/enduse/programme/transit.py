"""How long goods may be on their way, by the programme's own rules."""

from typing import Final

from enduse.programme.arrangement import Arrangement
from enduse.statements.programme import TransitRule

DEFAULT_DAYS: Final = 14
"""Days where no rule of the programme speaks."""


def transit_days(programme: Arrangement, start: str, end: str, carrier: str, material: str) -> int:
    """Return how many days goods may be on their way.

    Args:
        programme: whose rules hold.
        start: place from which; a rule for a place holds for all that lies in it.
        end: place to which; empty where nobody said.
        carrier: who carries.
        material: what.
    """
    rules = programme.body.transit if programme.body else ()
    best, days = -1, DEFAULT_DAYS
    for rule in rules:
        named = _named(rule)
        if len(named) >= best and all(
            wanted in _around(programme, found)
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


def _around(programme: Arrangement, name: str) -> list[str]:
    """Return a name and, of a place, all that it lies in."""
    around = [name]
    known = programme.places.get(name)
    while known is not None and known.within is not None and known.within not in around:
        around.append(known.within)
        known = programme.places.get(known.within)
    return around
