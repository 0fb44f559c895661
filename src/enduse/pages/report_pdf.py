"""The report as a PDF: tagged, in one language, set by Typst from :mod:`enduse.pages.report_document`.

Latin letters have a typeface that comes with the setter. Arabic ones need one that is installed: one of those named here, all of
them free, or any that a system brings; without one the report is refused, because it would be a page of boxes.
"""

import io
import json
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import MissingExtraError, UnknownError
from enduse.exchange.tables.writing import whole
from enduse.pages.localizer import Localizer, isolated
from enduse.pages.markup import segno
from enduse.pages.report_document import report_document
from enduse.views.answers import Report
from enduse.views.changes import Changes

LATIN: Final = ("Noto Sans", "DejaVu Sans", "Libertinus Serif")
"""Typefaces for Latin letters, the best first; the last comes with Typst."""

ARABIC: Final = (
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Kufi Arabic",
    "Vazirmatn",
    "Amiri",
    "Scheherazade New",
    "IBM Plex Sans Arabic",
    "Segoe UI",
    "Geeza Pro",
    "Arial",
    "DejaVu Sans",
)
"""Typefaces with Arabic letters, the best first."""

_STANDARD: Final = "ua-1"
"""PDF/UA-1: a reader that speaks finds headings, tables and languages."""


def write_pdf(report: Report, path: Path, language: str, changes: Changes | None = None) -> Path:
    """Write the report in one language to ``path`` and return it.

    Args:
        report: of a programme.
        path: of the file, replaced when the new one is whole.
        language: one that there is a catalogue for.
        changes: what is new since an earlier report, where that is asked.

    Raises:
        MissingExtraError: the extra ``reports`` is not installed.
        UnknownError: no typeface on this machine has the letters of the language.
    """
    try:
        import typst  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("reports", "pdf") from error
    words = Localizer(language, report.names, isolated)
    here = set(typst.Fonts(include_system_fonts=True).families())
    fonts: list[str] = [name for name in LATIN if name in here]
    if words.direction == "rtl":
        arabic: list[str] = [name for name in ARABIC if name in here]
        if not arabic:
            raise UnknownError("pages.no_typeface", source=str(path), wanted=list(ARABIC[:5]))
        fonts = [*arabic[:1], *fonts]
    document = report_document(report, words, changes)
    square = io.BytesIO()
    segno.make(document.square, error="m").save(square, kind="svg", border=2, dark="#000", light="#fff")
    setting = resources.files("enduse.pages") / "templates" / "report.typ"
    pdf = typst.compile(
        setting.read_bytes(),
        format="pdf",
        sys_inputs={
            "report": msgspec.json.encode(document).decode(),
            "fonts": json.dumps(fonts),
            "square": square.getvalue().decode(),
        },
        pdf_standards=[_STANDARD],
        timestamp=report.as_of.replace(microsecond=0),
    )
    with whole(path) as part:
        part.write_bytes(pdf)
    return path
