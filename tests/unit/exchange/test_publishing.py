"""Tests of a programme's money published in IATI, OCDS and OC4IDS: the same money in all three, each naming the others."""

import json
import shutil
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from litestar.testing import TestClient

import enduse
from conftest import Small
from enduse.errors import MalformedError, UnknownError
from enduse.exchange.standards.contracting_totals import contracting_totals
from enduse.exchange.standards.files import check_file
from enduse.exchange.standards.publishing import (
    IATI_FILE,
    KEPT_POLICY,
    OC4IDS_FILE,
    OCDS_FILE,
    POLICY_FILE,
    read_exclusions,
)
from enduse.exchange.standards.publishing_contracts import buyers_of
from enduse.exchange.standards.standard import Standard
from enduse.exchange.standards.totals import iati_totals
from enduse.portal.app import portal
from enduse.portal.publication import FILES
from enduse.portal.static_site import write_site
from enduse.statements.money import Disbursement, DisbursementBody, Refund, RefundBody
from enduse.terms.amounts import Money
from enduse.terms.lookup import Lookup
from enduse.views.published import standing_money


@pytest.fixture(scope="module")
def folder(played_demo):
    return played_demo[1]


@pytest.fixture(scope="module")
def written(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("published")
    with enduse.open(folder) as programme:
        files = programme.write_money(out, publisher="XX-1", prefix="a1b2c3", country="XX")
        money = programme.cash()
    return out, files, money


def spent_in_iati(path):
    sums = defaultdict(Counter)
    for activity in ET.parse(path).getroot():
        for transaction in activity.iterfind("transaction"):
            if transaction.find("transaction-type").get("code") == "4":
                sums[activity.findtext("iati-identifier")][transaction.get("ref")] += Decimal(
                    transaction.findtext("value", "")
                )
    return {name: dict(each) for name, each in sums.items()}


def budgets_in_iati(path):
    return {
        activity.findtext("iati-identifier"): Decimal(activity.findtext("budget/value", ""))
        for activity in ET.parse(path).getroot()
        if activity.find("budget") is not None
    }


def numbers(path):
    return json.loads(path.read_bytes(), parse_float=Decimal, parse_int=Decimal)


def amounts(transactions):
    return {one["id"]: one["value"]["amount"] for one in transactions}


def test_the_money_of_each_project_is_the_same_in_all_three(written):
    out, files, money = written
    iati, iati_budgets = spent_in_iati(out / IATI_FILE), budgets_in_iati(out / IATI_FILE)
    ocds = {one["planning"]["budget"]["id"]: one for one in numbers(out / OCDS_FILE)["releases"]}
    (dollars,) = money.currencies
    expected = {one.project: one for one in dollars.projects if one.project}
    projects = numbers(out / OC4IDS_FILE)["projects"]
    assert len(projects) == len(expected) == files.projects >= 6
    for project in projects:
        (named,) = project["identifiers"]
        (process,) = project["contractingProcesses"]
        release = ocds[named["id"]]
        own = expected[named["id"].removeprefix("XX-1-")]
        in_oc4ids = amounts(process["summary"].get("transactions", []))
        in_ocds = {}
        for contract in release.get("contracts", []):
            in_ocds |= amounts(contract["implementation"]["transactions"])
        assert in_oc4ids == in_ocds == iati.get(named["id"], {})
        assert sum(in_ocds.values()) == own.spent.value
        assert (
            project["budget"]["amount"]["amount"]
            == release["planning"]["budget"]["amount"]["amount"]
            == iati_budgets[named["id"]]
            == own.planned.value
        )
    everything = sum(sum(each.values()) for each in iati.values())
    assert everything == dollars.totals.spent.value == files.spent[0].value
    assert (
        sum(
            sum(amounts(c["implementation"]["transactions"]).values())
            for r in ocds.values()
            for c in r.get("contracts", [])
        )
        == everything
    )


def test_a_contract_is_published_with_its_own_payments_milestones_and_what_is_bought(written):
    out, _, _ = written
    release = next(one for one in numbers(out / OCDS_FILE)["releases"] if one["ocid"].endswith("clinic"))
    contract = next(one for one in release["contracts"] if one["id"] == "contract:clinic-works")
    assert contract["value"] == {"amount": 900_000, "currency": "USD"}
    paid = contract["implementation"]["transactions"]
    assert [one["value"]["amount"] for one in paid] == [410_000, 410_000], "not one sum by payee"
    assert {one["status"] for one in contract["implementation"]["milestones"]} == {"partiallyMet"}
    assert [(one["description"], one["quantity"], one["unit"]["id"]) for one in contract["items"]] == [
        ("cement", 100, "TNE"),
        ("reinforcing steel", 12, "TNE"),
    ]
    assert contract["relatedProcesses"][0]["identifier"] == "ocds-enduse-demo-clinic-works"
    (award,) = [one for one in release["awards"] if one["id"] == contract["awardID"]]
    assert award["suppliers"][0]["name"] == "Olivar Builders"
    project = next(one for one in numbers(out / OC4IDS_FILE)["projects"] if one["id"].endswith("clinic"))
    summary = project["contractingProcesses"][0]["summary"]
    assert (summary["contractValue"]["amount"], summary["externalReference"]) == (900_000, contract["id"])


def test_who_buys_is_who_a_trace_says_and_who_pays_where_no_contract_is_stated(folder, written):
    out, _, _ = written
    ours = {one["ocid"]: one for one in numbers(out / OCDS_FILE)["releases"]}
    with enduse.open(folder) as programme:
        view = programme.trace("contract:clinic-works").contracts[0]
    said = f"XX-1-{view.buyer}"
    release = next(one for ocid, one in ours.items() if ocid.endswith(view.project))
    assert release["buyer"]["id"] == said
    project = next(one for one in numbers(out / OC4IDS_FILE)["projects"] if one["id"].endswith(view.project))
    summary = project["contractingProcesses"][0]["summary"]
    assert summary["procuringEntity"]["id"] == said
    for parties in (release["parties"], project["parties"]):
        assert [one["id"] for one in parties if "buyer" in one["roles"]] == [said]
    for one in ours.values():
        payers = {
            each["payer"]["id"]
            for each in one.get("contracts", [])
            for each in each.get("implementation", {}).get("transactions", [])
        }
        bought = {each["id"] for each in one["parties"] if "buyer" in each["roles"]}
        assert "XX-1-party:registry" not in bought - payers
        if one is not release and payers:
            assert bought == payers
            assert one.get("buyer", {}).get("id") == (next(iter(payers)) if len(payers) == 1 else None)


def test_each_names_the_others(written):
    out, _, _ = written
    activities = ET.parse(out / IATI_FILE).getroot()
    others = {
        activity.findtext("iati-identifier"): {one.get("ref") for one in activity.iterfind("other-identifier")}
        for activity in activities
    }
    for project in numbers(out / OC4IDS_FILE)["projects"]:
        activity, ocid = project["identifiers"][0]["id"], project["contractingProcesses"][0]["summary"]["ocid"]
        assert others[activity] == {project["id"], ocid}
        release = next(one for one in numbers(out / OCDS_FILE)["releases"] if one["ocid"] == ocid)
        assert release["planning"]["project"]["id"] == project["id"]
        assert release["planning"]["budget"]["id"] == activity
    children = {one.get("ref") for one in activities[0].iterfind("related-activity")}
    assert children == others.keys() - {activities[0].findtext("iati-identifier")}


def test_the_files_are_added_up_by_our_own_totals(written):
    out, files, _ = written
    iati = {one.type: one.amount for one in iati_totals([out / IATI_FILE]).sums}
    ocds = contracting_totals([out / OCDS_FILE])
    spent = files.spent[0].value
    assert iati["4"] == spent
    assert sum(one.amount for one in ocds.sums if one.step == "transaction") == spent
    assert not ocds.faults
    assert not list(check_file(out / OC4IDS_FILE, None, date(2026, 11, 29)).findings())


def test_what_is_left_out_and_what_no_standard_carries_is_published_too(folder, tmp_path):
    policy = tmp_path / "policy.csv"
    policy.write_text(
        "what,reason\nproject:clinic,agreed with the ministry\nparty:olivar,asked for it\n", encoding="utf-8"
    )
    with enduse.open(folder) as programme:
        files = programme.write_money(tmp_path / "out", exclude=policy)
        everything = programme.write_money(tmp_path / "all")
    told = json.loads((tmp_path / "out" / POLICY_FILE).read_bytes())
    clinic, olivar = told["excluded"]
    assert (clinic["what"], clinic["reason"], clinic["projects"]) == ("project:clinic", "agreed with the ministry", 1)
    assert Decimal(clinic["spent"]["USD"]) == everything.spent[0].value - files.spent[0].value
    assert olivar["names_withheld"] > 0
    assert "the site's pages and tables still name what it leaves out" in told["still_named"]["text"]
    assert json.loads((tmp_path / "all" / POLICY_FILE).read_bytes())["still_named"] is None
    for name in (IATI_FILE, OCDS_FILE, OC4IDS_FILE):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "project:clinic" not in text
        assert "olivar" not in text.lower()
    assert len(told["not_carried"]) == len(files.not_carried) == 7
    assert all(one["text"] and one["text"] != one["code"] for one in told["not_carried"])


@pytest.mark.parametrize("text", ["", "what\nproject:a\n", "what,reason\nproject:a,\n", "a,b\n1,2\n"])
def test_a_policy_without_reasons_is_refused(tmp_path, text):
    policy = tmp_path / "policy.csv"
    policy.write_text(text, encoding="utf-8")
    if not text:
        assert read_exclusions(policy, Lookup({})) == ()
        return
    with pytest.raises(MalformedError):
        read_exclusions(policy, Lookup({}))


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("party:olivra", "party:olivar"), ("project:clinc", "project:clinic"), ("party:clinic", "project:clinic")],
)
def test_a_policy_that_names_nobody_is_refused_with_its_row_and_what_may_be_meant(folder, tmp_path, wrong, meant):
    policy = tmp_path / "policy.csv"
    policy.write_text(f"what,reason\n\nproject:clinic,agreed\n{wrong},threatened\n", encoding="utf-8")
    with enduse.open(folder) as programme, pytest.raises(UnknownError) as refused:
        write_site(programme, tmp_path / "site", None, lambda out: programme.write_money(out / "data", exclude=policy))
    told = refused.value.problem
    assert (told.source, told.line, told.code) == (str(policy), 4, "name.unknown_like")
    assert meant in str(told.values["candidates"])
    assert [each.name for each in tmp_path.iterdir()] == ["policy.csv"]


def test_a_policy_may_call_things_as_people_do(folder, tmp_path):
    policy = tmp_path / "policy.csv"
    policy.write_text('what,reason\n"Clinic, North",agreed\n', encoding="utf-8")
    with enduse.open(folder) as programme:
        (clinic,) = programme.published(policy).excluded
    assert (clinic.rule.what, clinic.projects) == ("project:clinic", 1)


def test_a_reference_that_is_none_is_refused(folder, tmp_path):
    with enduse.open(folder) as programme, pytest.raises(MalformedError):
        programme.write_money(tmp_path / "out", publisher="a b/c")
    assert not (tmp_path / "out").exists()


def test_all_three_are_valid_by_the_published_schemas(written, shared):
    out, _, _ = written
    standard = Standard(shared / "money")
    for name in (IATI_FILE, OCDS_FILE, OC4IDS_FILE):
        check = check_file(out / name, standard, date(2026, 11, 29))
        found = [one for one in check.findings() if one.severity == "error"]
        assert check.items >= 6
        assert check.flagged == 0, found
        assert {one.problem.code for one in found} <= {"standards.rule", "standards.code"}


def test_no_file_tells_the_minute_of_the_last_word(folder, written):
    with enduse.open(folder) as programme:
        last = programme.status().as_of
    assert last.strftime("%H%M%S") != "000000"
    for file in (IATI_FILE, OCDS_FILE, OC4IDS_FILE, POLICY_FILE):
        text = (written[0] / file).read_text()
        assert f"{last:%Y-%m-%d}T00:00:00Z" in text
        assert f"{last:%Y-%m-%dT%H:%M:%S}" not in text, file


def test_what_was_spent_by_anothers_word_is_published_less_what_came_back(tmp_path):
    small = Small(tmp_path / "programme", open_acts=("report:disbursement", "report:refund"))
    spent = DisbursementBody(
        disbursement="E-1", donor="donor", recipient="carrier", amount=Money("800", "USD"), spent=True
    )
    small.say("monitor", Disbursement, spent)
    back = RefundBody(refund="R-1", by="carrier", to="donor", amount=Money("100", "USD"), spent=True)
    small.say("monitor", Refund, back)
    told = [(one.kind, one.provider, one.receiver, one.amount.value) for _, one in standing_money(small.book)]
    small.intake.close()
    assert told == [("expenditure", "donor", "carrier", 800), ("expenditure", "donor", "carrier", -100)]


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copied")


def test_a_policy_that_lies_in_the_programmes_folder_holds_wherever_no_other_is_named(copied, tmp_path):
    (copied / KEPT_POLICY).write_text("what,reason\nproject:clinic,agreed with the ministry\n", encoding="utf-8")
    other = tmp_path / "other.csv"
    other.write_text("what,reason\nparty:olivar,asked for it\n", encoding="utf-8")
    with enduse.open(copied) as programme:
        assert [one.rule.what for one in programme.published().excluded] == ["project:clinic"]
        assert [one.rule.what for one in programme.published(other).excluded] == ["party:olivar"]
    with TestClient(portal(copied)) as client:
        told = client.get("/data/policy.json").json()["excluded"]
        assert ([one["what"] for one in told], "project:clinic" in client.get("/data/ocds-releases.json").text) == (
            ["project:clinic"],
            False,
        )
        (copied / KEPT_POLICY).write_text("what,reason\nproject:clinik,agreed\n", encoding="utf-8")
        assert {client.get(f"/data/{file}").status_code for file in FILES} == {404}, "nothing is given by half"
        (copied / KEPT_POLICY).unlink()
        assert "project:clinic" in client.get("/data/ocds-releases.json").text


def test_nobody_is_a_projects_authority_by_stating_the_project(folder, written):
    """It is who alone buys for it, or a public body whose it is; else nobody is named."""
    out, _, _ = written
    named = {one["id"]: one.get("publicAuthority") for one in numbers(out / OC4IDS_FILE)["projects"]}
    with enduse.open(folder) as programme:
        money = programme.published()
    told = {one.project: (buyers_of(one), money.parties.get(one.owner)) for one in money.projects}
    assert len(named) == len(told)
    for project, (buyers, kind) in told.items():
        authority = next(value for name, value in named.items() if name.endswith(project))
        bought = next(one for one in money.projects if one.project == project)
        known = (bought.contracts or any(one.kind == "expenditure" for one in bought.payments)) and len(buyers) == 1
        assert bool(authority) == bool(known or kind in {"state", "administration"}), project
