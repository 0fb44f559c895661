"""Whatever people choose, read before they sign, or are asked of a table has words in every language in which they sign."""

import re

import msgspec
import pytest

from enduse.exchange.tables.vocabulary import WORDS
from enduse.messages import Message
from enduse.messages.plain import word_of
from enduse.pages.catalogue import ENGLISH, signing_languages
from enduse.pages.choices import CHOICES, ROWS, choice_word, column_word, option_word, table_question
from enduse.pages.fields import FIELDS
from enduse.pages.localizer import Localizer
from enduse.pages.said_words import act_of, said_lines
from enduse.pages.signing_page import HEADS, VALUES
from enduse.statements.base import Source
from enduse.statements.codec import KINDS
from enduse.statements.programme import Founding

OF_THEMSELVES = re.compile(r"\d*|\w+/\w+")
"""Codes that are their own word: digits of a scale, types of a file."""
LATIN = re.compile(r"[A-Za-z_]{2}")
NO_FORM = {"row", "sheet", "table", "profile", "sha256", "path"}
"""What an import writes of where a row stood."""


def walked(shape, codes, labels, seen, name=""):
    """Gather every code that a statement may hold, and every field, with the field of each code."""
    if isinstance(shape, msgspec.inspect.LiteralType):
        codes.update({str(value): name for value in shape.values})
    if getattr(shape, "cls", None) in seen:
        return
    if isinstance(shape, msgspec.inspect.StructType):
        seen.add(shape.cls)
        codes.update({str(shape.tag): shape.tag_field} if shape.tag_field else {})
        labels.update([field.encode_name for field in shape.fields], [shape.tag_field] if shape.tag_field else [])
        for field in shape.fields:
            walked(field.type, codes, labels, seen, field.encode_name)
    inner = [getattr(shape, part) for part in ("item_type", "value_type", "type") if hasattr(shape, part)]
    for each in (*inner, *getattr(shape, "types", ())):
        walked(each, codes, labels, seen, name)


@pytest.fixture(scope="module")
def vocabulary():
    codes, labels, seen = {}, set(), {Source}
    for kind in KINDS.values():
        if kind is not Founding:
            walked(msgspec.inspect.type_info(kind), codes, labels, seen)
    return codes, labels


def test_every_code_that_is_chosen_or_read_has_a_word(vocabulary):
    codes, _ = vocabulary
    kinds = {code for code, field in codes.items() if field == "kind" and word_of(code, "act") is not None}
    bare = {code: field for code, field in codes.items() if not OF_THEMSELVES.fullmatch(code)}
    for code in kinds | VALUES.keys():
        bare.pop(code, None)
    assert {code: field for code, field in bare.items() if code not in CHOICES and word_of(code, "term") is None} == {}


def test_every_field_has_a_name_for_people(vocabulary):
    _, labels = vocabulary
    assert sorted(labels - FIELDS.keys() - HEADS.keys() - NO_FORM) == []


@pytest.mark.parametrize("language", [one for one in signing_languages() if one != ENGLISH])
def test_no_code_stands_in_another_language_as_it_is(language, vocabulary):
    words = Localizer(language, {})
    shown = {code: choice_word(code, words) for code in CHOICES}
    shown |= {row: option_word(row, words) for row in WORDS}
    assert {code: word for code, word in shown.items() if LATIN.search(word)} == {}


def test_a_table_is_asked_about_without_a_code():
    words = Localizer("ar", {})
    assert WORDS.keys() == ROWS.keys()
    asks = Message.of("profile.ask_field", field="place", what="dispatch")
    told = table_question(asks, words)
    assert "المكان" in told
    assert not re.search("dispatch|`", told), told
    several = table_question(Message.of("profile.ask_states", column="X", what=["dispatch", "receipt"]), words)
    assert not re.search("dispatch|receipt|`", several), several
    assert not LATIN.search(column_word("dispatch.place", words))
    assert option_word("Quantity", words) == "Quantity", "a column is called as its table calls it"


def test_what_is_signed_of_a_key_is_said_in_words():
    said = b'{"programme":"p","seq":1,"kind":"key","party":"party:x","body":{"action":"enrol","public_key":"00"}}'
    words = Localizer("ar", {})
    assert not LATIN.search(act_of(said, words))
    (body,) = [line for line in said_lines(said, words) if line.field == "body"]
    assert [bool(LATIN.search(line.label)) for line in body.lines] == [False, False]
    assert not LATIN.search(body.lines[0].value), body.lines[0]
