"""Which way the rows of a table go, where one table holds both: a column says so, or the sign of the numbers does.

A bank statement holds what came in and what went out, a stock card too. What a row tells goes one way, so that the rows of the
other side are passed over; where looking does not say which side is meant, it is asked.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from enduse.errors import MalformedError
from enduse.exchange.tables.choosing import is_movement
from enduse.exchange.tables.column_names import CARRIED, IN_OR_OUT, INWARD, IS_A_STATE, OUTWARD, SAYS_THE_SIDE
from enduse.exchange.tables.looking import TableLook
from enduse.exchange.tables.values import folded
from enduse.messages import Message
from enduse.terms.forms import unknown_word
from enduse.terms.names import spelling

Told = dict[str, object]

_MOST: Final = 12
"""A column with more different texts does not say which way a row goes."""
_ALL: Final = "-"
_ABOVE, _BELOW = "positive", "negative"
_OUT: Final = ("dispatch", "expense", "use", "loss", "destruction")
_IN: Final = ("receipt", "entry", "salvage")
_FIGURES: Final = ("amount", "quantity")


class Sides(NamedTuple):
    """The two sides of a table.

    Attributes:
        column: tells them.
        inward: texts of rows that come in.
        outward: texts of rows that go out.
        by_sign: numbers above zero come in, those below go out.
        states: its texts may as well say how far one and the same delivery is.
    """

    column: str
    inward: tuple[str, ...]
    outward: tuple[str, ...]
    by_sign: bool = False
    states: bool = False


def sides_of(found: TableLook, tells: Sequence[Told]) -> Sides | None:
    """Return the two sides of a table, if it has two."""
    for name in found.names():
        texts = {text.casefold(): text for text in found.at(name).distinct}
        inward = tuple(texts[word] for word in sorted(INWARD & texts.keys()))
        outward = tuple(texts[word] for word in sorted(OUTWARD & texts.keys()))
        alone = len(inward) + len(outward) == len(texts)
        states = not IS_A_STATE.isdisjoint(texts) and not SAYS_THE_SIDE.search(spelling(name))
        if (inward and outward and len(texts) <= _MOST) or (alone and texts and not states):
            return Sides(name, inward, outward, states=states)
    read = dict.fromkeys(str(told[field]) for told in tells for field in _FIGURES if isinstance(told.get(field), str))
    signed = next((name for name in read if found.at(name).below and found.at(name).above), None)
    return Sides(signed, (_ABOVE,), (_BELOW,), by_sign=True) if signed else None


def question_of(sides: Sides, tells: Sequence[Told]) -> tuple[Message, tuple[str, ...]] | None:
    """Return what has to be asked before rows are told apart, with what may be answered; nothing, where it is plain."""
    words = [str(told["what"]) for told in tells]
    out = [word in _OUT for word in words]
    named = {"what": words, "column": sides.column}
    if sides.states:
        return Message.of("profile.ask_states", **named), (sides.column, _ALL)
    parted = any(out) and not all(out) and sides.inward and sides.outward
    if parted:
        return None
    if not sides.by_sign and all(word in _OUT + _IN for word in words):
        if sides.outward if out[0] else sides.inward:
            return None
    elif not (sides.inward and sides.outward):
        return None  # rows of one side alone
    code = "profile.ask_signs" if sides.by_sign else "profile.ask_side"
    return Message.of(code, **named), (*sides.inward, *sides.outward, _ALL)


def part(sides: Sides, tells: Sequence[Told], answer: str) -> dict[str, list[str]]:
    """Let each of what is told hold for the rows of its side.

    Args:
        sides: of the table.
        tells: what is told of goods and money; changed in place.
        answer: whose side, by one of its texts; the column, where each tells its own side; ``-`` for all rows.

    Returns:
        The texts of rows of which nothing is told, by column.

    Raises:
        MalformedError: it is no answer.
    """
    known = {text.casefold(): text for text in (*sides.inward, *sides.outward, sides.column, _ALL)}
    if answer and answer.casefold() not in known:
        raise MalformedError.about(
            unknown_word(answer, Message.of("form.asked"), {text: text for text in known.values()}), path="side"
        )
    chosen = known.get(answer.casefold(), "")
    if chosen == _ALL:
        return {}
    meant = set()
    for told in tells:
        out = told["what"] in _OUT if chosen in ("", sides.column) else chosen in sides.outward
        meant.add(out)
        if sides.by_sign:
            _by_sign(told, sides.column, out=out)
        else:
            told["where"] = {sides.column: list(sides.outward if out else sides.inward)}
    other = (*(() if True in meant else sides.outward), *(() if False in meant else sides.inward))
    return {} if sides.by_sign or not other else {sides.column: list(other)}


def _by_sign(told: Told, column: str, *, out: bool) -> None:
    told[_BELOW if out else _ABOVE] = [column]
    for field in _FIGURES:
        if out and told.get(field) == column:
            told[field] = {"column": column, "scale": "-1"}


def moving(tells: Sequence[Told]) -> list[Told]:
    """Return what is told of goods and money."""
    return [told for told in tells if is_movement(str(told["what"]))]


def carried(found: TableLook, tells: Sequence[Told]) -> dict[str, list[str]]:
    """Return the texts, by column, of rows that carry a balance and move no money."""
    if not any("amount" in told for told in tells):
        return {}
    texts = {name: sorted(filter(_is_carried, found.at(name).distinct)) for name in found.names()}
    return {name: said for name, said in texts.items() if said and len(said) < len(found.at(name).distinct)}


def _is_carried(text: str) -> bool:
    return CARRIED.fullmatch(folded(text).casefold().rstrip(": ")) is not None


def fill_own(found: TableLook, told: Told) -> None:
    """Where what came in and what went out stand in two columns, let what is told hold for rows in which its own is filled."""
    for field in _FIGURES:
        name = told.get(field)
        if not isinstance(name, str) or not IN_OR_OUT.search(spelling(name)) or found.at(name).filled == found.rows:
            continue
        if any(
            other != name and IN_OR_OUT.search(spelling(other)) and found.at(other).kind == "number"
            for other in found.names()
        ):
            told["filled"] = [name]
