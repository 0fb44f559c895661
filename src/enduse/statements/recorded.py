"""What an audit asks of a recorded statement: form, key, signature, running number; each is looked at once."""

from typing import NamedTuple

from enduse.errors import EnduseError, SignatureError
from enduse.statements.envelope import unwrap
from enduse.statements.keyring import Keyring, Signed, said_in, signed_as
from enduse.statements.passed import Said, signature_holds
from enduse.terms.signatures import signer


class Recorded(NamedTuple):
    """What an entry says of itself.

    Attributes:
        fault: why it should not have been recorded; ``None`` where nothing is wrong.
        columns: statement id, signer and running number; ``None`` where it cannot be read.
    """

    fault: EnduseError | None
    columns: tuple[bytes, bytes, int] | None


def opened(raw: bytes, passed: bytes = b"") -> Said | EnduseError:
    """Return what a recorded envelope says, or why it says nothing: a function of nothing but its bytes.

    Args:
        raw: its bytes.
        passed: what they say, where another process has read them (:mod:`enduse.statements.passed`).
    """
    try:
        return said_in(raw, passed)
    except EnduseError as error:
        return error


def take(raw: bytes, keys: Keyring, said: Said | EnduseError) -> Signed | EnduseError:
    """Follow a recorded statement with the keyring; returns it, or why it should not have been recorded.

    Args:
        raw: its bytes.
        keys: as they are before it.
        said: what :func:`opened` gave.
    """
    if isinstance(said, EnduseError):
        return said
    signed = signed_as(raw, said, keys)
    try:
        keys.take(signed)
    except EnduseError as error:
        return error
    return signed


def judge(raw: bytes, taken: Signed | EnduseError, keys: Keyring, key: bytes | None, *, valid: bool | None) -> Recorded:
    """Judge an entry that was followed.

    Args:
        raw: its bytes.
        taken: what :func:`take` gave.
        keys: which took it.
        key: under which its signature was checked ahead; that of an entry whose key is longer than its signer was not.
        valid: what came of that; ``None`` where it was not.
    """
    if isinstance(taken, EnduseError):
        return Recorded(taken, None)
    public = bytes.fromhex(keys.keys[taken.key_id].public_key)
    holds = valid if valid is not None and key == public else signature_holds(unwrap(raw), public)
    fault = None if holds else SignatureError("signature.of_another")
    return Recorded(fault, (bytes.fromhex(taken.id), signer(public), taken.statement.seq))
