"""The signing page, from the key to the record: made by `enduse key page`, opened in Chromium, fed and read by files alone.

Each kind of key is made on the page and enrolled; a light copy has a statement written for it, the page shows it in words in both
languages and signs it, the signature comes back by `enduse signed`, and the keeper's record and the Go client take it.
"""

import base64
import json
import subprocess
import time
from pathlib import Path

import pytest

from enduse.terms import signatures
from support.chromium import chromium_needed, run
from support.goverify import go_needed
from support.signing import PAGE

pytestmark = chromium_needed
KINDS = {"ed25519": [], "p256": [], "webauthn-es256": [-7], "webauthn-eddsa": [-8]}
RECEIVE = (
    "receive", "--as", "donor", "--place", "place:depot", "--set", "consignment=W-17", "--set", "material=cement",
    "--set", "quantity.value=12.5", "--set", "quantity.unit=TNE", "--set", "complete=no",
)  # fmt: skip
CLAIM = ("claim", "--as", "donor", "--set", "about=place:depot", "--set", "words=<b>بوابة</b> & \u202egate")


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    file = tmp_path_factory.mktemp("html") / "signing.html"
    run("key", "page", file)
    return file


class Person:
    """Somebody before the page: opens files, presses buttons, reads, saves files."""

    def __init__(self, browser, html, folder, address=PAGE + "/", **authenticator):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.page = browser.page(address, html.read_text(encoding="utf-8"), folder)
        self._wait("document.readyState === 'complete' && document.getElementById('file')")
        if authenticator:
            self.page.authenticator(**authenticator)

    def _wait(self, condition):
        for _ in range(400):
            if self.page.run(f"Boolean({condition})"):
                return
            time.sleep(0.05)
        raise AssertionError(condition, self.text())

    def _acting(self, step):
        before = self.page.run("Number(document.body.dataset.done ?? 0)")
        step()
        self._wait(f"Number(document.body.dataset.done) > {before}")

    def open(self, *files):
        self._acting(lambda: self.page.choose("#file", *files))

    def press(self, selector):
        self._acting(lambda: self.page.run(f"document.querySelector({json.dumps(selector)}).click()"))

    def wrong(self):
        return self.page.run("document.getElementById('wrong').textContent")

    def text(self):
        return self.page.run("document.body.innerText")

    def save(self, where):
        """Press the last link of a section; return the file that was saved."""
        assert not self.wrong(), self.wrong()
        before = {*self.folder.iterdir()}
        self.page.run(f"document.querySelector({json.dumps(where)} + ' a:last-child').click()")
        for _ in range(400):
            new = [file for file in self.folder.iterdir() if file not in before and file.suffix != ".crdownload"]
            if new and new[0].stat().st_size:
                return new[0]
            time.sleep(0.05)
        raise AssertionError(where)


def key_of(kind, browser, html, town, desk):
    """Make a key of a kind on the page, and bring its request to the keeper."""
    authenticator = {"transport": "internal"} if kind.startswith("webauthn") else {}
    person = Person(browser, html, desk / kind, **authenticator)
    if kind == "p256":  # a browser that knows no Ed25519
        person.page.run(
            "crypto.subtle.generateKey = ((own) => (how, ...more) => how.name === 'Ed25519' ? Promise.reject(new Error('none'))"
            " : own.call(crypto.subtle, how, ...more))(crypto.subtle.generateKey); 0"
        )
    if KINDS[kind]:  # an authenticator that knows one algorithm alone
        person.page.run(
            f"navigator.credentials.create = ((own) => (asked) => {{ asked.publicKey.pubKeyCredParams = "
            f"[{{ type: 'public-key', alg: {KINDS[kind][0]} }}]; return own.call(navigator.credentials, asked) }})"
            "(navigator.credentials.create); 0"
        )
    person.open(desk / "light.json")
    person.page.run("document.getElementById('party').value = 'donor'; 0")
    person.press("#passkey" if KINDS[kind] else "#new")
    request = person.save("#requests")
    assert run("key", "enrol", town.folder, request, "--as", "donor", "--json")["outcome"] == "accepted"
    return person, request


@pytest.fixture(scope="module")
def signed(browser, html, town, tmp_path_factory):
    """By kind: what the page showed in each language, and what the commands said."""
    told, desk = {}, tmp_path_factory.mktemp("desk")
    run("copy", town.folder, "--to", desk)
    for kind in KINDS:
        person, request = key_of(kind, browser, html, town, desk)
        file = desk / f"{kind}.unsigned"
        wrote = [
            run("say", desk, *RECEIVE, "--key", request, "--to", file),
            run("say", desk, *CLAIM, "--key", request),
        ]
        waiting = [line for line in (desk / "unsigned.dsse").read_text(encoding="utf-8").splitlines() if line]
        file.write_text("".join(f"{line}\n" for line in waiting), encoding="utf-8")
        person.open(file)
        assert not person.wrong(), person.wrong()
        shown = {}
        for language in ("en", "ar"):
            person.press(f"[data-language={language}]")
            shown[language] = person.text()
        person.press("#sign")
        given = person.save("#signed")
        back = run("signed", desk, given, "--key", request, "--json")
        again = run("signed", desk, given, "--key", request, "--json")
        run("send", desk, "--to", desk / "sent.dsse")
        counts = run("add", town.folder, desk / "sent.dsse", "--receipts", desk / "r.jsonl", "--json")
        told[kind] = request, wrote, shown, (back, again, counts, run("sent", desk, desk / "r.jsonl", "--json"))
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_page_signs_comes_back_and_the_record_takes_it(town, signed, kind):
    request, _, _, (back, again, counts, sent) = signed[kind]
    public = json.loads(request.read_text(encoding="utf-8"))["public_key"]
    assert signatures.kind(bytes.fromhex(public)) == kind
    assert (back, again) == ({"signed": 2, "waiting": 0}, {"signed": 0, "waiting": 0})
    assert counts["refused"] == 0
    assert sent["waiting"] == 0
    assert run("record", "verify", town.folder, "--json")["ok"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_in_words_what_will_be_signed(signed, kind):
    request, wrote, shown, _ = signed[kind]
    name = json.loads(request.read_text(encoding="utf-8"))["key"]
    for said in wrote:
        words = said.partition("compare these words there: ")[2].splitlines()[0]
        assert all(words in text for text in shown.values()), "the same words here and there"
    english = (
        "receiving goods",
        "12.5",
        "W-17",
        "place:depot",
        "whether this was the last part",
        "running number",
        "<b>بوابة</b>",
    )
    arabic = ("استلام", "12.5", "W-17", "place:depot", "هل كان هذا آخر جزء", "الرقم المتسلسل", "<b>بوابة</b>")
    for language, expected in (("en", english), ("ar", arabic)):
        for each in expected:
            assert each in shown[language], (language, each)
        assert " ".join(name[at : at + 4] for at in range(0, 32, 4)) in shown[language]


@go_needed
def test_go_holds_what_the_page_signed(town, signed, goverify):
    words = [goverify, "statements", town.folder / "log.vkey", town.folder / "tiles"]
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=True)
    for kind in set(signed) - {"ed25519"}:
        assert f"{kind}:2" in done.stdout


def test_the_page_works_from_a_file_with_no_network_and_opens_nothing_of_another(browser, html, town, tmp_path):
    """As it lies on a telephone: the key of one visit is there at the next; what is not ours, changed or another's is refused."""
    run("copy", town.folder, "--to", tmp_path)
    person = Person(browser, html, tmp_path / "saved", html.as_uri())
    assert "connect-src" not in html.read_text(encoding="utf-8")
    (tmp_path / "early.unsigned").write_text("{}", encoding="utf-8")
    person.open(tmp_path / "early.unsigned")
    assert "light.json" in person.page.run("document.getElementById('wrong').textContent")
    person.open(tmp_path / "light.json")
    person.page.run("document.getElementById('party').value = 'donor'; 0")
    person.press("#new")
    request = person.save("#requests")
    run("say", tmp_path, *CLAIM, "--key", request, "--to", tmp_path / "one.unsigned")
    again = Person(browser, html, tmp_path / "saved", html.as_uri())
    again.open(tmp_path / "light.json", tmp_path / "one.unsigned")
    assert again.page.run("!document.getElementById('sign').hidden")
    line = (tmp_path / "one.unsigned").read_text(encoding="utf-8")
    head, encoded, tail = line.partition('","')[0][:12], line.partition('","')[0][12:], line[line.index('","') :]
    text = base64.b64decode(encoded).decode()
    changed = {
        "twice": text.replace('"kind"', '"kind":"pledge","kind"', 1),
        "blank": text.replace(",", ", ", 1),
        "other": text.replace("example.org", "elsewhere.org", 1),
        "party": text.replace('"party":"donor"', '"party":"fund"', 1),
    }
    for name, payload in changed.items():
        assert payload != text, name
        file = tmp_path / f"{name}.unsigned"
        file.write_text(head + base64.b64encode(payload.encode()).decode() + tail, encoding="utf-8")
        again.open(tmp_path / "light.json", file)
        assert again.page.run("document.getElementById('sign').hidden"), name
    assert again.page.run("document.querySelector('#asked .wrong').textContent")
    fetched = "fetch('https://example.org/').then(() => 'went out', () => 'refused')"
    assert again.page.run(fetched) == "refused", "its policy lets nothing out"


@pytest.mark.threat(
    who="carrier",
    tries="writes a goods event for a telephone in which one name stands twice, so that the page shows one quantity and another is signed",
    alone="the page shows nothing of it and signs nothing; neither does the command line",
    needs="nobody",
    seen_by="whoever opens it: the page and `enduse say` name what stands twice",
)
def test_what_says_something_twice_is_neither_shown_nor_signed(browser, html, town, tmp_path):
    run("copy", town.folder, "--to", tmp_path)
    person = Person(browser, html, tmp_path / "saved", html.as_uri())
    light = (tmp_path / "light.json").read_text(encoding="utf-8")
    (tmp_path / "two.json").write_text(light.replace("{\n", '{\n  "names": {},\n', 1), encoding="utf-8")
    person.open(tmp_path / "two.json")
    assert "stands twice" in person.wrong()
    person.open(tmp_path / "light.json")
    person.page.run("document.getElementById('party').value = 'donor'; 0")
    person.press("#new")
    request = person.save("#requests")
    run("say", tmp_path, *RECEIVE, "--key", request, "--to", tmp_path / "one.unsigned")
    line = (tmp_path / "one.unsigned").read_text(encoding="utf-8")
    encoded = line.partition('","')[0][12:]
    statement = json.loads(base64.b64decode(encoded))
    event = statement["body"]["event"]

    def opened(changed):
        assert changed != event
        statement["body"]["event"] = changed
        payload = json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()
        file = tmp_path / "changed.unsigned"
        file.write_text(line.replace(encoded, base64.b64encode(payload).decode()), encoding="utf-8")
        person.open(tmp_path / "light.json", file)
        return person.page.run("document.getElementById('sign').hidden")

    quantity = '"quantity":12.5' if '"quantity":12.5' in event else '"quantity": 12.5'
    for name in ('"quantity"', '"q\\u0075antity"', '"quantity" '):
        assert opened(event.replace(quantity, f"{quantity},{name}:125"))
        assert "read it apart: quantity" in person.wrong()
        assert "12.5" not in person.text()
    assert not opened(event.replace(quantity, '"quantity":1234567890123456789.50'))
    assert "1234567890123456789.50" in person.text(), "to the last digit"
    assert not opened(event.replace(quantity, '"note":"\u202e21\u200b"'))
    assert "[U+202E]21[U+200B]" in person.text(), "what would turn a text, or is not seen, is shown by its number"
    (tmp_path / "twice.request").write_text(
        request.read_text(encoding="utf-8").replace("{", '{"party":"fund",', 1), encoding="utf-8"
    )
    assert "'party' stands twice" in run(
        "key", "enrol", town.folder, tmp_path / "twice.request", "--as", "keeper", code=2
    )
    (tmp_path / "light.json").write_bytes((tmp_path / "two.json").read_bytes())
    assert "'names' stands twice" in run("say", tmp_path, *CLAIM, code=2)


@pytest.mark.threat(
    who="carrier",
    tries="changes what is to be signed on its way to a telephone, or the signed file on its way back",
    alone="the page shows what came, and its words differ from those on the screen; what was changed does not wait, and is not taken back",
    needs="a signer who reads neither",
    seen_by="whoever takes the file back, by `enduse signed`, and whoever compares the words",
)
def test_a_statement_that_was_changed_on_its_way_does_not_come_back(browser, html, town, tmp_path):
    run("copy", town.folder, "--to", tmp_path)
    person = Person(browser, html, tmp_path / "saved", html.as_uri())
    person.open(tmp_path / "light.json")
    person.page.run("document.getElementById('party').value = 'donor'; 0")
    person.press("#new")
    request = person.save("#requests")
    said = run("say", tmp_path, *CLAIM, "--key", request, "--to", tmp_path / "one.unsigned")
    line = (tmp_path / "one.unsigned").read_text(encoding="utf-8")
    encoded = line.partition('","')[0][12:]
    text = base64.b64decode(encoded).decode().replace("place:depot", "place:other")
    (tmp_path / "one.unsigned").write_text(
        line.replace(encoded, base64.b64encode(text.encode()).decode()), encoding="utf-8"
    )
    person.open(tmp_path / "one.unsigned")
    words = said.partition("compare these words there: ")[2].splitlines()[0]
    assert words not in person.text()
    person.press("#sign")
    changed = person.save("#signed")
    assert "does not wait for a signature" in run("signed", tmp_path, changed, "--key", request, code=2)
    line = changed.read_text(encoding="utf-8")
    at = line.index('"sig":"') + 7
    (tmp_path / "bent.dsse").write_text(line[:at] + line[at + 1] + line[at] + line[at + 2 :], encoding="utf-8")
    run("signed", tmp_path, tmp_path / "bent.dsse", "--key", request, code=2)
    assert json.loads((Path(tmp_path) / "light.json").read_text(encoding="utf-8"))
    assert not (tmp_path / "said.dsse").exists(), "nothing of a refused file is taken"
