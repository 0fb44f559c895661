"""A browser at the desk, without one: a client with cookies, a passkey that signs in, and one that signs."""

import html
import json
import re
from base64 import b64decode

from litestar.testing import TestClient

import enduse
from enduse.portal.app import portal
from enduse.portal.desk import Desk
from enduse.statements.envelope import key_id, pae, wrap
from enduse.statements.key import possession_message
from support.signing import Authenticator, P256Key

ORIGIN = "http://localhost:8400"


class Clock:
    """Tells the time that a test wants."""

    def __init__(self, now=1_800_000_000):
        self.now = now

    def __call__(self):
        return self.now


def passkey(name, **more):
    return Authenticator(P256Key(name), domain="localhost", page=ORIGIN, **more)


def found(pattern, text):
    """The one group of the first place that a pattern is found at."""
    match = re.search(pattern, text, re.DOTALL)
    assert match, (pattern, text_of(text))
    return match[1]


def fields_of(page):
    """Every hidden field and data attribute of the first form in the main part of a page."""
    main = page[page.index("<main") :]
    form = found(r"(<form[^>]*>.*?</form>)", main)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    data = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', form))
    return {name: html.unescape(text) for name, text in hidden.items()}, {
        name: html.unescape(text) for name, text in data.items()
    }


def text_of(page):
    """What a page says, without its markup."""
    plain = re.sub(r"<[^>]*>", " ", re.sub(r"</?(?:bdi|strong|em|code)[^>]*>", "", page))
    return html.unescape(re.sub(r"\s+", " ", plain))


class Visitor:
    """One browser with its cookies."""

    def __init__(self, app, language="en"):
        self.client = TestClient(app, base_url="http://browser.local")
        self.language = language

    def get(self, path):
        return self.client.get(f"/{self.language}/{path}", follow_redirects=False)

    def page(self, path, status=200):
        """Return a page, sent on as a browser is."""
        answer = self.client.get(f"/{self.language}/{path}", follow_redirects=True)
        assert answer.status_code == status, (answer.status_code, text_of(answer.text))
        return answer.text

    def token(self):
        """What this browser's forms carry now."""
        return found(r'name="form_token" value="([0-9a-f]+)"', self.client.get("/en/ask/").text)

    def post(self, path, fields=None, files=None, token=None, follow=False, **headers):
        data = {"form_token": self.token() if token is None else token, **(fields or {})}
        sent = {"origin": ORIGIN, **headers}
        return self.client.post(
            f"/{self.language}/{path}", data=data, files=files, headers=sent, follow_redirects=follow
        )

    def asked(self, path):
        """The form token and the message that a page asks a passkey to sign."""
        hidden, _ = fields_of(self.page(path))
        return hidden["form_token"], hidden["message"]

    def join(self, link, device, credential="one", **changed):
        path = link.partition("/en/")[2]
        token, message = self.asked(path)
        fields = {
            "credential": credential,
            "public_key": device.public.hex(),
            "message": message.replace("\n", "\r\n"),  # as browsers send it
            "assertion": device.sign(message.encode()).hex(),
        }
        return self.post(path, {**fields, **changed}, token=token)

    def sign_in(self, device, credential="one", **changed):
        token, message = self.asked("desk/sign-in/")
        assertion = device.sign(message.encode()).hex()
        fields = {"credential": credential, "message": message, "assertion": assertion}
        return self.post("desk/sign-in/", {**fields, **changed}, token=token)

    def new_key(self, device, programme, founder, party, credential="key"):
        """Ask for a key to be brought in that this device signs with."""
        public = device.public.hex()
        proof = device.sign(possession_message(programme, founder, party, public)).hex()
        request = {"party": party, "key": key_id(device.public), "public_key": public, "possession": proof}
        return self.post("desk/keys/new/", {"credential": credential, "request": json.dumps(request)})

    def link(self, **fields):
        """A one-time link that this person makes."""
        return found(r'id="link">([^<]+)<', self.post("desk/people/invite/", fields).text)

    def begin(self, kind, key, **fields):
        """Begin to say something; returns the address of its draft."""
        answer = self.post(f"desk/say/{kind}/", {"key": key, "at": "", "place": "", **fields})
        assert answer.status_code == 303, text_of(answer.text)
        return answer.headers["location"].partition("/en/")[2]

    def answers(self, draft, *answers):
        """Answer one question after the other; returns the last page."""
        for each in answers:
            answer = self.post(draft, {"answer": each}, follow=True)
            assert answer.status_code == 200, text_of(answer.text)
        return self.page(draft)

    def signed(self, draft, device):
        """What is sent when this device signs what the page shows."""
        raw = self.get(f"{draft}unsigned.dsse").content.strip()
        payload = b64decode(json.loads(raw)["payload"])
        return wrap(payload, key_id(device.public), device.sign(pae(payload)))

    def sign(self, draft, device):
        files = {"file": ("signed.dsse", self.signed(draft, device))}
        return self.post(f"{draft}sign/", files=files, follow=True)


def opened(folder):
    """The portal of a programme, with a desk."""
    return portal(folder, origin=ORIGIN)


def desk_of(client) -> Desk:
    found = client.app.state.desk
    assert isinstance(found, Desk)
    return found


def enrolled(desk, visitor, device, party, by=None, credential="k"):
    """A key of this device, asked for at the desk and brought in by a command of the party or of the keeper."""

    def bring(_answers):
        programme = desk.site.programme
        row = desk.store.find("SELECT request FROM signing_key WHERE key = ?", key_id(device.public))
        request = enduse.parse_request(row["request"], programme.origin, programme.founder)
        return programme.change_key("enrol", request, party=by or party)

    programme = desk.site.programme
    answer = visitor.new_key(device, programme.origin, programme.founder, party, credential)
    assert answer.status_code == 303, text_of(answer.text)
    assert desk.site.ask(bring).outcome == "accepted"
    desk.site.follow()
    return key_id(device.public)
