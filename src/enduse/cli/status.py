"""``enduse status``: one screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.figures import print_figures
from enduse.cli.output import Json, exit_on_error, localizer, more_words, print_json
from enduse.cli.past import AsAt, AsKnown, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enduse.pages.localizer import Localizer
    from enduse.views.answers import Status
    from enduse.views.missing import MissingView
    from enduse.views.shapes import CurrencyTotals, Figure
    from enduse.views.works_access import WorksAccess

STYLES: Final = {"met": "green", "not_met": "red", "not_known": "yellow"}
SHOWN: Final = 12
ENTRIES_SHOWN: Final = 5


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html", help="Write the whole report as one page, in every language of the programme."
        ),
    ] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show on one screen who is responsible, where money and goods are, what is missing, and what waits for whom.

    With --as-at and --as-known, all of it is shown as it stood at one time and as it was known at another: what had
    happened by then, as claimed, and what had been recorded by then. What waits or is overdue is judged at that time.

    Example: enduse status demo --as-at 2026-05-31 --as-known 2026-06-30
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json, keys=False) as (_, programme):
        answer = programme.status()
        if report is not None:
            from enduse.pages.flat_files import check_suffix
            from enduse.pages.html import write_report

            check_suffix(report, ".html", ".htm")

            write_report(programme.report(), report)
        open_now = programme.works_access()
        if as_json:
            print_json(
                {**msgspec.structs.asdict(answer), "works_access": open_now, "book": programme.digest()}, answer.names
            )
        else:
            words = localizer(answer.names)
            for told in answer.clock:
                console.print(Text(words.message(told), style="yellow"))
            _print(answer, words, open_now)


def _print(answer: "Status", words: "Localizer", open_now: "WorksAccess | None" = None) -> None:
    from enduse.pages.tasks import task_words
    from enduse.pages.vocabulary import MARKS, TRANCHES

    without = sum(pair[1] for pair in answer.statements.values())
    console.print(Text.assemble((words.text(answer.title, answer.origin), "bold"), f"  {words.isolate(answer.origin)}"))
    heads = [
        words.count("{n} statement to {day}", "{n} statements to {day}", answer.size, day=words.day(answer.as_of)),
        words.count("{n} without effect", "{n} without effect", without),
        words.count("{n} mandate in force", "{n} mandates in force", answer.mandates),
    ]
    console.print(Text(words.listed(heads), style="dim"))
    rows = Table.grid(padding=(0, 2))
    if answer.unheld:
        rows.add_row(Text(words.say("nobody holds"), style="yellow"), Text(words.named(answer.unheld)))
    _money(answer, words, rows)
    if rows.row_count:
        console.print(rows)
    _goods(answer, words)
    rows = Table.grid(padding=(0, 2))
    _missing(answer, words, rows)
    for item in answer.without_effect:
        if item.refusal.code == "correction.mandate_over":
            rows.add_row(Text(words.say("disputed"), style="yellow"), Text(words.message(item.refusal)))
    for tranche in answer.tranches:
        state = words.say(
            "{tranche}: {state}", tranche=words.name(tranche.tranche), state=words.say(TRANCHES[tranche.status])
        )
        mark = Text(f"{words.say(MARKS[tranche.mark])}. ", style=STYLES[tranche.mark])
        rows.add_row(Text(words.say("tranche")), mark.append(state, style="default"))
    _keys(answer, words, rows)
    if open_now is not None:
        _works_access(open_now, words, rows)
    for task in answer.tasks[:SHOWN]:
        owner = words.name(task.owner) if task.owner else words.say("Nobody holds this yet")
        rows.add_row(Text(words.say("waits")), Text(f"{words.isolate(owner)}: {task_words(task, words)}"))
    if len(answer.tasks) > SHOWN:
        rows.add_row("", more_words(len(answer.tasks) - SHOWN, words))
    if rows.row_count:
        console.print(rows)


def _works_access(open_now: "WorksAccess", words: "Localizer", rows: Table) -> None:
    """Add what of works and access somebody has to look at."""
    from enduse.pages.works_access_words import works_access_words

    _some(words.say("works, access"), "yellow", list(works_access_words(open_now, words)), words, rows)


def _keys(answer: "Status", words: "Localizer", rows: Table) -> None:
    """Add how much was recorded late, what waits for a decision on a key, and how much recovered ones have signed."""
    if answer.late:
        late = words.count(
            "at least {n} statement that counts here was recorded long after it is said to have happened, {days} days after",
            "at least {n} statements that count here were recorded long after they are said to have happened, one of them {days} days after",
            len(answer.late),
            days=words.number(max(answer.late.values())),
        )
        rows.add_row(Text(words.say("told late"), style="yellow"), Text(late))
    if answer.no_longer_stated:
        gone = words.count(
            "{n} statement was taken back: the table it was read from states it no longer (entry {entries})",
            "{n} statements were taken back: the tables they were read from state them no longer (the first: {entries})",
            len(answer.no_longer_stated),
            entries=words.listed(map(str, answer.no_longer_stated[:ENTRIES_SHOWN])),
        )
        rows.add_row(Text(words.say("no longer stated"), style="yellow"), Text(gone))
    told = [words.message(each) for each in answer.pending_keys]
    told += [
        words.count(
            "{n} statement {told}", "{n} statements {told}", len(signed.entries), told=words.message(signed.told)
        )
        for signed in answer.key_marks
    ]
    for line in told:
        rows.add_row(Text(words.say("key"), style="yellow"), Text(line))


def _money(answer: "Status", words: "Localizer", rows: Table) -> None:
    for money in answer.currencies:
        rows.add_row(Text(words.say("money")), Text(money_words(money, words)))
    for lead in (*answer.goods_leads[:SHOWN], *answer.money_leads[:SHOWN]):
        rows.add_row(Text(words.say("lead"), style="yellow"), Text(f"{words.message(lead)}: {words.remedy(lead)}"))


def money_words(money: "CurrencyTotals", words: "Localizer", *, exact: bool = False) -> str:
    """Return what was promised in one currency and what came of it; ``exact``: to the coin, without what is zero."""
    from enduse.pages.catalogue import mark

    of = words.exactly if exact else words.of
    got = msgspec.structs.replace(money.exchanged, amount=-money.exchanged.amount)
    given = money.pledged.amount or money.paid.amount
    parts = [
        words.say(told, amount=of(figure))
        for figure, told, always in (
            (money.pledged, mark("{amount} pledged"), True),
            (money.paid, mark("{amount} paid"), True),
            (money.spent, mark("{amount} spent"), True),
            (money.open, mark("{amount} still open"), True),
            (money.handed_on, mark("{amount} handed on"), False),
            (money.own, mark("{amount} of own money, or received and not recorded"), False),
            (money.exchanged, mark("{amount} exchanged for another currency"), False),
            (money.fees, mark("{amount} fees of banks"), False),
            (money.in_kind, mark("goods worth {amount} given besides"), False),
            (money.beyond, mark("{amount} given beyond a pledge"), False),
            (money.uncounted, mark("{amount} paid on promises in another currency"), False),
            (got, mark("{amount} got for another currency"), False),
        )
        if figure.amount > 0 or (always and given and not exact)
    ]
    said = words.listed(parts) or words.say("Nothing of it is promised, paid or held.")
    return "\n".join([said, *(f"({words.message(told)})" for told in money.whose)])


def _missing(answer: "Status", words: "Localizer", rows: Table) -> None:
    grave = [lost for lost in answer.missing if lost.judgement != "within_error"]
    for lost in grave[:SHOWN]:
        kind = words.say("surplus") if lost.figure.amount < 0 else words.say("missing")
        rows.add_row(Text(kind, style="red"), Text(_lost(lost, words)))
    if len(grave) > SHOWN:
        rows.add_row("", more_words(len(grave) - SHOWN, words))
    disputed = [
        f"{words.isolate(lost.item)}: {words.message(dispute.told)}"
        for lost in answer.missing
        for dispute in lost.disputes
    ]
    disputed += [
        f"{words.name(use.project)}: {words.listed(words.message(one) for one in use.against)}"
        for use in answer.used
        if use.against
    ]
    _some(words.say("disputed"), "yellow", disputed, words, rows)
    _some(
        words.say("cannot be"),
        "red",
        [f"{words.message(problem.told)}: {words.remedy(problem.told)}" for problem in answer.contradictions],
        words,
        rows,
    )
    small = sum(lost.judgement == "within_error" and bool(lost.figure.amount) for lost in answer.missing)
    if small:
        within = words.count(
            "One further difference lies within what the scales can tell",
            "{n} further differences lie within what the scales can tell",
            small,
        )
        rows.add_row("", Text(f"{within}.", style="dim"))


def _some(kind: str, style: str, told: "Sequence[str]", words: "Localizer", rows: Table) -> None:
    """Add the first lines of one kind, and how many more there are."""
    for line in told[:SHOWN]:
        rows.add_row(Text(kind, style=style), Text(line))
    if len(told) > SHOWN:
        rows.add_row("", more_words(len(told) - SHOWN, words))


def _lost(lost: "MissingView", words: "Localizer") -> str:
    """Return what is missing, within which limits, and who answers for it."""
    from enduse.pages.missing import missing_words

    told = missing_words(lost, words)
    if lost.lower != lost.upper:
        lower, upper = (words.amount(end, lost.figure.resource) for end in (lost.lower, lost.upper))
        span = words.say("95% interval of the scales: {lower} to {upper}", lower=lower, upper=upper)
    elif lost.orders is not None and not lost.orders[0] < 0 < lost.orders[1]:
        lower, upper = (words.amount(end, lost.figure.resource) for end in lost.orders)
        span = words.say("{lower} to {upper} by the order of that day, which nobody told", lower=lower, upper=upper)
    elif lost.counted:
        span = words.say("counted, so exact")
    else:
        return told
    return words.say("{told} ({span})", told=told, span=span)


def _goods(answer: "Status", words: "Localizer") -> None:
    if not answer.goods:
        return
    titles = {
        "came_in": words.say("came in"),
        "unlinked": words.say("no origin"),
        "stored": words.say("in store"),
        "under_way": words.say("under way"),
        "used": words.say("used"),
        "missing": words.say("missing"),
        "contested": words.say("contested of it"),
        "surplus": words.say("surplus"),
        "not_comparable": words.say("other unit"),
        "within_error": words.say("within error"),
        "off_purpose": words.say("off purpose"),
        "other": words.say("spoiled, lost"),
    }
    shown = answer.goods[:SHOWN]
    columns = [name for name in titles if any(getattr(line, name).amount for line in shown)]
    # The unit stands with the material, so that the figures of a row fit beside each other.
    units = [words.amount(0, line.resource).partition("\N{NO-BREAK SPACE}")[2] for line in shown]
    print_figures(
        Text(words.say("goods")),
        [Text(f"{words.material(line.resource)} {unit}") for line, unit in zip(shown, units, strict=True)],
        [(Text(titles[name]), [_bare(getattr(line, name), words) for line in shown]) for name in columns],
    )
    for line in shown:
        for told in line.whose:
            console.print(Text(f"{words.material(line.resource)}: {words.message(told)}", style="dim"))


def _bare(figure: "Figure", words: "Localizer") -> Text:
    """Return a figure without its unit; nothing for none."""
    return Text(words.bare(figure.amount, figure.resource) if figure.amount else "")
