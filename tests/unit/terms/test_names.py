"""Which names can be seen, and which cannot be told apart."""

import pytest

from enduse.terms.names import as_written, is_visible, skeletons, turns_direction


@pytest.mark.parametrize(
    "others",
    [
        (
            "Olivar Works",
            "\u041elivar W\u043erks",
            "OLIVAR WORKS",
            "Oli\u200bvar  Works",
            "Olivar\u00a0Works",
            "\uff2flivar Works",
            "".join(chr(ord(letter) + 0xFEE0) if letter != " " else letter for letter in "OLIVAR WORKS"),
            "\u24c4\u24c1\u24be\u24cb\u24b6\u24c7 Works",
            "Ol\u1d62var Works",
        ),
        ("PayPal", "PayPaI", "\u0440\u0430\u0443\u0440\u0430l", "Pay\u202ePal"),
        ("metal", "rnetal"),
        ("agency 10", "agency lO"),
        ("الأسمنت", "الأ\u200fسمنت"),
    ],
)
def test_names_that_look_alike_share_a_skeleton(others):
    first, *alike = map(skeletons, others)
    assert all(first & other for other in alike)


@pytest.mark.parametrize(
    "others",
    [("Olivar", "Oliver"), ("North", "South"), ("Agency 1", "Agency 2"), ("غزة", "عزة"), ("Karst", "Karst & Sons")],
)
def test_names_that_differ_for_the_eye_differ(others):
    first, *unlike = map(skeletons, others)
    assert not any(first & other for other in unlike)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u2060\u3164 \u00ad", "\u2800", "\u0301", "\ufe0f", "\U000e0041"])
def test_a_name_of_which_nothing_is_seen(name):
    assert not is_visible(name)
    assert is_visible(name + "a")


def test_a_name_that_turns_its_direction():
    assert turns_direction("a\u202eb")
    assert turns_direction("a\u2067b")
    assert not turns_direction("a\u200fb\u200cc"), "a mark and a joiner are part of how some languages are written"


@pytest.mark.parametrize("words", ["إسمنت", "مياه شرب 5"])
def test_an_identifier_made_of_arabic_words_is_shown_as_these(words):
    made = "xn--" + words.replace(" ", "-").encode("punycode").decode("ascii")
    assert as_written(made) == words


@pytest.mark.parametrize("words", ["c\u0435ment", "إسم\u200fنت", "\ufef9سمنت", "cement", "-"])
def test_letters_of_another_script_or_that_nobody_sees_stay_an_identifier(words):
    """A Cyrillic letter among Latin letters would pass for a name of the programme."""
    made = "xn--" + words.encode("punycode").decode("ascii")
    assert as_written(made) == made


@pytest.mark.parametrize("identifier", ["cement", "xn--", "xn--!", "xn--é", "party:xn--mgbg0a2ef", "xn--99999999999"])
def test_any_other_identifier_is_shown_as_it_is(identifier):
    assert as_written(identifier) == identifier
