"""The workbook of a programme as what is said in it: founded anew, or added to a programme that stands.

Everything is read before anything is recorded, so that every fault is known at once.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.errors import EnduseError, FaultsError, Problem
from enduse.exchange.programmes import ProgrammeFile
from enduse.exchange.tables.leaf import slug
from enduse.exchange.template import packs
from enduse.exchange.template.cells import Grounds, RowCells, per_cent, zone
from enduse.exchange.template.entries import Entries, Fields, RowStatement, whole_number
from enduse.exchange.template.layout import FORMS
from enduse.exchange.template.measuring import unmeasured
from enduse.exchange.template.reading import FormRow, ReadWorkbook, read_workbook
from enduse.exchange.unsigned import Row
from enduse.messages import Message
from enduse.messages.english import TERMS
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.record.note import check_name
from enduse.statements.acts import GOODS, OWN_MONEY
from enduse.statements.base import Source
from enduse.statements.faults import fault_of
from enduse.statements.programme import ProgrammeBody
from enduse.terms.lookup import Lookup
from enduse.terms.texts import Text
from enduse.terms.times import format_instant

FACTS: Final = (
    "pledges",
    "contracts",
    "payments",
    "goods_in",
    "dispatches",
    "receipts",
    "use",
    "counts",
    "attestations",
    "works",
    "crossings",
    "closures",
    "movements",
)
"""Sheets of what parties did, in the order it is said: goods come in before they leave, and are counted afterwards."""

OPEN: Final = (GOODS, *OWN_MONEY, "attestation")
"""What every party may say of its own where no function is named for it: the workbook asks for no rules one by one."""

_DESCRIBING: Final = ("parties", "places", "materials", "functions", "needs", "projects")
_NO_KEY: Final = "0" * 64


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What a programme that stands knows already: what a workbook that is added to it may name.

    Attributes:
        origin: name of its record.
        keeper: who keeps it.
        founded: when.
        names: of parties, places, materials, functions, needs and projects, by the code of the sheet that describes them.
        purposes: of its projects.
        sites: where its projects are.
        pledges: identifiers of the pledges in its record.
        numbers: of the consignments in its record.
    """

    origin: str
    keeper: str
    founded: datetime
    names: Mapping[str, Mapping[str, Text]]
    purposes: Mapping[str, str]
    sites: Mapping[str, str | None]
    pledges: frozenset[str] = frozenset()
    numbers: tuple[Container[str], ...] = ()


class Additions(msgspec.Struct, frozen=True):
    """What a workbook says, row by row, and what of it was passed over."""

    rows: tuple[Row, ...]
    notes: tuple[Message, ...]


def read_plan(path: Path) -> ProgrammeFile:
    """Read a workbook that founds a programme.

    Raises:
        FaultsError: anything in it is at fault; nothing is left out.
    """
    plan = _Plan(read_workbook(path), None)
    rows = plan.rows()
    founding = plan.founding()
    problems = plan.all_problems(rows)
    if problems or founding is None:
        raise FaultsError("template.faults", problems, n=len(problems), source=path.name)
    return ProgrammeFile(
        origin=plan.origin,
        keeper=founding.keeper,
        at=plan.start,
        founding=founding,
        rows=tuple(rows),
        waits=True,
        notes=plan.notes,
    )


def read_additions(path: Path, standing: Described) -> Additions:
    """Read a workbook that is added to a programme that stands.

    Raises:
        FaultsError: anything in it is at fault; nothing is left out.
    """
    plan = _Plan(read_workbook(path), standing)
    rows = plan.rows()
    if problems := plan.all_problems(rows):
        raise FaultsError("template.faults", problems, n=len(problems), source=path.name)
    return Additions(tuple(rows), plan.notes)


class _Plan:
    """One workbook, worked out."""

    def __init__(self, read: ReadWorkbook, standing: Described | None) -> None:
        self._read = read
        self._standing = standing
        self._problems: list[Problem] = list(read.problems)
        self.notes = read.notes
        self._ids: dict[int, str] = {}
        self._names: dict[str, dict[str, Text]] = {
            form: dict(standing.names[form]) if standing else {} for form in _DESCRIBING
        }
        for form in _DESCRIBING:
            self._describe(form)
        lookups = {form: Lookup(names) for form, names in self._names.items()}
        self.context = Grounds(lookups, numbers=standing.numbers if standing else ())
        self.origin, self.start = "", datetime.now(UTC)
        self._head: dict[str, Any] | None = None
        self._keeper = standing.keeper if standing else ""
        self._packed = packs.any_packs(read.rows["materials"])
        self._programme()
        self._purposes = dict(standing.purposes) if standing else {}
        self._sites = dict(standing.sites) if standing else {}
        for row in self._read.rows["projects"]:
            name, cells = self._ids.get(id(row), ""), RowCells(row, self.context)
            self._purposes[name] = cells.take("purpose") or ""
            self._sites[name] = cells.take("place")
        source = Source(name=read.name[:500], sha256=read.sha256)
        self._entries = Entries(source, self._purposes, self._sites)

    def all_problems(self, rows: Iterable[Row]) -> tuple[Problem, ...]:
        """Return every fault, in the order of the sheets and their rows, each once."""
        found = [*self._problems, *(problem for row in rows for problem in row.problems)]
        sheets = list(dict.fromkeys(row.sheet for form in FORMS for row in self._read.rows[form.code]))
        place = {sheet: at for at, sheet in enumerate(sheets, start=1)}
        once = {str(problem): problem for problem in found}.values()
        return tuple(sorted(once, key=lambda problem: (place.get(problem.sheet, 0), problem.line or 0)))

    # -- names -----------------------------------------------------------------------------------------------------

    def _describe(self, form: str) -> None:
        """Give what a sheet describes its identifiers, each by its own or by its name."""
        seen: dict[str, FormRow] = {}
        for row in self._read.rows[form]:
            cells = RowCells(row, Grounds({}))
            text = {language: name for language in ("en", "ar") if (name := cells.take(f"name_{language}"))}
            given = cells.take("id")
            self._problems += cells.problems
            if not text:
                self._problems.append(row.fault(Message.of("template.name_missing")))
                continue
            try:
                name = self._identifier(row, form, text, given)
            except EnduseError as error:
                self._problems.append(row.fault(error.problem.told))
                continue
            if name in seen and form != "functions":
                self._problems.append(row.fault(Message.of("template.name_twice", row=seen[name].line)))
            seen.setdefault(name, row)
            self._ids[id(row)] = name
            self._names[form].setdefault(name, text)

    def _identifier(self, row: FormRow, form: str, text: Text, given: str | None) -> str:
        """Return the identifier of what a row describes: its own, that of what stands under its name, or one made of it."""
        if given:
            return given
        standing = self._standing.names[form] if self._standing else {}
        known = Lookup(standing)
        for name in text.values():
            try:
                return known.find(name)
            except EnduseError:
                continue
        return f"{row.form.prefix or ''}{slug(next(iter(text.values())))}"

    # -- founding --------------------------------------------------------------------------------------------------

    def _programme(self) -> None:
        """Read the sheet of the programme itself."""
        rows, standing = self._read.rows["programme"], self._standing
        if standing is not None:
            self.origin, self.start = standing.origin, standing.founded
        if len(rows) != 1:
            if standing is None or rows:
                told = Message.of("template.no_founding", sheet="sheet:programme")
                self._problems.append(Problem.about(told, source=self._read.name))
            return
        cells = RowCells(rows[0], self.context)
        if (written := rows[0].cells.get("zone")) is not None:
            try:
                self.context = msgspec.structs.replace(self.context, zone=zone(written))
            except EnduseError as error:
                cells.fault("zone", error.problem.told)
            cells = RowCells(rows[0], self.context) if not cells.problems else cells
        head = {code: cells.take(code) for code in ("title_en", "title_ar", "record", "keeper", "start", "end")}
        if not head["title_en"] and not head["title_ar"]:
            cells.fault("title_en", Message.of("template.name_missing"))
        if head["record"] is not None and not _names_a_record(head["record"]):
            cells.fault("record", Message.of("template.record_name", read=head["record"]))
        if standing is not None and head["record"] not in {None, standing.origin}:
            told = Message.of("template.other_record", named=head["record"], held=standing.origin)
            cells.fault("record", told)
        self._problems += cells.problems
        if standing is None and not cells.problems:
            self._head = head
            self.origin, self._keeper = head["record"], head["keeper"]
            self.start = _begin(head["start"])

    def founding(self) -> ProgrammeBody | None:
        """Return the founding statement's body but for the keeper's key; ``None`` where it is at fault, which is noted."""
        rules, apart = self._rules()
        if self._head is None:
            return None
        self._problems += unmeasured(self._read.rows, self.context, self._keeper, rules)
        head = self._head
        title = {tongue: head[f"title_{tongue}"] for tongue in ("en", "ar") if head[f"title_{tongue}"]}
        reason = {language: catalogue(language).gettext(TERMS["note:apart"]) for language in signing_languages()}
        period = {"start": format_instant(self.start)}
        raw: dict[str, Any] = {
            "title": title,
            "keeper": self._keeper,
            "public_key": _NO_KEY,
            "languages": list(signing_languages()),
            "functions": [
                {"function": name, "name": text, "needed_at": [], "shared": True}
                for name, text in self._names["functions"].items()
            ]
            + [packs.function()] * self._packed,
            "rules": [{"act": act, "function": name} for name, act in rules]
            + [{"act": "pack", "function": packs.FUNCTION}] * self._packed,
            "open_acts": list(OPEN),
            "incompatible": [{"functions": sorted(pair), "reason": reason} for pair in apart],
            "materials": [{"material": name, "name": text} for name, text in self._names["materials"].items()],
            "period": period | ({"end": format_instant(head["end"])} if head["end"] else {}),
        }
        try:
            return msgspec.convert(raw, ProgrammeBody)
        except msgspec.ValidationError as error:
            told = fault_of(error, raw, ProgrammeBody).problem.told
            self._problems.append(self._read.rows["programme"][0].fault(told))
            return None

    def _rules(self) -> tuple[list[tuple[str, str]], list[tuple[str, ...]]]:
        """Return which function may do which act, and which are never held together."""
        rules: dict[tuple[str, str], None] = {}
        apart: dict[tuple[str, ...], None] = {}
        for row in self._read.rows["functions"]:
            cells, name = RowCells(row, self.context), self._ids.get(id(row), "")
            if act := cells.take("acts"):
                rules[name, act] = None
            other = cells.take("apart")
            self._problems += cells.problems
            if other and other != name:
                apart[tuple(sorted((name, other)))] = None
        return list(rules), list(apart)

    # -- rows ------------------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return what every row says, in the order it is said."""
        made: list[Row] = []
        for row in self._read.rows["parties"]:
            made += self._party(row)
        for row in _outer_first(self._read.rows["places"], self._ids, self.context):
            made += self._place(row)
        if self._standing is not None:
            for row in self._read.rows["functions"]:
                if self._ids.get(id(row)) not in self._standing.names["functions"]:
                    name = next(iter(self._names["functions"].get(self._ids.get(id(row), ""), {}).values()), "")
                    self._problems.append(row.fault(Message.of("template.function_new", name=name), "name_en"))
        for row in self._read.rows["mandates"]:
            cells = RowCells(row, self.context)
            made += self._entries.given(row, self._entries.mandate(cells, self._keeper), cells.problems)
        made += self._packs()
        for row in self._read.rows["needs"]:
            made += self._need(row)
        made += self._projects()
        made += self._tranches()
        for form in FACTS:
            for row in self._read.rows[form]:
                made += self._entries.rows(RowCells(row, self.context))
        self._pledges_named()
        return made

    def _packs(self) -> Iterator[Row]:
        """Give what packs of materials hold, and before it the keeper's mandate to say so."""
        ruled = self._standing is None or packs.FUNCTION in self._standing.names["functions"]
        roots = [
            name for row in self._read.rows["places"] if "within" not in row.cells and (name := self._ids.get(id(row)))
        ]
        for at, row in enumerate(row for row in self._read.rows["materials"] if packs.any_packs((row,))):
            cells, name = RowCells(row, self.context), self._ids.get(id(row), "")
            said = packs.pack(cells, name, self._keeper, self.start, ruled=ruled)
            if self._standing is None and not at and said:
                said = [*packs.mandate(self._keeper, self.start, roots), *said]
            yield from self._entries.given(row, said, cells.problems)

    def _party(self, row: FormRow) -> Iterator[Row]:
        cells, name = RowCells(row, self.context), self._ids.get(id(row))
        kind, owner = cells.take("party_type"), cells.take("owner")
        if name is None:
            return
        body = {"party": name, "name": self._text(row), "type": kind} | ({"owned_by": [owner]} if owner else {})
        yield from self._entries.given(row, [RowStatement("party", self._keeper, self.start, body)], cells.problems)

    def _place(self, row: FormRow) -> Iterator[Row]:
        cells, name = RowCells(row, self.context), self._ids.get(id(row))
        kind, within = cells.take("place_type"), cells.take("within")
        if name is None:
            return
        body = {"place": name, "name": self._text(row), "type": kind} | ({"within": within} if within else {})
        yield from self._entries.given(row, [RowStatement("place", self._keeper, self.start, body)], cells.problems)

    def _text(self, row: FormRow) -> Text:
        cells = RowCells(row, self.context)
        return {language: name for language in ("en", "ar") if (name := cells.take(f"name_{language}"))}

    def _need(self, row: FormRow) -> Iterator[Row]:
        """Give what is needed, by the word of the party that says so."""
        cells, name = RowCells(row, self.context), self._ids.get(id(row))
        party, at, place = cells.take("party"), cells.take("day"), cells.take("place")
        low, high = cells.take("cost"), cells.take("cost_high")
        currency = cells.take("currency", needed=low is not None or high is not None)
        people, sector = whole_number(cells, "people"), cells.take("sector")
        if high is not None and low is None:
            cells.fault("cost", Message.of("template.cell_needed"))
        if name is None:
            return
        body: Fields = {"need": name, "title": self._text(row)}
        body |= {
            key: {"value": value, "currency": currency} for key, value in (("cost", low), ("cost_high", high)) if value
        }
        body |= {"people": people} if people is not None else {}
        body |= {"sector": f"sector:{slug(sector)}"} if sector else {}
        said = [] if cells.problems else [RowStatement("need", party, at or self.start, body, place)]
        yield from self._entries.given(row, said, cells.problems)

    def _projects(self) -> Iterator[Row]:
        """Give the projects, each with its bill of quantities."""
        bills: dict[str, list[Fields]] = defaultdict(list)
        here = {self._ids.get(id(row)) for row in self._read.rows["projects"]}
        for row in self._read.rows["bills"]:
            cells = RowCells(row, self.context)
            project, material, value = cells.take("project"), cells.take("material"), cells.take("quantity")
            unit, allowance = cells.take("unit"), cells.take("allowance")
            if project is not None and project not in here:
                cells.fault("project", Message.of("template.bill_alone", sheet="sheet:projects"))
            self._problems += cells.problems
            if not cells.problems:
                line = {"material": material, "quantity": {"value": value, "unit": unit}}
                bills[project].append(line | ({"tolerance": allowance} if allowance else {}))
        for row in self._read.rows["projects"]:
            cells, name = RowCells(row, self.context), self._ids.get(id(row))
            purpose, place, contractor = cells.take("purpose"), cells.take("place"), cells.take("contractor")
            budget, at, need = cells.take("budget"), cells.take("day"), cells.take("need")
            currency = cells.take("currency", needed=budget is not None)
            if name is None:
                continue
            body: Fields = {"project": name, "title": self._text(row), "purpose": purpose}
            if contractor:
                body["contractor"] = contractor
            if need:
                body["need"] = need
            if budget is not None:
                body["budget"] = {"value": budget, "currency": currency}
            if bills[name]:
                body["bill"] = bills[name]
            said = RowStatement("project", self._keeper, at or self.start, body, place)
            yield from self._entries.given(row, [said], cells.problems)

    def _tranches(self) -> Iterator[Row]:
        """Give the tranches, each with all conditions that its rows name."""
        by_number: dict[str, list[FormRow]] = defaultdict(list)
        for row in self._read.rows["tranches"]:
            cells = RowCells(row, self.context)
            if number := cells.take("number"):
                by_number[number].append(row)
            self._problems += cells.problems
        for number, rows in by_number.items():
            first = RowCells(rows[0], self.context)
            project, amount, currency = first.take("project"), first.take("amount"), first.take("currency")
            due = first.take("due")
            conditions: list[Fields] = []
            for at, row in enumerate(rows):
                cells = RowCells(row, self.context, needed=False)
                conditions.append(_condition(cells, project))
                if at:
                    self._same(cells, first, rows[0].line)
                first.problems += cells.problems
            body: Fields = {
                "tranche": f"tranche:{slug(number)}",
                "title": {"en": number},
                "amount": {"value": amount, "currency": currency},
                "project": project,
                "requires": conditions[0] if len(conditions) == 1 else {"is": "all_of", "of": conditions},
            } | ({"due": format_instant(due)} if due else {})
            said = RowStatement("condition", self._keeper, self.start, body, self._sites.get(project or ""))
            yield from self._entries.given(rows[0], [said], first.problems)

    def _same(self, cells: RowCells, first: RowCells, line: int) -> None:
        """Refuse that a further row of a tranche says otherwise what its first row says."""
        for code in ("project", "amount", "currency", "due"):
            said = cells.take(code)
            if said is not None and said != RowCells(first.row, self.context, needed=False).take(code):
                cells.fault(code, Message.of("template.other_words", first=f"column:{code}", row=line))

    def _pledges_named(self) -> None:
        """Refuse payments of a pledge that no row and nobody before has made."""
        made = set(self._standing.pledges) if self._standing else set()
        for row in self._read.rows["pledges"]:
            if (number := RowCells(row, self.context).take("number")) and _is_number(number):
                made.add(f"pledge:{slug(number)}")
        for row in self._read.rows["payments"]:
            named = RowCells(row, self.context).take("pledge")
            if named and named not in made and not (_is_number(named) and f"pledge:{slug(named)}" in made):
                told = Message.of("template.pledge_unknown", number=named, sheet="sheet:pledges")
                self._problems.append(row.fault(told, "pledge"))


def _names_a_record(written: str) -> bool:
    try:
        check_name(written, own=True)
    except EnduseError:
        return False
    return True


def _is_number(written: str) -> bool:
    """Say whether something is left of a number when an identifier is made of it."""
    return any(map(str.isalnum, written))


def _condition(cells: RowCells, project: str | None) -> Fields:
    """Return the condition that one row of a tranche names."""
    which = cells.take("condition", needed=True)
    if which == "attested":
        return {"is": which, "subject": project, "function": cells.take("function", needed=True)}
    material, least = cells.take("material", needed=True), cells.take("least", needed=True)
    if which == "use_verified":
        try:
            share = per_cent(cells.row.cells.get("least", "0"))
        except EnduseError as error:
            share = "0"
            if least is not None:
                cells.fault("least", error.problem.told)
        return {"is": which, "project": project, "material": material, "share": share}
    quantity = {"value": least, "unit": cells.take("unit", needed=True)}
    if which == "amount_verified":
        return {"is": which, "project": project, "material": material, "quantity": quantity}
    return {"is": which, "material": material, "limit": quantity}


def _outer_first(rows: list[FormRow], ids: Mapping[int, str], context: Grounds) -> list[FormRow]:
    """Return places so that each stands behind the one it lies in, whatever their order in the sheet."""
    within = {ids[id(row)]: RowCells(row, context).take("within") for row in rows if id(row) in ids}

    def depth(row: FormRow) -> int:
        name, steps = ids.get(id(row)), 0
        while name in within and steps <= len(within):
            name, steps = within[name], steps + 1
        return steps

    return sorted(rows, key=depth)


def _begin(at: datetime) -> datetime:
    """Return the start in UTC of the day that is written: in whatever zone, the programme begins on that day."""
    return datetime.combine(at.date(), time(), UTC)
