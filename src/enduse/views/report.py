"""The report of a programme: how it stands, drawn, each figure with the entries it rests on."""

import msgspec

from enduse.book.access import access_rules
from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.record.log import read_vkey
from enduse.views import assessment, booked, goods, money
from enduse.views import differences as judged
from enduse.views.access_public import access_public
from enduse.views.answers import Report
from enduse.views.areas import areas
from enduse.views.delays import delays_in
from enduse.views.shapes import CurrencyTotals, Flow
from enduse.views.status import status_of
from enduse.views.sums import Sums
from enduse.views.verified import verified
from enduse.views.works_access import works_access

__all__ = ["Report", "build_report"]


def build_report(book: Book) -> Report:
    """Return the report of ``book`` as it stands at the end of the record."""
    sums = Sums(blocks=booked.summed(book))
    open_now = differences(book)
    status = status_of(book, sums, open_now)
    seen = assessment.of_book(book, status.findings, status.missing)
    signed, held, public = book.checked(), verified(book), access_public(book)
    told = {name: getattr(status, name) for name in status.__struct_fields__}
    if not isinstance(seen, str):
        told["names"] = {**seen.names, **status.names}  # it names materials with their units
    report = Report(
        **told,
        languages=book.programme.languages,
        flows=_flows(sums, status.currencies) + goods.flows(book, sums, status.goods, open_now),
        holdings=goods.holdings(book, sums),
        claims=judged.claims(book, status.findings),
        relief=goods.relief(book, sums),
        corrections=_effective(book, "correction"),
        root=book.root.hex(),
        verified=held,
        checkpoint=signed.data.decode() if signed is not None else "",
        key=read_vkey(book.folder).vkey,
        assessment=None if isinstance(seen, str) else seen,
        not_assessed=seen if isinstance(seen, str) else "",
        works_access=works_access(book),
        least_count=access_rules(book).least_count,
        areas=areas(book, open_now, told=public),
        waits=public.waits,
    )
    return msgspec.structs.replace(report, late=delays_in(book, report))


def _flows(sums: Sums, currencies: tuple[CurrencyTotals, ...]) -> tuple[Flow, ...]:
    drawn = (money.flow(sums, totals) for totals in currencies)
    return tuple(flow for flow in drawn if flow is not None)


def _effective(book: Book, kind: str) -> int:
    total, without = book.head.counts.get(kind, (0, 0))
    return total - without
