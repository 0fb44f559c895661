"""What each form of condition demands, as a message; how it stands is said beside it, never in it."""

from decimal import Decimal

from enduse.messages import Amount, Message
from enduse.statements import condition as kinds
from enduse.terms.amounts import Quantity, goods_resource


def demand(condition: kinds.AnyCondition) -> Message:
    """Return what a condition demands."""
    match condition:
        case kinds.AllOf():
            return Message.of("condition.all_of", parts=_parts(condition.of))
        case kinds.AnyOf():
            return Message.of("condition.any_of", parts=_parts(condition.of))
        case kinds.AtLeast():
            return Message.of("condition.at_least", k=condition.k, parts=_parts(condition.of))
        case kinds.Not():
            return Message.of("condition.not", part=demand(condition.of))
        case kinds.UseVerified():
            return Message.of(
                "condition.use_verified",
                share=percent(condition.share),
                material=condition.material,
                project=condition.project,
            )
        case kinds.AmountVerified():
            return Message.of(
                "condition.amount_verified",
                quantity=_amount(condition.quantity, condition.material),
                material=condition.material,
                project=condition.project,
            )
        case kinds.NoOpenDifference() | kinds.NoAlarm():
            return _limit(condition)
        case kinds.CountVerified():
            return _count(condition)
        case _:
            return _stated(condition)


def _limit(condition: kinds.NoOpenDifference | kinds.NoAlarm) -> Message:
    material, limit = condition.material, _amount(condition.limit, condition.material)
    if isinstance(condition, kinds.NoAlarm):
        if condition.place is None:
            return Message.of("condition.no_alarm", limit=limit, material=material)
        return Message.of("condition.no_alarm_at", limit=limit, material=material, place=condition.place)
    if condition.place is None:
        return Message.of("condition.no_open_difference", limit=limit, material=material)
    return Message.of("condition.no_open_difference_at", limit=limit, material=material, place=condition.place)


def _count(condition: kinds.CountVerified) -> Message:
    indicator, least, share = condition.indicator, condition.at_least, condition.min_share
    if not Decimal(share):
        return Message.of("condition.count_verified", indicator=indicator, least=least)
    return Message.of("condition.count_verified_share", indicator=indicator, least=least, share=percent(share))


def _stated(
    condition: kinds.Attested | kinds.FindingPresent | kinds.UndertakingMet | kinds.Released | kinds.Within,
) -> Message:
    match condition:
        case kinds.Attested(subject=subject, function=function, max_age_days=None):
            return Message.of("condition.attested", function=function, subject=subject)
        case kinds.Attested(subject=subject, function=function, max_age_days=days):
            return Message.of("condition.attested_lately", function=function, subject=subject, n=days)
        case kinds.FindingPresent():
            return Message.of("condition.finding_present", about=condition.about, result=condition.result)
        case kinds.UndertakingMet():
            return Message.of("condition.undertaking_met", undertaking=condition.undertaking)
        case kinds.Released():
            return Message.of("condition.released", tranche=condition.tranche)
        case kinds.Within():
            start, end = condition.period.start, condition.period.end
            if end is None:
                return Message.of("condition.not_before", start=start)
            return Message.of("condition.within", start=start, end=end)


def _parts(conditions: tuple[kinds.AnyCondition, ...]) -> list[Message]:
    """Return the parts, each in brackets: one of them may be a list itself."""
    return [Message.of("condition.part", part=demand(part)) for part in conditions]


def _amount(quantity: Quantity, material: str) -> Amount:
    amount, base = quantity.base()
    return Amount(amount, goods_resource(material, base))


def percent(share: str | Decimal) -> Decimal:
    """Return a share of one in per cent, without trailing zeros."""
    value = 100 * Decimal(share)
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
