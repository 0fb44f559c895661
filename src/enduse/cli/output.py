"""How every command speaks: people on a terminal, programs with ``--json``, errors on standard error.

Exit codes: 0 done, 1 the thing checked does not hold, 2 the request could not be understood.
"""

import json
import sqlite3
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, Protocol

import msgspec
import typer
from msgspec import inspect
from rich.text import Text as Line

import enduse
from enduse.cli.screen import console, errors, escape, flat, visible
from enduse.errors import EnduseError, FaultsError, MalformedError, Problem
from enduse.messages import Message
from enduse.system import database_error, read_file, system_error, uncollected

if TYPE_CHECKING:
    from enduse.operators import Publication
    from enduse.pages.localizer import Localizer

DOES_NOT_HOLD: Final = 1
NOT_UNDERSTOOD: Final = 2
NAME_SHOWN: Final = 120
ALIKE_SHOWN: Final = 3
ROWS_SHOWN: Final = 8
_AS_THEY_ARE: Final = (str, int, float, Decimal, datetime, NoneType)
"""What stands in JSON without words of its own."""
_PLAIN: Final = (
    inspect.StrType,
    inspect.IntType,
    inspect.FloatType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.DecimalType,
    inspect.DateTimeType,
    inspect.LiteralType,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs instead of text for people.")]

_language: ContextVar[str] = ContextVar("language", default="en")
_names: ContextVar[Mapping[str, dict[str, str]]] = ContextVar("names")
_folders: ContextVar[tuple[Path, ...]] = ContextVar("folders", default=())


def speak(language: str) -> None:
    """Say everything from now on in ``language``, a BCP 47 tag or a POSIX locale.

    Raises:
        UnknownError: there is no catalogue for it.
    """
    from enduse.pages.catalogue import known, locale_of

    _language.set(known(language))
    _names.set({})
    for screen in (console, errors):
        screen.direct(right_to_left=locale_of(_language.get()).text_direction == "rtl")


@contextmanager
def practice_told(values: Iterable[object]) -> Iterator[None]:
    """Begin whatever a command answers with whether it is practice, by the folders among the ``values`` it was given.

    One place for all commands: people read it above the answer, programs in the field ``practice``.
    """
    given = [each for value in values for each in (value if isinstance(value, list) else (value,))]
    token = _folders.set(tuple(Path(value) for value in given if isinstance(value, str | Path)))
    console.heading = lambda: Line(localizer().practice(), style="bold yellow") if _practice() else None
    try:
        yield
    finally:
        console.heading = None
        _folders.reset(token)


def _practice() -> bool | None:
    """Say whether a programme this command is about is practice; None where it is about none, or none yet."""
    told = [known for folder in _folders.get() if (known := enduse.is_practice(folder)) is not None]
    return any(told) if told else None


def localizer(names: Mapping[str, dict[str, str]] | None = None, *, marks: bool = True) -> "Localizer":
    """Return the words of this run.

    Args:
        names: of identifiers, which are known from then on.
        marks: for a terminal, where a right-to-left language needs marks of direction; programs read none.
    """
    from enduse.pages.localizer import Localizer, as_it_is, isolated, mapped

    if names is not None:
        _names.set(names)
    known = _names.get({})
    if not marks:
        return Localizer(_language.get(), known, as_it_is)
    known = mapped(known, flat)
    return Localizer(_language.get(), known, (lambda part: isolated(flat(part))) if console.right_to_left else flat)


@uncollected()
def print_json(value: dict[str, Any], names: Mapping[str, dict[str, str]] | None = None) -> None:
    """Print ``value`` as one JSON object on standard output; codes with their values stand beside their words.

    Args:
        value: what to print.
        names: of identifiers that its messages name.
    """
    practice = _practice()
    told = {} if practice is None else {"practice": practice}
    worded = _worded(told | value, localizer(names, marks=False))
    sys.stdout.write(_text(worded) + "\n")


def print_json_rows(
    value: dict[str, Any], name: str, rows: Iterable[Any], names: Mapping[str, dict[str, str]] | None = None
) -> None:
    """Print one JSON object as :func:`print_json` does, whose last member is a list of any length, row by row.

    Args:
        value: what to print before it.
        name: of the list.
        rows: what it holds.
        names: of identifiers that its messages name.
    """
    practice = _practice()
    told = {} if practice is None else {"practice": practice}
    words = localizer(names, marks=False)
    head = _text(_worded(told | value, words)).removesuffix("}").rstrip()
    sys.stdout.write(f"{head}{',' if told | value else ''}\n  {json.dumps(name)}: [")
    between = ""
    for row in rows:
        sys.stdout.write(f"{between}\n{textwrap.indent(_text(_worded(row, words)), '    ')}")
        between = ","
    sys.stdout.write("\n  ]\n}\n" if between else "]\n}\n")


def _text(worded: Any) -> str:  # noqa: ANN401 - whatever goes into JSON
    try:
        plain = msgspec.json.encode(worded).decode()
    except OverflowError:  # a number of more than 64 bits
        plain = json.dumps(msgspec.to_builtins(worded, str_keys=True), ensure_ascii=False, separators=(",", ":"))
    return visible(msgspec.json.format(plain, indent=2))


def _worded(value: Any, words: "Localizer") -> Any:  # noqa: ANN401 - whatever goes into JSON
    if isinstance(value, _AS_THEY_ARE):  # nearly all there is
        return value
    if isinstance(value, Problem):
        return words.problem(value)
    if isinstance(value, Message):
        return {"code": value.code, "values": value.values, "message": words.message(value)}
    if isinstance(value, msgspec.Struct):
        if _needs_no_words(type(value)):
            return value  # nothing of a long list is taken apart in vain
        config = value.__struct_config__
        tag = {} if config.tag is None else {config.tag_field: config.tag}
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return tag | {name: item if isinstance(item, _AS_THEY_ARE) else _worded(item, words) for name, item in fields}
    if isinstance(value, dict):
        if value and all(isinstance(key, Message) for key in value):
            return [{"note": _worded(note, words), "count": count} for note, count in value.items()]
        return {key: _worded(item, words) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if isinstance(item, _AS_THEY_ARE) else _worded(item, words) for item in value]
    return value


@lru_cache(maxsize=256)
def _needs_no_words(kind: type[msgspec.Struct]) -> bool:
    """Say whether structures of a type stand in JSON as they are: no field, however deep, can hold what is put into words."""
    return _plain(inspect.type_info(kind))


def _plain(info: inspect.Type) -> bool:
    match info:
        case inspect.Metadata():
            return _plain(info.type)
        case inspect.UnionType():
            return all(map(_plain, info.types))
        case inspect.VarTupleType() | inspect.ListType():
            return _plain(info.item_type)
        case inspect.StructType():
            kind = info.cls
            as_named = kind.__struct_encode_fields__ == kind.__struct_fields__
            config = kind.__struct_config__
            whole = as_named and not config.array_like and not config.omit_defaults
            return whole and kind is not Problem and all(_plain(field.type) for field in info.fields)
    return isinstance(info, _PLAIN)


def more_words(left: int, words: "Localizer") -> Line:
    """Return that so many more were not shown."""
    return Line(words.count("and one more: --json lists all", "and {n} more: --json lists all", left), style="dim")


def say_message(
    message: Message,
    *,
    label: Line | None = None,
    style: str = "",
    aside: bool = False,
    words: "Localizer | None" = None,
) -> None:
    """Print one message, with what can be done about it.

    Args:
        message: what to say.
        label: what stands before it.
        style: of the words.
        aside: on standard error.
        words: that know the names in it; by default those of the language alone.
    """
    words, screen = words or localizer(), errors if aside else console
    screen.print(Line.assemble(label or "", (words.message(message), style)))
    if remedy := words.remedy(message):
        screen.print(Line(remedy, style="dim"))


def say_problem(problem: Problem, *, style: str = "bold red", label: str = "", remedy: bool = True) -> None:
    """Print one problem on standard error: what, where, what to do; ``label`` says what kind, else it is an error."""
    words = localizer()
    head = (label or words.say("error"), style)
    place = f" {words.isolate(problem.place)}: " if problem.place else " "
    errors.print(Line.assemble(head, place, words.message(problem.told)))
    if remedy and (to_do := words.remedy(problem.told)):
        errors.print(Line(f"      {to_do}", style="dim"))


def say_problems_by_kind(problems: Iterable[Problem], *, style: str = "bold red", label: str = "") -> None:
    """Print problems on standard error by what is wrong and in which column: the first few, and how many more there are."""
    grouped: dict[tuple[str, str, str, str], list[Problem]] = {}
    for problem in problems:
        grouped.setdefault((problem.source, problem.sheet, problem.path, problem.code), []).append(problem)
    words = localizer()
    for alike in grouped.values():
        for problem in alike[:ALIKE_SHOWN]:
            say_problem(problem, style=style, label=label, remedy=problem is alike[min(ALIKE_SHOWN, len(alike)) - 1])
        if more := alike[ALIKE_SHOWN:]:
            rows = ", ".join(str(problem.line) for problem in more[:ROWS_SHOWN] if problem.line is not None)
            rows += ", …" if len(more) > ROWS_SHOWN else ""
            if rows:
                told = words.count(
                    "and one more of this kind, in row {rows}",
                    "and {n} more of this kind, in rows {rows}",
                    len(more),
                    rows=rows,
                )
            else:
                told = words.count("and one more", "and {n} more", len(more))
            errors.print(Line(f"      {told}", style=style))


def published(publication: "Publication | None") -> dict[str, Any]:
    """Return for programs whether what was recorded is published, and whom it waits for."""
    waits = () if publication is None else publication.waits_for
    return {"published": publication is not None and publication.published, "waits_for": waits}


def say_waiting(publication: "Publication | None", *, added: bool = True) -> None:
    """Say on standard error that what was recorded waits for cosignatures, where it does, and whether anybody watches.

    Args:
        publication: what came of publishing.
        added: whether anything was recorded; else it matters to nobody now who watches.
    """
    if publication is None:
        return
    if added:
        _say_watched(publication)
    if publication.published:
        return
    words = localizer()
    waits = words.listed(map(words.message, publication.waits_for))
    errors.print(Line(words.say("recorded, and not published yet: waits for {waits}", waits=waits), style="yellow"))
    for problem in publication.problems:
        say_problem(problem, style="yellow")


def _say_watched(publication: "Publication") -> None:
    """Say whether anybody could be asked if this is the newest copy of the record."""
    standing = publication.standing
    if not standing.known and standing.silent:
        say_message(
            Message.of("record.watchers_silent", names=[each.source for each in standing.silent]),
            style="yellow",
            aside=True,
        )
    elif not standing.known and standing.unasked:
        say_message(Message.of("record.watchers_unasked", names=standing.unasked), style="dim", aside=True)
    elif not standing.known:
        say_message(Message.of("record.nobody_tells"), style="dim", aside=True)


def fail(error: EnduseError) -> NoReturn:
    """Say what is wrong, of several faults each in its place, and leave with exit code 2."""
    if isinstance(error, FaultsError):
        say_problems_by_kind(error.problems)
    say_problem(error.problem)
    raise typer.Exit(NOT_UNDERSTOOD)


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Turn our errors, and what the system refuses, into a message and an exit code.

    Anything else is a fault of ours and keeps its traceback.
    """
    try:
        yield
    except EnduseError as error:
        fail(error)
    except BrokenPipeError:
        raise  # whoever read our output has left; the command line ends quietly by itself
    except OSError as error:
        error.filename = _named(error.filename)
        fail(system_error(error))
    except sqlite3.OperationalError as error:
        fail(database_error(error, Path()))


def _named(file: object) -> str:
    """Return the name of a file, cut where it is too long to be one."""
    name = "" if file is None else str(file)
    return name if len(name) <= NAME_SHOWN else f"{name[:NAME_SHOWN]}…"


@contextmanager
def opened(folder: Path, passphrase: Callable[[str], str] | None = None) -> "Iterator[enduse.Programme]":
    """Open a programme; what a reader should know of how its answers were had is said on standard error, once.

    Where many statements must be read for that, as after an upgrade, a bar shows how far it is.
    """
    with progress(localizer().say("reading the record"), at_once=False) as step:
        opening = enduse.open(folder, passphrase=passphrase, progress=step)
    with opening as programme:
        try:
            yield programme
        finally:
            for notice in programme.notices:
                say_message(notice, style="yellow", aside=True)


class Advance(Protocol):
    """Told how much is done, and of how much, where that is known."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Show it."""


@contextmanager
def progress(title: str, *, quiet: bool = False, at_once: bool = True) -> Iterator[Advance]:
    """Show a bar on standard error while long work runs; gives a function that is told how far it is.

    Args:
        title: what is done.
        quiet: show nothing.
        at_once: show it before anything is told.
    """
    if quiet or not errors.is_terminal:
        yield lambda _done, _all=None: None
        return
    # Only here: what draws bars is a third of what a short command imports.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=errors, transient=True)
    task = bar.add_task(escape(title), total=None)

    def step(done: int, total: int | None = None) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        if at_once:
            bar.start()
        yield step
    finally:
        bar.stop()


def read_text(path: Path) -> str:
    """Read a small text file.

    Raises:
        UnknownError: it cannot be read.
        MalformedError: it is not text in UTF-8.
        LimitError: it is no small one.
    """
    try:
        return read_file(path).decode()
    except OSError as error:
        raise system_error(error) from error
    except UnicodeDecodeError as error:
        raise MalformedError("command.file_not_text", source=str(path)) from error
