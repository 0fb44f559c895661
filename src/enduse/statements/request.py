"""Kind ``request``: one party asks another to take something on: sent, accepted, declined, withdrawn."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant


class RequestBody(Body, frozen=True, kw_only=True):
    """One step of a request.

    Attributes:
        request: its identifier; every step names it.
        action: ``send``, then ``accept`` or ``decline`` by the party asked, or ``withdraw`` by the one that asked.
        to: with ``send``, the party asked.
        what: with ``send``, what is asked.
        functions: with ``send``, civil functions it is about.
        respond_by: with ``send``, when it is overdue.
        reason: why, or under which reserve.
        citation: where it was read.
    """

    request: Id
    action: Literal["send", "accept", "decline", "withdraw"]
    to: Id | None = None
    what: Text = msgspec.field(default_factory=dict)
    functions: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    respond_by: Instant | None = None
    reason: Prose = ""
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if (self.action == "send") != (self.to is not None):
            raise InvalidValueError("request.receiver_misplaced")
        if self.action == "send" and not self.what:
            raise InvalidValueError("request.empty")


class Request(Statement, frozen=True, kw_only=True, tag="request"):
    """A party asks, or answers."""

    body: RequestBody
