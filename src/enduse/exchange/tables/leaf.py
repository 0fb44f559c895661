"""One value of a profile that is worked out for each row, and the steps from a cell's text to it: identifiers, numbers, dates."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Context, Decimal, Inexact
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.amount_text import parted, signed
from enduse.exchange.tables.cells import NumberCell, as_identifier, with_western_digits
from enduse.exchange.tables.moments import moment_step
from enduse.exchange.tables.unit_words import measured
from enduse.messages import Message
from enduse.statements.epcis import OWN_CLASS
from enduse.terms.amounts import exact_decimal
from enduse.terms.forms import nearest, unknown_field, unknown_word
from enduse.terms.names import identifier_form, skeletons, spelling, without_marks

MISSING: Final = object()
"""What a leaf without a value gives; it is left out of the table or list around it."""

END: Final = "end:"
"""What stands before a name that may be a party's or a place's, at an end of a way: no identifier begins so."""
_STYLES: Final = {"1234.5": ("", "."), "1,234.5": (",", "."), "1.234,5": (".", ","), "1234,5": ("", ",")}
_GROUPS: Final = " \u00a0\u2009\u202f\u066c'\u2019"
"""What groups digits in any style: spaces, such as do not break, the Arabic sign for thousands, the apostrophe of the Swiss."""
_POINT: Final = "\u066b"
"""What stands before decimals in any style: the Arabic sign."""
_MINUS: Final = "\u2212"
_URIS: Final = ("urn:", "http://", "https://")
_PLAIN_ID: Final = re.compile("[!-~]{1,200}")
"""An identifier as it stands in statements; one that a table gives already is not made anew."""
_ELEMENT: Final = re.compile(r"\(01\) ?([0-9]{14})")
"""A number of a trade item as it is printed under a bar code."""
_EXACT: Final = Context(prec=100, traps=[Inexact])
_AS_ABOVE: Final = frozenset(('"', "''", "\u201d", "\u3003", "do.", "-do-", "ditto", "idem", "id.", "dto.", "كذلك"))
"""What people write where a cell says the same as the one above it."""
_NOBODY: Final = frozenset(
    ("-", "--", "\u2013", "\u2014", "_", ".", "...", "\u2026", "?", "n/a", "n.a.", "#n/a", "n/k", "s/d", "null", "none", "unknown", "not known", "tbd", "t.b.d.", "tba", "inconnu", "немає", "невідомо", "неизвестно", "لا يوجد", "غير متوفر", "غير معروف", "غير محدد", "مجهول")
)  # fmt: skip
"""What people write where there is nobody and nothing to name; a shorter *NA* may be somebody."""
_NAMES: Final = frozenset(("donor", "recipient", "place", "party", "holder", "supplier", "contractor", "by", "speaker"))
"""Fields that name somebody or something."""
_TRUE: Final = frozenset(("true", "yes", "y", "1", "oui", "sí", "si", "так", "да", "نعم", "✓"))
_FALSE: Final = frozenset(("false", "no", "n", "0", "non", "ні", "нет", "لا", "✗"))
_CALLED: Final = ("party:", "place:", "project:", OWN_CLASS)
"""What people call by a name rather than by a number."""
_SPELLINGS_MAX: Final = 100_000
"""So many spellings of a column are remembered, to tell when two become one identifier."""

Step = Callable[[Any], Any]


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One value of a profile that is worked out for each row; see the module."""

    column: str | None = None
    template: str | None = None
    json: Any = None
    row: bool = False
    content: str | None = None
    pattern: tuple[str, ...] | str = ()
    truth: bool = False
    whole: bool = False
    offset: bool = False
    map: str | None = None
    otherwise: Literal["refuse", "keep", "omit"] = "refuse"
    slug: str | None = None
    paper: bool = False
    or_place: Literal["identifier", "type"] | None = None
    number: Literal["1234.5", "1,234.5", "1.234,5", "1234,5"] | None = None
    scale: str | None = None
    places: int | None = None
    bare: bool = False
    money: bool = False
    sign_in: str | None = None
    measured: bool = False
    date: tuple[str, ...] = ()
    time: str = "00:00"
    zone: str = "UTC"
    required: bool = False
    default: str | None = None
    when: tuple[str, ...] = ()


ORIGINS: Final = ("column", "template", "json", "row", "content")
_LEAF_KEYS: Final = frozenset(Leaf.__struct_fields__)
_ONLY_IN_LEAVES: Final = frozenset(("map", "otherwise", "slug", "scale", "bare", "required", "when"))


def steps_of(leaf: Leaf, path: str, lists: dict[str, dict[str, str]], notes: list[Message], column: str) -> list[Step]:
    """Return what is done to a leaf's raw value, in order.

    Args:
        leaf: as the profile says.
        path: where it says so, for messages.
        lists: the profile's lists.
        notes: takes what had to be changed in a cell.
        column: what to name in such notes.

    Raises:
        MalformedError: the profile asks for a list, zone or form that is not there.
    """
    steps = _parts_of(leaf, path)
    if leaf.map is not None:
        if leaf.map not in lists:
            raise MalformedError("profile.list_missing", path=path, list=leaf.map)
        steps.append(_looked_up(lists[leaf.map], leaf.otherwise, leaf.map))
    if leaf.slug is not None:
        steps.append(_slugged(leaf.slug, notes, column, or_place=leaf.or_place is not None))
    if leaf.number is not None and not leaf.whole:
        steps.append(_number(leaf, notes, column))
    if leaf.date:
        steps.append(moment_step(leaf.date, leaf.time, leaf.zone, path, offset=leaf.offset))
    if leaf.truth:
        steps.append(_truth)
    if leaf.whole:
        steps.append(_whole(leaf))
    if leaf.column is not None and not steps:
        steps += [_named] if path.rpartition(".")[2] in _NAMES else []
        steps.append(lambda text: text if any(map(str.isspace, text.strip())) else as_identifier(text, notes, column))
    return steps


def _parts_of(leaf: Leaf, path: str) -> list[Step]:
    """Return the steps that take a part of what is written."""
    steps: list[Step] = []
    if leaf.pattern:
        steps.append(_part_of((leaf.pattern,) if isinstance(leaf.pattern, str) else leaf.pattern, path))
    if leaf.measured:
        steps.append(_number_or_unit(unit=leaf.map is not None))
    return steps


def end_of_way(called: Mapping[str, str], wanted: str) -> Step:
    """Return the step to the party at an end of a way, or to the place where no party but a place is called so; or to which of both it is.

    Args:
        called: identifiers, by those that are made of a name alone.
        wanted: ``identifier`` or ``type``.
    """

    def meant(made: str) -> str:
        party = made.replace(END, "party:", 1) if made.startswith(END) else made  # an identifier stays the one it is
        found = called.get(party) or called.get(made, party)
        if wanted == "identifier":
            return found
        return "location" if found.startswith("place:") else "possessing_party"

    return meant


def _named(text: str) -> str:
    """Refuse what says that there is nobody to name."""
    if without_marks(text).strip().casefold() in _NOBODY:
        raise MalformedError("cell.names_nobody", read=text.strip())
    return text


def _part_of(patterns: tuple[str, ...], path: str) -> Step:
    """Return the step that takes the part of a text that stands for ``{}`` in a pattern; ``*`` stands for anything."""
    forms = []
    for pattern in patterns:
        if pattern.count("{}") != 1:
            raise MalformedError("profile.pattern_unreadable", path=path, read=pattern)
        form = re.escape(pattern).replace(r"\{\}", "(.+?)").replace(r"\*", ".*?").replace(r"\ ", r"\s+")
        forms.append(re.compile(form, re.IGNORECASE))

    def take(text: str) -> str:
        if isinstance(text, NumberCell):
            return text
        plain = without_marks(text).strip()
        for form in forms:
            if found := form.fullmatch(plain):
                return found[1]
        raise MalformedError("cell.not_of_pattern", read=plain, forms=patterns)

    return take


def _number_or_unit(*, unit: bool) -> Step:
    """Return the step that takes the number of a measure, such as *2000 kg*, or its unit."""

    def take(text: str) -> str:
        number, written = measured(" ".join(with_western_digits(without_marks(text)).split()))
        if unit and not written:
            raise MalformedError("cell.no_unit", read=text.strip())
        return written if unit else number if written else text

    return take


def _truth(text: str) -> bool:
    word = with_western_digits(without_marks(text)).strip().casefold()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise MalformedError("cell.not_a_truth", read=text)


def _whole(leaf: Leaf) -> Step:
    number = _number(msgspec.structs.replace(leaf, bare=False))

    def read(text: str) -> int:
        exact = Decimal(number(text))
        if exact != exact.to_integral_value():
            raise MalformedError("cell.not_whole", read=text)
        return int(exact)

    return read


def _looked_up(values: dict[str, str], otherwise: str, name: str) -> Step:
    western = {with_western_digits(key): value for key, value in values.items()}

    def look(text: str) -> object:
        key = " ".join(without_marks(text).split())
        listed = values.get(key) or western.get(with_western_digits(key)) or values.get(key.rstrip("."))
        if listed is not None:
            return listed
        if otherwise == "refuse":
            raise MalformedError("cell.not_listed", read=key, list=name)
        return str(text) if otherwise == "keep" else MISSING

    return look


def _number(leaf: Leaf, notes: list[Message] | None = None, column: str = "") -> Step:
    style = leaf.number or "1234.5"
    group, point = _STYLES[style]
    groups, points = re.escape(group + _GROUPS), re.escape(point + _POINT)
    # In India a comma stands before the last three digits and between pairs before them: 12,34,567.
    pairs = r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}" if group == "," else ""
    whole = rf"[0-9]+|[0-9]{{1,3}}(?P<group>[{groups}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*{pairs}"
    form = re.compile(rf"[+-]?(?:(?:{whole})(?:[{points}][0-9]*)?|[{points}][0-9]+)")
    scale = None if leaf.scale is None else Decimal(exact_decimal(leaf.scale))

    def read(text: str) -> object:
        plain = str(text)
        if not isinstance(text, NumberCell):
            plain = signed(with_western_digits(without_marks(text.strip())).replace(_MINUS, "-"))
            plain = plain if form.fullmatch(plain) or not leaf.money else parted(plain)[0]
            if not form.fullmatch(plain):
                raise MalformedError("cell.not_a_number", read=text, form=style)
            plain = re.sub(f"[{points}]", ".", re.sub(f"[{groups}]", "", plain))
            plain = re.sub(r"^([+-]?)\.", r"\g<1>0.", plain)
        plain = exact_decimal(plain)
        if scale is not None:
            try:
                plain = format(_EXACT.multiply(Decimal(plain), scale), "f")
            except Inexact as error:
                raise MalformedError("cell.too_many_digits", read=text) from error
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if leaf.places is not None and len(plain.partition(".")[2]) > leaf.places:
            plain = format(round(Decimal(plain), leaf.places), "f").rstrip("0").rstrip(".")
            if notes is not None:
                notes.append(Message.of("cell.rounded", column=column, places=leaf.places))
        return msgspec.Raw(plain.encode()) if leaf.bare else plain

    return read


def read_number(text: str, style: str) -> Decimal | None:
    """Return the number of a cell that is written in a style; nothing, where it is none."""
    try:
        return Decimal(str(_reader_of(style)(text)))
    except MalformedError:
        return None


@lru_cache(maxsize=8)
def _reader_of(style: str) -> Step:
    return _number(msgspec.convert({"number": style, "money": True}, Leaf))


_PROMISES: Final = ("disbursement:", "pledge:", "commitment:")
_OWN_NUMBER: Final = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9./_-]*")
"""A number of money that is an identifier as it stands: others name it so, and its giver may have said it in no table."""


def _slugged(prefix: str, notes: list[Message], column: str, *, or_place: bool = False) -> Step:
    written: dict[str, str] = {}
    seen: dict[str, str] = {}
    own = (prefix, "place:", *_URIS) if or_place else (prefix, *_URIS) if prefix else _URIS

    def make(text: str) -> str:
        plain = as_identifier(_named(text), notes, column)
        if plain.casefold() in _AS_ABOVE:
            raise MalformedError("cell.as_above", read=plain)
        if not prefix:
            plain = plain.removeprefix(OWN_CLASS)
        plain = _ELEMENT.sub(r"\1", plain)
        kept = plain.startswith(own) and _PLAIN_ID.fullmatch(plain)
        kept = kept or (prefix in _PROMISES and _OWN_NUMBER.fullmatch(plain))
        identifier = plain if kept else prefix + slug(plain)
        first = written.get(identifier)
        if first is None:
            if len(written) < _SPELLINGS_MAX:
                written[identifier] = plain
                notes.extend(_looking_alike(plain, seen, column) if prefix in _CALLED else ())
        elif spelling(first) != spelling(plain):
            if any(map(str.isdigit, plain)):
                raise MalformedError("cell.identifier_shared", read=plain, other=first, identifier=identifier)
            names = sorted((first, plain))
            notes.append(Message.of("cell.name_shared", column=column, names=names, identifier=identifier))
        return END + identifier.removeprefix(prefix) if or_place and not kept else identifier

    return make


def _looking_alike(name: str, seen: dict[str, str], column: str) -> Iterator[Message]:
    """Tell of a name that a reader cannot tell from another of this column, such as one with a letter of another script."""
    for skeleton in skeletons(name):
        if (other := seen.setdefault(skeleton, name)) != name:
            yield Message.of("cell.names_look_alike", column=column, names=sorted((other, name)))
            return


PAPER: Final = "waybill:"
"""What identifiers begin with that are made of the number of a paper on which goods travel."""


def paper(number: str) -> str:
    """Return the identifier that is made of a number on paper; of one of signs alone, the number."""
    try:
        return PAPER + slug(number)
    except MalformedError:
        return number


@lru_cache(maxsize=65_536)
def slug(text: str) -> str:
    """Return an identifier for a name: lower case, no accents, hyphens for anything but letters and digits.

    Identifiers are ASCII: letters of another script are encoded as in the names of internet hosts (RFC 3492).

    Signs between two digits stay, so that 1/12 and 1-12 are two; a name too long for an identifier is cut, with a
    digest of all of it behind.

    Raises:
        MalformedError: nothing is left of it.
    """
    identifier = identifier_form(text)
    if not identifier:
        raise MalformedError("cell.no_identifier", read=text)
    return identifier


def looks(prefix: str, name: str) -> list[str]:
    """Return what a name looks like, such as ``party:~acme``: no identifier that is made of a name has that form."""
    return [f"{prefix}~{skeleton}" for skeleton in skeletons(name)]


def names_by_content(part: object) -> bool:
    """Say whether a profile names what it reads by the content of the row."""
    if isinstance(part, dict):
        return "content" in part or any(map(names_by_content, part.values()))
    return isinstance(part, list | tuple) and any(map(names_by_content, part))


def look_for_slips(value: dict[str, Any], path: str) -> None:
    """Refuse a table that was meant to be a leaf: it has a leaf's keys, and one misspelt where the value comes from."""
    options = value.keys() & _LEAF_KEYS
    for key in value.keys() - options:
        if nearest(key, ("column", "template")):
            raise MalformedError.about(unknown_field(key, sorted(_LEAF_KEYS), ORIGINS), path=path)
    if options == value.keys() and options & _ONLY_IN_LEAVES:
        raise MalformedError("profile.no_origin", path=path, keys=sorted(options), origins=ORIGINS)


def no_column(name: str, columns: Iterable[str]) -> Message:
    """Say that a table has no such column, with the one that was probably meant."""
    return unknown_word(name, Message.of("form.column"), {column: column for column in columns})
