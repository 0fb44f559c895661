"""Evaluate a condition over the facts: met, not met or not known, with the statements that made it so.

A measured fact is *met* only where its whole 95 % interval says so and *not met* only where its whole interval says
the opposite; in between, and where nothing was measured, it is *not known*.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

import msgspec

from enduse.messages import Amount, Message
from enduse.release.demands import demand, percent
from enduse.release.facts import Facts, MeasuredQuantity
from enduse.release.state import AttestationRecord, FindingRecord, VerifiedResult, settled
from enduse.release.verdict import Value, Verdict, deciding, negated, once, threshold
from enduse.statements import condition as kinds
from enduse.terms.amounts import WIDE, goods_resource

Leaf = tuple[Value, tuple[str, ...], *tuple[Message, ...]]
"""Value, evidence, and why."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition is evaluated against.

    Attributes:
        facts: the book's answers.
        at: the moment it is evaluated for.
        project: the tranche's project; whoever attests must be independent of its builders.
        attestations: by subject.
        findings: by subject.
        results: verified results by indicator.
        released: statements of effective release decisions by tranche.
        bills: by project and material the size of the record at which the bill of quantities is read.
        sought: which value favours those who build; within *not*, the other one. Their relations' words count against them
            alone: else whoever is judged would be rid of a judge by a tie to it.
    """

    facts: Facts
    at: datetime
    project: str
    attestations: Mapping[str, Sequence[AttestationRecord]]
    findings: Mapping[str, Sequence[FindingRecord]]
    results: Mapping[str, Sequence[VerifiedResult]]
    released: Mapping[str, str]
    bills: Mapping[tuple[str, str], int] = msgspec.field(default_factory=dict)
    sought: Value = "met"


def evaluate(condition: kinds.AnyCondition, context: Context) -> Verdict:
    """Return how ``condition`` stands."""
    with localcontext(WIDE):  # no digit of what is weighed is rounded away
        return _evaluated(condition, context)


def _evaluated(condition: kinds.AnyCondition, context: Context) -> Verdict:
    match condition:
        case kinds.AllOf() | kinds.AnyOf() | kinds.AtLeast():
            parts = tuple(_evaluated(part, context) for part in condition.of)
            value = threshold([part.value for part in parts], wanted(condition))
            return _verdict(condition, (value, deciding(parts, value)), parts)
        case kinds.Not():
            part = _evaluated(condition.of, msgspec.structs.replace(context, sought=negated(context.sought)))
            return _verdict(condition, (negated(part.value), part.evidence), (part,))
        case kinds.UseVerified() | kinds.AmountVerified():
            return _verdict(condition, _used(condition, context))
        case kinds.NoOpenDifference():
            open_now = context.facts.open_difference(condition.material, condition.place, _builders(context))
            return _verdict(condition, _at_most(open_now, condition))
        case kinds.NoAlarm():
            alarm = context.facts.alarm(condition.material, condition.place, _builders(context))
            return _verdict(condition, _at_most(alarm, condition))
        case kinds.Attested():
            return _verdict(condition, _attested(condition, context))
        case kinds.CountVerified():
            return _verdict(condition, _counted(condition, context))
        case _:
            return _verdict(condition, _stated(condition, context))


def wanted(condition: kinds.AllOf | kinds.AnyOf | kinds.AtLeast) -> int:
    """Return how many parts must be met."""
    if isinstance(condition, kinds.AtLeast):
        return condition.k
    return len(condition.of) if isinstance(condition, kinds.AllOf) else 1


def _verdict(condition: kinds.AnyCondition, leaf: Leaf, parts: tuple[Verdict, ...] = ()) -> Verdict:
    value, evidence, *why = leaf
    return Verdict(value=value, demand=demand(condition), evidence=once(evidence), why=tuple(why), parts=parts)


def _used(condition: kinds.UseVerified | kinds.AmountVerified, context: Context) -> Leaf:
    """Compare measured use with a share of the bill, or with an amount."""
    project = context.facts.project(condition.project)
    if project is not None and project.purpose == "humanitarian":
        return "not_known", project.evidence, Message.of("verdict.humanitarian")
    bills = context.bills.get((condition.project, condition.material))
    measured = context.facts.use_verified(condition.project, condition.material, bills, context.sought)
    if measured is None:
        return "not_known", (), Message.of("verdict.not_measured")
    if measured.contested:
        return "not_known", measured.evidence, *_contested(condition.material, measured)
    lower, upper = measured.lower, measured.upper
    if isinstance(condition, kinds.UseVerified):
        if measured.billed <= 0:
            why = [Message.of("verdict.not_billed"), *_restated(condition.material, measured)]
            return "not_known", measured.evidence, *why
        wanted = Decimal(condition.share) * measured.billed
        why = [_share_of_bill(condition.material, measured), *_restated(condition.material, measured)]
    else:
        amount, base = condition.quantity.base()
        if base != measured.base:
            return "not_known", measured.evidence, _other_unit(condition.material, measured)
        wanted = Decimal(amount)
        why = [_between("verdict.measured", condition.material, measured)]
    value: Value = "met" if lower >= wanted else "not_met" if upper < wanted else "not_known"
    if measured.beyond is not None:
        used, arrived = (Amount(each, goods_resource(condition.material, measured.base)) for each in measured.beyond)
        why.append(Message.of("verdict.beyond_arrival", used=used, arrived=arrived))
    elif measured.shown is not None:
        shown = Amount(measured.shown, goods_resource(condition.material, measured.base))
        why.append(Message.of("verdict.read_beyond_shown", shown=shown))
    return value, measured.evidence, *why


def _restated(material: str, measured: MeasuredQuantity) -> tuple[Message, ...]:
    """Return that the bill was restated since, where it was: the condition keeps what stood."""
    if measured.restated is None:
        return ()
    amount, base = measured.restated
    kept = Amount(measured.billed, goods_resource(material, measured.base))
    return (Message.of("verdict.bill_kept", kept=kept, restated=Amount(amount, goods_resource(material, base))),)


def _contested(material: str, measured: MeasuredQuantity) -> Iterator[Message]:
    """Give who read what, and that these contradict each other."""
    yield Message.of("verdict.readings_contradict")
    for party, read in measured.contested:
        amount = Amount(read, goods_resource(material, measured.base))
        yield Message.of("verdict.party_read", party=party, amount=amount)


def _share_of_bill(material: str, measured: MeasuredQuantity) -> Message:
    resource = goods_resource(material, measured.base)
    least, most = (_per_cent(Decimal(end) / measured.billed) for end in (measured.lower, measured.upper))
    lower, upper = Amount(measured.lower, resource), Amount(measured.upper, resource)
    return Message.of("verdict.measured_share", lower=lower, upper=upper, least=least, most=most)


def _per_cent(share: Decimal) -> Decimal:
    """Return a share in per cent, to a tenth."""
    return percent(share.quantize(Decimal("0.001")))


def _between(code: str, material: str, measured: MeasuredQuantity) -> Message:
    resource = goods_resource(material, measured.base)
    return Message.of(code, lower=Amount(measured.lower, resource), upper=Amount(measured.upper, resource))


def _other_unit(material: str, measured: MeasuredQuantity) -> Message:
    return Message.of("verdict.other_unit", amount=Amount(measured.estimate, goods_resource(material, measured.base)))


def _at_most(measured: MeasuredQuantity | None, condition: kinds.NoOpenDifference | kinds.NoAlarm) -> Leaf:
    """Compare an amount that should be small with its limit."""
    if measured is None:
        return "not_known", (), Message.of("verdict.nothing_known")
    amount, base = condition.limit.base()
    if base != measured.base:
        return "not_known", measured.evidence, _other_unit(condition.material, measured)
    value: Value = "met" if measured.upper <= amount else "not_met" if measured.lower > amount else "not_known"
    told = _between("verdict.missing_between", condition.material, measured)
    if measured.lower == measured.upper:
        told = Message.of("verdict.missing", amount=Amount(measured.lower, goods_resource(condition.material, base)))
    why = (told, *measured.notes)
    return value, measured.evidence, *why


def _builders(context: Context) -> tuple[str, ...]:
    known = context.facts.project(context.project)
    return known.builders if known is not None else ()


def relation(context: Context, party: str, subject: str) -> tuple[Message, ...]:
    """Return the path that relates ``party`` to a builder, or nothing when it is independent of all of them."""
    for project in dict.fromkeys((subject, context.project)):
        known = context.facts.project(project)
        for builder in known.builders if known is not None else ():
            if path := context.facts.related(party, builder):
                return path
    return ()


def partial(context: Context, party: str, subject: str, leads: Value) -> tuple[Message, ...]:
    """Return the path that relates ``party`` to a builder, where its word leads to what that builder seeks."""
    return relation(context, party, subject) if leads == context.sought else ()


def counting(items: Sequence[VerifiedResult], context: Context, subject: str) -> list[VerifiedResult]:
    """Return the results that count: of builders' relations those alone that contradict an independent one against them."""
    own = [item for item in items if not relation(context, item.party, subject)]
    return [item for item in items if item in own or any(_against(item, other, context) for other in own)]


def _against(item: VerifiedResult, other: VerifiedResult, context: Context) -> bool:
    one, two = item.body, other.body
    if (one.entity, one.year, one.stage) != (two.entity, two.year, two.stage):
        return False
    return item.value < other.value if context.sought == "met" else item.value > other.value


def _attested(condition: kinds.Attested, context: Context) -> Leaf:
    """Weigh the standing words about a subject of those who may vouch for it."""
    project = context.facts.project(condition.subject) or context.facts.project(context.project)
    passed: list[Message] = []
    words: dict[bool, list[str]] = {True: [], False: []}
    for word in context.attestations.get(condition.subject, ()):
        place = project.site(context.facts.index_of(word.entry)) if project is not None else None
        if why := _passed_over(condition, context, word, place):
            passed.append(why)
        elif word.at <= context.at:
            words[word.holds].append(word.entry)
    if words[True] and words[False]:
        return "not_known", (*words[True], *words[False]), Message.of("verdict.attestations_contradict")
    if words[True]:
        return "met", tuple(words[True]), *passed
    if words[False]:
        passed.insert(0, Message.of("verdict.attestation_revoked"))
        return "not_met", tuple(words[False]), *passed
    if not passed:
        passed.append(Message.of("verdict.nobody_attested"))
    return "not_known", (), *passed


def _passed_over(
    condition: kinds.Attested, context: Context, word: AttestationRecord, place: str | None
) -> Message | None:
    """Return why a word does not count, if so."""
    if path := partial(context, word.party, condition.subject, "met" if word.holds else "not_met"):
        return Message.of("verdict.not_independent", party=word.party, ties=path)
    given = word.given or (word.place, word.at)
    if not context.facts.holds(word.party, condition.function, place or given[0], given[1]):
        return Message.of("verdict.without_mandate", party=word.party, function=condition.function, day=given[1])
    age = condition.max_age_days
    if age is not None and context.at - word.at > timedelta(days=age):
        return Message.of("verdict.attestation_too_old", party=word.party, n=age)
    return None


def _counted(condition: kinds.CountVerified, context: Context) -> Leaf:
    """Sum the verified results that independent verifiers stated who hold the function where the project is."""
    usable = []
    project = context.facts.project(context.project)
    for item in context.results.get(condition.indicator, ()):
        site = project.site(context.facts.index_of(item.entry)) if project is not None else None
        function, place = condition.function, site or item.place
        allowed = function is None or context.facts.holds(item.party, function, place, item.at)
        if item.at <= context.at and allowed:
            usable.append(item)
    usable, contested = settled(counting(usable, context, condition.indicator))
    if contested:
        entries = tuple(item.entry for item in contested)
        return "not_known", entries, Message.of("verdict.results_contradict")
    if not usable:
        return "not_known", (), Message.of("verdict.no_result")
    total = sum((item.value for item in usable), Decimal(0))
    said = sum((Decimal(item.body.reported or item.body.value) for item in usable), Decimal(0))
    evidence = tuple(item.entry for item in usable)
    enough = total >= Decimal(condition.at_least) and total >= Decimal(condition.min_share) * said
    return "met" if enough else "not_met", evidence, Message.of("verdict.results", verified=total, reported=said)


def _found(condition: kinds.FindingPresent, context: Context) -> Leaf:
    """Weigh the standing findings of those who are independent of the builders, or speak against them."""
    passed: list[Message] = []
    standing: list[FindingRecord] = []
    for item in context.findings.get(condition.about, ()):
        if item.superseded_by or item.at > context.at:
            continue
        if path := partial(
            context, item.party, condition.about, "met" if item.result == condition.result else "not_met"
        ):
            passed.append(Message.of("verdict.not_independent", party=item.party, ties=path))
        else:
            standing.append(item)
    for_it = tuple(item.entry for item in standing if item.result == condition.result)
    against = tuple(item.entry for item in standing if item.result not in {condition.result, "unresolved"})
    if for_it and against:
        return "not_known", for_it + against, Message.of("verdict.findings_contradict")
    if for_it or against:
        return "met" if for_it else "not_met", for_it + against, *passed
    return "not_known", tuple(item.entry for item in standing), *passed


def _stated(condition: kinds.AnyCondition, context: Context) -> Leaf:
    """Answer from what was found, undertaken, released, or from the calendar."""
    match condition:
        case kinds.FindingPresent():
            return _found(condition, context)
        case kinds.UndertakingMet():
            known = context.facts.undertaking(condition.undertaking)
            if known is None:
                return "not_known", (), Message.of("verdict.never_undertaken")
            if known.state == "met" and known.keeper:
                # Who keeps the record opens no tranche: somebody with that mandate says it, or finds it.
                return "not_known", known.evidence, Message.of("verdict.undertaking_by_keeper", party=known.keeper)
            values: dict[str, Value] = {"met": "met", "lapsed": "not_met", "withdrawn": "not_met"}
            return (
                values.get(known.state, "not_known"),
                known.evidence,
                Message.of("verdict.undertaking", state=known.state),
            )
        case kinds.Released():
            entry = context.released.get(condition.tranche, "")
            return ("met", (entry,)) if entry else ("not_met", ())
        case kinds.Within():
            return "met" if condition.period.holds(context.at) else "not_met", ()
        case _:
            raise TypeError(type(condition).__name__)
