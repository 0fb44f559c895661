"""What the command line says of itself: what it was asked cannot be understood, or the system refuses."""

from typing import Final

from enduse.messages.english.text import Text

_HELP: Final = "`{command} --help` says what can be asked"

TEXTS: Final = {
    "command.nobody_to_ask": Text(
        "nobody sits at a terminal to be asked",
        "say what the programme is: --from FILE; `enduse template OUT.xlsx` writes a workbook to fill in",
    ),
    "command.choice": Text("{parameter} takes one of: {choices:list}", _HELP),
    "command.file_not_text": Text("is not text in UTF-8", "save it as UTF-8, or name another file"),
    "command.leaving_no_day": Text(
        "after --leaving, {text} names no day", "write the party and the day it leaves, such as {text}=2026-06-01"
    ),
    "command.neither_index_nor_identifier": Text(
        "{text} is neither the number of an entry nor an identifier", "give a number, or 64 digits and letters a to f"
    ),
    "command.not_a_day": Text("“{read}” is not a day", "write it like 2026-01-31"),
    "command.not_an_address": Text("{text} is no address", "write a host and a port, such as 127.0.0.1:8799"),
    "command.not_understood": Text("{reason}", _HELP),
    "command.number": Text("{parameter} takes a number from {least} to {most}", _HELP),
    "command.parameter_missing": Text("{parameter} is missing", _HELP),
    "command.unknown_command": Text("there is no command {name}", "use one of: {commands:list}"),
    "command.unknown_option": Text("there is no option {option}", _HELP),
    "command.unknown_option_like": Text("there is no option {option}; did you mean {options:list}?", _HELP),
    "command.value_missing": Text("after {option} its value is missing", _HELP),
    "command.value_unwanted": Text("{option} takes no value", _HELP),
    "command.whole_number": Text("{parameter} takes a whole number from {least:number}", _HELP),
    "command.whole_number_between": Text(
        "{parameter} takes a whole number from {least:number} to {most:number}", _HELP
    ),
    "command.words_left": Text("nothing here takes: {words:list}", _HELP),
    "say.nobody": Text("nobody is named who says it", "name the party: `--as PARTY`"),
    "say.file_taken": Text("this file is there already", "name another: what was signed is never written over"),
    "say.not_away": Text(
        "this folder holds the record itself: what is said here is recorded at once",
        "leave out `--to`, or sign from a light copy (`enduse copy`)",
    ),
    "say.not_signed": Text("nothing was signed", "start again"),
}
