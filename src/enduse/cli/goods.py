"""``enduse goods``: by donor, place and project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

from enduse.cli.figures import print_figures
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.goods_lines import GoodsLine, MaterialLines


def goods(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show goods by donor, place and project: held, spoiled, on their way, used, not arrived, missing, off purpose, lost.

    Each material by itself, in the unit people use. Whose goods they are follows by mass balance from whose money bought
    them, else from who brought them in. The lines by donor and by place each add up to the line of the material. Below them
    stand loans between stores: what was received as lent (reason: loan), and what was given back (repayment); and who owns what
    lies where, where title passed and the goods stayed (step: accepting, an owning party at both ends).

    Example: enduse goods demo --as-at 2026-05-31
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        answer, names, date = then.goods_lines(), then.names(), dated(then)
    if as_json:
        print_json({**date, **msgspec.structs.asdict(answer)}, names)
        return
    from enduse.pages.loans import loan_words, title_words

    words = localizer(names)
    if not answer.materials:
        console.print(Text(words.say("No goods are recorded.")))
    for number, one in enumerate(answer.materials):
        if number:
            console.print()
        _material(one, words)
    if answer.loans:
        console.print()
        console.print(Text(words.say("Loans between stores"), style="bold"))
    for loan in answer.loans:
        console.print(Text(loan_words(loan, words)))
    if answer.titles:
        console.print()
        console.print(Text(words.say("Owned where it lies"), style="bold"))
    for title in answer.titles:
        console.print(Text(title_words(title, words)))


def _material(one: "MaterialLines", words: "Localizer") -> None:
    titles = {
        "planned": words.say("planned"),
        "held": words.say("held"),
        "spoiled": words.say("spoiled"),
        "on_way": words.say("on the way"),
        "used": words.say("used"),
        "not_arrived": words.say("not arrived"),
        "not_comparable": words.say("other unit"),
        "missing_in_store": words.say("missing in store"),
        "off_purpose": words.say("off purpose"),
        "lost": words.say("lost"),
        "destroyed": words.say("destroyed"),
        "within_error": words.say("within error"),
        "made": words.say("made into others"),
        "below_zero": words.say("below zero"),
    }
    groups = (
        (words.say("donor"), one.donors, words.say("not known whose")),
        (words.say("place"), one.places, words.say("no place known")),
        (words.say("project"), one.projects, words.say("no project named")),
    )
    every = [line for _, lines, _ in groups for line in lines]
    columns = [name for name in titles if any(_amount(line, name) for line in every)]
    unit = words.amount(0, one.resource).partition("\N{NO-BREAK SPACE}")[2]
    head = words.say("{material}, in {unit}", material=words.material(one.resource), unit=unit or words.say("pieces"))
    total = [getattr(one.total, name, None) if name != "below_zero" else one.below_zero for name in columns]
    rows = [
        (
            Text(words.say("all"), style="bold"),
            [_cell(figure.amount if figure else 0, one.resource, words, style="bold") for figure in total],
        )
    ]
    for title, lines, nameless in groups:
        for line in lines:
            name = words.name(line.name) if line.name else nameless
            amounts = ((_amount(line, column), column == "used" and line.planned is not None) for column in columns)
            cells = [_cell(amount, one.resource, words, zero=zero) for amount, zero in amounts]
            rows.append((Text.assemble((title, "dim"), "  ", name), cells))
    print_figures(
        Text(head),
        [name for name, _ in rows],
        [(Text(titles[column]), [cells[at] for _, cells in rows]) for at, column in enumerate(columns)],
    )


def _amount(line: "GoodsLine", column: str) -> int:
    figure = getattr(line if column in {"planned", "below_zero"} else line.sums, column)
    return figure.amount if figure is not None else 0


def _cell(amount: int, resource: str, words: "Localizer", *, style: str = "", zero: bool = False) -> Text:
    if not amount and not zero:
        return Text("")
    return Text(words.bare(amount, resource), style=style)
