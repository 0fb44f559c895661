"""What would be paid if: a tranche with some of its conditions, or of its results, supposed to stand otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.errors import MalformedError, UnknownError
from enduse.messages import Message
from enduse.release.evaluate import wanted
from enduse.release.formula import Due
from enduse.release.release import Releases
from enduse.release.restrictions import leaves
from enduse.release.standing import TrancheStanding
from enduse.release.state import VerifiedResult
from enduse.release.verdict import Value, Verdict, negated, threshold
from enduse.statements import condition as kinds
from enduse.statements.result import ResultBody
from enduse.terms.amounts import money_resource
from enduse.terms.texts import Text
from enduse.terms.times import instant_of
from enduse.views.shapes import Figure, Mark
from enduse.views.sums import resting
from enduse.views.tranches import counting, parts, requires

MARKS: Final[tuple[Value, ...]] = ("met", "not_met", "not_known")


class SupposedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a condition, as it stands and as it would.

    Attributes:
        number: by which it is supposed to stand otherwise: ``2``, or ``2.1`` within the second.
        form: which of the forms of a condition it has.
        demand: what it demands.
        stands: how it stands.
        would: how it would stand.
        supposed: whether that was given, rather than following from what was.
    """

    number: str
    form: str
    demand: Message
    stands: Mark
    would: Mark
    supposed: bool


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """What would be paid if.

    Attributes:
        tranche: its identifier.
        title: its name for people.
        project: what it pays for.
        amount: how much it is.
        paid: how much of it was paid.
        status: where it is on its way.
        stands: how its condition stands.
        would: how it would stand.
        payable: what could be paid then, once decided; nothing where the condition would not be met.
        parts: every part of the condition, numbered.
        lacking: numbers of the parts that would still be in the way.
        stops: what else would be in the way, such as a day that has passed.
        signatures: what the decision would need; ``None`` where nothing is known of a quorum.
        indicator: of the verified results that it pays or waits for; empty where it does neither.
        dues: what its formula would make due year by year, where it has one.
    """

    tranche: str
    title: Text
    project: str
    amount: Figure
    paid: Figure
    status: str
    stands: Mark
    would: Mark
    payable: Figure
    parts: tuple[SupposedPart, ...]
    lacking: tuple[str, ...]
    stops: tuple[Message, ...]
    signatures: Message | None
    indicator: str
    dues: tuple[Due, ...]


def what_if(
    book: Book,
    tranche: str,
    supposed: Mapping[str, str],
    results: Sequence[ResultBody] = (),
    on: datetime | None = None,
) -> WhatIf:
    """Return what would be paid for a tranche if.

    Args:
        book: of the programme.
        tranche: its identifier.
        supposed: how parts of its condition stand, by number.
        results: verified results that are supposed to be on record, of its formula's or condition's indicators.
        on: the day for which it is asked; by default the end of the record.

    Raises:
        UnknownError: there is no such tranche, or no part of that number.
        MalformedError: a part can stand no such way.
    """
    if tranche not in book.releases.tranches:
        raise UnknownError("tranche.unknown", tranche=tranche)
    at = on or instant_of(book.head.clock)
    with book.facts.standing():
        stands = book.releases.status(tranche, at, book.facts)
        then = _with(book.releases, results, at).status(tranche, at, book.facts)
        condition = requires(book, stands)
        told = _numbered(condition, stands.verdict, then.verdict, supposed)
        unknown = [number for number in supposed if number not in {part.number for part in told}]
        if unknown:
            numbers = [part.number for part in told]
            raise UnknownError("what_if.no_part", number=unknown[0], tranche=tranche, numbers=numbers)
        signatures = book.facts.quorum_missing(())
    would = _stand(condition, then.verdict, supposed, "")
    return _answer(book, stands, then, tuple(told), would, signatures, at)


def indicator_of(body: kinds.ConditionBody) -> str:
    """Return the indicator of the verified results that a tranche pays, or else waits for; empty where it does neither."""
    if body.formula is not None:
        return body.formula.indicator
    waits = (leaf.indicator for leaf in leaves(body.requires) if isinstance(leaf, kinds.CountVerified))
    return next(waits, "")


def _with(releases: Releases, results: Sequence[ResultBody], at: datetime) -> Releases:
    """Return what was said of tranches with some results put beside those on record; of the same entity, year and stage in their place."""
    if not results:
        return releases
    said = dict(releases.results)
    for body in results:
        key = body.entity, body.year, body.stage
        others = [
            one for one in said.get(body.indicator, ()) if (one.body.entity, one.body.year, one.body.stage) != key
        ]
        said[body.indicator] = [*others, VerifiedResult(body, "", None, at, "")]
    return msgspec.structs.replace(releases, results=said)


def _numbered(
    condition: kinds.AnyCondition, now: Verdict, then: Verdict, supposed: Mapping[str, str], above: str = ""
) -> list[SupposedPart]:
    """Return the parts of a condition, the whole of it where it has none, each with its number."""
    pairs = parts(condition, now)
    if not pairs and not above:
        return [_part("1", condition, now, then, supposed)]
    told = []
    for at, ((part, stands), would) in enumerate(zip(pairs, then.parts, strict=True), 1):
        number = f"{above}{at}"
        told.append(_part(number, part, stands, would, supposed))
        told += _numbered(part, stands, would, supposed, f"{number}.")
    return told


def _part(
    number: str, condition: kinds.AnyCondition, now: Verdict, then: Verdict, supposed: Mapping[str, str]
) -> SupposedPart:
    return SupposedPart(
        number=number,
        form=str(condition.__struct_config__.tag),
        demand=now.demand,
        stands=now.value,
        would=_stand(condition, then, supposed, number),
        supposed=number in supposed,
    )


def _stand(condition: kinds.AnyCondition, verdict: Verdict, supposed: Mapping[str, str], number: str) -> Value:
    """Return how a part of a condition would stand: as supposed, else as it follows from its own parts."""
    pairs = parts(condition, verdict)
    given = supposed.get(number or ("" if pairs else "1"))
    if given is not None:
        return _mark(given)
    if not pairs:
        return verdict.value
    below = [_stand(*part, supposed, f"{number}.{at}".lstrip(".")) for at, part in enumerate(pairs, 1)]
    if isinstance(condition, kinds.AllOf | kinds.AnyOf | kinds.AtLeast):
        return threshold(below, wanted(condition))
    return negated(below[0])


def _mark(given: str) -> Value:
    for mark in MARKS:
        if given == mark:
            return mark
    raise MalformedError("what_if.no_mark", value=given, marks=list(MARKS))


def _answer(
    book: Book,
    stands: TrancheStanding,
    then: TrancheStanding,
    told: tuple[SupposedPart, ...],
    would: Value,
    signatures: Message | None,
    at: datetime,
) -> WhatIf:
    version = counting(book, stands)
    resource = money_resource(stands.amount.currency)
    stops = tuple(_stops(stands, version.body.due, version.body.lapses, at))
    amount = stands.amount.minor()
    whole = amount if version.body.formula is None else min(amount, sum(due.paid for due in then.dues))
    closed = stops and stands.status not in {"decided", "released"}
    last = [part for part in told if not any(other.number.startswith(f"{part.number}.") for other in told)]
    return WhatIf(
        tranche=stands.tranche,
        title=version.body.title,
        project=stands.project,
        amount=resting(amount, resource, [book.index_of(version.entry)]),
        paid=Figure(stands.paid, resource),
        status=stands.status,
        stands=stands.verdict.value,
        would=would,
        payable=Figure(max(0, whole - stands.paid) if would == "met" and not closed else 0, resource),
        parts=told,
        lacking=() if would == "met" else tuple(part.number for part in last if part.would != "met"),
        stops=stops,
        signatures=signatures,
        indicator=indicator_of(version.body),
        dues=then.dues,
    )


def _stops(stands: TrancheStanding, due: datetime | None, lapses: datetime | None, at: datetime) -> Iterator[Message]:
    """Give what would be in the way besides the condition."""
    if stands.status in {"decided", "released"}:
        yield Message.of("what_if.released_already")
    elif stands.status == "recovered":
        yield Message.of("what_if.recovered")
    elif lapses is not None and at >= lapses:
        yield Message.of("what_if.lapsed", day=lapses)
    elif due is not None and at < due:
        yield Message.of("what_if.not_yet_due", day=due)
