"""Conditions as sentences in English and Arabic: the same closed set of templates for every programme."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from enduse.release.verdict import Value
from enduse.statements import condition as kinds
from enduse.terms.amounts import Quantity, goods_resource, shown
from enduse.terms.times import format_instant

Name = Callable[[str, str], str]
"""A name for people, by identifier and language."""

STANDS: Final[dict[str, dict[Value, str]]] = {
    "en": {"met": "met", "not_met": "not met", "not_known": "not known"},
    "ar": {"met": "مستوفى", "not_met": "غير مستوفى", "not_known": "غير معروف"},
}
_JOIN: Final = {
    "en": {"all": "all of these hold: {}", "any": "one of these holds: {}", "k": "at least {k} of these hold: {}"},
    "ar": {
        "all": "تتحقق جميع هذه الشروط: {}",
        "any": "يتحقق أحد هذه الشروط: {}",
        "k": "يتحقق {k} على الأقل من هذه: {}",
    },
}
_LEAF: Final = {
    "en": {
        "use": "at least {share} % of the {material} billed for {project} is verified as built in",
        "amount": "at least {quantity} of {material} is verified as used for {project}",
        "difference": "no more than {quantity} of {material} is unaccounted for {place}",
        "alarm": "no alarm says that more than {quantity} of {material} is missing {place}",
        "attested": "a party that holds {function}, independent of the builder, attests to {subject}",
        "count": "verified results for {indicator} reach {number}",
        "finding": "a finding on {about} stands: {result}",
        "undertaking": "the undertaking {undertaking} is met",
        "released": "tranche {tranche} was released",
        "within": "the day lies between {start} and {end}",
        "not": "it does not hold that {}",
        "everywhere": "anywhere",
        "at": "at {place}",
        "supported": "supported",
        "not_supported": "not supported",
        "open": "further notice",
        "ends": ": ",
    },
    "ar": {
        "use": "تم التحقق من استخدام {share}٪ على الأقل من {material} المدرجة في جدول كميات {project}",
        "amount": "تم التحقق من استخدام {quantity} على الأقل من {material} في {project}",
        "difference": "لا يتجاوز غير المبرَّر من {material} مقدار {quantity} {place}",
        "alarm": "لا يوجد إنذار بفقدان أكثر من {quantity} من {material} {place}",
        "attested": "تشهد جهة تتولى {function} ومستقلة عن المنفِّذ على {subject}",
        "count": "تبلغ النتائج المتحقق منها لـ {indicator} مقدار {number}",
        "finding": "يوجد استنتاج قائم بشأن {about}: {result}",
        "undertaking": "تم الوفاء بالتعهد {undertaking}",
        "released": "صُرفت الدفعة {tranche}",
        "within": "يقع اليوم بين {start} و{end}",
        "not": "لا يصح أنّ {}",
        "everywhere": "في أي مكان",
        "at": "في {place}",
        "supported": "مؤيَّد",
        "not_supported": "غير مؤيَّد",
        "open": "إشعار آخر",
        "ends": ": ",
    },
}


def _quantity(quantity: Quantity, material: str) -> str:
    amount, base = quantity.base()
    return shown(amount, goods_resource(material, base))


def _percent(share: str) -> str:
    text = format(Decimal(share) * 100, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def asked(condition: kinds.AnyCondition, language: str, name: Name) -> str:  # noqa: C901 - one case for each kind
    """Return what a condition asks for, as a clause without its answer.

    Args:
        condition: which.
        language: ``en`` or ``ar``.
        name: names for people.
    """
    words = _LEAF[language]

    def called(identifier: str) -> str:
        return name(identifier, language)

    def where(place: str | None) -> str:
        return words["everywhere"] if place is None else words["at"].format(place=called(place))

    match condition:
        case kinds.AllOf() | kinds.AnyOf() | kinds.AtLeast():
            how = {kinds.AllOf: "all", kinds.AnyOf: "any"}.get(type(condition), "k")
            parts = "; ".join(f"({asked(part, language, name)})" for part in condition.of)
            return _JOIN[language][how].format(parts, k=getattr(condition, "k", 0))
        case kinds.Not():
            return words["not"].format(asked(condition.of, language, name))
        case kinds.UseVerified():
            return words["use"].format(
                share=_percent(condition.share), material=called(condition.material), project=called(condition.project)
            )
        case kinds.AmountVerified():
            return words["amount"].format(
                quantity=_quantity(condition.quantity, condition.material),
                material=called(condition.material),
                project=called(condition.project),
            )
        case kinds.NoOpenDifference() | kinds.NoAlarm():
            key = "difference" if isinstance(condition, kinds.NoOpenDifference) else "alarm"
            return words[key].format(
                quantity=_quantity(condition.limit, condition.material),
                material=called(condition.material),
                place=where(condition.place),
            )
        case kinds.Attested():
            return words["attested"].format(function=called(condition.function), subject=called(condition.subject))
        case kinds.CountVerified():
            return words["count"].format(indicator=called(condition.indicator), number=condition.at_least)
        case kinds.FindingPresent():
            return words["finding"].format(about=called(condition.about), result=words[condition.result])
        case kinds.UndertakingMet():
            return words["undertaking"].format(undertaking=called(condition.undertaking))
        case kinds.Released():
            return words["released"].format(tranche=called(condition.tranche))
        case kinds.Within():
            end = condition.period.end
            return words["within"].format(
                start=format_instant(condition.period.start)[:10],
                end=words["open"] if end is None else format_instant(end)[:10],
            )


def sentence(condition: kinds.AnyCondition, value: Value, why: str, language: str, name: Name) -> str:
    """Return the full sentence: how it stands, what was asked, and why."""
    text = asked(condition, language, name)
    head = f"{STANDS[language][value]}: {text}"
    return f"{head} ({why})" if why else head
