"""What parties promised publicly and were asked for, in words: the same at the command line and at the portal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from enduse.pages.catalogue import mark

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.arrangement import RequestView, UndertakingView

REQUESTS: Final = {
    "sent": mark("waits for an answer"),
    "overdue": mark("no answer came in time"),
    "accepted": mark("accepted"),
    "declined": mark("declined"),
    "withdrawn": mark("withdrawn"),
}
"""How a request stands; one without a day by which it is to be answered is never overdue."""


def promise_lines(one: "UndertakingView", words: "Localizer") -> Iterator[str]:
    """Give what stands below a public promise: by when, what it waits for and why, who says that it is met, where it was said."""
    body = one.body
    if body.due is not None:
        yield words.say("by {day}", day=words.day(body.due))
    if one.required is not None:
        told = words.message(one.required.told)
        # Two whole sentences each, since many languages cannot put "after" and "if" before the same form.
        yield (
            words.say("only if: {what}", what=told) if body.when == "if" else words.say("only after: {what}", what=told)
        )
    if one.met_by:
        yield words.say("met, by the word of {party}", party=words.name(one.met_by))
    if one.disputed:
        yield words.say("it disputes that it said so")
    if one.state == "not_stated":
        yield words.say("A text calls on it to promise this; it has not, and is in breach of nothing.")
    if one.registered_by and one.registered_by != body.by:
        yield words.say("registered by {party}", party=words.name(one.registered_by))
    if body.citation is not None:
        yield cited(body.citation.source, body.citation.quote, words)


def request_lines(one: "RequestView", words: "Localizer") -> Iterator[str]:
    """Give what stands below a request: by when it is to be answered, whether that came late, why, and where it was read."""
    body = one.body
    if body.respond_by is not None:
        yield words.say("to be answered by {day}", day=words.day(body.respond_by))
    if one.late:
        yield words.say("answered after that day")
    if one.reason:
        yield one.reason
    if body.citation is not None:
        yield cited(body.citation.source, body.citation.quote, words)


def cited(source: str, quote: str, words: "Localizer") -> str:
    """Return where something was read, with the words relied on."""
    shown = words.isolate(source)
    return words.say("{source}: “{words}”", source=source, words=quote) if quote else shown
