"""Movements as event records: what each way of ending one looks like, step by step."""

from datetime import timedelta
from typing import Any

from enduse.statements.access import MovementBody, MovementStatement

WAYS: dict[str, tuple[tuple[Any, dict[str, Any]], ...]] = {
    "facilitated": (("submit", {}), ("approve", {}), ("depart", {}), ("complete", {})),
    "partially_facilitated": (("submit", {}), ("approve", {}), ("depart", {}), ("complete", {"outcome": "partly"})),
    "impeded": (("submit", {}), ("approve", {}), ("depart", {}), ("impede", {"minutes": 180}), ("turn_back", {})),
    "denied": (("submit", {}), ("deny", {"reason": "security"})),
    "cancelled": (("submit", {}), ("approve", {}), ("cancel", {})),
    "postponed_by_requester": (("submit", {}), ("cancel", {"reason": "postponed"})),
    "not_said": (("submit", {}),),
}


def steps(movement, way, planned, *, to="authority"):
    """Give the steps of one movement: body and time of each, from two days before it was planned on."""
    for number, (action, more) in enumerate(WAYS[way]):
        first: dict[str, Any] = {"to": to, "planned": planned} if action == "submit" else {}
        at = planned - timedelta(days=2) if action == "submit" else planned + timedelta(hours=number - 2)
        yield at, MovementBody(movement=movement, action=action, **first, **more)


def requests(small, party, movements, place=None):
    """Give what is to be signed for ``movements``: identifier, way and planned departure of each."""
    return [
        small.says(party, MovementStatement, body, occurred_at=at, place=place)
        for movement, way, planned in movements
        for at, body in steps(movement, way, planned)
    ]
