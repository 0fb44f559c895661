"""``enduse compare --keep``: a programme started from the two tables that were compared."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.text import Text

from enduse.cli.new import print_started
from enduse.cli.output import localizer, opened, progress
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse import StartedProgramme

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
        words = localizer(self.names)
        console.print()
        print_started(self.started, self.folder, words)
        for file, result in self.started.imports.items():
            for message in (*(note.note for note in result.notes), *(m for each in result.issues for m in each.told)):
                console.print(Text(f"  {words.isolate(file)}: {words.message(message)}", style="dim"))
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
    """What was asked to be kept: in which folder, by which profiles, by whom."""

    folder: Path
    profiles: tuple[str, ...]
    party: str | None

    @classmethod
    def asked(cls, folder: Path | None, profiles: list[str] | None, party: str | None) -> "Keeping | None":
        """Return what was asked for, if anything was.

        Raises:
            MalformedError: something was given that needs a folder.
        """
        if folder is not None:
            return cls(folder, tuple(profiles or ()), party)
        wrong = [name for name, value in {"--profile": profiles, "--as": party}.items() if value]
        if wrong:
            raise MalformedError("compare.keep_options", options=wrong)
        return None

    def keep(
        self, first: Path, second: Path, *, issues: bool, parties: tuple[str, ...] = (), quiet: bool
    ) -> KeptTables:
        """Start the programme.

        Raises:
            EnduseError: it cannot be; nothing is left behind.
        """
        import enduse

        words = localizer(marks=False)
        with ExitStack() as open_until_done:
            started = enduse.keep_tables(
                self.folder,
                first,
                second,
                self.profiles,
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
        tables = ((second, self.profiles[0]),) if issues else tuple(zip((first, second), self.profiles, strict=True))
        return KeptTables(self.folder, started, names, tables)
