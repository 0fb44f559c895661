"""``enduse money reconcile`` and ``sample``: an account beside the record, and which payments to examine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    more_words,
    opened,
    print_json,
    say_problems_by_kind,
)
from enduse.cli.past import AsAt, AsKnown
from enduse.cli.screen import console
from enduse.cli.seeds import NewSeed, keep_seed, new_seed_bytes, read_seed
from enduse.errors import ConflictError, UnknownError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.announced import AnnouncedDraw
    from enduse.views.money_sample import MoneySample, SampleFindings
    from enduse.views.reconciling import AccountBalance, AccountMatch, Reconciliation
    from enduse.views.shapes import Figure

SHOWN: Final = 40
"""Lines of one kind that are shown to people; --json lists all."""

Written = Annotated[
    str, typer.Option(metavar="FORM", help="How numbers are written, where none tells: 1,234.5 or 1.234,5.")
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")]


def reconcile(
    folder: Folder,
    statement: Annotated[
        Path,
        typer.Argument(metavar="TABLE", help="Statement of account: CSV, XLSX, XLS or ODS, from a bank or a ledger."),
    ],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Whose account it is.")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="Currency of rows that name none.")] = "",
    days: Annotated[int, typer.Option(metavar="DAYS", help="Days by which both may differ on one payment.")] = 10,
    numbers: Written = "",
    dates: Annotated[
        str,
        typer.Option(metavar="ORDER", help="How days are written, where none tells: day-month-year, month-day-year."),
    ] = "",
    minus: Annotated[
        str,
        typer.Option(
            metavar="MEANING",
            help="What a minus among debits means, where only some have one: taken-back, usual or either.",
        ),
    ] = "",
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Set a statement of account beside the record's payments: what matches, and what stands on one side only.

    Rows match payments by number, by amount and day, or by an exact sum of several. In each currency opening balance and rows
    are the closing balance to the last unit, and what both sides tell ties. A difference is told as one, and is no loss: it may be late, of
    another account, or not said yet. A balance beside a row, or a total, that does not come out is told with its row. Leaves with exit
    code 1 where something stands on one side only or a balance or total does not come out.

    Example: enduse money reconcile demo bank.csv --as party:fund
    """
    with exit_on_error(), opened(folder) as programme:
        answer = programme.reconcile(
            statement, party, currency=currency, days=days, as_known=as_known, numbers=numbers, dates=dates, minus=minus
        )
        names = programme.names()
    if as_json:
        tied = {one.currency: one.tied for one in answer.balances}
        print_json({**msgspec.structs.asdict(answer), "tied": tied}, names)
    else:
        _print_account(answer, localizer(names))
    gaps = any(one.gap is not None and one.gap.amount for one in answer.balances)
    alike = not (
        answer.only_account or answer.only_record or answer.several or answer.problems or answer.wrong_sums or gaps
    )
    raise typer.Exit(0 if alike and not any(one.difference.amount for one in answer.matches) else DOES_NOT_HOLD)


def _print_account(answer: "Reconciliation", words: "Localizer") -> None:
    say_problems_by_kind(answer.problems)
    say_problems_by_kind(answer.wrong_sums)
    for note in answer.notes:
        console.print(Text(words.message(note), style="dim"))
    for one in answer.balances:
        _print_balance(one, words)
    told = words.count("one match", "{n} matches", len(answer.matches))
    console.print(Text(told, style="bold"))
    rows = Table.grid(padding=(0, 2))
    for match in answer.matches[:SHOWN]:
        rows.add_row(*_match_cells(match, words))
    console.print(rows)
    _more(len(answer.matches), words)
    _print_one_sided(answer, words)
    for several in answer.several:
        told = words.say(
            "{amount} would be matched by several sums of {parts}; which, nothing here tells",
            amount=words.exactly(several.figure),
            parts=words.number(several.parts),
        )
        where = words.say("row {row}", row=words.number(several.row)) if several.row else ""
        where = where or words.say("statement {entry}", entry=words.number(several.entry or 0))
        console.print(Text(f"{where}: {told}", style="yellow"))
    if answer.stopped:
        told = words.count(
            "one sum of several was not looked for to the end: too many might be meant",
            "{n} sums of several were not looked for to the end: too many might be meant",
            answer.stopped,
        )
        console.print(Text(told, style="yellow"))


def _print_balance(one: "AccountBalance", words: "Localizer") -> None:
    console.print(Text.assemble((words.isolate(one.currency), "bold"), f"  {words.isolate(f'{one.first}/{one.last}')}"))
    rows = Table.grid(padding=(0, 2))
    lines: tuple[tuple[str, Figure | None], ...] = (
        (words.say("opening balance"), one.opening),
        (words.say("came in"), one.came),
        (words.say("went out"), one.went),
        (words.say("fees"), one.fees),
        (words.say("closing balance"), one.closing),
    )
    for name, figure in lines:
        shown = words.say("not stated") if figure is None else words.exactly(figure)
        rows.add_row(Text(name, style="dim"), Text(shown, justify="right"))
    console.print(rows)
    if one.gap is None:
        told = words.say("A balance is not stated, so nobody can tell whether rows are lacking.")
        console.print(Text(told, style="yellow"))
    elif one.gap.amount:
        told = words.say(
            "The closing balance is {amount} beyond the opening one and all rows: rows are lacking or wrong.",
            amount=words.exactly(one.gap),
        )
        console.print(Text(told, style="yellow"))
    else:
        console.print(Text(words.say("opening balance and rows are the closing balance, to the last unit")))
    told = words.say(
        "beside it the record: {before} before, {after} after; only in the account {account}, only in the record {record}, "
        "differences {differences}, of other days {outside}",
        before=words.exactly(one.recorded_before),
        after=words.exactly(one.recorded_after),
        account=words.exactly(one.only_account),
        record=words.exactly(one.only_record),
        differences=words.exactly(one.differences),
        outside=words.exactly(one.outside),
    )
    console.print(Text(told))


def _match_cells(match: "AccountMatch", words: "Localizer") -> tuple[Text, Text, Text, Text]:
    ends = words.say(
        "rows {rows} and statements {entries}",
        rows=words.listed(map(words.number, match.rows)),
        entries=words.listed(map(words.number, match.entries)),
    )
    told = [words.term(f"match:{match.way}")]
    if match.days:
        told.append(words.count("a day apart", "{n} days apart", match.days))
    if match.difference.amount:
        told.append(words.say("the account tells {amount} beyond the record", amount=words.exactly(match.difference)))
    style = "yellow" if match.difference.amount else "dim"
    return (
        Text(ends),
        Text(words.exactly(match.figure), justify="right"),
        Text(words.listed(told), style=style),
        Text(""),
    )


def _print_one_sided(answer: "Reconciliation", words: "Localizer") -> None:
    rows = Table.grid(padding=(0, 2))
    for line in answer.only_account[:SHOWN]:
        what = words.say("a fee") if line.kind == "fee" else words.isolate(line.reference or line.text)
        day = words.isolate(str(line.day))
        rows.add_row(
            words.say("only in the account, row {row}", row=words.number(line.row)),
            day,
            Text(words.exactly(line.figure), justify="right"),
            Text(what),
        )
    for one in answer.only_record[:SHOWN]:
        rows.add_row(
            words.say("only in the record, statement {entry}", entry=words.number(one.entry)),
            words.isolate(str(one.day)),
            Text(words.exactly(one.figure), justify="right"),
            Text(words.listed([*map(words.isolate, one.names), *([words.name(one.other)] if one.other else [])])),
        )
    console.print(rows)
    _more(max(len(answer.only_account), len(answer.only_record)), words)


def _more(number: int, words: "Localizer") -> None:
    if number > SHOWN:
        console.print(more_words(number - SHOWN, words))


RootSize = Annotated[
    int | None,
    typer.Option(metavar="SIZE", help="Draw by the root of a checkpoint of so many statements, later than the list."),
]
PublicValue = Annotated[
    str | None, typer.Option(metavar="VALUE", help="Draw by a public value that was named before it was known.")
]
SeedFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Draw by this secret seed beside the root.")]
Announced = Annotated[
    bool,
    typer.Option("--announce", help="Draw nothing yet: say what to announce in the record before the seed is known."),
]


def sample(
    folder: Folder,
    size: Annotated[int | None, typer.Option(metavar="NUMBER", help="Payments to examine.")] = None,
    tolerable: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Or the error in all that would be borne; the size follows.")
    ] = None,
    expected: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Error in all that is looked for; none by default.")
    ] = None,
    risk: Annotated[
        str,
        typer.Option(metavar="SHARE", help="Chance of accepting more than that, at most; the limit holds so often."),
    ] = "0.05",
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Which, where several were spent.")] = None,
    root: RootSize = None,
    beacon: PublicValue = None,
    new_seed: NewSeed = None,
    seed_file: SeedFile = None,
    announce: Announced = False,
    examined: Annotated[
        Path | None, typer.Option(metavar="TABLE", help="What the payments should have been: the list, filled in.")
    ] = None,
    numbers: Written = "",
    to: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Where the list to fill in is written.")] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Draw the expenditures to examine, every unit of money with the same chance; all can check the draw.

    Announce first what will be drawn and by which seed (--announce): a public value whose name is known and which is not
    (--beacon NAME), or the root of a later checkpoint (--root), with a secret seed of your own (--new-seed), since whoever keeps the
    record could choose among roots. Then draw (--beacon "NAME: VALUE", or --root and --seed-file), and tell the seed: the same list, size
    and seed give the same draw to everybody, and it is told whether the record shows that it was announced before. Fill in what each payment should have been, and --examined tells the most that all payments may be overstated by (Stringer's
    limit). Leaves with exit code 1 where that is more than what is tolerable.

    Example: enduse money sample demo --as-known 1000 --tolerable 500000 --root 1100
    """
    with exit_on_error(), opened(folder) as programme:
        if to is not None and to.exists():
            raise ConflictError("link.file_taken", source=str(to))
        seed = _seed_of(new_seed, seed_file, announce=announce)
        answer = programme.money_sample(
            size=size,
            tolerable=tolerable,
            expected=expected,
            risk=risk,
            currency=currency,
            root=root,
            beacon=beacon,
            seed=seed,
            announce=announce,
            examined=examined,
            numbers=numbers,
            as_at=as_at,
            as_known=as_known,
        )
        names = programme.names()
        if to is not None:
            programme.write_sample(answer, to)
        if new_seed is not None and seed is not None:
            keep_seed(new_seed, seed)
    if as_json:
        print_json(msgspec.structs.asdict(answer), names)
    else:
        _print_sample(answer, localizer(names))
    within = answer.findings is None or answer.findings.within is not False
    raise typer.Exit(0 if within else DOES_NOT_HOLD)


def _seed_of(made: Path | None, file: Path | None, *, announce: bool) -> bytes | None:
    """Return the secret seed to draw with, if any; a new one is announced first and draws later."""
    if made is not None and (file is not None or not announce):
        raise UnknownError("plan.seed_not_committed")
    return new_seed_bytes() if made is not None else None if file is None else read_seed(file)


def _print_sample(answer: "MoneySample", words: "Localizer") -> None:
    told = words.say(
        "{payments} payments of {total}, in {size} statements",
        payments=words.number(answer.payments),
        total=words.exactly(answer.total),
        size=words.number(answer.size),
    )
    console.print(Text(told))
    rows = Table.grid(padding=(0, 2))
    for name, value in (
        (words.say("to examine"), words.number(answer.wanted)),
        (words.say("list"), answer.list),
        (words.say("root"), answer.root),
    ):
        rows.add_row(Text(name, style="dim"), Text(words.isolate(value)))
    if answer.rests_on:
        seed = (
            words.say("the root {value}", value=answer.value)
            if answer.rests_on == "root"
            else words.say("the root and the seed {value}", value=answer.value)
            if answer.rests_on == "root_and_seed"
            else words.say("the public value {value}", value=answer.value)
        )
        rows.add_row(Text(words.say("seed"), style="dim"), Text(seed))
    console.print(rows)
    if not answer.rests_on and answer.topic:
        if answer.commitment:
            console.print(Text(words.say("commitment {commitment}", commitment=answer.commitment)))
        console.print(Text(words.say("announce {topic}", topic=answer.topic)))
        told = words.say(
            "Nothing is drawn yet. Whoever draws undertakes it in the record before the seed is known: enduse say, the kind undertaking, with this as what it is about."
        )
        console.print(Text(told, style="yellow"))
        return
    if not answer.rests_on:
        told = words.say(
            "Nothing is drawn yet. Publish these lines, and what will be the seed: the root of a later checkpoint, or a public value."
        )
        console.print(Text(told, style="yellow"))
        return
    chosen = Table.grid(padding=(0, 2))
    for one in answer.chosen[:SHOWN]:
        chosen.add_row(
            words.say("statement {entry}", entry=words.number(one.entry)),
            words.isolate(one.name),
            Text(words.exactly(one.figure), justify="right"),
            Text(words.listed([words.name(name) for name in (one.payee, one.project) if name])),
            Text(words.term(f"sample:{one.why}"), style="dim"),
        )
    console.print(chosen)
    _more(len(answer.chosen), words)
    if answer.announced is not None:
        _print_announced(answer.announced, words, by_root=answer.rests_on != "beacon")
    else:
        told = words.say(
            "Everybody draws the same from these. That nobody tried several lists, sizes or seeds until a draw suited them, the record does not show: ask where these lines were published before the seed was known."
        )
        console.print(Text(told, style="yellow"))
    if answer.findings is not None:
        _print_findings(answer, answer.findings, words)


def _print_announced(one: "AnnouncedDraw", words: "Localizer", *, by_root: bool) -> None:
    told = words.say(
        "{party} announced just this draw in statement {entry}, recorded on {day}.",
        party=words.name(one.party),
        entry=words.number(one.entry),
        day=words.day(one.recorded),
    )
    console.print(Text(told))
    if not by_root:
        told = words.say("Ask whether the public value was known by then: the record does not show that.")
        console.print(Text(told, style="yellow"))
    if one.others:
        told = words.count(
            "It announced one other draw too: ask why this one is told.",
            "It announced {n} other draws too: ask why this one is told.",
            one.others,
        )
        console.print(Text(told, style="yellow"))


def _print_findings(answer: "MoneySample", found: "SampleFindings", words: "Localizer") -> None:
    told = words.count("one payment examined", "{n} payments examined", found.examined)
    console.print(Text(told, style="bold"))
    if found.open:
        told = words.count(
            "one is not examined yet, and counts as wholly wrong: statement {entries}",
            "{n} are not examined yet, and count as wholly wrong: statements {entries}",
            len(found.open),
            entries=words.listed(words.number(entry) for entry in found.open[:SHOWN]),
        )
        console.print(Text(told, style="yellow"))
    rows = Table.grid(padding=(0, 2))
    for name, figure in (
        (words.say("overstated in what is as large as a step"), found.known),
        (words.say("likely overstated in all"), found.likely),
        (words.say("overstated in all at most"), found.upper),
        (words.say("stated too low, in no limit"), found.understated),
    ):
        rows.add_row(Text(name, style="dim"), Text(words.exactly(figure), justify="right"))
    console.print(rows)
    told = words.say(
        "The limit is wrong at most {risk} of the times that such a sample is drawn.", risk=words.isolate(answer.risk)
    )
    console.print(Text(told, style="dim"))
    if found.within is not None and answer.tolerable is not None:
        text = (
            words.say("That is no more than the tolerable {amount}.", amount=words.exactly(answer.tolerable))
            if found.within
            else words.say("That is more than the tolerable {amount}.", amount=words.exactly(answer.tolerable))
        )
        console.print(Text(text, style="bold"))
