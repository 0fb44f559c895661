"""Every code that is said has an English text, is said with exactly the values its text names, and no text is idle."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

from enduse.messages.english import TERMS, TEXTS
from enduse.messages.plain import fields

SOURCE: Final = Path(__file__).parents[3] / "src" / "enduse"
FORMATS: Final = {"", "name", "names", "term", "act", "number", "day", "time", "amount", "quantity", "list", "period"}
PLACES: Final = {"source", "line", "path"}


@cache
def sayings() -> list[tuple[str, str, set[str] | None]]:
    """Return (place, code, names of values or None where they come from elsewhere) of every code said in the source."""
    said = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "english" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first = node.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            match node.func:
                case ast.Name(id=name) if name.endswith("Error"):
                    pass
                case ast.Attribute(value=ast.Name(id="Message" | "Refusal" | "Problem"), attr="of"):
                    pass
                case _:
                    continue
            code = first.value
            if " " in code or "." not in code:
                continue
            named = {keyword.arg for keyword in node.keywords}
            values = None if None in named else {name for name in named if name is not None} - PLACES
            said.append((f"{path.relative_to(SOURCE)}:{node.lineno}", code, values))
    return said


def test_every_code_that_is_said_has_a_text():
    without = [f"{place} {code}" for place, code, _ in sayings() if code not in TEXTS]
    assert not without


def test_each_place_gives_exactly_the_values_its_text_names():
    wrong = []
    for place, code, values in sayings():
        if code not in TEXTS or values is None:
            continue
        text = TEXTS[code]
        wanted = {*fields(text.text), *fields(text.many), *fields(text.remedy)} | ({"n"} if text.many else set())
        if values != wanted:
            wrong.append(f"{place} {code}: gives {sorted(values)}, the text names {sorted(wanted)}")
    assert not wrong


def test_no_text_is_idle():
    source = "".join(
        path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py")) if "english" not in path.parts
    )
    quoted = set(re.findall(r'"([\w.-]+)(?=")', source))
    assert TEXTS.keys() - quoted == set()


def test_a_text_asks_for_formats_there_are():
    strange = {
        code: part
        for code, text in TEXTS.items()
        for part in (text.text, text.many, text.remedy)
        if not set(fields(part).values()) <= FORMATS
    }
    assert strange == {}
    without = [
        code for code, text in TEXTS.items() if text.many and not {"n", *fields(text.text)} <= {*fields(text.many)}
    ]
    assert without == []


def test_words_of_the_vocabulary_are_words():
    assert all(word and word == word.strip() for word in TERMS.values())
