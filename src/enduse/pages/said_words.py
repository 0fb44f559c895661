"""What bytes say, in words: made of the very bytes that are signed, so that nothing is signed that was not shown."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from enduse.messages.plain import word_of
from enduse.pages.choices import CHOICES, choice_word
from enduse.pages.fields import FIELDS
from enduse.pages.localizer import Localizer
from enduse.pages.signing_page import HEADS, VALUES

_CLASS: Final = "urn:enduse:class:"
_TIMES: Final = frozenset(("occurred_at", "eventTime", "until", "start", "end"))
UNSAID: Final = frozenset(("programme", "seq", "kind", "party", "source", "refs"))
"""What a line of many statements leaves out: it is the same in all of them, or stands before it."""

_OF_ITS_FORM: Final = frozenset(("type", "action", "eventTimeZoneOffset"))

_NUMBERED: Final = frozenset(("programme", "seq", "kind"))
"""What every statement says of itself: shown last, since nobody decides by it."""


_UNSEEN: Final = re.compile("[\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that show nothing or turn the direction of what follows; those that Persian and Arabic are written with are none."""


def visible(text: str) -> str:
    """Return a text with what nobody sees shown by its number: it would let the text read as another one."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


class SaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a statement says.

    Attributes:
        label: what it is.
        field: what it is called in the statement.
        value: in words; empty where there are ``lines``.
        code: as it stands in the statement, where that differs.
        lines: what a group of fields, or a list, holds.
    """

    label: str
    field: str
    value: str = ""
    code: str = ""
    lines: tuple["SaidLine", ...] = ()


def said_lines(payload: bytes, words: Localizer) -> tuple[SaidLine, ...]:
    """Return everything that bytes say, every field of them.

    Args:
        payload: of a statement.
        words: of the reader.
    """
    said = _read(payload.decode())
    lines = [_line(name, value, words) for name, value in said.items() if name not in _NUMBERED]
    return (*lines, *(_line(name, said[name], words) for name in sorted(_NUMBERED & said.keys())))


def flat_lines(lines: Iterable[SaidLine], above: str = "") -> Iterator[tuple[str, str]]:
    """Give what lines say, those of groups among them, each as its label and value; a language or a place in a list is no label.

    What the form of an event of goods repeats of the act and the time is left out.
    """
    for line in lines:
        label = above if above and line.label == line.field else line.label
        if line.lines:
            inner = (one for one in line.lines if line.field != "event" or one.field not in _OF_ITS_FORM)
            yield from flat_lines(inner, label)
        else:
            yield label, line.value


def act_of(payload: bytes, words: Localizer) -> str:
    """Return in a few words what is done by saying this."""
    said = _read(payload.decode())
    event = _read(said.get("body", {}).get("event", "{}")) if said["kind"] == "goods" else {}
    acts = (f"goods:{event.get('bizStep', '')}", f"{said['kind']}:{said.get('body', {}).get('action', '')}")
    codes = (*acts, str(said["kind"]))
    return next((words.term(code, "act") for code in codes if word_of(code, "act") is not None), str(said["kind"]))


def told_goods(payload: bytes, words: Localizer) -> list[str]:
    """Return of goods in sentences what decides: how much of what, under which number, where, and whether more comes.

    They are read from the bytes like everything else on the page; nothing where no goods are told of.
    """
    said = _read(payload.decode())
    if said["kind"] != "goods":
        return []
    event = _read(said["body"]["event"])
    told = []
    for line in event.get("quantityList", ()):
        unit = words.unit(line.get("uom", "C62"))
        material = _value("epcClass", line.get("epcClass", ""), words)
        told.append(words.say("{number} {unit} of {material}.", number=line["quantity"], unit=unit, material=material))
    papers = [visible(one["bizTransaction"]) for one in event.get("bizTransactionList", ())]
    if papers:
        told.append(words.say("Number {papers}, at {place}.", papers=words.listed(papers), place=_place(event, words)))
    match event.get("enduse:complete"):
        case "true":
            told.append(words.say("This was the last part."))
        case "false":
            told.append(words.say("More is to come."))
    return told


def _place(event: dict[str, Any], words: Localizer) -> str:
    return words.name(str(event.get("readPoint", {}).get("id", "")))


def _read(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds, its numbers with the digits they are written with
    return json.loads(text, parse_float=str, parse_int=str)


def _line(name: str, value: Any, words: Localizer) -> SaidLine:  # noqa: ANN401 - plain data
    label = words.translated((FIELDS | HEADS)[name]) if name in FIELDS or name in HEADS else visible(name)
    if name == "event" and isinstance(value, str):
        inner = {key: each for key, each in _read(value).items() if key != "@context"}
        return SaidLine(label=label, field=name, lines=_group(inner, words))
    if isinstance(value, dict) and value.keys() == {"id"}:
        return _line(name, value["id"], words)
    if isinstance(value, dict):
        return SaidLine(label=label, field=name, lines=_group(value, words))
    if isinstance(value, list):
        items = tuple(_line(str(at), each, words) for at, each in enumerate(value, 1))
        return SaidLine(label=label, field=name, lines=items)
    shown = _value(name, value, words)
    written = _written(value)
    return SaidLine(label=label, field=name, value=shown, code="" if shown == written else written)


def _group(value: dict[str, Any], words: Localizer) -> tuple[SaidLine, ...]:
    return tuple(_line(name, each, words) for name, each in value.items())


def _written(value: object) -> str:
    return (
        {True: "true", False: "false", None: "null"}[value] if isinstance(value, bool | None) else visible(str(value))
    )


def _value(name: str, value: Any, words: Localizer) -> str:  # noqa: ANN401 - plain data
    written = _written(value)
    if written in VALUES:
        return words.translated(VALUES[written])
    if name in _TIMES:
        return _time(written, words)
    if written.startswith(_CLASS):
        return words.listed(words.name(unquote(part)) for part in written.removeprefix(_CLASS).split(":"))
    if words.spellings(written):
        return words.name(written)
    if (unit := words.unit(written)) != written:
        return unit
    if name == "kind" and word_of(written, "act") is not None:
        return words.term(written, "act")
    for code in (f"act:goods:{written}", written):
        if code in CHOICES or word_of(code, "term") is not None:
            return choice_word(code, words)
    return written


def _time(written: str, words: Localizer) -> str:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    return words.moment(at.astimezone(UTC).isoformat(), with_time=True) if at.tzinfo else written
