"""A key as others meet it: the request for it, and what a file says of it."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import msgspec

from enduse.book.keys import described
from enduse.errors import ConflictError, EnduseError, MalformedError, UnknownError
from enduse.exchange.own_log import OwnLog
from enduse.statements.envelope import key_id
from enduse.statements.jsontext import read_once
from enduse.statements.key import possession_message
from enduse.system import read_file, system_error
from enduse.terms.ed25519 import PrivateKey
from enduse.terms.forms import nearest
from enduse.terms.proquints import proquints


class KeyRequest(msgspec.Struct, frozen=True):
    """A party asks for a new key to be brought in; no secret.

    Attributes:
        party: whose it will be.
        key: its short name, which the party reads out over the telephone.
        public_key: the key, in hexadecimal.
        possession: the new key's signature that its holder asks for it, for this record alone.
    """

    party: str
    key: str
    public_key: str
    possession: str


class KeyDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a key.

    Attributes:
        key: its short name, 32 digits and letters.
        spoken: the same as eight words that can be spoken.
        public_key: the key, in hexadecimal.
        kept: how its private half is kept in this file: ``plain``, ``encrypted``, by an ``agent``; empty for a request.
        party: whose it will be, where the file is a request.
    """

    key: str
    spoken: str
    public_key: str
    kept: Literal["", "plain", "encrypted", "agent"] = ""
    party: str = ""


class RemovedKey(msgspec.Struct, frozen=True):
    """A key whose private half was removed.

    Attributes:
        key: its short name.
        files: what was removed: its file, and requests for it.
    """

    key: str
    files: tuple[Path, ...]


def check_party(party: str, known: Collection[str]) -> None:
    """Refuse a party that nobody here has described and that has no key: a slip in its name makes one that is none.

    Args:
        party: whose key is to be made.
        known: the parties that are known; where none are, nothing is refused.

    Raises:
        UnknownError: it is unknown; names the one that is spelt most like it.
    """
    if not known or party in known:
        return
    meant = next((each for each in known if each.endswith(f":{party}")), None) or nearest(party, known)
    if meant is None:
        raise UnknownError("key.party_unknown", party=party)
    raise UnknownError("key.party_unknown_like", party=party, nearest=meant)


def remove_key(folder: Path, file: Path, *, recorded: Collection[str]) -> RemovedKey:
    """Remove a private key that was made by mistake, and the requests for it that lie beside it or in the folder.

    Args:
        folder: in which the log of what was signed lies.
        file: of the key.
        recorded: key ids that the record has.

    Raises:
        UnknownError: there is no such file.
        MalformedError: it is no private key.
        ConflictError: something was signed with it, or the record has it.
    """
    name = key_id(described(file).public)
    log = OwnLog(folder)
    signed = sum(own.key == name for own in (*log.read(), *log.waiting()))
    if signed:
        raise ConflictError("key.signed_with", source=str(file), n=signed)
    if name in recorded:
        raise ConflictError("key.brought_in", source=str(file), key=name)
    there = dict.fromkeys((*sorted(folder.glob("*.request")), *sorted(file.parent.glob("*.request"))))
    gone = (file, *(each for each in there if is_request(each) and read_request(each).key == name))
    for each in gone:
        each.unlink()
    return RemovedKey(name, gone)


def request_for(key: PrivateKey, party: str, origin: str, founder: str) -> KeyRequest:
    """Return the request for a new key, signed by that key.

    Args:
        key: the new key.
        party: whose it will be.
        origin: of the record.
        founder: public key with which the record was founded, in hexadecimal.
    """
    public = key.public.hex()
    proof = key.sign(possession_message(origin, founder, party, public)).hex()
    return KeyRequest(party, key_id(key.public), public, proof)


def read_request(file: Path) -> KeyRequest:
    """Read a request for a new key.

    Raises:
        UnknownError: the file cannot be read.
        MalformedError: it is no request, or says something twice.
    """
    try:
        return read_once(read_file(file), KeyRequest, str(file))
    except OSError as error:
        raise system_error(error) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError("key.request_malformed", source=str(file)) from error


def is_request(file: Path) -> bool:
    """Say whether a file is a request for a key, and so holds no private half."""
    try:
        read_request(file)
    except EnduseError:
        return False
    return True


def describe_key(file: str | Path) -> KeyDescription:
    """Return what everybody may know of the key in a file, or of one that is asked for; no passphrase is needed.

    Args:
        file: of a private key, or of a request.

    Raises:
        UnknownError: the file cannot be read.
        MalformedError: it is neither.

    Example:
        >>> import enduse
        >>> with enduse.open("demo") as programme:
        ...     request = programme.make_key("party:azura", "described.key")
        >>> enduse.describe_key("described.key").key == request.key
        True
    """
    path = Path(file)
    try:
        asked = read_request(path)
    except MalformedError:
        held = described(path)
        return _described(held.public, kept=held.kept)
    try:
        return _described(bytes.fromhex(asked.public_key), party=asked.party)
    except (ValueError, EnduseError) as error:
        raise MalformedError("key.request_malformed", source=str(file)) from error


def _described(public: bytes, kept: Literal["", "plain", "encrypted", "agent"] = "", party: str = "") -> KeyDescription:
    name = key_id(public)
    return KeyDescription(
        key=name, spoken=proquints(bytes.fromhex(name)), public_key=public.hex(), kept=kept, party=party
    )
