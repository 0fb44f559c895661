"""What the operating system and SQLite refuse."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "system.closed": Text("this programme was closed", "open it again, and ask before the with block ends"),
    "system.database_damaged": Text(
        "the database is damaged: {reason}",
        "if it is record.db: enduse record restore DIR --from a mirror or DIR/tiles",
    ),
    "system.database_fails": Text("the database cannot be used: {reason}", "nothing was half written; try again"),
    "system.database_locked": Text(
        "another process holds the database", "wait until it is done, or end it; nothing was written"
    ),
    "system.disk_full": Text("the disk is full", "free some of it and go on; nothing was half written"),
    "system.file_too_long": Text(
        "this has more than {most:number} bytes, more than anything of its kind",
        "look whether it is the file you mean; a device or a pipe may have no end",
    ),
    "system.no_path": Text("no file can be called {given}", "give a path as a text or a pathlib.Path"),
    "system.no_thread": Text(
        "the system has no memory or no thread left for one more task", "try again once other work is done"
    ),
    "system.not_allowed": Text("you may not read this", "ask whoever may for the right to it"),
    "system.not_writable": Text(
        "you may not write here", "ask for the right to, or work on a copy; nothing was written"
    ),
    "system.is_folder": Text("this is a folder; a file is asked for here", "name the file that is meant"),
    "system.refuses": Text("the system refuses: {reason}", "look at the name, and whether you may use it"),
}
