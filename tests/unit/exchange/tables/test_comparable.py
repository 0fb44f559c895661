"""Two issues of one table: any edits come back as exactly those edits, however the table was saved in between."""

import csv
import io
from collections import Counter
from datetime import date
from random import Random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import enduse
from enduse.errors import ConflictError, EnduseError, MalformedError
from enduse.views.issues import Band

COLUMNS = ("day", "item", "n", "place", "remark")
DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30)).map(str)
CELLS = {
    "day": DAYS,
    "item": st.sampled_from(["flour", "cement", "pipes 2 in", "طحين"]),
    "n": st.sampled_from(["0", "22", "1234", "-3", "0.5", "1234.25", ""]),
    "place": st.sampled_from(["East Gate", "North Gate", "007", ""]),
    "remark": st.sampled_from(["", "late", "a,b", 'said "so"', "x y"]),
}
ROWS = st.lists(st.tuples(*CELLS.values()), max_size=12)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")


def spelt(choose, name, value):
    """A cell as one program or another might save it."""
    blanks = choose(["", " ", "\u00a0", "\u200f"])
    if name == "day":
        day = date.fromisoformat(value)
        forms = (value, f"{value} 00:00:00", f"{day.day} {MONTHS[day.month - 1]} {day.year}", f"{value}T00:00:00")
        value = choose(forms)
    elif name == "n" and value:
        western = choose([value, f"+{value}" if value[0] not in "-0" else value])
        western = western if "." in western else choose([western, f"{western}.0"])
        value = choose([western, western.translate({48 + d: 0x660 + d for d in range(10)})])
    elif " " in value:
        value = value.replace(" ", choose([" ", "  ", "\t"]))
    return blanks + value + blanks


def saved(draw, folder, name, header, rows):
    """A table saved in a dialect of the day, its columns in an order of the day."""
    order = draw(st.permutations(range(len(header))))
    choose = Random(draw(st.integers(0, 2**32))).choice
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([header[at] for at in order])
    for row in rows:
        cells = [row[at] if header[at] in {"id", "extra"} else spelt(choose, header[at], row[at]) for at in order]
        writer.writerow(cells)
    path = folder / name
    path.write_bytes(text.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))))
    return path


@given(data=st.data())
def test_edits_come_back_as_exactly_those_edits(data, tmp_path_factory):
    draw, folder = data.draw, tmp_path_factory.mktemp("issues")
    before = {str(number): row for number, row in enumerate(draw(ROWS), start=1)}
    after = dict(before)
    gone = draw(st.sets(st.sampled_from(sorted(after)))) if after else set()
    for item in gone:
        del after[item]
    for item in draw(st.sets(st.sampled_from(sorted(after)))) if after else ():
        at = draw(st.integers(1, 4))
        changed = draw(CELLS[COLUMNS[at]])
        after[item] = (*after[item][:at], changed, *after[item][at + 1 :])
    for row in draw(ROWS):
        after[f"n{len(after)}"] = row
    rows = [(item, *row) for item, row in before.items()]
    later = [(*row, item, "x") for item, row in draw(st.permutations(list(after.items())))]
    old = saved(draw, folder, "old.csv", ("id", *COLUMNS), rows)
    new = saved(draw, folder, "new.csv", (*COLUMNS, "id", "extra"), later)
    found = enduse.compare_issues(old, new, identity=["id"], date="day" if before and after else "")

    both = before.keys() & after.keys()
    told = {(cell.item, cell.column): (cell.before, cell.after) for cell in found.cells}
    wanted = {
        (item, name): (was, now)
        for item in both
        for name, was, now in zip(COLUMNS, before[item], after[item], strict=True)
        if was != now
    }
    assert told == wanted
    assert found.changed == len({item for item, _ in wanted})
    assert found.unchanged == len(both) - found.changed
    assert found.by_column == Counter(column for _, column in wanted)
    assert {row.item for row in found.gone} == before.keys() - after.keys()
    assert {row.item for row in found.added} == after.keys() - before.keys()
    back = {row.item: (row.back_item, row.but) for row in found.gone if row.back_row}
    for item, (other, but) in back.items():
        apart = [name for name, was, now in zip(COLUMNS, before[item], after[other], strict=True) if was != now]
        assert apart == ([but] if but else [])
    assert len({other for other, _ in back.values()}) == len(back), "no row comes back twice"
    strict = Counter(before[item] for item in before.keys() - both) & Counter(
        after[item] for item in after.keys() - both
    )
    assert sum(not but for _, but in back.values()) == strict.total()
    last = max((row[0] for row in before.values()), default="")
    returned = {other for other, _ in back.values()}
    late = {item: row[0] for item, row in after.items() if item not in both | returned and row[0] <= last}
    if before and after:
        days = {row.item: row.late for row in found.added if row.late is not None}
        assert days == {item: (date.fromisoformat(last) - date.fromisoformat(day)).days for item, day in late.items()}
        assert sum(band.rows for band in found.bands) == found.late == len(late)


@given(data=st.data())
def test_without_an_identity_rows_are_two_bags(data, tmp_path_factory):
    draw, folder = data.draw, tmp_path_factory.mktemp("bags")
    before, kept, more = draw(ROWS), [], draw(ROWS)
    for row in before:
        kept += [row] * draw(st.sampled_from([0, 1, 1, 2]))
    after = draw(st.permutations(kept + more))
    old = saved(draw, folder, "old.csv", COLUMNS, before)
    new = saved(draw, folder, "new.csv", ("extra", *COLUMNS), [("x", *row) for row in after])
    found = enduse.compare_issues(old, new)
    assert found.identity == ()
    assert found.unchanged == (Counter(before) & Counter(after)).total()
    assert found.changed == 0
    where = {name: at for at, name in enumerate(found.columns)}
    assert Counter(tuple(row.cells[where[name]] for name in COLUMNS) for row in found.gone) == Counter(
        before
    ) - Counter(after)
    assert Counter(tuple(row.cells[where[name]] for name in COLUMNS) for row in found.added) == Counter(
        after
    ) - Counter(before)


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    return lambda name, text: written(tmp_path / name, text)


def test_a_workbook_and_a_csv_of_the_same_rows_are_the_same(tmp_path, table):
    old = table("old.csv", "Waybill No,Day,Tonnes\n0071,03/10/2026,1.234,\n".replace("1.234,", '"1.234,5"'))
    book = openpyxl.Workbook()
    for row in (("October, all crossings",), ("Tonnes", "Waybill no", "Day"), (1234.5, "0071", date(2026, 10, 3))):
        book.active.append(row)
    book.save(tmp_path / "new.xlsx")
    with old.open("a", encoding="utf-8") as file:
        file.write('0072,25/10/2026,"0,5"\n')
    found = enduse.compare_issues(old, tmp_path / "new.xlsx")
    assert found.identity == ("Waybill no",)
    assert (found.unchanged, found.changed, [row.item for row in found.gone]) == (1, 0, ["0072"])
    assert found.date == "Day"


def test_what_cannot_be_told_for_certain_is_compared_as_written(table):
    old = table("old.csv", "id,day,n\n1,03/04/2026,5\n2,05/04/2026,6\n")
    new = table("new.csv", "id,day,n\n1,2026-04-03,5\n2,05/04/2026,6\n")
    found = enduse.compare_issues(old, new)
    assert [(cell.before, cell.after) for cell in found.cells] == [("03/04/2026", "2026-04-03")]
    assert found.date == ""
    old = table("old.csv", "id,day,n\n1,03/04/2026,5\n2,25/04/2026,6\n")
    assert enduse.compare_issues(old, new).changed == 1, (
        "the older shows that the day stands first, so the newer is read so"
    )


def test_an_identity_keeps_its_zeros_and_a_number_does_not(table):
    old = table("old.csv", "id,n\n007,1.50\n12.10,2\n8.0,3\n")
    new = table("new.csv", "id,n\n7,1.5\n12.1,2\n8,3\n")
    found = enduse.compare_issues(old, new)
    assert found.unchanged == 1
    assert {row.item for row in found.gone} == {"007", "12.10"}


def test_the_row_is_the_row_of_the_sheet(table):
    old = table("old.csv", "A list of goods\n\nid,n\n1,5\n2,6\n\n3,7\n")
    new = table("new.csv", "id,n\n1,5\n3,8\n2,6\n")
    (cell,) = enduse.compare_issues(old, new).cells
    assert (cell.old_row, cell.new_row) == (7, 3)


def test_rows_that_came_late_and_rows_that_came_back(table):
    old = table(
        "old.csv", "id,day,item,n,place\n1,2026-10-01,flour,5,a\n2,2026-10-02,pipes,6,b\n3,2026-10-31,cement,7,c\n"
    )
    new = table(
        "new.csv",
        "id,day,item,n,place\n1,2026-10-01,flour,5,a\n9,2026-10-02,pipes,6,z\n3,2026-10-31,cement,7,c\n"
        "10,2026-10-24,cement,1,d\n11,2026-11-01,cement,1,d\n",
    )
    found = enduse.compare_issues(old, new)
    assert [(row.item, row.back_item, row.but) for row in found.gone] == [("2", "9", "place")]
    assert {row.item: row.late for row in found.added} == {"9": None, "10": 7, "11": None}
    assert found.bands == (Band(0, 7, 1),)
    assert enduse.compare_issues(old, new, until=date(2026, 10, 15)).late == 0
    assert enduse.compare_issues(old, new, since=date(2026, 10, 15)).gone == ()


@pytest.mark.parametrize(
    ("old", "new", "options", "code", "place"),
    [
        ("id,n\n1,5\n", "id,n\n1,5\n", {}, "compare.same_file", ("new.csv", None, "")),
        ("id,n\n1,5\n", "", {}, "table.no_header", ("new.csv", None, "")),
        ("id,n\n1,5\n", "a,b\n1,5\n", {}, "compare.no_common_column", ("new.csv", None, "")),
        ("id,n\n1,5\n1,6\n", "id,n\n1,5\n", {"identity": ["id"]}, "compare.identity_twice", ("old.csv", 3, "id")),
        ("id,n\n1,5\n", "id,n\n2,5\n", {"identity": ["ids"]}, "word.misspelt", ("old.csv", None, "")),
        ("id,n\n1,5\n", "id,n\n2,5\n", {"date": "n"}, "compare.no_day", ("old.csv", None, "n")),
        ("id,n\n1,5\n", "id,n\n2,5\n", {"until": date(2026, 1, 1)}, "compare.no_days", ("new.csv", None, "")),
        ("id\n1\n", "id\n2\n", {}, "compare.nothing_left", ("new.csv", None, "")),
        ("id,n\n1.23E+15,5\n", "id,n\n2,5\n", {"identity": ["id"]}, "cell.identifier_scientific", ("old.csv", 2, "id")),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_place_and_a_remedy(table, old, new, options, code, place):
    with pytest.raises((MalformedError, ConflictError)) as caught:
        enduse.compare_issues(table("old.csv", old), table("new.csv", new), **options)
    problem = caught.value.problem
    assert problem.code == code
    assert (problem.source, problem.line, problem.path) == place
    assert problem.remedy


def test_a_row_that_cannot_be_read_is_left_out_and_told(table):
    old = table("old.csv", "id,n\n1,5\n2,6,7\n3,8\n")
    found = enduse.compare_issues(old, table("new.csv", "id,n\n1,5\n3,8\n"))
    assert [(problem.line, problem.code) for problem in found.old.unread] == [(3, "table.row_length")]
    assert (found.unchanged, found.gone) == (2, ())


def test_a_file_that_ends_early_is_not_half_a_table(tmp_path, table):
    new = table("new.csv", "id,n\n1,5\n")
    (tmp_path / "old.csv.gz").write_bytes(b"\x1f\x8b" + bytes(20))
    with pytest.raises(EnduseError):
        enduse.compare_issues(tmp_path / "old.csv.gz", new)


def test_a_sheet_of_a_workbook_is_compared_by_its_name(tmp_path):
    for name, tonnes in (("old.xlsx", 5), ("new.xlsx", 6)):
        book = openpyxl.Workbook()
        book.active.append(("read me", "first"))
        book.create_sheet("March").append(("id", "tonnes"))
        book["March"].append((1, tonnes))
        book.save(tmp_path / name)
    (cell,) = enduse.compare_issues(tmp_path / "old.xlsx", tmp_path / "new.xlsx", sheet="March").cells
    assert (cell.column, cell.before, cell.after) == ("tonnes", "5", "6")
    with pytest.raises(MalformedError) as caught:
        enduse.compare_issues(tmp_path / "old.xlsx", tmp_path / "new.xlsx", sheet="Marsh")
    assert "March" in caught.value.problem.remedy + caught.value.problem.message


def test_a_csv_that_is_not_utf_8_is_read_in_the_encoding_of_its_letters_or_that_is_named(tmp_path):
    (tmp_path / "old.csv").write_bytes("رمز,صنف\n1,دقيق\n2,إسمنت\n".encode("windows-1256"))
    new = written(tmp_path / "new.csv", "رمز,صنف\n1,دقيق\n2,أنابيب\n")
    for named in ("", "windows-1256", "cp1256"):
        found = enduse.compare_issues(tmp_path / "old.csv", new, identity=["رمز"], encoding=named)
        assert [(cell.before, cell.after) for cell in found.cells] == [("إسمنت", "أنابيب")]
        told = [each for each in found.old.left_out if each.note.code == "table.encoding_found"]
        assert bool(told) == (not named)


def test_a_table_of_a_western_office_is_compared_without_its_total(tmp_path):
    """*Köln* was no UTF-8, so that its rows were not counted; the row *Summe* was counted as one."""
    for name, tonnes in (("old.csv", 5), ("new.csv", 6)):
        text = f"Datum;Ort;Menge\n01.03.2026;Köln;20\n14.03.2026;München;{tonnes}\nSumme;;{20 + tonnes}\n"
        (tmp_path / name).write_bytes(text.encode("cp1252"))
    found = enduse.compare_issues(tmp_path / "old.csv", tmp_path / "new.csv")
    assert (found.old.rows, found.unchanged, found.date) == (2, 1, "Datum")
    assert {each.note.code for each in found.old.left_out} == {"table.encoding_found", "table.total_row"}


def test_a_total_of_something_else_stays_a_row(table):
    old, new = (table(f"{name}.csv", f"id,who,n\n1,A,5\n2,Total Ltd,{n}\n") for name, n in (("old", 5), ("new", 6)))
    found = enduse.compare_issues(old, new)
    assert (found.old.rows, found.new.rows) == (2, 2)


def test_a_torn_letter_in_a_table_of_utf_8_spoils_its_own_row_alone(tmp_path):
    for name, item in (("old.csv", "دقيق"), ("new.csv", "إسمنت")):
        (tmp_path / name).write_bytes(f"id,n\n1,{item}\n2,".encode() + b"\xe9\n")
    found = enduse.compare_issues(tmp_path / "old.csv", tmp_path / "new.csv")
    assert [(cell.before, cell.after) for cell in found.cells] == [("دقيق", "إسمنت")]
    assert [each.code for each in found.old.unread] == ["table.not_encoded_so"]


def test_when_a_row_was_edited_is_no_change_of_it_and_that_is_said(table):
    old = table("old.csv", "id,n,last edited,updated by\n1,5,2026-01-01 10:00:00,a\n2,6,2026-01-02,a\n")
    new = table("new.csv", "id,n,Last_Edited,updated by\n1,5,2026-02-01 11:00:00,a\n2,7,2026-02-02,b\n")
    found = enduse.compare_issues(old, new)
    assert found.ignored == ("Last_Edited",)
    assert (found.unchanged, found.by_column) == (1, {"n": 1, "updated by": 1})
    asked = enduse.compare_issues(old, new, date="last edited")
    assert (asked.date, asked.by_column["Last_Edited"]) == ("Last_Edited", 2)


def test_of_the_workbook_of_a_programme_a_sheet_is_to_be_named(tmp_path):
    for name in ("march.xlsx", "april.xlsx"):
        enduse.template(tmp_path / name)
    book = openpyxl.load_workbook(tmp_path / "april.xlsx")
    book["Payments"].append(["PAY-1", "Nord", "Fund", 5, "USD", date(2026, 3, 4)])
    book.save(tmp_path / "april.xlsx")
    with pytest.raises(MalformedError, match="workbook of a programme"):
        enduse.compare_issues(tmp_path / "march.xlsx", tmp_path / "april.xlsx")
    assert len(enduse.compare_issues(tmp_path / "march.xlsx", tmp_path / "april.xlsx", sheet="Payments").added) == 1


@pytest.mark.parametrize("title", ["Dispatches", "Payments", "استلامات"])
def test_a_list_whose_sheet_is_called_as_one_of_the_template_is_an_ordinary_list(tmp_path, title):
    for name, tonnes in (("old.xlsx", 5), ("new.xlsx", 6)):
        book = openpyxl.Workbook()
        book.active.title = title
        for row in (("Waybill", "Date", "Store", "Quantity"), ("K1", date(2026, 10, 3), "North", tonnes)):
            book.active.append(row)
        book.create_sheet("Receipts").append(("Waybill no", "Bags"))
        book.save(tmp_path / name)
    (cell,) = enduse.compare_issues(tmp_path / "old.xlsx", tmp_path / "new.xlsx").cells
    assert (cell.column, cell.after) == ("Quantity", "6")


def test_a_workbook_of_a_programme_is_refused_with_a_sheet_that_it_has(tmp_path):
    for name in ("march.xlsx", "april.xlsx"):
        enduse.template(tmp_path / name)
        book = openpyxl.load_workbook(tmp_path / name)
        for sheet in book.sheetnames:
            if sheet not in {"Payments", "Receipts"}:
                del book[sheet]
        book.save(tmp_path / name)
    with pytest.raises(MalformedError) as caught:
        enduse.compare_issues(tmp_path / "march.xlsx", tmp_path / "april.xlsx")
    assert caught.value.problem.code == "compare.name_a_sheet"
    assert any(sheet in caught.value.problem.remedy for sheet in ("Payments", "Receipts"))


def test_a_total_that_is_no_sum_is_none_of_the_rows(table):
    """The total over tonnes and bags was waybill *Total*, and changed with the one row that had."""
    text = "waybill,day,place,n,unit\nK1,2026-10-03,North,{n},t\nK2,2026-10-05,North,400,bags\nTotal,,,{total},t\n"
    old, new = table("old.csv", text.format(n=20, total=40)), table("new.csv", text.format(n=18, total=38))
    found = enduse.compare_issues(old, new)
    assert (found.old.rows, found.changed, found.unchanged) == (2, 1, 1)
    assert [each.note.code for each in found.old.left_out] == ["account.total_row"]


def test_who_is_called_total_stays_a_row(table):
    text = "who,n,remark,day\nTotal,{n},,2026-10-03\nNord,400,,2026-10-05\n"
    old, new = table("old.csv", text.format(n=20)), table("new.csv", text.format(n=18))
    found = enduse.compare_issues(old, new)
    assert (found.old.rows, found.new.rows) == (2, 2)
