"""The book of an earlier time: as it was known at a size of the record, and as at a day by what is known.

What was *known* then is the fold of so many entries, and nothing else: every question asked of it is answered as a
programme that holds no more would answer. It is not folded from nothing, though: the book keeps the states between two
blocks of entries, and what each block changed, so that only the entries since the last of these are folded again. *As at* a day only what is said to have happened by then counts, whenever it
was recorded; how long things wait, what is overdue and who must act are judged at that time. Keys, and what has no effect,
are matters of the record: they stand as known.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from enduse.assurance.measurements import Measurements
from enduse.book.book import Book
from enduse.book.clocks import DAY
from enduse.book.earlier_store import EarlierStore
from enduse.book.facts import BookFacts
from enduse.book.rows import BookRows
from enduse.book.store import DATABASE, OUTCOME, BookStore
from enduse.errors import UnknownError
from enduse.ledger.balances import balances
from enduse.ledger.count_rows import rivals_of
from enduse.ledger.ledger import Ledger
from enduse.ledger.posting import Posting
from enduse.ledger.state import Change, Said
from enduse.ledger.sums import BLOCK, BlockSums
from enduse.programme.mandates import MandateState
from enduse.programme.programme import ProgrammeState
from enduse.release.release import Releases
from enduse.release.state import AttestationRecord, Resolved, TrancheState
from enduse.terms.times import instant_of, micros
from enduse.works.works import ProjectState, Works


def size_at(book: Book, when: int) -> int:
    """Return how many entries had been recorded by a time, microseconds since 1970."""
    return book.clocks.size_at(when, book.size)


def last_recorded(book: Book) -> datetime:
    """Return when the last entry was recorded; before the first clock, when the founding says that it was."""
    now = book.clocks.now
    return instant_of(now) if now else book.statement(0).statement.occurred_at


@contextmanager
def at_size(book: Book, size: int | None) -> Iterator[Book]:
    """Give the book as it stood at a size of the record; without one, as it is.

    Raises:
        UnknownError: the record has never been so long.
    """
    if size is None or size == book.size:
        yield book
        return
    if size > book.size:
        raise UnknownError("plan.size_beyond_record", source=str(book.folder), entries=book.size, wanted=size)
    book.flush()
    # What was known before a clock was corrected is not what is kept since: it is folded from nothing.
    begun = 0 if any(by >= size for by in book.clocks.corrections) else size // BLOCK
    with tempfile.TemporaryDirectory() as scratch:
        store = EarlierStore(BookRows(book), begun) if begun else BookStore(Path(scratch) / DATABASE)
        earlier = EarlierBook(book.folder, book.log, store)
        try:
            earlier.reload(until=size)
            yield earlier
        finally:
            earlier.leave()


class EarlierBook(Book):
    """A book as it stood at a size of the record."""

    def digest(self) -> str:
        """Return SHA-256 over the whole book as it was: folded from nothing, for only then is every node made."""
        with tempfile.TemporaryDirectory() as scratch:
            folded = Book(self.folder, self.log, BookStore(Path(scratch) / DATABASE))
            try:
                folded.follow(until=self.size)
                return folded.digest()
            finally:
                folded.leave()


def as_at(book: Book, when: int | None) -> Book:
    """Return the book as at a claimed time, microseconds since 1970; itself where nothing in it can be later."""
    return book if when is None or when >= book.clocks.now + DAY else BookAsAt(book, when)


class BookAsAt(Book):
    """A book in which only what is said to have happened by a time counts. It stores nothing, and is asked only.

    Args:
        book: of all that is known.
        at: last claimed time that counts, microseconds since 1970.

    Attributes:
        at: the same.
    """

    def __init__(self, book: Book, at: int) -> None:
        book.flush()
        self.__dict__.update(book.__dict__)
        self.at = at
        self._restrict()

    def _kept(self, kind: str, of: str = "") -> Iterator[Any]:
        rows = super()._kept(kind, of)
        if kind in {"posting", OUTCOME}:
            return (row for row in rows if row.effective <= self.at)
        if kind == "link":
            counting = {row.entry for row in super()._kept("posting") if row.effective <= self.at}
            return (row for row in rows if row.entry in counting)
        return rows

    def postings_by(self, entries: Iterable[int]) -> Iterator[Posting]:
        """Give the postings of entries that count by then."""
        return (one for one in super().postings_by(entries) if one.effective <= self.at)

    def summed(self) -> Iterator[BlockSums]:
        """Give the sums of all postings that count by then, which are kept nowhere."""
        yield BlockSums.of(self.postings())

    def _restrict(self) -> None:
        """Leave out of every state what is said to have happened later."""
        self.head = msgspec.structs.replace(self.head, clock=min(self.head.clock, self.at))
        self.ledger = self._of_ledger(self.ledger)
        by_item = (
            (name, tuple(one for one in said if one.effective <= self.at))
            for name, said in self.readings.by_item.items()
        )
        self.readings = Measurements(self.readings.by_item.like((name, said) for name, said in by_item if said))
        self.works = self._of_works(self.works)
        then = instant_of(self.at)
        self.estimates, self.visits = self.estimates.by(then), self.visits.by(then)
        self.controls = self.controls.by(then)
        self.contracts = self.contracts.by(then)
        self.access = self.access.by(then)
        self.releases = self._of_releases(self.releases)
        self.programme = self._of_programme(self.programme)
        self.facts = BookFacts(self, self.log)

    def _by_then(self, when: datetime) -> bool:
        return micros(when) <= self.at

    def _said_by_then(self, entry: str) -> bool:
        return self._by_then(self.statement(self.index_of(entry)).statement.occurred_at)

    def _of_programme(self, programme: ProgrammeState) -> ProgrammeState:
        mandates = {
            name: self._mandate(mandate)
            for name, mandate in programme.mandates.items()
            if mandate.offered_at is None or self._by_then(mandate.offered_at)
        }
        knowledge = programme.knowledge.said.like(
            (name, tuple(item for item in said if self._by_then(item.at)))
            for name, said in programme.knowledge.said.items()
        )
        return msgspec.structs.replace(
            programme,
            mandates=mandates,
            held={party: [name for name in names if name in mandates] for party, names in programme.held.items()},
            knowledge=msgspec.structs.replace(programme.knowledge, said=knowledge),
            series=programme.series.by(instant_of(self.at)),
            now=instant_of(self.head.clock),
        )

    def _mandate(self, mandate: MandateState) -> MandateState:
        if mandate.accepted_at is None or self._by_then(mandate.accepted_at):
            return mandate
        return msgspec.structs.replace(mandate, acceptance="", accepted_at=None)

    def _of_ledger(self, ledger: Ledger) -> Ledger:
        at, rows = self.at, msgspec.structs.replace
        consignments = ledger.consignments.like(
            (key, one if len(legs) == len(one.legs) else rows(one, legs=legs))
            for key, one in ledger.consignments.items()
            if (legs := tuple(leg for leg in one.legs if leg.effective <= at))
        )
        numbers = ((name, tuple(key for key in keys if key in consignments)) for name, keys in ledger.numbers.items())
        loose = ((name, tuple(leg for leg in legs if leg.effective <= at)) for name, legs in ledger.loose.items())
        counts = ledger.counts.like((key, one) for key, one in ledger.counts.items() if one.effective <= at)
        rivals = [(spot, True) for spot in rivals_of(counts.items())]
        told = ((key, name) for key, name in ledger.told.items() if self._moved(ledger.said[name]))
        return rows(
            ledger,
            balances=ledger.balances.like(balances(self.postings()).items()),
            consignments=consignments,
            numbers=ledger.numbers.like(numbers),
            loose=ledger.loose.like(loose),
            counts=counts,
            rivals=ledger.rivals.like(rivals),
            timeline=ledger.timeline.like(self._days(ledger)) if rivals else ledger.timeline,
            received=sum(any(leg.role == "receipt" for leg in one.legs) for one in consignments.values()),
            told=ledger.told.like(told),
        )

    def _days(self, ledger: Ledger) -> Iterator[tuple[str, list[Change]]]:
        """Give what changed in stocks by then: what a count of that time found is worked out from it."""
        for key, day in ledger.timeline.items():
            if known := [one for one in day if one.effective <= self.at]:
                yield key, known

    def _moved(self, said: Said) -> bool:
        return not said.halves or said.halves[-1].effective <= self.at

    def _of_works(self, works: Works) -> Works:
        projects: dict[str, ProjectState] = {}
        for name, state in works.projects.items():
            versions = [version for version in state.versions if self._by_then(version.at)]
            if versions:
                projects[name] = ProjectState(state.owner, versions)
        needs = {name: need for name, need in works.needs.items() if self._said_by_then(need.entry)}
        milestones = {name: [one for one in said if self._by_then(one.at)] for name, said in works.milestones.items()}
        return msgspec.structs.replace(works, needs=needs, projects=projects, milestones=milestones)

    def _of_releases(self, releases: Releases) -> Releases:
        decisions = {
            name: self._decided(taken)
            for name, taken in releases.decisions.items()
            if taken.judged_at is None or self._by_then(taken.judged_at)
        }
        tranches = {}
        for name, state in releases.tranches.items():
            versions = [version for version in state.versions if self._by_then(version.at)]
            if versions:
                effective = [taken for taken in state.effective if taken in decisions and decisions[taken].effective]
                payments = [paid for paid in state.payments if self._said_by_then(paid.entry)]
                stated = [version for version in state.stated if self._by_then(version.at)]
                tranches[name] = TrancheState(versions, effective, payments, state.bills, stated)
        in_effect = {taken.effective for taken in decisions.values() if taken.effective}
        attestations = {name: [*self._attested(said)] for name, said in releases.attestations.items()}
        findings = {name: [one for one in said if self._by_then(one.at)] for name, said in releases.findings.items()}
        results = {name: [one for one in said if self._by_then(one.at)] for name, said in releases.results.items()}
        return msgspec.structs.replace(
            releases,
            tranches=tranches,
            decisions={name: taken for name, taken in decisions.items() if taken.body.tranche in tranches},
            attestations=attestations,
            findings=findings,
            results=results,
            released={name: entry for name, entry in releases.released.items() if entry in in_effect},
        )

    def _decided(self, taken: Resolved) -> Resolved:
        if taken.at is None or self._by_then(taken.at):
            return taken
        return msgspec.structs.replace(taken, effective="", at=None)

    def _attested(self, said: list[AttestationRecord]) -> Iterator[AttestationRecord]:
        """Give the words that had been given by then; one that was taken back later still held."""
        for word in said:
            if self._by_then(word.at):
                yield word
            elif word.given is not None and self._by_then(word.given[1]):
                place, at = word.given
                yield msgspec.structs.replace(word, holds=True, place=place, at=at, given=None)
