"""Check that decisions rest on exactly the entries their signers named: the book is folded again up to there."""

import tempfile
from pathlib import Path

from enduse.book.book import Book
from enduse.errors import Problem, UnknownError
from enduse.release.evidence import check
from enduse.release.verdict import Verdict


def check_decisions(book: Book) -> dict[str, list[Problem]]:
    """Return, for each decision in effect, everything that does not hold of what it rests on."""
    return {name: check_decision(book, name) for name, item in book.releases.decisions.items() if item.effective}


def check_decision(book: Book, decision: str) -> list[Problem]:
    """Check one decision against this copy of the record; an empty list when it rests on what it says.

    Raises:
        UnknownError: there is no such decision.
    """
    known = book.releases.decisions.get(decision)
    if known is None:
        raise UnknownError("decision.unknown", decision=decision)
    body = known.body
    first = known.judged_at or book.statement(book.index_of(min(known.signers.values()))).statement.occurred_at

    def verdict_at(size: int) -> Verdict:
        with tempfile.TemporaryDirectory() as scratch:
            earlier = Book(Path(scratch), book.log)
            earlier.follow(until=size)
            verdict = earlier.releases.verdict(body.tranche, first, earlier.facts)
            earlier.leave()
            return verdict

    return check(
        body,
        root_at=lambda size: book.log.store.tree(size).root().hex() if size <= book.log.size else "",
        index_of=lambda statement: book.log.store.has(bytes.fromhex(statement)),
        verdict_at=verdict_at,
    )
