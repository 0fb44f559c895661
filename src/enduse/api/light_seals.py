"""What a party seals on its own machine: a value is committed to, and its opening lies there alone, to be disclosed or erased."""

from datetime import UTC, datetime

from enduse.api.given import Folder, When, as_instant
from enduse.api.light_files import LightFiles
from enduse.errors import MalformedError, UnknownError
from enduse.exchange.own_log import OwnStatement
from enduse.exchange.unsigned import UnsignedStatement, unsigned_statement
from enduse.record.vault import FILE, Opening, Vault
from enduse.statements.codec import encode
from enduse.statements.sealed import Sealed


class LightSeals(LightFiles):
    """A folder with a light copy, the party's key, its own log and its own vault."""

    def seal(
        self,
        value: str,
        *,
        party: str,
        about: str,
        field: str,
        sensitivity: str = "high",
        due: When | None = None,
        key: Folder | None = None,
    ) -> tuple[str, OwnStatement]:
        """Commit to a value, as :meth:`Programme.seal` does; its opening stays in this folder.

        Args:
            value: what is not to be told.
            party: who commits.
            about: movement, post, site or statement it belongs to.
            field: what the value is, such as ``name``.
            sensitivity: class of the data, in the words of the programme.
            due: when it will be disclosed; ``None``: never.
            key: file with the private key; by default the party's in this folder.

        Returns:
            The commitment, hexadecimal, and what was signed.

        Raises:
            UnknownError: there is no key of that party here.
            MalformedError, LimitError: it could never be disclosed: the value is too long, say.
        """
        at, opening = datetime.now(UTC), Opening.fresh(field, value.encode())
        moment = None if due is None else as_instant(due)
        named = {"commitment": opening.commitment.hex(), "field": field}
        later = self._unsigned("disclosure", {**named, "value": value, "salt": opening.salt.hex()})
        encode(later.statement(self.origin, party, 1))
        said = self._unsigned("sealed", {**named, "about": about, "sensitivity": sensitivity, "due": moment}, at)

        def keep() -> None:
            with Vault(self.folder / FILE) as vault:
                vault.keep(opening, sensitivity=sensitivity, due=moment)

        return named["commitment"], self._sign([said], party, key, keep)[0]

    def disclose(self, commitment: str, *, party: str, key: Folder | None = None) -> OwnStatement:
        """Disclose what was sealed here.

        Args:
            commitment: as :meth:`seal` returned it.
            party: who sealed it.
            key: file with the private key; by default the party's in this folder.

        Raises:
            UnknownError: that party did not seal it here, or it was erased.
        """
        committed = self._committed(commitment, party)
        with Vault(self.folder / FILE) as vault:
            opening = vault.open(committed)
            told = {"field": opening.field, "value": opening.value.decode(), "salt": opening.salt.hex()}
            said = self._unsigned("disclosure", {"commitment": commitment, **told})
            signed = self._sign([said], party, key)[0]
            vault.disclose(committed, datetime.now(UTC))
        return signed

    def erase(self, commitment: str, *, party: str, basis: str, key: Folder | None = None) -> OwnStatement:
        """Destroy what was sealed here for good; the commitment and every proof stay valid, and nobody can confirm a guess.

        Args:
            commitment: as :meth:`seal` returned it.
            party: who sealed it.
            basis: on what ground, such as a request and its date.
            key: file with the private key; by default the party's in this folder.

        Raises:
            UnknownError: that party did not seal it here.
        """
        committed = self._committed(commitment, party)
        said = self._unsigned("erasure", {"commitment": commitment, "basis": basis})
        with Vault(self.folder / FILE) as vault:
            held = vault.held(committed)

            def destroy() -> None:
                if held.erased is None:  # else an earlier try broke off before it could be said
                    vault.erase(committed, by=party, basis=basis, now=datetime.now(UTC))

            return self._sign([said], party, key, destroy)[0]

    @staticmethod
    def _unsigned(kind: str, body: dict[str, object], at: datetime | None = None) -> UnsignedStatement:
        return unsigned_statement(kind, {"occurred_at": at or datetime.now(UTC), "body": body})

    def _committed(self, commitment: str, party: str) -> bytes:
        """Return a commitment that a party has sealed here.

        Raises:
            MalformedError: it is none.
            UnknownError: the party sealed nothing of it here.
        """
        try:
            committed = bytes.fromhex(commitment)
        except ValueError as error:
            raise MalformedError("seal.not_a_commitment", commitment=commitment) from error
        mine = (own.statement for own in self._own.stands())
        if not any(
            isinstance(said, Sealed) and (said.party, said.body.commitment) == (party, commitment) for said in mine
        ):
            raise UnknownError("seal.of_another_party", path=commitment, party=party)
        return committed
