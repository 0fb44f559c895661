"""An assessment for programs: every figure, and beside each code with its values the words that people are shown."""

from enum import StrEnum
from typing import Any

import msgspec

from enduse.assurance.result import Explanation, Measurement
from enduse.messages import Message
from enduse.pages.assessment_draft import draft
from enduse.pages.assessment_words import Words
from enduse.views.excluded_readings import ExcludedReadings


def assessment_json(words: Words) -> dict[str, Any]:
    """Return an assessment as plain values, its messages in the language of ``words``."""
    view = words.assessment
    leads = {lead.alarm: lead for lead in view.leads}
    return {
        "verdict": view.verdict,
        "p_value": view.p_value,
        "false_alarm": view.false_alarm,
        "summary": [words.verdict(), *words.summary()],
        "missing": view.missing,
        "owners": view.owners,
        "compared": view.compared,
        "open": view.open,
        "alarms": [
            {
                **msgspec.structs.asdict(alarm),
                "code": _code(alarm.hypothesis),
                "message": words.lead(leads[alarm]),
                "indistinguishable_from": [_explanation(other, words) for other in alarm.indistinguishable_from],
                "next_measurement": _measurement(alarm.next_measurement, words),
            }
            for alarm in view.alarms
        ],
        "power": [
            {
                **msgspec.structs.asdict(power),
                "code": "assurance.loss_unnoticed" if power.smallest_loss is None else "assurance.smallest_loss",
                "message": words.power(power),
                "next_measurement": _measurement(power.next_measurement, words),
            }
            for power in view.power
        ],
        "gross_errors": [
            {
                **msgspec.structs.asdict(reading),
                "code": "assurance.reading_set_aside",
                "message": words.aside(ExcludedReadings((reading,))),
            }
            for reading in view.gross_errors
        ],
        "caveats": [_told(caveat, words.caveat(caveat)) for caveat in view.caveats],
        "periods": view.periods,
        "seed": view.seed,
        "mode": view.mode,
        "error_factors": view.error_factors,
        "start": view.start,
        "period_days": view.period_days if view.start else None,
        "under_way": view.under_way,
        "problems": view.problems,
        "notes": view.notes,
        "drafts": [draft(lead, words) for lead in view.leads],
    }


def _explanation(other: Explanation, words: Words) -> dict[str, Any]:
    return _told(_message(other.hypothesis, other), words.explanation(other))


def _measurement(measurement: Measurement | None, words: Words) -> dict[str, Any] | None:
    if measurement is None:
        return None
    return _told(_message(measurement.kind, measurement), words.measurement(measurement))


def _message(member: StrEnum, what: Explanation | Measurement) -> Message:
    """Return the code and the values of one of a closed set of things that assurance says."""
    return Message.of(
        _code(member),
        where=what.where,
        first_period=what.first_period,
        last_period=what.last_period,
    )


def _code(member: StrEnum) -> str:
    return f"assurance.{member.name.lower()}"


def _told(message: Message, words: str) -> dict[str, Any]:
    return {"code": message.code, "values": message.values, "message": words}
