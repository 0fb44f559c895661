"""Which messages public pages use, found in the source: what a catalogue of public pages alone holds.

Pages of the portal that anybody may see, the pages at which residents ask, and the report: their templates with what these
include, the modules of the pages they are drawn by, and what the modules that answer them say by code.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from enduse.messages.english import TERMS, TEXTS
from enduse.portal.pages import PAGES

SOURCE: Final = Path(__file__).resolve().parents[1] / "src" / "enduse"

FURTHER: Final = ("error", "find", "languages", "what_if", "ask", "ask_look", "ask_receipt", "asked")
"""Templates of the portal that are drawn for anybody and are no page of the list."""
REPORT: Final = "report"

DRAWN_BY: Final = ("enduse.portal.drawing", "enduse.portal.ask")
"""Modules from which everything is reached that words a public page."""
SIGNED: Final = frozenset(
    (
        "enduse.portal.desk",
        "enduse.portal.say",
        "enduse.portal.said_words",
        "enduse.portal.inbox",
        "enduse.portal.drafts",
    )
)
"""Modules that word what is signed: in languages that are wholly translated."""
ANALYSTS: Final = re.compile(r"^enduse\.pages\.assessment_|^assessment")
"""Modules and templates of network assurance, which analysts read."""

ANSWERED_BY: Final = (
    "views/backlog.py",
    "views/contract_shapes.py",
    "views/contracts.py",
    "views/differences.py",
    "views/goods.py",
    "views/money.py",
    "views/monitors.py",
    "views/tranches.py",
    "views/verified.py",
    "views/what_if.py",
    "programme/relations.py",
    "release/demands.py",
    "release/evaluate.py",
    "release/verdict.py",
    "portal/ask.py",
    "portal/questions.py",
    "portal/what_if_handlers.py",
)
"""Modules whose messages by code stand on public pages."""
FURTHER_CODES: Final = frozenset(
    (
        "key.marked",
        "post.share_outside",
        "post.share_unknown",
        "post.share_within",
        "key.mark_quorum",
        "key.mark_witnesses",
        "key.mark_clock",
        "key.mark_contested",
        "clock.corrected",
        "condition.not_met",
        "quorum.lacking",
        "verdict.closed_by_relation",
        "works.above_estimate",
        "works.above_norm",
        "works.cost_above_estimate",
        "works.cost_above_norm",
        "works.defect_open",
        "works.no_funds",
        "works.no_need",
        "works.no_place",
        "works.work_above_estimate",
    )
)
STATES: Final = ("statements/contract.py", "statements/works.py")
"""Modules of statements whose states are shown as they are stated."""
STATED_BY: Final = ("views", "programme", "ledger")
"""Rooms that name the states public pages show."""
TERM_KINDS: Final = ("act", "step")
"""Kinds of terms a public page may show any of."""
CATEGORIES: Final = frozenset(("diaspora", "seconded"))
"""Categories of posts that are words of the vocabulary; a party's own stay as it wrote them."""

_PART: Final = re.compile(r"""{%-?\s*(?:extends|include|import|from)\s+["']([\w.]+)\.html["']""")


@cache
def templates() -> tuple[Path, ...]:
    """Return the templates of public pages, with what they extend, include and import."""
    portal, pages = (SOURCE / room / "templates" for room in ("portal", "pages"))
    todo = [portal / f"{name}.html" for name in (*(page.template or page.name for page in PAGES.values()), *FURTHER)]
    todo.append(pages / f"{REPORT}.html")
    found: dict[Path, None] = {}
    while todo:
        path = todo.pop()
        if path in found or ANALYSTS.match(path.stem):
            continue
        found[path] = None
        todo += [path.with_name(f"{name}.html") for name in _PART.findall(path.read_text(encoding="utf-8"))]
    return tuple(sorted(found))


@cache
def modules() -> tuple[Path, ...]:
    """Return the modules of pages and portal that words of public pages come from."""
    todo, found = list(DRAWN_BY), {}
    while todo:
        name = todo.pop()
        path = SOURCE.parent / (name.replace(".", "/") + ".py")
        if name in found or name in SIGNED or ANALYSTS.match(name) or not path.is_file():
            continue
        found[name] = path
        todo += _imported(path)
    return tuple(sorted(found.values()))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("enduse.pages", "enduse.portal")):
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)


@cache
def _literals() -> frozenset[str]:
    answered = [SOURCE / each for each in (*ANSWERED_BY, *STATES)]
    return frozenset(
        node.value
        for path in (
            *modules(),
            *answered,
            *(each for room in STATED_BY for each in sorted((SOURCE / room).glob("*.py"))),
        )
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def codes() -> set[str]:
    """Return the codes of messages that public pages may show."""
    return (set(TEXTS) & FURTHER_CODES) | {
        node.value
        for name in ANSWERED_BY
        for node in ast.walk(ast.parse((SOURCE / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in TEXTS
    }


def terms() -> set[str]:
    """Return the words of the vocabulary that public pages may show: of every kind of statement, and of states named there."""
    shown = re.compile(r"""\bterm\(["']([\w:]+)["']""")
    named = {word for path in templates() for word in shown.findall(path.read_text(encoding="utf-8"))}
    return {
        code
        for code in TERMS
        if code.partition(":")[0] in TERM_KINDS
        or code in CATEGORIES
        or code in named
        or (":" not in code and code in _literals())
    }
