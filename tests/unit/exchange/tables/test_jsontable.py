"""Answers of field collection are tables: records, repeat groups as sheets, numbers with their digits, impossible points told."""

import json
import zipfile
from typing import Any

import pytest

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.tables import read_table
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.sheet import Sheet

KOBO = {
    "count": 2,
    "next": None,
    "previous": None,
    "results": [
        {
            "_id": 7,
            "_uuid": "u-7",
            "day": "2026-03-01",
            "store/goods": [
                {
                    "store/goods/what": "Flour",
                    "store/goods/much": "12.50",
                    "store/goods/lots": [{"lot": "a"}, {"lot": "b"}],
                },
                {"store/goods/what": "Cement", "store/goods/much": "3"},
            ],
            "choices": ["x", "y"],
            "_geolocation": [None, None],
        },
        {"_id": 8, "_uuid": "u-8", "day": "2026-03-02", "kept": True},
    ],
}
ODATA = {
    "@odata.nextLink": "https://example.org/v1/forms/f.svc/Submissions?$skiptoken=x",
    "value": [
        {
            "__id": "uuid:1",
            "__system": {"submissionDate": "2026-03-01T10:00:00Z"},
            "much": 1.10,
            "at": {"type": "Point", "coordinates": [34.5, 31.5, 12]},
        },
        {"__id": "uuid:2", "much": 2, "at": {"type": "Point", "coordinates": [34.5, 131.5]}},
        {"__id": "uuid:3", "much": 3, "at": None},
    ],
}


@pytest.fixture
def opened(tmp_path):
    def run(content, sheet=None, **options):
        path = tmp_path / "answer.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        with Sheet(path, sheet=sheet, **options) as table:
            rows = [
                dict(zip(table.columns, cells, strict=True)) for _, cells in table.rows() if isinstance(cells, list)
            ]
            return table, [
                {key: value for key, value in row.items() if value or type(value) is not str} for row in rows
            ]

    return run


def test_a_record_is_a_row_and_a_repeat_group_a_sheet(opened):
    table, rows = opened(KOBO)
    assert (table.sheet, table.sheets) == ("records", ("records", "store/goods", "store/goods/lots"))
    assert rows[0] == {"_id": "7", "_uuid": "u-7", "day": "2026-03-01", "choices": "x y", "_geolocation": " "}
    assert rows[1] == {"_id": "8", "_uuid": "u-8", "day": "2026-03-02", "kept": "TRUE"}
    _, goods = opened(KOBO, "store/goods")
    assert goods == [
        rows[0] | {"_parent": "7", "_index": "1", "store/goods/what": "Flour", "store/goods/much": "12.50"},
        rows[0] | {"_parent": "7", "_index": "2", "store/goods/what": "Cement", "store/goods/much": "3"},
    ]
    _, lots = opened(KOBO, "store/goods/lots")
    assert [(row["_parent"], row["store/goods/what"], row["day"]) for row in lots] == [
        ("7/store/goods/1", "Flour", "2026-03-01")
    ] * 2
    with pytest.raises(MalformedError, match="store/good"):
        opened(KOBO, "store/good")


def test_fields_within_fields_points_and_further_pages(opened):
    table, rows = opened(ODATA)
    assert rows[0] == {
        "__id": "uuid:1",
        "__system/submissionDate": "2026-03-01T10:00:00Z",
        "much": "1.1",
        "at/longitude": "34.5",
        "at/latitude": "31.5",
        "at/altitude": "12",
    }
    assert {note.code: count for note, count in table.lost().items()} == {
        "table.more_pages": 1,
        "table.no_such_point": 1,
    }


def test_a_row_that_needs_an_impossible_point_is_refused_and_no_other(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(ODATA), encoding="utf-8")
    profile = """
profile = "points"
title = "Points"
[[tells]]
what = "claim"
date = { always = "2026-03-01" }
about = "__id"
words = { template = "{at/latitude}" }
filled = ["at/latitude"]
"""
    with read_table(path, parse_profile(profile, "points.toml")) as table:
        rows = list(table)
    assert [[problem.code for problem in row.problems] for row in rows] == [[], ["cell.no_such_point"]]


def test_numbers_keep_their_digits(opened):
    _, rows = opened('[{"id": 12345678901234567890, "much": 0.10000000000000000001}]')
    assert rows == [{"id": "12345678901234567890", "much": "0.10000000000000000001"}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"data": {"a": 1}}, "table.json_no_records"),
        ("[1, 2]", "table.json_no_records"),
        ('{"results": [', "json.broken"),
        ("[" * 100_000, "table.json_broken"),
    ],
)
def test_what_is_no_list_of_records_is_refused(opened, content, code):
    with pytest.raises(MalformedError) as caught:
        opened(content)
    assert caught.value.problem.code == code


def test_limits_hold(opened):
    nested: dict[str, Any] = {"a": 1}
    for _ in range(30):
        nested = {"a": nested}
    with pytest.raises(LimitError) as caught:
        opened([nested])
    assert caught.value.problem.code == "table.json_too_deep"
    with pytest.raises(LimitError) as caught:
        opened(KOBO, limits=Limits(shared_chars=20))
    assert caught.value.problem.code == "file.unpacks_too_large"


def test_an_export_of_several_csvs_in_a_zip_has_them_as_sheets(tmp_path):
    path = tmp_path / "form.csv.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("form-goods.csv", "what,much,PARENT_KEY\nFlour,3,uuid:1\n")
        file.writestr("form.csv", "day,KEY\n2026-03-01,uuid:1\n")
        file.writestr("media/photo.jpg", b"x")
    with Sheet(path) as table:
        rows = [cells for _, cells in table.rows() if not isinstance(cells, Problem)]
    assert (table.sheet, table.columns, rows) == ("form.csv", ("day", "KEY"), [["2026-03-01", "uuid:1"]])
    assert [note.code for note in table.lost()] == ["workbook.other_sheets"]
    with Sheet(path, sheet="form-goods.csv") as table:
        assert [cells for _, cells in table.rows()] == [["Flour", "3", "uuid:1", "2026-03-01"]]
    with pytest.raises(MalformedError, match="form-good"):
        Sheet(path, sheet="form-good.csv")
