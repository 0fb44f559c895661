"""Tables as people have them, taken in by a programme with the proposed profile: every row has effect, with its right figure, once.

The tables are no part of this repository. `tests/unit/exchange/tables/test_real_tables.py` holds how each is read.
"""

from collections import defaultdict
from decimal import Decimal

import pytest

import enduse
from enduse.book.book import Book
from enduse.exchange.tables.figure_columns import undated

pytest.importorskip("python_calamine", reason="LOUD: python-calamine is not installed (extra 'workbooks')")

PROGRAMME = """
origin: examples.enduse.example/sheets
at: 2000-01-01
founding:
  title: {en: Whatever tables tell}
  about: {en: A programme that takes every table.}
  keeper: party:reader
  languages: [en]
  functions:
    - {function: reporting, name: {en: Reporting}, needed_at: [], shared: true}
  rules:
    - {act: report, function: reporting}
  open_acts: [goods, pledge, disbursement, expenditure]
parties:
  - {party: party:reader, name: {en: Whoever reads}, type: monitor, invented: true}
places:
  - {place: "place:world", name: {en: The world}, type: country}
mandates:
  - mandate: mandate:reporting
    holder: party:reader
    functions: [reporting]
    places: ["place:world"]
    period: {start: 2000-01-01}
    accepted: 2000-01-01
"""


def figure(unit, date=None, **more):
    return {"what": "figure", "unit": unit, **({"date": date} if date else {}), **more}


LONG = 300
"""Rows from which on a sheet is for the longer batteries."""

SHEETS = {
    "3w": ("01-chad-3w-2025-04.xlsx", "", {"what": "activity", "date": "2025-04-30"}, 1556, {}),
    "3w, second sheet": (
        "01-chad-3w-2025-04.xlsx",
        "3W Physique",
        {"what": "activity", "date": "2025-04-30", "title": "Organisation"},
        760,
        {},
    ),
    "people in need": (
        "02-ukraine-hno-2023-pin.xlsx",
        "Overall Affected PIN By Oblast",
        figure("people", "2023-02-15"),
        27,
        {"Overall PIN / Intersectoral": "17569675.676", "Affected / Total": "21328024.633"},
    ),
    "by cluster": (
        "02-ukraine-hno-2023-pin.xlsx",
        "Cluster PIN By Oblast",
        figure("people", "2023-02-15"),
        27,
        {"WASH": "11031772.162"},
    ),
    "displaced": (
        "03-ukraine-idp-round14.xlsx",
        "",
        figure("people"),
        25,
        {"Estimated max. de facto IDPs present": "3674000", "Estimated max. returnee pop. Present": "4573000"},
    ),
    "shares": (
        "03-ukraine-idp-round14.xlsx",
        "Current Location of IDPs",
        figure("share", "2023-09-30", value="% of IDPs"),
        6,
        {"% of IDPs": "1"},
    ),
    "vessels": ("04-black-sea-grain-vessels.xlsx", "Data", {"what": "dispatch", "unit": "t", "zone": "UTC"}, 714, {}),
    "three header rows": (
        "05-kenya-drought-reached.csv",
        "",
        figure("people", "2022-01-01"),
        23,
        {"OVERALL Affected / Total Affected": "4229374", "OVERALL Affected / Target": "2003262"},
    ),
    "a total one off": (
        "06-somalia-ipc-2022.csv",
        "",
        figure("people", "2022-10-01"),
        74,
        {"Population / -2022": "16384728", "Crisis / IPC 3": "4200310"},
    ),
    "groups of one place": (
        "07-sahel-nutrition-2017.csv",
        "",
        figure("people", "2017-01-01"),
        24,
        {"Affected 2017": "9336579", "In Need 2017": "8798335", "Targeted 2017": "5591338"},
    ),
    "projects of one region": (
        "08-ukraine-regional-fund-2021.xlsx",
        "",
        figure("thousand UAH", "2022-01-01", place="Код області"),
        306,
        {},
    ),
    "western bytes": (
        "09-caf-population-adm3-cp1252.csv",
        "",
        figure("people", "2015-01-01"),
        177,
        {"T_TL": "4953014", "T_TF": "2525065", "T_TM": "2427950"},
    ),
    "kobo, csv": ("10-kobo-export-semicolon.csv", "", {"what": "claim", "about": "project:forest"}, 3, {}),
    "kobo, repeats": (
        "11-kobo-api-v2-repeats.json",
        "demo",
        figure("years", "2022-01-06", value="demo/age"),
        7,
        {"demo/age": "214"},
    ),
    "odk": (
        "12-odk-central-odata.json",
        "",
        {"what": "claim", "about": "project:x", "words": "local_ecosystem", "date": "today"},
        3,
        {},
    ),
    "xls": (
        "13-spanish-3w-quality.xls",
        "input-quality-no-hxl",
        figure("people"),
        4,
        {"¿Para quién? / Hombres": "535", "Mujeres": "605"},
    ),
    "ods": ("14-iati-two-sheets.ods", "transactions", {"what": "payment", "currency": "USD"}, 4, {}),
    "all text": (
        "15-unhcr-iati-budget-2016.xlsx",
        "",
        figure("USD", date="budget_period_start"),
        101,
        {"budget_value": "7104015471.466"},
    ),
    "bank": ("16-bank-statement-gbp.csv", "", {"what": "payment,expense", "recipient": "party:us"}, 7, {}),
    "pledge and payment": ("17-cbpf-pledge.csv", "", {"what": "pledge,payment", "currency": "USD"}, 1, {}),
    "1904": (
        "19-date-formats-1904.xlsx",
        "Tests",
        {"what": "claim", "about": "place:x", "words": "Format", "zone": "UTC"},
        45,
        {},
    ),
    "arabic bytes": (
        "21-derived-water-answers-cp1256.csv",
        "",
        figure("answers", "2023-01-01"),
        16,
        {"العدد": "39"},
    ),
    "utf-16": ("22-derived-ukraine-pin-utf16.txt", "", figure("people", "2023-02-15"), 25, {}),
}
"""File, sheet, answers (at most five), rows that hold something, and sums of figures by what their column is called."""


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "sheets.yaml").write_text(PROGRAMME)
    enduse.create(folder / "record", folder / "sheets.yaml")
    return folder / "record"


@pytest.mark.parametrize(
    "each", [pytest.param(name, marks=pytest.mark.soak if sheet[3] > LONG else ()) for name, sheet in SHEETS.items()]
)
def test_every_row_of_a_table_as_people_have_it_has_effect_once(programme, shared, tmp_path, each):
    if not (shared / "tables").is_dir():
        pytest.skip("NOT RUN: the folder of real tables is not here")
    name, sheet, answers, rows, sums = SHEETS[each]
    answers |= {"party": "party:reader"}
    assert len(answers) <= 5
    table, profile = shared / "tables" / name, tmp_path / "proposed.toml"
    found = enduse.propose_profile(table, answers, sheet=sheet)
    assert [question.key for question in found.questions] == []
    profile.write_text(found.profile, encoding="utf-8")
    with enduse.open(programme) as opened, opened.writing():
        shown = opened.add(table, profile=profile, dry_run=True)
        added = opened.add(table, profile=profile)
        again = opened.add(table, profile=profile)
    assert [problem.code for problem in added.problems] == []
    assert (added.accepted, added.no_effect, added.refused) == (rows, 0, 0)
    assert shown == added
    assert (again.accepted, again.already_recorded, again.refused) == (0, rows, 0)
    if sums:
        totals = defaultdict(Decimal)
        sources = {name, undated(table.stem), answers.get("source")}
        with Book.open(programme) as book:
            for values in book.programme.series.values.values():
                for value in values:
                    if value.body.citation.source in sources:
                        totals[value.body.wording["en"]] += Decimal(value.body.value)
        told = {column: round(totals[column], 3) for column in sums}
        assert told == {column: Decimal(total) for column, total in sums.items()}
