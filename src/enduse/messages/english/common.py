"""Texts that no single room owns."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "language.unknown": Text("there is no catalogue for the language {language}", "use one of: {languages:list}"),
    "extra.missing": Text("{purpose:term} needs the '{extra}' extra", "pip install 'enduse[{extra}]'"),
    "span.malformed": Text("'{text}' is not a span of time", "write 90m, 36h or 7d"),
    "tranche.unknown": Text(
        "no tranche is called {tranche}", "state its condition first; enduse release DIR lists those there are"
    ),
}
