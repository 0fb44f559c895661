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
    "history.not_written": Text(
        "this file could not be written: {reason}",
        "make room, or name another folder with --to, and run it again; what stands there already is whole",
    ),
    "history.written_elsewhere": Text("another process is writing this history", "wait for it to finish"),
    "history.foreign_file": Text(
        "this file is not of this history, and whoever reads `*.parquet` here would read it too",
        "move it elsewhere; `enduse history` writes every file it needs itself",
    ),
    "history.list_unsigned": Text(
        "this list is not what the record's checkpoint signs: it, or the record, was changed",
        "check the record with `enduse record verify DIR`, then write the history into a new folder",
    ),
    "history.other_rows": Text(
        "{n:number} row of this file is not what the record gives",
        "use none of its figures: write the history into a new folder, and keep this file to find out who changed it",
        many="{n:number} rows of this file are not what the record gives",
    ),
    "history.engine_differs": Text(
        "{n:number} row is not as the record gives it, the first by its text {row}; of the first {size:number} statements",
        "the files were compared and are right: look at this engine's version and settings before you use its figures",
        many="{n:number} rows are not as the record gives them, the first by its text {row}; of the first {size:number} statements",
    ),
    "history.no_engine": Text(
        "'{engine}' is no engine", "name `duckdb`, `spark`, or a database as postgresql://USER@HOST/DATABASE"
    ),
    "history.no_java": Text("Spark needs Java, and none is here", "install Java 17 or newer, or name it in JAVA_HOME"),
}
