"""Taking a statement back, by further postings at the same effective time, once.

Only its own party can, and of a report the holder whose goods it speaks of.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from enduse.ledger import count_rows, custody, finding, logistic_units, packs, sightings, without_effect
from enduse.ledger.accounts import difference
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import Said
from enduse.ledger.timeline import FACT
from enduse.ledger.voices import withdraw
from enduse.statements.correction import Correction


def correction(draft: Draft, statement: Correction) -> Outcome:
    """Apply a correction.

    Raises:
        NoEffectError: nothing to take back, not this party's to take back, or others have built upon it.
    """
    return take_back(draft, statement.body.corrects)


def take_back(draft: Draft, identifier: str) -> Outcome:
    """Take back the statement ``identifier``.

    Raises:
        NoEffectError: nothing to take back, not this party's to take back, or others have built upon it.
    """
    said = draft.state.said.get(identifier)
    if said is None:
        if without_effect.lift(draft.state, draft.party, identifier):
            return draft.outcome(())
        raise NoEffectError("correction.nothing_moved", statement=identifier)
    if draft.party not in {said.party, said.about}:
        who = [party for party in (said.party, said.about) if party]
        raise NoEffectError("correction.not_theirs", entry=said.index, party=said.party, parties=who)
    if said.taken_back_by is not None:
        raise NoEffectError("correction.already_taken_back", entry=said.index, by=said.taken_back_by)
    undo = _money if said.relation else _ROLES.get(said.role, _plain)
    undo(draft, said)
    draft.state.said[identifier] = msgspec.structs.replace(draft.state.said[identifier], taken_back_by=draft.index)
    draft.state.rates.pop(identifier, None)
    if said.name:
        del draft.state.names[said.name]
    return draft.outcome(draft.done)


def _money(draft: Draft, said: Said) -> None:
    voices = withdraw(draft, said)
    draft.commit(said)
    voices.write(said, gone=True)


def _plain(draft: Draft, said: Said) -> None:
    draft.take_back(said.halves, said.index)
    draft.unlink(said)
    draft.commit(said)
    if said.role == "finding":
        finding.release(draft.state, said)


def _count(draft: Draft, said: Said) -> None:
    """Take a count back with everything it absorbed since; the next count, if there is one, absorbs that instead."""
    _, owner, place = said.key.split(" ", 2)
    for resource in count_rows.resources_of(draft.state, said.key):
        for count in count_rows.of_stock(draft.state, said.key, resource):
            if count.entry == said.index and count.absorbed:
                gap, when, missing = count.absorbed, count.effective, difference(owner, place)
                draft.half(resource, said.key, gap, "reversed", when, None, place, said.index, said.index)
                draft.half(resource, missing, -gap, "reversed", when, None, place, FACT, said.index)
    draft.commit(said)


def _catalogue(draft: Draft, said: Said) -> None:
    draft.commit(said)
    if not logistic_units.forget(draft.state, said):
        packs.forget(draft.state, said)


def _sighting(draft: Draft, said: Said) -> None:
    draft.commit(said)
    sightings.forget(draft.state, said)


_ROLES: Final[dict[str, Callable[[Draft, Said], None]]] = {
    "leg": custody.withdraw,
    "count": _count,
    "catalogue": _catalogue,
    "seen": _sighting,
}
