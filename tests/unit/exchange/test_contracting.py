"""Tests of files of open contracting: cut into items, held against schemas, copied, merged and added up; and bad ones."""

import json
import resource
import subprocess
import sys
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.exchange.standards import json_items
from enduse.exchange.standards.contracting import ContractingFile
from enduse.exchange.standards.contracting_check import ContractingCheck
from enduse.exchange.standards.contracting_copy import copy_contracting, merge_releases
from enduse.exchange.standards.contracting_totals import contracting_totals
from enduse.exchange.standards.standard import Standard

VALUE = {
    "type": "object",
    "properties": {"amount": {"type": "number"}, "currency": {"type": "string", "enum": ["USD"]}},
}
RELEASE = {
    "id": "https://standard.example/release-schema.json",
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["ocid", "id", "date"],
    "properties": {
        "ocid": {"type": "string", "minLength": 1},
        "id": {"type": "string", "omitWhenMerged": True},
        "date": {"type": "string", "format": "date-time", "omitWhenMerged": True},
        "tag": {"type": "array", "items": {"type": "string"}, "omitWhenMerged": True},
        "language": {"type": "string", "codelist": "language.csv", "openCodelist": True},
        "tender": {"type": "object", "properties": {"value": {"$ref": "#/definitions/Value"}}},
        "contracts": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
    },
    "definitions": {"Value": VALUE},
}
PACKAGE = {
    "id": "https://standard.example/release-package-schema.json",
    "type": "object",
    "required": ["releases", "version"],
    "properties": {"releases": {"type": "array", "minItems": 1}, "version": {"type": "string"}},
}
PROJECT = {
    "id": "https://standard.example/project-schema.json",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "budget": {"type": "object"}},
}


@pytest.fixture
def standard(tmp_path):
    folder = tmp_path / "standard"
    (folder / "codelists").mkdir(parents=True)
    (folder / "codelists" / "language.csv").write_text("Code,Title\nen,English\n", encoding="utf-8")
    for name, document in (("release", RELEASE), ("release-package", PACKAGE), ("project", PROJECT)):
        (folder / f"{name}-schema.json").write_text(json.dumps(document), encoding="utf-8")
    return Standard(folder)


def release(number=1, ocid="ocds-x-1", day=1, **more):
    return {"ocid": ocid, "id": f"{ocid}-{number}", "date": f"2026-03-{day:02}T00:00:00Z", "tag": ["tender"], **more}


def written(tmp_path, value, name="releases.json"):
    path = tmp_path / name
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return path


def packaged(*items, **head):
    return {"version": "1.1", **head, "releases": list(items)}


def codes(file, standard=None):
    return [one.problem.code.removeprefix("standards.") for one in ContractingCheck(file, standard).findings()]


def faults(path):
    file = ContractingFile(path)
    read = [item.number for item in file.items()]
    return read, [fault.code.removeprefix("standards.") for fault in file.faults]


@pytest.mark.parametrize("form", ["package", "list", "one", "lines", "packages", "marked"])
def test_items_are_found_in_every_form(tmp_path, form):
    items = [release(number) for number in range(1, 4)]
    forms = {
        "package": json.dumps(packaged(*items, publisher={"name": "a, b: [c"})).encode(),
        "list": json.dumps(items, indent=2).encode(),
        "one": json.dumps(items[0]).encode(),
        "lines": b"\n".join(json.dumps(item).encode() for item in items),
        "packages": b"\n".join(json.dumps(packaged(item)).encode() for item in items),
        "marked": b"\xef\xbb\xbf" + json.dumps(packaged(*items)).encode(),
    }
    file = ContractingFile(written(tmp_path, forms[form]))
    assert file.kind == "releases"
    assert [item.value for item in file.items()] == (items[:1] if form == "one" else items)
    assert not file.faults


def test_records_and_projects_are_known(tmp_path):
    records = written(tmp_path, [{"ocid": "a", "compiledRelease": release()}], "records.json")
    projects = written(tmp_path, {"id": "p", "title": "A clinic"}, "project.json")
    assert [ContractingFile(path).kind for path in (records, projects)] == ["records", "projects"]


def test_what_the_schema_does_not_allow_is_told_with_its_place(tmp_path, standard):
    wrong = release(2, tender={"value": {"amount": "7", "currency": "XXX"}}, language="xx")
    wrong["date"] = "2026-02-30T00:00:00Z"
    del wrong["id"]
    check = ContractingCheck(ContractingFile(written(tmp_path, {"releases": [release(), wrong]})), standard)
    found = [
        (one.number, one.severity, one.problem.code.removeprefix("standards."), one.problem.path)
        for one in check.findings()
    ]
    assert found == [
        (2, "error", "json_missing", ""),
        (2, "error", "json_format", "date"),
        (2, "error", "json_type", "tender.value.amount"),
        (2, "error", "json_enum", "tender.value.currency"),
        (2, "advisory", "code", "language"),
        (0, "error", "json_missing", ""),  # of the package: its version
    ]
    assert (check.items, check.flagged) == (2, 1)


def test_a_package_is_valid_whose_list_stands_in_the_middle(tmp_path, standard):
    data = b'{"publisher": {"name": "x"}, "releases": [%s], "version": "1.1"}' % json.dumps(release()).encode()
    assert codes(ContractingFile(written(tmp_path, data)), standard) == []


def test_identifiers_that_lack_or_stand_twice_are_told(tmp_path):
    unnamed = {"id": "x", "tender": {}}
    path = written(tmp_path, packaged(release(), release(), unnamed, release(ocid="ocds-x-2")))
    assert codes(ContractingFile(path)) == ["same_identifier", "json_unnamed"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (b'{"ocid": "a", "ocid": "b"}', "json_key"),
        (b'{"ocid": "a", "tender": {"value": {"amount": NaN}}}', "json_number"),
        (b'{"ocid": "a", "tender": {"value": {"amount": 1e99999999999999999999}}}', "json_number"),
        (b'{"ocid": "a", "n": %s}' % (b"9" * 5000), "json_item"),
        (b'{"ocid": "a", "tender": {"value": {"amount": .}}}', "json_item"),
        (b'{"ocid": "caf\xe9"}', "json_letter"),
        (b'{"ocid": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "json_deep"),
        (b"7", "json_neither"),
        (b'"text"', "json_neither"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_what_follows_is_read(tmp_path, bad, code):
    good = json.dumps(release()).encode()
    path = written(tmp_path, b'{"version": "1.1", "releases": [%s, %s, %s]}' % (good, bad, good))
    assert faults(path) == ([1, 3], [code])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"releases": [{"ocid": "a"}, {"ocid": "b"', "json_ends"),
        (b'{"releases": [{"ocid": "a"}, {"ocid": "b]}', "json_broken"),
        (b'{"releases": [{"ocid": "a"} {"ocid": "b"}]}', "json_broken"),
        (b'{"releases": [{"ocid": "a"},]}', "json_broken"),
        (b'{"releases": [{"ocid": "a"}, {"ocid": "b"]}]}', "json_broken"),
        (b'{"ocid": "a"}\nnone', "json_broken"),
        (b'[{"ocid": "a"}, ' + b"[" * 1_000_001, "json_broken"),
    ],
)
def test_where_brackets_do_not_match_reading_ends_and_says_so(tmp_path, data, code):
    assert faults(written(tmp_path, data)) == ([1], [code])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_contracting"),
        (b"[]", "not_contracting"),
        (b'{"a": 1}', "not_contracting"),
        (json.dumps(release()).encode("utf-16"), "json_wide"),
        (json.dumps(release()).encode("utf-16-le"), "json_wide"),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused(tmp_path, data, code):
    with pytest.raises(MalformedError) as refused:
        ContractingFile(written(tmp_path, data))
    assert refused.value.problem.code == f"standards.{code}"


def test_an_item_that_is_too_long_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "LONGEST", 1000)
    path = written(tmp_path, packaged(release(), release(2, title="x" * 1000), release(3)))
    assert faults(path) == ([1, 3], ["json_long"])


MEASURE = """
import resource, sys
from pathlib import Path
from enduse.exchange.standards.contracting_totals import contracting_totals
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
answer = contracting_totals([Path(sys.argv[1])])
print(answer.processes, len(answer.faults), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_file_of_one_line_takes_the_memory_of_one_item(tmp_path):
    item = json.dumps(release(tender={"title": "x" * 30_000})).encode()
    path = tmp_path / "large.json"
    with path.open("wb") as stream:
        stream.write(b'{"version": "1.1", "releases": [')
        for number in range(1000):
            stream.write((b"," if number else b"") + item.replace(b"ocds-x-1", b"ocds-x-%d" % number))
        stream.write(b"]}")
    assert path.stat().st_size > 30_000_000
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    processes, told, kilobytes = map(int, run.stdout.split())
    assert (processes, told) == (1000, 0)
    assert kilobytes < 24_000
    assert resource.RUSAGE_SELF == 0


def test_a_copy_keeps_every_letter_and_leaves_out_what_is_not_valid(tmp_path, standard):
    good = b'{ "ocid": "a", "id": "1",\n "date": "2026-03-01T00:00:00Z", "n": 1.500 }'
    path = written(tmp_path, b'{"publisher": {"name":  "x"}, "releases": [%s, {"ocid": "b"}, {]}' % good)
    done = copy_contracting(path, tmp_path / "copy.json", standard)
    assert (done.items, done.left_out, len(done.faults)) == (1, 1, 1)
    path = written(tmp_path, b'{"publisher": {"name":  "x"}, "releases": [%s, {"ocid": "b"}], "version": "1"}' % good)
    done = copy_contracting(path, tmp_path / "copy2.json", standard)
    assert (done.items, done.left_out) == (1, 1)
    copied = (tmp_path / "copy2.json").read_bytes()
    assert good in copied
    assert b'{"name":  "x"}' in copied
    assert json.loads(copied) == {
        "publisher": {"name": "x"},
        "version": "1",
        "releases": [{"ocid": "a", "id": "1", "date": "2026-03-01T00:00:00Z", "n": 1.5}],
    }
    with pytest.raises(ConflictError):
        copy_contracting(path, tmp_path / "copy2.json")


def test_a_copy_is_of_one_list_and_what_it_cannot_keep_is_told(tmp_path):
    head = {"version": "1.1", "publisher": {"name": "A town (invented)"}}
    empty = written(tmp_path, {**head, "releases": []}, "empty.json")
    assert copy_contracting(empty, tmp_path / "1.json").faults == ()
    assert json.loads((tmp_path / "1.json").read_text(encoding="utf-8")) == {**head, "releases": []}
    first, second = release(1), release(2)
    two = written(
        tmp_path, [{**head, "releases": [first]}, {**head, "version": "1.0", "releases": [second]}], "two.json"
    )
    assert [one.code for one in copy_contracting(two, tmp_path / "2.json").faults] == ["standards.other_heads"]
    assert json.loads((tmp_path / "2.json").read_text(encoding="utf-8")) == {**head, "releases": [first, second]}
    record = {"ocid": "ocds-x-1", "releases": [second], "compiledRelease": second}
    mixed = written(tmp_path, {**head, "releases": [first], "records": [record]}, "mixed.json")
    assert [one.code for one in copy_contracting(mixed, tmp_path / "3.json").faults] == ["standards.other_list"]
    assert json.loads((tmp_path / "3.json").read_text(encoding="utf-8")) == {**head, "releases": [first]}


def test_json_lines_are_copied_as_lines(tmp_path):
    lines = b'{"ocid": "a"}\n{"ocid": "b", "id": 1}'
    copy_contracting(written(tmp_path, lines), tmp_path / "copy.jsonl")
    assert (tmp_path / "copy.jsonl").read_bytes() == lines


def amended(value):
    return [{"id": "1", "status": "active", "value": {"amount": value, "currency": "USD"}}]


def test_releases_are_merged_by_their_dates_wherever_they_stand(tmp_path, standard):
    items = [release(2, day=9, contracts=amended(900)), release(1, ocid="ocds-x-2"), release(1, contracts=amended(700))]
    path = written(tmp_path, packaged(*items, items[1]))
    done = merge_releases(path, tmp_path / "records.json", standard)
    assert (done.items, done.left_out, done.faults) == (2, 1, ())
    records = json.loads((tmp_path / "records.json").read_bytes())
    compiled = {record["ocid"]: record["compiledRelease"] for record in records["records"]}
    assert records["version"] == "1.1"
    assert compiled["ocds-x-1"]["contracts"][0]["value"]["amount"] == 900
    assert compiled["ocds-x-1"]["tag"] == ["compiled"]
    (tmp_path / "standard" / "release-schema.json").unlink()
    with pytest.raises(UnknownError):
        merge_releases(path, tmp_path / "others.json", Standard(tmp_path / "standard"))


def test_totals_count_a_process_once_and_each_step_for_itself(tmp_path):
    paid = {"transactions": [{"id": "t1", "value": {"amount": 250.25, "currency": "USD"}}]}
    first = release(1, buyer={"id": "XX-1"}, contracts=[{**amended(700)[0], "implementation": paid}])
    second = release(
        2, day=9, contracts=amended(900), awards=[{"id": "a", "status": "cancelled", "value": {"amount": 1}}]
    )
    path = written(tmp_path, packaged(first, second))
    again = written(tmp_path, packaged(first), "again.json")
    answer = contracting_totals([path, again])
    assert (answer.read, answer.repeated, answer.processes, answer.not_in_force) == (3, 1, 1, 1)
    assert [(one.buyer, one.step, one.currency, one.amount) for one in answer.sums] == [
        ("XX-1", "contract", "USD", Decimal(900)),
        ("XX-1", "transaction", "USD", Decimal("250.25")),
    ]


def test_of_two_different_releases_with_one_id_nothing_is_counted(tmp_path):
    path = written(tmp_path, packaged(release(contracts=amended(7)), release(contracts=amended(8)), release(ocid="b")))
    answer = contracting_totals([path])
    assert [fault.code for fault in answer.faults] == ["standards.same_identifier"]
    assert (answer.processes, answer.sums) == (1, ())


def test_what_is_no_amount_is_told_and_left_out(tmp_path):
    values = ["seven", None, True, [1]]
    contracts = [{"id": str(n), "value": {"amount": value, "currency": "USD"}} for n, value in enumerate(values)]
    path = written(
        tmp_path, json.dumps(packaged(release(contracts=contracts, tender={"value": {"amount": 1}}))).encode()
    )
    big = written(tmp_path, b'{"ocid": "b", "tender": {"value": {"amount": 1e400}}}', "big.json")
    answer = contracting_totals([path, big])
    assert [fault.path for fault in answer.faults] == [
        "contracts[1].value",
        "contracts[3].value",
        "contracts[4].value",
        "tender.value",
    ]
    assert [one.amount for one in answer.sums] == [Decimal(1)]


def test_a_currency_that_no_list_has_is_told_and_left_out(tmp_path):
    bought = [
        {"id": str(n), "status": "active", "value": {"amount": 5, "currency": code}}
        for n, code in enumerate(("USD", "usd"))
    ]
    answer = contracting_totals([written(tmp_path, [release(contracts=bought)])])
    assert [(one.currency, one.amount) for one in answer.sums if one.step == "contract"] == [("USD", 5)]
    assert [(one.code, one.values["value"]) for one in answer.faults] == [("standards.bad_currency", "usd")]


def test_releases_that_cannot_be_merged_are_told(tmp_path):
    undated = release(2)
    del undated["date"]
    linked = {"ocid": "c", "releases": [{"url": "https://example.org/1", "date": "2026-01-01T00:00:00Z"}]}
    path = written(tmp_path, packaged(release(), undated))
    answer = contracting_totals([path, written(tmp_path, [linked], "records.json")])
    assert [fault.code for fault in answer.faults] == ["standards.not_merged", "standards.linked_record"]
    assert answer.processes == 0


def test_a_record_counts_and_not_the_releases_beside_it(tmp_path):
    record = {"ocid": "ocds-x-1", "compiledRelease": release(9, contracts=amended(900))}
    answer = contracting_totals(
        [written(tmp_path, [record], "r.json"), written(tmp_path, packaged(release(contracts=amended(700))))]
    )
    assert [(one.step, one.amount) for one in answer.sums] == [("contract", Decimal(900))]


def test_projects_are_added_up_once(tmp_path):
    project = {"id": "p", "publicAuthority": {"name": "Town"}, "budget": {"amount": {"amount": 5, "currency": "USD"}}}
    answer = contracting_totals([written(tmp_path, {"projects": [project, project]})])
    assert (answer.projects, answer.repeated) == (1, 1)
    assert [(one.buyer, one.step, one.amount) for one in answer.sums] == [("Town", "budget", Decimal(5))]


def test_the_commands_say_what_they_read(tmp_path, standard):
    path = str(written(tmp_path, packaged(release(contracts=amended(7)), release(2, day=3))))
    folder = ["--standard", str(standard.folder)]
    run = CliRunner().invoke
    checked = run(app, ["money", "check", path, *folder])
    assert (checked.exit_code, "2 releases read" in checked.output) == (0, True)
    merged = run(app, ["money", "merge", path, "--to", str(tmp_path / "out.json"), *folder, "--json"])
    assert json.loads(merged.stdout) == {"records": 1, "repeated": 0, "faults": []}
    copied = run(app, ["money", "copy", path, "--to", str(tmp_path / "copy.json"), "--json"])
    assert json.loads(copied.stdout) == {"copied": 2, "left_out": 0, "faults": []}
    summed = run(app, ["money", "totals", path, "--json"])
    assert json.loads(summed.stdout)["contracting"]["sums"][0]["amount"] == "7"
    assert "one contracting process" in run(app, ["money", "totals", path]).output
    bad = written(tmp_path, packaged({"ocid": "a"}), "bad.json")
    assert run(app, ["money", "check", str(bad), *folder]).exit_code == 1


def test_packages_may_stand_in_a_list_and_a_record_with_its_releases_on_a_line(tmp_path):
    packages = [packaged(release()), packaged(release(2, day=2), release(ocid="ocds-x-2"))]
    assert faults(written(tmp_path, packages)) == ([1, 2, 3], [])
    record = {
        "ocid": "ocds-x-1",
        "releases": [{"url": "https://x.example"}],
        "compiledRelease": release(contracts=amended(7)),
    }
    lines = written(tmp_path, b"\n".join(json.dumps(one).encode() for one in (record, {**record, "ocid": "ocds-x-2"})))
    assert ContractingFile(lines).kind == "records"
    assert [(one.step, one.amount) for one in contracting_totals([lines]).sums] == [("contract", Decimal(14))]


def test_a_package_with_nothing_in_it_is_read(tmp_path):
    answer = contracting_totals([written(tmp_path, packaged())])
    assert (answer.read, answer.sums, answer.faults) == (0, (), ())


def test_of_a_versioned_release_the_last_version_counts(tmp_path):
    def said(day, value):
        return {
            "releaseDate": f"2026-03-{day:02}T00:00:00Z",
            "releaseID": str(day),
            "releaseTag": ["contract"],
            "value": value,
        }

    amount = {"amount": [said(2, 900), said(1, 700)], "currency": [said(1, "USD")]}
    record = {"ocid": "ocds-x-1", "versionedRelease": {"ocid": "ocds-x-1", "contracts": [{"id": "1", "value": amount}]}}
    answer = contracting_totals([written(tmp_path, {"records": [record]})])
    assert [(one.step, one.amount) for one in answer.sums] == [("contract", Decimal(900))]


def project_of(ocid, name="p", value=9):
    summary = {"ocid": ocid, "contractValue": {"amount": value, "currency": "USD"}, "transactions": [paid("t1", 4)]}
    return {
        "id": name,
        "title": "A clinic",
        "contractingProcesses": [{"id": ocid, "summary": summary}],
        "transactions": [paid("t1", 3)],
    }


def paid(name, value):
    return {"id": name, "value": {"amount": value, "currency": "USD"}}


def test_a_process_that_projects_and_releases_tell_of_counts_once(tmp_path):
    """What a project itself received and passed on is no payment under a contract, and is not added to these."""
    projects = written(tmp_path, {"projects": [project_of("ocds-x-1"), project_of("ocds-x-1", "q")]}, "projects.json")
    releases = written(tmp_path, packaged(release(contracts=amended(7))))
    alone, beside = contracting_totals([projects]), contracting_totals([projects, releases])
    steps = [("contract", 9), ("transaction", 4), ("project_transaction", 6)]
    assert ([(one.step, one.amount) for one in alone.sums], alone.told_again) == (steps, 1)
    assert [(one.step, one.amount) for one in beside.sums] == [("contract", 7), ("project_transaction", 6)]
    assert beside.told_again == 2
    assert CliRunner().invoke(app, ["money", "totals", str(projects)]).output.count("counted once") == 1


def test_processes_without_an_ocid_are_told_apart_by_their_project(tmp_path):
    path = written(tmp_path, {"projects": [project_of("1"), project_of("1", "q")]})
    answer = contracting_totals([path])
    assert (answer.sums[0].amount, answer.told_again) == (18, 0)
