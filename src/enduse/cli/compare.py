"""``enduse record compare`` and ``evidence``: whether all were shown the same record, and what convicts who showed two."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_message, say_problem
from enduse.errors import EnduseError, Problem, UnknownError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse.operators import Comparison


def compare(
    source: Annotated[str, typer.Argument(metavar="DIR|URL", help="The record: a folder, or the URL of its tiles.")],
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", metavar="FILE", help="A checkpoint, proof or card somebody kept. Repeatable."),
    ] = None,
    copies: Annotated[
        list[str] | None, typer.Option("--with", metavar="DIR|URL", help="Another copy, such as a mirror. Repeatable.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Whose cosigners to ask (C2SP tlog-policy); else the one kept in DIR.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The log's public key, had from somewhere else.")] = None,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write evidence, if there is any.")] = Path(
        "evidence.json"
    ),
    as_json: Json = False,
) -> None:
    """Ask cosigners and other copies what they know of a record, and hold it against what people kept.

    Leaves with exit code 1 where anything does not agree. Where two things contradict each other that the log has
    signed, the evidence is written to a file: anybody checks it with nothing but the log's key.

    Example: enduse record compare demo --kept checkpoint.html
    """
    with exit_on_error():
        from enduse.operators import compare as compare_record
        from enduse.operators import read_trust

        trust = read_trust(key, policy)
        found = compare_record(source, trust, kept=kept or (), copies=copies or ())
        if not found.compared:
            raise UnknownError("record.nothing_to_compare", source=source)
    show_comparison(found, to, as_json=as_json)


def show_comparison(found: "Comparison", to: Path, *, as_json: bool) -> None:
    """Print what came of a comparison, write evidence to a file, leave with exit code 1 where anything does not agree."""
    evidence = found.evidence
    with exit_on_error():
        if evidence is not None:
            to.write_bytes(evidence)
    if as_json:
        print_json(
            {
                "ok": found.agrees,
                "size": found.size,
                "root": found.root.hex(),
                "compared": [
                    {"source": each.source, "verdict": each.verdict, "size": each.size, "said": each.said}
                    for each in found.compared
                ],
                "evidence": None if evidence is None else str(to),
            }
        )
    else:
        _say_compared(found, to)
    if not found.agrees:
        raise typer.Exit(DOES_NOT_HOLD)


def _say_compared(found: "Comparison", to: Path) -> None:
    for each in found.compared:
        if each.verdict == "agrees":
            said = Message.of("record.compared_with", place=each.source, said=each.said)
            say_message(said, label=Text(localizer().say("agrees") + "  ", style="green"))
        else:
            say_problem(Problem.about(each.said, source=each.source))
    if found.evidence is not None:
        said = Message.of("record.evidence_written", file=str(to))
        say_message(said, style="bold white on red", aside=True)


def evidence(
    source: Annotated[
        Path, typer.Argument(metavar="DIR|FILE", help="Folder of a witness or mirror, or an evidence file.")
    ],
    key: Annotated[Path | None, typer.Option(help="The log's public key, for an evidence file.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Whose cosignatures count, for a promise that was not kept in time.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a witness or mirror has kept against a log, or check an evidence file.

    Of a folder: exit code 1 where it holds evidence. Of a file: exit code 0 where it convicts the log that --key names,
    1 where it proves nothing.

    Example: enduse record evidence my-witness
    """
    with exit_on_error():  # a name can be too long to be asked for
        kept_here = source.is_dir()
    if kept_here:
        _show_kept(source, as_json=as_json)
    else:
        _check_file(source, key, policy, as_json=as_json)


def _show_kept(folder: Path, *, as_json: bool) -> None:
    with exit_on_error():
        from enduse.operators import kept_evidence

        kept = kept_evidence(folder)
    if as_json:
        print_json({"ok": not kept, "evidence": [{"file": str(each.path), "said": each.said} for each in kept]})
    for each in kept:
        say_problem(Problem.about(each.said, source=str(each.path)))
    if not kept and not as_json:
        say_message(Message.of("record.no_evidence"))
    if kept:
        raise typer.Exit(DOES_NOT_HOLD)


def _check_file(file: Path, key: Path | None, policy: Path | None, *, as_json: bool) -> None:
    try:
        with exit_on_error():
            from enduse.operators import check_evidence, read_given, read_trust

            if not file.exists():
                raise UnknownError("given.no_file", source=str(file))
            trust = read_trust(key, policy)
        data = read_given(file, "evidence")
        with exit_on_error():
            log = trust.log
            if log is None:
                raise UnknownError("record.proof_needs_key", source=str(file))
        said = check_evidence(data, log, trust.policy)
    except EnduseError as error:
        if as_json:
            print_json({"ok": False, "problems": [error.at(str(file))]})
        say_problem(error.at(str(file)))
        raise typer.Exit(DOES_NOT_HOLD) from error
    if as_json:
        print_json({"ok": True, "proves": said, "problems": []})
    else:
        say_message(Message.of("record.evidence_proves", reason=said), style="bold")
