"""The portal without a mouse: by the keyboard alone, and with a thumb on a phone, as a resident who does not know it."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from support.chromium import chromium, chromium_needed

pytestmark = [chromium_needed, pytest.mark.soak]

STOPS = """(() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  globalThis.stops = all.filter(each => each.type !== 'hidden' && !each.disabled && each.checkVisibility());
  return globalThis.stops.length;
})()"""
STANDS = """(() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && box.width > 0
    && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [globalThis.stops.indexOf(at), seen, at.outerHTML.slice(0, 120)];
})()"""


@pytest.fixture(scope="module")
def origin(played_demo, tmp_path_factory):
    """The portal of the demo, running."""
    folder = tmp_path_factory.mktemp("hands") / "demo"
    shutil.copytree(played_demo[1], folder)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    words = ["-c", "from enduse.cli.main import main; main()", "serve", str(folder), "--port", str(port), "--json"]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, env={**os.environ}) as running:
        assert running.stdout
        lines = ""
        while not lines.rstrip().endswith("}"):
            lines += running.stdout.readline()
        yield json.loads(lines)["address"].rstrip("/")
        running.terminate()


@pytest.fixture
def page(tmp_path):
    with chromium(tmp_path / "profile") as browser:
        yield browser.visitor(tmp_path)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_walked_by_tab_in_reading_order_with_the_focus_seen(origin, page, language):
    for path in (
        "",
        "places/",
        "place/north/",
        "who/",
        "missing/",
        "money/",
        "tranches/",
        "log/",
        "ask/",
        "desk/sign-in/",
    ):
        page.go(f"{origin}/{language}/{path}")
        wanted = page.run(STOPS)
        walked = []
        while len(walked) < wanted:
            page.press("Tab")
            at, seen, told = page.run(STANDS)
            assert seen, (path, told)
            if walked[-1:] != [at] or 'type="date"' not in told:  # a date is walked through part by part
                walked.append(at)
        assert walked == list(range(wanted)), (path, walked)
        page.press("Tab")
        left, _, told = page.run(STANDS)
        assert left in {-1, 0}, (path, told, "after the last the browser itself has its turn: nothing holds the focus")


def test_the_first_stop_leads_to_the_answer(origin, page):
    page.go(f"{origin}/en/missing/")
    page.press("Tab")
    assert page.run("document.activeElement.className") == "skip"
    page.press("Enter")
    assert page.run("location.hash") == "#main"
    page.press("Tab")
    assert page.run("document.activeElement.closest('main') !== null")


QUESTIONS = {
    "what came to this place?": (("main a[href$='place/north/']",), "295 t of cement came"),
    "who is responsible for water here today?": (
        ("main a[href$='place/north/']",),
        "Tessera Construction (Water works",
    ),
    "what happened to the cement of the clinic?": (
        ("main a[href$='place/north/']", "main a[href$='project/clinic/']"),
        "10 t of it was found to have been used for something else",
    ),
    "is my house's payment coming?": (("main a[href$='tranches/']", "main a[href*='/tranche/homes']"), "It was paid."),
    "whom do I ask, and was I answered?": (("footer a[href$='ask/']", "main a[href$='ask/look/']"), "Your code"),
    "who pays for the school?": (("main a[href$='place/south/']", "main a[href$='project/school/']"), "Given by"),
    "does the clinic work, and what does flour cost?": (("footer a[href$='services/']",), "A sack of flour"),
    "what is new?": (("main a[href$='changes/']",), "new"),
}
"""What a resident asks, the taps that lead to the answer, and a word that stands there."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_resident_is_answered_within_three_taps_on_a_phone(origin, page, question):
    taps, word = QUESTIONS[question]
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    page.go(f"{origin}/en/")
    for selector in taps:
        page.tap(selector)
    assert len(taps) <= 3
    answer = page.run("document.querySelector('main').innerText")
    assert word.casefold() in " ".join(answer.split()).casefold(), (page.run("location.href"), answer[:400])


def test_a_load_is_found_from_any_page_by_the_number_on_it(origin, page):
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    page.go(f"{origin}/en/money/")
    tops = page.run("['.home', '.seek'].map(each => document.querySelector(each).getBoundingClientRect().top)")
    assert abs(tops[0] - tops[1]) < 20, "the answer is not pushed down by a line of its own"
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run("getComputedStyle(document.querySelector('.seek')).display") == "none"
    page.call("Emulation.setEmulatedMedia", media="screen")
    page.tap("header a[href$='find/']")
    page.run("document.querySelector('#q').focus()")
    page.call("Input.insertText", text="0128")
    page.tap("main .find button")
    assert "20 t is not explained yet" in " ".join(page.run("document.querySelector('main').innerText").split())


def test_a_finger_on_the_first_letter_of_a_heading_follows_its_link(origin, page):
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    for link in ("money", "materials", "goods/cement~2Fg", "missing"):
        page.go(f"{origin}/en/")
        page.tap(f":is(h2, h3) a[href$='/{link}/']", begin=3)
        assert page.run("location.pathname") == f"/en/{link}/"
