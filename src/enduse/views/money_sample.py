"""A monetary-unit sample of the expenditures of a record: what there is to draw from, what was drawn, what was found."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Final, Literal

import msgspec

from enduse.book.book import Book
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.inspection.announcement import announced_as
from enduse.inspection.monetary_unit import UnitDraw, draw_units, error_limit, names_of, size_for
from enduse.inspection.systematic_draw import commit
from enduse.terms.amounts import in_unit, money_resource
from enduse.views.announced import AnnouncedDraw, announced
from enduse.views.published import PublishedPayment, standing_money
from enduse.views.shapes import Figure

RISK: Final = "0.05"
BEACON_MOST: Final = 2_000
"""Characters of a beacon's value."""

_NOT_DRAWN: Final[tuple[Literal[""], str]] = ("", "")

SampleSeed = Literal["", "root", "root_and_seed", "beacon"]
"""What a sample is drawn by; nothing where it is not drawn yet."""

SampleWhy = Literal["certain", "drawn"]


class SampledPayment(msgspec.Struct, frozen=True, kw_only=True):
    """An expenditure to examine.

    Attributes:
        entry: its statement, by its number in the record.
        name: its number, as who paid calls it.
        payer: who paid.
        payee: whom.
        project: what for; empty where none is named.
        at: when, as claimed.
        figure: how much.
        why: ``certain`` where it is as large as a step, ``drawn`` by the seed else.
    """

    entry: int
    name: str
    payer: str
    payee: str
    project: str
    at: datetime
    figure: Figure
    why: SampleWhy


class SampleFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What the examined payments say of all.

    Attributes:
        examined: how many were.
        open: statements that were drawn and not examined yet; they count as wholly wrong.
        wrong: statements that are stated too high, each with by how much.
        known: overstated in what was examined whole.
        likely: overstated in all, as the sample has it.
        upper: overstated in all at most, at the risk that was asked for (Stringer).
        understated: stated too low in what was examined; in no limit.
        within: whether ``upper`` is no more than what is tolerable; ``None`` where nothing was said to be.
    """

    examined: int
    open: tuple[int, ...]
    wrong: dict[int, Figure]
    known: Figure
    likely: Figure
    upper: Figure
    understated: Figure
    within: bool | None


class MoneySample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample of the expenditures of a record in one currency.

    Attributes:
        currency: ISO 4217 code.
        size: statements of the record that are counted.
        root: Merkle root of these, in hexadecimal.
        list: SHA-256 over the list that is drawn from, a line each: entry, tab, number, tab, smallest units, line feed.
        payments: expenditures in it.
        total: of them.
        wanted: how many are to be examined.
        tolerable: error in all that would be borne, where that was said.
        expected: error in all that is looked for.
        risk: chance of accepting more than that, at most; decimal text.
        rests_on: ``root`` of the record at a later size, ``root_and_seed`` where a secret one is drawn with too, ``beacon``, or
            nothing: then nothing is drawn yet.
        value: that root, the root and the seed with a blank between, or the beacon's value.
        commitment: to the secret seed, in hexadecimal; empty where there is none.
        seed: text that the draw follows from: ``list``, a line feed, ``rests_on``, a line feed, ``value``.
        topic: of the undertaking that announces just this draw; empty where nothing was said to be the seed.
        announced: who announced it before the seed was known; ``None`` where the record does not show that.
        points: units drawn of those that are not certain.
        interval: one of so many units is drawn, of those that are not certain; rounded down.
        chosen: what is to be examined, the certain ones first.
        findings: what that came to, where it was told.
    """

    currency: str
    size: int
    root: str
    list: str
    payments: int
    total: Figure
    wanted: int
    tolerable: Figure | None
    expected: Figure | None
    risk: str
    rests_on: SampleSeed
    value: str
    commitment: str
    seed: str
    topic: str
    announced: AnnouncedDraw | None
    points: int
    interval: Figure
    chosen: tuple[SampledPayment, ...]
    findings: SampleFindings | None


class SampleTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    Attributes:
        size: payments to examine; or else ``tolerable``.
        tolerable: error in all that would be borne, in units of the currency.
        expected: error that is looked for.
        risk: chance of accepting more, at most.
        currency: which, where several were spent.
        root: size of the record, published after the list was, whose root is the seed.
        beacon: public value that was named before it was known; what stands before its first colon is its name.
        secret: 32 random bytes that are drawn with beside the root, so that who records last does not know the draw.
        announce: draw nothing, and say by which topic this draw is announced before the seed is known.
    """

    size: int | None = None
    tolerable: str | None = None
    expected: str | None = None
    risk: str = RISK
    currency: str | None = None
    root: int | None = None
    beacon: str | None = None
    secret: bytes | None = None
    announce: bool = False


def money_sample(
    book: Book, whole: Book, terms: SampleTerms, examined: Mapping[int, Decimal] | None = None
) -> MoneySample:
    """Return a sample of what was spent.

    Args:
        book: as it stood when the list was fixed.
        whole: the same record, all that is known of it.
        terms: what is asked for.
        examined: what payments should have been, by statement, in units of the currency.

    Raises:
        MalformedError: what is asked for is no sample.
        UnknownError: nothing was spent in that currency, or the record has no such size.
        ConflictError: a statement was examined that was not drawn, or the root is not later than the list.
    """
    currency, listed = _listed(book, terms.currency)
    resource = money_resource(currency)
    amounts = {str(one.entry): one.amount.amount for one in listed.values()}
    total = sum(amounts.values())
    risk = _chance(terms.risk)
    tolerable = None if terms.tolerable is None else _minor(terms.tolerable, resource)
    expected = None if terms.expected is None else _minor(terms.expected, resource)
    if (terms.size is None) == (tolerable is None):
        raise MalformedError("sample.size_or_tolerable")
    wanted = terms.size if terms.size is not None else size_for(total, tolerable or 0, risk, expected or 0)
    fixed = sha256(_lines(listed.values())).hexdigest()
    if terms.root is not None and terms.beacon is not None:
        raise MalformedError("sample.two_seeds")
    if terms.secret is not None and terms.root is None:
        raise MalformedError("sample.seed_without_root")
    if terms.announce and terms.root is None and not (terms.beacon or "").strip():
        raise MalformedError("sample.nothing_announced")
    if terms.announce and terms.root is not None and terms.root <= whole.size:
        raise ConflictError("sample.announced_late", wanted=terms.root, size=whole.size)
    rests_on, value = _NOT_DRAWN if terms.announce else _seed(book, whole, terms)
    topic = _topic(terms, currency, fixed, wanted)
    seed = f"{fixed}\n{rests_on}\n{value}" if rests_on else ""
    draw = draw_units(amounts, wanted, seed)
    chosen = tuple(_sampled(listed[int(name)], book, draw) for name in names_of(draw)) if rests_on else ()
    if examined is not None and not rests_on:
        raise MalformedError("sample.not_drawn")
    return MoneySample(
        currency=currency,
        size=book.size,
        root=book.root.hex(),
        list=fixed,
        payments=len(listed),
        total=Figure(total, resource),
        wanted=wanted,
        tolerable=None if tolerable is None else Figure(tolerable, resource),
        expected=None if expected is None else Figure(expected, resource),
        risk=terms.risk,
        rests_on=rests_on,
        value=value,
        commitment=_committed(terms),
        seed=seed,
        topic=topic,
        announced=announced(whole, topic, before=terms.root) if topic else None,
        points=draw.points,
        interval=Figure(int(draw.interval), resource),
        chosen=chosen,
        findings=None if examined is None else _found(draw, amounts, examined, resource, risk, tolerable),
    )


def _listed(book: Book, currency: str | None) -> tuple[str, dict[int, PublishedPayment]]:
    """Return what was spent in one currency and stands, by statement, in the order of the record."""
    spent = [one for _, one in standing_money(book) if one.kind == "expenditure"]
    found = sorted({one.amount.unit for one in spent})
    if not found or (currency is not None and currency not in found):
        raise UnknownError("sample.nothing_spent", currency=currency or "", currencies=found)
    if currency is None and len(found) > 1:
        raise MalformedError("sample.several_currencies", currencies=found)
    wanted = found[0] if currency is None else currency
    kept = sorted((one for one in spent if one.amount.unit == wanted), key=lambda one: one.entry)
    return wanted, {one.entry: one for one in kept}


def _lines(listed: Iterable[PublishedPayment]) -> bytes:
    return "".join(f"{one.entry}\t{one.name}\t{one.amount.amount}\n" for one in listed).encode()


def _topic(terms: SampleTerms, currency: str, fixed: str, wanted: int) -> str:
    """Return the topic that announces a draw: list, how many, what would be borne at which risk, and what will be the seed."""
    if terms.root is not None:
        seed = f"root {terms.root}" if terms.secret is None else f"root {terms.root} seed {_committed(terms)}"
    elif terms.beacon is not None and terms.beacon.strip():
        seed = f"beacon {' '.join(terms.beacon.partition(':')[0].split())}"
    else:
        return ""
    return announced_as(
        "payments", fixed, currency, str(wanted), terms.tolerable or "", terms.expected or "", terms.risk, seed
    )


def _committed(terms: SampleTerms) -> str:
    return "" if terms.secret is None else commit(terms.secret, "payments")


def _seed(book: Book, whole: Book, terms: SampleTerms) -> tuple[SampleSeed, str]:
    if terms.beacon is not None:
        if not terms.beacon.strip() or len(terms.beacon) > BEACON_MOST:
            raise MalformedError("sample.no_beacon", most=BEACON_MOST)
        return "beacon", terms.beacon
    if terms.root is None:
        return _NOT_DRAWN
    signed = whole.log.checkpoint
    published = 0 if signed is None else min(signed.checkpoint.size, whole.size)
    if terms.root > published:
        raise UnknownError("sample.not_published", wanted=terms.root, published=published)
    if terms.root <= book.size:
        raise ConflictError("sample.root_known_before", wanted=terms.root, size=book.size)
    root = whole.log.store.tree(terms.root).root().hex()
    return ("root", root) if terms.secret is None else ("root_and_seed", f"{root} {terms.secret.hex()}")


def _sampled(one: PublishedPayment, book: Book, draw: UnitDraw) -> SampledPayment:
    account = book.works.funds.get(str(one.entry), ("", ""))[0]
    return SampledPayment(
        entry=one.entry,
        name=one.name,
        payer=one.provider,
        payee=one.receiver,
        project=account,
        at=one.at,
        figure=msgspec.structs.replace(one.amount, entries=(one.entry,), resting=1),
        why="certain" if str(one.entry) in draw.certain else "drawn",
    )


def _found(
    draw: UnitDraw,
    amounts: Mapping[str, int],
    examined: Mapping[int, Decimal],
    resource: str,
    risk: Fraction,
    tolerable: int | None,
) -> SampleFindings:
    asked = names_of(draw)
    for entry in examined:
        if str(entry) not in asked:
            raise ConflictError("sample.not_chosen", entry=entry)
    told = {str(entry): _minor(format(amount, "f"), resource) for entry, amount in examined.items()}
    limit = error_limit(draw, amounts, told, risk)
    over = {int(name): amounts[name] - told[name] for name in asked if name in told}
    return SampleFindings(
        examined=len(told),
        open=tuple(sorted(int(name) for name in asked if name not in told)),
        wrong={entry: Figure(more, resource) for entry, more in over.items() if more > 0},
        known=Figure(limit.known, resource),
        likely=Figure(limit.likely, resource),
        upper=Figure(limit.upper, resource),
        understated=Figure(limit.understated, resource),
        within=None if tolerable is None else limit.upper <= tolerable,
    )


def _chance(text: str) -> Fraction:
    try:
        found = Decimal(text)
    except ArithmeticError:
        found = Decimal(0)
    if not found.is_finite() or not Decimal("0.001") <= found <= Decimal("0.5"):
        raise MalformedError("sample.bad_risk", risk=text[:40])
    return Fraction(found)


def _minor(text: str, resource: str) -> int:
    """Return an amount in units of the currency as smallest units.

    Raises:
        MalformedError: it is none, or finer than these.
    """
    try:
        exact = Decimal(text)
        minor = exact / Decimal(in_unit(1, resource)) if exact.is_finite() else Decimal(-1)
    except ArithmeticError:
        minor = Decimal(-1)
    if minor < 0 or minor != minor.to_integral_value():
        raise MalformedError("sample.bad_amount", value=text[:40])
    return int(minor)
