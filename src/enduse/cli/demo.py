"""``enduse demo``: the whole way in one command, on an invented programme with a planted loss."""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

import enduse
from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json, progress
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.operators import AuditReport
    from enduse.pages.localizer import Localizer
    from enduse.views.answers import Report
    from enduse.views.shapes import Figure


def demo(
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where to build the programme.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed plays another half year.", min=0)] = 1,
    as_json: Json = False,
) -> None:
    """Build an invented programme, find what was diverted in it, tell the story, write the report.

    Half a year of pledges, purchases, lorries, warehouses and building sites is signed by some twenty invented
    parties, recorded, followed and judged. One consignment loses 20 of its 100 tonnes on the way, and 10 of the
    rest are not used for what they were meant for. Then one byte of a copy is changed, to see whether it shows.

    Example: enduse demo --into demo
    """
    started = time.monotonic()
    with exit_on_error():
        from enduse.pages.html import write_report  # says what to install before anything is built
        from enduse.pages.terminal import print_report

        with progress(localizer().say("recording"), quiet=as_json) as step:
            enduse.demo.build(into, seed, step)
        with opened(into) as programme:
            audit, tampered, report = programme.verify(), enduse.demo.tamper(into), programme.report()
            balances, digest = programme.balances(), programme.digest()
        page = write_report(report, into / "report.html")
    words = localizer(report.names)
    if not as_json:
        print_report(report, console, words)
        _print_audits(audit, tampered, words)
        seconds = words.number(Decimal(str(round(time.monotonic() - started, 1))))
        console.print(Text("\n" + words.say("Report: {file} ({seconds} s)", file=page, seconds=seconds)))
        return
    plain = localizer(report.names, marks=False)
    print_json(
        {
            "folder": str(into),
            "record": {
                "ok": audit.ok,
                "size": audit.size,
                "root": audit.root.hex(),
                "checkpoint": audit.checkpoint.decode(),
                "changed_byte_detected": not tampered.audit.ok,
            },
            "balances": [{"account": balance.account, **_shown(balance.figure, plain)} for balance in balances],
            "findings": list(_findings(report, plain)),
            "tranches": report.tranches,
            "report": str(page),
            "book": digest,
        },
        report.names,
    )


def _print_audits(audit: "AuditReport", tampered: "enduse.demo.Tampering", words: "Localizer") -> None:
    """Print whether the record holds, and whether a changed byte of a copy showed."""
    told = words.count(
        "Checked {n} statement, hash by hash and signature by signature:",
        "Checked {n} statements, hash by hash and signature by signature:",
        audit.size,
    )
    holds = (words.say("it holds"), "green") if audit.ok else (words.say("it does not hold"), "red")
    console.print(Text.assemble("\n", told, " ", holds, "."))
    told = words.say("Then one byte of statement {entry} was changed in a copy:", entry=tampered.entry)
    caught = (words.say("NOT found"), "red") if tampered.audit.ok else (words.say("found at once"), "green")
    console.print(Text.assemble(told, " ", caught, "."))
    for problem in tampered.audit.problems[:1]:
        console.print(Text(f"  {words.message(problem.told)}", style="dim"))


def _shown(figure: "Figure", words: "Localizer") -> dict[str, Any]:
    return {
        "resource": figure.resource,
        "amount": str(figure.amount),
        "shown": words.amount(figure.amount, figure.resource),
    }


def _findings(report: "Report", words: "Localizer") -> Iterator[dict[str, Any]]:
    """Give what is missing beyond measurement error, and what was found to have gone elsewhere."""
    for lost in report.missing:
        if lost.judgement != "within_error":
            about = {"what": "unaccounted", "owner": lost.owner, "item": lost.item, "status": "open"}
            yield {**about, **_shown(lost.figure, words), "interval": [str(lost.lower), str(lost.upper)]}
    for finding in report.findings:
        for part in finding.moved:
            about = {"what": part.outcome, "owner": part.owner, "item": part.item, "status": "found"}
            yield {**about, **_shown(part.figure, words), "finding": finding.finding}
