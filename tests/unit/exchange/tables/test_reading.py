"""No cell is misread in silence: what a cell is, which digits an identifier keeps, which day a date is."""

import csv
import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from enduse.errors import LimitError, MalformedError
from enduse.exchange.tables import read_table, recognise, shipped
from enduse.exchange.tables.leaf import slug
from enduse.exchange.tables.mapping import Mapper
from enduse.exchange.tables.merged import cell_name, column_of
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.sheet import Sheet

PROFILE = """
profile = "harbour"
title = "What a harbour office pays"
[recognise]
columns = ["No", "Day", "Sum", "Payer"]
[[statement]]
kind = "disbursement"
occurred_at = {{ column = "Day", date = {forms}, time = "12:00", zone = "{zone}", required = true }}
[statement.body]
disbursement = {{ column = "No", slug = "pay:" }}
donor = {{ column = "Payer" }}
recipient = "party:harbour"
amount = {{ value = {{ column = "Sum", number = "{style}", required = true }}, currency = "CLF" }}
"""
HEADER = ["No", "Day", "Sum", "Payer"]


def arabic(text):
    """Text in ASCII as an Arabic keyboard writes it: digits, thousands, decimals."""
    return text.translate(
        dict(zip(map(ord, "0123456789,."), [*map(chr, range(0x660, 0x66A)), "\u066c", "\u066b"], strict=True))
    )


def persian(text):
    """Text in ASCII as a Persian keyboard writes it."""
    return arabic(text).translate({0x660 + digit: chr(0x6F0 + digit) for digit in range(10)})


def profile(style="1,234.5", forms='["%Y-%m-%d"]', zone="UTC"):
    return parse_profile(PROFILE.format(style=style, forms=forms, zone=zone), "harbour.toml")


def text_of(*rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue()


@pytest.fixture
def read(tmp_path):
    def run(content, **reading):
        path = tmp_path / "table.csv"
        if isinstance(content, str | bytes):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            path = tmp_path / "table.xlsx"
            content.save(path)
        with read_table(path, profile(**reading)) as table:
            return list(table), table.summary()

    return run


def book_of(*rows, formats=()):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER, *rows):
        sheet.append(row)
    for cell, form in formats:
        sheet[cell].number_format = form
    return book


def sums(rows):
    return [row.statements[0].body.amount.value for row in rows if row.statements]


def names(rows):
    return [row.statements[0].body.disbursement for row in rows if row.statements]


def faults(rows):
    return [(problem.code, problem.line, problem.path) for row in rows for problem in row.problems]


# -- numbers and dates of a workbook ----------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["1234.5", "1,234.5", "1.234,5", "1234,5"])
def test_a_number_cell_is_that_number_whatever_style_texts_have(read, style):
    rows, _ = read(book_of(["a", "2026-02-01", 2.125, "p"], ["b", "2026-02-01", 12000, "p"]), style=style)
    assert sums(rows) == ["2.125", "12000"]


def test_a_text_beside_an_equal_number_is_read_in_its_style(read):
    rows, _ = read(book_of(["a", "2026-02-01", 2.125, "p"], ["b", "2026-02-01", "2.125", "p"]), style="1.234,5")
    assert sums(rows) == ["2.125", "2125"]


def test_a_date_cell_is_that_date_whatever_form_texts_have(read):
    book = book_of(
        ["a", date(2026, 3, 8), 1, "p"], ["b", datetime(2026, 3, 8, 9, 30), 1, "p"], ["c", "08.03.2026", 1, "p"]
    )
    rows, _ = read(book, forms='["%d.%m.%Y"]')
    assert [row.statements[0].occurred_at.isoformat() for row in rows] == [
        "2026-03-08T12:00:00+00:00",
        "2026-03-08T09:30:00+00:00",
        "2026-03-08T12:00:00+00:00",
    ]


def test_a_clock_face_is_no_date(read):
    book = book_of(["a", 0.5, 1, "p"], formats=[("B2", "hh:mm")])
    assert faults(read(book)[0]) == [("cell.not_a_date", 2, "Day")]


@pytest.mark.parametrize("form", ["#,##0.00_d", "#,##0_y;(#,##0)", '* #,##0.00" d"', "_-* #,##0.00\\ _h_m_-", "0.0\\d"])
def test_a_format_that_pads_or_writes_letters_shows_no_date(read, form):
    assert sums(read(book_of(["a", "2026-02-01", 1414.5, "p"], formats=[("C2", form)]))[0]) == ["1414.5"]


# -- cells nobody reads -----------------------------------------------------------------------------------------------


def broken(path, *faulty):
    """A workbook with a column "Check" that no profile reads; its cells, by row, hold an error or an unsaved formula."""
    book = openpyxl.Workbook()
    for row in ([*HEADER, "Check"], ["a", "2026-02-01", 1, "p", 0], ["b", "2026-02-01", 2, "p", 0]):
        book.worksheets[0].append(row)
    for cell, value in faulty:
        book.worksheets[0][cell] = value
    book.save(path)
    return path


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "=A2&B2"])
def test_a_cell_that_cannot_be_read_takes_no_row_away_that_does_not_need_it(tmp_path, value):
    with read_table(broken(tmp_path / "t.xlsx", ("E2", value), ("G3", value)), profile()) as table:
        assert sums(list(table)) == ["1", "2"]
        assert {note.code: count for note, count in table.summary().lost.items()}["workbook.faulty_cell"] == 2


@pytest.mark.parametrize(("cell", "column"), [("C2", "Sum"), ("A2", "No"), ("B2", "Day"), ("D2", "Payer")])
@pytest.mark.parametrize(("value", "code"), [("#DIV/0!", "cell.error"), ("=1+1", "cell.formula_unsaved")])
def test_a_row_that_needs_it_is_refused_with_sheet_row_and_column(tmp_path, cell, column, value, code):
    with read_table(broken(tmp_path / "t.xlsx", (cell, value)), profile()) as table:
        rows = list(table)
    assert faults(rows) == [(code, 2, column)]
    assert rows[0].problems[0].sheet == "Sheet"
    assert sums(rows) == ["2"]


def test_a_row_of_unsaved_formulas_is_refused_and_not_passed_over(tmp_path):
    faulty = [(f"{letter}2", "=Z1") for letter in "ABCD"]
    with read_table(broken(tmp_path / "t.xlsx", *faulty), profile()) as table:
        assert [bool(row.problems) for row in table] == [True, False]


def test_an_error_stands_as_written_where_the_whole_row_is_kept(tmp_path):
    with Sheet(broken(tmp_path / "t.xlsx", ("E2", "#N/A"))) as sheet:
        leaf = Mapper(sheet.columns, {}).compile({"row": True}, "$")
        assert [leaf(cells)["Check"] for _, cells in sheet.rows() if isinstance(cells, list)] == ["#N/A", "0"]


# -- identifiers ------------------------------------------------------------------------------------------------------


def written(path, **values):
    """A workbook whose number cells hold exactly the given digits, as another program wrote them."""
    book = book_of(*[[name, "2026-02-01", 1, "p"] for name in values])
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                for at, digits in enumerate(values.values(), 2):
                    data = re.sub(
                        rf'<c r="A{at}"[^>]*>.*?</c>'.encode(), f'<c r="A{at}"><v>{digits}</v></c>'.encode(), data
                    )
            new.writestr(info, data)
    return path


def test_whole_numbers_keep_every_digit_a_double_keeps(tmp_path):
    path = written(tmp_path / "t.xlsx", a="7300112233445561", b="7.300112233445562E15", c="8.8E+3")
    with read_table(path, profile()) as table:
        assert names(list(table)) == ["pay:7300112233445561", "pay:7300112233445562", "pay:8800"]
        assert not table.summary().lost


def test_an_identifier_with_more_digits_than_a_double_keeps_is_refused(tmp_path):
    with read_table(written(tmp_path / "t.xlsx", a="9007199254740993", b="1.2345678901234567E+20"), profile()) as table:
        assert faults(table) == [("cell.identifier_rounded", 2, "No"), ("cell.identifier_rounded", 3, "No")]


@pytest.mark.parametrize("text", ["7.30011E+15", "7,3E+15", "1E+20", "-7.3E+12", " 7.30011e+15 "])
def test_an_identifier_that_a_spreadsheet_shortened_is_refused(read, text):
    rows, _ = read(text_of([text, "2026-02-01", 1, "p"], ["7E15", "2026-02-01", 2, "p"], ["a", "2026-02-01", 3, text]))
    assert faults(rows) == [("cell.identifier_scientific", 2, "No"), ("cell.identifier_scientific", 4, "Payer")]
    assert names(rows) == ["pay:7e15"], "a batch number is left alone"


@pytest.mark.parametrize(
    "typed",
    [
        arabic("KQ-409"),
        persian("KQ-409"),
        "KQ-409\u200f",
        "\u202aKQ-409\u202c",
        "\ufeffKQ-4\u200b09",
        " KQ-409 ",
        *(f"KQ{dash}409" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"),
    ],
)
def test_an_identifier_is_the_same_from_any_keyboard(read, typed):
    rows, _ = read(
        text_of(["a", "2026-02-01", 1, "KQ-409"], ["b", "2026-02-01", 1, typed], [typed, "2026-02-01", 1, "p"])
    )
    assert [row.statements[0].body.donor for row in rows[:2]] == ["KQ-409", "KQ-409"]
    assert names(rows)[2] == "pay:kq-409"


def test_what_was_changed_in_an_identifier_is_told_for_every_row(read):
    rows, _ = read(
        text_of(
            *[
                [f"n{at}", "2026-02-01", 1, text]
                for at, text in enumerate(["K1\u200f", "K1\u200f", arabic("K1"), "K1", "K\u20131"])
            ]
        )
    )
    assert [[note.code for note in row.notes] for row in rows] == [
        ["cell.marks_removed"],
        ["cell.marks_removed"],
        ["cell.digits_read"],
        [],
        ["cell.dashes_read"],
    ]
    assert rows[0].notes[0].values == {"column": "Payer", "marks": ["U+200F"]}


def test_a_text_of_several_words_stays_as_it_was_written():
    leaf = Mapper(["t"], {}).compile({"column": "t"}, "$")
    assert leaf(["المرحلة ٢ \u200f(ب)"]) == "المرحلة ٢ \u200f(ب)"


def test_a_cell_of_marks_alone_is_blank(read):
    assert faults(read(text_of(["a", "2026-02-01", "\u200f", "p"]))[0]) == [("cell.blank", 2, "Sum")]


def test_a_list_is_looked_up_whatever_the_keyboard():
    leaf = Mapper(["t"], {"l": {"Bag 50": "bag"}}).compile({"column": "t", "map": "l"}, "$")
    assert [leaf([text]) for text in ("Bag 50", arabic("Bag  50"), "Bag 50\u200e", persian("Bag\u00a050"))] == [
        "bag"
    ] * 4
    with pytest.raises(MalformedError) as caught:
        leaf(["Bag 51"])
    assert caught.value.problem.code == "cell.not_listed"


def test_long_names_that_differ_at_their_end_stay_two():
    long = "Repair of the school, the clinic and the bakery in the northern quarter " * 3
    first, second = slug(long + "lot 1"), slug(long + "lot 2")
    assert first != second
    assert max(len(first), len(second)) <= 120
    assert slug(long + "lot 1") == slug(long.upper() + "LOT  1")


def test_numbers_that_differ_in_signs_stay_apart():
    spelt = ["LR 4/15", "LR 4-15", "LR 4+15", "LR 4.15", "LR 41-5"]
    assert len({slug(text) for text in spelt}) == len(spelt)
    assert slug("Côte d'Ivoire (2)") == "cote-d-ivoire-2"
    assert slug("LR 4\N{EN DASH}15") == slug("LR_4 15") == "lr-4-15"


def test_two_numbers_that_would_become_one_are_refused_with_both_spellings(read):
    rows, _ = read(text_of(["A#7", "2026-02-01", 1, "p"], ["A7#", "2026-02-01", 1, "p"], ["A&7", "2026-02-01", 2, "p"]))
    assert faults(rows) == [("cell.identifier_shared", 4, "No")]
    assert rows[2].problems[0].values == {"read": "A&7", "other": "A#7", "identifier": "pay:a-7"}


def test_names_that_differ_in_signs_are_one_and_told(read):
    rows, _ = read(
        text_of(*[[name, "2026-02-01", 1, "p"] for name in ("Nord & Co", "NORD  Co", "Nord-Co", "Nord & Co")])
    )
    assert set(names(rows)) == {"pay:nord-co"}
    assert [[note.code for note in row.notes] for row in rows] == [[], ["cell.name_shared"], ["cell.name_shared"], []]


def slugs(prefix, *written):
    leaf = Mapper(["n"], {}).compile({"column": "n", "slug": prefix}, "$")
    return [leaf([text]) for text in written]


def test_a_name_is_the_same_however_its_line_is_filled_and_an_item_however_its_number_is_printed():
    assert len(set(slugs("party:", "إسمنت", "اسمنت", "اسـمنت"))) == 1
    assert len(set(slugs("urn:enduse:class:", "04012345678901", "(01)04012345678901", "(01) 04012345678901"))) == 1


def test_names_that_nobody_can_tell_apart_stay_two_and_are_told():
    mapper = Mapper(["n"], {})
    leaf = mapper.compile({"column": "n", "slug": "party:"}, "$")
    names = ["Acme", "\u0410\u0441me", "Acme", "Nord"]
    assert len({leaf([name]) for name in names}) == 3
    assert [note.code for note in mapper.notes] == ["cell.names_look_alike"]
    assert mapper.notes[0].values["names"] == ["Acme", "\u0410\u0441me"]


# -- numbers and dates in texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        ("1234.5", arabic("345"), "345"),
        ("1,234.5", persian("12,345.6"), "12345.6"),
        ("1.234,5", arabic("12,345.6"), "12345.6"),
        ("1234,5", "12\u202f345,6", "12345.6"),
        ("1234.5", "12\u00a0345.6", "12345.6"),
        ("1,234.5", "\u200f1,234\u200f", "1234"),
        ("1,234.5", "\u22121,234", "-1234"),
        ("1,234.5", "1,234\u00a0567", None),
        ("1234.5", "12 345", "12345"),
        ("1234,5", "12 345,6", "12345.6"),
        ("1234.5", "12 34", None),
        ("1,234.5", "12,34,567.50", "1234567.50"),
        ("1,234.5", "1,23,456", "123456"),
        ("1.234,5", "12,34,567", None),
        ("1,234.5", "12,34,56", None),
        ("1234.5", ".5", "0.5"),
        ("1.234,5", "-,25", "-0.25"),
        ("1234.5", "\u2013250.00", "-250.00"),
        ("1234.5", "3\u20135", None),
        ("1234.5", "12\u00a034", None),
        ("1,234.5", "1،5", None),
        ("1234.5", "३", None),
        ("1234.5", "1e3", None),
    ],
)
def test_numbers_as_people_write_them(style, text, value):
    leaf = Mapper(["n"], {}).compile({"column": "n", "number": style}, "$")
    if value is not None:
        assert leaf([text]) == value
    else:
        with pytest.raises(MalformedError) as caught:
            leaf([text])
        assert caught.value.problem.values == {"read": text, "form": style}


def test_dates_in_other_digits(read):
    rows, _ = read(text_of(["a", arabic("2026-02-09"), 1, "p"], ["b", persian("2026-02-09"), 1, "p"]))
    assert {row.statements[0].occurred_at.date() for row in rows} == {date(2026, 2, 9)}


def test_a_date_that_fits_two_forms_on_two_days_is_refused(read):
    rows, _ = read(
        text_of(["a", "05/04/2026", 1, "p"], ["b", "23/04/2026", 1, "p"], ["c", "06/06/2026", 1, "p"]),
        forms='["%d/%m/%Y", "%m/%d/%Y"]',
    )
    assert faults(rows) == [("cell.date_two_ways", 2, "Day")]
    assert rows[0].problems[0].message == "“05/04/2026” can be read as 2026-04-05 and as 2026-05-04"
    assert [row.statements[0].occurred_at.date() for row in rows[1:]] == [date(2026, 4, 23), date(2026, 6, 6)]


def test_a_profile_that_would_forget_a_zone_is_refused(read):
    with pytest.raises(MalformedError) as caught:
        read(text_of(["a", "2026-02-01 03:00 EST", 1, "p"]), forms='["%Y-%m-%d %H:%M %Z"]', zone="+02:00")
    assert (caught.value.problem.code, caught.value.problem.source) == ("profile.zone_name", "harbour")
    rows, _ = read(text_of(["a", "2026-02-01 03:00 -0500", 1, "p"]), forms='["%Y-%m-%d %H:%M %z"]')
    assert rows[0].statements[0].occurred_at.isoformat() == "2026-02-01T03:00:00-05:00"


def test_an_hour_that_clocks_skipped_is_refused(read):
    rows, _ = read(
        text_of(["a", "2026-03-29 02:30", 1, "p"], ["b", "2026-03-29 03:30", 1, "p"]),
        forms='["%Y-%m-%d %H:%M"]',
        zone="Europe/Berlin",
    )
    assert faults(rows) == [("cell.hour_skipped", 2, "Day")]


# -- files as other programs write them -------------------------------------------------------------------------------


@pytest.mark.parametrize("hint", ["sep=;\r\n", "SEP=;\n", '"sep=;"\n', "sep=|\n"])
def test_a_hint_about_the_delimiter_is_no_header(read, hint):
    mark = hint[hint.index("=") + 1]
    rows, summary = read(hint + text_of(["a", "2026-02-01", 1, "p"]).replace(",", mark))
    assert (sums(rows), rows[0].source.row, summary.refused) == (["1"], 1, 0)


def test_a_column_is_found_behind_marks_that_nobody_sees(read):
    assert sums(read("\u200e" + text_of(["a", "2026-02-01", 1, "p"]))[0]) == ["1"]


def repacked(path, change):
    """A workbook whose parts and their contents were renamed by ``change``."""
    raw = io.BytesIO()
    book_of(["a", "2026-02-01", 1.5, "p"]).save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            name, data = change(info.filename, old.read(info).decode())
            new.writestr(name, data)
    return path


def prefixed(name, data):
    if name == "xl/workbook.xml":
        data = re.sub(r"<sheet ([^>]*?)xmlns:r=\"[^\"]*\" ?", r"<sheet \1", data).replace("r:id=", "rel7:id=")
        data = data.replace(
            "<workbook ",
            '<workbook xmlns:rel7="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ',
            1,
        )
    return name, data


def elsewhere(name, data):
    return name.replace("xl/", "deep/er/").replace("workbook", "book"), data.replace("/xl/", "/deep/er/").replace(
        'Target="xl/', 'Target="deep/er/'
    ).replace("workbook.xml", "book.xml")


def backslashed(name, data):
    return name.replace("/", "\\"), re.sub(r'Target="[^"]*"', lambda target: target[0].replace("/", "\\"), data)


def shouted(name, data):
    return name.upper() if name.startswith("xl/worksheets") else name, data


@pytest.mark.parametrize("change", [prefixed, elsewhere, backslashed, shouted])
def test_a_workbook_is_found_by_what_its_parts_say(tmp_path, change):
    path = repacked(tmp_path / "t.xlsx", change)
    with read_table(path, profile()) as table:
        assert sums(list(table)) == ["1.5"]


# -- where a table begins ---------------------------------------------------------------------------------------------

TABLE = text_of(["a", "2026-02-01", 1.5, "p"], ["b", "2026-02-02", 2, "p"])


def told(summary):
    return {note.code: count for note, count in summary.lost.items()}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("above", "filled"),
    [
        ("", 0),
        ("\n\n", 0),
        ("Paid in 2026\n\n", 1),
        ('Port, north quay; "draft"\nas of;March\n,,;;\n', 2),
        ('"a\nb"\n', 1),
    ],
)
def test_a_header_is_found_below_titles_and_blank_rows(read, mark, above, filled):
    rows, summary = read(above + TABLE.replace(",", mark))
    assert (sums(rows), [row.source.row for row in rows]) == (["1.5", "2"], [1, 2])
    assert told(summary) == ({"table.above_header": filled} if filled else {})


def test_a_header_of_a_workbook_is_found_below_titles(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Paid in 2026"], [], ["#REF!", "by the harbour"], HEADER, ["a", "2026-02-01", 1, "p"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    with read_table(tmp_path / "t.xlsx", profile()) as table:
        rows = list(table)
    assert (sums(rows), rows[0].source.row, told(table.summary())["table.above_header"]) == (["1"], 1, 2)


def test_a_table_without_the_header_is_refused_by_its_first_row(read):
    with pytest.raises(MalformedError) as caught:
        read("No,Day,Total\n" + "1,2,3\n" * 100)
    assert caught.value.problem.values == {"columns": ["Sum", "Payer"], "profile": "harbour"}


def test_a_shipped_source_is_recognised_below_a_title(tmp_path):
    known = shipped()["cairo-2014"]
    path = tmp_path / "t.csv"
    path.write_text("A title\n\n" + ",".join(known.recognise.columns) + "\n")
    assert recognise(path) is known
    with read_table(path) as table:
        assert (table.profile, list(table)) == (known, [])


@pytest.mark.parametrize("tags", ["#meta+id,#date,#value,#org +payer", "#meta,,,#org+ payer"])
def test_a_row_of_tags_below_the_header_is_no_data(read, tags):
    rows, summary = read(TABLE.replace("\r\n", f"\r\n{tags}\r\n", 1))
    assert (sums(rows), summary.refused, told(summary)) == (["1.5", "2"], 0, {"table.tag_row": 1})


def test_only_the_first_row_can_be_one_of_tags(read):
    rows, summary = read(TABLE + "#meta,#date,#value,#org\n")
    assert (sums(rows), summary.refused) == (["1.5", "2"], 1)
    rows, summary = read(TABLE.replace("\r\n", "\r\n#12,2026-02-01,3,p\r\n", 1))
    assert sums(rows) == ["3", "1.5", "2"]


def merged(path, *spans, rows, hidden=()):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.worksheets[0].append(row)
    for span in spans:
        book.worksheets[0].merge_cells(span)
    for number in hidden:
        book.worksheets[0].row_dimensions[number].hidden = True
    book.save(path)
    return path


def test_what_stands_in_merged_cells_holds_for_every_row_and_is_told(tmp_path):
    rows = [["a", date(2026, 2, 1), 1, "p"], ["b", None, 2, None], ["c", None, 3, None], ["d", "2026-02-09", 4, None]]
    with read_table(merged(tmp_path / "t.xlsx", "B2:B4", "D2:D3", rows=rows), profile()) as table:
        taken = list(table)
    assert [row.statements[0].occurred_at.day for row in taken] == [1, 1, 1, 9]
    assert [row.statements[0].body.donor for row in taken] == ["p", "p", None, None]
    assert told(table.summary()) == {"workbook.merged_cell": 3}


def test_a_merged_number_is_not_counted_twice(tmp_path):
    rows = [["a", "2026-02-01", 100, "p"], ["b", "2026-02-01", None, "p"], ["c", "2026-02-01", 5, "p"]]
    with read_table(merged(tmp_path / "t.xlsx", "C2:C3", "A6:D6", rows=rows), profile()) as table:
        taken = list(table)
    assert (sums(taken), faults(taken)) == (["100", "5"], [("cell.merged_number", 3, "Sum")])


def test_a_merged_header_says_nothing_of_the_rows_below(tmp_path):
    rows = [["a", "2026-02-01", 1, None]]
    with read_table(merged(tmp_path / "t.xlsx", "D1:D2", rows=rows), profile()) as table:
        assert next(iter(table)).statements[0].body.donor is None


def test_hidden_rows_are_read_and_told(tmp_path):
    rows = [["a", "2026-02-01", 1, "p"], ["b", "2026-02-01", 2, "p"]]
    with read_table(merged(tmp_path / "t.xlsx", rows=rows, hidden=[3]), profile()) as table:
        assert sums(list(table)) == ["1", "2"]
    assert told(table.summary()) == {"workbook.hidden_rows": 1}


def test_more_merged_cells_than_are_kept_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("enduse.exchange.tables.merged._MOST", 1)
    path = merged(tmp_path / "t.xlsx", "D2:D3", "B2:B3", rows=[["a", "2026-02-01", 1, "p"], ["b"]])
    with pytest.raises(LimitError) as caught:
        read_table(path, profile())
    assert caught.value.problem.code == "workbook.too_many_merged"


def test_row_4_is_row_4(read):
    titles = [["What was paid"], [], HEADER, ["a", "2026-02-01", "x", "p"]]
    text = io.StringIO()
    csv.writer(text).writerows(titles)
    assert faults(read(text.getvalue())[0]) == [("cell.not_a_number", 4, "Sum")]
    assert faults(read("sep=,\n" + text.getvalue())[0]) == [("cell.not_a_number", 4, "Sum")], "no spreadsheet shows it"
    book = openpyxl.Workbook()
    for row in titles:
        book.active.append(row)
    (row,) = read(book)[0]
    assert faults([row]) == [("cell.not_a_number", 4, "Sum")]
    assert (row.problems[0].cell, row.problems[0].place) == ("C4", "table.xlsx[Sheet]:C4 Sum")


def test_a_cell_has_the_name_a_spreadsheet_gives_it():
    names = {0: "A1", 25: "Z1", 26: "AA1", 51: "AZ1", 52: "BA1", 701: "ZZ1", 702: "AAA1"}
    assert {at: cell_name(at, 1) for at in names} == names
    assert all(column_of(name[:-1]) == at for at, name in names.items())


def notes_of(summary):
    return {(note.code, note.values.get("row")): count for note, count in summary.lost.items()}


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Grand  total", "المجموع"])
def test_a_total_of_all_rows_above_is_passed_over_and_told(read, word):
    rows, summary = read(
        text_of(["a", "2026-02-01", "1,000.5", "p"], ["b", "2026-02-02", "20", "q"], [word, "", "1,020.50", ""])
    )
    assert sums(rows) == ["1000.5", "20"]
    assert (summary.rows, notes_of(summary)) == (2, {("table.total_row", 4): 1})


def test_what_is_called_total_and_sums_up_something_else_stays_a_row(read):
    rows, summary = read(
        text_of(["a", "2026-02-01", "10", "p"], ["b", "2026-02-02", "20", "q"], ["Total", "2026-02-03", "31", "r"])
    )
    assert sums(rows) == ["10", "20", "31"]
    assert not summary.lost
    rows, _ = read(text_of(["a", "2026-02-01", "10", "p"], ["b", "2026-02-02", "10", "Total"]))
    assert sums(rows) == ["10", "10"]


def test_a_profile_names_rows_that_are_none_of_the_tables(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        text_of(["a", "2026-02-01", "10", "p"], ["Sub-total  north", "", "10", ""], ["b", "2026-02-02", "20", "q"])
    )
    text = PROFILE.format(style="1,234.5", forms='["%Y-%m-%d"]', zone="UTC")
    with read_table(
        path, parse_profile(text + '[read]\nskip = { No = ["sub-total north"] }\n', "harbour.toml")
    ) as table:
        rows = list(table)
        assert sums(rows) == ["10", "20"]
        assert notes_of(table.summary()) == {("table.row_skipped", None): 1}
    with pytest.raises(MalformedError) as caught:
        read_table(path, parse_profile(text + '[read]\nskip = { Nr = ["x"] }\n', "harbour.toml"))
    assert caught.value.problem.path == "$.read.skip"


def test_a_row_shorter_than_the_merged_cell_above_it_is_read(read):
    book = book_of(["a", "2026-02-01", "10", "p", "a remark"], ["b", "2026-02-02", "20", "q"])
    book.worksheets[0].merge_cells("E2:E3")
    rows, summary = read(book)
    assert (sums(rows), summary.complete) == (["10", "20"], True)
    assert told(summary) == {"workbook.beside": 1}  # a note in merged cells to the right of the table


@pytest.mark.parametrize(
    "word", ["Total (2 payments)", "TOTAL USD", "Balance carried forward", "Summe", "Genel Toplam", 'סה"כ', "جمع کل"]
)
def test_a_row_with_all_cells_filled_that_is_the_total_is_no_payment(read, word):
    rows, summary = read(
        text_of(["a", "2026-02-01", "10", "p"], ["b", "2026-02-02", "20", "q"], [word, "2026-02-03", "30", "q"])
    )
    assert (sums(rows), notes_of(summary)) == (["10", "20"], {("table.total_row", 4): 1})


def test_subtotals_are_of_the_rows_since_the_last(read):
    pages = [["a", "2026-02-01", "10", "p"], ["Subtotal", "2026-02-01", "10", "p"]]
    pages += [["b", "2026-02-02", "20", "q"], ["Subtotal", "2026-02-02", "20", "q"], ["Total", "2026-02-02", "30", "q"]]
    rows, summary = read(text_of(*pages))
    assert (sums(rows), sum(notes_of(summary).values())) == (["10", "20"], 3)
    rows, _ = read(text_of(*pages, ["Totalia Inc.", "2026-02-03", "30", "q"]))
    assert sums(rows) == ["10", "20", "30"]  # a name that begins so is no total


def test_the_header_that_stands_once_more_is_no_row(read):
    rows, summary = read(text_of(["a", "2026-02-01", "10", "p"], HEADER, ["b", "2026-02-02", "20", "q"]))
    assert (sums(rows), notes_of(summary)) == (["10", "20"], {("table.header_again", None): 1})


@pytest.mark.parametrize(
    ("between", "told"),
    [("Pledges", "table.header_again_below"), ("Page 2 of 7", "table.header_again"), ("Total", "table.header_again")],
)
def test_a_header_below_a_title_of_its_own_may_begin_another_table(read, between, told):
    between = [between, "", "", ""]
    _, summary = read(text_of(["a", "2026-02-01", "10", "p"], between, HEADER, ["b", "2026-02-02", "20", "q"]))
    assert told in {note.code for note in summary.lost}


@pytest.mark.parametrize("mark", ['"', "do.", "ditto", "〃"])
def test_a_mark_for_what_stands_above_names_nobody(read, mark):
    rows, _ = read(text_of(["a", "2026-02-01", "10", "p"], [mark, "2026-02-02", "20", "p"]))
    assert faults(rows) == [("cell.as_above", 3, HEADER[0])]


@pytest.mark.parametrize("word", ["N/A", "n/a ", "#N/A", "null", "—", "…", "لا يوجد", "Unknown", "TBD", "невідомо"])
@pytest.mark.parametrize("slugged", [False, True])
def test_a_word_for_nothing_names_nobody(tmp_path, word, slugged):
    text = PROFILE.format(style="1,234.5", forms='["%Y-%m-%d"]', zone="UTC")
    if slugged:
        text = text.replace('column = "Payer"', 'column = "Payer", slug = "party:"')
    path = tmp_path / "t.csv"
    path.write_text(text_of(["a", "2026-02-01", 1, word], ["b", "2026-02-01", 2, "NA"]), encoding="utf-8")
    with read_table(path, parse_profile(text, "harbour.toml")) as table:
        rows = list(table)
    assert (faults(rows), sums(rows)) == ([("cell.names_nobody", 2, "Payer")], ["2"])
    told = parse_profile(f'{text}\n[read]\nblank = ["{word.strip()}"]\n', "harbour.toml")
    with read_table(path, told) as table:
        assert [row.statements[0].body.donor for row in table] == [None, "party:na" if slugged else "NA"]


def test_an_identifier_that_became_a_date_or_lost_its_digits_is_told(read):
    rows, _ = read(book_of([datetime(2026, 3, 1), datetime(2026, 2, 1), 10, "p"]))
    assert [note.code for row in rows for note in row.notes] == ["cell.identifier_date"]
    rows, _ = read(text_of(["9.91E15", "2026-02-01", "10", "p"], ["123E5", "2026-02-01", "20", "p"]))
    assert (faults(rows), sums(rows)) == ([("cell.identifier_scientific", 2, HEADER[0])], ["20"])
