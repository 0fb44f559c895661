"""Rules of an IATI ruleset, evaluated on one activity or organisation after the other.

A ruleset is a JSON document: contexts (XPath), in each the names of rules, in each its cases. Every rule of the
specification is evaluated; one that this module does not know is an error, never passed over in silence. Texts of the
standard's own rules stay in the language the standard gives them.

Source: IATI Rulesets, version 2.03, "IATI Ruleset Spec - JS Edition".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.standards.imports import etree

_NAMESPACES: Final = {"xml": "http://www.w3.org/XML/1998/namespace"}
_OF_ALL: Final = {
    "lang": ("descendant::narrative", "@xml:lang"),
    "sector": ("transaction", "sector"),
    "currency": ("descendant::value | descendant::loan-status | descendant::forecast", "@currency"),
}
"""What ``one_or_all`` means by each word it may name: the elements, and what each has to have."""

_NOW: Final = "NOW"
_AGENCIES: Final = "ORG-ID-PREFIX"
_KNOWN: Final = {"NOT_EXISTING_ORG_ID": False, "NOT_EXISTING_ORG_ID_PREFIX": True}
"""Conditions about identifiers in the registry of publishers: whether a known one is looked for at the beginning."""
_DATE: Final = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?:T.*|Z|[+-]\d\d:\d\d)?\s*\Z")

Case = Mapping[str, Any]


class RuleInfo(msgspec.Struct, frozen=True):
    """What the standard says of a case.

    Attributes:
        id: its number, such as ``6.11.1``.
        severity: ``error``, ``warning`` or ``advisory``.
        category: such as ``financial``.
        message: what has to be so, in the standard's words.
    """

    id: str = ""
    severity: str = "error"
    category: str = ""
    message: str = ""


class Broken(NamedTuple):
    """A rule that an element does not keep."""

    info: RuleInfo
    rule: str
    element: Any


class Known(msgspec.Struct, frozen=True):
    """What rules look up outside the file.

    Attributes:
        agencies: codes an organisation's identifier may begin with (codelist OrganisationRegistrationAgency).
        publishers: identifiers in the registry of publishers; none known: every rule about others than those holds for all.
        today: the day on which it is judged.
    """

    agencies: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    today: date = msgspec.field(default_factory=lambda: datetime.now(UTC).date())


class Tally(msgspec.Struct):
    """How often a case was asked and how often it was broken."""

    info: RuleInfo
    rule: str
    asked: int = 0
    broken: int = 0


class Ruleset:
    """A ruleset, ready to be asked of many elements.

    Args:
        document: the JSON document, decoded.
        known: what its rules look up outside a file.
        source: its file name, for errors.

    Raises:
        MalformedError: a rule or a path in it cannot be understood.

    Attributes:
        tallies: one for each case, in the document's order.
    """

    def __init__(self, document: Mapping[str, Any], known: Known, source: str = "") -> None:
        self.known = known
        self.tallies: list[Tally] = []
        self._contexts: list[tuple[Any, list[tuple[Callable[..., bool | None], Case, Tally]]]] = []
        try:
            for context, rules in document.items():
                asked = []
                for rule, body in rules.items():
                    for case in body["cases"]:
                        info = msgspec.convert(case.get("ruleInfo") or _inner(case), RuleInfo)
                        tally = Tally(info, rule)
                        self.tallies.append(tally)
                        asked.append((_RULES[rule], case, tally))
                        _compile_all(case)
                self._contexts.append((_xpath(_from_here(context)), asked))
        except (KeyError, TypeError, AttributeError, msgspec.ValidationError, etree.XPathSyntaxError) as error:
            raise MalformedError("standards.ruleset", source=source, reason=str(error)) from error

    def broken(self, element: Any) -> Iterator[Broken]:  # noqa: ANN401 - the library has no types
        """Yield what an activity or organisation does not keep, and count what was asked."""
        for context, asked in self._contexts:
            for one in context(element):
                for rule, case, tally in asked:
                    holds = rule(one, case, self.known)
                    if holds is None:
                        continue
                    tally.asked += 1
                    if not holds:
                        tally.broken += 1
                        yield Broken(tally.info, tally.rule, one)


def _inner(case: Case) -> Any:  # noqa: ANN401 - whatever stands in JSON
    """Return what the standard says of a loop: it stands at the case that is repeated."""
    for body in case.get("do", {}).values():
        for inner in body["cases"]:
            return inner.get("ruleInfo", {})
    return {}


def _compile_all(case: Case) -> None:
    """Compile the paths of a case, so that one that is no path is refused before anything is read."""
    for key, value in case.items():
        if key in {"condition", "if", "then", "foreach", "one", "less", "more", "date"}:
            _xpath(value)
        elif key in {"paths", "prefix", "excluded"}:
            for path in value:
                _xpath(path)


def _from_here(context: str) -> str:
    """Return a context as seen from one activity or organisation, since a file is read one after the other."""
    parts = []
    for part in context.split("|"):
        path = part.strip()
        if path.startswith("//"):
            parts.append(f"descendant-or-self::{path[2:]}")
        else:
            root, _, rest = path.strip("/").partition("/")
            if root not in {"iati-activities", "iati-organisations"}:
                raise KeyError(context)
            one, _, below = rest.partition("/")
            parts.append(f"self::{one}" + (f"/{below}" if below else ""))
    return " | ".join(parts)


@cache
def _xpath(path: str) -> Any:  # noqa: ANN401 - the library has no types
    return etree.XPath(path, namespaces=_NAMESPACES)


def _found(element: Any, paths: Iterable[str]) -> list[Any]:  # noqa: ANN401 - as above
    return [found for path in paths for found in _xpath(path)(element)]


def _texts(element: Any, paths: Iterable[str]) -> list[str]:  # noqa: ANN401 - as above
    """Return the text of what paths lead to: of an attribute its value, of an element what stands in it."""
    return [str(one) if isinstance(one, str) else "".join(one.itertext()) for one in _found(element, paths)]


def _met(element: Any, case: Case, known: Known) -> bool:  # noqa: ANN401 - as above
    """Say whether a case is to be asked of an element at all."""
    if "condition" in case and not _xpath(case["condition"])(element):
        return False
    return "idCondition" not in case or not _registered(element, case, known)


def _registered(element: Any, case: Case, known: Known) -> bool:  # noqa: ANN401 - as above
    """Say whether an identifier that a case is about belongs to a publisher in the registry."""
    texts = _texts(element, case["paths"])
    if _KNOWN[case["idCondition"]]:
        return any(text.startswith(one) for text in texts for one in known.publishers)
    return any(text in known.publishers for text in texts)


def _numbers(texts: Iterable[str]) -> list[Decimal] | None:
    """Return the numbers that texts are; None where one is none, which is the schema's to tell."""
    try:
        numbers = [Decimal(text.strip()) for text in texts]
    except InvalidOperation:
        return None
    return numbers if all(number.is_finite() for number in numbers) else None


def _dates(element: Any, path: str, known: Known) -> list[date]:  # noqa: ANN401 - as above
    """Return the days a path leads to; what is no date is the schema's to tell."""
    if path == _NOW:
        return [known.today]
    days = []
    for text in _texts(element, [path]):
        if match := _DATE.match(text):
            try:
                days.append(date(*map(int, match.groups())))
            except ValueError:
                continue
    return days


def _at_least_one(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    return bool(_found(element, case["paths"])) if _met(element, case, known) else None


def _no_more_than_one(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    return len(_found(element, case["paths"])) <= 1 if _met(element, case, known) else None


def _only_one_of(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    if not _met(element, case, known):
        return None
    found = len(_found(element, case["paths"]))
    return not found if _found(element, case["excluded"]) else found == 1


def _one_or_all(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401, ARG001 - as above
    if _found(element, [case["one"]]):
        return True
    elements, has = _OF_ALL[case["all"]]
    return all(_xpath(has)(one) for one in _xpath(elements)(element))


def _dependent(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    if not _met(element, case, known):
        return None
    return len({bool(_found(element, [path])) for path in case["paths"]}) <= 1


def _sum(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    if not _met(element, case, known):
        return None
    texts = _texts(element, case["paths"])
    numbers = _numbers(texts)
    return sum(numbers) == Decimal(str(case["sum"])) if numbers else None


def _range(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    numbers = _numbers(_texts(element, case["paths"])) if _met(element, case, known) else None
    if not numbers:
        return None
    low, high = (Decimal(str(case.get(end, value))) for end, value in (("min", "-Infinity"), ("max", "Infinity")))
    return all(low <= number <= high for number in numbers)


def _date_order(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    if not _met(element, case, known):
        return None
    less, more = _dates(element, case["less"], known), _dates(element, case["more"], known)
    return max(less) <= min(more) if less and more else None


def _date_now(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    days = _dates(element, case["date"], known)
    return max(days) <= known.today if days else None


def _time_limit(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    starts, ends = _dates(element, case["start"], known), _dates(element, case["end"], known)
    if not starts or not ends:
        return None
    return all(end <= _year_after(start) for start, end in zip(starts, ends, strict=False))


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February, or the last year there is
        return date(day.year + 1, 3, 1) if day.year < date.max.year else date.max


def _between_dates(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    days = _dates(element, case["date"], known)
    starts, ends = _dates(element, case["start"], known), _dates(element, case["end"], known)
    if not days or not starts or not ends:
        return None
    return min(starts) <= min(days) and max(days) <= max(ends)


def _matching(element: Any, case: Case, known: Known) -> list[bool] | None:  # noqa: ANN401 - as above
    texts = _texts(element, case["paths"]) if _met(element, case, known) else []
    return [bool(_pattern(case["regex"]).search(text)) for text in texts] or None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _regex_matches(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    found = _matching(element, case, known)
    return None if found is None else all(found)


def _regex_no_matches(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    found = _matching(element, case, known)
    return None if found is None else not any(found)


def _starts_with(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    texts = _texts(element, case["paths"]) if _met(element, case, known) else []
    paths: Sequence[str] = case.get("prefix") or [case["start"]]
    agencies = _AGENCIES in paths
    if not texts or (agencies and not known.agencies):
        return None
    between = case.get("separator", "-" if agencies else "")
    named = _texts(element, [path for path in paths if path != _AGENCIES])
    heads = tuple(head + between for head in (*named, *(known.agencies if agencies else ())) if head)
    return all(text.startswith(heads) for text in texts)


def _unique(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    texts = _texts(element, case["paths"]) if _met(element, case, known) else []
    return len(set(texts)) == len(texts) if texts else None


def _no_spaces(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    texts = _texts(element, case["paths"]) if _met(element, case, known) else []
    return all(text == text.strip() for text in texts) if texts else None


def _if_then(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    if not _met(element, case, known) or not _xpath(case["if"])(element):
        return None
    return bool(_xpath(case["then"])(element))


def _loop(element: Any, case: Case, known: Known) -> bool | None:  # noqa: ANN401 - as above
    """Ask the rules of a loop for each value that is there; what is repeated is put in wherever ``$1`` stands.

    The standard's own file names only ``paths`` in some of its ``subs`` where a condition has a ``$1`` as well: taken by
    the letter that condition is never met, and the rule never asked.
    """
    values = sorted({str(one) for one in _xpath(case["foreach"])(element)})
    told = [
        _RULES[rule](element, _filled(inner, value), known)
        for value in values
        if "'" not in value  # no code of a list has one, and it would end the text in the path
        for rule, body in case["do"].items()
        for inner in body["cases"]
    ]
    asked = [one for one in told if one is not None]
    return all(asked) if asked else None


def _filled(case: Case, value: str) -> Case:
    def put(part: Any) -> Any:  # noqa: ANN401 - whatever stands in JSON
        if isinstance(part, str):
            return part.replace("$1", value)
        return [put(one) for one in part] if isinstance(part, list) else part

    return {key: put(part) for key, part in case.items() if key != "ruleInfo"}


_RULES: Final[Mapping[str, Callable[[Any, Case, Known], bool | None]]] = {
    "atleast_one": _at_least_one,
    "between_dates": _between_dates,
    "date_now": _date_now,
    "date_order": _date_order,
    "dependent": _dependent,
    "if_then": _if_then,
    "loop": _loop,
    "no_more_than_one": _no_more_than_one,
    "no_spaces": _no_spaces,
    "one_or_all": _one_or_all,
    "only_one_of": _only_one_of,
    "range": _range,
    "regex_matches": _regex_matches,
    "regex_no_matches": _regex_no_matches,
    "startswith": _starts_with,
    "strict_sum": _sum,
    "sum": _sum,
    "time_limit": _time_limit,
    "unique": _unique,
}
