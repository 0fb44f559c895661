"""``enduse money``: by donor, party, project and place; and files of money in the open standards."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, more_words, print_json
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

SHOWN: Final = 8
"""Givers named beside what a party holds."""

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enduse.pages.localizer import Localizer
    from enduse.views.advances import AdvanceMoney
    from enduse.views.budgets import LineMoney
    from enduse.views.cash import CurrencyMoney, ProjectMoney
    from enduse.views.reporting import MoneyReported
    from enduse.views.shapes import Figure


def show(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show money by donor, party, project and place: promised, committed, paid, handed on, spent, held, from outside.

    Each currency by itself. Whose money was spent or is held follows by mass balance, through whoever handed it on and
    through exchanges. What somebody gave beyond what the record shows it received is its own money, or a receipt that
    nobody recorded.

    Example: enduse money show demo --as-at 2026-05-31
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        answer, names, date = then.cash(), then.names(), dated(then)
    if as_json:
        print_json({**date, **msgspec.structs.asdict(answer)}, names)
        return
    words = localizer(names)
    if not answer.currencies:
        console.print(Text(words.say("No money is recorded.")))
    begun = {project.project for one in answer.currencies for project in one.projects if _begun(project)}
    for number, one in enumerate(answer.currencies):
        told = [project for project in one.projects if _begun(project)]
        if not number:  # what has no budget and cost nothing stands once, with its zero
            told += [project for project in one.projects if project.project not in begun]
        _currency(one, told, words)
    if answer.advances:
        advance_rows(answer.advances, words)
    if answer.reported is not None:
        _reported(answer.reported, words)


def _currency(one: "CurrencyMoney", projects: "list[ProjectMoney]", words: "Localizer") -> None:
    from enduse.cli.status import money_words
    from enduse.pages.catalogue import mark
    from enduse.views.shapes import Figure

    console.print(Text.assemble((one.totals.currency, "bold"), f"  {money_words(one.totals, words, exact=True)}"))
    rows = Table.grid(padding=(0, 2))
    for donor in one.donors:
        parts = (
            (mark("{amount} pledged"), donor.totals.pledged),
            (mark("{amount} committed and open"), donor.totals.committed),
            (mark("{amount} paid"), donor.totals.paid),
            (mark("of it {amount} linked to no promise"), donor.totals.unlinked),
            (mark("{amount} of its money spent"), donor.spent),
            (mark("{amount} of its money taken as fees"), donor.fees),
            (mark("{amount} of its money given in exchange"), donor.given),
            (mark("{amount} of its money held"), donor.held),
            (mark("goods worth {amount} given"), donor.in_kind),
        )
        _row(rows, words.say("donor"), words.name(donor.totals.party), parts, words)
    for party in one.parties:
        outside = mark("{amount} given") if party.donor else mark("{amount} of own money, or received and not recorded")
        handed_on = mark("{amount} paid to others")
        did = (
            (mark("{amount} received"), party.received),
            (mark("{amount} got by exchange"), party.got),
            (outside, party.outside),
            (handed_on, party.handed_on),
            (mark("{amount} given in exchange"), party.given),
            (mark("{amount} spent"), party.spent),
            (mark("{amount} taken as fees"), party.fees),
            (mark("{amount} held"), party.held),
            (mark("goods worth {amount} received"), party.in_kind),
        )
        if party.donor and not any(one.amount for text, one in did if text not in {outside, handed_on}):
            continue  # all that it did stands in its line as a donor
        _row(rows, words.say("party"), words.name(party.party), did, words)
        if party.held.amount > 0:
            whose = [
                words.say(
                    "{amount} from {party}",
                    amount=words.exactly(Figure(amount, party.held.resource)),
                    party=words.name(of),
                )
                for of, amount in list(party.of.items())[:SHOWN]
            ]
            if len(party.of) > SHOWN:
                more = len(party.of) - SHOWN
                whose.append(more_words(more, words).plain)
            rows.add_row("", "", Text(words.listed(whose), style="dim"))
    for project in projects:
        name = words.name(project.project) if project.project else words.say("no project named")
        plan = [(mark("{amount} planned"), project.planned)] if project.planned is not None else []
        left = [(mark("{amount} remaining"), project.remaining)] if project.remaining is not None else []
        given = [
            (text, figure)
            for text, figure in (
                (mark("{amount} committed and open"), project.committed),
                (mark("{amount} paid for it"), project.paid),
            )
            if figure.amount
        ]
        costs = (*plan, *given, (mark("{amount} spent"), project.spent), *left)
        _row(rows, words.say("project"), name, costs, words, zero=True)
        for line in project.lines:
            _line(rows, line, words)
    for place in one.places:
        name = words.name(place.place) if place.place else words.say("no place known")
        _row(rows, words.say("place"), name, ((mark("{amount} spent"), place.spent),), words)
    console.print(rows)


def advance_rows(advances: "Iterable[AdvanceMoney]", words: "Localizer") -> None:
    """Print advances: who gave them to whom, what became of each, and who is asked for what is open."""
    from enduse.pages.catalogue import mark

    rows = Table.grid(padding=(0, 2))
    for one in advances:
        parts = (
            (mark("{amount} paid"), one.paid),
            (mark("{amount} spent"), one.spent),
            (mark("{amount} accepted"), one.accepted),
            (mark("{amount} given back"), one.refunded),
            (mark("{amount} open"), one.open),
            (mark("of it {amount} not accepted"), one.owed),
            (mark("of it {amount} spent and not answered"), one.unanswered),
        )
        _row(rows, words.say("advance"), words.isolate(one.number), parts, words)
        ends = {"payer": words.name(one.payer), "recipient": words.name(one.recipient), "day": words.day(one.due)}
        told = [words.say("{payer} to {recipient}, to be accounted for by {day}", **ends)]
        if one.days:
            told.append(words.count("a day late", "{n} days late", one.days))
        if one.asked:
            told.append(words.say("{party} is asked", party=words.name(one.asked)))
        rows.add_row("", "", Text(words.listed(told), style="dim"))
    console.print(rows)


def _begun(project: "ProjectMoney") -> bool:
    """Say whether anything is planned for a project in a currency, or was committed, paid or spent."""
    moved = (project.committed, project.paid, project.spent)
    return bool(project.planned or project.lines) or any(figure.amount for figure in moved)


def _line(rows: Table, line: "LineMoney", words: "Localizer") -> None:
    """Add a line of a budget; what is planned, spent and remaining stands with its zero."""
    from enduse.pages.catalogue import mark

    parts = (
        (mark("{amount} planned"), line.planned, True),
        (mark("{amount} committed and open"), line.committed, False),
        (mark("{amount} paid for it"), line.paid, False),
        (mark("{amount} spent"), line.spent, True),
        (mark("{amount} remaining"), line.remaining, True),
    )
    told = [
        words.say(text, amount=words.exactly(figure))
        for text, figure, always in parts
        if figure is not None and (always or figure.amount)
    ]
    name = words.text(line.title, line.line)
    rows.add_row("", Text(f"  {name}", style="dim"), Text(words.listed(told), style="dim"))


def _reported(told: "MoneyReported", words: "Localizer") -> None:
    """Print the sums in the reporting currency, and the rates they were converted at."""
    rules = told.rules
    head = words.say("all in {currency}, at the rates below", currency=rules.currency)
    console.print(Text(head, style="bold"))
    rows = Table.grid(padding=(0, 2))
    sums = (
        (words.say("pledged"), told.pledged),
        (words.say("paid"), told.paid),
        (words.say("spent"), told.spent),
        (words.say("held"), told.held),
        (words.say("difference of exchanges"), told.exchange_difference),
    )
    for name, one in sums:
        parts = [words.exactly(one.figure)]
        parts += [words.say("{amount} left out, no rate", amount=words.exactly(figure)) for figure in one.left_out]
        rows.add_row(Text(name, style="dim"), Text(words.listed(parts)))
    used = sorted({rate for _, one in sums for rate in one.rates}, key=lambda rate: (rate.base, rate.quote, rate.day))
    for rate in used:
        text = words.say(
            "1 {base} = {value} {quote} on {day}, {source} (statement {entry})",
            base=rate.base,
            value=rate.value,
            quote=rate.quote,
            day=rate.day,
            source=words.name(rate.source),
            entry=rate.entry,
        )
        rows.add_row(Text(words.say("rate"), style="dim"), Text(text, style="dim"))
    for rate in dict.fromkeys(rate for _, one in sums for rate in one.too_old):
        pair = {"base": rate.base, "quote": rate.quote, "source": words.name(rate.source), "day": rate.day}
        text = words.count(
            "the newest rate of {source} for {base} in {quote} is of {day}, older than the one day the programme allows",
            "the newest rate of {source} for {base} in {quote} is of {day}, older than the {n} days the programme allows",
            rules.oldest_days,
            **pair,
        )
        rows.add_row(Text(words.say("rate"), style="dim"), Text(text, style="yellow"))
    for lead in told.contradictions:
        rows.add_row(
            Text(words.say("rate"), style="dim"), Text(f"{words.message(lead)}: {words.remedy(lead)}", style="yellow")
        )
    console.print(rows)


def _row(
    rows: Table,
    what: str,
    name: str,
    parts: "tuple[tuple[str, Figure], ...]",
    words: "Localizer",
    *,
    zero: bool = False,
) -> None:
    told = [words.say(text, amount=words.exactly(figure)) for text, figure in parts if figure.amount > 0 or zero]
    if told:
        rows.add_row(Text(what, style="dim"), Text(name, style="bold"), Text(words.listed(told)))
