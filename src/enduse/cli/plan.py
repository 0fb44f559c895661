"""``enduse plan``: where monitors go next, and what that would detect."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, read_text, say_problem
from enduse.cli.screen import console, escape
from enduse.errors import ConflictError, MalformedError, Problem, UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enduse.pages.localizer import Localizer
    from enduse.views.visits import VisitPlan

ROUNDS: Final = 6
ALMOST: Final = 0.995
"""From here up a chance would be rounded to certainty."""
WORDS: Final = {
    "held": "held",
    "missing": "missing",
    "under_way": "under way",
    "unmeasured_use": "said to be used, not measured",
    "short_use": "measured short",
}


def plan(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    visits: Annotated[int, typer.Option(help="Places that can be visited in one round.", min=1)],
    floor: Annotated[
        float,
        typer.Option(help="Least chance of a visit, as part of the chance if all places were alike.", min=0.01, max=1),
    ] = 0.25,
    seen: Annotated[
        float, typer.Option(help="Chance that a visit finds what is wrong where it goes.", min=0.01, max=1)
    ] = 0.9,
    new_seed: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Make a random seed, and print what to publish before the draw.")
    ] = None,
    seed_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the round with this seed.")] = None,
    commitment: Annotated[
        str | None, typer.Option(metavar="HEX", help="Check that seed and options are those committed to.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Plan on the record as it stood at this many entries; else as it is now.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how often each place should be visited, draw the next round, and say what it would detect.

    The chances follow from what is at stake in the book, and leave whoever would take from it the least to gain even
    if he knows them. The draw follows from a seed and the record's root: commit to the seed first (--new-seed), draw
    on the record as it stands later (--seed-file), then build_report the seed, and everybody can compute the same places with
    --size and --commitment. Leaves with exit code 1 when seed, --visits, --floor or --seen are others than those
    committed to.

    Example: enduse plan demo --visits 3
    """
    with exit_on_error():
        if commitment is not None and seed_file is None:
            raise UnknownError("plan.no_seed_to_check")
        if new_seed is not None and seed_file is not None:
            raise UnknownError("plan.seed_not_committed")
        seed = _made() if new_seed is not None else None if seed_file is None else _seed(seed_file)
        with enduse.open(folder) as programme:
            planned = programme.plan(visits, floor=str(floor), finds=str(seen), seed=seed, size=size)
            names = programme.names()
        if new_seed is not None and seed is not None:
            planned = msgspec.structs.replace(planned, drawn=None)  # nothing is drawn before it is committed to
            _keep(new_seed, seed)
    holds = None if commitment is None else commitment.strip().lower() == planned.commitment
    if as_json:
        print_json({**msgspec.structs.asdict(planned), "holds": holds}, names)
    else:
        _print(planned, new_seed, localizer(names))
    if holds is False:
        say_problem(Problem.of("plan.other_terms", terms=planned.terms, commitment=str(commitment)))
        raise typer.Exit(DOES_NOT_HOLD)


def _seed(path: Path) -> bytes:
    try:
        return bytes.fromhex(read_text(path).strip())
    except ValueError as error:
        raise MalformedError("plan.not_a_seed", source=str(path)) from error


def _made() -> bytes:
    from enduse.views.visits import SEED_BYTES

    return secrets.token_bytes(SEED_BYTES)


def _keep(path: Path, seed: bytes) -> None:
    """Write a new seed that nobody else can read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConflictError("plan.seed_exists", source=str(path)) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(seed.hex() + "\n")


def _sentences(planned: "VisitPlan", words: "Localizer") -> "Iterator[str]":
    once = next(place.found for place in planned.places if place.place == planned.target)
    least = min(planned.places, key=lambda place: place.share)
    yield (
        f"Whoever takes goods where it pays most even if he knows this plan, such as at {words.name(planned.target)},"
        f" is found out in one round with a chance of {_percent(once)}, and if all stays so within {ROUNDS} rounds with"
        f" {_percent(_within(once))}."
    )
    yield (
        f"No place is left out: everywhere the chance of a visit is at least {_percent(least.visited)} in a round,"
        f" and of finding what is wrong {_percent(_within(least.found))} within {ROUNDS} rounds."
    )
    yield (
        f"This supposes that a visit finds what is wrong where it goes with a chance of {_percent(planned.finds)} (--seen)."
    )


def _within(once: float) -> float:
    return 1 - (1 - once) ** ROUNDS


def _percent(chance: float) -> str:
    return f"{chance:.0%}" if chance < ALMOST or chance == 1 else "over 99%"


def _print(planned: "VisitPlan", made: Path | None, words: "Localizer") -> None:
    *sentences, supposed = _sentences(planned, words)
    for sentence in sentences:
        console.print(sentence, markup=False)
    console.print(supposed, markup=False, style="dim")
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for title in ("go" if planned.drawn is not None else "", "place", "at stake", "visited", "because of"):
        table.add_column(title, justify="right" if title in {"at stake", "visited"} else "left")
    for item in planned.places:
        because = [
            f"{words.quantity(why.amount, why.resource)} {WORDS[why.what]}"
            + (f" (look at {why.look_at})" if why.look_at else "")
            for why in item.why
        ]
        table.add_row(
            "[bold green]go[/]" if planned.drawn is not None and item.place in planned.drawn else "",
            escape(words.name(item.place)),
            f"{item.stake:.1%}",
            f"{item.visited:.1%}",
            escape("; ".join(because)),
        )
    console.print(table)
    console.print(f"On the record at {planned.size:,} entries, root {planned.root}", style="dim")
    if made is not None:
        console.print(f"seed written to {escape(made)}; publish now, before the draw: {planned.commitment}")
    elif planned.drawn is not None:
        console.print(f"drawn with the seed committed to as {planned.commitment}")
    else:
        console.print("Nothing is drawn yet: --new-seed FILE, and later --seed-file FILE", style="dim")
