"""What a contract of open contracting is called, in each language in which its releases say it.

A release is in one language, and may give further ones beside (``title_ar``). An amendment in one language says nothing of the
others: what was said in these stays.

Source: Open Contracting Data Standard 1.1, ``release-schema.json`` (``language``, ``patternProperties``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from enduse.exchange.standards.contracting_processes import ContractingProcess
from enduse.exchange.standards.json_items import listed

Fields = dict[str, Any]
_BESIDE: Final = re.compile(r"(?:title|description)_([A-Za-z]{2})(?:[-_].*)?")
_LONGEST: Final = 500


def titles(process: ContractingProcess, contract: Fields, others: Iterable[Fields]) -> dict[str, str]:
    """Return what a contract is called, by language.

    Args:
        process: of the contract.
        contract: as its releases say together.
        others: its awards and lots, whose title is its own where it has none.
    """
    told: dict[str, str] = {}
    for release in sorted(process.releases, key=lambda one: str(one.get("date", ""))):
        for _, one in listed(release, "contracts"):
            if one.get("id") == contract.get("id"):
                told |= _told(one, release.get("language"))
    compiled = process.compiled.get("language")
    every = (_told(one, compiled) for one in (contract, *others))
    return told or next(filter(None, every), {})


def _told(one: Mapping[str, Any], language: object) -> dict[str, str]:
    """Return the title of a contract, award or lot, by language; its description, where a contract has no title."""
    return dict(_texts(one, "title", language)) or dict(_texts(one, "description", language))


def _texts(one: Mapping[str, Any], name: str, language: object) -> Iterator[tuple[str, str]]:
    for key, text in one.items():
        beside = _BESIDE.fullmatch(key)
        if not isinstance(text, str) or not text.strip():
            continue
        if key == name:
            yield str(language or "en")[:2].lower(), text[:_LONGEST]
        elif beside is not None and key.startswith(name):
            yield beside[1].lower(), text[:_LONGEST]
