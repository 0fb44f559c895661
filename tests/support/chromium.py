"""A headless Chromium, driven by the DevTools protocol over a pipe: pages come from memory, nothing goes over the network."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from typer.testing import CliRunner

from conftest import Small
from enduse.cli.main import app
from enduse.statements.key import SigningPage
from support.signing import DOMAIN, PAGE

chromium_needed = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="LOUD: nothing was signed in a browser: apt-get install chromium"
)
TIMEOUT_S = 60
WORDS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--remote-debugging-pipe",
)  # fmt: skip
# Chromium reads commands from descriptor 3 and answers on 4.
START = """
import os, sys
for given, free in ((sys.argv[1], 100), (sys.argv[2], 101)):
    os.dup2(int(given), free)
os.dup2(100, 3)
os.dup2(101, 4)
os.closerange(5, 102)
os.execvp(sys.argv[3], sys.argv[3:])
"""


FOCUSED = """(() => {
  const at = document.activeElement;
  if (at === document.body) return [false, true];
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0;
  return [at.matches(SELECTOR), inside && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1];
})()"""
MIDDLE = """(() => {
  const found = [...document.querySelectorAll(SELECTOR)].find(each => each.checkVisibility());
  if (!found) throw new Error("there is no such thing to touch on " + location.href);
  found.scrollIntoView({block: "center"});
  const box = found.getClientRects()[0];
  return [box.left + box.width / 2, box.top + box.height / 2, box.left];
})()"""


class Page:
    """One page of one origin, with a virtual authenticator where it is asked for."""

    def __init__(self, browser, session):
        self._browser, self._session = browser, session

    def call(self, method, **params):
        return self._browser.call(method, self._session, **params)

    def run(self, script):
        """Return what a script gives, once it is done; raise what it raises."""
        given = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in given, given["exceptionDetails"]
        return given["result"].get("value")

    def go(self, address):
        """Go to an address, and wait until its page is there."""
        self._leave(lambda: self.call("Page.navigate", url=address))

    def click(self, selector):
        """Press what leads to another page, and wait until that is there."""
        self._leave(lambda: self.run(f"document.querySelector({json.dumps(selector)}).click()"))

    def _leave(self, act):
        self.run("globalThis.left = false; 0")
        act()
        ends = time.monotonic() + TIMEOUT_S
        while time.monotonic() < ends:
            # Between two pages there is nothing that could be asked.
            with suppress(AssertionError):
                if self.run("globalThis.left === undefined && document.readyState === 'complete'"):
                    return
            time.sleep(0.01)
        raise AssertionError(self.run("location.href + document.body.innerText"))

    def press(self, key):
        """Press a key of the keyboard: ``Tab``, ``Enter`` or ``Space``."""
        code, text = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " ")}[key]
        about = {"key": text if key == "Space" else key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def enter(self):
        """Press Enter where that leads to another page, and wait until it is there."""
        self._leave(lambda: self.press("Enter"))

    def tab_to(self, selector):
        """Press Tab until the focus is where it is wanted; wherever it stands it must be seen."""
        for _ in range(200):
            self.press("Tab")
            on, seen = self.run(FOCUSED.replace("SELECTOR", json.dumps(selector)))
            assert seen, self.run("document.activeElement.outerHTML.slice(0, 200)")
            if on:
                return
        raise AssertionError((selector, self.run("location.href")))

    def tap(self, selector, begin=None):
        """Bring something into view and touch it with a finger; wait until another page is there.

        Args:
            begin: pixels behind its left edge; without it the middle.
        """
        x, y, left = self.run(MIDDLE.replace("SELECTOR", json.dumps(selector)))
        self._leave(lambda: self._touch(x if begin is None else left + begin, y))

    def _touch(self, x, y):
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def choose(self, selector, *files):
        """Choose files in an input, as a person does in the dialogue of the system."""
        document = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])

    def authenticator(self, **options):
        """Add an authenticator whose user is there and verified; ``options`` change that."""
        self.call("WebAuthn.enable")
        given = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        return self.call("WebAuthn.addVirtualAuthenticator", options={**given, **options})["authenticatorId"]


class Browser:
    """A running Chromium."""

    def __init__(self, profile):
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        words = ["chromium", *WORDS, f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(theirs_in), str(theirs_out), *words],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._count, self._read = itertools.count(1), b""
        self._served = "<!doctype html>"

    def _send(self, method, session, params):
        number = next(self._count)
        message = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return number

    def _receive(self):
        while b"\0" not in self._read:
            assert select.select([self._in], [], [], TIMEOUT_S)[0], "Chromium does not answer"
            more = os.read(self._in, 65_536)
            assert more, "Chromium has ended"
            self._read += more
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **params):
        """Send a command; return its answer, and meanwhile give one page for every address."""
        number = self._send(method, session, params)
        while True:
            message = self._receive()
            if message.get("method") == "Fetch.requestPaused":
                served = {
                    "requestId": message["params"]["requestId"],
                    "responseCode": 200,
                    "responseHeaders": [{"name": "content-type", "value": "text/html"}],
                    "body": base64.b64encode(self._served.encode()).decode(),
                }
                self._send("Fetch.fulfillRequest", message["sessionId"], served)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def visitor(self, downloads):
        """Return an empty page of a browser of its own, which reaches this machine and shares no cookie with any other.

        Args:
            downloads: folder for what is saved.
        """
        context = self.call("Target.createBrowserContext")["browserContextId"]
        self.call(
            "Browser.setDownloadBehavior", behavior="allow", browserContextId=context, downloadPath=str(downloads)
        )
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.call("Page.enable")
        return page

    def page(self, address, served="<!doctype html>", downloads=None):
        """Open a page.

        Args:
            address: what it is called; a file is read from the disk, else ``served`` comes.
            served: what every address gives, an empty page if nothing else is wanted.
            downloads: folder for what is saved.
        """
        self._served = served
        if downloads is not None:
            self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        if not address.startswith("file:"):
            page.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        page.call("Page.enable")
        page.call("Page.navigate", url=address)
        return page

    def close(self):
        self._send("Browser.close", None, {})
        self._process.wait(20)
        os.close(self._out)
        os.close(self._in)


@contextmanager
def chromium(profile):
    """Run a browser with a profile of its own."""
    browser = Browser(profile)
    try:
        yield browser
    finally:
        browser.close()


def run(*words, code=0):
    """Run a command; return what it printed, as values where it ends with ``--json``."""
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "250"})
    assert result.exit_code == code, (words, result.output)
    return json.loads(result.stdout) if words[-1] == "--json" else result.stdout + result.stderr


def founded(folder):
    """A programme whose founding names the page on which its parties sign."""
    small = Small(folder, signing=(SigningPage(relying_party=DOMAIN, origins=(PAGE,)),))
    small.intake.book.log.publish()
    small.intake.close()
    return small
