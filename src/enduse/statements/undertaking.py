"""Kind ``undertaking``: what a party has publicly said it will do: source, wording, date, language.

It can be registered by anybody who cites the source; the party can dispute that it said so. Whether it is met is said
by somebody else, never by the party itself or one related to it.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.statements.condition import DEPTH_MAX, AnyCondition, depth
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant


class UndertakingBody(Body, frozen=True, kw_only=True):
    """One step in the life of an undertaking.

    Attributes:
        undertaking: its identifier; every step names it.
        action: ``state``; ``propose`` where a text calls on a party to undertake it, and it has not; ``dispute`` by the
            party said to have made it; ``met`` by a party mandated to say so; ``withdraw`` by the party that made it.
        by: with ``state``, the party that made it; with ``propose``, the party called on.
        about: with ``state``, the topic, such as ``leave-power``.
        words: with ``state``, what was said, in its own language and others.
        language: with ``state``, the language it was said in.
        due: with ``state``, by when, where it was said.
        when: with ``state``, whether it is to be done ``after`` something, or ``if`` something holds.
        requires: what it is to be done after or if, in the conditions of tranches; before that is met nothing is due.
        citation: with ``state``, where it was said; required where another party registers it.
        reason: why, with the other steps.
    """

    undertaking: Id
    action: Literal["state", "propose", "dispute", "met", "withdraw"]
    by: Id | None = None
    about: Id | None = None
    words: Text = msgspec.field(default_factory=dict)
    language: Annotated[str, Meta(max_length=35)] = ""
    due: Instant | None = None
    when: Literal["", "after", "if"] = ""
    requires: AnyCondition | None = None
    citation: Citation | None = None
    reason: Prose = ""

    def __post_init__(self) -> None:
        said = self.action in {"state", "propose"}
        if said and not (self.by and self.about and self.words):
            raise InvalidValueError("undertaking.incomplete")
        if bool(self.when) != (self.requires is not None) or (self.requires is not None and not said):
            raise InvalidValueError("undertaking.condition_incomplete")
        if self.requires is not None and depth(self.requires) > DEPTH_MAX:
            raise InvalidValueError("condition.too_deep", limit=DEPTH_MAX)


class Undertaking(Statement, frozen=True, kw_only=True, tag="undertaking"):
    """An undertaking is registered, disputed, met or withdrawn."""

    body: UndertakingBody
