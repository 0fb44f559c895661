"""Answers of an earlier time: the two options that ask for one, and the line that says which it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.output import localizer, opened
from enduse.cli.screen import console
from enduse.system import uncollected

if TYPE_CHECKING:
    from enduse import Programme, Questions
    from enduse.pages.localizer import Localizer

AsAt = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="As it stood at the end of this day, of UTC, or at a time with its zone: what is claimed for later does not count.",
    ),
]
AsKnown = Annotated[
    str | None,
    typer.Option(
        metavar="DATE|SIZE", help="Counting only what had been recorded by this day, or the first so many statements."
    ),
]


@contextmanager
def opened_at(
    folder: Path, as_at: str | None, as_known: str | None, *, as_json: bool, keys: bool = True
) -> "Iterator[tuple[Programme, Questions]]":
    """Open a programme as it was at an earlier time, and say which; gives it as it is, and as it was then.

    Args:
        folder: of the programme.
        as_at: time at which it is asked about.
        as_known: time, or size, up to which the record counts.
        as_json: for programs: nothing is said.
        keys: whether it is said that statements were signed under recovered keys.

    Raises:
        EnduseError: there is no such programme, or it had no such time.
    """
    with uncollected(), opened(folder) as programme, programme.past(as_at=as_at, as_known=as_known) as then:
        if not as_json:
            _say_when(programme, then, asked=as_at is not None, known=as_known is not None)
        if keys and not as_json:
            say_keys(programme)
        yield programme, then


def say_keys(programme: "Programme") -> None:
    """Say before figures what is to be known of the keys under which statements were signed."""
    for told in programme.told_of_keys():
        console.print(Text(localizer(programme.names()).message(told), style="yellow"))


def _say_when(programme: "Programme", then: "Questions", *, asked: bool, known: bool) -> None:
    words, told = localizer(programme.names()), []
    if then.as_at is not None:
        told.append(_say_as_at(then.as_at, words))
    elif asked:
        told.append(
            words.say(
                "As it stands: the record reaches to {day}, and knows of nothing later.", day=words.day(then.as_of)
            )
        )
    if known and then.size < programme.size:
        told.append(
            words.count(
                "As known on {day}: the first {n} of {all} statements.",
                "As known on {day}: the first {n} of {all} statements.",
                then.size,
                day=words.day(then.as_of),
                all=words.number(programme.size),
            )
        )
    if told:
        console.print(Text(" ".join(told), style="bold"))


def _say_as_at(at: datetime, words: "Localizer") -> str:
    """Return a line that says for which time figures are; a day is one of UTC, and ends elsewhere at another hour."""
    if at == enduse.moment(at.astimezone(UTC).date(), end_of_day=True):
        return words.say("As at the end of {day}, UTC.", day=words.day(at))
    return words.say("As at {time}.", time=words.moment(at.isoformat(), with_time=True))


def dated(then: "Questions") -> "dict[str, object]":
    """Return for programs which time an answer is for."""
    return {"as_at": then.as_at, "as_of": then.as_of, "size": then.size}
