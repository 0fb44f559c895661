"""What waits at the desk: the items of the record and of residents' questions, each with the form that answers it."""

from functools import partial
from typing import Final
from urllib.parse import urlencode

import msgspec

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.tasks import task_words
from enduse.portal.addresses import slug
from enduse.portal.desk import Visit
from enduse.portal.drawing import PageWords
from enduse.portal.questions import waiting_questions
from enduse.views.inbox import Inbox, InboxItem
from enduse.views.shapes import Task

WORDS: Final = {
    "receive_due": mark("Receive {amount}: {item}."),
    "receive_overdue": mark("Say what came of {amount}: {item}. Late is not missing."),
    "assess": mark("Examine why {amount} of {item} is not explained."),
    "sign_decision": mark("Sign or refuse the decision {item}."),
    "key_ends": mark("A key of yours ends: {item}."),
    "visit_due": mark("Make the visit that you promised: {item}."),
    "visit_overdue": mark("Say what came of the visit that you promised, or why it was not made: {item}."),
    "question": mark("Answer a question of a resident on {item}."),
}

FORMS: Final = {
    "receive_due": "receive",
    "receive_overdue": "receive",
    "say_what_came": "receive",
    "receive": "claim",
    "account_for": "claim",
    "explain": "claim",
    "explain_surplus": "claim",
    "make_good": "claim",
    "say_what_came_in": "count",
    "say_what_was_sent": "claim",
    "say_which_count": "count",
    "weigh_again": "measure",
    "settle_error": "find",
    "assess": "find",
    "visit_due": "visit",
    "visit_overdue": "visit",
    "measure": "measure",
    "attest": "attest",
    "answer": "accept",
    "agree_council": "umbrella",
    "agree_clock": "clock_correction",
    "agree_tie_end": "tie_end",
    "commit": "commitment",
    "pay": "pay",
    "plan": "project",
    "account_for_advance": "expenditure",
    "answer_advance": "acceptance",
}
"""Which form answers what waits."""

ABOUT: Final = {
    "receive": "consignment",
    "claim": "about",
    "find": "about",
    "measure": "project",
    "attest": "subject",
    "accept": "mandate",
    "visit": "visit",
    "umbrella": "umbrella",
    "clock_correction": "clock",
    "tie_end": "party",
}
"""Which field of a form names what it is about."""

AT_PLACE: Final = frozenset(("say_what_came_in", "say_which_count", "weigh_again"))
"""What is about a store: the place where its form says something."""


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the inbox.

    Attributes:
        words: what is to be done.
        way: address of its form, within this language's part of the site.
        item: what of the record it is; ``None`` for a resident's question.
        age: whole days for which it has waited; ``None`` where that is not known.
        days: for how many of them it is overdue.
        left: days until it is due; ``None`` where no day is set.
    """

    words: str
    way: str
    item: InboxItem | None
    age: int | None
    days: int
    left: int | None


def waiting(visit: Visit) -> list[InboxLine]:
    """Return what waits for whoever is signed in: overdue first, then by the day it is due."""
    me, answers = visit.me, visit.answers
    found: Inbox = answers.kept(f"inbox {me.party}", lambda now: now.programme.inbox(me.party, now.status))
    lines, words = [_line(visit, found, item) for item in found.items], visit.sheet().s
    lines += [
        InboxLine(
            words=words.say(WORDS["question"], item=_topic(one.topic, words)),
            way=f"desk/questions/{one.number}/",
            item=None,
            age=one.age,
            days=max(0, -one.left),
            left=one.left,
        )
        for one in waiting_questions(visit)
    ]
    far = 10**6
    return sorted(lines, key=lambda line: (-line.days, far if line.left is None else line.left))


def _topic(topic: str, words: Localizer) -> str:
    return words.say("Something else") if topic == "other" else words.name(topic)


def _thing(sheet: PageWords, about: str) -> str:
    """Return what something is called in a sentence: by its kind too, where it has no name."""
    return sheet.s.name(about) if sheet.s.short(about) != sheet.s.name(about) else sheet.number(about)


def _line(visit: Visit, found: Inbox, item: InboxItem) -> InboxLine:
    words, thing = visit.sheet().s, partial(_thing, visit.sheet())
    if item.code in WORDS:
        name = thing(item.about)
        amount = words.of(item.figure) if item.figure is not None else ""
        told: str = words.say(WORDS[item.code], item=name, **({"amount": amount} if amount else {}))
    else:
        days = item.days or None
        told = task_words(
            Task(owner=found.party, code=item.code, figure=item.figure, about=item.about, days=days),  # type: ignore[arg-type]
            words,
            thing,
        )
    return InboxLine(
        words=told,
        way=way_of(item),
        item=item,
        age=None if item.since is None else max(0, (found.as_of - item.since).days),
        days=item.days,
        left=None if item.due is None else (item.due - found.as_of).days,
    )


def way_of(item: InboxItem) -> str:
    """Return the address of the form that answers something, with what is known of it filled in."""
    if item.code in {"decide", "accept", "sign_decision"}:
        return f"desk/decide/{slug('decision' if item.code == 'sign_decision' else 'tranche', item.about)}/"
    if item.code in {"key_ends", "disclose"}:
        return "desk/keys/"
    form = FORMS[item.code]
    given = {ABOUT[form]: item.about} if form in ABOUT and item.about and item.code not in AT_PLACE else {}
    if item.code == "weigh_again":
        given["of"] = "stock"
    if form in {"receive", "measure", "count"} and item.figure is not None:
        given["material"] = item.figure.resource.rpartition("/")[0]
    if place := item.about if item.code in AT_PLACE else item.place:
        given["place"] = place
    return f"desk/say/{form}/?{urlencode(given)}"
