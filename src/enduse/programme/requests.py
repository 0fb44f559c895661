"""Requests to parties: sent, accepted, declined, withdrawn, overdue."""

from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Refusal
from enduse.statements.entry import Entry
from enduse.statements.request import Request, RequestBody

Answer = Literal["accepted", "declined", "withdrawn"]


class RequestState(msgspec.Struct):
    """A request: what was asked by whom, and the answer so far."""

    body: RequestBody
    sender: str
    entry: str
    sent_at: datetime
    answer: Answer | None = None
    answered_at: datetime | None = None
    answer_entry: str = ""
    reason: str = ""

    def state(self, at: datetime) -> str:
        """Return ``sent``, ``accepted``, ``declined``, ``withdrawn`` or ``overdue`` at a moment."""
        if self.answer is not None and self.answered_at is not None and self.answered_at <= at:
            return self.answer
        by = self.body.respond_by
        return "overdue" if by is not None and at >= by else "sent"

    @property
    def late(self) -> bool:
        """Whether the answer came after it was due."""
        by = self.body.respond_by
        return by is not None and self.answered_at is not None and self.answered_at >= by


class Requests(msgspec.Struct):
    """Requests by identifier."""

    requests: dict[str, RequestState] = msgspec.field(default_factory=dict)

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        for known in self.requests.values():
            if statement == known.entry:
                return known.sender
            if statement == known.answer_entry:
                return known.sender if known.answer == "withdrawn" else known.body.to or ""
        return ""

    def take_back(self, statement: str) -> None:
        """Forget a request, or the answer to one."""
        for name in sorted(self.requests):
            known = self.requests[name]
            if statement == known.entry:
                del self.requests[name]
            elif statement == known.answer_entry:
                known.answer, known.answered_at, known.answer_entry, known.reason = None, None, "", ""

    def apply(self, entry: Entry, statement: Request) -> Refusal | None:
        """Take in one step; only the party asked answers, only the sender withdraws."""
        body = statement.body
        known = self.requests.get(body.request)
        if body.action == "send":
            if known is not None:
                return Refusal.of("request.sent_already", request=body.request)
            if body.to == statement.party:
                return Refusal.of("request.to_itself")
            self.requests[body.request] = RequestState(body, statement.party, entry.id, statement.occurred_at)
            return None
        if known is None:
            return Refusal.of("request.never_sent", request=body.request)
        if known.answer is not None:
            return Refusal.of("request.answered_already", request=body.request, answer=known.answer)
        who = known.sender if body.action == "withdraw" else known.body.to or ""
        if statement.party != who:
            return Refusal.of("request.for_another", request=body.request, party=who, step=body.action)
        answers: dict[str, Answer] = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}
        known.answer, known.answered_at = answers[body.action], statement.occurred_at
        known.answer_entry, known.reason = entry.id, body.reason
        return None
