"""``enduse key list``: every key and its life; who brought it, who vouches for it, what was recovered, what waits."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.padding import Padding
from rich.text import Text

import enduse
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.key_lives import KeyLives, KeyTie, KeyView

STYLES: Final = {
    "in_force": "green",
    "waits": "yellow",
    "suspended": "yellow",
    "replaced": "dim",
    "revoked": "dim",
    "expired": "dim",
}
GROUP: Final = 4
"""Letters that are read out together over the telephone."""


def list_keys(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    party: Annotated[str | None, typer.Argument(metavar="[PARTY]", help="Only the keys of this party.")] = None,
    as_json: Json = False,
) -> None:
    """Show the life of every key: who enrolled it and when, who confirmed it, suspended, revoked, recovered, objections.

    A key is named by 32 letters and digits that its party can compare with its own over the telephone. A recovery that waits
    is shown with the day until which the party may object. Parties that belong together are named, with their ties: in
    decisions on keys they are one voice.

    Example: enduse key list demo party:monitor
    """
    with exit_on_error(), enduse.open(folder) as programme:
        party = party and programme.find(party, "party")
        answer, names = programme.keys(party), programme.names()
    if as_json:
        print_json(msgspec.structs.asdict(answer), names)
        return
    words = localizer(names)
    for owner, lives in groupby(answer.keys, attrgetter("party")):
        console.print(Text(words.name(owner), style="bold"))
        for key in lives:
            line = Text.assemble((_state(key, words), STYLES[key.state]), "  ", (grouped(key.key), "dim"))
            console.print(Padding(line, (0, 0, 0, 2), expand=False))
            for told in _life(key, words):
                console.print(Padding(Text(told), (0, 0, 0, 4), expand=False))
    for tie in answer.relations:
        console.print(Text(_tie(answer, tie, words)))
    for pending in answer.pending:
        console.print(Text(words.message(pending), style="yellow"))
    console.print(Text(_rules(answer, words, party), style="dim"))


def grouped(key: str) -> str:
    """Return a key's name in groups of four, as it is read out."""
    return " ".join(key[at : at + GROUP] for at in range(0, len(key), GROUP))


def _state(key: "KeyView", words: "Localizer") -> str:
    return {
        "in_force": words.say("in force"),
        "waits": words.say("not in force yet"),
        "suspended": words.say("suspended"),
        "replaced": words.say("replaced"),
        "revoked": words.say("revoked"),
        "expired": words.say("over"),
    }[key.state]


def _life(key: "KeyView", words: "Localizer") -> Iterator[str]:
    """Give what happened to a key, a line each, in the order in which it can happen."""
    yield from _origin(key, words)
    if key.confirmed_by:
        yield words.say("confirmed by {parties}", parties=words.named(key.confirmed_by))
    if key.unconfirmed:
        yield words.say("nobody but the keeper says that it is theirs")
    if key.suspended_until is not None:
        until = words.day(key.suspended_until)
        yield words.say("suspended by {party}, until {day}", party=words.name(key.suspended_by), day=until)
    if key.lifted_by:
        yield words.say("the suspension was lifted by {party}", party=words.name(key.lifted_by))
    if key.replaced_by:
        yield words.say("key {key} has taken its place", key=grouped(key.replaced_by))
    if key.revoked_at is not None:
        yield words.say("revoked by the party itself on {day}", day=words.day(key.revoked_at))
    for given in key.reasons:
        said = {"party": words.name(given.by), "day": words.day(given.at), "reason": given.reason}
        yield words.say("{party} gave as the reason on {day}: {reason}", **said)
    yield words.count("{n} statement signed with it", "{n} statements signed with it", key.statements)


def _origin(key: "KeyView", words: "Localizer") -> Iterator[str]:
    """Give how a key came."""
    by, day = words.name(key.enrolled_by), words.day(key.enrolled_at)
    if key.recovery is not None:
        yield words.say("asked for by {party} on {day}, because another was lost", party=by, day=day)
        yield from _recovery(key, words)
    elif key.delegates is not None:
        yield from _delegation(key, words)
    elif key.parent:
        yield words.say("enrolled with key {key} on {day}", key=grouped(key.parent), day=day)
    else:
        yield words.say("enrolled by {party} on {day}", party=by, day=day)


def _delegation(key: "KeyView", words: "Localizer") -> Iterator[str]:
    """Give what a device or clerk may say with a key."""
    given, day = key.delegates, words.day(key.enrolled_at)
    if given is None:
        return
    if key.handed_from:
        yield words.say(
            "{device}: handed on by key {key} on {day}", device=given.label, key=grouped(key.handed_from), day=day
        )
    else:
        yield words.say(
            "{device}: delegated with key {key} on {day}", device=given.label, key=grouped(key.parent), day=day
        )
    says = words.listed(words.term(kind, "act") for kind in given.says)
    told = {"says": says, "places": words.named(given.places), "until": words.day(given.until)}
    if given.functions:
        functions = words.named(given.functions)
        yield words.say("says {says} as {functions} at {places}, until {until}", functions=functions, **told)
    else:
        yield words.say("says {says} at {places}, until {until}", **told)
    if given.may_hand_on:
        yield words.say("may be handed on to the next shift's key")


def _recovery(key: "KeyView", words: "Localizer") -> Iterator[str]:
    found = key.recovery
    if found is None:
        return
    if found.approved_by:
        yield words.say("approved by {parties}", parties=words.named(found.approved_by))
    for said in found.objections:
        yield words.say("objected to with key {key} on {day}", key=grouped(said.key), day=words.day(said.at))
    if found.decided_at is not None:
        day = words.day(found.decided_at)
        yield {
            "quorum": words.say("in force since {day}, by a quorum", day=day),
            "witnesses": words.say("in force since {day}, after a waiting time that witnesses saw pass", day=day),
            "clock": words.say("in force since {day}, after a waiting time by the keeper's own clock", day=day),
        }[found.how]
    if found.object_until is not None:
        yield words.say("the party may object until {day}", day=words.day(found.object_until))
    elif found.contestable:
        yield words.say("the party may object until it is stated that witnesses saw the waiting time pass once more")


def _tie(answer: "KeyLives", tie: "KeyTie", words: "Localizer") -> str:
    """Return how two parties are related, and what that means for decisions on keys."""
    ties = words.listed((words.message(each) for each in tie.ties), sentences=True)
    names = {"party": words.name(tie.party), "other": words.name(tie.other), "ties": ties}
    if tie.other != answer.keeper:
        return words.say("{party} and {other} are related ({ties}): they are one voice on a key", **names)
    if tie.party in answer.bodies:
        return words.say("{party} is related to the keeper ({ties}): it has no voice on another's key", **names)
    return words.say("{party} is related to the keeper ({ties})", **names)


def _rules(answer: "KeyLives", words: "Localizer", party: str | None) -> str:
    """Return who may decide on a lost key, of a party or of any, and how long that waits otherwise."""
    told = words.count(
        "A recovery asked for by one waits {n} day in public.",
        "A recovery asked for by one waits {n} days in public.",
        answer.waiting_days,
    )
    if answer.witnesses:
        clock = words.count(
            "The clock of {n} witness tells the time.", "The clocks of {n} witnesses tell the time.", answer.witnesses
        )
    else:
        clock = words.say("Nobody's clock but the keeper's tells the time.")
    decide = words.say("The founding names no bodies that decide at once.")
    bodies = [body for body in answer.bodies if body not in {party, answer.keeper}]
    if bodies:
        decide = words.count(
            "{n} of these decides at once: {parties}.",
            "{n} of these decide at once: {parties}.",
            answer.quorum,
            parties=words.named(bodies),
        )
        if party is None:
            decide += " " + words.say("None of them decides on its own key.")
    return f"{told} {clock} {decide}"
