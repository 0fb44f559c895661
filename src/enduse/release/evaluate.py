"""Evaluate a condition over the facts: met, not met or not known, with the statements that made it so.

A measured fact is *met* only where its whole 95 % interval says so and *not met* only where its whole interval says
the opposite; in between, and where nothing was measured, it is *not known*.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from enduse.messages import Message
from enduse.release.facts import Facts, Measured
from enduse.release.sentences import sentence
from enduse.release.verdict import Value, Verdict, deciding, negated, once, threshold
from enduse.release.words import Counted, Found, Vouched, settled
from enduse.statements import condition as kinds
from enduse.terms.amounts import goods_resource, shown

Leaf = tuple[Value, tuple[str, ...], str, str]
"""Value, evidence, and why in English and in Arabic."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a condition is evaluated against.

    Attributes:
        facts: the book's answers.
        at: the moment it is evaluated for.
        project: the tranche's project; whoever attests must be independent of its builders.
        vouched: attestations by subject.
        found: findings by subject.
        counted: verified results by indicator.
        released: statements of effective release decisions by tranche.
    """

    facts: Facts
    at: datetime
    project: str
    vouched: Mapping[str, Sequence[Vouched]]
    found: Mapping[str, Sequence[Found]]
    counted: Mapping[str, Sequence[Counted]]
    released: Mapping[str, str]


def evaluate(condition: kinds.AnyCondition, context: Context) -> Verdict:
    """Return how ``condition`` stands."""
    match condition:
        case kinds.AllOf() | kinds.AnyOf() | kinds.AtLeast():
            parts = tuple(evaluate(part, context) for part in condition.of)
            value = threshold([part.value for part in parts], _wanted(condition))
            return _verdict(condition, context, (value, deciding(parts, value), "", ""), parts)
        case kinds.Not():
            part = evaluate(condition.of, context)
            return _verdict(condition, context, (negated(part.value), part.evidence, "", ""), (part,))
        case kinds.UseVerified() | kinds.AmountVerified():
            return _verdict(condition, context, _used(condition, context))
        case kinds.NoOpenDifference():
            open_now = context.facts.open_difference(condition.material, condition.place)
            return _verdict(condition, context, _at_most(open_now, condition))
        case kinds.NoAlarm():
            alarm = context.facts.alarm(condition.material, condition.place)
            return _verdict(condition, context, _at_most(alarm, condition))
        case kinds.Attested():
            return _verdict(condition, context, _attested(condition, context))
        case kinds.CountVerified():
            return _verdict(condition, context, _counted(condition, context))
        case _:
            return _verdict(condition, context, _stated(condition, context))


def _wanted(condition: kinds.AllOf | kinds.AnyOf | kinds.AtLeast) -> int:
    """Return how many parts must be met."""
    if isinstance(condition, kinds.AtLeast):
        return condition.k
    return len(condition.of) if isinstance(condition, kinds.AllOf) else 1


def _verdict(condition: kinds.AnyCondition, context: Context, leaf: Leaf, parts: tuple[Verdict, ...] = ()) -> Verdict:
    value, evidence, why_en, why_ar = leaf
    name = context.facts.name
    return Verdict(
        value=value,
        evidence=once(evidence),
        sentence_en=sentence(condition, value, why_en, "en", name),
        sentence_ar=sentence(condition, value, why_ar, "ar", name),
        parts=parts,
    )


def _used(condition: kinds.UseVerified | kinds.AmountVerified, context: Context) -> Leaf:
    """Compare measured use with a share of the bill, or with an amount."""
    project = context.facts.project(condition.project)
    if project is not None and project.purpose == "humanitarian":
        return (
            "not_known",
            project.evidence,
            "a humanitarian project waits for no condition",
            "لا ينتظر مشروع إنساني أي شرط",
        )
    measured = context.facts.use_verified(condition.project, condition.material)
    if measured is None:
        return "not_known", (), "nothing was measured", "لم يُقَس شيء"
    if isinstance(condition, kinds.UseVerified):
        if measured.billed <= 0:
            return "not_known", measured.evidence, "the bill has no such line", "لا يوجد هذا البند في جدول الكميات"
        wanted = Decimal(condition.share) * measured.billed
        least, most = (f"{100 * Decimal(x) / measured.billed:.1f} %" for x in (measured.lower, measured.upper))
    else:
        amount, base = condition.quantity.base()
        if base != measured.base:
            return "not_known", measured.evidence, f"measured in {measured.base}", f"القياس بوحدة {measured.base}"
        wanted = Decimal(amount)
        least, most = (shown(x, goods_resource(condition.material, base)) for x in (measured.lower, measured.upper))
    value: Value = "met" if measured.lower >= wanted else "not_met" if measured.upper < wanted else "not_known"
    return value, measured.evidence, f"measured between {least} and {most}", f"المقيس بين {least} و{most}"


def _at_most(measured: Measured | None, condition: kinds.NoOpenDifference | kinds.NoAlarm) -> Leaf:
    """Compare an amount that should be small with its limit."""
    if measured is None:
        return "not_known", (), "nothing is known of it", "لا يُعرف عنه شيء"
    amount, base = condition.limit.base()
    if base != measured.base:
        return "not_known", measured.evidence, f"counted in {measured.base}", f"العدّ بوحدة {measured.base}"
    value: Value = "met" if measured.upper <= amount else "not_met" if measured.lower > amount else "not_known"
    ends = [shown(number, goods_resource(condition.material, base)) for number in (measured.lower, measured.upper)]
    text = " .. ".join(dict.fromkeys(ends))
    return value, measured.evidence, text, text


def relation(context: Context, party: str, subject: str) -> Sequence[str | Message]:
    """Return the path that relates ``party`` to a builder, or nothing when it is independent of all of them."""
    for project in dict.fromkeys((subject, context.project)):
        known = context.facts.project(project)
        for builder in known.builders if known is not None else ():
            if path := context.facts.related(party, builder):
                return path
    return ()


def _attested(condition: kinds.Attested, context: Context) -> Leaf:
    """Weigh the standing words about a subject of those who may vouch for it."""
    project = context.facts.project(condition.subject) or context.facts.project(context.project)
    passed: list[str] = []
    words: dict[bool, list[str]] = {True: [], False: []}
    for word in context.vouched.get(condition.subject, ()):
        place = project.place if project is not None else None
        given = word.given or (word.place, word.at)
        path = relation(context, word.party, condition.subject)
        if path:
            passed.append(f"{word.party} is not independent: {'; '.join(map(str, path))}")
        elif not context.facts.holds(word.party, condition.function, place or given[0], given[1]):
            passed.append(f"{word.party} did not hold {condition.function} there that day")
        elif condition.max_age_days is not None and context.at - word.at > timedelta(days=condition.max_age_days):
            passed.append(f"the word of {word.party} is older than {condition.max_age_days} days")
        elif word.at <= context.at:
            words[word.holds].append(word.entry)
    why = "; ".join(passed)
    if words[True] and words[False]:
        return "not_known", (*words[True], *words[False]), "the attestations contradict each other", "الشهادات متعارضة"
    if words[True]:
        return "met", tuple(words[True]), why, ""
    if words[False]:
        return "not_met", tuple(words[False]), "; ".join(("the attestation was revoked", *passed)), "سُحبت الشهادة"
    return "not_known", (), why or "nobody has attested", "لا توجد شهادة مستقلة سارية"


def _counted(condition: kinds.CountVerified, context: Context) -> Leaf:
    """Sum the verified results that independent verifiers stated who hold the function where the project is."""
    usable = []
    project = context.facts.project(context.project)
    site = project.place if project is not None else None
    for item in context.counted.get(condition.indicator, ()):
        function, place = condition.function, site or item.place
        allowed = function is None or context.facts.holds(item.party, function, place, item.at)
        if item.at <= context.at and allowed and not relation(context, item.party, condition.indicator):
            usable.append(item)
    usable, contested = settled(usable)
    if contested:
        entries = tuple(item.entry for item in contested)
        return "not_known", entries, "the results contradict each other", "النتائج متعارضة"
    if not usable:
        return "not_known", (), "no verified result", "لا توجد نتيجة متحقق منها"
    total = sum((item.value for item in usable), Decimal(0))
    said = sum((Decimal(item.body.reported or item.body.value) for item in usable), Decimal(0))
    evidence = tuple(item.entry for item in usable)
    enough = total >= Decimal(condition.at_least) and total >= Decimal(condition.min_share) * said
    text = f"{total} / {said}"
    return "met" if enough else "not_met", evidence, text, text


def _found(condition: kinds.FindingPresent, context: Context) -> Leaf:
    """Weigh the standing findings of those who are independent of the builders."""
    passed: list[str] = []
    standing: list[Found] = []
    for item in context.found.get(condition.about, ()):
        if item.superseded_by or item.at > context.at:
            continue
        if path := relation(context, item.party, condition.about):
            passed.append(f"{item.party} is not independent: {'; '.join(map(str, path))}")
        else:
            standing.append(item)
    for_it = tuple(item.entry for item in standing if item.result == condition.result)
    against = tuple(item.entry for item in standing if item.result not in {condition.result, "unresolved"})
    if for_it and against:
        return "not_known", for_it + against, "the findings contradict each other", "الاستنتاجات متعارضة"
    why = "; ".join(passed)
    if for_it or against:
        return "met" if for_it else "not_met", for_it + against, why, ""
    return "not_known", tuple(item.entry for item in standing), why, ""


def _stated(condition: kinds.AnyCondition, context: Context) -> Leaf:
    """Answer from what was found, undertaken, released, or from the calendar."""
    match condition:
        case kinds.FindingPresent():
            return _found(condition, context)
        case kinds.UndertakingMet():
            known = context.facts.undertaking(condition.undertaking)
            if known is None:
                return "not_known", (), "it was never stated", "لم يُعلن عنه"
            values: dict[str, Value] = {"met": "met", "lapsed": "not_met", "withdrawn": "not_met"}
            return values.get(known.state, "not_known"), known.evidence, known.state.replace("_", " "), ""
        case kinds.Released():
            entry = context.released.get(condition.tranche, "")
            return ("met", (entry,), "", "") if entry else ("not_met", (), "", "")
        case kinds.Within():
            return "met" if condition.period.holds(context.at) else "not_met", (), "", ""
        case _:
            raise TypeError(f"no such condition: {type(condition).__name__}")
