"""The real truck register, read where it lies: every row accounted for, the figures that its README states."""

import csv
import datetime as dt
import gzip
import resource
from collections import Counter

import pytest

from enduse.exchange.tables import read_table, recognise
from enduse.statements.codec import decode, encode
from enduse.statements.epcis import read_event

NAME = "unrwa_gaza_aid_trucks_2023-10-21_2025-01-16.csv.gz"
ROWS = 50_059


@pytest.fixture(scope="module")
def register(shared):
    path = shared / "field" / NAME
    assert recognise(path).profile == "unrwa-trucks"
    rows = drafts = 0
    seen, some = set(), []
    told = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with read_table(path) as table:
        for row in table:
            rows += 1
            drafts += len(row.statements)
            seen.add(row.source.row)
            assert row.statements or row.problems
            assert row.notes[-1].code == "row.no_custody"
            told.update(note.code for note in row.notes)
            if row.source.row is not None and (row.source.row % 500 == 1 or row.source.row in {4871, 21883, 3688}):
                some.append(row)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "rows": rows,
        "drafts": drafts,
        "seen": seen,
        "some": some,
        "told": told,
        "grown_kib": grown,
        "summary": table.summary(),
    }


def test_every_row_is_a_statement_with_its_row(register):
    assert register["rows"] == register["drafts"] == len(register["seen"]) == ROWS
    assert register["seen"] == set(range(1, ROWS + 1))
    summary = register["summary"]
    assert (summary.rows, summary.taken, summary.refused, summary.blank) == (ROWS, ROWS, 0, 0)
    assert summary.complete
    assert not summary.lost


def test_names_that_differ_in_a_sign_only_are_told(register):
    # UNRWA+PRCS beside UNRWA + PRCS, IOM/NRC beside IOM + NRC, UNRWA +NRC beside UNRWA + NRC
    assert register["told"] == {"row.no_custody": ROWS, "cell.name_shared": 3}


def test_the_figures_are_those_of_the_readme(register):
    figures = {figure.name: (figure.count, figure.share) for figure in register["summary"].figures}
    assert figures == {
        "over_60_pallets": (29, "0.0006"),
        "several_trucks_on_one": (16, "0.0003"),
        "zero_pallets": (94, "0.0019"),
        "zero": (116, "0.0023"),
        "no_unit": (1_137, "0.0227"),
        "no_recipient": (6_996, "0.1398"),
        "no_donor": (5, "0.0001"),
        "no_custody_id": (ROWS, "1.0000"),
        "indistinguishable": (31_686, "0.6330"),
    }
    tallies = register["summary"].tallies
    assert tallies["units"]["Pallets"] == 38_033
    assert (tallies["units"]["MT"], tallies["units"]["Ton"], tallies["units"]["Truck"]) == (6_724, 364, 3_610)
    assert tallies["crossing"]["Kerem Shalom"] == 27_498
    assert tallies["data_source"]["UNRWA"] == 32_069
    assert tallies["cargo_category"]["Food Items"] == 38_390


def test_it_takes_little_memory(register):
    assert register["grown_kib"] < 100 * 1024, register["grown_kib"]


def test_statements_say_what_the_row_says_and_no_more(register):
    by_row = {
        row.source.row: row.statements[0].statement("example.org/t", "party:importer", 1) for row in register["some"]
    }
    assert len(by_row) > 100
    for row, statement in by_row.items():
        assert decode(encode(statement)) == statement
        event = read_event(statement.body.event)
        assert (event.type, event.action, event.biz_step) == ("ObjectEvent", "OBSERVE", "receiving")
        assert event.transactions == ()
        assert statement.place == event.read_point
        assert statement.occurred_at == event.event_time
        assert statement.source.row == row
    first = read_event(by_row[1].body.event)
    assert (first.elements[0].material, first.elements[0].quantity, first.elements[0].unit) == (
        "food-items",
        "22",
        "XPX",
    )
    assert first.destinations == (("possessing_party", "party:unrwa"),)
    zero, no_unit, nobody = (read_event(by_row[row].body.event) for row in (4871, 21883, 3688))
    assert zero.elements[0].quantity == "0"
    assert no_unit.elements[0].quantity is None, "a bare number would be read as pieces"
    assert '"units"' not in by_row[21883].body.event
    assert '"quantity":"' in by_row[21883].body.event, "the number stays as written"
    assert nobody.destinations == (("possessing_party", "party:not-stated"),)


def test_the_regime_the_units_and_the_loads_of_the_register_itself(shared):
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("scipy")
    import regimes
    import shortfalls

    with gzip.open(shared / "field" / NAME, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = dt.date(2023, 10, 21)
    days = numpy.array([(dt.date.fromisoformat(row["received_date"][:10]) - first).days for row in rows])
    names = sorted({row["donation_type"] for row in rows})
    daily = numpy.zeros((len(names), days.max() + 1))
    numpy.add.at(daily, (numpy.array([names.index(row["donation_type"]) for row in rows]), days), 1)
    change = regimes.regime_change(daily)
    assert first + dt.timedelta(change.at) == dt.date(2024, 5, 6)
    assert change.p_value < 0.01
    pallets = numpy.array([float(row["quantity"] or 0) if row["units"] == "Pallets" else 0.0 for row in rows])
    found, _ = regimes.unit_errors(pallets)
    assert set(numpy.flatnonzero(pallets > 60)) <= set(found.tolist())
    assert (found.size, int((pallets > 60).sum())) == (35, 29)

    use = numpy.flatnonzero((pallets > 0) & (pallets <= 60) & (days >= 227) & (days < 227 + 32 * 7))
    week = (days[use] - 227) // 7
    kinds = {}
    kind = numpy.array([kinds.setdefault((rows[at]["cargo_description"], rows[at]["donor"]), len(kinds)) for at in use])
    place = numpy.array(
        [
            ("Kerem Shalom", "Western Erez").index(rows[at]["crossing"])
            if rows[at]["crossing"] in {"Kerem Shalom", "Western Erez"}
            else 2
            for at in use
        ]
    )
    usual = shortfalls.scan(*shortfalls.loads(pallets[use], kind, (place, week), (3, 32)))
    assert usual.found == ()
    taken = numpy.where((place == 1) & (week == 20), pallets[use] * 0.3, pallets[use])
    seen = shortfalls.scan(*shortfalls.loads(taken, kind, (place, week), (3, 32)), false_alarm=1.0)
    furthest = next(one for one in seen.found if one.series == 1)
    assert (furthest.first, furthest.last) == (20, 20)
    assert furthest.missing == pytest.approx(0.7, abs=0.1)
    assert seen.p_value < usual.p_value, "one week cannot be proven, but it must look odder than none"
