"""What all commands have in common: ``--lang``, and help and questions back in the reader's language."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Annotated, Any, Final, NamedTuple, NoReturn, TypeAlias, cast

import typer
import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from enduse.cli.output import NOT_UNDERSTOOD, exit_on_error, practice_told, say_problem, speak
from enduse.errors import Problem

LANGUAGE: Final = "--lang"

Settings: TypeAlias = Any
Context: TypeAlias = Any
Parameter: TypeAlias = TyperArgument | TyperOption
"""What the library hands over and takes back; it has no public types."""


class Command(TyperCommand):
    """One command."""

    def __init__(self, name: str | None, **settings: Settings) -> None:
        super().__init__(name, **settings)
        self.params.append(_language_option())

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read what was written after the command; what cannot be understood is said, and ends the run."""
        ctx.allow_extra_args = True  # words left over are refused here, not in English by the library
        with _understood(ctx):
            left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            _refuse(Problem.of("command.words_left", words=left, command=ctx.command_path))
        return left

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401 - as the library has it
        """Run the command; what it answers of a programme for practice says so."""
        with practice_told(ctx.params.values()):
            return super().invoke(ctx)

    def format_help(self, ctx: Context, formatter: Context) -> None:  # noqa: ARG002 - we print ourselves
        """Print what the command does and takes."""
        _print_help(self, ctx)


class CommandGroup(TyperGroup):
    """A command that is followed by one of several."""

    def __init__(self, **settings: Settings) -> None:
        super().__init__(**settings)
        self.params.append(_language_option())

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read what was written; the language comes first, so that everything after is said in it."""
        if ctx.parent is None:
            with exit_on_error():
                speak(_asked(args) or _preferred())
        if not [word for word in _without_language(args) if word] and not ctx.resilient_parsing:
            ctx.get_help()
            raise typer.Exit(NOT_UNDERSTOOD)
        with _understood(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> Context:
        """Return the command that is meant."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            _refuse(Problem.of("command.unknown_command", name=args[0], commands=list(self.commands)))
        with _understood(ctx):
            return super().resolve_command(ctx, args)

    def format_help(self, ctx: Context, formatter: Context) -> None:  # noqa: ARG002 - we print ourselves
        """Print what the commands do."""
        _print_help(self, ctx)


class FirstUnnamed(CommandGroup):
    """A command that is followed by one of several; the first of them is meant where none is named."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read what was written, the first command put in where none of them is named."""
        words = _without_language(args)
        if words and words[0] not in {*self.commands, "--help", "-h"}:
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


class CommandsBelow(NamedTuple):
    """A command that is followed by one of several.

    Attributes:
        help: what they are for.
        homes: where each of them is, by its name.
        first_unnamed: the first may be written without its name, as in ``enduse money DIR``.
    """

    help: str
    homes: Mapping[str, str]
    first_unnamed: bool = False


class CommandsByName(Mapping[str, TyperCommand | TyperGroup]):
    """Commands by their names, each made when it is first asked for.

    A run imports the module of the command it is asked for, and makes the options of that one alone: to make those of
    all 80 takes longer than many of them run.

    Args:
        homes: the module of each in this package, and the function in it; or the group it is.
    """

    def __init__(self, homes: Mapping[str, str | CommandsBelow]) -> None:
        self._homes = homes
        self._made: dict[str, TyperCommand | TyperGroup] = {}

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        if name not in self._made:
            self._made[name] = _made(name, self._homes[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


def _made(name: str, home: str | CommandsBelow) -> TyperCommand | TyperGroup:
    """Return the command of a name."""
    if isinstance(home, CommandsBelow):
        kind = FirstUnnamed if home.first_unnamed else CommandGroup
        return kind(name=name, help=home.help, commands=CommandsByName(home.homes))
    module, _, function = home.partition(".")
    return _command(getattr(import_module(f"enduse.cli.{module}"), function), name)


def _command(function: Callable[..., None], name: str | None = None) -> TyperCommand:
    """Return a function as a command, its parameters as arguments and options."""
    one = typer.Typer(add_completion=False)
    one.command(name, cls=Command)(function)
    return cast("TyperCommand", typer.main.get_command(one))


@cache
def _language_option() -> TyperOption:
    """Return the option ``--lang``; what it says is read before anything else, see :class:`CommandGroup`."""
    one = typer.Typer(add_completion=False)

    @one.command()
    def _(
        lang: Annotated[
            str | None,
            typer.Option(LANGUAGE, metavar="LANGUAGE", help="Language, such as ar; else that of your system."),
        ] = None,
    ) -> None: ...

    option = next(each for each in typer.main.get_command(one).params if LANGUAGE in each.opts)
    option.expose_value = False
    return cast("TyperOption", option)


def _asked(args: list[str]) -> str | None:
    """Return the language asked for on the line, wherever that stands."""
    for at, word in enumerate(args):
        if word == "--":
            return None
        if word == LANGUAGE and at + 1 < len(args):
            return args[at + 1]
        if word.startswith(f"{LANGUAGE}="):
            return word.partition("=")[2]
    return None


def _without_language(args: list[str]) -> list[str]:
    at = args.index(LANGUAGE) if LANGUAGE in args else len(args)
    return [word for word in args[:at] + args[at + 2 :] if not word.startswith(f"{LANGUAGE}=")]


def _preferred() -> str:
    from enduse.pages.catalogue import preferred

    return preferred()


def _print_help(command: TyperCommand | TyperGroup, ctx: Context) -> None:
    from enduse.cli.help import print_help

    print_help(command, ctx)


def _refuse(problem: Problem) -> NoReturn:
    say_problem(problem)
    raise typer.Exit(NOT_UNDERSTOOD)


@contextmanager
def _understood(ctx: Context) -> Iterator[None]:
    """Say in our words what the library does not understand; its own sentences are English only."""
    try:
        yield
    except typer.TyperException as error:
        _refuse(_problem(error, ctx))


def _problem(error: typer.TyperException, ctx: Context) -> Problem:
    """Return what is wrong with a line, by the kind of the library's error: its sentences are English only."""
    command, parameter, option = ctx.command_path, getattr(error, "param", None), getattr(error, "option_name", "")
    alike = sorted(getattr(error, "possibilities", None) or ())
    match type(error).__name__:
        case "NoSuchOption" if alike:
            return Problem.of("command.unknown_option_like", option=option, options=alike, command=command)
        case "NoSuchOption":
            return Problem.of("command.unknown_option", option=option, command=command)
        case "BadOptionUsage":
            takes = next((each for each in ctx.command.params if option in each.opts), None)
            code = "command.value_unwanted" if takes is None or takes.is_flag else "command.value_missing"
            return Problem.of(code, option=option, command=command)
        case "MissingParameter" if parameter is not None:
            return Problem.of("command.parameter_missing", parameter=named(parameter), command=command)
        case "BadParameter" if parameter is not None:
            return _wrong_value(parameter, error, command)
    return Problem.of("command.not_understood", reason=inspect.cleandoc(error.message), command=command)


def _wrong_value(parameter: Parameter, error: typer.TyperException, command: str) -> Problem:
    """Return what a parameter takes."""
    kind, name = parameter.type_descriptor, named(parameter)
    if kind.choices is not None:
        choices = [getattr(choice, "value", choice) for choice in kind.choices]
        return Problem.of("command.choice", parameter=name, choices=choices, command=command)
    least, most = parameter.min, parameter.max
    if kind.annotation is int and most is not None:
        return Problem.of("command.whole_number_between", parameter=name, least=least, most=most, command=command)
    if kind.annotation is int:
        return Problem.of("command.whole_number", parameter=name, least=least or 0, command=command)
    if kind.annotation is float:
        return Problem.of("command.number", parameter=name, least=str(least), most=str(most), command=command)
    return Problem.of("command.not_understood", reason=error.message, command=command)


def named(parameter: Parameter) -> str:
    """Return what a parameter is called on the line: ``--as``, or ``DIR``."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return str(parameter.opts[0])
