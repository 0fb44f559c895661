"""Reasons are one closed list; what OpenLMIS users write is understood, and anything else is named with the nearest."""

import json

import pytest

from enduse.errors import MalformedError
from enduse.messages.english.terms import TERMS
from enduse.statements.epcis import read_event
from enduse.terms.reasons import REASONS, reason_of

OPENLMIS = (
    "Transfer In",
    "Transfer Out",
    "Facility return",
    "Clinic Return",
    "Damage",
    "Expired",
    "Stolen",
    "Lost",
    "Passed Open-Vial Time Limit",
    "Cold Chain Failure",
)


def event(reason):
    raw = {"type": "ObjectEvent", "eventTime": "2026-02-03T10:00:00Z", "action": "OBSERVE", "enduse:reason": reason}
    return read_event(json.dumps(raw))


@pytest.mark.parametrize("written", OPENLMIS)
def test_the_reasons_of_openlmis_are_understood(written):
    assert event(written).reason in REASONS


def test_every_reason_has_its_word_and_is_written_as_its_code_or_in_words():
    for code in REASONS:
        assert f"reason:{code}" in TERMS
        assert reason_of(code) == reason_of(code.upper()) == reason_of(code.replace("_", " ")) == code


def test_an_unknown_reason_is_refused_with_the_nearest_and_ones_own_is_a_uri():
    with pytest.raises(MalformedError, match="damaged"):
        event("damagd")
    assert event("urn:example:reason:frost").reason == "urn:example:reason:frost"
