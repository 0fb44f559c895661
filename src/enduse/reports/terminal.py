"""The story in a terminal of 80 columns: who promised, where it is, what is missing, who must act, how to check."""

import re
from typing import Any, Final

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from enduse.reports.shapes import Figure, Found, Missing, Story, Task, Tranche
from enduse.reports.speech import Speech
from enduse.reports.survey_words import Words

WIDTH = 80
"""Columns the story is set in, however wide the terminal."""

BAR = 20
"""Columns of a bar."""

_COMMAND: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
"""What a terminal obeys instead of showing it, line breaks too: every word of a story stands in one line."""

MARKS = {"met": ("✓", "green"), "not_met": ("✕", "red"), "not_known": ("?", "yellow")}
TASKS_SHOWN = 12


def print_story(story: Story, console: Console, language: str = "en") -> None:
    """Print the story on ``console``.

    Args:
        story: what to tell.
        console: where to; never wider than :data:`WIDTH`.
        language: of the words; terminals set right-to-left text as well as they can.
    """
    story = shown(story)
    speech = Speech(language, story.names)
    width = min(console.width, WIDTH)
    parts: list[RenderableType] = [_head(story, speech), _short(story, speech)]
    if story.purses:
        parts += [_title(speech.say("Who promised what, and what came of it")), _donors(story, speech)]
    if story.goods:
        parts += [_title(speech.say("What became of everything that came in")), _goods(story, speech)]
    if story.goods:
        parts += [_title(speech.say("What is missing")), *_missing(story, speech)]
    if story.survey or story.unsurveyed == "no_extra":
        parts += [_title(speech.say("Is it all there?")), _surveyed(story, speech)]
    if story.tranches:
        parts += [_title(speech.say("Tranches: what is released, and why not")), _tranches(story, speech)]
    parts += [_title(speech.say("Who must act")), _tasks(story, speech)]
    parts += [_title(speech.say("Check it yourself")), _check(story, speech)]
    console.print(Group(*parts), width=width)


def shown(value: Any) -> Any:  # noqa: ANN401 - the same again, whatever it is
    """Return ``value`` with a blank in place of everything in its words that a terminal would obey."""
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


def _head(story: Story, speech: Speech) -> RenderableType:
    title = Text(speech.text(story.title), style="bold", justify="center")
    when = speech.say(
        "From the promise to the use, {start} to {end}.", start=speech.day(story.since), end=speech.day(story.as_of)
    )
    lines = [title, Text(when, style="dim", justify="center")]
    about = speech.text(story.about)
    if story.invented:
        simulated = Text(speech.say("Simulated.") + " ", style="bold yellow")
        about = about or speech.say("Everything in this report is invented.")
        lines.append(simulated.append(about, style="not bold yellow"))
    elif about:
        lines.append(Text(about, style="yellow"))
    return Panel(Group(*lines), border_style="cyan")


def _short(story: Story, speech: Speech) -> RenderableType:
    words = Text()
    for purse in story.purses[:1]:
        pledged, paid = _amount(speech, purse.pledged), _amount(speech, purse.paid)
        words.append(speech.say("{pledged} was pledged and {paid} paid.", pledged=pledged, paid=paid) + " ")
    for one in _grave(story)[:3]:
        words.append(_lost(one, speech) + " ", style="bold red")
    for found in story.found:
        for part in found.moved:
            if part.outcome == "off_purpose":
                sentence = speech.say(
                    "{amount} was not used for {project}: finding of {party}.",
                    amount=speech.of(part.figure),
                    project=speech.name(part.item),
                    party=speech.name(found.party),
                )
                words.append(sentence + " ", style="bold red")
    held = [one for one in story.tranches if one.mark != "met"]
    if held:
        words.append(speech.count("One tranche is held back.", "{n} tranches are held back.", len(held)) + " ")
    if story.passing:
        words.append(speech.say("Food, fuel and other relief went on all the while."))
    return Padding(words, (1, 1, 0, 1))


def _lost(one: Missing, speech: Speech) -> str:
    if one.start:
        return speech.say(
            "{amount} left {start} and never arrived; {owner} answers for it.",
            amount=speech.of(one.figure),
            start=speech.name(one.start),
            owner=speech.name(one.owner),
        )
    return speech.say(
        "{amount} is missing; {owner} answers for it.", amount=speech.of(one.figure), owner=speech.name(one.owner)
    )


def _grave(story: Story) -> list[Missing]:
    return [one for one in story.missing if one.judgement != "within_error"]


def _amount(speech: Speech, figure: Figure) -> str:
    return speech.amount(figure.amount, figure.resource)


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


def _donors(story: Story, speech: Speech) -> RenderableType:
    purse = story.purses[0]
    table = _table(("", 22, False), ("", BAR, False), ("", None, False))
    widest = max((donor.pledged.amount for donor in purse.donors), default=0)
    for donor in purse.donors[:10]:
        bar = _bar(
            [
                (donor.paid.amount, "█", "cyan"),
                (donor.promised.amount, "▒", "cyan"),
                (donor.vague.amount, "░", "yellow"),
            ],
            widest,
        )
        pledged = _amount(speech, donor.pledged)
        if donor.paid.amount:
            words = speech.say("{paid} of {pledged} paid", paid=_amount(speech, donor.paid), pledged=pledged)
        else:
            words = speech.say("pledged {pledged}, paid nothing", pledged=pledged)
        _row(table, speech.name(donor.party), bar, words)
    legend = Text("  █ ", style="cyan")
    legend.append(speech.say("paid"), style="dim").append("   ▒ ", style="cyan")
    legend.append(speech.say("committed, not yet paid"), style="dim").append("   ░ ", style="yellow")
    legend.append(speech.say("pledged only"), style="dim")
    return Group(table, legend)


def _goods(story: Story, speech: Speech) -> RenderableType:
    table = _table(("", 22, False), ("", BAR, False), ("", None, False))
    for one in story.goods[:10]:
        bad = one.unexplained.amount + one.off_purpose.amount
        stored = one.stored.amount + one.under_way.amount
        bar = _bar([(one.used.amount, "█", "cyan"), (stored, "▒", "yellow"), (bad, "▓", "red")], one.came_in.amount)
        came, used, left = (_amount(speech, part) for part in (one.came_in, one.used, one.stored))
        words = Text(
            speech.say("{amount} came in: {used} used, {stored} in store", amount=came, used=used, stored=left)
        )
        if one.unlinked.amount:
            amount = _amount(speech, one.unlinked)
            words.append(speech.say(", {amount} without a recorded dispatch", amount=amount), style="yellow")
        if one.off_purpose.amount:
            words.append(speech.say(", {amount} off purpose", amount=_amount(speech, one.off_purpose)), style="red")
        if one.unexplained.amount:
            words.append(speech.say(", {amount} unaccounted for", amount=_amount(speech, one.unexplained)), style="red")
        _row(table, speech.material(one.came_in.resource), bar, words)
    legend = Text(" █ ", style="cyan")
    legend.append(speech.say("built in or handed out"), style="dim").append("  ▒ ", style="yellow")
    legend.append(speech.say("in store or under way"), style="dim").append("  ▓ ", style="red")
    legend.append(speech.say("off purpose or missing"), style="dim")
    return Group(table, legend)


def _missing(story: Story, speech: Speech) -> list[RenderableType]:
    blocks: list[RenderableType] = [_loss(one, speech) for one in _grave(story)[:5]]
    blocks += [block for found in story.found for block in _diverted(story, found, speech)]
    blind = any(one.unlinked.amount for one in story.goods)
    if blind:
        words = speech.say("Of some goods only the arrival was recorded: what was lost on their way is not known.")
        blocks.append(Padding(Text(words, style="yellow"), (0, 1)))
    elif not blocks:
        blocks.append(Text(" " + speech.say("Nothing is missing beyond what the scales can tell.")))
    small = len(story.missing) - len(_grave(story))
    if small:
        words = speech.count(
            "One further difference lies within what the scales can tell",
            "{n} further differences lie within what the scales can tell",
            small,
        )
        blocks.append(Text(f" {words}.", style="dim"))
    return blocks


def _surveyed(story: Story, speech: Speech) -> RenderableType:
    """Return in a few lines what network assurance says; the command of its own says it at length."""
    if story.survey is None:
        command = "pip install 'enduse[analytics]'"
        words = speech.say("To compare the whole network at once, install one more part: {command}", command=command)
        return Padding(Text(words, style="dim"), (0, 1))
    said = Words(story.survey, speech)
    text = Text(said.verdict(), style="bold red" if story.survey.leads else "")
    for number, lead in enumerate(story.survey.leads[:3], 1):
        text.append(f"\n⚠ {number} ", style="bold red").append(said.lead(lead), style="not bold default")
        for known in lead.known:
            text.append(" " + said.known(known), style="not bold dim default")
    places = len({where for where, _ in story.survey.unseen})
    if places:
        blind = speech.count(
            "At one place no loss would be seen, however large",
            "At {n} places no loss would be seen, however large",
            places,
        )
        text.append(f"\n○ {blind}: enduse assure DIR", style="not bold yellow")
    return Padding(text, (0, 1))


def _loss(one: Missing, speech: Speech) -> RenderableType:
    words = Text()
    if one.sent is not None and one.received is not None:
        gone = one.figure.amount
        words.append_text(_bar([(one.received.amount, "█", "cyan"), (gone, "▓", "red")], one.sent.amount))
        got, sent = _amount(speech, one.received), _amount(speech, one.sent)
        words.append("  " + speech.say("{got} of {sent} arrived", got=got, sent=sent) + "\n")
    words.append(_lost(one, speech) + "\n")
    if one.judgement == "beyond_error":
        lower = speech.amount(one.lower, one.figure.resource)
        upper = speech.amount(one.upper, one.figure.resource)
        words.append(speech.say("95% interval of the scales: {lower} to {upper}", lower=lower, upper=upper) + "\n")
    words.append(f"{one.item} {_refs(speech, one.figure.entries, one.figure.resting)}", style="dim")
    return Panel(
        words, title=Text(_missing_title(one, speech), style="bold red"), title_align="left", border_style="red"
    )


def _missing_title(one: Missing, speech: Speech) -> str:
    amount = speech.of(one.figure)
    if one.sent is not None:
        return speech.say("{amount} did not arrive", amount=amount)
    return speech.say("{amount} is not where the books say", amount=amount)


def _diverted(story: Story, found: Found, speech: Speech) -> list[RenderableType]:
    blocks: list[RenderableType] = []
    for part in found.moved:
        if part.outcome != "off_purpose":
            continue
        words = Text()
        for used in story.used:
            if (used.project, used.resource) == (part.item, part.figure.resource) and used.measured is not None:
                whole = max(used.declared.amount, used.billed or 0)
                for name, amount, style in (
                    (speech.say("Declared"), used.declared.amount, "yellow"),
                    (speech.say("Measured"), used.measured.amount, "cyan"),
                ):
                    words.append(f"{name:<10} ").append_text(_bar([(amount, "█", style)], whole))
                    words.append(f"  {speech.amount(amount, used.resource)}")
                    if style == "cyan" and used.lower is not None and used.upper is not None:
                        ends = (speech.amount(end, used.resource) for end in (used.lower, used.upper))
                        words.append(" ({} … {})".format(*ends), style="dim")
                    words.append("\n")
        sentence = speech.say(
            "{amount} was not used for {project}: finding of {party}.",
            amount=speech.of(part.figure),
            project=speech.name(part.item),
            party=speech.name(found.party),
        )
        words.append(sentence + "\n").append(f"{found.finding} {_refs(speech, (found.entry,))}", style="dim")
        title = speech.say("{amount} was used for something else", amount=speech.of(part.figure))
        blocks.append(Panel(words, title=Text(title, style="bold red"), title_align="left", border_style="red"))
    return blocks


def _refs(speech: Speech, entries: tuple[int, ...], total: int = 0) -> str:
    if not entries:
        return ""
    shown = ", ".join(str(index) for index in entries[:3])
    more = " …" if max(total, len(entries)) > len(entries[:3]) else ""
    count = max(total, len(entries))
    return "↳ " + speech.count("statement {list}", "{n} statements: {list}", count, list=shown + more)


def _tranches(story: Story, speech: Speech) -> RenderableType:
    blocks: list[RenderableType] = [_tranche(one, speech) for one in story.tranches]
    for one in story.passing:
        words = speech.say(
            "{project}: {amount} handed out so far, last on {day}.",
            project=speech.name(one.project),
            amount=speech.of(one.used[0]),
            day=speech.day(one.last),
        )
        blocks.append(Text(f" → {words}", style="green"))
    return Group(*blocks)


def _tranche(one: Tranche, speech: Speech) -> RenderableType:
    sign, style = MARKS[one.mark]
    names = {"met": speech.say("Met"), "not_met": speech.say("Not met"), "not_known": speech.say("Not known")}
    head = Text(f" {sign} {names[one.mark]:<10}", style=f"bold {style}")
    head.append(f"{speech.text(one.title, one.tranche)}, {_amount(speech, one.amount)}", style="not bold default")
    table = _table(("", 4, True), ("", None, False))
    for part in one.parts:
        sign, style = MARKS[part.mark]
        words = Text(speech.text(part.asks))
        if part.lower is not None and part.lower == part.upper:
            amount = speech.amount(part.lower, part.resource)
            words.append("; " + speech.say("counted: {amount}", amount=amount), style="bold")
        elif part.lower is not None and part.upper is not None:
            lower, upper = speech.amount(part.lower, part.resource), speech.amount(part.upper, part.resource)
            words.append("; " + speech.say("measured: {lower} to {upper}", lower=lower, upper=upper), style="bold")
        if part.claimed:
            words.append(". " + speech.say("By what was declared it would be met."), style="red")
        words.append(" " + _refs(speech, part.entries), style="dim")
        _row(table, Text(sign, style=style), words)
    return Group(head, table)


def task(one: Task, speech: Speech) -> str:
    """Return what somebody must do, as a sentence."""
    amount = speech.of(one.figure) if one.figure is not None else ""
    about = speech.name(one.about)
    match one.code:
        case "account_for":
            return speech.say("Account for {amount} ({item}), or return it.", amount=amount, item=one.about)
        case "make_good":
            return speech.say("Make good {amount} that was not used for {project}.", amount=amount, project=about)
        case "measure" if one.figure is not None:
            material = speech.material(one.figure.resource)
            return speech.say("Measure how much {material} is built into {project}.", material=material, project=about)
        case "measure":
            return speech.say("Measure what is built into {project}.", project=about)
        case "attest":
            return speech.say("Attest to {subject}, or say why not.", subject=about)
        case "decide":
            return speech.say("Decide on {tranche}: its conditions are met.", tranche=about)
        case "commit":
            return speech.say("Turn a pledge of {amount} into a commitment.", amount=amount)
        case "pay":
            return speech.say("Pay {amount} that is committed.", amount=amount)
        case "plan":
            return speech.say("Plan a project for a need that has none: {need}.", need=about)


def _tasks(story: Story, speech: Speech) -> RenderableType:
    if not story.tasks:
        return Text(" " + speech.say("Nobody: nothing is open that a party here took on itself."))
    table = _table(("dim", 3, True), ("bold", 22, False), ("", None, False))
    for number, one in enumerate(story.tasks[:TASKS_SHOWN], 1):
        owner = speech.name(one.owner) if one.owner else speech.say("Nobody holds this yet")
        _row(table, str(number), owner, task(one, speech))
    return table


def _check(story: Story, speech: Speech) -> RenderableType:
    evidence = story.evidence
    table = _table(("dim", 10, False), ("", None, False))
    _row(table, speech.say("Record"), evidence.origin)
    _row(table, speech.say("Statements"), speech.number(evidence.size))
    _row(table, speech.say("Root hash"), evidence.root)
    commands = [(speech.say("every hash, signature and running number"), "enduse record verify DIR")]
    trace = speech.say("one consignment, from its donors to its use")
    commands += [(trace, f"enduse trace DIR {one.item}") for one in _grave(story)[:1]]
    words = Text()
    for why, command in commands:
        words.append(f"\n # {why}", style="dim").append(f"\n {command}", style="bold")
    if story.silent_total:
        silent = speech.count("One statement has no effect:", "{n} statements have no effect:", story.silent_total)
        words.append(f"\n\n {silent}", style="dim")
        for item in story.silent[:3]:
            words.append(f"\n {item.reason} {_refs(speech, (item.entry,))}", style="dim")
    return Group(table, Padding(words, (0, 1)))
