"""Tables in words: their parts, how long things took, and how long each step of access takes."""

from collections.abc import Iterable
from typing import Final

from enduse.access.waiting import Wait
from enduse.pages.access_terms import STATES
from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer

Part = tuple[str, tuple[str, ...], list[tuple[str, ...]]]
"""A table: its title, its columns, its rows."""

HOUR: Final = 3_600
NONE: Final = "-"


def heads(words: Localizer, *texts: str) -> tuple[str, ...]:
    """Return the columns of a table in the reader's language."""
    return tuple(map(words.translated, texts))


def wait_table(waits: Iterable[Wait], words: Localizer, least: int = 0) -> Part:
    """Return how long things waited, as a table with its title and heads.

    Args:
        waits: by state or holder.
        words: of the reader.
        least: to a multiple of which counts were rounded down; 0 where they are told as they are.
    """
    rows: list[tuple[str, ...]] = []

    def about(number: int) -> str:
        if not least:
            return words.number(number)
        most = number + least - 1
        return words.say("{low} to {high}", low=words.number(number), high=words.number(most))

    for each in waits:
        what = (
            words.translated(STATES[each.state])
            if each.state
            else words.name(each.holder)
            if each.holder
            else words.say("nobody named")
        )
        limits = (
            words.say("not known")
            if each.low is None
            else words.say(
                "{low} to {high}",
                low=hours(each.low, words),
                high=words.say("not known") if each.high is None else hours(each.high, words),
            )
        )
        worst = (
            words.say("{time}, lasts", time=hours(each.worst, words)) if each.worst_open else hours(each.worst, words)
        )
        rows.append(
            (
                what,
                about(each.cases),
                about(each.open),
                words.say("not known") if each.median is None else hours(each.median, words),
                limits,
                worst,
            )
        )
    return (
        words.say("How long it takes"),
        heads(
            words,
            mark("what"),
            mark("cases"),
            mark("that last"),
            mark("half within"),
            mark("95 % limits"),
            mark("longest"),
        ),
        rows,
    )


def hours(seconds: int | None, words: Localizer) -> str:
    """Return a time in hours, or in days where it is long."""
    if seconds is None:
        return NONE
    whole = seconds // HOUR
    if whole >= 2 * 24:
        return words.count("{n} day", "{n} days", whole // 24)
    return words.count("{n} hour", "{n} hours", whole) if whole else words.say("less than an hour")
