"""The portal's pages in a browser: as narrow as a small phone nothing runs out at the side, in both directions of writing."""

from itertools import chain

import enduse
from enduse.portal import pages, static_site
from support.chromium import chromium, chromium_needed

NARROW, LOW = 360, 740
MEASURED = """(() => {
  const wide = [...document.querySelectorAll('main *')].filter(
    each => !each.closest('svg, pre') && each.getBoundingClientRect().width > innerWidth);
  return [document.documentElement.scrollWidth - innerWidth, wide.map(each => each.outerHTML.slice(0, 80)).slice(0, 3),
    document.querySelectorAll('[style], script').length, document.querySelectorAll('h1').length > 0,
    document.querySelectorAll('*').length, document.readyState];
})()"""


@chromium_needed
def test_no_page_runs_out_at_the_side_of_a_phone(played_demo, tmp_path, monkeypatch):
    monkeypatch.setattr(
        static_site, "known", lambda answers, page: sorted(pages.known(answers, page), key=len, reverse=True)[:1]
    )
    with enduse.open(played_demo[1]) as programme:
        static_site.write_site(programme, tmp_path / "site")
    with chromium(tmp_path / "profile") as browser:
        page = browser.page("file:///")
        page.call("Emulation.setDeviceMetricsOverride", width=NARROW, height=LOW, deviceScaleFactor=1, mobile=True)
        page.call("Page.setLifecycleEventsEnabled", enabled=True)
        site = tmp_path / "site"
        seen = 0
        for file in chain(sorted(site.glob("en/**/index.html")), sorted(site.glob("ar/**/index.html"))):
            page.call("Page.navigate", url=file.as_uri())
            page.run(
                "document.readyState === 'complete' || new Promise(done => addEventListener('load', done, {once: true}))"
            )
            over, wide, styled, headed, elements, _ = page.run(MEASURED)
            assert (over <= 0, wide, styled, headed) == (True, [], 0, True), file
            assert elements < 1_500, file
            assert file.stat().st_size < 60_000, file
            seen += 1
    assert seen == 2 * len(pages.PAGES)
