"""The portal's pages in a browser: as narrow as a small phone nothing runs out at the side, and axe-core finds nothing wrong."""

from base64 import b64decode
from itertools import chain

import pytest

import enduse
from enduse.portal import pages, static_site
from support.axe import axe_script, violations
from support.chromium import chromium, chromium_needed

NARROW, LOW = 360, 740
TONGUES = "en", "ar", "uk"
"""From left, from right, and with the longest words."""
MEASURED = """(() => {
  const wide = [...document.querySelectorAll('main *')].filter(
    each => !each.closest('svg, pre') && each.getBoundingClientRect().width > innerWidth);
  return [document.documentElement.scrollWidth, wide.map(each => each.outerHTML.slice(0, 80)).slice(0, 3),
    document.querySelectorAll('[style], script').length, document.querySelectorAll('h1').length > 0,
    document.querySelectorAll('*').length,
    Math.min(...[...document.querySelectorAll('svg text')].map(
      each => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a), 99)];
})()"""
ALONE = """[...document.querySelectorAll("main a")].filter(each => {
  const box = each.getBoundingClientRect();
  return !each.closest("svg") && each.checkVisibility() && box.height && box.height < 24;
}).map(each => each.innerText + " " + each.getBoundingClientRect().height)"""
WRAPPED = """[...document.querySelectorAll(".log .id")].filter(each => {
  const all = document.createRange();
  all.selectNodeContents(each);
  return new Set([...all.getClientRects()].filter(box => box.width).map(box => Math.round(box.top))).size > 1;
}).map(each => each.innerText)"""
CUT = """[...document.querySelectorAll(".much")].filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText)"""
LOADED = "document.readyState === 'complete' || new Promise(done => addEventListener('load', done, {once: true}))"


@pytest.fixture(scope="module")
def site(played_demo, tmp_path_factory):
    """The site as files, of pages about one of several things the one with the longest name."""
    with pytest.MonkeyPatch.context() as patch, enduse.open(played_demo[1]) as programme:
        patch.setattr(
            static_site, "known", lambda answers, page: sorted(pages.known(answers, page), key=len, reverse=True)[:1]
        )
        folder = tmp_path_factory.mktemp("looks") / "site"
        static_site.write_site(programme, folder, languages=TONGUES)
    return folder


def phone(browser):
    page = browser.page("file:///")
    page.call(
        "Emulation.setDeviceMetricsOverride", width=NARROW, height=LOW, deviceScaleFactor=1, mobile=False
    )  # else what runs out makes the window wider
    page.call("Page.setLifecycleEventsEnabled", enabled=True)
    return page


@chromium_needed
@pytest.mark.parametrize("tongues", [("ar", "uk"), pytest.param(("en",), marks=pytest.mark.soak)])
def test_no_page_runs_out_at_the_side_of_a_phone(site, tmp_path, tongues):
    with chromium(tmp_path / "profile") as browser:
        page = phone(browser)
        seen = 0
        for file in chain.from_iterable(sorted(site.glob(f"{each}/**/index.html")) for each in tongues):
            page.call("Page.navigate", url=file.as_uri())
            page.run(LOADED)
            over, wide, styled, headed, elements, letters = page.run(MEASURED)
            assert (over <= NARROW, wide, styled, headed) == (True, [], 0, True), file
            assert elements < 1_500, file
            assert letters >= 13, file
            assert file.stat().st_size < 60_000, file
            seen += 1
    assert seen == len(tongues) * len(pages.PAGES)


@chromium_needed
def test_links_are_tall_enough_for_a_finger_and_nothing_is_cut_or_broken_that_belongs_together(site, tmp_path):
    with chromium(tmp_path / "profile") as browser:
        page = phone(browser)
        for wide in (NARROW, 1280):
            page.call("Emulation.setDeviceMetricsOverride", width=wide, height=LOW, deviceScaleFactor=1, mobile=False)
            for file in sorted(site.glob("en/**/index.html")):
                page.call("Page.navigate", url=file.as_uri())
                page.run(LOADED)
                assert [page.run(each) for each in (ALONE, WRAPPED, CUT)] == [[], [], []], (file, wide)


@chromium_needed
def test_on_paper_a_page_takes_no_more_sheets_than_it_needs(site, tmp_path):
    """A part that is longer than what is left of a sheet begins there; it leaves no sheet half empty, and no head alone on one."""
    with chromium(tmp_path / "profile") as browser:
        page = phone(browser)
        for name, sheets in {"services": 2, "projects": 2, "undertakings": 1, "changes": 1}.items():
            page.call("Page.navigate", url=(site / "en" / name / "index.html").as_uri())
            page.run(LOADED)
            assert name in page.run("location.href")
            printed = page.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
            assert b64decode(printed["data"]).count(b"/Type /Page\n") == sheets, name


@chromium_needed
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), pytest.param("ar", "dark", marks=pytest.mark.soak)])
def test_axe_finds_nothing_wrong_with_any_page(site, tmp_path, language, scheme):
    script = axe_script(tmp_path)
    with chromium(tmp_path / "profile") as browser:
        page = phone(browser)
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        seen = 0
        for file in sorted(site.glob(f"{language}/**/index.html")):
            page.call("Page.navigate", url=file.as_uri())
            page.run(LOADED)
            assert violations(page, script) == [], file
            seen += 1
    assert seen == len(pages.PAGES)
