"""Bring the gettext catalogues up to date with the source: ``python tools/catalogues.py [--check] [--public] [LANGUAGE]``.

Messages come from four places: the English text of every code (:mod:`enduse.messages.english`), what pages and
commands say themselves (``say``, ``count``, ``mark`` in Python and in templates), the help of every command, and what the
profiles of tables that come with Enduse call what they count. A text
that is new gets an empty translation and is said in English until somebody fills it in; one that is gone is dropped. A
LANGUAGE that has no catalogue yet gets one, with its plural rule and nothing translated: of everything, or with
``--public`` of public pages alone (:mod:`public_words`).
"""

import io
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import public_words
import typer.main
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext
from typer.core import TyperGroup

from enduse.cli.help import help_messages
from enduse.cli.main import app
from enduse.messages.english import TERMS, TEXTS

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "enduse"
LOCALES: Final = SOURCE / "pages" / "locale"
KEYWORDS: Final = {"say": None, "count": (1, 2), "mark": None, "mark_count": (1, 2), "gettext": None}
_SAYS: Final = re.compile(rb"\b(?:" + "|".join(KEYWORDS).encode() + rb"|trans)\b")
SPOKEN: Final = ("pages", "portal", "cli")
"""Rooms that word things themselves."""

Id: TypeAlias = "str | tuple[str, ...]"


@cache
def messages() -> Mapping[Id, str]:
    """Return every message of the source, with the file it stands in."""
    wanted: dict[Id, str] = {}
    for code, text in TEXTS.items():
        room = f"messages/{code.partition('.')[0]}"
        wanted.setdefault((text.text, text.many) if text.many else text.text, room)
        if text.remedy:
            wanted.setdefault(text.remedy, room)
    for word in TERMS.values():
        wanted.setdefault(word, "messages/terms")
    for path in sorted((SOURCE / "exchange" / "tables" / "profiles").glob("*.toml")):
        for check in tomllib.loads(path.read_text(encoding="utf-8")).get("figures", {}).get("check", ()):
            wanted.setdefault(check["title"], path.relative_to(SOURCE).as_posix())
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    for line in help_messages(command):
        wanted.setdefault(line, "cli (help)")
    for room in SPOKEN:
        for path in sorted((SOURCE / room).rglob("*.py")):
            _extract(wanted, path, "python")
        for path in sorted((SOURCE / room).rglob("*.html")):
            _extract(wanted, path, "jinja2.ext:babel_extract")
    return wanted


@cache
def public_messages() -> Mapping[Id, str]:
    """Return every message that public pages use, with the file it stands in."""
    wanted: dict[Id, str] = {}
    for code in sorted(public_words.codes()):
        text = TEXTS[code]
        wanted.setdefault((text.text, text.many) if text.many else text.text, code)
        if text.remedy:
            wanted.setdefault(text.remedy, code)
    for code in sorted(public_words.terms()):
        wanted.setdefault(TERMS[code], "terms")
    for path in public_words.modules():
        _extract(wanted, path, "python")
    for path in public_words.templates():
        _extract(wanted, path, "jinja2.ext:babel_extract")
    return wanted


def _extract(wanted: dict[Id, str], path: Path, method: str) -> None:
    for message in _said(path, method):
        wanted.setdefault(message, path.relative_to(SOURCE).as_posix())


@cache
def _said(path: Path, method: str) -> tuple[Id, ...]:
    """Return the messages of one file; one of public pages is asked for twice."""
    data = path.read_bytes()
    if not _SAYS.search(data):
        return ()
    options = {"trim_blocks": "true", "lstrip_blocks": "true"} if method != "python" else {}
    return tuple(
        message for _, message, _, _ in extract(method, io.BytesIO(data), keywords=KEYWORDS, options=options) if message
    )


def updated(path: Path) -> str:
    """Return the catalogue at ``path`` with exactly the messages of the source, each with its translation so far."""
    text = path.read_text(encoding="utf-8")
    header = text.partition("\n\n")[0].rstrip()  # written by hand, with plural rule and licence: kept as it is
    old = read_po(io.StringIO(text))
    fresh = Catalog(locale=old.locale, charset="utf-8", fuzzy=False)
    fresh.mime_headers = old.mime_headers  # how many forms a plural has, as the head says
    public = '"X-Holds: public' in header
    for wanted, source in (public_messages() if public else messages()).items():
        known = old.get(wanted) if isinstance(wanted, str) else old.get(wanted[0])
        same = known is not None and known.id == wanted
        added = fresh.add(wanted, known.string if known is not None and same else None, locations=[(source, 0)])
        added.flags.discard("python-format")  # texts are filled in by name; a per cent sign is one
    written = io.BytesIO()
    write_po(written, fresh, width=110, omit_header=True, include_lineno=False)
    return header + "\n\n" + written.getvalue().decode("utf-8").lstrip("\n")


HEADER: Final = """\
# Messages of commands, pages and errors, {name}. Apache-2.0, the Enduse authors.
msgid ""
msgstr ""
"Project-Id-Version: enduse\\n"
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"X-Name: {own}\\n"
"X-Holds: {holds}\\n"
"X-Signing: no\\n"
"X-Reviewed: no\\n"
"""


def plural_forms(language: str) -> str:
    """Return the plural rule of a language as CLDR has it, for whole numbers written out."""
    return re.sub(r"\be\b", "0", to_gettext(Locale.parse(language, sep="-").plural_form))


def start(language: str, holds: str = "all") -> None:
    """Write the head of the catalogue of a language that has none; the plural rule is that of Unicode CLDR."""
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if path.exists():
        return
    locale = Locale.parse(language, sep="-")
    own = locale.get_display_name() or language
    path.parent.mkdir(parents=True)
    path.write_text(
        HEADER.format(
            name=locale.english_name,
            own=own[0].upper() + own[1:],
            language=language,
            plural=plural_forms(language),
            holds=holds,
        ),
        encoding="utf-8",
    )


def main() -> int:
    """Write every catalogue anew, or with ``--check`` only say which would change."""
    for language in sys.argv[1:]:
        if not language.startswith("-"):
            start(language, "public" if "--public" in sys.argv else "all")
    stale = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        text = updated(path)
        if text != path.read_text(encoding="utf-8"):
            stale.append(path)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
