"""An event says one thing, in whatever spelling it is read: the quick way and the careful one never differ."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import EnduseError
from enduse.statements import epcis
from enduse.statements.passed import _PACK_EVENT, _UNPACK_EVENT
from support.examples import examples

GOOD = {
    "type": "ObjectEvent",
    "eventTime": "2026-01-02T03:04:05+02:00",
    "action": "OBSERVE",
    "bizStep": "receiving",
    "readPoint": {"id": "place:a"},
    "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 20, "uom": "TNE"}],
    "destinationList": [{"type": "possessing_party", "destination": "party:a"}],
    "enduse:as_written": {"note": "½ bag"},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.sampled_from(["", "x", "receiving", "P1D", "true", "2026-01-02", "é", "\ud800", "urn:x/y"]),
    st.lists(st.one_of(st.text(max_size=2), st.integers(), st.dictionaries(st.text(max_size=2), st.integers()))),
    st.fixed_dictionaries(
        {"epcClass": st.sampled_from(["urn:enduse:class:b", 3])},
        optional={"quantity": st.one_of(st.integers(), st.floats(allow_nan=False), st.just("1.50"), st.booleans())},
    ).map(lambda line: [line]),
    st.just({"set": [5, "completeness_verified"]}),
    st.just({"id": 7, "reason": 8}),
)
KEYS = st.sampled_from(
    [*GOOD, "persistentDisposition", "enduse:complete", "enduse:within", "enduse:reason", "errorDeclaration", "epcList",
     "childEPCs", "bizTransactionList", "eventID", "parentID", "bizLocation", "disposition"]
)  # fmt: skip


def outcome(read, text):
    try:
        return read(text)
    except EnduseError as error:
        return error.problem


@settings(max_examples=examples(150), deadline=None)
@given(st.dictionaries(KEYS, ODD, max_size=3), st.booleans(), st.booleans())
def test_the_quick_reading_of_an_event_is_the_careful_one(changes, compact, ascii_only):
    text = json.dumps(GOOD | changes, separators=(",", ":") if compact else None, ensure_ascii=ascii_only)
    assert outcome(epcis._read, text) == outcome(epcis._read_slowly, text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1e2", "100"),
        ("20.50", "20.50"),
        ("20.5", "20.5"),
        ("20.0", "20.0"),
        ("-0", "-0"),
        ("0.123456789", "0.123456789"),
        ("123456789012345678", "123456789012345678"),
    ],
)
def test_a_quantity_is_read_to_the_digit(written, read):
    text = msgspec.json.encode(GOOD).decode().replace('"quantity":20', f'"quantity":{written}')
    assert epcis.read_event(text).elements[0].quantity == epcis._read_slowly(text).elements[0].quantity == read


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"quantity":20', '"quantity":20,"quantity":21'),
        ('"quantity":20', '"quantity":0.12345678901234567890123456789'),
        ('{"note":"½ bag"}', '{"note":"a","note":"b"}'),
        ('{"note":"½ bag"}', "NaN"),
        ('{"note":"½ bag"}', '"\\ud800"'),
        ('{"note":"½ bag"}', '"\t"'),
        ('{"note":"½ bag"}', "[" * 40 + "]" * 40),
    ],
)
def test_what_two_readers_could_read_apart_is_refused(old, new):
    text = msgspec.json.encode(GOOD).decode().replace(old, new)
    assert new in text
    assert not isinstance(outcome(epcis.read_event, text), epcis.Event)


def test_an_event_passed_on_is_the_event():
    read = epcis.read_event(msgspec.json.encode(GOOD).decode())
    assert _UNPACK_EVENT(_PACK_EVENT(read)) == read
