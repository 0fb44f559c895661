"""What somebody must do, in words."""

from collections.abc import Callable
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.views.shapes import Task

WORDS: Final = {
    "account_for": mark("Say what became of {amount} in {item}."),
    "make_good": mark("Make good {amount} that was not used for {project}."),
    "explain": mark("Explain why {project} was measured {amount} short."),
    "receive": mark("Say what became of {amount} in {item}."),
    "say_what_came": mark("Say how much arrived in {item}: {amount} is open, and the words of those who know differ."),
    "explain_surplus": mark("Say where {amount} too much in {item} comes from: was a part told twice?"),
    "say_what_was_sent": mark(
        "Say what was sent in {item}: something else came in place of {amount}, by its receiver's word."
    ),
    "weigh_again": mark(
        "Weigh again at {place}, or say how much its scale errs: {amount} rests on its holder's word alone."
    ),
    "settle_error": mark(
        "Find whether {amount} at {place} is an error of its scale: it is within what somebody states of it, and stays open until then."
    ),
    "say_which_count": mark(
        "Say which count at {place} holds: several of one time differ, and {amount} rests on that."
    ),
    "say_what_came_in": mark("Say what came in at {place}: {amount} more went out than the record shows came in."),
    "account_for_advance": mark("Account for {amount} of advance {advance}, or give it back."),
    "answer_advance": mark("Say what you accept of {amount} spent of advance {advance}."),
    "measure": mark("Measure how much {material} is built into {project}."),
    "attest": mark("Attest to {subject}, or say why not."),
    "decide": mark("Decide on {tranche}: its conditions are met."),
    "accept": mark("Accept what was stated anew for {tranche}, or leave it: until then it counts for nothing."),
    "agree_council": mark("Sign, or leave, what is stated of the council {council}: it waits for signatures."),
    "agree_clock": mark("Sign, or leave, what is stated of the clock {clock}: it waits for signatures."),
    "agree_tie_end": mark("Sign, or leave, that a tie of {party} is over: it waits for signatures."),
    "answer": mark("Accept or decline {mandate}."),
    "disclose": mark("Disclose what was sealed about {subject}: its day has come."),
    "commit": mark("Turn a pledge of {amount} into a commitment."),
    "pay": mark("Pay {amount} that is committed."),
    "plan": mark("Plan a project for a need that has none: {need}."),
}
MEASURE_ALL: Final = mark("Measure what is built into {project}.")


def task_words(task: Task, localizer: Localizer, thing: Callable[[str], str] | None = None) -> str:
    """Return what somebody must do, as a sentence.

    Args:
        task: what.
        localizer: words of the reader.
        thing: says what a task is about, as with a link; by default names, and consignments by identifier, as commands take them.
    """
    about = (thing or localizer.name)(task.about)
    parts = dict.fromkeys(("project", "subject", "tranche", "mandate", "need", "place", "council", "party"), about) | {
        "clock": localizer.isolate(task.about),
        "item": task.about if thing is None else about,
        "advance": localizer.isolate(task.about),
    }
    if task.figure is None:
        return localizer.say(MEASURE_ALL if task.code == "measure" else WORDS[task.code], **parts)
    amount, material = localizer.of(task.figure), localizer.material(task.figure.resource)
    if task.days and task.code == "receive":
        return localizer.count(
            "Say what became of {amount} in {item}, overdue by one day.",
            "Say what became of {amount} in {item}, overdue by {n} days.",
            task.days,
            amount=amount,
            **parts,
        )
    return localizer.say(WORDS[task.code], amount=amount, material=material, **parts)
