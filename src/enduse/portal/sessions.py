"""Who is signed in: passkeys, sessions, one-time links, and what was seen of all that.

Whoever runs a sign-in chooses what is signed there, so a key that signs statements never signs in: a passkey whose point is in
the record is refused here, and one that signs in here is refused as a key of the record. What somebody may do is not kept
here either: a person is of a party, and the mandates and delegations in the record say what that party, and each of its keys, may say.
"""

import hmac
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Final, NamedTuple

import enduse
from enduse.errors import ConflictError, SignatureError
from enduse.portal.desk_store import DeskStore

IDLE_S: Final = 8 * 3600
"""A session that is not used for so long has ended."""

SESSION_S: Final = 24 * 3600
"""No session lasts longer."""

CHALLENGE_S: Final = 5 * 60
LINK_S: Final = 72 * 3600
SEEN_S: Final = 400 * 24 * 3600
"""How long it is kept who signed in when."""

_CREDENTIAL_MAX: Final = 1_364
"""WebAuthn's 1,023 bytes, in base64url."""


class PortalUser(NamedTuple):
    """Somebody who signs in.

    Attributes:
        id: in the store.
        party: for whom.
        label: what the device or office is called.
    """

    id: int
    party: str
    label: str


class OneTimeLink(NamedTuple):
    """A one-time link: for whom it is, what the device or office is called, and who gave it."""

    party: str
    label: str
    invited_by: str


class SignInEvent(NamedTuple):
    """Something that was seen of signing in: when, of which party, on which device, what."""

    at: int
    party: str
    label: str
    what: str


class SignIn:
    """Signing in to one portal.

    Attributes:
        relying_party: domain for which its passkeys are made.
        origin: of its pages.
    """

    def __init__(
        self, store: DeskStore, relying_party: str, origin: str, is_in_record: Callable[[bytes], bool]
    ) -> None:
        """Open the door of a portal.

        Args:
            store: of the portal.
            relying_party: domain for which its passkeys are made.
            origin: of its pages, as the browser writes it.
            is_in_record: says whether a public key signs statements, or ever did.
        """
        self.relying_party, self.origin = relying_party, origin
        self._store, self._is_in_record = store, is_in_record

    # -- forms ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def new_token() -> str:
        """Return a token for a browser: nobody guesses it."""
        return token_urlsafe(32)

    def form_token(self, token: str) -> str:
        """Return what a form of this browser carries, so that no other site can have it sent."""
        return self._store.digest("form", token).hex()

    def is_own_form(self, token: str, given: str) -> bool:
        """Say whether a form that came is one that this browser was given."""
        return bool(token) and hmac.compare_digest(self.form_token(token).encode(), given.encode())

    def challenge(self, token: str, purpose: str) -> str:
        """Return the text that a passkey is to sign once, in this browser, within minutes.

        Nothing is kept of it until it is answered, so nobody fills the store, or keeps others out, by asking for many.

        Args:
            token: of the browser.
            purpose: such as ``sign-in``.
        """
        nonce = f"{self._store.now() + CHALLENGE_S}.{token_urlsafe(18)}"
        return self._asked(token, purpose, nonce)

    def _asked(self, token: str, purpose: str, nonce: str) -> str:
        """Return the text for a purpose and a random word; no statement and no request for a key is such a text."""
        seal = self._store.digest("challenge", f"{token}\n{purpose}\n{nonce}").hex()
        return f"enduse portal {purpose} v1\n{self.origin}\n{nonce}.{seal}\n"

    def _answered(self, token: str, purpose: str, message: str) -> None:
        """Take a challenge that is answered: once, by the browser that was given it, in time.

        Raises:
            SignatureError: it is none of those.
        """
        store, nonce = self._store, message.rstrip("\n").rpartition("\n")[2].rpartition(".")[0]
        if not token or not hmac.compare_digest(self._asked(token, purpose, nonce).encode(), message.encode()):
            raise SignatureError("desk.challenge")
        ends = int(nonce.partition(".")[0])  # it is ours: we wrote it
        with store.changing():
            store.run("DELETE FROM answered WHERE ends <= ?", store.now())
            fresh = ends > store.now() and store.run(
                "INSERT INTO answered VALUES (?, ?) ON CONFLICT DO NOTHING", nonce, ends
            )
        if not fresh:
            raise SignatureError("desk.challenge")

    # -- links ---------------------------------------------------------------------------------------------------------

    def has_people(self) -> bool:
        """Say whether anybody signs in here yet."""
        return self._store.find("SELECT 1 FROM person WHERE ended IS NULL") is not None

    def invite(self, party: str, label: str, by: str) -> str:
        """Return the code of a link by which one passkey is added for a party.

        Args:
            party: for whom.
            label: what the device or office is called.
            by: who invites; empty where the portal itself does at its first start.
        """
        store, code = self._store, token_urlsafe(24)
        with store.changing():
            # Of the links that the portal prints itself the last one counts: an earlier start may have been seen by others.
            store.run("DELETE FROM link WHERE ends <= ? OR (invited_by = '' AND ? = '')", store.now(), by)
            ends = store.now() + LINK_S
            store.run("INSERT INTO link VALUES (?, ?, ?, ?, ?)", store.digest("link", code), party, label, by, ends)
            self._see(None, party, label, "invited")
        return code

    def link(self, code: str) -> OneTimeLink:
        """Return what a link is for.

        Raises:
            SignatureError: there is none, or no more.
        """
        store = self._store
        found = store.find("SELECT * FROM link WHERE code = ? AND ends > ?", store.digest("link", code), store.now())
        if found is None:
            raise SignatureError("desk.link")
        return OneTimeLink(found["party"], found["label"], found["invited_by"])

    # -- passkeys ------------------------------------------------------------------------------------------------------

    def add_passkey(
        self, token: str, code: str, credential: str, public_key: bytes, message: str, assertion: bytes
    ) -> str:
        """Add the passkey of somebody who has a link, and sign them in; returns the token of the new session.

        Args:
            token: of the browser.
            code: of the link; it is used up.
            credential: identifier of the passkey.
            public_key: with its rules, as the record-format reference lays it out.
            message: what it was to sign, as :meth:`challenge` gave it.
            assertion: the passkey's answer.

        Raises:
            SignatureError: link, challenge or assertion do not hold, or it is a passkey of another site.
            ConflictError: the passkey is known, or is a key of the record.
        """
        invited = self.link(code)
        self._answered(token, "new-passkey", message)
        self.check_own(public_key)
        if not enduse.passkey_answers(public_key, message, assertion):
            raise SignatureError("desk.assertion")
        if not 0 < len(credential) <= _CREDENTIAL_MAX or not credential.isascii():
            raise SignatureError("desk.assertion")
        if self._is_in_record(public_key) or self._is_signing(public_key):
            raise ConflictError("desk.signing_key")
        store = self._store
        with store.changing():
            known = "SELECT 1 FROM passkey WHERE credential = ? OR public_key = ?"
            if store.find(known, credential, public_key) is not None:
                raise ConflictError("desk.passkey_known")
            store.run("DELETE FROM link WHERE code = ?", store.digest("link", code))
            person = "INSERT INTO person (party, label, invited_by, made) VALUES (?, ?, ?, ?) RETURNING id"
            number: int = store.find(person, *invited, store.now())["id"]
            store.run("INSERT INTO passkey VALUES (?, ?, ?, ?)", credential, number, public_key, store.now())
            return self._begin(PortalUser(number, invited.party, invited.label), "joined")

    def check_own(self, public_key: bytes) -> None:
        """Refuse a passkey that is not of this site, or that lets in without checking who is there.

        Raises:
            SignatureError: it is such a one.
        """
        key = enduse.passkey_site(public_key)
        if key is None or (key.relying_party, key.origin) != (self.relying_party, self.origin) or not key.user_verified:
            raise SignatureError("desk.other_site")

    def _is_signing(self, public_key: bytes) -> bool:
        named = "SELECT public_key FROM signing_key"
        point = enduse.signer(public_key)
        return any(enduse.signer(each["public_key"]) == point for each in self._store.all(named))

    def is_passkey(self, public_key: bytes) -> bool:
        """Say whether a key signs in here, so that it may sign no statement."""
        point = enduse.signer(public_key)
        known = self._store.all("SELECT public_key FROM passkey")
        return any(enduse.signer(each["public_key"]) == point for each in known)

    def sign_in(self, token: str, credential: str, message: str, assertion: bytes) -> str:
        """Sign in by a passkey; returns the token of the new session, which no browser had before.

        Args:
            token: of the browser until now.
            credential: identifier of the passkey.
            message: what it was to sign, as :meth:`challenge` gave it.
            assertion: its answer.

        Raises:
            SignatureError: challenge or assertion do not hold, or nobody signs in with that passkey.
        """
        self._answered(token, "sign-in", message)
        found = self._store.find(
            "SELECT public_key, person.id AS number, party, label FROM passkey JOIN person ON person.id = passkey.person"
            " WHERE credential = ? AND ended IS NULL",
            credential,
        )
        if found is None or not enduse.passkey_answers(found["public_key"], message, assertion):
            raise SignatureError("desk.assertion")
        if self._is_in_record(found["public_key"]):
            raise SignatureError("desk.signing_key")
        with self._store.changing():
            return self._begin(PortalUser(found["number"], found["party"], found["label"]), "signed_in")

    # -- sessions ------------------------------------------------------------------------------------------------------

    def _begin(self, person: PortalUser, what: str) -> str:
        store, token = self._store, self.new_token()
        store.run("DELETE FROM session WHERE made <= ? OR seen <= ?", store.now() - SESSION_S, store.now() - IDLE_S)
        row = (store.digest("session", token), person.id, store.now(), store.now())
        store.run("INSERT INTO session VALUES (?, ?, ?, ?)", *row)
        self._see(person.id, person.party, person.label, what)
        return token

    def person(self, token: str) -> PortalUser | None:
        """Return who is signed in with a token; ``None`` where nobody is, or no more."""
        store = self._store
        found = store.find(
            "SELECT person.id AS number, party, label, session.made AS made, seen FROM session"
            " JOIN person ON person.id = session.person WHERE token = ? AND ended IS NULL",
            store.digest("session", token),
        )
        now = store.now()
        if found is None or found["made"] <= now - SESSION_S or found["seen"] <= now - IDLE_S:
            return None
        if found["seen"] < now - 60:
            store.run("UPDATE session SET seen = ? WHERE token = ?", now, store.digest("session", token))
        return PortalUser(found["number"], found["party"], found["label"])

    def sign_out(self, token: str) -> None:
        """End a session, here and wherever else its token is."""
        person = self.person(token)
        with self._store.changing():
            self._store.run("DELETE FROM session WHERE token = ?", self._store.digest("session", token))
            if person is not None:
                self._see(person.id, person.party, person.label, "signed_out")

    def end(self, number: int, party: str) -> bool:
        """Let one of a party's people in no more, and end their sessions; says whether there was such a one.

        Args:
            number: of the person.
            party: whose person it must be.
        """
        store = self._store
        with store.changing():
            known = store.find("SELECT * FROM person WHERE id = ? AND party = ? AND ended IS NULL", number, party)
            if known is None:
                return False
            store.run("UPDATE person SET ended = ? WHERE id = ?", store.now(), number)
            store.run("DELETE FROM session WHERE person = ?", number)
            store.run("DELETE FROM passkey WHERE person = ?", number)
            self._see(number, party, known["label"], "ended")
        return True

    def people(self, party: str) -> tuple[PortalUser, ...]:
        """Return who signs in for a party."""
        rows = self._store.all("SELECT * FROM person WHERE party = ? AND ended IS NULL ORDER BY id", party)
        return tuple(PortalUser(row["id"], row["party"], row["label"]) for row in rows)

    # -- what was seen -------------------------------------------------------------------------------------------------

    def _see(self, person: int | None, party: str, label: str, what: str) -> None:
        store = self._store
        store.run("DELETE FROM seen WHERE at <= ?", store.now() - SEEN_S)
        said = "INSERT INTO seen (at, person, party, label, what) VALUES (?, ?, ?, ?, ?)"
        store.run(said, store.now(), person, party, label, what)

    def seen(self, party: str, *, everybody: bool = False, most: int = 200) -> tuple[SignInEvent, ...]:
        """Return what was seen of signing in, the newest first.

        Args:
            party: whose.
            everybody: of all parties, for the keeper.
            most: so much of it.
        """
        wanted = "SELECT * FROM seen WHERE ? OR party = ? ORDER BY id DESC LIMIT ?"
        rows = self._store.all(wanted, everybody, party, most)
        return tuple(SignInEvent(row["at"], row["party"], row["label"], row["what"]) for row in rows)
