"""Tables in: CSV and XLSX through a profile, every row accounted for, limits on everything."""

import contextlib
import gzip
import hashlib
import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.exchange.tables import Limits, load_profile, read_table, recognise, shipped
from enduse.exchange.tables.delimited import Delimited
from enduse.exchange.tables.figures import Figures, share
from enduse.exchange.tables.leaf import MISSING, slug
from enduse.exchange.tables.limits import DEFAULT
from enduse.exchange.tables.mapping import Mapper
from enduse.exchange.tables.profile import fitting, parse_profile
from enduse.exchange.tables.sheet import Sheet
from enduse.statements.codec import decode, encode
from enduse.statements.epcis import read_event
from support.examples import examples

PROFILE = """
profile = "test"
title = "A test"
[recognise]
columns = ["who", "what", "when"]
[read]
blank = ["n/a"]
[[statement]]
kind = "pledge"
occurred_at = { column = "when", date = ["%Y-%m-%d", "%d/%m/%Y"], time = "12:00", zone = "+02:00" }
[statement.body]
pledge = { column = "who", slug = "pledge:" }
donor = { column = "who", slug = "party:" }
amount = { value = { column = "what", number = "1,234.5", required = true }, currency = "USD" }
"""
HEADER = "who,what,when\n"


@pytest.fixture
def read(tmp_path):
    def run(content, profile=PROFILE, name="table.csv", **limits):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        chosen = parse_profile(profile, "test.toml") if profile else None
        with read_table(path, chosen, limits=Limits(**limits)) as table:
            rows = list(table)
        return rows, table.summary()

    return run


def values(rows):
    return [row.statements[0].body.amount.value for row in rows if row.statements]


def problem(row):
    assert not row.statements
    return row.problems[0]


def test_a_row_becomes_a_statement_that_cites_its_row(read, tmp_path):
    rows, summary = read(HEADER + 'Sãn "A",x,x\nNorthland,"1,000.50",2026-01-31\n')
    assert [bool(row.statements) for row in rows] == [False, True]
    statement = rows[1].statements[0].statement("example.org/p", "party:importer", 7)
    assert decode(encode(statement)) == statement
    assert (statement.party, statement.seq, statement.body.donor) == ("party:importer", 7, "party:northland")
    assert statement.body.amount.value == "1000.50"
    assert statement.occurred_at.isoformat() == "2026-01-31T12:00:00+02:00"
    assert statement.source.row == 2
    assert statement.source.sha256 == hashlib.sha256((tmp_path / "table.csv").read_bytes()).hexdigest()
    assert (summary.rows, summary.taken, summary.refused, summary.statements) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(("\ufeff" + HEADER + "a,1,2026-01-01\n").encode(), id="utf-8 with mark"),
        pytest.param((HEADER + "a,1,2026-01-01\n").encode("utf-16"), id="utf-16 with mark"),
        pytest.param(HEADER.replace(",", ";") + "a;1;2026-01-01", id="semicolon, no last line end"),
        pytest.param(HEADER.replace(",", "\t") + "a\t1\t2026-01-01\n", id="tab"),
        pytest.param((HEADER + "a,1,2026-01-01\n").replace("\n", "\r\n"), id="CRLF"),
        pytest.param(gzip.compress((HEADER + "a,1,2026-01-01\n").encode()), id="gzip"),
        pytest.param(HEADER + '\n"a","1",01/01/2026\n,,\n', id="quotes, blank rows, another form of date"),
    ],
)
def test_forms_of_csv(read, content):
    rows, summary = read(content)
    assert values(rows) == ["1"]
    assert summary.complete
    assert (summary.rows, summary.refused) == (1, 0)


@pytest.mark.parametrize(
    ("line", "message", "path"),
    [
        ("a,1", "has 2 cells", ""),
        ("a,1,2026-01-01,more", "has 4 cells", ""),
        ("a,one,2026-01-01", "“one” is not a number", "what"),
        ("a,1e5,2026-01-01", "“1e5” is not a number", "what"),
        ("a,NaN,2026-01-01", "“NaN” is not a number", "what"),
        ("a,n/a,2026-01-01", "blank", "what"),
        ("a,1,31/31/2026", "“31/31/2026” is not a date", "when"),
        ("a,1,", "no date", "when"),
        ("a,1,2206-01-01", "out of range", "when"),
        (",1,2026-01-01", "blank", "who"),
        ("!!,1,2026-01-01", "“!!” has no letter or digit", "who"),
        ("a,0.12345,2026-01-01", "finer", "$.body"),
        ('a,"1"2,2026-01-01', "not CSV", ""),
        ("a\x00,1,2026-01-01", "NUL", ""),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_the_rest_goes_on(read, line, message, path):
    rows, summary = read(f"{HEADER}a,1,2026-01-01\n{line}\nb,2,2026-01-02\n".encode())
    assert values(rows) == ["1", "2"]
    found = problem(rows[1])
    assert message in found.message
    assert (found.source, found.line) == ("table.csv", 3)
    assert found.path.startswith(path)
    assert (summary.rows, summary.taken, summary.refused) == (3, 2, 1)


def test_bytes_that_are_not_utf8_refuse_their_row_only(read):
    rows, _ = read(HEADER.encode() + b"caf\xe9,1,2026-01-01\nb,2,2026-01-02\n")
    assert values(rows) == ["2"]
    assert "not UTF-8" in problem(rows[0]).message


def test_another_encoding_can_be_named(read):
    arabic = (HEADER + "غزة,1,2026-01-01\n").encode("windows-1256")
    rows, _ = read(arabic, PROFILE.replace('blank = ["n/a"]', 'encoding = "windows-1256"'))
    assert rows[0].statements[0].body.donor == "party:" + slug("غزة")
    with pytest.raises(MalformedError, match="encoding"):
        read(arabic, PROFILE.replace('blank = ["n/a"]', 'encoding = "rot13"'))


def test_an_open_quote_costs_its_own_line_only(read):
    lines = "".join(f"p{n},{n},2026-01-01\n" for n in range(1, 3000))
    rows, summary = read(HEADER + 'bad,"1,2026-01-01\n' + lines)
    assert [bool(row.statements) for row in rows[:2]] == [False, True]
    assert (summary.taken, summary.refused, summary.complete) == (2999, 1, True)
    assert [row.source.row for row in rows[:3]] == [1, 2, 3]


def test_a_cell_may_hold_line_breaks(read):
    rows, _ = read(HEADER + '"a\nb",1,2026-01-01\nc,2,2026-01-01\n')
    assert rows[0].statements[0].body.donor == "party:a-b"
    assert values(rows) == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", MalformedError, "first row is empty"),
        (b"\n\n", MalformedError, "first row is empty"),
        (b"who,\xff\xfe,when\n", MalformedError, "first row, which names the columns.* is not UTF-8"),
        ("who,what,when\n".encode("utf-16-le"), MalformedError, "UTF-16 without its mark"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100, MalformedError, "not a workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), MalformedError, "password"),
        (b"PK\x03\x04 not a zip", MalformedError, "not a workbook"),
        (b"\x1f\x8b\x08 not gzip", MalformedError, "damaged"),
        (b"who,what\n", MalformedError, "columns that are not in this table: when"),
    ],
)
def test_a_file_that_is_no_table_is_refused_before_its_first_row(read, content, error, message):
    with pytest.raises(error, match=message) as caught:
        read(content)
    assert caught.value.problem.source == "table.csv"


def test_a_missing_file(tmp_path):
    with pytest.raises(UnknownError):
        read_table(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"file_bytes": 10}, "bytes"),
        ({"columns": 2}, "columns"),
        ({"line_chars": 8}, "a row has more than 8 characters"),
    ],
)
def test_limits_on_the_file(read, limits, message):
    with pytest.raises(LimitError, match=message):
        read(HEADER + "a,1,2026-01-01\n", **limits)


def test_limits_on_rows_cells_and_time_say_where_reading_ended(read):
    content = HEADER + "a,1,2026-01-01\n" * 10
    rows, summary = read(content, rows=3)
    assert values(rows) == ["1"] * 3
    assert "more than 3 rows; reading ended after row 4" in problem(rows[-1]).message
    assert not summary.complete
    rows, _ = read(content, seconds=-1.0)
    assert "seconds" in problem(rows[-1]).message
    rows, summary = read(HEADER + "x" * 50 + ",1,2026-01-01\nb,2,2026-01-01\n", cell_chars=20)
    assert values(rows) == ["2"]
    assert problem(rows[0]).path == "who"
    rows, _ = read(HEADER + "a,1,2026-01-01\n" + "x" * 500, line_chars=100)
    assert values(rows) == ["1"]
    assert "more than 100 characters" in problem(rows[-1]).message


def test_exactly_as_many_rows_as_allowed_are_read(read):
    rows, summary = read(HEADER + "a,1,2026-01-01\n" * 3, rows=3)
    assert values(rows) == ["1"] * 3
    assert summary.complete


def test_a_gzip_bomb_and_a_cut_gzip_end_clearly(read):
    bomb = gzip.compress(HEADER.encode() + (b"x" * 50_000 + b"\n") * 400)
    rows, summary = read(bomb, expansion=2)
    assert "unpacks to more than" in problem(rows[-1]).message
    assert not summary.complete
    whole = gzip.compress(b"".join(HEADER.encode() + b"p%d,%d,2026-01-01\n" % (n, n) for n in range(20_000)))
    rows, summary = read(whole[: len(whole) // 2])
    assert "damaged" in problem(rows[-1]).message
    assert summary.rows == len(rows) == summary.taken + summary.refused


def test_a_file_changed_while_it_is_read_is_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(HEADER + "a,1,2026-01-01\n" * 3)
    table = read_table(path, parse_profile(PROFILE, "p"))
    rows = iter(table)
    next(rows)
    with path.open("a") as file:
        file.write("b,2,2026-01-01\n")
    assert any("changed while" in one.message for row in rows for one in row.problems)
    assert not table.summary().complete


def test_memory_does_not_grow_with_the_table(tmp_path):
    def peak(count):
        path = tmp_path / f"{count}.csv"
        path.write_text(HEADER + "a,1,2026-01-01\n" * count)
        tracemalloc.start()
        with read_table(path, parse_profile(PROFILE, "p")) as table:
            for _ in table:
                pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(100)
    assert peak(3_000) < peak(500) + 200_000


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), min_size=3, max_size=3)
    )
)
def test_what_the_csv_module_writes_is_read_back(rows):
    import csv

    rows = [row for row in rows if any(row)]
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b", "c"], *rows])
    reader = Delimited(io.BufferedReader(io.BytesIO(text.getvalue().encode())), DEFAULT)
    assert [cells for _, cells in reader.rows()] == rows


@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_end_in_rows_or_a_clear_error(tmp_path_factory, data, packed):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(gzip.compress(data) if packed else data)
    try:
        with Sheet(path) as sheet:
            for _ in sheet.rows():
                pass
    except (MalformedError, LimitError):
        pass


# -- workbooks --------------------------------------------------------------------------------------------------------


def workbook(path, rows, title="data"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("notes").append(["x"])
    book.save(path)
    return path


def cells(path, **kept):
    with Sheet(path, **kept) as sheet:
        return sheet.columns, list(sheet.rows()), sheet.lost()


def test_a_workbook_gives_the_text_of_its_cells(tmp_path):
    path = workbook(
        tmp_path / "t.xlsx",
        [
            ["text", "number", "day", "moment", "truth"],
            ["غزة", 0.1, date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), True],
            ["x", 12345678901234, date(1900, 1, 1), None, False],
            [None, None, None, None, None],
            ["a_x0041_", -1.5],
        ],
    )
    columns, rows, lost = cells(path)
    assert columns == ("text", "number", "day", "moment", "truth")
    assert rows == [
        (1, ["غزة", "0.1", "2026-01-31", "2026-01-31T09:30:00", "TRUE"]),
        (2, ["x", "12345678901234", "1900-01-01", "", "FALSE"]),
        (4, ["aA", "-1.5", "", "", ""]),
    ]
    assert [str(note) for note in lost] == ["only the sheet data was read, not: notes"]
    assert cells(path, sheet="notes")[0] == ("x",)
    with pytest.raises(MalformedError, match="'other' is not a sheet of this workbook"):
        cells(path, sheet="other")


def test_a_number_with_part_of_a_coin_is_that_number_and_a_text_of_it_is_refused(tmp_path):
    path = workbook(tmp_path / "t.xlsx", [["day", "sum"], ["2026-01-31", 1.234], ["2026-01-31", "1,234"]])
    profile = """
        profile = "p"
        title = "payments"
        [read]
        sheet = "data"
        [[statement]]
        kind = "disbursement"
        occurred_at = { column = "day", date = ["%Y-%m-%d"] }
        [statement.body]
        disbursement = { template = "{sum}" }
        recipient = "fund"
        amount = { value = { column = "sum", number = "1.234,5" }, currency = "USD" }
    """
    with read_table(path, parse_profile(profile, "p")) as table:
        number, text = table
    assert [each.body.amount.value for each in number.statements] == ["1.234"]
    assert [(each.code, each.cell) for each in text.problems] == [("money.too_fine", "B3")]


def rewritten(path, part, change):
    """Return the workbook with one of its parts changed, as another program might have written it."""
    raw = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == part else data)
    path.write_bytes(raw.getvalue())
    return path


def _whole():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


ROWS: list[list[object]] = [["a", "b"], ["x", 1.5], ["y", date(2026, 1, 1)]]
WHOLE = _whole()
SHEET_PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (b"0.10000000000000001", "0.1"),
        (b"1.2700000000000000", "1.27"),
        (b"3402.55", "3402.55"),
        (b"9007199254740993", "9007199254740993"),
        (b"1E-3", "0.001"),
        (b"1.5E+5", "150000"),
    ],
)
def test_digits_of_a_number_never_pass_through_a_float(tmp_path, written, read_as):
    path = workbook(tmp_path / "t.xlsx", [["n"], [77]])
    rewritten(path, SHEET_PART, lambda data: data.replace(b"<v>77</v>", b"<v>" + written + b"</v>"))
    assert cells(path)[1] == [(1, [read_as])]


def test_formulas_errors_and_dates_before_time_are_said(tmp_path):
    path = workbook(tmp_path / "t.xlsx", [["n", "m"], ["=1+1", 1], [77, 2], [78, 3]])
    assert "formula without a saved value" in cells(path)[1][0][1][0].problem.message
    rewritten(
        path,
        SHEET_PART,
        lambda data: (
            data.replace(b"<v></v>", b"<v>2</v>")
            .replace(b"<v />", b"<v>2</v>")
            .replace(b"<v/>", b"<v>2</v>")
            .replace(b"<v>78</v>", b"<v>nan</v>")
        ),
    )
    _, rows, lost = cells(path)
    assert rows[:2] == [(1, ["2", "1"]), (2, ["77", "2"])]
    assert (rows[2][1][0].problem.values, rows[2][1][1]) == ({"read": "nan"}, "3")
    assert {note.code: count for note, count in lost.items()}["workbook.formula_value"] == 1


def test_a_workbook_that_attacks_is_refused(tmp_path):
    path = workbook(tmp_path / "t.xlsx", [["n"], ["x"]])
    evil = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(MalformedError, match="document type"):
        cells(rewritten(path, SHEET_PART, lambda _: evil))
    workbook(path, [["n"], ["x"]])
    row = b'<row r="%d"><c t="inlineStr"><is><t>' + b"x" * 30_000 + b"</t></is></c></row>"
    bomb = b"<worksheet><sheetData>" + b"".join(row % n for n in range(1, 600)) + b"</sheetData></worksheet>"
    rewritten(path, SHEET_PART, lambda _: bomb)
    _, rows, _ = cells(path, limits=Limits(expansion=2))
    assert "too much for its size" in rows[-1][1].message
    rewritten(path, SHEET_PART, lambda data: data[:100_000])
    _, rows, _ = cells(path)
    assert [number for number, _ in rows] == [1, 2, 3]
    assert rows[-1][1].values["reason"].code == "workbook.part_damaged"


@pytest.mark.parametrize("encoding", ["bogus-8", "idna", "utf-16", "punycode"])
def test_a_workbook_in_an_encoding_nobody_has_is_refused(tmp_path, encoding):
    path = workbook(tmp_path / "t.xlsx", [["n"], ["x"]])
    evil = f'<?xml version="1.0" encoding="{encoding}"?><worksheet/>'.encode()
    with pytest.raises(MalformedError, match="cannot be read"):
        cells(rewritten(path, SHEET_PART, lambda _: evil))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("part", [SHEET_PART, "xl/workbook.xml"])
@pytest.mark.parametrize("skip", [0, 4])
def test_a_workbook_whose_packing_is_damaged_is_refused(tmp_path, method, part, skip):
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as old, zipfile.ZipFile(raw, "w", method) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
        at = new.getinfo(part).header_offset + 30 + len(part)
    damaged = bytearray(raw.getvalue())
    for position in range(at + skip, at + 30):
        damaged[position] ^= 0x5A
    path = tmp_path / "t.xlsx"
    path.write_bytes(damaged)
    with pytest.raises(MalformedError):
        cells(path)


@given(st.data())
@settings(max_examples=examples(60))
def test_a_damaged_workbook_ends_in_rows_or_a_clear_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("x") / "t.xlsx"
    path.write_bytes(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        raw = bytearray(path.read_bytes())
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw)
    with contextlib.suppress(MalformedError, LimitError), Sheet(path) as sheet:
        assert all(isinstance(found, list) or found.message for _, found in sheet.rows())


@pytest.mark.parametrize(
    ("text", "read_as"),
    [("_x0041_", "A"), ("_xD800_", "_xD800_"), ("_x0000_", "_x0000_"), ("_x000A_", "\n"), ("_x", "_x")],
)
def test_escapes_in_a_workbook(tmp_path, text, read_as):
    assert cells(workbook(tmp_path / "t.xlsx", [["h"], [text]]))[1] == [(1, [read_as])]


def test_what_is_no_regular_file_is_refused(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(MalformedError, match="a pipe"):
        Sheet(tmp_path / "pipe.csv")


def test_openpyxl_and_we_read_the_same(tmp_path):
    rows = [["a", "b"], *([f"t{n}", n] for n in range(500))]
    path = workbook(tmp_path / "t.xlsx", rows)
    theirs = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    columns, ours, _ = cells(path)
    assert [list(columns), *(row for _, row in ours)] == [[str(cell) for cell in row] for row in theirs]


# -- profiles ---------------------------------------------------------------------------------------------------------


def made(value, cells=("5", " Föö  Bar ", "", "2026-01-01"), columns=("n", "name", "none", "day"), lists=None):
    return Mapper(columns, lists or {}).compile(value, "$")(cells)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("constant", "constant"),
        ({"column": "name"}, " Föö  Bar "),
        ({"column": "none"}, MISSING),
        ({"column": "none", "default": "d"}, "d"),
        ({"template": "x-{n}"}, "x-5"),
        ({"template": "x-{none}"}, MISSING),
        ({"column": "name", "slug": "party:"}, "party:foo-bar"),
        ({"column": "name", "map": "m"}, "mapped"),
        ({"column": "n", "map": "m", "otherwise": "keep"}, "5"),
        ({"column": "n", "map": "m", "otherwise": "omit"}, MISSING),
        ({"column": "n", "number": "1234.5", "scale": "1000000"}, "5000000"),
        ({"column": "n", "when": ["none"]}, MISSING),
        ({"json": {"q": {"column": "n", "number": "1234.5", "bare": True}, "x": {"column": "none"}}}, '{"q":5}'),
        ({"row": True}, {"n": "5", "name": " Föö  Bar ", "day": "2026-01-01"}),
        ([{"column": "none"}, {"a": {"column": "none"}}, "x"], ["x"]),
        ({"a": {"column": "none"}}, MISSING),
    ],
)
def test_leaves(value, expected):
    found = made(value, lists={"m": {"Föö Bar": "mapped"}})
    assert found is MISSING if expected is MISSING else found == expected


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("1,234.5", "1,234,567.80", "1234567.80"),
        ("1.234,5", "1.234,5", "1234.5"),
        ("1234,5", "12,75", "12.75"),
        ("1234.5", "007.50", "7.50"),
        ("1,234.5", "12,34", None),
        ("1.234,5", "1.5", None),
        ("1234.5", "1,5", None),
    ],
)
def test_forms_of_numbers(form, text, expected):
    leaf = Mapper(["n"], {}).compile({"column": "n", "number": form}, "$")
    if expected is None:
        with pytest.raises(MalformedError):
            leaf([text])
    else:
        assert leaf([text]) == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "pledge"', 'kind = "pledg"', "'pledg' is not a kind of statement; did you mean 'pledge'"),
        ('kind = "pledge"', 'kind = "pledge"\nwho = "x"', "no field 'who' here"),
        ('column = "what"', 'column = "wat"', "'wat' is not a column of this table; did you mean 'what'"),
        ('column = "what"', 'colum = "what"', "no field 'colum' here; did you mean 'column'"),
        ('column = "what", ', "", "not where it comes from.*column, template"),
        ("required = true", "requird = true", "no field 'requird' here; did you mean 'required'"),
        ('currency = "USD"', "currency = 1.5", "1.5 stands where a text or a table is expected"),
        ('column = "what", number', 'column = "what", map = "m", number', "no list “m”"),
        ('zone = "+02:00"', 'zone = "Mars/Base"', "time zone"),
        ('profile = "test"', 'profile = "Te st"', "is not the name of a profile"),
        ('profile = "test"', "profile = ", "not TOML"),
    ],
)
def test_a_profile_at_fault_says_where(read, old, new, message):
    with pytest.raises(MalformedError) as caught:
        read(HEADER + "a,1,2026-01-01\n", PROFILE.replace(old, new))
    assert re.search(message, caught.value.diagnostics())


def test_when_one_statement_of_a_row_fails_none_is_made(read):
    twice = PROFILE + PROFILE[PROFILE.index("[[statement]]") :].replace("pledge:", "other:").replace(
        'column = "what", number = "1,234.5"', 'column = "who", number = "1,234.5"'
    )
    rows, summary = read(HEADER + "a,1,2026-01-01\n7,2,2026-01-01\n", twice)
    assert (len(rows[0].statements), len(rows[1].statements), summary.statements) == (0, 2, 2)
    assert problem(rows[0]).path == "who"


def test_a_row_too_large_for_a_statement_is_refused(read):
    profile = PROFILE.replace("amount", 'purpose = { en = { column = "who" } }\namount')
    profile = profile.replace('{ column = "who", slug = "pledge:" }', '"p"')
    profile = profile.replace('donor = { column = "who", slug = "party:" }\n', "")
    rows, _ = read(HEADER + "x" * 9_000 + ",1,2026-01-01\n", profile)
    assert "8,000" in problem(rows[0]).message


def test_an_answer_of_fts_is_what_came_in_unless_somebody_names_another_profile():
    both = load_profile("fts-flows"), load_profile("fts-handed-on")
    assert fitting(tuple({name: None for profile in both for name in profile.recognise.columns})) is both[0]


def test_shipped_profiles_are_sound_and_found_by_their_header(tmp_path):
    assert set(shipped()) >= {"unrwa-trucks", "cairo-2014"}
    for name, profile in shipped().items():
        path = tmp_path / "t.csv"
        path.write_text(",".join(profile.recognise.columns) + "\n")
        assert recognise(path) is profile
        assert load_profile(name) is profile
        with read_table(path) as table:
            assert list(table) == []
    path.write_text("a,b\n1,2\n")
    assert recognise(path) is None
    with pytest.raises(MalformedError, match="no source that is known"):
        read_table(path)
    with pytest.raises(UnknownError, match="no profile"):
        load_profile("nothing")


def test_a_profile_of_ones_own(tmp_path):
    (tmp_path / "mine.toml").write_text(PROFILE)
    (tmp_path / "t.csv").write_text(HEADER + "a,1,2026-01-01\n")
    with read_table(tmp_path / "t.csv", tmp_path / "mine.toml") as table:
        assert values(table) == ["1"]


def test_slugs():
    assert slug("Côte d'Ivoire") == "cote-d-ivoire"
    assert slug("LOG ClUSTER") == slug("Log  Cluster") == "log-cluster"
    assert slug("وزارة الصحة") == "xn----ymcbgcxyg6a2lnb"
    assert slug("وزارة الصحة")[4:].encode().decode("punycode") == "وزارة-الصحة"
    assert len({slug(name) for name in ("\u0410gency", "Agency")}) == 2, "a Cyrillic letter makes another identifier"
    with pytest.raises(MalformedError):
        slug("--")


# -- figures ----------------------------------------------------------------------------------------------------------

FIGURES = (
    PROFILE
    + """
[custody]
waybill = "bill"
[figures]
business = ["who", "what"]
tally = ["who"]
[[figures.check]]
name = "large"
title = "large"
column = "what"
above = "10"
where = { who = "a" }
[[figures.check]]
name = "zero"
title = "zero"
column = "what"
equals = "0"
[[figures.check]]
name = "nobody"
title = "nobody"
column = "who"
missing = true
"""
)


def test_figures_count_what_is_odd_and_drop_nothing(read):
    lines = ["a,11,W1", "b,11,W2", "a,0.0,", "a,0.0,n/a", "a,11,W3", ",1,W4", "a,11,W5"]
    content = "who,what,bill,when\n" + "".join(f"{line},2026-01-01\n" for line in lines)
    rows, summary = read(content, FIGURES)
    found = {figure.name: (figure.count, figure.first) for figure in summary.figures}
    assert found == {
        "large": (3, (2, 6, 8)),
        "zero": (2, (4, 5)),
        "nobody": (1, (7,)),
        "no_custody_id": (2, (4, 5)),
        "indistinguishable": (5, (2, 4, 5, 6, 8)),
    }
    assert {figure.name: figure.share for figure in summary.figures}["large"] == "0.4286"
    assert summary.tallies["who"] == {"a": 5, "": 1, "b": 1}
    assert summary.rows == 7
    assert [bool(row.notes) for row in rows] == [False, False, True, True, False, False, False]
    assert share(1, 3) == "0.3333"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12")), max_size=40))
def test_indistinguishable_rows_are_those_that_share_with_another(pairs):
    figures = Figures(parse_profile(FIGURES, "p"), ["who", "what", "bill", "when"])
    for number, (who, what) in enumerate(pairs, 1):
        figures.look(number, [who, what, "", ""])
        figures.count(1)
    expected = sum(pairs.count(pair) > 1 for pair in pairs)
    counted = {figure.name: figure.count for figure in figures.summary().figures}["indistinguishable"]
    assert counted == expected


def test_every_shipped_profile_names_its_source_and_its_caution():
    assert all(profile.caution and profile.attribution for profile in shipped().values())


def test_the_profile_in_the_documentation_does_what_it_says(read):
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "bring-a-table.md").read_text(encoding="utf-8")
    profile, table = (re.search(rf"```{form}\n([^`]*Zement[^`]*)```", page).group(1) for form in ("toml", "csv"))
    rows, summary = read(table, profile)
    assert [bool(row.statements) for row in rows] == [True, True, False]
    event = read_event(rows[0].statements[0].body.event)
    assert (event.elements[0].quantity, event.transaction("desadv")) == ("24.5", "W-17")
    assert [bool(row.notes) for row in rows] == [False, True, False]
    assert problem(rows[2]).message == "“Fuhre” is not in the list units"
    assert problem(rows[2]).path == "Unit"
    assert {figure.name: figure.count for figure in summary.figures}["indistinguishable"] == 2


def test_the_columns_of_a_delivery_in_the_documentation_do_what_it_says(read):
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "bring-a-table.md").read_text(encoding="utf-8")
    profile = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    fields = re.findall(r"^\| (to|from|carrier|complete) \|", page, re.MULTILINE)
    assert len(fields) == 4
    lines = "\n".join(f'{name} = "{name.capitalize()}"' for name in fields if name != "from")
    profile = profile.replace('what = "receipt"', f'what = "receipt"\n{lines}')
    rows, _ = read(
        "Date;Waybill;Item;Qty;Unit;From;To;Carrier;Complete\n"
        "03.04.2026;W-3;Zement;40;to;depot;poplar;lark;true\n"
        "04.04.2026;W-3;Zement;5;to;;;;\n",
        profile,
    )
    named, blank = (read_event(row.statements[0].body.event) for row in rows)
    assert _ends(named) == ("party:depot", "party:poplar", "party:lark", "counted")
    assert _ends(blank) == (None, None, None, "")


def _ends(event):
    ends = (event.end(which, "possessing_party") for which in ("source", "destination"))
    return *ends, event.carrier, event.complete
