"""The page on which a browser makes keys and signs: one HTML file, every language, works with no network and fetches nothing.

What it does is in ``templates/signing.js`` (keys, bytes, signatures) and ``templates/signing_page.js`` (what is shown). Its security
policy lets run that one script alone, named by its digest.
"""

import base64
import json
import re
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Final

from enduse.messages.english import TERMS
from enduse.pages.catalogue import mark, own_name, signing_languages
from enduse.pages.choices import CHOICES
from enduse.pages.fields import FIELDS
from enduse.pages.html import page
from enduse.pages.localizer import Localizer
from enduse.pages.markup import Markup
from enduse.terms.units import UNITS

SAYS: Final = {
    "title": mark("Sign in this browser"),
    "about": mark(
        "Your key is made in this browser and stays in it. This page sends nothing anywhere: you open files, and save files."
    ),
    "open": mark("Open a file"),
    "open_what": mark("First the light copy (light.json) that the keeper gave you, then what you are asked to sign."),
    "programme": mark("You sign for the programme"),
    "sign": mark("I have read this: sign all of it"),
    "bring_back": mark("Signed. Save this file, and bring it back to where it was written, or send it to the keeper."),
    "keys_here": mark("Keys in this browser"),
    "lost_soon": mark("A browser may clear its storage, and a key with it: enrol a second key the same day."),
    "make": mark("Make a key"),
    "make_what": mark(
        "Choose whose key it will be. Send the request to whoever enrols keys, and read the key's name out to them."
    ),
    "make_key": mark("Make a key in this browser"),
    "make_passkey": mark("Make a passkey, or use a security key"),
    "whose": mark("Choose first whose key it will be."),
    "save": mark("Save"),
    "compare": mark("Compare with the words on the screen where it was written:"),
    "exact": mark("The very text that is signed"),
    "no_key": mark("This is for a key that is not in this browser:"),
    "other_party": mark("Your key here is another party's: you cannot sign this."),
    "other_programme": mark("This is for another programme:"),
    "light_first": mark("Open the light copy (light.json) first."),
    "not_ours": mark("This file is neither a light copy nor something to be signed, or it was changed."),
    "twice": mark("A name stands twice in this file, so that two readers could read it apart:"),
    "failed": mark("That did not work:"),
}
"""What the page says, by the code that its script calls it."""

HEADS: Final = {
    "kind": mark("what is said"),
    "programme": mark("programme"),
    "party": mark("who says it"),
    "seq": mark("running number of the key"),
    "occurred_at": mark("when it happened"),
    "refs": mark("what it answers"),
    "body": mark("in detail"),
    "bizStep": mark("what happens"),
    "eventTime": mark("when it happened"),
    "eventTimeZoneOffset": mark("time zone"),
    "readPoint": mark("where"),
    "bizLocation": mark("where it is from then on"),
    "quantityList": mark("what, and how much"),
    "epcClass": mark("material"),
    "uom": mark("unit"),
    "bizTransactionList": mark("papers"),
    "bizTransaction": mark("number on the waybill"),
    "sourceList": mark("from whom"),
    "destinationList": mark("to whom, or to what"),
    "destination": mark("to whom, or to what"),
    "enduse:complete": mark("whether this was the last part"),
    "enduse:carrier": mark("who carries it"),
    "disposition": mark("state of the goods"),
    "persistentDisposition": mark("what stays so"),
    "set": mark("set"),
    "parentID": mark("what it was built into"),
    "childQuantityList": mark("what, and how much"),
    "inputQuantityList": mark("what went in, and how much"),
    "outputQuantityList": mark("what came out, and how much"),
    "enduse:reason": mark("why"),
    "enduse:within": mark("how exact the time is"),
    "enduse:instead_of": mark("what it came in place of"),
    "enduse:witness": mark("who saw it"),
    "eventID": mark("number of the event"),
    "enduse:project": mark("project"),
}
"""Members of a statement, and of the goods event in it, that no question asks for by that name."""

VALUES: Final = {
    "true": mark("yes"),
    "false": mark("no"),
    "desadv": mark("waybill"),
    "po": mark("contract"),
    "inv": mark("invoice"),
    "possessing_party": mark("who holds the goods"),
    "location": mark("place"),
}
"""Values that stand in a statement and in no vocabulary of ours."""


def _words(language: str) -> dict[str, object]:
    localizer = Localizer(language, {})
    terms = {code: localizer.translated(word) for code, word in TERMS.items()}
    units = {code: localizer.unit(code) for code in UNITS}
    return {
        "direction": localizer.direction,
        "say": {code: localizer.translated(text) for code, text in SAYS.items()},
        "fields": {name: localizer.translated(text) for name, text in (FIELDS | HEADS).items()},
        "terms": terms | units | {word: localizer.translated(text) for word, text in (CHOICES | VALUES).items()},
    }


def render() -> str:
    """Return the page, in every language in which people sign; it is the same for every programme, so that its digest can be compared."""
    templates = resources.files("enduse.pages") / "templates"
    told = json.dumps(
        {language: _words(language) for language in signing_languages()}, ensure_ascii=False, sort_keys=True
    )
    parts = [(templates / name).read_text(encoding="utf-8") for name in ("signing.js", "signing_page.js")]
    words = "const WORDS = " + told.replace("<", "\\u003c") + ";\n"
    script = re.sub(r"\n\s*\n", "\n", parts[0] + words + parts[1])
    digest = "sha256-" + base64.b64encode(sha256(script.encode()).digest()).decode()
    editions = [Localizer(language, {}) for language in signing_languages()]
    return page(
        "signing.html",
        editions=editions,
        title=SAYS["title"],
        own_name=own_name,
        digest=digest,
        script=Markup(script),
    )


def write(path: Path) -> str:
    """Write the page to a file; returns its SHA-256, hexadecimal."""
    text = render().encode()
    path.write_bytes(text)
    return sha256(text).hexdigest()
