"""Statements at the door: what is exact passes untouched, what two readers could read apart is refused."""

import base64
import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import EnduseError, LimitError, MalformedError, SignatureError
from enduse.statements import epcis
from enduse.statements.acts import act_named
from enduse.statements.codec import KINDS, PAYLOAD_MAX, decode, encode, kind_of
from enduse.statements.envelope import pae, unwrap, wrap
from enduse.statements.epcis import class_uri, read_event, split_class
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.keyring import Keyring, read, sign
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.passed import look, taken_over
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.terms.amounts import Money
from enduse.terms.ed25519 import SigningKey

ORIGIN = "example.org/test"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
KEEPER = SigningKey.from_seed(bytes(32))
DONOR = SigningKey.from_seed(bytes([1] * 32))
EVENT = '{"type":"ObjectEvent","eventTime":"2026-01-02T03:04:05+02:00","action":"OBSERVE","bizStep":"receiving"}'


def pledge(seq=1, value="1000000.10", party="donor", programme=ORIGIN):
    body = PledgeBody(pledge="p1", amount=Money(value, "USD"))
    return Pledge(programme=programme, party=party, seq=seq, occurred_at=NOW, body=body)


def founding():
    body = ProgrammeBody(title={"en": "Test"}, keeper="keeper", public_key=KEEPER.public.hex())
    return sign(Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=NOW, body=body), KEEPER)


def enrolment(key=DONOR, party="donor", seq=2, signer=None, by="keeper"):
    proof = (signer or key).sign(possession_message(ORIGIN, KEEPER.public.hex(), party, key.public.hex())).hex()
    body = KeyBody(action="enrol", party=party, public_key=key.public.hex(), possession=proof)
    return sign(Key(programme=ORIGIN, party=by, seq=seq, occurred_at=NOW, body=body), KEEPER)


def ring():
    keys = Keyring()
    for signed in (founding(), enrolment()):
        keys.admit(signed.raw)
    return keys


def payload(**changes):
    raw = json.loads(encode(pledge()))
    raw.update(changes)
    return json.dumps(raw).encode()


def test_a_statement_comes_back_as_it_was_said():
    assert decode(encode(pledge())) == pledge()


def test_digits_are_kept_exactly():
    assert b'"1000000.10"' in encode(decode(encode(pledge())))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_refuses_an_unknown_field(kind):
    with pytest.raises(MalformedError):
        decode(json.dumps({"kind": kind, "unheard_of": 1}).encode())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"surprise": 1}, "$"),
        ({"seq": 0}, "$.seq"),
        ({"seq": 1.0}, "$.seq"),
        ({"occurred_at": "2026-01-02T03:04:05"}, "$.occurred_at"),
        ({"refs": ["abc"]}, "$.refs[0]"),
        ({"body": {"pledge": "p1", "amount": {"value": 10, "currency": "USD"}}}, "$.body.amount.value"),
        ({"body": {"pledge": "p1", "amount": {"value": "NaN", "currency": "USD"}}}, "$.body.amount.value"),
        ({"body": {"pledge": "p1", "amount": {"value": "1e9", "currency": "USD"}}}, "$.body.amount.value"),
        ({"body": {"pledge": "p1", "amount": {"value": "0.00001", "currency": "USD"}}}, "$.body.amount"),
        ({"kind": "unheard_of"}, "$.kind"),
    ],
)
def test_a_fault_is_refused_with_its_path(change, path):
    with pytest.raises(MalformedError) as caught:
        decode(payload(**change))
    assert caught.value.problem.path == path


@pytest.mark.parametrize("where", ["top", "inside"])
def test_a_key_that_stands_twice_is_refused(where):
    text = encode(pledge()).decode()
    if where == "top":
        text = text.replace('"seq":1', '"seq":2,"seq":1')
    else:
        text = text.replace('"currency":"USD"', '"currency":"EUR","currency":"USD"')
    with pytest.raises(MalformedError, match="stands twice"):
        decode(text.encode())


def test_a_time_finer_than_we_keep_is_refused():
    with pytest.raises(MalformedError, match="finer than a microsecond"):
        decode(payload(occurred_at="2026-01-02T03:04:05.1234567Z"))


def test_another_spelling_of_the_same_json_is_taken():
    spaced = json.dumps(json.loads(encode(pledge())), indent=1).encode()
    assert decode(spaced) == pledge()


@pytest.mark.parametrize("junk", [b"", b"\xff\xfe", b"NaN", b'{"kind":', b"[" * 40_000, b'{"kind":"clock","seq":NaN}'])
def test_junk_is_refused_not_a_crash(junk):
    with pytest.raises(MalformedError):
        decode(junk)


def test_an_oversize_statement_is_refused():
    with pytest.raises(LimitError):
        decode(b" " * (PAYLOAD_MAX + 1))


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_door(raw):
    with pytest.raises(EnduseError):
        Keyring().admit(raw)


def test_the_envelope_signs_what_dsse_says():
    assert pae(b"hello") == b"DSSEv1 37 application/vnd.enduse.statement+json 5 hello"


def test_an_envelope_has_one_form_only():
    raw = sign(pledge(), DONOR).raw
    assert unwrap(raw).raw == raw
    for other in (raw + b" ", raw.replace(b'":"', b'": "'), raw.replace(b'"signatures"', b'"x":1,"signatures"')):
        with pytest.raises(MalformedError):
            unwrap(other)


def test_base64_with_stray_bits_is_refused():
    raw = sign(pledge(), DONOR).raw
    signature = json.loads(raw)["signatures"][0]["sig"]
    stray = signature[:85] + chr(ord(signature[85]) + 1) + "=="
    assert base64.b64decode(stray) == base64.b64decode(signature)
    with pytest.raises(MalformedError):
        unwrap(raw.replace(signature.encode(), stray.encode()))


def test_the_keyring_takes_founding_enrolment_and_statement():
    signed = ring().admit(sign(pledge(), DONOR).raw)
    assert kind_of(signed.statement) == "pledge"


def test_the_keys_of_one_batch_count_within_it():
    found = Keyring().admit_all([founding().raw, enrolment().raw, sign(pledge(), DONOR).raw])
    assert not [item for item in found if isinstance(item, EnduseError)]


def test_one_bad_envelope_does_not_hide_the_rest():
    keys = ring()
    good, bad = sign(pledge(1), DONOR).raw, sign(pledge(2), DONOR).raw.replace(b"A", b"B", 1)
    found = keys.admit_all([bad, good, b"junk"])
    assert [isinstance(item, EnduseError) for item in found] == [True, False, True]


@pytest.mark.threat(
    who="stranger",
    tries="signs for another party, or for another programme",
    alone="is refused at the door",
    needs="whoever holds the party's private key",
    seen_by="whoever adds it; nothing is recorded",
)
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (lambda: sign(pledge(), KEEPER).raw, "belongs to keeper"),
        (lambda: sign(pledge(), SigningKey.from_seed(bytes([9] * 32))).raw, "not enrolled"),
        (lambda: sign(pledge(programme="example.org/other"), DONOR).raw, "is meant for"),
        (lambda: founding().raw, "already founded"),
        (lambda: enrolment().raw, "already enrolled"),
        (lambda: enrolment(SigningKey.from_seed(bytes([5] * 32)), "other", signer=DONOR).raw, "did not sign"),
    ],
    ids=["wrong party", "unknown key", "replayed", "second founding", "second enrolment", "no possession"],
)
def test_what_the_door_refuses(raw, message):
    with pytest.raises(EnduseError, match=message):
        ring().admit(raw())


def test_a_changed_byte_breaks_the_signature():
    raw = sign(pledge(), DONOR).raw
    changed = wrap(encode(pledge(value="9000000.10")), unwrap(raw).key_id, unwrap(raw).signature)
    with pytest.raises(SignatureError, match="does not belong"):
        ring().admit(changed)


def test_a_small_order_key_cannot_found_a_programme():
    body = ProgrammeBody(title={"en": "Test"}, keeper="keeper", public_key="01" + "00" * 31)
    statement = Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=NOW, body=body)
    with pytest.raises(SignatureError):
        Keyring().admit(sign(statement, KEEPER).raw)


def goods(event):
    return Goods(programme=ORIGIN, party="donor", seq=1, occurred_at=NOW, body=GoodsBody(event=event))


def test_an_event_travels_verbatim():
    odd = EVENT.replace('"action"', ' "action"').replace("{", "{ ", 1)
    assert decode(encode(goods(odd))).body.event == odd


def test_quantities_in_an_event_keep_their_digits():
    quantity = "1234567890123.000001"
    line = f'{{"epcClass":"urn:x","quantity":{quantity},"uom":"TNE"}}'
    event = read_event(EVENT[:-1] + f',"quantityList":[{line}]}}')
    assert event.elements[0].base() == (1_234_567_890_123_000_001, "g")


@pytest.mark.parametrize(
    "event",
    [
        "{}",
        "[]",
        EVENT.replace("ObjectEvent", "Other"),
        EVENT.replace("+02:00", ""),
        EVENT.replace("OBSERVE", "LOOK"),
        EVENT[:-1] + ',"action":"ADD"}',
        EVENT[:-1] + ',"x":NaN}',
        EVENT[:-1] + ',"quantityList":[{"epcClass":"urn:x","quantity":1e999999}]}',
        EVENT[:-1] + ',"quantityList":{"epcClass":"urn:x"}}',
        EVENT[:-1] + ',"x":' + "[" * 100 + "]" * 100 + "}",
    ],
)
def test_an_event_that_two_readers_could_read_apart_is_refused(event):
    with pytest.raises(MalformedError):
        read_event(event)
    wrapped = json.dumps({**json.loads(encode(goods(EVENT))), "body": {"event": event}}).encode()
    with pytest.raises(MalformedError) as caught:
        decode(wrapped)
    assert caught.value.problem.path.startswith("$.body.event")


@given(st.text(min_size=1), st.text(min_size=1) | st.none())
def test_a_class_uri_keeps_material_and_lot(material, lot):
    assert split_class(class_uri(material, lot)) == (material, lot)


def test_gs1_classes_split_too():
    assert split_class("urn:epc:class:lgtin:4012345.012345.998877") == (
        "https://id.gs1.org/01/04012345123456",
        "998877",
    )
    assert split_class("https://id.gs1.org/01/09521321411111/10/LOT1") == (
        "https://id.gs1.org/01/09521321411111",
        "LOT1",
    )


def test_single_things_are_a_piece_each_with_their_number():
    things = ["urn:epc:id:sgtin:4012345.011111.1001", "https://id.gs1.org/01/04012345111118/21/1002"]
    event = json.loads(EVENT)
    event.pop("quantityList", None)
    read = read_event(json.dumps({**event, "epcList": things}))
    assert [(each.material, each.lot, each.base()) for each in read.elements] == [
        ("https://id.gs1.org/01/04012345111118", "1001", (1, "piece")),
        ("https://id.gs1.org/01/04012345111118", "1002", (1, "piece")),
    ]
    with pytest.raises(MalformedError, match="stands twice in one list"):
        read_event(json.dumps({**event, "epcList": [things[0], things[0]]}))


def test_a_party_enrols_its_own_next_key():
    keys, second = ring(), SigningKey.from_seed(bytes([6] * 32))
    proof = second.sign(possession_message(ORIGIN, KEEPER.public.hex(), "donor", second.public.hex())).hex()
    body = KeyBody(action="enrol", party="donor", public_key=second.public.hex(), possession=proof)
    keys.admit(sign(Key(programme=ORIGIN, party="donor", seq=1, occurred_at=NOW, body=body), DONOR).raw)
    keys.admit(sign(pledge(), second).raw)


@pytest.mark.threat(
    who="keeper",
    tries="carries a party's consent to its key into another record of the same name",
    alone="is refused",
    needs="the party, who signs for that record",
    seen_by="nothing is recorded",
)
def test_a_possession_is_worth_nothing_in_another_record_of_the_same_name():
    other = SigningKey.from_seed(bytes([7] * 32))
    body = ProgrammeBody(title={"en": "Test"}, keeper="keeper", public_key=other.public.hex())
    keys = Keyring()
    keys.admit(sign(Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=NOW, body=body), other).raw)
    copied = enrolment().statement.body
    with pytest.raises(SignatureError, match="did not sign"):
        keys.admit(sign(Key(programme=ORIGIN, party="keeper", seq=2, occurred_at=NOW, body=copied), other).raw)


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ("shipping", "shipping"),
        ("departing", "shipping"),
        ("urn:evil:shipping", "shipping"),
        ("x/departing", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-departing", "shipping"),
        ("urn:epcglobal:cbv:bizstep:creating_class_instance", "commissioning"),
        ("https://example.org/steps#dispensing", "consuming"),
        ("decommissioning", "destroying"),
        ("sampling", "destroying"),
        ("cycle_counting", "stock_taking"),
        ("inspecting", "inspecting"),
    ],
)
def test_a_business_step_has_one_name(written, step):
    event = EVENT.replace('"receiving"', json.dumps(written))
    assert read_event(event).step == step
    assert act_named(f"goods:{written}") == f"goods:{step}"
    assert read_event(event.replace("ObjectEvent", "TransformationEvent")).step == "commissioning"


def test_an_act_without_a_step_stays_as_it_is():
    assert (act_named("goods"), act_named("undertaking:met")) == ("goods", "undertaking:met")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        (r',"x":"a\ud800"}', "$.x"),
        (r',"x":{"y":["b","\udc00"]}}', "$.x.y[1]"),
        (r',"eventID":"\uDBFF\uE000"}', "$.eventID"),
        (r',"sourceList":[{"type":"owning_party","source":"x\ud800"}]}', "$.sourceList[0].source"),
    ],
)
def test_half_a_surrogate_pair_in_an_event_is_refused(more, path):
    with pytest.raises(MalformedError, match="half a surrogate") as caught:
        read_event(EVENT[:-1] + more)
    assert caught.value.problem.path == path
    with pytest.raises(MalformedError):
        decode(payload(kind="goods", body={"event": EVENT[:-1] + more}))


def test_half_a_surrogate_pair_as_a_key_or_in_a_statement_is_refused():
    with pytest.raises(MalformedError, match="half a surrogate"):
        read_event(EVENT[:-1] + r',"\ud800":1}')
    with pytest.raises(MalformedError, match="half a surrogate"):
        read_event(EVENT[:-1] + ',"x":"\ud800"}')
    assert read_event(EVENT[:-1] + r',"eventID":"\ud83d\ude00"}').event_id == "😀"
    text = encode(pledge()).replace(b'"p1"', rb'"p\ud800"')
    for spelt in (text, text.replace(rb"\ud800", rb"\udc00x"), text.replace(rb"\ud800", b"\xed\xa0\x80")):
        with pytest.raises(MalformedError):
            decode(spelt)
    with pytest.raises(MalformedError, match="half a surrogate"):
        encode(pledge(party="p\ud800"))


OUTSIDE = (
    "0001-01-01T00:00:00+14:00",
    "1899-12-31T23:59:59.999999Z",
    "2200-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
)


@pytest.mark.parametrize("when", OUTSIDE)
def test_an_instant_out_of_range_is_refused_wherever_it_stands(when):
    inside = {"requires": {"is": "all_of", "of": [{"is": "within", "period": {"start": when}}]}}
    tranche = {"tranche": "t", "title": {}, "amount": {"value": "1", "currency": "USD"}, "project": "p", **inside}
    for change, path in (
        ({"occurred_at": when}, "$.occurred_at"),
        ({"kind": "condition", "body": tranche}, "$.body.requires.of[0].period.start"),
    ):
        with pytest.raises(MalformedError, match="out of range") as caught:
            decode(payload(**change))
        assert caught.value.problem.path == path
    with pytest.raises(MalformedError, match="out of range"):
        read_event(EVENT.replace("2026-01-02T03:04:05+02:00", when))
    with pytest.raises(MalformedError, match="out of range"):
        encode(msgspec.structs.replace(pledge(), occurred_at=datetime.fromisoformat(when)))


def test_the_first_and_the_last_instant_are_taken():
    for when in ("1900-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z", "1900-01-01T14:00:00+14:00"):
        assert decode(payload(occurred_at=when)).occurred_at == datetime.fromisoformat(when)


def test_a_time_in_a_list_that_is_finer_than_we_keep_is_refused():
    condition = {"is": "all_of", "of": [{"is": "within", "period": {"start": "2026-01-01T00:00:00.123456789Z"}}]}
    body = {"tranche": "t", "title": {}, "amount": {"value": "1", "currency": "USD"}, "project": "p"}
    with pytest.raises(MalformedError, match="finer than a microsecond") as caught:
        decode(payload(kind="condition", body={**body, "requires": condition}))
    assert caught.value.problem.path == "$.body.requires.of[0].period.start"


def test_a_name_that_looks_like_a_fine_time_is_a_name():
    body = {"undertaking": "u", "action": "state", "by": "party.1234567", "about": "x", "words": {"en": "w"}}
    assert decode(payload(kind="undertaking", body=body)).body.by == "party.1234567"


def quorum_text(depth):
    return '{"need":"any","also":[' * (depth - 1) + '{"need":"any","of":["a"]}' + "]}" * (depth - 1)


def umbrella_text(depth):
    body = f'{{"umbrella":"u","name":{{}},"members":[],"quorum":{quorum_text(depth)}}}'
    return payload(kind="umbrella", body="BODY").replace(b'"BODY"', body.encode())


def deeper(frames, step):
    return step() if frames == 0 else deeper(frames - 1, step)


def test_quorums_nest_as_deep_as_conditions_and_no_deeper():
    assert decode(umbrella_text(12)).body.quorum.also
    with pytest.raises(MalformedError, match="quorums nest deeper than 12") as caught:
        decode(umbrella_text(13))
    assert caught.value.problem.path == "$.body"


@pytest.mark.parametrize("depth", [20, 300, 480, 900, 1500])
def test_what_nests_too_deep_is_refused_however_deep_the_caller_stands(depth):
    negated = '{"is":"not","of":' * depth + '{"is":"released","tranche":"t"}' + "}" * depth
    condition = {"tranche": "t", "title": {}, "amount": {"value": "1", "currency": "USD"}, "project": "p"}
    text = payload(kind="condition", body={**condition, "requires": "DEEP"}).replace(b'"DEEP"', negated.encode())
    for raw in (umbrella_text(depth), text):
        reasons = set()
        for frames in (0, 100, 300, 500):
            with pytest.raises(MalformedError) as caught:
                deeper(frames, lambda raw=raw: decode(raw))
            reasons.add(str(caught.value))
        assert len(reasons) == 1


def test_brackets_inside_texts_do_not_nest():
    body = {"pledge": "p1", "amount": {"value": "1", "currency": "USD"}, "about": '["{\\' * 100}
    with pytest.raises(MalformedError, match="no field 'about'"):
        decode(payload(body=body))
    event = EVENT[:-1] + f',"x":{json.dumps("[" * 400)}}}'
    assert read_event(event).action == "OBSERVE"
    assert decode(encode(goods(event))) == goods(event)


@pytest.mark.parametrize(
    "change",
    [
        {"party": "party:x\n"},
        {"programme": "example.org/test\n"},
        {"body": {"pledge": "p1", "amount": {"value": "1", "currency": "USD\n"}}},
        {"body": {"pledge": "p1", "amount": {"value": "1\n", "currency": "USD"}}},
        {"refs": ["0" * 64 + "\n"]},
    ],
)
def test_a_final_line_feed_is_refused(change):
    with pytest.raises(MalformedError) as caught:
        decode(payload(**change))
    assert caught.value.problem.code == "field.wrong"


@pytest.mark.parametrize(
    "quantity",
    [
        "1234567890123456789",
        "0.0000000001",
        "100." + "0" * 150 + "1",
        "1e18",
        "1e-10",
        "1e999999999999999999999",
        "-1e19",
    ],
)
def test_a_quantity_with_more_digits_than_we_take_is_refused_with_its_path(quantity):
    line = f'{{"epcClass":"urn:x","quantity":{quantity},"uom":"TNE"}}'
    with pytest.raises(MalformedError) as caught:
        read_event(EVENT[:-1] + f',"quantityList":[{line}]}}')
    assert caught.value.problem.path == "$.quantityList[0].quantity"


def test_a_quantity_at_the_bounds_is_taken():
    for quantity, kept in (("999999999999999999.999999999", "999999999999999999.999999999"), ("1.5e3", "1500")):
        line = f'{{"epcClass":"urn:x","quantity":{quantity},"uom":"TNE"}}'
        assert read_event(EVENT[:-1] + f',"quantityList":[{line}]}}').elements[0].quantity == kept


@pytest.mark.parametrize("when", ["2026-01-02T03:04:05+02:00", "2026-01-02", "2026-01-02T03:04:05.25+02:00:30"])
def test_what_another_process_has_read_is_what_the_bytes_say(when):
    event = json.dumps(json.loads(EVENT) | {"eventTime": when, "enduse:within": "P1D", "x": "é\\u0301"})
    goods = Goods(programme=ORIGIN, party="donor", seq=1, occurred_at=NOW, place="x", body=GoodsBody(event=event))
    signed = sign(goods, DONOR)
    right = read_event(event)
    found = look(signed.raw, DONOR.public)
    assert found.valid
    epcis._KNOWN.clear()
    assert read(signed.raw, ring(), found.passed) == read(signed.raw, ring())
    epcis._KNOWN.clear()
    assert taken_over(found.passed).statement == goods
    again = read_event(event)
    assert (again, again.into_day, again.event_time.utcoffset()) == (
        right,
        right.into_day,
        right.event_time.utcoffset(),
    )


def test_what_is_no_statement_or_another_keys_is_not_passed_on_as_valid():
    signed = sign(pledge(), DONOR)
    assert look(signed.raw, KEEPER.public) == (None, look(signed.raw, None).passed)
    assert look(signed.raw.replace(b"A", b"B", 1), DONOR.public).valid is not True
    unread = wrap(b'{"kind":"pledge"}', unwrap(signed.raw).key_id, DONOR.sign(pae(b'{"kind":"pledge"}')))
    assert look(unread, DONOR.public) == (True, b"")
    assert look(b"junk", DONOR.public) == (None, b"")
