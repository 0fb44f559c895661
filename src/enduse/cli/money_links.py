"""``enduse money links``: which payments lack a link, and what might be meant; nothing is linked by it."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer
from rich.text import Text

import enduse
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
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError, UnknownError

if TYPE_CHECKING:
    from enduse import FileLinkProposal, FileLinks, FileTransaction, LinkPair
    from enduse.messages import Message
    from enduse.pages.localizer import Localizer
    from enduse.views.links import LinkRival, PaymentLinkProposal, PaymentLinks

SHOWN: Final = 20
"""Proposals that are shown to people; --json lists all."""


def links(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DIR|FILE...", help="Folder of a programme, or files of IATI (XML).")
    ],
    days: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Days by which two files may differ on one payment; 10.")
    ] = None,
    accept: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Prepare the statement that says this proposal is right.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where what is to be signed is written; of files only.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List payments that lack a link, and what might be meant: the same parties, currency and amount on near days.

    What nobody named stays an unresolved link and is counted. Every proposal stands with its reasons and with all else that
    might be meant. Nothing is linked by this command: --accept prepares what a person signs who has asked both parties. Of files it leaves
    with exit code 1 where a part could not be read.

    Example: enduse money links donor.xml fund.xml --days 31
    """
    with exit_on_error():
        if enduse.is_practice(paths[0]) is None and not paths[0].is_dir():
            _of_files(paths, days, accept, to, as_json=as_json)
            return
        if len(paths) > 1:
            raise MalformedError("link.one_programme")
        if days is not None:
            raise MalformedError("link.days_of_files")
        if to is not None:
            raise MalformedError("link.no_file")
        with opened(paths[0]) as programme:
            answer, names = programme.money_links(), programme.names()
            _of_programme(paths[0], answer, accept, localizer(names), names, as_json=as_json)


def _of_files(paths: list[Path], days: int | None, accept: int | None, to: Path | None, *, as_json: bool) -> None:
    answer = enduse.file_links(paths) if days is None else enduse.file_links(paths, days=days)
    if accept is not None:
        _prepare(answer, accept, to, as_json=as_json)
        return
    read = DOES_NOT_HOLD if answer.faults else 0
    if as_json:
        print_json({"files": msgspec.structs.asdict(answer)})
        raise typer.Exit(read)
    words = localizer()
    say_problems_by_kind(answer.faults)
    say_problems_by_kind(answer.differing, style="yellow", label=words.term("severity:warning"))
    console.print(Text(words.count("one activity read", "{n} activities read", answer.activities)))
    for counts, text in (
        (answer.incoming, _incoming(answer, words)),
        (answer.outgoing, _outgoing(answer, words)),
    ):
        if counts.transactions:
            console.print(Text(text))
    _unresolved(answer.unresolved, len(answer.proposals), words)
    if answer.not_compared:
        told = words.count(
            "one more pair was not looked at: too many have the same parties and days",
            "{n} more pairs were not looked at: too many have the same parties and days",
            answer.not_compared,
        )
        console.print(Text(told, style="yellow"))
    for one in answer.proposals[:SHOWN]:
        _print_pair(one, words)
    _more(len(answer.proposals), words)
    raise typer.Exit(read)


def _counted(counts: Any, words: "Localizer") -> dict[str, str]:  # noqa: ANN401 - counts of links
    return {
        "named": words.number(counts.named),
        "all": words.number(counts.transactions),
        "itself": words.number(counts.itself),
        "found": words.number(counts.found),
    }


def _incoming(answer: "FileLinks", words: "Localizer") -> str:
    return words.say(
        "came in: {named} of {all} name the giver's activity; {itself} of these name their own, and {found} another of these files",
        **_counted(answer.incoming, words),
    )


def _outgoing(answer: "FileLinks", words: "Localizer") -> str:
    return words.say(
        "went out: {named} of {all} name the receiver's activity; {itself} of these name their own, and {found} another of these "
        "files",
        **_counted(answer.outgoing, words),
    )


def _unresolved(unresolved: int, proposals: int, words: "Localizer") -> None:
    told = [words.count("one link is unresolved", "{n} links are unresolved", unresolved)]
    told.append(words.count("one proposal", "{n} proposals", proposals))
    console.print(Text(words.listed(told), style="bold"))


def _more(number: int, words: "Localizer") -> None:
    if number > SHOWN:
        console.print(more_words(number - SHOWN, words))


def _print_pair(one: "FileLinkProposal", words: "Localizer") -> None:
    head = words.say("proposal {number}", number=words.number(one.number))
    console.print(Text.assemble((head, "bold"), " ", _pair_words(one.pair, words)))
    _reasons(one.pair.reasons, words)
    _rivals_told(len(one.rivals) + one.more_rivals, one.alike, words)
    for rival in one.rivals:
        _rival_line(_pair_words(rival, words), rival.reasons, words)


def _said(one: "FileTransaction", words: "Localizer") -> str:
    return words.say(
        "transaction {number} of {activity}, {day}, {amount}",
        number=words.number(one.number),
        activity=one.activity,
        day=one.day.isoformat(),
        amount=f"{one.currency} {words.number(one.amount, 2)}".strip(),
    )


def _pair_words(rival: "LinkPair", words: "Localizer") -> str:
    return words.say("{before} → {now}", before=_said(rival.outgoing, words), now=_said(rival.incoming, words))


def _reasons(reasons: "tuple[Message, ...]", words: "Localizer") -> None:
    console.print(Text(f"   {words.listed(map(words.message, reasons), sentences=True)}"))


def _rivals_told(number: int, alike: int, words: "Localizer") -> None:
    if not number:
        alone = words.say("nothing else might be meant")
        console.print(Text(f"   {alone}", style="dim"))
        return
    told = words.count("one other might be meant", "{n} others might be meant", number)
    if alike:
        near = words.count("one of them as near as this", "{n} of them as near as this", alike)
        told = words.listed((told, near))
    console.print(Text(f"   {told}", style="yellow" if alike else "dim"))


def _rival_line(what: str, reasons: "tuple[Message, ...]", words: "Localizer") -> None:
    console.print(Text(f"     {what}: {words.listed(map(words.message, reasons), sentences=True)}", style="dim"))


def _prepare(answer: "FileLinks", number: int, to: Path | None, *, as_json: bool) -> None:
    """Write the fields of a claim to a file, for a person to sign by the ordinary way."""
    from enduse.pages.localizer import Localizer, as_it_is

    if to is None:
        raise MalformedError("link.where_to")
    if to.exists():
        raise ConflictError("link.file_taken", source=str(to))
    claim = enduse.prepared_claim(answer, number)
    fields = claim.fields(
        {language: Localizer(language, {}, as_it_is).message(claim.told) for language in ("en", "ar")}
    )
    to.write_text(json.dumps(fields, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    command = f"enduse say DIR claim --as PARTY --from {shlex.quote(str(to))}"
    if as_json:
        print_json({"prepared": {"kind": "claim", "fields": fields, "file": str(to), "command": command}})
        return
    words = localizer()
    console.print(Text(words.message(claim.told)))
    _to_sign(command, words)


def _to_sign(command: str, words: "Localizer") -> None:
    console.print(
        Text(words.say("Nothing is linked yet. Who has asked both parties signs it: {command}", command=command))
    )


def _of_programme(
    folder: Path,
    answer: "PaymentLinks",
    accept: int | None,
    words: "Localizer",
    names: "dict[str, dict[str, str]]",
    *,
    as_json: bool,
) -> None:
    if accept is not None:
        one = next((each for each in answer.proposals if each.number == accept), None)
        if one is None:
            raise UnknownError("link.no_proposal", number=accept, most=len(answer.proposals))
        _prepare_correction(folder, one, words, as_json=as_json)
        return
    if as_json:
        print_json(msgspec.structs.asdict(answer), names)
        return
    told = words.say(
        "{payments} payments count; {kept} name a promise that is recorded, {unknown} one that is not, {unnamed} none of a payer "
        "that has promised; of {confirmed} the recipient says that it is its own",
        payments=words.number(answer.payments),
        kept=words.number(answer.kept),
        unknown=words.number(answer.unknown),
        unnamed=words.number(answer.unnamed),
        confirmed=words.number(answer.confirmed),
    )
    console.print(Text(told))
    _unresolved(answer.unresolved, len(answer.proposals), words)
    for each in answer.proposals[:SHOWN]:
        _print_payment(each, words)
    _more(len(answer.proposals), words)


def _print_payment(one: "PaymentLinkProposal", words: "Localizer") -> None:
    head = words.say("proposal {number}", number=words.number(one.number))
    what = words.say(
        "statement {entry}, {amount} from {payer} to {recipient}: {field} {value} (statement {named})",
        entry=words.number(one.corrects),
        amount=words.exactly(one.figure),
        payer=words.name(one.payer),
        recipient=words.name(one.recipient),
        field=words.term(one.field),
        value=one.value,
        named=words.number(one.entry),
    )
    console.print(Text.assemble((head, "bold"), " ", what))
    _reasons(one.reasons, words)
    _rivals_told(len(one.rivals) + one.more_rivals, one.alike, words)
    for rival in one.rivals:
        _rival_line(_rival(rival, words), rival.reasons, words)


def _rival(rival: "LinkRival", words: "Localizer") -> str:
    return words.say(
        "statement {entry}: {field} {value} (statement {named})",
        entry=words.number(rival.corrects),
        field=words.term(rival.field),
        value=rival.value,
        named=words.number(rival.entry),
    )


def _prepare_correction(folder: Path, one: "PaymentLinkProposal", words: "Localizer", *, as_json: bool) -> None:
    """Tell the command with which the party that lacks the link takes its statement back and says it again."""
    command = shlex.join(
        ["enduse", "correct", str(folder), str(one.corrects), "--as", one.party, "--set", f"{one.field}={one.value}"]
    )
    if as_json:
        prepared = {"kind": "correction", "entry": one.corrects, "party": one.party, "set": {one.field: one.value}}
        print_json({"prepared": {**prepared, "command": command}})
        return
    console.print(Text(words.say("{party} alone can say so.", party=words.name(one.party))))
    _to_sign(command, words)
