"""A light copy: what a party needs to sign on its own machine, in one file, without the record.

It holds the founding statement with the proof that it opens the log, the published checkpoint, how far each key has counted,
and the identifiers that a person may want to name. The founding and the checkpoint are proven; the rest is the word of whoever made
the copy, and helps to write: nothing that is signed rests on it but the number, and that comes from the party's own log too.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from enduse.book.book import Book
from enduse.errors import EnduseError, MalformedError, RecordError, UnknownError
from enduse.programme.key_life import KeyState
from enduse.record import files, proof
from enduse.record import note as notes
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.trust import Trust
from enduse.statements.jsontext import read_once
from enduse.statements.key import Delegation, KeyRules
from enduse.statements.keyring import Keyring
from enduse.statements.programme import Founding
from enduse.system import LINES_BYTES, read_file
from enduse.terms.texts import Text
from enduse.terms.times import instant_of
from enduse.views.names import names

FILE: Final = "light.json"
FORMAT: Final = "enduse light copy v1"
Sort = Literal["party", "place", "project", "material", "function", "tranche", "mandate"]
"""What an identifier is of, where a person may choose among those there are."""


class KnownKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key as the record had it.

    Attributes:
        party: whose it is.
        public_key: hexadecimal.
        seq: the highest number it had used.
        state: what it was then.
        delegates: of the key of a device or clerk: what its party lets it say.
    """

    party: str
    public_key: str
    seq: Annotated[int, msgspec.Meta(ge=0)]
    state: KeyState
    delegates: Delegation | None = None


class LightFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a light copy holds.

    Attributes:
        format: which form of file this is.
        log: verifier key of the log.
        founding: the proof of entry 0, with that entry, under the published checkpoint.
        keys: by key id.
        known: identifiers by what they are of.
        names: of those identifiers, for people.
    """

    format: Literal["enduse light copy v1"]
    log: str
    founding: str
    keys: dict[str, KnownKey]
    known: dict[Sort, tuple[str, ...]]
    names: dict[str, Text]


class ReadLight(msgspec.Struct, frozen=True):
    """A light copy that was checked.

    Attributes:
        file: as it was read.
        keyring: the programme's name, its keeper and its founding key.
        log: the log's key.
        checkpoint: what the copy is of.
        rules: who stands by a party that has lost its key, by the founding.
    """

    file: LightFile
    keyring: Keyring
    log: notes.Verifier
    checkpoint: SignedCheckpoint
    rules: KeyRules


def light_copy(book: Book) -> LightFile:
    """Return the light copy of a programme, of its published checkpoint.

    Raises:
        RecordError: nothing is published.
    """
    log, register, at = book.log, book.key_register, instant_of(book.head.clock)
    known, called = known_names(book), names(book)
    shown = [name for sort in known.values() for name in sort]
    return LightFile(
        format=FORMAT,
        log=log.verifier.vkey,
        founding=log.prove(0, log.store.entry(0).entry).encode().decode(),
        keys={
            key: KnownKey(
                life.party,
                life.public_key,
                book.keyring.keys[key].seq,
                register.state(life, at),
                delegates=life.delegates,
            )
            for key, life in register.keys.items()
        },
        known=known,
        names={name: called[name] for name in shown if name in called},
    )


def of_book(book: Book) -> ReadLight:
    """Return the light copy of a programme as one reads it that lies in a file.

    Raises:
        RecordError: nothing is published.
    """
    return _checked(light_copy(book), book.folder)


def known_names(book: Book) -> dict[Sort, tuple[str, ...]]:
    """Return the identifiers that a person may want to name, by what they are of."""
    programme = book.programme
    return {
        "party": tuple(programme.parties),
        "place": tuple(programme.places),
        "project": tuple(book.works.projects),
        "material": tuple(programme.materials),
        "function": tuple(programme.functions),
        "tranche": tuple(book.releases.tranches),
        "mandate": tuple(programme.mandates),
    }


def write(light: LightFile, folder: Path) -> Path:
    """Write a light copy into a folder, which is made where it is missing; returns the file.

    Raises:
        RecordError: the one that lies there is of another programme, or newer.
    """
    path, fresh = folder / FILE, _checked(light, folder / FILE)
    if path.exists():
        there = read(folder)
        if there.log != fresh.log or there.keyring.founder != fresh.keyring.founder:
            raise RecordError("light.of_another", source=str(path), here=there.log.name, other=fresh.log.name)
        if there.checkpoint.checkpoint.size > fresh.checkpoint.checkpoint.size:
            here, offered = there.checkpoint.checkpoint.size, fresh.checkpoint.checkpoint.size
            raise RecordError("light.older", source=str(path), here=here, offered=offered)
    files.make_folder(folder)
    files.write(path, msgspec.json.format(msgspec.json.encode(light)) + b"\n")
    return path


def read(folder: Path) -> ReadLight:
    """Read the light copy in a folder, and check that it is of one log and opens with its founding.

    Raises:
        UnknownError: there is none.
        MalformedError: it is damaged.
    """
    path = folder / FILE
    try:
        light = read_once(read_file(path, LINES_BYTES), LightFile, str(path))
    except OSError as error:
        raise UnknownError("light.none", source=str(folder), file=FILE) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError("light.malformed", source=str(path)) from error
    return _checked(light, path)


def _checked(light: LightFile, path: Path) -> ReadLight:
    try:
        log = notes.Verifier.parse(light.log)
        shown = proof.parse(light.founding.encode())
        entry = shown.extra or b""
        signed = proof.verify(shown, entry, Trust(log))
        keyring = Keyring()
        founding = keyring.admit(entry).statement
    except EnduseError as error:
        raise MalformedError("light.malformed", source=str(path)) from error
    if shown.index != 0 or keyring.origin != log.name or not isinstance(founding, Founding):
        raise MalformedError("light.malformed", source=str(path))
    return ReadLight(light, keyring, log, signed, founding.body.keys or KeyRules())
