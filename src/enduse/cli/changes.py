"""``enduse changes``: what is new since an earlier time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.listing import said_words
from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enduse.pages.localizer import Localizer
    from enduse.views.changes import Changes, NewStatements, OpenChange, TakenBack, TrancheChange

SHOWN: Final = 12


def changes(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE|SIZE", help="What was recorded from this day on, or after the first so many statements."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show what is new since an earlier time: what was said, taken back and decided, and what became late or missing.

    What fell due between the two dates shows as well, though nobody said anything. So does what arrived meanwhile, and what
    somebody has to do now and had not to then.

    Example: enduse changes demo --since 2026-06-01
    """
    with exit_on_error(), opened(folder) as programme:
        names, answer = programme.names(), programme.changes(since)
    if as_json:
        print_json({"changes": answer}, names)
        return
    words = localizer(names)
    head = words.say(
        "After {since}, to {day}: statements {first} to {last}.",
        since=words.day(answer.since),
        day=words.day(answer.as_of),
        first=words.number(answer.since_size),
        last=words.number(answer.size - 1),
    )
    nothing = words.say("Nothing was recorded since then.")
    console.print(Text(head if answer.size > answer.since_size else nothing, style="bold"))
    rows = Table.grid(padding=(0, 2))
    for title, style, lines in _parts(answer, words):
        _rows(rows, title, style, lines, words)
    if rows.row_count:
        console.print(rows)


def _parts(answer: "Changes", words: "Localizer") -> "Iterator[tuple[str, str, Iterable[str | Text]]]":
    """Give what is new: what to call it, how it is coloured, and its lines."""
    from enduse.pages.tasks import task_words

    yield words.say("new"), "", [_said(answer.said, words)] if answer.said else []
    yield words.say("money"), "", _money(answer, words)
    yield words.say("taken back"), "yellow", [_taken_back(one, words) for one in answer.taken_back]
    yield (
        words.say("finding"),
        "",
        (
            words.say(
                "{finding} of {party} on {about}: {result}",
                finding=words.isolate(one.finding),
                party=words.name(one.party),
                about=words.name(one.about),
                result=words.term(one.result),
            )
            for one in answer.findings
        ),
    )
    yield words.say("tranche"), "", (_tranche(one, words) for one in answer.tranches)
    yield words.say("late"), "red", (_open(one, words) for one in answer.late)
    yield words.say("missing"), "red", (_open(one, words) for one in answer.missing)
    yield words.say("settled"), "green", (_settled(one, words) for one in answer.settled)
    for title, tasks in ((words.say("waits"), answer.asked), (words.say("done"), answer.done)):
        named = ((words.name(task.owner) if task.owner else words.say("Nobody holds this yet"), task) for task in tasks)
        yield title, "", [f"{words.isolate(owner)}: {task_words(task, words)}" for owner, task in named]


def _rows(rows: Table, title: str, style: str, lines: "Iterable[str | Text]", words: "Localizer") -> None:
    kept = list(lines)
    for line in kept[:SHOWN]:
        rows.add_row(Text(title, style=style), line if isinstance(line, Text) else Text(line))
    if len(kept) > SHOWN:
        more = words.count("and one more: --json lists all", "and {n} more: --json lists all", len(kept) - SHOWN)
        rows.add_row("", Text(more, style="dim"))


def _said(said: "tuple[NewStatements, ...]", words: "Localizer") -> str:
    kinds = []
    for one in said:
        what = words.term(f"{one.kind}:{one.step}" if one.step else one.kind, "act")
        kinds.append(words.say("{what}: {count}", what=what, count=words.number(one.count)))
    without = sum(one.without_effect for one in said)
    told = words.listed(kinds)
    if without:
        told += "\n" + words.count("{n} without effect", "{n} without effect", without)
    return told


def _money(answer: "Changes", words: "Localizer") -> "Iterator[str]":
    from enduse.pages.catalogue import mark

    more = (
        (mark("{amount} more pledged"), mark("{amount} less pledged")),
        (mark("{amount} more paid"), mark("{amount} less paid")),
        (mark("{amount} more spent"), mark("{amount} less spent")),
    )
    for one in answer.money:
        grown = zip(more, (one.pledged, one.paid, one.spent), strict=True)
        told = [
            words.say(up if figure.amount > 0 else down, amount=words.amount(abs(figure.amount), figure.resource))
            for (up, down), figure in grown
            if figure.amount
        ]
        yield words.listed(told)


def _taken_back(one: "TakenBack", words: "Localizer") -> Text:
    if one.corrected is None:
        return said_words(one.by, words)
    line = Text(words.say("statement {entry}", entry=words.number(one.corrected.entry)) + " · ")
    return line.append_text(said_words(one.corrected, words))


def _tranche(one: "TrancheChange", words: "Localizer") -> str:
    from enduse.pages.vocabulary import MARKS, TRANCHES

    name, now = words.name(one.tranche), words.say(TRANCHES[one.status])
    mark = words.say(MARKS[one.mark])
    if one.mark_before is None:
        return words.say("{tranche}: new. {mark}. {state}", tranche=name, mark=mark, state=now)
    before = words.say(MARKS[one.mark_before])
    was = words.say(TRANCHES[one.status_before])
    return words.say(
        "{tranche}: {mark}. {state} Before: {before}. {was}", tranche=name, mark=mark, state=now, before=before, was=was
    )


def _open(one: "OpenChange", words: "Localizer") -> str:
    from enduse.pages.missing import missing_words

    told = missing_words(one.lost, words)
    if not one.before.amount:
        return told
    before = words.amount(abs(one.before.amount), one.before.resource)
    return words.say("{told} Before: {amount}.", told=told, amount=before)


def _settled(one: "OpenChange", words: "Localizer") -> str:
    figure = words.amount(abs(one.before.amount), one.before.resource)
    more = {"amount": figure, "material": words.material(one.before.resource), "item": words.name(one.lost.item)}
    if not one.now.amount:
        return words.say("{amount} of {material} in {item} is no longer open.", **more)
    left = words.amount(abs(one.now.amount), one.now.resource)
    return words.say("{amount} of {material} was open in {item}; {left} still is.", left=left, **more)
