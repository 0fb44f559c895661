"""What a key may say here today: by its life, what was delegated to it, and the mandates of its party."""

from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.messages import Refusal
from enduse.programme.key_life import KeyState
from enduse.programme.permitted import acts_of, delegated_places, places_for
from enduse.statements.key import Delegation
from enduse.terms.times import instant_of


class PermittedAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act that a key may state.

    Attributes:
        act: a kind of statement, ``goods:`` and a business step, or ``report:`` and a kind.
        places: where, each with all that lies within it; ``None`` where no place is asked for.
    """

    act: str
    places: tuple[str, ...] | None


class KeyRights(msgspec.Struct, frozen=True, kw_only=True):
    """What a key may say on a day with effect, so far as that does not depend on what exactly it says.

    Attributes:
        key: its short name.
        party: in whose name.
        state: what the key is on that day.
        refusal: why nothing that it signs has effect then; ``None`` where something may have.
        delegates: of the key of a device or clerk: what was delegated to it.
        acts: what it may state; nothing else has effect, but changes of its party's keys and mandates, and taking back what it said
            itself. Of goods, money and counts without a rule a party tells its own.
    """

    key: str
    party: str
    state: KeyState
    refusal: Refusal | None
    delegates: Delegation | None
    acts: tuple[PermittedAct, ...]


def key_rights(book: Book, key: str, at: datetime | None = None) -> KeyRights:
    """Return what a key may say.

    Args:
        book: of the programme.
        key: its whole short name.
        at: on which day; by default when the last statement was recorded.

    Raises:
        UnknownError: there is no such key.
    """
    register, programme = book.key_register, book.programme
    if key not in register.keys:
        raise UnknownError("key.name_unknown", name=key)
    life, day = register.keys[key], at or instant_of(book.head.clock)
    refusal = register.bars(key, day)
    acts = []
    for act in () if refusal else acts_of(programme):
        places = places_for(programme, life.party, act, day)
        if life.delegates is not None:
            places = delegated_places(programme, life.delegates, act, places)
        if places is None or places:
            acts.append(PermittedAct(act=act, places=places))
    return KeyRights(
        key=key,
        party=life.party,
        state=register.state(life, day),
        refusal=refusal,
        delegates=life.delegates,
        acts=tuple(acts),
    )
