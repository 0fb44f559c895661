"""Tell the story of a programme from its book: everything a report shows, each figure with the entries it rests on."""

from collections import defaultdict

from enduse.book.assure import differences, uses
from enduse.book.book import Book
from enduse.record.log import read_vkey
from enduse.reports import assured, goods, judged, money
from enduse.reports.names import invented, names
from enduse.reports.shapes import Evidence, Flow, Purse, Silent, Story
from enduse.reports.sums import Sums
from enduse.reports.tasks import tasks
from enduse.reports.tranches import tranches
from enduse.terms.times import micros

__all__ = ["SILENT_SHOWN", "Story", "tell"]

SILENT_SHOWN = 20
"""Statements without effect that a report names one by one."""


def tell(book: Book) -> Story:
    """Return the story of ``book`` as it stands at the end of the record."""
    sums = Sums(book.postings())
    judged_differences = differences(book)
    lines = goods.goods(sums, judged_differences)
    purses = money.purses(sums)
    declared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (_, project, resource), line in sums.uses.items():
        declared[project, resource] += line.entries
    missing = judged.missing(book, judged_differences)
    found = judged.found(book)
    used = judged.used(book, uses(book), declared)
    silent = [Silent(one.entry, one.kind, one.party, one.reason) for one in book.effects()]
    programme = book.programme
    seen = assured.of_book(book, found, missing)
    return Story(
        title=programme.title,
        about=programme.founded.about,
        languages=programme.languages,
        invented=invented(book),
        as_of=book.head.clock,
        since=micros(book.statement(0).statement.occurred_at),
        names=names(book),
        purses=purses,
        flows=_flows(sums, purses) + goods.flows(book, sums, lines, judged_differences),
        goods=lines,
        holdings=goods.holdings(book, sums),
        missing=missing,
        used=used,
        found=found,
        claims=judged.claims(book, found),
        tranches=tranches(book, used),
        passing=goods.passing(book, sums),
        tasks=tasks(book, purses=purses, missing=missing, found=found, used=used),
        silent=tuple(silent[:SILENT_SHOWN]),
        silent_total=len(silent),
        corrections=_effective(book, "correction"),
        evidence=_evidence(book),
        survey=None if isinstance(seen, str) else seen,
        unsurveyed=seen if isinstance(seen, str) else "",
    )


def _flows(sums: Sums, purses: tuple[Purse, ...]) -> tuple[Flow, ...]:
    drawn = (money.flow(sums, purse) for purse in purses[:1])
    return tuple(flow for flow in drawn if flow is not None)


def _effective(book: Book, kind: str) -> int:
    total, without = book.head.counts.get(kind, (0, 0))
    return total - without


def _evidence(book: Book) -> Evidence:
    signed = book.log.checkpoint
    return Evidence(
        origin=book.log.origin,
        size=book.size,
        root=book.log.store.tree().root().hex(),
        checkpoint=signed.data.decode() if signed is not None else "",
        key=read_vkey(book.folder).vkey,
        kinds={kind: total for kind, (total, _) in sorted(book.head.counts.items())},
    )
