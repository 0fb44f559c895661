"""The report for a board: one struct as a tagged PDF in either language, a page and a workbook; nothing under another name."""

import msgspec
import pypdfium2
import pytest
import typst
from openpyxl import load_workbook
from pypdfium2 import raw
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.errors import UnknownError
from enduse.pages import report_pdf
from enduse.pages.localizer import Localizer
from enduse.pages.report_document import report_document
from support.town import TOWN, written

HOSTILE = '#panic("read as a command") $x$ *Fund* \\ @ref'


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, with a party whose name would be a command of the setter."""
    folder = tmp_path_factory.mktemp("report")
    party = {"name_en": HOSTILE, "name_ar": HOSTILE, "party_type": "state", "id": "party:hostile"}
    pledge = {**TOWN["pledges"][0], "number": "P-2", "donor": "party:hostile"}
    rows = {**TOWN, "parties": [*TOWN["parties"], party], "pledges": [*TOWN["pledges"], pledge]}
    enduse.create(folder / "town", written(folder / "town.xlsx", rows), play_all_parties=True)
    return folder / "town"


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words), *([] if "--lang" in words else ["--lang", "en"])])
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def text_of(document):
    """Return all text of a PDF, in the order it is stored."""
    return " ".join(page.get_textpage().get_text_range() for page in document)


def test_the_pdf_is_tagged_and_says_what_the_report_says(town, tmp_path):
    run("report", town, "--pdf", tmp_path / "r.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "r.pdf")
    assert raw.FPDFCatalog_IsTagged(document.raw)
    assert document.get_metadata_dict()["Title"] == "Rebuilding Harbour Town"
    told = " ".join(text_of(document).split())
    with enduse.open(town) as programme:
        report = programme.report()
    assert report.root in told.replace(" ", "")
    for part in ("USD 600,000", "250,000.50", "0.5 t of Cement", "School 1", "Practice: one folder", "1 March 2026"):
        assert part in told, part
    assert "read as a command" in told, "a name is a name, whatever it would be in the setter's language"


def test_the_arabic_pdf_runs_from_the_right_in_arabic_letters(town, tmp_path):
    run("report", town, "--pdf", tmp_path / "r.pdf", "--lang", "ar")
    document = pypdfium2.PdfDocument(tmp_path / "r.pdf")
    assert raw.FPDFCatalog_IsTagged(document.raw)
    assert document.get_metadata_dict()["Title"] == "إعادة إعمار مدينة الميناء"
    page = document[0].get_textpage()
    letters = [at for at in range(page.count_chars()) if "\u0600" <= page.get_text_range(at, 1) <= "\u06ff"]
    assert len(letters) > 500
    title = [page.get_charbox(at) for at in letters[:200]]
    assert max(box[2] for box in title) > document[0].get_width() * 0.85, "it begins at the right margin"


def test_the_same_record_gives_the_same_pdf_to_the_byte(town, tmp_path):
    run("report", town, "--pdf", tmp_path / "a.pdf")
    run("report", town, "--pdf", tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_page_and_workbook_come_from_the_same_record(town, tmp_path):
    run("report", town, "--html", tmp_path / "r.html", "--xlsx", tmp_path / "r.xlsx")
    with enduse.open(town) as programme:
        root = programme.report().root
    assert root in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert any(root == cell.value for row in load_workbook(tmp_path / "r.xlsx").worksheets[0] for cell in row)


@pytest.mark.parametrize(
    "line",
    [
        "report {town} --pdf {out}/r.html",
        "report {town} --html {out}/r.pdf",
        "report {town} --xlsx {out}/r.csv",
        "report {town} --pdf {out}/r.pdf --html {out}/r.txt",
        "status {town} --report {out}/r.pdf",
    ],
)
def test_a_wrong_ending_is_refused_and_nothing_is_written(town, tmp_path, line):
    told = run(*line.format(town=town, out=tmp_path).split(), code=2)
    assert "would not be what its name says" in told
    assert not list(tmp_path.iterdir())


def test_who_names_no_form_is_told_which_there_are(town):
    assert "--pdf, --html and --xlsx" in run("report", town, code=2)


def test_without_arabic_letters_there_is_no_page_of_boxes(town, tmp_path, monkeypatch):
    monkeypatch.setattr(report_pdf, "ARABIC", ("A typeface nobody has",))
    with enduse.open(town) as programme, pytest.raises(UnknownError) as caught:
        report_pdf.write_pdf(programme.report(), tmp_path / "r.pdf", "ar")
    assert caught.value.problem.code == "pages.no_typeface"
    assert not list(tmp_path.iterdir())


def test_latin_letters_come_with_the_setter():
    assert set(report_pdf.LATIN) & set(typst.Fonts(include_system_fonts=False).families())


def test_every_table_of_the_document_is_a_rectangle(town):
    with enduse.open(town) as programme:
        report = programme.report()
    for language in ("en", "ar"):
        document = report_document(report, Localizer(language, report.names))
        blocks = [block for section in document.sections for block in section.blocks]
        for block in blocks:
            if block.kind == "table":
                assert len({len(row) for row in block.rows}) == 1
                assert all(at < len(block.rows[0]) for at in block.numbers)
        assert msgspec.json.decode(msgspec.json.encode(document))["direction"] == ("rtl" if language == "ar" else "ltr")


def test_a_minus_stands_before_its_digits_in_arabic_too():
    words = Localizer("ar", {})
    assert words.amount(-65_000, "cement/g").startswith("\u200e-0.065")
    assert words.amount(65_000, "cement/g").startswith("0.065")
    assert Localizer("en", {}).amount(-65_000, "cement/g").startswith("-0.065")
