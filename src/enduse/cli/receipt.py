"""``enduse record receipt``: whether what the log promised in receipts was kept."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_message, say_problem
from enduse.errors import Problem
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse.operators import Judged


def receipt(
    file: Annotated[
        Path, typer.Argument(metavar="RECEIPTS", help="A file of receipts, as `add --receipts` wrote them.")
    ],
    against: Annotated[
        str,
        typer.Option(metavar="DIR|URL|FILE", help="The record, a mirror, its tiles, or a checkpoint, proof or card."),
    ],
    key: Annotated[Path | None, typer.Option(help="The log's public key, had from somewhere else.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Whose cosignatures count (C2SP tlog-policy).")] = None,
    proofs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a proof of each entry that is there, for good.")
    ] = None,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write evidence, if a promise was broken.")] = Path(
        "evidence.json"
    ),
    as_json: Json = False,
) -> None:
    """Say of each entry promised in receipts whether the record holds it: kept, not yet due, overdue, or broken.

    Leaves with exit code 1 where a promise is broken, or cannot be seen to be kept. A broken promise convicts the log:
    another entry stands in the promised place, or others have signed, after the promised time, a record that ends before
    it. The evidence is written to a file that anybody can check.

    Example: enduse record receipt receipts.jsonl --against demo
    """
    with exit_on_error():
        from enduse.operators import check_receipts, read_given, read_trust

        judged = check_receipts(read_given(file, "receipts"), against, read_trust(key, policy))
        broken = next((each.evidence for each in judged if each.evidence is not None), None)
        if broken is not None:
            to.write_bytes(broken)
        if proofs is not None:
            _write_proofs(judged, proofs)
    fine = all(each.answer in {"kept", "not_yet_due"} for each in judged)
    if as_json:
        entries = [
            {"index": each.index, "statement": each.id, "answer": each.answer, "said": each.said} for each in judged
        ]
        print_json({"ok": fine, "entries": entries, "evidence": None if broken is None else str(to)})
    else:
        _say(judged, str(file))
        if broken is not None:
            written = Message.of("record.promise_evidence", file=str(to))
            say_message(written, style="bold white on red", aside=True)
    if not fine:
        raise typer.Exit(DOES_NOT_HOLD)


def _say(judged: "list[Judged]", source: str) -> None:
    words, counts = localizer(), Counter(each.answer for each in judged)
    if counts["kept"]:
        said = Message.of("record.promises_kept", n=counts["kept"])
        say_message(said, label=Text(words.say("kept") + "  ", style="bold green"))
    if counts["not_yet_due"]:
        last = max((each for each in judged if each.answer == "not_yet_due"), key=lambda each: each.index)
        say_message(Message.of("record.promises_not_yet_due", n=counts["not_yet_due"], by=last.said.values["by"]))
    for each in judged:
        if each.answer not in {"kept", "not_yet_due"}:
            say_problem(Problem.about(each.said, source=source))


def _write_proofs(judged: "list[Judged]", folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for each in judged:
        if each.proof is not None:
            (folder / f"{each.index}.tlog-proof").write_bytes(each.proof)
