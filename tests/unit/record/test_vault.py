"""The vault: commitments hide, disclosures open, overdue ones show, and what is erased cannot be confirmed by anybody."""

import hashlib
import sqlite3
import stat
from datetime import UTC, datetime, timedelta

import pytest

from enduse.errors import ConflictError, LimitError, MalformedError, RecordError, UnknownError
from enduse.record import proof as proofs
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.vault import Opening, Vault, check_opening
from enduse.record.verify import verify
from enduse.terms.commitment import commitment
from enduse.terms.ed25519 import SigningKey

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path):
    with Vault(tmp_path / "vault.db") as vault:
        yield vault


def test_a_commitment_opens_to_one_value_under_one_name(vault):
    made = vault.commit("body.site", b"31.50,34.46", sensitivity="site")
    opening = vault.open(made)
    check_opening(opening, made)
    assert opening.commitment == made
    for other in (
        Opening("body.site", b"31.50,34.47", opening.salt),
        Opening("body.sit", b"e31.50,34.46", opening.salt),
        Opening("body.site", b"31.50,34.46", bytes(32)),
    ):
        with pytest.raises(RecordError, match="not what was committed"):
            check_opening(other, made)


def test_the_same_value_is_never_committed_to_the_same_way(vault):
    made = {vault.commit("body.phone", b"+970 59 000 0000", sensitivity="person") for _ in range(50)}
    assert len(made) == 50


def test_the_published_form(vault):
    salt = bytes(range(32))
    assert (
        commitment("a", b"b", salt)
        == hashlib.sha256(b"enduse.commitment.v1\x00" + salt + b"\x01" + b"a" + b"b").digest()
    )
    for bad in (("", b"v", salt), ("f", b"v", salt[:31])):
        with pytest.raises(MalformedError):
            commitment(*bad)
    for bad in (("f" * 256, b"v", salt), ("f", bytes(65_536), salt)):
        with pytest.raises(LimitError):
            commitment(*bad)


def test_disclosures_are_due_overdue_and_done(vault):
    days = [3, 1, 2]
    made = [vault.commit(f"f{day}", b"v", sensitivity="route", due=NOW + timedelta(days=day)) for day in days]
    vault.commit("never", b"v", sensitivity="person")
    assert [held.field for held in vault.pending()] == ["f1", "f2", "f3"]
    assert vault.due(NOW) == []
    later = NOW + timedelta(days=2, hours=1)
    assert [held.field for held in vault.due(later)] == ["f1", "f2"]
    assert vault.disclose(made[1], later).value == b"v"
    assert [held.field for held in vault.due(later)] == ["f2"]
    assert vault.held(made[1]).disclosed == "2026-11-24T13:00:00Z"
    vault.disclose(made[1], later + timedelta(days=1))
    assert vault.held(made[1]).disclosed == "2026-11-24T13:00:00Z", "the first time stands"


def test_times_need_a_zone(vault):
    with pytest.raises(MalformedError, match="zone"):
        vault.commit("f", b"v", sensitivity="x", due=datetime(2026, 1, 1))


def test_erasure_needs_a_basis_and_happens_once(vault):
    made = vault.commit("f", b"v", sensitivity="person", due=NOW)
    with pytest.raises(MalformedError, match="basis"):
        vault.erase(made, by="keeper", basis="", now=NOW)
    held = vault.erase(made, by="keeper", basis="request of the person", now=NOW)
    assert (held.erased, held.erased_by, held.basis) == ("2026-11-22T12:00:00Z", "keeper", "request of the person")
    with pytest.raises(ConflictError):
        vault.erase(made, by="keeper", basis="again", now=NOW)
    with pytest.raises(UnknownError, match="was erased on 2026-11-22T12:00:00Z: request"):
        vault.open(made)
    assert vault.due(NOW) == []
    with pytest.raises(UnknownError, match="does not hold"):
        vault.held(bytes(32))


@pytest.mark.threat(
    who="stranger",
    tries="tries every possible value against an erased commitment",
    alone="confirms nothing",
    needs="whoever kept a copy of the vault from before",
    seen_by="nobody needs to",
)
def test_after_erasure_proofs_hold_and_brute_force_confirms_nothing(tmp_path):
    """A phone number of 10,000 possible ones: everybody who kept everything we published tries them all."""
    secret = b"+970 59 555 4321"
    domain = [b"+970 59 555 %04d" % number for number in range(10_000)]
    assert secret in domain
    folder = tmp_path / "p"
    with Log.create(folder, "record.example/e", SigningKey.generate()) as log, Vault(folder / "vault.db") as vault:
        made = vault.commit("body.contact", secret, sensitivity="person")
        entry = b'{"body":{"contact":{"commitment":"' + made.hex().encode() + b'"}}}'
        log.append([NewEntry(entry, hashlib.sha256(entry).digest(), bytes(32), 1)])
        log.publish()
        salt = vault.open(made).salt
        assert any(commitment("body.contact", guess, salt) == made for guess in domain), "with the salt it is easy"
        vault.erase(made, by="keeper", basis="request of the person", now=NOW)
        proofs.verify(proofs.parse(log.prove(0).encode()), entry, Trust(log.verifier))
    assert verify(folder).ok
    # Neither value nor salt is left anywhere in the folder, free pages and journals included.
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert secret not in left
    assert salt not in left
    # What is public is the commitment; guesses with no salt, with zeros, or with any 32 bytes that are left, all fail.
    candidates = [bytes(32), made, hashlib.sha256(made).digest(), *(left[at : at + 32] for at in range(0, 3200, 32))]
    hits = 0
    for guess in domain:
        hits += made in {hashlib.sha256(guess).digest(), hashlib.sha256(b"body.contact" + guess).digest()}
        hits += any(commitment("body.contact", guess, salt) == made for salt in candidates[:5])
    assert hits == 0


def test_what_is_erased_is_gone_at_once_while_the_vault_is_open_and_where_it_cannot_be_written_anew(vault, tmp_path):
    values = [b"secret %04d " % number + b"x" * (number % 90) for number in range(60)]
    made = [vault.commit("body.contact", value, sensitivity="person") for value in values]
    salts = [vault.open(each).salt for each in made]

    def stays(number):
        held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        return values[number][:12] in held, salts[number] in held

    assert stays(7) == stays(8) == (True, True)
    vault.erase(made[7], by="keeper", basis="request of the person", now=NOW)
    assert stays(7) == (False, False), "others may read the files while the keeper's process goes on"
    # A full disk, say: the file cannot be written anew, which SQLite does in a database that it attaches.
    vault._db.set_authorizer(lambda action, *_: action == sqlite3.SQLITE_ATTACH)
    with pytest.raises(RecordError):
        vault.erase(made[8], by="keeper", basis="request of the person", now=NOW)
    assert stays(8) == (False, False), "it is erased, and no second try would be made"
    assert stays(9) == (True, True)


def test_a_vault_is_private_and_a_damaged_one_is_refused(vault, tmp_path):
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    (tmp_path / "bad.db").write_bytes(b"x" * 5000)
    with pytest.raises(RecordError):
        Vault(tmp_path / "bad.db")


def test_a_vault_that_was_brought_back_readable_by_all_is_so_no_longer(tmp_path):
    path = tmp_path / "vault.db"
    with Vault(path):
        pass
    path.chmod(0o644)
    with Vault(path):
        assert path.stat().st_mode & 0o777 == 0o600
