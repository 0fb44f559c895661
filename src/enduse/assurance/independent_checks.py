"""Independent checks of what is said to have been used or handed out, each with an error model of its own.

No balance sees goods that a list says people have received, if the same amount is taken: books and list agree. Who asks
the people, counts what was built or watches the market can see it. Four kinds:

* ``call_back``: of ``asked`` people on the list, ``confirmed`` say that they received. Of those who did, at most the share
  ``false_no`` say no (forgotten, another of the household; :data:`FALSE_NO` where nothing is stated). Chance: binomial, of
  ``asked / design_effect`` people, for people of one village answer alike (Kish, Survey Sampling, 1965, 8.2).
* ``survey`` after distribution: of ``households`` served, ``asked`` say on average ``mean``, with ``sd`` between them;
  ``design_effect`` as above, ``relative_sd`` for what all remember wrong alike (:data:`RECALL`). Chance: Student t.
* ``built_area``: ``counted`` square metres or buildings (from pictures), ``per_unit`` of the material in each, with the
  relative errors ``counted_sd`` and ``per_unit_sd``. Chance: lognormal.
* ``market``: the price was ``price_before`` and is ``price``; ordinary prices vary by ``price_sd`` (relative, as in markets
  without such aid). So much more is sold than the usual ``volume`` as the ``elasticity`` of demand says, both with errors.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from scipy import special

from enduse.assurance.result import Alarm, Explanation, Hypothesis, Measurement, MeasurementKind, NetworkAssessment
from enduse.messages import Message

FALSE_NO: Final = 0.05
"""Share of people who did receive and say no, where nothing is stated: told as taken on trust."""
RECALL: Final = 0.05
"""Relative error that all who are asked share, where nothing is stated."""
SIDE: Final = 0.025
NEEDED_FIGURES: Final = {
    "call_back": ("asked", "confirmed"),
    "survey": ("households", "asked", "mean", "sd"),
    "built_area": ("counted", "per_unit", "counted_sd", "per_unit_sd"),
    "market": ("price_before", "price", "price_sd", "volume", "elasticity"),
}
"""Figures that a check of each kind needs."""
TRUSTED: Final = {
    "call_back": {"design_effect": 1.0, "false_no": FALSE_NO},
    "survey": {"design_effect": 1.0, "relative_sd": RECALL},
    "built_area": {},
    "market": {"volume_sd": 0.2, "elasticity_sd": 0.3},
}
"""Further figures of each kind, with what is taken where they are not stated."""


class IndependentCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One check of what a place says it used.

    Attributes:
        check: its name.
        kind: one of :data:`NEEDED_FIGURES`.
        place: node.
        material: its name.
        first, last: periods from 1.
        figures: by name, those not stated included.
        trusted: names of figures that nobody stated.
        declared: what the place says it used then.
    """

    check: str
    kind: str
    place: str
    material: str
    first: int
    last: int
    figures: Mapping[str, float]
    trusted: tuple[str, ...]
    declared: float


class Lacking(msgspec.Struct, frozen=True):
    """How much of what is declared a check does not bear out.

    Attributes:
        estimate, low, high: with 95 % limits, from 0 to what is declared.
        p_value: chance of a figure as bad where all of it was used as declared.
    """

    estimate: float
    low: float
    high: float
    p_value: float


def judge(check: IndependentCheck) -> Lacking:
    """Return how much of what is declared a check does not bear out."""
    estimate, low, high, p_value = _JUDGES[check.kind](check.figures, check.declared)
    low, estimate, high = (min(max(value, 0.0), check.declared) for value in (low, estimate, high))
    return Lacking(estimate, low, high, p_value)


Judged = tuple[float, float, float, float]


def _call_back(of: Mapping[str, float], declared: float) -> Judged:
    asked, yes = of["asked"] / of["design_effect"], of["confirmed"] / of["design_effect"]
    honest = 1 - of["false_no"]
    no = asked - yes
    p_value = float(special.betainc(no, yes + 1, of["false_no"])) if no > 0 else 1.0
    least = float(special.betaincinv(yes, no + 1, SIDE)) if yes > 0 else 0.0
    most = float(special.betaincinv(yes + 1, no, 1 - SIDE)) if no > 0 else 1.0
    estimate, low, high = (declared * (1 - share / honest) for share in (yes / asked, most, least))
    return estimate, low, high, p_value


def _survey(of: Mapping[str, float], declared: float) -> Judged:
    received = of["households"] * of["mean"]
    sampled = of["households"] * of["sd"] * math.sqrt(of["design_effect"] / of["asked"])
    error = math.hypot(sampled, received * of["relative_sd"])
    freedom = max(of["asked"] / of["design_effect"] - 1, 1.0)
    lacking = declared - received
    reach = float(special.stdtrit(freedom, 1 - SIDE)) * error
    p_value = float(special.stdtr(freedom, -lacking / error)) if error else float(lacking <= 0)
    return lacking, lacking - reach, lacking + reach, p_value


def _built_area(of: Mapping[str, float], declared: float) -> Judged:
    built = of["counted"] * of["per_unit"]
    error = math.sqrt(math.log1p(math.hypot(of["counted_sd"], of["per_unit_sd"]) ** 2))
    reach = math.exp(-float(special.ndtri(SIDE)) * error)
    if not built:
        return declared, declared, declared, 0.0
    away = math.log(declared / built)
    p_value = float(special.ndtr(-away / error)) if error else float(away <= 0)
    return declared - built, declared - built * reach, declared - built / reach, p_value


def _market(of: Mapping[str, float], declared: float) -> Judged:  # noqa: ARG001 - what leaks does not depend on it
    fall, spread = math.log(of["price_before"] / of["price"]), of["price_sd"]
    reach = -float(special.ndtri(SIDE))
    factor = math.exp(reach * math.hypot(of["volume_sd"], of["elasticity_sd"]))

    def sold(drop: float) -> float:
        return of["volume"] * math.expm1(of["elasticity"] * drop)

    low, high = sold(fall - reach * spread), sold(fall + reach * spread)
    p_value = float(special.ndtr(-fall / spread)) if spread else float(fall <= 0)
    return sold(fall), low / factor, high * factor, p_value


_JUDGES: Final[dict[str, Callable[[Mapping[str, float], float], Judged]]] = {
    "call_back": _call_back,
    "survey": _survey,
    "built_area": _built_area,
    "market": _market,
}


def part_of_budget(false_alarm: float) -> float:
    """Return the chance of a false alarm that is left for balances where there are checks: both together have all of it."""
    return -math.expm1(0.5 * math.log1p(-false_alarm))


def with_checks(
    assessment: NetworkAssessment, checks: tuple[IndependentCheck, ...], false_alarm: float
) -> NetworkAssessment:
    """Return an assessment of balances together with what checks say.

    Args:
        assessment: of the balances, made with :func:`part_of_budget`.
        checks: at least one.
        false_alarm: chance of any alarm, of balances or of checks, where nothing is missing.
    """
    judged = [(check, judge(check)) for check in checks]
    chances = [-math.expm1(2 * len(checks) * math.log1p(-min(one.p_value, 1 - 1e-15))) for _, one in judged]
    alarms = [
        _alarm(check, one, chance)
        for (check, one), chance in sorted(zip(judged, chances, strict=True), key=lambda each: each[1])
        if chance <= false_alarm and one.estimate > 0
    ]
    balances = -math.expm1(2 * math.log1p(-min(assessment.p_value, 1 - 1e-15)))
    return msgspec.structs.replace(
        assessment,
        p_value=min(balances, *chances),
        false_alarm=false_alarm,
        alarms=(*assessment.alarms, *alarms),
        caveats=(*assessment.caveats, *_caveats(judged)),
    )


def _alarm(check: IndependentCheck, lacking: Lacking, chance: float) -> Alarm:
    return Alarm(
        hypothesis=Hypothesis.FALSIFIED_USE,
        where=check.place,
        material=check.material,
        first_period=check.first,
        last_period=check.last,
        estimate=lacking.estimate,
        interval=(lacking.low, lacking.high),
        statistic=-float(special.ndtri(max(lacking.p_value, 1e-300))),
        p_value=chance,
        indistinguishable_from=(Explanation(Hypothesis.MISREAD_USE, check.place, check.first, check.last),),
        next_measurement=Measurement(MeasurementKind.USE_COUNT, check.place, check.first, check.last),
        open_ended=False,
    )


def _caveats(judged: list[tuple[IndependentCheck, Lacking]]) -> list[Message]:
    """Return what each check leaves open: how much may be missing all the same, and what it takes on trust."""
    out = []
    for check, lacking in judged:
        share = round(lacking.high / check.declared * 100)
        out.append(Message.of("assurance.check_leaves", check=check.check, place=check.place, share=share))
        if check.trusted:
            named = [
                Message.of("assurance.check_trusts_one", name=name, value=f"{check.figures[name]:g}")
                for name in check.trusted
            ]
            out.append(Message.of("assurance.check_trusts", check=check.check, named=named))
    return out
