"""A profile proposed for a table by looking at it: columns taken for fields by their names and what they hold.

What looking does not tell is asked, at most five things at once, and nothing is guessed: without an answer there is no profile.
What was decided stands in the profile for a person to check, beside the first rows as they will be understood.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from enduse.errors import MalformedError
from enduse.exchange.tables import figure_columns, material_columns
from enduse.exchange.tables.amount_text import currencies_of
from enduse.exchange.tables.answers import check_keys, header_rows
from enduse.exchange.tables.choosing import BELONGS_TO, COUNTED, KINDS, Choosing, is_counted
from enduse.exchange.tables.column_look import style_of_numbers
from enduse.exchange.tables.column_names import (
    NAMES,
    NAMES_ROWS,
    OF_A_GROUP,
    REJECTED,
    factor_in,
    factor_of_all,
)
from enduse.exchange.tables.days import OF_A_MONTH, ORDERS
from enduse.exchange.tables.leaf import no_column, slug
from enduse.exchange.tables.looking import TableLook, look, name_cell, sums_of, tell_each_row
from enduse.exchange.tables.sides import carried, column_of, fill_own, moving, part, question_of, sides_of, twice_read
from enduse.exchange.tables.tomltext import toml_lines
from enduse.exchange.tables.trial import tried
from enduse.exchange.tables.vocabulary import WORDS
from enduse.messages import Message
from enduse.terms.forms import unknown_word
from enduse.views.proposals import ColumnLook, ProfileProposal, ProfileQuestion

ASKED_MAX: Final = 5
"""So many questions are asked of one table; one that needs more says too little for what it is to tell."""

_ADVISED: Final = ("date", "amount", "currency", "recipient", "place", "item", "quantity", "unit")
"""Fields by which it is suggested what a table tells."""
_ENDS: Final = {"dispatch": "from", "receipt": "to"}
"""The end of a way at which a row of goods happened: where a table names both, it may mean places or parties, so it is asked."""
_APART: Final = ("date", "amount", "quantity")
"""Fields that one row holds more than once where it tells of several things."""
_OF_A_MATERIAL: Final = ("item", "quantity", "unit")


def propose(path: Path, answers: Mapping[str, str], *, sheet: str = "", encoding: str = "") -> ProfileProposal:
    """Look at a table and propose a profile.

    Args:
        path: the table.
        answers: to what cannot be told by looking: ``what`` (one or several, with commas), ``party``, and for a field its
            column or what holds for every row; ``dates``, ``numbers``, ``zone``, ``header`` (``5`` or ``5-6``), ``title``.
        sheet: of a workbook; else the first that is not hidden.
        encoding: of a text; else found.

    Raises:
        UnknownError: there is no such file.
        MalformedError: it is no table, an answer is none, or the table says too little.
        LimitError: it is too large.
    """
    check_keys(answers)
    found = look(path, sheet=sheet, encoding=encoding, header=header_rows(answers.get("header", "")))
    asked = _Draft(found, answers)
    tells = asked.tells()
    questions = tuple(asked.questions)
    if len(questions) > ASKED_MAX:
        raise MalformedError("profile.too_much_unknown", source=found.name, fields=[each.key for each in questions])
    numbers = asked.numbers if asked.numbers != "open" else "1,234.5"
    sums = sums_of(found, numbers, asked.blank, asked.within())
    columns = tuple(
        ColumnLook(
            name=name,
            cell=name_cell(found, at),
            kind=column.kind,
            filled=column.filled,
            sum="" if len(column.signs.keys() - {""}) > 1 else sums[at],
            written=column.order() if column.kind == "day" else "",
            first=tuple(column.first),
        )
        for at, (name, column) in enumerate(zip(found.columns, found.looks, strict=True))
        if name
    )
    proposal = ProfileProposal(
        table=found.name,
        sheet=found.sheet,
        header=(found.first, found.last),
        encoding=found.encoding,
        columns=columns,
        rows=found.rows,
        notes=found.notes,
        problems=tuple(found.problems),
        questions=questions,
    )
    return proposal if questions else tried(path, proposal, asked.toml(tells))


class _Draft:
    """What is decided and what is asked, for one table."""

    def __init__(self, found: TableLook, answers: Mapping[str, str]) -> None:
        self.questions: list[ProfileQuestion] = []
        self._found = found
        self._answers = answers
        self._choosing = Choosing(found)
        self._plain = self._choosing.plain
        self._used: set[str] = set()
        self._told_words: list[str] = []
        self._days: set[str] = set()
        """Columns that were named for a day, whatever else stands in them."""
        self._skip: dict[str, list[str]] = {}
        self.blank = sorted({text for column in found.looks if column.kind != "text" for text in column.nothing})
        self.numbers = ""
        self._known_by: list[str] = []
        self.dates = self.zone = self.of_a_month = ""

    def _ask(self, key: str, asks: str, options: Sequence[str] = (), suggested: str = "", **values: object) -> None:
        self._question(key, Message.of(asks, **values), options, suggested)

    def _question(self, key: str, asks: Message, options: Sequence[str], suggested: str = "") -> None:
        self.questions.append(ProfileQuestion(key=key, asks=asks, options=tuple(options), suggested=suggested))

    def within(self) -> dict[str, str]:
        """Return for each column of amounts or quantities the one that says what each is in."""
        return self._choosing.within()

    def tells(self) -> list[dict[str, object]]:
        """Return what each row tells, as far as it is known; what is not is asked."""
        words = self._told_words = self._words()
        if not self._answers.get("party"):
            self._ask("party", "profile.ask_party")
        tells: list[dict[str, object]] = []
        for what in words:
            tells += self._figures() if what == "figure" else self._movements(what)
        self._decide_numbers(tells)
        self._part_by_side(tells)
        self._decide_days(tells)
        self._multiply(tells)
        return tells

    def _part_by_side(self, tells: list[dict[str, object]]) -> None:
        """Where a column, or the sign of the numbers, says which way each row goes, let each word hold for its side alone."""
        told = moving(tells)
        for each in told:
            fill_own(self._found, each)
        self._skip = carried(self._found, told)
        sides = sides_of(self._found, told) if told else None
        answer = self._answers.get("side", "")
        if sides is None:
            if not answer and (column := twice_read(told)):
                self._ask("side", "profile.ask_both", ("-",), what=[str(each["what"]) for each in told], column=column)
            return
        asked = None if answer else question_of(sides, told)
        if asked is None:
            self._skip |= part(sides, told, answer)
        else:
            self._question("side", *asked)

    def _multiply(self, tells: list[dict[str, object]]) -> None:
        """Where a column, or what stands beside the table, speaks of thousands or millions, the numbers are multiplied, or not: that is asked."""
        read = {str(column_of(told.get(field))) for told in tells for field in COUNTED} - {""}
        money = {str(column_of(told.get("amount"))) for told in tells}
        of_all = next(filter(None, map(factor_of_all, self._found.beside)), 0)
        found = {
            name: factor_in(name) or (of_all if name in money else 0) for name in self._found.names() if name in read
        }
        factors = {name: factor for name, factor in found.items() if factor}
        answer = self._answers.get("scale", "")
        if factors and answer not in ("yes", "no"):
            self._ask("scale", "profile.ask_scale", ("yes", "no"), "yes", columns=list(factors))
        for told in tells if answer == "yes" else ():
            for field in COUNTED:
                if factor := factors.get(column_of(told.get(field)), 0):
                    negated = isinstance(told[field], dict)  # what goes out in a column of signs
                    told[field] = {"column": column_of(told[field]), "scale": f"{'-' * negated}{factor}"}

    def _words(self) -> list[str]:
        given = [word.strip() for word in self._answers.get("what", "").split(",") if word.strip()]
        for word in given:
            if word not in WORDS:
                raise MalformedError.about(
                    unknown_word(word, Message.of("form.told"), {name: name for name in WORDS}), path="what"
                )
        if not given:
            self._ask("what", "profile.ask_what", tuple(WORDS), self._likely())
        return given

    def _likely(self) -> str:
        held = {name for name in _ADVISED if self._choosing.for_field(name, "", ())}
        if {"item", "quantity"} <= held:
            return "dispatch" if self._choosing.for_field("to", "", ()) else "receipt"
        if "amount" in held and "date" in held:
            return "pledge" if any("pledge" in name for name in self._plain.values()) else "payment"
        return "figure" if any(column.kind == "number" for column in self._found.looks) else "claim"

    def _decide_numbers(self, tells: Sequence[Mapping[str, object]]) -> None:
        """Decide how the numbers that are read are written: what they leave open, only columns of amounts can tell beside them.

        An item number such as *1.1* or a latitude says nothing of how somebody writes 1.500 kg.
        """
        found = self._found
        read = {str(told[field]) for told in tells for field in COUNTED if isinstance(told.get(field), str)}
        counted = [column for column in found.looks if column.kind == "number"]
        evidence = {each for name in read for each in found.at(name).evidence}
        if style_of_numbers(evidence) == "open":
            beside = (name for name in found.names() if is_counted(self._plain[name]))
            grouped = (each for column in counted if column.has_groups for each in column.evidence)
            told = {each for name in beside if found.at(name) in counted for each in found.at(name).evidence}
            evidence |= told.union(grouped)
        elif not read:
            evidence = {each for column in counted for each in column.evidence}
        self.numbers = self._answers.get("numbers") or style_of_numbers(evidence)
        if self.numbers == "open":
            column, cell = self._unclear("number", read)
            self._ask("numbers", "profile.ask_numbers", ("1,234.5", "1.234,5"), "1,234.5", read=cell, column=column)

    def _decide_days(self, tells: Sequence[Mapping[str, object]]) -> None:
        """Decide how the days that are read are written, from all of them."""
        days = [self._found.at(name) for name in self._used if self._found.at(name).kind == "day" or name in self._days]
        orders = {column.order() for column in days} - {"year-month-day"}
        told = orders - {"open", "both"}
        self.dates = self._answers.get("dates", "")
        if not self.dates and len(told) == 1 and "both" not in orders:
            self.dates = told.pop()
        elif not self.dates and orders:
            column, cell = self._unclear("day", self._used)
            options = ("day-month-year", "month-day-year")
            self._ask("dates", "profile.ask_dates", options, "day-month-year", read=cell, column=column)
        dated = {str(column_of(told.get(field))) for told in tells for field, kind in KINDS.items() if kind == "day"}
        monthly = [name for name in self._found.names() if name in dated and self._found.at(name).holds_months]
        self.of_a_month = self._answers.get("month", "") if monthly else ""
        if monthly and self.of_a_month not in OF_A_MONTH:
            read = self._found.at(monthly[0]).unclear["month"]
            self._ask("month", "profile.ask_month", OF_A_MONTH, OF_A_MONTH[0], read=read, column=monthly[0])
        self.zone = self._answers.get("zone", "")
        if not self.zone and any(column.clock and not column.zoned for column in days):
            self._ask("zone", "profile.ask_zone", (), "UTC")

    def _unclear(self, kind: str, read: Collection[str]) -> tuple[str, str]:
        """Return a column, and in it a cell, that could be read in two ways: of those that are read, where one is there."""
        unclear = [name for name in self._found.names() if kind in self._found.at(name).unclear]
        column = min(unclear, key=lambda name: name not in read)
        return column, self._found.at(column).unclear[kind]

    def _movements(self, what: str) -> list[dict[str, object]]:
        """Return what a row tells of what moved: of each material, where each has a column of its own."""
        if not {"item", "quantity"} <= set(WORDS[what].needed):
            return [self._told(what)]
        answer = self._answer(what, "quantity")
        columns = [name.strip() for name in answer.split("|")] if "|" in answer and answer not in self._plain else []
        if columns:
            common = self._told_but(what, _OF_A_MATERIAL)
            named = [name for name in columns if name in self._plain]
            for name in columns:
                if name not in self._plain:
                    raise MalformedError.about(no_column(name, self._plain), path="quantity")
            unit = self._answer(what, "unit")
            if not unit and len(material_columns.certain(named)) < len(named):
                self._ask("unit", "profile.ask_field", self._options("unit"), field="unit", what=what)
            for name, before in material_columns.told_before(named).items():
                self._found.notes[Message.of("table.one_material", column=name, names=before)] = 1
            return material_columns.of_each(self._found, common, named, self._answered(unit) if unit else "")
        if not answer and (days := self._dated_columns(what)):
            common = self._of_rows(self._told_but(what, ("date", "quantity")))
            return material_columns.of_each_day(common, days)
        if answer or self._answer(what, "item") or self._choosing.for_field("item", what, ()):
            return [self._told(what)]
        if not (columns := material_columns.material_columns(self._found, self._choosing)):
            return [self._told(what)]
        told = self._told_but(what, _OF_A_MATERIAL)
        sure = material_columns.certain(columns)
        suggested = "|".join(sure) if len(sure) > 1 else ""
        self._ask("quantity", "profile.ask_materials", columns, suggested, what=what)
        return [told]

    def _dated_columns(self, what: str) -> dict[str, date]:
        """Return the columns that are called after a day or a month each, with the day of which they tell; none where rows have a day."""
        columns = material_columns.dated_columns(self._found)
        if self._answer(what, "date") or self._choosing.for_field("date", what, ()) or not columns:
            return {}
        if not material_columns.are_months(columns):
            return columns
        day = self._answers.get("month", "")
        if day not in OF_A_MONTH:
            self._ask("month", "profile.ask_months", OF_A_MONTH, OF_A_MONTH[0], what=what, columns=list(columns))
            day = OF_A_MONTH[0]
        return material_columns.for_days(columns, day)

    def _of_rows(self, common: dict[str, object]) -> dict[str, object]:
        """Remember by which columns the rows of a table are known, of which each issue has further columns."""
        self._known_by = [column for key, field in common.items() if key != "what" and (column := column_of(field))]
        return common

    def _told(self, what: str) -> dict[str, object]:
        """Return one ``[[tells]]``: answers first, then columns by their names; what is needed and open is asked."""
        word = WORDS[what]
        told: dict[str, object] = {"what": what}
        taken: set[str] = set()
        for field in (*word.needed, *word.further):
            answer = self._answer(what, field) or self._end_of_way(field, what, told.get("place"))
            if answer == "-":
                continue
            if answer:
                told[field] = self._answered(answer)
                if KINDS.get(field) == "day" and isinstance(told[field], str):
                    self._days.add(str(told[field]))
            elif name := self._chosen(field, what, told, taken):
                self._used.add(name)
                taken.add(name)
                told[field] = name
        return told

    def _answer(self, what: str, field: str) -> str:
        """Return what was answered for a field; in a table of both ends, what names the one is not where the other happened."""
        answer = self._answers.get(f"{what}.{field}") or self._answers.get(field, "")
        if (
            field != "place"
            or not answer
            or f"{what}.{field}" in self._answers
            or set(self._told_words) != _ENDS.keys()
        ):
            return answer
        named, (other,) = self._answered(answer), _ENDS.keys() - {what}
        if isinstance(named, str) and re.search(NAMES[_ENDS[other]], self._plain[named]):
            return self._choosing.other_end(named, other) or answer
        return answer

    def _end_of_way(self, field: str, what: str, place: object) -> str:
        """Return what an end of a way is read from, where the other one is the place of what is told: *From* and *To* hold places then."""
        here = _ENDS.get(what)
        if here is None or not isinstance(place, str) or not re.search(NAMES[here], self._plain[place]):
            return ""
        there = "to" if here == "from" else "from"
        if field == f"{there}_place":
            return self._choosing.other_end(place, what)
        return "-" if field in (here, there) else ""

    def _chosen(self, field: str, what: str, told: Mapping[str, object], taken: set[str]) -> str:
        """Return the column that holds a field; where it is needed and none certainly does, it is asked."""
        choosing, suggested = self._choosing, ""
        fits, of = choosing.of_another(field, choosing.for_field(field, what, taken), told)
        amount = told.get("amount")
        if field == "currency" and not fits and isinstance(amount, str):
            signs = self._found.at(amount).signs
            if signs and all(len(currencies_of(sign)) == 1 for sign in signs):
                return amount  # each number bears its own
            beside = (choosing.named_in("currency", text) for text in self._found.beside)
            suggested = next((each for sign, _ in signs.most_common() for each in currencies_of(sign)), "")
            suggested = suggested or next(filter(None, beside), "")
        quantity = told.get("quantity")
        if field == "unit" and not fits and isinstance(quantity, str) and self._found.at(quantity).bears_units:
            return quantity  # each number bears its own
        if field == "place" and not fits and what in _ENDS:
            suggested = next(iter(choosing.for_field(_ENDS[what], "", ())), "")
        several = choosing.is_open(field, what, fits)
        if fits and not of and not several:
            return fits[0]
        needed = field in WORDS[what].needed
        if needed and all(question.key not in (field, f"{what}.{field}") for question in self.questions):
            named = choosing.named_in(field, of or str(told.get(BELONGS_TO.get(field, ""), "")))
            code = "profile.ask_of" if of else "profile.ask_which" if several else "profile.ask_field"
            options = fits if several or of else self._options(field)
            suggested = named or suggested or (fits[0] if several and not of else "") or self._called(field, fits)
            key = f"{what}.{field}" if self._others_have(field, what) else field
            self._ask(key, code, options, suggested, field=field, what=what, column=of, other=next(iter(fits), ""))
        return ""

    def _others_have(self, field: str, what: str) -> bool:
        """Say whether something else that a row tells has a column of its own for a field: an answer must not take that from it."""
        others = (
            name for name in self._told_words if name != what and field in (*WORDS[name].needed, *WORDS[name].further)
        )
        return field in _APART and any(len(self._choosing.for_field(field, name, ())) == 1 for name in others)

    def _answered(self, answer: str) -> object:
        named = next((name for name in self._plain if answer in (name, self._plain[name])), None)
        if named is None:
            last = [name for name in self._plain if name.endswith(f" / {answer}")]  # of a header over several rows
            if len(last) != 1:
                return {"always": answer}
            named = last[0]
        self._used.add(named)
        return named

    def _options(self, field: str) -> list[str]:
        """Return the columns that may hold a field: of its kind, and such as are called so, whatever stands in them."""
        kind = KINDS.get(field)
        called = re.compile(NAMES.get(field, rf"^{field}$"))
        return [
            name
            for name in self._found.names()
            if kind is None or self._found.at(name).kind == kind or called.search(self._plain[name])
        ]

    def _called(self, field: str, fits: Sequence[str]) -> str:
        """Return the one column that is called after a field where it holds something else in some rows, such as *unknown* among days."""
        called = [
            name for name in self._options(field) if re.search(NAMES.get(field, rf"^{field}$"), self._plain[name])
        ]
        return called[0] if KINDS.get(field) and not fits and len(called) == 1 else ""

    def _figures(self) -> list[dict[str, object]]:
        """Return a ``[[tells]]`` for each column of figures."""
        found, wanted = self._found, self._answers.get("value", "")
        answer = self._answer("figure", "source")
        source = self._answered(answer) if answer not in ("", "-") else ""
        if not wanted and (days := self._dated_columns("figure")):
            common = self._of_rows(self._told_but("figure", (*figure_columns.OWN, "date")))
            by = figure_columns.told_by(found, common, list(days))
            self._known_by += by
            return figure_columns.of_each_day(found, common, days, by, source)
        names = (
            [name.strip() for name in wanted.split("|")]
            if wanted
            else figure_columns.figure_columns(found, self._plain)
        )
        if not names:
            self._ask("value", "profile.ask_field", found.names(), field="value", what="figure")
        return figure_columns.of_each(found, self._told_but("figure", figure_columns.OWN), names, source)

    def _identity(self) -> list[str]:
        """Return the columns that name each row, so that the next issue of the table is told by them; none where none do."""
        if self._plain.keys() >= set(OF_A_GROUP):
            return list(OF_A_GROUP)
        for name, plain in self._plain.items():
            column = self._found.at(name)
            if NAMES_ROWS.fullmatch(plain) and column.unique and column.filled == self._found.rows:
                return [name]
        # The next issue has a further day or month, so that no row of it is one that is recorded.
        return self._known_by if tell_each_row(self._found, self._known_by) else []

    def _told_but(self, what: str, fixed: Sequence[str]) -> dict[str, object]:
        answers = self._answers
        self._answers = {**answers, **dict.fromkeys(fixed, "-"), "until": answers.get("until", "-")}
        told = self._told(what)
        self._answers = answers
        return told

    def toml(self, tells: Sequence[Mapping[str, object]]) -> str:
        """Return the profile."""
        found = self._found
        name = re.sub(r"[^a-z0-9]+", "-", slug(found.path.stem.split(".")[0]))[:60].strip("-") or "table"
        read: dict[str, object] = {}
        read |= {"sheet": found.sheet} if found.sheet else {}
        read |= {"encoding": found.encoding} if found.encoding else {}
        read |= {"delimiter": found.delimiter} if found.delimiter not in ("", ",") else {}
        span = found.last - found.first + 1
        read |= {"header_rows": span} if span > 1 else {}
        read |= {"dates": self.dates} if self.dates else {}
        read |= {"dates": [self.dates or ORDERS[2], self.of_a_month]} if self.of_a_month else {}
        read |= {"numbers": self.numbers} if self.numbers != "1234.5" else {}
        read |= {"zone": self.zone} if self.zone else {}
        read |= {"blank": self.blank} if self.blank else {}
        read |= {"skip_bold": True} if found.bold_totals else {}
        skip = dict(self._skip) | {column: list(REJECTED[column]) for column in found.names() if column in REJECTED}
        for column, text in found.totals:
            if text not in skip.setdefault(column, []):
                skip[column].append(text)
        read |= {"skip": skip} if skip else {}
        head: dict[str, object] = {
            "profile": name,
            "title": self._answers.get("title") or found.path.name,
            "party": _party(self._answers["party"]),
        }
        identity = self._identity()
        head |= {"identity": identity} if identity else {}
        parts = [toml_lines(head)]
        waybill = next((told["waybill"] for told in tells if isinstance(told.get("waybill"), str)), None)
        parts += [f"[read]\n{toml_lines(read)}"] if read else []
        parts += [f"[custody]\n{toml_lines({'waybill': waybill})}"] if waybill else []
        parts += [f"[[tells]]\n{toml_lines(told)}" for told in tells]
        return "\n".join(parts)


def _party(given: str) -> str:
    """Return the identifier of a party that was called by its name: what a programme calls so is found when rows are added."""
    return given if re.fullmatch(r"[a-z]+:\S+", given) else "party:" + slug(given)
