"""The ledger as tables that grow: what hinders writing or reading them."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "history.none": Text("no history of a record is here", "write one with `enduse history DIR --to FOLDER`"),
    "history.damaged": Text(
        "this is not what was written here",
        "the record is unharmed: write the history into a new folder, or fetch this file again from where it is whole",
    ),
    "history.file_gone": Text(
        "a file of the history is missing",
        "the record is unharmed: write the history into a new folder, or fetch this file again from where it is whole",
    ),
    "history.other_format": Text(
        "this history was written by another version of the software", "write it into a new folder; the old one stays"
    ),
    "history.other_meaning": Text(
        "this history was written when the software read the record differently",
        "write it into a new folder; the old one stays, with the answers of that time",
    ),
    "history.clock_corrected": Text(
        "a clock of the record was corrected since this history was begun, by the statements {entries:list}",
        "write it into a new folder; the old one stays, with the answers of that time",
    ),
    "history.other_record": Text("this history is of another record, {record}", "name another folder with --to"),
    "history.longer": Text(
        "this history holds {n:number} statements, more than the record's checkpoint with {size:number}",
        "the record may have been rolled back: compare it with a copy that others keep",
    ),
    "history.no_checkpoint": Text(
        "the record has no checkpoint yet, and tables rest on one", "publish one: `enduse record publish DIR`"
    ),
    "history.written_elsewhere": Text("another process is writing this history", "wait for it to finish"),
}
