"""What people write for a unit in tables, in the languages of tables that were met, beside what all rooms know."""

import re
from typing import Final

from enduse.terms.units import UNITS, WRITTEN

_ALSO_WRITTEN: Final = {
    "TNE": "metric_tonne طن أطنان تن т тонна тонни тонн тонны tonelada toneladas \u05d8\u05d5\u05df",
    "KGM": "كغم كغ كيلو كيلوغرام كيلوجرام کیلوگرم кг kilo kilos kilogramme kilogrammes kilogramm kilogramos",
    "GRM": "غرام غم گرم \u0433",
    "LTR": "لتر لیتر л litro litros liter",
    "MTQ": "м3 м³",
    "MTR": "м متر",
    "MTK": "м2 м²",
    "H87": "قطعة قطع عدد шт штук pièce pièces stück pieza piezas adet",
    "C62": "unit item unité unités unidad unidades יחידה יחידות",
    "XBG": "كيس أكياس اكياس کیسه мішок мішки мішків мешок мешки мешков sac sacs saco sacos bolsa bolsas שק שקים",
    "XSA": "çuval",
    "XBX": "صندوق صناديق ящик ящики ящиків ящиков boîte boîtes caja cajas",
    "XCT": "ctn كرتونة كرتون كراتين کارتن коробка коробки коробок karton",
    "XPX": "plt طبلية طبليات مشطاح پالت піддон піддони поддон поддоны palette palettes palé palés paleta paletas משטח משטחים",
    "XVE": "truck vehicle شاحنة شاحنات",
}
"""Words by the code of the unit that they mean."""


def _units() -> dict[str, str]:
    also = {word.replace("_", " "): code for code, words in _ALSO_WRITTEN.items() for word in words.split()}
    written = {**{word: code for word, code in WRITTEN.items() if word not in UNITS}, **also}
    listed: dict[str, str] = {code: code for code in UNITS}
    for word, code in written.items():
        for form in (word, f"{word}s", f"{word}es" if word.endswith(("x", "ch")) else word):
            for spelt in (form, form.upper(), form.capitalize(), form.title()):
                listed.setdefault(spelt, code)
    return listed


UNIT_WORDS: Final = _units()
"""What people write for a unit, and its code."""

_MEASURED: Final = re.compile(
    r"(?P<number>[+-]?[0-9](?:[0-9., \u00a0\u2009\u202f\u066c'\u2019]*[0-9])?) ?(?P<unit>[^\W\d_].*)"
)


def measured(text: str) -> tuple[str, str]:
    """Return the number in a text and what is written behind it, such as *kg* in *2,000 kg*; a text that begins otherwise whole.

    Args:
        text: folded, with digits 0 to 9.
    """
    found = _MEASURED.fullmatch(text)
    return (text, "") if found is None else (found["number"], found["unit"].rstrip("."))
