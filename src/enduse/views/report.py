"""Tell the report of a programme from its book: everything a report shows, each figure with the entries it rests on."""

from collections import defaultdict

from enduse.book.assure import differences, uses
from enduse.book.book import Book
from enduse.record.log import read_vkey
from enduse.terms.times import micros
from enduse.views import assessment, goods, money
from enduse.views import differences as judged
from enduse.views.names import invented, names
from enduse.views.shapes import CurrencyTotals, Evidence, Flow, Report, WithoutEffect
from enduse.views.sums import Sums
from enduse.views.tasks import tasks
from enduse.views.tranches import tranches

__all__ = ["WITHOUT_EFFECT_SHOWN", "Report", "build_report"]

WITHOUT_EFFECT_SHOWN = 20
"""Statements without effect that a report names one by one."""


def build_report(book: Book) -> Report:
    """Return the report of ``book`` as it stands at the end of the record."""
    sums = Sums(book.postings())
    judged_differences = differences(book)
    lines = goods.goods(sums, judged_differences)
    currencies = money.currencies(sums)
    declared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (_, project, resource), line in sums.uses.items():
        declared[project, resource] += line.entries
    missing = judged.missing(book, judged_differences)
    found = judged.found(book)
    used = judged.used(book, uses(book), declared)
    without_effect = [
        WithoutEffect(effect.entry, effect.kind, effect.party, effect.refusal)
        for effect in book.effects()
        if effect.refusal is not None
    ]
    programme = book.programme
    seen = assessment.of_book(book, found, missing)
    return Report(
        title=programme.title,
        about=programme.founded.about,
        languages=programme.languages,
        invented=invented(book),
        as_of=book.head.clock,
        since=micros(book.statement(0).statement.occurred_at),
        names=names(book),
        currencies=currencies,
        flows=_flows(sums, currencies) + goods.flows(book, sums, lines, judged_differences),
        goods=lines,
        holdings=goods.holdings(book, sums),
        missing=missing,
        used=used,
        found=found,
        claims=judged.claims(book, found),
        tranches=tranches(book, used),
        relief=goods.relief(book, sums),
        tasks=tasks(book, currencies=currencies, missing=missing, found=found, used=used),
        without_effect=tuple(without_effect[:WITHOUT_EFFECT_SHOWN]),
        without_effect_total=len(without_effect),
        corrections=_effective(book, "correction"),
        evidence=_evidence(book),
        assessment=None if isinstance(seen, str) else seen,
        not_assessed=seen if isinstance(seen, str) else "",
    )


def _flows(sums: Sums, currencies: tuple[CurrencyTotals, ...]) -> tuple[Flow, ...]:
    drawn = (money.flow(sums, totals) for totals in currencies[:1])
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
