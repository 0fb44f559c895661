"""Where monitors go next, how much they look at, and how anybody can check that nobody chose.

The room does no input or output. Sample sizes, games, coverage and the draw need nothing but Python and whole numbers,
so that every reader of the record computes the same plan; only audit samples need the ``analytics`` extra, and the names
are resolved on first use so that the rest does without.
"""

from typing import TYPE_CHECKING

from enduse.lazy import resolver

if TYPE_CHECKING:
    from enduse.inspection.audit import audit_size
    from enduse.inspection.comb import commit, draw
    from enduse.inspection.coverage import UNIT, Outcome, Spot, cover, outcome
    from enduse.inspection.games import first_visit, game_value
    from enduse.inspection.samples import LotRule, detection, lot_rule, size_corrected, size_exact, size_iaea
    from enduse.inspection.worth import Reason, Stake, stakes

_HOMES = {
    "LotRule": "samples",
    "Outcome": "coverage",
    "Reason": "worth",
    "Spot": "coverage",
    "Stake": "worth",
    "UNIT": "coverage",
    "audit_size": "audit",
    "commit": "comb",
    "cover": "coverage",
    "detection": "samples",
    "draw": "comb",
    "first_visit": "games",
    "game_value": "games",
    "lot_rule": "samples",
    "outcome": "coverage",
    "size_corrected": "samples",
    "size_exact": "samples",
    "size_iaea": "samples",
    "stakes": "worth",
}

__all__ = [
    "UNIT",
    "LotRule",
    "Outcome",
    "Reason",
    "Spot",
    "Stake",
    "audit_size",
    "commit",
    "cover",
    "detection",
    "draw",
    "first_visit",
    "game_value",
    "lot_rule",
    "outcome",
    "size_corrected",
    "size_exact",
    "size_iaea",
    "stakes",
]


__getattr__ = resolver(__name__, _HOMES, "audit sampling")
