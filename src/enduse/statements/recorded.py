"""What an audit asks of a recorded statement: form, key, signature, running number; each is looked at once."""

from typing import NamedTuple

from enduse.errors import EnduseError, SignatureError
from enduse.statements.envelope import unwrap
from enduse.statements.keyring import Keyring, Signed, read
from enduse.statements.passed import signature_holds
from enduse.terms.signatures import signer


class Recorded(NamedTuple):
    """What an entry says of itself.

    Attributes:
        fault: why it should not have been recorded; ``None`` where nothing is wrong.
        columns: statement id, signer and running number; ``None`` where it cannot be read.
    """

    fault: EnduseError | None
    columns: tuple[bytes, bytes, int] | None


def take(raw: bytes, keys: Keyring, passed: bytes = b"") -> Signed | EnduseError:
    """Follow a recorded statement with the keyring; returns it, or why it should not have been recorded.

    Args:
        raw: its bytes.
        keys: as they are before it.
        passed: what they say, where that was read ahead (:mod:`enduse.statements.passed`).
    """
    try:
        signed = read(raw, keys, passed)
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
