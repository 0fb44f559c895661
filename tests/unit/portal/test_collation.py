"""Names stand as the dictionaries of the reader's language have them."""

import pytest

from enduse.portal.collation import ALPHABETS, order_of


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("uk", ["Гай", "Ґанок", "Дім", "Єва", "Жито", "Ирій", "Іва", "Їжак", "Йод", "Яр", "Azura"]),
        ("fr", ["Eau", "Écluse", "Edam", "Étang", "Zone"]),
        ("fr", ["cote", "côte", "côté"]),
        ("en", ["8 homes", "Azura", "brindle", "Clinic"]),
        ("fa", ["آب", "پل", "تهران", "چاه", "ژاله", "کرمان", "گرگان", "یزد"]),
        ("ar", ["أمل", "بيت", "حجر", "كتاب", "مدينة"]),
        ("he", ["אור", "גן", "ים", "כרם", "תל"]),
    ],
)
def test_names_stand_in_the_order_of_their_language(language, names):
    assert sorted(names, key=lambda name: order_of(name, language)) == names


def test_every_letter_of_an_alphabet_has_one_place():
    assert all(len(set(letters)) == len(letters) for letters in ALPHABETS.values())
