"""Texts that no single room owns."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "language.unknown": Text("there is no catalogue for the language {language}", "use one of: {languages:list}"),
    "extra.missing": Text("{purpose:term} needs the '{extra}' extra", "pip install 'enduse[{extra}]'"),
    "name.several": Text("several are called “{name}”: {candidates:list}", "write the identifier of one of them"),
    "name.unknown": Text("nothing is called “{name}”", "write a name as the programme has it, or an identifier"),
    "name.unknown_like": Text("nothing is called “{name}”; much like it: {candidates:list}", "write one of these"),
    "span.malformed": Text("'{text}' is not a span of time", "write 90m, 36h or 7d"),
    "tranche.unknown": Text(
        "no tranche is called {tranche}", "state its condition first; enduse release DIR lists those there are"
    ),
}
