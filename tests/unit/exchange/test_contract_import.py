"""Contracts of releases of open contracting: taken once, changed by a later release with what stood before, faults told with their place."""

import json

import pytest

from enduse.errors import MalformedError
from enduse.exchange.answers import Answers
from enduse.exchange.importing import import_file
from enduse.exchange.standards.contract_import import add_contracts
from enduse.exchange.standards.contracting import is_json_contracts
from enduse.statements.works import Project, ProjectBody
from enduse.views.contracts import contract_keys, contract_view

pytest.importorskip("ocdsmerge", reason="LOUD: the extra 'standards' is not installed")
OCID = "ocds-abcdef-1"


def release(number="1", amount=9000, ocid=OCID, date="2026-02-01T09:00:00Z", **more):
    contract = {
        "id": "C-7",
        "awardID": "A-1",
        "title": "Library",
        "status": "active",
        "value": {"amount": amount, "currency": "USD"},
        "period": {"startDate": "2026-02-01T00:00:00Z", "endDate": "2026-09-01T00:00:00Z"},
        "items": [
            {
                "id": "1",
                "description": "Cement",
                "quantity": 100,
                "unit": {"scheme": "UNCEFACT", "id": "TNE", "value": {"amount": 90.5, "currency": "USD"}},
            },
            {"id": "2", "description": "Advice"},
        ],
    }
    return {
        "ocid": ocid,
        "id": f"{ocid}-{number}",
        "date": date,
        "tag": ["contract"],
        "initiationType": "tender",
        "language": "en",
        "buyer": {"id": "X-1", "name": "fund"},
        "parties": [{"id": "X-2", "name": "Ware house", "roles": ["supplier"]}],
        "planning": {"project": {"id": "library"}},
        "awards": [{"id": "A-1", "suppliers": [{"id": "X-2"}]}],
        "contracts": [contract | more],
    }


def offered(small, path, *releases, party="fund"):
    path.write_text(json.dumps({"version": "1.1", "releases": list(releases)}))
    assert is_json_contracts(path)
    return add_contracts(small.intake, path, party=party)


def counts(result):
    return result.accepted, result.no_effect, result.refused


@pytest.fixture
def planned(small):
    small.say("keeper", Project, ProjectBody(project="library", title={"en": "Library"}, purpose="humanitarian"))
    return small


def test_a_release_is_a_contract_and_the_same_file_adds_nothing(planned, tmp_path):
    path = tmp_path / "releases.json"
    assert counts(offered(planned, path, release())) == (1, 0, 0)
    (key,) = contract_keys(planned.book)
    view = contract_view(planned.book, key)
    assert (key, view.supplier, view.project, view.ocid) == ("fund c-7", "party:ware-house", "library", OCID)
    assert (view.amount.value, view.state, view.period.end.month) == (9000, "active", 9)
    assert [(one.material, one.contracted.amount) for one in view.goods] == [("cement", 100_000_000)]
    cost = planned.book.contracts.stands(key).body.items[0].cost
    assert (cost.value, cost.currency) == ("9050", "USD")
    size = planned.book.size
    again = add_contracts(planned.intake, path, party="fund")
    assert (counts(again), again.already_recorded, planned.book.size) == ((0, 1, 0), 1, size)
    assert "contracting.item_left" in {one.note.code for one in again.notes}


def test_milestones_are_not_read_and_it_is_said_how_many(planned, tmp_path):
    reached = {"milestones": [{"id": "m1", "title": "Piers"}, {"id": "m2", "title": "Deck"}], "transactions": []}
    told = release(implementation=reached, milestones=[{"id": "m3", "title": "Handed over"}])
    result = offered(planned, tmp_path / "releases.json", told)
    notes = {one.note.code: one.count for one in result.notes}
    assert (counts(result), notes["contracting.milestone"]) == ((1, 0, 0), 3)


def test_a_later_release_gives_a_change_with_what_stood_before_and_an_earlier_one_none(planned, tmp_path):
    first = release()
    later = release("2", 12_000, date="2026-03-01T09:00:00Z")
    offered(planned, tmp_path / "one.json", first)
    result = offered(planned, tmp_path / "two.json", first, later)
    (issue,) = result.issues
    assert [(one.column, one.before, one.after) for one in issue.fields] == [("amount", "9000 USD", "12000 USD")]
    view = contract_view(planned.book, "fund C-7")
    assert (view.amount.value, [one.amount.value for one in view.before]) == (12_000, [9_000])
    size = planned.book.size
    old = offered(planned, tmp_path / "three.json", first)
    assert (counts(old), planned.book.size) == ((0, 1, 0), size)
    assert "contracting.older" in {one.note.code for one in old.notes}


def test_the_number_of_a_contract_that_two_processes_use_is_told_apart(planned, tmp_path):
    offered(planned, tmp_path / "two.json", release(), release(ocid="ocds-abcdef-2"))
    assert contract_keys(planned.book) == ("fund ocds-abcdef-1-c-7", "fund ocds-abcdef-2-c-7")


def test_who_is_not_the_buyer_reports(planned, tmp_path):
    offered(planned, tmp_path / "r.json", release(), party="monitor")
    view = contract_view(planned.book, "fund C-7")
    assert (view.buyer, view.party) == ("fund", "monitor")
    assert "contract.reported" in {note.code for note in view.notes}


def test_a_bad_contract_is_told_with_its_place_and_what_follows_is_read(planned, tmp_path):
    no_award = {**release("3", ocid="ocds-abcdef-3"), "awards": [], "parties": []}
    huge = release("4", ocid="ocds-abcdef-4", value={"amount": 10**30, "currency": "USD"}, id="C-8")
    wrong = release("5", ocid="ocds-abcdef-5", period={"startDate": "5000000"}, id="C-9")
    result = offered(planned, tmp_path / "r.json", no_award, huge, wrong, release("6", ocid="ocds-abcdef-6"), "junk")
    assert counts(result) == (1, 0, 4)
    told = {one.code for one in result.problems}
    assert "contracting.no_supplier" in told
    assert all(one.source for one in result.problems)


def test_nothing_is_taken_where_nobody_says_it(planned, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(json.dumps(release()))
    with pytest.raises(MalformedError):
        add_contracts(planned.intake, path, party=None)
    (tmp_path / "kobo.json").write_text('{"results": [{"_id": 1}]}')
    assert not is_json_contracts(tmp_path / "kobo.json")


def test_rows_of_a_table_tell_contracts_invoices_and_what_names_them_and_a_further_issue_takes_back(planned, tmp_path):
    profile = tmp_path / "register.toml"
    profile.write_text(
        """
profile = "register"
title = "Register"
identity = ["Kind", "No"]
party = "fund"
[read]
dates = "year-month-day"
[[tells]]
what = "contract"
where = { Kind = ["contract"] }
date = "Day"
id = "No"
supplier = "Supplier"
amount = "Sum"
currency = { always = "USD" }
item = "Item"
quantity = "Amount"
unit = "Unit"
[[tells]]
what = "invoice"
where = { Kind = ["invoice"] }
date = "Day"
id = "No"
supplier = "Supplier"
contract = "Contract"
amount = "Sum"
currency = { always = "USD" }
[[tells]]
what = "expense"
where = { Kind = ["payment"] }
date = "Day"
id = "No"
payee = "Supplier"
contract = "Contract"
amount = "Sum"
currency = { always = "USD" }
[[tells]]
what = "dispatch"
where = { Kind = ["dispatch"] }
date = "Day"
waybill = "No"
place = { always = "yard" }
contract = "Contract"
item = "Item"
quantity = "Amount"
unit = "Unit"
from = { always = "fund" }
""",
        encoding="utf-8",
    )
    table = tmp_path / "register.csv"
    rows = [
        "Kind,Day,No,Supplier,Contract,Sum,Item,Amount,Unit",
        "contract,2026-02-01,C 7/1,mill,,9000,cement,100,t",
        "invoice,2026-02-03,I 1,mill,C 7/1,4000,,,",
        "payment,2026-02-04,E 1,mill,C 7/1,4000,,,",
        "dispatch,2026-02-05,W-1,,C 7/1,,cement,10,t",
    ]
    table.write_text("\n".join(rows), encoding="utf-8")
    result = import_file(planned.intake, table, party="fund", profile=profile)
    assert counts(result) == (4, 0, 0), [str(one) for one in result.problems]
    (key,) = contract_keys(planned.book)
    view = contract_view(planned.book, key)
    assert (view.amount.value, view.invoiced[0].value, view.paid[0].value) == (9000, 4000, 4000)
    assert [(one.number, one.sent.amount) for one in view.loads] == [("W-1", 10_000_000)]
    rows[1] = rows[1].replace("9000", "9500")
    table.write_text("\n".join(rows), encoding="utf-8")
    import_file(planned.intake, table, party="fund", profile=profile, answers=Answers(newest=True, changed=True))
    view = contract_view(planned.book, key)
    assert (view.amount.value, [(one.amount.value, one.taken_back) for one in view.before]) == (9500, [(9000, True)])


def project(ocid="ocds-abcdef-9", **summary):
    told = {
        "ocid": ocid,
        "status": "complete",
        "title": "Roof",
        "contractValue": {"amount": 70, "currency": "USD"},
        "suppliers": [{"id": "X-2", "name": "Ware house"}],
        "contractPeriod": {"startDate": "2026-02-01T00:00:00Z"},
        **summary,
    }
    return {
        "id": "library",
        "updated": "2026-03-01T00:00:00Z",
        "publicAuthority": {"id": "X-1", "name": "fund"},
        "contractingProcesses": [{"id": ocid, "summary": told}],
    }


def added(small, path, *projects):
    path.write_text(json.dumps({"version": "0.9", "projects": list(projects)}))
    assert is_json_contracts(path)
    return add_contracts(small.intake, path, party="fund")


def test_what_a_project_tells_of_a_process_is_one_contract(planned, tmp_path):
    path = tmp_path / "projects.json"
    assert counts(added(planned, path, project(), project())) == (1, 0, 0)
    (key,) = contract_keys(planned.book)
    view = contract_view(planned.book, key)
    assert (view.supplier, view.project, view.amount.value, view.state) == (
        "party:ware-house",
        "library",
        70,
        "terminated",
    )
    assert added(planned, path, project()).already_recorded == 1
    assert counts(added(planned, path, project(contractValue=None, suppliers=None, ocid="ocds-abcdef-8"))) == (0, 0, 0)


def test_a_process_is_not_recorded_beside_the_contract_that_a_project_tells_of(planned, tmp_path):
    path = tmp_path / "file.json"
    assert counts(added(planned, path, project())) == (1, 0, 0)
    refused = offered(planned, path, release(ocid="ocds-abcdef-9"))
    assert (counts(refused), refused.problems[0].code) == ((0, 0, 1), "contracting.summary_there")
    assert counts(offered(planned, path, release())) == (1, 0, 0)
    left = added(planned, path, project(OCID))
    assert (counts(left), left.notes[-1].note.code) == ((0, 0, 0), "contracting.summary_left")


def test_the_value_of_an_award_is_that_of_its_one_contract(planned, tmp_path):
    def awarded(*contracts):
        made = release(value=None)
        made["awards"][0]["value"] = {"amount": 80, "currency": "USD"}
        made["contracts"] = [{"id": name, "awardID": "A-1"} for name in contracts]
        return made

    offered(planned, tmp_path / "one.json", awarded("C-1"))
    offered(planned, tmp_path / "two.json", awarded("C-2", "C-3"))
    values = {key: contract_view(planned.book, key).amount for key in contract_keys(planned.book)}
    assert {key: one and one.value for key, one in values.items()} == {
        "fund c-1": 80,
        "fund c-2": None,
        "fund c-3": None,
    }


@pytest.mark.parametrize(
    "value",
    [
        {"amount": 5},
        {"amount": 5, "currency": None},
        {"amount": "5", "currency": "USD"},
        {"amount": True, "currency": "USD"},
    ],
)
def test_a_value_that_is_no_sum_is_told_with_its_contract(planned, tmp_path, value):
    told = offered(planned, tmp_path / "file.json", release(value=value))
    assert [(one.code, one.values["contract"]) for one in told.problems] == [("contracting.no_sum", "C-7")]


def test_a_contract_of_a_lot_has_its_goods_and_title_and_what_is_not_read_is_told(planned, tmp_path):
    """A tender in lots: what stands there by lot is the contract's whose award is of that lot; what nobody contracted is counted."""
    line = {"quantity": 5, "unit": {"scheme": "UNCEFACT", "id": "TNE"}}
    one = release(items=[], title=None, agreedMetrics=[{"id": "m", "title": "Floors"}])
    one["tender"] = {
        "id": "T-1",
        "lots": [{"id": "walls", "title": "Walls"}, {"id": "roof", "title": "Roof"}, {"id": "doors", "title": "Doors"}],
        "items": [
            {"id": "1", "description": "Cement", "relatedLot": "walls", **line},
            {"id": "2", "description": "Steel", "relatedLot": "roof", **line},
        ],
    }
    one["awards"][0] |= {"relatedLots": ["walls"]}
    one["awards"].append({"id": "A-2", "suppliers": [{"id": "X-2"}], "relatedLots": ["roof"]})
    one["contracts"].append(
        {"id": "C-8", "awardID": "A-2", "status": "pending", "value": {"amount": 1, "currency": "USD"}}
    )
    result = offered(planned, tmp_path / "releases.json", one)
    assert counts(result) == (2, 0, 0)
    views = [contract_view(planned.book, key) for key in contract_keys(planned.book)]
    assert [(view.title, [each.material for each in view.goods]) for view in views] == [
        ({"en": "Walls"}, ["cement"]),
        ({"en": "Roof"}, ["steel"]),
    ]
    told = {each.note.code: each.count for each in result.notes}
    assert (told["contracting.open_lot"], told["contracting.metric"]) == (1, 1)


def test_an_amendment_in_one_language_leaves_what_the_contract_is_called_in_others(planned, tmp_path):
    first = release(title_ar="المكتبة")
    amended = release("2", 9500, date="2026-03-01T09:00:00Z", amendments=[{"id": "a", "rationale": "More shelves"}])
    french = release("3", 9500, date="2026-04-01T09:00:00Z", title="Bibliothèque") | {"language": "fr"}

    def called():
        return contract_view(planned.book, contract_keys(planned.book)[0]).title

    offered(planned, tmp_path / "1.json", first)
    assert called() == {"en": "Library", "ar": "المكتبة"}
    result = offered(planned, tmp_path / "2.json", amended)
    assert [(one.column, one.before, one.after) for one in result.issues[0].fields] == [
        ("amount", "9000 USD", "9500 USD")
    ]
    assert {each.note.code: each.count for each in result.notes}["contracting.amendment"] == 1
    offered(planned, tmp_path / "3.json", french)
    every = {"en": "Library", "ar": "المكتبة", "fr": "Bibliothèque"}
    assert called() == every
    assert counts(offered(planned, tmp_path / "all.json", first, amended, french)) == (0, 1, 0), (
        "together they say the same"
    )


@pytest.mark.parametrize("part", [{"tender": ["x"]}, {"tender": {"lots": "x", "items": [{"relatedLot": ["y"]}]}}])
def test_lots_that_are_none_refuse_no_contract(planned, tmp_path, part):
    one = release(items=[]) | part
    one["awards"][0]["relatedLots"] = 7
    assert counts(offered(planned, tmp_path / "releases.json", one)) == (1, 0, 0)
