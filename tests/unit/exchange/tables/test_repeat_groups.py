"""Repeat groups as KoboToolbox and ODK Central export them: each row is read with what its submission says."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import Problem
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.sheet import Sheet

FORM = [
    ("2026-03-01", "North gate", "W-1", [("flour", "20", "t"), ("oil", "300", "l")]),
    ("2026-03-05", "East gate", "W-3", [("rice", "4", "t")]),
]
"""Submissions: received on, gate, waybill, and the items of each."""
READ = [("flour", "20", "2026-03-01", "W-1"), ("oil", "300", "2026-03-01", "W-1"), ("rice", "4", "2026-03-05", "W-3")]


def kobo_workbook(path, *, form="Deliveries at the gates"):
    book = openpyxl.Workbook()
    book.active.title = form
    book.active.append(
        ["start", "received_on", "gate", "waybill", "_id", "_uuid", "_submission_time", "_validation_status", "_index"]
    )
    items = book.create_sheet("items")
    items.append(["item", "qty", "unit", "_index", "_parent_table_name", "_parent_index", "_submission__id"])
    for at, (day, gate, waybill, rows) in enumerate(FORM, start=1):
        book.active.append([f"{day}T08:00", day, gate, waybill, 70 + at, f"u{at}", "2026-03-31T09:00:00", None, at])
        for item, much, unit in rows:
            items.append([item, float(much), unit, items.max_row, form, at, 70 + at])
    book.save(path)
    return path, "items"


def central_zip(path, *, rejected=0):
    form, items, lots = (io.StringIO() for _ in range(3))
    csv.writer(form).writerow(
        ["SubmissionDate", "start", "delivery-received_on", "delivery-gate", "delivery-waybill", "KEY", "ReviewState"]
    )
    csv.writer(items).writerow(["item", "qty", "unit", "PARENT_KEY", "KEY"])
    csv.writer(lots).writerow(["lot", "PARENT_KEY", "KEY"])
    for at, (day, gate, waybill, rows) in enumerate(FORM, start=1):
        state = "rejected" if at == rejected else ""
        csv.writer(form).writerow(["2026-03-31T09:00:00Z", f"{day}T08:00", day, gate, waybill, f"uuid:{at}", state])
        for number, row in enumerate(rows, start=1):
            csv.writer(items).writerow([*row, f"uuid:{at}", f"uuid:{at}/items[{number}]"])
            csv.writer(lots).writerow(["L", f"uuid:{at}/items[{number}]", f"uuid:{at}/items[{number}]/lots[1]"])
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in (("", form), ("-items", items), ("-items-lots", lots)):
            packed.writestr(f"deliveries{name}.csv", text.getvalue())
    return path, "deliveries-items.csv"


def kobo_answer(path):
    results = [
        {
            "_id": 70 + at,
            "_uuid": f"u{at}",
            "start": f"{day}T08:00",
            "received_on": day,
            "gate": gate,
            "waybill": waybill,
            "_submission_time": "2026-03-31T09:00:00",
            "items": [dict(zip(("items/item", "items/qty", "items/unit"), row, strict=True)) for row in rows],
        }
        for at, (day, gate, waybill, rows) in enumerate(FORM, start=1)
    ]
    path.write_text(json.dumps({"results": results}), encoding="utf-8")
    return path, "items"


def kobo_labels(path):
    """As KoboToolbox writes it with labels and the headings of groups, the version of the form once more behind its own columns."""
    book = openpyxl.Workbook()
    form, items = book.worksheets[0], book.create_sheet("Items that came")
    form.title = "Deliveries"
    form.append(
        ["start", "Where and when/Received on", "Where and when/Gate", "Waybill", "What kinds?", "What kinds?/Item", "__version__",
         "_id", "_uuid", "_submission_time", "__version__", "_index"]
    )  # fmt: skip
    items.append(
        ["Items that came/Item", "Items that came/Quantity", "Items that came/Unit", "_index", "_parent_table_name", "_parent_index"]
    )  # fmt: skip
    for at, (day, gate, waybill, rows) in enumerate(FORM, start=1):
        form.append([f"{day}T08:00", day, gate, waybill, "Item", 1, "v1", at, f"u{at}", f"{day}T09:00:00", "v1", at])
        for item, much, unit in rows:
            items.append([item, float(much), unit, items.max_row, "Deliveries", at])
    book.save(path)
    return path, "Items that came"


def test_an_export_with_labels_is_known_by_its_questions(tmp_path):
    path, group = kobo_labels(tmp_path / "labels.xlsx")
    proposed = propose_profile(path, {"what": "receipt", "party": "party:store"}, sheet=group)
    assert proposed.questions == ()
    with read_table(path, parse_profile(proposed.profile, "labels.toml")) as table:
        rows = list(table)
    assert [str(row.statements[0].occurred_at.date()) for row in rows] == [day for _, _, day, _ in READ]
    assert [made.fields["quantity"] for made in proposed.understood] == [much for _, much, _, _ in READ]


EXPORTS = {"kobo.xlsx": kobo_workbook, "central.zip": central_zip, "kobo.json": kobo_answer}


def of(row, *endings):
    return tuple(next(str(value) for name, value in row.items() if name.endswith(ending)) for ending in endings)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_row_of_a_repeat_group_bears_what_its_submission_says(tmp_path, name):
    """The date, the gate and the waybill stood on another sheet, so no row of goods could be read at all."""
    path, group = EXPORTS[name](tmp_path / name)
    with Sheet(path, sheet=group) as sheet:
        rows = [
            dict(zip(sheet.columns, cells, strict=True)) for _, cells in sheet.rows() if not isinstance(cells, Problem)
        ]
        assert sheet.complete
    assert [of(row, "item", "qty", "received_on", "waybill") for row in rows] == READ


@pytest.mark.parametrize("name", EXPORTS)
def test_a_profile_is_proposed_of_a_repeat_group_and_reads_it(tmp_path, name):
    """Of ODK Central the day of submission was taken for the day of receipt, unasked."""
    path, group = EXPORTS[name](tmp_path / name)
    asked = {"what": "receipt", "party": "party:store"} | ({} if name == "central.zip" else {"date": "received_on"})
    proposed = propose_profile(path, asked, sheet=group)
    assert proposed.questions == ()
    profile = parse_profile(proposed.profile, "proposed.toml")
    with read_table(path, profile) as table:
        rows = list(table)
    assert [str(row.statements[0].occurred_at.date()) for row in rows] == [day for _, _, day, _ in READ]
    assert profile.identity == {"kobo.xlsx": (), "central.zip": ("KEY",), "kobo.json": ("_parent", "_index")}[name]


def test_a_group_within_a_group_bears_what_both_say(tmp_path):
    path, _ = central_zip(tmp_path / "central.zip")
    with Sheet(path, sheet="deliveries-items-lots.csv") as sheet:
        rows = [
            dict(zip(sheet.columns, cells, strict=True)) for _, cells in sheet.rows() if not isinstance(cells, Problem)
        ]
    assert [of(row, "item", "qty", "received_on", "waybill") for row in rows] == READ


def test_a_submission_that_was_turned_down_is_not_read(tmp_path):
    path, group = central_zip(tmp_path / "central.zip", rejected=1)
    proposed = propose_profile(path, {"what": "receipt", "party": "party:store"}, sheet=group)
    with read_table(path, parse_profile(proposed.profile, "proposed.toml")) as table:
        assert len(list(table)) == 1
        assert [note.code for note in table.summary().lost] == ["workbook.other_sheets", "table.row_skipped"]


def test_the_cell_of_a_fault_is_one_of_the_sheet_that_is_read(tmp_path):
    path, group = kobo_workbook(tmp_path / "kobo.xlsx")
    with Sheet(path, sheet=group) as sheet:
        assert (sheet.cell("qty", 1), sheet.cell("waybill", 1)) == ("B2", "")


@pytest.mark.parametrize("flat", [True, False])
def test_what_a_reviewer_did_not_approve_is_passed_over_in_an_answer_as_in_a_csv(tmp_path, flat):
    path = tmp_path / "answer.json"
    table, sheet = kobo_answer(path)
    answer = json.loads(table.read_text(encoding="utf-8"))
    for record, state in zip(answer["results"], ("", "not_approved"), strict=True):
        uid = f"validation_status_{state}"
        record["_validation_status"] = {"uid": uid, "label": "Not Approved", "by_whom": "x"} if state else {}
        if flat:
            record.update(record.pop("items")[0])
    table.write_text(json.dumps(answer), encoding="utf-8")
    sheet = "" if flat else sheet
    answers = {"party": "party:unity-aid", "what": "receipt", "place": "gate", "to": "gate", "from": "no column"}
    found = propose_profile(table, answers, sheet=sheet)
    assert '_validation_status = ["validation_status_not_approved"' in found.profile
    answer["results"][-1]["_validation_status"] = {}
    table.write_text(json.dumps(answer), encoding="utf-8")
    again = propose_profile(table, answers, sheet=sheet)
    assert again.profile == found.profile, "it stands before anybody has reviewed anything"
