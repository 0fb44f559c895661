"""Questions to two tables, without a programme."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from enduse.api.given import Folder, as_path
from enduse.errors import ConflictError, MalformedError, Problem
from enduse.exchange.keeping import look_at_tables, plan_kept
from enduse.exchange.starting import Announce, StartedProgramme, check_free, start_planned
from enduse.exchange.tables.common_terms import load_terms, propose_terms, read_register, side_of
from enduse.exchange.tables.comparable import own_date, read_two_issues
from enduse.exchange.tables.proposing import propose
from enduse.exchange.tables.values import day_of
from enduse.exchange.template.reading import programme_sheets
from enduse.pages.catalogue import known
from enduse.pages.kept_words import kept_words
from enduse.pages.localizer import Localizer
from enduse.pages.remarks import write_remarks as remark
from enduse.views.issues import IssuesView
from enduse.views.issues import compare_issues as compared
from enduse.views.proposals import ProfileProposal
from enduse.views.register_comparison import compare_registers as registers_compared
from enduse.views.registers import RegisterQuestion, RegistersView, Side

IMPORTER: Final = "party:importer"
"""Who keeps a programme made of two tables, where nobody else is named."""


def compare_issues(
    old: Folder,
    new: Folder,
    *,
    identity: Sequence[str] = (),
    by_content: bool = False,
    date: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    ignore: Sequence[str] = (),
    sheet: str = "",
    encoding: str = "",
) -> IssuesView:
    """Return what became of a table from one issue to the next.

    Columns are brought together by name. White space, the way a number or a day is written, and the script of its
    digits make no difference.

    Args:
        old: the earlier issue: CSV, CSV in gzip, or XLSX.
        new: the later issue.
        identity: columns that name a row; else one that is called so (``id``, ``waybill``) and names each row once.
        by_content: compare rows by content alone, as two bags.
        date: the column of each row's own date; else one that is called so and holds days.
        since: look only at rows dated no earlier.
        until: look only at rows dated no later.
        ignore: columns that are not compared, beside those that only say when a row was edited.
        sheet: of workbooks; else the first that is not hidden.
        encoding: of CSVs that are not UTF-8: ``windows-1252``, ``windows-1255`` or ``windows-1256``.

    Raises:
        UnknownError: a file cannot be opened.
        MalformedError: a file is no table, lacks a column, shares none with the other, or an identity stands twice.
        ConflictError: both are the same file.
        LimitError: a table is too large.

    Example:
        >>> import enduse
        >>> found = enduse.compare_issues(
        ...     "examples/two-tables/list-october.csv", "examples/two-tables/list-november.csv"
        ... )
        >>> found.unchanged, found.changed, len(found.added), found.late, len(found.gone)
        (7, 2, 3, 1, 1)
    """
    for path in () if sheet else (old, new):
        if sheets := programme_sheets(Path(path)):  # its first sheet says how it is filled in: all have the same
            raise MalformedError("compare.name_a_sheet", source=Path(path).name, sheet=sheets[0])
    wanted = (date,) if date else ()
    tables = read_two_issues(
        Path(old),
        Path(new),
        identity=identity,
        by_content=by_content,
        wanted=wanted,
        ignored=ignore,
        sheet=sheet,
        encoding=encoding,
    )
    column = own_date(tables, date)
    return compared(*tables, day_of=day_of, date_column=column, since=since, until=until)


def propose_profile(
    table: Folder, answers: Mapping[str, str] | None = None, *, sheet: str = "", encoding: str = ""
) -> ProfileProposal:
    """Look at a table and propose how it is read.

    Args:
        table: CSV or workbook.
        answers: to what cannot be told by looking, by the keys of its questions: ``what``, ``party``, ``dates``, ``numbers``,
            ``zone``, and for each field its column, or what holds for every row. ``header`` names its rows, such as ``5-6``.
        sheet: of a workbook; else the first that is not hidden.
        encoding: of a text; else found by looking.

    Raises:
        UnknownError: there is no such file.
        MalformedError: it is no table, an answer is none, or the table says too little for what it is to tell.
        LimitError: it is too large.

    Example:
        >>> import enduse
        >>> asked = enduse.propose_profile("examples/two-tables/list-october.csv")
        >>> [question.key for question in asked.questions]
        ['what', 'party']
        >>> found = enduse.propose_profile(
        ...     "examples/two-tables/list-october.csv", {"what": "claim", "party": "party:red-hill", "words": "Goods"}
        ... )
        >>> found.rows, found.refused
        (10, 0)
    """
    return propose(Path(table), answers or {}, sheet=sheet, encoding=encoding)


def write_remarks(
    table: Folder,
    out: Folder,
    problems: Iterable[Problem],
    *,
    profile: Folder | None = None,
    language: str = "en",
) -> int:
    """Write a table back with one column more, in which each row at fault says what is wrong and what to do about it.

    Args:
        table: as it was read.
        out: a CSV or XLSX, by its suffix; rows and columns stay where they are.
        problems: of its rows, such as ``ImportResult.problems``.
        profile: how it was read: a shipped profile's name, or a file of one's own.
        language: of the remarks.

    Returns:
        How many rows have a remark.

    Raises:
        MalformedError: the suffix is neither, or the table cannot be read.
        MissingExtraError: the extra ``reports`` is not installed.
    """
    return remark(Path(table), Path(out), problems, Localizer(language, {}), None if profile is None else str(profile))


def propose_mapping(ours: Folder, theirs: Folder, by: Sequence[str]) -> str:
    """Return a draft of how two parties' tables are brought to common terms, as TOML for a person to check.

    Args:
        ours: one party's table.
        theirs: the other's.
        by: terms by which they are to be compared, such as ``place``, ``month``, ``item``.

    Raises:
        EnduseError: a table cannot be read.

    Example:
        >>> import enduse
        >>> draft = enduse.propose_mapping(
        ...     "examples/two-tables/list-november.csv", "examples/two-tables/haulier.csv", ["place", "month", "item"]
        ... )
        >>> [line for line in draft.splitlines() if line.startswith("column")]
        ['column = "crossing"', 'column = "item"', 'column = "Gate"', 'column = "Goods"']
    """
    return propose_terms(Path(ours), Path(theirs), by)


def compare_registers(
    ours: Folder,
    theirs: Folder,
    by: Sequence[str],
    mapping: Folder,
    *,
    earlier: Folder | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> RegistersView:
    """Return two parties' tables of one flow side by side, in common terms.

    Args:
        ours: one party's table: CSV, CSV in gzip, or XLSX.
        theirs: the other's.
        by: terms of the mapping, and of ``day``, ``month``, ``year`` and ``period``.
        mapping: a TOML file (see :func:`propose_mapping`), which a person has checked.
        earlier: an earlier issue of one of the two, to tell what came late.
        since: look only at rows dated no earlier.
        until: look only at rows dated no later.

    Raises:
        UnknownError: a file cannot be opened.
        MalformedError: a file is no table or no mapping, or a column or term is not there.
        ConflictError: a file is given twice.
        LimitError: a table is too large.

    Example:
        >>> import enduse
        >>> found = enduse.compare_registers(
        ...     "examples/two-tables/list-november.csv",
        ...     "examples/two-tables/haulier.csv",
        ...     ["place", "month", "item"],
        ...     "examples/two-tables/mapping.toml",
        ... )
        >>> found.total.ours, found.total.theirs, [(value.value, value.rows) for value in found.scope]
        (12, 13, [('Sea landing', 2)])
    """
    terms = load_terms(Path(mapping), by)
    registers = [
        read_register(Path(path), party, terms) for path, party in ((ours, terms.ours), (theirs, terms.theirs))
    ]
    before = None
    side: Side = "theirs"
    if earlier is not None:
        side = side_of(Path(earlier), terms)
        before = read_register(Path(earlier), terms.ours if side == "ours" else terms.theirs, terms)
    known: dict[str, str] = {}
    for register in (*registers, *([before] if before is not None else [])):
        if register.sha256 in known:
            raise ConflictError("compare.same_file", source=register.name, other=known[register.sha256])
        known[register.sha256] = register.name
    question = RegisterQuestion(
        by=tuple(by), unit=terms.unit, periods=terms.periods, since=since, until=until, remarks=terms.remarks
    )
    return registers_compared(question, registers[0], registers[1], earlier=before, earlier_of=side)


def keep_tables(
    folder: Folder,
    first: Folder,
    second: Folder,
    profiles: Sequence[Folder],
    *,
    issues: bool,
    keeper: str = IMPORTER,
    parties: Sequence[str] = (),
    announce: Announce | None = None,
    language: str = "en",
) -> StartedProgramme:
    """Start a programme from two tables that were compared: all they say, as read by whoever keeps the programme.

    Nobody signs for another: the keeper's is the only key, and it says on its own word whose table each is, with the
    table's digest. Rows of a table that is not the keeper's own count as reports of the party that they name.

    Args:
        folder: to make; it appears only when all of it is recorded.
        first: the earlier issue, or one party's table.
        second: the later issue, or the other party's table.
        profiles: how they are read: one for two issues, one each for two parties; each names whose table it is.
        issues: two issues of one table; else the tables of two parties.
        keeper: who reads them and keeps the programme.
        parties: names of the parties, in the order of the tables; else taken from their identifiers.
        announce: told the name of each table as it is begun; gives a function that is told how many rows are done.
        language: in which the programme's own words are written.

    Raises:
        ConflictError: something is in the folder already, the tables are not two parties', or both tell what came in.
        MalformedError: a profile lacks, names no party, or a row would become the keeper's own word.
        EnduseError: a table cannot be read, or leaves something open that must be asked.

    Example:
        >>> import enduse, pathlib
        >>> found = enduse.propose_profile(
        ...     "examples/two-tables/list-october.csv",
        ...     {"what": "receipt", "party": "party:store", "to": "party:store"},
        ... )
        >>> written = pathlib.Path("list.toml").write_text(found.profile, encoding="utf-8")
        >>> kept = enduse.keep_tables(
        ...     "store",
        ...     "examples/two-tables/list-october.csv",
        ...     "examples/two-tables/list-november.csv",
        ...     ["list.toml"],
        ...     issues=True,
        ... )
        >>> kept.parties, [result.accepted for result in kept.imports.values()]
        (('party:importer',), [10, 4])
    """
    where, words = as_path(folder), Localizer(known(language), {})
    check_free(where)
    looked = look_at_tables(
        [as_path(first), as_path(second)], [str(as_path(each)) for each in profiles], keeper, issues=issues
    )
    plan = plan_kept(where, looked, keeper, kept_words(looked, parties, words), issues=issues)
    return start_planned(where, plan, (keeper,), announce)
