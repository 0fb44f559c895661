"""Posts, vacancies and the composition of bodies, in counts of categories. Nothing here knows a name."""

from datetime import datetime
from decimal import Decimal

import msgspec

from enduse.messages import Message, Refusal
from enduse.statements.entry import Entry
from enduse.statements.post import Post, PostBody
from enduse.statements.programme import Composition


class PostState(msgspec.Struct, frozen=True):
    """Like posts as last stated."""

    body: PostBody
    entry: str
    at: datetime
    party: str = ""

    @property
    def vacant(self) -> int:
        """How many are not filled."""
        return self.body.count - sum(self.body.filled.values())


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How a composition rule stands.

    Attributes:
        rule: the rule.
        filled: filled posts of the party.
        counted: those of the rule's categories.
        holds: whether the share lies within the rule's bounds; ``None`` while no post is filled.
        evidence: statements it was counted from.
    """

    rule: Composition
    filled: int
    counted: int
    holds: bool | None
    evidence: tuple[str, ...]

    def told(self) -> Message:
        """Say it."""
        values = {
            "counted": self.counted,
            "filled": self.filled,
            "party": self.rule.party,
            "categories": self.rule.categories,
            "least": self.rule.at_least,
            "most": self.rule.at_most,
        }
        if self.holds is None:
            return Message.of("post.share_unknown", **values)
        return Message.of("post.share_within" if self.holds else "post.share_outside", **values)


class Posts(msgspec.Struct):
    """Posts by identifier."""

    posts: dict[str, PostState] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, statement: Post) -> Refusal | None:
        """Take in a statement by the body itself or the administration; return why it has no effect, if so."""
        known = self.posts.get(statement.body.post)
        if known is not None and known.body.party != statement.body.party:
            return Refusal.of("post.other_body", post=known.body.post, party=known.body.party)
        if known is not None and statement.occurred_at < known.at:
            return Refusal.of("post.described_later", post=known.body.post, day=known.at)
        self.posts[statement.body.post] = PostState(statement.body, entry.id, statement.occurred_at, statement.party)
        return None

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        return next((known.party for known in self.posts.values() if known.entry == statement), "")

    def take_back(self, statement: str) -> None:
        """Forget a description of posts; the one before it does not return."""
        self.posts = {name: known for name, known in self.posts.items() if known.entry != statement}

    def of(self, party: str) -> list[PostState]:
        """Return the posts of one body."""
        return [state for _, state in sorted(self.posts.items()) if state.body.party == party]

    def share(self, rule: Composition) -> Share:
        """Count one composition rule, exactly: a share on the bound is within it."""
        posts = self.of(rule.party)
        filled = sum(sum(state.body.filled.values()) for state in posts)
        counted = sum(state.body.filled.get(name, 0) for state in posts for name in dict.fromkeys(rule.categories))
        holds = None
        if filled:
            holds = Decimal(rule.at_least) * filled <= counted <= Decimal(rule.at_most) * filled
        evidence = tuple(state.entry for state in posts)
        return Share(rule=rule, filled=filled, counted=counted, holds=holds, evidence=evidence)
