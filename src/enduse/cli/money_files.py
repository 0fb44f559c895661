"""``enduse money check``, ``copy``, ``merge`` and ``totals``: files of money in the open standards; no programme is needed."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

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
    print_json,
    print_json_rows,
    progress,
    say_problem,
    say_problems_by_kind,
)
from enduse.cli.screen import console
from enduse.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enduse import ContractingCheck, ContractingTotals, Copied, FtsTotals, IatiCheck, IatiTotals, ItemFinding

    FileCheck = IatiCheck | ContractingCheck

SHOWN: Final = 3
"""Findings of one kind that are shown with their place."""
_OFTEN: Final = 100
"""So many activities are read between two looks at the bar."""
_SCOPES: Final = 5
"""Emergencies and appeals that are shown."""

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of IATI (XML), OCDS or OC4IDS (JSON).")]
StandardFolder = Annotated[
    Path | None,
    typer.Option(
        "--standard", metavar="DIR", help="Folder with the published schemas and code lists; of IATI standard.json too."
    ),
]


def check(files: Files, standard: StandardFolder = None, as_json: Json = False) -> None:
    """Check files of IATI, OCDS and OC4IDS: what each item does not keep of the schema, the rules and the code lists.

    Every fault is told with its place and what to do; none of them stops the check. Files of any size are read one
    activity, release, record or project after the other. Leaves with exit code 1 when there is an error, not for warnings and advice.

    Example: enduse money check activities.xml --standard iati-2.03
    """
    with exit_on_error():
        held_against = enduse.Standard(standard) if standard else None
        checks = [enduse.check_file(path, held_against, datetime.now(UTC).date()) for path in files]
        if as_json:
            counts: Counter[str] = Counter()
            print_json_rows({}, "findings", _told(checks, counts, quiet=True))
        else:
            counts = _print_check(checks)
    raise typer.Exit(DOES_NOT_HOLD if counts["error"] else 0)


def _told(checks: "list[FileCheck]", counts: "Counter[str]", *, quiet: bool) -> "Iterator[dict[str, Any]]":
    """Give the findings of some files as rows for programs; at the end of each file what was read of it."""
    for one in checks:
        for finding in _found(one, quiet=quiet):
            counts[finding.severity] += 1
            yield {"file": str(one.file.path), **msgspec.structs.asdict(finding)}
        rules = [msgspec.structs.asdict(rule) for rule in one.rules]
        yield {
            "file": str(one.file.path),
            "read": one.items,
            "not_valid": one.flagged if "schemas" in one.parts else None,
            "held_against": one.parts,
            "rules": rules,
        }


def _found(one: "FileCheck", *, quiet: bool) -> "Iterator[ItemFinding]":
    """Give the findings of a file while a bar shows how many activities are read."""
    with progress(localizer().say("reading {file}", file=one.file.path.name), quiet=quiet) as step:
        for number, finding in enumerate(one.findings()):
            if not number % _OFTEN:
                step(one.items)
            yield finding


def _print_check(checks: "list[FileCheck]") -> "Counter[str]":
    words = localizer()
    counts: Counter[str] = Counter()
    for one in checks:
        kinds: Counter[tuple[str, ...]] = Counter()
        first: dict[tuple[str, ...], list[Problem]] = {}
        for finding in _found(one, quiet=False):
            counts[finding.severity] += 1
            values = finding.problem.values
            kind = (
                finding.severity,
                finding.problem.code,
                *(str(values[key]) for key in ("id", "named") if key in values),
            )
            kinds[kind] += 1
            if len(shown := first.setdefault(kind, [])) < SHOWN:
                where = " ".join(part for part in (finding.identifier, finding.problem.path) if part)
                shown.append(msgspec.structs.replace(finding.problem, path=where))
        console.print(Text(words.isolate(str(one.file.path)), style="bold"))
        console.print(Text(_read(one.file.kind, one.items)))
        if "schemas" in one.parts:
            console.print(
                Text(words.count("one is not valid by the schema", "{n} are not valid by the schema", one.flagged))
            )
        if one.parts:
            console.print(
                Text(words.say("held against: {parts}", parts=words.listed(map(words.term, one.parts))), style="dim")
            )
        elif one.unjudged:
            told = words.say(
                "Version {version} is held against nothing: its elements had other names.",
                version=words.isolate(one.unjudged),
            )
            console.print(Text(told, style="yellow"))
        else:
            told = words.say("Not held against the standard: name a folder with its files with --standard.")
            console.print(Text(told, style="yellow"))
        for kind, number in sorted(kinds.items(), key=lambda each: (each[0][0] != "error", each[0][0], -each[1])):
            severity = words.term(f"severity:{kind[0]}")
            for problem in first[kind]:
                say_problem(problem, style="bold red" if kind[0] == "error" else "yellow", label=severity)
            if number > SHOWN:
                more = words.count("and one more of this kind", "and {n} more of this kind", number - SHOWN)
                console.print(Text(more, style="dim"))
    return counts


def _read(kind: str, number: int) -> str:
    """Say how many items of a kind were read."""
    words = localizer()
    match kind:
        case "releases":
            return words.count("one release read", "{n} releases read", number)
        case "records":
            return words.count("one record read", "{n} records read", number)
        case "projects":
            return words.count("one project read", "{n} projects read", number)
        case "iati-organisations":
            return words.count("one organisation read", "{n} organisations read", number)
        case _:
            return words.count("one activity read", "{n} activities read", number)


def copy(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file of IATI, OCDS or OC4IDS.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="The copy; there may be none of this name yet.")],
    standard: StandardFolder = None,
    as_json: Json = False,
) -> None:
    """Copy a file of IATI, OCDS or OC4IDS without what cannot be read and, with --standard, without what is not valid.

    Everything else stays as it is: every element, attribute and text, and every letter of JSON. Leaves with exit code 1 where a part
    could not be read.

    Example: enduse money copy activities.xml --to valid.xml --standard iati-2.03
    """
    with exit_on_error():
        done = enduse.copy_file(source, to, enduse.Standard(standard) if standard else None)
    if as_json:
        print_json({"copied": done.items, "left_out": done.left_out, "faults": list(done.faults)})
        raise typer.Exit(_whole(not done.faults))
    words = localizer()
    if done.kind == "iati-activities":
        told = words.count("one activity copied", "{n} activities copied", done.items)
    else:
        told = words.count("one item copied", "{n} items copied", done.items)
    _print_copied(done, told)
    if done.left_out:
        told = words.count("one was left out: it is not valid", "{n} were left out: they are not valid", done.left_out)
        console.print(Text(told, style="yellow"))
    raise typer.Exit(_whole(not done.faults))


def merge(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file of releases of OCDS.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="The records; there may be none of this name yet.")],
    standard: Annotated[
        Path, typer.Option("--standard", metavar="DIR", help="Folder with the published schemas of OCDS.")
    ],
    as_json: Json = False,
) -> None:
    """Put the releases of each contracting process together: a record with its releases and what they say in the end.

    They are merged in the order of their dates, by the rules of the standard's schema. A process of which two different
    releases bear one identifier is told and left out. Leaves with exit code 1 where something was left out.

    Example: enduse money merge releases.json --to records.json --standard ocds-1.1
    """
    with exit_on_error():
        done = enduse.merge_releases(source, to, enduse.Standard(standard))
    if as_json:
        print_json({"records": done.items, "repeated": done.left_out, "faults": list(done.faults)})
        raise typer.Exit(_whole(not done.faults))
    words = localizer()
    _print_copied(done, words.count("one process merged", "{n} processes merged", done.items))
    if done.left_out:
        told = words.count("one release stood there twice", "{n} releases stood there twice", done.left_out)
        console.print(Text(told, style="dim"))
    raise typer.Exit(_whole(not done.faults))


def _whole(all_of_it: bool) -> int:
    """Return the exit code of what was read, or of what was read in part."""
    return 0 if all_of_it else DOES_NOT_HOLD


def _print_copied(done: "Copied", told: str) -> None:
    say_problems_by_kind(done.faults)
    console.print(Text(told))


def totals(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Files of IATI, or of OCDS and OC4IDS, or pages of one answer of OCHA's FTS."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Add up files of money by the rule of their standard, so that nothing counts twice.

    IATI: by publisher, type of transaction and currency; these are never added up, since what one paid another received.
    Budgets of organisations: by kind, period and currency.
    OCDS and OC4IDS: by buyer, step and currency; a process counts once, as its releases say together.
    OCHA's Financial Tracking Service: incoming funding without pledges and without what lies in other questions as well.

    Leaves with exit code 1 where a part could not be read or added up, or pages are lacking.

    Example: enduse money totals activities.xml
    """
    with exit_on_error():
        answer = enduse.file_totals(files)
    if isinstance(answer, enduse.FtsTotals):
        kind, whole = "fts", not answer.faults and answer.said <= answer.flows and answer.own in {None, answer.incoming}
    else:
        kind, whole = "iati" if isinstance(answer, enduse.IatiTotals) else "contracting", not answer.faults
    if as_json:
        print_json({kind: msgspec.structs.asdict(answer)})
    elif isinstance(answer, enduse.FtsTotals):
        _print_fts(answer)
    elif isinstance(answer, enduse.IatiTotals):
        _print_iati(answer)
    else:
        _print_contracting(answer)
    raise typer.Exit(_whole(whole))


def _print_contracting(answer: "ContractingTotals") -> None:
    words = localizer()
    say_problems_by_kind(answer.faults)
    told = [words.count("one item read", "{n} items read", answer.read)]
    if answer.processes:
        told.append(words.count("one contracting process", "{n} contracting processes", answer.processes))
    if answer.projects:
        told.append(words.count("one project", "{n} projects", answer.projects))
    console.print(Text(words.listed(told)))
    _print_repeated(answer.repeated)
    rows = Table.grid(padding=(0, 2))
    for one in answer.sums:
        counted = words.count("one value", "{n} values", one.count)
        rows.add_row(*_sum_cells(one.buyer, f"step:{one.step}", one.currency, one.amount, counted))
    console.print(rows)
    if answer.told_again:
        told_again = words.count(
            "of one contracting process a project tells what is told elsewhere too: it is counted once",
            "of {n} contracting processes projects tell what is told elsewhere too: they are counted once",
            answer.told_again,
        )
        console.print(Text(told_again, style="yellow"))
    if answer.not_in_force:
        told_void = words.count(
            "one award or contract is not in force and not counted",
            "{n} awards and contracts are not in force and not counted",
            answer.not_in_force,
        )
        console.print(Text(told_void, style="dim"))


def _print_repeated(repeated: int) -> None:
    if repeated:
        told = localizer().count(
            "one stood there before and is not counted", "{n} stood there before and are not counted", repeated
        )
        console.print(Text(told, style="yellow"))


def _sum_cells(who: str, step: str, currency: str, amount: Decimal, counted: str) -> tuple[Text, Text, Text, Text]:
    """Return a row of a table of sums: whose, of what, how much, and of how many."""
    words = localizer()
    return (
        Text(words.isolate(who), style="bold"),
        Text(words.term(step)),
        Text(words.isolate(f"{currency} {words.number(amount, 2)}".strip()), justify="right"),
        Text(counted, style="dim"),
    )


def _print_iati(answer: "IatiTotals") -> None:
    words = localizer()
    say_problems_by_kind(answer.faults)
    if answer.organisations:
        told = words.count("one organisation read", "{n} organisations read", answer.organisations)
        console.print(Text(told))
    if answer.activities or not answer.organisations:
        console.print(Text(words.count("one activity read", "{n} activities read", answer.activities)))
    _print_repeated(answer.repeated)
    say_problems_by_kind(answer.differing, style="yellow", label=words.term("severity:warning"))
    rows = Table.grid(padding=(0, 2))
    for budget in answer.budgets_of_all_years:
        whose = f"{budget.publisher} {budget.start}/{budget.end}"
        counted = words.count("one value", "{n} values", budget.count)
        rows.add_row(*_sum_cells(whose, f"budget:{budget.kind}", budget.currency, budget.amount, counted))
    for one in answer.sums:
        counted = words.count("one transaction", "{n} transactions", one.count)
        rows.add_row(*_sum_cells(one.publisher, f"iati:{one.type}", one.currency, one.amount, counted))
    console.print(rows)
    _print_scopes(answer)
    for links, text in (
        (
            answer.incoming,
            words.say(
                "came in: {named} of {all} name the giver's activity; {itself} of these name their own, and {found} another of these "
                "files",
                **_linked(answer.incoming),
            ),
        ),
        (
            answer.outgoing,
            words.say(
                "went out: {named} of {all} name the receiver's activity; {itself} of these name their own, and {found} another of "
                "these files",
                **_linked(answer.outgoing),
            ),
        ),
    ):
        if links.transactions:
            console.print(Text(text, style="dim"))


def _print_scopes(answer: "IatiTotals") -> None:
    """Say how many activities are humanitarian, and of which emergencies and appeals."""
    words = localizer()
    if answer.humanitarian:
        told = words.count("one activity is humanitarian", "{n} activities are humanitarian", answer.humanitarian)
        console.print(Text(told, style="dim"))
    rows = Table.grid(padding=(0, 2))
    for scope in answer.scopes[:_SCOPES]:
        counted = words.count("one activity", "{n} activities", scope.activities)
        rows.add_row(words.isolate(scope.code), Text(words.term(f"scope:{scope.type}")), Text(counted, style="dim"))
    if answer.scopes:
        console.print(rows)
    if len(answer.scopes) > _SCOPES:
        more = words.count("and one more", "and {n} more", len(answer.scopes) - _SCOPES)
        console.print(Text(more, style="dim"))


def _linked(links: Any) -> dict[str, str]:  # noqa: ANN401 - counts of links
    words = localizer()
    return {
        "named": words.number(links.named),
        "all": words.number(links.transactions),
        "itself": words.number(links.itself),
        "found": words.number(links.found),
    }


def _print_fts(answer: "FtsTotals") -> None:
    words = localizer()
    say_problems_by_kind(answer.faults)

    def dollars(amount: Any) -> str:  # noqa: ANN401 - a sum
        return words.isolate(f"USD {words.number(amount, 2)}")

    console.print(
        Text.assemble((dollars(answer.incoming), "bold"), " ", words.say("incoming funding, pledges left out"))
    )
    rows = Table.grid(padding=(0, 2))
    for text, amount in (
        (words.say("of it paid"), answer.paid),
        (words.say("of it committed"), answer.committed),
        (words.say("pledged beside it"), answer.pledged),
        (words.say("in other questions as well, not counted"), answer.shared),
        (words.say("moved within, not counted"), answer.internal),
        (words.say("went out"), answer.outgoing),
    ):
        rows.add_row(Text(text, style="dim"), Text(dollars(amount), justify="right"))
    console.print(rows)
    if answer.said > answer.flows + len(answer.faults):
        told = words.say(
            "The service says {said} flows; {flows} are in these files: name all pages.",
            said=words.number(answer.said),
            flows=words.number(answer.flows),
        )
        console.print(Text(told, style="yellow"))
    elif answer.own is not None:
        same = words.say("the service says the same") if answer.own == answer.incoming else ""
        told = same or words.say("the service itself says {amount}", amount=dollars(answer.own))
        console.print(Text(told, style="dim" if same else "yellow"))
    if answer.unlinked:
        told = words.count(
            "one flow is part of a flow not given here", "{n} flows are parts of flows not given here", answer.unlinked
        )
        console.print(Text(told, style="dim"))
