"""``enduse plan``: where monitors go next, and what that would detect."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, print_json, read_text, say_problem
from enduse.cli.screen import console, escape
from enduse.errors import ConflictError, MalformedError, Problem, UnknownError

if TYPE_CHECKING:
    from enduse.book.book import Book
    from enduse.inspection.exposure import Reason

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
        seed = None if seed_file is None else _seed(seed_file)
        with _book(folder, size) as book:
            answer = _planned(book, visits, str(floor), str(seen), seed)
        if new_seed is not None:
            answer["commitment"] = _made(new_seed, answer["terms"])
    holds = None if commitment is None else commitment.strip().lower() == answer["commitment"]
    if as_json:
        print_json({**answer, "holds": holds})
    else:
        _print(answer, new_seed)
    if holds is False:
        say_problem(Problem.of("plan.other_terms", terms=answer["terms"], commitment=str(commitment)))
        raise typer.Exit(DOES_NOT_HOLD)


@contextmanager
def _book(folder: Path, size: int | None) -> "Iterator[Book]":
    from enduse.book.book import Book

    with Book.open(folder) as book:
        if size is None:
            yield book
            return
        if size > book.size:
            raise UnknownError("plan.size_beyond_record", source=str(folder), entries=book.size, wanted=size)
        with tempfile.TemporaryDirectory() as scratch:
            earlier = Book(Path(scratch), book.log)
            try:
                earlier.follow(until=size)
                yield earlier
            finally:
                earlier.leave()


def _seed(path: Path) -> bytes:
    try:
        return bytes.fromhex(read_text(path).strip())
    except ValueError as error:
        raise MalformedError("plan.not_a_seed", source=str(path)) from error


def _made(path: Path, terms: str) -> str:
    """Write a new seed that nobody else can read; return what commits to it."""
    from enduse.inspection.systematic_draw import SEED_BYTES, commit

    seed = secrets.token_bytes(SEED_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConflictError("plan.seed_exists", source=str(path)) from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(seed.hex() + "\n")
    return commit(seed, terms)


def _planned(book: "Book", visits: int, floor: str, seen: str, seed: bytes | None) -> dict[str, Any]:
    from enduse.book.assure import uses
    from enduse.inspection.coverage import UNIT, Spot, best_response, cover
    from enduse.inspection.exposure import exposures
    from enduse.inspection.systematic_draw import commit, systematic_draw

    exposed = exposures(book.ledger, book.works, uses(book))
    if not exposed:
        raise UnknownError("plan.nothing_to_visit")
    finds = Fraction(seen)
    # What a visit finds is lost to the taker; what it overlooks he keeps.
    spots = [Spot(place.value, int(place.value * (1 - finds))) for place in exposed]
    alike = Fraction(min(visits, len(exposed)), len(exposed))
    shares = cover(spots, visits, int(alike * Fraction(floor) * UNIT))
    best = best_response(spots, shares)
    root = book.log.store.tree(book.size).root().hex()
    by_place = {place.place: share for place, share in zip(exposed, shares, strict=True)}
    drawn = None if seed is None else systematic_draw(seed, f"{book.log.origin}\n{book.size}\n{root}\n", by_place)
    everything = sum(place.value for place in exposed)
    # With these in the commitment, whoever knows the seed cannot try others until the draw suits him.
    terms = f"visits={visits} floor={floor} seen={seen}"
    return {
        "origin": book.log.origin,
        "size": book.size,
        "root": root,
        "terms": terms,
        "sentences": list(_sentences(book, exposed[best.spot].place, shares, best.spot, finds)),
        "places": [
            {
                "place": place.place,
                "name": book.programme.name(place.place),
                "stake": place.value / everything if everything else 0.0,
                "why": [_why(book, reason, finds) for reason in place.reasons],
                "share": share,
                "visited": share / UNIT,
                "found": float(finds * share / UNIT),
            }
            for place, share in zip(exposed, shares, strict=True)
        ],
        "commitment": None if seed is None else commit(seed, terms),
        "drawn": drawn,
    }


def _sentences(book: "Book", place: str, shares: tuple[int, ...], spot: int, finds: Fraction) -> Iterator[str]:
    from enduse.inspection.coverage import UNIT

    once, least = (float(finds * share / UNIT) for share in (shares[spot], min(shares)))
    yield (
        f"Whoever takes goods where it pays most even if he knows this plan, such as at {book.programme.name(place)},"
        f" is found out in one round with a chance of {_percent(once)}, and if all stays so within {ROUNDS} rounds with"
        f" {_percent(_within(once))}."
    )
    yield (
        f"No place is left out: everywhere the chance of a visit is at least {_percent(min(shares) / UNIT)} in a round,"
        f" and of finding what is wrong {_percent(_within(least))} within {ROUNDS} rounds."
    )
    yield f"This supposes that a visit finds what is wrong where it goes with a chance of {_percent(float(finds))} (--seen)."


def _within(once: float) -> float:
    return 1 - (1 - once) ** ROUNDS


def _percent(chance: float) -> str:
    return f"{chance:.0%}" if chance < ALMOST or chance == 1 else "over 99%"


def _why(book: "Book", reason: "Reason", finds: Fraction) -> dict[str, Any]:
    from enduse.inspection.samples import size_exact

    pieces = reason.what == "held" and reason.resource.endswith("/piece") and finds < 1
    return {
        "what": reason.what,
        "material": book.programme.name(reason.resource.rpartition("/")[0]),
        "resource": reason.resource,
        "amount": reason.amount,
        # Of goods held by the piece: how many to look at, so that one in twenty missing or spoilt shows.
        "look_at": size_exact(reason.amount, ceil(reason.amount / 20), 1 - finds) if pieces else None,
    }


def _print(answer: dict[str, Any], made: Path | None) -> None:
    from enduse.terms.amounts import shown

    for number, sentence in enumerate(answer["sentences"]):
        console.print(sentence, markup=False, style="dim" if number == len(answer["sentences"]) - 1 else "")
    drawn = answer["drawn"]
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for title in ("go" if drawn is not None else "", "place", "at stake", "visited", "because of"):
        table.add_column(title, justify="right" if title in {"at stake", "visited"} else "left")
    for item in answer["places"]:
        because = [
            f"{shown(why['amount'], why['resource'])} of {why['material']} {WORDS[why['what']]}"
            + (f" (look at {why['look_at']})" if why["look_at"] else "")
            for why in item["why"]
        ]
        table.add_row(
            "[bold green]go[/]" if drawn is not None and item["place"] in drawn else "",
            escape(item["name"]),
            f"{item['stake']:.1%}",
            f"{item['visited']:.1%}",
            escape("; ".join(because)),
        )
    console.print(table)
    console.print(f"On the record at {answer['size']:,} entries, root {answer['root']}", style="dim")
    if made is not None:
        console.print(f"seed written to {escape(made)}; publish now, before the draw: {answer['commitment']}")
    elif drawn is not None:
        console.print(f"drawn with the seed committed to as {answer['commitment']}")
    else:
        console.print("Nothing is drawn yet: --new-seed FILE, and later --seed-file FILE", style="dim")
