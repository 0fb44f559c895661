"""An assessment in a terminal of 80 columns: the verdict, the leads, what would have been seen, what would help."""

from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from enduse.pages.assessment_terms import SIGNS
from enduse.pages.assessment_words import Words
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import WIDTH, shown
from enduse.views.assessment_view import BANDS, AssessmentView, LeadView

LEADS_SHOWN: Final = 8
RIVALS_SHOWN: Final = 4
ROWS_SHOWN: Final = 16
BLIND_SHOWN: Final = 6
ASIDE_SHOWN: Final = 5
HELPS_SHOWN: Final = 3
WHERE: Final = 29
WHAT: Final = 12
SHARE: Final = 7
AMOUNT: Final = 13
STYLES: Final = {
    "well": "green",
    "fair": "cyan",
    "poor": "yellow",
    "hardly": "red",
    "unseen": "bold red",
    "unstated": "",
}


def print_assessment(
    assessment: AssessmentView, console: Console, localizer: Localizer, *, drafts: bool = True
) -> None:
    """Print an assessment on ``console``.

    Args:
        assessment: what to print.
        console: where to; never wider than :data:`enduse.pages.terminal.WIDTH`.
        localizer: of the words.
        drafts: say how to get the drafts of findings.
    """
    assessment = shown(assessment)
    words, say = Words(assessment, localizer), localizer.say
    style = "bold red" if assessment.leads else "bold green"
    if not assessment.leads and (assessment.aside or assessment.open or assessment.verdict != "nothing_missing"):
        style = "bold yellow"
    parts: list[RenderableType] = [Text(words.verdict(), style=style), Text(" ".join(words.summary()))]
    if assessment.invented:
        parts.insert(0, Text(say("Everything in this report is invented."), style="yellow"))
    if assessment.leads:
        parts += [_lead(number, lead, words) for number, lead in enumerate(assessment.leads[:LEADS_SHOWN], 1)]
        if len(assessment.leads) > LEADS_SHOWN:
            parts.append(_more(words, len(assessment.leads) - LEADS_SHOWN))
        parts.append(
            Text(
                say("A lead is not a finding: somebody with the mandate must look, hear those concerned, and sign."),
                style="italic",
            )
        )
        if drafts:
            parts.append(Text(say("The draft of each finding: add --json, or --html FILE."), style="dim"))
    parts += _under_way(assessment, words)
    parts += _aside(assessment, words)
    if assessment.windows:
        parts += _seen(assessment, words)
    parts += _caveats(assessment, words)
    console.print(Group(*parts), width=min(console.width, WIDTH))


def _more(words: Words, count: int) -> Text:
    return Text(
        words.localizer.count("and one more: --json lists all", "and {n} more: --json lists all", count), style="dim"
    )


def _lead(number: int, lead: LeadView, words: Words) -> RenderableType:
    """Return one lead: what, how sure, what it cannot be told from, what would tell, what the record says."""
    say, measurement = words.localizer.say, lead.alarm.next_measurement
    lines = Text(words.lead(lead) + "\n")
    lines.append(words.interval(lead), style="dim")
    told = words.rivals(lead)
    if told:
        more = len(told) - RIVALS_SHOWN
        if more > 0:
            told = [*told[:RIVALS_SHOWN], words.localizer.count("one more", "{n} more", more)]
        lines.append(
            "\n" + say("What the readings cannot tell it from:") + f" {words.listed(told, sentences=True)}.",
            style="yellow",
        )
    if measurement:
        lines.append(
            "\n" + say("What would tell them apart best: {measure}", measure=words.measurement(measurement)),
            style="cyan",
        )
    if lead.consignments:
        listed = ", ".join(lead.consignments[:3]) + (" …" if len(lead.consignments) > 3 else "")  # noqa: PLR2004
        lines.append("\n" + listed, style="dim")
    for known in lead.known:
        lines.append("\n" + words.known(known))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=4, no_wrap=True)
    grid.add_column()
    grid.add_row(Text(f"⚠ {number}", style="bold red"), lines)
    return Padding(grid, (1, 0, 0, 0))


def _seen(assessment: AssessmentView, words: Words) -> list[RenderableType]:
    """Return the heat table, the places where nothing would be seen, and what would help."""
    say = words.localizer.say
    title = say(
        "The smallest loss that would be noticed with a chance of {chance}", chance=words.share(assessment.probability)
    )
    parts: list[RenderableType] = [Padding(Text(title, style="bold cyan"), (1, 0, 0, 0))]
    if assessment.rows:
        parts.append(_heat(assessment, words))
        left = len(assessment.rows) - ROWS_SHOWN
        if left > 0:
            less = words.localizer.count(
                "One more row is not shown: less could be missing there without being noticed.",
                "{n} more rows are not shown: less could be missing there without being noticed.",
                left,
            )
            parts.append(Text(less, style="dim"))
        used = [
            band for band in BANDS[:4] if any(limit.band == band for row in assessment.rows for limit in row.limits)
        ]
        legend = Text()
        for band in used:
            legend.append(f"{SIGNS[band]} ", style=STYLES[band]).append(words.band(band) + "   ", style="dim")
        parts.append(legend)
    blind, more = words.blind(BLIND_SHOWN)
    if blind:
        listed = words.listed(
            (f"{place} ({words.listed(materials)})" if materials else place for place, materials in blind),
            sentences=True,
        )
        if more:
            listed += " " + words.localizer.count("and one more", "and {n} more", more)
        parts.append(Text(f"{SIGNS['unseen']} {words.unnoticed()}: {listed}.", style="yellow"))
    if unstated := words.unstated():
        parts.append(Text(f"{SIGNS['unstated']} {unstated}", style="dim"))
    helps = words.helps(HELPS_SHOWN)
    if helps or blind:
        parts.append(Padding(Text(say("What would help most"), style="bold cyan"), (1, 0, 0, 0)))
        if blind:
            parts.append(
                Text(
                    "- "
                    + say(
                        "where a loss of any size would go unnoticed: an independent count of the stock and of what was used"
                    )
                )
            )
        parts += [Text(f"- {told}") for told in helps]
    return parts


def _heat(assessment: AssessmentView, words: Words) -> Table:
    """Return a row for each place and material, a column for each window."""
    say = words.localizer.say
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(say("Where"), width=WHERE, no_wrap=True, overflow="ellipsis", vertical="bottom")
    table.add_column(say("Material"), width=WHAT, no_wrap=True, overflow="ellipsis")
    for first, last in assessment.windows:
        table.add_column(words.window(first, last), justify="right", min_width=SHARE, max_width=SHARE)
    table.add_column(say("smallest, whole time"), justify="right", max_width=AMOUNT)
    for row in assessment.rows[:ROWS_SHOWN]:
        told = [words.limit(row, limit) for limit in row.limits]
        shares = [
            Text(f"{SIGNS[limit.band]}\u00a0{share}", style=STYLES[limit.band])
            for limit, (share, _) in zip(row.limits, told, strict=True)
        ]
        place, material = _fits(words.place(row.where), words.arrow), _cut(words.material(row.material), WHAT)
        table.add_row(Text(place), Text(material), *shares, Text(told[0][1], style="dim"))
    return table


def _fits(place: str, between: str, most: int = WHERE) -> str:
    """Return a place shortened so that both ends of a way can still be told."""
    start, arrow, end = place.partition(between)
    if len(place) <= most or not arrow:
        return _cut(place, most)
    room = most - len(arrow)
    end = _cut(end, room - min(len(start), room // 3))
    return _cut(start, room - len(end)) + arrow + end


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _under_way(assessment: AssessmentView, words: Words) -> list[RenderableType]:
    """Return what was sent and not received, what is overdue first."""
    if not assessment.under_way:
        return []
    title = Text(words.localizer.say("Sent and not received"), style="bold cyan")
    parts: list[RenderableType] = [Padding(title, (1, 0, 0, 0))]
    parts += [
        Text("- " + words.open_consignment(one), style="yellow" if one.overdue else "")
        for one in assessment.under_way[:ASIDE_SHOWN]
    ]
    if len(assessment.under_way) > ASIDE_SHOWN:
        parts.append(_more(words, len(assessment.under_way) - ASIDE_SHOWN))
    return parts


def _aside(assessment: AssessmentView, words: Words) -> list[RenderableType]:
    """Return readings set aside."""
    if not assessment.aside:
        return []
    count = sum(len(group.readings) for group in assessment.aside)
    title = words.localizer.count("One reading was set aside", "{n} readings were set aside", count)
    parts: list[RenderableType] = [Padding(Text(title, style="bold cyan"), (1, 0, 0, 0))]
    parts += [Text("- " + words.aside(group)) for group in assessment.aside[:ASIDE_SHOWN]]
    if len(assessment.aside) > ASIDE_SHOWN:
        parts.append(_more(words, sum(len(group.readings) for group in assessment.aside[ASIDE_SHOWN:])))
    return parts


def _caveats(assessment: AssessmentView, words: Words) -> list[RenderableType]:
    """Return what the assessment cannot say."""
    if not assessment.caveats:
        return []
    title = Text(words.localizer.say("What this cannot say"), style="bold cyan")
    return [Padding(title, (1, 0, 0, 0)), *(Text("- " + words.caveat(caveat)) for caveat in assessment.caveats)]
