"""Rows of the arrangement as they are seen in the invented programme, each read like the row."""

from datetime import UTC, datetime

import pytest

import enduse


@pytest.fixture(scope="module")
def programme(played_demo):
    with enduse.open(played_demo[1]) as opened:
        yield opened


def test_row_9_a_hundred_are_sent_eighty_arrive_ten_are_off_purpose_and_it_is_found(programme):
    """ "monitoring mechanisms to ensure that assistance would go to its intended purposes" """
    lost = [one for one in programme.missing() if one.item == "consignment:0128"]
    assert [(one.figure.amount, one.owner) for one in lost] == [(20_000_000, "party:brindle")]
    (clinic,) = programme.works("project:clinic").projects
    cement = clinic.bill[0]
    assert (cement.came.amount, cement.declared.amount, cement.elsewhere.amount) == (80_000_000, 80_000_000, 10_000_000)
    assert cement.measured[0].amount < 70_000_000 < cement.measured[1].amount


def test_row_12_from_need_to_verified_and_from_donor_back_to_need(programme):
    """ "the enormous task of reconstruction"; "vast swaths ... are uninhabitable" """
    walk = programme.works("need:health")
    clinic = next(one for one in walk.projects if one.project == "project:clinic")
    assert clinic.body.need == "need:health"
    assert [line.material for line in clinic.bill] == ["cement", "steel"]
    assert clinic.money[0].spent.amount > 0
    givers = set(clinic.money[0].of) | {end.owner for end in clinic.donors}
    assert "party:azura" in givers
    back = programme.works("party:azura")
    assert "project:clinic" in [one.project for one in back.projects]
    assert "need:health" in [one.need for one in back.needs]
    whole = programme.works()
    assert set(whole.unfunded) == {"need:library", "need:port"}
    assert (whole.unanswered, whole.unplaced) == (("need:port",), ("project:library",))


def test_row_12_an_inflated_bill_is_told_with_its_norm_and_the_estimate_beside_it(programme):
    (library,) = programme.works("project:library").projects
    codes = [note.code for note in library.notes]
    assert codes[:2] == ["works.above_norm", "works.above_estimate"]
    (line,) = library.bill
    assert (line.billed.amount, line.norm.low.amount, line.norm.high.amount) == (112_000_000, 60_000_000, 84_000_000)
    assert [(one.party, one.figure.amount, one.independent) for one in line.estimates] == [
        ("party:monitor", 71_000_000, True)
    ]


def test_row_13_what_residents_see_stands_beside_what_was_delivered(programme):
    """ "could help show residents that life can get better" """
    life = programme.works("place:north").life
    assert [(one.body.value, one.body.measure) for one in life.seen] == [
        ("22", "clinic_days"),
        ("13", "clinic_days"),
        ("4", "clinic_days"),
    ]
    assert all(one.body.citation.source for one in life.seen)
    assert "water" in life.unmeasured, "what nobody published is said"
    assert ("2026-04", "cement/g", 144_500_000) in [
        (one.month, one.figure.resource, one.figure.amount) for one in life.delivered
    ]
    with programme.past(as_at=datetime(2026, 7, 1, tzinfo=UTC)) as then:
        assert all(one.month < "2026-07" for one in then.works("place:north").life.delivered)
