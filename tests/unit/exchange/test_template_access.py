"""Needs, works, crossings, closures and movements in the workbook; and what is bad in them, told with its place and what to do."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest

import enduse
from conftest import Small
from enduse.errors import EnduseError, FaultsError
from enduse.exchange.unsigned import unsigned_statement
from enduse.statements.control import Control, ControlBody, Permit, PermitBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation
from support.town import TOWN, written

GATE = {"name_en": "East gate", "place_type": "crossing", "within": "Harbour Town"}
NEED = {
    "name_en": "Schooling",
    "sector": "education",
    "place": "Harbour Town",
    "cost": 400_000,
    "currency": "USD",
    "cost_high": 520_000,
    "people": 600,
    "party": "Registry",
}
CLOSED = {"number": "CL-1", "party": "Registry", "crossing": "East gate", "start": date(2026, 4, 10)}
NOTIFIED = {
    "number": "M-1",
    "day": date(2026, 3, 10),
    "party": "Harbour Fund",
    "step": "notified",
    "area": "Harbour Town",
    "departs": date(2026, 3, 12),
    "authority": "Registry",
}
THROUGH = {**NOTIFIED, "day": date(2026, 3, 13), "step": "completed", "departs": None, "authority": None}


def rows(**more):
    """Return the town with a gate, a need and its project, and further rows."""
    found = deepcopy(TOWN)
    found["places"].append(GATE)
    found["needs"] = [NEED]
    found["projects"][0]["need"] = "Schooling"
    for sheet, lines in more.items():
        found[sheet] = [*found.get(sheet, ()), *deepcopy(lines)]
    return found


def written_town(tmp_path):
    """Found the town with its gate; return its folder."""
    enduse.create(tmp_path / "town", written(tmp_path / "t.xlsx", rows()), play_all_parties=True)
    return tmp_path / "town"


def test_needs_works_crossings_and_movements_are_written_in_the_workbook(tmp_path):
    told = rows(
        works=[{"day": date(2026, 4, 18), "party": "Poplar Works", "project": "School", "done": 40}],
        crossings=[
            {
                "day": date(2026, 3, 1),
                "party": "Registry",
                "crossing": "East gate",
                "loads": 12,
                "leads_to": "Harbour Town",
            }
        ],
        closures=[{**CLOSED, "end": date(2026, 4, 13), "why": "road damaged"}],
        movements=[NOTIFIED, THROUGH],
    )
    enduse.create(tmp_path / "town", written(tmp_path / "t.xlsx", told), play_all_parties=True)
    with enduse.open(tmp_path / "town") as programme:
        assert not programme.status().without_effect
        need = programme.works("Schooling")
        assert [(one.need, one.body.cost.value, one.body.cost_high.value, one.body.people) for one in need.needs] == [
            ("need:schooling", "400000", "520000", 600)
        ]
        assert [(one.project, one.progress, one.stage) for one in need.projects] == [
            ("project:school", "0.40", "building")
        ]
        access = programme.access()
        assert (access.outcomes.planned, access.outcomes.facilitated) == (1, 1)
        (gate,) = access.crossings
        assert (gate.trucks, gate.leads_to) == (12, ("place:harbour-town",))
        again = programme.add(tmp_path / "t.xlsx")
        assert (again.accepted, again.refused) == (0, 0), "nothing is said twice"


def test_a_notified_movement_names_in_the_workbook_the_waybills_it_carries(tmp_path):
    number = TOWN["dispatches"][0]["waybill"]
    told = rows(movements=[{**NOTIFIED, "carries": f"{number}؛ W-404, {number}"}, THROUGH])
    enduse.create(tmp_path / "town", written(tmp_path / "t.xlsx", told), play_all_parties=True)
    with enduse.open(tmp_path / "town") as programme:
        named = f"waybill:{number.lower()}"
        assert programme.trace("movement:m-1").movements[0].carries == (named, "waybill:w-404")
        assert [one.movement for one in programme.trace(named).movements] == ["movement:m-1"]
    told["movements"][1]["carries"] = number
    with pytest.raises(FaultsError) as refused:
        enduse.create(tmp_path / "other", written(tmp_path / "u.xlsx", told), play_all_parties=True)
    (fault,) = refused.value.problems
    assert (fault.sheet, fault.code, bool(fault.cell)) == ("Movements", "movement.carries_misplaced", True)


def test_contracts_are_written_in_the_workbook_and_payments_and_dispatches_name_them(tmp_path):
    told = rows(
        contracts=[
            {
                "number": "K-1",
                "buyer": "Harbour Fund",
                "supplier": "Poplar Works",
                "project": "School",
                "amount": 180_000,
                "currency": "USD",
                "day": date(2026, 3, 15),
                "end": date(2026, 12, 31),
                "what_for": "Walls and roof",
            }
        ],
        payments=[
            {
                "number": "V-9",
                "from": "Harbour Fund",
                "receiver": "Poplar Works",
                "amount": 1_000,
                "currency": "USD",
                "day": date(2026, 4, 2),
                "paid_for": "supplier",
                "project": "School",
                "contract": "K-1",
            }
        ],
    )
    told["dispatches"][0]["contract"] = "K-1"
    enduse.create(tmp_path / "town", written(tmp_path / "t.xlsx", told), play_all_parties=True)
    with enduse.open(tmp_path / "town") as programme:
        assert not programme.status().without_effect
        (one,) = programme.contracts()
        assert (one.contract, one.supplier, str(one.amount.value)) == ("contract:k-1", "party:poplar-works", "180000")
        assert [str(figure.value) for figure in one.paid] == ["1000"]
        assert [load.number for load in one.loads] == ["waybill:w-17"]
    bad = rows(contracts=[{"number": "K-2", "buyer": "Harbour Fund", "day": date(2026, 3, 15), "amount": -5}])
    with pytest.raises(FaultsError) as caught:
        enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", bad), play_all_parties=True)
    assert {one.sheet for one in caught.value.problems} == {"Contracts"}
    assert all(one.cell and one.remedy for one in caught.value.problems)


def test_what_cannot_stand_in_a_cell_is_told_with_its_cell_and_remedy_before_anything_is_recorded(tmp_path):
    told = rows(
        crossings=[{"day": date(2026, 3, 1), "party": "Registry", "crossing": "West gate", "loads": 2.5}],
        closures=[{**CLOSED, "end": date(2026, 4, 9)}],
        movements=[{**NOTIFIED, "area": "Nowhere"}],
    )
    with pytest.raises(FaultsError) as caught:
        enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", told), play_all_parties=True)
    assert not (tmp_path / "made").exists()
    found = [(one.sheet, one.code, bool(one.cell), bool(one.remedy)) for one in caught.value.problems]
    assert sorted(found) == [
        ("Closures", "period.backwards", True, True),
        ("Crossings and corridors", "template.named_nowhere", True, True),
        ("Crossings and corridors", "template.not_whole", True, True),
        ("Movements", "template.named_nowhere", True, True),
    ]


def test_what_does_not_fit_what_was_said_before_is_told_row_by_row_and_the_rest_is_taken_in(tmp_path):
    town = written_town(tmp_path)
    told = rows(
        closures=[CLOSED, {**CLOSED, "number": "CL-2", "start": date(2026, 4, 12)}],
        movements=[
            NOTIFIED,
            {**NOTIFIED, "day": date(2026, 3, 11)},
            {**THROUGH, "number": "M-2"},
            {**NOTIFIED, "number": "M-3", "departs": date(2026, 3, 20)},
            {**THROUGH, "number": "M-3", "day": date(2026, 3, 9)},
        ],
    )
    with enduse.open(town) as programme:
        done = programme.add(written(tmp_path / "u.xlsx", told))
    found = {one.code: one for one in done.problems}
    assert set(found) == {"closure.overlaps", "movement.notified_twice", "movement.unknown", "access.backwards"}
    assert all(one.sheet and one.line and one.source and one.remedy for one in done.problems)
    assert done.accepted == 3, "one closure and two notifications"


def test_a_window_that_closes_before_it_opens_and_a_quota_without_a_bill_are_told(tmp_path):
    window = {"days": ["mon"], "opens": "15:00", "closes": "07:00"}
    body = {"crossing": "gate", "trucks": 1, "windows": [window]}
    with pytest.raises(EnduseError) as caught:
        unsigned_statement("crossing", {"occurred_at": "2026-03-01T00:00:00Z", "body": body}, party="party:registry")
    assert (caught.value.problem.code, caught.value.problem.path) == (
        "crossing.window_backwards",
        "$.body.windows[0].closes",
    )
    assert caught.value.problem.remedy
    small = Small(tmp_path / "programme")
    try:
        small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
        small.say(
            "keeper", Project, ProjectBody(project="hall", title={"en": "Hall"}, purpose="reconstruction"), place="site"
        )
        small.say("keeper", Control, ControlBody(material="cement", reference="A-1", citation=Citation(source="list")))
        later = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=1)
        permit = PermitBody(permit="p", material="cement", project="hall", quantity=Quantity("9", "TNE"), until=later)
        taken = small.say("keeper", Permit, permit)
        assert (taken.outcome, taken.problem.code) == ("no_effect", "permit.without_bill")
        assert taken.problem.remedy
    finally:
        small.intake.close()
