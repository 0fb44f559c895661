"""From the first start of the portal to signed work, in browsers: a keeper's link, passkeys, a delegate, receipts, a finding, a decision.

Each person is a browser of its own with its own authenticator; nobody's key is anywhere else. What they signed holds for Python and Go.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import enduse
from support.axe import axe_script, violations
from support.chromium import FOCUSED, chromium_needed
from support.goverify import go_needed
from support.seven_folders import PROGRAMME, run

pytestmark = chromium_needed

PEOPLE = ("store", "monitor", "ministry", "north", "south")
FUNCTIONS = {"contractor": ["storing"], "store": ["storing"], "monitor": ["checking"]}


class AtDesk:
    """Somebody with a browser and an authenticator."""

    def __init__(self, browser, origin):
        self.page, self.origin = browser.visitor(Path.cwd()), origin
        self.page.authenticator()

    def go(self, path):
        self.page.go(path if path.startswith("http") else f"{self.origin}/en/{path}")
        return self

    def text(self):
        return self.page.run("document.body.innerText")

    def fill(self, **fields):
        """Fill fields in by their names; dots stand as ``__``."""
        for name, value in fields.items():
            told = json.dumps([name.replace("__", "."), value])
            self.page.run(
                "(([name, value]) => { for (const each of document.getElementsByName(name)) {"
                " if (each.type === 'radio' || each.type === 'checkbox') each.checked = value === true || each.value === value;"
                f" else each.value = value; }} }})({told})"
            )
        return self

    def press(self, selector="main form button"):
        self.page.click(selector)
        return self

    def take(self, link, name):
        """Save a file that a page offers, here."""
        self.page.run(f'document.querySelector("{link}").click()')
        ends = time.monotonic() + 20
        while not Path(name).exists() and time.monotonic() < ends:
            time.sleep(0.02)

    def passkey(self, act):
        """Press the button that asks the passkey."""
        return self.press(f"form[data-passkey={act}] button")

    def join(self, link):
        self.go(link).passkey("new-passkey")
        assert "What waits for me?" in self.text()

    def invite(self, **fields):
        self.go("desk/people/").fill(**fields).press("main form[action$=invite\\/] button")
        return str(self.page.run("document.getElementById('link').textContent"))

    def new_key(self):
        """Make a key that signs; return its short name."""
        self.go("desk/keys/").passkey("new-key")
        return str(self.page.run("document.querySelector('a[href$=\"key.request\"]').pathname.split('/')[4]"))

    def sign(self):
        """Sign what the page shows in words; return the entry of the receipt."""
        assert "You will sign" in self.text()
        self.passkey("sign")
        told = self.text()
        assert "Recorded as no." in told, told
        return int(str(self.page.run("document.querySelector('h1').textContent.match(/\\d+/)[0]")))

    def enrol(self, key, **fields):
        """Bring in a key that waits."""
        form = f"form:has(input[value='{key}'])"
        self.go("desk/keys/")
        told = json.dumps({name.replace("__", "."): value for name, value in fields.items()})
        self.page.run(
            f'for (const [name, value] of Object.entries({told})) for (const each of document.querySelector("{form}").elements)'
            " if (each.name === name) { if (each.type === 'radio') each.checked = each.value === value;"
            " else if (each.type === 'checkbox') each.checked = true; else each.value = value; }"
        )
        self.press(f"{form} button")
        return self.sign()

    def say(self, kind, answers, at="", place=""):
        """Say something, question after question; a field that is not answered is left out."""
        if not self.page.run("location.pathname.includes('/desk/say/')"):
            self.go(f"desk/say/{kind}/")
        self.fill(at=at, **({"place": place} if place else {})).press()
        while "You will sign" not in self.text():
            asked = self.page.run("document.querySelector('form[data-asks]').dataset.asks")
            self.fill(answer=answers.get(asked.rpartition(".")[2], "")).press()
            assert not self.page.run("document.querySelector('.faults')?.innerText"), self.text()
        return self.sign()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def programme(tmp_path, monkeypatch):
    """The keeper's folder: a council of three, a clinic that waits for an attestation, a load on its way to the store."""
    monkeypatch.chdir(tmp_path)
    port = free_port()
    signing = f'  signing: [{{relying_party: localhost, origins: ["http://localhost:{port}"]}}]\n'
    names = ("keeper", "contractor", *PEOPLE)
    parties = "\n".join(f'  - {{party: "party:{name}", name: {{en: {name}}}, type: agency}}' for name in names)
    text = PROGRAMME.format(day="2026-03-01", parties=parties).replace("  functions:\n", signing + "  functions:\n", 1)
    text = text.replace("  rules:\n", "  rules:\n    - {act: finding, function: checking}\n", 1)
    Path("seven.yaml").write_text(text, encoding="utf-8")
    run("new", "keeper", "--from", "seven.yaml")
    run("key", "new", "keeper", "party:contractor", "--to", "contractor.key")
    run("key", "enrol", "keeper", "contractor.request", "--as", "party:keeper")
    with enduse.open("keeper") as opened, opened.writing():
        for name in ("contractor", *PEOPLE):
            offer = {
                "mandate": f"mandate:{name}",
                "action": "offer",
                "holder": f"party:{name}",
                "functions": FUNCTIONS.get(name, ["deciding"]),
                "places": ["place:land"],
                "period": {"start": "2026-03-01T00:00:00Z", "end": "2099-01-01T00:00:00Z"},
            }
            when = "2026-03-02T00:00:00Z"
            assert opened.sign("mandate", offer, party="party:keeper", occurred_at=when).outcome == "accepted"
    contractor = ("--as", "party:contractor", "--key", "contractor.key")
    run("say", "keeper", "accept", *contractor, "--set", "mandate=mandate:contractor")
    load = {"consignment": "W-1", "material": "cement", "recipient": "party:store", "to_place": "place:port"}
    given = [word for name, value in load.items() for word in ("--set", f"{name}={value}")]
    quantity = ("--set", "quantity.value=80", "--set", "quantity.unit=TNE")
    run("say", "keeper", "dispatch", *contractor, *given, *quantity, "--place", "place:rafah")
    return port


@pytest.fixture
def served(programme):
    """The portal of that programme, running; its address and the keeper's one-time link."""
    words = ["-c", "from enduse.cli.main import main; main()", "serve", "keeper", "--port", str(programme), "--json"]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, env={**os.environ}) as running:
        assert running.stdout
        lines = ""
        while not lines.rstrip().endswith("}"):
            lines += running.stdout.readline()
        told = json.loads(lines)
        yield told["address"].rstrip("/"), told["link"]
        running.terminate()


@go_needed
def test_from_the_first_link_to_signed_work(browser, served, goverify):
    origin, link = served
    keeper = AtDesk(browser, origin)
    keeper.join(link)
    own = keeper.new_key()
    keeper.take("a[href$='key.request']", f"{own[:8]}.request")
    run("key", "enrol", "keeper", f"{own[:8]}.request", "--as", "party:keeper")

    people = {}
    for name in PEOPLE[:4]:
        people[name] = person = AtDesk(browser, origin)
        person.join(keeper.invite(label="office", party=f"party:{name}"))
        keeper.enrol(person.new_key(), **{"as": "party"})
        waits = person.go("desk/").text()
        assert f"Accept or decline mandate {name}" in waits
        person.press(f"a[href*='mandate%3A{name}']").say("accept", {})

    store, clerk = people["store"], AtDesk(browser, origin)
    clerk.join(store.invite(label="till"))
    ticked = {"says.goods": "on", "functions.storing": "on", "places.place:port": "on", "label": "till"}
    store.enrol(clerk.new_key(), **ticked)
    for amount, complete in (("50", "no"), ("29.6", "yes")):
        clerk.go("desk/").press("a[href*='receive']")
        given = {"value": amount, "unit": "TNE", "complete": complete}
        clerk.say("receive", given)
    assert "W-1" not in clerk.go("desk/").text()

    monitor = people["monitor"]
    finding = {
        "about": "W-1",
        "result": "unresolved",
        "method": "Both scales were read.",
        "standard_of_proof": "grounds_to_believe",
        "reliability": "B",
        "credibility": "2",
        "right_of_reply": "The carrier was asked.",
    }
    monitor.go("desk/").say("find", finding, place="place:port")
    monitor.go("desk/").press("a[href*='attest']").say("attest", {"basis": "Visit of today"}, place="place:rafah")

    ministry, north = people["ministry"], people["north"]
    ministry.go("desk/").press("a[href*='decide']").fill(action="release", reason="It was vouched for.")
    ministry.press("main form:last-of-type button").sign()
    north.go("desk/").press("a[href*='decide']")
    assert "ministry" in north.text()
    north.press("button[name=same]").sign()

    resident = AtDesk(browser, origin)
    resident.go("ask/").fill(topic="checking", place="place:port", words="When does the clinic open?").press()
    code = str(resident.page.run("document.querySelector('.code').textContent"))
    monitor.go("desk/").press("a[href*='questions/1']").fill(words="In May.").press()
    assert "In May." in resident.go("ask/look/").fill(code=code.lower()).press().text()

    assert json.loads(run("record", "verify", "keeper", "--json"))["ok"]
    with enduse.open("keeper") as programme:
        (tranche,) = programme.tranches()
        assert tranche.status == "decided"
        assert {one.party for one in programme.keys().keys if one.delegates} == {"party:store"}
        late = programme.late()
        assert not [one for one in programme.status().without_effect if one.kind != "mandate"], late
    done = subprocess.run(
        [goverify, "statements", "keeper/log.vkey", "keeper/tiles"], capture_output=True, text=True, check=True
    )
    assert "webauthn-" in done.stdout


STOPS = """(() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
  const seen = all.filter(each => each.type !== 'hidden' && !each.disabled && each.checkVisibility());
  return new Set(seen.map(each => each.type === 'radio' ? each.name : each)).size;
})()"""
NOW = "document.activeElement.outerHTML.slice(0, 160)"
BEHIND = """[...document.querySelectorAll('main *')].filter(
  each => !each.closest('svg, pre') && each.getBoundingClientRect().width > innerWidth).map(each => each.outerHTML.slice(0, 80))"""


class Looker:
    """Looks at pages in both languages, on a phone and wide."""

    def __init__(self, origin, script):
        self.origin, self.script = origin, script
        self.seen = []

    def look(self, who, path=""):
        """Look at a page, or at the one that is shown: axe, the sides, and what Tab reaches, with the focus seen."""
        page = who.page
        path = path or str(page.run("location.pathname.slice(4)"))
        for language in ("en", "ar"):
            for width in (360, 1280):
                page.call(
                    "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
                )
                page.go(f"{self.origin}/{language}/{path}")
                about = (language, width, path)
                assert violations(page, self.script) == [], about
                assert (page.run("document.documentElement.scrollWidth <= innerWidth"), page.run(BEHIND)) == (True, [])
            for _ in range(int(page.run(STOPS))):
                page.press("Tab")
                assert page.run(FOCUSED.replace("SELECTOR", "'*'")) == [True, True], (*about, page.run(NOW))
        page.go(f"{self.origin}/en/{path}")
        self.seen.append(path)


@pytest.mark.soak
def test_every_page_of_the_desk_in_both_languages_on_a_phone_and_wide(browser, served, tmp_path):
    """axe-core finds nothing wrong, nothing runs out at the side, and Tab reaches all that can be pressed, with the focus seen."""
    origin, link = served
    keeper, looker = AtDesk(browser, origin), Looker(origin, axe_script(tmp_path))
    page = keeper.page

    def look(path=""):
        looker.look(keeper, path)

    look(link.partition("/en/")[2])
    keeper.join(link)
    own = keeper.new_key()
    look()
    keeper.take("a[href$='key.request']", f"{own[:8]}.request")
    run("key", "enrol", "keeper", f"{own[:8]}.request", "--as", "party:keeper")
    for path in (
        "desk/",
        "desk/people/",
        "desk/keys/",
        "desk/say/",
        "desk/tables/",
        "desk/questions/",
        "desk/say/claim/",
    ):
        look(path)
    page.press("Tab")
    keeper.press("main form button")
    look()
    while "You will sign" not in keeper.text():
        asked = page.run("document.querySelector('form[data-asks]').dataset.asks")
        given = {"claim": "claim:1", "about": "W-1", "asserts": "It is said to have come."}
        keeper.fill(answer=given.get(asked.rpartition(".")[2], "")).press()
    look()
    keeper.sign()
    look()
    look("ask/")
    look("desk/sign-in/")
    assert len(looker.seen) == 14


@pytest.mark.soak
def test_tables_tranches_and_delegates_at_the_desk_in_both_languages_on_a_phone_and_wide(browser, served, tmp_path):
    """What is brought, decided and handed on, looked at as every other page of the desk."""
    origin, link = served
    keeper, looker = AtDesk(browser, origin), Looker(origin, axe_script(tmp_path))
    keeper.join(link)
    own = keeper.new_key()
    keeper.take("a[href$='key.request']", f"{own[:8]}.request")
    run("key", "enrol", "keeper", f"{own[:8]}.request", "--as", "party:keeper")

    def bring(*rows):
        Path("gate.csv").write_text("\n".join(("Id,Day,Place,Words", *rows, "")), encoding="utf-8")
        keeper.go("desk/tables/").page.choose("#file", Path("gate.csv").resolve())
        keeper.press()

    first = ("1,2026-03-03,place:port,The gate was shut.", "2,2026-03-04,place:port,The gate was open.")
    bring(*first)
    looker.look(keeper)
    answers = {"what": "claim", "words": "Words"}
    while "How is this table read?" in keeper.text():
        keeper.fill(**{f"told__{name}": given for name, given in answers.items()}).press("form#told button")
    looker.look(keeper)
    keeper.passkey("sign-all")
    assert "accepted" in keeper.text()
    looker.look(keeper)
    bring(first[0].replace("shut", "closed"))
    while "How is this table read?" in keeper.text():
        keeper.fill(**{f"told__{name}": given for name, given in answers.items()}).press("form#told button")
    looker.look(keeper)
    looker.look(keeper, "desk/tables/")

    store, clerk, ministry = (AtDesk(browser, origin) for _ in range(3))
    for person, name in ((store, "store"), (ministry, "ministry")):
        person.join(keeper.invite(label="office", party=f"party:{name}"))
        keeper.enrol(person.new_key(), **{"as": "party"})
    clerk.join(store.invite(label="till"))
    key = clerk.new_key()
    looker.look(store, "desk/keys/")
    ticked = {"says.goods": "on", "functions.storing": "on", "places.place:port": "on", "label": "till"}
    store.enrol(key, **ticked)
    looker.look(store, "desk/keys/")
    looker.look(clerk, "desk/")
    looker.look(clerk, "desk/keys/")
    looker.look(ministry, "desk/decide/clinic/")
    assert len(looker.seen) == 10


@pytest.mark.soak
def test_a_statement_is_signed_by_the_keyboard_alone(browser, served):
    """From the one-time link to the receipt by Tab, typing and Enter; the focus is seen wherever it stands."""
    origin, link = served
    page = AtDesk(browser, origin).page
    page.go(link)
    page.tab_to("form[data-passkey=new-passkey] button")
    page.enter()
    page.tab_to(".deskways a[href$='desk/keys/']")
    page.enter()
    page.tab_to("form[data-passkey=new-key] button")
    page.enter()
    page.tab_to("a[href$='key.request']")
    page.press("Enter")
    ends = time.monotonic() + 20
    while not (saved := list(Path.cwd().glob("????????.request"))) and time.monotonic() < ends:
        time.sleep(0.02)
    run("key", "enrol", "keeper", str(saved[0]), "--as", "party:keeper")
    page.tab_to(".deskways a[href$='desk/say/']")
    page.enter()
    if page.run("!document.querySelector('main > ul a[href$=\"say/claim/\"]')"):
        page.tab_to("main summary")
        page.press("Enter")
    page.tab_to("main a[href$='say/claim/']")
    page.enter()
    page.tab_to("main form button")
    page.enter()
    answers = {"about": "place:port", "words": "The gate was shut."}
    while "You will sign" not in page.run("document.body.innerText"):
        asked = page.run("document.querySelector('form[data-asks]').dataset.asks").rpartition(".")[2]
        page.tab_to("#answer")
        if asked in answers:
            page.call("Input.insertText", text=answers[asked])
        page.tab_to("main form button:not(.plain)")
        page.enter()
    page.tab_to("form[data-passkey=sign] button")
    page.enter()
    assert "Recorded as no." in page.run("document.body.innerText")
