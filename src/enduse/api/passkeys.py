"""Passkeys and keys as others meet them: whose a key is, whether it answered, and what may be said or delegated with one."""

from typing import Final

import msgspec

from enduse.api.keys import KeyRequest
from enduse.errors import EnduseError, MalformedError
from enduse.exchange.asking import ELSEWHERE
from enduse.exchange.short_forms import SHORT_FORMS
from enduse.statements.codec import KINDS
from enduse.statements.envelope import key_id
from enduse.statements.jsontext import read_once
from enduse.statements.key import DELEGABLE, possession_message
from enduse.terms import signatures, webauthn
from enduse.terms.proquints import proquints

SAYABLE: Final = tuple(
    sorted((frozenset(KINDS) - ELSEWHERE.keys() - {"disclosure", "erasure", "sealed"}) | SHORT_FORMS.keys())
)
"""What can be said by answering questions: kinds of statement, and short forms."""

MAY_BE_DELEGATED: Final = tuple(sorted(DELEGABLE))
"""Kinds of statement that a device's key may be let say."""

REQUEST_MAX: Final = 20_000


def kind_said(word: str) -> str:
    """Return the kind of statement that a short form makes; a kind as it is."""
    return SHORT_FORMS[word].kind if word in SHORT_FORMS else word


class PasskeySite(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a passkey is used.

    Attributes:
        relying_party: domain for which it was made.
        origin: the page on which it is used.
        user_verified: whether it must have checked who is there.
    """

    relying_party: str
    origin: str
    user_verified: bool


def passkey_site(public_key: bytes) -> PasskeySite | None:
    """Return where a passkey is used; ``None`` where a public key is none."""
    key = webauthn.read_key(public_key)
    if key is None:
        return None
    return PasskeySite(relying_party=key.relying_party, origin=key.origin, user_verified=key.user_verified)


def passkey_answers(public_key: bytes, message: str, assertion: bytes) -> bool:
    """Say whether a passkey answered a message, as its key demands; never raises for any bytes."""
    return webauthn.is_valid(public_key, message.encode(), assertion)


def signer(public_key: bytes) -> bytes:
    """Return what is the same for two public keys of one private key, whatever their kinds."""
    return signatures.signer(public_key)


def spoken_key(key: str) -> str:
    """Return a key's short name as words that can be spoken."""
    return proquints(bytes.fromhex(key))


def parse_request(text: str, programme: str, founder: str) -> KeyRequest:
    """Return the request for a key that a text holds, once its own signature is seen to hold for this programme.

    Raises:
        MalformedError: it is none, or its signature does not hold.
    """
    try:
        request = read_once(text[:REQUEST_MAX].encode(), KeyRequest, "")
        public, proof = bytes.fromhex(request.public_key), bytes.fromhex(request.possession)
        signatures.check_public_key(public)
    except (ValueError, msgspec.MsgspecError, EnduseError) as error:
        raise MalformedError("key.request_malformed") from error
    message = possession_message(programme, founder, request.party, request.public_key)
    if request.key != key_id(public) or not signatures.is_valid(public, message, proof):
        raise MalformedError("key.request_malformed")
    return request
