"""Tables of loads, invented, and the many ways in which people write one."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
from hypothesis import strategies as st

ITEMS = ("Flour", "Cement", "Pipes, 4in", "Öl; rein", "إسمنت")
COLUMNS = ("Day", "Paper", "Goods", "Load", "Unit", "To")
ARABIC = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)} | {ord(","): "\u066c", ord("."): "\u066b"}

rows = st.lists(
    st.tuples(
        st.dates(date(2024, 1, 1), date(2026, 6, 30)),
        st.integers(1, 10**6).map(lambda number: f"W-{number}"),
        st.sampled_from(ITEMS),
        st.decimals(Decimal("0.001"), Decimal(999_999), places=3),
        st.sampled_from(("t", "kg", "bags")),
        st.sampled_from(("Red Hill", "party:blue")),
    ),
    min_size=1,
    max_size=8,
)
SEPARATORS = {"1234.5": ("", "."), "1,234.5": (",", "."), "1.234,5": (".", ","), "1234,5": ("", ",")}
DATES = {
    "day-month-year": "%d/%m/%Y",
    "month-day-year": "%m-%d-%Y",
    "year-month-day": "%Y-%m-%d",
    "%d %b %Y": "%d %b %Y",
}


def number_as(value, style):
    group, point = SEPARATORS[style]
    text = f"{value:,.3f}"
    return text.replace(",", "\x00").replace(".", point).replace("\x00", group)


@st.composite
def dialects(draw):
    return {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "encoding": draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16"))),
        "ending": draw(st.sampled_from(("\r\n", "\n"))),
        "hint": draw(st.booleans()),
        "titles": draw(st.integers(0, 3)),
        "tags": draw(st.booleans()),
        "numbers": draw(st.sampled_from(list(SEPARATORS))),
        "dates": draw(st.sampled_from(list(DATES))),
        "arabic": draw(st.booleans()),
        "order": draw(st.permutations(range(len(COLUMNS)))),
        "quoting": draw(st.sampled_from((csv.QUOTE_ALL, csv.QUOTE_MINIMAL))),
    }


def written(part, dialect):
    """Return rows of texts as somebody writes them in a dialect."""
    texts = []
    for day, paper, item, load, unit, to in part:
        cells = [day.strftime(DATES[dialect["dates"]]), paper, item, number_as(load, dialect["numbers"]), unit, to]
        if dialect["arabic"]:
            cells[0], cells[3] = (
                cells[0].translate({**ARABIC, 44: ",", 46: "."}),
                cells[3].translate({code: sign for code, sign in ARABIC.items() if chr(code).isdigit()}),
            )
        texts.append([cells[at] for at in dialect["order"]])
    return texts


def as_csv(part, dialect):
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=dialect["delimiter"], lineterminator=dialect["ending"], quoting=dialect["quoting"]
    )
    for at in range(dialect["titles"]):
        writer.writerow([f"Title {at}", *[""] * (len(COLUMNS) - 1)])
    writer.writerow([COLUMNS[at] for at in dialect["order"]])
    if dialect["tags"]:
        writer.writerow([f"#tag{at}" for at in dialect["order"]])
    writer.writerows(written(part, dialect))
    hint = f"sep={dialect['delimiter']}{dialect['ending']}" if dialect["hint"] else ""
    return (hint + out.getvalue()).encode(dialect["encoding"])


def as_workbook(part, dialect):
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Other"
    sheet = book.create_sheet("Data")
    for at in range(dialect["titles"]):
        sheet.append([f"Title {at}"])
    sheet.append([COLUMNS[at] for at in dialect["order"]])
    for row in part:
        sheet.append([row[at] for at in dialect["order"]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PLAIN = {
    "delimiter": ",",
    "encoding": "utf-8",
    "ending": "\n",
    "hint": False,
    "titles": 0,
    "tags": False,
    "numbers": "1234.5",
    "dates": "year-month-day",
    "arabic": False,
    "order": list(range(len(COLUMNS))),
    "quoting": csv.QUOTE_MINIMAL,
}
