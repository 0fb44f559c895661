"""Kind ``post``: posts of a body and how they are filled, in counts of categories. Never a name, never a person."""

from typing import Annotated

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text

Count = Annotated[int, Meta(ge=0, le=10_000_000)]


class PostBody(Body, frozen=True, kw_only=True):
    """Like posts of one body, as they stand from the statement's date.

    Attributes:
        post: identifier of this group of posts.
        party: body whose posts they are.
        title: for people.
        function: civil function they serve.
        count: how many there are.
        filled: how many are filled, by category, such as ``{"gaza": 40, "diaspora": 3}``.
        citation: where it was read.
    """

    post: Id
    party: Id
    title: Text
    function: Id | None = None
    count: Count
    filled: dict[Id, Count] = msgspec.field(default_factory=dict)
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if sum(self.filled.values()) > self.count:
            raise InvalidValueError("post.overfilled")


class Post(Statement, frozen=True, kw_only=True, tag="post"):
    """How posts are filled."""

    body: PostBody
