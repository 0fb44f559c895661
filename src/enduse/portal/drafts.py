"""What somebody is about to say: kept in the portal's store from the first answer until it is signed, readable by whoever began it."""

from secrets import token_urlsafe
from typing import Any, Final

import msgspec

from enduse import Unsigned
from enduse.errors import SignatureError
from enduse.portal.desk_store import DeskStore

KEPT_S: Final = 7 * 24 * 3600
"""Drafts that nobody signs are forgotten after so long."""

DRAFTS_MAX: Final = 100
"""Drafts of one person; the oldest go first."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a statement before its questions.

    Attributes:
        fields: that need no question, by name; dots part groups.
        place: where.
        at: when, RFC 3339.
        body: all of it, where nothing is asked.
    """

    fields: dict[str, str] = {}
    place: str = ""
    at: str = ""
    body: dict[str, Any] | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to say.

    Attributes:
        id: nobody guesses it, and it opens for nobody else.
        kind: of statement, or a short form.
        given: before its questions.
        answers: so far.
        key: that is to sign.
        payload: the bytes that were shown to be signed; empty before.
    """

    id: str
    kind: str
    given: Given
    answers: tuple[str, ...]
    key: str
    payload: bytes

    @property
    def unsigned(self) -> Unsigned | None:
        """What was shown to be signed."""
        return Unsigned(payload=self.payload, key=self.key) if self.payload else None


class Drafts:
    """The drafts of one person."""

    def __init__(self, store: DeskStore, person: int) -> None:
        self._store, self._person = store, person

    def begin(self, kind: str, given: Given, key: str) -> str:
        """Begin a draft; returns its name.

        Args:
            kind: of statement, or a short form.
            given: what is known of it.
            key: that is to sign.
        """
        store, name = self._store, token_urlsafe(15)
        with store.changing():
            store.run("DELETE FROM draft WHERE made <= ?", store.now() - KEPT_S)
            store.run(
                "DELETE FROM draft WHERE id IN"
                " (SELECT id FROM draft WHERE person = ? ORDER BY made DESC, number DESC LIMIT 1000000 OFFSET ?)",
                *(self._person, DRAFTS_MAX - 1),
            )
            row = (name, self._person, kind, msgspec.json.encode(given).decode(), "[]", key, b"", store.now())
            store.run(
                "INSERT INTO draft (id, person, kind, given, answers, key, payload, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *row,
            )
        return name

    def one(self, name: str) -> Draft:
        """Return a draft of this person.

        Raises:
            SignatureError: there is none, or it is another's: which of the two is not told.
        """
        row = self._store.find("SELECT * FROM draft WHERE id = ? AND person = ?", name, self._person)
        if row is None:
            raise SignatureError("desk.not_yours")
        return Draft(
            id=row["id"],
            kind=row["kind"],
            given=msgspec.json.decode(row["given"], type=Given),
            answers=tuple(msgspec.json.decode(row["answers"], type=list[str])),
            key=row["key"],
            payload=row["payload"] or b"",
        )

    def keep(self, draft: Draft) -> None:
        """Keep the answers and the bytes of a draft."""
        said = msgspec.json.encode(draft.answers).decode()
        self._store.run(
            "UPDATE draft SET answers = ?, payload = ? WHERE id = ? AND person = ?",
            *(said, draft.payload, draft.id, self._person),
        )
