"""Two parties' tables of one flow: what both state, what is late, scope or unit, against a plain oracle."""

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import enduse
from enduse.errors import ConflictError, EnduseError
from enduse.pages.localizer import Localizer
from enduse.pages.registers_words import registers_words
from enduse.views.registers import Ask, LineDifference, ScopeValue, UnitRows

ROOT = Path(__file__).parents[4]
TWO = ROOT / "examples" / "two-tables"
MAPPING = """
{head}
[ours]
party = "Store"
date = "day"
{ours}
[ours.terms.place]
column = "place"
[ours.terms.item]
column = "item"

[theirs]
party = "Haulier"
date = "Date"
{theirs}
[theirs.terms.place]
column = "Gate"
values = {{ "e" = "East", "n" = "North" }}
others = "Sea"
[theirs.terms.item]
column = "Goods"
"""
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 31))
ROW = st.tuples(DAYS, st.sampled_from(["East", "North", "Sea", "Hill"]), st.sampled_from(["flour", "cement", "pipes"]))
WRITTEN = {"East": "e", "North": "N", "Sea": "x"}


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def ours_of(folder, rows, name="ours.csv"):
    return write(folder / name, ["day", "place", "item"], rows)


def theirs_of(folder, rows, name="theirs.csv"):
    written = [(f"{day.day}.{day.month}.{day.year}", WRITTEN.get(place, "y"), item) for day, place, item in rows]
    return write(folder / name, ["Goods", "Date", "Gate"], [(item, day, gate) for day, gate, item in written])


def mapping_of(folder, head="", ours="", theirs=""):
    path = folder / "mapping.toml"
    path.write_text(MAPPING.format(head=head, ours=ours, theirs=theirs), encoding="utf-8")
    return path


@given(data=st.data())
def test_what_both_state_is_what_a_plain_count_gives(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registers")
    ends = [(dt.date(2026, 1, 13), "East", "flour"), (dt.date(2026, 3, 25), "East", "flour")]
    mine = [*data.draw(st.lists(ROW, max_size=20)), *ends]
    other = [
        (day, place if place != "Hill" else "Sea", item) for day, place, item in data.draw(st.lists(ROW, max_size=20))
    ]
    other += ends
    kept = data.draw(st.lists(st.sampled_from([True, True, False]), min_size=len(other), max_size=len(other)))
    before = [row for row, keep in zip(other, kept, strict=True) if keep and row[0] <= dt.date(2026, 2, 14)]
    before += [(dt.date(2026, 2, 14), "East", "flour")]
    view = enduse.compare_registers(
        ours_of(folder, mine),
        theirs_of(folder, other),
        ["month", "place"],
        mapping_of(folder),
        earlier=theirs_of(folder, before, "earlier.csv") if len(before) != len(other) else None,
    )
    first = max(min(row[0] for row in rows) for rows in (mine, other))
    last = min(max(row[0] for row in rows) for rows in (mine, other))
    within = [[row for row in rows if first <= row[0] <= last] for rows in (mine, other)]
    shared = [{row[at] for row in within[0]} & {row[at] for row in within[1]} for at in (1, 2)]
    fits = [[row for row in rows if row[1] in shared[0] and row[2] in shared[1]] for rows in within]
    counts = [Counter((row[0].isoformat()[:7], row[1]) for row in rows) for rows in fits]
    cells = {cell.key: (cell.ours, cell.theirs) for cell in view.cells if cell.ours or cell.theirs}
    assert cells == {key: (counts[0][key], counts[1][key]) for key in counts[0] | counts[1]}
    assert view.total.difference == len(fits[0]) - len(fits[1])
    assert (view.ours.outside, view.theirs.outside) == (len(mine) - len(within[0]), len(other) - len(within[1]))
    alone = [len(within[side]) - len(fits[side]) for side in (0, 1)]
    assert [sum(value.rows for value in view.scope if value.side == side) for side in ("ours", "theirs")] == alone
    if view.earlier is not None:
        then = [row for row in before if first <= row[0] <= last and row[1] in shared[0] and row[2] in shared[1]]
        assert view.total.earlier == len(then)
        assert view.total.late == sum(row[0] <= dt.date(2026, 2, 14) for row in fits[1]) - len(then)
    assert sum(cell.difference for cell in view.subtotals) == view.total.difference


def test_the_invented_two(tmp_path):
    view = enduse.compare_registers(
        TWO / "list-november.csv",
        TWO / "haulier.csv",
        ["place", "month", "item"],
        TWO / "mapping.toml",
        earlier=TWO / "list-october.csv",
    )
    assert view.earlier_of == "ours"
    assert view.scope == (
        ScopeValue(
            side="theirs",
            term="place",
            value="Sea landing",
            rows=2,
            amount=2,
            first_day="2026-10-13",
            last_day="2026-10-19",
        ),
    )
    by_key = {cell.key: cell for cell in view.cells}
    assert by_key["East Gate", "2026-10", "Cement"].late == 1
    assert by_key["East Gate", "2026-10", "Flour"].late == -1, "what was taken back"
    assert by_key["North Gate", "2026-11", "Flour"].late == 0, "dated after the earlier issue, so never late"
    assert Ask(side="theirs", code="show", about=("East Gate", "Flour"), much=1) in view.asks
    assert Ask(side="ours", code="dates", about=("North Gate", "Flour"), much=2) in view.asks
    assert Ask(side="ours", code="scope", about=("place", "Sea landing"), much=2) in view.asks


def test_a_draft_is_a_mapping_of_few_lines_that_is_taken(tmp_path):
    draft = enduse.propose_mapping(TWO / "list-november.csv", TWO / "haulier.csv", ["place", "month", "item"])
    assert len(draft.splitlines()) <= 40
    path = tmp_path / "draft.toml"
    path.write_text(draft.replace('"East" = "East"', '"East" = "East Gate"'), encoding="utf-8")
    view = enduse.compare_registers(TWO / "list-november.csv", TWO / "haulier.csv", ["place", "month", "item"], path)
    assert {cell.key[2] for cell in view.cells} == {"Cement"}, "the names that differ are told as scope, not as loss"
    assert {value.value for value in view.scope} >= {"Flour", "wheat flour", "North Gate", "North", "Sea landing"}


def test_a_draft_recognises_quantities_and_waybills(tmp_path):
    ours = write(
        tmp_path / "a.csv", ["received", "Waybill", "Weight (kg)", "Site"], [("2026-01-01", "w1", "500", "Hill")]
    )
    theirs = write(
        tmp_path / "b.csv", ["Day", "waybill no", "Qty", "Unit", "Location"], [("2026-01-01", "w1", "1", "MT", "hill")]
    )
    draft = enduse.propose_mapping(ours, theirs, ["place"])
    for line in (
        'unit = "t"',
        'id = "Waybill"',
        'id = "waybill no"',
        'factors = { "kg" = "0.001" }',
        'date = "received"',
    ):
        assert line in draft.splitlines()
    assert '"hill" = "Hill"' in draft
    path = tmp_path / "draft.toml"
    path.write_text(draft, encoding="utf-8")
    view = enduse.compare_registers(ours, theirs, ["place"], path)
    assert (view.total.ours, view.total.theirs) == (Decimal("0.5"), Decimal(1))
    assert view.lines.differences == (
        LineDifference(item="w1", what="amount", ours="0.5", theirs="1", ours_row=2, theirs_row=2),
    )


def test_a_draft_shows_how_amounts_are_said_where_a_unit_is_not_known(tmp_path):
    """It saw Quantity, Unit and Bags, and proposed nothing: how amounts are said stood nowhere."""
    ours = write(
        tmp_path / "a.csv",
        ["Date", "Store", "Quantity", "Unit"],
        [("2026-01-01", "Hill", "20", "t"), ("2026-01-02", "", "400", "bags")],
    )
    theirs = write(tmp_path / "b.csv", ["Date", "Place", "Bags"], [("2026-01-01", "Hill", "400")])
    draft = enduse.propose_mapping(ours, theirs, ["place"])
    assert '"" = ""' not in draft
    for line in (
        '# unit = "t"',
        '# column = "Quantity"',
        '# unit_column = "Unit"',
        '# factors = { "t" = "1" } # "bags" = "…"',
        '# column = "Bags"',
        '# unit = "Bags"',
        '# factors = { "Bags" = "…" }',
    ):
        assert line in draft.splitlines()
    path = tmp_path / "draft.toml"
    path.write_text(draft, encoding="utf-8")
    assert enduse.compare_registers(ours, theirs, ["place"], path).unit == "", "rows are counted"
    filled = draft.replace('{ "t" = "1" } # "bags" = "…"', '{ "t" = "1", "bags" = "0.05" }').replace('"…"', '"0.05"')
    path.write_text(filled.replace("# ", ""), encoding="utf-8")
    view = enduse.compare_registers(ours, theirs, ["place"], path)
    assert (view.ours.rows, view.total.ours, view.total.theirs) == (2, 20, 20)


def test_a_column_named_as_the_unit_of_all_rows_is_told_as_such(tmp_path):
    ours = write(tmp_path / "a.csv", ["day", "place", "n", "Unit"], [("2026-01-13", "North", "2", "t")])
    theirs = write(tmp_path / "b.csv", ["day", "place", "t", "w"], [("2026-01-13", "North", "2", "w1")])
    path = tmp_path / "m.toml"
    named = WAY.replace('id = "w"\n', "").replace('{ column = "t" }', '{ column = "n", unit = "unit" }', 1)
    path.write_text(named, encoding="utf-8")
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(ours, theirs, ["place"], path)
    assert caught.value.problem.code == "compare.unit_is_column"
    assert 'unit_column = "Unit"' in caught.value.problem.remedy


def test_amounts_are_brought_to_one_unit_and_what_cannot_be_is_told(tmp_path):
    ours = write(
        tmp_path / "a.csv",
        ["day", "n", "u", "place"],
        [("2026-01-01", "2", "bags", "x"), ("2026-01-02", "3", "t", "x")],
    )
    theirs = write(
        tmp_path / "b.csv",
        ["day", "n", "u", "place"],
        [("2026-01-01", "100", "kg", "x"), ("2026-01-02", "7", "pallets", "x"), ("2026-01-02", "-", "kg", "x")],
    )
    party = 'date = "day"\nquantity = {{ column = "n", unit_column = "u", factors = {{ {factors} }} }}\nterms.place.column = "place"\n'
    path = tmp_path / "m.toml"
    path.write_text(
        'unit = "t"\n[ours]\nparty = "A"\n'
        + party.format(factors='bags = "0.05"')
        + '[theirs]\nparty = "B"\n'
        + party.format(factors='kg = "0.001"'),
        encoding="utf-8",
    )
    view = enduse.compare_registers(ours, theirs, ["place"], path)
    assert (view.total.ours, view.total.theirs) == (Decimal("3.10"), Decimal("0.100"))
    assert set(view.units) == {
        UnitRows(side="theirs", unit="pallets", rows=1),
        UnitRows(side="theirs", unit="", rows=1),
    }
    assert Ask(side="theirs", code="unit", about=("pallets",), much=1) in view.asks


def test_line_by_line_where_both_name_the_consignment(tmp_path):
    ours = write(
        tmp_path / "ours.csv",
        ["day", "place", "item", "w"],
        [
            ("2026-01-01", "East", "flour", "w1"),
            ("2026-01-02", "East", "flour", "w2"),
            ("2026-01-03", "East", "flour", "w3"),
        ],
    )
    theirs = write(
        tmp_path / "theirs.csv",
        ["Date", "Gate", "Goods", "No"],
        [
            ("2026-01-01", "e", "flour", "w1"),
            ("2026-01-03", "e", "flour", "w2"),
            ("2026-01-03", "e", "flour", ""),
            ("2026-01-03", "e", "flour", "w9"),
        ],
    )
    lines = enduse.compare_registers(
        ours, theirs, ["place"], mapping_of(tmp_path, ours='id = "w"', theirs='id = "No"')
    ).lines
    assert (lines.both, lines.agree, lines.unnamed) == (2, 1, (0, 1))
    assert [(each.item, each.what, each.ours, each.theirs) for each in lines.differences] == [
        ("w2", "day", "2026-01-02", "2026-01-03")
    ]
    assert [(each.side, each.item, each.row) for each in lines.lone] == [("ours", "w3", 4), ("theirs", "w9", 5)]


WAY = """
unit = "t"
[ours]
party = "Mill"
date = "day"
id = "w"
quantity = { column = "t" }
terms.place.column = "place"
[theirs]
party = "Store"
date = "day"
id = "w"
quantity = { column = "t" }
terms.place.column = "place"
"""


def on_the_way(folder, ours, theirs, by=("place", "month"), text=WAY, **days):
    """What a mill sent beside what a store received, as (day, place, tonnes, waybill)."""
    tables = [
        write(folder / f"{name}.csv", ["day", "place", "t", "w"], rows)
        for name, rows in (("sent", ours), ("came", theirs))
    ]
    path = folder / "way.toml"
    path.write_text(text, encoding="utf-8")
    return enduse.compare_registers(tables[0], tables[1], by, path, **days)


SENT = [
    ("2026-10-03", "North", "20", "w1"),
    ("2026-10-05", "North", "20", "w2"),
    ("2026-10-12", "South", "7", "w4"),
    ("2026-10-30", "North", "10", "w7"),
    ("2026-10-31", "South", "50", "w8"),
]
CAME = [
    ("2026-10-04", "North", "20", "w1"),
    ("2026-10-06", "North", "19", "w2"),
    ("2026-10-13", "South", "7", "w4"),
    ("2026-11-02", "North", "10", "w7"),
    ("2026-10-28", "North", "2", "w9"),
]


def test_what_both_name_is_compared_whole_though_the_edge_of_the_days_lies_between_its_days(tmp_path):
    """A load sent on the 3rd and received on the 4th lost its half where the store's list begins on the 4th."""
    view = on_the_way(tmp_path, SENT, CAME)
    assert (view.first_day, view.last_day) == ("2026-10-04", "2026-10-31")
    assert (view.total.ours, view.total.theirs, view.total.difference) == (107, 58, 49)
    assert {cell.key: cell.difference for cell in view.cells} == {("North", "2026-10"): -1, ("South", "2026-10"): 50}
    assert [(line.side, line.item) for line in view.lines.lone] == [("ours", "w8"), ("theirs", "w9")]
    assert (view.ours.outside, view.theirs.outside) == (0, 0)


def test_what_both_name_is_looked_for_in_a_question_of_some_days_on_the_earlier_of_its_days(tmp_path):
    october = on_the_way(tmp_path, SENT, CAME, until=dt.date(2026, 10, 31))
    assert october.total.difference == 49
    late = on_the_way(tmp_path, SENT, CAME, since=dt.date(2026, 10, 4))
    assert (late.total.ours, late.total.theirs) == (87, 38), "w1 was sent before"
    assert (late.ours.outside, late.theirs.outside) == (1, 1)
    assert [(line.side, line.item) for line in late.lines.lone] == [("ours", "w8"), ("theirs", "w9")]
    periods = WAY + '[periods]\n"October" = [2026-10-01, 2026-10-31]\n"November" = [2026-11-01, 2026-11-30]\n'
    by_period = on_the_way(tmp_path, SENT, CAME, by=("period",), text=periods)
    assert {cell.key: (cell.ours, cell.theirs) for cell in by_period.cells} == {("October",): (107, 58)}


def test_what_both_name_is_compared_whole_though_one_calls_its_place_as_the_other_never_does(tmp_path):
    came = [*CAME, ("2026-10-06", "Quay", "5", "w3"), ("2026-10-07", "Quay", "4", "w5")]
    view = on_the_way(tmp_path, [*SENT, ("2026-10-05", "North", "5", "w3")], came)
    assert [(value.value, value.rows) for value in view.scope] == [("Quay", 1)], "w5 alone, which the mill never names"
    assert (view.total.ours, view.total.theirs) == (112, 63)
    assert ("w3", "place") in {(apart.item, apart.what) for apart in view.lines.differences}
    assert {line.item for line in view.lines.lone} == {"w8", "w9"}


def test_an_earlier_issue_is_looked_at_on_the_same_days(tmp_path):
    tables = [
        write(tmp_path / f"{name}.csv", ["day", "place", "t", "w"], rows)
        for name, rows in (("sent", SENT), ("came", CAME), ("before", CAME[:3]))
    ]
    (tmp_path / "way.toml").write_text(f'earlier_of = "theirs"\n{WAY}', encoding="utf-8")
    view = enduse.compare_registers(
        tables[0], tables[1], ["place", "month"], tmp_path / "way.toml", earlier=tables[2], until=dt.date(2026, 10, 31)
    )
    assert (view.total.earlier, view.total.late) == (46, 0)


def test_a_total_is_none_of_the_rows_and_told_and_amounts_are_plain(tmp_path):
    """Tonnes and bags in one column have no sum: the total was one of the rows dated outside the days."""
    text = WAY.replace('column = "t" }', 'column = "t", unit = "bag", factors = { bag = 0.050 } }')
    view = on_the_way(tmp_path, [*SENT, ("Total", "", "9", "")], [*CAME, ("Total", "", "9", "")], text=text)
    assert (view.ours.outside, view.ours.rows, view.theirs.rows) == (0, 5, 5)
    amounts = [(apart.ours, apart.theirs) for apart in view.lines.differences if apart.what == "amount"]
    assert amounts == [("1", "0.95")]
    worded = registers_words(view, Localizer("en", {}))
    told = next(table for table in worded.tables if table.title == "What was not read as it stands")
    assert [(row[0], row[2]) for row in told.rows] == [("sent.csv", 1), ("came.csv", 1)]


def test_the_sum_of_a_month_stands_behind_its_parts(tmp_path):
    worded = registers_words(on_the_way(tmp_path, SENT, CAME), Localizer("en", {}))
    assert [row[:2] for row in worded.tables[0].rows] == [
        ("North", "2026-10"),
        ("South", "2026-10"),
        ("all", "2026-10"),
        ("all", "all"),
    ]


def test_it_is_said_how_what_lies_across_the_edge_was_taken(tmp_path):
    words = Localizer("en", {})
    lead = registers_words(on_the_way(tmp_path, SENT, CAME), words).lead
    assert any("both name" in sentence and "earlier" in sentence for sentence in lead)
    assert not any("on their way" in sentence for sentence in lead), "nothing is left out"
    unnamed = WAY.replace('id = "w"\n', "")
    lead = registers_words(on_the_way(tmp_path, SENT, CAME, text=unnamed), words).lead
    assert any("on their way" in sentence for sentence in lead)
    assert not any("both name" in sentence for sentence in lead)


@pytest.mark.parametrize(
    ("mapping", "by", "code", "place"),
    [
        ({}, ["district"], "compare.term_missing", ("mapping.toml", "$.ours.terms")),
        ({}, ["period"], "compare.periods_missing", ("mapping.toml", "")),
        ({"head": 'unit = "t"'}, ["place"], "compare.quantity_missing", ("mapping.toml", "$.ours.quantity")),
        ({"head": "unit = t"}, ["place"], "compare.mapping_not_toml", ("mapping.toml", "")),
        ({"ours": "colour = 1"}, ["place"], "field.unknown", ("mapping.toml", "$.ours")),
        ({"ours": 'only = { gate = ["East"] }'}, ["place"], "compare.term_missing", ("mapping.toml", "$.ours.only")),
        ({"ours": 'id = "nowhere"'}, ["place"], "word.unknown", ("ours.csv", "")),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_its_place_and_a_remedy(tmp_path, mapping, by, code, place):
    row = (dt.date(2026, 1, 13), "East", "flour")
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(
            ours_of(tmp_path, [row]), theirs_of(tmp_path, [row]), by, mapping_of(tmp_path, **mapping)
        )
    problem = caught.value.problem
    assert (problem.code, problem.source, problem.path) == (code, *place)
    assert problem.remedy


def test_tables_that_share_nothing_and_files_given_twice_are_refused(tmp_path):
    row = (dt.date(2026, 1, 13), "East", "flour")
    ours, mapping = ours_of(tmp_path, [row]), mapping_of(tmp_path)
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(ours, theirs_of(tmp_path, [(row[0], "North", "flour")]), ["place"], mapping)
    assert caught.value.problem.code == "compare.no_common_value"
    theirs = theirs_of(tmp_path, [row])
    with pytest.raises(ConflictError):
        enduse.compare_registers(ours, theirs, ["place"], mapping, earlier=theirs)
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(ours, theirs, ["place"], mapping, earlier=TWO / "list-october.csv")
    assert caught.value.problem.code == "compare.earlier_of_neither"


def test_days_that_one_register_does_not_reach_are_no_difference_whatever_it_is_compared_by(tmp_path):
    days = [dt.date(2026, 1, day) for day in (1, 5, 13)]
    ours = ours_of(tmp_path, [(day, "East", "flour") for day in days])
    theirs = theirs_of(tmp_path, [(day, "East", "flour") for day in days[1:]])
    mapping = mapping_of(tmp_path)
    view = enduse.compare_registers(ours, theirs, ["place"], mapping)
    assert (view.total.ours, view.total.theirs, view.ours.outside) == (2, 2, 1)
    assert enduse.compare_registers(ours, theirs, ["place"], mapping, until=dt.date(2026, 1, 6)).total.ours == 1
    undated = MAPPING.replace('date = "Date"\n', "").format(head="", ours="", theirs="")
    mapping.write_text(undated, encoding="utf-8")
    assert enduse.compare_registers(ours, theirs, ["place"], mapping).total.difference == 1
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(ours, theirs, ["place"], mapping, until=dt.date(2026, 1, 6))
    assert (caught.value.problem.code, caught.value.problem.source) == ("compare.no_days", "theirs.csv")


def test_rows_are_left_out_by_a_term_that_only_one_table_has(tmp_path):
    row = (dt.date(2026, 1, 13), "East", "flour")
    mapping = mapping_of(tmp_path, theirs='only = { status = ["sent"] }\nterms.status.column = "Goods"')
    view = enduse.compare_registers(ours_of(tmp_path, [row]), theirs_of(tmp_path, [row]), ["place"], mapping)
    assert (view.theirs.left_out, view.total.theirs) == (1, 0)


def test_where_no_day_is_above_twelve_the_mapping_says_which_comes_first(tmp_path):
    rows = [(dt.date(2026, 3, 4), "East", "flour"), (dt.date(2026, 3, 5), "East", "flour")]
    ours, theirs = ours_of(tmp_path, rows), theirs_of(tmp_path, rows)
    with pytest.raises(EnduseError) as caught:
        enduse.compare_registers(ours, theirs, ["month"], mapping_of(tmp_path))
    problem = caught.value.problem
    assert (problem.code, problem.source, problem.cell) == ("compare.no_day_of_party", "theirs.csv", "B2")
    view = enduse.compare_registers(ours, theirs, ["month"], mapping_of(tmp_path, theirs='date_order = "day"'))
    assert [cell.key for cell in view.cells] == [("2026-03",)]
