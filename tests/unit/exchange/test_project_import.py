"""Projects of OC4IDS and DREAM and plans of Prozorro: one project by its number, plans added to its bill and budget once, faults told."""

import contextlib
import json

import pytest

from enduse.errors import EnduseError
from enduse.exchange.standards.contract_import import add_contracts
from enduse.exchange.standards.contracting import is_json_contracts, is_json_register
from enduse.exchange.standards.project_import import project_named

pytest.importorskip("ocdsmerge", reason="LOUD: the extra 'standards' is not installed")
NUMBER = "DREAM-UA-010126-0A1B2C3D"
PROJECT = "project:dream-ua-010126-0a1b2c3d"
OC4IDS = {
    "id": "oc4ids-xxxxxx-7",
    "updated": "2026-02-01T09:00:00Z",
    "language": "en",
    "identifiers": [{"scheme": "UA-DREAM", "id": NUMBER}],
    "title": "School of the South",
    "locations": [{"gazetteer": {"scheme": "UA-CATOTTG", "identifiers": ["site"]}}],
    "budget": {
        "amount": {"amount": 90000.50, "currency": "USD"},
        "budgetBreakdowns": [
            {
                "id": "1",
                "budgetBreakdown": [
                    {"id": "b-1", "description": "Works", "amount": {"amount": 60000, "currency": "USD"}},
                    {"id": "b-2", "description": "Not told how much"},
                ],
            }
        ],
    },
    "contractingProcesses": [],
}


def plan(number="UA-P-2026-03-01-000001-a", quantity=1000, day="2026-03-01T00:00:00+02:00", **more):
    """Return a plan of the form that Prozorro gives out, with invented content."""
    return {
        "planID": number,
        "dateModified": day,
        "status": "scheduled",
        "project": {"title": "Школа", "uri": f"https://dream.gov.ua/ua/project/{NUMBER}/profile"},
        "budget": {"id": "x", "description": "Цемент", "amount": 10000.0, "amountNet": 12222.0, "currency": "UAH"},
        "items": [
            {"id": "1", "description": "Cement", "quantity": quantity, "unit": {"name": "кг", "code": "KGM"}},
            {"id": "2", "description": "Advice"},
        ],
        **more,
    }


@pytest.fixture
def add(small, tmp_path):
    """Add a file as somebody, the keeper by default."""

    def added(what, party="keeper"):
        path = tmp_path / "file.json"
        path.write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
        assert is_json_contracts(path) or is_json_register(path)
        return add_contracts(small.intake, path, party=party)

    return added


def body(small):
    """Return the project as it stands."""
    return small.book.works.projects[PROJECT].now.body


def test_a_project_of_oc4ids_and_plans_of_prozorro_come_to_one_project(small, add):
    told = add({"version": "0.9", "projects": [OC4IDS]})
    assert (told.accepted, told.refused, told.problems) == (1, 0, ())
    first = body(small)
    assert (first.title, first.budget.value, first.purpose) == (
        {"en": "School of the South"},
        "90000.5",
        "reconstruction",
    )
    assert [(one.line, one.amount.value, one.title) for one in first.lines] == [("b-1", "60000", {"en": "Works"})]
    told = add({"data": plan()})
    assert (told.accepted, told.refused) == (1, 0)
    assert [one.note.code for one in told.notes] == ["register.item_left"]
    planned = body(small)
    assert (planned.title, planned.budget) == (first.title, first.budget), "a plan says nothing of the whole"
    assert [(one.material, one.quantity.value, one.quantity.unit) for one in planned.bill] == [
        ("cement", "1000", "KGM")
    ]
    assert [(one.line, one.amount.value, one.amount.currency) for one in planned.lines] == [
        ("b-1", "60000", "USD"),
        ("UA-P-2026-03-01-000001-a", "10000", "UAH"),
    ]
    assert add({"data": plan()}).already_recorded == 1
    assert add([plan("UA-P-2026-03-01-000002-a", 500)]).accepted == 1
    assert [one.quantity.value for one in body(small).bill] == ["1500"]


def test_a_plan_that_comes_again_changed_replaces_its_own_part_of_the_bill_alone(small, add):
    add([plan(), plan("UA-P-2026-03-01-000002-a", 500)])
    assert [one.quantity.value for one in body(small).bill] == ["1500"]
    assert add({"data": plan(quantity=700, day="2026-03-05T00:00:00+02:00")}).accepted == 1
    assert [one.quantity.value for one in body(small).bill] == ["1200"]
    assert add({"data": plan(quantity=900, day="2026-03-09T00:00:00+02:00")}).accepted == 1
    assert [one.quantity.value for one in body(small).bill] == ["1400"]
    assert add({"data": plan(quantity=1, day="2026-03-02T00:00:00+02:00")}).already_recorded == 1, "an older state"
    assert add({"data": plan(status="cancelled", day="2026-03-10T00:00:00+02:00")}).accepted == 1
    assert [one.quantity.value for one in body(small).bill] == ["500"]
    add({"version": "0.9", "projects": [OC4IDS | {"updated": "2026-04-01T00:00:00Z"}]})
    kept = body(small)
    assert [one.quantity.value for one in kept.bill] == ["500"], (
        "what plans brought stays when the register tells the project anew"
    )
    assert [one.line for one in kept.lines] == ["b-1", "UA-P-2026-03-01-000002-a", "UA-P-2026-03-01-000001-a"]


def test_dreams_own_form_is_read_with_the_budget_of_the_approach_that_is_followed(small, add):
    costs = [
        {"id": "c-1", "amount": {"amount": 100, "currency": "UAH"}, "classifications": {"costItem": "construction"}},
        {"id": "c-2", "amount": {"amount": 20.5, "currency": "UAH"}, "classifications": {"costItem": "design"}},
    ]
    approach = {"id": "a", "title": "New roof", "status": "active", "budget": {"budgetBreakdown": costs}}
    internal = {"id": "0", "code": NUMBER.removeprefix("DREAM-UA-")}
    told = {
        "updated": "2026-02-03T00:00:00Z",
        "title": [{"lang": "uk", "translation": "Школа"}, {"lang": "en", "translation": "School"}],
        "approaches": [approach, {"id": "b", "title": "No roof", "status": "cancelled"}],
    }
    assert add({"internal": internal, "cdu_response": told}).accepted == 1
    first = body(small)
    assert (first.title, first.budget.value) == ({"uk": "Школа", "en": "School"}, "120.5")
    assert [(one.line, one.title) for one in first.lines] == [
        ("c-1", {"en": "construction"}),
        ("c-2", {"en": "design"}),
    ]
    later = {**told, "updated": "2026-02-04T00:00:00Z", "approaches": [approach, approach]}
    again = add({"internal": internal, "cdu_response": later})
    assert [one.note.code for one in again.notes] == ["register.approaches"]
    assert (body(small).budget, body(small).lines) == (first.budget, first.lines), (
        "where two are open neither is taken, and what was stated stays"
    )


def test_what_cannot_be_taken_is_told_with_its_line_and_remedy(add):
    told = add(
        [
            plan(project={}),
            plan(dateModified=None),
            plan(items=[{"description": "Cement", "quantity": 1, "unit": {"code": "TNE"}}]),
            plan("UA-P-2"),
        ]
    )
    assert [one.code for one in told.problems] == ["register.plan_alone", "register.no_day", "register.two_units"]
    assert all(one.remedy and one.source and one.line for one in told.problems)
    other = add({"data": plan(day="2026-05-01T00:00:00Z")}, party="fund")
    assert [one.code for one in other.problems] == ["register.of_another"]
    known = add({"projects": [OC4IDS]}, party="fund")
    assert ([one.note.code for one in known.notes], known.accepted) == (["register.known"], 0)


DREAM = {
    "internal": {"id": "0", "code": NUMBER.removeprefix("DREAM-UA-")},
    "cdu_response": {
        "updated": "2026-02-03T00:00:00Z",
        "title": [{"lang": "uk", "translation": "Школа"}],
        "approaches": [
            {
                "status": "active",
                "budget": {
                    "budgetBreakdown": [
                        {"amount": {"amount": 1, "currency": "UAH"}, "classifications": {"costItem": "works"}}
                    ]
                },
                "items": [{"locations": [{"id": "x", "gazetteer": {"identifiers": ["site"]}}]}],
            }
        ],
    },
}


def bill(small):
    return [one.quantity.value for one in body(small).bill]


def test_several_states_of_one_plan_in_one_file_count_once_by_the_latest(small, add):
    days = [f"2026-05-0{day}T00:00:00Z" for day in (1, 3, 2)]
    add([plan(), *(plan("UA-P-2", 10 * number, day) for number, day in enumerate(days, 1))])
    assert bill(small) == ["1020"]
    add([plan("UA-P-2", 5, "2026-05-04T00:00:00Z"), plan("UA-P-2", 7, "2026-05-05T00:00:00Z")])
    assert bill(small) == ["1007"]
    add([plan("UA-P-2", 0, "2026-05-06T00:00:00Z"), plan("UA-P-2", 4, "2026-05-07T00:00:00Z")])
    assert bill(small) == ["1004"]


def test_a_plan_takes_nothing_away_that_others_brought(small, add):
    add({"version": "0.9", "projects": [OC4IDS]})
    told = add([plan(), plan("UA-P-2", -5000), plan("b-1", 1)])
    assert [(one.note.code, one.count) for one in told.notes] == [("register.item_left", 4)]
    assert bill(small) == ["1001"]
    assert [one.line for one in body(small).lines] == ["b-1", "UA-P-2026-03-01-000001-a", "UA-P-2", "UA-P-b-1"]


def ways(value, way=()):
    """Give the way to each value within a document."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*way, key)
        yield from ways(value[key], (*way, key))


def without(value, way):
    """Return a document with a mark in the place of one of its values."""
    key, *rest = way
    other = list(value) if isinstance(value, list) else dict(value)
    other[key] = without(value[key], rest) if rest else "@"
    return other


@pytest.mark.parametrize("what", [{"version": "0.9", "projects": [OC4IDS]}, {"data": plan()}, DREAM])
def test_whatever_stands_where_something_else_belongs_is_taken_or_told(small, tmp_path, what):
    path = tmp_path / "file.json"
    for way in ways(what):
        text = json.dumps(without(what, way))
        for other in ('"x"', "-1e400", "[null]", '{"a": [1]}'):
            path.write_text(text.replace('"@"', other), encoding="utf-8")
            with contextlib.suppress(EnduseError):
                add_contracts(small.intake, path, party="keeper")


def test_a_number_is_found_wherever_it_stands_and_nothing_else_is():
    assert project_named(None, f"see https://dream.gov.ua/ua/project/{NUMBER.lower()}/profile") == PROJECT
    assert not project_named("DREAM-UA-1", "", None)


def test_which_files_are_taken_so(tmp_path):
    path = tmp_path / "file.json"
    path.write_text(json.dumps({"data": plan()}))
    assert (is_json_register(path), is_json_contracts(path)) == (True, False)
    path.write_text(json.dumps({"projects": [OC4IDS]}))
    assert (is_json_register(path), is_json_contracts(path)) == (False, True)
    path.write_text(json.dumps([{"a": 1}]))
    assert not is_json_register(path)


def progress(*observations, **more):
    return OC4IDS | {"metrics": [{"id": "physicalProgress", "observations": list(observations)}], **more}


def seen(number, measure, day, **more):
    percent = {"name": "percent", "id": "P1", "scheme": "UNCEFACT"}
    return {"id": number, "measure": measure, "unit": percent, "period": {"endDate": f"{day}T00:00:00Z"}, **more}


def test_how_far_a_project_is_built_is_told_by_its_metric_and_once(small, add):
    first = seen("1", "50", "2026-01-07", notes="Walls up")
    told = add({"version": "0.9", "projects": [progress(first)]})
    assert (told.accepted, told.refused, told.problems) == (2, 0, ())
    said = small.book.works.progress(PROJECT)
    assert (said.body.progress, said.body.title, said.party) == ("0.5", {"en": "Walls up"}, "keeper")
    assert said.at.date().isoformat() == "2026-01-07"
    again = add({"version": "0.9", "projects": [progress(first)]})
    assert (again.accepted, again.already_recorded) == (0, 2)
    later = progress(first, seen("2", 75.5, "2026-03-07"), updated="2026-04-01T00:00:00Z")
    assert add({"version": "0.9", "projects": [later]}).accepted >= 1
    assert small.book.works.progress(PROJECT).body.progress == "0.755"
    assert len(small.book.works.milestones[PROJECT]) == 2


@pytest.mark.parametrize(
    "one",
    [
        seen("1", "101", "2026-01-07"),
        seen("1", "much", "2026-01-07"),
        seen("1", True, "2026-01-07"),
        seen("1", "50", "2026-13-07"),
        seen("1", "50", "2026-01-07", period=[]),
        seen("1", "50", "2026-01-07", unit={"name": "km"}),
        seen("1", "50", "2026-01-07", unit=None),
    ],
)
def test_an_observation_that_tells_no_share_is_left_out_and_told(small, add, one):
    told = add({"version": "0.9", "projects": [progress(one)]})
    assert (told.accepted, told.refused) == (1, 0)
    assert [each.note.code for each in told.notes] == ["register.progress_left"]
    assert PROJECT not in small.book.works.milestones


def test_how_far_the_project_of_another_is_built_is_not_told_in_its_place(small, add):
    add({"version": "0.9", "projects": [OC4IDS]})
    told = add({"version": "0.9", "projects": [progress(seen("1", "50", "2026-01-07"))]}, party="fund")
    assert (told.accepted, [one.note.code for one in told.notes]) == (0, ["register.known"])
