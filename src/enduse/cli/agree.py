"""``enduse propose``, ``enduse agree``: a decision that several sign, each with the evidence before his eyes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.text import Text

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, opened, print_json, say_problem
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.questions import Terminal
from enduse.cli.release import tranche_tree
from enduse.cli.say import check_free, say_signed
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError

if TYPE_CHECKING:
    from enduse import ProposalView
    from enduse.pages.localizer import Localizer

Action = Literal["release", "withhold", "refuse", "recover", "accept_bill", "accept_condition"]


def propose(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of a copy of its record.")],
    tranche: Annotated[str, typer.Argument(metavar="TRANCHE", help="What is to be decided on.")],
    action: Annotated[
        Action,
        typer.Argument(metavar="ACTION", help="release, withhold, refuse, recover, accept_bill, accept_condition."),
    ],
    to: Annotated[Path, typer.Option(metavar="FILE.proposal", help="File to write; it travels from one to the next.")],
    reason: Annotated[str, typer.Option(help="Why, for people.")] = "",
    place: Annotated[
        str | None,
        typer.Option(metavar="PLACE", help="Where the decision counts; by default where the tranche's project is."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a decision that several must agree on into a file; it rests on the published checkpoint, and nobody signs yet.

    Send the file to one who must agree; `enduse agree` shows the evidence and adds a signature. When enough have signed, the
    keeper adds the file with `enduse add`.

    Example: enduse propose demo tranche:homes-2 release --to homes.proposal
    """
    with exit_on_error(), opened(folder) as programme:
        tranche, place = programme.find(tranche), place and programme.find(place, "place")
        view = programme.propose(tranche, action, to, reason=reason, place=place)
        names = programme.names()
    _show(view, localizer(names), as_json=as_json)


def agree(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of your own copy of the record.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.proposal", help="The proposal that reached you.")],
    party: Annotated[
        str | None, typer.Option("--as", metavar="PARTY", help="Who agrees; without it the proposal is only shown.")
    ] = None,
    private: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Private key to sign with, else PARTY's in DIR; or the request for a key that is in a browser or elsewhere.",
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what a key elsewhere is to sign to FILE too.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without being asked, once it was shown.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a proposal rests on, worked out again on your own copy, and sign exactly that.

    Where your copy does not bear it out, in the record's root or in the evidence, it says so, and nothing is signed.

    With the request for a key that is in a browser or with another signer (--key), what that key is to sign is written for it, once the
    evidence was shown here. `enduse signed` takes the signature back, and the same command then adds it to the proposal.

    Example: enduse agree copy homes.proposal --as party:azura
    """
    with exit_on_error():
        if enduse.is_light(folder):
            raise ConflictError("proposal.light", source=str(folder))
        check_free(to)
    with exit_on_error(), opened(folder, ask_passphrase) as programme:
        view, names = programme.proposed(file), programme.names()
        if party is not None and not view.problems:
            party, words = programme.find(party, "party"), localizer(names)
            if not yes:
                _show(view, words, as_json=False)
                _confirm(words)
            view = programme.agree(file, party=party, key=private)
    if view.waits is not None:
        say_signed(view.waits, to, folder, localizer(names), as_json=as_json)
        return
    _show(view, localizer(names), as_json=as_json)
    if view.problems:
        raise typer.Exit(DOES_NOT_HOLD)


def _confirm(words: "Localizer") -> None:
    try:
        agreed = Terminal(words).answer(enduse.Question(path=(), what="sign", choices=("yes", "no"), default="no"))
    except EOFError:
        agreed = "no"
    if agreed.strip() != "yes":
        raise MalformedError("say.not_signed")


def _show(view: "ProposalView", words: "Localizer", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "decision": view.body,
                "signers": view.signers,
                "lacking": view.lacking,
                "tranche": view.tranche,
                "problems": view.problems,
            }
        )
        return
    told = words.say(
        "{decision}: {action} {tranche}, by the record of {size} statements",
        decision=words.name(view.body.decision),
        action=words.term(view.body.action),
        tranche=words.name(view.body.tranche),
        size=words.number(view.body.record_size),
    )
    console.print(Text(told, style="bold"))
    if view.place is not None:
        console.print(Text(words.say("place: {place}", place=words.name(view.place))))
    if view.body.reason:
        console.print(Text(words.say("reason: {reason}", reason=view.body.reason)))
    if view.tranche is not None:
        console.print(tranche_tree(view.tranche, words))
    for problem in view.problems:
        say_problem(problem)
    if view.problems:
        return
    signed = words.named(view.signers) if view.signers else words.say("nobody")
    console.print(Text(words.say("signed by: {parties}", parties=signed)))
    if view.lacking is not None:
        console.print(Text(words.say("still lacks: {lacking}", lacking=words.message(view.lacking)), style="yellow"))
    else:
        console.print(Text(words.say("enough have signed: the keeper can add it"), style="green"))
