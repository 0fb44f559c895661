"""What a party seals, discloses and erases, as a part of a programme: values that are not to be told yet, or ever."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from enduse.api.access import due, to_seal
from enduse.api.given import When, as_instant
from enduse.api.prepared_tables import PreparedTables
from enduse.book import vault
from enduse.book.intake import Taken


class SealedValue(msgspec.Struct, frozen=True):
    """A commitment, in hexadecimal, and what became of the statement that made it."""

    commitment: str
    taken: Taken


class SealedValues(PreparedTables):
    """A programme in which values are sealed."""

    def seal(
        self,
        value: str,
        *,
        party: str,
        about: str,
        field: str,
        sensitivity: str = "high",
        due: When | None = None,
        now: datetime | None = None,
    ) -> SealedValue:
        """Commit to a value now and keep it in the vault: time and order are fixed, the value is not told.

        Args:
            value: what is not to be told yet.
            party: who commits; its key must be in the folder.
            about: movement, site or statement it belongs to.
            field: what the value is, such as ``route``.
            sensitivity: class of the data, in the words of the programme.
            due: when it will be disclosed; ``None``: never.
            now: time of recording, for simulations; by default the machine's.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     sealed = programme.seal("by the north road", party="party:monitor", about="visit:7", field="route")
            ...     told = programme.disclose(sealed.commitment, party="party:monitor")
            >>> sealed.taken.outcome, told.outcome
            ('accepted', 'accepted')
        """
        at = now or datetime.now(UTC)
        moment = None if due is None else as_instant(due)
        with self.writing() as intake:
            commitment, taken = vault.seal(
                intake, party, about=about, field=field, value=value, sensitivity=sensitivity, due=moment, now=at
            )
            return SealedValue(commitment, taken)

    def seal_statement(
        self,
        kind: str,
        fields: Mapping[str, object],
        *,
        party: str,
        due: When | None = None,
        now: datetime | None = None,
    ) -> SealedValue:
        """Seal a statement about access as text, so that it counts from now on once it is disclosed, and tells nothing until then.

        Args:
            kind: ``movement``, ``clearance``, ``service_point`` or ``incident``.
            fields: ``occurred_at``, ``place`` and ``body``, as they would stand in it.
            party: who says it; its key must be in the folder.
            due: when it is to be disclosed; by default the first day on which a public page may tell it.
            now: time of recording, for simulations; by default the machine's.

        Raises:
            MalformedError: it makes no such statement, or would be disclosed too early.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     step = {"occurred_at": "2026-05-03T08:00:00Z", "body": {"movement": "movement:4c1f", "action": "submit"}}
            ...     sealed = programme.seal_statement("movement", step, party="party:monitor")
            >>> sealed.taken.outcome
            'accepted'
        """
        text, moment = to_seal(self._book, kind, fields, due)
        return self.seal(text, party=party, about=f"access:{kind}", field=kind, due=moment, now=now)

    def disclose_due(self, *, party: str, now: datetime | None = None) -> tuple[tuple[str, Taken], ...]:
        """Disclose all statements about access that a party sealed, that lie in this vault, and that are due.

        Args:
            party: who sealed them; its key must be in the folder.
            now: time of recording, for simulations; by default the machine's.

        Returns:
            Each commitment with what became of its disclosure, in the order in which they were sealed.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.disclose_due(party="party:monitor")
            ()
        """
        at = now or datetime.now(UTC)
        return tuple((name, self.disclose(name, party=party, now=at)) for name in due(self._book, party, at))

    def disclose(self, commitment: str, *, party: str, now: datetime | None = None) -> Taken:
        """Disclose what was sealed: value and random bytes go into the record, checked against the commitment.

        Args:
            commitment: as :meth:`seal` returned it.
            party: who sealed it.
            now: time of recording, for simulations.

        Raises:
            UnknownError: the party did not seal it, it is not in this vault, or it was erased.
        """
        with self.writing() as intake:
            return vault.disclose(intake, party, commitment, now or datetime.now(UTC))

    def erase(self, commitment: str, *, party: str, basis: str, now: datetime | None = None) -> Taken:
        """Destroy a sealed value for good; the commitment and every proof stay valid, and nobody can confirm a guess.

        Args:
            commitment: as :meth:`seal` returned it.
            party: who sealed it.
            basis: on what ground, such as a request and its date.
            now: time of recording, for simulations.

        Raises:
            UnknownError: the party did not seal it, or it is not in this vault.
            ConflictError: it was erased before.
        """
        with self.writing() as intake:
            return vault.erase(intake, party, commitment, basis, now or datetime.now(UTC))
