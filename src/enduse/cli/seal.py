"""``enduse record seal``, ``disclose``, ``erase``: what must not be said yet, or ever, in the open."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    opened,
    print_json,
    published,
    read_text,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.say import say_signed
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse import LightCopy, OwnStatement, Taken
    from enduse.operators import Publication

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme, or of your light copy of it.")]
Party = Annotated[str, typer.Option("--as", metavar="PARTY", help="Who seals; its key must be here.")]
Commitment = Annotated[str, typer.Argument(metavar="COMMITMENT", help="As printed by `record seal`.")]


def seal(
    folder: Folder,
    party: Party,
    about: Annotated[str, typer.Option(metavar="ID", help="Movement, site, statement it belongs to.")],
    field: Annotated[str, typer.Option(help="What the value is, such as route.")],
    value: Annotated[
        Path, typer.Option(metavar="FILE", help="File with the value, so that it is not in the shell's history.")
    ],
    sensitivity: Annotated[str, typer.Option(help="Class of the data, in the words of the programme.")] = "high",
    due: Annotated[str | None, typer.Option(metavar="DATE", help="When it will be disclosed; else never.")] = None,
    as_json: Json = False,
) -> None:
    """Commit to a value now and keep it in the vault: time and order are fixed, the value is not told.

    Example: enduse record seal demo --as party:brindle --about convoy:7 --field route --value route.txt --due 2026-10-01
    """
    with exit_on_error():
        text = read_text(value).strip()
        if (away := _light(folder)) is not None:
            sealed_as, said = away.seal(
                text, party=away.find(party, "party"), about=about, field=field, sensitivity=sensitivity, due=due
            )
            _say_away(said, sealed_as, away, as_json=as_json)
            return
        with opened(folder) as programme:
            sealed = programme.seal(
                text, party=programme.find(party, "party"), about=about, field=field, sensitivity=sensitivity, due=due
            )
            publication = programme.publication
    _say(sealed.taken, publication, sealed.commitment, as_json=as_json)


def disclose(folder: Folder, commitment: Commitment, party: Party, as_json: Json = False) -> None:
    """Disclose what was sealed: the value and its random bytes go into the record, checked against the commitment.

    Example: enduse record disclose demo 5f0c... --as party:brindle
    """
    with exit_on_error():
        if (away := _light(folder)) is not None:
            said = away.disclose(commitment, party=away.find(party, "party"))
            _say_away(said, commitment, away, as_json=as_json)
            return
    with exit_on_error(), opened(folder) as programme:
        taken, publication = programme.disclose(commitment, party=programme.find(party, "party")), programme.publication
    _say(taken, publication, commitment, as_json=as_json)


def erase(
    folder: Folder,
    commitment: Commitment,
    party: Party,
    basis: Annotated[str, typer.Option(help="On what ground, such as a request and its date.")],
    as_json: Json = False,
) -> None:
    """Destroy a sealed value for good. The commitment and every proof stay valid; nobody can confirm a guess.

    Example: enduse record erase demo 5f0c... --as party:brindle --basis "request of 3 May 2026"
    """
    with exit_on_error():
        if (away := _light(folder)) is not None:
            said = away.erase(commitment, party=away.find(party, "party"), basis=basis)
            _say_away(said, commitment, away, as_json=as_json)
            return
    with exit_on_error(), opened(folder) as programme:
        taken, publication = (
            programme.erase(commitment, party=programme.find(party, "party"), basis=basis),
            programme.publication,
        )
    _say(taken, publication, commitment, as_json=as_json)


def _light(folder: Path) -> "LightCopy | None":
    return enduse.open_light(folder, passphrase=ask_passphrase) if enduse.is_light(folder) else None


def _say_away(said: "OwnStatement", commitment: str, away: "LightCopy", *, as_json: bool) -> None:
    """Say what was signed away from the record, and by which commitment it is disclosed or erased."""
    if as_json:
        print_json({"commitment": commitment, "id": said.id, "number": said.statement.seq, "notes": said.notes})
        return
    console.print(Text(commitment, style="bold"))
    say_signed(said, None, away.folder, localizer(away.names()), as_json=False)


def _say(taken: "Taken", publication: "Publication | None", commitment: str, *, as_json: bool) -> None:
    if as_json:
        told_of = {"outcome": taken.outcome, "index": taken.index, "problem": taken.problem}
        print_json({"commitment": commitment, **told_of, **published(publication)})
    elif taken.problem is not None:
        say_problem(taken.problem)
    else:
        told = localizer().say("recorded as entry {index}: {commitment}", index=taken.index, commitment=commitment)
        console.print(Text(told))
    if taken.index is not None:
        say_waiting(publication)
    if taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)
