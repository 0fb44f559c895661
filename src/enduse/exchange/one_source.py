"""One source a relation: what one party reports of the same money from two standards would count twice, so the second is refused.

Of several parties that report one donor's money one counts (:mod:`enduse.ledger.voices`). One party that adds the donor's file of
IATI, the recipient's, and the flows of FTS would be one voice that tells each payment three times, under three numbers.
"""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace

from enduse.book.book import Book
from enduse.errors import Problem
from enduse.exchange.unsigned import Row, UnsignedStatement
from enduse.ledger.voices import donor_of, relation_of, told_about, voice_key
from enduse.statements.base import Body
from enduse.statements.money import CommitmentBody, DisbursementBody, PledgeBody, RefundBody

_SOURCES: Final = {
    "iati-outgoing": "giver",
    "iati-incoming": "recipient",
    "fts-flows": "fts",
    "fts-flow-table": "fts",
    "fts-handed-on": "fts",
    "pooled-fund-contributions": "pooled",
}
"""Where the profiles that come with Enduse have money from: two of one source tell no payment twice."""


def is_of_standard(profile: str) -> bool:
    """Say whether a profile reads money from a public source, which may tell what another one tells."""
    return profile in _SOURCES


class OneSource:
    """Which public source each party has told a donor's money from.

    Args:
        book: of the programme.
        speaker: gives the party that says a statement.
    """

    def __init__(self, book: Book, speaker: Callable[[UnsignedStatement], str]) -> None:
        self._book, self._speaker = book, speaker
        self._told: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}

    def apart(self, row: Row) -> Row:
        """Return a row as it is, or refused where the party that says it has told that money from another source."""
        source = _SOURCES.get(row.source.profile or "")
        if source is None:
            return row
        for said in row.statements:
            party = self._speaker(said)
            relation = _relation(said.body, party)
            was, name = self._before(party, relation) if relation else ("", "")
            if was not in {"", source}:
                told = {"party": party, "donor": donor_of(relation), "name": name}
                line = row.source.row if row.line is None else row.line
                problem = Problem.of("money.other_source", source=row.source.name, line=line, **told)
                return replace(row, statements=(), problems=(problem,))
        return row

    def _before(self, party: str, relation: str) -> tuple[str, str]:
        """Return from which source, and which file, a party told of a relation first; nothing where it did not, or from a table of its own."""
        ledger, key = self._book.ledger, voice_key(relation)
        if party not in dict(ledger.voices.get(key, ())):
            return "", ""
        where = party, donor_of(relation)
        if where not in self._told:
            self._told[where] = dict(self._first(*where))
        return self._told[where].get(key, ("", ""))

    def _first(self, party: str, donor: str) -> Iterator[tuple[str, tuple[str, str]]]:
        seen = set()
        for said in told_about(self._book.ledger, [donor]):
            key = voice_key(said.relation)
            if said.party != party or key in seen:
                continue
            seen.add(key)
            source = self._book.statement(said.index).statement.source
            if source is not None:
                yield key, (_SOURCES.get(source.profile or "", ""), source.name)


def _relation(body: Body | None, party: str) -> str:
    """Return the relation of a donor's money that a statement of a party speaks of; empty where it speaks of none."""
    match body:
        case PledgeBody():
            return relation_of("pledge", body.donor or party, body.amount.currency)
        case CommitmentBody():
            return relation_of("commitment", body.donor or party, body.amount.currency)
        case DisbursementBody():
            kind = "disbursement" if body.in_kind is None else "gift"
            return relation_of(kind, body.donor or party, body.amount.currency, body.recipient)
        case RefundBody():
            return relation_of("refund", body.by or party, body.amount.currency, body.to)
    return ""
