"""A party's public page as data: what it says of itself beside what the record shows (row "explaining their roles")."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from enduse.messages import Message
from enduse.programme.arrangement import Arrangement
from enduse.programme.knowledge import KnowledgeItem
from enduse.programme.posts import PostState
from enduse.statements.party import PartyBody
from enduse.terms.texts import Text


class MandateSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate on a party's page.

    Attributes:
        mandate: its identifier.
        functions: what for.
        places: where.
        state: ``offered``, ``declined``, ``accepted``, ``in_force``, ``suspended`` or ``ended``.
        standing: what the offer's source says of it, such as ``proposed by the author``.
        evidence: every statement that changed it.
    """

    mandate: str
    functions: tuple[str, ...]
    places: tuple[str, ...]
    state: str
    standing: str
    evidence: tuple[str, ...]


class RequestSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A request to or from a party."""

    request: str
    sender: str
    to: str
    what: Text
    state: str
    late: bool
    evidence: tuple[str, ...]


class UndertakingSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An undertaking of a party and how it stands."""

    undertaking: str
    about: str
    words: Text
    state: str
    disputed: bool
    evidence: tuple[str, ...]


class PartyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything public about a party at one moment.

    Attributes:
        party: its description.
        says: its own stated purpose; empty where it has stated none.
        shows: what the ledger shows of it: figures for people by label, given by whoever keeps the ledger.
        ties: its owners and memberships, each in words; of those that are over, until when they count.
        mandates: what it was offered, holds or held.
        posts: how its posts are filled, in counts.
        requests: sent to it or by it.
        undertakings: what it publicly undertook; empty means *not stated*, which is no breach of anything.
        said: its claims, assessments, findings and replies.
    """

    party: PartyBody
    says: Text
    shows: Mapping[str, str]
    ties: tuple[Message, ...]
    mandates: tuple[MandateSummary, ...]
    posts: tuple[PostState, ...]
    requests: tuple[RequestSummary, ...]
    undertakings: tuple[UndertakingSummary, ...]
    said: tuple[KnowledgeItem, ...]


def party_page(state: Arrangement, party: str, at: datetime, shows: Mapping[str, str] | None = None) -> PartyPage:
    """Return a party's page.

    Args:
        state: the programme.
        party: whose page.
        at: the moment it is drawn for.
        shows: what the ledger shows of the party, by label.

    Raises:
        KeyError: the party is not known.
    """
    body = state.parties[party]
    mandates = [item for _, item in sorted(state.mandates.items()) if item.holder == party]
    requests = [item for _, item in sorted(state.requests.requests.items()) if party in {item.sender, item.body.to}]
    every = sorted(state.undertakings.undertakings.items())
    # What a text proposes that it undertake, it has not undertaken.
    undertakings = [item for _, item in every if item.body.by == party and item.body.action != "propose"]
    return PartyPage(
        party=body,
        says=body.purpose or {},
        shows=dict(shows or {}),
        ties=tuple(state.relations.said(party)),
        mandates=tuple(
            MandateSummary(
                mandate=item.mandate,
                functions=item.functions,
                places=item.places,
                state=item.state(at),
                standing=item.standing,
                evidence=tuple(item.history),
            )
            for item in mandates
        ),
        posts=tuple(state.posts.of(party)),
        requests=tuple(
            RequestSummary(
                request=item.body.request,
                sender=item.sender,
                to=item.body.to or "",
                what=item.body.what,
                state=item.state(at),
                late=item.late,
                evidence=tuple(name for name in (item.entry, item.answer_entry) if name),
            )
            for item in requests
        ),
        undertakings=tuple(
            UndertakingSummary(
                undertaking=item.body.undertaking,
                about=item.body.about or "",
                words=item.body.words,
                state=item.state(at),
                disputed=bool(item.disputed_entry),
                evidence=item.evidence,
            )
            for item in undertakings
        ),
        said=tuple(item for _, said in sorted(state.knowledge.said.items()) for item in said if item.by == party),
    )
