"""Catalogues hold exactly the messages of the source, or of public pages, and say all of them, with the same values and in every form."""

import io
import re
from pathlib import Path
from typing import Final

import catalogues
import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from enduse.messages.plain import fields
from enduse.pages.catalogue import known, languages, preferred, public_alone, published, signing_languages, unread

PATHS = sorted(catalogues.LOCALES.glob("*/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_exactly_the_messages_of_the_source(path):
    assert path.parts[-3] in languages()
    assert catalogues.updated(path) == path.read_text(encoding="utf-8"), "run `make catalogues`"


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text),)


def entries(path: Path) -> list[Message]:
    return [entry for entry in read_po(io.StringIO(path.read_text(encoding="utf-8"))) if entry.id]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])
def test_a_catalogue_says_every_message_it_holds_in_every_form(path):
    said, rule = entries(path), Locale.parse(path.parts[-3]).plural_form
    assert len(said) > (1000 if public_alone(path.parts[-3]) else 5000)
    several = {len(rule.tags | {"other"})}
    assert not [entry.id for entry in said if not all(forms(entry.string))]
    assert {len(forms(entry.string)) for entry in said if isinstance(entry.id, tuple)} == several
    assert f"nplurals={several.pop()}" in path.read_text(encoding="utf-8")


def test_people_sign_in_whole_languages_alone():
    assert signing_languages() == ("en", "ar")
    assert not any(public_alone(language) or unread(language) for language in signing_languages())
    assert published() == signing_languages()
    public = {path.parts[-3] for path in PATHS} - {"ar"}
    assert all(public_alone(language) and unread(language) for language in public)


def test_no_command_speaks_unasked_a_language_of_public_pages_alone(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert (preferred(), known("fr_FR.UTF-8")) == ("en", "fr")
    monkeypatch.setenv("LANG", "ar_PS.UTF-8")
    assert preferred() == "ar"


def numbers_of(language: str) -> list[set[int]]:
    """Return which numbers up to 130 each form of the plural is said of."""
    rule = Locale.parse(language).plural_form
    order = [each for each in ("zero", "one", "two", "few", "many", "other") if each in rule.tags | {"other"}]
    classes = [rule(number) for number in range(130)]
    return [{number for number, found in enumerate(classes) if found == each} for each in order]


def letters(text: str) -> str:
    """Return a text without what is typed or put in: names of values, commands, options, file names, units and codes."""
    return re.sub(
        r"\{[^}]*\}|`[^`]*`|--\w+|[A-Z]+=[^ ]+|enduse [\w -]+|\.json|1=met|accept_condition|[^\w ]|\d", " ", text
    )


SAME: Final = {
    "ISO",
    "Excel",
    "Power",
    "BI",
    "OpenAPI",
    "Enduse",
    "JSON",
    "DIR",
    "FILE",
    "policy",
    "Conditions",
    "Services",
    "Verdict",
}
"""Words that are names, or the same in French."""


@pytest.mark.parametrize("path", [path for path in PATHS if path.parts[-3] != "ar"], ids=lambda path: path.parts[-3])
def test_no_sentence_was_left_in_english(path):
    left = [
        entry.id
        for entry in entries(path)
        for source, said in zip(forms(entry.id), forms(entry.string), strict=False)
        if source == said and len(set(letters(said).split()) - SAME) > 1
    ]
    assert not left


@pytest.mark.parametrize("language", sorted({"fa", "he"} & set(languages())))
def test_a_language_of_another_script_holds_no_latin_words(language):
    path = catalogues.LOCALES / language / "LC_MESSAGES" / "messages.po"
    latin = re.compile(r"[A-Za-z]{3,}")
    left = {word for entry in entries(path) for said in forms(entry.string) for word in latin.findall(letters(said))}
    assert left <= SAME | {"JSON", "kWh", "Excel", "UTC"}, left


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])
def test_a_translation_names_the_values_of_its_message(path):
    wrong, numbers = [], numbers_of(path.parts[-3])
    for entry in entries(path):
        strings = forms(entry.string)
        for string, said_of in zip(strings, numbers, strict=False):
            named, wanted = fields(string), fields(forms(entry.id)[-1])
            if len(strings) > 1 and len(said_of) == 1:
                if path.parts[-3] == "ar":  # which says of none and of two what it says of one, without names
                    continue
                # "one" and "two" may be a word, or left out
                named, wanted = ({name: how for name, how in each.items() if name != "n"} for each in (named, wanted))
            if named != wanted:
                wrong.append(entry.id)
    assert not wrong
