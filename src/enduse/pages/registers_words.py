"""Two parties' tables of one flow, in words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.comparison import Shown, WordedComparison, WordedFigure, WordedTable
from enduse.pages.localizer import Localizer
from enduse.views.registers import Ask, Much, RegisterCell, RegisterSide, RegistersView, Side

_LITTLE: Final = 40
"""Rows of the table side by side that a terminal shows."""
_TERMS: Final = {
    "day": mark("day"),
    "month": mark("month"),
    "year": mark("year"),
    "period": mark("period"),
    "place": mark("place"),
    "item": mark("item"),
    "amount": mark("amount"),
}


def registers_words(view: RegistersView, words: Localizer) -> WordedComparison:
    """Return the comparison of two registers in one language."""
    say, total = words.say, view.total
    figures = [
        WordedFigure(_measured(view.ours, view, words), total.ours),
        WordedFigure(_measured(view.theirs, view, words), total.theirs),
    ]
    if total.earlier is not None and total.late is not None:
        mine, other = (total.earlier, total.theirs) if view.earlier_of == "ours" else (total.ours, total.earlier)
        before = view.earlier.name if view.earlier else ""
        figures.append(WordedFigure(say("difference by the earlier issue"), mine - other, words.isolate(before)))
        figures.append(WordedFigure(say("entered late since then"), total.late, say("less what was taken back")))
        after = (total.ours if view.earlier_of == "ours" else total.theirs) - total.earlier - total.late
        if after:
            figures.append(WordedFigure(say("dated after the earlier issue"), after))
    figures.append(WordedFigure(say("difference now"), total.difference, _first_less_second(view, words)))
    figures.append(
        WordedFigure(
            say("rows in one register only"), sum(value.rows for value in view.scope), say("scope: not compared")
        )
    )
    if view.unit:
        figures.append(
            WordedFigure(say("rows without an amount in {unit}", unit=view.unit), sum(unit.rows for unit in view.units))
        )
    return WordedComparison(
        title=say("Two registers of one flow"),
        lead=tuple(_lead(view, words)),
        figures=tuple(figures),
        tables=tuple(_tables(view, words)),
        closing=(
            say("A difference is no loss: a register may be late, keep other goods, or count by another date."),
            say("It is a question to those who keep them; two registers that agree may both be wrong."),
        ),
    )


def _measured(side: RegisterSide, view: RegistersView, words: Localizer) -> str:
    if view.unit:
        return words.say("{party}, in {unit}", party=side.party, unit=view.unit)
    return words.say("{party}, rows", party=side.party)


def _first_less_second(view: RegistersView, words: Localizer) -> str:
    return words.say("{party} less {other}", party=view.ours.party, other=view.theirs.party)


def term_words(name: str, words: Localizer) -> str:
    """Return what a term is called: one of ours in this language, another as the mapping calls it."""
    return words.translated(_TERMS[name]) if name in _TERMS else words.isolate(name)


def _lead(view: RegistersView, words: Localizer) -> Iterator[str]:
    say = words.say
    for side in (view.ours, view.theirs):
        yield say("{party}: {file}.", party=side.party, file=side.name)
    if view.earlier is not None:
        yield say(
            "{file} is an earlier issue of {party}; it reaches to {day}.",
            file=view.earlier.name,
            party=view.earlier.party,
            day=words.moment(view.earlier.last_day) if view.earlier.last_day else "?",
        )
    if view.first_day:
        yield say(
            "Compared are the days that both reach: {start} to {end}.",
            start=words.moment(view.first_day),
            end=words.moment(view.last_day),
        )
        if view.lines is not None:
            yield say(
                "What both name is compared whole, on the earlier of its days, whether or not both reach that day."
            )
    for side in (view.ours, view.theirs):
        if side.outside:
            yield words.count(
                "One row of {party} is dated outside those days or periods, or not at all.",
                "{n} rows of {party} are dated outside those days or periods, or not at all.",
                side.outside,
                party=side.party,
            )
        if side.left_out:
            yield words.count(
                "One row of {party} is left out by the mapping.",
                "{n} rows of {party} are left out by the mapping.",
                side.left_out,
                party=side.party,
            )
        if side.unread:
            yield words.count(
                "One row of {file} could not be read and is not counted.",
                "{n} rows of {file} could not be read and are not counted.",
                len(side.unread),
                file=side.name,
            )
    if view.first_day and (view.ours.outside or view.theirs.outside):
        yield say(
            "Goods on their way on the first or the last of those days may be among what is left out by its date."
        )


def _tables(view: RegistersView, words: Localizer) -> Iterator[WordedTable]:
    say = words.say
    late = view.total.late is not None
    columns = [
        *(term_words(name, words) for name in view.by),
        words.isolate(view.ours.party),
        words.isolate(view.theirs.party),
    ]
    if late:
        columns += [say("as issued earlier"), say("entered late")]
    columns += [say("Difference"), say("Share")]
    yield WordedTable(
        title=say("Side by side"),
        about=(
            say("Share: what {party} states, of what {other} states.", party=view.theirs.party, other=view.ours.party),
            *_remarks(view, words),
        ),
        columns=tuple(columns),
        rows=[_cell(cell, words) for cell in _in_order(view)],
        brief=_LITTLE,
    )
    yield WordedTable(
        title=say("In one register only"),
        about=(
            say(
                "A value that one register has and the other has not is a difference of scope, until somebody says that both call it by two names."
            ),
        ),
        columns=(say("Register"), say("Term"), say("Value"), say("Rows"), say("From"), say("To")),
        rows=[
            (
                _party(value.side, view),
                term_words(value.term, words),
                value.value,
                value.rows,
                value.first_day,
                value.last_day,
            )
            for value in view.scope
        ],
    )
    yield WordedTable(
        title=say("Not in the common unit"),
        columns=(say("Register"), say("Unit"), say("Rows")),
        rows=[(_party(unit.side, view), unit.unit or say("no amount"), unit.rows) for unit in view.units],
    )
    yield WordedTable(
        title=say("Who owes an answer"),
        columns=(say("Party"), say("Question")),
        rows=[(_party(ask.side, view), _question(ask, view, words)) for ask in view.asks],
        brief=_LITTLE,
    )
    yield from _lines(view, words)
    yield WordedTable(
        title=say("What was not read as it stands"),
        columns=(say("File"), say("What"), say("Rows")),
        rows=[
            (side.name, words.message(part.note), part.count)
            for side in (view.ours, view.theirs, view.earlier)
            if side is not None
            for part in side.passed_over
        ],
    )


def _lines(view: RegistersView, words: Localizer) -> Iterator[WordedTable]:
    say, lines = words.say, view.lines
    if lines is None:
        return
    yield WordedTable(
        title=say("Line by line"),
        about=(
            say(
                "Both name {both}; {agree} of them agree in all.",
                both=words.number(lines.both),
                agree=words.number(lines.agree),
            ),
        ),
        columns=(say("Identity"), say("What"), words.isolate(view.ours.party), words.isolate(view.theirs.party)),
        rows=[(apart.item, term_words(apart.what, words), apart.ours, apart.theirs) for apart in lines.differences],
    )
    yield WordedTable(
        title=say("Named by one only"),
        columns=(
            say("Register"),
            say("Identity"),
            say("Row"),
            say("Date"),
            say("Amount") if view.unit else say("Rows"),
        ),
        rows=[(_party(line.side, view), line.item, line.row, line.day, line.amount) for line in lines.lone],
    )


def _in_order(view: RegistersView) -> Iterator[RegisterCell]:
    """Give the cells of each time before their sum, and the sum of all at the end."""
    if not view.subtotals:
        yield from view.cells
    for whole in view.subtotals:
        yield from (
            cell for cell in view.cells if all(part in {"", own} for part, own in zip(whole.key, cell.key, strict=True))
        )
        yield whole
    if len(view.cells) > 1:
        yield view.total


def _remarks(view: RegistersView, words: Localizer) -> Iterator[str]:
    for remark in [*{remark.text: remark for cell in view.cells for remark in cell.remarks}.values()]:
        yield words.say(
            "{about}: {party} says: {text}",
            about=words.listed(words.isolate(value) for value in remark.where.values()),
            party=_party(remark.party, view),
            text=remark.text,
        )


def _cell(cell: RegisterCell, words: Localizer) -> tuple[Shown, ...]:
    parts: list[Shown] = [value or words.say("all") for value in cell.key]
    parts += [cell.ours, cell.theirs]
    if cell.late is not None and cell.earlier is not None:
        parts += [cell.earlier, cell.late]
    parts += [cell.difference, _share(cell.theirs, cell.ours, words)]
    return tuple(parts)


def _share(part: Much, whole: Much, words: Localizer) -> str:
    return f"{words.number(Decimal(100 * part) / whole, 1)}%" if whole else "-"


def _party(side: Side, view: RegistersView) -> str:
    return view.ours.party if side == "ours" else view.theirs.party


def _question(ask: Ask, view: RegistersView, words: Localizer) -> str:
    say = words.say
    other = _party("theirs" if ask.side == "ours" else "ours", view)
    much = words.number(ask.much) + (f" {view.unit}" if view.unit and ask.code != "unit" else "")
    about = words.listed(words.isolate(part) for part in ask.about) or say("all")
    match ask.code:
        case "show":
            return say(
                "{about}: {other} states {much} less: which rows are these?", about=about, much=much, other=other
            )
        case "enter":
            return say(
                "{about}: {other} states {much} more: is that still to be entered, or kept elsewhere?",
                about=about,
                much=much,
                other=other,
            )
        case "dates":
            return say(
                "{about}: the sums agree and the parts differ by {much}: by which date do you count?",
                about=about,
                much=much,
            )
        case "scope":
            return say("{value}: do you keep these {much}, and under which name?", value=ask.about[1], much=much)
    if not ask.about:
        return say("what are the amounts of {much} rows?", much=much)
    return say("how much is one {unit} ({much} rows)?", unit=ask.about[0], much=much)
