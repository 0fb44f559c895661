"""``enduse record``: check the log that keeps every statement, prove from it, publish it."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

import enduse
from enduse.cli import compare
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    print_json,
    progress,
    say_message,
    say_problem,
)
from enduse.cli.screen import console
from enduse.errors import EnduseError, Problem, UnknownError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse import CheckedDocuments
    from enduse.operators import AuditReport, Policy, Publication, Trust, Watch
    from enduse.pages.localizer import Localizer

INDEX_DIGITS: Final = 18
WORKERS_MAX: Final = 4
"""One process follows the entries in their order; a few others keep it busy."""
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="Whose cosignatures you ask for (C2SP tlog-policy).")]
KeyFile = Annotated[Path | None, typer.Option("--key", help="The log's public key, such as log.vkey of a programme.")]


def verify(
    source: Annotated[
        str, typer.Argument(help="Folder of a programme, URL of its tiles, or a proof file.", metavar="DIR|URL|FILE")
    ],
    policy: PolicyFile = None,
    key: KeyFile = None,
    max_age: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How old the cosignatures may be, such as 36h or 7d.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute every hash, signature and running number, and compare with the signed checkpoint.

    Of a programme, the record is folded anew too, and the book beside it compared, value by value: what every other command
    shows. Leaves with exit code 1 and names the entry when a single byte differs. Says who else has signed the checkpoint, and
    when: without anybody, whoever keeps the record could still rewrite all of it unseen. A proof file (see `record
    prove`) is checked with no network. What you give with --key or --policy is trusted and nothing else; a URL and a proof file need
    one of them. A party's own gaps are told, and do not count against the record; so are missing photos and papers.

    Example: enduse record verify demo --key my-copy-of.vkey
    """
    with exit_on_error():
        from enduse.operators import parse_span, read_trust, verify_record

        most = None if max_age is None else parse_span(max_age)
        if not source:
            raise UnknownError("record.nowhere")
        trust = read_trust(key, policy)
        if "://" not in source and Path(source).is_file():
            _verify_proof(Path(source), trust, most, as_json=as_json)
            return
        with progress(localizer().say("checking"), quiet=as_json) as step:
            workers = min(WORKERS_MAX, os.cpu_count() or 1)
            report = verify_record(source, trust, max_age=most, progress=lambda done, _all: step(done), workers=workers)
        _know_names(source, report)
        lies_beside = report.compared is not None or ("://" not in source and enduse.is_mirror(Path(source)))
        beside = enduse.check_documents(source) if report.ok and lies_beside else None
    changed = () if beside is None else beside.changed
    if as_json:
        print_json(
            {
                "ok": report.ok and not changed,
                "documents": None if beside is None else beside.counts,
                "key_given": trust.given,
                "changed": report.changed,
                "size": report.size,
                "root": report.root.hex(),
                "checkpoint": report.checkpoint.decode("utf-8", "replace"),
                "problems": [*report.problems, *changed],
                **_watch(report.watch),
                "clock": report.clock,
                "unpublished": report.unpublished,
                "book_compared_at": report.compared,
                "incomplete": report.incomplete,
                "keys": report.keys,
            }
        )
    else:
        _say_verified(report, trust)
        _say_aside(report, beside)
    if changed or not report.ok:
        raise typer.Exit(DOES_NOT_HOLD)


def _know_names(source: str, report: "AuditReport") -> None:
    """Let what is said of keys name the parties as the book beside the record does; the audit is done by then."""
    if report.keys and report.compared is not None:
        with suppress(EnduseError), enduse.open(source) as programme:
            localizer(programme.names())


def _say_verified(report: "AuditReport", trust: "Trust") -> None:
    if report.ok:
        _say_holds(report)
        key_from = Message.of("record.key_given" if trust.given else "record.key_of_folder")
        say_message(key_from, style="dim" if trust.given else "yellow")
        return
    if report.changed is not None:
        say_message(report.changed, style="bold red", aside=True)
    for problem in report.problems:
        say_problem(problem)


def _say_aside(report: "AuditReport", beside: "CheckedDocuments | None") -> None:
    """Say what is no fault of a record: how its clock lies, what its parties' own numbers lack, how documents stand."""
    for told in report.clock:
        say_message(told, style="yellow")
    for problem in report.incomplete:
        say_problem(problem, style="yellow")
    for told in () if beside is None else beside.told:
        say_message(told, style="yellow" if told.code == "document.missing" else "")
    for problem in () if beside is None else beside.changed:
        say_problem(problem)


def _say_holds(report: "AuditReport") -> None:
    words = localizer()
    say_message(Message.of("record.holds", n=report.size), label=_holds(words))
    console.print(Text(words.say("root {root}", root=report.root.hex()), style="dim"))
    if report.compared is not None:
        say_message(Message.of("book.agrees", n=report.compared))
    if report.unpublished:
        say_message(Message.of("record.unpublished", n=report.unpublished), style="yellow")
    _say_watch(report.watch)
    for pending in report.keys:
        say_message(pending, style="yellow")


def _watch(watch: "Watch") -> dict[str, object]:
    return {
        "cosigned": {each.name: each.time for each in watch.cosigned},
        "cosigned_since": watch.since,
        "cosigners_named_by_reader": watch.by_reader,
        "signed_by_unknown": watch.unknown,
    }


def _say_watch(watch: "Watch") -> None:
    """Say who else has signed, when, and how long ago that is; with nobody, what that means."""
    now = datetime.now(UTC)
    for each in watch.cosigned:
        if each.at is None:
            say_message(Message.of("record.cosigned_unlikely", witness=each.name, seconds=each.time), style="yellow")
            continue
        hours = max(0, (now - each.at) // timedelta(hours=1))
        if hours == 0:
            say_message(Message.of("record.cosigned_lately", witness=each.name, at=each.at))
            continue
        say_message(Message.of("record.cosigned", witness=each.name, at=each.at, n=hours))
    if watch.cosigned and not watch.by_reader:
        say_message(Message.of("record.cosigners_named_here"), style="yellow")
    if watch.unknown:
        say_message(Message.of("record.signed_by_unknown", names=watch.unknown), style="yellow")
    if not watch.cosigned and not watch.unknown:
        say_message(Message.of("record.nobody_watches"), style="yellow")


def _holds(words: "Localizer") -> Text:
    return Text(words.say("holds") + "  ", style="bold green")


def _verify_proof(file: Path, trust: "Trust", max_age: timedelta | None, *, as_json: bool) -> None:
    from enduse.operators import check_proof, read_given

    if not trust.given:
        raise UnknownError("record.proof_needs_key", source=str(file))
    problems: list[Problem] = []
    try:
        proved = check_proof(read_given(file, "proof"), trust, max_age=max_age)
    except EnduseError as error:
        problems = [error.at(str(file))]
    if problems:
        if as_json:
            print_json({"ok": False, "problems": problems})
        for problem in problems:
            say_problem(problem)
        raise typer.Exit(DOES_NOT_HOLD)
    head = proved.signed.checkpoint
    statement = proved.statement
    if as_json:
        print_json(
            {
                "ok": True,
                "index": proved.index,
                "size": head.size,
                "root": head.root.hex(),
                "origin": head.origin,
                "statement": proved.payload,
                **_watch(proved.watch),
                "problems": [],
            }
        )
    else:
        words = localizer()
        told = words.say(
            "entry {index} of {size} in {origin}: {kind} by {party}, {day}",
            index=words.number(proved.index),
            size=words.number(head.size),
            origin=head.origin,
            kind=words.term(proved.kind, "act"),
            party=statement.party,
            day=words.moment(statement.occurred_at.isoformat()),
        )
        console.print(Text.assemble(_holds(words), told))
        _say_watch(proved.watch)


def prove(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Log index or identifier of a statement.")],
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the proof.")] = Path("statement.tlog-proof"),
    as_json: Json = False,
) -> None:
    """Write one file that proves to anybody with the log's key that a statement was recorded, with no network.

    Example: enduse record prove demo 761 --to dispatch.tlog-proof
    """
    with exit_on_error():
        from enduse.operators import prove as prove_entry

        which = int(name) if name.isdecimal() and len(name) <= INDEX_DIGITS else _identifier(name)
        data = prove_entry(folder, which)
        to.write_bytes(data)
    if as_json:
        print_json({"file": str(to), "bytes": len(data)})
    else:
        command = f"enduse record verify {to} --key {folder / 'log.vkey'}"
        console.print(Text(localizer().say("{file}: check it with {command}", file=to, command=command)))


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Whose cosignatures are needed from now on (C2SP tlog-policy); kept in DIR."),
    ] = None,
    cosignatures: Annotated[
        list[Path] | None,
        typer.Option("--cosignature", metavar="FILE", help="A cosignature that a witness has sent. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Publish everything recorded: tiles, then the checkpoint, once the policy's cosigners have signed.

    The policy is kept with the programme and obeyed by every command that publishes. Leaves with exit code 1 while
    cosignatures are missing, and says whose; what was published before still stands.

    Example: enduse record publish demo --policy witnesses.policy
    """
    with exit_on_error():
        from enduse.operators import publish as publish_record

        found = publish_record(folder, _policy(policy), cosignatures or ())
    if as_json:
        print_json(
            {
                "published": found.published,
                "size": found.size,
                "root": found.root.hex(),
                "cosigned": found.cosigned,
                "waits_for": found.waits_for,
                "problems": found.problems,
            }
        )
    else:
        _say_published(found)
    if not found.published:
        raise typer.Exit(DOES_NOT_HOLD)


def _say_published(found: "Publication") -> None:
    words = localizer()
    if found.published:
        told = words.count("{n} statement published", "{n} statements published", found.size)
        if found.cosigned:
            told += words.say(", cosigned by {names}", names=words.listed(map(words.isolate, found.cosigned)))
        console.print(Text(told))
        if not found.cosigned:
            say_message(Message.of("record.signed_alone"), style="yellow")
        return
    elsewhere = any(each.code == "record.waits_for_log_key" for each in found.waits_for)
    waits = "record.published_elsewhere" if elsewhere else "record.waits_for_cosigners"
    say_message(Message.of(waits, waits=found.waits_for), style="yellow")
    for problem in found.problems:
        say_problem(problem, style="yellow")


def card(
    source: Annotated[
        str, typer.Argument(metavar="DIR|URL", help="Folder of the programme; with --check, any copy or its URL.")
    ],
    to: Annotated[Path, typer.Option(metavar="FILE.html", help="Where to write the page.")] = Path("checkpoint.html"),
    policy: PolicyFile = None,
    check: Annotated[
        str | None,
        typer.Option(metavar="CARD", help="Check the record against a card: its page, or the digits on the paper."),
    ] = None,
    key: KeyFile = None,
    as_json: Json = False,
) -> None:
    """Write a page to print that carries the published checkpoint as a QR code: a paper witness. Or check one.

    With --check nothing is written: the card that somebody kept is held against the record as it is now, which may have
    grown since. Leaves with exit code 1 where it does not agree; a page of what the log has signed then makes evidence.

    Example: enduse record card demo --to checkpoint.html
    """
    with exit_on_error():
        from enduse.operators import check_card, printed_card, read_trust

        if check is not None:
            found = check_card(source, check, read_trust(key, policy))
        else:
            to.write_text(printed_card(Path(source), read_trust(key, policy)), encoding="utf-8")
    if check is not None:
        compare.show_comparison(found, Path("evidence.json"), as_json=as_json)
        return
    if as_json:
        print_json({"file": str(to)})
    else:
        console.print(Text(localizer().say("{file}: print it, date it, keep it", file=to)))


def fingerprint(
    source: Annotated[
        str, typer.Argument(metavar="DIR|URL", help="The record: a folder, a mirror, or the URL of its tiles.")
    ],
    size: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Of the first N entries, where the other copy is shorter.")
    ] = None,
    check: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Compare with what somebody read out, size first.")
    ] = None,
    policy: PolicyFile = None,
    key: KeyFile = None,
    as_json: Json = False,
) -> None:
    """Print the record's size and 40 digits, to be read over the telephone: two who read the same hold the same record.

    The digits carry 132 bits. They are no signature: who reads something else knows that the records differ, and asks for
    a checkpoint or a card, which convict.

    Example: enduse record fingerprint demo
    """
    with exit_on_error():
        from enduse.operators import FINGERPRINT_BITS, check_card, read_fingerprint, read_trust

        trust = read_trust(key, policy)
        found = None if check is None else check_card(source, check, trust)
        here = read_fingerprint(source, trust, size)
    if found is not None:
        compare.show_comparison(found, Path("evidence.json"), as_json=as_json)
    elif as_json:
        print_json({"size": here.size, "digits": here.digits, "bits": FINGERPRINT_BITS})
    else:
        console.print(Text(str(here), style="bold"))
        say_message(Message.of("record.fingerprint_carries", bits=FINGERPRINT_BITS), style="dim", aside=True)


def _identifier(name: str) -> bytes:
    try:
        return bytes.fromhex(name)
    except ValueError as error:
        raise UnknownError("command.neither_index_nor_identifier", text=name) from error


def _policy(path: Path | None) -> "Policy | None":
    from enduse.operators import read_policy

    return None if path is None else read_policy(path)
