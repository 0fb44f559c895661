"""What a column of a flat row holds, where its type alone does not say it."""

from typing import Annotated

from msgspec import Meta

Name = Annotated[str, Meta(extra={"holds": "name"})]
"""An identifier, beside which its name for people is written."""

Names = Annotated[tuple[str, ...], Meta(extra={"holds": "names"})]
"""Several of them."""

Word = Annotated[str, Meta(extra={"holds": "word"})]
"""A word of the vocabulary."""

StageWord = Annotated[str, Meta(extra={"holds": "word:stage"})]
"""How far a project is."""

SectorWord = Annotated[str, Meta(extra={"holds": "word:sector"})]
"""A sector of needs."""

ReasonWord = Annotated[str, Meta(extra={"holds": "word:reason"})]
"""Why something waits or is closed."""

StateWord = Annotated[str, Meta(extra={"holds": "word:state"})]
"""Where goods or a movement stand."""

StandingWord = Annotated[str, Meta(extra={"holds": "word:standing"})]
"""How a visit stands."""

OutcomeWord = Annotated[str, Meta(extra={"holds": "word:outcome"})]
"""What a visit saw."""

PointWord = Annotated[str, Meta(extra={"holds": "word:point"})]
"""What a service point is."""

Entries = Annotated[tuple[int, ...], Meta(extra={"holds": "entries"})]
"""Log indexes of statements."""
