"""What is to be said of where a programme is kept."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "store.unreachable": Text(
        "cannot reach the database: {reason}",
        "see that server and network are up, then run it again; what was recorded stays, and nothing was half written",
    ),
    "store.no_database": Text(
        "the server is there, and has no such database",
        "see how its name is spelt, or have it made: createdb --owner=USER DATABASE",
    ),
    "store.no_password": Text(
        "the database asks for a password, and none was given",
        "put it into ~/.pgpass (mode 600) or into PGPASSWORD, or into the address: postgresql://USER:PASSWORD@HOST/DATABASE",
    ),
    "store.not_let_in": Text(
        "the server is there, and does not let you in: {reason}",
        "see user and password; who may come from where, and how many at once, whoever runs the server says (pg_hba.conf)",
    ),
    "store.programme_there": Text(
        "a programme is kept here already",
        "share it: enduse join DIR --store URL --key LOG.VKEY; or give the new one a name of its own: ?programme=NAME",
    ),
    "store.address_malformed": Text(
        "this is no address of a PostgreSQL database",
        "write postgresql://HOST/DATABASE, where several programmes share one with ?programme=NAME (small letters, digits, _);"
        " in a password, a blank and : / ? # @ % are written %20, %3A, %2F, %3F, %23, %40, %25",
    ),
    "store.joined": Text(
        "this folder shares {origin}: {n:number} statement is recorded",
        "check all of it with enduse record verify DIR; a key to sign with is made here, or brought by whoever holds it",
        many="this folder shares {origin}: {n:number} statements are recorded",
    ),
    "store.no_programme": Text(
        "this database holds no such programme",
        "begin one with: enduse new DIR --store; where it was lost, bring it back: enduse record restore DIR --from MIRROR",
    ),
    "store.other_layout": Text(
        "this database was laid out by another version of this software, or by another program",
        "use the version that made it, or name another programme: ?programme=NAME",
    ),
    "store.outcome_unknown": Text(
        "the database went away just as it was told to keep this: nobody knows whether it did",
        "when it is back, run the same command again: what was recorded is passed over",
    ),
    "store.kept_elsewhere": Text(
        "this folder keeps its programme somewhere else than you say",
        "name a new folder; the keys are copied into it by whoever holds them",
    ),
    "store.not_allowed": Text(
        "the database does not let you do this: {reason}",
        "ask whoever runs the server for the right to; nothing was written",
    ),
    "store.fails": Text(
        "the record's database fails: {reason}",
        "nothing was half written; free the disk, or take the record from a mirror",
    ),
    "store.older_than_signed": Text(
        "The database of this copy is older than what was signed: it ends after {stored:number} of {signed:number} entries.",
        "bring it forward from a mirror, or from the tiles of this folder: enduse record restore DIR --from DIR/tiles",
    ),
}
