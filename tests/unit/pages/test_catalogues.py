"""Catalogues hold exactly the messages of the source; Arabic says all of them, with the same values."""

import io
from pathlib import Path

import catalogues
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from enduse.messages.plain import fields
from enduse.pages.catalogue import languages

PATHS = sorted(catalogues.LOCALES.glob("*/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_exactly_the_messages_of_the_source(path):
    assert path.parts[-3] in languages()
    assert catalogues.updated(path) == path.read_text(encoding="utf-8"), "run `make catalogues`"


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text),)


def entries(path: Path) -> list[Message]:
    return [entry for entry in read_po(io.StringIO(path.read_text(encoding="utf-8"))) if entry.id]


def test_arabic_says_every_message():
    (path,) = (path for path in PATHS if path.parts[-3] == "ar")
    said = entries(path)
    assert len(said) > 1000
    assert not [entry.id for entry in said if not entry.string or not all(forms(entry.string))]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])
def test_a_translation_names_the_values_of_its_message(path):
    wrong = []
    for entry in entries(path):
        strings = forms(entry.string)
        # the forms for none, one and two may say the number in a word, or leave it out
        strings = strings[3:] if len(strings) > 1 else strings
        wrong += [entry.id for string in strings if string and fields(string) != fields(forms(entry.id)[-1])]
    assert not wrong
