"""Tests on published files of open contracting: the standards' own examples and the fixtures of their tools."""

from datetime import date

import pytest

from enduse.exchange.standards.contracting import ContractingFile
from enduse.exchange.standards.contracting_check import ContractingCheck
from enduse.exchange.standards.contracting_copy import merge_releases
from enduse.exchange.standards.contracting_processes import ContractingProcesses
from enduse.exchange.standards.files import check_file, file_totals
from enduse.exchange.standards.standard import Standard


@pytest.fixture(scope="module")
def money(shared):
    return shared / "money"


@pytest.fixture(scope="module")
def standard(money):
    return Standard(money)


def errors(path, standard):
    check = ContractingCheck(ContractingFile(path), standard)
    found = [one for one in check.findings() if one.severity == "error"]
    return check.items, check.flagged, [(one.number, one.problem.path) for one in found]


@pytest.mark.parametrize(
    "name",
    [
        "ocds/sample-data/fictional-example/1.1/ocds-213czf-000-00001.json",
        "ocds/sample-data/fictional-example/1.1/record/ocds-213czf-000-00001.json",
        "oc4ids/docs/examples/example.json",
        "oc4ids/lib-cove-oc4ids/example-data.json",
    ],
)
def test_the_standards_own_examples_are_valid(money, standard, name):
    items, flagged, found = errors(money / name, standard)
    assert items > 0
    assert (flagged, found) == (0, [])


def test_the_faults_that_the_fixtures_were_made_with_are_told(money, standard):
    items, flagged, found = errors(money / "oc4ids/lib-cove-oc4ids/validation-errors-package.json", standard)
    assert (items, flagged) == (5, 4)
    assert {(0, "publishedDate"), (0, "version")} <= set(found)


def test_merging_gives_the_compiled_releases_that_the_standard_shows(money, standard, tmp_path):
    folder = money / "ocds/docs/examples/merging/deletions"
    tried = 0
    for path in sorted(folder.glob("*_record.json")):
        record = next(iter(ContractingFile(path).items())).value
        releases = [one for one in record["releases"] if "id" in one]
        if not releases:
            continue
        tried += 1
        merger = ContractingProcesses([], standard)._merger
        merged = merger.create_compiled_release(releases)
        shown = record["compiledRelease"]
        assert {key: value for key, value in merged.items() if key not in {"id", "date"}} == {
            key: value for key, value in shown.items() if key not in {"id", "date"}
        }
    assert tried
    source = money / "ocds/sample-data/fictional-example/1.1/ocds-213czf-000-00001.json"
    assert merge_releases(source, tmp_path / "records.json", standard).items == 1
    assert errors(tmp_path / "records.json", standard)[1] == 0


def test_what_the_standards_examples_add_up_to(money):
    def sums(name):
        return {one.step: str(one.amount) for one in file_totals([money / name]).sums}

    steps = {"budget": "6700000", "tender": "1100000", "award": "11000000", "contract": "11000000"}
    example = "ocds/sample-data/fictional-example/1.1/{}ocds-213czf-000-00001.json"
    assert sums(example.format("")) == sums(example.format("record/")) == {**steps, "transaction": "60000"}
    paid = {"transaction": "1950000", "project_transaction": "5000000"}
    project = {"budget": "40000000", "contract": "35850000", **paid, "final": "42100000"}
    assert sums("oc4ids/docs/examples/example.json") == project
    check = check_file(money / "oc4ids/docs/examples/example.json", None, date(2026, 11, 29))
    assert list(check.findings()) == []
