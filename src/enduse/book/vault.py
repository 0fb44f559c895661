"""Seal, disclose, erase: the vault beside the record, and the statements that go into it, in the safe order.

Sealing writes the vault first, so a committed value can always be opened; erasing says so in the record only after
the value is gone; disclosing is recorded before the vault notes it, and may be repeated.
"""

from datetime import datetime

from enduse.book import keys
from enduse.book.intake import Intake, Receipt, SigningRequest
from enduse.errors import MalformedError, UnknownError
from enduse.record.vault import FILE, Vault
from enduse.statements.base import Statement
from enduse.statements.sealed import Disclosure, DisclosureBody, Erasure, ErasureBody, Sealed, SealedBody


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
) -> tuple[str, Receipt]:
    """Commit to ``value`` as ``party``; returns the commitment, hexadecimal, and what became of the statement."""
    key = keys.load(intake.book.folder, party)
    with Vault(intake.book.folder / FILE) as vault:
        commitment = vault.commit(field, value.encode(), sensitivity=sensitivity, due=due).hex()
    body = SealedBody(commitment=commitment, about=about, field=field, sensitivity=sensitivity, due=due)

    def make(programme: str, speaker: str, seq: int) -> Statement:
        return Sealed(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

    return commitment, intake.say([SigningRequest(party, key, make)])[0]


def disclose(intake: Intake, party: str, commitment: str, now: datetime) -> Receipt:
    """Disclose what ``party`` sealed.

    Raises:
        UnknownError: it is not in this vault.
        ConflictError: it was erased.
    """
    key = keys.load(intake.book.folder, party)
    committed = _bytes(commitment)
    with Vault(intake.book.folder / FILE) as vault:
        opening = vault.open(committed)
        body = DisclosureBody(
            commitment=commitment, field=opening.field, value=opening.value.decode(), salt=opening.salt.hex()
        )

        def make(programme: str, speaker: str, seq: int) -> Statement:
            return Disclosure(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

        taken = intake.say([SigningRequest(party, key, make)])[0]
        if taken.outcome == "accepted":
            vault.disclose(committed, now)
    return taken


def erase(intake: Intake, party: str, commitment: str, basis: str, now: datetime) -> Receipt:
    """Destroy what ``party`` sealed and record that it was.

    Raises:
        UnknownError: it is not in this vault, or ``party`` did not seal it.
        ConflictError: it was erased before.
    """
    key = keys.load(intake.book.folder, party)
    known = intake.book.seals.seals.get(commitment)
    if known is None or known.party != party:
        raise UnknownError(f"{party} sealed nothing under this commitment", path=commitment)
    with Vault(intake.book.folder / FILE) as vault:
        vault.erase(_bytes(commitment), by=party, basis=basis, now=now)
    body = ErasureBody(commitment=commitment, basis=basis)

    def make(programme: str, speaker: str, seq: int) -> Statement:
        return Erasure(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)

    return intake.say([SigningRequest(party, key, make)])[0]


def _bytes(commitment: str) -> bytes:
    try:
        return bytes.fromhex(commitment)
    except ValueError as error:
        raise MalformedError(f"{commitment!r} is not a commitment", remedy="64 hexadecimal digits") from error
