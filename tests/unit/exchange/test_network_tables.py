"""Plain tables of a network: every row is used, or told with its file and line; none is lost, and none ends the run."""

import csv
import io
import math

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numpy")

from enduse.assurance.readings import MOST_QUANTITY
from enduse.assurance.tables.plain_tables import read_tables
from enduse.errors import MalformedError, UnknownError
from enduse.exchange import network
from support.examples import examples

NODES = (["node", "kind"], [["d", "donor"], ["w", "warehouse"], ["a", "site"]])
LINKS = (["link", "from_node", "to_node"], [["dw", "d", "w"], ["wa", "w", "a"]])
SCALES = (["instrument", "random_sd", "systematic_sd"], [["sd", "0.005", "0.003"], ["sw", "0.01", "0"]])
HEAD = ["reading", "period", "material", "kind", "link", "node", "quantity", "instrument", "calibration"]
READINGS = [
    [f"r{period}{kind}{link}", str(period), "cement", kind, link, "", "100", "sd", ""]
    for period in (1, 2, 3)
    for link in ("dw", "wa")
    for kind in ("shipped", "received")
] + [
    ["c1", "2", "cement", "closing_stock", "", "w", "40", "sw", "k2"],
    ["u1", "3", "cement", "used", "", "a", "9", "sw", ""],
]


def folder_of(path, **tables):
    path.mkdir(exist_ok=True)
    named = {"nodes": NODES, "links": LINKS, "instruments": SCALES, "readings": (HEAD, READINGS), **tables}
    for name, (head, rows) in named.items():
        with (path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([head, *rows])
    return path


def read(path):
    tables = network.NetworkTables(path)
    got = read_tables(tables.rows())
    return got.readings, [tables.placed(problem) for problem in got.problems]


def edited(at, column, value):
    rows = [list(row) for row in READINGS]
    rows[at][HEAD.index(column)] = value
    return HEAD, rows


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("quantity", "1e200", "assurance.quantity_too_large"),
        ("quantity", "inf", "assurance.quantity"),
        ("period", str(2**31), "assurance.period"),
        ("period", "9000", "assurance.period_apart"),
        ("kind", "recieved", "assurance.kind_unknown"),
        ("material", "\u200b", "assurance.no_material"),
        ("instrument", "", "assurance.no_such"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_file_and_line(tmp_path, column, value, code):
    readings, problems = read(folder_of(tmp_path, readings=edited(4, column, value)))
    assert len(readings) == len(READINGS) - 1
    assert [(one.source, one.line, one.path, one.code) for one in problems] == [("readings.csv", 6, column, code)]
    assert readings.periods == 3


@pytest.mark.parametrize("quantity", [2**31, 2**63, 2**64 + 1, 10**30])
def test_no_quantity_is_too_many_digits_for_a_machine_word(tmp_path, quantity):
    readings, problems = read(folder_of(tmp_path, readings=edited(0, "quantity", str(quantity))))
    assert problems == []
    assert readings.quantity[0] == pytest.approx(quantity)


def test_a_mistyped_kind_of_a_node_is_told_of_all_that_hangs_on_it(tmp_path):
    nodes = (NODES[0], [["d", "donor"], ["w", "warehose"], ["a", "site"]])
    _, problems = read(folder_of(tmp_path, nodes=nodes))
    assert [(one.source, one.line, one.code) for one in problems[:3]] == [
        ("nodes.csv", 3, "assurance.kind_unknown"),
        ("links.csv", 2, "assurance.row_refused"),
        ("links.csv", 3, "assurance.row_refused"),
    ]
    of_readings = [one for one in problems if one.source == "readings.csv"]
    assert len(of_readings) == len(READINGS) - 1, "all but the one of a site"
    assert {one.code for one in of_readings} == {"assurance.row_refused"}


def test_spellings_that_a_reader_takes_for_one_are_one(tmp_path):
    rows = [list(row) for row in READINGS]
    for row, material, link in zip(
        rows, ["Cement ", "cement", "CEMENT", "ce\u200fment"], ["DW", " dw", "dw", "Wa"], strict=False
    ):
        row[HEAD.index("material")], row[HEAD.index("link")] = material, link
    readings, problems = read(folder_of(tmp_path, readings=(HEAD, rows)))
    assert problems == []
    assert readings.materials == ("Cement",)
    assert readings.place.tolist()[:4] == [0, 0, 0, 1]


def test_materials_that_are_mixed_are_counted_together_by_their_yield(tmp_path):
    rows = [list(row) for row in READINGS]
    rows[1][HEAD.index("material")] = "concrete"
    pooled = (["material", "counted_as", "factor"], [["cement", "Concrete", "3.1"]])
    readings, problems = read(folder_of(tmp_path, readings=(HEAD, rows), materials=pooled))
    assert problems == []
    assert readings.materials == ("Concrete",)
    assert readings.quantity.tolist()[:3] == [310.0, 100.0, 310.0]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_whatever_lies_between(tmp_path):
    folder = folder_of(tmp_path)
    lines = (folder / "readings.csv").read_text(encoding="utf-8").splitlines()
    broken = [
        lines[0],
        "",
        *lines[1:3],
        ",,,,,,,,",
        '"many\nlines",1,cement,shipped,dw,,5,sd,',
        "x,1,cement,lost,dw,,5,sd,",
    ]
    (folder / "readings.csv").write_text("\n".join(broken), encoding="utf-8")
    readings, problems = read(folder)
    assert len(readings) == 3
    assert [(one.line, one.path) for one in problems] == [(7, "kind")]


def test_a_number_that_a_comma_cuts_in_two_is_told_and_not_taken_for_its_first_digits(tmp_path):
    folder = folder_of(tmp_path)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("big,1,cement,closing_stock,,w,1,200,sd,k1\n")
    assert [one.code for one in read(folder)[1]] == ["assurance.cells_beyond"]


def test_two_columns_of_one_name_are_refused(tmp_path):
    head = ["node", "kind", " Kind"]
    with pytest.raises(MalformedError) as refused:
        read(folder_of(tmp_path, nodes=(head, [["d", "donor", "site"]])))
    assert refused.value.problem.code == "network.columns_twice"


def test_an_empty_table_is_told_to_be_empty_with_its_columns(tmp_path):
    (folder_of(tmp_path) / "checks.csv").write_text("")
    with pytest.raises(MalformedError) as refused:
        read(tmp_path)
    assert refused.value.problem.code == "network.table_empty"
    assert "check" in str(refused.value.problem.values["columns"])


def test_a_stock_of_a_donor_is_told_to_be_looked_at_by_nobody(tmp_path):
    rows = [*READINGS, ["c2", "2", "cement", "closing_stock", "", "d", "40", "sw", ""]]
    assert [(one.line, one.code) for one in read(folder_of(tmp_path, readings=(HEAD, rows)))[1]] == [
        (16, "assurance.donor_keeps_none")
    ]


def test_a_mistyped_column_is_refused_with_the_one_that_was_meant(tmp_path):
    head = [{"calibration": "calibraton"}.get(name, name) for name in HEAD]
    with pytest.raises(MalformedError) as refused:
        read(folder_of(tmp_path, readings=(head, READINGS)))
    problem = refused.value.problem
    assert (problem.code, problem.source, problem.values["nearest"]) == (
        "network.column_mistyped",
        "readings.csv",
        "calibration",
    )


def test_columns_that_are_not_used_are_told_those_that_may_be_meant_with_the_right_name(tmp_path):
    head = [*HEAD, "waybill", "received_by", "driver"]
    rows = [[*row, "", "", ""] for row in READINGS]
    tables = network.NetworkTables(folder_of(tmp_path, readings=(head, rows)))
    assert read_tables(tables.rows()).problems == ()
    assert [(note.code, note.values.get("nearest"), note.values.get("columns")) for note in tables.notes] == [
        ("network.column_like", "consignment", None),
        ("network.column_like", "received_on", None),
        ("network.columns_unused", None, ["driver"]),
    ]


def test_files_called_like_a_table_that_are_not_read_are_told(tmp_path):
    folder = folder_of(tmp_path)
    (folder / "readings (2).csv").write_bytes((folder / "readings.csv").read_bytes())
    (folder / "notes.csv").write_text("what\nnothing\n", encoding="utf-8")
    assert [(note.code, note.values["files"]) for note in network.NetworkTables(folder).notes] == [
        ("network.files_unread", ["readings (2).csv"])
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (";", "windows-1256"), ("|", "utf-8")]
)
def test_a_table_is_read_however_a_spreadsheet_saved_it(tmp_path, delimiter, encoding):
    plain, _ = read(folder_of(tmp_path))
    rows = [list(row) for row in READINGS]
    for row in rows:
        row[HEAD.index("quantity")] += ",5"
        row[HEAD.index("material")] = "أسمنت"
    with (tmp_path / "readings.csv").open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([["Deliveries 2026"], HEAD, *rows])
    readings, problems = read(tmp_path)
    assert problems == []
    assert readings.materials == ("أسمنت",)
    assert readings.quantity.tolist() == [one + 0.5 for one in plain.quantity.tolist()]


def test_arabic_digits_are_digits_in_days_and_quantities(tmp_path):
    def arabic(number, zero=0x660):
        return "".join(chr(zero + int(digit)) for digit in str(number))

    day = f"{arabic(2026)}-{arabic('03')}-{arabic('03')}"
    head = ["dispatched_on" if name == "calibration" else name for name in HEAD]
    rows = [list(row) for row in READINGS]
    rows[0][HEAD.index("quantity")], rows[0][HEAD.index("period")] = f"{arabic(123)}\u066b{arabic(5)}", day
    rows[1][HEAD.index("quantity")], rows[1][HEAD.index("period")] = arabic(123, zero=0x6F0), arabic(1)
    rows[0][-1], rows[-1][-1], rows[-2][-1] = day, "", ""
    readings, problems = read(folder_of(tmp_path, readings=(head, rows)))
    assert problems == []
    assert readings.quantity.tolist()[:2] == [123.5, 123.0]


@pytest.mark.parametrize(
    ("delimiter", "quantity", "code"),
    [
        (";", "1,200", "assurance.number_two_ways"),
        (";", "1.200", "assurance.number_two_ways"),
        (",", "1,200", "assurance.number_two_ways"),
        (",", "1.200", None),
        (";", "1.200,5", None),
    ],
)
def test_a_quantity_that_may_be_a_thousand_times_as_large_is_not_guessed(tmp_path, delimiter, quantity, code):
    folder_of(tmp_path)
    with (tmp_path / "readings.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEAD, *edited(0, "quantity", quantity)[1]])
    readings, problems = read(tmp_path)
    assert [one.code for one in problems] == ([code] if code else [])
    assert readings.quantity[0] == (100.0 if code else 1200.5 if "5" in quantity else 1.2)


def test_one_workbook_with_a_sheet_for_each_table_will_do(tmp_path):
    book = openpyxl.Workbook()
    for name, (head, rows) in {
        "Nodes": NODES,
        "links": LINKS,
        "instruments": SCALES,
        "Readings": (HEAD, READINGS),
    }.items():
        sheet = book.create_sheet(name)
        for row in [head, *rows]:
            sheet.append([float(cell) if cell[:1].isdigit() else cell for cell in row])
    del book["Sheet"]
    book.save(tmp_path / "campaign.xlsx")
    for path in (tmp_path, tmp_path / "campaign.xlsx"):
        assert network.is_network(path)
        readings, problems = read(path)
        assert (problems, len(readings)) == ([], len(READINGS))
    (tmp_path / "other.txt").write_text("not one of them", encoding="utf-8")
    assert network.is_network(tmp_path)


def test_a_table_that_is_not_there_is_told_with_the_files_that_are(tmp_path):
    folder_of(tmp_path)
    (tmp_path / "instruments.csv").rename(tmp_path / "scales.csv")
    with pytest.raises(UnknownError) as refused:
        read(tmp_path)
    assert refused.value.problem.values["table"] == "instruments"
    assert "scales.csv" in str(refused.value.problem.values["there"])


CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "0", "1", "-1", "1e309", "1e200", "nan", "9000", "1_0", "d", "W", "wa", "SHIPPED", "closing stock"]
    ),
    st.floats().map(str),
    st.integers().map(str),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["nodes", "links", "instruments", "readings"]), st.integers(0, 99), st.integers(0, 9), CELLS
    ),
    max_size=6,
)


@settings(max_examples=examples(150), deadline=None)
@given(edits=EDITS)
def test_whatever_stands_in_the_cells_each_row_is_used_or_told(tmp_path_factory, edits):
    tables = {
        name: (list(head), [list(row) for row in rows])
        for name, (head, rows) in {
            "nodes": NODES,
            "links": LINKS,
            "instruments": SCALES,
            "readings": (HEAD, READINGS),
        }.items()
    }
    for name, line, column, cell in edits:
        rows = tables[name][1]
        row = rows[line % len(rows)]
        row[column % len(row) :] = (
            [cell, *row[column % len(row) + 1 :]] if column < 9 else [*row[column % len(row) :], cell]
        )
    folder = folder_of(tmp_path_factory.mktemp("fuzz"), **tables)
    offered = {}
    for name in tables:
        text = (folder / f"{name}.csv").read_bytes().decode()
        reader = csv.reader(io.StringIO(text, newline=""))
        offered[name] = [row for row, cells in enumerate(reader, 1) if any(cell.strip() for cell in cells)][1:]
    readings, problems = read(folder)
    told = [(one.source, one.line) for one in problems]
    assert len(set(told)) == len(told)
    assert all(line in offered[source.removesuffix(".csv")] for source, line in told)
    assert len(readings) + sum(source == "readings.csv" for source, _ in told) == len(offered["readings"])
    assert all(0 <= one <= MOST_QUANTITY and math.isfinite(one) for one in readings.quantity.tolist())


def test_kinds_go_by_what_people_call_them_and_errors_by_per_cent(tmp_path):
    rows = [list(row) for row in READINGS]
    common = {"shipped": "Sent", "received": "delivered", "closing_stock": "Closing balance", "used": "handed out"}
    for row in rows:
        row[HEAD.index("kind")] = common[row[HEAD.index("kind")]]
    scales = (SCALES[0], [["sd", "0.5%", "0.3 %"], ["sw", "1%", "0"]])
    tables = network.NetworkTables(folder_of(tmp_path, readings=(HEAD, rows), instruments=scales))
    got, plain = read_tables(tables.rows()), read_tables(network.NetworkTables(folder_of(tmp_path / "plain")).rows())
    assert got.problems == ()
    assert got.readings.kind.tolist() == plain.readings.kind.tolist()
    assert [one.random_sd for one in got.errors.instruments] == [0.005, 0.01]


def test_a_way_whose_ends_write_tonnes_and_kilogrammes_is_told_and_accuses_nobody(tmp_path):
    rows = [list(row) for row in READINGS]
    for row in rows:
        if row[HEAD.index("kind")] == "received" and row[HEAD.index("link")] == "wa":
            row[HEAD.index("quantity")] = "101000"
    got = read_tables(network.NetworkTables(folder_of(tmp_path, readings=(HEAD, rows))).rows())
    assert [(one.code, one.values["link"]) for one in got.problems] == [("assurance.other_unit", "wa")]


def test_materials_that_are_spelt_much_alike_are_told(tmp_path):
    rows = [list(row) for row in READINGS]
    rows[-1][HEAD.index("material")] = "cements"
    got = read_tables(network.NetworkTables(folder_of(tmp_path, readings=(HEAD, rows))).rows())
    assert [(one.code, one.values["name"], one.values["other"]) for one in got.notes] == [
        ("assurance.materials_alike", "cements", "cement")
    ]


def test_what_stands_before_decimals_in_the_errors_of_instruments_does_so_in_tables_saved_with_tabs(tmp_path):
    folder_of(tmp_path)
    (tmp_path / "readings.csv").unlink()
    with (tmp_path / "readings.txt").open("w", newline="", encoding="utf-16") as file:
        csv.writer(file, delimiter="\t").writerows([HEAD, *edited(0, "quantity", "200.095")[1]])
    readings, problems = read(tmp_path)
    assert problems == []
    assert readings.quantity[0] == 200.095
