"""``enduse demo``: the whole way in one command, on an invented programme with a planted loss."""

import shutil
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from enduse.cli.output import Json, exit_on_error, print_json, progress
from enduse.cli.screen import console, escape
from enduse.errors import ConflictError, RecordError

if TYPE_CHECKING:
    from enduse.book.book import Book
    from enduse.record.verify import Report

MARK: Final = "INVENTED.txt"
MARK_TEXT: Final = "Everything in this folder is invented: parties, places, goods, losses. Made by `enduse demo`, which may replace it.\n"


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
        from enduse.pages import html as _reports  # noqa: F401 - says what to install before anything is built

        _clear(into)
        book = _build(into, seed, quiet=as_json)
        with book:
            result = _tell(book, into, quiet=as_json)
    if as_json:
        print_json(result)
    else:
        console.print(f"\nReport: [bold]{escape(result['report'])}[/]   ({time.monotonic() - started:.1f} s)")


def _clear(folder: Path) -> None:
    """Make way: an empty or missing folder, or an earlier demo, which says so itself."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise ConflictError(
                "the folder holds something that is no demo", source=str(folder), remedy="name another with --into"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")


def _build(folder: Path, seed: int, *, quiet: bool) -> "Book":
    """Record the simulation as its parties said it, batch by batch."""
    from enduse.book import keys
    from enduse.book.book import Book
    from enduse.book.intake import Intake
    from enduse.record.log import Log
    from enduse.simulate.demo import build
    from enduse.terms.ed25519 import SigningKey

    play = build(seed)
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    for party, key in play.keys.items():
        keys.save(folder, party, key)
    with (
        Intake(Book.open(folder, log=log)) as intake,
        progress("recording", sum(len(batch.envelopes) for batch in play.batches), quiet=quiet) as step,
    ):
        done = 0
        for batch in play.batches:
            for taken in intake.record(batch.envelopes, batch.recorded_at):
                if taken.problem is not None and taken.outcome == "refused":
                    raise RecordError(f"the demo refused its own statement: {taken.problem}", source=str(folder))
            done += len(batch.envelopes)
            step(done)
    return Book.open(folder)


def _tell(book: "Book", folder: Path, *, quiet: bool) -> dict[str, object]:
    from enduse.pages.html import write_report
    from enduse.pages.terminal import print_report
    from enduse.record.verify import verify
    from enduse.statements.keyring import Keyring
    from enduse.terms.amounts import shown
    from enduse.views.report import build_report

    audit = verify(folder, examine=Keyring().examine)
    changed, index = _changed_byte(folder)
    report = build_report(book)
    page = write_report(report, folder / "report.html")
    if not quiet:
        print_report(report, console)
        mark = "[green]holds[/]" if audit.ok else "[red]does not hold[/]"
        console.print(f"\nChecked {audit.size:,} statements, hash by hash and signature by signature: {mark}.")
        caught = "[green]found at once[/]" if not changed.ok else "[red]NOT found[/]"
        console.print(f"Then one byte of statement {index} was changed in a copy: {caught}.")
        for problem in changed.problems[:1]:
            console.print(f"  {problem}", markup=False, style="dim")
    return {
        "folder": str(folder),
        "record": {
            "ok": audit.ok,
            "size": audit.size,
            "root": audit.root.hex(),
            "checkpoint": audit.checkpoint.decode(),
            "changed_byte_detected": not changed.ok,
        },
        "balances": [
            {"account": account, "resource": resource, "amount": str(amount), "shown": shown(amount, resource)}
            for account, held in sorted(book.ledger.balances.items())
            for resource, amount in sorted(held.items())
        ],
        "findings": _findings(book),
        "tranches": [
            {
                "tranche": tranche.tranche,
                "project": tranche.project,
                "amount": tranche.amount,
                "status": tranche.status,
                "condition": tranche.verdict.value,
                "because": tranche.verdict.sentence_en,
                "evidence": tranche.verdict.evidence,
            }
            for tranche in book.tranches()
        ],
        "report": str(page),
        "book": book.digest(),
    }


def _findings(book: "Book") -> list[dict[str, object]]:
    """Return what is missing beyond measurement error, and what was found to have gone elsewhere."""
    from enduse.book.assure import differences
    from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
    from enduse.terms.amounts import shown

    found: list[dict[str, object]] = [
        {
            "what": "unaccounted",
            "owner": item.owner,
            "item": item.item,
            "resource": item.resource,
            "amount": str(item.amount),
            "shown": shown(item.amount, item.resource),
            "interval": [str(item.interval.lower), str(item.interval.upper)],
            "p_value": item.p_value,
            "status": "open",
        }
        for item in differences(book)
        if item.missing
    ]
    for account, held in sorted(book.ledger.balances.items()):
        if class_of(account) in OUTCOMES:
            found += [
                {
                    "what": class_of(account),
                    "owner": owner_of(account),
                    "item": item_of(account),
                    "resource": resource,
                    "amount": str(amount),
                    "shown": shown(amount, resource),
                    "status": "found",
                }
                for resource, amount in sorted(held.items())
            ]
    return found


def _changed_byte(folder: Path) -> "tuple[Report, int]":
    """Change one byte of one recorded statement in a copy, as somebody with the database could, and audit the copy."""
    from enduse.record.verify import verify
    from enduse.statements.keyring import Keyring

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("keys", "book.db*"))
        database = sqlite3.connect(copy / "record.db")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        rows = database.execute("SELECT count(*) FROM entry").fetchone()[0]
        index = rows // 2
        raw = bytearray(database.execute("SELECT entry FROM entry WHERE idx = ?", (index,)).fetchone()[0])
        raw[len(raw) // 2] ^= 1
        database.execute("UPDATE entry SET entry = ? WHERE idx = ?", (bytes(raw), index))
        database.commit()
        database.close()
        return verify(copy, examine=Keyring().examine), index
