"""A browser signs with keys that it made itself; the record takes every kind, and Python and Go hold them alike.

A headless Chromium runs the script of the signing page, with a virtual authenticator; the page itself is in `test_signing_page.py`.
"""

import json
import subprocess
from pathlib import Path

import pytest

import enduse
from conftest import ORIGIN, seed_of
from enduse.statements.codec import encode
from enduse.statements.envelope import unwrap
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms import signatures
from enduse.terms.amounts import Money
from support.chromium import chromium_needed, run
from support.goverify import go_needed
from support.signing import DOMAIN, PAGE

pytestmark = chromium_needed
SCRIPT = Path(enduse.__file__).parent / "pages" / "templates" / "signing.js"
# Of two signatures one has the higher s, which the page must turn.
STATEMENTS = 8
MADE = {
    "ed25519": "enduse.newKey('one', 'Ed25519')",
    "p256": "enduse.newKey('two', 'P-256')",
    "webauthn-es256": f"enduse.newPasskey('{DOMAIN}', 'donor', [-7])",
    "webauthn-eddsa": f"enduse.newPasskey('{DOMAIN}', 'donor', [-8])",
}


def opened(browser, page=PAGE, **authenticator):
    """A page that has read the script."""
    found = browser.page(page + "/")
    found.authenticator(**authenticator)
    found.run(SCRIPT.read_text(encoding="utf-8") + "; globalThis.enduse = enduse; globalThis.keys = {}; 0")
    return found


def asked(page, made, town, folder, party="donor"):
    """Make a key in the page and write its request to a file."""
    founder = seed_of("keeper").public.hex()
    words = json.dumps([ORIGIN, founder, party])
    text = page.run(f"{made}.then(key => (keys.made = key, enduse.request(key, ...{words})))")
    file = folder / "browser.request"
    file.write_text(text, encoding="utf-8")
    return file


def pledges(town, name):
    for number in range(1, STATEMENTS + 1):
        body = PledgeBody(pledge=f"{name}-{number}", amount=Money("5", "USD"))
        said = Pledge(programme=ORIGIN, party="donor", seq=number, occurred_at=town.now, body=body)
        yield encode(said).decode()


@pytest.fixture(scope="module")
def signed(browser, town, tmp_path_factory):
    """Make a key of each kind, enrol it, sign with it; what the commands told of each."""
    told = {}
    for kind, made in MADE.items():
        page, folder = opened(browser), tmp_path_factory.mktemp(kind)
        request = asked(page, made, town, folder)
        enrolled = run("key", "enrol", town.folder, request, "--as", "donor", "--json")["outcome"]
        page.run(f"globalThis.said = {json.dumps(list(pledges(town, kind)))}; 0")
        # One after the other: an authenticator answers no two at a time.
        lines = page.run(
            "(async () => { const all = []; for (const each of said) all.push(await enduse.envelope(keys.made, each)); return all })()"
        )
        (folder / "browser.dsse").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        counts = run("add", town.folder, folder / "browser.dsse", "--json")
        told[kind] = json.loads(request.read_text(encoding="utf-8")), enrolled, lines, counts
    return told


@pytest.mark.parametrize("kind", MADE)
def test_a_browser_signs_and_the_record_takes_it(town, signed, kind):
    request, enrolled, lines, counts = signed[kind]
    assert signatures.kind(bytes.fromhex(request["public_key"])) == kind
    assert enrolled == "accepted"
    assert (counts["accepted"], counts["refused"]) == (STATEMENTS, 0), counts
    assert {unwrap(line.encode()).key_id for line in lines} == {request["key"]}
    assert run("record", "verify", town.folder, "--json")["ok"]


def test_a_key_stays_in_its_browser_and_nobody_takes_it_out(browser, town, tmp_path):
    """Another page of the same origin opens it again by its name; its private half is not given out."""
    asked(opened(browser), "enduse.newKey('kept', 'Ed25519')", town, tmp_path)
    again = opened(browser)
    same = again.run("enduse.openKey('kept').then(key => enduse.keyName(key))")
    assert same == json.loads((tmp_path / "browser.request").read_text(encoding="utf-8"))["key"]
    taken = """(async () => {
        const asked = indexedDB.open('enduse keys', 1);
        const database = await new Promise(done => { asked.onsuccess = () => done(asked.result) });
        const found = database.transaction('keys').objectStore('keys').get('kept');
        const pair = await new Promise(done => { found.onsuccess = () => done(found.result) });
        database.close();
        return crypto.subtle.exportKey('pkcs8', pair.privateKey).then(() => 'given out', error => error.name);
    })()"""
    assert again.run(taken) == "InvalidAccessError"


@pytest.mark.threat(
    who="stranger",
    tries="has somebody sign with a passkey on another page of the same domain, or with one that lies on several devices",
    alone="refused at enrolment: the page is part of the key, the founding names which, and a synced passkey says so itself",
    needs="the page that the founding names",
    seen_by="whoever enrols, by `enduse key enrol`",
)
@pytest.mark.parametrize(
    ("page", "authenticator", "told"),
    [
        ("https://other.enduse.example", {}, "https://other.enduse.example"),
        (PAGE, {"defaultBackupEligibility": True, "defaultBackupState": True}, "possession"),
    ],
    ids=["another page of the domain", "synced"],
)
def test_a_passkey_of_another_page_or_of_several_devices_is_refused(browser, town, tmp_path, page, authenticator, told):
    request = asked(opened(browser, page, **authenticator), MADE["webauthn-es256"], town, tmp_path)
    assert told in run("key", "enrol", town.folder, request, "--as", "donor", code=1)


@go_needed
def test_go_holds_what_the_browser_signed(town, signed, goverify):
    words = [goverify, "statements", town.folder / "log.vkey", town.folder / "tiles"]
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=True)
    for kind in set(signed) - {"ed25519"}:
        assert f"{kind}:{STATEMENTS}" in done.stdout
