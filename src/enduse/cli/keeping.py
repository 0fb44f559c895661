"""``enduse compare --keep``: a programme started from the two tables that were compared."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

from enduse.cli.new import print_started
from enduse.cli.output import DOES_NOT_HOLD, localizer, opened, print_json, progress
from enduse.cli.profile import print_proposal, proposed, read_answer
from enduse.cli.screen import console
from enduse.errors import ConflictError, EnduseError, MalformedError

if TYPE_CHECKING:
    from enduse import StartedProgramme
    from enduse.views.proposals import ProfileProposal

Keep = Annotated[
    Path | None,
    typer.Option("--keep", metavar="DIR", help="Start a programme from the two tables, in a folder to make."),
]
KeepProfiles = Annotated[
    list[str] | None,
    typer.Option(
        "--profile", metavar="FILE.toml", help="With --keep: how the tables are read; with --by one each, OURS first."
    ),
]
KeepAnswers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="KEY=VALUE",
        help="With --keep and no profile: an answer to what is asked to propose one, as in `enduse profile`. Repeatable.",
    ),
]
KeepAs = Annotated[
    str | None,
    typer.Option("--as", metavar="PARTY", help="With --keep: who reads them and keeps it; else party:importer."),
]


class KeptTables(msgspec.Struct, frozen=True):
    """A programme that was started from two tables.

    Attributes:
        folder: where it stands.
        started: what was recorded.
        names: of its parties and places.
        tables: those of which a next issue may come, each with its profile.
    """

    folder: Path
    started: "StartedProgramme"
    names: dict[str, dict[str, str]]
    tables: tuple[tuple[Path, str], ...]

    @property
    def refused(self) -> int:
        """How many rows could not be recorded."""
        return sum(result.refused for result in self.started.imports.values())

    def json(self) -> dict[str, object]:
        """Return it for programs."""
        counts = ("accepted", "no_effect", "refused")
        return {
            "folder": str(self.folder),
            "origin": self.started.origin,
            "size": self.started.size,
            "keeper": self.started.parties[0],
            "tables": {
                file: {name: getattr(result, name) for name in counts} for file, result in self.started.imports.items()
            },
            "problems": [problem for result in self.started.imports.values() for problem in result.problems],
        }

    def show(self) -> None:
        """Print what was kept, whose word it is, and what comes next."""
        from enduse.pages.imports import remarks

        words = localizer(self.names)
        console.print()
        print_started(self.started, self.folder, words)
        for file, result in self.started.imports.items():
            issues = [words.message(message) for each in result.issues for message in each.told]
            for told in (*(line.told for line in remarks(result.notes, words)), *issues):
                console.print(Text(f"  {words.isolate(file)}: {told}", style="dim"))
        keeper = self.started.parties[0]
        told = words.say(
            "{keeper} signed all of it, as what the tables say; no other party has a key here, or has signed anything.",
            keeper=words.isolate(keeper),
        )
        console.print(Text(told))
        for table, profile in self.tables:
            command = f"enduse add {self.folder} NEXT --profile {profile} --as {keeper}"
            told = words.say("The next issue of {file}: {command}", file=table.name, command=command)
            console.print(Text(told, style="dim"))


class Keeping(msgspec.Struct, frozen=True):
    """What was asked to be kept: in which folder, by which profiles or answers, by whom."""

    folder: Path
    profiles: tuple[str, ...]
    party: str | None
    answers: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls, folder: Path | None, profiles: list[str] | None, party: str | None, answers: list[str] | None
    ) -> "Keeping | None":
        """Return what was asked for, if anything was.

        Raises:
            MalformedError: something was given that needs a folder.
        """
        if folder is not None:
            return cls(folder, tuple(profiles or ()), party, tuple(answers or ()))
        given = {"--profile": profiles, "--as": party, "--answer": answers}
        wrong = [name for name, value in given.items() if value]
        if wrong:
            raise MalformedError("compare.keep_options", options=wrong)
        return None

    def _profiles(
        self, first: Path, second: Path, *, issues: bool, quiet: bool
    ) -> tuple[tuple[str, ...], tuple[Path, ...]]:
        """Return the profiles, and which of them were proposed and written beside you, each under its table's name."""
        if self.profiles:
            if self.answers:
                raise MalformedError("compare.answer_or_profile")
            return self.profiles, ()
        tables = {"": first} if issues else {"ours.": first, "theirs.": second}
        given = _answers_of(tables, self.answers)
        targets = {of: Path(f"{table.name.split('.')[0]}.toml") for of, table in tables.items()}
        for target in targets.values():
            if target.exists():
                raise ConflictError("profile.file_there", source=str(target))
        with _removed_unless_kept(targets.values()):
            found = {of: proposed(table, targets[of], given[of], quiet=quiet) for of, table in tables.items()}
            if any(each.questions for each in found.values()):
                _print_open(found, targets, tables, quiet=quiet)
                raise typer.Exit(DOES_NOT_HOLD)
        return tuple(map(str, targets.values())), tuple(targets.values())

    def keep(
        self, first: Path, second: Path, *, issues: bool, parties: tuple[str, ...] = (), quiet: bool
    ) -> KeptTables:
        """Start the programme, by profiles that are proposed where none is named.

        Raises:
            EnduseError: it cannot be; nothing is left behind.
            typer.Exit: a question is open; what is asked was printed, and nothing is written.
        """
        import enduse

        profiles, made = self._profiles(first, second, issues=issues, quiet=quiet)
        words = localizer(marks=False)
        with ExitStack() as open_until_done, _removed_unless_kept(made):
            started = enduse.keep_tables(
                self.folder,
                first,
                second,
                profiles,
                issues=issues,
                parties=parties,
                announce=lambda name: open_until_done.enter_context(
                    progress(words.say("recording {name}", name=name), quiet=quiet)
                ),
                language=words.language,
                **({"keeper": self.party} if self.party else {}),
            )
        with opened(self.folder) as programme:
            names = programme.names()
        tables = ((second, profiles[0]),) if issues else tuple(zip((first, second), profiles, strict=True))
        return KeptTables(self.folder, started, names, tables)


def _answers_of(tables: Mapping[str, Path], answers: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the answers for each table, by what stands before those that are for it.

    Raises:
        MalformedError: one is for none of them, or no answer.
    """
    given: dict[str, dict[str, str]] = {of: {} for of in tables}
    for key, value in map(read_answer, answers):
        of = next((of for of in tables if key.startswith(of)), None)
        if of is None:
            raise MalformedError("compare.answer_of_neither", path=key)
        given[of][key.removeprefix(of)] = value
    return given


def _print_open(
    found: "Mapping[str, ProfileProposal]", targets: Mapping[str, Path], tables: Mapping[str, Path], *, quiet: bool
) -> None:
    """Print what is asked of each table before it can be kept."""
    if quiet:
        print_json({"proposals": {of.rstrip(".") or "both": each for of, each in found.items()}})
        return
    for of, each in found.items():
        if each.questions:
            print_proposal(each, targets[of], tables[of], of)


@contextmanager
def _removed_unless_kept(files: Iterable[Path]) -> Iterator[None]:
    """Leave no profile that was made for tables that could not be kept."""
    try:
        yield
    except (EnduseError, typer.Exit):
        for file in files:
            file.unlink(missing_ok=True)
        raise
