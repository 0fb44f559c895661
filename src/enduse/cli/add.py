"""``enduse add``: bring files into a programme."""

import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import msgspec
import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    opened,
    print_json,
    progress,
    published,
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.screen import console, errors
from enduse.errors import ConflictError, EnduseError, FaultsError, MalformedError, Problem, UnknownError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse import Answers, ImportResult, Programme
    from enduse.pages.localizer import Localizer

CHANGES_SHOWN = 5
QUESTIONS_MAX = 20
Done = TypeVar("Done")
_YES_OR_NO: Final = {"yes": True, "no": False}


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Tables (CSV, XLSX, XLS, ODS), workbooks of the programme, releases of open contracting, envelopes, or a folder of them.",
    ),
]
TableName = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[FILE=]NAME",
        help="Name of the table of which a file is an issue, or of a new one; of several files, which.",
    ),
]
Newest = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]yes|no", help="Where asked: the table is the newest word. no: take only what was never said."
    ),
]
Changed = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]yes|no", help="Where asked: a row gone and a new one like it but for a cell are one row."
    ),
]
Gone = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]yes|no", help="Where asked: rows that the table lacks are no longer stated. no: they stay."
    ),
]
New = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="A name that may be new; any other that the programme lacks is refused. - for none."
    ),
]
Fix = Annotated[
    Path | None,
    typer.Option(metavar="OUT", help="Write the table back, CSV or XLSX, with remarks on the rows at fault."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would come of each row, and record nothing.")]


def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    files: Files,
    party: Annotated[str | None, typer.Option("--as", metavar="PARTY", help="Who says what the tables say.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="How to read the tables: a shipped profile's name, or your own TOML file.")
    ] = None,
    receipts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add to FILE the log's signed promise to publish what was recorded."),
    ] = None,
    table: TableName = None,
    newest: Newest = None,
    changed: Changed = None,
    gone: Gone = None,
    new: New = None,
    dry_run: DryRun = False,
    fix: Fix = None,
    within: Annotated[
        str, typer.Option(metavar="SPAN", help="With --receipts: in what time it is promised, such as 36h or 7d.")
    ] = "24h",
    as_json: Json = False,
) -> None:
    """Read files, sign what they say as PARTY, record it, and account for every row.

    Rows are counted as accepted, without effect (recorded, with the reason) or refused. A table may come again, with rows
    added, changed or gone: it is counted once, what a row said before is taken back, and all of it is shown; --dry-run
    shows it first. What the rows cannot say is asked. A name that the programme does not have becomes a new identifier and is told;
    with --new only the names told may. Signed files may come in any order: each is taken after those that it rests on. --fix writes a table back with a column of remarks for whoever keeps
    it. A run that was interrupted is simply started again. With --receipts
    whoever brought the files holds something against the record, should it be withheld: see `record receipt`. With --json accepted,
    no_effect and refused add up to the rows offered; already_recorded says how many of no_effect were in the record before.

    Example: enduse add demo arrivals.csv --as monitor
    """
    with exit_on_error():
        from enduse.operators import parse_span

        span, files = parse_span(within), enduse.offered(files)
        _check_files(files, fix, receipts)
        answers = _answers(files, table, newest=newest, changed=changed, gone=gone, new=new)
        with opened(folder, ask_passphrase) as programme:
            party = party and programme.find(party, "party")
            with programme.trying() if dry_run else programme.writing():
                adding = _Adding(programme, party, profile, answers, quiet=as_json)
                results, unread = adding.all(files)
                promised = () if receipts is None or dry_run else programme.receipts(within=span)
                if receipts is not None and not dry_run:
                    _keep_receipts(promised, receipts)
            size, publication, names = programme.size, programme.publication, programme.names()
        total = enduse.ImportResult.total(results)
        remarked = _write_remarks(files, total, profile, fix) if fix is not None else 0
    if as_json:
        kept = {} if receipts is None else {"receipts": str(receipts)}
        about = {"dry_run": dry_run, "problems": [*unread, *total.problems], "size": size}
        print_json({**_json(total), **about, **kept, **published(publication)}, names)
    elif results:  # counts of nothing would only stand before the reason
        _print(total, localizer(names), dry_run=dry_run)
    if remarked and not as_json:
        say_message(Message.of("remarks.written", n=remarked, file=str(fix)))
    if receipts is not None and promised and not as_json:
        _say_receipts(receipts, folder, total.statements or total.already_recorded)
    for problem in unread:
        say_problem(problem)
    say_waiting(publication, added=total.statements > 0 and not dry_run)
    if unread:
        raise typer.Exit(2)
    if total.refused:
        raise typer.Exit(DOES_NOT_HOLD)


def _check_files(files: list[Path], out: Path | None, receipts: Path | None) -> None:
    """Refuse, before anything is recorded, files that are not there, and what receipts and remarks could not be written to."""
    from enduse.operators import check_writable

    for file in files:
        if not file.exists():
            raise UnknownError("given.no_file", source=str(file))
    if receipts is not None:
        check_writable(receipts)
    if out is not None and len(files) != 1:
        raise MalformedError("remarks.one_table", n=len(files))
    if out is not None and out.suffix not in (".csv", ".xlsx"):
        raise MalformedError("remarks.suffix", source=str(out))
    if out is not None:
        check_writable(out)


def _write_remarks(files: list[Path], total: "ImportResult", profile: str | None, out: Path) -> int:
    """Write the one table that was added back with remarks; nothing, where no row is at fault."""
    if not total.problems:
        return 0
    return enduse.write_remarks(files[0], out, total.problems, profile=profile, language=localizer().language)


class _Adding:
    """Adds file after file, and asks where somebody is there to answer."""

    def __init__(
        self,
        programme: "Programme",
        party: str | None,
        profile: str | None,
        answers: "Answers",
        *,
        quiet: bool,
    ) -> None:
        self._programme = programme
        self._party = party
        self._profile = profile
        self._answers = answers
        self._quiet = quiet

    def all(self, files: list[Path]) -> "tuple[list[ImportResult], list[Problem]]":
        """Return what became of each, and why others could not be read; where a question stays open, nothing is recorded."""
        results: list[ImportResult] = []
        unread: list[Problem] = []
        steps = [partial(self._add, file, files) for file in files]
        if len(files) > 1:
            try:
                self._answered(partial(self._plan, files, None), files[0])
            except ConflictError as error:
                return [], self._open(files, error)
        for file, step in zip(files, steps, strict=True):
            try:
                results.append(self._answered(step, file))
            except FaultsError as error:
                unread += [*error.problems, error.problem]
            except EnduseError as error:
                unread.append(error.at(error.problem.source or str(file), error.problem.line))
        return results, unread

    def _plan(self, files: list[Path], supposed: "Answers | None") -> None:
        answers = self._answers if supposed is None else supposed
        self._programme.look_for_questions(files, party=self._party, profile=self._profile, answers=answers)

    def _open(self, files: list[Path], error: ConflictError) -> list[Problem]:
        """Return what is asked of each table, a question of each: they are answered together, and not one in each run.

        The answers that are supposed for this take nothing back, and nothing is done by them.
        """
        asked: dict[str, Problem] = {}
        answers = self._answers
        for _ in range(QUESTIONS_MAX):
            field = enduse.TABLE_QUESTIONS.get(error.problem.code)
            name = _asked_of(error, files[0])
            asked.setdefault(name, error.problem)
            if field is None:
                break
            supposed = str(error.problem.values.get("other", name)) if field == "table" else False
            answers = _answered(answers, name, field, supposed)
            try:
                self._plan(files, answers)
            except ConflictError as further:
                error = further
            else:
                break
        return list(asked.values())

    def _add(self, file: Path, files: list[Path]) -> "ImportResult":
        with progress(localizer().say("reading {file}", file=file.name), quiet=self._quiet) as step:
            return self._programme.add(
                file,
                party=self._party,
                profile=self._profile,
                step=step,
                answers=self._answers.beside(file, files),
            )

    def _answered(self, do: Callable[[], Done], file: Path) -> Done:
        """Do something, and ask what must be asked for it, where somebody is there to answer.

        Raises:
            ConflictError: something must be asked, and nobody answers.
        """
        while True:
            try:
                return do()
            except ConflictError as error:
                field = enduse.TABLE_QUESTIONS.get(error.problem.code)
                if field is None or self._quiet or not (sys.stdin.isatty() and errors.is_terminal):
                    raise
                self._answers = _answered(self._answers, _asked_of(error, file), field, _asked(error, field))


def _asked_of(error: ConflictError, file: Path) -> str:
    """Return of which sheet or file a question is asked."""
    return error.problem.sheet or Path(error.problem.source or file).name


def _asked(error: ConflictError, field: str) -> bool | str:
    """Ask what the rows cannot say; no answer is none.

    Raises:
        ConflictError: the same, where nothing is answered.
    """
    say_problem(error.problem, style="bold yellow", label=localizer().say("question"))
    given = str(typer.prompt(f"--{field}", default="", show_default=False)).strip()
    if not given or (field != "table" and given not in _YES_OR_NO):
        raise error
    return given if field == "table" else _YES_OR_NO[given]


def _answers(
    files: list[Path], tables: list[str] | None, new: list[str] | None, **given: list[str] | None
) -> "Answers":
    """Return what is said of all tables, and of those that are named."""
    answers = enduse.Answers(new=None if new is None else tuple(new))
    names = {name for file in files for name in (file.name, file.stem)}
    for table in tables or ():
        file, _, name = table.partition("=")
        answers = _answered(answers, *((file, "table", name) if file in names and name else ("", "table", table)))
    for field, texts in given.items():
        for text in texts or ():
            name, _, word = text.rpartition("=")
            if word not in _YES_OR_NO:
                raise MalformedError("add.yes_or_no", path=f"--{field}", read=text)
            answers = _answered(answers, name.strip(), field, _YES_OR_NO[word])
    return answers


def _answered(answers: "Answers", name: str, field: str, value: bool | str) -> "Answers":
    """Return answers with one more: of what bears a name, or of all."""
    if not name:
        return msgspec.structs.replace(answers, **{field: value})
    own = msgspec.structs.replace(answers.of.get(name, enduse.Answers()), **{field: value})
    return msgspec.structs.replace(answers, of={**answers.of, name: own})


def _keep_receipts(given: tuple[bytes, ...], file: Path) -> None:
    """Add receipts to a file, one a line."""
    if given:
        with file.open("ab") as opened:
            opened.writelines(receipt + b"\n" for receipt in given)


def _say_receipts(receipts: Path, folder: Path, n: int) -> None:
    command = f"enduse record receipt {receipts} --against {folder}"
    say_message(Message.of("record.receipts_kept", n=n, file=str(receipts), command=command))


def _json(total: "ImportResult") -> dict[str, object]:
    from enduse.pages.imports import figure_words

    words = localizer()
    return {
        "accepted": total.accepted,
        "no_effect": total.no_effect,
        "refused": total.refused,
        "already_recorded": total.already_recorded,
        "statements": total.statements,
        "notes": total.notes,
        "issues": [{"told": each.told, **msgspec.structs.asdict(each)} for each in total.issues],
        "figures": [{**msgspec.structs.asdict(each), "title": figure_words(each, words)} for each in total.figures],
    }


def _print(total: "ImportResult", words: "Localizer", *, dry_run: bool) -> None:
    if dry_run:
        console.print(Text(words.say("Nothing is recorded. This is what would be done."), style="bold"))
    offered = total.accepted + total.no_effect + total.refused
    if offered == total.already_recorded > 0:
        told = words.count(
            "Its one row is recorded already: nothing had to be added.",
            "All {n} rows are recorded already: nothing had to be added.",
            offered,
        )
        console.print(Text(told, style="green"))
    else:
        _counts(total, words)
    _issues(total, words)
    say_remarks(total, words)
    if any(figure.count for figure in total.figures):
        _figures(total, words)
    say_problems(total.problems, words)


def _counts(total: "ImportResult", words: "Localizer") -> None:
    rows = [
        (words.say("accepted"), "green", total.accepted),
        (words.say("no effect"), "yellow", total.no_effect - total.already_recorded),
        (words.say("recorded before"), "dim", total.already_recorded),
        (words.say("refused"), "red", total.refused),
    ]
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for title, style, count in rows:
        table.add_row(Text(title, style=style), words.number(count))
    if total.statements != total.accepted + total.no_effect - total.already_recorded:
        # A row may make several, and what takes back what another said is one too.
        table.add_row(Text(words.say("statements"), style="dim"), words.number(total.statements))
    console.print(table)


def _issues(total: "ImportResult", words: "Localizer") -> None:
    """Say what became of tables that came again, with the first cells that changed."""
    for issue in total.issues:
        for message in issue.told:
            console.print(Text(f"{issue.name}: {words.message(message)}", style="yellow"))
        for field in issue.fields[:CHANGES_SHOWN]:
            told = words.say(
                "row {row}, {column}: {before} → {after}",
                row=str(field.row),
                column=words.isolate(field.column),
                before=words.isolate(f"“{field.before}”"),
                after=words.isolate(f"“{field.after}”"),
            )
            console.print(Text(f"  {told}", style="dim"))


def say_remarks(total: "ImportResult", words: "Localizer") -> None:
    """Print what there is to say of rows that were taken or passed over, each remark once."""
    from enduse.pages.imports import remarks

    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for item in remarks(total.notes, words):
        table.add_row(words.number(item.rows) if item.rows else "", Text(item.told))
    if table.row_count:
        console.print(table, style="dim")


def _figures(total: "ImportResult", words: "Localizer") -> None:
    from enduse.pages.imports import figure_words

    title = Text(words.say("figures of the source"))
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2))
    for column in (words.say("rows"), words.say("share")):
        table.add_column(Text(column), justify="right")
    for column in (words.say("what"), words.say("first rows")):
        table.add_column(Text(column))
    for figure in filter(attrgetter("count"), total.figures):
        share = f"{words.number(100 * Decimal(figure.share), 2)}%"
        first = words.listed(map(str, figure.first))
        table.add_row(words.number(figure.count), share, Text(figure_words(figure, words)), first)
    console.print(table)


def say_problems(problems: Iterable[Problem], words: "Localizer") -> None:
    """Print each kind of problem once, the most frequent first, with the first rows that have it."""
    from enduse.pages.imports import refusals

    for kind in refusals(problems, words):
        number = words.number(kind.rows) if kind.rows else ""
        errors.print(Text(f"{number:>9}  {kind.told}", style="yellow"))
        where = words.listed(kind.places)
        if (more := kind.rows - len(kind.places)) > 0:
            where += " " + words.count("and one more", "and {n} more", more)
        for line in (where, kind.remedy):
            if line:
                errors.print(Text(f"           {line}", style="dim"))
