"""Where a party may state an act today: what :meth:`Arrangement.authority` asks of one statement, asked for all of them."""

from collections.abc import Iterator
from datetime import datetime

from enduse.programme.arrangement import CLOSED, STRUCTURE, Arrangement
from enduse.programme.places import chain
from enduse.statements.acts import ACTS, GOODS, SPECIAL
from enduse.statements.key import Delegation


def acts_of(state: Arrangement) -> Iterator[str]:
    """Give every act for which it makes a difference: of the many steps of goods, and within a kind, those that have a rule or are open."""
    ruled = {*state.rules, *state.open_acts}
    yield from (act for act in ACTS if act in ruled or (act not in SPECIAL and not act.startswith(f"{GOODS}:")))
    yield from sorted(ruled.difference(ACTS))


def places_for(state: Arrangement, party: str, act: str, at: datetime) -> tuple[str, ...] | None:
    """Return where a party may state an act.

    Args:
        state: of the programme.
        party: who.
        act: as :func:`enduse.statements.acts.act_of` tells it.
        at: when it happens and is recorded.

    Returns:
        Places, each with all that lies within it; none where the party may not; ``None`` where no place is asked for. Of what is
        counted, sent or paid without a rule a party tells its own.
    """
    sort = act.partition(":")[0]
    if act == "decision" and state.in_council(party):
        return None
    functions = state.rules.get(act) or state.rules.get(sort)
    if functions:
        free = act in STRUCTURE and party == state.keeper
        return None if free else _held(state, party, functions, at)
    if sort in CLOSED and act not in state.open_acts and sort not in state.open_acts:
        return ()
    if act not in STRUCTURE or party == state.keeper:
        return None
    return _held(state, party, [state.founded.administration], at)


def _held(state: Arrangement, party: str, functions: list[str], at: datetime) -> tuple[str, ...]:
    held = (state.mandates[name] for name in state.held.get(party, ()))
    there = [each for each in held if each.in_force(at) and not set(functions).isdisjoint(each.functions)]
    return tuple(dict.fromkeys(place for each in there for place in each.places))


def delegated_places(
    state: Arrangement, scope: Delegation, act: str, places: tuple[str, ...] | None
) -> tuple[str, ...]:
    """Return where of these places a delegated key may state an act; none where it may not.

    Args:
        state: of the programme.
        scope: what was delegated.
        act: to be stated.
        places: where its party may, as :func:`places_for` gives them.
    """
    sort = act.removeprefix("report:").partition(":")[0]
    functions = state.rules.get(act) or state.rules.get(act.partition(":")[0])
    if sort not in scope.says or (functions and set(functions).isdisjoint(scope.functions)):
        return ()
    if places is None:
        return scope.places
    inner = [place for place in places if not set(chain(state.places, place)).isdisjoint(scope.places)]
    return tuple(
        dict.fromkeys(
            [*inner, *(each for each in scope.places if not set(chain(state.places, each)).isdisjoint(places))]
        )
    )
