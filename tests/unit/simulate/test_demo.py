"""The demo's programme: the same bytes for a seed, every statement admitted, and the truth it was built with."""

import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest

from enduse.errors import EnduseError
from enduse.record.tree import leaf_hash, root
from enduse.simulate.demo import Simulation, build
from enduse.simulate.freight import ppm, roll
from enduse.statements.access import MovementStatement
from enduse.statements.claim import Finding
from enduse.statements.codec import AnyStatement, kind_of
from enduse.statements.condition import Decision
from enduse.statements.correction import Correction
from enduse.statements.epcis import read_event
from enduse.statements.goods import Goods
from enduse.statements.keyring import Keyring, Signed
from enduse.statements.money import Disbursement, Expenditure, Pledge
from enduse.statements.party import Party
from enduse.statements.programme import Clock, Founding
from enduse.statements.reading import Reading

TONNE = 1_000_000


@cache
def play(seed: int = 1) -> Simulation:
    return build(seed)


@cache
def said(seed: int = 1) -> tuple[Signed, ...]:
    keyring = Keyring()
    found = [item for batch in play(seed).batches for item in keyring.admit_all(batch.envelopes)]
    assert not [item.diagnostics() for item in found if isinstance(item, EnduseError)]
    return tuple(item for item in found if isinstance(item, Signed))


def of(kind: type, seed: int = 1) -> list[AnyStatement]:
    return [item.statement for item in said(seed) if isinstance(item.statement, kind)]


def moved(step: str, consignment: str) -> int:
    taken_back = {item.body.corrects for item in of(Correction)}
    total = 0
    for item in said():
        if isinstance(item.statement, Goods) and item.id not in taken_back:
            event = read_event(item.statement.body.event)
            if event.biz_step == step and event.transaction("desadv") == consignment:
                total += sum(element.base()[0] for element in event.elements)
    return total


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert play().batches == build(1).batches
    assert play().truth == build(1).truth
    assert play().log_seed == build(1).log_seed != build(2).log_seed
    assert {name: key.seed for name, key in play().keys.items()} == {
        name: key.seed for name, key in build(1).keys.items()
    }
    assert play().batches != build(2).batches


@pytest.mark.parametrize("seed", [1, 7])
def test_every_statement_passes_the_door_in_order(seed):
    assert 1_500 <= len(said(seed)) <= 2_500


def test_it_holds_every_kind_that_the_spine_needs():
    kinds = Counter(kind_of(item.statement) for item in said())
    wanted = (
        "programme party key umbrella mandate pledge commitment disbursement expenditure goods reading need project "
        "milestone condition attestation claim finding decision correction place clock norm estimate weights visit control indicator "
        "contract invoice crossing closure clearance movement service_point post request undertaking incident"
    )
    assert set(wanted.split()) == set(kinds)


def test_entry_0_founds_the_programme_and_every_later_batch_opens_with_the_clock():
    keyring = Keyring()
    for number, batch in enumerate(play().batches):
        items = [item.statement for item in keyring.admit_all(batch.envelopes) if isinstance(item, Signed)]
        if number == 0:
            assert isinstance(items.pop(0), Founding)
        assert isinstance(items[0], Clock)
        assert items[0].occurred_at == batch.recorded_at
        assert all(item.occurred_at <= batch.recorded_at for item in items)
    assert [batch.recorded_at for batch in play().batches] == sorted(batch.recorded_at for batch in play().batches)
    assert play().batches[-1].recorded_at < datetime(2026, 9, 10, tzinfo=UTC)


def test_running_numbers_have_no_gap():
    numbers: dict[str, list[int]] = {}
    for item in said():
        numbers.setdefault(item.key_id, []).append(item.statement.seq)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_every_party_is_invented_and_named_in_both_languages():
    parties = of(Party)
    assert {item.body.party for item in parties} == set(play().keys)
    assert all(item.body.invented and set(item.body.name) == {"en", "ar"} for item in parties)


def test_a_hundred_tonnes_are_sent_and_eighty_received():
    truth = play().truth
    assert moved("shipping", truth.consignment) == 100 * TONNE == truth.sent
    assert moved("receiving", truth.consignment) == 80 * TONNE == truth.received
    assert truth.missing == 20 * TONNE
    assert truth.carrier in {item.body.party for item in of(Party) if item.body.type == "carrier"}


def test_eighty_are_declared_and_about_seventy_measured():
    truth = play().truth
    declared = 0
    for item in of(Goods):
        event = read_event(item.body.event)
        if event.biz_step == "installing" and event.parent == truth.project and item.place == truth.site:
            declared += sum(element.base()[0] for element in event.elements if element.material == truth.material)
    assert declared == 80 * TONNE == truth.declared
    (measured,) = [
        item.body.quantity.base()[0]
        for item in of(Reading)
        if item.body.of == "use" and item.body.project == truth.project and item.body.material == truth.material
    ]
    assert abs(measured - truth.built_in) < 5 * TONNE
    (finding,) = [item.body for item in of(Finding) if item.body.finding == truth.finding]
    assert [part.quantity.base()[0] for part in finding.resolves] == [truth.off_purpose]
    assert finding.resolves[0].outcome == "off_purpose"
    assert finding.right_of_reply


def test_everything_else_arrives_but_for_noise_and_spoiled_parcels():
    truth = play().truth
    planted = {truth.consignment: truth.missing, truth.damaged[0]: truth.damaged[1], **truth.noise}
    sent: Counter[str] = Counter()
    taken_back = set(truth.corrected)
    for item in said():
        if isinstance(item.statement, Goods) and item.id not in taken_back:
            event = read_event(item.statement.body.event)
            sign = {"shipping": 1, "receiving": -1}.get(event.biz_step, 0)
            waybill = event.transaction("desadv")
            if sign:
                assert waybill is not None
                sent[waybill] += sign * sum(element.base()[0] for element in event.elements)
    assert {name: rest for name, rest in sent.items() if rest} == planted
    assert len(sent) == truth.consignments


def test_corrections_take_back_statements_of_the_same_party():
    by_id = {item.id: item.statement for item in said()}
    corrections = of(Correction)
    assert {item.body.corrects for item in corrections} == set(play().truth.corrected)
    assert all(by_id[item.body.corrects].party == item.party for item in corrections)


def test_money_adds_up_to_the_truth():
    truth = play().truth
    taken_back = set(truth.corrected)
    assert {item.party: int(item.body.amount.value) for item in of(Pledge)} == truth.pledged
    paid: Counter[str] = Counter()
    for item in of(Disbursement):
        paid[item.party] += int(item.body.amount.value)
    assert {party: amount for party, amount in truth.paid.items() if amount} == dict(paid)
    assert [party for party, amount in truth.paid.items() if not amount] == list(truth.unpaid)
    spent = sum(
        int(item.statement.body.amount.value)
        for item in said()
        if isinstance(item.statement, Expenditure) and item.id not in taken_back
    )
    assert spent == truth.spent < sum(truth.paid.values())


def test_decisions_rest_on_the_record_as_it_stood():
    raws = [raw for batch in play().batches for raw in batch.envelopes]
    decisions = of(Decision)
    assert len(decisions) == 4
    for item in decisions:
        leaves = [leaf_hash(raw) for raw in raws[: item.body.record_size]]
        assert root(leaves).hex() == item.body.record_root


def test_events_are_plain_epcis_with_numbers_as_numbers():
    event = json.loads(next(item.body.event for item in of(Goods)))
    assert event["type"] == "ObjectEvent"
    assert event["eventTimeZoneOffset"] == "+00:00"
    assert isinstance(event["quantityList"][0]["quantity"], int | float)
    assert event["quantityList"][0]["epcClass"].startswith("urn:enduse:class:")


def test_the_dice_are_whole_numbers_with_the_spread_they_promise():
    from random import Random

    dice = Random(4)
    rolls = [roll(dice) for _ in range(4_000)]
    spread = (sum(value * value for value in rolls) / len(rolls)) ** 0.5
    assert all(isinstance(value, int) and abs(value) <= 2_000 for value in rolls)
    assert 900 < spread < 1_010
    assert ppm("0.012") == 12_000


def test_one_movement_carried_a_load_that_was_sent_on_its_day():
    (carried,) = [item.body for item in of(MovementStatement) if item.body.carries]
    (load,) = carried.carries
    events = [read_event(item.body.event) for item in of(Goods)]
    (sent,) = [one for one in events if one.biz_step == "shipping" and one.transaction("desadv") == load]
    assert (carried.movement, sent.event_time.date()) == ("movement:05", carried.planned.date())
