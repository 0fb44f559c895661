"""The report as people get it: one file that asks nothing of anybody, reads in two languages, and escapes what it is told."""

import io
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import UnknownError
from enduse.pages import flow as flows
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.pages.html import PageLocalizer, render, write_report
from enduse.pages.localizer import Localizer, isolated
from enduse.pages.report_document import report_document
from enduse.pages.terminal import WIDTH, print_report
from enduse.record.log import Log
from enduse.simulate.demo import build
from enduse.terms.ed25519 import SigningKey
from enduse.terms.units import SHOWN
from enduse.views.answers import Report
from enduse.views.report import build_report
from enduse.views.shapes import Figure, Flow, FlowLink, FlowNode
from support.html import Reader, luminance

ROOM = Path(flows.__file__).parent


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("demo")
    play = build(1)
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    keys.save(folder, "party:keeper", play.keys["party:keeper"])
    with Intake(Book.open(folder, log=log)) as intake:
        for batch in play.batches:
            intake.record(batch.envelopes, batch.recorded_at)
    with Book.open(folder) as book:
        return build_report(book)


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render(report)


def test_the_file_needs_nothing_else(page):
    reader = Reader(page)
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in reader.tags}
    for tag, attributes in reader.tags:
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#"), tag
        assert not any(name.startswith("on") for name in attributes), tag
    assert not re.search(r"url\((?!#)|@import", page)  # a pattern of the same drawing may be named
    assert len(page.encode()) < 400_000


def test_everything_that_is_pointed_at_is_there_once(page):
    reader = Reader(page)
    names = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(names) == len(set(names))
    for _, attributes in reader.tags:
        for field in ("aria-labelledby", "href"):
            for name in (attributes.get(field) or "").replace("#", " ").split():
                assert name in names


def test_it_can_be_heard_and_walked_by_keyboard(page):
    reader = Reader(page)
    for tag, attributes in reader.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or "aria-labelledby" in attributes or "class" in attributes
        if attributes.get("role") == "region":
            assert attributes["tabindex"] == "0"
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in {"col", "row"}
    assert reader.heads.count(1) == len(signing_languages())
    assert all(after <= before + 1 for before, after in zip(reader.heads, reader.heads[1:], strict=False))
    kinds = [tag for tag, _ in reader.tags]
    assert kinds.count("main") == kinds.count("footer") == len(signing_languages())


def test_both_languages_say_the_same_each_in_its_direction(page, report):
    reader = Reader(page)
    editions = [attributes for tag, attributes in reader.tags if attributes.get("class") == "edition"]
    assert [(one["lang"], one["dir"]) for one in editions] == [("en", "ltr"), ("ar", "rtl")]
    english, arabic = re.split(r'<div class="edition" id="ar"', page)
    assert "20\u00a0t" in english
    assert "20\u00a0طن" in arabic
    assert "بريندل للنقل" in arabic
    assert "Brindle Haulage" in english
    assert "Brindle Haulage" not in arabic
    for one in (english, arabic):
        assert report.root in one
        assert "consignment:0128" in one
        assert one.count('class="card tranche') == 3


def test_only_logical_directions_are_used():
    css = (ROOM / "templates" / "report.css").read_text(encoding="utf-8")
    assert not re.search(r"(margin|padding|border)-(left|right)|[^-](left|right)\s*:", css)
    sides = [line for line in css.splitlines() if re.search(r"text-align\s*:\s*(left|right)", line)]
    assert all("pre{" in line or "[lang=en]" in line for line in sides)  # code and quoted English only


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("soft", "paper"),
        ("soft", "card"),
        ("soft", "wash"),
        ("teal", "paper"),
        ("red", "card"),
        ("red", "red-wash"),
        ("ink", "red-wash"),
        ("amber", "amber-wash"),
        ("green", "green-wash"),
        ("paper", "teal"),
        ("ink", "teal-wash"),
    ],
)
def test_text_stands_out_from_its_ground(theme, ink, ground):
    css = (ROOM / "templates" / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", css.split(":root{")[1 + theme].split("}")[0]))
    dark, light = sorted((luminance(colours[ink]), luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2 AA


def test_what_parties_say_cannot_become_markup(report):
    bad = "<script>alert(1)</script>"
    names = {name: {"en": bad, "ar": bad} for name in report.names}
    claims = tuple(msgspec.structs.replace(one, words={"en": bad}) for one in report.claims)
    findings = tuple(msgspec.structs.replace(one, method=bad, reply=bad) for one in report.findings)
    page = render(msgspec.structs.replace(report, names=names, claims=claims, findings=findings, title={"en": bad}))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    Reader(page)


def test_the_same_story_gives_the_same_file(report, tmp_path):
    first = write_report(report, tmp_path / "a.html").read_bytes()
    assert first == write_report(report, tmp_path / "b.html").read_bytes()
    assert first.decode() == render(report)


def test_one_language_alone_has_no_switch(report):
    page = render(report, ("ar",))
    assert 'class="tongues"' not in page


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "من مانح واحد"),
        (2, "من مانحَين"),
        (5, "من 5 مانحين"),
        (11, "من 11 مانحًا"),
        (47, "من 47 مانحًا"),
        (100, "من 100 مانح"),
    ],
)
def test_arabic_counts_in_six_forms(number, words):
    assert Localizer("ar", {}).count("by one donor", "by {n} donors", number) == words


def test_amounts_are_worded_exactly():
    english, arabic = (
        Localizer("en", {"cement": {"en": "cement", "ar": "الأسمنت"}}),
        Localizer("ar", {"cement": {"ar": "الأسمنت"}}),
    )
    assert english.of(Figure(20_000_000, "cement/g")) == "20\u00a0t of cement"
    assert arabic.of(Figure(20_000_000, "cement/g")) == "20\u00a0طنًا من الأسمنت"  # noqa: RUF001 - Arabic
    assert english.amount(90_000, "cement/g") == "0.09\u00a0t"
    assert english.amount(12, "food/piece") == "12"
    assert english.money(34_025_500_000_000, "USD") == "USD\u00a03,402.55 million"
    assert english.money(136_500_000_000, "USD") == "USD\u00a013.65 million"
    assert english.money(6_400_000_000, "USD") == "USD\u00a0640,000"
    assert english.percent(1_596_367, 3_402_550) == "46.9%"
    assert english.percent(1, 1_000_000) == "<1%"
    assert english.percent(1, 0) == "-"


def test_every_unit_that_people_are_shown_has_a_word():
    for base in SHOWN:
        for language in signing_languages():
            assert Localizer(language, {}).amount(1, f"thing/{base}")


def test_parts_of_a_sentence_are_isolated():
    page = PageLocalizer("ar", {})
    assert page.say("Pay {amount} that is committed.", amount="12 <kg>") == "دفع <bdi>12 &lt;kg&gt;</bdi> التُزم به."
    plain = Localizer("ar", {}, isolated)
    assert plain.say("Pay {amount} that is committed.", amount="12 kg") == "دفع \u206812 kg\u2069 التُزم به."


def test_an_unknown_language_is_refused():
    with pytest.raises(UnknownError, match="no catalogue"):
        catalogue("xx")


def test_a_drawing_is_mirrored_and_to_scale():
    flow = Flow(
        resource="cement/g",
        nodes=(
            FlowNode(node="a", column=0, name="a"),
            FlowNode(node="b", column=1, name="b", tone="good"),
            FlowNode(node="c", column=1, code="missing", tone="warn"),
        ),
        links=(
            FlowLink(source="a", target="b", figure=Figure(75_000_000, "cement/g")),
            FlowLink(source="a", target="c", figure=Figure(25_000_000, "cement/g"), tone="warn"),
        ),
    )
    english = flows.draw(flow, Localizer("en", {}), "x", "Title", "What it shows")
    arabic = flows.draw(flow, Localizer("ar", {}), "x", "Title", "What it shows")
    heights = [float(height) for height in re.findall(r'class="bar[^>]* height="([0-9.]+)"', english)]
    assert heights[1] == pytest.approx(3 * heights[2], rel=0.01)
    assert heights[0] == pytest.approx(heights[1] + heights[2], rel=0.01)
    assert "matrix(-1 0 0 1 1000 0)" in arabic
    assert "matrix" not in english
    assert "⚠ Missing" in english
    assert '<title id="x-title">Title</title><desc id="x-desc">What it shows</desc>' in english


@pytest.mark.parametrize("language", signing_languages())
def test_the_terminal_story_keeps_to_its_columns(report, language):
    out = io.StringIO()
    print_report(report, Console(file=out, width=200, color_system=None), Localizer(language, report.names))
    lines = out.getvalue().splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= WIDTH
    if language == "en":
        text = " ".join(" ".join(lines).replace("\u00a0", " ").split())
        for words in (
            "20 t of cement in consignment:0128 is short, by the word of Olivar Builders on 29 April 2026.",
            "Brindle Haulage answers for it.",
            "10 t of cement was not used for Clinic, North",
            "19.2 t to 20.8 t",
            "✕ Not met",
            "? Not known",
            "enduse record verify DIR",
            "consignment:0128",
        ):
            assert words in text


@pytest.mark.parametrize(("missing", "module"), [("jinja2", "html")])
def test_a_missing_extra_is_named(missing, module):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from enduse.errors import MissingExtraError\n"
        f"try:\n    import enduse.pages.{module}\n"
        "except MissingExtraError as error:\n    print(error.diagnostics())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "enduse[reports]" in done.stdout


def test_of_thousands_of_differences_a_report_shows_the_first_and_says_how_many_more_there_are(report):
    """Three thousand consignments on their way for too long made a page of 4.8 megabytes, and a list nobody reads."""
    (lost, *_) = [one for one in report.missing if one.judgement != "within_error"]
    many = msgspec.structs.replace(report, missing=(lost,) * 1_150, tasks=report.tasks[:1] * 300)
    text = " ".join(re.sub("<[^>]*>", "", render(many, ("en",))).split())
    assert "1,050 more are not shown here" in text
    assert "200 more are not shown here" in text
    blocks = [
        block.text
        for section in report_document(many, Localizer("en", many.names)).sections
        for block in section.blocks
    ]
    assert sum("are not shown here" in text for text in blocks) == 2
