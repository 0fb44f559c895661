"""How a movement went, by the word of each party: the state it is in, how it ended, how long each state lasted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from enduse.access.access import RANK, ClearanceStep, MovementStep, notifier_of
from enduse.statements.access import Outcome

STATES: Final = {
    "draft": "drafted",
    "submit": "submitted",
    "acknowledge": "acknowledged",
    "approve": "approved",
    "deny": "denied",
    "no_answer": "no_answer",
    "depart": "departed",
    "complete": "completed",
    "impede": "impeded",
    "turn_back": "turned_back",
    "attack": "attacked",
    "cancel": "cancelled",
    "request": "requested",
    "refuse": "refused",
    "arrive": "arrived",
    "hold": "held",
    "release": "released",
    "inspect": "inspected",
    "clear": "cleared",
    "collect": "collected",
    "deliver": "delivered",
}
"""State that each step leads to."""
OVER: Final = frozenset(("denied", "refused", "completed", "turned_back", "attacked", "cancelled", "delivered"))
"""States after which nothing more is waited for."""
_WITH_NOTIFIER: Final = frozenset(("drafted", "approved", "departed", "impeded", "no_answer"))


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """How long something stayed in one state, and who had it in hand.

    Attributes:
        item: the movement or consignment.
        state: such as ``submitted``.
        next: state that ended it; empty while it lasts.
        holder: who had it in hand; empty where nobody is named.
        place: where, as claimed by whoever began it.
        reason: as given with the step that began it.
        start: when it began, as claimed.
        seconds: how long it lasted, or has lasted so far.
        open: whether it lasts.
    """

    item: str
    state: str
    next: str = ""
    holder: str = ""
    place: str = ""
    reason: str = "not_stated"
    start: datetime
    seconds: int
    open: bool = False


def coded(steps: Iterable[MovementStep]) -> Outcome | None:
    """Return how a movement ended by the steps that one party told, or ``None`` where these do not say.

    The last outcome it states counts; without one, what it says happened: a movement that was impeded and arrived is impeded,
    as in OCHA's tables.
    """
    told = sorted(steps, key=_order)
    stated = [step.body.outcome for step in told if step.body.outcome is not None]
    if stated:
        return stated[-1]
    actions = {step.body.action for step in told}
    if actions & {"impede", "turn_back", "attack"}:
        return "impeded"
    if "complete" in actions:
        return "facilitated"
    if "cancel" in actions:
        return "cancelled"
    if "deny" in actions and not actions & {"approve", "depart"}:
        return "denied"
    return None


def claims(steps: Sequence[MovementStep]) -> dict[str, Outcome]:
    """Return how a movement ended by the word of each party that says how."""
    parties = dict.fromkeys(step.party for step in sorted(steps, key=_order))
    found = {party: coded(step for step in steps if step.party == party) for party in parties}
    return {party: outcome for party, outcome in found.items() if outcome is not None}


def outcome_by(steps: Sequence[MovementStep], party: str) -> tuple[Outcome | None, str]:
    """Return how a movement ended by a party's word, and whose word that is: where it says nothing, another's."""
    said = claims(steps)
    if party in said:
        return said[party], party
    teller = next(iter(said), "")
    return said.get(teller), teller


def authority_of(steps: Sequence[MovementStep]) -> str:
    """Return the authority that a notification asks; empty where it names none."""
    return next((step.body.to for step in steps if step.body.to is not None), "")


def state_of(steps: Sequence[MovementStep | ClearanceStep]) -> str:
    """Return the state after the last step that anybody told."""
    return STATES[max(steps, key=_order).body.action]


def path(steps: Sequence[MovementStep | ClearanceStep]) -> list[MovementStep | ClearanceStep]:
    """Return the steps by claimed time, each action once: as first told by whoever took it, else by whoever tells it.

    What the authority says of its own answer, and the notifier of its own journey, is taken before what others say of it.
    """
    first: dict[tuple[str, int], MovementStep | ClearanceStep] = {}
    own = _actors(steps)
    told: Counter[tuple[str, str]] = Counter()
    for step in sorted(steps, key=lambda one: (one.party not in own.get(one.body.action, ()), *_order(one))):
        action = step.body.action
        first.setdefault((action, told[step.party, action]), step)
        told[step.party, action] += 1
    return sorted(first.values(), key=_order)


def _actors(steps: Sequence[MovementStep | ClearanceStep]) -> dict[str, tuple[str, ...]]:
    moves = [step for step in steps if isinstance(step, MovementStep)]
    if not moves:
        return {}
    notifier, authority = notifier_of(tuple(moves)), authority_of(moves)
    answers = dict.fromkeys(("acknowledge", "approve", "deny"), (authority,))
    own = ("draft", "submit", "depart", "complete", "impede", "turn_back", "attack", "cancel", "no_answer")
    return {**answers, **dict.fromkeys(own, (notifier,))}


def stays(steps: Sequence[MovementStep | ClearanceStep], now: datetime) -> list[Stay]:
    """Return how long something stayed in each state; of what goes on, up to now.

    Two parties' clocks may contradict each other: a stay is never shorter than nothing.
    """
    told = path(steps)
    found = []
    for step, after in zip(told, [*told[1:], None], strict=True):
        state = STATES[step.body.action]
        if after is None and state in OVER:
            continue
        end = now if after is None else after.at
        found.append(
            Stay(
                item=step.body.movement if isinstance(step, MovementStep) else step.body.item,
                state=state,
                next="" if after is None else STATES[after.body.action],
                holder=_holder(step, told),
                place=step.place or "",
                reason=step.body.reason,
                start=step.at,
                seconds=max(0, int((end - step.at).total_seconds())),
                open=after is None,
            )
        )
    return found


def _holder(step: MovementStep | ClearanceStep, told: Sequence[MovementStep | ClearanceStep]) -> str:
    if isinstance(step, ClearanceStep):
        return step.body.holder or ""
    moves = [one for one in told if isinstance(one, MovementStep)]
    if STATES[step.body.action] in _WITH_NOTIFIER:
        return notifier_of(tuple(moves))
    return authority_of(moves)


def _order(step: MovementStep | ClearanceStep) -> tuple[datetime, int, int]:
    return step.at, RANK.get(step.body.action, len(RANK)), step.index
