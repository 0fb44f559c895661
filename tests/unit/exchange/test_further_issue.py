"""Tables that come again: whatever happened to the rows, the book counts what the last issue says, once."""

import csv
import gzip
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Small
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Intake
from enduse.errors import ConflictError, MalformedError
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.earlier_rows import table_name
from enduse.exchange.importing import import_file
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.goods import Goods
from support.examples import examples

PROFILE = """
profile = "stock-list"
title = "What came in"
{identity}
[recognise]
columns = ["Id", "Day", "Item", "Qty", "Remark", "By"]

[[statement]]
kind = "goods"
occurred_at = {{ column = "Day", date = ["%Y-%m-%d"], time = "12:00", zone = "UTC", required = true }}
place = "place:store"

[statement.body.event.json]
type = "ObjectEvent"
eventTime = {{ column = "Day", date = ["%Y-%m-%d"], time = "12:00", zone = "UTC" }}
eventTimeZoneOffset = "+00:00"
action = "ADD"
bizStep = "commissioning"
readPoint = {{ id = "place:store" }}
quantityList = [
  {{ epcClass = {{ column = "Item", slug = "urn:enduse:class:", required = true }}, quantity = {{ column = "Qty", number = "1,234.5", bare = true, required = true }}, uom = "KGM" }},
]
{kept}
"""
COLUMNS = ("Id", "Day", "Item", "Qty", "Remark", "By")


def profile(folder, *, identity=False, kept=True):
    path = folder / f"list-{identity}-{kept}.toml"
    named = 'identity = ["Id"]\nedited = ["By"]' if identity else 'edited = ["By", "Id"]'
    path.write_text(PROFILE.format(identity=named, kept='"enduse:as_written" = { row = true }' if kept else ""))
    return path


def table(folder, name, rows, columns=COLUMNS):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def row(number, day=1, item="flour", qty="10", remark="", by="a"):
    return {"Id": str(number), "Day": f"2025-10-{day:02}", "Item": item, "Qty": qty, "Remark": remark, "By": by}


def stock(book):
    """Return what has come in, by item, in kilograms."""
    found = {}
    for resource, grams in book.ledger.balances.get("stock warehouse place:store", {}).items():
        found[resource.partition("/")[0]] = Decimal(grams) / 1000
    return {item: amount for item, amount in found.items() if amount}


def said(rows):
    found: dict[str, Decimal] = {}
    for each in rows:
        found[each["Item"]] = found.get(each["Item"], Decimal()) + Decimal(each["Qty"].replace(",", ""))
    return found


@pytest.fixture
def add(small, tmp_path):
    """Add an issue to the small programme."""

    def run(rows, name="list.csv", answers=NO_ANSWERS, **how):
        path = rows if not isinstance(rows, list) else table(tmp_path, name, rows)
        chosen = how.pop("profile", None) or profile(tmp_path, **how)
        return import_file(small.intake, path, party="warehouse", profile=chosen, answers=answers)

    return run


def entries(book, kind):
    return [said for index in range(book.size) if isinstance(said := book.statement(index).statement, kind)]


def standing(book):
    """Return the source rows of statements that are not taken back."""
    taken_back = book.taken_back()
    return [row for row in book.table_rows("warehouse", "stock-list") if row.entry not in taken_back]


# -- every history of a table ------------------------------------------------------------------------------------------


def days():
    return st.integers(1, 6)


def contents():
    return st.tuples(
        days(), st.sampled_from(("flour", "rice")), st.sampled_from(("1", "2", "20")), st.sampled_from("xy")
    )


@st.composite
def histories(draw, identity):
    """Draw one to four issues of a table: rows added, edited, gone, come back, in another order, and twice."""
    issues = []
    for _ in range(draw(st.integers(1, 4))):
        if identity:
            chosen = draw(st.dictionaries(st.integers(1, 8), contents(), max_size=8))
            rows = [row(number, day, item, qty, remark) for number, (day, item, qty, remark) in chosen.items()]
        else:
            chosen = draw(st.lists(contents(), max_size=8))
            rows = [row(at, day, item, qty, remark) for at, (day, item, qty, remark) in enumerate(chosen)]
        issues.append(draw(st.permutations(rows)))
    return issues


@pytest.mark.parametrize("kept", [True, False], ids=["row kept", "row not kept"])
@pytest.mark.parametrize("identity", [True, False], ids=["named rows", "bags of rows"])
@given(data=st.data())
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_book_counts_what_the_last_issue_says(tmp_path_factory, identity, kept, data):
    folder = tmp_path_factory.mktemp("again")
    issues = data.draw(histories(identity))
    answers = Answers(table="list", newest=True, gone=True, changed=data.draw(st.booleans()))
    small = Small(folder / "programme", copied=True)
    try:
        shape = profile(folder, identity=identity, kept=kept)
        for number, rows in enumerate(issues):
            path = table(folder, f"list-{number}.csv", rows)
            for again in range(2):
                before = small.book.size
                result = import_file(small.intake, path, party="warehouse", profile=shape, answers=answers)
                assert not result.problems
                assert result.accepted + result.no_effect == len(rows)
                assert not again or small.book.size == before, "the same issue again is nothing new"
            assert stock(small.book) == said(rows)
            assert len(standing(small.book)) == len(rows)
        goods, corrections = entries(small.book, Goods), entries(small.book, Correction)
        assert len(goods) - len(corrections) == len(issues[-1]), (
            "nothing is deleted: each that counts no more is taken back"
        )
        small.book.rebuild()
        assert stock(small.book) == said(issues[-1])
    finally:
        small.intake.close()


# -- one by one --------------------------------------------------------------------------------------------------------


def test_a_row_that_has_changed_is_taken_back_and_said_anew(small, add):
    add([row(1, qty="20"), row(2)], identity=True)
    result = add([row(1, qty="22", by="b"), row(2, by="c")], "list-march.csv", identity=True)
    assert stock(small.book) == {"flour": 32}
    (issue,) = result.issues
    assert (issue.unchanged, issue.changed, issue.added, issue.gone) == (1, 1, 0, 0)
    assert (issue.table, issue.earlier, issue.by_column) == ("list", ("list.csv",), {"Qty": 1})
    assert [(one.row, one.column, one.before, one.after) for one in issue.fields] == [(2, "Qty", "20", "22")]
    (correction,) = entries(small.book, Correction)
    assert (correction.party, correction.body.reason) == ("warehouse", "incorrect_data")
    anew = entries(small.book, Goods)[-1]
    assert anew.source.replaces == correction.body.corrects


def test_a_row_that_is_gone_is_no_longer_stated(small, add):
    add([row(1), row(2, qty="5"), row(3, 2)], identity=True)
    result = add([row(1), row(3, 2)], identity=True)
    assert stock(small.book) == {"flour": 20}
    (issue,) = result.issues
    assert (issue.gone, len(issue.gone_entries)) == (1, 1)
    assert small.book.statement(issue.gone_entries[0]).statement.source.identity == "2"
    assert [each.body.reason for each in entries(small.book, Correction)] == ["no_longer_stated"]
    assert {told.code for told in issue.told} == {"table.further_issue", "table.rows_gone"}


def test_a_number_with_a_dash_names_its_row_as_it_was_written(small, add):
    rows = [row("K\u20131"), row("K\u20132", qty="5"), row("K-3", qty="7")]
    add(rows, identity=True)
    named = {"K\u20131", "K\u20132", "K-3"}
    assert {said.source.identity for said in entries(small.book, Goods)} == named, (
        "as rows were named before dashes were read"
    )
    result = add([*rows[:2], row("K-3", qty="8")], "list-march.csv", identity=True)
    assert [(issue.unchanged, issue.changed, issue.added, issue.gone) for issue in result.issues] == [(2, 1, 0, 0)]
    assert stock(small.book) == {"flour": 23}


@pytest.mark.parametrize("number", ["00{}", "N-{}"])
def test_rows_that_bear_other_numbers_are_asked_about_and_not_said_twice(small, add, number):
    rows = [row(1), row(2, 2, qty="5"), row(3, 3)]
    add(rows, identity=True, kept=False)
    again = [{**each, "Id": number.format(each["Id"])} for each in rows] + [row(number.format(4), 4, qty="1")]
    with pytest.raises(ConflictError, match="3 of 4 rows are in the table “list” already"):
        add(again, "other.csv", identity=True, kept=False)
    add(again, "other.csv", answers=Answers(table="list", gone=True), identity=True, kept=False)
    assert stock(small.book) == said(again)


def test_what_a_program_does_to_a_table_is_no_change(small, add):
    add([row(1, qty="1200"), row(2)], identity=True)
    size = small.book.size
    again = [{**row(2, qty="10.0"), "New": "x"}, {**row(1, qty="1,200", remark="  "), "New": "y"}]
    path = table(small.folder.parent, "list-again.csv", again, ("New", *reversed(COLUMNS)))
    result = add(path, identity=True)
    assert (result.already_recorded, small.book.size) == (2, size)


def test_late_rows_are_told(add):
    add([row(1, 10), row(2, 20)], identity=True)
    (issue,) = add([row(1, 10), row(2, 20), row(3, 12), row(4, 25), row(5, 19)], identity=True).issues
    assert (issue.added, issue.late, issue.latest) == (3, 2, (8, 8))


def test_a_row_that_comes_back_under_another_number_did_not_come_late(small, add):
    add([row(1, 10), row(2, 20), row(3, 21, remark="x")], identity=True)
    (issue,) = add([row(1, 10), row(12, 20), row(13, 21, remark="y"), row(4, 12)], identity=True).issues
    assert (issue.gone, issue.added, issue.back, issue.late) == (2, 3, 2, 1)
    assert stock(small.book) == {"flour": 40}


def test_a_number_that_names_two_rows_is_refused(small, add):
    result = add([row(1), row(1, qty="5"), row(2)], identity=True)
    assert [(each.code, each.line, each.values["row"]) for each in result.problems] == [("row.identity_twice", 3, 2)]
    assert stock(small.book) == {"flour": 20}


def test_a_row_that_cannot_be_read_is_not_gone(small, add):
    add([row(1), row(2, 2)], identity=True)
    result = add([row(1, qty="ten"), row(2, 2)], identity=True)
    assert (result.refused, result.issues[0].gone) == (1, 0)
    assert stock(small.book) == {"flour": 20}


def test_equal_rows_are_counted(small, add):
    add([row(1), row(2), row(3, item="rice")])
    result = add([row(9), row(8), row(7), row(6, item="rice")])
    assert (result.already_recorded, result.accepted) == (3, 1)
    assert stock(small.book) == {"flour": 30, "rice": 10}


@pytest.mark.parametrize(("answer", "reasons"), [(True, ["incorrect_data"]), (False, ["no_longer_stated"])])
def test_one_gone_and_one_new_alike_but_for_a_cell_is_asked(small, add, answer, reasons):
    add([row(1, qty="20"), row(2, 2), row(3, 3)])
    size = small.book.size
    edited = [row(1, qty="22"), row(2, 2), row(3, 3)]
    with pytest.raises(ConflictError) as asked:
        add(edited)
    assert asked.value.problem.code == "table.ask_changed"
    assert "--changed 'list=yes'" in asked.value.problem.remedy
    assert "--changed 'list=no'" in asked.value.problem.remedy
    assert small.book.size == size, "nothing is recorded before it is answered"
    add(edited, answers=Answers(changed=not answer, of={"List": Answers(changed=answer)}))
    assert stock(small.book) == {"flour": 42}
    assert [each.body.reason for each in entries(small.book, Correction)] == reasons


def test_an_older_issue_undoes_nothing_unsaid(small, add):
    old, new = [row(1, qty="20"), row(2, 2)], [row(1, qty="22"), row(2, 2), row(3, 3)]
    add(new, "list-2.csv", identity=True)
    size = small.book.size
    with pytest.raises(ConflictError) as asked:
        add(old, "list-1.csv", identity=True)
    assert asked.value.problem.code == "table.ask_newest"
    (issue,) = add(old, "list-1.csv", identity=True, answers=Answers(newest=False)).issues
    assert (issue.passed_over, issue.kept) == (1, 1)
    assert small.book.size == size
    add(old, "list-1.csv", identity=True, answers=Answers(newest=True))
    assert stock(small.book) == {"flour": 30}
    with pytest.raises(ConflictError) as asked:
        add([*new, row(4, 4)], "list-3.csv", identity=True)
    assert asked.value.problem.code == "table.ask_restated", "it says what was replaced"


def test_a_row_taken_back_can_be_said_again(small, add):
    add([row(1), row(2)], identity=True)
    (wrong,) = [index for index in range(small.book.size) if _key(small.book, index) == "1"]
    small.say("warehouse", Correction, _did_not_occur(small.book.statement(wrong).id))
    with pytest.raises(ConflictError) as asked:
        add([row(1), row(2)], identity=True)
    assert asked.value.problem.code == "table.ask_restated"
    add([row(1), row(2)], identity=True, answers=Answers(newest=False))
    assert stock(small.book) == {"flour": 10}
    add([row(1), row(2)], identity=True, answers=Answers(newest=True))
    assert stock(small.book) == {"flour": 20}


def test_next_months_rows_alone_take_nothing_away(small, add):
    add([row(1, 1), row(2, 2)])
    add([row(1, 11), row(2, 12)], "list-november.csv")
    assert stock(small.book) == {"flour": 40}
    with pytest.raises(ConflictError) as asked:
        add([row(1, 12), row(2, 13)], "list-november-again.csv")
    assert asked.value.problem.code == "table.ask_gone"
    add([row(1, 12), row(2, 13)], "list-november-again.csv", answers=Answers(gone=False))
    assert stock(small.book) == {"flour": 50}


@pytest.mark.parametrize("kept", [True, False], ids=["row kept", "row not kept"])
def test_a_list_for_which_a_new_profile_was_made_is_asked_about(small, add, tmp_path, kept):
    """A profile proposed from next month's file bears that file's name: all that was said before was counted twice."""
    add([row(1), row(2, 2, "rice")], "february.csv", kept=kept)
    anew = tmp_path / "anew.toml"
    anew.write_text(profile(tmp_path, kept=kept).read_text().replace("stock-list", "march"))
    rows = [row(1), row(2, 2, "rice"), row(3, 3)]
    with pytest.raises(ConflictError) as asked:
        add(rows, "march.csv", profile=anew)
    assert asked.value.problem.code == "table.ask_profile"
    assert asked.value.problem.values == {"table": "february", "other": "march", "n": 2, "rows": 3, "of": ""}
    assert stock(small.book) == {"flour": 10, "rice": 10}
    add(rows, "march.csv", profile=anew, answers=Answers(table="february"))
    assert stock(small.book) == {"flour": 20, "rice": 10}
    rows[0]["Qty"] = "9"
    add(rows, "april.csv", kept=kept, answers=Answers(table="february", changed=True))
    assert stock(small.book) == {"flour": 19, "rice": 10}


def test_a_table_of_its_own_is_added_by_its_own_profile(small, add, tmp_path):
    add([row(1), row(2, 2, "rice")], "north.csv")
    anew = tmp_path / "anew.toml"
    anew.write_text(profile(tmp_path).read_text().replace("stock-list", "south"))
    add([row(1, 9), row(2, 8)], "south.csv", profile=anew)
    anew.write_text(profile(tmp_path).read_text().replace("stock-list", "west"))
    add([row(1, 1), row(2, 2, "rice")], "west.csv", profile=anew, answers=Answers(table="west"))
    assert stock(small.book) == {"flour": 40, "rice": 20}


def test_what_was_taken_back_is_no_table_that_comes_again(small, add, tmp_path):
    add([row(1), row(2, 2), row(3, 3)], "north.csv")
    add([row(2, 2), row(3, 3)], "north.csv", answers=Answers(gone=True))
    anew = tmp_path / "anew.toml"
    anew.write_text(profile(tmp_path).read_text().replace("stock-list", "west"))
    add([row(1)], "west.csv", profile=anew)
    assert stock(small.book) == {"flour": 30}


def test_another_table_that_shares_a_row_is_asked_about(small, add):
    north = [row(at, at) for at in range(1, 8)]
    south = [row(1, 1), *(row(at, at, "rice") for at in range(2, 8))]
    add(north, "north.csv")
    with pytest.raises(ConflictError) as asked:
        add(south, "south.csv")
    assert (asked.value.problem.code, asked.value.problem.values["table"]) == ("table.ask_table", "north")
    add(south, "south.csv", answers=Answers(table="south"))
    assert stock(small.book) == {"flour": 80, "rice": 60}
    size = small.book.size
    add(south, "south.csv")
    add(north, "north.csv")
    assert small.book.size == size


def test_a_short_table_that_shares_half_of_its_rows_with_another_takes_nothing_back_unasked(small, add):
    """Of two lists of two rows with one alike, the row that only the first has was taken back without a question."""
    add([row(1), row(2, 2, "rice")], "north.csv")
    with pytest.raises(ConflictError) as asked:
        add([row(1), row(3, 2, "oil", "7")], "south.csv")
    assert asked.value.problem.code == "table.ask_gone_most"
    assert stock(small.book) == {"flour": 10, "rice": 10}


def test_a_row_like_one_of_another_table_but_for_a_cell_is_not_said_to_be_in_it(small, add):
    """Of two sheets of one row each the second was said to be in the first already, though its waybill is another."""
    one, two = row(1, 1), {**row(1, 1), "Item": "rice"}
    add([one], "one.csv")
    with pytest.raises(ConflictError) as asked:
        add([two], "two.csv")
    asked_of = asked.value.problem
    assert (asked_of.code, asked_of.values["n"], asked_of.values["other"]) == ("table.ask_table_alike", 1, "two")
    add([two], "two.csv", answers=Answers(table="two"))
    assert stock(small.book) == {"flour": 10, "rice": 10}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_table_that_begins_its_numbers_anew_takes_nothing_back_unasked(small, tmp_path, rows):
    """Each load list counts its rows from one: the second list was taken for an edited first one, whose loads were lost."""
    loads = profile(tmp_path, identity=True)
    first = table(tmp_path, "monday.csv", [row(at, day=6, qty="10") for at in range(rows)])
    second = table(tmp_path, "tuesday.csv", [row(at, day=7, qty="8") for at in range(rows)])
    import_file(small.intake, first, party="warehouse", profile=loads)
    with pytest.raises(ConflictError) as asked:
        import_file(small.intake, second, party="warehouse", profile=loads)
    assert asked.value.problem.code == "table.ask_numbered_anew"
    own = Answers(table=str(asked.value.problem.values["other"]))
    assert import_file(small.intake, second, party="warehouse", profile=loads, answers=own).accepted == rows
    assert stock(small.book) == {"flour": Decimal(18 * rows)}
    edited = table(tmp_path, "monday.csv", [row(at, day=6, qty="9") for at in range(rows)])
    again = import_file(small.intake, edited, party="warehouse", profile=loads)
    assert (again.accepted, again.issues[0].changed) == (rows, rows)  # of the same day: edited
    assert stock(small.book) == {"flour": Decimal(17 * rows)}


def test_one_table_under_two_profiles_is_two(small, add, tmp_path):
    add([row(1)], identity=True)
    other = profile(tmp_path, identity=True)
    other.write_text(other.read_text().replace("stock-list", "other-list").replace('"commissioning"', '"receiving"'))
    assert add([row(1)], profile=other).statements == 1


def test_two_sheets_of_one_workbook_are_two_tables(small, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for name in ("North", "South"):
        sheet = book.create_sheet(name)
        sheet.append(COLUMNS)
        sheet.append(list(row(1).values()))
    book.remove(book["Sheet"])
    book.save(tmp_path / "both.xlsx")
    text = profile(tmp_path).read_text()
    for name in ("North", "South", "North"):
        chosen = tmp_path / f"{name}.toml"
        chosen.write_text(text.replace("[[statement]]", f'[read]\nsheet = "{name}"\n\n[[statement]]', 1))
        import_file(small.intake, tmp_path / "both.xlsx", party="warehouse", profile=chosen)
    assert stock(small.book) == {"flour": 20}


def test_another_party_says_its_own(small, tmp_path):
    path, shape = table(tmp_path, "list.csv", [row(1)]), profile(tmp_path, identity=True)
    for party in ("warehouse", "carrier", "warehouse", "carrier"):
        import_file(small.intake, path, party=party, profile=shape)
    assert len(entries(small.book, Goods)) == 2


def test_a_table_that_ends_early_states_nothing_of_what_was_not_read(small, add, tmp_path):
    add([row(1), row(2)], identity=True)
    path = table(tmp_path, "whole.csv", [row(at) for at in range(1, 20_000)])
    cut = tmp_path / "list.csv.gz"
    cut.write_bytes(gzip.compress(path.read_bytes())[:-300])
    size = small.book.size
    with pytest.raises(MalformedError) as refused:
        add(cut, identity=True)
    assert refused.value.problem.code == "table.unread_issue"
    assert small.book.size == size


def test_what_would_be_done_is_shown_and_nothing_is_left_behind(small, add, tmp_path):
    add([row(1, qty="20"), row(2), row(3)], identity=True)
    size, digest = small.book.size, small.book.digest()
    files = sorted(path.name for path in small.folder.rglob("*"))
    path = table(tmp_path, "next.csv", [row(1, qty="22"), row(2), row(4)])
    shape = profile(tmp_path, identity=True)
    with copy_in_memory(small.book) as copy:
        shown = import_file(Intake(copy, trial=True), path, party="warehouse", profile=shape)
    assert (small.book.size, small.book.digest()) == (size, digest)
    assert sorted(path.name for path in small.folder.rglob("*")) == files
    done = import_file(small.intake, path, party="warehouse", profile=shape)
    assert shown == done
    assert (shown.accepted, shown.already_recorded) == (2, 1)


def test_what_is_shown_beforehand_is_all_that_comes_of_it(small, tmp_path):
    """Of a first issue too: what would have no effect, what is refused and what is noted, each with its row."""
    rows = [row(1, qty="20"), row(2, qty="many"), row(3) | {"Day": "2035-10-01"}, row(4, item="flo\u200fur"), row(4)]
    path, shape = table(tmp_path, "list.csv", rows), profile(tmp_path)
    size, digest = small.book.size, small.book.digest()
    with copy_in_memory(small.book) as copy:
        shown = import_file(Intake(copy, trial=True), path, party="warehouse", profile=shape)
        assert copy.size > size
    assert (small.book.size, small.book.digest()) == (size, digest)
    done = import_file(small.intake, path, party="warehouse", profile=shape)
    assert shown == done
    assert (done.accepted, done.no_effect, done.refused) == (3, 1, 1)
    assert [note.note.code for note in done.notes] == ["cell.marks_removed"]


def test_rows_that_had_no_effect_are_told_when_they_come_again(add):
    rows = [row(1, qty="20"), row(2) | {"Day": "2035-10-01"}, row(3)]
    assert add(rows, identity=True).no_effect == 1
    again = add([*rows, row(4)], "next.csv", identity=True)
    assert (again.accepted, again.already_recorded) == (1, 3)
    assert (again.issues[0].unchanged, again.issues[0].idle) == (3, 1)
    assert "table.rows_idle" in {each.code for each in again.issues[0].told}


PAYMENTS = """
profile = "payments"
title = "Payments without a number"

[[tells]]
what = "payment"
date = "Day"
amount = "Amount"
currency = { always = "USD" }
recipient = "To"
"""


def test_payments_that_are_named_by_what_stands_in_them_are_counted(small, tmp_path):
    shape = tmp_path / "payments.toml"
    shape.write_text(PAYMENTS)
    one, other = ("2025-10-01", "10", "Mill"), ("2025-10-02", "7", "Mill")
    for number, rows in enumerate(([one, one], [one], [other, one, one, one], [one, one], [one, one])):
        path = table(
            tmp_path,
            f"{number}.csv",
            [dict(zip(("Day", "Amount", "To"), each, strict=True)) for each in rows],
            ("Day", "Amount", "To"),
        )
        answers = Answers(table="payments", newest=True, gone=True, changed=False)
        result = import_file(small.intake, path, party="fund", profile=shape, answers=answers)
        assert not result.problems
        paid = sum(int(row[1]) for row in rows)
        assert _received(small.book, "party:mill") == paid * 10_000


def test_a_copy_of_the_record_knows_the_table_too(small, add):
    add([row(1), row(2)], identity=True)
    small.book.rebuild()
    assert add([row(2), row(1)], "elsewhere.csv", identity=True).already_recorded == 2


@pytest.mark.parametrize(
    ("file", "sheet", "name"), [("a.csv.gz", "", "a"), ("a.xlsx", "Oct", "a [Oct]"), (".csv", "", ".csv")]
)
def test_a_table_is_called_after_its_first_file(file, sheet, name):
    assert table_name(file, sheet) == name


def _received(book, party):
    held = [amounts for account, amounts in book.ledger.balances.items() if party in account.split()]
    return sum(amounts["money/USD"] for amounts in held)


def _key(book, index):
    source = book.statement(index).statement.source
    return source.identity if source else ""


def _did_not_occur(statement):
    return CorrectionBody(corrects=statement, reason="did_not_occur")


def test_a_part_of_a_table_does_not_take_back_the_rest_unasked(small, add):
    add([row(1), row(2), row(3), row(4, qty="5")])
    size = small.book.size
    part = [row(4, qty="5")]
    with pytest.raises(ConflictError) as asked:
        add(part, "sent-by-mail.csv")
    assert (asked.value.problem.code, small.book.size) == ("table.ask_gone_most", size)
    assert "--gone 'list=no'" in asked.value.problem.remedy
    assert add(part, "sent-by-mail.csv", answers=Answers(gone=False)).issues[0].kept == 3
    assert stock(small.book) == {"flour": 35}
    assert add(part, "sent-by-mail.csv", answers=Answers(gone=True)).issues[0].gone == 3
    assert stock(small.book) == {"flour": 5}


WIDE = """
profile = "wide"
title = "Stock"
identity = ["Item"]
party = "warehouse"
"""


def wide(months):
    """Return a profile of a table with a column for each month."""
    tells = "".join(
        f"""
[[tells]]
what = "receipt"
place = {{ always = "place:store" }}
item = "Item"
date = {{ always = "2026-{month:02}-28" }}
quantity = "{month}"
unit = {{ always = "KGM" }}
filled = ["{month}"]
"""
        for month in months
    )
    return WIDE + tells


def test_a_further_month_of_a_row_is_one_change(small, tmp_path):
    """Each statement of a row is made of its item too, which was said to have changed from nothing."""
    for months, cells in (((1, 2), ("40", "30")), ((1, 2, 3), ("40", "31", "20"))):
        path, how = tmp_path / "stock.csv", tmp_path / "wide.toml"
        path.write_text(f"Item,{','.join(map(str, months))}\nflour,{','.join(cells)}\n")
        how.write_text(wide(months))
        result = import_file(small.intake, path, profile=how)
    (issue,) = result.issues
    assert [(field.column, field.before, field.after) for field in issue.fields] == [("2", "30", "31"), ("3", "", "20")]
    assert stock(small.book) == {"flour": 91}
