"""Questions of residents: asked without a name, answered by whoever has the mandate, public as counts alone.

What somebody asked, and whatever they left to be reached by, lies in the portal's store and never in the record. A question is found
again by its code, of which only a keyed digest is kept.
"""

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.portal.codes import code_from, new_code, read_code
from enduse.portal.desk_store import FILE, DeskFile, DeskStore
from enduse.portal.places import tree

if TYPE_CHECKING:
    from enduse.portal.desk import Visit

WORDS_MAX: Final = 500
"""Characters of a question, and of the way to reach somebody."""

ANSWER_MAX: Final = 2_000

DAY_S: Final = 86_400
DUE_DAYS: Final = 14
"""Days in which a question is to be answered."""

KEPT_DAYS: Final = 365
"""Days for which a question is kept once it is answered; its contact goes with the answer."""

CONTACT_DAYS: Final = 90
"""Days after which a contact is erased, answered or not."""

SAFEGUARDING: Final = "function:safeguarding"
"""The function that hears of abuse and danger, where a programme has it."""

OTHER: Final = "other"
"""Topic of what is of no function."""

Door = Literal["open", "confidential"]


class AskedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A resident's question.

    Attributes:
        number: in the store.
        topic: function it is about, or ``other``.
        place: broad area; empty where none was named.
        words: what was asked.
        language: in which.
        owner: party that is to answer.
        door: by which it came; what came by the confidential one is shown to its owner alone and never counted by topic or place.
        contact: how somebody wants to be reached; empty where they left nothing, or it was erased.
        came_by: ``page``, or ``hook`` for messages.
        age: whole days since.
        left: days until it is due; below zero where it is late.
        answer: what was answered; empty before.
        answered: whether it was.
    """

    number: int
    topic: str
    place: str
    words: str
    language: str
    owner: str
    door: Door
    contact: str
    came_by: str
    age: int
    left: int
    answer: str
    answered: bool


class QuestionCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many questions there were on a topic at a place, each figure ``None`` where it is small but not nothing.

    Attributes:
        topic: function, or ``other``.
        place: broad area.
        asked: how many.
        answered: how many of them were answered.
        late: how many wait longer than they should.
    """

    topic: str
    place: str
    asked: int
    answered: int | None
    late: int | None


class QuestionBox:
    """The questions in a portal's store."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store

    def ask(
        self,
        *,
        topic: str,
        place: str,
        words: str,
        language: str,
        owner: str,
        door: Door = "open",
        contact: str = "",
        sent_by: str = "",
    ) -> str:
        """Keep a question; returns the code by which it is found again.

        Args:
            topic: function it is about, or ``other``.
            place: broad area, or nothing.
            words: what is asked.
            language: in which.
            owner: party that is to answer.
            door: by which it comes.
            contact: how to reach somebody, if they want that.
            sent_by: of a message, who sent it under which name of the service: the same message twice is one question. It is
                not kept.

        Raises:
            MalformedError: it is empty, or longer than is taken.
        """
        words, contact, store = words.strip(), contact.strip(), self._store
        if not words:
            raise MalformedError("desk.no_words")
        if len(words) > WORDS_MAX or len(contact) > WORDS_MAX:
            raise MalformedError("desk.too_many_words", most=WORDS_MAX)
        now = store.now()
        sent = f"{now // DAY_S}\n{sent_by}\n{topic}\n{place}\n{words}"
        code = code_from(store.digest("message", "code"), sent) if sent_by else new_code()
        self._tidy(now)
        row = (topic, place, words, language, owner, door, contact, "hook" if sent_by else "page", now)
        with store.changing():
            number = store.find("SELECT coalesce(max(id), 0) + 1 AS next FROM question")["next"]
            store.run(
                "INSERT INTO question VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL, '')"
                " ON CONFLICT (code) DO NOTHING",
                *(store.digest("question", code), number, *row, now + DUE_DAYS * DAY_S),
            )
        return code

    def _tidy(self, now: int) -> None:
        """Erase contacts and questions whose time has passed."""
        self._store.erase(
            "UPDATE question SET contact = '' WHERE asked <= ? AND contact != ''", now - CONTACT_DAYS * DAY_S
        )
        self._store.erase("DELETE FROM question WHERE answered <= ?", now - KEPT_DAYS * DAY_S)

    def by_code(self, written: str) -> AskedQuestion:
        """Return the question of a code.

        Raises:
            UnknownError: there is none; nobody learns whether the code was wrong or the question is gone.
        """
        code = read_code(written)
        row = self._store.find("SELECT * FROM question WHERE code = ?", self._store.digest("question", code))
        if not code or row is None:
            raise UnknownError("desk.no_question")
        return self._question(row)

    def of(self, party: str) -> list[AskedQuestion]:
        """Return the questions that a party is to answer or has answered: what waits first, the oldest first."""
        rows = self._store.all(
            "SELECT * FROM question WHERE owner = ? ORDER BY answered IS NOT NULL, asked LIMIT 500", party
        )
        return [self._question(row) for row in rows]

    def one(self, number: int, party: str) -> AskedQuestion:
        """Return a question that a party is to answer.

        Raises:
            UnknownError: it has none of that number; of another's nothing is told.
        """
        row = self._store.find("SELECT * FROM question WHERE id = ? AND owner = ?", number, party)
        if row is None:
            raise UnknownError("desk.no_question")
        return self._question(row)

    def answer(self, number: int, party: str, words: str) -> None:
        """Answer a question; the contact, if there was one, is erased with it.

        Raises:
            UnknownError: the party is not to answer it.
            ConflictError: it was answered.
            MalformedError: the answer is empty, or too long.
        """
        if self.one(number, party).answered:
            raise ConflictError("desk.answered")
        if not words.strip():
            raise MalformedError("desk.no_words")
        if len(words) > ANSWER_MAX:
            raise MalformedError("desk.too_many_words", most=ANSWER_MAX)
        self._store.erase(
            "UPDATE question SET answer = ?, answered = ?, answered_by = ?, contact = '' WHERE id = ? AND owner = ?",
            *(words.strip(), self._store.now(), party, number, party),
        )

    def counts(self, least: int) -> tuple[QuestionCount, ...]:
        """Return how many questions there were, by topic and place, and nothing of the confidential ones.

        Args:
            least: the programme's least count; fewer are not told of: a small number points at somebody.
        """
        now = self._store.now()
        asked: Counter[tuple[str, str]] = Counter()
        answered, late = asked.copy(), asked.copy()
        for row in self._store.all("SELECT topic, place, answered, due FROM question WHERE door = 'open'"):
            where = row["topic"], row["place"]
            asked[where] += 1
            answered[where] += row["answered"] is not None
            late[where] += row["answered"] is None and row["due"] < now
        return tuple(
            QuestionCount(
                topic=where[0],
                place=where[1],
                asked=count,
                answered=told(answered[where], count, least),
                late=told(late[where], count, least),
            )
            for where, count in sorted(asked.items())
            if count >= least
        )

    def _question(self, row: Any) -> AskedQuestion:  # noqa: ANN401 - a row of the store
        now = self._store.now()
        named = ("topic", "place", "words", "language", "owner", "door", "contact", "came_by", "answer")
        return AskedQuestion(
            number=row["id"],
            age=max(0, now - row["asked"]) // DAY_S,
            left=(row["due"] - now) // DAY_S,
            answered=row["answered"] is not None,
            **{name: row[name] for name in named},
        )


def counted_in(folder: Path, least: int) -> tuple[QuestionCount, ...]:
    """Return how many questions came to the portal whose store lies in a programme's folder; none where it may not be opened.

    Args:
        folder: of the programme.
        least: the programme's least count.
    """
    file = folder / FILE
    if not file.is_file() or not os.access(file, os.R_OK | os.W_OK):
        return ()
    with DeskFile(file) as store:
        return QuestionBox(store).counts(least)


def told(part: int, whole: int, least: int) -> int | None:
    """Return a part of a count that may be public; ``None`` where it, or the rest beside it, is small but not nothing."""
    small = any(0 < each < least for each in (part, whole - part))
    return None if small else part


def waiting_questions(visit: "Visit") -> list[AskedQuestion]:
    """Return the questions that wait for whoever is signed in."""
    return [one for one in QuestionBox(visit.desk.store).of(visit.me.party) if not one.answered]


def owner_of(visit: "Visit", topic: str, place: str, door: Door = "open") -> str:
    """Return who is to answer by the record's mandates, else the keeper.

    That is who holds the function there, or else the one who holds it at places within.

    Args:
        visit: of whoever asks.
        topic: function, or ``other``.
        place: broad area, or nothing.
        door: by which it comes.
    """
    programme = visit.programme
    function = SAFEGUARDING if door == "confidential" else topic
    if found := programme.responsible(function, place or None):
        return found
    inside = tree(visit.answers).inside(place) if place else frozenset()
    within = {
        each.holder for each in visit.answers.mandates.held if function in each.functions and inside & {*each.places}
    }
    # Of several none answers for all of it.
    return within.pop() if len(within) == 1 else programme.keys().keeper
