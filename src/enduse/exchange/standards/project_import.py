"""Projects of public registers taken in: OC4IDS, the public form of DREAM (Ukraine), and plans of Prozorro that name a project of it.

A project of DREAM is known by its number, ``DREAM-UA-…``, wherever a file writes it, so that the project, its plans and its contracts
come to one. A plan says what one procurement is to buy: it becomes a line of the project's budget, and its items are added to the bill
of quantities. What a plan said before is taken out of the bill before it is added anew, by the versions that were stated of it.

Source: Open Contracting for Infrastructure Data Standards 0.9, ``project-schema.json``; the public interface of DREAM
(open-contracting.github.io/dream-api-docs, ``openapi.yaml``); plans of openprocurement.api (prozorro-api-docs.readthedocs.io).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.called import called
from enduse.exchange.standards.contracting import ContractingItem, json_objects
from enduse.exchange.standards.json_items import listed
from enduse.exchange.standards.project_progress import observed
from enduse.exchange.tables.leaf import slug
from enduse.exchange.unsigned import Row, unsigned_statement
from enduse.messages import Message
from enduse.statements.base import Source
from enduse.statements.works import ProjectBody
from enduse.terms.currencies import is_currency
from enduse.terms.times import parse_instant
from enduse.terms.units import UNITS, WRITTEN
from enduse.works.works import PlanVersion, ProjectState

Fields = dict[str, Any]
DREAM: Final = re.compile(r"DREAM-UA-[0-9]{6,8}-[0-9A-F]{8}", re.IGNORECASE)
"""Number of a project of DREAM."""
_PLAN: Final = "UA-P-"
_CLASS: Final = "urn:enduse:class:"
_Amounts = dict[str, tuple[Decimal, str]]


def dream_number(*texts: object) -> str:
    """Return the number of a project of DREAM that stands in one of the texts, as it is written there; empty where none does."""
    found = (DREAM.search(one) for one in texts if isinstance(one, str))
    return next((one[0].upper() for one in found if one), "")


def project_named(*texts: object) -> str:
    """Return the identifier of the project of DREAM whose number stands in one of the texts; empty where none does."""
    number = dream_number(*texts)
    return f"project:{slug(number)}" if number else ""


class RegisterRows:
    """Rows of the projects that a file tells of, each held beside what the record says of it.

    Args:
        book: of the programme.
        path: the file.
        party: who states them.
        sha256: of the file.
        tell: takes what a reader should know, one at a time.

    Attributes:
        before: how many projects and plans the record has as the file tells them.
    """

    def __init__(self, book: Book, path: Path, party: str, sha256: str, tell: Callable[[Message], None]) -> None:
        self._book, self._path, self._party, self._sha256, self._tell = book, path, party, sha256, tell
        self._called = called(book)
        self._now: dict[str, tuple[ProjectBody, datetime]] = {}
        self._day: dict[str, datetime] = {}
        self._brought: dict[tuple[str, str], _Amounts] = {}
        self.before = 0

    def of_contracting(self, items: Iterable[ContractingItem], published: str) -> Iterator[Row]:
        """Yield the projects of a file of OC4IDS that the record does not have so; faults are told by whoever reads its contracts."""
        for item in items:
            if item.value.get("title") or item.value.get("budget"):
                yield from self._rows(item.number, item.line, partial(_oc4ids, item.value, published))
            yield from self._progress(item)

    def _progress(self, item: ContractingItem) -> Iterator[Row]:
        """Yield how far a project is built, as the file tells it in the words of whoever adds it, where the record does not have that."""
        project = _number_of(item.value)
        state = self._book.works.projects.get(project)
        owner = state.owner if state is not None else self._party if project in self._now else ""
        if owner != self._party:
            return
        said_before = self._book.works.milestones.get(project, ())
        for at, body in observed(item.value, project, self._tell):
            source = self._source(item.number, body["milestone"])
            said = unsigned_statement("milestone", {"occurred_at": at, "body": body}, source=source)
            if any((one.party, one.at, one.body) == (self._party, at, said.body) for one in said_before):
                self.before += 1
            else:
                yield Row(source=source, line=item.line, statements=(said,))

    def of_register(self) -> Iterator[Row]:
        """Yield the plans and projects of a file of Prozorro or DREAM that the record does not have so."""
        number = 0
        for line, found in json_objects(self._path):
            number += 1
            if isinstance(found, Problem):
                yield Row(source=self._source(number, ""), line=line, problems=(found,))
                continue
            within = found.get("data")
            for one in within if isinstance(within, list) else [within if isinstance(within, dict) else found]:
                if isinstance(one, dict):
                    yield from self._rows(number, line, partial(self._of_register, one))
                    number += 1

    def _rows(self, number: int, line: int, told: "Callable[[], _Told]") -> Iterator[Row]:
        try:
            row = self._row(told(), number, line)
        except EnduseError as error:
            problem = msgspec.structs.replace(error.problem, source=str(self._path), line=line)
            row = Row(source=self._source(number, ""), line=line, problems=(problem,))
        if row is not None:
            yield row

    def _source(self, number: int, path: str) -> Source:
        name = self._path.name[:500]
        return Source(
            name=name, sha256=self._sha256, row=number, path=path[:500], table=self._path.stem[:500], profile="oc4ids"
        )

    def _row(self, told: "_Told", number: int, line: int) -> Row | None:
        """Return the statement of a project with what is told of it; nothing where the record has it so, or later."""
        known = self._book.works.projects.get(told.project)
        if known is not None and known.owner != self._party:
            if told.plan:
                raise MalformedError("register.of_another", project=told.project, party=known.owner)
            self._tell(Message.of("register.known", project=told.project, party=known.owner))
            return None
        path = f"{told.plan or told.project}@{told.at.isoformat()}"
        named = told.plan or told.project
        last = self._last(known, named) if known is not None else ""
        if last >= told.at.isoformat() or self._day.get(named, told.at) > told.at:
            self.before += 1
            return None
        now, since = self._now.get(told.project) or ((known.now.body, known.now.at) if known else (None, told.at))
        body, brought = self._with_plan(told, now, known) if told.plan else (_with_project(told, now), {})
        at = max(told.at, since)
        fields: Fields = {"occurred_at": at, "body": body, "place": self._place(told, known)}
        source = self._source(number, path)
        said = unsigned_statement("project", fields, source=source)
        if isinstance(said.body, ProjectBody):
            if now is not None and said.body == now:
                self.before += 1
                return None
            self._now[told.project] = said.body, at
            self._day[named] = told.at
            self._brought[told.project, named] = brought
        return Row(source=source, line=line, statements=(said,))

    def _path_of(self, version: PlanVersion) -> str:
        source = self._book.statement(version.index).statement.source
        return source.path if source is not None else ""

    def _last(self, known: ProjectState, named: str) -> str:
        """Return of when the latest is that was stated of a plan, or of a project itself; empty where nothing was."""
        days = (self._path_of(one).partition("@") for one in known.versions)
        return max((day for name, _, day in days if name == named), default="")

    def _with_plan(self, told: "_Told", now: ProjectBody | None, known: ProjectState | None) -> tuple[Fields, _Amounts]:
        """Return a project with a plan: its line of the budget, and what it is to buy added to the bill; and that itself."""
        body: Fields = _plain_body(now) if now is not None else _with_project(told, None)
        bill = {one["material"]: dict(one) for one in body.get("bill", ())}
        before = self._brought.get((told.project, told.plan))
        before = self._before(told.plan, known) if before is None else before
        for material, (amount, unit) in before.items():
            if material in bill and bill[material]["quantity"]["unit"] == unit:
                _add(bill, material, -amount, unit)
        brought: _Amounts = {}
        for material, amount, unit in self._items(told.items):
            if material in bill and bill[material]["quantity"]["unit"] != unit:
                raise MalformedError(
                    "register.two_units", material=material, unit=unit, other=bill[material]["quantity"]["unit"]
                )
            _add(bill, material, amount, unit)
            brought[material] = (brought.get(material, (Decimal(0), unit))[0] + amount, unit)
        lines = [one for one in body.get("lines", ()) if one["line"] != told.plan]
        body["lines"] = [*lines, *told.lines]
        body["bill"] = list(bill.values())
        return body, brought

    def _before(self, plan: str, known: ProjectState | None) -> _Amounts:
        """Return what of a project's bill a plan brought so far: by how much the versions that were stated of it changed the bill."""
        found: _Amounts = {}
        versions = known.versions if known is not None else []
        for number, version in enumerate(versions):
            if self._path_of(version).partition("@")[0] != plan:
                continue
            earlier = {one.material: one.quantity for one in versions[number - 1].body.bill} if number else {}
            later = {one.material: one.quantity for one in version.body.bill}
            for material in {**earlier, **later}:
                unit = (later.get(material) or earlier[material]).unit
                sums = [Decimal(one.value) if (one := side.get(material)) else Decimal(0) for side in (later, earlier)]
                found[material] = (found.get(material, (Decimal(0), unit))[0] + sums[0] - sums[1], unit)
        return found

    def _items(self, items: list[Fields]) -> Iterator[tuple[str, Decimal, str]]:
        for item in items:
            unit, quantity = item.get("unit") or {}, item.get("quantity")
            code = next((one for name in ("code", "id", "name") if (one := _unit(unit.get(name)))), "")
            name = item.get("description") or (item.get("classification") or {}).get("description")
            bought = (
                _is_number(quantity) and Decimal(str(quantity)) > 0
            )  # else it would take away what other plans brought
            if not code or not isinstance(name, str) or not name.strip() or not bought:
                self._tell(Message.of("register.item_left"))
                continue
            made = slug(name)
            yield self._called.get(_CLASS + made, _CLASS + made).removeprefix(_CLASS), Decimal(str(quantity)), code

    def _place(self, told: "_Told", known: ProjectState | None) -> str | None:
        """Return where a project is built: where it was, else the one place of the programme that the file names."""
        if known is not None and known.place is not None:
            return known.place
        places = self._book.programme.places
        found = {
            one
            for name in told.places
            for one in (name, self._called.get(f"place:{slug(name)}", f"place:{slug(name)}"))
            if one in places
        }
        return found.pop() if len(found) == 1 else None

    def _of_register(self, value: Fields) -> "_Told":
        if value.get("planID"):
            return _plan(value)
        return _dream(value, self._tell)


class _Told(msgspec.Struct, kw_only=True):
    """What a file tells of a project, or of a plan of it."""

    project: str
    title: dict[str, str]
    at: datetime
    budget: Fields | None = None
    lines: list[Fields] = []
    places: list[str] = []
    plan: str = ""
    items: list[Fields] = []
    source: str = ""


def _with_project(told: _Told, now: ProjectBody | None) -> Fields:
    """Return a project as a register tells it, with what the record has of it beside: its plans, bill, need and builder."""
    body: Fields = _plain_body(now) if now is not None else {"project": told.project, "purpose": "reconstruction"}
    plans = [one for one in body.get("lines", ()) if one["line"].startswith(_PLAN)]
    if told.title:
        body["title"] = told.title
    body.setdefault("title", {"en": told.project})
    if told.budget is not None:
        body["budget"] = told.budget
    if not told.plan:
        if told.budget is not None or told.lines:
            body["lines"] = [*told.lines, *plans]
        body["citation"] = {"source": told.source, "date": told.at.date().isoformat()}
    return body


def _number_of(value: Fields) -> str:
    """Return the identifier of a project of OC4IDS: the number of DREAM that it bears, else its own."""
    named = str(value["id"])
    identifiers = [str(one.get("id")) for _, one in listed(value, "identifiers")]
    return project_named(named, *identifiers, value.get("externalReference")) or _identifier(named)


def _oc4ids(value: Fields, published: str) -> _Told:
    """Return what a project of OC4IDS says of itself."""
    named = str(value["id"])
    budget = _within(value, "budget")
    groups = [one for _, group in listed(budget, "budgetBreakdowns") for _, one in listed(group, "budgetBreakdown")]
    language = str(value.get("language") or "en")[:2]
    return _Told(
        project=_number_of(value),
        title={language: str(value["title"])[:500]} if value.get("title") else {},
        at=_day(value.get("updated") or published, named),
        budget=_money(budget.get("amount")),
        lines=_lines(groups, language, lambda one: one.get("amount"), lambda one: one.get("description")),
        places=_places(value),
        source=named[:500],
    )


def _dream(value: Fields, tell: Callable[[Message], None]) -> _Told:
    """Return what DREAM tells of a project in its own form: titles in several languages, and the budget of the approach that is followed."""
    internal = _within(value, "internal")
    told = _within(value, "cdu_response") or value
    identifiers = [str(one.get("id")) for _, one in listed(told, "identifiers")]
    code = str(internal.get("code") or "")
    number = dream_number(*identifiers, code, code and f"DREAM-UA-{code}", told.get("id"))
    if not number:
        raise MalformedError("register.no_number")
    approaches = [one for _, one in listed(told, "approaches")]
    followed = [one for one in approaches if one.get("status") == "active"] or approaches
    budget: Fields = {}
    if len(followed) == 1:
        budget = _within(followed[0], "budget")
    elif followed:
        tell(Message.of("register.approaches"))
    parts = [one for name in ("valueBreakdown", "budgetBreakdown") for _, one in listed(budget, name)]
    lines = _lines(
        parts,
        "en",
        lambda one: one.get("value") or one.get("amount"),
        lambda one: _within(one, "classifications").get("costItem") or one.get("description"),
    )
    currencies = {one["amount"]["currency"] for one in lines}
    total = sum((Decimal(one["amount"]["value"]) for one in lines), Decimal(0))
    items = [one for approach in followed for _, one in listed(approach, "items")]
    return _Told(
        project=project_named(number),
        title=_titles(told.get("title")),
        at=_day(told.get("updated") or told.get("dateModified") or told.get("date"), number),
        budget={"value": _written(total), "currency": currencies.pop()} if len(currencies) == 1 else None,
        lines=lines,
        places=[*_places(told), *(place for one in items for place in _places(one))],
        source=f"DREAM, {number}",
    )


def _plan(value: Fields) -> _Told:
    """Return what a plan of Prozorro says of the project that it names."""
    plan, named = _identifier(str(value["planID"])), _within(value, "project")
    plan = plan if plan.startswith(_PLAN) else _PLAN + plan  # what is not called a plan's takes no other line's place
    number = dream_number(named.get("uri"), named.get("id"), named.get("title"))
    if not number:
        raise MalformedError("register.plan_alone", plan=plan)
    budget = _within(value, "budget")
    amount = _money(budget)
    title = str(budget.get("description") or plan)[:500]
    return _Told(
        project=project_named(number),
        title={"uk": str(named["title"])[:500]} if named.get("title") else {},
        at=_day(value.get("dateModified") or value.get("datePublished"), plan),
        lines=[{"line": plan, "title": {"uk": title}, "amount": amount}] if amount else [],
        plan=plan,
        items=[one for _, one in listed(value, "items")] if value.get("status") != "cancelled" else [],
        source=f"Prozorro, {plan}",
    )


def _plain_body(body: ProjectBody) -> Fields:
    plain = msgspec.to_builtins(body)
    return {name: one for name, one in plain.items() if one is not None}


def _add(bill: dict[str, Fields], material: str, amount: Decimal, unit: str) -> None:
    """Add to a line of a bill; a line of which nothing is left goes."""
    line = bill.setdefault(material, {"material": material, "quantity": {"value": "0", "unit": unit}})
    left = Decimal(line["quantity"]["value"]) + amount
    if left > 0:
        line["quantity"] = {"value": _written(left), "unit": unit}
    else:
        del bill[material]


def _within(value: Mapping[str, Any], name: str) -> Fields:
    """Return an object that lies in another; an empty one where it is missing or is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _lines(
    parts: list[Fields], language: str, money: Callable[[Fields], object], title: Callable[[Fields], object]
) -> list[Fields]:
    found: list[Fields] = []
    for number, part in enumerate(parts, 1):
        amount = _money(money(part))
        if amount is not None:
            line = _identifier(str(part.get("id") or number))
            said = title(part)
            found.append({"line": line, "amount": amount, "title": {language: str(said)[:500]} if said else {}})
    twice = Counter(one["line"] for one in found)
    return [
        {**one, "line": f"{one['line']}/{number}"} if twice[one["line"]] > 1 else one
        for number, one in enumerate(found, 1)
    ]


def _places(value: Mapping[str, Any]) -> list[str]:
    """Return by what names and codes a project or thing says where it lies."""
    found: list[str] = []
    for _, one in listed(value, "locations"):
        codes = _within(one, "gazetteer").get("identifiers")
        found += [str(code) for code in codes] if isinstance(codes, list) else []
        found += [str(one[name]) for name in ("id", "description") if one.get(name)]
    return [one for one in found if one.strip()]


def _titles(said: object) -> dict[str, str]:
    """Return a title in each language that it is told in."""
    if isinstance(said, str):
        return {"uk": said[:500]}
    told = listed({"title": said}, "title")
    return {
        str(one["lang"])[:2]: str(one["translation"])[:500]
        for _, one in told
        if one.get("lang") and one.get("translation")
    }


def _money(said: object) -> Fields | None:
    """Return a sum of money; nothing where none is told, or it is in no currency."""
    if not isinstance(said, dict) or not _is_number(said.get("amount")):
        return None
    currency = said.get("currency")
    if not isinstance(currency, str) or not is_currency(currency):
        return None
    return {"value": _written(Decimal(str(said["amount"]))), "currency": currency}


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _unit(name: object) -> str:
    code = name if name in UNITS else WRITTEN.get(str(name or "").strip().lower())
    return code if isinstance(code, str) and code in UNITS else ""


def _day(said: object, named: str) -> datetime:
    if not isinstance(said, str) or not said:
        raise MalformedError("register.no_day", named=named)
    return parse_instant(said)


def _identifier(text: str) -> str:
    plain = text.isascii() and text.isprintable() and " " not in text and 0 < len(text) <= 200  # noqa: PLR2004 - of Id
    return text if plain else slug(text)


def _written(value: Decimal) -> str:
    return format(value.normalize() if value else Decimal(0), "f")
