"""Help: what a command does and takes, in the reader's language; the English words stand in the commands themselves."""

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from enduse.cli.output import localizer
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer

Context: TypeAlias = Any
"""What the library knows of one call; it has no public type."""
Parameter: TypeAlias = TyperArgument | TyperOption

EXAMPLE: Final = "Example: "
_CODE: Final = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


def paragraphs(text: str) -> Iterator[str]:
    """Give the paragraphs of a help text, each in one line: what catalogues translate."""
    yield from (" ".join(paragraph.split()) for paragraph in inspect.cleandoc(text).split("\n\n") if paragraph.strip())


def help_messages(command: TyperCommand | TyperGroup, path: str = "enduse") -> Iterator[str]:
    """Give every English text that the help of a command, and of those below it, is made of; for the catalogues."""
    ctx = typer.Context(command, info_name=path)
    for text in (command.help, command.epilog):
        yield from (each for each in paragraphs(text or "") if not each.startswith(EXAMPLE))
    yield from (parameter.help for parameter in _parameters(command, ctx) if parameter.help)
    for name, inner in getattr(command, "commands", {}).items():
        yield from help_messages(inner, f"{path} {name}")


def print_help(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    """Print what a command does and takes."""
    words = localizer()
    given = _parameters(command, ctx)
    inner = getattr(command, "commands", {})
    arguments = ["COMMAND"] if inner else [_placeholder(each) for each in given if isinstance(each, TyperArgument)]
    usage = " ".join([ctx.command_path, "[OPTIONS]", *arguments])
    console.print(Text.assemble((words.say("Usage:"), "bold"), " ", words.isolate(usage)))
    for text in paragraphs(command.help or ""):
        console.print(Padding(_styled(_translated(text, words)), (1, 0, 0, 2), expand=False))
    _rows(words.say("What it is given"), [_row(each, ctx, words) for each in given if isinstance(each, TyperArgument)])
    _rows(words.say("Options"), [_row(each, ctx, words) for each in given if isinstance(each, TyperOption)])
    _rows(
        words.say("Commands"),
        [(name, words.say(next(paragraphs(each.help or "")))) for name, each in inner.items() if not each.hidden],
    )
    for text in paragraphs(command.epilog or ""):
        console.print(Padding(_styled(words.say(text)), (1, 0, 0, 0), expand=False))


def _translated(text: str, words: "Localizer") -> str:
    if text.startswith(EXAMPLE):
        return words.say("Example: {command}", command=text.removeprefix(EXAMPLE))
    return words.say(text)


def _styled(text: str) -> Text:
    """Return a text with what stands between backticks or double asterisks set off."""
    line = Text()
    at = 0
    for code in _CODE.finditer(text):
        line.append(text[at : code.start()]).append(code[1] or code[2], style="bold cyan")
        at = code.end()
    return line.append(text[at:])


def _rows(title: str, rows: list[tuple[str, str]]) -> None:
    if not rows:
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for name, told in rows:
        table.add_row(Text(name), _styled(told))
    console.print(Text(f"\n{title}", style="bold"))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))


def _parameters(command: TyperCommand | TyperGroup, ctx: Context) -> list[Parameter]:
    found = (each for each in command.get_params(ctx) if isinstance(each, TyperArgument | TyperOption))
    return [each for each in found if not each.hidden]


def _row(parameter: Parameter, ctx: Context, words: "Localizer") -> tuple[str, str]:
    """Return how a parameter is written, and what it does."""
    placeholder = _placeholder(parameter)
    if isinstance(parameter, TyperArgument):
        return placeholder, _explained(parameter, ctx, words)
    written = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return written if parameter.is_flag else f"{written} {placeholder}", _explained(parameter, ctx, words)


def _placeholder(parameter: Parameter) -> str:
    kind, choices = parameter.type_descriptor.annotation, parameter.type_descriptor.choices
    if parameter.metavar or choices is None:
        return parameter.metavar or ("NUMBER" if kind in {int, float} else parameter.name.upper())
    return "|".join(str(getattr(choice, "value", choice)) for choice in choices)


def _explained(parameter: Parameter, ctx: Context, words: "Localizer") -> str:
    """Return what a parameter does, and whether it must be given or what it is otherwise."""
    told = words.say(parameter.help) if parameter.help else ""
    if isinstance(parameter, TyperArgument) or parameter.is_flag:
        return told
    if parameter.required:
        return told + " " + words.say("(needed)")
    default = parameter.get_default(ctx, call=False)
    return told + " " + words.say("(else {value})", value=default) if default not in (None, [], "") else told
