"""Tables out: exact, whole or not at all, and nothing in them runs."""

import csv
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import LimitError
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.writing import safe, write_csv, write_xlsx


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+1 (555)", "'+1 (555)"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("-5.20", "-5.20"),
        (-5, "-5"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.10"), "-0.10"),
        (None, ""),
        ("plain", "plain"),
        ("غزة", "غزة"),
    ],
)
def test_a_cell_never_runs(cell, text):
    assert safe(cell) == text


@given(st.text(max_size=20))
def test_no_text_begins_like_a_formula_unless_it_is_a_number(text):
    written = safe(text)
    assert not written.startswith(("=", "+", "@")), written
    if written.startswith("-"):
        Decimal(written)


ROWS: list[list[str | int | Decimal | None]] = [
    ["a", Decimal("0.10"), "=cmd()"],
    ["غزة", 123456789012345678, None],
    ["line\nbreak", -5, 'q"'],
]


def test_csv_out_and_in(tmp_path):
    path = tmp_path / "out.csv"
    assert write_csv(path, ["text", "n", "note"], ROWS) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with Sheet(path) as sheet:
        assert sheet.columns == ("text", "n", "note")
        assert [cells for _, cells in sheet.rows()] == [
            ["a", "0.10", "'=cmd()"],
            ["غزة", "123456789012345678", ""],
            ["line\nbreak", "-5", 'q"'],
        ]
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_xlsx_out_and_in(tmp_path):
    path = tmp_path / "out.xlsx"
    assert write_xlsx(path, ["text", "n", "note"], [*ROWS, ["bad\x01char", "9007199254740993.5", ""]], title="a/b") == 4
    with Sheet(path) as sheet:
        assert [cells for _, cells in sheet.rows()] == [
            ["a", "0.1", "'=cmd()"],
            ["غزة", "123456789012345678", ""],
            ["line\nbreak", "-5", 'q"'],
            ["bad\ufffdchar", "9007199254740993.5", ""],
        ]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["a b"]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def rows():
        yield ["a"]
        raise ZeroDivisionError

    for write in (write_csv, write_xlsx):
        with pytest.raises(ZeroDivisionError):
            write(path, ["x"], rows())
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]
    with pytest.raises(LimitError, match="characters"):
        write_xlsx(path, ["x"], [["y" * 40_000]])


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=2, max_size=2)
    )
)
def test_what_is_written_is_csv(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(path, ["a", "b"], rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [[safe(cell) for cell in row] for row in rows]
