"""``enduse compare``: two issues of one table, or two parties' tables of one flow; no programme is needed."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from enduse.cli.keeping import Keep, KeepAnswers, KeepAs, Keeping, KeepProfiles, KeptTables
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, progress, say_message
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError
from enduse.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from enduse.pages.comparison import WordedComparison
    from enduse.pages.localizer import Localizer
    from enduse.views.issues import IssuesView
    from enduse.views.registers import RegistersView

DRAFT: Final = "mapping.toml"
"""Where a draft is written unless another file is named."""

By = Annotated[
    str | None,
    typer.Option(metavar="TERMS", help="Two parties' tables: compare them by these, such as place,month,item."),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE.toml", help="With --by: the terms in common; a draft is written where there is none."),
]
EarlierFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="With --by: an earlier issue of one of the two, to tell what is late."),
]

Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of CSVs that are not UTF-8, such as windows-1256 (Arabic).")
]

IdentityColumns = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="COLUMN", help="Column that names a row; else one that is called so. Repeatable."),
]

Workbook = Annotated[Path | None, typer.Option(metavar="FILE.xlsx", help="Write it as a workbook, with all rows.")]

Ignored = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN", help="Column that is not compared. Repeatable."),
]


def compare(
    old: Annotated[
        Path,
        typer.Argument(metavar="OLD|OURS", help="The earlier issue of a table, or one party's table: CSV or XLSX."),
    ],
    new: Annotated[Path, typer.Argument(metavar="NEW|THEIRS", help="The later issue, or the other party's table.")],
    by: By = None,
    mapping: MappingFile = None,
    earlier: EarlierFile = None,
    identity: IdentityColumns = None,
    by_content: Annotated[
        bool, typer.Option("--by-content", help="No column names a row: compare rows by their content alone.")
    ] = False,
    date: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column with the date of a row; else one that is called so.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Count only rows dated no earlier.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Count only rows dated no later.")] = None,
    ignore: Ignored = None,
    encoding: Encoding = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="Sheet of the workbooks; else the first.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write it as a page.")] = None,
    xlsx: Workbook = None,
    kept: Keep = None,
    profiles: KeepProfiles = None,
    answers: KeepAnswers = None,
    party: KeepAs = None,
    as_json: Json = False,
) -> None:
    """Compare two issues of one table, or, with --by, two parties' tables of one flow.

    Two issues: rows unchanged, changed, new, late and gone. Columns are brought together by name; how a number or a day is
    written makes no difference. Two parties: where they agree, what is late, scope or unit, and who owes an answer.
    With --keep whoever reads them records both in a new programme, with the only key there is; what is another's as its report.

    Example: enduse compare list-october.csv list-november.csv --profile list.toml --keep store
    """
    with exit_on_error():
        import enduse
        from enduse.pages.issues_words import issues_words

        start, end = _day("--since", since), _day("--until", until)
        given: dict[str, object] = {
            "--id": identity,
            "--by-content": by_content,
            "--date": date,
            "--ignore": ignore,
            "--sheet": sheet,
            "--encoding": encoding,
        }
        _fit(given if by else {"--mapping": mapping, "--earlier": earlier}, by=by)
        keeping = Keeping.asked(kept, profiles, party, answers)
        if by:
            _registers(old, new, by, mapping, earlier, (start, end), html, xlsx, keeping, as_json=as_json)
            return
        with progress(localizer().say("comparing"), quiet=as_json):
            view = enduse.compare_issues(
                old,
                new,
                identity=identity or (),
                by_content=by_content,
                date=date or "",
                since=start,
                until=end,
                ignore=ignore or (),
                sheet=sheet or "",
                encoding=encoding or "",
            )
        made = keeping.keep(old, new, issues=True, quiet=as_json) if keeping else None
        _answer("issues", view, lambda words: issues_words(view, words), html, xlsx, made, as_json=as_json)


def _fit(given: dict[str, object], *, by: str | None) -> None:
    """Refuse options that belong to the other of the two comparisons."""
    wrong = [option for option, value in given.items() if value]
    if wrong:
        raise MalformedError("compare.not_with_by" if by else "compare.only_with_by", options=wrong)


def _registers(
    ours: Path,
    theirs: Path,
    terms: str,
    mapping: Path | None,
    earlier: Path | None,
    days: "tuple[dt.date | None, dt.date | None]",
    html: Path | None,
    xlsx: Path | None,
    keeping: "Keeping | None",
    *,
    as_json: bool,
) -> None:
    import enduse
    from enduse.pages.registers_words import registers_words

    by = tuple(dict.fromkeys(filter(None, (term.strip() for term in terms.split(",")))))
    if mapping is None or not mapping.exists():
        _draft(ours, theirs, by, mapping or Path(DRAFT), as_json=as_json)
        return
    with progress(localizer().say("comparing"), quiet=as_json):
        view = enduse.compare_registers(ours, theirs, by, mapping, earlier=earlier, since=days[0], until=days[1])
    names = (view.ours.party, view.theirs.party)
    made = keeping.keep(ours, theirs, issues=False, parties=names, quiet=as_json) if keeping else None
    _answer("registers", view, lambda words: registers_words(view, words), html, xlsx, made, as_json=as_json)


def _answer(
    kind: str,
    view: "IssuesView | RegistersView",
    word: "Callable[[Localizer], WordedComparison]",
    html: Path | None,
    xlsx: Path | None,
    made: "KeptTables | None",
    *,
    as_json: bool,
) -> None:
    _write(word, html, xlsx)
    if as_json:
        more = {} if made is None else {"kept": made.json()}
        print_json({"kind": kind, **{name: getattr(view, name) for name in view.__struct_fields__}, **more})
    else:
        _show(word, html, xlsx)
        if made is not None:
            made.show()
    if made is not None and made.refused:
        raise typer.Exit(DOES_NOT_HOLD)


def _draft(ours: Path, theirs: Path, by: tuple[str, ...], file: Path, *, as_json: bool) -> None:
    """Write a draft of the mapping, never over another."""
    import enduse

    if file.exists():
        raise ConflictError("compare.draft_there", source=str(file))
    words = localizer(marks=False)
    about: tuple[str, ...] = (
        words.say("What the two tables have in common. Check every line; then give this file back: --mapping FILE."),
        words.say(
            "A value as written = what it is called in common; others = what all are called that are not listed."
        ),
    )
    draft = enduse.propose_mapping(ours, theirs, by)
    if draft.startswith("# unit"):
        about = (
            *about,
            words.say("Rows are counted. To compare amounts fill in each … and take away the # before its lines."),
        )
    text = "".join(f"# {line}\n" for line in about) + draft
    file.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"kind": "draft", "mapping": str(file), "text": text})
    else:
        say_message(Message.of("compare.draft_written", file=str(file)))


def _day(option: str, text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise MalformedError("command.not_a_day", path=option, read=text) from error


def _write(word: "Callable[[Localizer], WordedComparison]", html: Path | None, xlsx: Path | None) -> None:
    if html is not None:
        from enduse.pages.comparison_html import write_comparison_page

        write_comparison_page(word, html, ("en", "ar"))
    if xlsx is not None:
        from enduse.pages.comparison import write_comparison

        words = localizer(marks=False)
        write_comparison(word(words), xlsx, words)


def _show(word: "Callable[[Localizer], WordedComparison]", html: Path | None, xlsx: Path | None) -> None:
    from enduse.pages.comparison import print_comparison

    words = localizer()
    print_comparison(word(words), console, words)
    if html is not None:
        console.print(Text("\n" + words.say("The same as a page: {file}", file=html)))
    if xlsx is not None:
        console.print(Text("\n" + words.say("All rows as a workbook: {file}", file=xlsx)))
