"""The English text of every code: what is the matter, what to do about it; one file a room, gathered here.

These texts are what translators see. A finance officer must follow every one of them.
"""

from typing import Final

from enduse.messages.english import (
    access,
    answers,
    assurance,
    book,
    collected,
    command,
    common,
    comparing,
    desk,
    documents,
    exchange,
    given,
    history,
    inspection,
    ledger,
    payments,
    portal,
    profile,
    programme,
    record,
    release,
    signing,
    simulate,
    standards,
    statements,
    store,
    system,
    template,
    terms,
    watching,
    works,
)
from enduse.messages.english.text import Text

TERMS: Final = {**terms.TERMS, **template.TERMS, **answers.TERMS, **standards.TERMS, **payments.TERMS}
TEXTS: Final[dict[str, Text]] = {}
for _room in (
    access,
    answers,
    assurance,
    book,
    collected,
    command,
    common,
    comparing,
    desk,
    documents,
    exchange,
    given,
    history,
    inspection,
    ledger,
    payments,
    portal,
    profile,
    programme,
    record,
    release,
    signing,
    simulate,
    standards,
    statements,
    store,
    system,
    template,
    watching,
    works,
):
    for _code, _text in _room.TEXTS.items():
        if _code in TEXTS:
            raise ValueError(f"{_code} has two texts")
        TEXTS[_code] = _text

__all__ = ["TERMS", "TEXTS", "Text"]
