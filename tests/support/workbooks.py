"""Workbooks of other forms, written for tests: ODS and XLSB by hand, XLS by xlwt."""

import struct
import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

import xlwt


def ods(path, sheets, *, merged=(), hidden=(), errors=(), formulas=()):
    """Write an ODS; ``merged``, ``hidden``, ``errors`` and ``formulas`` are (first, last) cells, rows, cells of the first sheet."""
    spans = {first: (last[0] - first[0] + 1, last[1] - first[1] + 1) for first, last in merged}
    text = []
    for name, rows in sheets.items():
        text.append(f"<table:table table:name={quoteattr(name)}>")
        for at, row in enumerate(rows, start=1):
            state = ' table:visibility="collapse"' if at in hidden else ""
            cells = "".join(
                _ods_cell(value, spans.get((at, c)), (at, c) in errors, (at, c) in formulas)
                for c, value in enumerate(row)
            )
            text.append(f"<table:table-row{state}>{cells}</table:table-row>")
        text.append(
            '<table:table-row table:number-rows-repeated="39"><table:table-cell/></table:table-row></table:table>'
        )
        spans, hidden, errors = {}, (), ()
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} xmlns:calcext="urn:org:documentfoundation:names:'
        'experimental:calc:xmlns:calcext:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f"{''.join(text)}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def _ods_cell(value, span, error, formula):
    more = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    more += ' table:formula="of:=1+1"' if formula else ""
    if error:
        return '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    if value is None:
        return f"<table:table-cell{more}/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"{more}/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"{more}/>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"{more}/>'
    return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(value)}</text:p></table:table-cell>'


def xls(path, sheets, *, merged=(), hidden_sheets=()):
    """Write an XLS (BIFF8); ``merged`` are (first, last) cells of the first sheet, rows from 1, columns from 0."""
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for at, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden_sheets)
        spans = dict(merged) if at == 0 else {}
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if (number, column) in spans:
                    last = spans[number, column]
                    sheet.write_merge(number - 1, last[0] - 1, column, last[1], value)
                elif value is not None:
                    sheet.write(number - 1, column, value, day if isinstance(value, date) else xlwt.Style.default_style)
    book.save(str(path))
    return path


def xlsb(path, rows):
    """Write an XLSB (MS-XLSB) of one sheet of texts and numbers."""
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = _record(129) + _record(148, size) + _record(145)
    for number, row in enumerate(rows):
        sheet += _record(0, struct.pack("<IIHBBB", number, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
        for column, value in enumerate(row):
            if value is not None:
                head = struct.pack("<II", column, 0)
                number_cell = isinstance(value, int | float)
                body = struct.pack("<d", value) if number_cell else _wide(value)
                sheet += _record(5 if number_cell else 6, head + body)
    sheet += _record(146) + _record(130)
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Data")) + _record(144) + _record(132)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spaces = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships {spaces}><Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships {spaces}><Relationship Id="rId1" Type="{kinds}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
    }
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind, body=b""):
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    length = b""
    while True:
        part, size = size & 0x7F, size >> 7
        length += bytes([part | (0x80 if size else 0)])
        if not size:
            return head + length + body


def moment(text):
    """Return a local date and time."""
    return datetime.fromisoformat(text)
