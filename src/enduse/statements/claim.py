"""Kinds ``claim``, ``assessment``, ``finding``, ``reply``: what is asserted, judged, found, and answered.

A claim never becomes true by being repeated. A finding is an assessment with method, standard of proof, sources
graded by the Admiralty code (reliability A-F, credibility 1-6) and the right of reply recorded.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Quantity
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation, Text


class ClaimBody(Body, frozen=True, kw_only=True):
    """What is asserted, about what, in the speaker's own words.

    Attributes:
        claim: its identifier.
        about: what it is about.
        words: what was said.
        speaker: who said it, where the statement only reports it; by default the party itself.
        evidence: what the speaker offered for it, in words.
        citation: where it was read.
    """

    claim: Id
    about: Id
    words: Text
    speaker: Id | None = None
    evidence: Prose = ""
    citation: Citation | None = None


class Claim(Statement, frozen=True, kw_only=True, tag="claim"):
    """A party asserts something."""

    body: ClaimBody


class AssessmentBody(Body, frozen=True, kw_only=True):
    """A judgement by an office without a mandate to find; it has no consequence here.

    Attributes:
        assessment: its identifier.
        about: claim or matter it judges.
        office: who judged, where the statement only reports it; by default the party itself.
        result: what it came to.
        words: how it put it.
        method: how it was established, where that was said.
        standard_of_proof: how strong the grounds are, as stated.
        reliability: of the sources, Admiralty code A to F.
        credibility: of the information, Admiralty code 1 to 6.
        supersedes: an earlier assessment of the same office.
        citation: where it was read.
    """

    assessment: Id
    about: Id
    office: Id | None = None
    result: Literal["supported", "not_supported", "unresolved"]
    words: Text = msgspec.field(default_factory=dict)
    method: Prose = ""
    standard_of_proof: Literal["not_stated", "grounds_to_suspect", "grounds_to_believe", "clear_and_convincing"] = (
        "not_stated"
    )
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    credibility: Literal["1", "2", "3", "4", "5", "6"] = "6"
    supersedes: Id | None = None
    citation: Citation | None = None


class Assessment(Statement, frozen=True, kw_only=True, tag="assessment"):
    """An office states how it judges a claim or matter."""

    body: AssessmentBody


class ReplyBody(Body, frozen=True, kw_only=True):
    """What somebody concerned says to a finding, assessment or claim: the right of reply.

    Attributes:
        reply: its identifier.
        to: finding, assessment or claim it answers.
        words: what is said.
        citation: where it was read.
    """

    reply: Id
    to: Id
    words: Text
    citation: Citation | None = None


class Reply(Statement, frozen=True, kw_only=True, tag="reply"):
    """A party replies."""

    body: ReplyBody


class Resolution(Body, frozen=True, kw_only=True):
    """What a supported finding does to the ledger: it moves goods out of the account where they lay open.

    Attributes:
        of: ``difference`` (missing in the consignment ``item``, or in the stock at place ``item``) or ``use``
            (declared as used for the project ``item``).
        item: consignment, place or project.
        material: what.
        quantity: how much.
        outcome: where it went, as found; ``misrouted`` where it arrived under another consignment, which has so much too
            much.
        to: for ``misrouted``, that consignment.
        owner: who answers for it; by default whoever owned the open account.
    """

    of: Literal["difference", "use"]
    item: Id
    material: Id
    quantity: Quantity
    outcome: Literal["off_purpose", "lost", "stolen", "damaged", "measurement_error", "misrouted"]
    to: Id | None = None
    owner: Id | None = None

    def __post_init__(self) -> None:
        if (self.outcome == "misrouted") != (self.to is not None) or (self.to is not None and self.of != "difference"):
            raise InvalidValueError("resolution.to_another", path=".to")


class FindingBody(Body, frozen=True, kw_only=True):
    """An assessment.

    Attributes:
        finding: its identifier.
        about: claim, consignment, project or reading it assesses.
        result: what was found.
        method: how it was established.
        standard_of_proof: how strong the grounds are.
        reliability: of the sources, Admiralty code A (completely reliable) to F (cannot be judged).
        credibility: of the information, Admiralty code 1 (confirmed) to 6 (cannot be judged).
        right_of_reply: whether those concerned were asked, and what they said.
        resolves: postings that follow when the result is ``supported``.
        supersedes: an earlier finding it replaces.
    """

    finding: Id
    about: Id
    result: Literal["supported", "not_supported", "unresolved"]
    method: Prose
    standard_of_proof: Literal["grounds_to_suspect", "grounds_to_believe", "clear_and_convincing"]
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    credibility: Literal["1", "2", "3", "4", "5", "6"]
    right_of_reply: Prose
    resolves: Annotated[tuple[Resolution, ...], Meta(max_length=50)] = ()
    supersedes: Id | None = None


class Finding(Statement, frozen=True, kw_only=True, tag="finding"):
    """A body mandated to do so states a finding."""

    body: FindingBody
