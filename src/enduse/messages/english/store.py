"""What is to be said of where a programme is kept."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "store.unreachable": Text(
        "cannot reach the database: {reason}",
        "see that server and network are up, then run it again; what was recorded stays, and nothing was half written",
    ),
    "store.address_malformed": Text(
        "this is no address of a PostgreSQL database",
        "write postgresql://HOST/DATABASE, where several programmes share one with ?programme=NAME (small letters, digits, _)",
    ),
    "store.not_allowed": Text(
        "the database does not let you do this: {reason}",
        "ask whoever runs the server for the right to; nothing was written",
    ),
    "store.fails": Text(
        "the record's database fails: {reason}",
        "nothing was half written; free the disk, or take the record from a mirror",
    ),
}
