"""Kind ``key``: what happens to a signing key, from its enrolment to its end.

The order in the log decides, a claimed time never does. ``possession`` is the new key's own
signature over :func:`possession_message`, so that nobody can enrol a key that is not theirs.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.messages import Message
from enduse.statements.acts import GOODS, KINDS
from enduse.statements.base import Body, Statement
from enduse.terms.forms import form, unknown_word
from enduse.terms.identifiers import Id, Label, PublicKey
from enduse.terms.times import Instant
from enduse.terms.webauthn import WebAuthnKey, is_site

Signature = Annotated[str, form("form.signature", pattern=r"^(?:[0-9a-f]{128}|01(?:[0-9a-f]{2}){103,1127})$(?!\n)")]
"""A signature in lower-case hexadecimal: 64 bytes, or a WebAuthn assertion as docs/reference/record-format.md lays it out."""


WAITING_DAYS: Final = 14
"""Days that a recovery asked for by one body waits, and that a suspension lasts, where the founding says nothing else."""

Action = Literal["enrol", "revoke", "suspend", "lift", "recover", "object", "approve", "complete", "confirm", "hand_on"]
"""What can happen to a key."""

NEW_KEY: Final = frozenset(("enrol", "recover", "hand_on"))
"""Actions that bring a key which was not there before."""


DECISIONS: Final = frozenset(("object", "approve", "complete"))
"""Actions on a key that waits for its recovery to be decided."""


DELEGABLE: Final = frozenset((*KINDS, GOODS))
"""Kinds that can be delegated: keys, mandates and taking back what the party said are left to its own key."""


class KeyRules(Body, frozen=True, kw_only=True):
    """Who stands by a party that has lost its key, and how long a request for a new one waits in public.

    Attributes:
        waiting_days: how long a recovery asked for by one body waits for an objection, and how long a suspension lasts.
        bodies: parties that may ask for a recovery, decide on one, lift a suspension and confirm a key; never the keeper.
        quorum: how many of them bring a new key into force at once.
        witnesses: public keys of cosigners (C2SP verifier keys) by whose clocks the waiting time is told. Without any it
            is told by the keeper's own clock.
        witness_quorum: how many of the witnesses must have seen the whole waiting time pass.
    """

    waiting_days: Annotated[int, Meta(ge=1, le=365)] = WAITING_DAYS
    bodies: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    quorum: Annotated[int, Meta(ge=0, le=50)] = 0
    witnesses: Annotated[tuple[Label, ...], Meta(max_length=20)] = ()
    witness_quorum: Annotated[int, Meta(ge=0, le=20)] = 0

    def __post_init__(self) -> None:
        for need, named in ((self.quorum, self.bodies), (self.witness_quorum, self.witnesses)):
            if len(set(named)) != len(named) or not min(1, len(named)) <= need <= len(named):
                raise InvalidValueError("key.quorum_impossible", need=need, named=len(set(named)))


class SigningPage(Body, frozen=True, kw_only=True):
    """Where passkeys and security keys of this programme sign: nothing is taken from any other page.

    Attributes:
        relying_party: domain for which such keys are made.
        origins: the pages from which they sign, as scheme, host and port; of that domain or one within it.
        user_verified: whether a finger, face or number must be checked each time. This says that somebody was there whom the
            device lets in, not who.
        synced: whether a key may lie on several devices at once. That is the authenticator's own word.
    """

    relying_party: Annotated[str, Meta(min_length=1, max_length=253)]
    origins: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=300)], ...], Meta(min_length=1, max_length=20)
    ]
    user_verified: bool = True
    synced: bool = False

    def __post_init__(self) -> None:
        for origin in self.origins:
            if not is_site(self.relying_party, origin):
                raise InvalidValueError("key.page_impossible", origin=origin, domain=self.relying_party)

    def lets(self, key: WebAuthnKey) -> bool:
        """Say whether a key may be enrolled that signs as this key says."""
        here = key.relying_party == self.relying_party and key.origin in self.origins
        return here and key.user_verified >= self.user_verified and key.synced <= self.synced


class Delegation(Body, frozen=True, kw_only=True):
    """What a party lets one of its devices or clerks say in its name, with a key of that device's own.

    Every list names all there is: nothing stands for the rest, and whatever is not named is not delegated. Such a key says
    nothing of keys or mandates, so nothing is delegated further; but where that is said it hands on to the key of the next shift, and
    ends with that.

    Attributes:
        label: what the device or office is called, such as ``device 3``; never a person.
        says: kinds of statement.
        functions: functions in which it may speak, for kinds that need one.
        places: where; a place includes what lies within it. What it says names a place, or is judged at one.
        until: after that, by the record's clock, it says nothing any more.
        may_hand_on: whether it may hand on to another key, which then says the same until the same time.
    """

    label: Annotated[str, Meta(min_length=1, max_length=100)]
    says: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=50)]
    functions: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    places: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=500)]
    until: Instant
    may_hand_on: bool = False

    def __post_init__(self) -> None:
        known = {kind: kind for kind in sorted(DELEGABLE)}
        for kind in self.says:
            if kind not in known:
                raise InvalidValueError.about(unknown_word(kind, Message.of("form.statement"), known), path=".says")


class KeyBody(Body, frozen=True, kw_only=True):
    """What happens to which key.

    Attributes:
        action: ``enrol`` (by the party's own key in force; its first key by the keeper or a body that the founding
            names), ``revoke`` (by the party), ``suspend`` (by the keeper or such a body, for the waiting time),
            ``lift`` (ends a suspension), ``recover`` (asks for a new key for a party that has lost its own),
            ``object`` (by the party's other key, against a recovery), ``approve`` (by such a body), ``complete`` (after
            the waiting time), ``confirm`` (by such a body: a key that the keeper enrolled is that party's), ``hand_on`` (by a
            key that was delegated: to the key of the next shift, and its own end).
        party: whose key it is.
        public_key: the key.
        possession: for ``enrol``, ``recover`` and ``hand_on``, the new key's signature over :func:`possession_message`.
        reason: why, for people.
        delegates: for ``enrol`` by the party's own key: the new key is a device's or a clerk's, and says this and no more.
        checkpoints: for ``complete``, where the founding names witnesses: two checkpoints that they cosigned, the first
            over the request, the second at least the waiting time later. Said again with the first over the completion, it
            ends the time in which the party may still object.
    """

    action: Action
    party: Id
    public_key: PublicKey
    possession: Signature | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""
    delegates: Delegation | None = None
    checkpoints: Annotated[tuple[Annotated[str, Meta(max_length=10_000)], ...], Meta(max_length=2)] = ()

    def __post_init__(self) -> None:
        if (self.possession is not None) != (self.action in NEW_KEY):
            raise InvalidValueError("key.possession_misplaced")
        if self.delegates is not None and self.action != "enrol":
            raise InvalidValueError("key.delegation_misplaced", path=".delegates")
        if self.checkpoints and self.action != "complete":
            raise InvalidValueError("key.checkpoints_misplaced", path=".checkpoints")


class Key(Statement, frozen=True, kw_only=True, tag="key"):
    """Something happens to a key."""

    body: KeyBody


def possession_message(programme: str, founder: str, party: str, public_key: str) -> bytes:
    """Return the bytes a new key signs to show that its holder asked for the enrolment.

    Args:
        programme: origin of the record.
        founder: the key the record was founded with, so that the proof is worth nothing in another of the same name.
        party: whose key it is.
        public_key: the key.
    """
    return f"enduse key possession v1\n{programme}\n{founder}\n{party}\n{public_key}\n".encode()
