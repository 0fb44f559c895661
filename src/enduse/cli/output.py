"""How every command speaks: people on a terminal, programs with ``--json``, errors on standard error.

Exit codes: 0 done, 1 the thing checked does not hold, 2 the request could not be understood.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from enduse.errors import EnduseError, Problem, UnknownError

DONE: Final = 0
DOES_NOT_HOLD: Final = 1
NOT_UNDERSTOOD: Final = 2

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs instead of text for people.")]

console: Final = Console(highlight=False)
errors: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def emit(value: dict[str, Any]) -> None:
    """Print ``value`` as one JSON object on standard output."""
    sys.stdout.write(json.dumps(msgspec.to_builtins(value, str_keys=True), ensure_ascii=False, indent=2) + "\n")


def say_problem(problem: Problem, *, style: str = "bold red") -> None:
    """Print one problem on standard error: what, where, what to do."""
    where = problem.source + (f":{problem.line}" if problem.line is not None else "")
    head = " ".join(part for part in (where, problem.path) if part)
    errors.print(f"[{style}]error[/] " if not head else f"[{style}]error[/] {_plain(head)}: ", end="")
    errors.print(_plain(problem.message), markup=False)
    if problem.remedy:
        errors.print(f"      {problem.remedy}", markup=False, style="dim")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def fail(error: EnduseError) -> NoReturn:
    """Say what is wrong and leave with exit code 2."""
    say_problem(error.problem)
    raise typer.Exit(NOT_UNDERSTOOD)


@contextmanager
def told() -> Iterator[None]:
    """Turn our errors into a message and an exit code; anything else is a fault of ours and keeps its traceback."""
    try:
        yield
    except EnduseError as error:
        fail(error)


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
        task = bar.add_task(title, total=total)
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
