"""How a report is worded: messages from gettext catalogues, numbers, quantities, dates and names, in one language.

Whatever is put into a sentence (a number, a quantity, a name, an identifier) is isolated, so that "(12,500 kg)" stays
in one piece inside Arabic text. Western digits are used in Arabic too, as in the humanitarian press of the Levant and as
in the identifiers beside them; where CLDR writes a language in digits of its own, as Persian, running numbers and dates are
written in these, and never identifiers, codes or numbers of statements.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, get_currency_name

from enduse.errors import Problem
from enduse.messages import Amount, Message, Value, Wording
from enduse.messages.plain import fill, holds_sentences, text_of, word_of
from enduse.pages.catalogue import ENGLISH as SOURCE
from enduse.pages.catalogue import catalogue, locale_of, mark, mark_count
from enduse.terms.amounts import MINOR_PER_UNIT, WIDE, base_of
from enduse.terms.currencies import PLACES
from enduse.terms.names import as_written
from enduse.terms.texts import Names, Text, say
from enduse.terms.units import SHOWN, UNITS
from enduse.views.shapes import Figure

NAME_SHOWN: Final = 160
"""Letters of a name that stand on pages and in tables; a name may have thousands, and would push all else away."""

FORMER_SHOWN: Final = 8
"""Former names that are told beside a name; of more the first and the last ones, and that there are more."""

SMALL: Final = Decimal(1_000_000)
"""Sums below this are written out."""

_FINE: Final = Decimal(10)
_LARGE: Final = Decimal(100_000)
_BILLION: Final = Decimal(1_000_000_000)

_MONDAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FSI: Final = "\u2068"
_PDI: Final = "\u2069"
_LRM: Final = "\u200e"
_ISOLATES: Final = re.compile("[\u2066-\u2069]")

_ERA: Final = re.compile(r"\s*'[^']*'\.?$")
"""A word for "year" behind a date, as in Ukrainian, which would end sentences with two full stops."""

_DIGITS: Final = {"arabext": str.maketrans("0123456789.,%", "۰۱۲۳۴۵۶۷۸۹\u066b\u066c\u066a")}
"""Digits and signs of the numbering systems that are a language's usual one and not the Western."""

_CODED: Final = frozenset((SOURCE, "fr"))
"""Languages that name a currency by its code: in French its name would need another article after each (one says "a million of euros")."""

Isolate = Callable[[str], str]
"""Makes a part of a sentence safe to stand in it."""


def isolated(text: str) -> str:
    """Return ``text`` between Unicode isolates (FSI, PDI): for terminals and SVG, which have no ``bdi``.

    Isolates within it that are not closed, or close what it did not open, would reach out of it and are taken away.
    """
    depth = 0
    for character in _ISOLATES.findall(text):
        depth += -1 if character == _PDI else 1
        if depth < 0:
            break
    inner = _ISOLATES.sub("", text) if depth else text
    return f"{_FSI}{inner}{_PDI}"


def as_it_is(text: str) -> str:
    """Return ``text``: for one-directional terminals."""
    return text


def mapped(names: Mapping[str, Text], change: Callable[[str], str]) -> Names:
    """Return names, former ones included, with every text changed."""
    return (names if isinstance(names, Names) else Names(names)).mapped(change)


class Localizer:
    """Words a report in one language.

    Attributes:
        language: BCP 47 tag.
        direction: ``ltr`` or ``rtl``.
        isolate: what is done to each part of a sentence.
    """

    def __init__(self, language: str, names: Mapping[str, Text], isolate: Isolate = as_it_is) -> None:
        self.language = language
        self.isolate = isolate
        self._names = names
        self._former = names.former if isinstance(names, Names) else {}
        self._messages = catalogue(language)
        self._locale = locale_of(language)
        self.direction = self._locale.text_direction
        self._digits = _DIGITS.get(self._locale.default_numbering_system, {})
        self._day, self._day_of_year = _days_of(self._locale)

    def say(self, message: str, **parts: object) -> str:
        """Return a message with its parts put in."""
        return self._fill(self._messages.gettext(message), parts)

    def translated(self, text: str) -> str:
        """Return a text of ours that has no parts; one that no catalogue knows as it is."""
        return self._messages.gettext(text) if text else ""

    def count(self, one: str, many: str, number: int, **parts: object) -> str:
        """Return a message in the plural form for ``number``, which it may name as ``{n}``."""
        text = self._messages.ngettext(one, many, number)
        return self._fill(text, {"n": self.number(number), **parts})

    def _fill(self, text: str, parts: Mapping[str, object]) -> str:
        return text.format(
            **{name: self.isolate(value if isinstance(value, str) else str(value)) for name, value in parts.items()}
        )

    def practice(self) -> str:
        """Say what every page of a programme begins with that is kept for practice."""
        return self.say("Practice: one folder holds every party's key, so whoever has it can speak for all of them.")

    def message(self, message: Message) -> str:
        """Return a message in this language."""
        text = text_of(message.code)
        number = message.values.get("n")
        if text.many and isinstance(number, int):
            wanted = self._messages.ngettext(text.text, text.many, number)
        else:
            wanted = self._messages.gettext(text.text)
        return fill(wanted, message, self._value)

    def remedy(self, message: Message) -> str:
        """Return what can be done about a message; may be empty."""
        text = text_of(message.code).remedy
        return fill(self._messages.gettext(text), message, self._value) if text else ""

    def problem(self, problem: Problem) -> dict[str, object]:
        """Return a problem for programs: its code and values, and its words in this language."""
        return {
            "code": problem.code,
            "values": problem.values,
            "message": self.message(problem.told),
            "source": problem.source,
            "sheet": problem.sheet,
            "line": problem.line,
            "cell": problem.cell,
            "path": problem.path,
            "remedy": self.remedy(problem.told),
        }

    def term(self, code: str, how: str = "term") -> str:
        """Return a word of the vocabulary, or, where ``how`` is ``act``, an act; one nobody knows as it is."""
        word = word_of(code, how)
        return self.isolate(code.replace("_", " ")) if word is None else self._messages.gettext(word)

    def _value(self, value: Value, how: str) -> str:
        """Return a value of a message as its text asks for it, safe to stand in a sentence."""
        match value:
            case Message():
                return self.message(value)
            case Amount():
                worded = self.quantity if how == "quantity" else self.amount
                return self.isolate(worded(value.amount, value.resource))
            case Wording():
                return self.isolate(self.text(value.texts))
            case list():
                shown = (self._value(item, "name" if how == "names" else how) for item in value)
                return self.listed(shown, sentences=holds_sentences(value))
            case int():
                return self._whole(value, how)
        match how:
            case "name":
                return self.isolate(self.name(value))
            case "term" | "act":
                return self.term(value, how)
            case "day" | "time":
                return self.isolate(self.moment(value, with_time=how == "time"))
            case "number":
                return self.isolate(self.number(Decimal(value), 9))
        return self.isolate(value)

    def listed(self, items: Iterable[str], *, sentences: bool = False) -> str:
        """Return some parts in a row; sentences, which hold commas of their own, with semicolons between."""
        return self._separator(sentences=sentences).join(items)

    def named(self, identifiers: Iterable[str]) -> str:
        """Return some identifiers in a row, each by its name."""
        return self.listed(self.isolate(self.name(identifier)) for identifier in identifiers)

    def _separator(self, *, sentences: bool) -> str:
        return self._messages.gettext("; ") if sentences else self._messages.gettext(", ")

    def _whole(self, value: int, how: str) -> str:
        if how == "period":
            return self.say("period {number}", number=str(value))
        return self.isolate(self.number(value) if how == "number" else str(value))

    def moment(self, text: str, *, with_time: bool = False) -> str:
        """Return an RFC 3339 instant, or an ISO date, as its day in UTC, with the time where that is wanted."""
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at
        day = self._dated(at, self._day)
        return f"{day} {at:%H:%M}".translate(self._digits) + " UTC" if with_time else day

    def _dated(self, at: datetime, pattern: str) -> str:
        return str(format_date(at, format=pattern, locale=self._locale)).translate(self._digits)

    def name(self, identifier: str) -> str:
        """Return a name for people, with what it was before where it changed; else the identifier."""
        called = say(self._names.get(identifier), self.language) or as_written(identifier)
        # Two long names may begin alike.
        name = called if len(called) <= NAME_SHOWN else f"{called[:NAME_SHOWN]}… ({as_written(identifier)})"
        former = [say(text, self.language) for text in self._former.get(identifier, ())]
        earlier = [_cut(each) for each in dict.fromkeys(former) if each and each != called]
        if len(earlier) > FORMER_SHOWN:
            earlier = [earlier[0], "…", *earlier[1 - FORMER_SHOWN :]]
        if not earlier:
            return name
        return self.say("{name} (formerly {earlier})", name=name, earlier=self.listed(map(self.isolate, earlier)))

    def spellings(self, identifier: str) -> tuple[str, ...]:
        """Return the names of an identifier in every language."""
        return tuple(self._names.get(identifier, {}).values())

    def text(self, text: Text, default: str = "") -> str:
        """Return a text in this language, or in the nearest there is."""
        return say(text, self.language, default)

    def tongue(self, text: Text) -> str:
        """Return the language in which :meth:`text` answers."""
        return self.language if text.get(self.language) else "en" if text.get("en") else next(iter(text), "en")

    def number(self, value: int | Decimal, digits: int = 3, *, least: int = 0) -> str:
        """Return a number with grouping, at most ``digits`` decimals and at least ``least``."""
        pattern = "#,##0" + ("." + "0" * least + "#" * (digits - least) if digits else "")
        with localcontext(WIDE):
            western = str(format_decimal(value, format=pattern, locale=self._locale, numbering_system="latn"))
        shown = western.translate(self._digits)
        # Among letters that run from the right a minus would move behind its digits; CLDR puts the same mark before it.
        return f"{_LRM}{shown}" if value < 0 and self.direction == "rtl" else shown

    def percent(self, part: int, whole: int) -> str:
        """Return ``part`` of ``whole`` in per cent; above nothing and below one it says so."""
        if not whole:
            return "-"
        share = Decimal(100 * part) / whole
        if 0 < share < 1:
            return "<" + self._hundredths(self.number(1))
        return self._hundredths(self.number(share, 1))

    def _hundredths(self, number: str) -> str:
        """Return a number as so many per cent."""
        return number + str(self._locale.percent_formats[None].pattern).partition("0")[2].translate(self._digits)

    def amount(self, amount: int, resource: str, digits: int | None = None) -> str:
        """Return a quantity with its unit, or money with its currency, without naming the material.

        What would be shown as nothing is shown in a smaller unit.
        """
        name, _, base = resource.rpartition("/")
        if name == "money":
            return self.money(amount, base)
        code = SHOWN[base]
        value = Decimal(amount) / UNITS[code].factor
        if digits is None:
            digits = 0 if abs(value) >= _LARGE else 1 if abs(value) >= _FINE else 3
        if amount and not round(value, digits):
            name, in_base = next((name, size) for name, size in _SMALLER[base] if abs(amount) >= size)
            return f"{self.number(Decimal(amount) / in_base)}\u00a0{self._messages.gettext(name)}"
        shown = self.number(value, digits)
        return f"{shown}\u00a0{self._unit(base, value)}" if base != "piece" else self.number(value, 0)

    def _unit(self, base: str, value: Decimal) -> str:
        """Return the name of the unit in which ``value`` is shown; what is no whole number is many."""
        name = _UNIT_NAMES[base]
        if isinstance(name, str):
            return self._messages.gettext(name)
        number = abs(value).normalize()
        # A catalogue knows a form for what is no whole number; where there is none, as in English, that is many.
        return self._messages.ngettext(*name, int(number) if number == int(number) else number)  # type: ignore[arg-type]

    def bare(self, amount: int, resource: str) -> str:
        """Return a quantity without its unit, for under a heading that names it; with one that is not the usual."""
        shown, _, unit = self.amount(amount, resource).partition("\u00a0")
        smaller = {self._messages.gettext(name) for name, _ in _SMALLER.get(resource.rpartition("/")[2], ())}
        return f"{shown}\u00a0{unit}" if unit in smaller else shown

    def unit(self, code: str) -> str:
        """Return the name of a unit in which quantities are shown; a code that is none, such as a currency's, as it is."""
        known = UNITS.get(code)
        return code if known is None else self._unit(known.base, Decimal(1))

    def money(self, amount: int, currency: str) -> str:
        """Return a sum, large ones in millions."""
        value = Decimal(amount) / MINOR_PER_UNIT
        if abs(value) < SMALL:
            places = max(PLACES.get(currency) or 0, 2)  # a dinar of Kuwait has three
            return self.in_currency(
                self.number(value, places, least=0 if value == round(value) else places), currency, value
            )
        if abs(value) >= _BILLION:  # aid is reported in millions, however many
            figure = self._messages.gettext("{n} million").format(n=self.number(value / SMALL))
        else:
            shown = format_compact_decimal(
                value, format_type="long", locale=self._locale, fraction_digits=2, numbering_system="latn"
            )
            figure = str(shown).translate(self._digits)
        return self.in_currency(figure, currency, SMALL)

    def currency(self, code: str) -> str:
        """Return what a currency is called: its code in languages that write sums with it, and where it has no name."""
        if self.language in _CODED or code not in PLACES:
            return code
        return self.isolate(get_currency_name(code, locale=self._locale))

    def in_currency(self, figure: str, currency: str, value: Decimal) -> str:
        """Return a figure with its currency, in the form of its name that goes with ``value``."""
        if self.language == SOURCE:
            return f"{currency}\u00a0{figure}"
        if self.language in _CODED:
            return f"{figure} {currency}"
        return f"{figure} {get_currency_name(currency, count=abs(value).normalize(), locale=self._locale)}"

    def exactly(self, figure: Figure) -> str:
        """Return a sum of money to the smallest coin of its currency, so that parts can be added up against a total."""
        currency, value = base_of(figure.resource), Decimal(figure.amount) / MINOR_PER_UNIT
        places = PLACES.get(currency) or 0
        shown = self.number(value, places, least=0 if value == round(value) else places)
        return self.in_currency(shown, currency, value)

    def material(self, resource: str) -> str:
        """Return the name of what a resource is."""
        name, _, base = resource.rpartition("/")
        return self.say("money ({currency})", currency=base) if name == "money" else self.name(name)

    def of(self, figure: Figure, digits: int | None = None) -> str:
        """Return a figure with what it is of, such as ``20 t of cement``."""
        return self.quantity(figure.amount, figure.resource, digits)

    def quantity(self, amount: int, resource: str, digits: int | None = None) -> str:
        """Return a quantity of a named material, such as ``20 t of cement``, or a sum of money."""
        shown = self.amount(amount, resource, digits)
        if resource.startswith("money/"):
            return shown
        if resource.endswith("/piece"):
            return self.say("{amount} {things}", amount=shown, things=self.material(resource))
        return self.say("{amount} of {material}", amount=shown, material=self.material(resource))

    def day(self, at: datetime) -> str:
        """Return the UTC day of an instant."""
        return self._dated(at.astimezone(UTC), self._day)

    def weekday(self, code: str) -> str:
        """Return the short name of a day of the week, such as ``mon``."""
        return self._dated(_MONDAY + timedelta(days=_DAYS.index(code)), "ccc")

    def days(self, first: datetime, last: datetime) -> str:
        """Return a span of UTC days; month and year are said once where they are the same."""
        start, end = first.astimezone(UTC), last.astimezone(UTC)
        same = "d" if (start.year, start.month) == (end.year, end.month) else self._day_of_year
        begin = self._dated(start, same if start.year == end.year else self._day)
        return self.say("{start} to {end}", start=begin, end=self.day(last))


def _cut(name: str) -> str:
    return name if len(name) <= NAME_SHOWN else f"{name[:NAME_SHOWN]}…"


def _days_of(locale: Locale) -> tuple[str, str]:
    """Return the patterns of a day, with its year and without; in English the day stands first, as in most of the world."""
    if locale.language == SOURCE:
        return "d MMMM y", "d MMMM"
    dated = _ERA.sub("", str(locale.date_formats["long"].pattern))
    return dated, locale.datetime_skeletons["MMMMd"].pattern.replace("L", "M")


_UNIT_NAMES: Final[dict[str, str | tuple[str, str]]] = {
    "g": mark_count("t", "t"),
    "ml": mark_count("litre", "litres"),
    "piece": mark_count("piece", "pieces"),
    "pallet": mark_count("pallet", "pallets"),
    "vehicle": mark_count("load", "loads"),
    "bag": mark_count("bag", "bags"),
    "box": mark_count("box", "boxes"),
    "carton": mark_count("carton", "cartons"),
    "sack": mark_count("sack", "sacks"),
    "package": mark_count("package", "packages"),
    "crate": mark_count("crate", "crates"),
    "drum": mark_count("drum", "drums"),
    "jerrycan": mark_count("jerrycan", "jerrycans"),
    "bottle": mark_count("bottle", "bottles"),
    "roll": mark_count("roll", "rolls"),
    "bale": mark_count("bale", "bales"),
    "kit": mark_count("kit", "kits"),
    "set": mark_count("set", "sets"),
    "mm": mark("m"),
    "mm2": mark("m²"),
    "Wh": mark("kWh"),
}

_SMALLER: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "g": ((mark("kg"), 1000), (mark("g"), 1)),
    "ml": ((mark("ml"), 1),),
    "mm": ((mark("mm"), 1),),
    "mm2": ((mark("cm²"), 100), (mark("mm²"), 1)),
    "Wh": ((mark("Wh"), 1),),
}
"""Units for what is less than the usual one can show, with their size in base units, the largest first."""
