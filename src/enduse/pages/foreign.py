"""What a page says in English for want of a translation, marked so: for readers, for speaking browsers, for search."""

import re
from typing import Final

from enduse.pages.catalogue import CLOSES, OPENS

_TAG: Final = re.compile(r"<[^<>]*>")
_PLAIN: Final = re.compile(r"<(title|desc|option|text|tspan|textarea)\b[^<>]*>.*?</\1>", re.DOTALL)
"""Elements in which no other may stand, or none of HTML."""
_SPAN: Final = '<span lang="en" dir="ltr">'


def english_marked(html: str) -> str:
    """Return a page with what it says in English in elements that say so, and as it is where none may stand."""
    if OPENS not in html:
        return html
    html = _PLAIN.sub(_bare, _TAG.sub(_bare, html))
    return html.replace(OPENS, _SPAN).replace(CLOSES, "</span>")


def _bare(found: re.Match[str]) -> str:
    return found[0].replace(OPENS, "").replace(CLOSES, "")
