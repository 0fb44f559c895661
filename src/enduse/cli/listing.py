"""``enduse list``: what was said, entry by entry."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, print_json_rows
from enduse.cli.past import AsAt, AsKnown, dated, opened_at
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.statements import RecordedStatement

SHOWN: Final = 40
PAGE: Final = 500
"""Statements laid out together where all are shown."""
ID_SHOWN: Final = 12
"""Digits of an identifier that tell statements apart on a screen; --json gives all 64."""
DIGITS: Final = 18
"""What was said is shown to its last digit."""


def list_statements(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only of this kind, such as pledge.")] = None,
    party: Annotated[str | None, typer.Option(metavar="PARTY", help="Only what this party said.")] = None,
    place: Annotated[str | None, typer.Option(metavar="PLACE", help="Only what happened there.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Only what was recorded from this day on.")] = None,
    before: Annotated[
        int | None, typer.Option(metavar="ENTRY", help="Only what was recorded before this entry.")
    ] = None,
    as_at: AsAt = None,
    as_known: AsKnown = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, not the newest only.")] = False,
    as_json: Json = False,
) -> None:
    """List statements as they were recorded: entry, identifier, day it happened, day of recording where another, and what.

    Shows the newest forty; --before shows earlier ones, --all shows all, --json all with everything they say. The keeper's word on the time, which
    opens every batch, is left out unless --kind clock asks for it. What has no effect says why.

    Example: enduse list demo --kind finding
    """
    with exit_on_error(), opened_at(folder, as_at, as_known, as_json=as_json) as (_, then):
        names, date = then.names(), dated(then)
        party = party and then.find(party, "party")
        place = place and then.find(place, "place")
        asked = partial(then.statements, kind=kind, party=party, place=place, since=since, before=before)
        if as_json:
            print_json_rows(date, "statements", asked(), names)
            return
        words = localizer(names)
        if everything:
            shown = _shown(asked(), kind)
        else:
            few = [*islice(_shown(asked(newest_first=True), kind), SHOWN + 1)]
            if len(few) > SHOWN:
                every = None if party or place or since or before is not None else then.counted(kind)
                console.print(Text(_not_shown(every, few[-2].entry, words), style="dim"))
            shown = reversed(few[:SHOWN])
        first = True
        while page := [*islice(shown, PAGE)]:  # in pages, so that nobody holds all that was ever said
            console.print(_table(page, words, heads=first))
            first = False
        if first:
            console.print(Text(words.say("No statement is like that.")))


def _shown(said: "Iterable[RecordedStatement]", kind: str | None) -> "Iterator[RecordedStatement]":
    return (one for one in said if kind or one.kind != "clock")


def _not_shown(every: int | None, first: int, words: "Localizer") -> str:
    """Return how many statements are not shown, where that is known, and how to see them.

    Args:
        every: how many there are; ``None`` where nobody counted.
        first: entry of the first that is shown.
        words: of the reader.
    """
    if every is None:
        return words.say(
            "Earlier statements are not shown: --before {entry} shows the last of them, --all shows all", entry=first
        )
    return words.count(
        "{n} earlier statement is not shown: --all shows it",
        "{n} earlier statements are not shown: --all shows them",
        every - SHOWN,
    )


def _table(page: "Iterable[RecordedStatement]", words: "Localizer", *, heads: bool) -> Table:
    rows = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=heads)
    for head, width in (
        (words.say("entry"), 7),
        (words.say("identifier"), ID_SHOWN),
        (words.say("happened"), 10),
        (words.say("recorded"), 10),
        (words.say("what"), None),
    ):
        rows.add_column(Text(head), min_width=width)
    for said in page:
        day = said.happened_at.date().isoformat()
        recorded = said.recorded_at.date().isoformat() if said.recorded_at is not None else day
        rows.add_row(
            Text(str(said.entry), style="bold"),
            Text(said.id[:ID_SHOWN], style="dim"),
            day,
            recorded if recorded != day else "",
            said_words(said, words),
        )
    return rows


def said_words(said: "RecordedStatement", words: "Localizer") -> Text:
    """Return who said what in a few words: kind, how much, of what, where; and why it has no effect, if so."""
    kind = words.term(f"{said.kind}:{said.step}" if said.step else said.kind, "act")
    parts = [words.of(figure, DIGITS) for figure in said.amounts]
    named = dict.fromkeys(name for name in (said.about, said.statement.place) if name and name != said.statement.party)
    parts.extend(words.name(name) if ":" in name else words.isolate(name[:ID_SHOWN]) for name in named)
    who = words.name(said.statement.party)
    if said.by:
        who = words.say("{party}, by its {device}", party=who, device=said.by)
    line = Text.assemble(who, ": ", (kind, "cyan"))
    line.append("".join(f" · {part}" for part in parts))
    reason = getattr(getattr(said.statement, "body", None), "reason", "")
    if said.kind == "correction" and reason:
        line.append(f" · {words.term(reason)}", style="dim")
    _why(said, line, words)
    source = said.statement.source
    if source is not None and source.replaces is not None:
        told = words.say("in place of {statement}", statement=words.isolate(source.replaces[:ID_SHOWN]))
        line.append(f" · {told}", style="dim")
    if said.refusal is not None:
        line.append(f"\n{words.say('no effect')}: {words.message(said.refusal)}", style="yellow")
    if said.late:
        told = words.count("recorded {n} day after", "recorded {n} days after", said.late)
        line.append(f" · {told}", style="yellow")
    for note in said.notes:
        if note.code.startswith("key."):
            line.append(f"\n{words.message(note)}", style="yellow")
    return line


def _why(said: "RecordedStatement", line: Text, words: "Localizer") -> None:
    """Add why goods moved, and who saw it: whoever is named as witness has seen it only if it says so itself."""
    if said.reason is not None:
        line.append(f" · {words.term(f'reason:{said.reason}')}", style="dim")
    if said.witness is not None and said.witnessed is not None:
        seen = words.say("witnessed by {party}: {entry}", party=words.name(said.witness), entry=said.witnessed)
        line.append(f" · {seen}", style="dim")
    elif said.witness is not None:
        told = words.say("{party} is named as witness and has not said so", party=words.name(said.witness))
        line.append(f" · {told}", style="yellow")
