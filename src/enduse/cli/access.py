"""``enduse access``: movements, where goods wait and in whose hands, crossings, service points; and an order of sending."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table
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
    published,
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.pages.wait_words import Part

WIDEST: Final = 10_000
"""Columns of a terminal in which every table fits."""

SHOWN: Final = 20
SHAPES_BYTES: Final = 50_000_000
"""No file of shapes that is drawn is longer."""

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")]


def show(
    folder: Folder,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only movements planned on this day or later.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Only movements planned before this day.")
    ] = None,
    whose: Annotated[
        str, typer.Option("--by", metavar="WHO", help="Whose word comes first: notifier, authority, or a PARTY.")
    ] = "notifier",
    public: Annotated[
        bool, typer.Option("--public", help="Only what everybody may know, as the public site tells it.")
    ] = False,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Show how movements ended by whose word, what waits where and in whose hands, crossings and service points.

    Not for the public: it tells single movements. Use --public for what may be told to everybody. What waits still counts as waiting:
    medians are those of Kaplan and Meier, with the limits of 95 %.

    A step whose delays changed is told with the day, the medians before and since, and how sure it is: the largest log-rank
    statistic of all splits, held against random orders of its cases; a change is called in any step by chance in at most 5 %.

    Example: enduse access show demo --from 2026-05-01 --until 2026-06-01 --by authority
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        names, date = then.names(), dated(then)
        told = then.access_public() if public else then.access(start=start, end=end, whose=whose)
    if as_json:
        print_json({**date, **msgspec.structs.asdict(told)}, names)
        return
    from enduse.pages.access import access_words, public_words

    words = localizer(names)
    parts = public_words(told, words) if public else access_words(told, words)  # type: ignore[arg-type]
    _tables(parts, words.say("Nothing is said of how aid gets in, or nothing that may be told yet."), words)


def draw(
    folder: Folder,
    shapes: Annotated[
        Path, typer.Option(metavar="FILE", help="GeoJSON of the areas, with P-codes, as OCHA's COD-AB gives it.")
    ],
    to: Annotated[Path, typer.Option(metavar="FILE", help="SVG to write.")],
    as_json: Json = False,
) -> None:
    """Draw a map of the share of movements that was facilitated in each area: only what everybody may know.

    Example: enduse access map demo --shapes areas.geojson --to access.svg
    """
    from enduse.pages.access_drawing import area_map
    from enduse.system import check_writable, read_file

    with exit_on_error(), opened(folder) as programme:
        check_writable(to)
        told, names = programme.access_public(), programme.names()
        drawn = area_map(told, read_file(shapes, SHAPES_BYTES), localizer(names, marks=False), str(shapes))
        to.write_text(drawn, encoding="utf-8")
    if as_json:
        print_json({"written": str(to), "until": told.until})
        return
    console.print(Text(localizer(names).say("{file} written", file=str(to))))


def seal(
    folder: Folder,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="movement, clearance, service_point or incident.")],
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Who says it; its key must be here.")],
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A field of it: action=submit.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Take the fields from a file (JSON or YAML).")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When it happened; else now.")] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="PLACE", help="The broad area.")] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it is to be disclosed; else the first day on which it may be told."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say a step of a movement now without telling it: the record holds a commitment, the vault its text.

    It counts from its disclosure on, with the time at which it was sealed, and is provably what was sealed. Disclose it with
    `enduse access disclose` once it is due.

    Example: enduse access seal demo movement --as party:monitor --place place:north --set movement=movement:4c1f --set action=submit
    """
    from datetime import UTC, datetime

    with exit_on_error():
        body = {**(enduse.read_fields(file) if file else {}), **enduse.set_fields(given or ())}
        when = enduse.moment(at) if at else datetime.now(UTC)
        with opened(folder, ask_passphrase) as programme:
            fields = {"occurred_at": when, "place": programme.find(place, "place") if place else None, "body": body}
            sealed = programme.seal_statement(kind, fields, party=programme.find(party, "party"), due=due)
            publication = programme.publication
    taken = sealed.taken
    if as_json:
        told = {"outcome": taken.outcome, "index": taken.index, "problem": taken.problem}
        print_json({"commitment": sealed.commitment, **told, **published(publication)})
    elif taken.problem is not None:
        say_problem(taken.problem)
    else:
        words = localizer()
        told_text = words.say(
            "recorded as entry {index}: {commitment}", index=taken.index, commitment=sealed.commitment
        )
        console.print(Text(told_text))
        say_waiting(publication)
    if taken.problem is not None:
        raise typer.Exit(DOES_NOT_HOLD)


def disclose(
    folder: Folder,
    party: Annotated[str, typer.Option("--as", metavar="PARTY", help="Who sealed them; its key must be here.")],
    as_json: Json = False,
) -> None:
    """Disclose all that PARTY sealed of access, lies in this vault, and is due.

    Example: enduse access disclose demo --as party:monitor
    """
    with exit_on_error(), opened(folder, ask_passphrase) as programme:
        done = programme.disclose_due(party=programme.find(party, "party"))
        publication, names = programme.publication, programme.names()
    if as_json:
        told = [{"commitment": name, "outcome": taken.outcome, "index": taken.index} for name, taken in done]
        print_json({"disclosed": told, **published(publication)}, names)
        return
    words = localizer(names)
    console.print(Text(words.count("{n} statement disclosed.", "{n} statements disclosed.", len(done))))
    for _, taken in done:
        for note in taken.notes:
            say_message(note, style="yellow", words=words)


def order(
    folder: Folder,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; else that of the record.")
    ] = None,
    days: Annotated[int, typer.Option(help="How many days.")] = 14,
    closing: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CROSSING=DATE..DATE", help="What if it were closed from a day on, up to another? Repeatable."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what will wait where, and an order of sending in which the most needed waits least, beside first come, first served.

    Goods are the requests of the record that have not passed their crossing; crossings and corridors let through what is stated of
    them, closures counted. With --closing: what more will wait where. Not for the public: it tells future days.

    Example: enduse access order demo --days 7 --closing place:gate=2026-06-02..2026-06-05
    """
    with exit_on_error(), opened(folder) as programme:
        closed = {programme.find(name, "place"): (begin, until) for name, begin, until in map(_closing, closing or ())}
        plan = programme.sending(start=start, days=days)
        supposed = programme.sending(start=start, days=days, closed=closed) if closed else None
        names = programme.names()
    if as_json:
        print_json({"plan": plan, "closed": supposed}, names)
        return
    from enduse.pages.access import sending_words

    words = localizer(names)
    _tables(sending_words(plan, supposed, words), words.say("Nothing waits to be sent."), words)
    if plan.unstated:
        told = words.say(
            "Nobody says how much passes here, so nothing is planned through it: {places}",
            places=words.named(plan.unstated),
        )
        console.print(Text(told, style="yellow"))


def _closing(word: str) -> tuple[str, str, str | None]:
    name, equals, span = word.rpartition("=")
    begin, _, until = span.partition("..")
    if not equals or not begin:
        raise MalformedError("sending.closed_unread", text=word)
    return name, begin, until or None


def _tables(parts: "list[Part]", nothing: str, words: "Localizer") -> None:
    if not any(rows for _, _, rows in parts):
        console.print(Text(nothing))
    for title, columns, rows in parts:
        _table(title, columns, rows, words)


def _table(title: str, columns: "tuple[str, ...]", rows: "list[tuple[str, ...]]", words: "Localizer") -> None:
    if not rows:
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False, title=Text(title), title_justify="left")
    for column in columns:
        table.add_column(Text(column))
    for row in rows[:SHOWN]:
        table.add_row(*map(Text, row))
    if console.measure(table, options=console.options.update_width(WIDEST)).minimum <= console.width:
        console.print(table)
    else:  # its words would be cut to parts that nobody can read
        console.print(Text(title, style="italic"))
        for row in rows[:SHOWN]:
            told = " · ".join(f"{column} {cell}" for column, cell in zip(columns[1:], row[1:], strict=True))
            console.print(Text.assemble((row[0], "bold"), f"  {told}"))
    more = len(rows) - SHOWN
    if more > 0:
        console.print(more_words(more, words))
