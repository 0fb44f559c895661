"""Salted commitments: one formula for the vault that makes them and the book that checks them.

SHA-256 over a label, 32 random bytes, the field's name and its value. Without the random bytes nobody can confirm a
guess, however small the field's domain; never a plain hash.
"""

from hashlib import sha256

from enduse.errors import LimitError, MalformedError

SALT_BYTES = 32
VALUE_BYTES_MAX = 65_535
NAME_BYTES_MAX = 255
_LABEL = b"enduse.commitment.v1\x00"


def commitment(field: str, value: bytes, salt: bytes) -> bytes:
    """Return SHA-256(label || salt || length of the field name, one byte || field name || value).

    Raises:
        MalformedError: the salt is not 32 bytes, or the field has no name.
        LimitError: a name over 255 bytes or a value over 65,535.
    """
    name = field.encode()
    if len(salt) != SALT_BYTES or not name:
        raise MalformedError("commitment.unnamed", salt=SALT_BYTES)
    if len(name) > NAME_BYTES_MAX or len(value) > VALUE_BYTES_MAX:
        raise LimitError("commitment.too_long", name=NAME_BYTES_MAX, value=VALUE_BYTES_MAX)
    return sha256(_LABEL + salt + bytes([len(name)]) + name + value).digest()
