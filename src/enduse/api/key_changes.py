"""What is said of keys with the programme at hand: made, enrolled, delegated, suspended, recovered, revoked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from enduse.api.given import Folder, as_path
from enduse.api.keys import KeyRequest, RemovedKey, check_party, is_request, remove_key, request_for
from enduse.api.writing import Writing
from enduse.book import keys
from enduse.book.agent import AgentKey
from enduse.book.intake import SigningRequest, Taken
from enduse.errors import ConflictError, UnknownError
from enduse.exchange.unsigned import unsigned_statement
from enduse.statements.envelope import key_id
from enduse.statements.key import DECISIONS, NEW_KEY, Action, KeyRules
from enduse.terms.ed25519 import PrivateKey, SigningKey


class KeyChanges(Writing):
    """A programme whose keys can be changed."""

    def make_key(self, party: str, to: Folder, *, passphrase: str = "", agent: str = "") -> KeyRequest:
        """Make a new private key for a party, where it will be used, and return what others need to bring it in.

        Args:
            party: whose it will be.
            to: file to write; the private key is in it, and nowhere else.
            passphrase: to encrypt the file with; without one whoever has the file has the key.
            agent: of a key that is in an ssh-agent already, its line in OpenSSH's form or its comment: that one is taken, it
                stays there, and the file only names it.

        Returns:
            The request: what :meth:`change_key` takes to enrol the key, or to recover with it. It is no secret.

        Raises:
            ConflictError: the file is there already.
            UnknownError: no agent has such a key.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     request = programme.make_key("party:azura", "azura.key")
            >>> request.party, len(request.possession)
            ('party:azura', 128)
        """
        path = as_path(to)
        key: PrivateKey = AgentKey.find(agent) if agent else SigningKey.generate()
        request = request_for(key, party, self._book.keyring.origin, self._book.keyring.founder)
        try:
            keys.write(path, key, passphrase)
        except FileExistsError as error:
            raise ConflictError("key.file_taken", source=str(path)) from error
        return request

    def check_party(self, party: str) -> None:
        """Refuse a party that nobody has described and that has no key, as where its name is mistyped.

        Raises:
            UnknownError: it is unknown; names the one that is spelt most like it.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.check_party("party:azura")
        """
        lives = self._book.key_register.keys.values()
        check_party(party, {*self._book.programme.parties, *(life.party for life in lives)})

    def remove_key(self, of: Folder) -> RemovedKey:
        """Remove a private key that was made by mistake, and the requests for it.

        Args:
            of: its file; or the party whose key in this folder it is.

        Raises:
            UnknownError: there is no such file.
            ConflictError: the record has it, or something was signed with it here.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     made = programme.make_key("party:azura", "slip.key")
            ...     programme.remove_key("slip.key").key == made.key
            True
        """
        file = as_path(of) if as_path(of).is_file() else keys.path_of(self.folder, str(of))
        return remove_key(self.folder, file, recorded=self._book.key_register.keys)

    def change_key(
        self,
        action: Action,
        of: KeyRequest | str,
        *,
        party: str,
        key: Folder | None = None,
        reason: str = "",
        checkpoints: tuple[str, ...] = (),
        delegates: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Say something of a key: bring it, suspend it, ask for a recovery, object, approve (docs/reference/statements.md).

        Args:
            action: what happens to it.
            of: the request with which a new key comes. For a key that is there its name, or as much of it as is unique; or
                its party's, where that has one such key.
            party: who says so.
            key: file with the private key to sign with; by default the party's in this folder.
            reason: for people.
            checkpoints: to complete a recovery where the founding names witnesses: two that they cosigned.
            delegates: to enrol the key of a device or clerk: what it may say (docs/reference/statements.md), and no more.
            now: time of recording, for simulations; by default the machine's.

        Raises:
            UnknownError: there is no such key, or no private key of that party here.
            ConflictError: several keys begin like that.
            MalformedError: the fields make no such statement.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:azura").keys
            ...     taken = programme.change_key("suspend", key.key, party="party:keeper", reason="A laptop was stolen.")
            ...     told = programme.words().message(programme.keys("party:azura").pending[0])
            >>> taken.outcome
            'accepted'
        """
        request = of if isinstance(of, KeyRequest) else self.key_named(of, action)
        body = {"action": action, "party": request.party, "public_key": request.public_key, "reason": reason}
        more: dict[str, Any] = {"possession": request.possession} if action in NEW_KEY else {}
        more |= {} if delegates is None else {"delegates": delegates}
        at = now or datetime.now(UTC)
        fields = {"occurred_at": at, "body": {**body, **more, "checkpoints": checkpoints}}
        said = unsigned_statement("key", fields)
        given = None if key is None else keys.read(as_path(key), self._passphrase)
        with self.writing() as intake:
            signing = intake.key_of(party) if given is None else given
            return intake.say([SigningRequest(party, signing, said.statement)], now)[0]

    def replace_key(self, party: str, new: Folder, *, key: Folder | None = None, passphrase: str = "") -> Taken:
        """Put a new key in the place of a party's present one: the old enrols the new, and the new revokes the old.

        Args:
            party: whose key it is.
            new: file to write the new private key to.
            key: file with the present one; by default the party's in this folder.
            passphrase: to encrypt the new file with.

        Returns:
            What became of the revocation, or of the enrolment where that was refused; then no file is left.

        Raises:
            UnknownError: there is no private key of that party here.
            ConflictError: the new file is there already, or one of the keys is elsewhere: a light copy has what it signs wait.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.replace_key("party:azura", "second.key").outcome
            'accepted'
        """
        old = as_path(key) if key is not None else keys.path_of(self.folder, party)
        if not old.is_file():
            keys.load(self.folder, party)
        if is_request(as_path(new)):
            raise ConflictError("key.elsewhere", source=str(new))
        request = self.make_key(party, new, passphrase=passphrase)
        try:
            taken = self.change_key("enrol", request, party=party, key=key)
        except BaseException:
            as_path(new).unlink()
            raise
        if taken.outcome != "accepted":
            as_path(new).unlink()
            return taken
        public = keys.described(old).public
        gone = KeyRequest(party, key_id(public), public.hex(), "")
        return self.change_key("revoke", gone, party=party, key=new)

    def key_rules(self) -> KeyRules:
        """Return who stands by a party that has lost its key, and how long a request for a new one waits.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.key_rules().waiting_days
            14
        """
        return self._book.key_register.rules

    def key_named(self, name: str, action: Action) -> KeyRequest:
        """Return the one key that is meant: by its name, or as the only one of its party with which that can happen.

        Args:
            name: the key's name, or as much of it as is unique; or its party's, where that has one such key; the keys of its
                devices count only where one is revoked.
            action: what is to happen to it.

        Raises:
            UnknownError: there is no such key.
            ConflictError: several keys begin like that.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.key_named("party:azura", "suspend").party
            'party:azura'
        """
        begins, lives = "".join(name.split()).lower(), self.keys().keys
        concerned = [key for key in lives if key.party == name and (key.state == "waits") == (action in DECISIONS)]
        found = concerned or [key for key in lives if begins and key.key.startswith(begins)]
        if len(found) > 1 and concerned:
            found = [key for key in concerned if key.state not in {"replaced", "revoked"}] or found
            if action != "revoke":
                found = [key for key in found if key.delegates is None] or found
        if not found:
            raise UnknownError("key.name_unknown", name=name)
        if len(found) > 1:
            raise ConflictError("key.name_not_unique", name=name, n=len(found))
        return KeyRequest(found[0].party, found[0].key, found[0].public_key, "")
