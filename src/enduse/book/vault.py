"""Seal, disclose, erase: the vault beside the record, and the statements that go into it, in the safe order.

Whether the statement would have effect is found out before anything is written: a value that is disclosed in vain is
disclosed all the same. Sealing writes the vault first, so a committed value can always be opened; erasing says so in the
record only after the value is gone; disclosing is recorded before the vault notes it, and may be repeated.
"""

from datetime import datetime

from enduse.book.intake import Intake, SigningRequest, Taken
from enduse.errors import MalformedError, UnknownError
from enduse.record.documents import DocumentStore
from enduse.record.vault import FILE, Opening, Vault
from enduse.statements.base import Statement
from enduse.statements.codec import decode, encode
from enduse.statements.sealed import Disclosure, DisclosureBody, Erasure, ErasureBody, Sealed, SealedBody
from enduse.terms.ed25519 import PrivateKey


def seal(
    intake: Intake,
    party: str,
    *,
    about: str,
    field: str,
    value: str,
    sensitivity: str,
    due: datetime | None,
    now: datetime,
    file: bytes | None = None,
    key: PrivateKey | None = None,
) -> tuple[str, Taken]:
    """Commit to ``value`` as ``party``; returns the commitment, hexadecimal, and what became of the statement.

    Args:
        intake: of the record.
        party: who commits.
        about: movement, site or statement it belongs to.
        field: what the value is.
        value: what is not told.
        sensitivity: class of the data.
        due: when it will be disclosed; ``None`` for never.
        now: when it is said.
        file: of a private document, kept before anything is said of it.
        key: to sign with; by default the party's in the folder.

    Raises:
        EnduseError: the value could never be disclosed: it is too long, say.
    """
    opening = Opening.fresh(field, value.encode())
    commitment = opening.commitment.hex()
    later = DisclosureBody(commitment=commitment, field=field, value=value, salt=opening.salt.hex())
    decode(encode(Disclosure(programme=intake.keyring.origin, party=party, seq=1, occurred_at=now, body=later)))
    body = SealedBody(commitment=commitment, about=about, field=field, sensitivity=sensitivity, due=due)

    def make(programme: str, speaker: str, seq: int) -> Statement:
        return Sealed(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

    said = SigningRequest(party, key or intake.key_of(party), make)
    if problem := intake.refusal(said):
        return commitment, Taken("refused", problem=problem)
    if file is not None:
        DocumentStore(intake.book.folder).keep(file, commitment, private=True)
    with Vault(intake.book.folder / FILE) as vault:
        vault.keep(opening, sensitivity=sensitivity, due=due)
    return commitment, intake.say([said])[0]


def disclose(intake: Intake, party: str, commitment: str, now: datetime) -> Taken:
    """Disclose what ``party`` sealed.

    Raises:
        UnknownError: ``party`` did not seal it, it is not in this vault, or it was erased.
    """
    key = intake.key_of(party)
    committed = _sealed_by(intake, party, commitment)
    with _vault(intake) as vault:
        opening = vault.open(committed)
        body = DisclosureBody(
            commitment=commitment, field=opening.field, value=opening.value.decode(), salt=opening.salt.hex()
        )

        def make(programme: str, speaker: str, seq: int) -> Statement:
            return Disclosure(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

        if problem := intake.refusal(SigningRequest(party, key, make)):
            return Taken("refused", problem=problem)
        taken = intake.say([SigningRequest(party, key, make)])[0]
        if taken.outcome == "accepted":
            vault.disclose(committed, now)
    return taken


def erase(intake: Intake, party: str, commitment: str, basis: str, now: datetime) -> Taken:
    """Destroy what ``party`` sealed, and the file of a private document, and record that it was.

    Raises:
        UnknownError: ``party`` did not seal it, or it is not in this vault.
        ConflictError: it was erased before.
        MalformedError: a link leads out of the folder of documents.
    """
    key = intake.key_of(party)
    committed = _sealed_by(intake, party, commitment)
    store = DocumentStore(intake.book.folder)
    store.own_path(commitment, private=True)  # before anything is gone
    body = ErasureBody(commitment=commitment, basis=basis)

    def make(programme: str, speaker: str, seq: int) -> Statement:
        return Erasure(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

    with _vault(intake) as vault:
        held = vault.held(committed)
        if problem := intake.refusal(SigningRequest(party, key, make)):
            return Taken("refused", problem=problem)
        if held.erased is None:  # else an earlier try broke off before it could be said
            vault.erase(committed, by=party, basis=basis, now=now)
        store.erase(commitment)
    return intake.say([SigningRequest(party, key, make)])[0]


def _vault(intake: Intake) -> Vault:
    path = intake.book.folder / FILE
    if not path.is_file():
        raise UnknownError("seal.none_here", source=str(path))
    return Vault(path)


def _sealed_by(intake: Intake, party: str, commitment: str) -> bytes:
    try:
        committed = bytes.fromhex(commitment)
    except ValueError as error:
        raise MalformedError("seal.not_a_commitment", commitment=commitment) from error
    known = intake.book.seals.of(commitment, party)
    if known is None or known.party != party:
        raise UnknownError("seal.of_another_party", path=commitment, party=party)
    return committed
