"""A small invented town as rows of the workbook, by the codes of sheets and columns; and how a clerk writes them in."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

import enduse
from enduse.exchange.template.layout import FORM_OF
from enduse.exchange.template.reading import heads
from enduse.exchange.template.words import folded, sheet_words

TOWN: dict[str, list[dict[str, Any]]] = {
    "programme": [
        {
            "title_en": "Rebuilding Harbour Town",
            "title_ar": "إعادة إعمار مدينة الميناء",
            "record": "example.org/harbour-town",
            "keeper": "Registry",
            "start": date(2026, 3, 1),
            "zone": "+03:00",
        }
    ],
    "parties": [
        {"name_en": "Registry", "name_ar": "السجل", "party_type": "agency"},
        {"name_en": "Northland", "name_ar": "نورثلاند", "party_type": "state"},
        {"name_en": "Harbour Fund", "name_ar": "صندوق الميناء", "party_type": "fund"},
        {"name_en": "Poplar Works", "name_ar": "أشغال الحور", "party_type": "company"},
        {"name_en": "Karst Cement", "name_ar": "إسمنت كارست", "party_type": "company"},
        {"name_en": "Checkers", "name_ar": "المدققون", "party_type": "monitor"},
    ],
    "places": [
        {"name_en": "School site", "name_ar": "موقع المدرسة", "place_type": "site", "within": "Harbour Town"},
        {"name_en": "Harbour Town", "name_ar": "مدينة الميناء", "place_type": "area"},
        {"name_en": "Central store", "name_ar": "المخزن المركزي", "place_type": "warehouse", "within": "Harbour Town"},
    ],
    "materials": [{"name_en": "Cement", "name_ar": "إسمنت"}],
    "functions": [
        {"name_en": "Building", "name_ar": "البناء", "acts": "goods:installing", "apart": "Checking"},
        {"name_en": "Checking", "name_ar": "التحقق", "acts": "reading"},
        {"name_en": "Checking", "name_ar": "التحقق", "acts": "finding"},
    ],
    "mandates": [
        {
            "holder": "Poplar Works",
            "function": "Building",
            "place": "School site",
            "start": date(2026, 3, 1),
            "accepted": date(2026, 3, 2),
        },
        {
            "holder": "Checkers",
            "function": "Checking",
            "place": "Harbour Town",
            "start": date(2026, 3, 1),
            "accepted": date(2026, 3, 2),
        },
    ],
    "projects": [
        {
            "name_en": "School",
            "name_ar": "مدرسة",
            "purpose": "reconstruction",
            "place": "School site",
            "contractor": "Poplar Works",
            "budget": 500_000,
            "currency": "USD",
        }
    ],
    "bills": [{"project": "School", "material": "Cement", "quantity": 100, "unit": "TNE", "allowance": 3}],
    "tranches": [
        {
            "number": "School 1",
            "project": "School",
            "amount": 200_000,
            "currency": "USD",
            "condition": "use_verified",
            "material": "Cement",
            "least": 40,
        },
        {"number": "School 1", "condition": "attested", "function": "Checking"},
    ],
    "pledges": [
        {
            "number": "P-1",
            "donor": "Northland",
            "amount": 300_000,
            "currency": "USD",
            "receiver": "Harbour Fund",
            "day": date(2026, 3, 6),
            "what_for": "A school",
        }
    ],
    "payments": [
        {
            "number": "PAY-1",
            "from": "Northland",
            "receiver": "Harbour Fund",
            "amount": 250_000.5,
            "currency": "USD",
            "day": date(2026, 3, 20),
            "paid_for": "partner",
            "pledge": "P-1",
        },
        {
            "number": "PAY-2",
            "from": "Harbour Fund",
            "receiver": "Karst Cement",
            "amount": 9_000,
            "currency": "USD",
            "day": date(2026, 3, 24),
            "paid_for": "supplier",
            "project": "School",
            "material": "Cement",
            "quantity": 60,
            "unit": "TNE",
            "lot": "C-1",
        },
    ],
    "goods_in": [
        {
            "day": date(2026, 3, 25),
            "holder": "Harbour Fund",
            "place": "Central store",
            "material": "Cement",
            "quantity": 60,
            "unit": "TNE",
            "lot": "C-1",
        }
    ],
    "dispatches": [
        {
            "waybill": "W-17",
            "day": date(2026, 4, 1),
            "from": "Harbour Fund",
            "from_place": "Central store",
            "receiver": "Poplar Works",
            "to_place": "School site",
            "material": "Cement",
            "quantity": 50,
            "unit": "TNE",
            "project": "School",
            "lot": "C-1",
        }
    ],
    "receipts": [
        {
            "waybill": "W-17",
            "day": date(2026, 4, 2),
            "receiver": "Poplar Works",
            "place": "School site",
            "from": "Harbour Fund",
            "material": "Cement",
            "quantity": 49.5,
            "unit": "TNE",
            "complete": "yes",
            "lot": "C-1",
        }
    ],
    "use": [
        {
            "day": date(2026, 4, 15),
            "party": "Poplar Works",
            "place": "School site",
            "project": "School",
            "material": "Cement",
            "quantity": 45,
            "unit": "TNE",
        }
    ],
    "counts": [
        {
            "day": date(2026, 4, 20),
            "counted_by": "Checkers",
            "checked": "use",
            "place": "School site",
            "project": "School",
            "material": "Cement",
            "quantity": 44,
            "unit": "TNE",
            "how": "survey",
            "instrument": "Survey",
            "error": 1,
        }
    ],
    "attestations": [
        {
            "number": "A-1",
            "day": date(2026, 4, 21),
            "party": "Checkers",
            "project": "School",
            "holds": "yes",
            "basis": "Visit of 20 April",
        }
    ],
}
"""Every sheet filled in; parties, sums and quantities are invented."""
EMPTY: dict[str, bytes] = {}
"""The empty workbook by its language: it takes a second to write."""


def written(path: Path, rows: dict[str, list[dict[str, Any]]] | None = None, language: str = "en") -> Path:
    """Write the empty workbook, and below its examples some rows; return the path."""
    if language not in EMPTY:
        enduse.template(path, language)
        EMPTY[language] = path.read_bytes()
    book = load_workbook(BytesIO(EMPTY[language]))
    for form, lines in (TOWN if rows is None else rows).items():
        sheet = next(each for each in book if folded(each.title) in map(folded, sheet_words(form)))
        columns = {heads(FORM_OF[form])[folded(str(cell.value))]: cell.column for cell in sheet[1] if cell.value}
        for line, row in enumerate(lines, start=sheet.max_row + 1):
            for code, value in row.items():
                cell = sheet.cell(line, columns[code], value)
                if isinstance(value, str):
                    cell.data_type = "s"  # as a clerk's text, whatever it begins with
    book.save(path)
    return path
