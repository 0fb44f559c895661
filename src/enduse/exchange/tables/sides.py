"""Which way the rows of a table go, where one table holds both: a column says so, or the sign of the numbers does.

A bank statement holds what came in and what went out, a stock card too. What a row tells goes one way, so that the rows of the
other side are passed over; where looking does not say which side is meant, it is asked.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from enduse.errors import MalformedError
from enduse.exchange.tables.choosing import is_movement
from enduse.exchange.tables.column_names import CARRIED, IN_OR_OUT, INWARD, IS_A_STATE, MARKS, OUTWARD, SAYS_THE_SIDE
from enduse.exchange.tables.looking import TableLook
from enduse.exchange.tables.values import folded
from enduse.messages import Message
from enduse.terms.forms import unknown_word
from enduse.terms.names import spelling

Told = dict[str, object]

_MOST: Final = 12
"""A column with more different texts does not say which way a row goes."""
_ALL: Final = "-"
_CALLED: Final = {"": "blank", "-": "minus"}
"""What is answered for rows in which the column holds nothing, or the sign that stands for all rows."""
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
        unsure: neither its texts nor its name says that it tells them, such as *C* and *D*.
    """

    column: str
    inward: tuple[str, ...]
    outward: tuple[str, ...]
    by_sign: bool = False
    states: bool = False
    unsure: bool = False


def column_of(field: object) -> str:
    """Return the column that a field of a ``[[tells]]`` is read from, if one."""
    if isinstance(field, Mapping):
        return str(field.get("column", ""))
    return field if isinstance(field, str) else ""


def sides_of(found: TableLook, tells: Sequence[Told]) -> Sides | None:
    """Return the two sides of a table, if it has two."""
    for name in found.names():
        texts = {text.casefold(): text for text in found.at(name).distinct}
        named = SAYS_THE_SIDE.search(spelling(name)) is not None
        marks = next(
            (pair for pair in MARKS if texts.keys() == set(pair) or (named and texts and texts.keys() < set(pair))), ()
        )
        inward = tuple(texts[word] for word in sorted((INWARD | set(marks[:1])) & texts.keys()))
        outward = tuple(texts[word] for word in sorted((OUTWARD | set(marks[1:])) & texts.keys()))
        alone = len(inward) + len(outward) == len(texts)
        states = not named and not IS_A_STATE.isdisjoint(texts)
        if named and alone and texts and not (inward and outward) and found.at(name).filled < found.rows:
            inward, outward = inward or ("",), outward or ("",)  # only the rows of one side bear a mark
        if (inward and outward and len(texts) <= _MOST) or (alone and texts and not states):
            return Sides(name, inward, outward, states=states, unsure=bool(marks) and not named)
    read = dict.fromkeys(str(told[field]) for told in tells for field in _FIGURES if isinstance(told.get(field), str))
    signed = next((name for name in read if found.at(name).below and found.at(name).above), None)
    return Sides(signed, (_ABOVE,), (_BELOW,), by_sign=True) if signed else None


def question_of(sides: Sides, tells: Sequence[Told]) -> tuple[Message, tuple[str, ...]] | None:
    """Return what has to be asked before rows are told apart, with what may be answered; nothing, where it is plain."""
    words = [str(told["what"]) for told in tells]
    out = [word in _OUT for word in words]
    named = {"what": list(dict.fromkeys(words)), "column": sides.column}
    parted = any(out) and not all(out) and sides.inward and sides.outward
    if sides.states or (sides.unsure and parted):
        return Message.of("profile.ask_states", **named), (sides.column, _ALL)
    if parted:
        return None
    if not sides.by_sign and not sides.unsure and all(word in _OUT + _IN for word in words):
        if sides.outward if out[0] else sides.inward:
            return None
    elif not (sides.inward and sides.outward):
        return None  # rows of one side alone
    code = "profile.ask_signs" if sides.by_sign else "profile.ask_side"
    return Message.of(code, **named), (*map(_called, (*sides.inward, *sides.outward)), _ALL)


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
    known = {_called(text).casefold(): text for text in (*sides.inward, *sides.outward, sides.column)}
    if answer == _ALL:
        return {}
    if answer and answer.casefold() not in known:
        words = {_called(text): _called(text) for text in known.values()} | {_ALL: _ALL}
        raise MalformedError.about(unknown_word(answer, Message.of("form.asked"), words), path="side")
    chosen = known[answer.casefold()] if answer else sides.column
    meant = set()
    for told in tells:
        out = told["what"] in _OUT if chosen == sides.column else chosen in sides.outward
        meant.add(out)
        if sides.by_sign:
            _by_sign(told, sides.column, out=out)
        else:
            told["where"] = {sides.column: list(sides.outward if out else sides.inward)}
    other = (*(() if True in meant else sides.outward), *(() if False in meant else sides.inward))
    return {} if sides.by_sign or not other else {sides.column: list(other)}


def _called(text: str) -> str:
    return _CALLED.get(text, text)


def _by_sign(told: Told, column: str, *, out: bool) -> None:
    own = told.get("quantity")
    if isinstance(own, str) and told.get("filled") == [own]:
        column = own  # each material has a column of its own, and its own sign
    told[_BELOW if out else _ABOVE] = [column]
    for field in _FIGURES:
        if out and told.get(field) == column:
            told[field] = {"column": column, "scale": "-1"}


def moving(tells: Sequence[Told]) -> list[Told]:
    """Return what is told of goods and money."""
    return [told for told in tells if is_movement(str(told["what"]))]


def twice_read(tells: Sequence[Told]) -> str:
    """Return the column of amounts that would be told of every row as money that came in and as money that went out."""
    read: dict[bool, set[str]] = {True: set(), False: set()}
    for told in tells:
        if isinstance(told.get("amount"), str) and "filled" not in told:
            read[told["what"] in _OUT].add(str(told["amount"]))
    return next(iter(read[True] & read[False]), "")


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
