"""How every command speaks: people on a terminal, programs with ``--json``, errors on standard error.

Exit codes: 0 done, 1 the thing checked does not hold, 2 the request could not be understood.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import msgspec
import typer
from rich import markup
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from enduse.errors import EnduseError, Problem, UnknownError
from enduse.messages import Message, english_remedy_of

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.record.log import Publication

DOES_NOT_HOLD: Final = 1
NOT_UNDERSTOOD: Final = 2
NAME_SHOWN: Final = 120

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs instead of text for people.")]

_COMMAND: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
"""What a terminal obeys instead of showing it, and half characters that no stream takes."""
_BREAK: Final = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_SHOWN: Final = "\N{REPLACEMENT CHARACTER}"


class Screen(Console):
    """A console on which words from a record can give no commands: every text passes here once more."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render, with everything a terminal would obey shown as a replacement character."""
        for segment in super().render(renderable, options):
            if segment.control or not _COMMAND.search(segment.text):
                yield segment
            else:
                yield Segment(_COMMAND.sub(_SHOWN, segment.text), segment.style)


# Without emoji: ":school:" in an identifier is part of it.
console: Final = Screen(highlight=False, emoji=False)
errors: Final = Screen(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def escape(text: object) -> str:
    """Return words from elsewhere so that they can stand in a line of ours: no markup, no commands, no line breaks."""
    return markup.escape(_COMMAND.sub(_SHOWN, _BREAK.sub(" ", str(text))))


def print_json(value: dict[str, Any], words: "Localizer | None" = None) -> None:
    """Print ``value`` as one JSON object on standard output; codes with their values stand beside their words."""
    from enduse.pages.localizer import Localizer

    worded = _worded(value, words or Localizer("en", {}))
    text = json.dumps(msgspec.to_builtins(worded, str_keys=True), ensure_ascii=False, indent=2)
    sys.stdout.write(_COMMAND.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def _worded(value: Any, words: "Localizer") -> Any:  # noqa: ANN401 - whatever goes into JSON
    match value:
        case Problem():
            return words.problem(value)
        case Message():
            return {"code": value.code, "values": value.values, "message": words.message(value)}
        case msgspec.Struct():
            config = value.__struct_config__
            tag = {} if config.tag is None else {config.tag_field: config.tag}
            return tag | {name: _worded(getattr(value, name), words) for name in value.__struct_fields__}
        case dict():
            return {key: _worded(item, words) for key, item in value.items()}
        case list() | tuple():
            return [_worded(item, words) for item in value]
    return value


def say(message: Message, *, head: str = "", style: str = "", aside: bool = False) -> None:
    """Print one message, with what can be done about it.

    Args:
        message: what to say.
        head: markup before it.
        style: of the words.
        aside: on standard error.
    """
    screen = errors if aside else console
    screen.print(head + escape(message), style=style or None)
    if remedy := english_remedy_of(message):
        screen.print(escape(remedy), style="dim")


def say_problem(problem: Problem, *, style: str = "bold red") -> None:
    """Print one problem on standard error: what, where, what to do."""
    where = problem.source + (f":{problem.line}" if problem.line is not None else "")
    head = " ".join(part for part in (where, problem.path) if part)
    errors.print(f"[{style}]error[/] " if not head else f"[{style}]error[/] {escape(head)}: ", end="")
    errors.print(problem.message, markup=False)
    if problem.remedy:
        errors.print(f"      {problem.remedy}", markup=False, style="dim")


def published(publication: "Publication | None") -> dict[str, Any]:
    """Return for programs whether what was recorded is published, and whom it waits for."""
    waits = () if publication is None else publication.waits_for
    return {"published": publication is not None and publication.published, "waits_for": [str(each) for each in waits]}


def say_waiting(publication: "Publication | None") -> None:
    """Say on standard error that what was recorded waits for cosignatures, where it does."""
    if publication is None or publication.published:
        return
    waits = "; ".join(map(str, publication.waits_for))
    errors.print(f"recorded, and not published yet: waits for {escape(waits)}", style="yellow")
    for problem in publication.problems:
        say_problem(problem, style="yellow")


def fail(error: EnduseError) -> NoReturn:
    """Say what is wrong and leave with exit code 2."""
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
        fail(UnknownError(f"the system refuses: {error.strerror or error}", source=_named(error.filename)))
    except sqlite3.OperationalError as error:
        fail(UnknownError(f"a database of the programme cannot be used: {error}", remedy="look at its folder's rights"))


def _named(file: object) -> str:
    """Return the name of a file, cut where it is too long to be one."""
    name = "" if file is None else str(file)
    return name if len(name) <= NAME_SHOWN else f"{name[:NAME_SHOWN]}…"


@contextmanager
def progress(title: str, total: int | None = None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while long work runs; gives a function that is told how far it is."""
    if quiet or not errors.is_terminal:
        yield lambda _done: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(escape(title), total=total)
        yield lambda done: bar.update(task, completed=done)


def read_text(path: Path) -> str:
    """Read a small text file.

    Raises:
        UnknownError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownError(f"cannot be read: {error}", source=str(path)) from error
