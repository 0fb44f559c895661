"""``enduse plan``: where monitors go next, and what that would detect."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.detection import print_detection
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, opened, print_json, say_problem
from enduse.cli.screen import console
from enduse.cli.seeds import NewSeed, keep_seed, new_seed_bytes, read_seed
from enduse.errors import Problem, UnknownError

if TYPE_CHECKING:
    from enduse import Programme
    from enduse.pages.localizer import Localizer
    from enduse.views.visits import AtStake, VisitPlan

ROUNDS: Final = 6
ALMOST: Final = 0.995
"""From here up a chance would be rounded to certainty."""

LossShare = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        help="Say also what accountancy and such visits together would see if so large a share of what passed a place were taken.",
        min=0.0001,
        max=1,
    ),
]

BeaconValue = Annotated[
    str | None,
    typer.Option(
        metavar="NAME/ROUND/VALUE", help="Draw the round with a value of a public random beacon, in hexadecimal."
    ),
]

ByCheckpoint = Annotated[
    bool,
    typer.Option("--checkpoint", help="Draw the round with the record's own root, for which no secret is needed."),
]

Committed = Annotated[
    str | None, typer.Option(metavar="HEX", help="Check that seed and options are those committed to.")
]

Announce = Annotated[
    int | None,
    typer.Option(
        metavar="SIZE",
        help="Say what to announce in the record for a round that will be drawn once it has so many entries; draw nothing.",
        min=1,
    ),
]

PlanSize = Annotated[
    int | None, typer.Option(help="Plan on the record as it stood at this many entries; else as it is now.", min=1)
]


def plan(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    visits: Annotated[int, typer.Option(help="Places that can be visited in one round.", min=1)],
    floor: Annotated[
        float,
        typer.Option(
            help="Least chance that a place is visited, as a share of an equal chance for all: 0.25 is a quarter of it.",
            min=0.01,
            max=1,
        ),
    ] = 0.25,
    seen: Annotated[
        float, typer.Option(help="Chance that a visit finds what is wrong where it goes.", min=0.01, max=1)
    ] = 0.9,
    loss: LossShare = None,
    new_seed: NewSeed = None,
    seed_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the round with this seed.")] = None,
    beacon: BeaconValue = None,
    checkpoint: ByCheckpoint = False,
    commitment: Committed = None,
    size: PlanSize = None,
    announce: Announce = None,
    as_json: Json = False,
) -> None:
    """Say how often each place should be visited, draw the next round, and say what it would detect.

    The chances follow from what is at stake in the book, and leave whoever would take from it the least to gain even
    if he knows them. The draw follows from a seed and the record's root: commit to the seed first (--new-seed), draw
    on the record as it stands later (--seed-file), then publish the seed, and everybody can compute the same places with
    --size and --commitment. Without a secret the seed is the value of a public beacon whose round was named before (--beacon),
    or the record's own root (--checkpoint). Leaves with exit code 1 when seed, --visits, --floor or --seen are others than those
    committed to.

    Announce the size of the record that the round will be drawn on before it has it (--announce, with --new-seed, --seed-file,
    --checkpoint, or --beacon NAME/ROUND): else whoever draws could try one size after the other until a draw suited.

    With --loss it says for each place how surely a loss would be seen by accountancy or by one such round, as the record stands
    now, and what one more visit would add.

    Example: enduse plan demo --visits 3 --loss 0.05
    """
    with exit_on_error():
        if commitment is not None and seed_file is None:
            raise UnknownError("plan.no_seed_to_check")
        _check_one(new_seed, seed_file, beacon, checkpoint=checkpoint)
        public = beacon or ("checkpoint" if checkpoint else "")
        seed = new_seed_bytes() if new_seed is not None else None if seed_file is None else read_seed(seed_file)
        with opened(folder) as programme:
            if announce is not None:
                _announce(programme, visits, announce, (str(floor), str(seen)), seed, public, new_seed, as_json=as_json)
                return
            planned = programme.plan(visits, floor=str(floor), finds=str(seen), seed=seed, public=public, size=size)
            detected = None
            if loss is not None:
                detected = programme.detection(visits, loss=str(loss), floor=str(floor), finds=str(seen))
            names = programme.names()
        if new_seed is not None and seed is not None:
            planned = msgspec.structs.replace(planned, drawn=None)  # nothing is drawn before it is committed to
            keep_seed(new_seed, seed)
    holds = None if commitment is None else commitment.strip().lower() == planned.commitment
    if as_json:
        print_json({**msgspec.structs.asdict(planned), "holds": holds, "detection": detected}, names)
    else:
        _print(planned, new_seed, localizer(names))
        if detected is not None:
            print_detection(detected, localizer(names))
    if holds is False:
        say_problem(Problem.of("plan.other_terms", terms=planned.terms, commitment=str(commitment)))
        raise typer.Exit(DOES_NOT_HOLD)


def _check_one(new_seed: Path | None, seed_file: Path | None, beacon: str | None, *, checkpoint: bool) -> None:
    """Refuse to draw with two seeds."""
    if new_seed is not None and seed_file is not None:
        raise UnknownError("plan.seed_not_committed")
    if sum((new_seed is not None, seed_file is not None, beacon is not None, checkpoint)) > 1:
        raise UnknownError("plan.two_seeds")


def _announce(
    programme: "Programme",
    visits: int,
    size: int,
    options: tuple[str, str],
    seed: bytes | None,
    public: str,
    made: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say by which words a round is announced that is drawn at a later size."""
    floor, seen = options
    if seed is None and not public:
        raise UnknownError("plan.no_seed_announced")
    planned = programme.plan(visits, floor=floor, finds=seen, seed=seed)
    commitment = planned.commitment or ""
    topic = programme.round_topic(visits, size, floor=floor, finds=seen, commitment=commitment, public=public)
    if made is not None and seed is not None:
        keep_seed(made, seed)
    if as_json:
        print_json({"topic": topic, "size": size, "commitment": planned.commitment}, programme.names())
        return
    words = localizer(programme.names())
    if commitment:
        console.print(Text(words.say("commitment {commitment}", commitment=commitment)))
    console.print(Text(words.say("announce {topic}", topic=topic)))
    told = words.say(
        "Nothing is drawn yet. Whoever draws undertakes it in the record before the seed is known: enduse say, the kind undertaking, with this as what it is about."
    )
    console.print(Text(told, style="yellow"))


def _sentences(planned: "VisitPlan", words: "Localizer") -> list[str]:
    """Return what the plan means: for who takes where it pays most, for every place, and what that supposes."""
    once = next(place.found for place in planned.places if place.place == planned.target)
    least = min(planned.places, key=lambda place: place.share)
    return [
        words.say(
            "Whoever knows these chances would take goods where that pays most, such as at {place}. One round of visits"
            " finds it out with a chance of {once}, {rounds} rounds like it with {within}.",
            place=words.name(planned.target),
            once=_percent(once, words),
            rounds=ROUNDS,
            within=_percent(_within(once), words),
        ),
        words.say(
            "No place is left out: in each round the chance of a visit is at least {visited} everywhere, and within"
            " {rounds} rounds what is wrong is found with a chance of at least {within}.",
            visited=_percent(least.visited, words),
            within=_percent(_within(least.found), words),
            rounds=ROUNDS,
        ),
        words.say(
            "This supposes that a visit finds what is wrong with a chance of {finds} (--seen).",
            finds=_percent(planned.finds, words),
        ),
    ]


def _within(once: float) -> float:
    return 1 - (1 - once) ** ROUNDS


def _percent(chance: float, words: "Localizer", digits: int = 0) -> str:
    """Return a chance in per cent; one that is almost certain is not rounded to certainty."""
    if ALMOST <= chance < 1:
        return words.say("over {share}", share="99%")
    return f"{words.number(round(100 * Decimal(str(chance)), digits), digits)}%"


def _print(planned: "VisitPlan", made: Path | None, words: "Localizer") -> None:
    *sentences, supposed = _sentences(planned, words)
    for sentence in sentences:
        console.print(Text(sentence))
    console.print(Text(supposed, style="dim"))
    console.print(_places(planned, words))
    record = words.count(
        "On the record at {n} entry, root {root}",
        "On the record at {n} entries, root {root}",
        planned.size,
        root=planned.root,
    )
    console.print(Text(record, style="dim"))
    commitment = planned.commitment
    if made is not None:
        said = words.say(
            "seed written to {file}; publish now, before the draw: {commitment}", file=made, commitment=commitment
        )
    elif planned.drawn is not None and commitment is None:
        said = words.say("drawn with a seed that everybody has")
    elif planned.drawn is not None:
        said = words.say("drawn with the seed committed to as {commitment}", commitment=commitment)
    else:
        said = words.say("Nothing is drawn yet: --new-seed FILE, and later --seed-file FILE")
    console.print(Text(said))


def _places(planned: "VisitPlan", words: "Localizer") -> Table:
    """Return every place with what is at stake there, how often it is visited, and whether it is drawn."""
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    go = words.say("go")
    table.add_column(Text(go if planned.drawn is not None else ""))
    table.add_column(Text(words.say("place")))
    for title in (words.say("at stake"), words.say("visited")):
        table.add_column(Text(title), justify="right")
    table.add_column(Text(words.say("because of")))
    for item in planned.places:
        table.add_row(
            Text(go if planned.drawn is not None and item.place in planned.drawn else "", style="bold green"),
            Text(words.name(item.place)),
            _percent(item.stake, words, 1),
            _percent(item.visited, words, 1),
            Text(words.listed((_because(why, words) for why in item.why), sentences=True)),
        )
    return table


def _because(why: "AtStake", words: "Localizer") -> str:
    """Return one thing that is at stake at a place."""
    from enduse.pages.vocabulary import EXPOSURES

    reason = words.say(EXPOSURES[why.what], amount=words.quantity(why.amount, why.resource))
    if not why.look_at:
        return reason
    return words.say("{reason} (look at {count})", reason=reason, count=words.number(why.look_at))
