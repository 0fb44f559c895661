"""Cells of workbooks as many programs write them: each is what it shows, or is refused."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from enduse.exchange.tables.sheet import Sheet

SHEET = "xl/worksheets/sheet1.xml"


def rows_of(path):
    with Sheet(path) as sheet:
        return [cells for _, cells in sheet.rows()]


@pytest.fixture
def cell(tmp_path):
    """Read the one cell below a header: as a program wrote it, in XML, or as a number in a format."""

    def read(written=None, *, number=None, form=None, builtin=None, change=lambda parts: parts):
        book = openpyxl.Workbook()
        book.worksheets[0].append(["No", "Cell"])
        book.worksheets[0].append(["a", number or "CELL"])
        if form is not None:
            book.worksheets[0]["B2"].number_format = form
        raw, path = io.BytesIO(), tmp_path / "t.xlsx"
        book.save(raw)
        with zipfile.ZipFile(raw) as old:
            parts = {name: old.read(name).decode() for name in old.namelist()}
        if written is not None:
            head, _, rest = parts[SHEET].partition('<c r="B2"')
            parts[SHEET] = head + written + rest.partition("</c>")[2]
        if builtin is not None:
            style = parts["xl/styles.xml"]
            inside = style.index("<cellXfs")
            at = style.rindex('numFmtId="', inside, style.index("</cellXfs>")) + len('numFmtId="')
            parts["xl/styles.xml"] = f"{style[:at]}{builtin}{style[style.index(chr(34), at) :]}"
        with zipfile.ZipFile(path, "w") as new:
            for name, text in change(parts).items():
                new.writestr(name, text)
        return rows_of(path)[0][1]

    return read


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('<c r="B2" t="inlineStr"><is><t>plain</t></is></c>', "plain"),
        ('<c r="B2" t="inlineStr"><is><r><t>Ce</t></r><r><rPr><b/></rPr><t>ment</t></r></is></c>', "Cement"),
        ('<c r="B2" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>', "東京"),
        ('<c r="B2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', "ab"),
        ('<c r="B2" t="str"><v>ab</v></c>', "ab"),
        ('<c r="B2"><f t="shared" ref="B2:B9" si="0">1+1</f><v>2</v></c>', "2"),
        ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', "2"),
        ('<c r="B2"><f t="array" ref="B2">SUM(A1:A2)</f><v>2.50</v></c>', "2.5"),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="B2" t="b"><v>true</v></c>', "TRUE"),
        ('<c r="B2" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="B2" t="b"><v>false</v></c>', "FALSE"),
        ('<c r="B2" t="d"><v>2025-03-04</v></c>', "2025-03-04"),
        ('<c r="B2" t="n"><v>1.2E3</v></c>', "1200"),
        ('<c r="B2"><v>0.1</v></c>', "0.1"),
        ('<c r="B2"><v>0.30000000000000004</v></c>', "0.3"),
        ("<c><v>7</v></c>", "7"),
        ('<c r="B2" t="inlineStr"><is><t>a_x000D_\nb_x005F_x0041_</t></is></c>', "a\r\nb_x0041_"),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_shows(cell, written, text):
    assert cell(written) == text


@pytest.mark.parametrize(
    "form",
    ["0%", "0.00%", "# ?/?", "#,##0.00_);[Red](#,##0.00)", "[$€-2] #,##0", '_-* #,##0.00 "kr."_-', "0.00E+00", "@", '"Day "0',
     "[>=1000]#,##0;0", '0 "m"', "0.0 m", "[h]:mm", "[mm]:ss", "mm:ss", '#,##0 "dy"', "[DBNum1]0", "[Black]0"],
)  # fmt: skip
def test_a_number_is_that_number_in_any_format(cell, form):
    assert cell(number=45292.5, form=form) == "45292.5"


@pytest.mark.parametrize(
    "form", ["mmmm", "mmm", "mmm-yy", "yyyy", "d", "[$-409]d-mmm-yy;@", "[$-F800]dddd, mmmm dd, yyyy", "[$-411]ge.m.d", "h AM/PM",
             'ggge"年"m"月"d"日"', "dd/mm/yyyy hh:mm"]
)  # fmt: skip
def test_a_day_is_that_day_in_any_format(cell, form):
    assert cell(number=45292.5, form=form) == "2024-01-01T12:00:00"


@pytest.mark.parametrize(
    ("builtin", "text"),
    [(9, "1.5"), (12, "1.5"), (37, "1.5"), (44, "1.5"), (49, "1.5"), (45, "1.5"), (46, "1.5"), (47, "1.5"),
     (14, "1900-01-01T12:00:00"), (22, "1900-01-01T12:00:00"), (27, "1900-01-01T12:00:00"), (57, "1900-01-01T12:00:00")],
)  # fmt: skip
def test_formats_that_every_workbook_has(cell, builtin, text):
    assert cell(number=1.5, form="0.0000", builtin=builtin) == text


def test_how_long_something_took_is_no_day(cell):
    assert cell(number=45292, form="0.0000", builtin=46) == cell(number=45292, form="[h]:mm:ss") == "45292"


def test_a_cell_that_names_no_style_has_the_first(cell):
    def first_is_a_date(parts):
        parts["xl/styles.xml"] = parts["xl/styles.xml"].replace('<xf numFmtId="0"', '<xf numFmtId="14"')
        return parts

    assert cell('<c r="B2"><v>45292</v></c>', change=first_is_a_date) == "2024-01-01"


def test_a_sheet_that_is_a_chart_is_no_table(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["No", "Sum"])
    book.worksheets[0].append(["a", 5])
    chart = book.create_chartsheet("Chart", 0)
    bars = BarChart()
    bars.add_data(Reference(book["Sheet"], min_col=2, min_row=1, max_row=2))
    chart.add_chart(bars)
    book.save(tmp_path / "t.xlsx")
    assert rows_of(tmp_path / "t.xlsx") == [["a", "5"]]
