"""What people write for a unit in tables, in the languages of tables that were met, beside what all rooms know."""

import re
from typing import Final

from enduse.terms.names import spelling
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

_NOT_CALLED: Final = frozenset(("C62", "CEN", "MIL", "GRO"))
"""Units whose words mean something else in the name of a column: an item, thousands, a gross weight."""
_IN_NAMES: Final = {spelling(word): code for word, code in UNIT_WORDS.items() if code not in _NOT_CALLED}
_CONTENT: Final = re.compile(r"[0-9][0-9.,]*-?[^\W\d_]*")
"""What one of something holds, in its name: the *50kg* of *Bags (50kg)*."""
_WORD: Final = re.compile(r"[^\W\d_][^\W_]*")
_BEFORE: Final = re.compile("no|nr|nos|num|number|nb|nbre|nombre|numero|n|cant|к|кол|во|عدد")
"""Words before a unit by which a column is called that counts in it; behind it they name one: a *truck no.* counts no trucks."""
_AROUND: Final = re.compile(
    "of|the|total|qty|quantity|count|de|du|des|d|en|in|out|by|anzahl|cantidad|кількість|количество|كمية|كميه|وارد|صادر"
    "|received|arrived|delivered|sent|dispatched|shipped|loaded|issued|used|distributed|counted|الواردة|الصادرة|المستلمة|المرسلة"
)
"""Words that say no more of such a column than which way it goes."""
_ONE_VEHICLE: Final = frozenset(("truck", "vehicle", "lorry", "شاحنة"))
"""Words that rather name one than count."""


def _words(name: str) -> list[str]:
    """Return the words of a name without what one of something holds, Arabic ones without their article."""
    words = _WORD.findall(_CONTENT.sub(" ", spelling(name)))
    return [word if word in _IN_NAMES else re.sub("^\u0628?\u0627\u0644", "", word) for word in words]


def unit_called(name: str) -> str:
    """Return the unit in which a column counts that is called by nothing else, such as *Bags* or *No. of bags received*."""
    words = [word for word in _words(name) if not _AROUND.fullmatch(word)]
    while len(words) > 1 and _BEFORE.fullmatch(words[0]):
        words = words[1:]
    return _IN_NAMES.get(words[0], "") if len(words) == 1 and words[0] not in _ONE_VEHICLE else ""


def unit_in(name: str) -> str:
    """Return the unit that the name of a column holds, such as ``TNE`` in *Quantity (tonnes)*: rather not the first word of several."""
    words = _words(name)
    return next((_IN_NAMES[word] for word in (*words[1:], *words[:1]) if word in _IN_NAMES), "")


def material_of(name: str) -> str:
    """Return the material that the name of a column holds beside its unit, such as *Cement 50kg* in *Cement 50kg (bags)*; empty if none."""
    kept: list[str] = []
    for part in name.split():
        if part[0].isdigit() or (kept and kept[-1][-1].isdigit()):  # what one of it holds
            kept.append(part)
            continue
        word = "".join(_WORD.findall(spelling(part)))
        known = _words(word)
        if not known or not (_AROUND.fullmatch(known[0]) or _BEFORE.fullmatch(known[0]) or known[0] in _IN_NAMES):
            kept.append(part)
    text = " ".join(kept).strip(" ,;:-/.")
    return text if re.search(r"[^\W\d_]", text) else ""


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
