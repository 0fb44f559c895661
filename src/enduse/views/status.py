"""How a programme stands: money, goods, what is missing, who is responsible, who must act."""

from collections import defaultdict
from datetime import UTC, datetime

import msgspec

from enduse.assurance.differences import Difference
from enduse.book.assure import differences, uses
from enduse.book.book import Book
from enduse.book.past import BookAsAt, last_recorded
from enduse.ledger.balances import below_zero, by_place
from enduse.messages import Message
from enduse.record.watch import ahead
from enduse.statements.correction import NO_LONGER_STATED
from enduse.system import uncollected
from enduse.terms.times import instant_of, micros
from enduse.views import booked
from enduse.views import differences as judged
from enduse.views.answers import Status
from enduse.views.delays import delays_in
from enduse.views.goods import goods
from enduse.views.goods_leads import goods_leads
from enduse.views.key_lives import key_marks
from enduse.views.leads import begun, money_leads
from enduse.views.money import currencies
from enduse.views.names import invented, names, practice
from enduse.views.shapes import WithoutEffect
from enduse.views.sums import Sums
from enduse.views.tasks import tasks
from enduse.views.tranches import tranches


@uncollected()
def status(book: Book) -> Status:
    """Return how a programme stands."""
    return status_of(book, Sums(blocks=booked.summed(book)), differences(book))


@uncollected()
def status_of(book: Book, sums: Sums, open_now: list[Difference]) -> Status:
    """Return how a programme stands, from sums that are at hand.

    Args:
        book: the programme.
        sums: of its postings.
        open_now: differences as judged.
    """
    programme = book.programme
    published = book.log.checkpoint
    missing = judged.missing(book, open_now)
    findings = judged.findings(book)
    used = judged.used(book, uses(book), _declared(sums))
    in_force = [mandate for mandate in programme.mandates.values() if mandate.in_force(instant_of(book.head.clock))]
    held = {function for mandate in in_force for function in mandate.functions}
    without_effect = tuple(
        WithoutEffect(effect.entry, effect.kind, effect.party, effect.refusal)
        for effect in book.effects()
        if effect.refusal is not None
    )
    money = currencies(sums, book.ledger)
    stands = Status(
        title=programme.title,
        about=programme.founded.about,
        invented=invented(book),
        practice=practice(book),
        origin=book.log.origin,
        size=book.size,
        published=min(published.checkpoint.size, book.size) if published else 0,
        since=book.statement(0).statement.occurred_at.astimezone(UTC),
        as_of=last_recorded(book),
        as_at=instant_of(book.at) if isinstance(book, BookAsAt) else None,
        clock=_clock(book),
        statements=dict(sorted(book.head.counts.items())),
        names=names(book),
        currencies=money,
        goods=goods(book, sums, open_now),
        missing=missing,
        used=used,
        findings=findings,
        tranches=tranches(book, used),
        mandates=len(in_force),
        unheld=tuple(function for function in programme.functions if function not in held),
        tasks=tasks(book, currencies=money, missing=missing, findings=findings, used=used),
        goods_leads=goods_leads(book),
        money_leads=money_leads(
            book.ledger, micros(begun(book.programme.founded, book.statement(0).statement.occurred_at)), sums.first
        ),
        contradictions=below_zero(by_place(booked.balances(book))),
        without_effect=without_effect,
        pending_keys=tuple(book.key_register.notices(instant_of(book.head.clock))),
        key_marks=key_marks(book),
        no_longer_stated=tuple(
            sorted(entry for entry, by in book.taken_back().items() if by.reason == NO_LONGER_STATED)
        ),
    )
    return msgspec.structs.replace(stands, late=delays_in(book, stands))


def _clock(book: Book) -> tuple[Message, ...]:
    """Return what is to be known of the record's time."""
    corrected = [wrong.told(by) for by, wrong in sorted(book.clocks.corrections.items())]
    told = ahead(book.clocks.now, datetime.now(UTC))
    return (*corrected, *((told,) if told else ()))


def _declared(sums: Sums) -> dict[tuple[str, str], list[int]]:
    """Return the entries that declared use, by project and resource."""
    declared: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (_, project, resource), line in sums.uses.items():
        declared[project, resource] += line.entries
    return declared
