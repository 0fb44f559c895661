"""Visits, monitors and draws in words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.views.contradictions import Contradiction
from enduse.views.draws import RoundCheck
from enduse.views.monitors import CoveredPlace, MonitorView, VisitView

STANDINGS: Final = {
    "due": mark("to be made by {day}"),
    "overdue": mark("was to be made by {day}; nothing is told of it"),
    "made": mark("made on {day}: {outcome}"),
    "no_access": mark("nobody was let in on {day}"),
    "cancelled": mark("not made: {reason}"),
}
"""How a visit stands."""

STATES_OF_VISITS: Final = {
    "overdue": mark("day past, nothing told"),
    "made": mark("made"),
    "no_access": mark("nobody was let in"),
    "cancelled": mark("not made"),
}
"""The same in a word or two, of visits that are not still to come."""

OUTCOMES: Final = {
    "as_declared": mark("as declared"),
    "differs": mark("not as declared"),
    "no_access": mark("no access"),
}
"""What a visit saw."""

HOW: Final = {
    "found_false": mark("{party} visited and found a statement of it false"),
    "saw_otherwise": mark("{party} visited before or after, and saw otherwise"),
    "finding": mark("{party} found that it is not supported"),
    "claim": mark("{party} claims something about it"),
}
"""How somebody says otherwise than a visit; who is right is not decided."""


def monitor_figures(one: MonitorView, words: Localizer) -> list[tuple[str, str]]:
    """Return what a monitor promised, made and found, each with its label; nought is told where it says something."""
    told = [
        (words.say("promised"), one.promised, True),
        (words.say("made"), one.made, True),
        (words.say("made without a promise"), one.unplanned, False),
        (words.say("nobody was let in"), one.no_access, False),
        (words.say("not made, with a reason"), one.cancelled, False),
        (words.say("day past, nothing told"), one.overdue, True),
        (words.say("day to come"), one.due, False),
        (words.say("told after its day"), one.told_late, True),
        (words.say("found something"), one.found, True),
        (words.say("of these, acted on by others"), one.acted, bool(one.found)),
        (words.say("statements checked"), one.checked, True),
        (words.say("of these, found false"), one.false, bool(one.checked)),
        (words.say("place drawn, and drawn again here"), one.drawn, False),
        (words.say("place chosen, no draw stated"), one.chosen, False),
        (words.say("place outside the draw named"), one.outside, False),
    ]
    figures = [(label, words.number(number)) for label, number, always in told if number or always]
    figures.append((words.say("of what could be taken unseen, where it has been"), share_words(one.covered, words)))
    figures += [(words.say("cost of a visit"), cost) for cost in cost_words(one, words)]
    return figures


def share_words(share: float, words: Localizer) -> str:
    """Return a part of one in per cent, to one digit."""
    return f"{words.number(100 * Decimal(str(round(share, 6))), 1)}%"


def cost_words(one: MonitorView, words: Localizer) -> Iterator[str]:
    """Give what a visit cost on average, by currency, and for how many that is stated."""
    for cost in one.costs:
        yield words.count(
            "{each}, stated of one visit",
            "{each} on average, stated of {n} visits",
            cost.visits,
            each=words.of(cost.each),
        )


def visit_words(one: VisitView, words: Localizer) -> str:
    """Return how a visit stands, in one sentence."""
    day = one.due if one.state in {"due", "overdue"} else one.made
    return words.say(
        STANDINGS[one.state],
        day=words.day(day) if day is not None else "",
        outcome=words.translated(OUTCOMES[one.outcome]) if one.outcome else "",
        reason=one.reason,
    )


def found_words(one: VisitView, words: Localizer) -> Iterator[str]:
    """Give what a visit checked and found, and what was done about it."""
    if one.checked:
        yield words.count(
            "One statement was held against what is there; {false} found false.",
            "{n} statements were held against what is there; {false} found false.",
            one.checked,
            false=words.number(len(one.false)),
        )
    for defect in one.defects:
        name = words.text(defect.title, defect.defect)
        if defect.state == "found":
            yield words.say("Defect found: {defect}", defect=name)
        else:
            yield words.say("Defect remedied: {defect}", defect=name)
    for acted in one.acted:
        yield words.say("{party} acted on it: {words}", party=words.name(acted.party), words=acted.words)
    if one.found and not one.acted:
        yield words.say("Nobody has said what was done about it.")


def contradiction_words(one: Contradiction, words: Localizer) -> str:
    """Return who says otherwise than a visit, and how."""
    return words.say(HOW[one.how], party=words.name(one.by))


def place_words(one: CoveredPlace, words: Localizer) -> str:
    """Return how often a monitor has been at a place."""
    if one.last is None:
        return words.say("not visited")
    return words.count("one visit, on {day}", "{n} visits, the last on {day}", one.visits, day=words.day(one.last))


def round_words(one: RoundCheck, words: Localizer) -> str:
    """Return how a round was drawn, and whether drawing it again gives the same places."""
    seeds = {
        "seed": words.say("a seed that was committed to"),
        "beacon": words.say("the public beacon {beacon}", beacon=words.isolate(one.beacon)),
        "checkpoint": words.say("the record's own root"),
    }
    if one.state != "drawn":
        return words.say(
            "A round on the record at size {size}, with {seed}: not drawn again.",
            size=words.number(one.size),
            seed=seeds[one.by],
        )
    return words.say(
        "A round on the record at size {size}, with {seed}: drawn again, it gives {places}.",
        size=words.number(one.size),
        seed=seeds[one.by],
        places=words.named(one.places),
    )
