"""The report in a terminal of 80 columns: who promised, where it is, what is missing, who must act, how to check."""

import re
from enum import Enum
from typing import Any, Final

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from enduse.pages import vocabulary
from enduse.pages.assessment_words import Words
from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.missing import missing_words
from enduse.pages.tasks import task_words
from enduse.views.answers import Report
from enduse.views.missing import MissingView
from enduse.views.shapes import CurrencyTotals, Figure, FindingView, TrancheView
from enduse.views.verified import checkpoint_messages

WIDTH = 80
"""Columns the report is set in, however wide the terminal."""

BAR = 20
"""Columns of a bar."""

_COMMAND: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys instead of showing it, line breaks too: every word of a report stands in one line."""

MARKS = {"met": ("✓", "green"), "not_met": ("✕", "red"), "not_known": ("?", "yellow")}
TASKS_SHOWN = 12


def print_report(report: Report, console: Console, localizer: Localizer) -> None:
    """Print the report on ``console``.

    Args:
        report: what to tell.
        console: where to; never wider than :data:`WIDTH`.
        localizer: of the words.
    """
    report = shown(report)
    width = min(console.width, WIDTH)
    parts: list[RenderableType] = [_head(report, localizer), _short(report, localizer)]
    if report.currencies:
        parts += [_title(localizer.say("Who promised what, and what came of it")), *_donors(report, localizer)]
    if report.goods:
        parts += [_title(localizer.say("What became of everything that came in")), _goods(report, localizer)]
    if report.goods:
        parts += [_title(localizer.say("What is missing")), *_missing(report, localizer)]
    if report.assessment or report.not_assessed == "no_extra":
        parts += [_title(localizer.say("Is it all there?")), _assessed(report, localizer)]
    if report.tranches:
        parts += [_title(localizer.say("Tranches: what is released, and why not")), _tranches(report, localizer)]
    parts += [_title(localizer.say("Who must act")), _tasks(report, localizer)]
    parts += [_title(localizer.say("Check it yourself")), _check(report, localizer)]
    console.print(Group(*parts), width=width)


def shown(value: Any) -> Any:  # noqa: ANN401 - the same again, whatever it is
    """Return ``value`` with a blank in place of everything in its words that a terminal would obey."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return _COMMAND.sub(" ", value)
    if isinstance(value, tuple | list):
        return type(value)(map(shown, value))
    if isinstance(value, dict):
        return {shown(key): shown(item) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **{name: shown(getattr(value, name)) for name in value.__struct_fields__})
    return value


def _row(table: Table, *cells: str | Text) -> None:
    """Add a row; words stay words, whatever markup they look like."""
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells))


def _title(words: str) -> RenderableType:
    return Padding(Text(words, style="bold cyan"), (1, 0, 0, 0))


def _head(report: Report, localizer: Localizer) -> RenderableType:
    title = Text(localizer.text(report.title), style="bold", justify="center")
    when = localizer.say(
        "From the promise to the use, {start} to {end}.",
        start=localizer.day(report.since),
        end=localizer.day(report.as_of),
    )
    lines = [title, Text(when, style="dim", justify="center")]
    lines += [Text(localizer.message(told), style="yellow") for told in (*report.clock, *report.told_of_keys)]
    about = localizer.text(report.about)
    if report.invented:
        simulated = Text(localizer.say("Simulated.") + " ", style="bold yellow")
        about = about or localizer.say("Everything in this report is invented.")
        lines.append(simulated.append(about, style="not bold yellow"))
    elif about:
        lines.append(Text(about, style="yellow"))
    return Panel(Group(*lines), border_style="cyan")


def _short(report: Report, localizer: Localizer) -> RenderableType:
    words = Text()
    for totals in report.currencies:
        words.append(_promised(totals, localizer) + " ")
        if totals.own.amount:
            own = _amount(localizer, totals.own)
            words.append(localizer.say("{amount} is own money, or was received and not recorded.", amount=own) + " ")
        for told in totals.whose:
            words.append(f"({localizer.message(told)}) ")
    for loss in _grave(report)[:3]:
        words.append(missing_words(loss, localizer) + " ", style=f"bold {_tone(loss)}")
    for finding in report.findings:
        for part in finding.moved:
            if part.outcome == "off_purpose":
                sentence = localizer.say(
                    "{amount} was not used for {project}: finding of {party}.",
                    amount=localizer.of(part.figure),
                    project=localizer.name(part.item),
                    party=localizer.name(finding.party),
                )
                words.append(sentence + " ", style="bold red")
    held = [tranche for tranche in report.tranches if tranche.mark != "met"]
    if held:
        words.append(localizer.count("One tranche is held back.", "{n} tranches are held back.", len(held)) + " ")
    if report.relief:
        words.append(localizer.say("Food, fuel and other relief went on all the while."))
    return Padding(words, (1, 1, 0, 1))


def _promised(totals: CurrencyTotals, localizer: Localizer) -> str:
    """Return what was promised and paid, in a sentence."""
    pledged, paid = _amount(localizer, totals.pledged), _amount(localizer, totals.paid)
    if not totals.paid.amount and not totals.pledged.amount:
        currency = totals.paid.resource.rpartition("/")[2]
        return localizer.say("In {currency} no donor pledged or paid anything.", currency=currency)
    if totals.paid.amount and not totals.pledged.amount:
        return localizer.say("{paid} was paid; no pledge is recorded.", paid=paid)
    return localizer.say("{pledged} was pledged and {paid} paid.", pledged=pledged, paid=paid)


def _grave(report: Report) -> list[MissingView]:
    return [loss for loss in report.missing if loss.judgement != "within_error"]


def _amount(localizer: Localizer, figure: Figure) -> str:
    return localizer.amount(figure.amount, figure.resource)


def _bar(parts: list[tuple[int, str, str]], whole: int) -> Text:
    """Return a bar: (amount, character, style) each, in columns of ``whole``."""
    bar = Text()
    used = 0
    total = 0
    for amount, character, style in parts:
        total += amount
        columns = min(BAR, (2 * BAR * total + whole) // (2 * whole)) - used if whole > 0 else 0
        if amount and not columns and style == "red" and used < BAR:
            columns = 1
        bar.append(character * max(columns, 0), style=style)
        used += max(columns, 0)
    return bar.append("·" * (BAR - used), style="dim")


def _table(*columns: tuple[str, int | None, bool]) -> Table:
    """Return a plain table; columns as (style, width, to the right)."""
    table = Table(show_header=False, box=None, padding=(0, 1), pad_edge=True)
    for style, width, right in columns:
        table.add_column(style=style, width=width, justify="right" if right else "left", overflow="fold")
    return table


def _donors(report: Report, localizer: Localizer) -> list[RenderableType]:
    """Return the donors of every currency, and what the parts of their bars are."""
    tables = [_donors_in(totals, localizer) for totals in report.currencies]
    legend = Text("  █ ", style="cyan")
    legend.append(localizer.say("paid"), style="dim").append("   ▒ ", style="cyan")
    legend.append(localizer.say("committed, not yet paid"), style="dim").append("   ░ ", style="yellow")
    legend.append(localizer.say("pledged only"), style="dim")
    leads = [
        f"{localizer.message(lead)}: {localizer.remedy(lead)}"
        for lead in (*report.goods_leads, *report.money_leads)[:TASKS_SHOWN]
    ]
    return [*tables, legend, *(Padding(Text(f"○ {lead}", style="yellow"), (0, 1)) for lead in leads)]


def _donors_in(totals: CurrencyTotals, localizer: Localizer) -> Table:
    table = _table(("", 22, False), ("", BAR, False), ("", None, False))
    widest = max((max(donor.pledged.amount, donor.paid.amount) for donor in totals.donors), default=0)
    for donor in totals.donors[:10]:
        bar = _bar(
            [
                (donor.paid.amount, "█", "cyan"),
                (donor.committed.amount, "▒", "cyan"),
                (donor.uncommitted.amount, "░", "yellow"),
            ],
            widest,
        )
        pledged = _amount(localizer, donor.pledged)
        if donor.paid.amount and not donor.pledged.amount:
            words = localizer.say("{paid} paid; no pledge recorded", paid=_amount(localizer, donor.paid))
        elif donor.paid.amount:
            words = localizer.say("{paid} of {pledged} paid", paid=_amount(localizer, donor.paid), pledged=pledged)
        else:
            words = localizer.say("pledged {pledged}, paid nothing", pledged=pledged)
        _row(table, localizer.name(donor.party), bar, words)
    return table


PARTS: Final = {
    "unlinked": (mark(", {amount} without a recorded dispatch"), "yellow"),
    "under_way": (mark(", {amount} under way"), ""),
    "other": (mark(", {amount} spoiled or lost"), ""),
    "within_error": (mark(", {amount} within the error of the scales"), ""),
    "off_purpose": (mark(", {amount} off purpose"), "red"),
    "missing": (mark(", {amount} missing"), "red"),
    "contested": (mark(" ({amount} of it contested: nobody is named for that)"), ""),
    "not_comparable": (mark(", {amount} told in another unit at the other end"), ""),
    "surplus": (mark(", {amount} more than the record explains"), "red"),
}
"""What became of goods, in words, beside what is used and in store: every part, so that what is printed adds up."""


def _goods(report: Report, localizer: Localizer) -> RenderableType:
    table = _table(("", 22, False), ("", BAR, False), ("", None, False))
    for totals in report.goods[:10]:
        bad = totals.missing.amount + totals.off_purpose.amount
        stored = totals.stored.amount + totals.under_way.amount
        bar = _bar(
            [
                (totals.used.amount, "█", "cyan"),
                (stored, "▒", "yellow"),
                (totals.other.amount + totals.within_error.amount, "░", "magenta"),
                (bad, "▓", "red"),
            ],
            totals.came_in.amount + totals.surplus.amount,
        )
        came, used, left = (_amount(localizer, part) for part in (totals.came_in, totals.used, totals.stored))
        words = Text(
            localizer.say("{amount} came in: {used} used, {stored} in store", amount=came, used=used, stored=left)
        )
        for name, (told, style) in PARTS.items():
            if (figure := getattr(totals, name)).amount:
                words.append(localizer.say(told, amount=_amount(localizer, figure)), style=style)
        for whose in totals.whose:
            words.append(f" ({localizer.message(whose)})")
        _row(table, localizer.material(totals.came_in.resource), bar, words)
    legend = Text(" █ ", style="cyan")
    legend.append(localizer.say("built in or handed out"), style="dim").append("  ▒ ", style="yellow")
    legend.append(localizer.say("in store or under way"), style="dim").append("  ░ ", style="magenta")
    legend.append(localizer.say("spoiled, lost, or within error"), style="dim").append("\n ▓ ", style="red")
    legend.append(localizer.say("off purpose or missing"), style="dim")
    return Group(table, legend)


def _missing(report: Report, localizer: Localizer) -> list[RenderableType]:
    blocks: list[RenderableType] = [_loss(loss, localizer) for loss in _grave(report)[:5]]
    blocks += [block for finding in report.findings for block in _diverted(report, finding, localizer)]
    blocks += [Padding(Text(localizer.message(one.told), style="red"), (0, 1)) for one in report.contradictions]
    blind = any(totals.unlinked.amount for totals in report.goods)
    if blind:
        words = localizer.say("Of some goods only the arrival was recorded: what was lost on their way is not known.")
        blocks.append(Padding(Text(words, style="yellow"), (0, 1)))
    elif not blocks:
        blocks.append(Text(" " + localizer.say("Nothing is missing beyond what the scales can tell.")))
    quiet = [loss for loss in report.missing if loss.judgement == "within_error"]
    for loss in quiet:
        for dispute in loss.disputes:
            told = localizer.say("Disputed: {told}", told=localizer.message(dispute.told))
            blocks.append(Padding(Text(f"{localizer.isolate(loss.item)} {told}", style="yellow"), (0, 1)))
    for use in report.used:
        if use.against:
            told = localizer.say("Disputed: {told}", told=localizer.listed(map(localizer.message, use.against)))
            blocks.append(Padding(Text(f"{localizer.name(use.project)}. {told}", style="yellow"), (0, 1)))
    small = sum(bool(loss.figure.amount) for loss in quiet)
    if small:
        words = localizer.count(
            "One further difference lies within what the scales can tell",
            "{n} further differences lie within what the scales can tell",
            small,
        )
        blocks.append(Text(f" {words}.", style="dim"))
    return blocks


def _assessed(report: Report, localizer: Localizer) -> RenderableType:
    """Return in a few lines what network assurance says; the command of its own says it at length."""
    if report.assessment is None:
        command = "pip install 'enduse[analytics]'"
        words = localizer.say("To compare the whole network at once, install one more part: {command}", command=command)
        return Padding(Text(words, style="dim"), (0, 1))
    said = Words(report.assessment, localizer)
    text = Text(said.verdict(), style="bold red" if report.assessment.leads else "")
    if told := said.open():
        text.append(f" {told}", style="not bold red")
    for number, lead in enumerate(report.assessment.leads[:3], 1):
        text.append(f"\n⚠ {number} ", style="bold red").append(said.lead(lead), style="not bold default")
        for known in lead.known:
            text.append(" " + said.known(known), style="not bold dim default")
    if report.assessment.unseen:
        text.append(f"\n○ {said.unnoticed()}: {localizer.isolate('enduse assure DIR')}", style="not bold yellow")
    return Padding(text, (0, 1))


def _loss(loss: MissingView, localizer: Localizer) -> RenderableType:
    words = Text()
    if loss.sent is not None and loss.received is not None and loss.state != "over":
        gone = loss.figure.amount
        words.append_text(_bar([(loss.received.amount, "█", "cyan"), (gone, "▓", "red")], loss.sent.amount))
        got, sent = _amount(localizer, loss.received), _amount(localizer, loss.sent)
        words.append("  " + localizer.say("{got} of {sent} arrived", got=got, sent=sent) + "\n")
    words.append(missing_words(loss, localizer) + "\n")
    if loss.judgement in {"beyond_error", "stated_error"}:
        lower = localizer.amount(loss.lower, loss.figure.resource)
        upper = localizer.amount(loss.upper, loss.figure.resource)
        words.append(localizer.say("95% interval of the scales: {lower} to {upper}", lower=lower, upper=upper) + "\n")
    for dispute in loss.disputes:
        words.append(localizer.say("Disputed: {told}", told=localizer.message(dispute.told)) + "\n", style="yellow")
    words.append(
        f"{localizer.isolate(loss.item)} {_refs(localizer, loss.figure.entries, loss.figure.resting)}", style="dim"
    )
    title = Text(_missing_title(loss, localizer), style=f"bold {_tone(loss)}")
    return Panel(words, title=title, title_align="left", border_style=_tone(loss))


def _tone(loss: MissingView) -> str:
    return "yellow" if loss.judgement == "stated_error" else "red"


def _missing_title(loss: MissingView, localizer: Localizer) -> str:
    amount = localizer.of(loss.figure)
    if loss.state in {"short", "overdue"}:
        return localizer.say("{amount} did not arrive", amount=amount)
    if loss.state == "over":
        return localizer.say("More arrived than was sent")
    if loss.judgement == "stated_error" and loss.error_by != loss.owner:
        return localizer.say("{amount} is within the error that is stated of the scale", amount=amount)
    if loss.judgement == "stated_error":
        return localizer.say("{amount} is within the error of its holder's own scale", amount=amount)
    if loss.figure.amount < 0:
        return localizer.say("More lies there than the books say")
    return localizer.say("{amount} is not where the books say", amount=amount)


def _diverted(report: Report, finding: FindingView, localizer: Localizer) -> list[RenderableType]:
    blocks: list[RenderableType] = []
    for part in finding.moved:
        if part.outcome != "off_purpose":
            continue
        words = Text()
        for used in report.used:
            if (used.project, used.resource) == (part.item, part.figure.resource) and used.measured is not None:
                whole = max(used.declared.amount, used.billed or 0)
                for name, amount, style in (
                    (localizer.say("Declared"), used.declared.amount, "yellow"),
                    (localizer.say("Measured"), used.measured.amount, "cyan"),
                ):
                    words.append(f"{name:<10} ").append_text(_bar([(amount, "█", style)], whole))
                    words.append("  " + localizer.isolate(localizer.amount(amount, used.resource)))
                    if style == "cyan" and used.lower is not None and used.upper is not None:
                        lower, upper = (localizer.amount(end, used.resource) for end in (used.lower, used.upper))
                        words.append(localizer.say(" ({lower} to {upper})", lower=lower, upper=upper), style="dim")
                    words.append("\n")
        sentence = localizer.say(
            "{amount} was not used for {project}: finding of {party}.",
            amount=localizer.of(part.figure),
            project=localizer.name(part.item),
            party=localizer.name(finding.party),
        )
        words.append(sentence + "\n").append(
            f"{localizer.isolate(finding.finding)} {_refs(localizer, (finding.entry,))}", style="dim"
        )
        title = localizer.say("{amount} was used for something else", amount=localizer.of(part.figure))
        blocks.append(Panel(words, title=Text(title, style="bold red"), title_align="left", border_style="red"))
    return blocks


def _refs(localizer: Localizer, entries: tuple[int, ...], total: int = 0) -> str:
    if not entries:
        return ""
    shown = localizer.listed(localizer.isolate(str(index)) for index in entries[:3])
    count = max(total, len(entries))
    more = " …" if count > len(entries[:3]) else ""
    return "↳ " + localizer.count("statement {list}", "{n} statements: {list}", count, list=shown + more)


def _tranches(report: Report, localizer: Localizer) -> RenderableType:
    blocks: list[RenderableType] = [_tranche(tranche, localizer) for tranche in report.tranches]
    for relief in report.relief:
        words = localizer.say(
            "{project}: {amount} handed out so far, last on {day}.",
            project=localizer.name(relief.project),
            amount=localizer.of(relief.used[0]),
            day=localizer.day(relief.last),
        )
        blocks.append(Text(f" → {words}", style="green"))
    return Group(*blocks)


def _tranche(tranche: TrancheView, localizer: Localizer) -> RenderableType:
    sign, style = MARKS[tranche.mark]
    head = Text(f" {sign} {localizer.say(vocabulary.MARKS[tranche.mark]):<10} ", style=f"bold {style}")
    title = localizer.text(tranche.title, tranche.tranche)
    about = localizer.say("{tranche}, {amount}", tranche=title, amount=_amount(localizer, tranche.amount))
    head.append(about, style="not bold default")
    table = _table(("", 4, True), ("", None, False))
    for part in tranche.parts:
        sign, style = MARKS[part.mark]
        words = Text(localizer.message(part.demand))
        for why in part.why:
            words.append(localizer.say("; ") + localizer.message(why), style="bold")
        if part.claimed:
            words.append(". " + localizer.say("By what was declared it would be met."), style="red")
        words.append(" " + _refs(localizer, part.entries), style="dim")
        _row(table, Text(sign, style=style), words)
    return Group(head, table)


def _tasks(report: Report, localizer: Localizer) -> RenderableType:
    if not report.tasks:
        return Text(" " + localizer.say("Nobody: nothing is open that a party here took on itself."))
    table = _table(("dim", 3, True), ("bold", 22, False), ("", None, False))
    for number, task in enumerate(report.tasks[:TASKS_SHOWN], 1):
        owner = localizer.name(task.owner) if task.owner else localizer.say("Nobody holds this yet")
        _row(table, str(number), owner, task_words(task, localizer))
    return table


def _check(report: Report, localizer: Localizer) -> RenderableType:
    table = _table(("dim", None, False), ("", None, False))
    _row(table, localizer.say("Record"), report.origin)
    _row(table, localizer.say("Statements"), localizer.number(report.size))
    _row(table, localizer.say("Root hash"), report.root)
    for n, message in enumerate(checkpoint_messages(report.verified)):
        _row(table, "" if n else localizer.say("Checkpoint"), localizer.message(message))
    commands = [(localizer.say("every hash, signature and running number"), "enduse record verify DIR")]
    trace = localizer.say("one consignment, from its donors to its use")
    commands += [(trace, f"enduse trace DIR {loss.item}") for loss in _grave(report)[:1]]
    words = Text()
    for why, command in commands:
        words.append(f"\n # {why}", style="dim").append(f"\n {command}", style="bold")
    if report.without_effect:
        without_effect = localizer.count(
            "One statement has no effect:", "{n} statements have no effect:", len(report.without_effect)
        )
        words.append(f"\n\n {without_effect}", style="dim")
        for item in report.without_effect[:3]:
            words.append(f"\n {localizer.message(item.refusal)} {_refs(localizer, (item.entry,))}", style="dim")
    return Group(table, Padding(words, (0, 1)))
